"""Each rule of a plan, and how it is lifted to see whether it is what leaves no room.

Lifting is only asked of the model; nothing is changed, and the rule of 24 hours is never lifted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from dripstand.course.scheduling.model import build
from dripstand.course.scheduling.problem import (
    DAY_MIN,
    EVERY_WEEKDAY,
    Can,
    Chair,
    Clinic,
    Patient,
    Problem,
)

ONE_LOOK_S = 3.0

Lift = Callable[[Problem, Patient], Problem]


def with_patient(problem: Problem, patient: Patient) -> Problem:
    return replace(
        problem, patients=tuple(patient if one.patient_id == patient.patient_id else one for one in problem.patients)
    )


def can(**changes: object) -> Lift:
    def lift(problem: Problem, patient: Patient) -> Problem:
        told: Can = replace(patient.can, **changes)  # type: ignore[arg-type]
        return with_patient(problem, replace(patient, can=told))

    return lift


def spacing(**changes: object) -> Lift:
    def lift(problem: Problem, patient: Patient) -> Problem:
        return with_patient(problem, replace(patient, spacing=replace(patient.spacing, **changes)))  # type: ignore[arg-type]

    return lift


def clinic(**changes: object) -> Lift:
    def lift(problem: Problem, patient: Patient) -> Problem:
        place: Clinic = replace(problem.clinic, **changes)  # type: ignore[arg-type]
        return replace(problem, clinic=place)

    return lift


def no_bookings(problem: Problem, patient: Patient) -> Problem:
    return replace(problem, booked=tuple(one for one in problem.booked if one.patient_id == patient.patient_id))


def _more_chairs(problem: Problem, patient: Patient) -> Problem:
    more = tuple(
        Chair(f"+{number}", "", f"+{number}", is_single=True, is_bed=True) for number in range(patient.visits_count)
    )
    return replace(problem, clinic=replace(problem.clinic, chairs=(*problem.clinic.chairs, *more)))


def _longer_hours(problem: Problem, patient: Patient) -> Problem:
    longer = {
        day: (max(opens - 120, 0), min(closes + 120, DAY_MIN)) for day, (opens, closes) in problem.clinic.hours.items()
    }
    return replace(problem, clinic=replace(problem.clinic, hours=longer))


def longer_window(problem: Problem, patient: Patient) -> Problem:
    weeks = timedelta(days=28)
    hours = dict(problem.clinic.hours)
    for day, span in problem.clinic.hours.items():  # later weeks like those that are known
        for week in range(1, 9):
            hours.setdefault(day + timedelta(days=7 * week), span)
    wider = replace(patient, last_on=patient.last_on + weeks)
    presence = problem.clinic.presence
    if presence is not None:
        known = {one.day for one in presence}
        presence = (
            *presence,
            *(
                replace(one, day=one.day + timedelta(days=7 * week))
                for one in presence
                for week in range(1, 9)
                if one.day + timedelta(days=7 * week) not in known
            ),
        )
    later = replace(problem.clinic, hours=hours, presence=presence)
    return with_patient(replace(problem, clinic=later), wider)


LIFTS: Mapping[str, Lift] = {
    "bookings": no_bookings,
    "chairs": _more_chairs,
    "staff": clinic(presence=None),
    "closures": clinic(closures=()),
    "hours": _longer_hours,
    "most_a_week": spacing(most_a_week=7),
    "most_d": spacing(most_d=None),
    "least_d": spacing(least_d=1),
    "single_room": can(single_room=False),
    "bed": can(bed=False),
    "not_before": can(not_before_min=0),
    "home_by": can(home_by_min=DAY_MIN),
    "away": can(away=()),
    "weekdays": can(weekdays=EVERY_WEEKDAY),
    "window": longer_window,
}
"""How each rule is lifted, in the order in which it is tried to do without naming it. The 24 hours are never lifted."""


def lifted(problem: Problem, names: Collection[str]) -> Problem:
    """The problem of one patient without these rules."""
    now = problem
    for name, lift in LIFTS.items():
        if name in names:
            now = lift(now, now.patients[0])
    return now


def fits(problem: Problem, patient_id: str, grid_min: int) -> bool:
    """Whether all of this patient's visits find a place beside what is booked. The others who wait are left out."""
    patient = problem.patient(patient_id)
    assert patient is not None
    if not patient.visits_count:
        return True
    return _solved(replace(problem, patients=(patient,)), grid_min)


def _solved(problem: Problem, grid_min: int) -> bool:
    """With chairs named, so that the answer is exact."""
    from ortools.sat.python import cp_model

    model = build(problem, grid_min, named_days=frozenset(problem.clinic.hours), all_must_fit=True)
    model.cp.clear_objective()  # type: ignore[no-untyped-call]
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = ONE_LOOK_S
    solver.parameters.num_workers = 1
    return bool(solver.solve(model.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE))
