"""What a calendar breaks, worked out without the solver: every rule read off the visits themselves.

The solver's answers, a booking moved by hand and a plan from elsewhere are judged by the same function. It shares no
code with the solver's model, so that a mistake in one is seen by the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from dripstand.course.scheduling.problem import Chair, Clinic, Patient, Problem, Visit

NEVER = frozenset({"no_such_chair", "chair_taken", "patient_elsewhere", "within_24_h", "out_of_order"})
"""What nobody may book. Everything else a person may decide, with a reason."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that is broken: which (`code`), by which visits, and the facts of it as name and value.

    visit_ids: the visits that it is about, the one at fault last where there is an order.
    """

    code: str
    visit_ids: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def is_never(self) -> bool:
        return self.code in NEVER

    def fact(self, name: str) -> str:
        return dict(self.facts).get(name, "")


def finding(code: str, visits: Iterable[Visit] = (), **facts: object) -> Finding:
    return Finding(
        code, tuple(one.visit_id for one in visits), tuple((key, str(value)) for key, value in facts.items())
    )


def clock(minute: int) -> str:
    """10:05 for 605."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def check(problem: Problem, visits: Sequence[Visit]) -> tuple[Finding, ...]:
    """Everything that these visits break, beside what is booked. `visits` replace booked ones of the same id."""
    placed = {one.visit_id for one in visits}
    everything = [*visits, *(one for one in problem.booked if one.visit_id not in placed)]
    found: list[Finding] = []
    by_chair = {chair.chair_id: chair for chair in problem.clinic.chairs}
    for visit in everything:
        found += _of_clinic(problem.clinic, visit, by_chair.get(visit.chair_id))
        patient = problem.patient(visit.patient_id)
        if patient is not None:
            found += _of_patient(patient, visit, by_chair.get(visit.chair_id))
    found += _of_chairs(everything)
    found += _of_staff(problem.clinic, everything)
    of_patient: dict[str, list[Visit]] = defaultdict(list)
    for visit in everything:
        of_patient[visit.patient_id].append(visit)
    for patient in problem.patients:
        own = sorted(of_patient[patient.patient_id], key=lambda one: one.start)
        found += _spacing(problem.clinic, patient, own)
        proposed = sum(one.visit_id in placed for one in own) - sum(
            one.visit_id in placed and one.patient_id == patient.patient_id for one in problem.booked
        )
        if proposed != patient.visits_count:
            code = "visits_missing" if proposed < patient.visits_count else "visits_too_many"
            found.append(finding(code, own, who=patient.called, placed=proposed, wanted=patient.visits_count))
    return tuple(dict.fromkeys(found))


# --- one visit ------------------------------------------------------------------------------------------------------


def _of_clinic(clinic: Clinic, visit: Visit, chair: Chair | None) -> Iterator[Finding]:
    day, minute, leaves = visit.start.day, visit.start.minute, visit.leaves_min
    if chair is None:
        yield finding("no_such_chair", [visit])
    hours = clinic.hours.get(day)
    if hours is None:
        yield finding("outside_hours", [visit], day=day, opens="", closes="")
    elif minute < hours[0] or leaves > hours[1]:
        yield finding("outside_hours", [visit], day=day, opens=clock(hours[0]), closes=clock(hours[1]))
    for closed in clinic.closures:
        about = closed.is_about(chair) if chair is not None else not (closed.room_id or closed.chair_id)
        if closed.day == day and about and minute < closed.until_min and closed.from_min < leaves:
            yield finding("clinic_closed", [visit], day=day, words=closed.words)


def _of_patient(patient: Patient, visit: Visit, chair: Chair | None) -> Iterator[Finding]:
    day, minute, leaves, can = visit.start.day, visit.start.minute, visit.leaves_min, patient.can
    if not patient.first_on <= day <= patient.last_on:
        yield finding("outside_window", [visit], who=patient.called, first=patient.first_on, last=patient.last_on)
    if day.weekday() not in can.weekdays:
        yield finding("weekday_not_wished", [visit], who=patient.called, weekday=day.weekday())
    if any(one.day == day and minute < one.until_min and one.from_min < leaves for one in can.away):
        yield finding("patient_away", [visit], who=patient.called, day=day)
    if minute < can.not_before_min:
        yield finding("too_early_for_patient", [visit], who=patient.called, wished=clock(can.not_before_min))
    if leaves > can.home_by_min:
        yield finding("home_too_late", [visit], who=patient.called, wished=clock(can.home_by_min), leaves=clock(leaves))
    if chair is not None and can.single_room and not chair.is_single:
        yield finding("single_room_wished", [visit], who=patient.called, chair=chair.name)
    if chair is not None and can.bed and not chair.is_bed:
        yield finding("bed_needed", [visit], who=patient.called, chair=chair.name)


