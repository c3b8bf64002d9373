"""Whose bookings stand in somebody's way: the fewest that would have to go elsewhere, in chairs and in who watches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dripstand.course.scheduling.candidates import SHARE, people_at, shares
from dripstand.course.scheduling.lifting import ONE_LOOK_S, no_bookings
from dripstand.course.scheduling.model import Model, build
from dripstand.course.scheduling.problem import Clinic, Patient, Problem, Start, Stay, Visit

Span = tuple[int, int, int]
"""From, until (minutes of a day), and the shares of a person that are needed in it."""


def in_the_way(problem: Problem, patient: Patient, grid_min: int) -> tuple[Visit, ...]:
    """The fewest bookings of others without which this patient's visits all have a place, by time.

    Empty where the visits have no place even without all of them. problem: with this patient alone.
    """
    from ortools.sat.python import cp_model

    alone = no_bookings(problem, patient)
    others: Mapping[date, list[Visit]] = defaultdict(list)
    for one in problem.booked:
        if one.patient_id != patient.patient_id:
            others[one.start.day].append(one)
    model = build(alone, grid_min, named_days=frozenset(problem.clinic.hours), all_must_fit=True)
    gone = {one.visit_id: model.cp.new_bool_var(one.visit_id) for today in others.values() for one in today}
    _their_chairs(model, patient, others, gone)
    _who_watches_them(model, problem.clinic, patient, others, gone)
    model.cp.minimize(sum(gone.values()) if gone else 0)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = ONE_LOOK_S
    solver.parameters.num_workers = 1
    if solver.solve(model.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ()
    found = [one for today in others.values() for one in today if solver.boolean_value(gone[one.visit_id])]
    return tuple(sorted(found, key=lambda one: (one.start, one.visit_id)))


def _their_chairs(
    model: Model, patient: Patient, others: Mapping[date, Sequence[Visit]], gone: Mapping[str, Any]
) -> None:
    for (_, start, chair_id), seat in model.seat.items():
        end = start.minute + patient.stay.total_min
        for one in others.get(start.day, ()):
            if one.chair_id == chair_id and one.start.minute < end and start.minute < one.end_min:
                model.cp.add_implication(seat, gone[one.visit_id])


def _who_watches_them(
    model: Model, clinic: Clinic, patient: Patient, others: Mapping[date, Sequence[Visit]], gone: Mapping[str, Any]
) -> None:
    """Where too few are there to watch this visit beside those of others, enough of those go.

    A patient comes once a day at most, so each possible visit is looked at by itself.
    """
    if clinic.presence is None:
        return
    for (_, start), chosen in model.chosen.items():
        present = [one for one in clinic.presence if one.day == start.day]
        theirs = [(one, _spans(clinic, one.start, one.stay)) for one in others.get(start.day, ())]
        own = _spans(clinic, start, patient.stay)
        instants = {begin for begin, _, _ in own} | {one.until_min for one in present}
        instants |= {begin for _, spans in theirs for begin, _, _ in spans}
        for minute in sorted(instants):
            needed = _at(own, minute)
            used = {one.visit_id: share for one, spans in theirs if (share := _at(spans, minute))}
            room = SHARE * people_at(present, minute) - needed
            if needed and sum(used.values()) > room:
                staying = sum(share * (1 - gone[visit_id]) for visit_id, share in used.items())
                model.cp.add(staying <= room).only_enforce_if(chosen)


def _spans(clinic: Clinic, start: Start, stay: Stay) -> list[Span]:
    return [(start.minute + begin, start.minute + until, needed) for begin, until, needed in shares(stay, clinic)]


def _at(spans: Sequence[Span], minute: int) -> int:
    return sum(needed for begin, until, needed in spans if begin <= minute < until)
