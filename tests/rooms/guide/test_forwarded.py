"""A link in other hands: what asks for no date of birth says nothing of whom it is about, in any state and language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from dripstand.guide import services
from dripstand.infusion import events as ev
from dripstand.live import clock
from dripstand.people.links.purposes import RULES, Purpose
from dripstand.premises.models import Clinic
from dripstand.premises.services import TELLING
from tests.people import NURSE_REYES, stored
from tests.rooms.guide.coming import by_link, signed_in
from tests.rooms.infusion.stored_visits import StoredVisit, observing, weighed

pytestmark = pytest.mark.django_db
YES = {"can_come": "yes", "knows_no_driving": "yes"}


def _of_the_patient(visit: StoredVisit) -> tuple[str, ...]:
    """Every word by which somebody could tell who this is about, or where in the clinic they are."""
    opened, chair = visit.chart.opened, visit.chart.chair
    words = {*opened.patient_name.split(), opened.preferred_name, opened.record_number, str(opened.birth_date.year)}
    words |= {visit.patient_id, visit.session_id, chair.chair_name if chair else "", "Reyes"}
    return tuple(word for word in words if word)


def _says_too_much(page: str, visit: StoredVisit) -> list[str]:
    telling = [
        one for one in (*TELLING, "bipolar", "dissoc", "dissoz", "disoc", "schmerz", "dolor") if one in page.lower()
    ]
    return [word for word in _of_the_patient(visit) if word in page] + telling


def test_only_the_escorts_link_and_the_tablets_ask_for_no_date_of_birth() -> None:
    handed_out = {one for one, rules in RULES.items() if not rules.asks_birth_date} - {Purpose.HOME}
    assert handed_out == {Purpose.ESCORT, Purpose.CALM}


@pytest.mark.hazard("H56")
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_whoever_opens_an_escorts_link_learns_when_to_come_and_nothing_of_the_patient(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = weighed()
    Clinic.objects.update(door_name="14 Heron Street")
    services.name_escort(
        stored(NURSE_REYES), patient_id=visit.patient_id, session_id=visit.session_id, name="Robin Marsh",
        phone="555 0199", relation="friend", now=datetime.now(UTC),
    )  # fmt: skip
    robin = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, language=language)
    seen = {"asked": robin.get("/me/escort/")}
    seen["refused"] = robin.post("/me/escort/", {"can_come": "yes"})
    assert robin.post("/me/escort/", YES).status_code == 302
    seen["confirmed"] = robin.get("/me/escort/")
    later = datetime.now(UTC) + timedelta(minutes=50)
    monkeypatch.setattr(clock.CLOCK, "now", lambda: later)
    seen["changed"] = robin.get("/me/escort/")
    assert robin.post("/me/escort/", {"can_come": "no"}).status_code == 302
    seen["cannot"] = robin.get("/me/escort/")
    visit.now = later
    visit.must(ev.SessionCancelled("no escort"))
    seen["over"] = robin.get("/me/escort/")
    for state, answer in seen.items():
        page = answer.content.decode()
        assert answer.status_code in (200, 400) and 'id="main"' in page
        assert _says_too_much(page, visit) == [], state
        assert "555 0199" not in page and "friend" not in page, "not even what is known of the escort themselves"
    assert len({answer.content for answer in seen.values()}) == len(seen)


@pytest.mark.hazard("H56")
def test_an_escorts_link_opens_no_other_page_and_reaches_no_other_patient() -> None:
    visit = weighed()
    robin = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id)
    for purpose in set(Purpose) - {Purpose.ESCORT}:
        assert robin.get(f"/me/{purpose.value}/").status_code in (302, 403, 404), purpose
    assert robin.get(f"/session/{visit.session_id}/").status_code in (302, 403)
    assert Client().get("/me/escort/").status_code == 403


@pytest.mark.hazard("H56")
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_a_tablets_code_in_other_hands_says_nothing_before_and_after_it_is_paired(language: str) -> None:
    visit = observing()
    Clinic.objects.update(door_name="14 Heron Street")
    stranger = by_link(visit.patient_id, Purpose.CALM, about=visit.session_id, language=language)
    for _time in range(2):
        page = stranger.get("/me/calm/").content.decode()
        assert _says_too_much(page.replace(visit.session_id, ""), visit) == []
    nurse = signed_in(NURSE_REYES)
    assert nurse.get(f"/session/{visit.session_id}/tablet/").status_code == 200
