"""Five ways to see a ten-fold slip, looked at together (H06): milligrams, mg/kg, mL/h, dose rate, finish time.

Each band has a value, its range and a verdict. One slipped field moves at least one of them out of its range, because
they depend on each other: a rate that is ten times too high is a dose rate and a finish time that no order asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dripstand.infusion.dosing import dose_rate_mg_per_kg_per_h, planned_dose_rate_mg_per_kg_per_h
from dripstand.infusion.order import Order
from dripstand.protocol.template import ProtocolTemplate

Number = Decimal | Fraction
ROUNDING_FRACTION = Decimal("0.01")  # a rate rounded to the pump's step moves the finish by less than this


class BandName(StrEnum):
    DOSE_MG = "dose_mg"
    DOSE_MG_PER_KG = "dose_mg_per_kg"
    RATE_ML_PER_H = "rate_ml_per_h"
    DOSE_RATE_MG_PER_KG_PER_H = "dose_rate_mg_per_kg_per_h"
    FINISH_MIN = "finish_min"


class Verdict(StrEnum):
    """In rising order of weight."""

    WITHIN = "within"
    UNUSUAL = "unusual"  # shown, not gated
    SECOND_SIGNATURE = "second_signature"
    REFUSED = "refused"


_WEIGHT = {verdict: number for number, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Band:
    """One value in its range. ``whose``: "order" or "template", who set the limit that was crossed."""

    band: BandName
    value: Fraction
    unit: str
    low: Fraction
    high: Fraction
    verdict: Verdict
    whose: str

    @property
    def too_low(self) -> bool:
        return self.value < self.low

    @property
    def too_high(self) -> bool:
        return self.value > self.high


def worst(bands: Iterable[Band]) -> Verdict:
    """The heaviest verdict among them."""
    return max((band.verdict for band in bands), key=_WEIGHT.__getitem__, default=Verdict.WITHIN)


def _band(
    name: BandName,
    unit: str,
    value: Number,
    low: Number,
    high: Number,
    whose: str = "template",
    *,
    unusual_above: Number | None = None,
    second_above: Number | None = None,
) -> Band:
    exact, lowest, highest = Fraction(value), Fraction(low), Fraction(high)
    verdict = Verdict.WITHIN
    if not lowest <= exact <= highest:
        verdict = Verdict.REFUSED
    elif second_above is not None and exact > second_above:
        verdict = Verdict.SECOND_SIGNATURE
    elif unusual_above is not None and exact > unusual_above:
        verdict = Verdict.UNUSUAL
    return Band(name, exact, unit, lowest, highest, verdict, whose)


def mg_band(dose_mg: Number, template: ProtocolTemplate, cap_mg: Number | None = None) -> Band:
    """Milligrams in all, under the order's cap where there is one, and always under the template's."""
    limits = template.dose
    lowest = limits.lowest_mg_per_kg * limits.weight_low_kg
    highest: Number = limits.refuse_dose_mg
    whose = "template"
    if cap_mg is not None and cap_mg < highest:
        highest, whose = cap_mg, "order"
    warn = limits.warn_dose_mg
    return _band(BandName.DOSE_MG, "mg", dose_mg, lowest, highest, whose, unusual_above=warn)


def mg_per_kg_band(dose_mg_per_kg: Number, template: ProtocolTemplate) -> Band:
    limits = template.dose
    return _band(
        BandName.DOSE_MG_PER_KG,
        "mg/kg",
        dose_mg_per_kg,
        limits.lowest_mg_per_kg,
        limits.refuse_mg_per_kg,
        unusual_above=limits.warn_mg_per_kg,
        second_above=limits.second_signature_mg_per_kg,
    )


def rate_band(rate_ml_per_h: Number, template: ProtocolTemplate) -> Band:
    rules = template.bag
    low, high = rules.lowest_rate_ml_per_h, rules.highest_rate_ml_per_h
    return _band(BandName.RATE_ML_PER_H, "mL/h", rate_ml_per_h, low, high)


def dose_rate_band(
    dose_rate: Number, order: Order, template: ProtocolTemplate, *, slack: Fraction = Fraction(0)
) -> Band:
    """Dose rate in mg/kg/h between the order's own limits, the upper one never above the template's.

    slack: what rounding to the pump's step may add or take away.
    """
    low, high = order.lowest_dose_rate_mg_per_kg_per_h, order.highest_dose_rate_mg_per_kg_per_h
    highest = template.dose.highest_dose_rate_mg_per_kg_per_h
    whose = "order" if high <= highest else "template"
    name = BandName.DOSE_RATE_MG_PER_KG_PER_H
    bounds = Fraction(low) - slack, min(Fraction(high), Fraction(highest)) + slack
    return _band(name, "mg/kg/h", dose_rate, *bounds, whose)


def finish_band(finish_min: Number, template: ProtocolTemplate, *, chase_min: Number = Fraction(0)) -> Band:
    """Minutes from the start until the last of the drug has reached the vein, the line chased at the same rate.

    chase_min: how much of that is chasing the line after the bag is empty; the longest planned time does not count it.
    """
    limits = template.dose
    slack = Fraction(ROUNDING_FRACTION)
    return _band(
        BandName.FINISH_MIN,
        "min",
        finish_min,
        Fraction(limits.refuse_minutes_below) * (1 - slack),
        Fraction(limits.refuse_minutes_above) * (1 + slack) + Fraction(chase_min),
        unusual_above=limits.usual_minutes_high,
    )


def five_bands(
    order: Order,
    template: ProtocolTemplate,
    *,
    rate_ml_per_h: Number,
    mg_per_ml: Fraction,
    total_mg: Number,
    finish_min: Number,
    chase_min: Number = Fraction(0),
    pump_step_ml_per_h: Number = Decimal(0),
    rounding_mg: Number = Decimal(0),
) -> tuple[Band, ...]:
    """All five for a rate, existing or asked for.

    total_mg: everything that the patient will have been given when the bag is empty and the line chased.
    finish_min, chase_min: see :func:`finish_band`.
    pump_step_ml_per_h: a rate rounded to the pump's step may pass an order's limit by half a step.
    rounding_mg: what rounding the drawn volume may add to the dose.
    """
    dose_rate = dose_rate_mg_per_kg_per_h(Fraction(rate_ml_per_h), mg_per_ml, order.dosing_weight_kg)
    half_step = dose_rate_mg_per_kg_per_h(Fraction(pump_step_ml_per_h) / 2, mg_per_ml, order.dosing_weight_kg)
    return (
        mg_band(Fraction(total_mg) - Fraction(rounding_mg), template, order.dose_cap_mg),
        mg_per_kg_band((Fraction(total_mg) - Fraction(rounding_mg)) / Fraction(order.dosing_weight_kg), template),
        rate_band(rate_ml_per_h, template),
        dose_rate_band(dose_rate, order, template, slack=half_step),
        finish_band(finish_min, template, chase_min=chase_min),
    )


def order_needs_second_signature(
    *,
    dose_mg: Decimal,
    dose_mg_per_kg: Decimal,
    planned_minutes: Decimal,
    lowest_dose_rate: Decimal,
    highest_dose_rate: Decimal,
    dose_cap_mg: Decimal,
    dose_was_stated: bool,
    template: ProtocolTemplate,
) -> tuple[tuple[str, str], ...]:
    """What about an order asks for a second person: (what, the limit without one), both for the refusal.

    A cap or a range much wider than the dose would let a ten-fold slip of a rate through later, so width itself
    is signed for. Where nobody stated the milligrams beside the mg/kg, nothing shows a slip of the mg/kg.
    """
    limits = template.dose
    planned = planned_dose_rate_mg_per_kg_per_h(dose_mg_per_kg, planned_minutes)
    times = limits.cap_times_dose_count
    found: list[tuple[str, str]] = []
    if dose_mg_per_kg > limits.second_signature_mg_per_kg:
        found.append(("dose_mg_per_kg", f"{limits.second_signature_mg_per_kg} mg/kg"))
    if dose_cap_mg > times * dose_mg:
        found.append(("dose_cap_mg", f"{times} x the dose"))
    if Fraction(highest_dose_rate) > Fraction(times) * planned:
        found.append(("highest_dose_rate_mg_per_kg_per_h", f"{times} x the planned dose rate"))
    if Fraction(lowest_dose_rate) < Fraction(limits.lowest_rate_of_planned_fraction) * planned:
        found.append(
            ("lowest_dose_rate_mg_per_kg_per_h", f"{limits.lowest_rate_of_planned_fraction} x the planned dose rate")
        )
    if not dose_was_stated:
        found.append(("stated_dose_mg", "the dose in mg beside the mg/kg"))
    return tuple(found)
