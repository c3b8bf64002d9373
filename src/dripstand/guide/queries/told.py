"""What was read, asked and told before a visit, when a patient may be asked, and when an escort is to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dripstand.course.queries import bookings_of
from dripstand.course.queries import wishes_of as wishes_of_course
from dripstand.evaluation.entries import ConsentKind
from dripstand.evaluation.queries import consent
from dripstand.guide.models import Asked, GuideRead, Told
from dripstand.guide.pages import SOURCES
from dripstand.guide.told import (
    Anxiety,
    Escort,
    EscortState,
    Kind,
    Talk,
    Wishes,
    anxiety_of,
    escort_of,
    talk_of,
    wishes_of,
)
from dripstand.infusion.at_hand import is_at_hand
from dripstand.infusion.events import EscortNamed, LeftWithoutDischarge, PreCheck
from dripstand.infusion.line import ends_at
from dripstand.infusion.phases import ENDED, Phase
from dripstand.infusion.queries import NoSuchSession, chart, patient_forms_open
from dripstand.outcomes.queries import forms_of
from dripstand.people.actors import PatientByLink
from dripstand.people.checks import tidy
from dripstand.people.models import Link
from dripstand.protocol.queries import current_template


@dataclass(frozen=True, slots=True)
class Question:
    """What a patient wants to talk about. talked_by: who has, or ""."""

    asked_id: str
    words: str
    asked_at: datetime
    talked_by: str


def questions_of(patient_id: str) -> tuple[Question, ...]:
    rows = Asked.objects.filter(patient_id=patient_id).select_related("talked")
    return tuple(
        Question(str(one.pk), one.words, one.asked_at, one.talked.staff_name if getattr(one, "talked", None) else "")
        for one in rows
    )


def read_of(patient_id: str) -> tuple[tuple[str, datetime], ...]:
    """Slug and when it was last read, in reading order."""
    last: dict[str, datetime] = {}
    for row in GuideRead.objects.filter(patient_id=patient_id):
        last[row.slug] = row.read_at
    return tuple((slug, last[slug]) for slug in SOURCES if slug in last)


def _newest(patient_id: str, kind: Kind, session_id: str = "") -> Told | None:
    rows = Told.objects.filter(patient_id=patient_id, kind=kind.value)
    if session_id:
        rows = rows.filter(session_id=session_id)
    return rows.order_by("-at", "-id").first()


def wishes_for(patient_id: str) -> Wishes | None:
    """What was agreed while sober; the newest."""
    row = _newest(patient_id, Kind.WISHES)
    return wishes_of(row.body) if row else None


def anxiety_for(patient_id: str, session_id: str) -> Anxiety | None:
    """What the patient said before this visit."""
    row = _newest(patient_id, Kind.ANXIETY, session_id)
    return anxiety_of(row.body) if row else None


def flagged_anxiety(patient_id: str, session_id: str, flag_from: int) -> Anxiety | None:
    """What the patient said of their fear before this visit and what helps, where so much of it is flagged."""
    said = anxiety_for(patient_id, session_id)
    return said if said is not None and said.is_flagged(flag_from) else None


STANDS = (EscortState.NAMED, EscortState.CONFIRMED)


def escort_told(patient_id: str, session_id: str) -> Escort | None:
    """What was told last on the patient's side about who takes them home after this visit."""
    row = _newest(patient_id, Kind.ESCORT, session_id) if session_id else None
    return escort_of(row.body) if row else None


def escort_told_at(patient_id: str, session_id: str) -> datetime | None:
    """When that was."""
    row = _newest(patient_id, Kind.ESCORT, session_id) if session_id else None
    return row.at if row else None


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals and spaces."""
    return tidy(one).casefold() == tidy(other).casefold()


def _escort_charted(session_id: str) -> EscortNamed | None:
    try:
        return chart(session_id).escort if session_id else None
    except (NoSuchSession, ValueError):
        return None


def escort_asked(patient_id: str, session_id: str) -> Escort | None:
    """Whose answer counts: the escort whom the chart names, also by a correction (H44); else who was told of last."""
    said, named = escort_told(patient_id, session_id), _escort_charted(session_id)
    if named is None:
        return said
    if said is not None and same_name(said.name, named.name):
        return replace(said, name=named.name)
    return Escort(EscortState.NAMED, named.name, named.phone, named.relation)


def asks_another(patient_id: str, session_id: str, name: str) -> bool:
    """Whether somebody else than this one is asked now: then this one's link answers for nobody (H44)."""
    standing = escort_asked(patient_id, session_id)
    return standing is not None and standing.state in STANDS and bool(name) and not same_name(standing.name, name)


def escort_for(patient_id: str, session_id: str) -> Escort | None:
    """Who takes the patient home after this visit, as it stands: whoever the chart names, told of by link or not.

    Before a visit is opened and while nobody was named for it: whom the patient named for their course.
    """
    said, named = escort_told(patient_id, session_id), _escort_charted(session_id)
    if named is not None and (said is None or said.name != named.name or said.state not in STANDS):
        return Escort(EscortState.NAMED, named.name, named.phone, named.relation)
    if said is not None:
        return said
    wished = wishes_of_course(patient_id).escort_name
    return Escort(EscortState.NAMED, wished) if wished else None


def is_visit_of(patient_id: str, session_id: str) -> bool:
    """Whether there is such a visit, and it is this patient's."""
    try:
        return chart(session_id).opened.patient_id == patient_id
    except (NoSuchSession, ValueError):
        return False


