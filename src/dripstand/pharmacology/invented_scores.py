"""Invented sedation and dissociation scores, for test data only. Never a prediction, never shown for a live patient.

No usable function from concentration to CADSS or to sedation was published: at much the same predicted level patients
score 8 and volunteers 25. These draw whole sessions that look like those, and every value says that it is invented.
Source: pharmacology facts 4.2, "Test data only, never a prediction"; sedation borrowed from nasal esketamine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .effects import DISSOCIATION_C50_S_NG_PER_ML
from .seeded import seeded

MOST_CADSS = 92
"""23 items of 0 to 4."""
USUAL_PEAK_S_NG_PER_ML = 125.0
SEDATION_FROM_MIN, SEDATION_UNTIL_MIN = 15.0, 75.0


@dataclass(frozen=True, slots=True)
class InventedScore:
    """A score that nobody gave. invented is always True: rows made from it are stored with that mark."""

    kind: Literal["CADSS", "MOAA/S"]
    value: int
    invented: Literal[True] = True


def invented_cadss(seed: int, mind_site_s_ng_per_ml: float, *, volunteers: bool = False) -> InventedScore:
    """g x h(Cd) / h(125), h(C) = C^2 / (121^2 + C^2), g of this person: gamma of mean 7.7 and SD 9.2 for patients,
    normal 23 +- 10 cut at 0 for volunteers."""
    random = seeded("cadss", seed, volunteers)
    g = max(0.0, random.gauss(23.0, 10.0)) if volunteers else random.gammavariate(0.70, 11.0)
    share = _h(max(0.0, mind_site_s_ng_per_ml)) / _h(USUAL_PEAK_S_NG_PER_ML)
    return InventedScore("CADSS", min(MOST_CADSS, round(g * share)))


def invented_moaas(seed: int, minute: float) -> InventedScore:
    """5 (awake) but for a third of sessions, which pass through 4 between 15 and 75 min; 3 in three in a hundred of
    all sessions, 0 in three in a thousand."""
    if not SEDATION_FROM_MIN <= minute <= SEDATION_UNTIL_MIN:
        return InventedScore("MOAA/S", 5)
    drawn = seeded("moaas", seed).random()
    deepest = 0 if drawn < 0.003 else 3 if drawn < 0.03 else 4 if drawn < 1.0 / 3.0 else 5
    near_peak = 30.0 <= minute <= 45.0
    return InventedScore("MOAA/S", deepest if near_peak else max(deepest, 4))


def _h(level: float) -> float:
    return level * level / (DISSOCIATION_C50_S_NG_PER_ML**2 + level * level)
