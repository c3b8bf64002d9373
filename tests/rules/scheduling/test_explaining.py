"""Why somebody has no place: the rules that matter, what would help, and whose booking is in the way."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings

from dripstand.course.scheduling import (
    Away,
    Can,
    Closed,
    Cover,
    Limits,
    Present,
    Problem,
    Relief,
    Spacing,
    explain,
    explain_one,
    propose,
    room,
    what_would_help,
)
from dripstand.course.scheduling.in_the_way import in_the_way
from dripstand.course.scheduling.lifting import LIFTS, fits, lifted
from tests.rules.scheduling.small import GRID_MIN, SHARED, SINGLE, clinic, day, patient, problems, visit

EXACT = Limits(seconds=20, grid_min=GRID_MIN, workers=1)


@settings(max_examples=40)
@given(problem=problems())
def test_the_rules_named_leave_no_room_together_and_each_of_them_matters(problem: Problem) -> None:
    for one in explain(problem, propose(problem, EXACT)):
        stands = replace(
            problem,
            booked=(*problem.booked, *(v for v in propose(problem, EXACT).visits if v.patient_id != one.patient_id)),
        )
        who = next(each for each in problem.patients if each.patient_id == one.patient_id)
        alone = replace(stands, patients=(who,))

        if one.missing == 0 or one.rules == ("least_h",):
            continue
        assert one.conflicts and set(one.rules) == {name for rules in one.conflicts for name in rules}
        for rules in one.conflicts:
            rest = frozenset(LIFTS) - set(rules)
            assert not fits(lifted(alone, rest), who.patient_id, GRID_MIN), "the named rules alone leave no room"
            for name in rules:
                assert fits(lifted(alone, rest | {name}), who.patient_id, GRID_MIN), f"{name} does not matter"
        causes = {rules[0] for rules in one.conflicts}
        assert fits(lifted(alone, causes), who.patient_id, GRID_MIN), "there is no cause beside those that are named"
        for relief in one.reliefs:
            assert fits(lifted(alone, {relief.code}), who.patient_id, GRID_MIN), f"{relief.code} is not enough"
        together = {relief.code for relief in one.together}
        if together:
            assert fits(lifted(alone, together), who.patient_id, GRID_MIN)
            assert not any(fits(lifted(alone, together - {name}), who.patient_id, GRID_MIN) for name in together)


@settings(max_examples=40)
@given(problem=problems())
def test_whose_bookings_are_in_the_way_is_the_fewest_that_would_have_to_go(problem: Problem) -> None:
    """Against trying every set of the others' bookings, in chairs and in who watches."""
    plan = propose(problem, EXACT)
    for who in problem.patients:
        others = [one for one in plan.visits if one.patient_id != who.patient_id]
        more = replace(who, visits_count=who.visits_count + 1)
        alone = replace(problem, patients=(more,), booked=(*problem.booked, *others))
        theirs = [one for one in alone.booked if one.patient_id != who.patient_id]
        sizes = [
            size
            for size in range(len(theirs) + 1)
            if any(
                fits(
                    replace(alone, booked=tuple(one for one in alone.booked if one not in gone)),
                    who.patient_id,
                    GRID_MIN,
                )
                for gone in combinations(theirs, size)
            )
        ]
        found = in_the_way(alone, more, GRID_MIN)
        assert len(found) == (sizes[0] if sizes else 0)
        if sizes:
            rest = replace(alone, booked=tuple(one for one in alone.booked if one not in found))
            assert fits(rest, who.patient_id, GRID_MIN), "without them there is room"


@settings(max_examples=40)
@given(problem=problems())
def test_the_arithmetic_of_slots_never_promises_too_little(problem: Problem) -> None:
    placed = len(propose(problem, EXACT).visits)
    assert placed <= room(problem).at_most


