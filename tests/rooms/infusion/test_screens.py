"""What pages are told (H34, H21, H30), the test of the sound (H37), and the locked screen (H38)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from dripstand.infusion.events import NoteWritten
from dripstand.live import screens
from dripstand.monitoring import queries as monitoring
from dripstand.monitoring import services as monitoring_services
from dripstand.monitoring.models import Beat, Interruption, SoundTest
from dripstand.people import lock
from dripstand.people.actors import DRIPSTAND, Actor
from dripstand.server import watch
from tests.people import FRONT_DESK_SORO, NURSE_OKAFOR, NURSE_REYES, WALL, stored, whole_staff
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, sign_in

pytestmark = pytest.mark.django_db

NOBODY_FOR_LONG_S = -1e9


@pytest.fixture(autouse=True)
def _no_screen_has_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "SCREENS", screens.Screens(began_s=NOBODY_FOR_LONG_S))


def say(client: Client, *shows: str, visible: bool = True, sound: str = "on", device: str = "d1") -> Any:
    body = {"page": f"p{id(client)}", "shows": list(shows), "visible": "yes" if visible else "no", "sound": sound}
    return client.post("/screens/alive.json", {**body, "device": device}).json()


# --- nobody watches -------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H34")
def test_an_infusing_chair_that_no_awake_screen_watches_is_said_to_every_page_of_staff(client: Client) -> None:
    visit = visits.infusing()
    me = sign_in(client, NURSE_REYES)
    told = say(me)["unattended"]
    assert [one["href"] for one in told] == [f"/session/{visit.session_id}/"]
    assert "no screen shows it" in told[0]["words"]
    assert "Wren" not in told[0]["words"] and "Halloway" not in told[0]["words"]
    assert "hidden or asleep" in say(me, f"session:{visit.session_id}", visible=False)["unattended"][0]["words"]
    silent = say(me, f"session:{visit.session_id}", sound="blocked")["unattended"]
    assert silent == [], "that page says itself that it has no sound"
    other = sign_in(Client(), NURSE_OKAFOR)
    assert "can be heard" in say(other)["unattended"][0]["words"]
    assert say(me, f"session:{visit.session_id}")["unattended"] == []


@pytest.mark.hazard("H34")
def test_the_wall_is_told_too_and_does_not_count_as_watching(client: Client) -> None:
    visits.infusing()
    told = say(sign_in(client, WALL), "board")["unattended"]
    assert len(told) == 1
    assert told[0]["href"] == ""


@pytest.mark.hazard("H34")
def test_a_chair_that_does_not_infuse_is_not_said(client: Client) -> None:
    visits.ready_to_start()
    assert say(sign_in(client, NURSE_REYES))["unattended"] == []


def test_what_no_page_of_ours_says_is_not_understood_and_the_front_desk_is_refused(client: Client) -> None:
    whole_staff()
    me = sign_in(client, NURSE_REYES)
    for wrong in (
        {},
        {"page": "x", "sound": "loud"},
        {"page": "x" * 99, "sound": "on"},
        {"page": "x", "sound": "on", "shows": "people"},
    ):
        assert me.post("/screens/alive.json", wrong).status_code == 400, wrong
    assert sign_in(Client(), FRONT_DESK_SORO).post("/screens/alive.json", {}).status_code == 403


# --- away, and the clock that was set -------------------------------------------------------------------------------


@pytest.mark.hazard("H21")
def test_a_page_is_told_from_when_to_when_the_server_was_away(client: Client) -> None:
    visits.infusing()
    now = datetime.now(UTC)
    monitoring_services.beat(now - timedelta(seconds=61))
    assert monitoring_services.note_return(now - timedelta(seconds=2)) == pytest.approx(59.0)
    told = say(sign_in(client, NURSE_REYES))["gaps"]
    assert len(told) == 1
    zone = visits_zone()
    began, ended = now - timedelta(seconds=61), now - timedelta(seconds=2)
    assert f"{began.astimezone(zone):%H:%M:%S} to {ended.astimezone(zone):%H:%M:%S}" in told[0]["words"]
    assert monitoring_services.note_return(now) == 0.0, "the same absence is noted once"


def visits_zone() -> Any:
    from dripstand.premises.queries import clinic_zone

    return clinic_zone()


def test_a_first_start_and_a_quick_one_are_no_absence() -> None:
    now = datetime.now(UTC)
    assert monitoring_services.note_return(now) == 0.0
    assert monitoring_services.note_return(now + timedelta(seconds=4)) == 0.0
    assert Interruption.objects.count() == 0
    assert Beat.objects.count() == 1


def test_a_gap_from_before_anybody_sat_there_is_not_shown(client: Client) -> None:
    now = datetime.now(UTC)
    monitoring_services.beat(now - timedelta(hours=9))
    monitoring_services.note_return(now - timedelta(hours=1))
    visits.infusing()
    assert say(sign_in(client, NURSE_REYES))["gaps"] == []


@pytest.mark.hazard("H30")
def test_a_clock_that_was_set_is_noted_and_said_with_how_far(client: Client) -> None:
    visits.infusing()
    now = datetime.now(UTC)
    monitoring_services.note_jump(now, now - timedelta(hours=1), -3600.04)
    monitoring_services.note_jump(now - timedelta(seconds=70), now - timedelta(seconds=10), 60.0)
    assert [one.jumped_s for one in monitoring.gaps_since(now - timedelta(hours=2), now)] == [-3600.0, 60.0]
    assert "set by +60 s" in say(sign_in(client, NURSE_REYES))["gaps"][-1]["words"]


@pytest.mark.hazard("H30")
def test_a_clock_that_was_set_under_an_infusion_stands_in_its_log_beside_the_dose_it_spoils(client: Client) -> None:
    visit = visits.infusing()
    now = datetime.now(UTC) - timedelta(hours=1)
    for _ in range(2):
        watch.chart_clock(visit.session_id, -3600.2, now)
    notes = [entry for entry in visit.chart.effective if isinstance(entry.event, NoteWritten)]
    assert len(notes) == 1 and notes[0].actor.staff_id == DRIPSTAND.staff_id
    assert isinstance(notes[0].event, NoteWritten)
    assert "set by -3600 s" in notes[0].event.text and "counted volume" in notes[0].event.text
    assert visit.chart.contradictions == ()
    monitoring_services.note_jump(datetime.now(UTC), datetime.now(UTC), -3600.2)
    words = say(sign_in(client, NURSE_REYES))["gaps"][-1]["words"]
    assert "the dose" in words and "elapsed times were not moved" not in words


# --- the sound ------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H37")
def test_a_persons_ear_is_written_down_for_this_screen_and_this_shift(client: Client) -> None:
    whole_staff()
    me = sign_in(client, NURSE_REYES)
    assert say(me)["sound_test"] is None
    assert me.post("/screens/sound-test.json", {"device": "d1", "heard": "no"}).json() == {"heard": False}
    assert say(me)["sound_test"]["heard"] is False
    assert me.post("/screens/sound-test.json", {"device": "d1", "heard": "yes"}).json() == {"heard": True}
    told = say(me)["sound_test"]
    assert (told["heard"], told["by"]) == (True, NURSE_REYES.name)
    assert say(me, device="d2")["sound_test"] is None, "another screen was not listened to"
    later = datetime.now(UTC) + timedelta(seconds=monitoring.SHIFT_S + 1)
    assert monitoring.last_sound_test("d1", later) is None, "the next shift listens itself"


def test_a_sound_test_needs_an_answer_and_a_screen_and_is_kept(client: Client) -> None:
    whole_staff()
    me = sign_in(client, NURSE_REYES)
    assert me.post("/screens/sound-test.json", {"device": "d1"}).status_code == 400
    assert me.post("/screens/sound-test.json", {"heard": "yes"}).status_code == 422
    assert sign_in(Client(), WALL).post("/screens/sound-test.json", {"device": "d1", "heard": "yes"}).status_code == 403
    monitoring_services.sound_tested(stored(NURSE_OKAFOR), screen_id="d1", heard=True, now=datetime.now(UTC))
    for change in (SoundTest.objects.all().delete, lambda: SoundTest.objects.update(heard=False)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# --- the locked screen ----------------------------------------------------------------------------------------------


def locked_client(who: Actor = NURSE_REYES) -> Client:
    one = sign_in(Client(), who)
    assert one.post("/lock/", {"next": "/today/"}).headers["Location"] == "/locked/?next=%2Ftoday%2F"
    return one


@pytest.mark.hazard("H38")
def test_a_locked_screen_keeps_chairs_alarms_and_numbers_and_names_nobody(client: Client) -> None:
    from tests.rooms.infusion.test_board_page import raise_alarm

    visit = visits.infusing()
    raise_alarm(visit)
    page = get(locked_client(), "/locked/")
    assert page.status == 200
    assert "Systolic" in page.words and "168" in page.words
    for hidden in ("Wren", "Halloway", "WH", "mL/h", "ketamine", f'href="/session/{visit.session_id}/'):
        assert hidden not in page.said, hidden
    card = locked_client().get("/locked.json").json()["cards"][0]
    assert card["foot"]["kind"] == "medium"
    assert (card["called"], card["href"], card["rate_text"]) == ("Taken", "", "")


@pytest.mark.hazard("H38")
def test_a_locked_sign_in_is_answered_nowhere_else(client: Client) -> None:
    visit = visits.infusing()
    me = locked_client()
    for path in (
        "/",
        "/today/",
        "/patients/",
        f"/session/{visit.session_id}/",
        f"/session/{visit.session_id}/chart/",
        "/account/",
    ):
        answer = me.get(path)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/locked/"), path
    for path in ("/board.json", f"/session/{visit.session_id}/state.json"):
        assert me.get(path).status_code == 401, path
    entry = me.post(f"/session/{visit.session_id}/chart-entry/", {}, headers={"Accept": "application/json"})
    assert (entry.status_code, entry.json()["error"]) == (401, "locked")
    assert say(me, "board")["locked"] is True
    assert say(me, "board")["unattended"] == [], "a locked screen that shows and sounds still watches"


@pytest.mark.hazard("H63", "H38")
def test_an_emergency_is_declared_from_a_locked_screen_by_one_tap(client: Client) -> None:
    visit = visits.infusing()
    me = locked_client()
    form = next(one for one in get(me, "/locked/").forms if visit.patient_id in one.fields.get("patient_id", ()))
    assert form.fields["kind"] == ["emergency_declared"]
    answer = me.post(form.action, {name: values[-1] for name, values in form.fields.items()})
    assert answer.status_code == 303
    assert visit.chart.emergency_at is not None
    assert me.get(f"/session/{visit.session_id}/").headers["Location"].startswith("/locked/"), "still locked"


@pytest.mark.hazard("H38")
def test_it_opens_to_the_persons_own_password_or_the_pin_of_this_sign_in_and_to_nothing_else(client: Client) -> None:
    from dripstand.people.models import StaffMember

    whole_staff()
    person = StaffMember.objects.get(pk=stored(NURSE_REYES).staff_id)
    person.set_password("four plain words here")
    person.save()
    me = sign_in(Client(), NURSE_REYES)
    me.post("/account/", {"pin": "111111"})
    assert not lock.has_pin(me.session), "all the same digit"
    me.post("/account/", {"pin": "314159"})
    me.post("/lock/")
    assert "wrong=1" in me.post("/unlock/", {"secret": "000000", "next": "/today/"}).headers["Location"]
    assert me.get("/today/").status_code == 302
    assert me.post("/unlock/", {"secret": "314159", "next": "/today/"}).headers["Location"] == "/today/"
    assert me.get("/today/").status_code == 200
    me.post("/lock/")
    assert (
        me.post("/unlock/", {"secret": "four plain words here", "next": "https://elsewhere.example/"}).headers[
            "Location"
        ]
        == "/"
    )
    me.post("/lock/")
    for _ in range(lock.WRONG_PINS_AT_MOST_COUNT):
        me.post("/unlock/", {"secret": "271828"})
    assert not lock.has_pin(me.session)
    me.post("/unlock/", {"secret": "314159"})
    assert lock.is_locked(me.session), "three wrong tries, and only the password opens it"


def test_being_alive_is_no_use_of_a_sign_in(client: Client) -> None:
    whole_staff()
    me = sign_in(Client(), NURSE_REYES)
    me.get("/today/")
    before = me.session.get_expiry_date()
    session = me.session
    session.set_expiry(before - timedelta(minutes=30))
    session.save()
    say(me)
    assert me.session.get_expiry_date() < before - timedelta(minutes=29)
