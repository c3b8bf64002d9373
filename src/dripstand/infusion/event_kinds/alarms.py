"""Devices at the chair, and alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent


@dataclass(frozen=True, slots=True)
class DeviceBound(SessionEvent):
    kind: ClassVar[str] = "device_bound"
    device_id: str
    device_label: str
    binding_id: str


@dataclass(frozen=True, slots=True)
class DeviceReleased(SessionEvent):
    kind: ClassVar[str] = "device_released"
    device_id: str
    device_label: str
    binding_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PatientMismatchHeld(SessionEvent):
    """A message named another patient: its readings are held apart and this is shown until a person looks."""

    kind: ClassVar[str] = "patient_mismatch_held"
    device_id: str
    message_patient_id: str


class Priority(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class AlarmRaised(SessionEvent):
    """``alarm``: the condition's name, for example "spo2_low", "nibp_high", "probe_off", "no_data", "device_lost"."""

    kind: ClassVar[str] = "alarm_raised"
    alarm_id: str
    alarm: str
    priority: Priority
    technical: bool
    channel: str
    value_text: str  # what was read, with its unit
    limit_text: str  # the limit it crossed, with its unit
    latching: bool = False


@dataclass(frozen=True, slots=True)
class AlarmAcknowledged(SessionEvent):
    kind: ClassVar[str] = "alarm_acknowledged"
    alarm_id: str
    silent_until: datetime


@dataclass(frozen=True, slots=True)
class AlarmCleared(SessionEvent):
    """The condition is over (and, where it latches, was acknowledged)."""

    kind: ClassVar[str] = "alarm_cleared"
    alarm_id: str


@dataclass(frozen=True, slots=True)
class AlarmLimitChanged(SessionEvent):
    """This session's own limit for one alarm, within the template's bounds, with a reason."""

    kind: ClassVar[str] = "alarm_limit_changed"
    alarm: str
    limit_value: Decimal
    limit_unit: str
    reason: str
