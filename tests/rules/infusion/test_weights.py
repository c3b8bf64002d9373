"""Which weight a dose is based on, and weights that cannot be (H11)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion.order import WeightBasis
from dripstand.infusion.refusals import Reason
from dripstand.infusion.weights import body_mass_index, dosing_weight_kg, ideal_weight_kg
from tests.people import PRESCRIBER_VANCE
from tests.rules.infusion.visits import ORDER, TEMPLATE, arrived, ref, weighed

LIMITS = TEMPLATE.dose


@pytest.mark.parametrize(
    ("height", "sex", "kg"),
    [("152.4", "M", "50.0"), ("152.4", "F", "45.5"), ("177.8", "M", "73.0"), ("165.1", "F", "57.0")],
)
def test_devine_by_hand(height: str, sex: str, kg: str) -> None:
    """60, 60, 70 and 65 inches: 50, 45.5, 50 + 23 and 45.5 + 11.5."""
    assert ideal_weight_kg(D(height), sex) == D(kg)


def test_below_sixty_inches_there_is_no_ideal_weight_and_a_way_forward() -> None:
    found = ideal_weight_kg(D("152.3"), "F")
    assert isinstance(found, Reason) and found.code == "ideal_weight_too_short"
    assert "actual or the capped" in found.way_forward()


@pytest.mark.parametrize(
    ("height", "sex", "code"),
    [
        (None, "F", "ideal_weight_needs_height"),
        (D(170), "", "ideal_weight_needs_sex"),
    ],
)
def test_an_ideal_weight_is_never_guessed(height: D | None, sex: str, code: str) -> None:
    for basis in (WeightBasis.IDEAL, WeightBasis.ADJUSTED):
        found = dosing_weight_kg(basis, D(90), height, sex, LIMITS)
        assert isinstance(found, Reason) and found.code == code


def test_each_basis_gives_its_weight() -> None:
    weights = {basis: dosing_weight_kg(basis, D(123), D("177.8"), "M", LIMITS) for basis in WeightBasis}
    assert weights == {
        WeightBasis.ACTUAL: D(123),
        WeightBasis.IDEAL: D("73.0"),
        WeightBasis.ADJUSTED: D("93.0"),  # 73 + 0.4 x 50
        WeightBasis.CAPPED: D(100),
    }


@pytest.mark.hazard("H11")
def test_the_basis_is_kept_with_the_order() -> None:
    visit = weighed().must(replace(ORDER, weight_basis=WeightBasis.CAPPED, stated_dose_mg=D(40)), PRESCRIBER_VANCE)
    order = visit.chart.order
    assert order is not None
    assert (order.weight_basis, order.dosing_weight_kg, order.actual_weight_kg) == (WeightBasis.CAPPED, D(80), D(80))


people = st.tuples(st.integers(400, 1500), st.integers(140, 205)).map(lambda p: (D(p[0]) / 10, D(p[1])))


def plausible(weight: D, height: D) -> bool:
    return 16 <= body_mass_index(weight, height) <= 45


@pytest.mark.hazard("H11")
@given(people, st.booleans(), st.booleans())
def test_pounds_taken_for_kilograms_are_refused_or_second_read(
    person: tuple[D, D], height_known: bool, weighed_before: bool
) -> None:
    """Whoever it is, 40 to 150 kg and 1.40 to 2.05 m: also where nobody would be as light and as tall."""
    weight, height = person
    visit = arrived(height_cm=height if height_known else None, last_weight_kg=weight if weighed_before else None)
    pounds = (weight * D("2.2046")).quantize(D("0.1"))
    visit.refused(ev.WeightMeasured(pounds, "scale 1"))


@pytest.mark.hazard("H11")
def test_a_light_and_tall_person_in_pounds_stays_inside_the_gates_and_is_second_read_all_the_same() -> None:
    """46 kg at 1.82 m is a body mass index of 13.9; her 101.4 lb taken for kilograms would be 30.6, like many."""
    visit = arrived(height_cm=D(182), last_weight_kg=None)
    pounds = ev.WeightMeasured(D("101.4"), "scale 1")
    assert body_mass_index(D("101.4"), D(182)) < LIMITS.bmi_second_reader_above
    assert visit.refused(pounds).codes == ("second_reader_first",)
    assert visit.refused(replace(pounds, weight_kg=D("46"))).code == "bmi_out_of_range", "her own weight is asked about"


@pytest.mark.hazard("H11")
@given(people, st.booleans())
def test_each_first_weight_is_read_by_two(person: tuple[D, D], height_known: bool) -> None:
    weight, height = person
    assume(plausible(weight, height))
    visit = arrived(height_cm=height if height_known else None, last_weight_kg=None)
    alone = ev.WeightMeasured(weight, "scale 1")
    code = visit.refused(alone).code
    high = body_mass_index(weight, height) > LIMITS.bmi_second_reader_above
    assert code == ("second_reader_" + ("no_height" if not height_known else "high_bmi" if high else "first"))
    assert visit.refused(replace(alone, second_reader=ref(visit.nurse))).code == "second_signature_same_person"
    visit.must(replace(alone, second_reader=ref(visit.second)))


@pytest.mark.hazard("H11")
@given(people)
def test_height_and_weight_swapped_are_refused_or_second_read(person: tuple[D, D]) -> None:
    weight, height = person
    assume(plausible(weight, height) and weight != height)
    visit = arrived(height_cm=weight, last_weight_kg=None)
    visit.refused(ev.WeightMeasured(height, "scale 1"))


@pytest.mark.hazard("H11")
@given(people)
def test_a_right_weight_that_agrees_with_the_last_is_accepted(person: tuple[D, D]) -> None:
    weight, height = person
    assume(plausible(weight, height))
    arrived(height_cm=height, last_weight_kg=weight + 1).must(ev.WeightMeasured(weight, "scale 1"))


def test_a_second_reader_is_somebody_else() -> None:
    visit = arrived(last_weight_kg=D(60))
    changed = ev.WeightMeasured(D(80), "scale 1")
    assert visit.refused(changed).code == "second_reader_changed"
    same = replace(changed, second_reader=ref(visit.nurse))
    assert visit.refused(same).code == "second_signature_same_person"
    visit.must(replace(changed, second_reader=ref(visit.second)))


@pytest.mark.hazard("H11")
def test_an_old_weight_does_not_carry_an_order() -> None:
    visit = weighed().wait(25 * 60)
    assert visit.refused(ORDER, PRESCRIBER_VANCE).code == "weight_too_old"
