"""The verbs of the calendar: hold a chair for an infusion, move it, give it back, and put a whole plan in at once.

Every writing of chairs goes through `_place`: it judges all changes together, refuses what can never be, asks for the
codes of what a person decides in spite of, and holds the slots. Two people who book the same chair at the same moment
meet at the database's own constraint; the second is told in words who was first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from dripstand.course import models
from dripstand.course.chair_time import slots
from dripstand.course.judging import Break, Refusal, Visit, Weight, judge_all, refuse
from dripstand.course.keeping import booked, locked_course, planned, tell_screens, write, written_before
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.queries import infusion, maintained, neighbourhood, visit_for
from dripstand.course.states import UNDER_WAY, State
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role
from dripstand.people.links.purposes import Purpose
from dripstand.people.services import hand_links_on, withdraw_links_about

BOOKS = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when one infusion is to be. nurse_id: who is to be at the chair; None keeps who is named already."""

    infusion_id: str
    chair_id: str
    starts_at: datetime
    nurse_id: str | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked or moved: infusion id to booking id."""

    bookings: Mapping[str, str]

    @property
    def booking_id(self) -> str:
        """The one booking, where it was one."""
        return next(iter(self.bookings.values()))


@service(*BOOKS)
def book(
    actor: Actor,
    *,
    infusion_id: str,
    chair_id: str,
    starts_at: datetime,
    now: datetime,
    nurse_id: str | None = None,
    accepted: frozenset[str] = frozenset(),
    reason: str = "",
    submission_id: str = "",
) -> Booked | Refusal:
    """Hold a chair for a planned infusion.

    accepted: codes of breaks that the person has read and books in spite of; they need a reason and are kept with it.
    The same submission sent twice books once. Raises NoSuchInfusion.
    """
    place = Place(infusion_id, chair_id, starts_at, nurse_id)
    return _placed(actor, (place,), "booked", now, accepted, reason, submission_id)


@service(*BOOKS)
def move(
    actor: Actor,
    *,
    booking_id: str,
    chair_id: str,
    starts_at: datetime,
    now: datetime,
    seen_version: int | None = None,
    nurse_id: str | None = None,
    accepted: frozenset[str] = frozenset(),
    reason: str = "",
    submission_id: str = "",
) -> Booked | Refusal:
    """Move a booking to another time or chair; as book. seen_version: what the asking screen showed.

    Raises NoSuchBooking.
    """
    row = booked(booking_id)
    if row.state != BookingState.HELD:
        return refuse("not_held")
    if seen_version is not None and row.version_number != seen_version:
        return refuse("changed_meanwhile")
    place = Place(str(row.infusion_id), chair_id, starts_at, nurse_id)
    return _placed(actor, (place,), "moved", now, accepted, reason, submission_id)


@service(*BOOKS)
def place_all(
    actor: Actor,
    *,
    places: Sequence[Place],
    now: datetime,
    accepted: frozenset[str] = frozenset(),
    reason: str = "",
    submission_id: str = "",
) -> Booked | Refusal:
    """Book and move several infusions at once, of one patient or of several: all of it or nothing.

    They are judged against each other as they will stand, so two may change places.
    """
    if not places:
        return refuse("nothing_to_plan")
    return _placed(actor, places, "planned", now, accepted, reason, submission_id)


@service(*BOOKS)
@transaction.atomic
def cancel(actor: Actor, *, booking_id: str, now: datetime, reason: str, submission_id: str = "") -> None | Refusal:
    """Give a chair back; the infusion stays planned and wants another time. Refused while a visit for it is open.

    Raises NoSuchBooking.
    """
    return _give_back(actor, booking_id, BookingState.CANCELLED, "cancelled", now, reason, submission_id)


@service(*BOOKS)
@transaction.atomic
def slip(actor: Actor, *, booking_id: str, now: datetime, reason: str, submission_id: str = "") -> None | Refusal:
    """Say that a booked infusion did not take place; it stays planned and wants another time.

    Refused while a visit for it is open: a visit in which nothing ran says so itself. Raises NoSuchBooking.
    """
    return _give_back(actor, booking_id, BookingState.MISSED, "slipped", now, reason, submission_id)


def _give_back(
    actor: Actor, booking_id: str, to: BookingState, kind: str, now: datetime, reason: str, submission_id: str
) -> None | Refusal:
    course = locked_course(booked(booking_id).infusion.course_id)
    if written_before(course.pk, submission_id) is not None:
        return None
    row = booked(booking_id)  # again, now that nobody else can change it
    if row.state != BookingState.HELD:
        return refuse("not_held")
    if row.infusion.session_id is not None:
        # A page from before the visit was opened may still offer it; drug may run in that chair, and it is not free.
        return refuse("visit_open", number=row.infusion.number)
    if not reason.strip():
        return refuse("reason_missing")
    models.HeldSlot.objects.filter(booking=row).delete()
    models.Reminder.objects.filter(booking=row, state="due").update(state="void")
    _shut_links(row, now)
    row.state = to
    row.version_number += 1
    row.save(update_fields=["state", "version_number"])
    facts = {
        "booking_id": str(row.pk),
        "number": row.infusion.number,
        "starts_at": row.starts_at.astimezone(UTC).isoformat(),
    }
    write(course, kind, actor=actor, now=now, facts=facts, reason=reason, submission_id=submission_id)
    tell_screens()
    return None


# --- placing ---------------------------------------------------------------------------------------------------------


def _placed(
    actor: Actor,
    places: Sequence[Place],
    kind: str,
    now: datetime,
    accepted: frozenset[str],
    reason: str,
    submission_id: str,
) -> Booked | Refusal:
    try:
        with transaction.atomic():
            return _place(actor, places, kind, now, accepted, reason, submission_id)
    except IntegrityError:
        # Somebody else was there first: look again, so that it can be said in words. The chairs are theirs.
        with transaction.atomic():
            again = _place(actor, places, kind, now, accepted, reason, submission_id)
        return again


def _place(
    actor: Actor,
    places: Sequence[Place],
    kind: str,
    now: datetime,
    accepted: frozenset[str],
    reason: str,
    submission_id: str,
) -> Booked | Refusal:
    asked = {place.infusion_id: place for place in places}
    course_ids = sorted({str(planned(infusion_id).course_id) for infusion_id in asked})
    courses = {course_id: locked_course(course_id) for course_id in course_ids}  # always in the same order
    if (first := written_before(course_ids[0], submission_id)) is not None:
        return Booked({str(key): str(value) for key, value in first.facts["bookings"].items()})
    stopped = _not_ready(asked, courses)
    if stopped is not None:
        return stopped
    wanted = _visits(asked, courses)
    breaks = _judged(wanted, now)
    never = tuple(one for one in breaks if one.weight is Weight.NEVER)
    undecided = tuple(one for one in breaks if one.code not in accepted)
    if never or undecided:
        return Refusal(never or breaks)
    if breaks and not reason.strip():
        return Refusal((*refuse("reason_missing").breaks, *breaks))
    bookings = _hold(wanted, asked, now)
    for course_id, course in courses.items():
        own = {one: bookings[one] for one, visit in wanted.items() if visit.course_id == course_id}
        facts = {
            "bookings": own if len(courses) > 1 and course_id != course_ids[0] else bookings,
            "places": {
                infusion_id: {
                    "number": wanted[infusion_id].number,
                    "chair_id": wanted[infusion_id].chair_id,
                    "starts_at": wanted[infusion_id].starts_at.astimezone(UTC).isoformat(),
                }
                for infusion_id in own
            },
        }
        write(
            course, kind, actor=actor, now=now, facts=facts, reason=reason, breaks=breaks, submission_id=submission_id
        )
    tell_screens()
    return Booked(bookings)


def _not_ready(asked: Mapping[str, Place], courses: Mapping[str, models.Course]) -> Refusal | None:
    for course in courses.values():
        if State(course.state) not in UNDER_WAY:
            return refuse("course_not_under_way", state=course.state)
    for infusion_id in asked:
        row = planned(infusion_id)
        if row.state == InfusionState.PLANNED and row.session_id is not None:
            return refuse("visit_open", number=row.number)
        if row.state != InfusionState.PLANNED:
            return refuse("not_planned", number=row.number)
    return None


def _visits(asked: Mapping[str, Place], courses: Mapping[str, models.Course]) -> dict[str, Visit]:
    """The visits as they are to stand. One that has no booking yet goes by its infusion's id while it is judged."""
    found: dict[str, Visit] = {}
    for infusion_id, place in asked.items():
        details = infusion(infusion_id)
        minutes = courses[details.course_id].infusion_min
        visit = visit_for(details, place.chair_id, place.starts_at, minutes)
        nurse_id = visit.nurse_id if place.nurse_id is None else place.nurse_id
        found[infusion_id] = visit.named(visit.booking_id or infusion_id, nurse_id)
    return found


