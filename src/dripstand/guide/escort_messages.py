"""Telling an escort that the time has changed, or that nobody needs to come any more: a periodic job looks, writes to
whoever gave an address, and asks again.

Each message carries a link of its own in the escort's language. The link that they hold stays: it may stand open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dripstand.course.reminders import may_send
from dripstand.guide.coming_time import CALLED_OFF, called_off_is_due, next_message
from dripstand.guide.mailing import has_left
from dripstand.guide.models import EscortMessage, Told
from dripstand.guide.queries.escort_time import knows, told_off
from dripstand.guide.queries.told import STANDS, come_at, escort_for, fetched_by_call, was_called_off
from dripstand.guide.told import Escort, Kind
from dripstand.people.access import service_without_actor
from dripstand.people.links.purposes import RULES, Purpose
from dripstand.people.services import make_link_by_itself
from dripstand.premises.queries import clinic_zone

if TYPE_CHECKING:
    from dripstand.jobs.run import Run

KIND, EVERY = "guide.escort_time", timedelta(minutes=1)


def tell_who_waits(run: Run) -> Mapping[str, Any]:
    """The periodic job; answers how many messages left."""
    return {"sent_count": send_changed_times(now=run.now())}


@service_without_actor("A periodic job of Dripstand tells an escort that the time has changed; nobody asks for it.")
def send_changed_times(*, now: datetime) -> int:
    """Write to every escort with an address whose time has changed; answers how many messages left."""
    if not may_send():
        return 0
    since = now - RULES[Purpose.ESCORT].lasts
    rows = Told.objects.filter(kind=Kind.ESCORT.value, at__gte=since).exclude(session_id=None)
    sent = 0
    for patient_id, session_id in set(rows.values_list("patient_id", "session_id")):
        sent += _tell_one(str(patient_id), str(session_id), now)
    return sent


def _tell_one(patient_id: str, session_id: str, now: datetime) -> int:
    escort = escort_for(patient_id, session_id)
    if escort is None or escort.state not in STANDS or not escort.email:
        return 0
    if was_called_off(patient_id, session_id):
        due = not fetched_by_call(session_id) and called_off_is_due(told_off(escort, session_id), now)
        return _send(escort, patient_id, session_id, CALLED_OFF, now, now) if due else 0
    at = come_at(patient_id, session_id, now)
    number = next_message(knows(escort, patient_id, session_id), at, now)
    return _send(escort, patient_id, session_id, number, at, now) if number is not None and at is not None else 0


def _send(escort: Escort, patient_id: str, session_id: str, number: int, at: datetime, now: datetime) -> int:
    """Send one; answers 1 where it left. Two processes that want the same message send it once."""
    with transaction.atomic():
        row, made = EscortMessage.objects.select_for_update().get_or_create(
            session_id=UUID(session_id),
            name=escort.name,
            number=number,
            defaults={"patient_id": UUID(patient_id), "come_at": at, "tried_at": now, "tries_count": 1},
        )
        if not made:
            if row.sent_at is not None or row.tried_at >= now:
                return 0
            row.come_at, row.tried_at, row.tries_count = at, now, row.tries_count + 1
            row.save(update_fields=["come_at", "tried_at", "tries_count"])
        link = make_link_by_itself(
            patient_id=patient_id,
            purpose=Purpose.ESCORT,
            about=session_id,
            language=escort.language,
            name=escort.name,
            now=now,
        )
    why = _why(number, at, escort.language)
    if not has_left(
        link,
        to=escort.email,
        language=escort.language,
        may_name_treatment=escort.may_name_treatment,
        why=why,
        now=now,
    ):
        return 0
    EscortMessage.objects.filter(pk=row.pk).update(sent_at=now)
    return 1


def _why(number: int, at: datetime, language: str) -> str:
    """The sentence before the link; it says nothing of what for."""
    with translation.override(language), timezone.override(clinic_zone()):
        if number == CALLED_OFF:
            return _("It is over: nobody needs to come any more.")
        local = timezone.localtime(at)
        return _(
            "The time to come has changed: now it is about %(at)s on %(day)s. Please tell us if you can still come."
        ) % {"at": date_format(local, "H:i"), "day": date_format(local, _("j F"))}
