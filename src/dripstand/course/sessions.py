"""What the chair tells the course: a visit was opened, drug started, the visit is over. And what a prescriber says to
an infusion that was given only in part.

`infusion.services` calls these inside its own transaction, so the log of a session and the plan of its course cannot
come apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from dripstand.course import models
from dripstand.course.judging import Refusal, refuse
from dripstand.course.keeping import key_of, locked_course, planned, write, write_many, written_before
from dripstand.course.models import BookingState, InfusionState
from dripstand.people.access import service, service_without_actor
from dripstand.people.actors import DRIPSTAND, Actor, Role

ROWS_AT_ONCE_COUNT = 500
WHOLE_FROM_FRACTION = Decimal("0.8")
"""From so much of the ordered dose on an infusion counts by itself. Assumed: the clinic must confirm it; below, a
prescriber says whether it counts."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a visit ended, as its log says. started_at None: no drug ran. Doses in mg, None where not known."""

    session_id: str
    started_at: datetime | None
    ended_at: datetime | None
    dose_given_mg: Decimal | None
    dose_ordered_mg: Decimal | None


@service_without_actor("infusion.services.open_session calls it in its own transaction, and names the actor itself")
@transaction.atomic
def visit_opened(*, infusion_id: str, session_id: str) -> None:
    """Say which visit gives a planned infusion. Raises NoSuchInfusion, and ValueError where another visit gives it."""
    row = planned(infusion_id)
    if row.session_id is not None and str(row.session_id) != session_id:
        raise ValueError(f"infusion {row.number} of this series has a visit already")
    row.session_id = key_of(session_id)
    row.save(update_fields=["session_id"])


@service_without_actor("infusion.services tells it as the log grows; nobody asks for it")
@transaction.atomic
def infusion_started(*, session_id: str, started_at: datetime | None) -> None:
    """Drug runs: spacing counts from here. None: a start that was charted in error was taken back."""
    models.PlannedInfusion.objects.filter(session_id=key_of(session_id)).update(started_at=started_at)


@service_without_actor("infusion.services tells it when a session ends; nobody asks for it")
@transaction.atomic
def infusion_ended(ended: Ended, *, now: datetime) -> None:
    """A visit is over. Told again after a late entry or a correction, it is put right.

    Nothing ran: the infusion is planned as before, its booking missed, and it wants another time, unless its series was
    left meanwhile. Most of the dose ran:
    it was given. Less: a prescriber has to say whether it counts, and what they said stays.
    """
    row = models.PlannedInfusion.objects.select_related("course").filter(session_id=key_of(ended.session_id)).first()
    if row is None:
        return
    course = locked_course(row.course_id)
    row.refresh_from_db()
    before = row.state
    if ended.started_at is None:
        _nothing_ran(course, row)
    else:
        row.started_at, row.ended_at = ended.started_at, ended.ended_at
        row.dose_given_mg, row.dose_ordered_mg = ended.dose_given_mg, ended.dose_ordered_mg
        if row.state in (InfusionState.PLANNED, InfusionState.PARTIAL, InfusionState.GIVEN):
            decided = models.CourseEntry.objects.filter(
                course=course, kind="partial_counted", facts__infusion_id=str(row.pk)
            ).exists()
            row.state = InfusionState.GIVEN if decided or _is_whole(ended) else InfusionState.PARTIAL
        row.save()
        _booking_over(row, BookingState.KEPT)
    if row.state != before or before == InfusionState.PLANNED:
        write(course, "visit_over", actor=DRIPSTAND, now=now, facts=_facts_of(row, ended))


@service_without_actor("infusion.bringing_in tells it of visits of the past, in the transaction that stores them")
@transaction.atomic
def infusions_ended(told: Iterable[Ended], *, now: datetime) -> None:
    """As infusion_ended for many visits at once, with a few queries for all of them.

    A visit in which nothing ran, or of an infusion that is not merely planned, is told by itself.
    """
    by_session = {key_of(ended.session_id): ended for ended in told}
    rows = list(models.PlannedInfusion.objects.filter(session_id__in=list(by_session)))
    courses = {
        row.pk: row for row in models.Course.objects.select_for_update().filter(pk__in={one.course_id for one in rows})
    }
    plain: list[models.PlannedInfusion] = []
    for row in rows:
        ended = by_session[row.session_id]
        if ended.started_at is None or row.state != InfusionState.PLANNED:
            infusion_ended(ended, now=now)
            continue
        row.started_at, row.ended_at = ended.started_at, ended.ended_at
        row.dose_given_mg, row.dose_ordered_mg = ended.dose_given_mg, ended.dose_ordered_mg
        row.state = InfusionState.GIVEN if _is_whole(ended) else InfusionState.PARTIAL
        plain.append(row)
    if not plain:
        return
    columns = ("started_at", "ended_at", "dose_given_mg", "dose_ordered_mg", "state")
    models.PlannedInfusion.objects.bulk_update(plain, columns, batch_size=ROWS_AT_ONCE_COUNT)
    held = models.Booking.objects.filter(infusion__in=plain, state=BookingState.HELD).values_list("infusion_id")
    booked = {infusion_id for (infusion_id,) in held}
    for row in plain:
        if row.pk in booked:
            _booking_over(row, BookingState.KEPT)
    told_by_course: dict[UUID, list[dict[str, object]]] = {}
    for row in sorted(plain, key=lambda one: (one.started_at or now, one.number)):
        told_by_course.setdefault(row.course_id, []).append(_facts_of(row, by_session[row.session_id]))
    write_many({courses[key]: facts for key, facts in told_by_course.items()}, "visit_over", actor=DRIPSTAND, now=now)


