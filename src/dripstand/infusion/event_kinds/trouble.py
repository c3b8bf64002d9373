"""What goes wrong at the chair: the line, the bag, the pump, the patient's own stop, the building.

Each is charted with one tap as it is seen; what is known later follows in an entry of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent


@dataclass(frozen=True, slots=True)
class LinePlacingFailed(SessionEvent):
    """An attempt that put no line in place."""

    kind: ClassVar[str] = "line_placing_failed"
    attempts_count: int = 1
    site: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StopAsked(SessionEvent):
    """The patient says that they want to stop. ``words``: theirs. It stays open until it is stopped or answered."""

    kind: ClassVar[str] = "stop_asked"
    words: str = ""


@dataclass(frozen=True, slots=True)
class StopAskedAnswered(SessionEvent):
    """What came of it where it was not stopped: the patient wants to go on, in their own words."""

    kind: ClassVar[str] = "stop_asked_answered"
    of_sequence: int
    words: str


@dataclass(frozen=True, slots=True)
class PartialJudged(SessionEvent):
    """A prescriber says whether an infusion that was not given whole counts as one of the course."""

    kind: ClassVar[str] = "partial_judged"
    counts_in_course: bool
    reason: str


class BagDoubt(StrEnum):
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BagQuarantined(SessionEvent):
    """This bag is not what it should be, or nobody knows what it is. It is kept apart and never runs (again).

    If it ran, nobody knows what the patient was given: no dose and no prediction is stated from then on (H65).
    """

    kind: ClassVar[str] = "bag_quarantined"
    bag_id: str
    doubt: BagDoubt
    kept_where: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PumpFailed(SessionEvent):
    """The pump does not run as it should; its segment ends here. ``volume_infused_ml``: what it had counted since it
    began to run, None = not readable: how much it gave is then a range."""

    kind: ClassVar[str] = "pump_failed"
    volume_infused_ml: Decimal | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PumpChanged(SessionEvent):
    """Another pump (or the same one, set up anew) drives the bag from the next resume on.

    old_volume_ml: what the old one had counted since it began to run; None = not readable.
    label_read: the bag's label, read again at the new pump. rate_ml_per_h: what the new pump is set to.
    device_id: of the registered pump that reports from now on; "" = it reports nothing, a nurse confirms by hand.
    """

    kind: ClassVar[str] = "pump_changed"
    new_pump: str
    label_read: str
    rate_ml_per_h: Decimal
    old_volume_ml: Decimal | None = None
    detail: str = ""
    device_id: str = ""


@dataclass(frozen=True, slots=True)
class EvacuationDeclared(SessionEvent):
    """The building is left. No gate applies from here on, as in an emergency."""

    kind: ClassVar[str] = "evacuation_declared"
    why: str = ""


@dataclass(frozen=True, slots=True)
class PatientAccountedFor(SessionEvent):
    """The patient was seen, by whom this is charted, at ``where``."""

    kind: ClassVar[str] = "patient_accounted_for"
    where: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EvacuationOver(SessionEvent):
    kind: ClassVar[str] = "evacuation_over"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LeavingFollowedUp(SessionEvent):
    """What was done after a patient left without discharge. None or "" = nothing new about it."""

    kind: ClassVar[str] = "leaving_followed_up"
    line_out: bool | None = None
    escort_called: bool | None = None
    prescriber_told: str = ""
    patient_reached: str = ""
    detail: str = ""
