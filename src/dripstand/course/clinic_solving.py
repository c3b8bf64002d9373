"""The two long searches: a fortnight's places for the whole clinic, and the least disturbing repair.

Both run in a process of their own beside the worker, tell how far they are, and end with the best so far when somebody
says that it is good enough. What they answer is only shown; a person takes it over, all of it or some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dripstand.course import queries, reasons
from dripstand.course.clinic_problem import REPAIR_AFTER_D, REPAIR_BEFORE_D, days_from, fortnight, repairable
from dripstand.course.proposals import REPAIR_KIND, WHOLE_KIND, how_far
from dripstand.course.scheduling import (
    Limits,
    Place,
    Plan,
    Progress,
    Repair,
    Start,
    Visit,
    cannot_watch,
    name_watchers,
)
from dripstand.course.scheduling.apart import proposed, repaired
from dripstand.course.solving import left_out_of, minute_of, places_of
from dripstand.premises.queries import clinic_zone

__all__ = ["REPAIR_KIND", "WHOLE_KIND", "repair_calendar", "search_fortnight"]

if TYPE_CHECKING:
    from dripstand.course.scheduling import Problem
    from dripstand.jobs.run import Run

FORTNIGHT_LIMITS = Limits(seconds=60.0, grid_min=30, workers=2, good_enough=0.02)
"""At most a minute: it ends before, when the plan is proved to be within 2 percent of the best."""
REPAIR_LIMITS = Limits(seconds=30.0, grid_min=30, workers=1)


def _at(start: Start, zone: Any) -> str:
    return start.at(zone).astimezone(UTC).isoformat()


# --- the fortnight --------------------------------------------------------------------------------------------------


def search_fortnight(run: Run) -> Mapping[str, Any]:
    """The job: places for everybody's infusions of a fortnight, beside what is booked."""
    wanted = fortnight(date.fromisoformat(run.payload["first"]), run.now())
    problem = wanted.problem
    without_room = [reasons.between_booked(*one) for one in wanted.without_room.items()]
    if not problem.wanted_count:
        return {
            "places": [], "missing": without_room, "proven": True, "cost": 0, "bound": 0, "wanted": 0, "seconds": 0.0,
        }  # fmt: skip

    def heard(progress: Progress, _plan: Plan) -> None:
        run.progress(min(progress.seconds / FORTNIGHT_LIMITS.seconds, 0.99), how_far(progress))

    plan = proposed(problem, FORTNIGHT_LIMITS, on_progress=heard, must_stop=lambda: run.must_stop)
    if run.must_stop and not run.cancelled:
        run.go_on()  # the server goes down: the search is taken up again by the next one
    watchers = name_watchers(problem.clinic, plan.visits, problem.booked)
    places = []
    for patient_id, infusions in wanted.infusions.items():
        own = sorted((one for one in plan.visits if one.patient_id == patient_id), key=lambda one: one.start)
        places += places_of(problem, infusions, own, watchers)
    return {
        "places": places,
        "missing": [
            *(
                reasons.as_order(one) if one["patient_id"] in wanted.before_booked else one
                for one in left_out_of(run, problem, plan)
            ),
            *without_room,
        ],
        "wanted": problem.wanted_count,
        "proven": plan.proven or plan.gap <= FORTNIGHT_LIMITS.good_enough,
        "cost": plan.cost,
        "bound": plan.bound,
        "seconds": round(plan.seconds, 1),
    }


# --- the repair -----------------------------------------------------------------------------------------------------


def repair_calendar(run: Run) -> Mapping[str, Any]:
    """The job: the least disturbing way to put right what a move, or the world, has broken.

    payload: moves, of a booking to its new place, as it was asked; or, without a move, first, the day to begin with.
    """
    zone, now = clinic_zone(), run.now()
    moves = [(one["booking_id"], one["chair_id"], datetime.fromisoformat(one["at"])) for one in run.payload["moves"]]
    days = _days(moves, run.payload, zone, now)
    problem, _there = repairable(days, now)
    places = {
        booking_id: Place(Start(at.astimezone(zone).date(), _minute(at, zone)), chair_id)
        for booking_id, chair_id, at in moves
    }
    known = {one.visit_id for one in problem.booked}
    if not set(places) <= known:
        return {
            "gone": True, "moves": [], "homeless": [], "left_out": [], "remains": [], "proven": False, "seconds": 0.0,
        }  # fmt: skip
    run.progress(0.05, "")
    answer = repaired(problem, places, REPAIR_LIMITS, must_stop=lambda: run.must_stop)
    if run.must_stop and not run.cancelled:
        run.go_on()
    return {**_told(answer, problem, places, now), "left_out": _homeless(run, problem, answer)}


