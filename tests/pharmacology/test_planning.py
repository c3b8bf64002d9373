"""The inverse question: a proposal, what it achieves, and the limit that stands in the way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dripstand.pharmacology import (
    AddedInfusion,
    Dose,
    Goal,
    Limits,
    Person,
    Plan,
    RateStep,
    Refused,
    model,
    plan_rates,
)
from dripstand.pharmacology.kinetics import Kinetics
from dripstand.pharmacology.rate_steps import given as given_doses

from .given import ADULT, USUAL

LIMITS = Limits(1.0, 0.1, 0.0, 120.0, 60.0)
EFFECT = Goal("effect_site", 180.0, 220.0, 2400.0, 900.0)


def planned(goal: Goal = EFFECT, limits: Limits = LIMITS, so_far: tuple = (), now_s: float = 0.0) -> Plan:
    plan = plan_rates("simons2022", "racemic", ADULT, so_far, now_s, goal, limits)
    assert isinstance(plan, Plan)
    return plan


def test_a_band_that_can_be_kept_is_kept_and_nothing_binds() -> None:
    for goal in (EFFECT, Goal("plasma", 180.0, 220.0, 2400.0), Goal("plasma", 100.0, 150.0, 3600.0)):
        plan = planned(goal)
        assert plan.keeps_band and plan.binding == () and plan.held_s == plan.wanted_s
        assert goal.low_ng_per_ml <= plan.lowest_ng_per_ml <= plan.highest_ng_per_ml <= goal.high_ng_per_ml


def test_what_a_plan_says_it_achieves_is_what_its_steps_give() -> None:
    plan = planned()
    curves = Kinetics(model("simons2022").typical(ADULT)).predict(plan.steps, plan.times_s)
    assert curves.effect_site_ng_per_ml is not None
    np.testing.assert_allclose(plan.site_ng_per_ml, curves.effect_site_ng_per_ml, rtol=1e-10, atol=1e-10)
    assert plan.total_dose_mg == pytest.approx(given_doses(plan.steps).delivered_mg(1e6))
    assert plan.steps[-1].rate_mg_per_min == 0.0


@settings(max_examples=8)
@given(
    highest=st.sampled_from([20.0, 45.0, 120.0]),
    lowest=st.sampled_from([0.0, 5.0]),
    cap=st.sampled_from([0.0, 12.0, 25.0, 60.0]),
    resolution=st.sampled_from([0.1, 1.0, 5.0]),
    concentration=st.sampled_from([0.5, 1.0, 2.0]),
)
def test_a_plan_never_breaks_the_pump_s_or_the_order_s_limits(
    highest: float, lowest: float, cap: float, resolution: float, concentration: float
) -> None:
    plan = planned(EFFECT, Limits(concentration, resolution, lowest, highest, cap))
    assert plan.total_dose_mg <= cap + 1e-6
    for rate in plan.rates_ml_per_h:
        # A dose cap outranks a lowest rate: the pump then stops.
        assert rate == 0.0 or lowest <= rate <= highest
        assert rate / resolution == pytest.approx(round(rate / resolution), abs=1e-6)


@pytest.mark.parametrize(
    ("change", "binds"),
    [
        ({"highest_ml_per_h": 40.0}, "highest rate"),
        ({"dose_cap_mg": 20.0}, "dose cap"),
        ({"resolution_ml_per_h": 100.0}, "pump resolution"),
        ({"change_every_s": 3300.0}, "time between changes"),
    ],
)
def test_the_limit_that_stands_in_the_way_is_named(change: dict[str, float], binds: str) -> None:
    plan = planned(EFFECT, dataclasses.replace(LIMITS, **change))
    assert not plan.keeps_band
    assert binds in [binding.limit for binding in plan.binding]
    named = next(binding for binding in plan.binding if binding.limit == binds)
    assert f"{next(iter(change.values())):g}" in named.words


@pytest.mark.parametrize("highest", [15.0, 25.0, 35.0])
@pytest.mark.parametrize("cap", [12.0, 20.0, 30.0])
def test_a_plan_that_does_not_keep_the_band_always_says_what_stands_in_the_way(highest: float, cap: float) -> None:
    plan = planned(EFFECT, dataclasses.replace(LIMITS, highest_ml_per_h=highest, dose_cap_mg=cap))
    assert not plan.keeps_band and plan.binding


def test_limits_that_bind_only_together_are_named_together() -> None:
    plan = planned(EFFECT, dataclasses.replace(LIMITS, highest_ml_per_h=25.0, dose_cap_mg=20.0))
    named = {binding.limit: binding for binding in plan.binding}
    assert named.keys() >= {"highest rate", "dose cap"}
    assert named["highest rate"].together_with == ("dose cap",)
    assert named["dose cap"].together_with == ("highest rate",)


@pytest.mark.parametrize("highest", [0.0, 0.1, 1.0])
def test_a_highest_rate_of_next_to_nothing_binds_and_not_the_body(highest: float) -> None:
    plan = planned(EFFECT, dataclasses.replace(LIMITS, highest_ml_per_h=highest))
    assert [binding.limit for binding in plan.binding] == ["highest rate"]
    both = planned(EFFECT, dataclasses.replace(LIMITS, highest_ml_per_h=highest, dose_cap_mg=highest))
    assert {binding.limit for binding in both.binding} == {"highest rate", "dose cap"}


@pytest.mark.parametrize(
    ("goal", "change_every_s"),
    [
        (Goal("plasma", 180.0, 190.0, 2400.0, 600.0), 100.0),
        (Goal("plasma", 180.0, 190.0, 2400.0, 600.0), 137.0),
        (Goal("plasma", 180.0, 220.0, 2417.0, 613.0), 90.0),
        (Goal("plasma", 100.0, 104.0, 2400.0, 600.0), 210.0),
        (Goal("effect_site", 180.0, 220.0, 2400.0, 900.0), 45.0),
    ],
)
def test_a_band_is_kept_at_every_moment_or_not_at_all(goal: Goal, change_every_s: float) -> None:
    plan = planned(goal, dataclasses.replace(LIMITS, change_every_s=change_every_s))
    until_s = goal.reach_within_s + goal.hold_for_s
    moments = np.unique([*np.arange(0.0, until_s, 0.25), *(step.start_s for step in plan.steps)])
    curves = Kinetics(model("simons2022").typical(ADULT)).predict(plan.steps, moments)
    site = curves.plasma_ng_per_ml if goal.site == "plasma" else curves.effect_site_ng_per_ml
    assert site is not None
    hold = site[moments >= goal.reach_within_s]
    assert plan.lowest_ng_per_ml == pytest.approx(hold.min(), abs=1e-3)
    assert plan.highest_ng_per_ml == pytest.approx(site.max(), abs=1e-3)
    assert plan.keeps_band == (hold.min() >= goal.low_ng_per_ml and site.max() <= goal.high_ng_per_ml)


def test_what_was_above_the_band_before_is_not_the_plan_s_but_what_it_adds_is() -> None:
    falling = planned(Goal("plasma", 100.0, 150.0, 1200.0, 900.0), so_far=USUAL[:1], now_s=2400.0)
    assert falling.highest_ng_per_ml > 280.0 and falling.keeps_band and falling.overshoot_ng_per_ml == 0.0
    # A pump that cannot run below 60 mL/h overshoots while it rises.
    rising = planned(
        Goal("plasma", 100.0, 110.0, 60.0, 1800.0), dataclasses.replace(LIMITS, lowest_ml_per_h=60.0), so_far=()
    )
    assert rising.overshoot_ng_per_ml > 10.0 and not rising.keeps_band


@pytest.mark.parametrize(("lowest", "highest", "resolution"), [(31.0, 39.0, 10.0), (3.0, 4.0, 5.0), (0.35, 0.39, 0.1)])
def test_limits_between_which_the_pump_has_no_rate_are_refused(
    lowest: float, highest: float, resolution: float
) -> None:
    limits = dataclasses.replace(
        LIMITS, lowest_ml_per_h=lowest, highest_ml_per_h=highest, resolution_ml_per_h=resolution
    )
    refused = plan_rates("simons2022", "racemic", ADULT, (), 0.0, EFFECT, limits)
    assert isinstance(refused, Refused) and "no rate" in refused.reason


def test_lowest_and_highest_off_the_pump_s_steps_are_moved_inside() -> None:
    plan = planned(
        EFFECT, dataclasses.replace(LIMITS, lowest_ml_per_h=7.0, highest_ml_per_h=44.0, resolution_ml_per_h=5.0)
    )
    assert set(plan.rates_ml_per_h) <= {10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0}


def test_another_line_that_still_runs_runs_on_and_counts() -> None:
    line: list[Dose] = [AddedInfusion(0.0, 2700.0, 0.3)]
    plan = planned(EFFECT, LIMITS, tuple(line), 0.0)
    alone = planned()
    assert sum(plan.rates_ml_per_h) < 0.8 * sum(alone.rates_ml_per_h)
    assert plan.total_dose_mg == pytest.approx(0.3 * 45.0 + given_doses(plan.steps).delivered_mg(1e6))
    curves = Kinetics(model("simons2022").typical(ADULT)).predict([*line, *plan.steps], plan.times_s)
    assert curves.effect_site_ng_per_ml is not None
    np.testing.assert_allclose(plan.site_ng_per_ml, curves.effect_site_ng_per_ml, rtol=1e-10, atol=1e-10)


def test_what_the_body_does_is_named_too() -> None:
    plan = planned(Goal("effect_site", 50.0, 60.0, 1200.0, 60.0), so_far=USUAL[:1], now_s=2400.0)
    assert not plan.keeps_band and plan.binding[0].limit == "the body"
    plan = planned(
        Goal("effect_site", 50.0, 60.0, 1200.0, 60.0), dataclasses.replace(LIMITS, lowest_ml_per_h=30.0), USUAL[:1],
        2400.0,
    )  # fmt: skip
    assert "lowest rate" in [binding.limit for binding in plan.binding]


def test_a_dose_cap_is_spent_on_holding_the_band_from_the_start() -> None:
    plan = planned(EFFECT, dataclasses.replace(LIMITS, dose_cap_mg=25.0))
    assert plan.reached_at_s is not None and plan.reached_at_s <= 900.0
    assert plan.highest_ng_per_ml <= EFFECT.high_ng_per_ml and plan.rates_ml_per_h[-1] == 0.0


def test_what_was_given_before_counts_towards_the_cap_and_the_start() -> None:
    plan = planned(EFFECT, LIMITS, USUAL[:1], 1200.0)
    assert plan.steps[0].start_s == 1200.0 and plan.total_dose_mg > 17.5
    spent = planned(EFFECT, dataclasses.replace(LIMITS, dose_cap_mg=17.5), USUAL[:1], 1200.0)
    assert set(spent.rates_ml_per_h) == {0.0} and "dose cap" in [b.limit for b in spent.binding]


@pytest.mark.hazard("H26")
def test_no_plan_where_there_would_be_no_line() -> None:
    for name, drug, person, site in (
        ("otto2021", "racemic", ADULT, "effect_site"),
        ("domino1984", "esketamine", ADULT, "plasma"),
        ("simons2022", "racemic", Person(30.0, 30.0, "F"), "plasma"),
    ):
        goal = dataclasses.replace(EFFECT, site=site)
        assert isinstance(plan_rates(name, drug, person, (), 0.0, goal, LIMITS), Refused)  # type: ignore[arg-type]


def test_a_goal_or_a_limit_that_makes_no_sense_is_refused() -> None:
    for goal in (
        dataclasses.replace(EFFECT, low_ng_per_ml=300.0),
        dataclasses.replace(EFFECT, hold_for_s=0.0),
        dataclasses.replace(EFFECT, high_ng_per_ml=float("nan")),
        dataclasses.replace(EFFECT, low_ng_per_ml=float("nan")),
        dataclasses.replace(EFFECT, site="brain"),  # type: ignore[arg-type]
    ):
        assert isinstance(plan_rates("simons2022", "racemic", ADULT, (), 0.0, goal, LIMITS), Refused)
    for limits in (
        dataclasses.replace(LIMITS, lowest_ml_per_h=200.0),
        dataclasses.replace(LIMITS, resolution_ml_per_h=0.0),
        dataclasses.replace(LIMITS, dose_cap_mg=float("nan")),
        *(
            dataclasses.replace(LIMITS, **{name: value})
            for name in ("concentration_mg_per_ml", "resolution_ml_per_h", "change_every_s", "highest_ml_per_h")
            for value in (float("inf"), float("nan"))
        ),
        dataclasses.replace(LIMITS, resolution_ml_per_h=1e-12),
    ):
        assert isinstance(plan_rates("simons2022", "racemic", ADULT, (), 0.0, EFFECT, limits), Refused)
    for now_s in (float("nan"), float("inf")):
        assert isinstance(plan_rates("simons2022", "racemic", ADULT, (), now_s, EFFECT, LIMITS), Refused)


def test_an_extrapolated_plan_says_so_and_cites() -> None:
    plan = plan_rates("simons2022", "racemic", Person(120.0, 60.0, "M"), (), 0.0, EFFECT, LIMITS)
    assert isinstance(plan, Plan) and plan.standing.word == "extrapolated" and plan.citations
    assert isinstance(plan.steps[0], RateStep)
