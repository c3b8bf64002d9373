"""Times count exactly as written: on a grid, late on the clock, and where an end falls between two doubles."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from dripstand.pharmacology import AddedInfusion, Bolus, Cohort, Dose, RateStep, cohort
from dripstand.pharmacology.disposition import Disposition, FloatArray, Parent
from dripstand.pharmacology.individual import one_person
from dripstand.pharmacology.kinetics import Kinetics

from .given import ADULT, dispositions

V1_L, CL_L_PER_MIN = 20.0, 1.5
ONE_COMPARTMENT = Disposition(Parent(V1_L, CL_L_PER_MIN))


def written_out(at_s: float, bolus_at_s: float, bolus_mg: float, infusions: list[AddedInfusion]) -> float:
    """One compartment in 50-digit decimals, each dose by its textbook formula, from the times as they are written."""
    with localcontext() as context:
        context.prec = 50

        def minutes(seconds: Fraction) -> Decimal:
            return Decimal(seconds.numerator) / Decimal(seconds.denominator) / 60

        k = Decimal(CL_L_PER_MIN) / Decimal(V1_L)
        total = Decimal(0)
        if at_s >= bolus_at_s:
            total += Decimal(bolus_mg) * (-k * minutes(Fraction(at_s) - Fraction(bolus_at_s))).exp()
        for line in infusions:
            start, until = Fraction(line.start_s), Fraction(line.start_s) + Fraction(line.duration_s)
            if at_s <= start:
                continue
            ran = minutes(min(Fraction(at_s), until) - start)
            since = minutes(max(Fraction(0), Fraction(at_s) - until))
            total += Decimal(line.rate_mg_per_min) / k * (1 - (-k * ran).exp()) * (-k * since).exp()
        return float(total / Decimal(V1_L) * 1000)


def ends_after_its_rounded_end(start_s: float, duration_s: float) -> bool:
    return Fraction(start_s) + Fraction(duration_s) > Fraction(start_s + duration_s)


@pytest.mark.parametrize(
    ("start_s", "duration_s", "step_s", "count"),
    [(20.1, 99.9, 60.0, 61), (6 * 66.6, 66.6, 66.6, 28), (1.7e9, 1e-9, 60.0, 8)],
)
def test_an_added_infusion_ends_on_a_grid_too(start_s: float, duration_s: float, step_s: float, count: int) -> None:
    assert ends_after_its_rounded_end(start_s, duration_s)
    line = AddedInfusion(start_s, duration_s, 60.0)
    times = (1.7e9 if start_s > 1e9 else 0.0) + step_s * np.arange(count)
    found = Kinetics(ONE_COMPARTMENT).predict([line], times).plasma_ng_per_ml
    np.testing.assert_allclose(found, [written_out(t, 0.0, 0.0, [line]) for t in times], rtol=1e-11, atol=1e-12)


steps_s = st.sampled_from([0.1, 0.7, 1.0, 1.0 / 3.0, 10.0, 12.8, 33.3, 60.0, 66.6])
epochs_s = st.sampled_from([0.0, -5000.0, 1e6, 1e7, 3.1e7, 1.7e9])


@st.composite
def infusions_that_end_on_the_grid(draw: st.DrawFn) -> tuple[FloatArray, list[AddedInfusion]]:
    """Lines whose start plus duration rounds to a time of the grid, mostly with a remainder."""
    step_s, count, epoch_s = draw(steps_s), draw(st.integers(8, 60)), draw(epochs_s)
    times = np.array([epoch_s + step_s * i for i in range(count)])
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        end_s = float(times[draw(st.integers(1, count - 1))])
        start_s = end_s - draw(st.floats(0.01 * step_s, 5.0 * step_s))
        for duration_s in (end_s - start_s, np.nextafter(end_s - start_s, 0.0), np.nextafter(end_s - start_s, np.inf)):
            if start_s + float(duration_s) == end_s:
                lines.append(AddedInfusion(start_s, float(duration_s), draw(st.floats(0.1, 60.0))))
    assume(lines)
    return times, lines


@hypothesis_given(infusions_that_end_on_the_grid(), st.floats(0.0, 20.0))
def test_a_grid_gives_the_values_at_its_times_to_the_last_digits(
    drawn: tuple[FloatArray, list[AddedInfusion]], bolus_mg: float
) -> None:
    times, lines = drawn
    doses: list[Dose] = [*lines, Bolus(float(times[2]), bolus_mg)]
    found = Kinetics(ONE_COMPARTMENT).predict(doses, times).plasma_ng_per_ml
    exact = [written_out(float(t), float(times[2]), bolus_mg, lines) for t in times]
    np.testing.assert_allclose(found, exact, rtol=2e-12, atol=2e-12)


@hypothesis_given(infusions_that_end_on_the_grid(), dispositions)
def test_a_grid_gives_any_body_what_its_times_give_one_by_one(
    drawn: tuple[FloatArray, list[AddedInfusion]], body: Disposition
) -> None:
    times, lines = drawn
    kinetics = Kinetics(body)
    grid = kinetics.predict(lines, times)
    for index in range(0, len(times), 5):
        alone = kinetics.predict(lines, times[index : index + 1])
        np.testing.assert_allclose(grid.amounts[:, index], alone.amounts[:, 0], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("epoch_s", [0.0, 1e7, 3.1e7, 1.7e9])
@pytest.mark.parametrize("step_s", [0.1, 0.01, 1.0 / 3.0, 0.7])
def test_a_fine_grid_late_on_the_clock_is_not_evened_out(epoch_s: float, step_s: float) -> None:
    times = np.array([epoch_s + step_s * i for i in range(50)])
    doses: list[Dose] = [RateStep(epoch_s, 60.0), Bolus(epoch_s, 10.0)]
    found = Kinetics(ONE_COMPARTMENT).predict(doses, times).plasma_ng_per_ml
    line = AddedInfusion(epoch_s, 3600.0, 60.0)
    np.testing.assert_allclose(found, [written_out(float(t), epoch_s, 10.0, [line]) for t in times], rtol=1e-12)


@hypothesis_given(infusions_that_end_on_the_grid())
def test_everybody_s_infusion_ends_when_it_does(drawn: tuple[FloatArray, list[AddedInfusion]]) -> None:
    times, lines = drawn
    people = cohort("simons2022", "racemic", ADULT, 5)
    assert isinstance(people, Cohort)
    doses: list[Dose] = [*lines, Bolus(float(times[2]), 5.0)]
    bands = people.forecast(people.at_rest(), doses, times, (0.0, 25.0, 50.0, 75.0, 100.0))
    few = [0, 1, 2, 3, len(times) // 2, len(times) - 1]
    alone = [Kinetics(one_person(people.disposition, i)) for i in range(5)]
    for index in few:
        one_by_one = [kinetics.predict(doses, times[index : index + 1]) for kinetics in alone]
        for band, values in (
            (bands.plasma_ng_per_ml, [one.plasma_ng_per_ml[0] for one in one_by_one]),
            (bands.metabolite_ng_per_ml, [one.metabolite_ng_per_ml[0] for one in one_by_one]),  # type: ignore[index]
        ):
            assert band is not None
            np.testing.assert_allclose(band[:, index], sorted(values), rtol=1e-10, atol=1e-11)


def test_the_state_at_the_end_of_a_grid_is_the_state_at_that_time() -> None:
    people = cohort("simons2022", "racemic", ADULT, 5)
    assert isinstance(people, Cohort)
    times = np.array([1.7e9 + 0.1 * i for i in range(40)])
    doses: list[Dose] = [Bolus(1.7e9, 10.0), Bolus(float(times[35]) + 1e-6, 100.0)]
    bands = people.forecast(people.at_rest(), doses, times, (0.0, 100.0))
    for index in (34, 35, 36, 39):
        alone = people.forecast(people.at_rest(), doses, times[index : index + 1], (0.0, 100.0))
        np.testing.assert_allclose(bands.plasma_ng_per_ml[:, index], alone.plasma_ng_per_ml[:, 0], rtol=1e-11)
