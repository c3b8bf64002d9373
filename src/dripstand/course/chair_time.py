"""How long one infusion holds a chair, and in which parts. The parts are minutes from the arrival at the chair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from dripstand.protocol.template import Mark, Source

SLOT_MIN = 5
"""Bookings begin and end on full five minutes: that is how finely the database keeps a chair for one patient."""

DEFAULT_SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "preparation_min": Source("20 to 30 min of preparation (protocol.md 2.4)", Mark.UNVERIFIED),
        "infusion_min": Source("0.5 mg/kg over 40 min (Murrough 2013 and others, protocol.md 2.1)", Mark.VERIFIED),
        "observation_min": Source("The signed template's least observation", Mark.CLINIC),
        "turnover_min": Source("A working value of this software, from no document", Mark.UNVERIFIED),
    }
)


@dataclass(frozen=True, slots=True)
class ChairTime:
    """Minutes of one visit at the chair, turnover included."""

    preparation_min: int = 30
    infusion_min: int = 40
    observation_min: int = 60
    turnover_min: int = 15
    sources: Mapping[str, Source] = field(default_factory=lambda: DEFAULT_SOURCES, compare=False)

    @property
    def total_min(self) -> int:
        """The whole, rounded up to full slots."""
        whole = self.preparation_min + self.infusion_min + self.observation_min + self.turnover_min
        return -(-whole // SLOT_MIN) * SLOT_MIN

    @property
    def from_start_min(self) -> int:
        """From the start of the drug until the patient may leave at the earliest."""
        return self.infusion_min + self.observation_min

    def drug_starts_at(self, arrives_at: datetime) -> datetime:
        return arrives_at + timedelta(minutes=self.preparation_min)

    def leaves_at(self, arrives_at: datetime) -> datetime:
        """When the patient may leave at the earliest: the end of the observation."""
        return self.drug_starts_at(arrives_at) + timedelta(minutes=self.from_start_min)

    def ends_at(self, arrives_at: datetime) -> datetime:
        """When the chair is free for the next one."""
        return arrives_at + timedelta(minutes=self.total_min)


def slots(starts_at: datetime, ends_at: datetime) -> range:
    """The numbers of the five-minute slots that [starts_at, ends_at) holds, counted from the epoch.

    Instants, not clock times: the hour that a change of the clock repeats has slots of its own.
    """
    first = int(starts_at.timestamp()) // (SLOT_MIN * 60)
    after_last = -(-int(ends_at.timestamp()) // (SLOT_MIN * 60))
    return range(first, after_last)


def on_the_grid(at: datetime) -> bool:
    return at.timestamp() % (SLOT_MIN * 60) == 0
