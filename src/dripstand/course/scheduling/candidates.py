"""The times at which a patient could come at all, as far as that can be said of one visit alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dripstand.course.scheduling.problem import Chair, Clinic, Patient, Present, Problem, Start, Stay, Visit


def fits_chair(patient: Patient, chair: Chair) -> bool:
    return (chair.is_single or not patient.can.single_room) and (chair.is_bed or not patient.can.bed)


def chair_is_open(clinic: Clinic, chair: Chair, start: Start, leaves_min: int) -> bool:
    """No closure of this chair, its room or the clinic touches the visit."""
    return not any(
        one.day == start.day and one.is_about(chair) and start.minute < one.until_min and one.from_min < leaves_min
        for one in clinic.closures
    )


def can_come(patient: Patient, start: Start) -> bool:
    """The patient's own rules, and the days among which the visits are to be found."""
    can, leaves = patient.can, start.minute + patient.stay.leaves_min
    return (
        patient.first_on <= start.day <= patient.last_on
        and start.day.weekday() in can.weekdays
        and start.minute >= can.not_before_min
        and leaves <= can.home_by_min
        and not any(one.day == start.day and start.minute < one.until_min and one.from_min < leaves for one in can.away)
    )


def still_holds(problem: Problem, patient: Patient, visit: Visit) -> bool:
    """A visit that stands can be kept: the clinic is open, its chair too, and the patient can come."""
    hours = problem.clinic.hours.get(visit.start.day)
    chair = next((one for one in problem.clinic.chairs if one.chair_id == visit.chair_id), None)
    return (
        hours is not None
        and chair is not None
        and hours[0] <= visit.start.minute
        and visit.leaves_min <= hours[1]
        and can_come(patient, visit.start)
        and chair_is_open(problem.clinic, chair, visit.start, visit.leaves_min)
        and fits_chair(patient, chair)
    )


def apart(clinic: Clinic, patient: Patient, start: Start, other_day: date, other_drug_at: datetime) -> bool:
    """Whether a visit at this time keeps the least distance from another start of the drug."""
    if abs((start.day - other_day).days) < patient.spacing.least_d:
        return False
    own = start.at(clinic.zone, patient.stay.preparation_min)
    return abs(own - other_drug_at) >= timedelta(hours=patient.spacing.least_h)


@dataclass(frozen=True, slots=True)
class Choice:
    """A time at which this patient could come, and the chairs that are free for all of it beside what is booked."""

    start: Start
    chair_ids: tuple[str, ...]


class Bookings:
    """What stands, by day and chair, to be asked often."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        self.by_day: Mapping[date, list[Visit]] = defaultdict(list)
        self.of_patient: Mapping[str, list[Visit]] = defaultdict(list)
        self._in_chair: Mapping[tuple[date, str], list[tuple[int, int]]] = defaultdict(list)
        for one in visits:
            self.by_day[one.start.day].append(one)
            self.of_patient[one.patient_id].append(one)
            self._in_chair[one.start.day, one.chair_id].append((one.start.minute, one.end_min))

    def is_free(self, day: date, chair_id: str, from_min: int, until_min: int) -> bool:
        return not any(start < until_min and from_min < end for start, end in self._in_chair[day, chair_id])


def choices(
    problem: Problem, patient: Patient, standing: Bookings, grid_min: int, *, also: Sequence[Visit] = ()
) -> tuple[Choice, ...]:
    """Every time on the grid (counted from opening) that no single rule forbids, in order.

    also: visits that are kept possible at their own time and chair whatever the rules say, because somebody decided so.
    """
    clinic, stay = problem.clinic, patient.stay
    fitting = [chair for chair in clinic.chairs if fits_chair(patient, chair)]
    before = [(at.astimezone(clinic.zone).date(), at) for at in patient.given]
    before += [(one.start.day, one.drug_at(clinic.zone)) for one in standing.of_patient[patient.patient_id]]
    found: dict[Start, tuple[str, ...]] = {}
    for day in sorted(clinic.hours):
        opens, closes = clinic.hours[day]
        if not patient.first_on <= day <= patient.last_on:
            continue
        for minute in range(opens, closes - stay.leaves_min + 1, grid_min):
            start = Start(day, minute)
            if not can_come(patient, start) or not all(apart(clinic, patient, start, *one) for one in before):
                continue
            free = tuple(
                chair.chair_id
                for chair in fitting
                if chair_is_open(clinic, chair, start, minute + stay.leaves_min)
                and standing.is_free(day, chair.chair_id, minute, minute + stay.total_min)
            )
            if free:
                found[start] = free
    for one in also:
        if standing.is_free(one.start.day, one.chair_id, one.start.minute, one.end_min):
            chairs = found.get(one.start, ())
            found[one.start] = (*chairs, one.chair_id) if one.chair_id not in chairs else chairs
    return tuple(Choice(start, found[start]) for start in sorted(found))


def as_they_stand(problem: Problem, patient: Patient, standing: Bookings, stays: Sequence[Visit]) -> tuple[Choice, ...]:
    """The times at which these visits stand, each with the chairs that are free for it beside what is fixed."""
    found: dict[Start, tuple[str, ...]] = {}
    for one in stays:
        end = one.start.minute + patient.stay.total_min
        free = [
            chair.chair_id
            for chair in problem.clinic.chairs
            if (chair.chair_id == one.chair_id or fits_chair(patient, chair))
            and (chair.chair_id == one.chair_id or chair_is_open(problem.clinic, chair, one.start, one.leaves_min))
            and standing.is_free(one.start.day, chair.chair_id, one.start.minute, end)
        ]
        if free:
            found[one.start] = tuple(free)
    return tuple(Choice(start, found[start]) for start in sorted(found))


SHARE = 12
"""Shares of a person in which watching is counted: divisible by one to four and six patients for each."""


def shares(stay: Stay, clinic: Clinic) -> tuple[tuple[int, int, int], ...]:
    """(from, until, shares) of a person that a visit needs, in minutes after the arrival; shares are rounded up."""
    cover = clinic.cover
    turn = min(cover.first_min, stay.leaves_min)
    parts = ((0, turn, -(-SHARE // cover.first_most)), (turn, stay.leaves_min, -(-SHARE // cover.then_most)))
    return tuple(part for part in parts if part[0] < part[1])


def people_at(present: Sequence[Present], minute: int) -> int:
    return len({one.staff_id for one in present if one.from_min <= minute < one.until_min})
