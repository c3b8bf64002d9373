"""The order as a prescriber writes it: looked at as numbers, signed with a password, amended, taken by telephone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_NEW,
    NURSE_REYES,
    PASSWORD,
    PRESCRIBER_VANCE,
    stored,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import Page, get, send, sign_in

pytestmark = pytest.mark.django_db

TYPED: dict[str, Any] = {
    "dose_mg_per_kg": "0.5",
    "weight_basis": "actual",
    "planned_minutes": "40",
    "lowest_dose_rate_mg_per_kg_per_h": "0.3",
    "highest_dose_rate_mg_per_kg_per_h": "1.1",
    "dose_cap_mg": "60",
    "label_is_base": "yes",
    "stated_dose_mg": "40",
}


def page_of(visit: visits.StoredVisit) -> str:
    return f"/session/{visit.session_id}/order/"


def looked_at(client: Client, visit: visits.StoredVisit, **changes: Any) -> Page:
    return send(client, get(client, page_of(visit)), "order", **{**TYPED, **changes})


def test_without_a_weight_of_today_there_is_no_form(client: Client) -> None:
    visit = visits.opened()
    page = get(sign_in(client, PRESCRIBER_VANCE), page_of(visit))
    assert "No weight was measured today" in page.words
    assert "order" not in [form.name for form in page.forms]


def test_nothing_that_decides_the_dose_is_filled_in_beforehand(client: Client) -> None:
    visit = visits.may_be_ordered()
    fields = get(sign_in(client, PRESCRIBER_VANCE), page_of(visit)).form("order").fields
    for name in TYPED:
        assert fields.get(name, [""]) == [""], name
    assert fields["monitoring.vital_signs_every_min_infusing"] == ["10"]


@pytest.mark.hazard("H11")
def test_the_weights_stand_side_by_side_and_one_that_cannot_be_worked_out_says_why(client: Client) -> None:
    visit = visits.may_be_ordered(sex="")
    page = get(sign_in(client, PRESCRIBER_VANCE), page_of(visit))
    assert "actual weight 80 kg" in page.words
    assert "Ideal weight needs the sex on record" in page.words


def test_looking_at_the_numbers_signs_nothing(client: Client) -> None:
    visit = visits.may_be_ordered()
    page = looked_at(sign_in(client, PRESCRIBER_VANCE), visit)
    assert page.status == 200
    assert "40 mg" in page.words
    assert "12.5 mcg/kg/min" in page.words
    assert visit.chart.order is None


def test_an_order_is_signed_with_the_prescribers_own_password(client: Client) -> None:
    visit = visits.may_be_ordered()
    page = looked_at(sign_in(client, PRESCRIBER_VANCE), visit)
    wrong = send(client, page, "order", own_password="not mine")
    assert wrong.status == 422
    assert "not your password" in wrong.words
    assert visit.chart.order is None
    assert PASSWORD not in wrong.html
    assert send(client, wrong, "order", own_password=PASSWORD).status == 303
    order = visit.chart.order
    assert order is not None
    assert str(order.dose_mg) == "40.00" or float(order.dose_mg) == 40
    assert order.prescriber_name == "Dr. T. Vance"


def test_a_nurse_does_not_write_an_order(client: Client) -> None:
    visit = visits.may_be_ordered()
    page = get(sign_in(client, NURSE_NEW), page_of(visit))
    assert "order" not in [form.name for form in page.forms]
    answer = client.post(page_of(visit), {**TYPED, "form": "order", "step": "sign", "submission_id": "x" * 20,
                                          "patient_id": visit.patient_id, "own_password": PASSWORD})  # fmt: skip
    assert answer.status_code == 422
    assert visit.chart.order is None


def test_the_front_desk_does_not_see_the_order(client: Client) -> None:
    visit = visits.ordered()
    assert get(sign_in(client, FRONT_DESK_SORO), page_of(visit)).status == 403


@pytest.mark.hazard("H06")
@pytest.mark.parametrize(
    ("slip", "says"),
    [
        ({"dose_mg_per_kg": "5", "stated_dose_mg": "400"}, "highest dose"),
        ({"dose_mg_per_kg": "0.05", "stated_dose_mg": "4"}, "lowest dose"),
        ({"stated_dose_mg": "400"}, "works out at 40 mg"),
        ({"planned_minutes": "4"}, "too fast"),
        ({"planned_minutes": "400"}, "longer"),
        ({"dose_cap_mg": "6"}, "cap"),
    ],
)
def test_a_ten_fold_slip_is_refused_with_its_limit_and_what_was_typed_is_kept(
    client: Client, slip: dict[str, str], says: str
) -> None:
    visit = visits.may_be_ordered()
    page = looked_at(sign_in(client, PRESCRIBER_VANCE), visit, **slip)
    assert page.status == 422
    assert says in page.words
    kept = page.form("order").fields
    assert all(kept[name] == [value] for name, value in {**TYPED, **slip}.items())
    assert visit.chart.order is None


@pytest.mark.hazard("H10")
@pytest.mark.parametrize("typed", ["0,5", ".5"])
def test_a_comma_or_a_bare_point_is_read_as_meant(client: Client, typed: str) -> None:
    visit = visits.may_be_ordered()
    assert "40 mg" in looked_at(sign_in(client, PRESCRIBER_VANCE), visit, dose_mg_per_kg=typed).words


@pytest.mark.hazard("H06")
def test_a_high_dose_is_signed_by_two_prescribers_and_not_twice_by_one(client: Client) -> None:
    visit = visits.may_be_ordered()
    high = {
        "dose_mg_per_kg": "1.2",
        "stated_dose_mg": "96",
        "dose_cap_mg": "100",
        "planned_minutes": "60",
        "highest_dose_rate_mg_per_kg_per_h": "1.4",
        "lowest_dose_rate_mg_per_kg_per_h": "0.6",
    }
    page = looked_at(sign_in(client, PRESCRIBER_VANCE), visit, **high)
    assert "second prescriber signs" in page.words
    assert send(client, page, "order", own_password=PASSWORD).status == 422
    twice = send(client, page, "order", own_password=PASSWORD, second_username="t.vance", second_password=PASSWORD)
    assert twice.status == 422
    nurse = send(client, page, "order", own_password=PASSWORD, second_username="m.reyes", second_password=PASSWORD)
    assert nurse.status == 422
    assert visit.chart.order is None
    stored(MEDICAL_LEAD_ABARA)
    both = send(client, page, "order", own_password=PASSWORD, second_username="s.abara", second_password=PASSWORD)
    assert both.status == 303, both.words
    entry = visit.chart.order_entry
    assert entry is not None and isinstance(entry.event, ev.OrderSigned)
    assert entry.event.second_signature is not None
    assert entry.event.second_signature.name == "Dr. S. Abara"


def test_an_amendment_starts_from_what_holds_and_says_why(client: Client) -> None:
    visit = visits.ordered()
    prescriber = sign_in(client, PRESCRIBER_VANCE)
    form = get(prescriber, page_of(visit)).form("order")
    assert form.fields["dose_mg_per_kg"] == ["0.5"]
    silent = looked_at(prescriber, visit, dose_mg_per_kg="0.4", stated_dose_mg="32", reason="")
    assert silent.status == 422
    page = looked_at(prescriber, visit, dose_mg_per_kg="0.4", stated_dose_mg="32", reason="anxious last time")
    assert send(prescriber, page, "order", own_password=PASSWORD).status == 303
    assert visit.chart.order is not None
    assert float(visit.chart.order.dose_mg) == 32


def by_telephone(client: Client, visit: visits.StoredVisit) -> Page:
    return looked_at(client, visit, prescriber=stored(PRESCRIBER_VANCE).staff_id)


def test_a_telephone_order_is_read_back_and_then_countersigned_by_who_gave_it(client: Client) -> None:
    visit = visits.may_be_ordered()
    nurse = sign_in(client, NURSE_REYES)
    page = by_telephone(nurse, visit)
    assert "Read all of this back to Dr. T. Vance" in page.words
    assert send(nurse, page, "order", own_password=PASSWORD).status == 422
    assert send(nurse, page, "order", own_password=PASSWORD, read_back="yes").status == 303
    assert visit.chart.order_is_telephone
    sign_in(client, MEDICAL_LEAD_ABARA)
    assert send(client, get(client, page_of(visit)), "countersign", own_password=PASSWORD).status == 422
    sign_in(client, PRESCRIBER_VANCE)
    assert send(client, get(client, page_of(visit)), "countersign", own_password=PASSWORD).status == 303
    assert visit.chart.countersigned is not None


def test_allergies_stand_beside_the_order(client: Client) -> None:
    visit = visits.may_be_ordered(allergies=("penicillin: hives",), none_known=False)
    assert "penicillin: hives" in get(sign_in(client, PRESCRIBER_VANCE), page_of(visit)).words


@pytest.mark.hazard("H17")
def test_signing_twice_with_the_same_form_signs_one_order(client: Client) -> None:
    visit = visits.may_be_ordered()
    page = looked_at(sign_in(client, PRESCRIBER_VANCE), visit)
    before = visit.chart.head
    for _ in range(3):
        assert send(client, page, "order", own_password=PASSWORD).status == 303
    assert visit.chart.head == before + 1
