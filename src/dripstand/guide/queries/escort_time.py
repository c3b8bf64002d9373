"""When the escort is to come, what they know of it, and how they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from dripstand.course.reminders import may_send
from dripstand.guide.coming_time import CALLED_OFF, How, Knows, Message, has_changed, how
from dripstand.guide.models import EscortMessage
from dripstand.guide.queries.told import STANDS, come_at, escort_for, escort_told_at, fetched_by_call, was_called_off
from dripstand.guide.told import Escort, EscortState


@dataclass(frozen=True, slots=True)
class TimeToCome:
    """at: as it is now. told_for: the time that they said yes to, or were named with. is_asked_again: they said that
    they come, and it was another time. told_at: when the last message left.

    is_called_off: the visit ended and nobody takes the patient home; how and told_at then say how the escort knows of
    that, UNCHANGED where they were called when the patient left against advice."""

    at: datetime | None
    told_for: datetime | None
    is_asked_again: bool
    how: How
    told_at: datetime | None
    phone: str
    is_called_off: bool = False

    @property
    def wants_a_call(self) -> bool:
        return self.how is How.CALL


def _messages(escort: Escort, session_id: str) -> QuerySet[EscortMessage]:
    return EscortMessage.objects.filter(session_id=session_id, name=escort.name)


def told_off(escort: Escort, session_id: str) -> Message | None:
    """The message that nobody needs to come, as it stands; None while none was begun."""
    one = _messages(escort, session_id).filter(number=CALLED_OFF).first()
    return Message(one.come_at, one.tries_count, one.tried_at, one.sent_at) if one is not None else None


def knows(escort: Escort, patient_id: str, session_id: str) -> Knows:
    """What this escort knows of the time, as far as it is kept."""
    told_at = escort_told_at(patient_id, session_id)
    rows = _messages(escort, session_id).filter(number__gt=CALLED_OFF).order_by("number")
    return Knows(
        told_for=datetime.fromisoformat(escort.told_for) if escort.told_for else None,
        told_at=told_at,
        can_mail=bool(escort.email) and may_send(),
        messages=tuple(Message(one.come_at, one.tries_count, one.tried_at, one.sent_at) for one in rows),
    )


def time_to_come(patient_id: str, session_id: str, now: datetime) -> TimeToCome:
    """When the escort of this visit is to come, and whether they know it."""
    escort, at = escort_for(patient_id, session_id), come_at(patient_id, session_id, now)
    if escort is None or escort.state not in STANDS or not session_id:
        return TimeToCome(at, None, False, How.UNCHANGED, None, "")
    if was_called_off(patient_id, session_id):
        return _called_off(escort, session_id)
    known = knows(escort, patient_id, session_id)
    sent = [one.sent_at for one in known.messages if one.sent_at is not None]
    return TimeToCome(
        at=at,
        told_for=known.told_for,
        is_asked_again=escort.state is EscortState.CONFIRMED and has_changed(known.told_for, at, now),
        how=how(known, at, now),
        told_at=sent[-1] if sent else None,
        phone=escort.phone,
    )


def _called_off(escort: Escort, session_id: str) -> TimeToCome:
    """How whoever was to come knows that nobody needs to any more: by a message, or by a call of the staff."""
    if fetched_by_call(session_id):
        return TimeToCome(None, None, False, How.UNCHANGED, None, escort.phone, is_called_off=True)
    told = told_off(escort, session_id)
    told_at = told.sent_at if told is not None else None
    waits = told is None and bool(escort.email) and may_send()
    way = How.MAILED if told_at is not None else How.WAITS if waits else How.CALL
    return TimeToCome(None, None, False, way, told_at, escort.phone, is_called_off=True)
