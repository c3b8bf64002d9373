"""The verbs of the patient's tablet and journal."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dripstand.calm import queries
from dripstand.calm.models import JournalEntry, JournalReading, Recording
from dripstand.calm.sounds import CLINIC_BYTES_MOST, JOURNAL_BYTES_MOST, RECORDINGS_MOST_COUNT, kind_of
from dripstand.infusion import events as ev
from dripstand.infusion import queries as infusion
from dripstand.infusion import services as charting
from dripstand.infusion.phases import ENDED
from dripstand.infusion.refusals import Refusal
from dripstand.people import services as people
from dripstand.people.access import service, service_without_actor
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import NotThere, Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.links.verbs import MadeLink

AT_THE_CHAIR = (Role.NURSE, Role.PRESCRIBER)
MAY_READ = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
LATE_AFTER = timedelta(seconds=5)
QUEUED_AT_MOST = timedelta(hours=12)
WORDS_MOST_COUNT = 20_000


class NotOpen(Unacceptable):
    """The journal is closed now (H47)."""


# --- the tablet ------------------------------------------------------------------------------------------------------


@service(*AT_THE_CHAIR)
def make_code(actor: Actor, session_id: str, *, language: str = "en", now: datetime) -> MadeLink:
    """A code that pairs one tablet to this visit. Codes made before, and the tablet before, open nothing more."""
    chart = infusion.chart(session_id)
    patient_id = chart.opened.patient_id
    people.withdraw_links_about(patient_id=patient_id, purpose=Purpose.CALM, about=session_id, now=now)
    _release(session_id, _("another tablet takes its place"), now)
    return people.make_link(actor, patient_id, purpose=Purpose.CALM, about=session_id, language=language, now=now)


@service(*AT_THE_CHAIR)
def release(actor: Actor, session_id: str, *, now: datetime) -> None:
    """Take the tablet from this visit; it wipes itself."""
    patient_id = infusion.chart(session_id).opened.patient_id
    people.withdraw_links_about(patient_id=patient_id, purpose=Purpose.CALM, about=session_id, now=now)
    _release(session_id, _("by the staff"), now)


def _release(session_id: str, why: str, now: datetime) -> None:
    tablet = infusion.chart(session_id).tablet
    paired = tablet.event if tablet else None
    if isinstance(paired, ev.TabletPaired):
        charting.chart_from_tablet(
            session_id,
            ev.TabletReleased(paired.tablet_id, why),
            submission_id=_mark("release", paired.tablet_id),
            now=now,
        )


@service_without_actor("The tablet itself, behind a link that the nurse made for this visit")
def pair(session_id: str, tablet_id: str, *, wished_sound: str = "", now: datetime) -> bool:
    """The first tablet that opens the code is the visit's own. False for a second one, and once the visit is over.

    wished_sound: by the patient; what is to be heard from the first touch is charted, unless somebody chose already.
    """
    chart = infusion.chart(session_id)
    if chart.phase in ENDED:
        return False
    if chart.tablet is None and _was_paired(chart.effective, tablet_id):
        return False  # released: it does not come back by itself
    if chart.tablet is None:
        answer = charting.chart_from_tablet(
            session_id, ev.TabletPaired(tablet_id), submission_id=_mark("pair", tablet_id), now=now
        )
        if not isinstance(answer, charting.Charted):
            return False
        if chart.calm is None:
            _begin_with(session_id, tablet_id, queries.first_sound(wished_sound), now)
        return True
    paired = chart.tablet.event
    return isinstance(paired, ev.TabletPaired) and paired.tablet_id == tablet_id


def _begin_with(session_id: str, tablet_id: str, sound: ev.CalmSound, now: datetime) -> None:
    """What the tablet plays and shows until a nurse chooses: charted as comfort like any other choice."""
    charting.chart_from_tablet(
        session_id,
        ev.CalmChosen(sound, ev.CalmImage.NIGHT, ev.CalmLight.DARK),
        submission_id=_mark("first", tablet_id),
        now=now,
    )


def _was_paired(entries: tuple[ev.ChartEntry, ...], tablet_id: str) -> bool:
    return any(isinstance(one.event, ev.TabletPaired) and one.event.tablet_id == tablet_id for one in entries)


@service_without_actor("The patient's own touch, on the tablet that is paired to this visit")
def call(session_id: str, tablet_id: str, *, call_id: str, waited_s: float, now: datetime) -> bool:
    """The patient calls. The same touch, however often it is sent, is one call.

    waited_s: how long the tablet held it for want of a network, by its own clock that only counts.
    False where the tablet belongs to this visit no more: it must say so, and ring by itself.
    """
    state = queries.state_of(session_id, tablet_id)
    if state["over"]:
        return False
    waited = min(timedelta(seconds=max(0.0, waited_s)), QUEUED_AT_MOST)
    late = waited > LATE_AFTER
    answer = charting.chart_from_tablet(
        session_id,
        ev.PatientCalled(call_id),
        submission_id=_mark("call", tablet_id, call_id),
        now=now,
        occurred_at=now - waited if late else None,
        late_reason=_("the tablet had no network") if late else "",
    )
    if isinstance(answer, Refusal) and late:
        # whatever does not fit about the time: that somebody calls is charted all the same
        answer = charting.chart_from_tablet(
            session_id, ev.PatientCalled(call_id), submission_id=_mark("call", tablet_id, call_id), now=now
        )
    return isinstance(answer, charting.Charted)


def _mark(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "calm:" + " ".join(parts)))


# --- the clinic's recordings -----------------------------------------------------------------------------------------


@service(*MAY_READ)
def add_recording(actor: Actor, *, title: str, content: bytes, now: datetime) -> str:
    """Keep a recording of the clinic's own. Raises Unacceptable for what is none, or is too large."""
    kind = kind_of(content[:16])
    if not title.strip():
        raise Unacceptable({"title": _("Give it a name.")})
    if kind is None:
        raise Unacceptable({"content": _("This is no recording: MP3, Ogg, WAV, FLAC, MP4 or WebM.")})
    if len(content) > CLINIC_BYTES_MOST:
        raise Unacceptable({"content": _("At most 15 MB.")})
    if Recording.objects.filter(withdrawn_at=None).count() >= RECORDINGS_MOST_COUNT:
        raise Unacceptable({"content": _("There are 20 already. Withdraw one first.")})
    row = Recording.objects.create(
        title=title.strip()[:80], content_type=kind, content=content, added_at=now, added_by_name=actor.name
    )
    return str(row.pk)


