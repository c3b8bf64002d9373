"""The bag and the line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.bag import Bag
from dripstand.infusion.event_kinds.entry import SessionEvent, StaffRef


class SecondCheck(StrEnum):
    """How a second pair of eyes saw the bag. The alternatives are named by the template, never silence."""

    SECOND_PERSON = "second_person"
    PHARMACY_MADE = "pharmacy_made"
    REMOTE_VIDEO = "remote_video"


@dataclass(frozen=True, slots=True)
class BagPrepared(SessionEvent):
    kind: ClassVar[str] = "bag_prepared"
    bag: Bag


@dataclass(frozen=True, slots=True)
class BagChecked(SessionEvent):
    """The independent check: the checker computed drawn volume and start rate without seeing them."""

    kind: ClassVar[str] = "bag_checked"
    bag_id: str
    method: SecondCheck
    checker: StaffRef
    drawn_ml: Decimal
    start_rate_ml_per_h: Decimal
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BagHung(SessionEvent):
    """The label of the bag was read at the chair and matches this patient."""

    kind: ClassVar[str] = "bag_hung"
    bag_id: str
    label_read: str  # what was scanned or typed from the label


@dataclass(frozen=True, slots=True)
class BagTakenDown(SessionEvent):
    kind: ClassVar[str] = "bag_taken_down"
    bag_id: str
    remaining_ml: Decimal | None = None  # as measured; None = not measured
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LinePlaced(SessionEvent):
    kind: ClassVar[str] = "line_placed"
    site: str
    side: str  # "left" or "right"
    gauge: int
    attempts_count: int


class SiteFinding(StrEnum):
    GOOD = "good"
    REDNESS = "redness"
    SWELLING = "swelling"
    PAIN = "pain"
    INFILTRATED = "infiltrated"


@dataclass(frozen=True, slots=True)
class AccessSiteChecked(SessionEvent):
    kind: ClassVar[str] = "access_site_checked"
    finding: SiteFinding
    detail: str = ""


class LineFluid(StrEnum):
    DRUG = "drug"
    SALINE = "saline"


@dataclass(frozen=True, slots=True)
class LinePrimed(SessionEvent):
    """What fills the giving set before the start: with drug from the bag, or with saline."""

    kind: ClassVar[str] = "line_primed"
    fluid: LineFluid
    hold_up_ml: Decimal


@dataclass(frozen=True, slots=True)
class LineCleared(SessionEvent):
    """After the stop: how the drug left in the line was dealt with. ``how``: "flushed", "disconnected", "aspirated"."""

    kind: ClassVar[str] = "line_cleared"
    how: str


@dataclass(frozen=True, slots=True)
class LineRemoved(SessionEvent):
    kind: ClassVar[str] = "line_removed"
    site_finding: SiteFinding
    detail: str = ""
