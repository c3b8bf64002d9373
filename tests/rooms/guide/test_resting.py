"""A patient under the drug finds no form that would refuse what they typed."""

from __future__ import annotations

import pytest

from dripstand.people.links.purposes import Purpose
from tests.rooms.guide.coming import by_link
from tests.rooms.infusion.stored_visits import infusing, weighed

pytestmark = [pytest.mark.django_db, pytest.mark.hazard("H47")]


def test_under_the_drug_the_guide_can_be_read_and_asks_for_no_question() -> None:
    page = by_link(infusing().patient_id, Purpose.GUIDE).get("/me/guide/").content.decode()
    assert "<textarea" not in page and "Please rest." in page
    assert 'href="/me/guide/the-room/"' in page


def test_before_the_infusion_the_guide_takes_a_question_down() -> None:
    page = by_link(weighed().patient_id, Purpose.GUIDE).get("/me/guide/").content.decode()
    assert "<textarea" in page and "Please rest." not in page
