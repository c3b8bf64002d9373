"""Sending the check of the next day: a periodic job looks which visits want a message, and takes back what is over.

The link is made in the moment that it is sent, and the one before is taken back; it stays open until it is answered,
its time is over, or the patient is in the clinic again, where the nurse asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dripstand.course.queries import wishes_of
from dripstand.course.reminders import may_send
from dripstand.guide.mailing import has_left
from dripstand.guide.models import NextDayMessage, Told
from dripstand.guide.next_day import TRIED_AGAIN_AFTER, WINDOWS, Message, Visit, WhyNot, next_message
from dripstand.guide.told import Kind
from dripstand.infusion.phases import Phase
from dripstand.infusion.queries import chart, drug_since, patient_is_here
from dripstand.people.access import service_without_actor
from dripstand.people.actors import DRIPSTAND
from dripstand.people.links.purposes import Purpose
from dripstand.people.links.queries import LinkDetails, links_of
from dripstand.people.services import make_link_by_itself, withdraw_links_about
from dripstand.premises.queries import clinic_zone

if TYPE_CHECKING:
    from dripstand.jobs.run import Run

KIND, EVERY = "guide.next_day", timedelta(minutes=5)
LOOKED_BACK = WINDOWS.day_after_to + timedelta(hours=24)
"""A drug that was started longer ago has ended more than 48 h ago, or needs somebody long since."""


def send_what_is_due(run: Run) -> Mapping[str, Any]:
    """The periodic job; answers how many messages left."""
    return {"sent_count": send_next_day_checks(now=run.now())}


@service_without_actor("A periodic job of Dripstand sends what is due; nobody asks for it.")
def send_next_day_checks(*, now: datetime) -> int:
    """Send every check of the next day that is due, and take back those that are over; answers how many left."""
    sent = 0
    for line in drug_since(now - LOOKED_BACK):
        visit = visit_of(line.patient_id, line.session_id, now)
        if visit is None:
            continue
        answer = next_message(visit, now, clinic_zone())
        if answer is WhyNot.HERE_AGAIN:
            withdraw_links_about(patient_id=line.patient_id, purpose=Purpose.NEXT_DAY, about=line.session_id, now=now)
        if isinstance(answer, int):
            sent += _send(line.patient_id, line.session_id, answer, now)
    return sent


def visit_of(
    patient_id: str,
    session_id: str,
    now: datetime,
    *,
    links_at_hand: tuple[LinkDetails, ...] | None = None,
    long_over: tuple[datetime, Phase] | None = None,
) -> Visit | None:
    """What the rules ask about a visit; None while its drug has not ended.

    links_at_hand: all of the patient, where they were read. long_over: when the drug of a visit ended, and the phase
    that it was left in, where its course knows that this was days ago: then the log is not folded for it.
    """
    if long_over is not None:
        stopped_at, phase = long_over
    else:
        folded = chart(session_id)
        if folded.stopped_at is None or folded.phase in (Phase.INFUSING, Phase.PAUSED):
            return None
        stopped_at, phase = folded.stopped_at, folded.phase
    links = [
        one
        for one in (links_of(patient_id, now) if links_at_hand is None else links_at_hand)
        if one.purpose is Purpose.NEXT_DAY and one.about == session_id and one.why_shut is None
    ]
    rows = NextDayMessage.objects.filter(session_id=session_id)
    told = Told.objects.filter(patient_id=patient_id, kind=Kind.NEXT_DAY.value, session_id=session_id)
    return Visit(
        ended_at=stopped_at,
        has_address=bool(wishes_of(patient_id).email),
        can_mail=may_send(),
        answered=told.exists(),
        in_hospital=phase is Phase.TRANSFERRED,
        here_again=patient_is_here(patient_id, now, but_for=session_id),
        by_staff=any(one.made_by_name != DRIPSTAND.name for one in links),
        begun=any(one.entered_at is not None for one in links),
        messages=tuple(Message(one.number, one.sent_at, one.tried_at, one.tries_count) for one in rows),
    )


def _send(patient_id: str, session_id: str, number: int, now: datetime) -> int:
    """Send one; answers 1 where it left. Two processes that want the same message send it once."""
    wishes = wishes_of(patient_id)
    language = wishes.language or "en"
    with transaction.atomic():
        row, _made = NextDayMessage.objects.select_for_update().get_or_create(
            session_id=UUID(session_id), number=number, defaults={"patient_id": UUID(patient_id)}
        )
        if row.sent_at is not None or (row.tried_at is not None and now < row.tried_at + TRIED_AGAIN_AFTER):
            return 0
        row.tries_count, row.tried_at = row.tries_count + 1, now
        row.save(update_fields=["tries_count", "tried_at"])
        withdraw_links_about(patient_id=patient_id, purpose=Purpose.NEXT_DAY, about=session_id, now=now)
        link = make_link_by_itself(
            patient_id=patient_id, purpose=Purpose.NEXT_DAY, about=session_id, language=language, now=now
        )
    with translation.override(language):
        why = _("We would like to know how you are today. It takes two minutes.")
    if not has_left(
        link, to=wishes.email, language=language, may_name_treatment=wishes.may_name_treatment, why=why, now=now
    ):
        return 0
    NextDayMessage.objects.filter(pk=row.pk).update(sent_at=now)
    return 1
