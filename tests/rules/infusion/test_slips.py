"""Ten-fold slips: each field of a plausible order, bag and rate is slipped, and each slip is caught (H06)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.bag import FinalVolume, Vial
from dripstand.infusion.decisions import ordering
from dripstand.infusion.dosing import dose_mg, rounded, start_rate_ml_per_h
from dripstand.infusion.order import WeightBasis
from dripstand.infusion.refusals import Refusal
from tests.people import PRESCRIBER_VANCE
from tests.rules.infusion.counts import tried
from tests.rules.infusion.visits import BAG, GOOD_VITALS, ORDER, D, Visit, all_checks, arrived, ref

TOLERANCE = F(2, 100)


@dataclass(frozen=True)
class Plan:
    """One plausible treatment, as careful people would write it down."""

    weight_kg: D
    height_cm: D
    order: rq.GiveOrder
    bag: rq.PrepareBag
    fluid: ev.LineFluid
    next_rate_fraction: D


def cents(value: F | D, step: str = "0.01") -> D:
    return rounded(value, D(step))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    height = D(draw(st.integers(150, 195)))
    body_mass_index = draw(st.integers(18, 38))
    weight = min(D(140), max(D(45), cents(body_mass_index * (F(height) / 100) ** 2, "0.1")))
    per_kg = draw(st.sampled_from([D(text) for text in ("0.3", "0.4", "0.5", "0.6", "0.75", "0.8", "1.0")]))
    minutes = D(draw(st.sampled_from([40, 45, 50, 60, 75, 90, 100])))
    dose = dose_mg(per_kg, weight)
    planned = F(per_kg) * 60 / F(minutes)
    low = cents(planned * draw(st.integers(30, 90)) / 100)
    high = min(D("1.5"), cents(planned * draw(st.integers(110, 180)) / 100))
    order = rq.GiveOrder(
        dose_mg_per_kg=per_kg,
        weight_basis=WeightBasis.ACTUAL,
        planned_minutes=minutes,
        lowest_dose_rate_mg_per_kg_per_h=low,
        highest_dose_rate_mg_per_kg_per_h=high,
        dose_cap_mg=min(D(150), cents(F(dose) * draw(st.integers(105, 180)) / 100, "1")),
        label_is_base=True,
        monitoring=ORDER.monitoring,
        stated_dose_mg=dose,
        stated_dose_rate_mg_per_kg_per_h=cents(planned, "0.001"),
    )
    strength, volume = draw(st.sampled_from([(D(10), D(20)), (D(50), D(10)), (D(100), D(5))]))
    drawn = cents(F(dose) / F(strength))
    nominal = D(draw(st.sampled_from([50, 100, 250])))
    if F(dose) / F(nominal) > F(19, 10) or F(nominal + drawn) * 60 / F(minutes) > 395:
        nominal = D(100)
    way = draw(st.sampled_from(FinalVolume))
    final = nominal + drawn if way is FinalVolume.ADDED else nominal
    bag = rq.PrepareBag(
        vial=Vial(strength, volume, "LOT-7", opened_count=int(-(-F(drawn) // F(volume)))),
        drawn_ml=drawn,
        diluent="sodium chloride 0.9 %",
        nominal_ml=nominal,
        final_volume=way,
        line_hold_up_ml=draw(st.sampled_from([D("2.5"), D("10"), D("18"), D("21.5")])),
        drops_per_ml=draw(st.sampled_from([10, 15, 20, 60])),
        stated_start_rate_ml_per_h=cents(start_rate_ml_per_h(final, minutes), "0.1"),
    )
    return Plan(weight, height, order, bag, draw(st.sampled_from(ev.LineFluid)), D(draw(st.integers(75, 125))) / 100)


def slips(value: D | int) -> Iterator[tuple[str, D]]:
    """Ten times, a tenth, pounds for kilograms, and each swap of two neighbouring digits."""
    exact = D(value)
    yield "x10", exact * 10
    yield "/10", exact / 10
    yield "x2.2", exact * D("2.2")
    text = f"{exact:f}"
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    for left, right in zip(digits, digits[1:], strict=False):
        signs = list(text)
        signs[left], signs[right] = signs[right], signs[left]
        swapped = D("".join(signs))
        if swapped != exact:
            yield "swap", swapped


def slipped(request: Any, field: str) -> Iterator[tuple[str, D, Any]]:
    owner, _, name = field.rpartition(".")
    part = getattr(request, owner) if owner else request
    for how, value in slips(getattr(part, name)):
        whole = int(value) if isinstance(getattr(part, name), int) else value
        changed = replace(part, **{name: whole})
        yield how, value, replace(request, **{owner: changed}) if owner else changed


def differs(one: D | F, other: D | F) -> bool:
    return abs(F(one) - F(other)) > TOLERANCE * F(other)


def weighed(plan: Plan) -> Visit:
    visit = arrived(height_cm=plan.height_cm, last_weight_kg=plan.weight_kg)
    return visit.must(ev.WeightMeasured(plan.weight_kg, "scale 1"))


def ordered(plan: Plan) -> Visit:
    return weighed(plan).must(plan.order, PRESCRIBER_VANCE)


def check_of(visit: Visit, plan: Plan) -> rq.CheckBag:
    """What the second person works out from the order and the things on the table, without looking at the first."""
    bag = plan.bag
    rate = bag.stated_start_rate_ml_per_h
    assert rate is not None
    return rq.CheckBag(visit.bag_id, ev.SecondCheck.SECOND_PERSON, ref(visit.second), bag.drawn_ml, rate)


def started(plan: Plan) -> Visit:
    visit = ordered(plan).must(plan.bag)
    visit.must(check_of(visit, plan), visit.second)
    visit.must(ev.BagHung(visit.bag_id, visit.bag_id)).must(ev.LinePlaced("forearm", "left", 22, 1))
    visit.must(ev.LinePrimed(plan.fluid, plan.bag.line_hold_up_ml))
    all_checks(visit).must(ev.EscortNamed("Sam", "sister", "555 0100")).must(GOOD_VITALS)
    return visit.must(ev.ObserverNamed(ref(visit.nurse)))


LIMIT_FIELDS = ("lowest_dose_rate_mg_per_kg_per_h", "highest_dose_rate_mg_per_kg_per_h", "dose_cap_mg")
STATED_FIELDS = ("dose_mg_per_kg", "planned_minutes", "stated_dose_mg", "stated_dose_rate_mg_per_kg_per_h")


def still_harmless(plan: Plan, field: str, value: D) -> bool:
    """A slipped limit that was not caught still lies near the plan: it lets no ten-fold rate through later."""
    order = plan.order
    planned = F(order.dose_mg_per_kg) * 60 / F(order.planned_minutes)
    dose = dose_mg(order.dose_mg_per_kg, plan.weight_kg)
    if field == "dose_cap_mg":
        return dose <= value <= 2 * dose
    if field == "highest_dose_rate_mg_per_kg_per_h":
        return planned <= F(value) * (1 + TOLERANCE) and F(value) <= 2 * planned
    return planned / 4 <= F(value) <= planned * (1 + TOLERANCE)


@pytest.mark.hazard("H06")
@tried(40, 100_000)
@given(plans())
def test_a_slip_in_any_field_of_an_order_is_refused_or_second_signed(plan: Plan) -> None:
    visit = weighed(plan)
    for field in STATED_FIELDS:
        for how, value, wrong in slipped(plan.order, field):
            if how == "swap" and not differs(value, getattr(plan.order, field)):
                continue  # two neighbouring digits that differ by less than rounding does
            assert isinstance(visit.ask(wrong, PRESCRIBER_VANCE), Refusal), (field, how, value)
    for field in LIMIT_FIELDS:
        for how, value, wrong in slipped(plan.order, field):
            answer = visit.ask(wrong, PRESCRIBER_VANCE)
            if not isinstance(answer, Refusal):
                visit.log.pop()
                assert how not in {"x10", "/10"} and still_harmless(plan, field, value), (field, how, value)


@pytest.mark.hazard("H06")
@tried(40, 100_000)
@given(plans())
def test_a_slip_in_any_field_of_a_bag_does_not_reach_the_patient(plan: Plan) -> None:
    """Refused at once, or by the second person's own numbers, or by the set's volume when the line is primed."""
    fields = ("drawn_ml", "nominal_ml", "line_hold_up_ml", "drops_per_ml", "stated_start_rate_ml_per_h")
    for field in (*fields, "vial.strength_mg_per_ml", "vial.volume_ml", "vial.opened_count"):
        for how, value, wrong in slipped(plan.bag, field):
            if field in ("drawn_ml", "stated_start_rate_ml_per_h") and not differs(value, getattr(plan.bag, field)):
                continue
            if field == "vial.opened_count" and how != "x10":
                continue  # a count, not an amount: two vials opened for one is a spare, ten are a slip
            visit = ordered(plan)
            if isinstance(visit.ask(wrong), Refusal) or isinstance(
                visit.ask(check_of(visit, plan), visit.second), Refusal
            ):
                continue
            visit.must(ev.BagHung(visit.bag_id, visit.bag_id)).must(ev.LinePlaced("forearm", "left", 22, 1))
            primed = visit.ask(ev.LinePrimed(ev.LineFluid.SALINE, plan.bag.line_hold_up_ml))
            assert isinstance(primed, Refusal), (field, how, value)


@pytest.mark.hazard("H06")
@tried(30, 100_000)
@given(plans())
def test_a_slip_in_a_rate_is_refused_or_second_signed(plan: Plan) -> None:
    visit = started(plan)
    rate = plan.bag.stated_start_rate_ml_per_h
    assert rate is not None
    for how, value in slips(rate):
        assert isinstance(visit.ask(ev.InfusionStarted(value)), Refusal), (how, value)
    visit.must(ev.InfusionStarted(rate)).wait(5)
    intended = cents(rate * plan.next_rate_fraction, "0.1")
    for how, value in slips(intended):
        answer = visit.ask(ev.RateChanged(value, "as ordered"))
        if isinstance(answer, Refusal):
            continue
        visit.log.pop()
        assert how == "swap" and F(7, 10) * F(rate) <= value <= F(10, 7) * F(rate), (how, value)


@pytest.mark.hazard("H06")
@tried(60, 100_000)
@given(plans())
def test_plausible_orders_bags_and_rates_are_not_refused(plan: Plan) -> None:
    """Every one of them, so false refusals of plausible work are fewer than one in a hundred."""
    visit = started(plan)
    rate = plan.bag.stated_start_rate_ml_per_h
    assert rate is not None
    visit.must(ev.InfusionStarted(rate)).wait(5)
    intended = cents(rate * plan.next_rate_fraction, "0.1")
    answer = visit.ask(ev.RateChanged(intended, "as ordered"))
    codes = answer.codes if isinstance(answer, Refusal) else ()
    assert "rate_change_unusual" not in codes, "a change of up to a quarter is never asked for twice"


def test_the_reference_order_and_its_bag_are_accepted() -> None:
    plan = Plan(D(80), D(168), ORDER, replace(BAG, drops_per_ml=15), ev.LineFluid.SALINE, D(1))
    assert started(plan).must(ev.InfusionStarted(D("150"))).chart.rate_ml_per_h == 150


def test_with_the_limits_and_the_stated_numbers_switched_off_slips_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control run: the same slips of the reference order, asked of a clinic that judges none of it."""

    def through() -> int:
        plan = Plan(D(80), D(168), ORDER, BAG, ev.LineFluid.SALINE, D(1))
        return sum(
            not isinstance(weighed(plan).ask(wrong, PRESCRIBER_VANCE), Refusal)
            for field in STATED_FIELDS
            for how, _, wrong in slipped(plan.order, field)
            if how in {"x10", "/10", "x2.2"}
        )

    assert through() == 0
    for rule in ("_beyond", "_too_rare", "_second_signature"):
        monkeypatch.setattr(ordering, rule, lambda *_: iter(()))
    assert through() >= 6, "the trial would not see a slip that gets through"
