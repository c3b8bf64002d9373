"""What one booking breaks: each rule with a visit on either side of it, and laws that hold for any calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.course.chair_time import ChairTime, slots
from dripstand.course.finding import free_starts
from dripstand.course.judging import (
    CODES,
    DECIDE,
    NEVER,
    ChairFacts,
    Closed,
    Presence,
    Surroundings,
    Visit,
    broken,
    judge,
    judge_all,
    may_decide,
)
from dripstand.course.wishes import Away, Wishes
from dripstand.course.words import BREAKS, sentence

CHICAGO = ZoneInfo("America/Chicago")
SPANS = ChairTime()
HARBOUR = ChairFacts("harbour", "Harbour 1", "room-a", "Harbour", is_single=True, is_bed=False)
MEADOW = ChairFacts("meadow", "Meadow 1", "room-b", "Meadow", is_single=False, is_bed=True)
CLOSED_CHAIR = ChairFacts("old", "Old 1", "room-b", "Meadow", is_single=False, is_bed=False, in_use=False)
CHAIRS = {one.chair_id: one for one in (HARBOUR, MEADOW, CLOSED_CHAIR)}
WEEKDAYS = dict.fromkeys(range(5), (time(8), time(17)))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AROUND = Surroundings(zone=CHICAGO, chairs=CHAIRS, hours=WEEKDAYS)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


def visit(at: str = "2026-03-02T09:00", chair_id: str = "harbour", **more: Any) -> Visit:
    start = local(at)
    known: dict[str, Any] = {"booking_id": "own", "patient_id": "wren", **more}
    return Visit(
        chair_id=chair_id,
        starts_at=start,
        drug_at=SPANS.drug_starts_at(start),
        leaves_at=SPANS.leaves_at(start),
        ends_at=SPANS.ends_at(start),
        **known,
    )


def codes(one: Visit, around: Surroundings = AROUND) -> set[str]:
    return {found.code for found in judge(one, around, NOW)}


def there(name: str, from_at: str, until: str) -> Presence:
    return Presence(name, name, local(from_at), local(until))


MORNING = there("Reyes", "2026-03-02T08:00", "2026-03-02T12:00")
FLOOR = Closed(local("2026-03-02T10:00"), local("2026-03-02T11:00"), "new floor")
OTHER = visit("2026-03-02T09:00", booking_id="other", patient_id="ren", called="Ren Halloway")


def test_nothing_stands_against_a_plain_morning() -> None:
    assert codes(visit()) == set()


@pytest.mark.parametrize(
    ("changed", "around", "code"),
    [
        (visit("2026-02-27T09:00"), {}, "in_the_past"),
        (visit("2026-03-02T09:02"), {}, "off_the_grid"),
        (visit(chair_id="old"), {}, "chair_out_of_use"),
        (visit("2026-03-02T10:00"), {"others": (OTHER,)}, "chair_taken"),
        (visit("2026-03-02T07:55"), {}, "outside_hours"),
        (visit("2026-03-02T14:55"), {}, "outside_hours"),  # home at 17:05
        (visit("2026-03-07T09:00"), {}, "outside_hours"),  # a Saturday
        (
            visit("2026-03-02T13:00"),
            {"presence": (there("Reyes", "2026-03-02T08:00", "2026-03-02T12:00"),)},
            "nobody_there",
        ),
        (visit(), {"wishes": Wishes(weekdays=frozenset({1, 2}))}, "weekday_not_wished"),
        (visit(), {"wishes": Wishes(away=(Away(date(2026, 3, 1), date(2026, 3, 2)),))}, "patient_away"),
        (visit(), {"wishes": Wishes(not_before=time(9, 30))}, "too_early_for_patient"),
        (visit(), {"wishes": Wishes(home_by=time(11))}, "home_too_late"),
        (visit(), {"wishes": Wishes(escort_name="Sam", escort_until=time(11))}, "escort_gone"),
        (visit(chair_id="meadow"), {"wishes": Wishes(single_room=True)}, "single_room_wished"),
        (visit(), {"wishes": Wishes(needs_bed=True)}, "bed_needed"),
        (visit(), {"cannot_at": frozenset({local("2026-03-02T09:00")})}, "said_cannot"),
        (
            visit(),
            {"closures": (Closed(local("2026-03-02T10:00"), local("2026-03-02T11:00"), "floor"),)},
            "clinic_closed",
        ),
        (visit(), {"given": (local("2026-03-01T12:00"),)}, "within_24_h"),
        (visit("2026-03-02T12:00"), {"given": (local("2026-03-01T10:00"),)}, "too_close"),
        (visit("2026-03-12T09:00"), {"given": (local("2026-03-03T09:00"),)}, "too_far"),
        (
            visit("2026-03-08T09:00"),  # a Sunday, two days after the third of the week
            {
                "hours": {},
                "given": (local("2026-03-02T09:00"), local("2026-03-04T09:00"), local("2026-03-06T09:00")),
            },
            "too_many_a_week",
        ),
        (visit("2026-03-31T09:00"), {"given": (local("2026-03-03T09:00"),)}, "baseline_again"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_rule_alone_is_said(changed: Visit, around: dict[str, Any], code: str) -> None:
    assert codes(changed, replace(AROUND, **around)) == {code}


@pytest.mark.parametrize(
    ("changed", "around"),
    [
        (visit("2026-03-02T11:25"), {"others": (OTHER,)}),  # the chair is turned over
        (visit(chair_id="meadow"), {"others": (OTHER,)}),
        (visit("2026-03-02T14:50"), {}),  # home at 17:00
        (visit(), {"presence": (there("Reyes", "2026-03-02T08:00", "2026-03-02T11:10"),)}),
        (visit(), {"wishes": Wishes(home_by=time(11, 10), not_before=time(9), escort_until=time(11, 10))}),
        (visit(), {"wishes": Wishes(single_room=True)}),
        (visit(chair_id="meadow"), {"wishes": Wishes(needs_bed=True)}),
        (visit(), {"closures": (Closed(local("2026-03-02T10:00"), local("2026-03-02T11:00"), chair_id="meadow"),)}),
        (visit("2026-03-04T09:00"), {"given": (local("2026-03-02T09:30"),)}),  # Monday, Wednesday
        (visit("2026-03-12T09:00"), {"given": (local("2026-03-05T09:00"),)}),
        (visit("2026-03-20T09:00"), {"given": (local("2026-03-05T09:00"),), "in_induction": False}),
        (visit("2026-03-06T09:00"), {"given": (local("2026-03-02T09:00"), local("2026-03-04T09:00"))}),  # the third
    ],
)
def test_the_other_side_of_each_limit_breaks_nothing(changed: Visit, around: dict[str, Any]) -> None:
    assert codes(changed, replace(AROUND, **around)) == set()


def test_one_person_watches_two_chairs_and_not_three() -> None:
    reyes = (there("Reyes", "2026-03-02T08:00", "2026-03-02T17:00"),)
    second = visit(booking_id="b", patient_id="ren", chair_id="meadow")
    third = visit(booking_id="c", patient_id="ada", chair_id="third")
    assert codes(visit(), replace(AROUND, presence=reyes, others=(second,))) == set()
    assert codes(visit(), replace(AROUND, presence=reyes, others=(second, third))) == {"too_few_staff"}
    both = (*reyes, there("Okafor", "2026-03-02T08:00", "2026-03-02T17:00"))
    assert codes(visit(), replace(AROUND, presence=both, others=(second, third))) == set()


def test_a_named_nurse_is_there_for_the_whole_of_it_and_within_the_ratio() -> None:
    reyes = (there("Reyes", "2026-03-02T08:00", "2026-03-02T11:10"),)
    okafor = (there("Okafor", "2026-03-02T08:00", "2026-03-02T17:00"),)
    own = visit(nurse_id="Reyes")
    assert codes(own, replace(AROUND, presence=(*reyes, *okafor))) == set()
    later = visit("2026-03-02T09:30", nurse_id="Reyes")
    assert codes(later, replace(AROUND, presence=(*reyes, *okafor))) == {"nurse_away"}
    beside = tuple(visit(booking_id=f"b{n}", patient_id=f"p{n}", chair_id=f"c{n}", nurse_id="Reyes") for n in range(2))
    assert codes(own, replace(AROUND, presence=(*reyes, *okafor), others=beside)) == {"nurse_full"}


def test_a_named_nurse_is_within_the_ratio_also_where_no_rota_is_kept() -> None:
    own = visit(nurse_id="Reyes")
    beside = tuple(visit(booking_id=f"b{n}", patient_id=f"p{n}", chair_id=f"c{n}", nurse_id="Reyes") for n in range(2))
    assert codes(own, replace(AROUND, others=beside[:1])) == set()
    assert codes(own, replace(AROUND, others=beside)) == {"nurse_full"}
    assert codes(visit(), replace(AROUND, others=beside)) == set(), "nobody is named: nobody is too many"


def test_the_third_does_not_stand_before_the_second() -> None:
    second = visit("2026-03-05T09:00", booking_id="b", number=2, course_id="x")
    assert "out_of_order" in codes(visit(number=3, course_id="x"), replace(AROUND, others=(second,)))
    assert "out_of_order" not in codes(visit(number=1, course_id="x"), replace(AROUND, others=(second,)))
    assert "out_of_order" not in codes(visit(number=3, course_id="y"), replace(AROUND, others=(second,)))
    assert "out_of_order" not in codes(
        visit(number=3, course_id="x", series_number=2), replace(AROUND, others=(second,))
    )


def test_every_code_has_its_words_and_is_either_never_or_for_a_person() -> None:
    assert set(BREAKS) == CODES
    assert not NEVER & DECIDE
    with pytest.raises(KeyError):
        broken("something_else")


def test_a_sentence_is_filled_with_what_is_so() -> None:
    found = judge(visit("2026-03-02T10:00"), replace(AROUND, others=(OTHER,)), NOW)
    assert sentence(found[0]) == "Harbour 1 is taken by Ren Halloway, 09:00–11:25."
    assert not may_decide(found)
    saturday = judge(visit("2026-03-07T09:00"), AROUND, NOW)
    assert [sentence(one) for one in saturday] == ["The clinic is closed on that weekday."]


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_on_the_day_on_which_the_clock_changes_ten_o_clock_is_ten_o_clock(day: str) -> None:
    sunday = replace(AROUND, hours={6: (time(8), time(17))})
    offers = list(free_starts(visit(), sunday, (date.fromisoformat(day),), NOW))
    clocks = [one.starts_at.astimezone(CHICAGO).strftime("%H:%M") for one in offers if one.chair_id == "harbour"]
    assert clocks[0] == "08:00" and "10:00" in clocks and len(clocks) == len(set(clocks)) == 18
    assert all(one.fits == (one.starts_at.astimezone(CHICAGO).time() <= time(14, 50)) for one in offers)


@given(
    st.lists(
        st.tuples(st.integers(-2 * 96, 5 * 96), st.sampled_from(["harbour", "meadow"]), st.sampled_from("abw")),
        max_size=8,
    ),
    st.sampled_from(["", "Reyes"]),
)
def test_the_starts_of_a_week_are_those_that_are_judged_against_everything_around(
    others: list[tuple[int, str, str]], nurse: str
) -> None:
    monday = local("2026-03-02T00:00")
    own = visit(nurse_id=nurse, patient_id="w", number=3, course_id="x")
    beside = tuple(
        replace(own, booking_id=f"b{n}", patient_id=who, number=n, nurse_id="Reyes").moved_to(
            monday + timedelta(minutes=15 * at), chair
        )
        for n, (at, chair, who) in enumerate(others)
    )
    monday_morning = there("Reyes", "2026-03-02T08:00", "2026-03-02T12:00")
    tuesday = there("Reyes", "2026-03-03T09:00", "2026-03-03T17:00")
    around = replace(AROUND, others=beside, presence=(monday_morning, tuesday))
    days = tuple(date(2026, 3, day) for day in (2, 3, 4))
    offered = {(one.chair_id, one.starts_at): one.breaks for one in free_starts(own, around, days, NOW)}
    for chair in AROUND.chairs:
        for half_hours in range(3 * 48):
            at = monday + timedelta(minutes=30 * half_hours)
            breaks = judge(own.moved_to(at, chair), around, NOW)
            if (chair, at) in offered:
                assert offered.pop((chair, at)) == breaks
            elif 8 <= at.astimezone(CHICAGO).hour < 17:
                assert not may_decide(breaks)
    assert offered == {}


MINUTES = st.integers(0, 5 * 24 * 12).map(lambda number: number * 5)


@given(st.lists(st.tuples(MINUTES, st.sampled_from(["harbour", "meadow"])), min_size=2, max_size=6))
def test_a_calendar_that_breaks_nothing_never_holds_one_slot_twice(places: list[tuple[int, str]]) -> None:
    monday = local("2026-03-02T00:00")
    visits = [
        replace(visit(), booking_id=str(number), patient_id=str(number)).moved_to(monday + timedelta(minutes=at), chair)
        for number, (at, chair) in enumerate(places)
    ]
    found = judge_all(visits, replace(AROUND, hours={}), NOW)
    held = [(one.chair_id, slot) for one in visits for slot in slots(one.starts_at, one.ends_at)]
    clash = any("chair_taken" in {one.code for one in breaks} for breaks in found.values())
    assert clash is (len(held) != len(set(held)))


@given(st.sampled_from(range(0, 24 * 60 * 40, 15)))
def test_of_two_infusions_of_one_person_each_says_the_same_about_being_too_near(minutes: int) -> None:
    one = visit(booking_id="a")
    other = replace(one, booking_id="b").moved_to(one.starts_at + timedelta(minutes=minutes), "meadow")
    near = ("within_24_h", "too_close")
    first = {code for code in codes(one, replace(AROUND, others=(other,))) if code in near}
    second = {code for code in codes(other, replace(AROUND, others=(one,))) if code in near}
    assert first == second
