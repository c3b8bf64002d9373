"""Units in names, and the few conversions there are (hazard H09)."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import typing

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dripstand.pharmacology
from dripstand.pharmacology import units

PLAIN_NUMBERS = {
    # Numbers whose unit stands beside them, or that have none: each a decision, not an oversight.
    "Sourced.value", "BetweenSubject.covariance", "Bands.percentiles", "Runnable.lowest", "Runnable.highest",
    "Runnable.resolution", "Band.low", "Band.high", "Binding.share_of_violation", "InventedScore.value",
    "AllometricMammillary.peripherals",
    "PerKilogramRates.exchange_per_min",
    "Metabolite.formed_fraction", "Metabolite.mass_ratio", "Plan.rates_ml_per_h",
}  # fmt: skip


def numeric_fields() -> list[str]:
    found = []
    for module in pkgutil.walk_packages(dripstand.pharmacology.__path__, "dripstand.pharmacology."):
        for value in vars(importlib.import_module(module.name)).values():
            if dataclasses.is_dataclass(value) and isinstance(value, type) and value.__module__ == module.name:
                hints = typing.get_type_hints(value)
                for field in dataclasses.fields(value):
                    if not field.name.startswith("_") and "float" in str(hints[field.name]):
                        found.append(f"{value.__name__}.{field.name}")
    return sorted(set(found))


@pytest.mark.hazard("H09")
def test_every_number_in_a_value_says_its_unit_in_its_name() -> None:
    names = numeric_fields()
    assert len(names) > 60
    for name in names:
        if name not in PLAIN_NUMBERS and not name.endswith((*units.WITHOUT_UNIT, "NDArray")):
            assert units.unit_of(name) or _is_an_array_of_amounts(name), name


def _is_an_array_of_amounts(name: str) -> bool:
    """States mix mg and mg/L by design; rows and factors of the inner arithmetic carry theirs in the docstring."""
    return name.split(".")[0] in {"State", "CohortState", "Curves", "LookAhead", "Output", "Band", "Errors"} or (
        name in {"Flow.numerators", "Flow.denominator", "Given.instants"}
    )


def test_the_longest_suffix_is_the_unit() -> None:
    assert units.unit_of("rate_mg_per_min") == units.Unit("mg/min", "mg/min")
    assert units.unit_of("nibp_systolic_mmhg") == units.Unit("mm[Hg]", "mmHg")
    assert units.unit_of("name") is None


REGISTRY = pint.UnitRegistry()


@pytest.mark.hazard("H09")
@given(st.floats(0.01, 1000.0), st.floats(0.1, 100.0))
def test_conversions_keep_their_dimensions_and_round_trip(number: float, other: float) -> None:
    u = REGISTRY
    rate = (number * u.mL / u.h) * (other * u.mg / u.mL)
    assert units.mg_per_min_from_ml_per_h(number, other) == pytest.approx(rate.to("mg/min").magnitude)
    assert units.ml_per_h_from_mg_per_min(units.mg_per_min_from_ml_per_h(number, other), other) == pytest.approx(number)
    assert units.mg_from_ml(number, other) == pytest.approx(
        ((number * u.mL) * (other * u.mg / u.mL)).to("mg").magnitude
    )
    weighed = (number * u.mg / u.kg / u.h) * (other * u.kg)
    assert units.mg_per_min_from_mg_per_kg_per_h(number, other) == pytest.approx(weighed.to("mg/min").magnitude)
    level = (number * u.nmol / u.mL) * (237.73 * u.g / u.mol)
    assert units.ketamine_ng_per_ml_from_nmol_per_ml(number) == pytest.approx(level.to("ng/mL").magnitude)
    other_level = (number * u.nmol / u.mL) * (223.70 * u.g / u.mol)
    assert units.norketamine_ng_per_ml_from_nmol_per_ml(number) == pytest.approx(other_level.to("ng/mL").magnitude)


def test_hydrochloride_is_not_base() -> None:
    assert units.mg_base_from_mg_hydrochloride(100.0) == pytest.approx(86.7, abs=0.01)
