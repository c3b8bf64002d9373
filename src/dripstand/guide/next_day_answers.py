"""What a patient answered on the day after a visit, and where nothing came, why: for those who treat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from dripstand.guide.models import NextDayMessage, Told
from dripstand.guide.next_day import WhyNot, closes_at, due_at, next_message
from dripstand.guide.next_day_messages import visit_of
from dripstand.guide.told import Kind, next_day_of
from dripstand.infusion.phases import Phase
from dripstand.infusion.queries import sessions_by_id
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import escalations_of, forms_of, instrument_in
from dripstand.people.links.queries import LinkDetails, links_of
from dripstand.premises.queries import clinic_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from dripstand.outcomes.escalations import EscalationDetails
    from dripstand.outcomes.filled import Filled
    from dripstand.outcomes.instruments.instrument import Wording

CALLS = frozenset(
    {
        WhyNot.NO_ADDRESS,
        WhyNot.NO_MAIL_HERE,
        WhyNot.IN_HOSPITAL,
        WhyNot.TOO_LATE,
        WhyNot.FAILED,
    }
)
"""No message will bring an answer: somebody calls."""
CALLED_WITHIN = timedelta(days=7)
LONG_OVER = CALLED_WITHIN + timedelta(days=3)
"""By then the check is over, whichever of its times is asked for, and a stop that was corrected changes nothing."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One side effect as the patient graded it. words: the form's own, in English; grade: the same."""

    words: str
    grade: str
    value: int


@dataclass(frozen=True, slots=True)
class NextDay:
    """The check of the day after one visit. mood: 0 the worst to 10 the best, None while not answered.

    effects: those that were there, the worst first; asked_count: how many were answered. safety: the answer to the
    question about safety, None while not answered. why_not: why no message leaves now, None where one does.
    is_due: whether it is the next day already. is_over: no message leaves any more.
    is_long_ago: nobody calls for it now.
    """

    session_id: str
    mood: int | None
    words: str
    answered_at: datetime | None
    effects: tuple[Effect, ...]
    asked_count: int
    safety: int | None
    escalation: EscalationDetails | None
    sent_at: datetime | None
    why_not: WhyNot | None
    is_due: bool
    is_over: bool = False
    is_long_ago: bool = False

    @property
    def somebody_calls(self) -> bool:
        silent = self.mood is None and self.safety is None
        return silent and self.why_not in CALLS and not self.is_long_ago

    @property
    def has_answers(self) -> bool:
        return self.mood is not None or self.safety is not None or self.asked_count > 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What the checks of all visits of one patient are read from, read once."""

    patient_id: str
    forms: tuple[Filled, ...]
    escalations: tuple[EscalationDetails, ...]
    wording: Wording
    zone: ZoneInfo
    links: tuple[LinkDetails, ...]
    long_over: Mapping[str, tuple[datetime, Phase]]


def next_days(
    patient_id: str, session_ids: Iterable[str], now: datetime, *, ended: Mapping[str, datetime] = MappingProxyType({})
) -> dict[str, NextDay]:
    """The checks of the day after these visits of one patient, by visit; one whose drug has not ended is left out.

    ended: when the drug of a visit ended, as its course knows it. More than LONG_OVER ago nothing hangs on the minute,
    and the visit's log is not folded for it.
    """
    known = _Known(
        patient_id=patient_id,
        forms=tuple(one for one in forms_of(patient_id) if one.occasion is Occasion.DAY_AFTER),
        escalations=escalations_of(patient_id),
        wording=instrument_in("side-effects").wordings["en"],
        zone=clinic_zone(),
        links=links_of(patient_id, now),
        long_over=_long_over(ended, now),
    )
    found = {session_id: _next_day(known, session_id, now) for session_id in session_ids}
    return {session_id: day for session_id, day in found.items() if day is not None}


def _long_over(ended: Mapping[str, datetime], now: datetime) -> dict[str, tuple[datetime, Phase]]:
    old = {session_id: at for session_id, at in ended.items() if now - at > LONG_OVER}
    lines = sessions_by_id(old) if old else {}
    return {one: (old[one], line.phase) for one, line in lines.items() if line.has_ended}


def next_day(patient_id: str, session_id: str, now: datetime) -> NextDay | None:
    """The check of the day after a visit; None while its drug has not ended."""
    return next_days(patient_id, (session_id,), now).get(session_id)


def _next_day(known: _Known, session_id: str, now: datetime) -> NextDay | None:
    patient_id, wording = known.patient_id, known.wording
    visit = visit_of(
        patient_id, session_id, now, links_at_hand=known.links, long_over=known.long_over.get(session_id)
    )
    if visit is None:
        return None
    row = (
        Told.objects.filter(patient_id=patient_id, kind=Kind.NEXT_DAY.value, session_id=session_id)
        .order_by("-at", "-id")
        .first()
    )
    told = next_day_of(row.body) if row else None
    forms = [one for one in known.forms if one.session_id == session_id]
    borne = next((one for one in reversed(forms) if one.instrument_id == "side-effects"), None)
    asked = {each.item: each.value for each in borne.given} if borne else {}
    effects = [
        Effect(wording.items[item], wording.choices_of(item)[value], value) for item, value in asked.items() if value
    ]
    safety = [each.value for one in forms for each in one.given if each.item in one.instrument.suicide_items]
    ids = {one.questionnaire_id for one in forms}
    raised = next((one for one in known.escalations if one.questionnaire_id in ids), None)
    answer = next_message(visit, now, known.zone)
    sent = NextDayMessage.objects.filter(session_id=session_id).exclude(sent_at=None).order_by("-number").first()
    return NextDay(
        session_id=session_id,
        mood=told.mood if told else None,
        words=told.words if told else "",
        answered_at=row.at if row else None,
        effects=tuple(sorted(effects, key=lambda one: -one.value)),
        asked_count=sum(value is not None for value in asked.values()),
        safety=safety[-1] if safety else None,
        escalation=raised,
        sent_at=sent.sent_at if sent else None,
        why_not=answer if isinstance(answer, WhyNot) else None,
        is_due=now >= due_at(visit.ended_at, clinic_zone()),
        is_over=now >= closes_at(visit.ended_at),
        is_long_ago=now >= visit.ended_at + CALLED_WITHIN,
    )
