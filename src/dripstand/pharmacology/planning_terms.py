"""The words of a planning question: the goal, the limits, and what is wrong with them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from .bounded_rates import Runnable
from .person import Refused

Site = Literal["plasma", "effect_site"]

LONGEST_S = 86_400.0
FINEST_RESOLUTION_ML_PER_H = 1e-6
"""Far below any pump; finer steps would only be lost in rounding."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Keep `site` between low and high (ng/mL, total of the drug as given) from now for hold_for_s, reached within
    reach_within_s. The time before that is for rising (or falling): being below then is not held against the plan,
    nor what was above the band already; whatever the plan itself puts above it is.
    """

    site: Site
    low_ng_per_ml: float
    high_ng_per_ml: float
    hold_for_s: float
    reach_within_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the pump can run and the order allows. dose_cap_mg counts everything, what was given before too."""

    concentration_mg_per_ml: float
    resolution_ml_per_h: float
    lowest_ml_per_h: float
    highest_ml_per_h: float
    dose_cap_mg: float
    change_every_s: float = 300.0

    def mg_per_min(self, rate_ml_per_h: float) -> float:
        """A pump's rate as a dose rate."""
        return rate_ml_per_h * self.concentration_mg_per_ml / 60.0


def what_is_wrong(goal: Goal, limits: Limits, now_s: float) -> Refused | None:
    """Why there can be no plan, or None. Comparisons are written so that a number that is none is refused too."""
    if goal.site not in ("plasma", "effect_site"):
        return Refused(f"No plan: the site is plasma or effect_site, not {goal.site!r}.", "plasma or effect_site")
    if not math.isfinite(now_s):
        return Refused("No plan: the time from which to plan is not a time.", "a number of seconds")
    if not 0.0 <= goal.low_ng_per_ml < goal.high_ng_per_ml < math.inf:
        return Refused("No plan: the band's lower end is not below its upper end.", "0 <= low < high")
    if not (0.0 < goal.hold_for_s <= LONGEST_S and 0.0 <= goal.reach_within_s <= LONGEST_S):
        return Refused("No plan: the time to hold is not between 0 and a day.", "0 < hold_for_s <= 86400")
    if not all(
        0.0 < value < math.inf
        for value in (limits.concentration_mg_per_ml, limits.resolution_ml_per_h, limits.change_every_s)
    ):
        return Refused("No plan: concentration, resolution and time between changes are above 0.", "above 0")
    if limits.resolution_ml_per_h < FINEST_RESOLUTION_ML_PER_H:
        return Refused(
            f"No plan: no pump runs in steps of {limits.resolution_ml_per_h:g} mL/h.",
            f"resolution {FINEST_RESOLUTION_ML_PER_H:g} mL/h or coarser",
        )
    if not 0.0 <= limits.lowest_ml_per_h <= limits.highest_ml_per_h < math.inf:
        return Refused("No plan: the lowest rate is above the highest.", "0 <= lowest <= highest")
    if Runnable.within(limits.lowest_ml_per_h, limits.highest_ml_per_h, limits.resolution_ml_per_h) is None:
        return Refused(
            f"No plan: in steps of {limits.resolution_ml_per_h:g} mL/h the pump has no rate from "
            f"{limits.lowest_ml_per_h:g} to {limits.highest_ml_per_h:g} mL/h.",
            "a multiple of the resolution from lowest to highest",
        )
    if not limits.dose_cap_mg >= 0.0:
        return Refused("No plan: the dose cap is not an amount.", "dose cap 0 or more")
    return None
