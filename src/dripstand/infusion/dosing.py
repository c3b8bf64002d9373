"""The arithmetic of order and bag, in decimals as a person would write them (protocol.md 2.3).

Nothing rounds silently: a function that rounds says to what. The drawn volume is either added to the bag's or
replaces as much of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from dripstand.infusion.bag import FinalVolume

MINUTES_PER_HOUR = Decimal(60)
DIGITS = 28


def _exact(value: Fraction | Decimal) -> Decimal:
    """A fraction as a decimal of 28 digits: exact wherever the decimal ends, rounded once otherwise."""
    if isinstance(value, Decimal):
        return value
    with localcontext() as context:
        context.prec = DIGITS
        return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Decimal | Fraction, step: Decimal) -> Decimal:
    """To the nearest step (0.1 for a pump that takes tenths), halves away from zero as people round."""
    exact = Fraction(value) / Fraction(step)
    whole = (exact.numerator * 2 + exact.denominator) // (2 * exact.denominator)
    return (Decimal(whole) * step).quantize(step)


def plain(value: Decimal | Fraction, decimals_count: int = 3) -> str:
    """For people: rounded, no exponent, no trailing zeros, a zero before the point."""
    number = _exact(value).quantize(Decimal(1).scaleb(-decimals_count), rounding=ROUND_HALF_UP)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dose_mg(dose_mg_per_kg: Decimal, dosing_weight_kg: Decimal) -> Decimal:
    """mg/kg times kg, to a hundredth of a milligram (a syringe shows no less)."""
    return rounded(dose_mg_per_kg * dosing_weight_kg, Decimal("0.01"))


def draw_ml(dose_mg: Decimal, strength_mg_per_ml: Decimal) -> Decimal:
    """What to draw from a vial of this strength."""
    return _exact(Fraction(dose_mg) / Fraction(strength_mg_per_ml))


def drug_mg(drawn_ml: Decimal, strength_mg_per_ml: Decimal) -> Decimal:
    """What was drawn."""
    return drawn_ml * strength_mg_per_ml


def final_ml(nominal_ml: Decimal, drawn_ml: Decimal, final_volume: FinalVolume) -> Decimal:
    """What the bag holds: the drawn volume added to the bag's, or in the place of as much diluent."""
    return nominal_ml + drawn_ml if final_volume is FinalVolume.ADDED else nominal_ml


def concentration_mg_per_ml(drug_mg: Decimal, final_ml: Decimal) -> Fraction:
    """Exact; round it for the label only."""
    return Fraction(drug_mg) / Fraction(final_ml)


def start_rate_ml_per_h(final_ml: Decimal, planned_minutes: Decimal) -> Decimal:
    """The rate at which the whole bag runs in the planned minutes."""
    return _exact(Fraction(final_ml) / Fraction(planned_minutes) * 60)


def drops_per_min(rate_ml_per_h: Decimal, drops_per_ml: int) -> Decimal:
    """For a gravity drip: counted drops."""
    return _exact(Fraction(rate_ml_per_h) * drops_per_ml / 60)


def waste_mg(strength_mg_per_ml: Decimal, vial_ml: Decimal, opened_count: int, dose_mg: Decimal) -> Decimal:
    """What stays in the opened vials."""
    return strength_mg_per_ml * vial_ml * opened_count - dose_mg


def dose_rate_mg_per_kg_per_h(
    rate_ml_per_h: Decimal | Fraction, mg_per_ml: Fraction, dosing_weight_kg: Decimal
) -> Fraction:
    """Exact dose rate of a pump rate."""
    return Fraction(rate_ml_per_h) * mg_per_ml / Fraction(dosing_weight_kg)


def rate_for_dose_rate_ml_per_h(
    dose_rate_mg_per_kg_per_h: Decimal, mg_per_ml: Fraction, dosing_weight_kg: Decimal
) -> Fraction:
    """Exact pump rate of a dose rate: the inverse of the one above."""
    return Fraction(dose_rate_mg_per_kg_per_h) * Fraction(dosing_weight_kg) / mg_per_ml


def planned_dose_rate_mg_per_kg_per_h(dose_mg_per_kg: Decimal, planned_minutes: Decimal) -> Fraction:
    """0.5 mg/kg over 40 min is 0.75 mg/kg/h."""
    return Fraction(dose_mg_per_kg) * 60 / Fraction(planned_minutes)


@dataclass(frozen=True, slots=True)
class BothVolumes:
    """The bag by both conventions, and what an overfilled or underfilled bag would make of it (H12)."""

    added_ml: Decimal
    replacing_ml: Decimal
    added_mg_per_ml: Fraction
    replacing_mg_per_ml: Fraction
    lowest_mg_per_ml: Fraction
    highest_mg_per_ml: Fraction


def both_volumes(drug_mg: Decimal, drawn_ml: Decimal, nominal_ml: Decimal, overfill_ml: Decimal) -> BothVolumes:
    """Concentration by both conventions; the interval covers a bag with ``overfill_ml`` more or less than it says.

    That bags of 100 mL often hold 105 to 110 mL is unverified (protocol.md 2.3): the clinic must confirm.
    """
    added = final_ml(nominal_ml, drawn_ml, FinalVolume.ADDED)
    replacing = final_ml(nominal_ml, drawn_ml, FinalVolume.REPLACING)
    return BothVolumes(
        added_ml=added,
        replacing_ml=replacing,
        added_mg_per_ml=concentration_mg_per_ml(drug_mg, added),
        replacing_mg_per_ml=concentration_mg_per_ml(drug_mg, replacing),
        lowest_mg_per_ml=concentration_mg_per_ml(drug_mg, added + overfill_ml),
        highest_mg_per_ml=concentration_mg_per_ml(drug_mg, replacing - overfill_ml),
    )


def concentration_between_mg_per_ml(
    drug_mg: Decimal, held_ml: Decimal, overfill_ml: Decimal
) -> tuple[Fraction, Fraction]:
    """The lowest and the highest concentration of a bag that holds ``overfill_ml`` more or less than it says (H12)."""
    return (
        concentration_mg_per_ml(drug_mg, held_ml + overfill_ml),
        concentration_mg_per_ml(drug_mg, held_ml - overfill_ml),
    )


def drawing_slack_ml(should_ml: Decimal | Fraction, tolerance_fraction: Decimal, syringe_step_ml: Decimal) -> Fraction:
    """How far a drawn volume may miss the exact one: the tolerance, or half a mark of the syringe if that is more."""
    return max(Fraction(tolerance_fraction) * Fraction(should_ml), Fraction(syringe_step_ml) / 2)


def differs(given: Decimal | Fraction, computed: Decimal | Fraction, tolerance_fraction: Decimal) -> bool:
    """Whether two numbers differ by more than rounding explains."""
    return abs(Fraction(given) - Fraction(computed)) > Fraction(tolerance_fraction) * abs(Fraction(computed))