def _facts_of(row: models.PlannedInfusion, ended: Ended) -> dict[str, object]:
    return {
        "infusion_id": str(row.pk),
        "number": row.number,
        "session_id": ended.session_id,
        "state": row.state,
        "dose_given_mg": str(ended.dose_given_mg) if ended.dose_given_mg is not None else "",
    }


def _is_whole(ended: Ended) -> bool:
    """Whether enough of what was ordered ran. An unknown dose is for a person to judge."""
    if ended.dose_given_mg is None or not ended.dose_ordered_mg:
        return False
    return ended.dose_given_mg >= ended.dose_ordered_mg * WHOLE_FROM_FRACTION


def _nothing_ran(course: models.Course, row: models.PlannedInfusion) -> None:
    _booking_over(row, BookingState.MISSED)
    row.session_id = None
    row.started_at = row.ended_at = None
    row.dose_given_mg = row.dose_ordered_mg = None
    if row.state in models.STANDING:
        row.state = InfusionState.PLANNED if _goes_on(course, row) else InfusionState.DROPPED
    row.save()


def _goes_on(course: models.Course, row: models.PlannedInfusion) -> bool:
    """Whether the series of an infusion is the present one of a course that has not ended: what is planned in one that
    was left would be looked for a chair, and be an infusion too many."""
    return course.ended_at is None and row.series_number == course.series_number


def _booking_over(row: models.PlannedInfusion, state: BookingState) -> None:
    held = models.Booking.objects.filter(infusion=row, state=BookingState.HELD)
    models.HeldSlot.objects.filter(booking__in=held).delete()
    models.Reminder.objects.filter(booking__in=held, state="due").update(state="void")
    held.update(state=state)


@service(Role.PRESCRIBER)
@transaction.atomic
def say_whether_it_counts(
    actor: Actor, *, infusion_id: str, counts: bool, reason: str, now: datetime, submission_id: str = ""
) -> None | Refusal:
    """Decide about an infusion that was given in part. One that does not count is planned once more, by its number,
    as long as its series goes on."""
    row = planned(infusion_id)
    course = locked_course(row.course_id)
    if written_before(course.pk, submission_id) is not None:
        return None
    row.refresh_from_db()
    if row.state != InfusionState.PARTIAL:
        return refuse("not_partial", number=row.number)
    if not reason.strip():
        return refuse("reason_missing")
    row.state = InfusionState.GIVEN if counts else InfusionState.NOT_COUNTED
    row.save(update_fields=["state"])
    if not counts and _goes_on(course, row):
        models.PlannedInfusion.objects.create(
            course=course,
            series_number=row.series_number,
            is_maintenance=row.is_maintenance,
            number=row.number,
        )
    kind = "partial_counted" if counts else "partial_not_counted"
    facts = {"infusion_id": str(row.pk), "number": row.number}
    write(course, kind, actor=actor, now=now, facts=facts, reason=reason, submission_id=submission_id)
    return None


@service(Role.PRESCRIBER, Role.NURSE)
@transaction.atomic
def mark_given(
    actor: Actor,
    *,
    infusion_id: str,
    started_at: datetime,
    reason: str,
    now: datetime,
    dose_given_mg: Decimal | None = None,
    ended_at: datetime | None = None,
    submission_id: str = "",
) -> None | Refusal:
    """Record an infusion that has no session here: given elsewhere, or charted on paper and kept as a scan.

    It counts for the series and for the spacing. What is charted in a session marks itself.
    """
    row = planned(infusion_id)
    course = locked_course(row.course_id)
    if written_before(course.pk, submission_id) is not None:
        return None
    row.refresh_from_db()
    if row.state != InfusionState.PLANNED or row.session_id is not None:
        return refuse("not_planned", number=row.number)
    if not reason.strip():
        return refuse("reason_missing")
    row.state = InfusionState.GIVEN
    row.started_at, row.ended_at, row.dose_given_mg = started_at, ended_at, dose_given_mg
    row.save()
    _booking_over(row, BookingState.KEPT)
    facts = {"infusion_id": str(row.pk), "number": row.number, "started_at": started_at.isoformat()}
    write(course, "marked_given", actor=actor, now=now, facts=facts, reason=reason, submission_id=submission_id)
    return None
