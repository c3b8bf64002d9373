"""The order and the bag: each limit alone, the second person, the label, the line (H06, H07, H12)."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.bag import FinalVolume, Vial
from dripstand.infusion.order import WeightBasis
from dripstand.infusion.refusals import Refusal
from dripstand.protocol.template import WeightChoice
from tests.people import NURSE_OKAFOR, PRESCRIBER_VANCE
from tests.rules.infusion.visits import (
    BAG,
    ORDER,
    PLAN,
    TEMPLATE,
    D,
    Visit,
    arrived,
    bag_checked,
    observing,
    ordered,
    ref,
    stopped,
    weighed,
)

UNSTATED = {"stated_dose_rate_mg_per_kg_per_h": None}


@pytest.mark.hazard("H06")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dose_mg_per_kg": D("1.6"), "stated_dose_mg": D("128")}, "dose_too_high"),
        ({"dose_mg_per_kg": D("0.05"), "stated_dose_mg": D("4")}, "dose_too_low"),
        ({"stated_dose_mg": D("400")}, "stated_dose_disagrees"),
        ({"stated_dose_rate_mg_per_kg_per_h": D("7.5")}, "stated_dose_rate_disagrees"),
        ({"planned_minutes": D("19")}, "minutes_too_short"),
        ({"planned_minutes": D("241")}, "minutes_too_long"),
        ({"lowest_dose_rate_mg_per_kg_per_h": D("0.9")}, "dose_rate_outside_own_limits"),
        ({"highest_dose_rate_mg_per_kg_per_h": D("1.6")}, "dose_rate_limit_too_high"),
        ({"dose_cap_mg": D("39")}, "cap_below_dose"),
        ({"dose_cap_mg": D("151")}, "cap_too_high"),
        ({"dose_cap_mg": D("81")}, "second_signature_missing"),
        ({"lowest_dose_rate_mg_per_kg_per_h": D("0.1")}, "second_signature_missing"),
        ({"stated_dose_mg": None}, "second_signature_missing"),
        ({"dose_mg_per_kg": D("1.1"), "stated_dose_mg": D("88")}, "second_signature_missing"),
        ({"second_signer": ref(PRESCRIBER_VANCE)}, "second_signature_same_person"),
        ({"dose_mg_per_kg": D("0")}, "not_positive"),
        ({"planned_minutes": D("NaN")}, "not_positive"),
        ({"monitoring": replace(PLAN, side_effects_every_min=0)}, "interval_not_positive"),
        ({"monitoring": replace(PLAN, vital_signs_every_min_infusing=100)}, "interval_too_long"),
        ({"monitoring": replace(PLAN, sedation_every_min_observing=300)}, "interval_too_long"),
        ({"weight_basis": WeightBasis.IDEAL, "instructions": "x" * 5000}, "stated_dose_disagrees"),
        ({"instructions": "x" * 5000, "reason": "x" * 5000}, "too_long"),
    ],
)
def test_an_order_beyond_a_limit_is_refused(changes: dict[str, object], code: str) -> None:
    answer = weighed().refused(replace(ORDER, **changes), PRESCRIBER_VANCE)  # type: ignore[arg-type]
    assert code in answer.codes


def test_the_highest_dose_in_milligrams_holds_for_a_heavy_patient() -> None:
    visit = arrived(height_cm=D(190), last_weight_kg=D(140)).must(ev.WeightMeasured(D(140), "scale 1"))
    heavy = replace(ORDER, dose_mg_per_kg=D("1.1"), stated_dose_mg=D(154), dose_cap_mg=D(150), planned_minutes=D(60))
    assert "dose_mg_too_high" in visit.refused(heavy, PRESCRIBER_VANCE).codes


@pytest.mark.parametrize(
    ("choice", "basis", "kg", "refused"),
    [
        (WeightChoice.EACH_ORDER, WeightBasis.IDEAL, "80", False),
        (WeightChoice.ACTUAL, WeightBasis.ACTUAL, "80", False),
        (WeightChoice.ACTUAL, WeightBasis.IDEAL, "80", True),
        # Wren is 1.68 m: 84.6 kg are a body mass index of 29.97, 84.7 kg of 30.01
        (WeightChoice.IDEAL_FROM_BMI_30, WeightBasis.ACTUAL, "84.6", False),
        (WeightChoice.IDEAL_FROM_BMI_30, WeightBasis.IDEAL, "84.6", True),
        (WeightChoice.IDEAL_FROM_BMI_30, WeightBasis.ACTUAL, "84.7", True),
        (WeightChoice.IDEAL_FROM_BMI_30, WeightBasis.IDEAL, "84.7", False),
    ],
)
def test_the_weight_that_the_clinic_has_signed_is_the_one_that_is_ordered_on(
    choice: WeightChoice, basis: WeightBasis, kg: str, refused: bool
) -> None:
    signed = replace(TEMPLATE, choices=replace(TEMPLATE.choices, weight_basis=choice))
    visit = arrived(last_weight_kg=D(kg)).wait(1)
    visit.template = signed
    visit.must(ev.WeightMeasured(D(kg), "scale 1")).wait(1)
    order = replace(ORDER, weight_basis=basis, stated_dose_mg=None)
    answer = visit.ask(order, PRESCRIBER_VANCE)
    assert ("weight_basis_not_signed" in (answer.codes if isinstance(answer, Refusal) else ())) is refused


def test_where_the_signed_weight_depends_on_the_height_an_order_without_one_is_refused() -> None:
    visit = arrived(height_cm=None).wait(1)
    visit.template = replace(TEMPLATE, choices=replace(TEMPLATE.choices, weight_basis=WeightChoice.IDEAL_FROM_BMI_30))
    visit.must(ev.WeightMeasured(D("80"), "scale 1")).wait(1)
    assert "bmi_needs_height" in visit.refused(ORDER, PRESCRIBER_VANCE).codes


def test_a_second_signature_lets_a_high_dose_through() -> None:
    high = replace(
        ORDER, dose_mg_per_kg=D("1.1"), stated_dose_mg=D(88), dose_cap_mg=D(100), planned_minutes=D(60),
        highest_dose_rate_mg_per_kg_per_h=D("1.4"), lowest_dose_rate_mg_per_kg_per_h=D("0.5"), **UNSTATED,
    )  # fmt: skip
    visit = weighed()
    assert visit.refused(high, PRESCRIBER_VANCE).codes == ("second_signature_missing",)
    visit.must(replace(high, second_signer=ref(NURSE_OKAFOR)), PRESCRIBER_VANCE)
    signed = visit.log[-1].event
    assert isinstance(signed, ev.OrderSigned) and signed.second_signature == ref(NURSE_OKAFOR)


def test_an_order_wants_a_weight_a_basis_that_exists_and_a_reason_when_it_amends() -> None:
    assert arrived().refused(ORDER, PRESCRIBER_VANCE).code == "no_weight"
    no_height = arrived(height_cm=None).must(ev.WeightMeasured(D(80), "scale 1"))
    ideal = replace(ORDER, weight_basis=WeightBasis.IDEAL)
    assert no_height.refused(ideal, PRESCRIBER_VANCE).code == "ideal_weight_needs_height"
    assert ordered().refused(ORDER, PRESCRIBER_VANCE).codes == ("amendment_needs_reason",)


def vial(strength: str, volume: str, lot: str = "L", opened: int = 1) -> Vial:
    return Vial(D(strength), D(volume), lot, opened)


@pytest.mark.hazard("H06", "H07", "H12")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vial": vial("100", "5")}, "drawn_disagrees"),
        ({"vial": vial("50", "10")}, "drawn_disagrees"),
        ({"vial": vial("40", "5")}, "vial_unknown"),
        ({"vial": vial("10", "20", " ")}, "lot_missing"),
        ({"diluent": "water for injection"}, "diluent_unknown"),
        ({"vial": vial("10", "20", "L", 0)}, "drawn_more_than_vials"),
        ({"vial": vial("10", "20", "L", 3)}, "too_many_vials"),
        ({"drawn_ml": D("40"), "vial": vial("10", "20", "L", 2)}, "drawn_disagrees"),
        ({"drawn_ml": D("0")}, "not_positive"),
        ({"nominal_ml": D("1000")}, "nominal_out_of_range"),
        ({"nominal_ml": D("3"), "final_volume": FinalVolume.REPLACING}, "drawn_more_than_bag"),
        ({"nominal_ml": D("20"), "final_volume": FinalVolume.REPLACING}, "stated_rate_disagrees"),
        ({"nominal_ml": D("500")}, "start_rate_out_of_range"),
        ({"line_hold_up_ml": D("180")}, "hold_up_out_of_range"),
        ({"drops_per_ml": 2}, "drops_unknown"),
        ({"stated_start_rate_ml_per_h": D("15")}, "stated_rate_disagrees"),
    ],
)
def test_a_bag_that_cannot_be_right_is_refused(changes: dict[str, object], code: str) -> None:
    assert code in ordered().refused(replace(BAG, **changes)).codes  # type: ignore[arg-type]


@pytest.mark.hazard("H08")
@given(doses_count=st.integers(2, 5), strength=st.sampled_from(["10", "50", "100"]))
def test_several_doses_drawn_make_no_bag_however_much_the_opened_vials_hold(doses_count: int, strength: str) -> None:
    """The order is one dose of 40 mg: 80 to 200 mg are refused against it, and nothing hangs."""
    visit = ordered()
    drawn_ml = D(40) / D(strength) * doses_count
    volume_ml = {"10": "20", "50": "10", "100": "5"}[strength]
    opened = vial(strength, volume_ml, "L", math.ceil(drawn_ml / D(volume_ml)))
    refused = visit.refused(replace(BAG, drawn_ml=drawn_ml, vial=opened))
    assert "drawn_disagrees" in refused.codes and visit.chart.bag is None and visit.chart.bags == {}


@pytest.mark.hazard("H08")
@given(drawn_ml=st.decimals("0.01", "5", places=2))
def test_what_was_drawn_is_in_the_bag_to_the_last_hundredth_or_the_bag_is_refused(drawn_ml: D) -> None:
    """Of a vial of 50 mg/mL and 10 mL: 0.8 mL is the dose. What is accepted stands in the bag whole, and the rest of
    the opened vial is what must be wasted: no third place for it."""
    visit = ordered()
    asked = replace(BAG, drawn_ml=drawn_ml, vial=vial("50", "10"))
    if isinstance(visit.ask(asked), Refusal):
        assert visit.chart.bags == {}
        return
    (state,) = visit.chart.bags.values()
    assert state.bag.drug_mg == drawn_ml * 50 and abs(drawn_ml - D("0.8")) <= D("0.05")
    assert 0 < state.bag.vial.opened_count * state.bag.vial.volume_ml - drawn_ml < 10


def test_a_bag_wants_an_order_in_base_and_a_concentration_within_range() -> None:
    assert weighed().refused(BAG).code == "no_order"
    salt = ordered(replace(ORDER, label_is_base=False))
    assert salt.refused(BAG).codes == ("label_is_salt",)
    visit = ordered()
    rules = replace(visit.template.bag, highest_concentration_mg_per_ml=D("0.3"))
    assert visit.refused(BAG, template=replace(visit.template, bag=rules)).codes == ("concentration_out_of_range",)


def test_a_bag_has_a_use_by_time_that_the_template_allows() -> None:
    visit = ordered()
    assert visit.refused(replace(BAG, use_by=visit.now)).codes == ("use_by_past",)
    assert visit.refused(replace(BAG, use_by=visit.now + timedelta(hours=25))).codes == ("use_by_too_late",)
    visit.must(replace(BAG, drops_per_ml=15))
    bag = visit.chart.bag
    assert bag is not None and bag.use_by == visit.now + timedelta(hours=24)
    assert (bag.start_rate_ml_per_h, bag.start_drops_per_min) == (D("150.0"), D("37.5"))
    assert bag.concentration_mg_per_ml == D("0.400") and bag.weight_basis is WeightBasis.ACTUAL


def test_a_second_bag_counts_what_the_first_has_given() -> None:
    visit = observing()
    assert visit.refused(BAG).codes == ("bag_over_cap",)


def checking(visit: Visit, **changes: object) -> rq.CheckBag:
    known = rq.CheckBag(visit.bag_id, ev.SecondCheck.SECOND_PERSON, ref(visit.second), D("4.0"), D("150"))
    return replace(known, **changes)  # type: ignore[arg-type]


@pytest.mark.hazard("H06")
def test_the_checker_is_somebody_else_and_finds_the_same_numbers() -> None:
    visit = ordered().must(BAG)
    second = visit.second
    assert visit.refused(checking(visit)).code == "checker_is_preparer"
    assert visit.refused(checking(visit, checker=ref(visit.nurse)), second).code == "checker_is_preparer"
    assert visit.refused(checking(visit, checker=ref(PRESCRIBER_VANCE)), second).code == "own_act_only"
    assert visit.refused(checking(visit, drawn_ml=D("0.4")), second).codes == ("check_drawn_disagrees",)
    assert visit.refused(checking(visit, start_rate_ml_per_h=D("15")), second).codes == ("check_rate_disagrees",)
    assert visit.refused(checking(visit, bag_id="B"), second).code == "no_such_bag"
    visit.must(checking(visit), second)


def test_the_alternatives_to_a_second_person_are_named_by_the_template() -> None:
    visit = ordered().must(BAG)
    pharmacy = checking(visit, method=ev.SecondCheck.PHARMACY_MADE)
    assert visit.refused(pharmacy).codes == ("not_pharmacy_made",)
    only_here = replace(visit.template, bag=replace(visit.template.bag, second_check_methods=("second_person",)))
    video = checking(visit, method=ev.SecondCheck.REMOTE_VIDEO)
    assert "check_method_not_allowed" in visit.refused(video, visit.second, template=only_here).codes
    visit.must(video, visit.second)
    made = ordered().must(replace(BAG, pharmacy_made=True))
    made.must(checking(made, method=ev.SecondCheck.PHARMACY_MADE, checker=ev.StaffRef("pharmacy", "A. Pharmacist")))


@pytest.mark.hazard("H02", "H06")
def test_only_this_patient_s_checked_bag_is_hung() -> None:
    visit = ordered().must(BAG).must(ev.IdentityConfirmed(("name", "birth date"), weighed().chart.opened.birth_date))
    bag = visit.bag_id
    assert "bag_not_checked" in visit.refused(ev.BagHung(bag, bag)).codes
    visit.must(checking(visit), visit.second)
    assert visit.refused(ev.BagHung(bag, "OTHER-LABEL")).codes == ("label_disagrees",)
    assert visit.refused(ev.BagHung("ZZZZ-9999", bag)).code == "no_such_bag"
    visit.must(ev.BagHung(bag, f"  heron clinic {bag.lower().replace('-', ' ')} "))
    assert "another_bag_hangs" in visit.refused(ev.BagHung(bag, bag)).codes
    assert visit.refused(ev.BagTakenDown("ZZZZ-9999")).code == "no_such_bag"
    assert visit.refused(ev.BagTakenDown(bag, D("111"))).codes == ("remaining_too_much",)


def test_each_bag_of_each_visit_has_a_label_of_its_own() -> None:
    from dripstand.infusion.decisions.bags import bag_id_for

    labels = {bag_id_for(f"session-{number}", sequence) for number in range(50) for sequence in range(1, 41)}
    assert len(labels) == 2000
    assert all(len(label) == 9 and label[4] == "-" for label in labels)


def test_priming_agrees_with_the_preparation_and_comes_from_a_checked_bag() -> None:
    visit = ordered().must(BAG)
    assert visit.refused(ev.LinePrimed(ev.LineFluid.DRUG, D("18"))).codes == ("bag_not_checked",)
    assert visit.refused(ev.LinePrimed(ev.LineFluid.SALINE, D("12"))).codes == ("hold_up_disagrees",)
    assert visit.refused(ev.LinePrimed(ev.LineFluid.SALINE, D("90"))).codes == ("hold_up_out_of_range",)


@pytest.mark.hazard("H61")
def test_a_line_full_of_drug_is_not_flushed_before_the_start() -> None:
    visit = bag_checked().must(ev.LinePlaced("hand", "left", 22, 1))
    assert visit.refused(ev.FlushGiven(D("10"), D("0"))).code == "not_positive"
    visit.must(ev.FlushGiven(D("5"), D("1"))).wait(2)  # the cannula alone
    visit.must(ev.LinePrimed(ev.LineFluid.DRUG, D("18")))
    assert visit.refused(ev.FlushGiven(D("10"), D("10"))).codes == ("flush_pushes_drug_in",)


def test_without_a_line_nothing_is_flushed_removed_or_looked_at() -> None:
    visit = bag_checked()
    for event in (
        ev.FlushGiven(D(5), D(1)),
        ev.LineRemoved(ev.SiteFinding.GOOD),
        ev.AccessSiteChecked(ev.SiteFinding.GOOD),
    ):
        assert "no_line" in visit.refused(event).codes
    assert stopped().chart.line is not None
