"""The infusion, and what is seen at the pump."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent, StaffRef


@dataclass(frozen=True, slots=True)
class InfusionStarted(SessionEvent):
    kind: ClassVar[str] = "infusion_started"
    rate_ml_per_h: Decimal
    estimated: bool = False  # True with a gravity drip: the rate is counted drops, the dose is an estimate


@dataclass(frozen=True, slots=True)
class RateChanged(SessionEvent):
    kind: ClassVar[str] = "rate_changed"
    rate_ml_per_h: Decimal
    reason: str
    second_signature: StaffRef | None = None  # a second person, where the step is larger than the template allows
    meant: bool = False  # said a second time, after an unusual change was put into words (H06)


@dataclass(frozen=True, slots=True)
class InfusionPaused(SessionEvent):
    """Charted with one tap; when and why may follow as a correction."""

    kind: ClassVar[str] = "infusion_paused"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InfusionResumed(SessionEvent):
    kind: ClassVar[str] = "infusion_resumed"
    rate_ml_per_h: Decimal


class StopReason(StrEnum):
    NOT_YET_SAID = "not_yet_said"
    COMPLETED = "completed"
    PATIENT_ASKED = "patient_asked"
    SIDE_EFFECT = "side_effect"
    VITAL_SIGNS = "vital_signs"
    LINE_FAILED = "line_failed"
    PUMP_FAILED = "pump_failed"
    WRONG_BAG = "wrong_bag"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class InfusionStopped(SessionEvent):
    kind: ClassVar[str] = "infusion_stopped"
    reason: StopReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FlushGiven(SessionEvent):
    """Saline pushed through the line: a rate step of ``volume_ml`` over ``over_min`` minutes, from ``occurred_at``."""

    kind: ClassVar[str] = "flush_given"
    volume_ml: Decimal
    over_min: Decimal


@dataclass(frozen=True, slots=True)
class ConfirmedAtPump(SessionEvent):
    """The nurse saw (or the pump reported) that the pump does what entry ``of_sequence`` says."""

    kind: ClassVar[str] = "confirmed_at_pump"
    of_sequence: int
    source: str  # "nurse" or the pump's device id
    rate_ml_per_h: Decimal
    volume_infused_ml: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PumpContradicted(SessionEvent):
    """The pump reports something else than the chart (for example it still infuses after a charted stop)."""

    kind: ClassVar[str] = "pump_contradicted"
    device_id: str
    pump_rate_ml_per_h: Decimal
    charted_rate_ml_per_h: Decimal