def wren(**more: object) -> Problem:
    """Wren wants two infusions in a week in which Pip has the only chair on Tuesday and Thursday."""
    place = clinic([0, 1, 2, 3, 4], (SINGLE,))
    place = replace(place, hours={one: (480, 560) for one in place.hours})
    stands = (visit("Pip", 1, 480, movable=False), visit("Pip", 3, 480, movable=False))
    return Problem(place, (patient("Wren", 2, last_on=day(4), **more),), stands)


def named(problem: Problem) -> tuple[tuple[str, ...], dict[str, Relief]]:
    answer = explain_one(problem, "wren", GRID_MIN)
    return answer.rules, {one.code: one for one in answer.reliefs}


def test_her_days_and_somebodys_bookings_leave_no_room_and_what_would_help_is_said() -> None:
    problem = wren(can=Can(weekdays=frozenset({0, 1, 3})))
    rules, reliefs = named(problem)
    assert set(rules) == {"bookings", "chairs", "hours", "weekdays", "window"}, "each of these would be enough"
    assert reliefs["weekdays"].facts == (("weekday", "2"),), "if she came on Wednesdays too"
    assert dict(reliefs["window"].facts) == {"days": "7", "last": "2026-03-13"}
    answer = explain_one(problem, "wren", GRID_MIN)
    assert [one.visit_id for one in answer.in_the_way] == ["pip d3 480"], "Pip's Thursday, and not Tuesday as well"
    assert (answer.possible, answer.missing, answer.called) == (1, 1, "Wren")


def test_days_away_are_named_by_the_day_that_would_be_enough() -> None:
    _, reliefs = named(wren(can=Can(away=(Away(day(2)), Away(day(4))))))
    assert reliefs["away"].facts == (("day", "2026-03-04"),)


@pytest.mark.parametrize(
    ("can", "code", "minutes"),
    [(Can(home_by_min=530), "home_by", "30"), (Can(not_before_min=541), "not_before", "90")],
)
def test_how_much_earlier_or_later_would_be_enough(can: Can, code: str, minutes: str) -> None:
    assert named(wren(can=can))[1][code].facts == (("minutes", minutes),)


def test_a_week_that_is_too_short_for_the_distances_names_the_distances() -> None:
    problem = replace(wren(spacing=Spacing(least_d=5)), booked=())
    rules, reliefs = named(problem)
    assert set(rules) == {"least_d", "window"}
    assert set(reliefs) == {"least_d", "window"}


def test_nobody_at_the_chair_is_named_as_such() -> None:
    problem = wren()
    there = (Present("n", "Nurse", day(0), 480, 720),)
    problem = replace(problem, clinic=replace(problem.clinic, presence=there))
    assert "staff" in named(problem)[0]


# --- several causes at once -----------------------------------------------------------------------------------------


def two_days(**more: object) -> Problem:
    """Wren can come on Monday and Wednesday of one week alone, wants both, and the clinic has one chair for an hour."""
    place = clinic([0, 1, 2], (SINGLE,))
    place = replace(place, hours={one: (480, 560) for one in place.hours}, **more)  # type: ignore[arg-type]
    who = patient("Wren", 2, last_on=day(2), can=Can(weekdays=frozenset({0, 2})), spacing=Spacing(most_d=None))
    return Problem(place, (who,))


def test_a_closure_and_somebody_elses_booking_are_both_named_and_only_both_together_are_enough() -> None:
    problem = replace(
        two_days(closures=(Closed(day(0), words="new floor"), Closed(day(1), words="new floor"))),
        booked=(visit("Pip", 2, movable=False),),
    )
    answer = explain_one(problem, "wren", GRID_MIN)
    assert {"closures", "bookings"} <= set(answer.rules)
    assert len(answer.conflicts) == 2, "two causes: one for each day"
    assert {one.code for one in answer.reliefs} == {"window"}, "another week would do; nothing else by itself"
    assert [one.visit_id for one in answer.in_the_way] == ["pip d2 480"], "Pip's booking is said, beside the closure"
    assert answer.together == (
        Relief("bookings"),
        Relief("closures", (("day", day(0).isoformat()), ("words", "new floor"))),
    ), "Monday open and another time for Pip; the closed Tuesday does not matter"


