"""What every verb of this room does the same way: wait for its turn at a course, and write down what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from dripstand.course import models
from dripstand.course.errors import NoSuchBooking, NoSuchCourse, NoSuchInfusion
from dripstand.course.judging import Break
from dripstand.live.publisher import publish
from dripstand.people.actors import Actor


def key_of(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def locked_course(course_id: object) -> models.Course:
    """The course, held until the transaction ends: changes of one course come one after the other.

    On PostgreSQL the row is locked; SQLite lets one writer in at a time anyway. Raises NoSuchCourse.
    """
    key = key_of(course_id)
    row = models.Course.objects.select_for_update().filter(pk=key).first() if key else None
    if row is None:
        raise NoSuchCourse(str(course_id))
    return row


def planned(infusion_id: object) -> models.PlannedInfusion:
    """Raises NoSuchInfusion."""
    key = key_of(infusion_id)
    row = models.PlannedInfusion.objects.select_related("course").filter(pk=key).first() if key else None
    if row is None:
        raise NoSuchInfusion(str(infusion_id))
    return row


def booked(booking_id: object) -> models.Booking:
    """Raises NoSuchBooking."""
    key = key_of(booking_id)
    row = models.Booking.objects.select_related("infusion").filter(pk=key).first() if key else None
    if row is None:
        raise NoSuchBooking(str(booking_id))
    return row


def written_before(course_id: object, submission_id: str) -> models.CourseEntry | None:
    """The entry that the same submission made the first time, if it was here before (H17)."""
    key = key_of(course_id)
    if not submission_id or key is None:
        return None
    return models.CourseEntry.objects.filter(course_id=key, submission_id=submission_id).first()


def write(
    course: models.Course,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    breaks: Iterable[Break] = (),
    submission_id: str = "",
) -> models.CourseEntry:
    """One entry of the course's history, and the course's version raised. The course is locked by the caller."""
    last = models.CourseEntry.objects.filter(course=course).aggregate(last=Max("sequence"))["last"] or 0
    entry = models.CourseEntry.objects.create(
        course=course,
        sequence=last + 1,
        kind=kind,
        facts=dict(facts or {}),
        breaks=[one.code for one in breaks],
        reason=" ".join(reason.split())[:500],
        recorded_at=now,
        staff_id=actor.staff_id,
        staff_name=actor.name,
        submission_id=submission_id,
    )
    course.version_number += 1
    course.save()
    return entry


def write_many(
    told: Mapping[models.Course, Sequence[Mapping[str, Any]]], kind: str, *, actor: Actor, now: datetime
) -> None:
    """As write, for many courses at once: each set of facts an entry, in order. The caller has locked the courses."""
    heads = models.CourseEntry.objects.filter(course__in=list(told)).values_list("course_id")
    last = dict(heads.annotate(last=Max("sequence")).order_by())
    models.CourseEntry.objects.bulk_create(
        models.CourseEntry(
            course=course,
            sequence=last.get(course.pk, 0) + place,
            kind=kind,
            facts=dict(facts),
            breaks=[],
            recorded_at=now,
            staff_id=actor.staff_id,
            staff_name=actor.name,
        )
        for course, entries in told.items()
        for place, facts in enumerate(entries, start=1)
    )
    for course, entries in told.items():
        course.version_number += len(entries)
    models.Course.objects.bulk_update(list(told), ("version_number",), batch_size=500)


def tell_screens() -> None:
    """After the commit: open boards and calendars look again at what is booked."""
    transaction.on_commit(lambda: publish("board", {"type": "bookings"}))
