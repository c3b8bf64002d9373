"""Reads of the patient's tablet: what it shall play and show, and what of a journal may be seen by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from dripstand.calm.models import JournalEntry, Recording
from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import ENDED
from dripstand.live.screens import is_seen
from dripstand.premises.queries import clinic

OWN_MUSIC = "own"


class TabletState(TypedDict):
    """All that the tablet is told. No name, no number, no time of day, no reading (H56).

    seen: a screen shows this chair now to somebody who looks after patients. A call that is only kept is not one that
    the nurse knows of (H39).
    """

    phase: str
    over: bool
    sound: str
    recording: str
    image: str
    light: str
    earphones: str
    waiting: list[str]
    answered: list[str]
    seen: bool


def tablet_state(chart: Chart, tablet_id: str) -> TabletState:
    """tablet_id: who asks. Another tablet than the one that is paired is told that its time is over."""
    paired = chart.tablet.event if chart.tablet else None
    mine = isinstance(paired, ev.TabletPaired) and paired.tablet_id == tablet_id
    over = chart.phase in ENDED or not mine
    chosen = chart.calm
    calls = [] if over else list(chart.calls.items())
    return {
        "phase": "over" if over else chart.phase.value,
        "over": over,
        "sound": chosen.sound.value if chosen else "none",
        "recording": chosen.sound_file_id if chosen else "",
        "image": chosen.image.value if chosen else "night",
        "light": chosen.light.value if chosen else "dark",
        "earphones": (chosen.earphones if chosen else ev.Earphones.NOT_ASKED).value,
        "waiting": [call_id for call_id, call in calls if call.answered is None],
        "answered": [call_id for call_id, call in calls if call.answered is not None][-20:],
        "seen": not over and is_seen(f"session:{chart.session_id}"),
    }


def first_sound(wished: str) -> ev.CalmSound:
    """What a tablet plays from its first touch. wished: by the patient; "" for nothing, "own" for their own music.

    Who wished for nothing hears what the clinic has set; beside somebody's own music the tablet is silent.
    """
    if wished:
        return ev.CalmSound.NONE if wished == OWN_MUSIC else ev.CalmSound(wished)
    here = clinic()
    return ev.CalmSound(here.first_sound) if here else ev.CalmSound.RAIN


def state_of(session_id: str, tablet_id: str) -> TabletState:
    """As `tablet_state`, by the session's id. Raises NoSuchSession."""
    return tablet_state(queries.chart(session_id), tablet_id)


@dataclass(frozen=True, slots=True)
class RecordingLine:
    recording_id: str
    title: str
    added_at: datetime
    added_by_name: str


def recordings() -> tuple[RecordingLine, ...]:
    """What the clinic offers, by title."""
    rows = Recording.objects.filter(withdrawn_at=None).defer("content").order_by("title", "added_at")
    return tuple(RecordingLine(str(one.pk), one.title, one.added_at, one.added_by_name) for one in rows)


def recording(recording_id: str) -> tuple[str, bytes] | None:
    """Media type and bytes; also of a withdrawn one, which may still be playing."""
    row = Recording.objects.filter(pk=recording_id).first()
    return (row.content_type, bytes(row.content)) if row is not None else None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a journal. was_read: staff have seen it, so what they read stays in the record.

    infusion_number, infusion_at: of the visit that it is about.
    """

    entry_id: str
    session_id: str
    infusion_number: int
    infusion_at: datetime
    written_at: datetime
    words: str
    has_sound: bool
    is_shared: bool
    was_read: bool


def _entry(row: JournalEntry) -> Entry:
    opened = queries.chart(str(row.session_id)).opened
    return Entry(
        entry_id=str(row.pk),
        session_id=str(row.session_id),
        infusion_number=opened.infusion_number,
        infusion_at=opened.expected_at,
        written_at=row.written_at,
        words=row.words,
        has_sound=bool(row.content_type),
        is_shared=row.shared_at is not None and row.taken_back_at is None,
        was_read=row.readings.exists(),
    )


def own_journal(patient_id: str) -> tuple[Entry, ...]:
    """Everything that the patient wrote, the newest first."""
    rows = JournalEntry.objects.filter(patient_id=patient_id).defer("content").order_by("-written_at")
    return tuple(_entry(row) for row in rows)


def own_sound(patient_id: str, entry_id: str) -> tuple[str, bytes] | None:
    row = JournalEntry.objects.filter(pk=entry_id, patient_id=patient_id).exclude(content_type="").first()
    return (row.content_type, bytes(row.content or b"")) if row is not None else None


def shared_rows(patient_id: str) -> tuple[JournalEntry, ...]:
    """What the patient shares now; services show it, because showing is noted."""
    rows = JournalEntry.objects.filter(patient_id=patient_id, taken_back_at=None).exclude(shared_at=None)
    return tuple(rows.order_by("-written_at"))


def journal_is_open(patient_id: str) -> bool:
    """Never from the start of an infusion until the patient was found oriented (H47)."""
    return queries.patient_forms_open(patient_id)