def promised_not_to_drive(patient_id: str, session_id: str) -> datetime | None:
    """When the patient agreed not to drive until the next day: by their link, or asked by who prepared the visit."""
    if is_visit_of(patient_id, session_id):
        entry = chart(session_id).agreed_not_to_drive
        if entry is not None:
            return entry.occurred_at
        if PreCheck.NO_DRIVING in chart(session_id).checks:
            return None  # asked since, and not agreed
    row = _newest(patient_id, Kind.PROMISE, session_id)
    return row.at if row else None


@dataclass(frozen=True, slots=True)
class TalkedThrough:
    """A hard infusion as it was talked through. consent_to_be_asked: no consent was signed since."""

    talk: Talk
    at: datetime
    by_name: str
    consent_to_be_asked: bool


def talk_before(patient_id: str, now: datetime) -> TalkedThrough | None:
    """The newest talk after a hard infusion: it stands before nurse and prescriber at the next start."""
    row = _newest(patient_id, Kind.TALK)
    if row is None:
        return None
    standing = consent(patient_id, ConsentKind.TREATMENT, now)
    signed_at = standing.consent.recorded_at if standing.consent else None
    asked_again = standing.stands and signed_at is not None and signed_at > row.at
    return TalkedThrough(talk_of(row.body), row.at, row.by_name, not asked_again)


@dataclass(frozen=True, slots=True)
class BeforeTheStart:
    """What the patient's side has to say to whoever prepares or watches this visit."""

    read_count: int
    pages_count: int
    questions: tuple[Question, ...]
    anxiety: Anxiety | None
    anxiety_flagged: bool
    wishes: Wishes | None
    escort: Escort | None
    promised_at: datetime | None
    talk: TalkedThrough | None


def before_the_start(patient_id: str, session_id: str, now: datetime, flag_from: int) -> BeforeTheStart:
    anxiety = anxiety_for(patient_id, session_id)
    return BeforeTheStart(
        read_count=len(read_of(patient_id)),
        pages_count=len(SOURCES),
        questions=tuple(one for one in questions_of(patient_id) if not one.talked_by),
        anxiety=anxiety,
        anxiety_flagged=anxiety is not None and anxiety.is_flagged(flag_from),
        wishes=wishes_for(patient_id),
        escort=escort_for(patient_id, session_id),
        promised_at=promised_not_to_drive(patient_id, session_id),
        talk=talk_before(patient_id, now),
    )


# --- when a patient may be asked, and when an escort is to come ------------------------------------------------------


def may_be_asked(patient_id: str) -> bool:
    """Whether this patient may answer or agree to anything now (H47): as for every form of theirs."""
    return patient_forms_open(patient_id)


def is_over(patient_id: str, session_id: str) -> bool:
    """Whether this visit of theirs is over, however it ended: then nobody needs to come any more."""
    return is_visit_of(patient_id, session_id) and chart(session_id).phase in ENDED


def was_called_off(patient_id: str, session_id: str) -> bool:
    """Whether this visit of theirs ended without anybody taking them home: whoever was to come has to hear of it."""
    return is_over(patient_id, session_id) and chart(session_id).phase is not Phase.LEFT


def fetched_by_call(session_id: str) -> bool:
    """Whether somebody left against advice and their escort was called then: so the staff have spoken with them."""
    ending = chart(session_id).ending
    return ending is not None and isinstance(ending.event, LeftWithoutDischarge) and ending.event.escort_called is True


def come_at(patient_id: str, session_id: str, now: datetime) -> datetime | None:
    """When the escort is to come: the end of the drug as it runs, or as planned, and the least observation after it."""
    template = current_template()
    observed = timedelta(minutes=template.minimum_observation_min if template else 60)
    try:
        folded = chart(session_id)
    except (NoSuchSession, ValueError):
        return next((one.leaves_at for one in bookings_of(patient_id) if one.ends_at > now), None)
    if folded.opened.patient_id != patient_id or not is_at_hand(folded, now):
        return None
    if folded.stopped_at is not None and folded.phase not in (Phase.INFUSING, Phase.PAUSED):
        return max(folded.stopped_at + observed, now)
    if folded.started_at is not None:
        end = ends_at(folded, now)
        return end + observed if end else None
    planned = folded.order.planned_minutes if folded.order else 40
    return max(folded.opened.expected_at, now) + timedelta(minutes=30 + float(planned)) + observed


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def told_of(patient_id: str, kind: Kind, session_id: str = "") -> dict[str, Any] | None:
    """The newest of a kind as it was stored."""
    row = _newest(patient_id, kind, session_id)
    return dict(row.body) if row else None


def form_of_link(by: PatientByLink, instrument_id: str) -> str:
    """The form that was begun by this link, or "": so a form is resumed, and never another one is answered."""
    return next(
        (
            one.questionnaire_id
            for one in forms_of(by.patient_id, instrument_id=instrument_id)
            if one.started_by_id == by.link_id
        ),
        "",
    )


def told_by_link(by: PatientByLink, kind: Kind, session_id: str) -> bool:
    """Whether this was told since this link was made: each visit's link asks anew."""
    link = Link.objects.filter(pk=by.link_id).first()
    rows = Told.objects.filter(patient_id=by.patient_id, kind=kind.value, staff=None)
    if session_id:
        rows = rows.filter(session_id=session_id)
    return link is not None and rows.filter(at__gte=link.made_at).exists()