@service(*MAY_READ)
def withdraw_recording(actor: Actor, recording_id: str, *, now: datetime) -> None:
    """Offer it no more; where it plays it plays on. Raises NotThere."""
    try:
        key = uuid.UUID(recording_id)
    except ValueError as fault:
        raise NotThere(recording_id) from fault
    Recording.objects.filter(pk=key, withdrawn_at=None).update(withdrawn_at=now)


# --- the journal -----------------------------------------------------------------------------------------------------


@service_without_actor("The patient, behind a link of their own and their birth date")
def write(
    patient_id: str, *, session_id: str, words: str, content: bytes, share: bool, submission_id: str, now: datetime
) -> str:
    """Keep the patient's own words. Raises NotOpen, or Unacceptable for nothing, too much or no recording."""
    if not queries.journal_is_open(patient_id):
        raise NotOpen({"": _("The journal opens when you have rested. Your nurse will tell you.")})
    if session_id not in {line.session_id for line in infusion.sessions_of(patient_id)}:
        raise Unacceptable({"session_id": _("Choose one of your infusions.")})
    kind = kind_of(content[:16]) if content else ""
    if kind is None:
        raise Unacceptable({"content": _("This is no sound recording.")})
    if len(content) > JOURNAL_BYTES_MOST or len(words) > WORDS_MOST_COUNT:
        raise Unacceptable({"content": _("This is too long. Make two entries of it.")})
    if not words.strip() and not content:
        raise Unacceptable({"words": _("There is nothing to keep yet.")})
    if not 8 <= len(submission_id) <= 64:
        raise Unacceptable({"": _("Open the page again.")})
    try:
        with transaction.atomic():
            row = JournalEntry.objects.create(
                submission_id=submission_id,
                patient_id=patient_id,
                session_id=session_id,
                written_at=now,
                words=words.strip(),
                content_type=kind,
                content=content or None,
                shared_at=now if share else None,
            )
    except IntegrityError:
        row = JournalEntry.objects.get(submission_id=submission_id, patient_id=patient_id)
    return str(row.pk)


@service_without_actor("The patient, behind a link of their own and their birth date")
@transaction.atomic
def set_shared(patient_id: str, entry_id: str, *, share: bool, now: datetime) -> None:
    """Share an entry, or take it back: then it is shown no more; what was read stays in the record.

    Raises NotOpen for sharing while the drug works or before the patient was found oriented (H47); taking back is
    always open. Raises NotThere.
    """
    if share and not queries.journal_is_open(patient_id):
        raise NotOpen({"": _("The journal opens when you have rested. Your nurse will tell you.")})
    row = JournalEntry.objects.select_for_update().filter(pk=entry_id, patient_id=patient_id).first()
    if row is None:
        raise NotThere(entry_id)
    if share:
        row.shared_at, row.taken_back_at = now, None
    else:
        row.taken_back_at = now
    row.save(update_fields=["shared_at", "taken_back_at"])


@service(*MAY_READ)
@transaction.atomic
def read_shared(actor: Actor, patient_id: str, *, now: datetime) -> tuple[queries.Entry, ...]:
    """What the patient shares, noted as read by this person."""
    rows = queries.shared_rows(patient_id)
    for row in rows:
        if not row.readings.filter(staff_id=actor.staff_id).exists():
            JournalReading.objects.create(entry=row, staff_id=actor.staff_id, staff_name=actor.name, at=now)
    people.record_read(actor, patient_id=patient_id, screen="journal", now=now)
    return tuple(queries._entry(row) for row in rows)


@service(*MAY_READ)
def hear_shared(actor: Actor, patient_id: str, entry_id: str, *, now: datetime) -> tuple[str, bytes]:
    """The recording of a shared entry. Raises NotThere for one that is not shared, or is somebody else's."""
    for row in queries.shared_rows(patient_id):
        if str(row.pk) == entry_id and row.content_type:
            people.record_read(actor, patient_id=patient_id, screen="journal", now=now)
            return row.content_type, bytes(row.content or b"")
    raise NotThere(entry_id)
