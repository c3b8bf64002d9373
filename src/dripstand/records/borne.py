"""What was given in one infusion and how it was borne, in the few values that the page of a course shows.

Pure: a chart, its cuff readings and the prediction come in. What was measured, given and predicted stay
three things. A peak is named with its interval and with the people that the model was made from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.line import amounts_at
from dripstand.records.course import CuffReading, Predicted

_GRAVITY = {severity: place for place, severity in enumerate(ev.Severity)}


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest predicted concentration: of the effect site, or of plasma where the model has none.

    low, high: of 90 of 100 people at that instant; None where the model has no published variability.
    """

    is_effect_site: bool
    ng_per_ml: float
    low_ng_per_ml: float | None
    high_ng_per_ml: float | None
    population: str
    extrapolated: str


@dataclass(frozen=True, slots=True)
class WorstEffect:
    """One side effect of a visit at its worst."""

    effect: str
    severity: ev.Severity


@dataclass(frozen=True, slots=True)
class Borne:
    """One infusion. dose_mg: what reached the vein, None where the bag is not known. asked: whether anybody asked for
    side effects, without which an empty list says nothing."""

    session_id: str
    started_at: datetime | None
    dose_mg: Fraction | None
    dose_mg_per_kg: Fraction | None
    is_estimated: bool
    peak: Peak | None
    highest_cuff: CuffReading | None
    worst: tuple[WorstEffect, ...]
    asked: bool


def made_borne(chart: Chart, cuffs: Iterable[CuffReading], predicted: Predicted | None, until: datetime) -> Borne:
    """The infusion of this chart as it stands at ``until``."""
    amounts = amounts_at(chart, until) if chart.started_at is not None else None
    known = [cuff for cuff in cuffs if not cuff.doubtful]
    mg = amounts.vein_mg if amounts is not None else None
    return Borne(
        session_id=chart.session_id,
        started_at=chart.started_at,
        dose_mg=mg,
        dose_mg_per_kg=mg / Fraction(chart.order.dosing_weight_kg) if mg is not None and chart.order else None,
        is_estimated=chart.estimated,
        peak=_peak(predicted) if predicted is not None else None,
        highest_cuff=max(known, key=lambda cuff: (cuff.nibp_systolic_mmhg, cuff.nibp_diastolic_mmhg), default=None),
        worst=_worst(chart),
        asked=chart.side_effects_asked_at is not None or bool(chart.side_effects),
    )


def _worst(chart: Chart) -> tuple[WorstEffect, ...]:
    """Each effect at its worst, the gravest first."""
    found: dict[str, ev.Severity] = {}
    for entry in chart.side_effects:
        event = entry.event
        if isinstance(event, ev.SideEffectNoted):
            before = found.get(event.effect)
            if before is None or _GRAVITY[event.severity] > _GRAVITY[before]:
                found[event.effect] = event.severity
    listed = sorted(found.items(), key=lambda item: -_GRAVITY[item[1]])
    return tuple(WorstEffect(effect, severity) for effect, severity in listed)


def _peak(predicted: Predicted) -> Peak | None:
    in_effect_site = bool(predicted.effect_site_ng_per_ml)
    middle = predicted.effect_site_ng_per_ml or predicted.plasma_ng_per_ml
    if not middle:
        return None
    at = max(range(len(middle)), key=lambda place: middle[place])
    banded = in_effect_site and bool(predicted.effect_site_low_ng_per_ml)
    return Peak(
        is_effect_site=in_effect_site,
        ng_per_ml=middle[at],
        low_ng_per_ml=predicted.effect_site_low_ng_per_ml[at] if banded else None,
        high_ng_per_ml=predicted.effect_site_high_ng_per_ml[at] if banded else None,
        population=predicted.population,
        extrapolated=predicted.extrapolated,
    )
