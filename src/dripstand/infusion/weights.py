"""Which weight the dose is based on, and whether a measured weight can be believed (H11).

Devine's ideal weight: 50 kg (men) or 45.5 kg (women) and 2.3 kg for each inch above 60 inches (protocol.md 2.2,
unverified there: the clinic must confirm). Below 60 inches (152.4 cm) it is not defined and not extrapolated.
Adjusted weight: ideal + 0.4 x (actual - ideal).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from dripstand.infusion.dosing import plain, rounded
from dripstand.infusion.order import WeightBasis
from dripstand.infusion.refusals import Reason, reason
from dripstand.protocol.template import DoseLimits

CM_PER_INCH = Decimal("2.54")
DEVINE_FROM_CM = Decimal("152.4")
DEVINE_BASE_KG = {"M": Decimal("50"), "F": Decimal("45.5")}
DEVINE_KG_PER_INCH = Decimal("2.3")
ADJUSTED_FRACTION = Decimal("0.4")
WEIGHT_STEP_KG = Decimal("0.1")


def ideal_weight_kg(height_cm: Decimal | None, sex: str) -> Decimal | Reason:
    """Devine's ideal weight, to a tenth of a kilogram, or why there is none."""
    base_kg = DEVINE_BASE_KG.get(sex)
    if base_kg is None:
        return reason("ideal_weight_needs_sex", "weight_basis")
    if height_cm is None:
        return reason("ideal_weight_needs_height", "weight_basis")
    if height_cm < DEVINE_FROM_CM:
        return reason("ideal_weight_too_short", "weight_basis", height=plain(height_cm))
    inches_over_60 = Fraction(height_cm) / Fraction(CM_PER_INCH) - 60
    return rounded(Fraction(base_kg) + Fraction(DEVINE_KG_PER_INCH) * inches_over_60, WEIGHT_STEP_KG)


def dosing_weight_kg(
    basis: WeightBasis, actual_kg: Decimal, height_cm: Decimal | None, sex: str, limits: DoseLimits
) -> Decimal | Reason:
    """The weight that the dose is multiplied with."""
    if basis is WeightBasis.ACTUAL:
        return actual_kg
    if basis is WeightBasis.CAPPED:
        return min(actual_kg, limits.weight_cap_kg)
    ideal = ideal_weight_kg(height_cm, sex)
    if isinstance(ideal, Reason) or basis is WeightBasis.IDEAL:
        return ideal
    return rounded(ideal + ADJUSTED_FRACTION * (actual_kg - ideal), WEIGHT_STEP_KG)


def body_mass_index(weight_kg: Decimal, height_cm: Decimal) -> Fraction:
    """kg/m2."""
    metres = Fraction(height_cm) / 100
    return Fraction(weight_kg) / metres**2


def implausible(weight_kg: Decimal, height_cm: Decimal | None, limits: DoseLimits) -> tuple[Reason, ...]:
    """Why a weight cannot be right: outside what is treated here, or height and weight do not belong together."""
    field = "weight_kg"
    found: list[Reason] = []
    if not limits.weight_low_kg <= weight_kg <= limits.weight_high_kg:
        low, high = plain(limits.weight_low_kg), plain(limits.weight_high_kg)
        found.append(reason("weight_out_of_range", field, weight=plain(weight_kg), low=low, high=high))
    if height_cm is None:
        return tuple(found)
    if not limits.height_low_cm <= height_cm <= limits.height_high_cm:
        low, high = plain(limits.height_low_cm), plain(limits.height_high_cm)
        found.append(reason("height_out_of_range", field, height=plain(height_cm), low=low, high=high))
        return tuple(found)
    index = body_mass_index(weight_kg, height_cm)
    if not limits.bmi_low <= index <= limits.bmi_high:
        found.append(
            reason(
                "bmi_out_of_range",
                field,
                weight=plain(weight_kg),
                height=plain(height_cm),
                bmi=plain(index, 1),
                low=plain(limits.bmi_low),
                high=plain(limits.bmi_high),
            )
        )
    return tuple(found)


def needs_second_reader(
    weight_kg: Decimal, height_cm: Decimal | None, last_kg: Decimal | None, limits: DoseLimits
) -> str:
    """Why a second person has to read the scale; "" where the weight can be compared and agrees.

    Pounds taken for kilograms multiply the weight by 2.2. Against an earlier weight that shows at once. Without one
    nothing shows it for certain: a light and tall person in pounds looks like a heavier one in kilograms. So each
    first weight is read by two, and one above 2.2 times the lowest plausible body mass index is said to look like
    pounds.
    """
    if last_kg is not None:
        change = abs(Fraction(weight_kg) - Fraction(last_kg)) / Fraction(last_kg)
        return "changed" if change > limits.weight_change_second_reader_fraction else ""
    if height_cm is None:
        return "no_height"
    return "high_bmi" if body_mass_index(weight_kg, height_cm) > limits.bmi_second_reader_above else "first"
