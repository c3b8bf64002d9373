"""Virtual people: reproducible, exact, bounded in memory, honest about what their band holds."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.pharmacology import Bands, Cohort, Person, RateStep, TimeRunsBackwards, cohort, population_percentiles
from dripstand.pharmacology.disposition import FloatArray
from dripstand.pharmacology.individual import one_person
from dripstand.pharmacology.kinetics import Kinetics
from dripstand.pharmacology.quantiles import percentiles_of_sorted, spread_normal

from .given import ADULT, USUAL, dose_lists

MINUTES = np.arange(0, 241) * 60.0


def people(count: int = 200, model: str = "simons2022", seed: int = 1) -> Cohort:
    drawn = cohort(model, "racemic", ADULT, count, seed)
    assert isinstance(drawn, Cohort)
    return drawn


def curves(bands: Bands) -> list[FloatArray]:
    return [c for c in (bands.plasma_ng_per_ml, bands.effect_site_ng_per_ml, bands.metabolite_ng_per_ml)
            if c is not None]  # fmt: skip


@pytest.mark.parametrize("model", ["simons2022", "otto2021", "perezruixo2021"])
@given(doses=dose_lists)
def test_a_cohort_answers_what_its_people_answer_one_by_one(model: str, doses: list) -> None:
    drawn = people(7, model)
    times = np.concatenate([np.arange(0.0, 7200.0, 300.0), [1.5, 601.25, 9000.0]])
    every = (0.0, 25.0, 50.0, 100.0)
    bands = drawn.forecast(drawn.at_rest(), doses, times, every)
    alone = [Kinetics(one_person(drawn.disposition, i)).predict(doses, times) for i in range(7)]
    plasma = np.sort(np.stack([one.plasma_ng_per_ml for one in alone]), axis=0)
    np.testing.assert_allclose(bands.plasma_ng_per_ml, np.percentile(plasma, every, axis=0), rtol=1e-10, atol=1e-10)
    made = np.stack([one.metabolite_ng_per_ml for one in alone if one.metabolite_ng_per_ml is not None])
    assert bands.metabolite_ng_per_ml is not None
    np.testing.assert_allclose(bands.metabolite_ng_per_ml, np.percentile(made, every, axis=0), rtol=1e-10, atol=1e-10)


@given(saved_at_s=st.floats(0.0, 4000.0), doses=dose_lists)
def test_only_the_future_is_computed_after_a_change(saved_at_s: float, doses: list) -> None:
    drawn = people(20)
    saved = drawn.advance(drawn.at_rest(), doses, saved_at_s)
    times = saved_at_s + np.arange(0.0, 3600.0, 60.0)
    continued = drawn.forecast(saved, doses, times)
    whole = drawn.forecast(drawn.at_rest(), doses, times)
    for one, other in zip(curves(continued), curves(whole), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    once, again, other = (people(50, seed=s).forecast(people(50, seed=s).at_rest(), USUAL, MINUTES) for s in (4, 4, 5))
    assert np.array_equal(once.plasma_ng_per_ml, again.plasma_ng_per_ml)
    assert not np.array_equal(once.plasma_ng_per_ml, other.plasma_ng_per_ml)


def test_a_band_does_not_flicker_when_it_is_asked_again_from_a_later_state() -> None:
    drawn = people(100)
    now = drawn.advance(drawn.at_rest(), USUAL, 1234.5)
    later = drawn.advance(now, USUAL, 1300.0)
    times = np.array([2000.0, 2400.0, 5000.0])
    one, two = drawn.forecast(now, USUAL, times), drawn.forecast(later, USUAL, times)
    np.testing.assert_allclose(one.plasma_ng_per_ml, two.plasma_ng_per_ml, rtol=1e-12)


# Pharmacology facts, section 3: 5, 50 and 95 % of people, 70 kg, computed there with free draws of 1,500 people.
def test_the_bands_are_those_of_the_facts() -> None:
    drawn = people(4000)
    bands = drawn.forecast(drawn.at_rest(), USUAL, np.array([40.0, 80.0, 110.0, 230.0]) * 60.0)
    low, middle, high = bands.plasma_ng_per_ml
    np.testing.assert_allclose(low, (248, 47, 30, 13), rtol=0.03)
    np.testing.assert_allclose(middle, (289, 63, 42, 21), rtol=0.015)
    np.testing.assert_allclose(high, (331, 83, 58, 32), rtol=0.03)
    assert bands.effect_site_ng_per_ml is not None
    np.testing.assert_allclose(bands.effect_site_ng_per_ml[:, 0], (216, 248, 284), rtol=0.015)
    venous = people(4000, "otto2021")
    otto = venous.forecast(venous.at_rest(), USUAL, np.array([40.0, 80.0, 110.0, 230.0]) * 60.0)
    np.testing.assert_allclose(otto.plasma_ng_per_ml[0], (112, 66, 49, 19), rtol=0.03)
    np.testing.assert_allclose(otto.plasma_ng_per_ml[2], (205, 91, 71, 35), rtol=0.03)


def test_the_draws_have_the_published_covariance() -> None:
    drawn = people(4000, "otto2021")
    log_v = np.log(np.asarray(drawn.disposition.parent.v1_l) / 133.0)
    log_cl = np.log(np.asarray(drawn.disposition.parent.cl_l_per_min) / (95.2 / 60.0))
    np.testing.assert_allclose(np.cov(log_v, log_cl), [[0.084177, 0.02261], [0.02261, 0.026048]], rtol=0.06)


def test_normal_quantiles_are_spread_evenly_in_every_dimension() -> None:
    spread = spread_normal(500, 3, seed=2)
    assert spread.shape == (3, 500)
    np.testing.assert_allclose(spread.mean(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose(spread.var(axis=1), 1.0, rtol=1e-12)
    assert np.array_equal(np.sort(spread[0]), np.sort(spread[1])) and not np.array_equal(spread[0], spread[1])


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=40), st.floats(0.0, 100.0))
def test_percentiles_are_numpy_s_linear_ones(values: list[float], percentile: float) -> None:
    found = percentiles_of_sorted(np.sort(np.array([values])), [percentile])[0, 0]
    assert found == pytest.approx(np.percentile(values, percentile), rel=1e-12, abs=1e-12)


def test_a_model_without_variances_shows_one_typical_curve_and_no_band() -> None:
    drawn = people(1000, "noppers2011")
    bands = drawn.forecast(drawn.at_rest(), USUAL, MINUTES)
    assert bands.percentiles == (50.0,) and bands.plasma_ng_per_ml.shape == (1, 241)
    assert "no band" in bands.variability


def test_every_forecast_says_which_variability_its_band_holds_and_which_not() -> None:
    for name in ("simons2022", "otto2021", "perezruixo2021"):
        bands = people(10, name).forecast(people(10, name).at_rest(), USUAL, MINUTES[:3])
        assert "Between-subject" in bands.variability and "not in the band" in bands.variability
        assert bands.citations and bands.version


def test_times_come_back_in_the_order_they_were_asked() -> None:
    drawn = people(30)
    asked = np.array([2400.0, 60.0, 2400.0, 5000.0, 0.0])
    bands = drawn.forecast(drawn.at_rest(), USUAL, asked)
    for index, time in enumerate(asked):
        single = drawn.forecast(drawn.at_rest(), USUAL, np.array([time]))
        np.testing.assert_allclose(bands.plasma_ng_per_ml[:, index], single.plasma_ng_per_ml[:, 0], rtol=1e-12)


def test_a_cohort_is_not_asked_about_its_past_or_about_no_time() -> None:
    drawn = people(5)
    now = drawn.advance(drawn.at_rest(), USUAL, 600.0)
    with pytest.raises(TimeRunsBackwards):
        drawn.forecast(now, USUAL, np.array([599.0]))
    with pytest.raises(TimeRunsBackwards):
        drawn.advance(now, USUAL, 1.0)
    with pytest.raises(TimeRunsBackwards):
        drawn.forecast(now, USUAL, np.array([math.nan]))
    with pytest.raises(ValueError, match="0 to 100"):
        drawn.forecast(now, USUAL, np.array([700.0]), (5.0, 101.0))
    with pytest.raises(ValueError, match="population_percentiles"):
        cohort("simons2022", "racemic", ADULT, 10**6)


@pytest.mark.parametrize("count", [100, 20_001])
def test_a_percentile_or_a_time_that_is_none_is_refused_however_many_people(count: int) -> None:
    for wanted in ((150.0,), (-5.0,), (math.nan,)):
        with pytest.raises(ValueError, match="0 to 100"):
            population_percentiles("simons2022", "racemic", ADULT, USUAL, MINUTES[:2], wanted, count)
    with pytest.raises(TimeRunsBackwards, match="not a number"):
        population_percentiles("simons2022", "racemic", ADULT, USUAL, np.array([math.nan]), people=count)
    with pytest.raises(ValueError, match="not 0$"):
        population_percentiles("simons2022", "racemic", ADULT, USUAL, MINUTES[:2], people=0)


@pytest.mark.parametrize("count", [100, 20_001])
def test_no_times_are_an_answer_too_with_every_curve(count: int) -> None:
    bands = population_percentiles("simons2022", "racemic", ADULT, USUAL, np.array([]), people=count)
    assert isinstance(bands, Bands)
    assert [curve.shape for curve in curves(bands)] == [(3, 0)] * 3


def test_one_person_is_the_typical_one_and_no_band() -> None:
    alone = people(1)
    bands = alone.forecast(alone.at_rest(), USUAL, MINUTES)
    assert bands.percentiles == (50.0,) and "no band" in bands.variability and not alone.has_band
    typical = Kinetics(alone.model.typical(ADULT)).predict(USUAL, MINUTES)
    np.testing.assert_allclose(bands.plasma_ng_per_ml[0], typical.plasma_ng_per_ml, rtol=1e-12)


def test_what_is_given_changes_the_answer_and_what_was_given_stays() -> None:
    drawn = people(50)
    now = drawn.advance(drawn.at_rest(), USUAL, 1200.0)
    stop = [RateStep(0.0, 0.875), RateStep(1200.0, 0.0)]
    on, off = (drawn.forecast(now, steps, np.array([1200.0, 2400.0])) for steps in (USUAL, stop))
    np.testing.assert_array_equal(on.plasma_ng_per_ml[:, 0], off.plasma_ng_per_ml[:, 0])
    assert np.all(on.plasma_ng_per_ml[:, 1] > 2 * off.plasma_ng_per_ml[:, 1])


def test_counting_in_cells_gives_what_ranking_gives() -> None:
    times = np.array([0.0, 60.0, 2400.0, 2460.0, 9000.0])
    counted = population_percentiles("simons2022", "racemic", ADULT, USUAL, times, (2.5, 50.0, 97.5), people=20_001)
    ranked = population_percentiles("simons2022", "racemic", ADULT, USUAL, times, (2.5, 50.0, 97.5), people=20_000)
    assert isinstance(counted, Bands) and isinstance(ranked, Bands)
    for one, other in zip(curves(counted), curves(ranked), strict=True):
        np.testing.assert_allclose(one, other, rtol=0.012)


def test_memory_does_not_grow_with_the_people_asked_for() -> None:
    def most_mb(count: int) -> float:
        tracemalloc.start()
        population_percentiles("simons2022", "racemic", ADULT, USUAL, MINUTES[::60], people=count, metabolite=False)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most / 1e6

    few, many = most_mb(30_000), most_mb(90_000)
    assert many < 1.15 * few and many < 150.0


def test_a_heavier_person_has_a_band_of_their_own() -> None:
    small, large = (cohort("simons2022", "racemic", Person(w, 30.0, "F"), 200) for w in (55.0, 90.0))
    assert isinstance(small, Cohort) and isinstance(large, Cohort)
    one, two = (c.forecast(c.at_rest(), USUAL, np.array([2400.0])).plasma_ng_per_ml for c in (small, large))
    assert np.all(one > 1.3 * two)
