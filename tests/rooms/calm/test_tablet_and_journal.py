"""The patient's tablet and journal through their pages: one visit, one tablet, nothing about anybody, private words."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from dripstand.calm import services
from dripstand.calm.models import JournalEntry, JournalReading, Recording
from dripstand.calm.sounds import CLINIC_BYTES_MOST, kind_of
from dripstand.calm.views.screen import _words
from dripstand.guide import services as guide
from dripstand.guide import told
from dripstand.infusion import events as ev
from dripstand.live import clock
from dripstand.people import services as people
from dripstand.people.access import Forbidden
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.queries import patient
from dripstand.premises.models import Clinic
from dripstand.premises.queries import clinic_zone
from tests.people import FRONT_DESK_SORO, NURSE_REYES, ren_halloway, stored
from tests.rooms.guide.coming import by_link, link_of
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import sign_in

pytestmark = pytest.mark.django_db
OGG = b"OggS" + bytes(60)


def now() -> datetime:
    return datetime.now(UTC)


def opened_by(path: str, **typed: str) -> Client:
    client = Client()
    assert client.post(path, typed).status_code == 302
    return client


def code_for(visit: visits.StoredVisit) -> str:
    made = services.make_code(stored(NURSE_REYES), visit.session_id, now=now())
    return str(made.path)


def tablet_of(visit: visits.StoredVisit) -> Client:
    client = opened_by(code_for(visit))
    assert client.get("/me/calm/").status_code == 200
    return client


def touch(client: Client, call_id: str = "touch-0001", waited_s: float = 0) -> Any:
    return client.post(
        "/me/calm/call.json", json.dumps({"call_id": call_id, "waited_s": waited_s}), content_type="application/json"
    )


def test_the_first_tablet_is_the_visits_own_and_a_second_with_the_same_code_is_not() -> None:
    visit = visits.infusing()
    path = code_for(visit)
    first, second = opened_by(path), opened_by(path)
    assert first.get("/me/calm/").status_code == 200
    assert second.get("/me/calm/").status_code == 403
    assert second.get("/me/calm/state.json").json()["over"]
    assert touch(second).status_code == 410
    assert visit.chart.open_calls == ()


def test_one_touch_is_charted_once_and_its_answer_comes_back() -> None:
    visit = visits.infusing()
    tablet = tablet_of(visit)
    assert [touch(tablet).status_code for _ in range(3)] == [200, 200, 200]
    assert len(visit.chart.open_calls) == 1
    assert tablet.get("/me/calm/state.json").json()["waiting"] == ["touch-0001"]
    visit.now = now()
    visit.must(ev.PatientCallAnswered("touch-0001"))
    assert tablet.get("/me/calm/state.json").json()["answered"] == ["touch-0001"]


@pytest.mark.hazard("H39")
def test_a_nurses_sign_in_that_is_locked_in_the_same_browser_holds_no_call_back() -> None:
    visit = visits.infusing()
    tablet = sign_in(Client(), NURSE_REYES)
    path = code_for(visit)
    assert tablet.post("/lock/", {"next": "/today/"}).status_code == 302
    assert tablet.post(path).headers["Location"] == "/me/calm/", "the door opens"
    assert tablet.get("/me/calm/").status_code == 200
    assert touch(tablet).status_code == 200
    assert len(visit.chart.open_calls) == 1
    assert tablet.get("/today/").headers["Location"].startswith("/locked/"), "and the nurse's pages stay locked"


@pytest.mark.hazard("H39")
def test_somebody_who_signs_in_in_the_same_browser_meanwhile_holds_no_call_back() -> None:
    visit = visits.infusing()
    tablet = tablet_of(visit)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(tablet.cookies)
    before = re.search(r'csrfmiddlewaretoken" value="([^"]+)', strict.get("/me/calm/").content.decode())
    assert before
    strict.cookies["dripstand-csrf"] = "n" * 32  # as a sign-in sets it anew
    sent = json.dumps({"call_id": "touch-0001"})
    headers = {"X-CSRFToken": before[1]}
    answer = strict.post("/me/calm/call.json", sent, content_type="application/json", headers=headers)
    assert answer.status_code == 200 and len(visit.chart.open_calls) == 1
    assert (
        Client(enforce_csrf_checks=True).post("/me/calm/call.json", sent, content_type="application/json").status_code
        == 403
    )
    assert strict.post("/me/calm/leave/").status_code == 403, "everything else asks for it"


def test_a_call_that_waited_ten_minutes_is_charted_when_it_was_made() -> None:
    visit = visits.infusing(minutes_ago=90)
    tablet = tablet_of(visit)
    assert touch(tablet, "touch-late1", 600).status_code == 200
    (entry,) = visit.chart.open_calls
    assert abs(entry.recorded_at - entry.occurred_at) <= timedelta(seconds=602)


@pytest.mark.parametrize("sent", ["", "[]", '{"call_id": 3}', '{"call_id":"ok-number","waited_s":"x"}', "{" * 5000])
def test_what_is_no_call_is_refused_and_breaks_nothing(sent: str) -> None:
    tablet = tablet_of(visits.infusing())
    assert tablet.post("/me/calm/call.json", sent, content_type="application/json").status_code == 400
    assert tablet.post("/me/calm/call.json", {"call_id": "touch-0001"}).status_code == 400, "a form is no JSON"


@pytest.mark.hazard("H56")
def test_nothing_about_anybody_is_on_the_tablet_and_after_the_end_nothing_answers() -> None:
    visit = visits.infusing()
    tablet = tablet_of(visit)
    told = [tablet.get(path).content.decode() for path in ("/me/calm/", "/me/calm/state.json", "/me/calm/worker.js")]
    for text in told:
        for secret in ("Halloway", "Wren", visit.patient_id, visit.session_id, "1984"):
            assert secret not in text
    services.release(stored(NURSE_REYES), visit.session_id, now=now())
    for path in ("/me/calm/", "/me/calm/state.json", f"/me/calm/recording/{uuid.uuid4()}/"):
        assert tablet.get(path).status_code == 403
    assert touch(tablet).status_code == 403
    assert visit.chart.tablet is None


@pytest.mark.hazard("H56")
def test_a_new_code_takes_the_old_tablet_away() -> None:
    visit = visits.infusing()
    old = tablet_of(visit)
    new = tablet_of(visit)
    assert old.get("/me/calm/").status_code == 403
    assert new.get("/me/calm/state.json").json()["over"] is False


def test_only_who_works_at_the_chair_makes_a_code() -> None:
    visit = visits.infusing()
    with pytest.raises(Forbidden):
        services.make_code(stored(FRONT_DESK_SORO), visit.session_id, now=now())


@pytest.mark.hazard("H37")
def test_the_patients_page_holds_no_alarm_and_no_number() -> None:
    visit = visits.infusing()
    tablet = tablet_of(visit)
    state = tablet.get("/me/calm/state.json").json()
    chosen = {"sound", "recording", "image", "light", "earphones"}
    assert set(state) == {"phase", "over", "waiting", "answered", "seen"} | chosen
    page = tablet.get("/me/calm/").content.decode()
    assert "alarm" not in page.lower() and "<time" not in page


@pytest.mark.hazard("H37")
@pytest.mark.parametrize("worn", list(ev.Earphones))
def test_the_tablet_is_told_what_the_nurse_charted_of_earphones_and_not_asked_until_then(worn: ev.Earphones) -> None:
    visit = visits.infusing()
    tablet = tablet_of(visit)
    assert tablet.get("/me/calm/state.json").json()["earphones"] == "not_asked"
    visit.must(ev.CalmChosen(ev.CalmSound.RAIN, ev.CalmImage.NIGHT, ev.CalmLight.DARK, worn))
    assert tablet.get("/me/calm/state.json").json()["earphones"] == worn.value


@pytest.mark.hazard("H37")
@pytest.mark.parametrize(
    ("language", "tablet_rings", "bell"),
    [
        ("en", "tablet rings", "bell in the room"),
        ("de", "Tablet klingelt", "Glocke"),
        ("es", "tableta suena", "timbre"),
    ],
)
def test_whoever_is_cut_off_is_told_of_the_rooms_bell_and_with_earphones_not_that_the_tablet_rings(
    language: str, tablet_rings: str, bell: str
) -> None:
    with override(language):
        says = _words()
    assert all(
        bell in says[key] for key in ("offline_more", "ringing_more", "offline_earphones_more", "ringing_earphones")
    )
    assert tablet_rings in says["ringing"]
    with_earphones = {key: words for key, words in says.items() if "earphones" in key}
    assert not [key for key, words in with_earphones.items() if tablet_rings in words]


# --- what it plays first --------------------------------------------------------------------------------------------


def wished(visit: visits.StoredVisit, sound: told.SoundWish) -> None:
    by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    guide.tell_wishes(
        link_of(visit.patient_id), told.Wishes(told.Touch.ASK, sound=sound), session_id=visit.session_id, now=now()
    )


@pytest.mark.parametrize(
    ("wish", "plays"),
    [
        (told.SoundWish.ANY, "rain"),
        (told.SoundWish.CHORDS, "chords"),
        (told.SoundWish.NONE, "none"),
        (told.SoundWish.OWN, "none"),
    ],
)
def test_from_the_first_touch_it_plays_what_the_patient_wished_for_and_that_is_charted_as_comfort(
    wish: told.SoundWish, plays: str
) -> None:
    visit = visits.ready_to_start()
    wished(visit, wish)
    tablet = tablet_of(visit)
    state = tablet.get("/me/calm/state.json").json()
    assert (state["sound"], state["image"], state["light"]) == (plays, "night", "dark")
    assert [one.event for one in visit.chart.comfort] == [
        ev.CalmChosen(ev.CalmSound(plays), ev.CalmImage.NIGHT, ev.CalmLight.DARK)
    ]
    assert tablet.get("/me/calm/").status_code == 200
    assert len(visit.chart.comfort) == 1, "a page that is opened again chooses nothing again"


def test_where_the_patient_wished_for_nothing_the_clinic_says_what_is_first() -> None:
    visit = visits.ready_to_start()
    Clinic.objects.update(first_sound="sea")
    assert tablet_of(visit).get("/me/calm/state.json").json()["sound"] == "sea"


def test_what_the_nurse_chose_stays_also_silence_and_also_for_the_next_tablet() -> None:
    visit = visits.infusing()
    visit.must(ev.CalmChosen(ev.CalmSound.NONE, ev.CalmImage.WATER, ev.CalmLight.DIM))
    for _tablet in range(2):
        state = tablet_of(visit).get("/me/calm/state.json").json()
        assert (state["sound"], state["image"]) == ("none", "water")
    assert len(visit.chart.comfort) == 1


# --- the clinic's recordings -----------------------------------------------------------------------------------------


@pytest.mark.hazard("H59")
@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + bytes(20), b"PK\x03\x04" + bytes(20), b"GIF89a" + bytes(20)]
)
def test_what_is_no_recording_is_refused_by_its_bytes(content: bytes) -> None:
    stored(NURSE_REYES)
    with pytest.raises(Unacceptable):
        services.add_recording(NURSE_REYES, title="song.mp3", content=content, now=now())
    assert kind_of(content[:16]) is None


@pytest.mark.hazard("H59")
def test_a_recording_that_is_too_large_is_refused_before_it_is_kept() -> None:
    visit = visits.infusing()
    client = sign_in(Client(), NURSE_REYES)
    large = SimpleUploadedFile("song.ogg", OGG + bytes(CLINIC_BYTES_MOST), "audio/ogg")
    answer = client.post(f"/session/{visit.session_id}/tablet/", {"act": "add", "title": "Long", "content": large})
    assert answer.status_code == 422 and not Recording.objects.exists()


def test_the_tablet_plays_the_clinics_recording_that_the_nurse_chose() -> None:
    visit = visits.infusing()
    number = services.add_recording(stored(NURSE_REYES), title="Slow piano", content=OGG, now=now())
    visit.must(
        ev.CalmChosen(
            ev.CalmSound.FILE, ev.CalmImage.WATER, ev.CalmLight.DIM, sound_file_id=number, sound_name="Slow piano"
        )
    )
    tablet = tablet_of(visit)
    assert tablet.get("/me/calm/state.json").json()["recording"] == number
    heard = tablet.get(f"/me/calm/recording/{number}/")
    assert heard.content == OGG and heard.headers["Content-Type"] == "audio/ogg"
    assert heard.headers["X-Content-Type-Options"] == "nosniff"


def test_the_nurse_chooses_the_clinics_recording_at_the_chair_and_it_is_charted_as_comfort() -> None:
    visit = visits.infusing()
    nurse, tablet = sign_in(Client(), NURSE_REYES), tablet_of(visit)
    page = f"/session/{visit.session_id}/tablet/"
    upload = SimpleUploadedFile("piano.ogg", OGG, "audio/ogg")
    assert nurse.post(page, {"act": "add", "title": "Slow <b>piano</b>", "content": upload}).status_code == 303
    number = str(Recording.objects.get().pk)
    chair = nurse.get(f"/session/{visit.session_id}/").content.decode()
    assert f'value="file:{number}"' in chair and "Slow &lt;b&gt;piano&lt;/b&gt;" in chair

    def choose(sound: str) -> Any:
        typed = {"patient_id": visit.patient_id, "submission_id": str(uuid.uuid4()), "kind": "calm_chosen"}
        typed |= {"sound": sound, "image": "water", "light": "dim"}
        address = f"/session/{visit.session_id}/chart-entry/"
        return nurse.post(address, typed, headers={"Accept": "application/json"})

    assert choose(f"file:{number}").status_code == 200
    assert tablet.get("/me/calm/state.json").json()["recording"] == number
    chosen = visit.chart.calm
    assert chosen is not None and (chosen.sound_file_id, chosen.sound_name) == (number, "Slow <b>piano</b>")
    assert visit.chart.comfort[-1].event == chosen
    assert nurse.post(page, {"act": "withdraw", "recording": number}).status_code == 303
    assert nurse.post(page, {"act": "withdraw", "recording": "piano"}).status_code == 404
    for gone in (f"file:{number}", f"file:{uuid.uuid4()}", "file:", "file:../x"):
        refused = choose(gone)
        assert refused.status_code == 422 and "offers this recording no more" in refused.content.decode()
    desk = sign_in(Client(), FRONT_DESK_SORO)
    assert desk.post(page, {"act": "add", "title": "Mine", "content": upload}).status_code == 403


# --- the journal -----------------------------------------------------------------------------------------------------


def journal_of(visit: visits.StoredVisit) -> Client:
    link = people.make_link(
        stored(NURSE_REYES), visit.patient_id, purpose=Purpose.JOURNAL, about=visit.session_id, now=clock.CLOCK.now()
    )
    return opened_by(link.path, year="1984", month="5", day="17")


def keep(client: Client, visit: visits.StoredVisit, words: str = "It was wide and quiet.", **more: Any) -> Any:
    typed = {"session_id": visit.session_id, "words": words, "submission_id": str(uuid.uuid4()), **more}
    return client.post("/me/journal/", typed)


@pytest.mark.hazard("H47")
def test_the_journal_is_closed_while_the_drug_works() -> None:
    visit = visits.infusing()
    client = journal_of(visit)
    assert "closed while the infusion works" in client.get("/me/journal/").content.decode()
    assert keep(client, visit).status_code == 422
    assert not JournalEntry.objects.exists()


def test_a_visit_that_was_cancelled_is_no_infusion_to_write_about() -> None:
    visit = visits.weighed()
    client = journal_of(visit)
    assert "Infusion 3, " in client.get("/me/journal/").content.decode()
    visit.must(ev.SessionCancelled("the patient has a cold"))
    assert "Infusion 3, " not in client.get("/me/journal/").content.decode()


@pytest.mark.hazard("H47")
def test_an_older_entry_is_not_shared_under_the_drug_and_what_was_shared_is_taken_back_all_the_same() -> None:
    visit = visits.ready_to_start()
    client = journal_of(visit)
    keep(client, visit)
    keep(client, visit, "Shared before.", share="yes")
    private, shared = JournalEntry.objects.order_by("written_at")
    visit.must(ev.InfusionStarted(visit.chart.bag_state.bag.start_rate_ml_per_h))
    assert "Share it" not in client.get("/me/journal/").content.decode()
    answer = client.post(f"/me/journal/{private.pk}/share/", {"share": "yes"})
    assert answer.status_code == 422 and "opens when you have rested" in answer.content.decode()
    private.refresh_from_db()
    assert private.shared_at is None
    assert client.post(f"/me/journal/{shared.pk}/share/", {"share": "no"}).status_code == 303
    shared.refresh_from_db()
    assert shared.taken_back_at is not None


def test_advice_for_the_evening_stands_with_the_journal_once_the_patient_is_clear_and_only_that_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit = visits.observing()
    assert "For this evening" not in journal_of(visit).get("/me/journal/").content.decode()
    visit.must(ev.CriterionAssessed(criterion="oriented", met=True))
    page = journal_of(visit).get("/me/journal/").content.decode()
    assert "For this evening" in page and "What is normal that evening?" in page and "{" not in page.split("<main")[1]
    german = people.make_link(stored(NURSE_REYES), visit.patient_id, purpose=Purpose.JOURNAL, language="de", now=now())
    assert (
        "Für heute Abend"
        in opened_by(german.path, year="1984", month="5", day="17").get("/me/journal/").content.decode()
    )
    later = now() + timedelta(hours=18)
    monkeypatch.setattr(clock.CLOCK, "now", lambda: later)
    client = journal_of(visit)
    assert "For this evening" not in client.get("/me/journal/").content.decode()


def test_words_and_voice_are_private_until_shared_and_hidden_again_when_taken_back() -> None:
    visit = visits.opened()
    client = journal_of(visit)
    assert "Nobody watches this page" in client.get("/me/journal/").content.decode()
    assert keep(client, visit, content=SimpleUploadedFile("x", OGG, "audio/ogg")).status_code == 303
    entry = JournalEntry.objects.get()
    nurse = sign_in(Client(), NURSE_REYES)
    shown = f"/session/{visit.session_id}/journal/"
    assert "wide and quiet" not in nurse.get(shown).content.decode()
    assert nurse.get(f"{shown}{entry.pk}/sound/").status_code == 404

    client.post(f"/me/journal/{entry.pk}/share/", {"share": "yes"})
    assert "wide and quiet" in nurse.get(shown).content.decode()
    assert nurse.get(f"{shown}{entry.pk}/sound/").content == OGG
    assert JournalReading.objects.get().staff_name == NURSE_REYES.name

    client.post(f"/me/journal/{entry.pk}/share/", {"share": "no"})
    assert "wide and quiet" not in nurse.get(shown).content.decode()
    assert "stays in the record" in client.get("/me/journal/").content.decode()
    assert JournalReading.objects.count() == 1


def test_patient_and_team_see_which_infusion_an_entry_is_about() -> None:
    first = visits.opened(minutes_ago=3 * 24 * 60)
    second = visits.opened(patient_id=first.patient_id)
    client = journal_of(second)
    keep(client, first)
    client.post(f"/me/journal/{JournalEntry.objects.get().pk}/share/", {"share": "yes"})
    day = f"{first.chart.opened.expected_at.astimezone(clinic_zone()):%-d}"
    own = client.get("/me/journal/").content.decode().split('class="me-entry"')[1]
    assert f"Infusion 3, {day} " in own
    assert (
        f"Infusion 3, {day} "
        in sign_in(Client(), NURSE_REYES).get(f"/session/{second.session_id}/journal/").content.decode()
    )


@pytest.mark.hazard("H56")
def test_another_patients_entry_cannot_be_reached_by_its_number() -> None:
    visit = visits.opened()
    client = journal_of(visit)
    keep(client, visit)
    twin = ren_halloway()
    other = people.make_link(stored(NURSE_REYES), twin, purpose=Purpose.JOURNAL, now=now())
    day = patient(twin).birth_date
    stranger = opened_by(other.path, year=str(day.year), month=str(day.month), day=str(day.day))
    entry = JournalEntry.objects.get()
    assert stranger.post(f"/me/journal/{entry.pk}/share/", {"share": "yes"}).status_code == 404
    assert stranger.get(f"/me/journal/{entry.pk}/sound/").status_code == 404
    entry.refresh_from_db()
    assert entry.shared_at is None


@pytest.mark.hazard("H54")
def test_a_script_in_the_patients_words_is_words() -> None:
    visit = visits.opened()
    client = journal_of(visit)
    keep(client, visit, "<script>alert(1)</script>", share="yes")
    page = sign_in(Client(), NURSE_REYES).get(f"/session/{visit.session_id}/journal/").content.decode()
    assert "&lt;script&gt;" in page and "<script>alert" not in page
