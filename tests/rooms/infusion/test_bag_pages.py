"""The bag: both conventions side by side, the label, and a second check that does not see the first one's numbers."""

from __future__ import annotations

import re
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from dripstand.infusion.bag import FinalVolume
from tests.people import NURSE_NEW, NURSE_OKAFOR, NURSE_REYES, PASSWORD, stored
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import Page, get, send, sign_in

pytestmark = pytest.mark.django_db

TYPED: dict[str, Any] = {
    "vial": "10x20",
    "vial__lot": "LOT-7",
    "vial__opened_count": "1",
    "drawn_ml": "4",
    "diluent": "sodium chloride 0.9 %",
    "nominal_ml": "100",
    "line_hold_up_ml": "18",
    "drops_per_ml": "20",
}


def page_of(visit: visits.StoredVisit, more: str = "") -> str:
    return f"/session/{visit.session_id}/bag/{more}"


def worked_out(client: Client, visit: visits.StoredVisit, **changes: Any) -> Page:
    return send(client, get(client, page_of(visit)), "bag", **{**TYPED, **changes})


@pytest.mark.hazard("H07")
def test_the_vials_strength_is_chosen_and_never_assumed(client: Client) -> None:
    visit = visits.ordered()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    assert "vial" not in page.form("bag").fields
    without = worked_out(client, visit, vial=None)
    assert without.status == 422
    assert "strength is read, never assumed" in without.words


@pytest.mark.hazard("H12")
def test_both_conventions_stand_side_by_side_with_the_vectors_of_the_protocol(client: Client) -> None:
    """80 kg, 0.5 mg/kg over 40 min, 10 mg/mL (protocol.md 2.3): 150 mL/h replacing, 156.0 mL/h added."""
    visit = visits.ordered()
    page = worked_out(sign_in(client, NURSE_REYES), visit)
    assert page.status == 200, page.words
    assert "150 mL/h" in page.words
    assert "156 mL/h" in page.words
    assert "0.4 mg/mL" in page.words
    assert "0.385 mg/mL" in page.words
    assert "50 drops/min" in page.words
    assert "0.351 to 0.444 mg/mL" in page.words
    assert visit.chart.bag is None


@pytest.mark.hazard("H12")
def test_a_convention_is_chosen_before_the_bag_is_charted(client: Client) -> None:
    visit = visits.ordered()
    page = worked_out(sign_in(client, NURSE_REYES), visit)
    none = send(client, page, "bag")
    assert none.status == 422
    assert visit.chart.bag is None
    assert send(client, page, "bag", final_volume="added", stated_start_rate_ml_per_h="156").status == 303
    bag = visit.chart.bag
    assert bag is not None
    assert (bag.final_volume, bag.final_ml, bag.start_rate_ml_per_h) == (FinalVolume.ADDED, D("104"), D("156.0"))


@pytest.mark.hazard("H06")
@pytest.mark.parametrize(
    ("slip", "says"),
    [
        ({"drawn_ml": "40", "vial__opened_count": "2"}, "the order is 40 mg"),
        ({"drawn_ml": "0.4"}, "the order is 40 mg"),
        ({"vial": "100x5"}, "the order is 40 mg"),
        ({"nominal_ml": "1000"}, "1000 mL"),
        ({"line_hold_up_ml": "180"}, "180 mL"),
    ],
)
def test_a_slip_is_refused_under_both_conventions_and_said_once(
    client: Client, slip: dict[str, str], says: str
) -> None:
    visit = visits.ordered()
    page = worked_out(sign_in(client, NURSE_REYES), visit, **slip)
    assert page.status == 422
    assert page.words.count(says) == 1, page.words
    assert visit.chart.bag is None


@pytest.mark.hazard("H06")
def test_a_start_rate_that_does_not_agree_is_refused(client: Client) -> None:
    visit = visits.ordered()
    page = worked_out(sign_in(client, NURSE_REYES), visit)
    answer = send(client, page, "bag", final_volume="replacing", stated_start_rate_ml_per_h="1500")
    assert answer.status == 422
    assert visit.chart.bag is None


