"""Leaving, in every way there is, and the signature under the note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent


@dataclass(frozen=True, slots=True)
class CriterionAssessed(SessionEvent):
    """A discharge criterion that a person judges (steady gait, oriented, nausea controlled, advice given...)."""

    kind: ClassVar[str] = "criterion_assessed"
    criterion: str
    met: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CriterionOverridden(SessionEvent):
    """One unmet criterion, by a prescriber, with its own reason. Never the suicide check."""

    kind: ClassVar[str] = "criterion_overridden"
    criterion: str
    reason: str


@dataclass(frozen=True, slots=True)
class SuicideRiskAssessed(SessionEvent):
    """A clinician's documented assessment; the only thing that satisfies that criterion."""

    kind: ClassVar[str] = "suicide_risk_assessed"
    finding: str
    disposition: str
    safe_to_leave: bool


@dataclass(frozen=True, slots=True)
class EscortConfirmed(SessionEvent):
    """The escort was seen in person and took over; ``signature`` is the name that they signed with."""

    kind: ClassVar[str] = "escort_confirmed"
    name: str
    relation: str
    identity_seen: str  # how, as the clinic's policy says
    fit_to_escort: bool
    told_no_driving: bool
    signature: str


@dataclass(frozen=True, slots=True)
class ReadyToLeave(SessionEvent):
    kind: ClassVar[str] = "ready_to_leave"


@dataclass(frozen=True, slots=True)
class PatientLeft(SessionEvent):
    """Discharged: every criterion met or overridden, handed to the escort."""

    kind: ClassVar[str] = "patient_left"


@dataclass(frozen=True, slots=True)
class LeftWithoutDischarge(SessionEvent):
    """The patient leaves against advice: never blocked, never counted as a discharge. None or "" = nobody said."""

    kind: ClassVar[str] = "left_without_discharge"
    has_capacity: bool | None
    warnings_given: str
    line_removed: bool | None
    escort_called: bool | None
    prescriber_told: str  # who was told
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SessionCancelled(SessionEvent):
    kind: ClassVar[str] = "session_cancelled"
    reason: str


@dataclass(frozen=True, slots=True)
class EmergencyDeclared(SessionEvent):
    """One tap. No gate applies from here on; monitoring goes on."""

    kind: ClassVar[str] = "emergency_declared"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PatientTransferred(SessionEvent):
    kind: ClassVar[str] = "patient_transferred"
    to: str
    handed_to: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NoteSigned(SessionEvent):
    """The session note is signed with its meaning; ``chart_hash`` is the head that was signed."""

    kind: ClassVar[str] = "note_signed"
    meaning: str
    chart_hash: str
