"""Whether a planned dose lies within the signed protocol: the limits that the order meets at the chair, asked sooner.

A plan is read before each order, so a slip in it (5 for 0.5) would be read there as what the prescriber wants. What the
order would refuse is refused here; what it lets through with a second signature is left to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dripstand.course.judging import Break, broken
from dripstand.protocol.template import DoseLimits

DIGITS_MOST_COUNT = 3
"""A planned dose is kept to a thousandth of a mg/kg; a finer one would be stored as another than was typed."""


def against(limits: DoseLimits, dose_mg_per_kg: Decimal, infusion_min: int) -> tuple[Break, ...]:
    """What stands against planning this dose over so many minutes; nothing where the protocol allows it."""
    if not dose_mg_per_kg.is_finite() or dose_mg_per_kg <= 0 or infusion_min < 1:
        return (broken("dose_not_positive"),)
    return tuple(_beyond(limits, dose_mg_per_kg, infusion_min))


def _beyond(limits: DoseLimits, dose_mg_per_kg: Decimal, infusion_min: int) -> Iterator[Break]:
    dose = plain(dose_mg_per_kg)
    if int(dose_mg_per_kg.normalize().as_tuple().exponent) < -DIGITS_MOST_COUNT:
        yield broken("dose_too_fine", dose=dose, digits=DIGITS_MOST_COUNT)
    if dose_mg_per_kg > limits.refuse_mg_per_kg:
        yield broken("planned_dose_too_high", dose=dose, limit=plain(limits.refuse_mg_per_kg))
    if dose_mg_per_kg < limits.lowest_mg_per_kg:
        yield broken("planned_dose_too_low", dose=dose, limit=plain(limits.lowest_mg_per_kg))
    if infusion_min < limits.refuse_minutes_below:
        yield broken("planned_minutes_too_few", minutes=infusion_min, limit=plain(limits.refuse_minutes_below))
    elif infusion_min > limits.refuse_minutes_above:
        yield broken("planned_minutes_too_many", minutes=infusion_min, limit=plain(limits.refuse_minutes_above))
    else:
        rate = dose_mg_per_kg * 60 / infusion_min
        limit = limits.highest_dose_rate_mg_per_kg_per_h
        if rate > limit * (1 + limits.stated_tolerance_fraction) and dose_mg_per_kg <= limits.refuse_mg_per_kg:
            yield broken("planned_rate_too_high", rate=plain(round(rate, 2)), limit=plain(limit))


def plain(number: Decimal) -> str:
    """A number without an exponent and without noughts at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
