"""Calendar feeds: a secret address that a calendar reads, for the clinic, one member of staff, or one patient.

The words of a feed never name the treatment, and for staff not the patient either: a telephone shows them on its lock
screen. The clinic's and the staff's say initials, chair and which of how many; a patient's says "appointment".
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from icalendar import Calendar, Event

from dripstand.course import models
from dripstand.course.models import BookingState
from dripstand.course.queries import BookingDetails, bookings_between
from dripstand.people.access import service, service_without_actor
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.queries import patient as patient_of
from dripstand.people.queries import staff_member
from dripstand.premises.queries import chair as chair_of

SECRET_BYTES = 24
BACK, AHEAD = timedelta(days=14), timedelta(days=180)
WRITTEN_AT_MOST_EVERY = timedelta(hours=1)
PATIENT_SUMMARY = {"en": "Appointment", "de": "Termin", "es": "Cita"}


class Scope(StrEnum):
    CLINIC = "clinic"
    STAFF = "staff"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class FeedDetails:
    """One feed as the page shows it; never its address.

    maker_left: who made it, and so has seen its address, works here no longer. is_stopped: it answers nothing.
    """

    feed_id: str
    scope: Scope
    whose: str
    made_at: datetime
    made_by_name: str
    last_read_at: datetime | None
    maker_left: bool
    is_stopped: bool


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@transaction.atomic
def make_feed(
    actor: Actor, *, scope: Scope, now: datetime, patient_id: str | None = None, staff_id: str | None = None
) -> str:
    """Make a feed; answers its secret, which is kept nowhere. One's own, the clinic's, or a patient's.

    Raises Unacceptable for somebody else's own feed, NoSuchPatient.
    """
    if scope is Scope.STAFF and staff_id not in (None, actor.staff_id):
        raise Unacceptable({"staff_id": "a feed of one's own only"})
    if scope is Scope.PATIENT:
        patient_id = patient_of(str(patient_id)).patient_id
    secret = secrets.token_urlsafe(SECRET_BYTES)
    models.CalendarFeed.objects.create(
        scope=scope.value,
        staff_id=UUID(actor.staff_id) if scope is Scope.STAFF else None,
        patient_id=UUID(str(patient_id)) if scope is Scope.PATIENT else None,
        secret_sha256=_sha256(secret),
        made_at=now,
        made_by_id=UUID(actor.staff_id),
        made_by_name=actor.name,
    )
    return secret


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@transaction.atomic
def take_back_feed(actor: Actor, *, feed_id: str, now: datetime) -> None:
    """A feed answers nothing any more."""
    models.CalendarFeed.objects.filter(pk=UUID(feed_id), taken_back_at=None).update(taken_back_at=now)


def feeds() -> tuple[FeedDetails, ...]:
    """Every feed that nobody took back, the newest first; one that has stopped by itself says so."""
    rows = models.CalendarFeed.objects.filter(taken_back_at=None).select_related("staff", "made_by")
    return tuple(
        FeedDetails(
            feed_id=str(row.pk),
            scope=Scope(row.scope),
            whose=patient_of(str(row.patient_id)).name
            if row.patient_id
            else staff_member(str(row.staff_id)).full_name
            if row.staff_id
            else "",
            made_at=row.made_at,
            made_by_name=row.made_by_name,
            last_read_at=row.last_read_at,
            maker_left=row.made_by is not None and not row.made_by.is_active,
            is_stopped=_is_stopped(row),
        )
        for row in rows
    )


def _is_stopped(row: models.CalendarFeed) -> bool:
    """Whoever leaves takes along what they read: their own feed, and those of the whole clinic whose address they saw.

    A patient's goes on. It names nobody, and the calendar of somebody who comes tomorrow must not fall silent because
    a receptionist left; the page says that its maker did.
    """
    leavers = (row.staff, row.made_by if row.scope == Scope.CLINIC else None)
    return any(one is not None and not one.is_active for one in leavers)


@service_without_actor("A calendar asks with the secret of its address; nobody is signed in.")
def read_feed(*, secret: str, now: datetime, host: str) -> bytes | None:
    """The feed as iCalendar; None where the secret opens nothing any more."""
    rows = models.CalendarFeed.objects.select_related("staff", "made_by")
    row = rows.filter(secret_sha256=_sha256(secret), taken_back_at=None).first()
    if row is None or _is_stopped(row):
        return None
    if row.last_read_at is None or now - row.last_read_at >= WRITTEN_AT_MOST_EVERY:
        models.CalendarFeed.objects.filter(pk=row.pk).update(last_read_at=now)
    found = [
        one
        for one in bookings_between(now - BACK, now + AHEAD, states=(BookingState.HELD, BookingState.KEPT))
        if (row.patient_id is None or one.patient_id == str(row.patient_id))
        and (row.staff_id is None or one.nurse_id == str(row.staff_id))
    ]
    language = _language(str(row.patient_id)) if row.patient_id else "en"
    return calendar_of(found, Scope(row.scope), now=now, host=host, language=language)


def _language(patient_id: str) -> str:
    from dripstand.course.queries import wishes_of

    return wishes_of(patient_id).language or "en"


def calendar_of(
    bookings: Iterable[BookingDetails], scope: Scope, *, now: datetime, host: str, language: str = "en"
) -> bytes:
    """iCalendar (RFC 5545) of these bookings; times in UTC, so that no zone table can disagree about them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Dripstand//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for one in bookings:
        entry = Event()
        entry.add("uid", f"{one.booking_id}@{host}")
        entry.add("dtstamp", now)
        entry.add("sequence", one.version_number)
        entry.add("dtstart", one.starts_at)
        entry.add("dtend", one.leaves_at if scope is Scope.PATIENT else one.ends_at)
        entry.add("class", "PRIVATE")
        entry.add("summary", _summary(one, scope, language))
        calendar.add_component(entry)
    answer: bytes = calendar.to_ical()
    return answer


def _summary(one: BookingDetails, scope: Scope, language: str) -> str:
    if scope is Scope.PATIENT:
        return PATIENT_SUMMARY.get(language, PATIENT_SUMMARY["en"])
    initials = patient_of(one.patient_id).initials
    return f"{initials} {one.number}/{one.count}, {chair_of(one.chair_id).name}"
