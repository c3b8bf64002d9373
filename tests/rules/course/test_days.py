"""The last safe start, somebody at the door, and a day's readiness, each on either side of its limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dripstand.course.chair_time import ChairTime
from dripstand.course.last_start import Because, last_safe_start
from dripstand.course.readiness import Certificates, Held, staff_found
from dripstand.course.spacing import SpacingRules
from dripstand.course.walk_in import Known, Need, answer, missing

AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
SPANS = ChairTime()  # 30 + 40 + 60 + 15 minutes


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_the_last_start_leaves_time_for_the_infusion_and_the_observation_before_the_clinic_closes() -> None:
    found = last_safe_start(SPANS, closes_at=AT)
    assert found.at == AT - minutes(100)
    assert found.binding is not None and found.binding.because is Because.CLOSING
    assert found.latest_arrival(SPANS) == AT - minutes(130)


def test_what_ends_first_binds_and_the_rest_is_still_told() -> None:
    found = last_safe_start(
        SPANS,
        closes_at=AT,
        staff_until=[AT - minutes(240), AT - minutes(20)],
        escort_until=AT - minutes(45),
        escort_name="Sam",
        next_in_chair_at=AT - minutes(35),
        next_called="Ren",
    )
    assert [one.because for one in found.limits] == [
        Because.NEXT_BOOKING,  # turned over before: 35 + 15
        Because.ESCORT,
        Because.STAFF,  # the last who can watch, not the first who goes
        Because.CLOSING,
    ]
    assert found.at == AT - minutes(35 + 15 + 100)
    assert found.limits[1].words == "Sam"


def test_where_nothing_is_known_to_end_there_is_no_last_start() -> None:
    found = last_safe_start(SPANS, closes_at=None)
    assert found.at is None and found.binding is None and found.latest_arrival(SPANS) is None


def test_a_longer_infusion_starts_earlier() -> None:
    longer = replace(SPANS, infusion_min=100)
    assert last_safe_start(longer, closes_at=AT).at == AT - minutes(160)


WHOLE = Known(
    next_number=3,
    decision=True,
    consent=True,
    measured_at=AT - timedelta(hours=1),
    escort="Sam",
    fasting_told=True,
    last_drug_at=AT - timedelta(hours=48),
    days_since_last=2,
    slot_at=AT,
    last_start_at=AT,
    day_in_order=True,
)


def asked(known: Known) -> tuple[Need, ...]:
    return missing(answer(known, AT, weight_valid_h=24, rules=SpacingRules()))


def test_with_everything_there_nothing_is_missing() -> None:
    assert asked(WHOLE) == ()


@pytest.mark.parametrize(
    ("changed", "need"),
    [
        ({"next_number": None}, Need.COURSE),
        ({"decision": False}, Need.DECISION),
        ({"decision": None}, Need.DECISION),  # nobody has looked: that is missing, too
        ({"consent": False}, Need.CONSENT),
        ({"measured_at": None}, Need.WEIGHT),
        ({"measured_at": AT - timedelta(hours=25)}, Need.WEIGHT),
        ({"escort": "  "}, Need.ESCORT),
        ({"fasting_told": False}, Need.FASTING),
        ({"last_drug_at": AT - timedelta(hours=23), "days_since_last": 1}, Need.SPACING),
        ({"last_drug_at": AT - timedelta(hours=25), "days_since_last": 1}, Need.SPACING),  # less than usual
        ({"slot_at": None}, Need.SLOT),
        ({"slot_at": AT + minutes(5)}, Need.SLOT),
        ({"day_in_order": False}, Need.READINESS),
    ],
)
def test_each_thing_alone_is_missed(changed: dict[str, object], need: Need) -> None:
    assert asked(replace(WHOLE, **changed)) == (need,)  # type: ignore[arg-type]


def test_of_somebody_about_whom_nothing_is_known_everything_but_the_spacing_is_missing() -> None:
    assert set(asked(Known())) == set(Need) - {Need.SPACING}


DAY = date(2026, 3, 2)
THERE = {"a": "M. Reyes", "b": "J. Okafor"}


def test_a_certificate_holds_on_its_last_day_and_not_on_the_next() -> None:
    held = (Held("a", "M. Reyes", Certificates.ADVANCED, DAY),)
    assert staff_found(THERE, held, DAY, rota_kept=True).advanced == ("M. Reyes",)
    later = staff_found(THERE, held, DAY + timedelta(days=1), rota_kept=True)
    assert later.advanced == () and later.without_basic == ("J. Okafor", "M. Reyes")


def test_only_those_who_are_there_count_and_advanced_covers_basic() -> None:
    held = (
        Held("a", "M. Reyes", Certificates.ADVANCED, DAY),
        Held("b", "J. Okafor", Certificates.BASIC, DAY),
        Held("c", "P. Lind", Certificates.ADVANCED, DAY),
    )
    found = staff_found(THERE, held, DAY, rota_kept=True)
    assert found.advanced == ("M. Reyes",) and found.without_basic == () and not found.unknown
