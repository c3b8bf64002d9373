"""What a person asks the chart to record.

Most entries are charted as they are: such a request is the payload itself (``VitalSignsTaken(...)``). The requests
below are those whose entry has to be worked out first. Either kind goes through
``decisions.decide(chart, request, ...)``, which answers with entries or with a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dripstand.infusion.bag import FinalVolume, Vial
from dripstand.infusion.events import SecondCheck, SessionEvent, StaffRef
from dripstand.infusion.order import MonitoringPlan, WeightBasis


@dataclass(frozen=True, slots=True)
class GiveOrder:
    """Sign an order (first or amending). The dose is computed from the weight measured in this session.

    second_signer: somebody who signed in for this second signature, where the template asks for one.
    """

    dose_mg_per_kg: Decimal
    weight_basis: WeightBasis
    planned_minutes: Decimal
    lowest_dose_rate_mg_per_kg_per_h: Decimal
    highest_dose_rate_mg_per_kg_per_h: Decimal
    dose_cap_mg: Decimal
    label_is_base: bool
    monitoring: MonitoringPlan
    stated_dose_mg: Decimal | None = None  # what the prescriber worked out: must agree; without it a second signature
    stated_dose_rate_mg_per_kg_per_h: Decimal | None = None  # the same for the dose rate, where they typed it
    instructions: str = ""
    reason: str = ""
    second_signer: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class TakeTelephoneOrder:
    order: GiveOrder
    prescriber: StaffRef
    read_back: bool


@dataclass(frozen=True, slots=True)
class PrepareBag:
    """The bag as made. Concentration, final volume and start rate follow; what was typed must agree (H06)."""

    vial: Vial
    drawn_ml: Decimal
    diluent: str
    nominal_ml: Decimal
    final_volume: FinalVolume
    line_hold_up_ml: Decimal
    drops_per_ml: int | None = None
    stated_start_rate_ml_per_h: Decimal | None = None
    use_by: datetime | None = None
    pharmacy_made: bool = False


@dataclass(frozen=True, slots=True)
class CheckBag:
    """A second person, under their own sign-in, worked out drawn volume and start rate without seeing them."""

    bag_id: str
    method: SecondCheck
    checker: StaffRef
    drawn_ml: Decimal
    start_rate_ml_per_h: Decimal
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Correct:
    """Replace an entry (same kind), move it in time, or strike it (both None)."""

    sequence: int
    reason: str
    replacement: SessionEvent | None = None
    occurred_at: datetime | None = None


Request = SessionEvent | GiveOrder | TakeTelephoneOrder | PrepareBag | CheckBag | Correct
