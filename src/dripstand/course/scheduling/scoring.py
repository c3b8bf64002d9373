"""What a plan costs in the eyes of patient and clinic, from its visits alone. Less is better, 0 is perfect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dripstand.course.scheduling.problem import Patient, Problem, Start, Visit


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each visit that could not be placed, is at a time that the patient would rather not come, is a day
    away from the pattern's day, or is one too many or too few in its week. Working values, from no study."""

    not_placed: int = 10_000
    not_preferred: int = 10
    day_off: int = 4
    uneven: int = 6


WEIGHTS = Weights()


def visit_cost(patient: Patient, start: Start, weights: Weights = WEIGHTS) -> int:
    """What this one visit costs, whatever stands around it."""
    cost = 0 if patient.can.prefers(start) else weights.not_preferred
    if patient.ideal_days:
        cost += weights.day_off * min(abs((start.day - ideal).days) for ideal in patient.ideal_days)
    return cost


def weeks_of(problem: Problem, patient: Patient) -> tuple[date, ...]:
    """Mondays of the weeks in which the clinic is open within the patient's days."""
    days = (day for day in problem.clinic.hours if patient.first_on <= day <= patient.last_on)
    return tuple(sorted({day - timedelta(days=day.weekday()) for day in days}))


def even_share(patient: Patient, weeks_count: int) -> tuple[int, int]:
    """The fewest and the most visits that an even week has."""
    least, rest = divmod(patient.visits_count, weeks_count) if weeks_count else (0, 0)
    return least, least + (rest > 0)


def cost(problem: Problem, visits: Sequence[Visit], weights: Weights = WEIGHTS) -> int:
    """The whole plan's. visits: what was proposed, without what was booked before."""
    total = 0
    for patient in problem.patients:
        own = [one for one in visits if one.patient_id == patient.patient_id]
        total += weights.not_placed * max(patient.visits_count - len(own), 0)
        total += sum(visit_cost(patient, one.start, weights) for one in own)
        if patient.ideal_days or not patient.visits_count:
            continue
        weeks = weeks_of(problem, patient)
        least, most = even_share(patient, len(weeks))
        in_week = Counter(one.start.day - timedelta(days=one.start.day.weekday()) for one in own)
        total += weights.uneven * sum(max(in_week[week] - most, least - in_week[week], 0) for week in weeks)
    return total
