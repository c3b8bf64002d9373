"""Today's questions, fear, wishes and the promise; the next day; and a hard infusion talked through."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from dripstand.guide import queries, services, told
from dripstand.guide.due_forms import Wanted
from dripstand.guide.views import asking
from dripstand.infusion import events as ev
from dripstand.infusion import services as charting
from dripstand.infusion.refusals import Refusal
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import forms_of, instrument_in, open_escalations_of
from dripstand.people.access import Forbidden
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import Link, LinkRefusal
from tests.evaluated import consented
from tests.people import (
    FRONT_DESK_SORO,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.guide.coming import REN_BORN, by_link, hidden, link_of, signed_in
from tests.rooms.infusion.stored_visits import observing, opened, ready_to_start, weighed

# --- today's questions -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_questions_come_one_by_one_are_saved_at_each_and_resumed_where_they_were_left() -> None:
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    for number in (1, 2, 3):
        page = client.get("/me/questions/").content.decode()
        assert f"Question {number} of 17" in page
        sent = {name: hidden(page, name) for name in ("submission", "instrument", "item")} | {"value": "1"}
        assert client.post("/me/questions/", sent).status_code == 302
        assert client.post("/me/questions/", sent).status_code == 302, "sent twice after a lost connection"
    (form,) = forms_of(visit.patient_id)
    assert len(form.given) == 3
    client.cookies.clear()
    assert client.get("/me/questions/").status_code == 403
    link = Link.objects.get()
    assert link.completed_at is None


@pytest.mark.hazard("H45")
@pytest.mark.django_db
def test_a_tap_beside_the_one_that_was_meant_is_taken_back_while_the_form_is_open() -> None:
    visit = opened()
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    first = client.get("/me/questions/").content.decode()
    assert "Back to the question before" not in first
    for value in ("0", "3", "1", "1", "1", "1", "1", "1"):
        _answer(client, "/me/questions/", value)
    assert "Please read this first" in _answer(client, "/me/questions/", "3"), "item 9, and nobody meant 3"
    page = client.get("/me/questions/").content.decode()
    assert "Question 10 of 17" in page and 'href="?question=9"' in page
    back = client.get("/me/questions/?question=9").content.decode()
    assert "Question 9 of 17" in back and "You answered this already" in back and 'href="?question=8"' in back
    assert re.findall(r'value="(\d)" aria-pressed="true"', back) == ["3"]
    assert "Please read this first" not in _answer(client, "/me/questions/?question=9", "0")
    assert "Question 10 of 17" in client.get("/me/questions/").content.decode(), "it goes on where it was left"
    (form,) = forms_of(visit.patient_id)
    assert [one.value for one in form.given if one.item == "9"] == [3, 0], "both stay, the newer one counts"
    assert form.newest["9"].value == 0
    (escalation,) = open_escalations_of(visit.patient_id)
    assert escalation.was_paged, "what it set in motion stands until somebody has spoken with the patient"
    _answer(client, "/me/questions/?question=2", "")
    left_out = client.get("/me/questions/?question=2").content.decode()
    assert "You left this out" in left_out and 'aria-pressed="true"' not in left_out
    for beyond in ("17", "0", "-1", "x", "99999999999999999999"):
        there = client.get("/me/questions/", {"question": beyond}).content.decode()
        assert "Question 10 of 17" in there, "no question is skipped by its number"


def _answer(client: Client, path: str, value: str) -> str:
    page = client.get(path).content.decode()
    sent = {name: hidden(page, name) for name in ("submission", "instrument", "item")} | {"value": value}
    return str(client.post(path, sent).content.decode())


def _answer_all(client: Client, safety: str = "0") -> list[str]:
    seen = []
    while "Question " in (page := client.get("/me/questions/").content.decode()):
        sent = {name: hidden(page, name) for name in ("submission", "instrument", "item")}
        value = safety if (sent["instrument"], sent["item"]) == ("phq-9", "9") else "1"
        seen.append(client.post("/me/questions/", sent | {"value": value}).content.decode())
    return seen


@pytest.mark.hazard("H45")
@pytest.mark.django_db
def test_the_answer_about_dying_shows_the_crisis_text_at_once_and_is_somebodys_before_it_returns() -> None:
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    said = _answer_all(client, safety="2")
    assert ["Please read this first" in one for one in said].count(True) == 1
    assert len(open_escalations_of(visit.patient_id)) == 1


@pytest.mark.hazard("H45")
@pytest.mark.django_db
def test_answered_from_home_before_the_visit_the_on_call_is_paged_too() -> None:
    visit = opened()
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    _answer_all(client, safety="1")
    (escalation,) = open_escalations_of(visit.patient_id)
    assert escalation.was_paged


@pytest.mark.django_db
def test_fear_wishes_and_the_promise_reach_the_nurse_and_the_link_is_used_up() -> None:
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    _answer_all(client)
    assert client.post("/me/questions/", {"step": "anxiety", "score": "11"}).status_code == 400
    assert (
        client.post("/me/questions/", {"step": "anxiety", "score": "8", "helps": "my sister's voice"}).status_code
        == 302
    )
    wishes = {
        "step": "wishes",
        "touch": "no",
        "stop_word": "harbour lights",
        "interpreter": "I. Sato",
        "interpreter_mode": "by video",
        "calm_words": "slow tide",
        "sound": "chords",
    }
    assert client.post("/me/questions/", wishes).status_code == 302
    assert client.post("/me/questions/", {"step": "promise"}).status_code == 400
    assert client.post("/me/questions/", {"step": "promise", "agreed": "yes"}).status_code == 302
    assert "All is saved" in client.get("/me/questions/").content.decode()
    assert "All is saved" in client.get("/me/questions/").content.decode(), "loaded again"
    assert client.post("/me/questions/", {"step": "mood", "mood": "2"}).status_code == 403, "used up"
    refused_count = LinkRefusal.objects.count()
    assert "All is saved" in client.get("/me/questions/").content.decode()
    assert LinkRefusal.objects.count() == refused_count, "who is thanked again is not counted as refused"
    Link.objects.exclude(completed_at=None).update(withdrawn_at=datetime.now(UTC))
    assert client.get("/me/questions/").status_code == 403, "taken back"
    nurse = signed_in(NURSE_REYES)
    prepare = nurse.get(f"/session/{visit.session_id}/prepare/").content.decode()
    for words in ("Fear 8 of 10", "my sister", "harbour lights", "I. Sato, by video", "agreed not to drive"):
        assert words in prepare, words
    assert 'class="flagged"><strong>Fear 8' in prepare
    chair = nurse.get(f"/session/{visit.session_id}/").content.decode()
    told_there = ("harbour lights", "slow tide", "I. Sato", "Sound: slow chords", "Fear 8 of 10 before it", "my sister")
    for words in told_there:
        assert words in chair, words
    line = chair[chair.index('class="wishes-words"') : chair.index('class="log"')]
    for words in ("No touch", "Stop if said: harbour lights", "Fear 8 of 10", "calming: slow tide"):
        assert words in line, f"{words} stands in sight, above the log"
    assert "Agreed not to drive until the next day" in chair, "charted, not only told"
    assert visit.chart.agreed_not_to_drive is not None and ev.PreCheck.NO_DRIVING not in visit.chart.checks


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_who_has_not_agreed_not_to_drive_is_asked_before_the_start_and_the_newer_answer_holds() -> None:
    """H44: nobody drives home. The start names it while it is missing, and a "no" after a promise by link counts."""
    visit = ready_to_start(
        leave_out=lambda one: isinstance(one, ev.PreCheckRecorded) and one.check is ev.PreCheck.NO_DRIVING
    )
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    nurse = signed_in(NURSE_REYES)
    prepare = f"/session/{visit.session_id}/prepare/"

    def missing() -> str:
        found = re.search(r'<ul class="missing">(.*?)</ul>', nurse.get(prepare).content.decode(), re.S)
        return found[1] if found else ""

    assert "No driving agreed is not recorded" in missing()
    assert "has not yet agreed not to drive" in nurse.get(prepare).content.decode()
    _answer_all(client)
    client.post("/me/questions/", {"step": "anxiety", "score": "2"})
    client.post("/me/questions/", {"step": "wishes", "touch": "ask"})
    assert client.post("/me/questions/", {"step": "promise", "agreed": "yes"}).status_code == 302
    assert missing() == ""
    assert "the patient, by their own link" in nurse.get(prepare).content.decode()
    visit.now = datetime.now(UTC)
    visit.must(ev.PreCheckRecorded(ev.PreCheck.NO_DRIVING, ev.CheckResult.NOT_MET, "will ride a bicycle"))
    assert "No driving agreed is not met" in missing()
    assert "has not yet agreed not to drive" in nurse.get(prepare).content.decode()
    visit.must(ev.PreCheckRecorded(ev.PreCheck.NO_DRIVING, ev.CheckResult.MET, "asked again, a taxi with the escort"))
    assert missing() == ""


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_a_promise_given_at_home_before_the_visit_is_charted_with_it_and_nobody_elses_is() -> None:
    visit = opened()
    by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    services.promise_not_to_drive(link_of(visit.patient_id), session_id=visit.session_id, now=datetime.now(UTC))
    entry = visit.chart.agreed_not_to_drive
    assert entry is not None and isinstance(entry.event, ev.NoDrivingPromised)
    ren = ren_halloway()
    by_link(ren, Purpose.QUESTIONNAIRES, about=visit.session_id, born=REN_BORN)
    before = visit.chart.head
    services.promise_not_to_drive(link_of(ren), session_id=visit.session_id, now=datetime.now(UTC))
    assert visit.chart.head == before, "a link of Ren's that names Wren's visit charts nothing in it"


# --- after -----------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H45")
@pytest.mark.django_db
def test_the_next_day_asks_about_safety_first_and_pages_from_home() -> None:
    patient_id = wren_halloway()
    client = by_link(patient_id, Purpose.NEXT_DAY)
    page = client.get("/me/next-day/").content.decode()
    assert hidden(page, "instrument") == "phq-9" and hidden(page, "item") == "9"
    sent = {name: hidden(page, name) for name in ("submission", "instrument", "item")}
    assert "Please read this first" in client.post("/me/next-day/", sent | {"value": "1"}).content.decode()
    (escalation,) = open_escalations_of(patient_id)
    assert escalation.was_paged
    while "Question " in (page := client.get("/me/next-day/").content.decode()):
        sent = {name: hidden(page, name) for name in ("submission", "instrument", "item")}
        client.post("/me/next-day/", sent | {"value": "0"})
    assert client.post("/me/next-day/", {"step": "mood", "mood": "4", "words": "flat"}).status_code == 302
    assert "All is saved" in client.get("/me/next-day/").content.decode()
    assert {one.instrument_id for one in forms_of(patient_id)} == {"phq-9", "side-effects"}


@pytest.mark.django_db
def test_a_hard_infusion_talked_through_stands_before_nurse_and_prescriber_at_the_next_start() -> None:
    visit = observing()
    nurse, path = signed_in(NURSE_REYES), f"/session/{visit.session_id}/patient-side/"
    sent = {"what": "talk", "happened": "I was sure that I had died", "helped": "open eyes", "go_on": "slower"}
    nurse.post(path, sent)
    assert queries.talk_before(visit.patient_id, visit.now) is None, "not before the patient is oriented"
    visit.must(ev.CriterionAssessed(criterion="oriented", met=True))
    nurse.post(path, sent)
    visit.must(
        ev.LeftWithoutDischarge(True, "told to stay", line_removed=True, escort_called=True, prescriber_told="T. Vance")
    )
    following = weighed(patient_id=visit.patient_id)
    assert following.session_id != visit.session_id
    for actor in (NURSE_REYES, PRESCRIBER_VANCE):
        prepare = signed_in(actor).get(f"/session/{following.session_id}/prepare/").content.decode()
        for words in ("I was sure that I had died", "open eyes", "wants it slower", "Ask for consent again"):
            assert words in prepare, words


@pytest.mark.django_db
def test_after_a_hard_infusion_nothing_starts_until_consent_was_asked_again_but_an_emergency_waits_for_nothing() -> (
    None
):
    visit = ready_to_start()
    made, nurse = visit.chart.bag, stored(NURSE_REYES)
    assert made is not None
    facts = {"patient_id": visit.patient_id, "session_id": visit.session_id, "happened": "lost in the dark"}
    with pytest.raises(Forbidden):
        services.talk_through(stored(FRONT_DESK_SORO), **facts, helped="", go_on=told.GoOn.ON, now=visit.now)
    services.talk_through(nurse, **facts, helped="", go_on=told.GoOn.SLOWER, now=visit.now)

    def start() -> object:
        return charting.submit(
            visit.session_id,
            ev.InfusionStarted(made.start_rate_ml_per_h),
            actor=NURSE_REYES,
            submission_id=str(uuid.uuid4()),
            now=visit.now,
        )

    visit.wait(1)
    refused = start()
    assert isinstance(refused, Refusal) and refused.codes == ("consent_to_ask_again",)
    assert f"{visit.now - timedelta(minutes=1):%Y-%m-%d %H:%M} UTC" in refused.fact
    assert "sign the consent text again" in refused.way_forward
    assert queries.talk_before(visit.patient_id, visit.now).consent_to_be_asked  # type: ignore[union-attr]
    visit.must(ev.EmergencyDeclared("anaphylaxis"))
    consented(visit.patient_id, now=visit.wait(1).now)
    assert not queries.talk_before(visit.patient_id, visit.now).consent_to_be_asked  # type: ignore[union-attr]
    answer = start()
    assert not isinstance(answer, Refusal) or "consent_to_ask_again" not in answer.codes


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("de", "nur auf Englisch"), ("es", "solo están aquí en inglés")])
def test_a_scale_without_a_translation_says_so_and_is_not_offered_as_if_it_had_one(
    language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PEG: no German text is known, and the words of the tested Spanish one were not seen."""
    assert set(instrument_in("peg").wordings) == {"en"}
    monkeypatch.setattr(asking, "wanted_today", lambda *_: (Wanted("peg", Occasion.BASELINE),))
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id, language=language)
    page = client.get("/me/questions/").content.decode()
    assert said in page and 'aria-labelledby="asked" lang="en"' in page
    sent = {name: hidden(page, name) for name in ("submission", "instrument", "item")} | {"value": ""}
    assert client.post("/me/questions/", sent).status_code == 302
    (form,) = forms_of(visit.patient_id)
    assert form.language == "en" and [one.value for one in form.given] == [None], "left out, and not guessed"
    english = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id, language="en")
    assert "English only" not in english.get("/me/questions/").content.decode()
