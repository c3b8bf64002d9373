"""A second way to the same numbers, and a way back from a wrong one (hazard H27)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from dripstand.pharmacology import MODEL_NAMES, Model, Person, RateStep, model
from dripstand.pharmacology.disposition import Disposition, FloatArray
from dripstand.pharmacology.kinetics import Kinetics
from dripstand.pharmacology.version import fingerprint, version_of

STEPS = (RateStep(0.0, 0.9), RateStep(700.0, 0.0), RateStep(1000.0, 1.4), RateStep(2600.0, 0.0))
TIMES_S = np.array([60.0, 700.0, 900.0, 1500.0, 2600.0, 4000.0, 9000.0])


def integrated(body: Disposition) -> dict[str, FloatArray]:
    """The equations written out once more, as a pharmacologist would, and integrated step by step."""
    parent, made = body.parent, body.metabolite
    sides = len(parent.peripherals)
    chain = made.transit.count if made and made.transit else 0

    def slope(minute: float, x: FloatArray, rate: float) -> FloatArray:
        change = np.zeros_like(x)
        plasma = x[0] / parent.v1_l
        change[0] = rate - parent.cl_l_per_min * plasma
        for i, side in enumerate(parent.peripherals):
            flow = side.q_l_per_min * (plasma - x[1 + i] / side.volume_l)
            change[0] -= flow
            change[1 + i] = flow
        at = 1 + sides
        if body.liver:
            flow = body.liver.qh_l_per_min * (plasma - x[at] / body.liver.vh_l)
            change[0] -= flow
            change[at] = flow - (body.liver.kel_per_min + body.liver.kmet_per_min) * x[at]
            at += 1
        effect = at
        change[effect] = (body.ke0_per_min or 0.0) * (plasma - x[effect])
        if made:
            formed = made.mass_ratio * (
                body.liver.kmet_per_min * x[effect - 1]
                if body.liver
                else made.formed_fraction * parent.cl_l_per_min * plasma
            )
            for i in range(chain):
                assert made.transit is not None
                change[effect + 1 + i] = formed - made.transit.ktr_per_min * x[effect + 1 + i]
                formed = made.transit.ktr_per_min * x[effect + 1 + i]
            m = effect + 1 + chain
            level = x[m] / made.v1_l
            change[m] = formed - made.cl_l_per_min * level
            for i, side in enumerate(made.peripherals):
                flow = side.q_l_per_min * (level - x[m + 1 + i] / side.volume_l)
                change[m] -= flow
                change[m + 1 + i] = flow
        return change

    size = 1 + sides + (1 if body.liver else 0) + 1 + (chain + 1 + len(made.peripherals) if made else 0)
    x, seen = np.zeros(size), {}
    for step, after in zip(STEPS, [*STEPS[1:], RateStep(TIMES_S[-1] + 1.0, 0.0)], strict=True):
        inside = TIMES_S[(step.start_s < TIMES_S) & (after.start_s >= TIMES_S)]
        stops = np.unique(np.append(inside, after.start_s))
        done = solve_ivp(
            slope, (step.start_s / 60, after.start_s / 60), x, "LSODA", stops / 60, args=(step.rate_mg_per_min,),
            rtol=1e-9, atol=1e-12,
        )  # fmt: skip
        seen.update(zip(stops, done.y.T, strict=True))
        x = done.y[:, -1]
    states = np.array([seen[t] for t in TIMES_S]).T
    effect = 1 + sides + (1 if body.liver else 0)
    curves = {"plasma": 1000 * states[0] / parent.v1_l, "effect": 1000 * states[effect]}
    if made:
        curves["metabolite"] = 1000 * states[effect + 1 + chain] / made.v1_l
    return curves


@pytest.mark.hazard("H27")
@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("weight_kg", [45.0, 70.0, 130.0])
def test_two_solvers_agree_within_a_thousandth(name: str, weight_kg: float) -> None:
    body = model(name).typical(Person(weight_kg, 66.0, "M"))
    again = integrated(body)
    once = Kinetics(body).predict(STEPS, TIMES_S)
    np.testing.assert_allclose(once.plasma_ng_per_ml, again["plasma"], rtol=1e-6)
    if once.effect_site_ng_per_ml is not None:
        np.testing.assert_allclose(once.effect_site_ng_per_ml, again["effect"], rtol=1e-6)
    if once.metabolite_ng_per_ml is not None:
        np.testing.assert_allclose(once.metabolite_ng_per_ml, again["metabolite"], rtol=1e-6)


def with_clearance(m: Model, factor: float) -> Model:
    def individuals(person: Person, eta: object) -> Disposition:
        right = m.individuals(person, eta)  # type: ignore[arg-type]
        parent = dataclasses.replace(right.parent, cl_l_per_min=right.parent.cl_l_per_min * factor)
        return dataclasses.replace(right, parent=parent)

    return dataclasses.replace(m, individuals=individuals)


@pytest.mark.hazard("H27")
@pytest.mark.parametrize("name", ["simons2022", "otto2021", "noppers2011"])
def test_a_wrong_number_in_a_model_changes_the_fingerprint_that_outputs_carry(name: str) -> None:
    right = model(name)
    assert fingerprint(right) == fingerprint(with_clearance(right, 1.0))
    assert fingerprint(right) != fingerprint(with_clearance(right, 1.0001))
    assert version_of(name).endswith(fingerprint(right))


def test_no_two_models_share_a_fingerprint() -> None:
    assert len({fingerprint(model(name)) for name in MODEL_NAMES}) == len(MODEL_NAMES)