# --- several visits -------------------------------------------------------------------------------------------------


def _of_chairs(visits: Sequence[Visit]) -> Iterator[Finding]:
    """Two in one chair, or one patient in two places, whatever the minute."""
    by_day: dict[date, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_day[visit.start.day].append(visit)
    for today in by_day.values():
        today.sort(key=lambda one: (one.start.minute, one.visit_id))
        for index, one in enumerate(today):
            for other in today[index + 1 :]:
                if other.start.minute >= one.end_min:
                    break
                if one.patient_id == other.patient_id:
                    yield finding("patient_elsewhere", [one, other], who=other.called)
                elif one.chair_id and one.chair_id == other.chair_id:
                    yield finding(
                        "chair_taken",
                        [one, other],
                        who=one.called,
                        when=f"{clock(one.start.minute)}-{clock(one.end_min)}",
                    )


def _of_staff(clinic: Clinic, visits: Sequence[Visit]) -> Iterator[Finding]:
    """At each instant the shares of a person that the visits need are no more than the people who are there."""
    if clinic.presence is None:
        return
    by_day: dict[date, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_day[visit.start.day].append(visit)
    cover = clinic.cover
    for day, today in sorted(by_day.items()):
        there = [one for one in clinic.presence if one.day == day]
        edges = {edge for one in there for edge in (one.from_min, one.until_min)}
        for visit in today:
            turn = min(visit.start.minute + cover.first_min, visit.leaves_min)
            edges.update((visit.start.minute, turn, visit.leaves_min))
        short: list[tuple[int, int, Fraction]] = []
        for minute in sorted(edges):
            needed = sum(
                (
                    Fraction(1, cover.first_most if minute < one.start.minute + cover.first_min else cover.then_most)
                    for one in today
                    if one.start.minute <= minute < one.leaves_min
                ),
                Fraction(0),
            )
            people = len({one.staff_id for one in there if one.from_min <= minute < one.until_min})
            if needed > people:
                short.append((minute, people, needed))
        if short:
            minute, people, needed = max(short, key=lambda one: (one[2] - one[1], -one[0]))
            present = [one for one in today if one.start.minute <= minute < one.leaves_min]
            yield finding(
                "too_few_staff",
                present,
                day=day,
                at=clock(minute),
                people=people,
                needed=-(-needed // 1),
                chairs=len(present),
            )


def _spacing(clinic: Clinic, patient: Patient, own: Sequence[Visit]) -> Iterator[Finding]:
    rules = patient.spacing
    told = tuple((given.astimezone(clinic.zone).date(), given, None) for given in patient.given)
    starts: list[tuple[date, datetime, Visit | None]] = sorted(
        [*told, *((one.start.day, one.drug_at(clinic.zone), one) for one in own)], key=lambda one: one[1]
    )
    for (day, at, visit), (next_day, next_at, following) in pairwise(starts):
        if following is None and visit is None:
            continue
        both = [one for one in (visit, following) if one is not None]
        apart_d = (next_day - day).days
        if next_at - at < timedelta(hours=rules.least_h):
            hours = f"{(next_at - at).total_seconds() / 3600:.1f}"
            yield finding("within_24_h", both, who=patient.called, hours=hours, limit=rules.least_h)
        elif apart_d < rules.least_d:
            yield finding("too_close", both, who=patient.called, days=apart_d, limit=rules.least_d)
        elif rules.most_d is not None and apart_d > rules.most_d and visit is not None:
            yield finding("too_far", both, who=patient.called, days=apart_d, limit=rules.most_d)
    in_week: dict[date, list[Visit]] = defaultdict(list)
    for visit in own:
        in_week[visit.start.day - timedelta(days=visit.start.day.weekday())].append(visit)
    given_in = Counter(day - timedelta(days=day.weekday()) for day, _, _ in told)
    for monday, these in in_week.items():
        count = len(these) + given_in[monday]
        if count > rules.most_a_week:
            yield finding(
                "too_many_a_week", these, who=patient.called, week=monday, count=count, limit=rules.most_a_week
            )
