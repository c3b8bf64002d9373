"""Where somebody may go from a page: what stands in the bar, what behind one word, where a record leads to."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver

from dripstand.people.pages import FIRST_COUNT, places, places_of_patient
from tests.people import FRONT_DESK_SORO, NURSE_REYES, WALL, stored, wren_halloway
from tests.rooms.infusion.page_forms import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _every_view_has_said_who_may() -> None:
    assert get_resolver().url_patterns


def test_a_nurses_bar_holds_five_pages_and_the_others_stand_behind_one_word() -> None:
    found = places(NURSE_REYES, "/")
    assert [one.words for one in found if one.is_first] == ["Board", "Today", "Calendar", "Patients", "Outcomes"]
    assert found.has_more and found.here_in_more is None
    assert {"Incidents", "Devices", "Guide"} <= {one.words for one in found if not one.is_first}


def test_the_word_for_more_says_which_of_its_pages_is_open() -> None:
    here = places(NURSE_REYES, "/incidents/").here_in_more
    assert here is not None and here.words == "Incidents"


def test_where_few_pages_are_open_none_is_put_away() -> None:
    found = places(WALL, "/")
    assert 0 < len(found) <= FIRST_COUNT + 1 and not found.has_more
    assert [one.words for one in found if one.is_here] == ["Board"]


def test_whoever_may_declare_an_evacuation_finds_it_in_the_menu() -> None:
    for who in (FRONT_DESK_SORO, NURSE_REYES):
        assert "Evacuation" in {one.words for one in places(who, "/calendar/")}, who.name
    assert "Evacuation" not in {one.words for one in places(WALL, "/")}


def test_a_record_leads_to_the_pages_that_its_reader_may_open_and_to_no_other() -> None:
    patient_id = wren_halloway(stored(FRONT_DESK_SORO))
    nurse = [one.words for one in places_of_patient(NURSE_REYES, patient_id)]
    assert nurse == ["Evaluation", "Questionnaires"]
    assert [one.words for one in places_of_patient(FRONT_DESK_SORO, patient_id)] == ["A consent is taken back"]
    page = sign_in(Client(), FRONT_DESK_SORO).get(f"/patients/{patient_id}/").content.decode()
    assert "/evaluation/" not in page and "/outcomes/" not in page
