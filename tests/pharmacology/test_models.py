"""Published models: their numbers, their people, and what they refuse (hazard H26)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.pharmacology import (
    DEFAULT_MODEL,
    MODEL_NAMES,
    Bolus,
    Cohort,
    Dose,
    Person,
    RateStep,
    Refused,
    UnknownModel,
    cohort,
    model,
    models,
)
from dripstand.pharmacology.kinetics import Kinetics
from dripstand.pharmacology.observed import (
    HASAN,
    KAMP_ESKETAMINE,
    KAMP_NORKETAMINE,
    KAMP_RACEMATE,
    SIMONS_THESIS,
    ZARATE_2006,
    ZHAO_2012,
)
from dripstand.pharmacology.prediction_errors import errors_of

from .given import ADULT, USUAL

# Pharmacology facts, section 3: total ng/mL at 10, 20, 40, 80, 110, 230 min, 70 kg, computed there independently.
TABLE = {
    "otto2021": (56, 98, 158, 79, 60, 27),
    "noppers2011": (180, 224, 277, 63, 45, 23),
    "kamp2020_two_compartment": (179, 231, 276, 58, 46, 18),
    "kamp2020_meta_analysis": (155, 198, 253, 74, 54, 27),
    "domino1984": (182, 210, 240, 46, 38, 18),
    "clements1981": (64, 112, 181, 85, 63, 35),
    "abuhelwa2022": (92, 157, 247, 116, 89, 43),
    "hijazi2003": (95, 157, 225, 46, 17, 5),
    "perezruixo2021": (41, 74, 125, 65, 45, 19),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_model_gives_the_curve_that_was_computed_for_it_elsewhere(name: str) -> None:
    minutes = [10, 20, 40, 80, 110, 230]
    curves = Kinetics(model(name).typical(ADULT)).predict(USUAL, [60.0 * m for m in minutes])
    np.testing.assert_allclose(curves.plasma_ng_per_ml, TABLE[name], atol=0.6)


def test_the_default_gives_the_published_concentrations_and_norketamine() -> None:
    curves = Kinetics(model(DEFAULT_MODEL).typical(ADULT)).predict(USUAL, [60.0 * m for m in (40, 80, 110, 230)])
    np.testing.assert_allclose(curves.plasma_ng_per_ml, (289, 63, 42, 21), atol=0.6)
    assert curves.metabolite_ng_per_ml is not None
    np.testing.assert_allclose(curves.metabolite_ng_per_ml, (69, 59, 47, 36), atol=0.8)


def test_every_number_of_every_model_has_a_source() -> None:
    for m in models():
        assert m.citations and m.population and m.dose_studied and m.parameters
        for number in m.parameters:
            assert number.source and number.unit and number.verified in ("A", "T", "R", "M", "ours")
            assert math.isfinite(number.value)
        if m.enantiomer_halves and "racemic" in m.drugs:
            assert any("half" in guess for guess in m.guesses)


def test_only_an_arterial_model_drives_an_effect_site() -> None:
    for m in models():
        assert m.has_effect_site == (m.matrix == "arterial plasma")
        drawn = cohort(m.name, "racemic", ADULT, 20)
        assert isinstance(drawn, Cohort)
        bands = drawn.forecast(drawn.at_rest(), USUAL, np.array([2400.0]))
        assert (bands.effect_site_ng_per_ml is not None) == m.has_effect_site


@pytest.mark.hazard("H26")
@pytest.mark.parametrize("name", MODEL_NAMES)
@given(
    person=st.one_of(
        st.builds(Person, st.one_of(st.floats(max_value=39.99), st.floats(min_value=150.01), st.just(math.nan)),
                  st.just(30.0), st.just("F")),
        st.builds(Person, st.just(70.0), st.one_of(st.floats(max_value=17.99), st.floats(min_value=120.01),
                  st.just(math.nan)), st.just("F")),
        st.builds(Person, st.just(70.0), st.just(30.0), st.just("X")),
        st.builds(Person, st.just(70.0), st.just(30.0), st.just("F"), st.just(17.0)),
    )
)  # fmt: skip
def test_outside_the_technical_bounds_there_is_no_line_and_a_reason(name: str, person: Person) -> None:
    refused = cohort(name, model(name).drugs[0], person, 2)
    assert isinstance(refused, Refused) and refused.reason.startswith("No prediction") and refused.limit


@pytest.mark.hazard("H26")
def test_the_wrong_isomer_gets_no_line() -> None:
    for m in models():
        for drug in ("racemic", "esketamine"):
            assert isinstance(cohort(m.name, drug, ADULT, 2), Cohort if drug in m.drugs else Refused)
        assert isinstance(cohort(m.name, "ketamine", ADULT, 2), Refused)  # type: ignore[arg-type]


@pytest.mark.hazard("H26")
@pytest.mark.parametrize(
    ("person", "named"),
    [
        (Person(53.0, 19.0, "F"), ()),
        (Person(93.0, 32.0, "M"), ()),
        (Person(93.1, 25.0, "M"), ("weight 93.1 kg",)),
        (Person(52.0, 45.0, "F"), ("weight 52 kg", "age 45 years")),
        (Person(70.0, None, "F"), ("age not known",)),
        (Person(150.0, 80.0, None), ("weight 150 kg", "age 80 years")),
    ],
)
def test_inside_the_bounds_but_outside_the_people_studied_is_extrapolated(
    person: Person, named: tuple[str, ...]
) -> None:
    drawn = cohort("simons2022", "racemic", person, 2)
    assert isinstance(drawn, Cohort)
    assert drawn.standing.word == ("extrapolated" if named else "within")
    assert len(drawn.standing.outside) == len(named)
    for said, expected in zip(drawn.standing.outside, named, strict=True):
        assert said.startswith(expected) and "studied" in said
    bands = drawn.forecast(drawn.at_rest(), USUAL, np.array([2400.0]))
    assert bands.standing == drawn.standing


@pytest.mark.hazard("H26")
def test_a_rate_above_those_studied_is_named() -> None:
    drawn = cohort("simons2022", "racemic", ADULT, 2)
    assert isinstance(drawn, Cohort)
    fast = [RateStep(0.0, 2.5), RateStep(60.0, 0.0)]
    bands = drawn.forecast(drawn.at_rest(), fast, np.array([60.0]))
    assert bands.standing.word == "extrapolated" and "rate 1.25 mg/min S-ketamine" in bands.standing.outside[0]


@pytest.mark.hazard("H26")
@pytest.mark.parametrize(
    ("name", "drug", "doses", "until_h", "named"),
    [
        ("simons2022", "racemic", [Bolus(0.0, 500.0)], 1.0, ("250 mg S-ketamine at once", "dose 250 mg")),
        ("simons2022", "esketamine", [Bolus(0.0, 5.0)], 1.0, ("5 mg S-ketamine at once",)),
        ("simons2022", "racemic", [RateStep(0.0, 1.9), RateStep(86_400.0, 0.0)], 24.0, ("dose 1.37e+03 mg",)),
        ("simons2022", "racemic", [RateStep(0.0, 1.9)], 24.0, ("dose 1.37e+03 mg",)),
        ("simons2022", "racemic", [RateStep(0.0, 1.0), RateStep(2400.0, 0.0)], 24.0, ()),
        ("simons2022", "esketamine", [RateStep(0.0, 1.0), RateStep(1200.0, 0.0)], 24.0, ()),
        ("simons2022", "esketamine", [RateStep(0.0, 1.0), RateStep(1260.0, 0.0)], 24.0, ("dose 21 mg",)),
        ("kamp2020_two_compartment", "racemic", USUAL, 5.0, ()),
        ("kamp2020_two_compartment", "racemic", USUAL, 5.5, ("5.5 h after the start (studied up to 5 h)",)),
        ("otto2021", "racemic", USUAL, 1.0, ("dose 17.5 mg S-ketamine (range studied not known here)",)),
        ("otto2021", "racemic", [], 1.0, ()),
        ("clements1981", "racemic", [Bolus(0.0, 17.5)], 1.0, ()),
    ],
)
def test_a_dose_outside_those_studied_is_named(
    name: str, drug: str, doses: list[Dose], until_h: float, named: tuple[str, ...]
) -> None:
    drawn = cohort(name, drug, ADULT, 2)  # type: ignore[arg-type]
    assert isinstance(drawn, Cohort)
    before = drawn.standing.outside
    bands = drawn.forecast(drawn.at_rest(), doses, np.array([0.0, until_h * 3600.0]))
    found = bands.standing.outside[len(before) :]
    assert len(found) == len(named)
    for said, expected in zip(found, named, strict=True):
        assert said.startswith(expected)


@pytest.mark.hazard("H26")
def test_a_model_for_comparison_only_is_never_within() -> None:
    for m in models():
        if m.use == "comparison only":
            drawn = cohort(m.name, m.drugs[0], ADULT, 2)
            assert isinstance(drawn, Cohort) and drawn.standing.word == "extrapolated"


def test_an_unknown_model_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownModel, match="simons2022"):
        model("simons2023")


# --- against data: the bars of pharmacology facts 3 and 4 -----------------------------------------------------------


def test_the_default_is_within_a_tenth_of_arterial_totals_at_every_infusion_time_from_half_an_hour() -> None:
    errors = errors_of(model(DEFAULT_MODEL), KAMP_RACEMATE)
    assert errors is not None
    for minute, off in zip(KAMP_RACEMATE.times_min, errors.percent, strict=True):
        if 30.0 <= minute <= 180.0 and minute not in KAMP_RACEMATE.left_out_min:
            assert abs(off) <= 10.0
    # Stated: 2.1 and 6.1. Half a unit of the digitised data's last digit moves the first from 2.0 to 2.5.
    assert errors.median_percent == pytest.approx(2.1, abs=0.25) and errors.median_absolute_percent <= 6.1


def test_the_default_misses_what_it_is_known_to_miss_and_not_by_more() -> None:
    default = model(DEFAULT_MODEL)
    esketamine, norketamine, own = (errors_of(default, d) for d in (KAMP_ESKETAMINE, KAMP_NORKETAMINE, SIMONS_THESIS))
    assert esketamine is not None and norketamine is not None and own is not None
    assert esketamine.median_absolute_percent <= 10.1
    # Stated: -29, the median while the drip runs; over all six times it is -30.4, and the page says both.
    during = [off for t, off in zip(KAMP_NORKETAMINE.times_min, norketamine.percent, strict=True) if t <= 180.0]
    assert np.median(during) >= -29.0 and norketamine.median_percent == pytest.approx(-30.4, abs=0.1)
    # Stated: 19. Half a unit of the last digit moves it from 18.5 to 20.8.
    hasan = errors_of(default, HASAN)
    assert hasan is not None and hasan.median_absolute_percent == pytest.approx(19.0, abs=0.7)
    assert np.max(np.abs(own.percent)) < 4.0


def test_venous_concentrations_in_patients_lie_within_the_venous_model_s_band() -> None:
    drawn = cohort("otto2021", "racemic", ADULT, 2000)
    assert isinstance(drawn, Cohort)
    bands = drawn.forecast(drawn.at_rest(), USUAL, np.array([2400.0]))
    low, _, high = bands.plasma_ng_per_ml[:, 0]
    for data in (ZARATE_2006, ZHAO_2012):
        assert low <= data.values_ng_per_ml[0] <= high
    errors = errors_of(model("otto2021"), HASAN)
    assert errors is not None and errors.median_absolute_percent <= 4.0