def test_who_was_not_found_competent_prepares_no_bag(client: Client) -> None:
    visit = visits.ordered()
    page = get(sign_in(client, NURSE_NEW), page_of(visit))
    assert "bag" not in [form.name for form in page.forms]


# --- the second check -------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H06")
def test_the_checker_does_not_see_the_preparers_numbers(client: Client) -> None:
    visit = visits.bag_made()
    page = get(sign_in(client, NURSE_OKAFOR), page_of(visit, "check/"))
    main = page.html.partition("<main")[2]
    for hidden in (r"\b4 mL", r"\b150\b", r"0\.4 mg/mL", r"\b40 mg\b"):
        assert not re.search(hidden, main), hidden
    assert "10 mg/mL" in page.words
    assert "0.5 mg/kg" in page.words
    assert "Wren Halloway" in page.words


def test_a_second_person_checks_under_their_own_sign_in(client: Client) -> None:
    visit = visits.bag_made()
    page = get(sign_in(client, NURSE_OKAFOR), page_of(visit, "check/"))
    answer = send(client, page, "check", drawn_ml="4.0", start_rate_ml_per_h="150", method="second_person")
    assert answer.status == 303, answer.words
    assert visit.chart.bag_state is not None
    assert visit.chart.bag_state.check is not None
    assert visit.chart.bag_state.check.checker.name == "J. Okafor"


def test_at_the_preparers_tablet_the_second_person_signs_in_for_this_check_only(client: Client) -> None:
    visit = visits.bag_made()
    stored(NURSE_OKAFOR)
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "check/"))
    typed = {"drawn_ml": "4", "start_rate_ml_per_h": "150", "method": "second_person"}
    assert send(client, page, "check", **typed).status == 422
    assert send(client, page, "check", **typed, checker_username="m.reyes", checker_password=PASSWORD).status == 422
    assert send(client, page, "check", **typed, checker_username="j.okafor", checker_password="wrong").status == 422
    assert visit.chart.bag_check is None
    answer = send(client, page, "check", **typed, checker_username="j.okafor", checker_password=PASSWORD)
    assert answer.status == 303, answer.words
    entry = visit.chart.bag_check
    assert entry is not None
    assert entry.actor.name == "J. Okafor"
    assert get(client, page_of(visit)).html.count("M. Reyes") > 0  # still signed in as before


@pytest.mark.hazard("H06")
@pytest.mark.parametrize(("drawn", "rate"), [("0.4", "150"), ("4", "15"), ("40", "1500")])
def test_a_check_that_disagrees_is_refused_and_shows_neither_number(client: Client, drawn: str, rate: str) -> None:
    visit = visits.bag_made()
    page = get(sign_in(client, NURSE_OKAFOR), page_of(visit, "check/"))
    answer = send(client, page, "check", drawn_ml=drawn, start_rate_ml_per_h=rate, method="second_person")
    assert answer.status == 422
    assert "work it out again" in answer.words
    assert not re.search(r"\b4 mL|\b150 mL/h", answer.html.partition("<main")[2])
    assert visit.chart.bag_check is None


def test_the_alternatives_are_those_that_the_protocol_names(client: Client) -> None:
    visit = visits.bag_made()
    words = get(sign_in(client, NURSE_OKAFOR), page_of(visit, "check/")).words
    assert "a second person by video" in words
    assert "made and checked by a pharmacy" not in words  # this bag was not made by one


# --- the label --------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H04")
def test_a_label_holds_its_own_patient_and_bag_and_nobody_elses(client: Client) -> None:
    from tests.people import ren_halloway

    first = visits.bag_checked()
    nurse = sign_in(client, NURSE_REYES)
    second = visits.opened(patient_id=ren_halloway())
    page = get(nurse, page_of(first, "label/"))
    label = page.html.partition('<article class="bag-label"')[2].partition("</article>")[0]
    for mine in ("Wren Halloway", "17 May 1984", "R-1001", first.bag_id, "40 mg / 100 mL", "J. Okafor", "M. Reyes"):
        assert mine in label, mine
    for others in ("17 May 1987", "R-1002"):
        assert others not in label
    assert "<svg" in label
    assert get(nurse, page_of(second, "label/")).status == 404
    assert get(nurse, page_of(second, f"label/?bag={first.bag_id}")).status == 404
