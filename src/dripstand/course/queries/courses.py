"""The reads of courses, their planned infusions and their bookings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum

from dripstand.course import models
from dripstand.course.errors import NoSuchBooking, NoSuchCourse, NoSuchInfusion
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.queries.details import (
    BookingDetails,
    CourseDetails,
    Entry,
    InfusionDetails,
    bookings_from,
    counts_of,
    course_from,
    courses_from,
    infusions_from,
    key_of,
)
from dripstand.course.states import State


def course(course_id: str) -> CourseDetails:
    """One course. Raises NoSuchCourse."""
    key = key_of(course_id)
    row = models.Course.objects.filter(pk=key).first() if key else None
    if row is None:
        raise NoSuchCourse(course_id)
    return course_from(row)


def courses_by_id(course_ids: Iterable[str]) -> dict[str, CourseDetails]:
    """Many courses in a few reads, by id; what is not there is left out."""
    keys = [key for key in map(key_of, course_ids) if key is not None]
    return {one.course_id: one for one in courses_from(models.Course.objects.filter(pk__in=keys))}


def courses_of(patient_id: str) -> tuple[CourseDetails, ...]:
    """All courses of a patient, the newest first."""
    key = key_of(patient_id)
    rows = models.Course.objects.filter(patient_id=key).order_by("-opened_at") if key else ()
    return courses_from(rows)


def open_course_of(patient_id: str) -> CourseDetails | None:
    """The course that a patient is in, or None."""
    key = key_of(patient_id)
    row = models.Course.objects.filter(patient_id=key, ended_at=None).first() if key else None
    return course_from(row) if row is not None else None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course as a list shows it. given_count, count: of its present series."""

    course_id: str
    patient_id: str
    state: State
    indication: str
    given_count: int
    count: int
    opened_at: datetime
    ended_at: datetime | None = None


def open_courses() -> tuple[CourseLine, ...]:
    """Every course that has not ended, the newest first."""
    return _lines(models.Course.objects.filter(ended_at=None).order_by("-opened_at"))


def ended_courses(*, skip_count: int = 0, most_count: int = 50) -> tuple[CourseLine, ...]:
    """Courses that have ended, the one that ended last first."""
    rows = models.Course.objects.filter(ended_at__isnull=False).order_by("-ended_at", "pk")
    return _lines(rows[skip_count : skip_count + most_count])