def what_they_break(places: Sequence[Place], now: datetime) -> dict[str, tuple[Break, ...]]:
    """What these places would break if they were all taken, by infusion, for those that break anything.

    Nothing is written. Raises NoSuchInfusion.
    """
    asked = {place.infusion_id: place for place in places}
    courses = {str(one.pk): one for one in models.Course.objects.filter(infusions__in=list(asked)).distinct()}
    return _judged_each(_visits(asked, courses), now) if asked else {}


def _judged(wanted: Mapping[str, Visit], now: datetime) -> tuple[Break, ...]:
    """Everything that the changes would break, judged together, each break once."""
    found: dict[Break, None] = {}
    for breaks in _judged_each(wanted, now).values():
        found |= dict.fromkeys(breaks)
    return tuple(sorted(found, key=lambda one: one.weight is not Weight.NEVER))


def _judged_each(wanted: Mapping[str, Visit], now: datetime) -> dict[str, tuple[Break, ...]]:
    first = min(visit.starts_at for visit in wanted.values())
    last = max(visit.ends_at for visit in wanted.values())
    there = neighbourhood(
        {visit.patient_id for visit in wanted.values()},
        first,
        last,
        without=[visit.booking_id for visit in wanted.values()],
    )
    lasting = maintained(wanted)
    plan = tuple(wanted.values())
    found: dict[str, tuple[Break, ...]] = {}
    for infusion_id, visit in wanted.items():
        around = there.of(visit.patient_id, in_induction=infusion_id not in lasting).among(plan)
        for breaks in judge_all([visit], around, now).values():
            found[infusion_id] = breaks
    return found


