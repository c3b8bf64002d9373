"""What must hold of any body and any doses, because the equations are linear and nothing is lost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from dripstand.pharmacology import AddedInfusion, Bolus, Dose, RateStep
from dripstand.pharmacology.disposition import Disposition, FloatArray
from dripstand.pharmacology.kinetics import Curves, Kinetics, StateOutOfOrder
from dripstand.pharmacology.rate_steps import DoseNotUsable, given

from .given import USUAL, added_lists, dispositions, dose_lists, instants_s, times_lists


def all_curves(curves: Curves) -> list[FloatArray]:
    return [c for c in (curves.plasma_ng_per_ml, curves.effect_site_ng_per_ml, curves.metabolite_ng_per_ml)
            if c is not None]  # fmt: skip


@hypothesis_given(dispositions, dose_lists, times_lists)
def test_concentrations_are_never_negative(body: Disposition, doses: list[Dose], times: list[float]) -> None:
    for curve in all_curves(Kinetics(body).predict(doses, times)):
        assert np.all(curve >= 0.0) and np.all(np.isfinite(curve))


@hypothesis_given(dispositions, added_lists, added_lists, times_lists)
def test_two_sets_of_doses_add_up(body: Disposition, one: list[Dose], two: list[Dose], times: list[float]) -> None:
    kinetics = Kinetics(body)
    apart = zip(all_curves(kinetics.predict(one, times)), all_curves(kinetics.predict(two, times)), strict=True)
    for together, (first, second) in zip(all_curves(kinetics.predict([*one, *two], times)), apart, strict=True):
        np.testing.assert_allclose(together, first + second, rtol=1e-11, atol=1e-11)


@hypothesis_given(dispositions, dose_lists, times_lists, st.floats(0.01, 50.0))
def test_a_multiple_of_the_dose_gives_that_multiple_of_the_curve(
    body: Disposition, doses: list[Dose], times: list[float], factor: float
) -> None:
    scaled: list[Dose] = []
    for dose in doses:
        match dose:
            case RateStep(at, rate):
                scaled.append(RateStep(at, rate * factor))
            case Bolus(at, amount):
                scaled.append(Bolus(at, amount * factor))
            case AddedInfusion(at, length, rate):
                scaled.append(AddedInfusion(at, length, rate * factor))
    kinetics = Kinetics(body)
    pairs = zip(all_curves(kinetics.predict(doses, times)), all_curves(kinetics.predict(scaled, times)), strict=True)
    for once, many in pairs:
        np.testing.assert_allclose(many, once * factor, rtol=1e-11, atol=1e-11)


@hypothesis_given(dispositions, dose_lists, times_lists, instants_s)
def test_a_saved_state_continued_equals_one_run(
    body: Disposition, doses: list[Dose], times: list[float], saved_at_s: float
) -> None:
    kinetics = Kinetics(body)
    saved = kinetics.advance(kinetics.at_rest(), doses, saved_at_s)
    later = [saved_at_s + time for time in times]
    pairs = zip(
        all_curves(kinetics.predict(doses, later, saved)), all_curves(kinetics.predict(doses, later)), strict=True
    )
    for continued, whole in pairs:
        np.testing.assert_allclose(continued, whole, rtol=1e-10, atol=1e-10)


@hypothesis_given(dispositions, dose_lists, times_lists)
def test_every_milligram_is_in_the_body_or_has_left_it(
    body: Disposition, doses: list[Dose], times: list[float]
) -> None:
    kinetics = Kinetics(body, count_eliminated=True)
    system = kinetics.system
    amounts = kinetics.predict(doses, times).amounts
    assert system.eliminated_index is not None
    found = amounts[: system.parent_count].sum(axis=0) + amounts[system.eliminated_index]
    delivered = np.array([given(doses).delivered_mg(time) for time in times])
    np.testing.assert_allclose(found, delivered, rtol=1e-12, atol=1e-12)


@hypothesis_given(dispositions, dose_lists, st.floats(0.05, 900.0), st.integers(7, 400))
def test_an_even_grid_gives_what_its_times_give_one_by_one(
    body: Disposition, doses: list[Dose], step_s: float, count: int
) -> None:
    kinetics = Kinetics(body)
    times = step_s * np.arange(count)
    few = times[:: max(1, count // 5)]
    for grid, single in zip(
        all_curves(kinetics.predict(doses, times)),
        zip(*(all_curves(kinetics.predict(doses, [t])) for t in few), strict=True),
        strict=True,
    ):
        np.testing.assert_allclose(grid[:: max(1, count // 5)], np.concatenate(single), rtol=1e-10, atol=1e-10)


def test_a_day_by_the_second_loses_no_digits() -> None:
    from dripstand.pharmacology import model

    from .given import ADULT

    kinetics = Kinetics(model("simons2022").typical(ADULT))
    every_second = kinetics.predict(USUAL, np.arange(86_401.0))
    at_the_end = kinetics.predict(USUAL, [86_400.0])
    for grid, single in zip(all_curves(every_second), all_curves(at_the_end), strict=True):
        assert grid[-1] == pytest.approx(single[0], rel=1e-12)


def test_what_happens_at_one_instant_counts_as_the_readme_says() -> None:
    doses: list[Dose] = [
        RateStep(60.0, 9.0), RateStep(60.0, 0.5), Bolus(60.0, 1.0), Bolus(60.0, 2.0), AddedInfusion(60.0, 0.0, 99.0),
    ]  # fmt: skip
    plan = given(doses)
    assert plan.rates_mg_per_min == (0.5,) and plan.bolus_mg == (3.0,)
    assert plan.delivered_mg(120.0) == pytest.approx(3.5)


def test_a_stopped_pump_is_exactly_zero_after_overlapping_lines() -> None:
    lines = [AddedInfusion(float(i), 100.0, 0.1 + 0.01 * i) for i in range(20)]
    assert given(lines).rates_mg_per_min[-1] == 0.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
def test_no_pump_gives_a_negative_or_endless_amount(bad: float) -> None:
    for dose in (RateStep(0.0, bad), Bolus(0.0, bad), AddedInfusion(0.0, bad, 1.0), AddedInfusion(0.0, 1.0, bad)):
        with pytest.raises(DoseNotUsable):
            given([dose])
    with pytest.raises(DoseNotUsable):
        given([RateStep(math.nan, 1.0)])


def test_a_state_is_not_asked_about_its_past() -> None:
    from dripstand.pharmacology import model

    from .given import ADULT

    kinetics = Kinetics(model("simons2022").typical(ADULT))
    state = kinetics.advance(kinetics.at_rest(), USUAL, 600.0)
    with pytest.raises(StateOutOfOrder):
        kinetics.predict(USUAL, [599.0], state)
    with pytest.raises(StateOutOfOrder):
        kinetics.advance(state, USUAL, 599.0)
    with pytest.raises(StateOutOfOrder):
        kinetics.predict(USUAL, [math.nan])