def _homeless(run: Run, problem: Problem, answer: Repair) -> list[dict[str, Any]]:
    """Why those who lose their place find no other, beside everything as the repair leaves it."""
    counts = Counter(one.patient_id for one in answer.homeless)
    if not counts:
        return []
    patients = tuple(replace(one, visits_count=counts[one.patient_id]) for one in problem.patients)
    after = replace(problem, patients=patients, booked=answer.visits)
    return left_out_of(run, after, Plan((), counts, 0, 0, answer.proven, answer.seconds, REPAIR_LIMITS.grid_min))


def _days(moves: list[tuple[str, str, datetime]], payload: Mapping[str, Any], zone: Any, now: datetime) -> Any:
    today = now.astimezone(zone).date()
    if not moves:
        first = max(date.fromisoformat(payload["first"]), today)
        return days_from(first, (REPAIR_BEFORE_D + REPAIR_AFTER_D))
    touched = [at.astimezone(zone).date() for _, _, at in moves]
    touched += [queries.booking(booking_id).starts_at.astimezone(zone).date() for booking_id, _, _ in moves]
    first = max(min(touched) - timedelta(days=REPAIR_BEFORE_D), today)
    last = max(touched) + timedelta(days=REPAIR_AFTER_D)
    return days_from(first, (last - first).days + 1)


def _minute(at: datetime, zone: Any) -> int:
    return minute_of(at, at.astimezone(zone).date(), zone)


def _told(answer: Repair, problem: Problem, places: Mapping[str, Place], now: datetime) -> dict[str, Any]:
    zone = problem.clinic.zone
    by_id = {one.visit_id: one for one in problem.booked}
    after = {one.visit_id: one for one in answer.visits}
    asked = [after[visit_id] for visit_id in places if visit_id in after]
    moved = [*asked, *(after[one.visit_id] for one in answer.moves if one.visit_id not in places)]
    moved += _unwatched(problem, answer.visits, {one.visit_id for one in moved})
    watchers = _watchers(problem, answer.visits, moved)
    coming = {one.visit_id for one in problem.booked if one.start.at(zone) > now}
    return {
        "moves": [
            _move(by_id[one.visit_id], one, zone, one.visit_id in places, watchers[one.visit_id]) for one in moved
        ],
        "homeless": [one.visit_id for one in answer.homeless],
        "remains": sorted(
            {
                visit_id
                for one in answer.remains
                for visit_id in one.visit_ids
                if visit_id in coming and by_id[visit_id].start.day in problem.clinic.hours
            }
        ),
        "proven": answer.proven,
        "people": len(answer.people_disturbed - {by_id[one].patient_id for one in places}),
        "seconds": round(answer.seconds, 1),
    }


def _unwatched(problem: Problem, visits: tuple[Visit, ...], moved: set[str]) -> list[Visit]:
    """Visits that stay where they are and whose named watcher is not there any more, or has no hand free."""
    return [
        one for one in visits if one.movable and one.visit_id not in moved and cannot_watch(problem.clinic, one, visits)
    ]


def _watchers(problem: Problem, visits: tuple[Visit, ...], moved: list[Visit]) -> dict[str, str]:
    """Who is proposed at the chair of what moves. Where nobody was named before, nobody is now."""
    ids = {one.visit_id for one in moved}
    standing = [one for one in visits if one.visit_id not in ids]
    named = name_watchers(problem.clinic, [one for one in moved if one.watcher_id], standing)
    return {one.visit_id: named.get(one.visit_id, "") for one in moved}


def _move(was: Visit, now: Visit, zone: Any, is_asked: bool, nurse_id: str) -> dict[str, Any]:
    return {
        "booking_id": was.visit_id,
        "was_at": _at(was.start, zone),
        "was_chair_id": was.chair_id,
        "at": _at(now.start, zone),
        "chair_id": now.chair_id,
        "nurse_id": nurse_id,
        "is_asked": is_asked,
    }
