"""The screens of an evaluation: answered, decided, consented; refused where they must be."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from dripstand.evaluation import queries, services
from dripstand.evaluation.assessment import GapKind
from dripstand.evaluation.entries import ConsentKind
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.questions import sections_for
from dripstand.evaluation.standing import Why
from dripstand.people.actors import Actor
from dripstand.people.models import StaffMember
from tests.evaluated import cleared_at_once, evaluated, treatment_text
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_OKAFOR,
    NURSE_REYES,
    PASSWORD,
    PRESCRIBER_VANCE,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.infusion import stored_visits as visits

pytestmark = pytest.mark.django_db
DEPRESSION = Indication.MAJOR_DEPRESSION


def client_of(actor: Actor) -> Client:
    stored(actor)
    client = Client()
    client.force_login(StaffMember.objects.get(pk=actor.staff_id), "django.contrib.auth.backends.ModelBackend")
    return client


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', html
    )
    assert found, name
    return found.group(1)


def body_form(wren: str, **answers: str) -> dict[str, str]:
    form = {"patient_id": wren}
    for name, value in answers.items():
        form |= {f"a-{name}": value, f"was-{name}": "", f"n-{name}": "", f"noted-{name}": ""}
    return form


def test_a_section_is_answered_without_script_and_shows_who_answered() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    address = f"/patients/{wren}/evaluation/major-depression/body/"
    answer = nurse.post(address, body_form(wren, aneurysm="no", porphyria="yes"))
    assert answer.status_code == 302 and answer.url.endswith("/mind/")  # type: ignore[attr-defined]
    html = nurse.get(address).content.decode()
    assert html.count("M. Reyes,") == 2
    assert queries.file_of(wren).answers["porphyria"].value == "yes"


def test_each_answer_is_saved_by_itself_and_what_cannot_be_is_said_beside_it() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    address = f"/patients/{wren}/evaluation/major-depression/depression/"
    each = {"HTTP_X_SAVES_EACH": "1"}
    good = nurse.post(address, {**body_form(wren, episode_months="14"), "question": "episode_months"}, **each)
    assert good.status_code == 200 and b"M. Reyes" in good.content
    bad = nurse.post(address, {**body_form(wren, episode_months="long"), "question": "episode_months"}, **each)
    assert bad.status_code == 422 and b"A number." in bad.content
    assert queries.file_of(wren).answers["episode_months"].value == "14"


def test_a_page_that_was_open_while_a_colleague_answered_does_not_take_their_answer_back() -> None:
    wren = wren_halloway()
    address = f"/patients/{wren}/evaluation/major-depression/body/"
    client_of(NURSE_OKAFOR).post(address, body_form(wren, aneurysm="yes"))
    stale = body_form(wren, porphyria="no") | {"a-aneurysm": "", "was-aneurysm": ""}
    client_of(NURSE_REYES).post(address, stale)
    assert queries.file_of(wren).answers["aneurysm"].value == "yes"


def test_an_answer_from_an_older_page_is_refused_where_a_colleague_has_answered_since_and_says_what_they_said() -> None:
    wren = wren_halloway()
    address = f"/patients/{wren}/evaluation/major-depression/body/"
    theirs = body_form(wren, aneurysm="yes") | {"n-aneurysm": "coiled 2019", "n-examination": ""}
    client_of(PRESCRIBER_VANCE).post(address, theirs)
    nurse = client_of(NURSE_REYES)
    older = body_form(wren, aneurysm="no", porphyria="no", examination="Heart and lungs without findings.")
    refused = nurse.post(address, older)
    html = refused.content.decode()
    assert refused.status_code == 400
    assert "Dr. T. Vance answered “yes” (coiled 2019)" in html and "Your answer, “no”, was not saved." in html
    held = queries.file_of(wren).answers
    assert (held["aneurysm"].value, held["aneurysm"].note) == ("yes", "coiled 2019") and "porphyria" not in held
    assert 'name="was-aneurysm" value="yes"' in html and 'value="yes" checked' in html, "the colleague's is shown"
    assert html.count('value="no" checked') == 1 and "lungs without findings" in html, "what else was typed is kept"
    each = {"HTTP_X_SAVES_EACH": "1"}
    alone = nurse.post(address, {**body_form(wren, aneurysm="no"), "question": "aneurysm"}, **each)
    assert alone.status_code == 422 and "Dr. T. Vance answered" in alone.content.decode()
    seen = body_form(wren, aneurysm="no") | {"was-aneurysm": "yes", "noted-aneurysm": "coiled 2019"}
    assert nurse.post(address, seen).status_code == 302, "whoever has seen it may answer otherwise"
    assert queries.file_of(wren).answers["aneurysm"].value == "no"


def test_an_answer_whose_saving_was_never_acknowledged_may_be_changed_by_who_gave_it() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    address, each = f"/patients/{wren}/evaluation/major-depression/body/", {"HTTP_X_SAVES_EACH": "1"}
    nurse.post(address, {**body_form(wren, aneurysm="no"), "question": "aneurysm"}, **each)  # the reply was lost
    again = nurse.post(address, {**body_form(wren, aneurysm="yes"), "question": "aneurysm"}, **each)
    assert again.status_code == 200 and queries.file_of(wren).answers["aneurysm"].value == "yes"


def test_a_refused_page_does_not_lay_its_own_old_answers_over_those_that_came_meanwhile() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    address = f"/patients/{wren}/evaluation/major-depression/body/"
    nurse.post(address, body_form(wren, porphyria="no"))
    client_of(NURSE_OKAFOR).post(address, body_form(wren, porphyria="yes") | {"was-porphyria": "no"})
    older = body_form(wren, porphyria="no", asa_class="9") | {"was-porphyria": "no"}
    html = nurse.post(address, older).content.decode()
    porphyria = html[html.index('id="q-porphyria"') :]
    assert 'value="yes" checked' in porphyria[: porphyria.index("</fieldset>")]


@pytest.mark.hazard("H02")
@pytest.mark.parametrize("page", ["evaluation/major-depression/body/", "medicines/", "history/", "tests/alt/"])
def test_a_form_of_another_patient_changes_nothing(page: str) -> None:
    wren, ren = wren_halloway(), ren_halloway()
    form = body_form(ren, aneurysm="yes") | {"step": "review", "value": "1"}
    client_of(NURSE_REYES).post(f"/patients/{wren}/{page}", form)
    assert queries.file_of(wren).head == 0


def sign(client: Client, wren: str, **changes: str) -> object:
    address = f"/patients/{wren}/evaluation/major-depression/"
    html = client.get(address).content.decode()
    form = {
        "patient_id": wren,
        "decision_id": str(uuid.uuid4()),
        "seen": field(html, "seen"),
        "outcome": "eligible",
        "valid_for_d": "90",
        "reason": "",
        "own_password": PASSWORD,
    }
    return client.post(address, {**form, **changes})


def test_a_prescriber_signs_what_the_page_shows_under_their_password() -> None:
    wren = wren_halloway()
    evaluated(wren)
    prescriber = client_of(PRESCRIBER_VANCE)
    wrong = sign(prescriber, wren, own_password="not mine at all")
    assert wrong.status_code == 400 and b"Nothing was signed" in wrong.content  # type: ignore[attr-defined]
    assert queries.standing_decision(wren, DEPRESSION, datetime.now(UTC)).why is Why.NEVER_SIGNED
    assert sign(prescriber, wren).status_code == 302  # type: ignore[attr-defined]
    assert queries.standing_decision(wren, DEPRESSION, datetime.now(UTC)).stands
    assert "Eligible" in prescriber.get(f"/patients/{wren}/evaluation/major-depression/").content.decode()


def test_the_page_says_how_many_answers_are_older_than_a_decision_may_hold_and_holds_nothing_up() -> None:
    wren, now = wren_halloway(), datetime.now(UTC)
    evaluated(wren, now=now - timedelta(days=181))
    address = f"/patients/{wren}/evaluation/major-depression/"
    services.answer_questions(stored(NURSE_REYES), wren, answers={"psychosis": "yes"}, now=now - timedelta(days=179))
    before = queries.assessment(wren, DEPRESSION, now)
    html = " ".join(client_of(NURSE_REYES).get(address).content.decode().split())
    lines = html[html.index('id="sections"') : html.index('id="findings"')].split("<li>")[1:]
    told = [line.partition("answers more than 180 days old")[0].rpartition(">")[2].strip() for line in lines]
    counts = [
        sum(1 for one in section.questions if one.required) - ("psychosis" in {q.question for q in section.questions})
        for section in sections_for(DEPRESSION)
    ]
    assert told == [str(count) for count in counts]
    assert "Medicines gone through on" in lines[-1] and "more than 180 days ago" in lines[-1]
    assert {one.gap.kind for one in before.gaps} == {GapKind.TEST_OUT_OF_DATE}, "an old answer opens no gap"
    services.review_medicines(stored(NURSE_REYES), wren, now=now)
    again = client_of(NURSE_REYES).get(address).content.decode()
    assert "gone through on" in again and "more than 180 days ago" not in again
    fresh = ren_halloway()
    evaluated(fresh, now=now - timedelta(days=179))
    assert "days old" not in client_of(NURSE_REYES).get(address.replace(wren, fresh)).content.decode()


def test_a_nurse_sees_what_fired_with_its_source_and_mark_and_cannot_sign_or_override() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    evaluated(wren)
    seen = body_form(wren, aneurysm="yes") | {"was-aneurysm": "no"}
    nurse.post(f"/patients/{wren}/evaluation/major-depression/body/", seen)
    html = nurse.get(f"/patients/{wren}/evaluation/major-depression/").content.decode()
    for words in ("do not treat", "Spravato label, contraindication", "source seen", "version 1", "An aneurysm"):
        assert words in html
    assert "own_password" not in html and "Override with a reason" not in html
    denied = nurse.post(
        f"/patients/{wren}/evaluation/major-depression/",
        {"patient_id": wren, "step": "override", "finding": "aneurysmal_disease", "grounds": "x", "reason": "a reason"},
    )
    assert denied.status_code == 403


def test_a_prescriber_overrides_one_finding_on_the_page() -> None:
    wren, prescriber = wren_halloway(), client_of(PRESCRIBER_VANCE)
    evaluated(wren)
    address = f"/patients/{wren}/evaluation/major-depression/"
    prescriber.post(f"{address}body/", body_form(wren, arrhythmia="yes") | {"was-arrhythmia": "no"})
    html = prescriber.get(address).content.decode()
    form = {"patient_id": wren, "step": "override", "finding": "cardiac_review", "grounds": field(html, "grounds")}
    assert b"Say why" in prescriber.post(address, {**form, "reason": "ok"}).content
    assert prescriber.post(address, {**form, "reason": "Rate controlled, cardiologist agrees."}).status_code == 302
    assert "Overridden by Dr. T. Vance" in prescriber.get(address).content.decode()


def test_the_patient_signs_the_consent_on_the_tablet_and_whoever_saw_it_confirms() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    address = f"/patients/{wren}/consent/treatment/"
    assert "has not published a text yet" in nurse.get(address).content.decode()
    treatment_text(datetime.now(UTC))
    html = nurse.get(address).content.decode()
    assert "off-label" in html and "What fired" not in html and "<nav" not in html  # nothing but the text
    assert "data-tells-awake" not in html and "for-the-patient" in html
    form = {
        "consent_id": str(uuid.uuid4()),
        "text_id": field(html, "text_id"),
        "agreed": ["0", "1", "2", "3", "4"],
        "signed_as": "Wren Halloway",
        "own_password": PASSWORD,
    }
    assert nurse.post(address, {**form, "agreed": ["0"]}).status_code == 400
    assert nurse.post(address, {**form, "own_password": "someone else's words"}).status_code == 400
    assert queries.consent(wren, ConsentKind.TREATMENT, datetime.now(UTC)).why is Why.NO_CONSENT
    assert nurse.post(address, form).status_code == 302
    assert queries.consent(wren, ConsentKind.TREATMENT, datetime.now(UTC)).stands
    client_of(FRONT_DESK_SORO).post(f"{address}withdraw/", {"told": "I have changed my mind."})
    assert queries.consent(wren, ConsentKind.TREATMENT, datetime.now(UTC)).why is Why.CONSENT_WITHDRAWN


@pytest.mark.hazard("H46")
def test_the_front_desk_records_from_the_patients_page_that_a_consent_is_taken_back_and_learns_nothing_else() -> None:
    wren, desk = wren_halloway(), client_of(FRONT_DESK_SORO)
    cleared_at_once(wren)
    address = f"/patients/{wren}/consent/"
    assert f'href="{address}"' in desk.get(f"/patients/{wren}/").content.decode()
    html = desk.get(address).content.decode()
    html = html[html.index("<h1") :].partition("</main>")[0]
    assert f'action="{address}treatment/withdraw/"' in html and f'action="{address}research/withdraw/"' in html
    assert "signed" not in html.casefold() and "eligible" not in html.casefold()
    told = desk.post(f"{address}treatment/withdraw/", {"told": "I have changed my mind."}, follow=True)
    assert "The consent was taken back." in told.content.decode()
    assert queries.consent(wren, ConsentKind.TREATMENT, datetime.now(UTC)).why is Why.CONSENT_WITHDRAWN


def test_only_the_medical_lead_publishes_a_consent_text() -> None:
    form = {"title": "Consent", "body": "Words enough to be a text that somebody reads. " * 4, "statements": "I agree."}
    form |= {"own_password": PASSWORD}
    assert client_of(NURSE_REYES).post("/consent-texts/treatment/", form).status_code == 403
    assert client_of(MEDICAL_LEAD_ABARA).post("/consent-texts/treatment/", form).status_code == 302
    text = queries.current_consent_text(ConsentKind.TREATMENT)
    assert text is not None and (text.version, text.publisher_name) == (1, "Dr. S. Abara")


def test_a_result_is_entered_with_the_range_of_its_report_and_is_named_where_it_is_outside() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    taken = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"patient_id": wren, "result_id": str(uuid.uuid4()), "value": "81,5", "unit": "U/L", "taken_at": taken}
    refused = nurse.post(f"/patients/{wren}/tests/alt/", form)
    assert refused.status_code == 400 and b"Copy the reference range" in refused.content
    assert nurse.post(f"/patients/{wren}/tests/alt/", {**form, "high": "40"}).status_code == 302
    html = nurse.get(f"/patients/{wren}/tests/").content.decode()
    assert "81.5" in html and "outside its range" in html
    assert (
        "Disease of the liver, or raised liver values"
        in nurse.get(f"/patients/{wren}/evaluation/major-depression/").content.decode()
    )


def test_a_report_is_entered_at_once_and_what_stays_empty_is_not_recorded() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    page = f"/patients/{wren}/tests/report/"
    taken = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"patient_id": wren, "submission_id": str(uuid.uuid4()), "taken_at": taken, "alt-unit": "U/L"}
    nothing = nurse.post(page, form)
    assert nothing.status_code == 400 and b"No result was entered." in nothing.content
    filled = {**form, "alt-value": "24", "alt-high": "40", "ecg-value": "normal", "pulse-value": "71"}
    for _sent_twice in range(2):
        assert nurse.post(page, filled).status_code == 302
    found = {one.recorded.test: one.recorded.value for one in queries.file_of(wren).results}
    assert found == {"alt": "24", "ecg": "normal", "pulse": "71"}
    assert len(queries.file_of(wren).results) == 3, "the same report counts once"


def test_a_report_with_one_row_that_cannot_be_records_none_and_says_which() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    page = f"/patients/{wren}/tests/report/"
    taken = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"patient_id": wren, "submission_id": str(uuid.uuid4()), "taken_at": taken, "alt-unit": "U/L"}
    without_range = nurse.post(page, {**form, "alt-value": "24", "pulse-value": "71"})
    assert without_range.status_code == 400 and b"Copy the reference range" in without_range.content
    no_number = nurse.post(page, {**form, "pulse-value": "fast", "spo2-value": "98"})
    assert no_number.status_code == 400 and b'value="fast"' in no_number.content, "what was typed is kept"
    ahead = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert nurse.post(page, {**form, "taken_at": ahead, "pulse-value": "71"}).status_code == 400
    unborn = nurse.post(page, {**form, "taken_at": "1895-04-12T10:00", "pulse-value": "71"})
    assert unborn.status_code == 400 and b"The patient is born" in unborn.content
    assert nurse.post(page, {**form, "patient_id": ren_halloway(), "pulse-value": "71"}).status_code == 200
    assert queries.file_of(wren).results == ()
    assert client_of(FRONT_DESK_SORO).get(page).status_code == 403


def test_an_earlier_treatment_says_why_it_counts_or_does_not() -> None:
    wren, nurse = wren_halloway(), client_of(NURSE_REYES)
    form = {"patient_id": wren, "trial_kind": "medicine", "outcome": "no_benefit", "in_this_episode": "on"}
    for name, dose, weeks in (("sertraline", "100", "8"), ("mirtazapine", "7.5", "8"), ("duloxetine", "60", "3")):
        sent = {"trial_id": str(uuid.uuid4()), "name": name, "dose_mg_per_day": dose, "lasted_weeks": weeks}
        assert nurse.post(f"/patients/{wren}/history/", {**form, **sent}).status_code == 302
    html = nurse.get(f"/patients/{wren}/history/").content.decode()
    for words in ("adequate, and failed", "dose too low", "too short"):
        assert words in html


def test_the_order_page_says_why_no_infusion_can_be_ordered_and_leads_to_the_evaluation() -> None:
    visit = visits.weighed()
    prescriber = client_of(PRESCRIBER_VANCE)
    html = prescriber.get(f"/session/{visit.session_id}/order/").content.decode()
    assert "No decision was signed that this patient may be treated." in html
    assert f"/patients/{visit.patient_id}/evaluation/" in html and 'name="dose_mg_per_kg"' not in html
    cleared_at_once(visit.patient_id)
    assert 'name="dose_mg_per_kg"' in prescriber.get(f"/session/{visit.session_id}/order/").content.decode()


@pytest.mark.hazard("H46")
@pytest.mark.parametrize("page", ["evaluation/", "evaluation/major-depression/", "medicines/", "history/", "tests/"])
def test_the_front_desk_sees_no_evaluation(page: str) -> None:
    assert client_of(FRONT_DESK_SORO).get(f"/patients/{wren_halloway()}/{page}").status_code == 403
