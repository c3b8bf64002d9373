"""What is due in a course, from its infusions and its forms: the schedule asked with what the course knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dripstand.course.queries import CourseDetails, EndedCourse, RunningSeries, ended_since, spacing_rules
from dripstand.course.spacing import days_between
from dripstand.course.states import State
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.occasions import Occasion, Windows
from dripstand.outcomes.queries import ended_keys_of_courses
from dripstand.outcomes.schedule import (
    Course,
    Due,
    Handed,
    Infusion,
    Plan,
    counts,
    due,
    due_afterwards,
    near_afterwards,
)
from dripstand.premises.queries import clinic_zone

AFTERWARDS = (Occasion.END_OF_COURSE, Occasion.WEEKLY, Occasion.MONTHLY)
AFTER_A_SERIES = (Occasion.DAY_AFTER, Occasion.END_OF_COURSE)
"""What is still asked of a series that another has followed. The weeks after are those of the series that goes on."""

MISSED_SHOWN = timedelta(days=3)
"""So long it is said that something was missed. Assumed."""

BIPOLAR, PAIN = "bipolar_depression", "chronic_pain"


@dataclass(frozen=True, slots=True)
class _One:
    """One infusion as its course knows it. drug_at: as it is booked. has_visit: a visit was opened for it."""

    number: int
    started_at: datetime | None
    ended_at: datetime | None
    drug_at: datetime | None
    wanted_on: date | None
    has_visit: bool
    is_maintenance: bool

    def starts_at(self, today: date, zone: ZoneInfo) -> datetime | None:
        """When it started, else is booked to start, else noon of the day that the pattern names.

        None once that day is over without a place: nobody was asked anything for an infusion that nobody planned. Where
        a visit is open all the same, it is today's.
        """
        if self.started_at is not None or self.drug_at is not None or self.wanted_on is None:
            return self.started_at or self.drug_at
        if self.wanted_on < today and not self.has_visit:
            return None
        return datetime.combine(max(self.wanted_on, today), time(12), tzinfo=zone)


def due_of_course(
    course: CourseDetails,
    forms: Iterable[Filled],
    now: datetime,
    zone: ZoneInfo | None = None,
    *,
    series_number: int | None = None,
) -> tuple[Due, ...]:
    """Everything that is, was or will be due in one series, each with what became of it. None: in the present one, and
    what the series before it left to be asked; of a course that has ended, in the last one that any drug was given in.

    The end of the series is that of its last infusion once all are given, or of the course where it was the last.
    zone: the clinic's, where the caller has it at hand.
    """
    handed = [each.handed for each in forms if each.handed is not None]
    present = course.series_number if course.ended_at is None else _last_given(course)
    number = present if series_number is None else series_number
    ended_at = course.ended_at if number == present else None
    infusions = [
        _One(
            one.number, one.started_at, one.ended_at, one.booking.drug_at if one.booking else None, one.wanted_on,
            bool(one.session_id), one.is_maintenance,
        )
        for one in course.series_of(number)
    ]  # fmt: skip
    asked = _asked(infusions, now, zone or clinic_zone(), lambda: gap_d_of(course.indication))
    if course.state is State.PAUSED:
        asked = _only_given(asked, infusions)
    plan = plan_of(course.indication)
    found = due(plan, _scheduled(asked, infusions, ended_at, number), handed, now)
    if series_number is not None or course.ended_at is not None:
        return found
    earlier = {
        before: [(one.number, one.started_at, one.ended_at) for one in course.series_of(before)]
        for before in range(1, number)
    }
    return _in_order((*found, *_still_asked(plan, earlier, handed, now)))


def _last_given(course: CourseDetails) -> int:
    """One that was begun and never given has no end to ask about: that of the one before is the end of the course."""
    return max((one.series_number for one in course.infusions if one.started_at), default=course.series_number)


def open_slots(
    series: RunningSeries,
    ended: Mapping[str, datetime],
    now: datetime,
    zone: ZoneInfo,
    *,
    gap_d: Callable[[str], int] | None = None,
) -> tuple[Due, ...]:
    """What of the present series, and of those before it, has neither been handed in nor left out: due_of_course
    without the rest, for which no answer need be read.

    ended: by key, as queries.ended_keys_of_courses answers them. zone: the clinic's. gap_d: gap_d_of, remembered by
    whoever asks about many.
    """
    plan = plan_of(series.indication)
    infusions = [
        _One(
            one.number, one.started_at, one.ended_at, one.drug_at, one.wanted_on, bool(one.session_id),
            one.is_maintenance,
        )
        for one in series.infusions
    ]  # fmt: skip
    asked = _asked(infusions, now, zone, lambda: (gap_d or gap_d_of)(series.indication))
    if series.is_paused:
        asked = _only_given(asked, infusions)
    earlier = {
        before: [(one.number, one.started_at, one.ended_at) for one in planned]
        for before, planned in series.earlier.items()
    }
    present = due(plan, _scheduled(asked, infusions, None, series.series_number), (), now)
    return tuple(
        each
        for each in _in_order((*present, *_still_asked(plan, earlier, (), now)))
        if (at := ended.get(each.key)) is None or not counts(plan.windows, each.occasion, each.opens_at, at)
    )


GAP_LEAST_D = 14
"""The least that a signed protocol may name (protocol/bounds.py): what is nearer together needs no look at it."""


def gap_d_of(indication: str) -> int:
    """After how many days without an infusion the clinic's signed protocol asks for the baseline again (7.1)."""
    return spacing_rules(indication=indication).baseline_again_d


