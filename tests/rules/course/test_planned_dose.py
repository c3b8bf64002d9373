"""A planned dose against the limits that its order will meet: each limit with a dose on each side of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dripstand.course.planned_dose import against
from dripstand.protocol.defaults import default_template

DEPRESSION = default_template().dose
PAIN = default_template().for_indication("chronic_pain").dose


def codes(limits: object, dose: str, minutes: int) -> list[str]:
    return [one.code for one in against(limits, Decimal(dose), minutes)]  # type: ignore[arg-type]


@pytest.mark.hazard("H11")
@pytest.mark.parametrize("dose", ["0.1", "0.5", "0.667", "1.0", "0.500000"])
def test_what_the_order_lets_through_may_be_planned(dose: str) -> None:
    assert codes(DEPRESSION, dose, 40) == []


@pytest.mark.hazard("H11")
def test_a_point_in_the_wrong_place_is_refused_when_it_is_planned() -> None:
    (said,) = against(DEPRESSION, Decimal("5"), 40)
    assert said.code == "planned_dose_too_high" and said.params == {"dose": "5", "limit": "1.5"}
    assert codes(DEPRESSION, "0.05", 40) == ["planned_dose_too_low"]


def test_the_limits_themselves_may_be_planned_and_just_beyond_may_not() -> None:
    assert codes(DEPRESSION, "1.5", 60) == [] and codes(DEPRESSION, "1.501", 61) == ["planned_dose_too_high"]
    assert codes(DEPRESSION, "0.1", 20) == [] and codes(DEPRESSION, "0.1", 19) == ["planned_minutes_too_few"]
    assert codes(DEPRESSION, "0.5", 240) == [] and codes(DEPRESSION, "0.5", 241) == ["planned_minutes_too_many"]


def test_a_dose_too_fast_for_the_protocol_is_refused_by_its_rate_an_hour() -> None:
    assert codes(DEPRESSION, "1", 40) == [], "1.5 mg/kg an hour is the limit itself"
    assert codes(DEPRESSION, "1", 39) == ["planned_rate_too_high"]


def test_against_pain_the_limits_of_its_own_block_hold() -> None:
    assert codes(PAIN, "1.4", 240) == [] and codes(PAIN, "0.5", 60) == []
    assert codes(PAIN, "0.5", 40) == ["planned_minutes_too_few"]
    assert codes(PAIN, "0.8", 60) == ["planned_rate_too_high"]


def test_a_dose_is_never_stored_as_another_than_was_typed() -> None:
    assert codes(DEPRESSION, "0.1234", 40) == ["dose_too_fine"]
    assert codes(DEPRESSION, "0.123", 40) == [] and codes(DEPRESSION, "0.50000", 40) == []


def test_a_finger_that_stayed_on_the_key_is_refused_as_any_other_dose_too_high() -> None:
    assert codes(DEPRESSION, "9" * 40, 40) == ["planned_dose_too_high"]


@pytest.mark.parametrize(("dose", "minutes"), [("0", 40), ("-0.5", 40), ("NaN", 40), ("Infinity", 40), ("0.5", 0)])
def test_no_dose_at_all_is_refused_as_before(dose: str, minutes: int) -> None:
    assert codes(DEPRESSION, dose, minutes) == ["dose_not_positive"]