def _hold(wanted: Mapping[str, Visit], asked: Mapping[str, Place], now: datetime) -> dict[str, str]:
    """Write bookings and slots; what moves lets go of its old slots first."""
    rows = {
        str(row.infusion_id): row
        for row in models.Booking.objects.filter(infusion_id__in=list(wanted), state=BookingState.HELD)
    }
    models.HeldSlot.objects.filter(booking__in=list(rows.values())).delete()
    # What was written to the patient names day and time: it holds where only the chair, or who is there, changes, and
    # where another of their infusions is given at that time instead.
    other_time = [row for infusion_id, row in rows.items() if row.starts_at != wanted[infusion_id].starts_at]
    takers = _who_takes_their_time(other_time, wanted)
    kept = {
        one.pk: takers[str(one.booking_id)]
        for one in models.Reminder.objects.filter(booking__in=list(takers)).exclude(state="moved")
    }
    models.Reminder.objects.filter(booking__in=other_time).exclude(pk__in=list(kept)).update(state="moved")
    for moving in other_time:
        if str(moving.pk) not in takers:
            _shut_links(moving, now)
    for infusion_id, visit in wanted.items():
        row = rows.get(infusion_id)
        if row is None:
            row = models.Booking(infusion_id=UUID(infusion_id), patient_id=UUID(visit.patient_id), made_at=now)
        else:
            row.version_number += 1
        row.chair_id = UUID(visit.chair_id)
        row.nurse_id = UUID(visit.nurse_id) if visit.nurse_id else None
        row.starts_at, row.drug_at, row.leaves_at, row.ends_at = (
            visit.starts_at,
            visit.drug_at,
            visit.leaves_at,
            visit.ends_at,
        )
        row.save()
        rows[infusion_id] = row
    for reminder_id, infusion_id in kept.items():
        models.Reminder.objects.filter(pk=reminder_id).update(booking=rows[infusion_id])
    _hand_links_on({booking_id: rows[infusion_id] for booking_id, infusion_id in takers.items()})
    models.HeldSlot.objects.bulk_create(
        models.HeldSlot(booking=row, chair_id=row.chair_id, patient_id=row.patient_id, slot_number=number)
        for infusion_id, row in rows.items()
        for number in slots(wanted[infusion_id].starts_at, wanted[infusion_id].ends_at)
    )
    return {infusion_id: str(row.pk) for infusion_id, row in rows.items()}


def _who_takes_their_time(leaving: Sequence[models.Booking], wanted: Mapping[str, Visit]) -> dict[str, str]:
    """Of bookings that leave their time: booking id to the infusion of the same patient that is given then instead."""
    at = {(visit.patient_id, visit.starts_at): infusion_id for infusion_id, visit in wanted.items()}
    found = {str(row.pk): at.get((str(row.patient_id), row.starts_at)) for row in leaving}
    return {booking_id: infusion_id for booking_id, infusion_id in found.items() if infusion_id is not None}


def _hand_links_on(takers: Mapping[str, models.Booking]) -> None:
    """The links that speak of a time which stands open the booking that has it now. takers: by the booking before."""
    patients = {str(row.patient_id) for row in takers.values()}
    for patient_id in patients:
        own = {before: str(row.pk) for before, row in takers.items() if str(row.patient_id) == patient_id}
        hand_links_on(patient_id=patient_id, purpose=Purpose.APPOINTMENT, about=own)


def _shut_links(row: models.Booking, now: datetime) -> None:
    """A link that speaks of a time which no longer holds opens nothing more."""
    withdraw_links_about(patient_id=str(row.patient_id), purpose=Purpose.APPOINTMENT, about=str(row.pk), now=now)
