"""The small values that a chart is made of: what stands in the chair right now, each with the entry it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dripstand.infusion.bag import Bag
from dripstand.infusion.events import BagChecked, ChartEntry, LineFluid, StaffRef


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An entry that does not fit the chart. ``code`` is explained in ``refusal_texts.py``."""

    sequence: int
    code: str


@dataclass(frozen=True, slots=True)
class BagAtChair:
    """One prepared bag and what became of it."""

    bag: Bag
    entry: ChartEntry
    check: BagChecked | None = None
    check_entry: ChartEntry | None = None
    hung_at: datetime | None = None
    down_at: datetime | None = None
    remaining_ml: Decimal | None = None  # as measured when it was taken down
    has_run: bool = False
    quarantined: ChartEntry | None = None  # it is not what it should be, or nobody knows what it is

    @property
    def hangs(self) -> bool:
        return self.hung_at is not None and self.down_at is None


class FlowChange(StrEnum):
    """What can change between the bag and the vein."""

    BAG_HUNG = "bag_hung"
    BAG_DOWN = "bag_down"
    PRIMED = "primed"
    PUMP_RATE = "pump_rate"
    FLUSH = "flush"
    LINE_CLEARED = "line_cleared"
    LINE_REMOVED = "line_removed"
    LINE_PLACED = "line_placed"
    PATIENT_GONE = "patient_gone"


class Edge(StrEnum):
    """Of a range: what holds at its lower end only, at its higher end only, at both."""

    BOTH = ""
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Flow:
    """One change between the bag and the vein, at an instant. Only the fields that the change needs are set."""

    at: datetime
    change: FlowChange
    bag: Bag | None = None
    fluid: LineFluid | None = None
    hold_up_ml: Decimal = Decimal(0)
    rate_ml_per_h: Decimal | Fraction = Decimal(0)
    volume_ml: Decimal = Decimal(0)
    over_min: Decimal = Decimal(0)
    edge: Edge = Edge.BOTH


@dataclass(frozen=True, slots=True)
class RateStep:
    """A rate that holds until the next step of the same fluid. Exact, because a flush may be 10 mL over 3 min."""

    start: datetime
    rate_ml_per_h: Fraction
    fluid: LineFluid


@dataclass(frozen=True, slots=True)
class PendingHandOver:
    sequence: int
    from_staff: StaffRef | None
    to: StaffRef
    offered_at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class PatientCall:
    """One touch of the call area, and the entry of whoever came."""

    called: ChartEntry
    answered: ChartEntry | None = None


class AlarmState(StrEnum):
    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class AlarmView:
    """One alarm of this session. ``raised`` holds an ``AlarmRaised``."""

    raised: ChartEntry
    state: AlarmState
    acknowledged_at: datetime | None = None
    acknowledged_by: StaffRef | None = None
    silent_until: datetime | None = None
    cleared_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state is not AlarmState.CLEARED


@dataclass(frozen=True, slots=True)
class BoundDevice:
    device_id: str
    device_label: str
    binding_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A start, rate, pause, resume or stop that nobody has seen the pump do yet (H60)."""

    entry: ChartEntry
    since: datetime