def plan_of(indication: str) -> Plan:
    """What is asked of somebody who is treated for this; without a course (indication "") as for depression."""
    if indication == PAIN:
        return Plan.for_pain()
    return Plan().for_bipolar() if indication == BIPOLAR else Plan()


def _asked(planned: Sequence[_One], now: datetime, zone: ZoneInfo, gap_d: Callable[[], int]) -> tuple[Infusion, ...]:
    """The infusions around which something is asked: those that have a time."""
    today = now.astimezone(zone).date()
    found: list[Infusion] = []
    for one in planned:
        starts_at = one.starts_at(today, zone)
        if starts_at is None:
            continue
        before = found[-1] if found and found[-1].ended_at is not None else None
        between_d = days_between(before.starts_at, starts_at, zone) if before is not None else 0
        # the infusions of a maintenance are planned that far apart
        after_gap = between_d >= GAP_LEAST_D and not one.is_maintenance and between_d >= gap_d()
        found.append(Infusion(one.number, starts_at, one.ended_at, after_gap))
    return tuple(found)


def _only_given(asked: Sequence[Infusion], planned: Sequence[_One]) -> tuple[Infusion, ...]:
    """Of a course that is paused nothing is planned: it asks about what was given."""
    given = {one.number for one in planned if one.started_at is not None}
    return tuple(one for one in asked if one.number in given)


def _still_asked(
    plan: Plan,
    earlier: Mapping[int, Iterable[tuple[int, datetime | None, datetime | None]]],
    handed: Sequence[Handed],
    now: datetime,
) -> Iterator[Due]:
    """Of series that another has followed what is still asked until its window closes, whatever follows: a maintenance
    that is begun the day after must not take the induction's result away. What was missed is said as long as elsewhere.

    earlier: by the number of the series its infusions, each with its number, its start and its end.
    """
    latest = max(plan.windows.day_after_to, plan.windows.end_of_course) + MISSED_SHOWN
    for number, infusions in earlier.items():
        given = tuple(Infusion(one, started, ended) for one, started, ended in infusions if started is not None)
        ends = [one.ended_at for one in given if one.ended_at is not None]
        if not ends or max(ends) + latest < now:
            continue
        over_at = max(ends) if len(ends) == len(given) else None
        for each in due(plan, Course(given, over_at, number, given[0].number), handed, now):
            if each.occasion in AFTER_A_SERIES and now <= each.closes_at + MISSED_SHOWN:
                yield each


def _in_order(slots: Iterable[Due]) -> tuple[Due, ...]:
    return tuple(sorted(slots, key=lambda each: (each.due_at, each.key)))


def _scheduled(
    asked: tuple[Infusion, ...], planned: Sequence[_One], ended_at: datetime | None, series_number: int
) -> Course:
    """The series as the schedule takes it, and when it was over."""
    ends = [one.ended_at for one in planned]
    last = max((at for at in ends if at is not None), default=None)
    over_at = ended_at or (last if ends and all(at is not None for at in ends) else None)
    first_number = planned[0].number if planned else 1
    return Course(asked, over_at, max(series_number, 1), first_number)


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
        done = ended.get(one.course_id, {})
        if still := tuple(sorted(each for each in asked if each[1] not in done)):
            found.append(Afterwards(one, plan, still))
    return tuple(sorted(found, key=lambda one: (one.asked[0], one.course.course_id)))


def course_asked(courses: Sequence[CourseDetails], now: datetime) -> CourseDetails | None:
    """Of a patient's courses, the newest first, the one whose schedule asks something: the one under way, else the
    newest that is still asked after, also beside one that is only evaluated or was ended without any drug given."""
    under_way = next((one for one in courses if one.ended_at is None), None)
    if under_way is not None and under_way.state is not State.EVALUATION:
        return under_way
    return next((one for one in courses if is_asked_afterwards(one, now)), under_way)


def is_asked_afterwards(course: CourseDetails, now: datetime) -> bool:
    """Whether anything is still to be asked of somebody whose course has ended."""
    if course.ended_at is None or not any(one.started_at is not None for one in course.infusions):
        return False
    return now <= course.ended_at + Windows().after_the_course
