"""An order against chronic pain: the protocol's own limits for it, and none without them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion.refusals import Refusal
from tests.people import NURSE_OKAFOR, PRESCRIBER_VANCE
from tests.rules.infusion.visits import ORDER, TEMPLATE, D, Visit, arrived, ref

PAIN = replace(
    ORDER,
    dose_mg_per_kg=D("0.9"),
    stated_dose_mg=D("72"),
    dose_cap_mg=D("100"),
    planned_minutes=D("120"),
    stated_dose_rate_mg_per_kg_per_h=None,
    lowest_dose_rate_mg_per_kg_per_h=D("0.3"),
    highest_dose_rate_mg_per_kg_per_h=D("0.6"),
)


def weighed_for(indication: str) -> Visit:
    """80 kg; the template reads for the visit's indication, as the service reads it."""
    visit = arrived(indication=indication).wait(1)
    visit.template = TEMPLATE.for_indication(indication)
    return visit.must(ev.WeightMeasured(D("80"), "scale 1"))


@pytest.mark.hazard("H06")
@pytest.mark.parametrize(
    ("minutes", "code"),
    [("59", "minutes_too_short"), ("301", "minutes_too_long"), ("60", ""), ("120", "")],
)
def test_an_infusion_against_pain_has_minutes_of_its_own(minutes: str, code: str) -> None:
    lowest = D("0.1") if minutes == "301" else D("0.3")
    highest = D("0.6") if minutes == "120" else D("0.75")  # within twice the planned one
    dose = D("0.7")
    order = replace(
        PAIN, dose_mg_per_kg=dose, stated_dose_mg=D("56"), dose_cap_mg=D("80"), planned_minutes=D(minutes),
        lowest_dose_rate_mg_per_kg_per_h=lowest, highest_dose_rate_mg_per_kg_per_h=highest,
    )  # fmt: skip
    answer = weighed_for("chronic pain").ask(order, PRESCRIBER_VANCE)
    codes = answer.codes if isinstance(answer, Refusal) else ()
    assert code in codes if code else codes == ()


def test_forty_minutes_are_usual_in_depression_and_refused_against_pain() -> None:
    assert not isinstance(weighed_for("major depression").ask(ORDER, PRESCRIBER_VANCE), Refusal)
    assert "minutes_too_short" in weighed_for("chronic pain").refused(ORDER, PRESCRIBER_VANCE).codes


def test_a_dose_rate_above_that_of_pain_is_refused() -> None:
    faster = replace(PAIN, highest_dose_rate_mg_per_kg_per_h=D("0.76"))
    assert "dose_rate_limit_too_high" in weighed_for("chronic pain").refused(faster, PRESCRIBER_VANCE).codes
    assert not isinstance(weighed_for("chronic pain").ask(PAIN, PRESCRIBER_VANCE), Refusal)


def test_four_hours_of_the_published_rate_need_a_second_signature_and_pass_with_one() -> None:
    published = replace(  # 0.35 mg/kg/h over 4 h: 1.4 mg/kg (protocol.md 14.3)
        PAIN, dose_mg_per_kg=D("1.4"), stated_dose_mg=D("112"), dose_cap_mg=D("120"), planned_minutes=D("240"),
        highest_dose_rate_mg_per_kg_per_h=D("0.5"),
    )  # fmt: skip
    assert weighed_for("chronic pain").refused(published, PRESCRIBER_VANCE).codes == ("second_signature_missing",)
    weighed_for("chronic pain").must(replace(published, second_signer=ref(NURSE_OKAFOR)), PRESCRIBER_VANCE)


def test_under_a_version_that_says_nothing_of_pain_no_order_against_it_is_given() -> None:
    visit = weighed_for("chronic pain")
    visit.template = replace(TEMPLATE, pain=None)
    assert visit.refused(PAIN, PRESCRIBER_VANCE).codes == ("pain_not_signed",)
    other = weighed_for("major depression")
    other.template = replace(TEMPLATE, pain=None)
    assert not isinstance(other.ask(ORDER, PRESCRIBER_VANCE), Refusal)
