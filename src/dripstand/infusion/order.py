"""The order: what a prescriber wants given, to whom, on which weight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class WeightBasis(StrEnum):
    """Which weight the dose is based on; the one used is printed (protocol.md 2.2)."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"
    CAPPED = "capped"


@dataclass(frozen=True, slots=True)
class MonitoringPlan:
    """Minutes between checks while infusing and while observing."""

    vital_signs_every_min_infusing: int
    vital_signs_every_min_observing: int
    sedation_every_min_infusing: int
    sedation_every_min_observing: int
    side_effects_every_min: int


@dataclass(frozen=True, slots=True)
class Order:
    """A prescriber's order for one infusion. Doses are milligrams of ketamine base.

    Dose rates are stored as mg/kg/h of ``dosing_weight_kg`` and shown as the clinic likes. decision_id: the signed
    decision of the evaluation that the order rests on, with who signed it and when; an order that amends one after drug
    has run rests on the decision of the one before.
    """

    order_id: str
    prescriber_id: str
    prescriber_name: str
    drug: str  # "racemic ketamine hydrochloride"
    label_is_base: bool  # True: the vial's mg are base (pharmacology.md 2.9); asked, never assumed
    dose_mg_per_kg: Decimal
    actual_weight_kg: Decimal
    weight_basis: WeightBasis
    dosing_weight_kg: Decimal
    dose_mg: Decimal
    planned_minutes: Decimal
    lowest_dose_rate_mg_per_kg_per_h: Decimal
    highest_dose_rate_mg_per_kg_per_h: Decimal
    dose_cap_mg: Decimal
    monitoring: MonitoringPlan
    allergies_seen: tuple[str, ...] = ()
    instructions: str = ""
    decision_id: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