def _lines(found: Iterable[models.Course]) -> tuple[CourseLine, ...]:
    rows = list(found)
    counts = counts_of(row.pk for row in rows)
    given: dict[tuple[str, int], int] = {}
    for course_id, series in models.PlannedInfusion.objects.filter(
        course_id__in=[row.pk for row in rows], state=InfusionState.GIVEN
    ).values_list("course_id", "series_number"):
        given[str(course_id), series] = given.get((str(course_id), series), 0) + 1
    return tuple(
        CourseLine(
            course_id=str(row.pk),
            patient_id=str(row.patient_id),
            state=State(row.state),
            indication=row.indication,
            given_count=given.get((str(row.pk), row.series_number), 0),
            count=counts.get((str(row.pk), row.series_number), 0),
            opened_at=row.opened_at,
            ended_at=row.ended_at,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class EndedCourse:
    """A course that has ended and in which drug was given, as far as asking afterwards needs it.

    series_number: of the last series in which any was.
    """

    course_id: str
    patient_id: str
    indication: str
    series_number: int
    ended_at: datetime


def ended_since(since: datetime) -> tuple[EndedCourse, ...]:
    """Courses that ended since and in which drug was given, each patient's newest; nobody who is in a course again.

    One that is only evaluated asks nothing by itself, so that until its induction the last one goes on asking.
    """
    again = models.Course.objects.filter(patient_id=OuterRef("patient_id"), ended_at=None).exclude(
        state=State.EVALUATION.value
    )
    given = models.PlannedInfusion.objects.filter(course_id=OuterRef("pk"), started_at__isnull=False)
    rows = (
        models.Course.objects.filter(~Exists(again), Exists(given), ended_at__gte=since)
        .annotate(last_given=Subquery(given.order_by("-series_number").values("series_number")[:1]))
        .order_by("ended_at", "pk")
        .values_list("pk", "patient_id", "indication", "last_given", "ended_at")
    )
    newest = {row[1]: row for row in rows}
    return tuple(
        EndedCourse(str(pk), str(patient_id), indication, series_number, ended_at)
        for pk, patient_id, indication, series_number, ended_at in newest.values()
        if ended_at is not None
    )


@dataclass(frozen=True, slots=True)
class FirstSeries:
    """The first induction of a course, once it is over: what a clinic's own results are reckoned from.

    planned_count: how many were planned, those dropped before they were given as well.
    """

    course_id: str
    patient_id: str
    indication: str
    given_count: int
    planned_count: int


def courses_stand() -> tuple[int, int]:
    """How many courses there are and how often any of them changed: the same as long as nothing of them has."""
    found = models.Course.objects.aggregate(count=Count("pk"), changes=Sum("version_number"))
    return found["count"], found["changes"] or 0


def first_series_over() -> tuple[FirstSeries, ...]:
    """The first series of every course that has ended, or has gone on to another series; oldest first."""
    over = models.Course.objects.filter(Q(ended_at__isnull=False, series_number__gte=1) | Q(series_number__gt=1))
    of_first = Q(infusions__series_number=1)
    rows = over.annotate(
        given=Count("infusions", filter=of_first & Q(infusions__state=InfusionState.GIVEN)),
        planned=Count("infusions__number", filter=of_first, distinct=True),
    ).order_by("opened_at", "pk")
    return tuple(
        FirstSeries(str(row["pk"]), str(row["patient_id"]), row["indication"], row["given"], row["planned"])
        for row in rows.values("pk", "patient_id", "indication", "given", "planned")
    )


def infusion_times(course_ids: Iterable[str]) -> dict[tuple[str, int, int], tuple[datetime, datetime | None]]:
    """When each infusion of these courses started and ended, by course, series and number; one read of plain columns.

    Of one that was begun twice the last start: what was asked before it was asked before that.
    """
    rows = (
        models.PlannedInfusion.objects.filter(course_id__in=list(course_ids), started_at__isnull=False)
        .order_by("started_at")
        .values_list("course_id", "series_number", "number", "started_at", "ended_at")
    )
    return {
        (str(course_id), series, number): (start, end)
        for course_id, series, number, start, end in rows
        if start is not None
    }


def history_of(course_id: str) -> tuple[Entry, ...]:
    """Everything that was done to a course, the newest first."""
    key = key_of(course_id)
    rows = models.CourseEntry.objects.filter(course_id=key).order_by("-sequence") if key else ()
    return tuple(
        Entry(
            sequence=row.sequence,
            kind=row.kind,
            facts=row.facts,
            breaks=tuple(row.breaks),
            reason=row.reason,
            recorded_at=row.recorded_at,
            staff_name=row.staff_name,
        )
        for row in rows
    )


def infusion(infusion_id: str) -> InfusionDetails:
    """One planned infusion. Raises NoSuchInfusion."""
    key = key_of(infusion_id)
    rows = models.PlannedInfusion.objects.select_related("course").filter(pk=key) if key else ()
    found = infusions_from(rows)
    if not found:
        raise NoSuchInfusion(infusion_id)
    return found[0]


def infusion_of_session(session_id: str) -> InfusionDetails | None:
    """The planned infusion that a visit gives; None for a visit outside any course."""
    key = key_of(session_id)
    rows = models.PlannedInfusion.objects.select_related("course").filter(session_id=key) if key else ()
    found = infusions_from(rows)
    return found[0] if found else None


def unplaced(*, most_count: int = 60) -> tuple[InfusionDetails, ...]:
    """Of every course under way the first infusion that is planned, not under way and has no place, by wanted day."""
    first: dict[object, models.PlannedInfusion] = {}
    for row in _unplaced():
        first.setdefault(row.course_id, row)
    found = sorted(first.values(), key=lambda row: row.wanted_on or date.max)
    return infusions_from(found[:most_count])


def waiting_for_a_place() -> tuple[InfusionDetails, ...]:
    """Of every course under way all infusions that are planned, not under way and have no place, in their order."""
    return infusions_from(_unplaced())


def maintained(infusion_ids: Iterable[str]) -> frozenset[str]:
    """Those of these infusions that are of a maintenance, in which no longest distance is asked for."""
    rows = models.PlannedInfusion.objects.filter(pk__in=list(infusion_ids), is_maintenance=True)
    return frozenset(str(one) for one in rows.values_list("pk", flat=True))


def _unplaced() -> Iterable[models.PlannedInfusion]:
    return (
        models.PlannedInfusion.objects.select_related("course")
        .filter(state=InfusionState.PLANNED, session_id=None, course__state__in=[State.INDUCTION, State.MAINTENANCE])
        .exclude(bookings__state=BookingState.HELD)
        .order_by("course_id", "series_number", "number")
    )


def next_infusion_of(patient_id: str) -> InfusionDetails | None:
    """The next infusion of the course that a patient is in; None without a course under way."""
    found = open_course_of(patient_id)
    return found.next_infusion if found is not None and found.state is not State.PAUSED else None


def booking(booking_id: str) -> BookingDetails:
    """One booking, whatever became of it. Raises NoSuchBooking."""
    key = key_of(booking_id)
    rows = models.Booking.objects.select_related("infusion").filter(pk=key) if key else ()
    found = bookings_from(rows)
    if not found:
        raise NoSuchBooking(booking_id)
    return found[0]


def bookings_between(
    start: datetime,
    end: datetime,
    states: Iterable[BookingState] = (BookingState.HELD, BookingState.KEPT),
) -> tuple[BookingDetails, ...]:
    """Bookings that hold a chair at any time in [start, end), by time."""
    rows = models.Booking.objects.select_related("infusion").filter(
        state__in=list(states), starts_at__lt=end, ends_at__gt=start
    )
    return bookings_from(rows)


def bookings_of(patient_id: str) -> tuple[BookingDetails, ...]:
    """All bookings of a patient, by time."""
    key = key_of(patient_id)
    return bookings_from(models.Booking.objects.select_related("infusion").filter(patient_id=key) if key else ())


def next_booking_of(patient_id: str, now: datetime) -> BookingDetails | None:
    """The patient's next appointment: of the chairs held for them from now on, the first."""
    held = (one for one in bookings_of(patient_id) if one.state is BookingState.HELD and one.starts_at > now)
    return next(held, None)
