"""An emergency at the chair: who was called, who does what, what was done, and how it ended.

The records of a resuscitation, charted with one tap each while it happens (H63). What to do is the clinic's training;
nothing here tells anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent


class Help(StrEnum):
    """Who can be called."""

    COLLEAGUES = "colleagues"
    PRESCRIBER = "prescriber"
    EMERGENCY_SERVICES = "emergency_services"


@dataclass(frozen=True, slots=True)
class HelpCalled(SessionEvent):
    kind: ClassVar[str] = "help_called"
    help: Help
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HelpArrived(SessionEvent):
    kind: ClassVar[str] = "help_arrived"
    help: Help
    detail: str = ""


class EmergencyRole(StrEnum):
    """Who does what. One person may have several, and each is handed on by naming the next."""

    LEADS = "leads"
    AIRWAY = "airway"
    DRUGS = "drugs"
    RECORDS = "records"
    MEETS_HELP = "meets_help"


@dataclass(frozen=True, slots=True)
class EmergencyRoleTaken(SessionEvent):
    """``who``: the name as it was said; somebody from outside the clinic has no id here."""

    kind: ClassVar[str] = "emergency_role_taken"
    role: EmergencyRole
    who: str


class EmergencyAct(StrEnum):
    """What is done to airway, breathing and circulation. Drugs are charted as medicines."""

    POSITIONED = "positioned"
    AIRWAY_OPENED = "airway_opened"
    SUCTION = "suction"
    OXYGEN = "oxygen"
    AIRWAY_DEVICE = "airway_device"
    BAG_MASK = "bag_mask"
    COMPRESSIONS = "compressions"
    SHOCK = "shock"


@dataclass(frozen=True, slots=True)
class EmergencyActDone(SessionEvent):
    kind: ClassVar[str] = "emergency_act_done"
    act: EmergencyAct
    detail: str = ""  # as said: "10 L/min", "size 4"


@dataclass(frozen=True, slots=True)
class EmergencyEnded(SessionEvent):
    """It is over, or was none: every gate holds again. A transfer ends it too, and is charted as such."""

    kind: ClassVar[str] = "emergency_ended"
    how: str
