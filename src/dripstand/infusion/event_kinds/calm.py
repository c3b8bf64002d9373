"""The patient's tablet: paired to this visit, a call from it, and what it plays and shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent


@dataclass(frozen=True, slots=True)
class TabletPaired(SessionEvent):
    """A tablet belongs to this visit from now on, and to no other. ``tablet_id`` is the pairing's own number."""

    kind: ClassVar[str] = "tablet_paired"
    tablet_id: str


@dataclass(frozen=True, slots=True)
class TabletReleased(SessionEvent):
    """The tablet belongs to nobody; what it held was wiped, or is wiped when it next reaches the server (H56)."""

    kind: ClassVar[str] = "tablet_released"
    tablet_id: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class PatientCalled(SessionEvent):
    """The call area was touched. ``call_id`` was made by the tablet before its first try: the same touch calls once."""

    kind: ClassVar[str] = "patient_called"
    call_id: str


@dataclass(frozen=True, slots=True)
class PatientCallAnswered(SessionEvent):
    """Somebody is with the patient."""

    kind: ClassVar[str] = "patient_call_answered"
    call_id: str


class CallTest(StrEnum):
    """How it was tried, before the start, that the patient can call."""

    TABLET_AND_BELL = "tablet_and_bell"
    BELL_ONLY = "bell_only"  # no tablet is used today


class CalmSound(StrEnum):
    NONE = "none"
    RAIN = "rain"
    SEA = "sea"
    DRONE = "drone"
    CHORDS = "chords"
    FILE = "file"  # the clinic's own recording


class CalmImage(StrEnum):
    NIGHT = "night"  # almost black: the default
    WATER = "water"
    DRIFT = "drift"
    EMBERS = "embers"


class CalmLight(StrEnum):
    DARK = "dark"
    DIM = "dim"
    SOFT = "soft"


class Earphones(StrEnum):
    """What the nurse found by asking: a browser cannot know."""

    NOT_ASKED = "not_asked"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class CalmChosen(SessionEvent):
    """What the patient's tablet plays and shows from now on; charted as comfort.

    ``sound_file_id`` and ``sound_name`` only with the clinic's own recording.
    """

    kind: ClassVar[str] = "calm_chosen"
    sound: CalmSound
    image: CalmImage
    light: CalmLight
    earphones: Earphones = Earphones.NOT_ASKED
    sound_file_id: str = ""
    sound_name: str = ""
