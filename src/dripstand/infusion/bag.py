"""The bag: what was drawn from which vial into which volume, and what its label says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from dripstand.infusion.order import WeightBasis

DILUENTS = ("sodium chloride 0.9 %", "glucose 5 %")
"""What ketamine is diluted with here; plain water would be hypotonic in a vein (general knowledge, unverified)."""


class FinalVolume(StrEnum):
    """Whether the drug's volume was added to the bag's, or replaced as much diluent (protocol.md 2.3)."""

    ADDED = "added"
    REPLACING = "replacing"


@dataclass(frozen=True, slots=True)
class Vial:
    """A record of the vial used; the controlled-drug account is another room's."""

    strength_mg_per_ml: Decimal
    volume_ml: Decimal
    lot: str
    opened_count: int = 1


@dataclass(frozen=True, slots=True)
class Bag:
    """One prepared bag. ``concentration_mg_per_ml`` and ``final_ml`` follow from the rest and are kept as printed."""

    bag_id: str
    order_id: str
    vial: Vial
    diluent: str
    nominal_ml: Decimal
    final_volume: FinalVolume
    drawn_ml: Decimal
    drug_mg: Decimal
    final_ml: Decimal
    concentration_mg_per_ml: Decimal
    line_hold_up_ml: Decimal
    start_rate_ml_per_h: Decimal
    drops_per_ml: int | None
    start_drops_per_min: Decimal | None
    prepared_at: datetime
    use_by: datetime
    pharmacy_made: bool = False
    weight_basis: WeightBasis | None = None
