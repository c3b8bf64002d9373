"""The screens of outcomes: what they show to those who treat, and to nobody else (H46)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dripstand.course import services as course
from dripstand.course.states import Step
from dripstand.outcomes import queries, services
from dripstand.outcomes.checkpoints import Decision
from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.definitions import BY_CODE
from dripstand.outcomes.learning import MEMORY, learn_all, past_courses
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.suicidality import Because, Place
from dripstand.outcomes.suicidality import Step as SuicideStep
from dripstand.people.access import Forbidden, registry
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.models import StaffMember
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_REYES,
    OF_ROLE,
    PASSWORD,
    PRESCRIBER_VANCE,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.outcomes.courses import a_course, given, phq, under_way
from tests.rooms.outcomes.filling import begin, by_link, fill, give

pytestmark = pytest.mark.django_db


def as_(actor: Actor) -> Client:
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(actor).staff_id))
    return client


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'").split())


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("course_page", "response_page", "questionnaires", "escalations", "texts"):
        monkeypatch.setattr(f"dripstand.outcomes.views.{module}.now_by_clock", lambda: NOW + timedelta(days=11))


# --- the course page ------------------------------------------------------------------------------------------------


def test_one_look_says_what_was_given_whether_it_helps_and_what_is_next() -> None:
    there = a_course()
    under_way(there, (21, 19, 17, 14, 10))
    said = words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/")
    assert "Wren Halloway" in said and "PHQ-9" in said and "the last 2 weeks" in said
    assert "was 21, 52 % better" in said
    assert "Next decision, after infusion 4" in said and "Continue, change or stop?" in said
    assert "10.5 or less, half of 21" in said and "below 5" in said
    assert "Response (by a fall of at least 50 % on the PHQ-9): yes" in said
    assert said.count("35") >= 4 and said.count("planned") >= 2


def test_a_course_without_anything_says_what_will_stand_there() -> None:
    there = a_course()
    said = words(as_(NURSE_REYES), f"/course/{there.course_id}/")
    assert "No score yet" in said
    for no_series in ("²", "9" * 5000, "0", "7"):  # the newest is shown for one that there is not
        path = f"/course/{there.course_id}/"
        assert as_(NURSE_REYES).get(path, {"series": no_series}).status_code == 200, no_series[:5]


def test_the_decision_is_signed_by_a_prescriber_with_a_reason_and_the_next_one_is_named() -> None:
    there = a_course()
    under_way(there, (21, 19, 17, 14, 10))
    path = f"/course/{there.course_id}/decide/"
    prescriber = as_(PRESCRIBER_VANCE)
    asked = {
        "after_infusion": 4, "decision": Decision.CONTINUE, "reason": "half better, goes on", "own_password": PASSWORD,
    }  # fmt: skip
    assert prescriber.post(path, asked | {"reason": ""}).status_code == 400
    for wrong in ("", "not mine"):
        assert prescriber.post(path, asked | {"own_password": wrong}).status_code == 400
    assert queries.checkpoints_decided(there.course_id) == ()
    assert prescriber.post(path, asked).status_code == 302
    said = words(prescriber, f"/course/{there.course_id}/")
    assert "After infusion 4: continue as planned (Dr. T. Vance" in said
    assert "Next decision comes after infusion 6" in said
    assert as_(NURSE_REYES).post(path, asked).status_code == 403
    with pytest.raises(Unacceptable):
        services.decide_checkpoint(
            stored(PRESCRIBER_VANCE), there.course_id, after_infusion=6, decision=Decision.STOP, reason="not there",
            now=NOW,
        )  # fmt: skip
    with pytest.raises(Forbidden):
        services.decide_checkpoint(
            stored(NURSE_REYES), there.course_id, after_infusion=4, decision=Decision.STOP, reason="reason", now=NOW
        )


def test_known_ideation_stands_on_the_course_and_an_open_answer_above_it() -> None:
    from dripstand.outcomes.disposition import Outcome

    there = a_course()
    under_way(there, (21, 19))
    fill(by_link(there.patient_id), there.patient_id, 1, 1, 1, 1, 1, 1, 1, 1, 1, now=NOW + timedelta(days=1))
    said = words(as_(NURSE_REYES), f"/course/{there.course_id}/")
    assert "An answer needs a clinician: PHQ-9." in said
    (task,) = queries.open_escalations_of(there.patient_id)
    services.dispose(
        stored(PRESCRIBER_VANCE), task.escalation_id, finding="As for years, no plan.", outcome=Outcome.CONTINUES,
        spoke_with_patient=True, now=NOW + timedelta(days=1),
    )  # fmt: skip
    said = words(as_(NURSE_REYES), f"/course/{there.course_id}/")
    assert "Known suicidal ideation, level 1 (PHQ-9), seen and signed by Dr. T. Vance" in said
    assert "An answer needs a clinician" not in said


# --- the response page ----------------------------------------------------------------------------------------------


def test_the_response_page_names_rules_studies_interval_and_the_masked_trial() -> None:
    there = a_course()
    under_way(there, (21, 20, 19, 18, 17))
    said = words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/response/")
    assert "Response (by a fall of at least 50 % on the PHQ-9): no" in said
    for study in ("McInnes 2022", "Oliver 2022", "Pfeiffer 2024"):
        assert study in said
    assert re.search(r"\d+ % 90 % interval \d+ to \d+ %", said)
    assert "0 complete courses of this clinic" in said
    assert "Beside it: the masked trial" in said and "Placebo" in said and "58 %" in said and "Lii 2023" in said
    assert "After 4 Continue, change or stop?" in said and "Guangzhou" in said and "extrapolated" in said
    assert "The prescriber decides" in said and "After 6 Review the course Not there yet." in said


def _whole_course(patient_id: str, end: int, first: datetime) -> str:
    there = a_course(patient_id, first=first)
    under_way(there, (20, 18, 15, 13, 12, 11, 10), first)
    phq(there, end, first + timedelta(days=20), Occasion.END_OF_COURSE, "end")
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, now=first + timedelta(days=21),
        reason="six were given",
    )  # fmt: skip
    return there.course_id


def test_what_was_learned_ahead_is_not_read_again_and_is_what_a_page_would_learn() -> None:
    response = BY_CODE["phq-9-response-50"]
    done = _whole_course(wren_halloway(), 8, NOW - timedelta(days=60))
    by_page = past_courses(response, but_not="")
    MEMORY.clear()
    learn_all(lambda: False)
    assert not MEMORY.learned, "a server that is told to stop learns no more"
    learn_all(lambda: True)
    with CaptureQueriesContext(connection) as asked:
        assert past_courses(response, but_not="") == by_page
    assert len(by_page) == 1
    assert not [one for one in asked if "questionnaire" in one["sql"]]
    stopped = a_course(ren_halloway(), first=NOW - timedelta(days=60)).course_id
    past_courses(response, but_not="")
    assert set(MEMORY.over) == {done}
    course.take_step(stored(PRESCRIBER_VANCE), course_id=stopped, step=Step.END, now=NOW, reason="moved away")
    past_courses(response, but_not="")
    assert set(MEMORY.over) == {done, stopped}, "a course that has ended since is heard"


def test_the_clinics_own_completed_courses_move_the_forecast_and_interrupted_ones_do_not() -> None:
    response = BY_CODE["phq-9-response-50"]
    wren, ren = wren_halloway(), ren_halloway()
    first = NOW - timedelta(days=60)
    done = _whole_course(wren, 8, first)
    stopped = a_course(ren, first=first)
    under_way(stopped, (20, 19), first)
    course.take_step(stored(PRESCRIBER_VANCE), course_id=stopped.course_id, step=Step.END, now=NOW, reason="moved away")
    learned = sorted(past_courses(response, but_not=""), key=lambda one: one.reached is None)
    assert [one.reached for one in learned] == [True, None]
    assert set(learned[0].seen_after) == {1, 2, 3, 4, 5}
    # the course that is asked about is left out, and a correction is heard
    assert [one.reached for one in past_courses(response, but_not=done)] == [None]
    end = next(each for each in queries.forms_of_course(done) if each.occasion_key == "end")
    give(stored(NURSE_REYES), end.questionnaire_id, "5", 3, reason="a slip of the pen, says the paper")
    give(stored(NURSE_REYES), end.questionnaire_id, "6", 3, reason="a slip of the pen, says the paper")
    assert {one.reached for one in past_courses(response, but_not="")} == {False, None}
    now_course = a_course(wren, first=NOW)
    under_way(now_course, (21, 20, 19))
    assert "1 complete course of this clinic" in words(
        as_(PRESCRIBER_VANCE), f"/course/{now_course.course_id}/response/"
    )


def test_a_course_that_has_ended_is_reached_from_its_patient_and_from_the_list_of_courses() -> None:
    there = a_course(first=NOW - timedelta(days=30))
    prescriber = as_(PRESCRIBER_VANCE)
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, now=NOW - timedelta(days=9), reason="moved"
    )
    again = a_course(there.patient_id, first=NOW + timedelta(days=11))
    page = prescriber.get(f"/outcomes/patients/{there.patient_id}/").content.decode()
    for one in (there, again):
        assert f'href="/course/{one.course_id}/"' in page and f'href="/course/{one.course_id}/response/"' in page
    assert page.index(again.course_id) < page.index(there.course_id), "the newest first"
    listed = prescriber.get("/courses/").content.decode()
    assert listed.index(again.course_id) < listed.index("Ended courses") < listed.index(there.course_id)


def test_the_ended_courses_come_in_pages_the_one_that_ended_last_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dripstand.course.views.plan.ENDED_AT_ONCE_COUNT", 2)
    ended = []
    for number in (1, 2, 3):
        names = {"record_number": f"TEST-{number}", "name": f"Test Person {number}", "preferred_name": f"T{number}"}
        one = course.open_course(stored(PRESCRIBER_VANCE), patient_id=wren_halloway(**names), now=NOW)
        assert isinstance(one, str)
        course.take_step(
            stored(PRESCRIBER_VANCE), course_id=one, step=Step.END, now=NOW + timedelta(days=number), reason="moved"
        )
        ended.append(one)
    desk = as_(FRONT_DESK_SORO)
    first, second = (desk.get(f"/courses/?ended={number}").content.decode() for number in (1, 2))
    assert first.index(ended[2]) < first.index(ended[1]) and ended[0] not in first
    assert ended[0] in second and ended[1] not in second and "?ended=1#" in second and "?ended=3#" not in second
    assert ended[2] in desk.get("/courses/?ended=x").content.decode()
    assert "No more have ended" in desk.get("/courses/?ended=9").content.decode()


# --- nobody else ----------------------------------------------------------------------------------------------------

FORECAST_WORDS = ("forecast", "non-respon", "did not respond", "Response (by", "interval", "What may still come")


@pytest.mark.hazard("H46")
@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR, Role.WALL])
def test_a_crawl_as_somebody_who_does_not_treat_finds_no_forecast_and_no_label(role: Role) -> None:
    there = a_course()
    under_way(there, (21, 20, 19, 18, 17))
    client, seen = as_(OF_ROLE[role]), set[str]()
    form = queries.forms_of_course(there.course_id)[0].questionnaire_id
    unread = [
        "/", "/patients/", f"/patients/{there.patient_id}/", "/today/", "/outcomes/", f"/course/{there.course_id}/",
        f"/course/{there.course_id}/response/", f"/outcomes/patients/{there.patient_id}/", f"/outcomes/forms/{form}/",
    ]  # fmt: skip
    while unread and len(seen) < 120:
        path = unread.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            assert not any(word in answer.content.decode(errors="replace") for word in FORECAST_WORDS), path
            continue
        text = answer.content.decode()
        assert not any(word in text for word in FORECAST_WORDS), path
        # The protocol names the definitions and their sources: it says nothing of any patient.
        elsewhere = ("/static", "/protocol/")
        unread += [link for link in re.findall(r'href="(/[^"#?]*)', text) if not link.startswith(elsewhere)]
    assert client.get(f"/course/{there.course_id}/response/").status_code == 403
    assert len(seen) > 8


@pytest.mark.hazard("H46")
def test_whoever_is_not_signed_in_as_a_patient_is_finds_the_sign_in_and_no_forecast() -> None:
    there = a_course()
    under_way(there, (21, 20, 19))
    for path in (f"/course/{there.course_id}/", f"/course/{there.course_id}/response/", "/outcomes/"):
        answer = Client().get(path)
        assert answer.status_code == 302 and not answer.content


@pytest.mark.hazard("H46")
def test_every_address_that_reads_a_forecast_is_for_those_who_treat_alone() -> None:
    for name, declaration in registry.items():
        if name.startswith(("dripstand.outcomes.views.course_page", "dripstand.outcomes.views.response_page")):
            assert declaration.roles <= set(WHO_TREATS), name


# --- questionnaires at the desk -------------------------------------------------------------------------------------


def test_staff_enter_a_paper_item_by_item_finish_it_and_read_the_score_with_its_window() -> None:
    wren, nurse = wren_halloway(), as_(NURSE_REYES)
    answer = nurse.post(f"/outcomes/patients/{wren}/", {"instrument_id": "phq-9", "occasion": "baseline"})
    path = answer.headers["Location"]
    assert "Little interest or pleasure in doing things" in words(nurse, path)
    filled_in = {f"item-{number}": "2" for number in range(1, 9)} | {"item-9": "0", "submission_id": "a" * 32}
    assert nurse.post(path, filled_in).status_code == 302
    assert "Finish" in words(nurse, path)
    assert nurse.post(path, filled_in | {"item-8": "1", "finish": "yes", "submission_id": "d" * 32}).status_code == 302
    said = words(nurse, path)
    assert "15 moderately severe" in said and "It asks about the last 2 weeks." in said


def test_a_scale_whose_words_may_not_be_carried_is_entered_as_numbers_and_signed_by_its_rater() -> None:
    wren, prescriber = wren_halloway(), as_(PRESCRIBER_VANCE)
    path = prescriber.post(f"/outcomes/patients/{wren}/", {"instrument_id": "madrs", "occasion": "baseline"}).headers[
        "Location"
    ]
    assert "The words of this scale may not be carried here" in words(prescriber, path)
    prescriber.post(path, {"item-total": "31", "item-10": "0", "finish": "yes", "submission_id": "b" * 32})
    said = words(prescriber, path)
    assert "31 moderate" in said and "I rated this: sign" in said
    sha = queries.filled(path.split("/")[3]).answers_sha256
    wrong = prescriber.post(f"{path}sign/", {"seen_sha256": sha, "own_password": "not mine"})
    assert wrong.status_code == 400 and "Nothing was signed" in wrong.content.decode()
    assert prescriber.post(f"{path}sign/", {"seen_sha256": "0" * 64, "own_password": PASSWORD}).status_code == 400
    assert queries.filled(path.split("/")[3]).needs_signature
    assert prescriber.post(f"{path}sign/", {"seen_sha256": sha, "own_password": PASSWORD}).status_code == 302
    assert "Rated and signed by Dr. T. Vance" in words(prescriber, path)


def test_what_is_left_out_or_corrected_is_shown_as_such() -> None:
    wren, nurse = wren_halloway(), as_(NURSE_REYES)
    form = begin(stored(NURSE_REYES), wren)
    assert nurse.post(f"/outcomes/forms/{form}/skip/", {"reason": ""}).status_code == 400
    assert nurse.post(f"/outcomes/forms/{form}/skip/", {"reason": "asleep"}).status_code == 302
    assert "Left out: asleep" in words(nurse, f"/outcomes/forms/{form}/")
    done = fill(by_link(wren), wren, 1, 1, 1, 1, 1, 1, 1, 1, 0).form.questionnaire_id
    correction = {"item": "1", "value": "3", "reason": "said so aloud", "submission_id": "c1"}
    assert nurse.post(f"/outcomes/forms/{done}/correct/", correction | {"value": "9"}).status_code == 400
    for no_number in ("²", "9" * 5000, "-1", "١"):  # digits to Python, or more of them than it converts
        sent = correction | {"value": no_number}
        assert nurse.post(f"/outcomes/forms/{done}/correct/", sent).status_code == 400, no_number[:5]
    assert nurse.post(f"/outcomes/forms/{done}/correct/", correction).status_code == 302
    assert "corrected" in words(nurse, f"/outcomes/forms/{done}/") and "said so aloud" in words(
        nurse, f"/outcomes/forms/{done}/"
    )


def test_what_is_due_is_listed_and_begun_from_the_list() -> None:
    there = a_course(first=NOW + timedelta(days=11))
    nurse = as_(NURSE_REYES)
    assert "PHQ-9 , baseline" in words(nurse, f"/outcomes/patients/{there.patient_id}/")
    assert "Wren Halloway" in words(nurse, "/outcomes/")
    answer = nurse.post(f"/outcomes/patients/{there.patient_id}/", {"key": "baseline/phq-9"})
    found = queries.filled(answer.headers["Location"].split("/")[3])
    assert (found.occasion_key, found.course_id, found.place) == ("baseline", there.course_id, Place.CLINIC)
    assert found.closes_at is not None


def test_an_escalation_is_taken_and_disposed_of_on_its_page() -> None:
    wren, prescriber = wren_halloway(), as_(PRESCRIBER_VANCE)
    fill(by_link(wren), wren, 1, 1, 1, 1, 1, 1, 1, 1, 2, place=Place.HOME)
    (task,) = queries.open_escalations_of(wren)
    path = f"/outcomes/escalations/{task.escalation_id}/"
    assert "Wren Halloway" in words(prescriber, "/outcomes/escalations/")
    assert "the item is positive" in words(prescriber, path)
    assert prescriber.post(f"{path}take/").status_code == 302
    given_in = {
        "finding": "Thoughts every day, no plan.", "outcome": "a safety plan was made or renewed",
        "own_password": PASSWORD,
    }  # fmt: skip
    assert prescriber.post(path, given_in).status_code == 400
    spoke = given_in | {"spoke_with_patient": "on"}
    for wrong in ("", "not mine"):
        assert prescriber.post(path, spoke | {"own_password": wrong}).status_code == 400
    assert queries.escalation(task.escalation_id).disposed is None
    assert prescriber.post(path, spoke).status_code == 302
    assert "Signed by Dr. T. Vance" in words(prescriber, path)
    assert as_(FRONT_DESK_SORO).get(path).status_code == 403


def test_the_texts_page_says_which_words_are_carried_and_sets_the_crisis_text() -> None:
    lead = as_(MEDICAL_LEAD_ABARA)
    assert "scores only" in words(lead, "/outcomes/texts/")
    assert lead.post("/outcomes/texts/", {"language": "en", "text": "short"}).status_code == 400
    assert lead.post("/outcomes/texts/", {"language": "en", "text": "Call 988, day and night."}).status_code == 302
    assert queries.crisis_text("en") == "Call 988, day and night."
    assert lead.post("/outcomes/texts/", {"text": "{}"}).status_code == 400


def test_an_infusion_given_after_the_fourth_is_not_asked_twice() -> None:
    there = a_course()
    under_way(there, (21, 19, 17, 14, 10))
    given(there, 5, NOW + timedelta(days=12))
    assert "Next decision, after infusion 4" in words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/")


def test_a_score_entered_by_hand_for_an_infusion_stands_in_that_infusions_row() -> None:
    there = a_course()
    under_way(there, (21, 20, 19, 18))
    nurse = as_(NURSE_REYES)
    page = f"/outcomes/patients/{there.patient_id}/"
    asked = {"instrument_id": "cadss-6", "occasion": "during infusion"}
    without = nurse.post(page, asked)
    assert without.status_code == 400 and "Say during which infusion." in without.content.decode()
    begun = nurse.post(page, {**asked, "infusion_id": there.infusions[2]})
    form = begun["Location"].rstrip("/").split("/")[-1]
    found = queries.filled(form)
    assert (found.occasion, found.occasion_key) == ("during infusion", "during-2")
    nurse.post(begun["Location"], {"item-total": "11", "step": "finish", "finish": "yes"})
    assert queries.filled(form).score.printed_total.startswith("11")
    text = as_(PRESCRIBER_VANCE).get(f"/course/{there.course_id}/").content.decode()
    rows = dict(re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?(\d)(?:</a>)?</th>(.*?)</tr>', text))
    assert "<td>11" in rows["2"]
    assert all("<td>11" not in rows[number] for number in rows if number != "2")
    strange = nurse.post(page, {**asked, "infusion_id": there.course_id})
    assert strange.status_code == 400, "an infusion of nobody here is no choice"


# --- an intent that was heard ---------------------------------------------------------------------------------------


@pytest.mark.hazard("H45")
def test_a_stated_intent_pages_the_on_call_also_where_the_form_is_only_kept() -> None:
    wren = wren_halloway()
    form = begin(stored(NURSE_REYES), wren)
    nurse = as_(NURSE_REYES)
    answer = nurse.post(f"/outcomes/forms/{form}/", {"item-1": "1", "stated_intent": "on"}, follow=True)
    assert "The on-call is paged" in answer.content.decode()
    (found,) = queries.open_escalations_of(wren)
    assert found.was_paged and Because.INTENT in found.because
    assert queries.filled(form).newest_values == {"1": 1}, "what was answered until then is kept"


def test_without_an_intent_a_form_that_is_kept_stays_open() -> None:
    form = begin(stored(NURSE_REYES), wren_halloway())
    as_(NURSE_REYES).post(f"/outcomes/forms/{form}/", {"item-1": "1"})
    assert queries.filled(form).is_open and queries.open_escalations() == ()


@pytest.mark.hazard("H45")
def test_what_is_sent_to_a_form_that_was_finished_meanwhile_is_not_dropped_without_a_word() -> None:
    wren = wren_halloway()
    form = begin(stored(NURSE_REYES), wren)
    nurse = as_(NURSE_REYES)
    sent = {f"item-{number}": "0" for number in range(1, 10)} | {"finish": "yes"}
    assert nurse.post(f"/outcomes/forms/{form}/", sent).status_code == 302
    again = nurse.post(f"/outcomes/forms/{form}/", sent).content.decode()
    assert "Nothing of this was kept" not in again, "the same form sent twice says nothing new"
    for other in ({"item-9": "2"}, {"stated_intent": "on"}):
        said = nurse.post(f"/outcomes/forms/{form}/", sent | other).content.decode()
        assert "Nothing of this was kept" in said, other
    assert queries.filled(form).answers.of("9") == 0


# --- asked by telephone ---------------------------------------------------------------------------------------------


@pytest.mark.hazard("H45")
def test_a_positive_answer_that_staff_take_by_telephone_is_from_home_and_pages_the_on_call() -> None:
    there = a_course()
    given(there, 1, NOW + timedelta(days=10))
    nurse, page = as_(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/"
    assert "By telephone : PHQ-9, a day after infusion 1, Wren Halloway" in words(nurse, page)
    form = nurse.post(page, {"key": "after-1/phq-9", "place": "home"}).headers["Location"]
    assert queries.filled(form.split("/")[3]).place is Place.HOME
    assert "stay on the line" in words(nurse, form)
    nurse.post(form, {f"item-{number}": "1" for number in range(1, 10)} | {"finish": "yes"})
    (found,) = queries.open_escalations_of(there.patient_id)
    assert found.was_paged and found.place is Place.HOME and SuicideStep.CRISIS_TEXT in found.steps
    assert "stay on the line and say this. If you are in danger now" in words(nurse, form)


def test_what_is_asked_in_a_visit_offers_no_telephone_and_nobody_is_at_home_during_an_infusion() -> None:
    there = a_course(first=NOW + timedelta(days=11))
    nurse, page = as_(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/"
    assert "By telephone" not in words(nurse, page)
    given(there, 1, NOW + timedelta(days=10))
    asked = {
        "instrument_id": "phq-9", "occasion": Occasion.DURING_INFUSION, "infusion_id": there.infusions[1],
        "place": "home",
    }  # fmt: skip
    assert nurse.post(page, asked).status_code == 400
    assert nurse.post(page, asked | {"place": "the moon"}).status_code == 400
    assert nurse.post(page, asked | {"place": "clinic"}).status_code == 302
