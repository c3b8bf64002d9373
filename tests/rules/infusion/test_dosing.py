"""The arithmetic of order and bag against the table of protocol.md 2.3, and its dimensions against Pint."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction as F

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import dosing
from dripstand.infusion.bag import FinalVolume

# kg, mg/kg, dose mg, draw at 10, 50, 100 mg/mL, mg/mL in 100 mL, final mL and mL/h when added (40 min), waste
TABLE = [
    ("60", "0.5", "30", "3.0", "0.60", "0.30", "0.300", "103.0", "154.5", "170", "470"),
    ("80", "0.5", "40", "4.0", "0.80", "0.40", "0.400", "104.0", "156.0", "160", "460"),
    ("80", "0.75", "60", "6.0", "1.20", "0.60", "0.600", "106.0", "159.0", "140", "440"),
    ("110", "0.5", "55", "5.5", "1.10", "0.55", "0.550", "105.5", "158.3", "145", "445"),
]


@pytest.mark.hazard("H12")
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} kg, {row[1]} mg/kg")
def test_the_published_bags_come_out_exactly(row: tuple[str, ...]) -> None:
    kg, per_kg, dose, at_10, at_50, at_100, strength, added_ml, added_rate, waste_200, waste_500 = map(D, row)
    assert dosing.dose_mg(per_kg, kg) == dose
    drawn = [dosing.draw_ml(dose, D(vial)) for vial in ("10", "50", "100")]
    assert drawn == [at_10, at_50, at_100]
    replacing = dosing.final_ml(D(100), at_10, FinalVolume.REPLACING)
    assert replacing == 100
    assert dosing.concentration_mg_per_ml(dose, replacing) == F(strength)
    assert dosing.start_rate_ml_per_h(replacing, D(40)) == 150
    added = dosing.final_ml(D(100), at_10, FinalVolume.ADDED)
    assert added == added_ml
    assert dosing.rounded(dosing.start_rate_ml_per_h(added, D(40)), D("0.1")) == added_rate
    assert dosing.waste_mg(D(10), D(20), 1, dose) == waste_200
    assert dosing.waste_mg(D(50), D(10), 1, dose) == waste_500


@pytest.mark.parametrize(("set_gtt", "drops"), [(10, "25"), (15, "37.5"), (20, "50"), (60, "150")])
def test_150_ml_per_hour_in_drops(set_gtt: int, drops: str) -> None:
    assert dosing.drops_per_min(D(150), set_gtt) == D(drops)


def test_a_syringe_and_a_large_bag() -> None:
    assert dosing.concentration_mg_per_ml(D(40), D(50)) == F(8, 10)
    assert dosing.start_rate_ml_per_h(D(50), D(40)) == 75
    assert dosing.start_rate_ml_per_h(D(250), D(40)) == 375


def test_the_reference_regimen_as_a_rate() -> None:
    assert dosing.planned_dose_rate_mg_per_kg_per_h(D("0.5"), D(40)) == F(75, 100)


@pytest.mark.hazard("H12")
def test_the_interval_covers_ten_millilitres_more_or_less_by_either_convention() -> None:
    both = dosing.both_volumes(D(40), D(4), D(100), overfill_ml=D(10))
    for nominal in range(90, 111):
        for drawn in (0, 4):
            assert both.lowest_mg_per_ml <= F(40, nominal + drawn) <= both.highest_mg_per_ml
    assert both.added_mg_per_ml == F(40, 104) and both.replacing_mg_per_ml == F(4, 10)


@pytest.mark.hazard("H09")
@given(st.decimals("0.1", "400", places=1), st.integers(1, 200), st.integers(40, 150))
def test_a_rate_and_its_dose_rate_are_each_other_s_inverse(rate: D, tenths: int, kg: int) -> None:
    strength = F(tenths, 100)
    dose_rate = dosing.dose_rate_mg_per_kg_per_h(rate, strength, D(kg))
    assert dose_rate * kg / strength == F(rate)
    exact = dosing.rate_for_dose_rate_ml_per_h(D(1), strength, D(kg))
    assert dosing.dose_rate_mg_per_kg_per_h(exact, strength, D(kg)) == 1


@pytest.mark.hazard("H09")
def test_the_formulae_have_the_dimensions_that_their_names_say() -> None:
    unit = pint.UnitRegistry()
    mg, ml, kg, h, minute = unit.milligram, unit.milliliter, unit.kilogram, unit.hour, unit.minute
    dose = 0.5 * mg / kg * 80 * kg
    assert dose.check("[mass]") and dose.to(mg).magnitude == pytest.approx(float(dosing.dose_mg(D("0.5"), D(80))))
    drawn = dose / (10 * mg / ml)
    assert drawn.to(ml).magnitude == pytest.approx(float(dosing.draw_ml(D(40), D(10))))
    rate = 100 * ml / (40 * minute)
    assert rate.to(ml / h).magnitude == pytest.approx(float(dosing.start_rate_ml_per_h(D(100), D(40))))
    dose_rate = rate * (0.4 * mg / ml) / (80 * kg)
    mine = dosing.dose_rate_mg_per_kg_per_h(D(150), F(4, 10), D(80))
    assert dose_rate.to(mg / kg / h).magnitude == pytest.approx(float(mine))
    back = dose_rate * (80 * kg) / (0.4 * mg / ml)
    assert back.to(ml / h).magnitude == pytest.approx(
        float(dosing.rate_for_dose_rate_ml_per_h(D("0.75"), F(4, 10), D(80)))
    )


@pytest.mark.parametrize(
    ("value", "text"), [("0.50", "0.5"), ("150.0", "150"), ("0.05", "0.05"), ("100", "100"), ("1E+2", "100")]
)
@pytest.mark.hazard("H41")
def test_numbers_for_people_have_a_leading_zero_and_no_trailing_one(value: str, text: str) -> None:
    assert dosing.plain(D(value)) == text


def test_halves_are_rounded_up_as_people_do() -> None:
    assert dosing.rounded(D("158.25"), D("0.1")) == D("158.3")
    assert dosing.rounded(D("158.2499"), D("0.1")) == D("158.2")
