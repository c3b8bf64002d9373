"""How each kind of entry changes the chart: one small function a kind, gathered here."""

from __future__ import annotations

from dripstand.infusion.folding import (
    alarms,
    calm,
    emergency,
    infusing,
    leaving,
    preparation,
    trouble,
    visit,
    watching,
)
from dripstand.infusion.folding.applying import HANDLERS, apply

__all__ = [
    "HANDLERS",
    "alarms",
    "apply",
    "calm",
    "emergency",
    "infusing",
    "leaving",
    "preparation",
    "trouble",
    "visit",
    "watching",
]
