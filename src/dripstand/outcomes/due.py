"""What is due in a course, from its infusions and its forms: the schedule asked with what the course knows."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dripstand.course.queries import CourseDetails, EndedCourse, RunningSeries, ended_since
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.occasions import Occasion, Windows
from dripstand.outcomes.queries import ended_keys_of_courses
from dripstand.outcomes.schedule import Course, Due, Infusion, Plan, due, due_afterwards, near_afterwards
from dripstand.premises.queries import clinic_zone

AFTERWARDS = (Occasion.END_OF_COURSE, Occasion.WEEKLY, Occasion.MONTHLY)
BIPOLAR, PAIN = "bipolar_depression", "chronic_pain"


def _begins(
    started_at: datetime | None, drug_at: datetime | None, wanted_on: date | None, zone: ZoneInfo
) -> datetime | None:
    """When an infusion started, else is booked to start, else noon of the day that the pattern names."""
    if started_at is not None:
        return started_at
    if drug_at is not None:
        return drug_at
    return datetime.combine(wanted_on, time(12), tzinfo=zone) if wanted_on is not None else None


def due_of_course(
    course: CourseDetails,
    forms: Iterable[Filled],
    now: datetime,
    zone: ZoneInfo | None = None,
    *,
    series_number: int | None = None,
) -> tuple[Due, ...]:
    """Everything that is, was or will be due in one series, each with what became of it. None: in the present one.

    The end of the series is that of its last infusion once all are given, or of the course where it ended.
    zone: the clinic's, where the caller has it at hand.
    """
    handed = [each.handed for each in forms if each.handed is not None]
    scheduled = _as_scheduled(course, zone or clinic_zone(), series_number)
    return due(_plan(course), scheduled, handed, now)


def open_slots(series: RunningSeries, ended_keys: Container[str], now: datetime, zone: ZoneInfo) -> tuple[Due, ...]:
    """What of the present series has neither been handed in nor left out: due_of_course without the rest, for which no
    answer need be read.

    ended_keys: as queries.ended_keys_of_courses answers them. zone: the clinic's.
    """
    starts = [(one.number, _begins(one.started_at, one.drug_at, one.wanted_on, zone)) for one in series.infusions]
    ends = [one.ended_at for one in series.infusions]
    slots = due(plan_of(series.indication), _scheduled(starts, ends, None, series.series_number), (), now)
    return tuple(each for each in slots if each.key not in ended_keys)


def _plan(course: CourseDetails) -> Plan:
    return plan_of(course.indication)


def plan_of(indication: str) -> Plan:
    """What is asked of somebody who is treated for this; without a course (indication "") as for depression."""
    if indication == PAIN:
        return Plan.for_pain()
    return Plan().for_bipolar() if indication == BIPOLAR else Plan()


def _as_scheduled(course: CourseDetails, zone: ZoneInfo, series_number: int | None) -> Course:
    number = course.series_number if series_number is None else series_number
    series = course.series_of(number)
    starts = [
        (one.number, _begins(one.started_at, one.booking.drug_at if one.booking else None, one.wanted_on, zone))
        for one in series
    ]
    return _scheduled(starts, [one.ended_at for one in series], course.ended_at, number)


def _scheduled(
    starts: Sequence[tuple[int, datetime | None]],
    ends: Sequence[datetime | None],
    ended_at: datetime | None,
    series_number: int,
) -> Course:
    """The series as the schedule takes it: the numbers of its infusions with their starts, and when each has ended."""
    infusions = tuple(
        Infusion(number, at, ended) for (number, at), ended in zip(starts, ends, strict=True) if at is not None
    )
    last = max((at for at in ends if at is not None), default=None)
    over_at = ended_at or (last if ends and all(at is not None for at in ends) else None)
    return Course(infusions, over_at, max(series_number, 1))


@dataclass(frozen=True, slots=True)
class Afterwards:
    """One person whose course has ended, and what is still asked of them: when it is due, and its key."""

    course: EndedCourse
    plan: Plan
    asked: tuple[tuple[datetime, str], ...]

    def slots(self, now: datetime, *, lately: timedelta, soon: timedelta) -> list[Due]:
        """In full, for whoever looks at this person."""
        keys = {key for _due_at, key in self.asked}
        one = self.course
        listed = due_afterwards(self.plan, one.ended_at, one.series_number, now, lately=lately, soon=soon)
        return [each for each in listed if each.key in keys]


def asked_afterwards(now: datetime, *, lately: timedelta, soon: timedelta) -> tuple[Afterwards, ...]:
    """Of everybody whose course is over what is due, was missed lately or opens soon, whoever is due first before the
    others. Two reads, however many there are."""
    plans: dict[str, Plan] = {}
    near: list[tuple[EndedCourse, Plan, list[tuple[datetime, str]]]] = []
    for one in ended_since(now - Windows().after_the_course - lately):
        if (plan := plans.get(one.indication)) is None:
            plan = plans[one.indication] = plan_of(one.indication)
        if asked := near_afterwards(plan, one.ended_at, one.series_number, now, lately=lately, soon=soon):
            near.append((one, plan, asked))
    ended = ended_keys_of_courses((one.course_id for one, _plan, _asked in near), occasions=AFTERWARDS)
    found: list[Afterwards] = []
    for one, plan, asked in near:
        done = ended.get(one.course_id, frozenset())
        if still := tuple(sorted(each for each in asked if each[1] not in done)):
            found.append(Afterwards(one, plan, still))
    return tuple(sorted(found, key=lambda one: (one.asked[0], one.course.course_id)))


def is_asked_afterwards(course: CourseDetails, now: datetime) -> bool:
    """Whether anything is still to be asked of somebody whose course has ended."""
    if course.ended_at is None or not any(one.started_at is not None for one in course.infusions):
        return False
    return now <= course.ended_at + Windows().after_the_course
