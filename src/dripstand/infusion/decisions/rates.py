"""What a rate means: the five bands of H06 at one moment, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from dripstand.infusion.bands import Band, BandName, Verdict, five_bands
from dripstand.infusion.decisions.asking import Asked
from dripstand.infusion.decisions.bags import slack_mg
from dripstand.infusion.dosing import (
    dose_rate_mg_per_kg_per_h,
    plain,
    rate_for_dose_rate_ml_per_h,
)
from dripstand.infusion.line import amounts_at, hanging_ml, ran_for_min
from dripstand.infusion.refusals import Reason, reason

FIELD = "rate_ml_per_h"


def bands_of(asked: Asked, rate_ml_per_h: Decimal) -> tuple[Band, ...]:
    """The five bands of this rate now, on the bag that hangs. Empty where none hangs or its content is unknown."""
    chart = asked.chart
    state, order = chart.hung_bag, chart.order
    amounts, left_ml = amounts_at(chart, asked.at), hanging_ml(chart, asked.at)
    if state is None or order is None or amounts is None or left_ml is None or rate_ml_per_h <= 0:
        return ()
    mg_per_ml = Fraction(state.bag.drug_mg) / Fraction(state.bag.final_ml)
    chase_min = amounts.line_ml / Fraction(rate_ml_per_h) * 60
    return five_bands(
        order,
        asked.template,
        rate_ml_per_h=rate_ml_per_h,
        mg_per_ml=mg_per_ml,
        total_mg=amounts.vein_mg + amounts.line_mg + left_ml * mg_per_ml,
        finish_min=ran_for_min(chart, asked.at) + left_ml / Fraction(rate_ml_per_h) * 60 + chase_min,
        chase_min=chase_min,
        pump_step_ml_per_h=asked.template.bag.pump_resolution_ml_per_h,
        rounding_mg=slack_mg(order, state.bag.vial.strength_mg_per_ml, asked.template.bag),
    )


def raised_rate_reasons(asked: Asked, rate_ml_per_h: Decimal) -> Iterator[Reason]:
    """Why this rate may not be set, for a start or a raise: all five bands."""
    yield from _not_on_pump(asked, rate_ml_per_h)
    for band in bands_of(asked, rate_ml_per_h):
        if band.verdict is Verdict.REFUSED:
            yield from _say(asked, band, rate_ml_per_h)


def lowered_rate_reasons(asked: Asked, rate_ml_per_h: Decimal) -> Iterator[Reason]:
    """Why this lower rate may not be set: only what shows a slip. Lowering is never refused for lasting too long or for
    what was given before; a pause and a stop are open in any case."""
    yield from _not_on_pump(asked, rate_ml_per_h)
    for band in bands_of(asked, rate_ml_per_h):
        slipped = band.band in {BandName.RATE_ML_PER_H, BandName.DOSE_RATE_MG_PER_KG_PER_H} and band.too_low
        if slipped:
            yield from _say(asked, band, rate_ml_per_h)


def _not_on_pump(asked: Asked, rate_ml_per_h: Decimal) -> Iterator[Reason]:
    step = asked.template.bag.pump_resolution_ml_per_h
    if not rate_ml_per_h.is_finite() or rate_ml_per_h <= 0:
        yield reason("not_positive", FIELD, what=FIELD)
    elif Fraction(rate_ml_per_h) % Fraction(step) != 0:
        yield reason("rate_not_on_pump", FIELD, rate=plain(rate_ml_per_h), limit=plain(step))


def _say(asked: Asked, band: Band, rate_ml_per_h: Decimal) -> Iterator[Reason]:
    rate, limit = plain(rate_ml_per_h), plain(band.high if band.too_high else band.low)
    if band.band is BandName.RATE_ML_PER_H:
        yield reason("rate_above_pump" if band.too_high else "rate_below_pump", FIELD, rate=rate, limit=limit)
    elif band.band is BandName.DOSE_RATE_MG_PER_KG_PER_H:
        yield _dose_rate(asked, band, rate_ml_per_h)
    elif band.band is BandName.FINISH_MIN:
        code = "finish_too_late" if band.too_high else "finish_too_soon"
        yield reason(code, FIELD, rate=rate, minutes=plain(band.value, 0), limit=limit)
    elif band.too_high and band.band is BandName.DOSE_MG:
        yield reason("over_cap", FIELD, total=plain(band.value), cap=limit)
    elif band.too_high:
        yield reason("dose_too_high", FIELD, dose=plain(band.value), limit=limit)


def _dose_rate(asked: Asked, band: Band, rate_ml_per_h: Decimal) -> Reason:
    """The limit in both units, so that the nurse sees what the pump would have to show."""
    state, order = asked.chart.hung_bag, asked.chart.order
    assert state is not None and order is not None
    mg_per_ml = Fraction(state.bag.drug_mg) / Fraction(state.bag.final_ml)
    limits = asked.template.dose
    limit = order.lowest_dose_rate_mg_per_kg_per_h
    if band.too_high:
        limit = min(order.highest_dose_rate_mg_per_kg_per_h, limits.highest_dose_rate_mg_per_kg_per_h)
    return reason(
        "rate_above_order" if band.too_high else "rate_below_order",
        FIELD,
        rate=plain(rate_ml_per_h),
        dose_rate=plain(dose_rate_mg_per_kg_per_h(rate_ml_per_h, mg_per_ml, order.dosing_weight_kg), 2),
        limit=plain(rate_for_dose_rate_ml_per_h(limit, mg_per_ml, order.dosing_weight_kg), 1),
        limit_dose_rate=plain(limit, 2),
    )
