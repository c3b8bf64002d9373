"""The solver in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from dataclasses import replace

import pytest

from dripstand.course.scheduling import (
    Limits,
    Place,
    Plan,
    Problem,
    Progress,
    Spacing,
    Start,
    apart,
    check,
    propose,
)
from tests.rules.scheduling.small import GRID_MIN, SINGLE, clinic, day, patient, visit


def crowded() -> Problem:
    """Nobody knows the best plan of this soon: 30 people, a clinic that is nearly full, a fine grid."""
    names = [f"P{number}" for number in range(30)]
    place = clinic([number for number in range(14) if number % 7 < 5])
    place = replace(place, hours={one: (480, 1080) for one in place.hours})
    rules = Spacing(most_d=None)
    return Problem(place, tuple(patient(name, 4, last_on=day(13), spacing=rules) for name in names))


def test_a_plan_comes_back_with_its_progress_and_stops_when_told() -> None:
    told: list[Progress] = []

    def watch(progress: Progress, plan: Plan) -> None:
        told.append(progress)

    plan = apart.proposed(
        crowded(), Limits(seconds=600, grid_min=5, workers=1), on_progress=watch, must_stop=lambda: bool(told)
    )
    assert not plan.proven, "it was stopped on the way"
    assert told
    assert plan.visits
    assert [one for one in check(crowded(), plan.visits) if one.code != "visits_missing"] == []
    assert not [one for one in multiprocessing.active_children() if one.name == "solver"]


def test_a_repair_and_an_explanation_come_back_from_the_other_process_too() -> None:
    place = clinic([0, 1], (SINGLE,))
    place = replace(place, hours={one: (480, 560) for one in place.hours})
    stands = (visit("Pip", 0), visit("Wren", 1))
    nobody = tuple(patient(name, 0, last_on=day(1)) for name in ("Wren", "Pip"))
    problem = Problem(place, nobody, stands)
    limits = Limits(seconds=600, grid_min=GRID_MIN, workers=1)  # a loaded machine is slow, not broken
    answer = apart.repaired(problem, {"pip d0 480": Place(Start(day(1), 480))}, limits)
    assert [(one.called, one.now) for one in answer.moves] == [("Wren", Start(day(0), 480))]
    one_more = Problem(place, (patient("Orla", 1, last_on=day(1)),), stands)
    (why,) = apart.explained(one_more, propose(one_more, limits))
    assert (why.called, "bookings" in why.rules, len(why.in_the_way)) == ("Orla", True, 1)


def test_when_the_process_dies_the_best_plan_so_far_is_the_answer() -> None:
    seen: list[Plan] = []

    def kill_it(progress: Progress, plan: Plan) -> None:
        if not seen:
            (child,) = [one for one in multiprocessing.active_children() if one.name == "solver"]
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
        seen.append(plan)

    plan = apart.proposed(crowded(), Limits(seconds=600, grid_min=5, workers=1), on_progress=kill_it)
    assert plan == seen[-1]
    assert threading.active_count() < 20


def solvers() -> list[multiprocessing.process.BaseProcess]:
    return [one for one in multiprocessing.active_children() if one.name == "solver"]


ONE = Limits(seconds=600, grid_min=GRID_MIN, workers=1)


def small() -> Problem:
    return Problem(clinic([0, 1]), (patient("Orla", 1, last_on=day(1)),))


def test_a_child_made_ready_answers_the_next_question_and_no_second_one_waits() -> None:
    apart.make_ready()
    (waiting,) = solvers()
    apart.make_ready()
    assert solvers() == [waiting], "one waits already"
    pid = waiting.pid
    seen: list[int | None] = []
    plan = apart.proposed(small(), ONE, on_progress=lambda *said: seen.extend(one.pid for one in solvers()))
    assert plan.is_complete and set(seen) == {pid}
    assert solvers() == []


def test_a_child_that_died_or_gave_up_waiting_is_replaced_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    apart.make_ready()
    (waiting,) = solvers()
    assert waiting.pid is not None
    os.kill(waiting.pid, signal.SIGKILL)
    assert apart.proposed(small(), ONE).is_complete
    monkeypatch.setattr(apart, "READY_FOR_S", 0.0)
    apart.make_ready()
    (waiting,) = solvers()
    waiting.join()
    assert apart.proposed(small(), ONE).is_complete
    assert solvers() == []
