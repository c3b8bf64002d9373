"""What a patient and their escort tell stands at the chair though its page was open already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dripstand.guide import services
from dripstand.people.links.purposes import Purpose
from tests.people import FRONT_DESK_SORO, NURSE_REYES, stored
from tests.rooms.guide.coming import by_link, signed_in
from tests.rooms.infusion.stored_visits import weighed

pytestmark = pytest.mark.django_db


def test_an_open_page_of_the_chair_is_told_wishes_fear_and_escort_as_they_come() -> None:
    visit = weighed()
    nurse, part = signed_in(NURSE_REYES), f"/session/{visit.session_id}/told/"
    page = nurse.get(f"/session/{visit.session_id}/").content.decode()
    assert 'data-told="line"></div>' in page, "nothing is told yet, and there is a place for it"
    assert "No touch" not in nurse.get(part).content.decode()

    patient = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    patient.post("/me/questions/", {"step": "anxiety", "score": "9", "helps": "cold hands"})
    patient.post("/me/questions/", {"step": "wishes", "touch": "no", "stop_word": "harbour lights"})
    said = nurse.get(part).content.decode()
    line = said.split('data-told="foot"')[0]
    assert "No touch" in line and "Stop if said: harbour lights" in line and "Fear 9 of 10" in line

    services.name_escort(
        stored(NURSE_REYES),
        patient_id=visit.patient_id,
        session_id=visit.session_id,
        name="Robin Marsh",
        phone="",
        relation="",
        now=datetime.now(UTC),
    )
    assert "Robin Marsh takes them home." in nurse.get(part).content.decode().split('data-told="foot"')[1]
    escort = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, name="Robin Marsh")
    escort.post("/me/escort/", {"can_come": "no"})
    assert "cannot take them home: another one is needed" in nurse.get(part).content.decode()
    assert signed_in(FRONT_DESK_SORO).get(part).status_code == 403
