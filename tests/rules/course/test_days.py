"""The last safe start, somebody at the door, and a day's readiness, each on either side of its limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.course.chair_time import ChairTime
from dripstand.course.last_start import Because, Shut, TheDay, last_safe_start
from dripstand.course.readiness import Certificates, Held, staff_found
from dripstand.course.spacing import SpacingRules
from dripstand.course.walk_in import Known, Need, answer, missing

AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
SPANS = ChairTime()  # 30 + 40 + 60 + 15 minutes


OPEN = TheDay(begins_at=AT - timedelta(hours=9), closes_at=AT)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_the_last_start_leaves_time_for_the_infusion_and_the_observation_before_the_clinic_closes() -> None:
    found = last_safe_start(SPANS, OPEN)
    assert found.at == AT - minutes(100)
    assert found.binding is not None and found.binding.because is Because.CLOSING
    assert found.latest_arrival(SPANS) == AT - minutes(130)


def test_what_ends_first_binds_and_the_rest_is_still_told() -> None:
    found = last_safe_start(
        SPANS,
        replace(OPEN, staff_until=(AT - minutes(240), AT - minutes(20))),
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
    found = last_safe_start(SPANS, TheDay(AT - timedelta(hours=9)))
    assert found.at is None and found.binding is None and found.latest_arrival(SPANS) is None


def test_a_longer_infusion_starts_earlier() -> None:
    longer = replace(SPANS, infusion_min=100)
    assert last_safe_start(longer, OPEN).at == AT - minutes(160)


def shut(from_min: int, until_min: int) -> Shut:
    """A closure by minutes before the clinic closes."""
    return Shut(AT - minutes(from_min), AT - minutes(until_min), "fire drill")


def test_a_closure_to_the_end_of_the_day_ends_it_earlier_and_is_named() -> None:
    found = last_safe_start(SPANS, OPEN, closed=[shut(300, 0)])
    assert found.at == AT - minutes(400) and found.binding is not None
    assert (found.binding.because, found.binding.words) == (Because.CLOSED, "fire drill")


@pytest.mark.parametrize(
    ("comes_min", "closed", "last_min", "gap_min"),
    [
        (240, shut(300, 240), 100, None),  # over
        (241, shut(300, 240), 100, (400, 240)),  # runs, and there is time after it
        (600, shut(300, 240), 100, (400, 240)),  # hours away: nobody is to be started into it
        (200, shut(300, 99), 400, None),  # ends too late for a whole visit
        (200, shut(300, 100), 100, (400, 100)),
        (600, shut(600, 500), 100, (700, 500)),  # begins before the clinic opens
    ],
)
def test_a_closure_that_leaves_time_for_a_visit_is_no_limit_and_named_as_a_gap(
    comes_min: int, closed: Shut, last_min: int, gap_min: tuple[int, int] | None
) -> None:
    found = last_safe_start(SPANS, OPEN, from_at=AT - minutes(comes_min), closed=[closed])
    assert found.at == AT - minutes(last_min)
    gaps = [(AT - minutes(gap_min[0]), AT - minutes(gap_min[1]))] if gap_min else []
    assert [(one.after, one.before) for one in found.gaps] == gaps


@given(
    st.lists(st.tuples(st.integers(-60, 700), st.integers(5, 400)), max_size=4),
    st.sampled_from([None, AT]),
    st.integers(0, 540),
)
def test_a_start_runs_into_no_closure_exactly_where_none_is_named(
    closures: list[tuple[int, int]], closes_at: datetime | None, before_min: int
) -> None:
    """Every minute of the day is either after the last start, or in a gap, or a start whose visit meets no closure."""
    day = TheDay(begins_at=AT - timedelta(hours=9), closes_at=closes_at)
    closed = [Shut(AT - minutes(start), AT - minutes(start - long)) for start, long in closures]
    found = last_safe_start(SPANS, day, closed=closed)
    start = AT - minutes(before_min)
    ends_at = start + minutes(SPANS.from_start_min)
    free = ends_at <= day.ends_at and all(ends_at <= one.starts_at or start >= one.ends_at for one in closed)
    last = found.at if found.at is not None else (day.begins_at - minutes(1) if found.is_none else day.ends_at)
    said = start <= last and not any(one.after < start < one.before for one in found.gaps)
    if closes_at is not None or ends_at <= day.ends_at:
        assert said is free


@pytest.mark.parametrize(
    ("day", "closed", "because"),
    [
        (TheDay(AT, is_open=False), (), Because.NOT_OPEN),
        (replace(OPEN, staff_until=()), (), Because.NOBODY),
        (OPEN, (shut(1020, -420),), Because.CLOSED),  # from midnight to midnight
        (OPEN, (shut(9 * 60 - 99, 0),), Because.CLOSED),
    ],
)
def test_where_no_start_of_the_day_is_safe_none_is_named_and_why(
    day: TheDay, closed: tuple[Shut, ...], because: Because
) -> None:
    found = last_safe_start(SPANS, day, closed=closed)
    assert found.at is None and found.is_none
    assert found.binding is not None and found.binding.because is because


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
