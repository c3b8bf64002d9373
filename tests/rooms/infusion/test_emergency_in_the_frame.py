"""Emergency and evacuation in the frame of every staff page: one tap from anywhere, and said everywhere (H63)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.monitoring.storing_trouble import STORING
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_REYES,
    WALL,
    another_chair,
    ren_halloway,
    stored,
    whole_staff,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import Form, get, sign_in

pytestmark = pytest.mark.django_db

OFFICE = (
    "/today/",
    "/devices/",
    "/incidents/",
    "/evacuation/",
    "/patients/",
    "/on-call/",
    "/rooms/",
    "/account/",
    "/outcomes/",
)


def declares(client: Client, path: str) -> list[Form]:
    """The forms of a page that declare an emergency."""
    return [one for one in get(client, path).forms if one.fields.get("kind") == ["emergency_declared"]]


def _declared_count(session_id: str) -> int:
    return sum(isinstance(one.event, ev.EmergencyDeclared) for one in queries.log(session_id))


@pytest.mark.hazard("H63")
def test_every_page_of_the_office_declares_an_emergency_by_one_tap(client: Client) -> None:
    visit = visits.infusing()
    me = sign_in(client, NURSE_REYES)
    for path in OFFICE:
        (form,) = declares(me, path)
        assert form.fields["patient_id"] == [visit.patient_id], path
    answer = me.post(form.action, {name: values[-1] for name, values in form.fields.items()})
    assert answer.headers["Location"].endswith("#enter-emergency")
    assert visit.chart.emergency_at is not None
    for path in OFFICE:
        page = get(me, path)
        assert "emergency since" in page.words and declares(me, path) == [], path
    answer = me.post(form.action, {name: values[-1] for name, values in form.fields.items()})
    assert answer.status_code == 303 and _declared_count(visit.session_id) == 1


@pytest.mark.hazard("H63")
def test_who_may_not_chart_finds_no_button_and_a_wall_and_a_locked_screen_name_nobody(client: Client) -> None:
    visit = visits.infusing()
    whole_staff()
    assert declares(sign_in(client, ADMINISTRATOR_KLEIN), "/rooms/") == []
    assert len(declares(sign_in(Client(), FRONT_DESK_SORO), "/today/")) == 1
    visit.must(ev.EmergencyDeclared())
    wall = sign_in(Client(), WALL)
    said = wall.get("/hard-day/").content.decode()
    assert "emergency since" in said and "Wren" not in said and "<a " not in said and "<form" not in said
    locked = sign_in(Client(), NURSE_REYES)
    locked.post("/lock/")
    said = locked.get("/hard-day/").content.decode()
    assert "emergency since" in said and "Wren" not in said and "<a " not in said and "<form" not in said
    assert sign_in(Client(), ADMINISTRATOR_KLEIN).get("/hard-day/").status_code == 403


@pytest.mark.hazard("H63", "H03")
def test_with_several_here_no_page_guesses_whose_it_is_and_look_alikes_are_told_apart_by_their_full_names(
    client: Client,
) -> None:
    first = visits.weighed(minutes_ago=5.0)
    second = visits.weighed(patient_id=ren_halloway(), chair_id=another_chair("Meadow 1"), minutes_ago=5.0)
    me = sign_in(client, NURSE_REYES)
    get(me, f"/session/{second.session_id}/")  # to have looked at somebody last says nothing
    page = get(me, "/today/")
    forms = declares(me, "/today/")
    assert sorted(form.fields["patient_id"][0] for form in forms) == sorted([first.patient_id, second.patient_id])
    assert "Harbour 1, Wren Halloway" in page.words and "Meadow 1, Ren Halloway" in page.words
    meant = next(form for form in forms if form.fields["patient_id"] == [second.patient_id])
    assert me.post(meant.action, {name: values[-1] for name, values in meant.fields.items()}).status_code == 303
    assert second.chart.emergency_at is not None and first.chart.emergency_at is None


@pytest.mark.hazard("H63")
def test_the_chairs_stand_in_the_order_of_the_room_whoever_came_first(client: Client) -> None:
    tenth = visits.weighed(chair_id=another_chair("Harbour 10"), minutes_ago=9.0)
    second = visits.weighed(patient_id=ren_halloway(), chair_id=another_chair("Harbour 2"), minutes_ago=5.0)
    forms = declares(sign_in(client, NURSE_REYES), "/today/")
    assert [form.fields["patient_id"][0] for form in forms] == [second.patient_id, tenth.patient_id]


@pytest.mark.hazard("H63")
def test_an_open_page_is_told_what_began_and_nothing_while_it_is_the_same(client: Client) -> None:
    visit = visits.infusing()
    me = sign_in(client, NURSE_REYES)
    mark = me.get("/hard-day/").content.decode().split('data-has="')[1].split('"')[0]
    assert me.get(f"/hard-day/?has={mark}").status_code == 204
    visit.must(ev.EmergencyDeclared())
    assert me.get(f"/hard-day/?has={mark}").status_code == 200
    own = me.get(f"/hard-day/?without={visit.session_id}").content.decode()
    assert "emergency since" not in own, "the chair says its own"


@pytest.mark.hazard("H63")
def test_an_evacuation_is_said_on_every_page_and_leads_to_the_list_to_count_by(client: Client) -> None:
    visit = visits.infusing()
    desk, wall = sign_in(client, FRONT_DESK_SORO), sign_in(Client(), WALL)
    assert "Evacuation since" not in get(desk, "/").words
    visit.must(ev.EvacuationDeclared(why="smoke"), actor=stored(FRONT_DESK_SORO))
    for who, path in ((desk, "/"), (desk, "/today/"), (wall, "/")):
        assert "Evacuation since" in get(who, path).words and "1 patient not yet accounted for" in get(who, path).words
    assert 'href="/evacuation/">To the list' in desk.get("/").content.decode()
    visit.must(ev.PatientAccountedFor(where="car park"))
    assert "0 patients not yet accounted for" in get(desk, "/").words
    visit.must(ev.EvacuationOver())
    assert "Evacuation since" not in get(desk, "/").words


@pytest.fixture
def not_stored() -> Iterator[datetime]:
    """The writer of readings met a database that refuses, at this instant."""
    since = datetime(2026, 3, 2, 16, 2, 3, tzinfo=UTC)
    STORING.failed(since, time.monotonic())
    yield since
    STORING.stored()


@pytest.mark.hazard("H20", "H55")
def test_that_nothing_is_stored_is_said_on_every_page_with_since_when_and_what_to_do(
    client: Client, not_stored: datetime
) -> None:
    visit = visits.infusing()
    me = sign_in(client, NURSE_REYES)
    for path in ("/", f"/session/{visit.session_id}/", *OFFICE):
        page = get(me, path)
        assert "nothing is stored since 10:02:03" in page.words, path
        assert "Watch the bedside monitor, and write on paper" in page.words, path
    open_page = me.get("/hard-day/").content.decode()
    mark = open_page.split('data-has="')[1].split('"')[0]
    assert me.get("/hard-day/", {"has": mark}).status_code == 204
    STORING.stored()
    after = me.get("/hard-day/", {"has": mark})
    assert after.status_code == 200 and "nothing is stored" not in after.content.decode()
    assert "nothing is stored" not in get(me, "/").words


@pytest.mark.hazard("H55")
def test_a_wall_and_a_locked_screen_say_it_too(client: Client, not_stored: datetime) -> None:
    whole_staff()
    wall = sign_in(client, WALL)
    locked = sign_in(Client(), NURSE_REYES)
    locked.post("/lock/")
    for one in (wall, locked):
        assert "nothing is stored since" in one.get("/hard-day/").content.decode()
