"""Whether what is given lies within the doses a model was built on (hazard H26)."""

from __future__ import annotations

import math

from .effects import share_of_s
from .model import Model
from .person import Drug
from .rate_steps import Given

_ROUNDING = 1.0 + 1e-9


def outside_dose(model: Model, drug: Drug, doses: Given, until_s: float) -> tuple[str, ...]:
    """What about the doses up to until_s lies outside those studied, in words: rate, dose at once, total, how long
    after. Of a racemate half is S-ketamine. A dose range that is not known here cannot be kept within: it is named."""
    studied, share = model.studied, share_of_s(drug)
    total_mg = share * doses.delivered_mg(until_s) if math.isfinite(until_s) else 0.0
    highest = share * max(doses.rates_mg_per_min, default=0.0)
    at_once_mg = share * max(doses.bolus_mg, default=0.0)
    outside: list[str] = []
    limit = studied.max_s_rate_mg_per_min
    if limit is not None and highest > limit * _ROUNDING:
        outside.append(f"rate {highest:.3g} mg/min S-ketamine (studied up to {limit:.3g} mg/min)")
    if at_once_mg > 0.0 and not studied.doses_at_once:
        outside.append(f"{at_once_mg:.3g} mg S-ketamine at once (studied infusions only)")
    most_mg = studied.max_s_dose_mg
    if total_mg > 0.0 and most_mg is None:
        outside.append(f"dose {total_mg:.3g} mg S-ketamine (range studied not known here)")
    elif most_mg is not None and total_mg > most_mg * _ROUNDING:
        outside.append(f"dose {total_mg:.3g} mg S-ketamine (studied up to {most_mg:.3g} mg)")
    began_s = next((at[0] for at, rate, mg in zip(*_parts(doses), strict=True) if rate > 0.0 or mg > 0.0), math.inf)
    hours = (until_s - began_s) / 3600.0
    if studied.until_h is not None and hours > studied.until_h * _ROUNDING:
        outside.append(f"{hours:.3g} h after the start (studied up to {studied.until_h:g} h)")
    return tuple(outside)


def _parts(doses: Given) -> tuple[tuple[tuple[float, float], ...], tuple[float, ...], tuple[float, ...]]:
    return doses.instants, doses.rates_mg_per_min, doses.bolus_mg