def test_nobody_to_watch_and_a_chair_that_is_taken_are_both_named() -> None:
    there = (Present("n", "Nurse", day(2), 480, 720),)
    problem = replace(two_days(presence=there, cover=Cover(0, 1, 1)), booked=(visit("Pip", 2, movable=False),))
    answer = explain_one(problem, "wren", GRID_MIN)
    assert {"staff", "bookings"} <= set(answer.rules)
    assert [one.visit_id for one in answer.in_the_way] == ["pip d2 480"]
    assert Relief("staff", (("day", day(0).isoformat()),)) in answer.together, "one more person on Monday"


def test_whoever_needs_the_nurse_at_the_same_time_is_in_the_way_though_a_chair_is_free() -> None:
    """Two chairs, one person who watches one: it is Pip's need of her, not Pip's chair."""
    place = clinic([0], (SINGLE, SHARED))
    place = replace(
        place,
        hours={one: (480, 560) for one in place.hours},
        presence=(Present("n", "Nurse", day(0), 480, 720),),
        cover=Cover(0, 1, 1),
    )
    problem = Problem(place, (patient("Wren", 1, last_on=day(0)),), (visit("Pip", 0, movable=False),))
    answer = explain_one(problem, "wren", GRID_MIN)
    assert {"staff", "bookings"} <= set(answer.rules) and "chairs" not in answer.rules
    assert [one.called for one in answer.in_the_way] == ["Pip"]


def test_the_distance_to_their_own_booking_names_the_distance_and_nobody_else() -> None:
    stands = (visit("Wren", 1, movable=False),)
    who = patient("Wren", 1, last_on=day(2), spacing=Spacing(least_d=2, most_d=None))
    answer = explain_one(Problem(clinic([0, 1, 2], (SINGLE,)), (who,), stands), "wren", GRID_MIN)
    assert set(answer.rules) == {"least_d", "window"}
    assert answer.in_the_way == ()


def test_which_of_several_closures_would_be_enough_is_said() -> None:
    who = patient("Wren", 1, last_on=day(1), can=Can(weekdays=frozenset({0})))
    place = clinic([0, 1], (SINGLE,), closures=(Closed(day(1), words="flood"), Closed(day(0), words="new floor")))
    answer = explain_one(Problem(place, (who,)), "wren", GRID_MIN)
    assert {one.code: one for one in answer.reliefs}["closures"].facts == (
        ("day", day(0).isoformat()),
        ("words", "new floor"),
    )


def test_a_patient_who_fits_needs_no_explanation() -> None:
    assert explain_one(wren(), "wren", GRID_MIN).missing == 0


def test_what_one_more_person_or_chair_would_do_for_everybody_is_said() -> None:
    place = clinic([0, 1], (SINGLE, SHARED))
    place = replace(
        place,
        hours={one: (480, 560) for one in place.hours},
        presence=tuple(Present("n", "Nurse", day(number), 480, 720) for number in (0, 1)),
        cover=Cover(0, 1, 1),
    )
    people = tuple(patient(name, 1, last_on=day(1)) for name in ("Wren", "Orla", "Ivo"))
    problem = Problem(place, people)
    plan = propose(problem, EXACT)
    assert sum(plan.missing.values()) == 1
    helps = what_would_help(problem, plan, EXACT)
    assert [(one.code, one.missing) for one in helps] == [("staff", 0)], "a chair or an hour more would help nobody"


def test_more_visits_than_there_are_slots_is_said_before_any_search() -> None:
    assert (room(wren()).wanted, room(wren()).at_most, room(wren()).by) == (2, 3, "chairs")
    many = replace(wren(), patients=(patient("Wren", 4, last_on=day(4)),))
    assert room(many).is_too_little
    alone = Present("n", "Nurse", day(0), 480, 720)
    staffed = replace(wren(), clinic=replace(wren().clinic, presence=(alone,)))
    assert (room(staffed).at_most, room(staffed).by) == (1, "staff")
    assert room(replace(wren(), patients=())).at_most == 0
