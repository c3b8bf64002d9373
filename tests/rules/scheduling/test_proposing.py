"""Proposals of the solver, against trying everything and against a checker that shares no code with it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from dripstand.course.scheduling import Limits, Patient, Plan, Problem, Progress, Spacing, check, propose
from dripstand.course.scheduling.scoring import cost
from tests.rules.scheduling.small import (
    BED,
    GRID_MIN,
    SHARED,
    SINGLE,
    clinic,
    day,
    least_cost,
    patient,
    problems,
    visit,
)

EXACT = Limits(seconds=20, grid_min=GRID_MIN, workers=1)


@settings(max_examples=60)
@given(problem=problems())
def test_no_plan_is_cheaper_than_the_proposed_one_and_it_breaks_nothing(problem: Problem) -> None:
    plan = propose(problem, EXACT)
    nobody = replace(problem, patients=tuple(replace(one, visits_count=0) for one in problem.patients))
    stood = set(check(nobody, ()))
    assert [one for one in check(problem, plan.visits) if one.code != "visits_missing" and one not in stood] == []
    assert plan.cost == cost(problem, plan.visits) == least_cost(problem)
    assert plan.proven
    assert plan.bound == plan.cost


def six() -> Problem:
    """Wren's six infusions in three weeks, in a clinic of two chairs that is open on weekdays."""
    place = clinic([number for number in range(21) if number % 7 < 5])
    return Problem(
        place, (patient("Wren", 6, last_on=day(20), ideal_days=tuple(day(n) for n in (0, 3, 7, 10, 14, 17))),)
    )


def test_six_infusions_stand_on_the_days_that_the_pattern_names() -> None:
    plan = propose(six(), EXACT)
    assert [(one.start.day - day(0)).days for one in plan.visits] == [0, 3, 7, 10, 14, 17]
    assert (plan.cost, plan.proven, plan.is_complete) == (0, True, True)
    assert [one.visit_id for one in plan.visits][:2] == ["wren #1", "wren #2"]


def test_with_the_same_seed_the_plan_is_the_same() -> None:
    crowded = replace(six(), patients=tuple(patient(name, 5, last_on=day(20)) for name in ("Wren", "Orla", "Ivo")))
    assert propose(crowded, EXACT).visits == propose(crowded, EXACT).visits


def test_a_bed_and_a_room_of_ones_own_are_kept_for_those_who_need_them() -> None:
    place = clinic([0], (SHARED, SINGLE, BED))
    from dripstand.course.scheduling import Can

    needs: list[Patient] = [
        patient("Any"),
        patient("Bed", can=Can(bed=True)),
        patient("Single", can=Can(single_room=True)),
    ]
    narrow = replace(place, hours={day(0): (480, 560)})
    plan = propose(Problem(narrow, tuple(needs)), EXACT)
    assert {one.called: one.chair_id for one in plan.visits} == {"Any": "m", "Bed": "b", "Single": "s"}


def test_where_counting_chairs_is_not_enough_the_solver_hands_them_out_itself() -> None:
    # Two chairs, each booked at another time: at each instant one is free, and for the whole visit only the right one.
    place = replace(clinic([0]), hours={day(0): (480, 720)})
    stands = (
        visit("Pip", 0, 480, SINGLE, movable=False),
        visit("Quill", 0, 610, SHARED, movable=False),
    )
    both = (patient("Wren", stay=visit("x", 0).stay), patient("Orla"))
    problem = Problem(place, both, stands)
    plan = propose(problem, Limits(seconds=20, grid_min=10, workers=1))
    assert plan.is_complete
    assert check(problem, plan.visits) == ()


def test_progress_is_told_and_a_search_that_is_stopped_hands_in_the_best_so_far() -> None:
    names = [f"P{number}" for number in range(12)]
    place = clinic([number for number in range(14) if number % 7 < 5])
    crowded = Problem(place, tuple(patient(name, 3, last_on=day(13), spacing=Spacing(most_d=None)) for name in names))
    told: list[Progress] = []

    def watch(progress: Progress, plan: Plan) -> None:
        told.append(progress)
        assert len(plan.visits) == progress.placed

    plan = propose(crowded, Limits(seconds=20, grid_min=10, workers=1), on_progress=watch, must_stop=lambda: bool(told))
    assert told
    assert 0 < len(plan.visits) <= 36
    assert plan.seconds < 15
    assert [one for one in check(crowded, plan.visits) if one.code != "visits_missing"] == []


def test_a_search_without_time_places_nobody_and_says_so() -> None:
    plan = propose(six(), Limits(seconds=0, grid_min=GRID_MIN))
    assert (plan.visits, dict(plan.missing), plan.proven) == ((), {"wren": 6}, False)


def test_what_is_booked_already_and_what_was_given_elsewhere_keep_their_distance() -> None:
    standing = (visit("Wren", 2, movable=False),)
    problem = replace(six(), booked=standing)
    problem = replace(problem, patients=(replace(problem.patients[0], visits_count=2, last_on=day(6), ideal_days=()),))
    plan = propose(problem, EXACT)
    assert [(one.start.day - day(0)).days for one in plan.visits] == [0, 4]
