"""Reminders as e-mail through Django's back ends: which are due, sent once, and what the patient answers by its link.

A periodic job calls `send_due_reminders`. A booking that moves to another time leaves its messages behind and takes its
link back; what was sent already is followed by one about the new time, also where that is a time of before. Where
another infusion of the patient is given at the time that it leaves, messages, answer and link go over to that one:
nothing changed for the patient, and they are not written to again. Where the server falls between handing a message to
the mail server and noting it, the message may come a second time; it is never lost.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q

from dripstand.course import models
from dripstand.course.keeping import booked, locked_course, write
from dripstand.course.models import BookingState
from dripstand.course.queries import wishes_of
from dripstand.course.reminder_texts import DAYS_BEFORE, About, Kind, due_at, message
from dripstand.people.access import service_that_decides, service_without_actor
from dripstand.people.actors import DRIPSTAND, PatientByLink
from dripstand.people.links.purposes import Purpose
from dripstand.people.services import make_link_by_itself, withdraw_links_about
from dripstand.premises.queries import clinic, clinic_zone
from dripstand.protocol.queries import current_template
from dripstand.protocol.template import Gates

log = logging.getLogger(__name__)

TRIES_AT_MOST = 5
MAIL_TIMEOUT_S = 20
TRIED_AGAIN_AFTER = timedelta(minutes=10)
ANSWERS = ("coming", "cannot")
BY_HAND = "by_hand"
"""What stands in place of a reminder's kind where the patient answered by a link that the staff made."""


def may_send() -> bool:
    """Whether this installation can send mail and knows the address that links begin with."""
    return bool(settings.SITE_ADDRESS and settings.CAN_MAIL)


@service_without_actor("A periodic job of Dripstand sends what is due; nobody asks for it.")
def send_due_reminders(*, now: datetime) -> int:
    """Send every reminder that is due; answers how many left. A message that cannot be sent is tried again later."""
    if not may_send():
        return 0
    _make_due(now)
    sent = 0
    waiting = models.Reminder.objects.filter(
        Q(state="due") | Q(state="trying", sent_at__lte=now - TRIED_AGAIN_AFTER), due_at__lte=now
    )
    for reminder_id in list(waiting.order_by("due_at").values_list("pk", flat=True)[:200]):
        sent += _send(reminder_id, now)
    return sent


def _make_due(now: datetime) -> None:
    """One row for each kind and each time that a booking is set to, for bookings of the coming days."""
    zone = clinic_zone()
    horizon = now + timedelta(days=max(DAYS_BEFORE.values()) + 1)
    rows = models.Booking.objects.filter(state=BookingState.HELD, starts_at__gt=now, starts_at__lte=horizon)
    for row in rows:
        if not wishes_of(str(row.patient_id)).email:
            continue
        due = [kind for kind in Kind if due_at(kind, row.starts_at, zone) <= now]
        for kind in Kind:
            # Of several that are due at once only the latest is sent: a booking made today wants one message, not two.
            state = "void" if kind in due and kind is not due[-1] else "due"
            models.Reminder.objects.exclude(state="moved").get_or_create(
                booking=row,
                kind=kind.value,
                booked_for=row.starts_at,
                defaults={"due_at": due_at(kind, row.starts_at, zone), "state": state},
            )


def _send(reminder_id: int, now: datetime) -> int:
    """Send one; answers 1 where it left."""
    with transaction.atomic():
        row = models.Reminder.objects.select_for_update().select_related("booking").get(pk=reminder_id)
        booking = row.booking
        wishes = wishes_of(str(booking.patient_id))
        if row.state not in ("due", "trying"):
            return 0
        gone = booking.state != BookingState.HELD or booking.starts_at != row.booked_for or booking.starts_at <= now
        if gone or not wishes.email or row.tries_count >= TRIES_AT_MOST:
            row.state = "void" if gone or not wishes.email else "failed"
            row.save(update_fields=["state"])
            return 0
        about = f"{booking.pk}"
        withdraw_links_about(patient_id=str(booking.patient_id), purpose=Purpose.APPOINTMENT, about=about, now=now)
        link = make_link_by_itself(
            patient_id=str(booking.patient_id),
            purpose=Purpose.APPOINTMENT,
            about=about,
            language=wishes.language or "en",
            now=now,
        )
        row.language = wishes.language or "en"
        row.subject, text = message(
            Kind(row.kind),
            _about(booking, wishes.escort_name, f"{settings.SITE_ADDRESS.rstrip('/')}{link.path}"),
            row.language,
            may_name_treatment=wishes.may_name_treatment,
            with_medicines=row.kind == Kind.AHEAD or not _was_told_ahead(row),
        )
        row.body = text.replace(link.path, "/l/…/")  # the link's secret is kept nowhere
        row.state, row.tries_count, row.sent_at = "trying", row.tries_count + 1, now
        row.save()
    try:
        mail = EmailMessage(row.subject, text, to=[wishes.email], connection=get_connection(timeout=MAIL_TIMEOUT_S))
        if mail.send() != 1:
            return 0
    except Exception as fault:  # noqa: BLE001 - whatever a mail back end raises, it is tried again
        log.warning("A reminder was not sent: %s", type(fault).__name__)
        return 0
    # unless the booking moved while the mail server was spoken to
    models.Reminder.objects.filter(pk=row.pk, state="trying").update(state="sent", sent_at=now)
    return 1


def _was_told_ahead(row: models.Reminder) -> bool:
    """Whether the message with the word about medicines has left for the same time of the same booking."""
    sent = models.Reminder.objects.filter(booking=row.booking, booked_for=row.booked_for, state="sent")
    return sent.filter(kind=Kind.AHEAD.value).exists()


def _about(booking: models.Booking, escort_name: str, link: str) -> About:
    zone, template, here = clinic_zone(), current_template(), clinic()
    gates = template.gates if template else Gates()

    def before(hours: object) -> datetime:
        return (booking.drug_at - timedelta(hours=float(str(hours)))).astimezone(zone)

    return About(
        starts_at=booking.starts_at.astimezone(zone),
        food_until=before(gates.fasting_food_h),
        drink_until=before(gates.fasting_clear_fluid_h),
        home_from=booking.leaves_at.astimezone(zone),
        escort_name=escort_name,
        clinic_name=here.name if here else "",
        link=link,
        door_name=here.door_name if here else "",
    )


@service_that_decides("the link: only the patient of the booking, by a link that was made for it")
@transaction.atomic
def answer_reminder(by: PatientByLink, *, booking_id: str, answer: str, now: datetime) -> bool:
    """Keep what a patient says about an appointment; False where the booking is not theirs or not held any more.

    Nothing is cancelled by it: the front desk sees it and speaks with them.
    """
    row = booked(booking_id)
    if answer not in ANSWERS or not isinstance(by, PatientByLink) or str(row.patient_id) != by.patient_id:
        return False
    course = locked_course(row.infusion.course_id)
    row = booked(booking_id)
    if row.state != BookingState.HELD:
        return False
    reminder = row.reminders.filter(booked_for=row.starts_at, state="sent").order_by("-sent_at").first()
    if reminder is None:  # asked by a link that the clinic handed out: nothing of this row ever leaves
        reminder, _made = models.Reminder.objects.exclude(state="moved").get_or_create(
            booking=row, kind=BY_HAND, booked_for=row.starts_at, defaults={"due_at": now, "state": "void"}
        )
    models.Reminder.objects.filter(pk=reminder.pk).update(answer=answer, answered_at=now)
    facts = {"booking_id": booking_id, "answer": answer}
    write(course, "answered", actor=DRIPSTAND, now=now, facts=facts)
    return True
