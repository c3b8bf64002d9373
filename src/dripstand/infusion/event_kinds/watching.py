"""Watching: observers, vital signs, side effects, comfort, medicines, notes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent, StaffRef


@dataclass(frozen=True, slots=True)
class ObserverNamed(SessionEvent):
    """This person watches the chair from now on, by their own act (take the chair)."""

    kind: ClassVar[str] = "observer_named"
    observer: StaffRef


@dataclass(frozen=True, slots=True)
class HandOverOffered(SessionEvent):
    kind: ClassVar[str] = "hand_over_offered"
    to: StaffRef
    said: str = ""


@dataclass(frozen=True, slots=True)
class HandOverAccepted(SessionEvent):
    """The incoming person accepts; only then does the observer change."""

    kind: ClassVar[str] = "hand_over_accepted"
    offered_sequence: int
    observer: StaffRef


@dataclass(frozen=True, slots=True)
class VitalSignsTaken(SessionEvent):
    """Vital signs entered by hand. Every value may be absent, not all of them."""

    kind: ClassVar[str] = "vital_signs_taken"
    pulse_per_min: int | None = None
    spo2_percent: int | None = None
    respiratory_rate_per_min: int | None = None
    nibp_systolic_mmhg: int | None = None
    nibp_diastolic_mmhg: int | None = None
    on_oxygen: bool = False
    standing: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class SedationScored(SessionEvent):
    kind: ClassVar[str] = "sedation_scored"
    scale: str  # the template's: "MOAA/S" or "RASS"
    sedation_score: int


class Severity(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True)
class SideEffectNoted(SessionEvent):
    """``effect``: nausea, vomiting, headache, dizziness, blurred_vision, anxiety, dissociation, sedation, urinary,
    craving, chest_pain, other. "dissociation_score" (CADSS-6, 0-24) and other scores are outcomes, not here."""

    kind: ClassVar[str] = "side_effect_noted"
    effect: str
    severity: Severity
    done: str = ""
    helped: str = ""  # "", "yes", "partly", "no"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NoSideEffects(SessionEvent):
    """Asked, and the patient has none now: the due check is done."""

    kind: ClassVar[str] = "no_side_effects"


@dataclass(frozen=True, slots=True)
class SideEffectFollowedUp(SessionEvent):
    kind: ClassVar[str] = "side_effect_followed_up"
    of_sequence: int
    severity: Severity | None  # None = gone
    done: str = ""
    helped: str = ""


@dataclass(frozen=True, slots=True)
class MedicineGiven(SessionEvent):
    kind: ClassVar[str] = "medicine_given"
    medicine: str
    dose_text: str  # as given, with its unit: "4 mg"
    route: str
    ordered_by: str = ""


class Comfort(StrEnum):
    EYES_OPEN = "eyes_open"
    MUSIC = "music"
    IMAGE = "image"
    REASSURANCE = "reassurance"
    LIGHT = "light"
    TOUCH = "touch"
    COMPANION = "companion"


@dataclass(frozen=True, slots=True)
class ComfortGiven(SessionEvent):
    kind: ClassVar[str] = "comfort_given"
    comfort: Comfort
    detail: str = ""
    helped: str = ""


@dataclass(frozen=True, slots=True)
class NoteWritten(SessionEvent):
    kind: ClassVar[str] = "note_written"
    text: str
