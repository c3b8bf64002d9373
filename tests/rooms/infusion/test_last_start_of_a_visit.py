"""The last safe start on the page of a visit's preparation."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from django.test import Client

from dripstand.live import clock
from dripstand.people.models import StaffMember
from dripstand.premises.queries import clinic_zone
from dripstand.premises.services import close, set_opening_hours
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES, stored
from tests.rooms.infusion import stored_visits as visits

pytestmark = pytest.mark.django_db


def test_before_the_start_a_closure_and_a_day_on_which_nobody_is_treated_are_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit = visits.weighed()
    noon = datetime(2026, 3, 9, 12, tzinfo=clinic_zone())
    monkeypatch.setattr(clock.CLOCK, "now", lambda: noon)
    lead, client = stored(ADMINISTRATOR_KLEIN), Client()
    client.force_login(StaffMember.objects.get(pk=stored(NURSE_REYES).staff_id))

    def said() -> str:
        page = client.get(f"/session/{visit.session_id}/prepare/").content.decode()
        return " ".join(page.replace("<strong>", "").replace("</strong>", "").split())

    set_opening_hours(lead, hours={0: (time(8), time(18))})
    assert "Last safe start 16:05" in said() and "the clinic closes 18:00" in said()
    place = visit.chart.chair.chair_id if visit.chart.chair is not None else ""
    close(lead, starts_at=noon.replace(hour=15), ends_at=noon.replace(hour=18), words="paint", chair_id=place, now=noon)
    assert "Last safe start 13:05" in said() and "a closure begins 15:00" in said()
    close(lead, starts_at=noon.replace(hour=0), ends_at=noon.replace(hour=23), words="flood", now=noon)
    assert "No safe start today because it is closed today: flood." in said()
    set_opening_hours(lead, hours={1: (time(8), time(18))})
    assert "No safe start today because" in said()
