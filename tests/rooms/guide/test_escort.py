"""Who takes the patient home: named, asked by link, told when to come, replaced, refused."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from dripstand.course.days import tell_wishes
from dripstand.course.wishes import Wishes
from dripstand.guide import queries, told
from dripstand.guide.models import Told
from dripstand.infusion import events as ev
from dripstand.infusion import services as charting
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import Request
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import Link
from tests.people import (
    FRONT_DESK_SORO,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    stored,
    wren_halloway,
)
from tests.rooms.guide.coming import by_link, signed_in
from tests.rooms.infusion.page_forms import get, send
from tests.rooms.infusion.stored_visits import StoredVisit, criteria_met, observing, weighed


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_a_link_of_nobodys_name_makes_nobody_the_escort() -> None:
    visit = weighed()
    page = signed_in(NURSE_REYES).post(f"/patients/{visit.patient_id}/links/", {"purpose": "escort", "language": "en"})
    assert page.status_code == 400 and "Say who takes the patient home" in page.content.decode()
    assert not Link.objects.exists()
    with pytest.raises(Unacceptable):
        by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, name=" ")
    client = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id)
    Link.objects.update(name="")  # as links were made before a name was asked for
    answer = client.post("/me/escort/", {"can_come": "yes", "knows_no_driving": "yes"})
    assert answer.status_code == 400 and "has not written down your name" in answer.content.decode()
    assert visit.chart.escort is None and not Told.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", ["escort", "calm", "questions", "journal"])
def test_a_link_about_a_visit_is_not_made_before_there_is_one_and_an_older_one_breaks_nothing(purpose: str) -> None:
    patient = wren_halloway()
    sent = {"purpose": purpose, "language": "en", "name": "Robin Marsh"}
    page = signed_in(NURSE_REYES).post(f"/patients/{patient}/links/", sent)
    assert page.status_code == 400 and "Open the visit first" in page.content.decode()
    assert not Link.objects.exists()
    client = by_link(patient, Purpose(purpose))
    assert client.get(f"/me/{purpose}/").status_code < 500
    visit = weighed(patient_id=patient)
    assert signed_in(NURSE_REYES).post(f"/patients/{patient}/links/", sent).status_code == 200
    assert Link.objects.latest("made_at").about == visit.session_id


def _refused(visit: StoredVisit, request: Request) -> str:
    visit.now = datetime.now(UTC)
    by = stored(NURSE_REYES)
    answer = charting.submit(visit.session_id, request, actor=by, submission_id=str(uuid.uuid4()), now=visit.now)
    assert isinstance(answer, Refusal), request
    return str(answer)


# --- their link ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_their_link_is_a_code_an_e_mail_and_a_print_in_their_language_as_every_other(mailoutbox: list[Any]) -> None:
    visit = weighed()
    nurse, path = signed_in(NURSE_REYES), f"/session/{visit.session_id}/patient-side/"
    sent = {"what": "escort", "name": "Robin Marsh", "language": "de", "email": "robin@example.org"}
    shown = nurse.post(path, sent).content.decode()
    assert "The link as a code" in shown and "Print the code" in shown
    assert "Handed to the mail server for robin@example.org." in shown
    link = Link.objects.get()
    assert (link.language, link.purpose, link.about) == ("de", "escort", visit.session_id)
    assert len(mailoutbox) == 1 and mailoutbox[0].to == ["robin@example.org"]
    said = f"{mailoutbox[0].subject} {mailoutbox[0].body}"
    assert "Öffnen Sie diese Seite" in said
    for word in ("Wren", "Halloway", "etamin", "nfusion", "epress", "Stillwater"):
        assert word not in said, word
    escort = queries.escort_for(visit.patient_id, visit.session_id)
    assert escort and (escort.email, escort.language) == ("robin@example.org", "de")
    found = re.search(r"http://\S+?(/l/\S+/)", mailoutbox[0].body)
    assert found
    robin = Client()
    robin.post(found[1])
    assert robin.post("/me/escort/", {"can_come": "no"}).status_code == 302
    after = queries.escort_for(visit.patient_id, visit.session_id)
    assert after and after.email == "robin@example.org", "an answer forgets nothing of how they are reached"


@pytest.mark.django_db
def test_a_refused_escort_form_keeps_what_was_typed_and_names_nobody(mailoutbox: list[Any]) -> None:
    visit = weighed()
    nurse, path = signed_in(NURSE_REYES), f"/session/{visit.session_id}/patient-side/"
    sent = {"what": "escort", "name": "Robin Marsh", "language": "es", "email": "robin at home", "phone": "555 0199"}
    answer = nurse.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 400 and "robin at home" in page and "555 0199" in page and "Robin Marsh" in page
    assert visit.chart.escort is None and not Link.objects.exists() and not mailoutbox
    sent |= {"email": "", "language": "fr"}
    assert nurse.post(path, sent).status_code == 400 and not Link.objects.exists()


@pytest.mark.django_db
def test_a_mail_that_was_not_taken_is_said_and_the_code_stands(settings: Any) -> None:
    settings.EMAIL_BACKEND = "nothing.of.this.name"
    visit = weighed()
    nurse, path = signed_in(NURSE_REYES), f"/session/{visit.session_id}/patient-side/"
    sent = {"what": "escort", "name": "Robin Marsh", "language": "en", "email": "robin@example.org"}
    shown = nurse.post(path, sent).content.decode()
    assert "The mail server did not take it for robin@example.org." in shown and "The link as a code" in shown


# --- the escort ------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_an_escort_is_named_asked_told_when_and_that_nobody_drives_replaced_and_refused() -> None:
    visit = weighed()
    nurse, path = signed_in(NURSE_REYES), f"/session/{visit.session_id}/patient-side/"
    sent = {"what": "escort", "name": "Robin Marsh", "relation": "friend", "language": "en"}
    shown = nurse.post(path, sent).content.decode()
    assert "/l/" not in nurse.get(path).content.decode().replace("/l/language/", ""), "shown once"
    found = re.search(r"http://testserver(/l/[^<\s\"]+/)", shown)
    assert found
    robin = Client()
    assert robin.post(found[1]).status_code == 302
    page = robin.get("/me/escort/").content.decode()
    assert "Robin Marsh" in page and "When to come" in page and "may not drive" in page
    for word in ("Wren", "Halloway", "etamine", "infusion", "depress"):
        assert word not in page, word
    assert robin.post("/me/escort/", {"can_come": "yes"}).status_code == 400, "the driving has to be agreed to"
    assert robin.post("/me/escort/", {"can_come": "yes", "knows_no_driving": "yes"}).status_code == 302
    escort = queries.escort_for(visit.patient_id, visit.session_id)
    assert escort and escort.state is told.EscortState.CONFIRMED and escort.knows_no_driving
    chair = nurse.get(f"/session/{visit.session_id}/").content.decode()
    assert "Robin Marsh takes them home, and has said so." in chair and "Escort answered by link" in chair
    assert visit.chart.escort == ev.EscortNamed("Robin Marsh", "friend", "")
    assert robin.post("/me/escort/", {"can_come": "no"}).status_code == 302
    assert visit.chart.escort is None, "the start asks for another"
    chair = nurse.get(f"/session/{visit.session_id}/").content.decode()
    assert "<strong>Robin Marsh cannot take them home" in chair
    assert robin.post("/me/escort/", {"can_come": "yes", "knows_no_driving": "yes"}).status_code == 302
    assert nurse.post(path, {"what": "refuse", "reason": "smells of alcohol"}).status_code == 302
    assert visit.chart.escort is None, "the start asks for another"
    assert robin.post("/me/escort/", {"can_come": "yes", "knows_no_driving": "yes"}).status_code == 403
    again = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, name="robin  marsh")
    said = again.post("/me/escort/", {"can_come": "yes", "knows_no_driving": "yes"})
    assert said.status_code == 400 and "asked for somebody else" in said.content.decode()
    chair = nurse.get(f"/session/{visit.session_id}/").content.decode()
    assert "Robin Marsh was refused as the escort, smells of alcohol" in chair and "Escort refused" in chair
    same = nurse.post(path, {"what": "escort", "name": "Robin Marsh", "language": "en"}, follow=True).content.decode()
    assert "Robin Marsh was refused as the escort by" in same and visit.chart.escort is None
    assert "refused, smells of alcohol" in nurse.get(f"/session/{visit.session_id}/prepare/").content.decode()
    assert nurse.post(path, {"what": "escort", "name": "Ash Field", "language": "en"}).status_code == 200
    assert robin.get("/me/escort/").status_code == 403, "who was replaced is asked no more"
    assert signed_in(FRONT_DESK_SORO).post(path, {"what": "refuse", "reason": "no"}).status_code == 403


YES = {"can_come": "yes", "knows_no_driving": "yes"}


def _anna_asked_and_berta_charted_instead(*, answers_before: dict[str, str] | None) -> tuple[StoredVisit, Client]:
    """Anna Alpha has her link, and answered where said; then the escort is corrected on Preparation. Her browser."""
    visit = weighed()
    nurse = signed_in(NURSE_REYES)
    sent = {"what": "escort", "name": "Anna Alpha", "relation": "friend", "language": "en"}
    found = re.search(
        r"http://testserver(/l/[^<\s\"]+/)",
        nurse.post(f"/session/{visit.session_id}/patient-side/", sent).content.decode(),
    )
    assert found
    anna = Client()
    assert anna.post(found[1]).status_code == 302
    if answers_before is not None:
        assert anna.post("/me/escort/", answers_before).status_code == 302
    page = get(nurse, f"/session/{visit.session_id}/prepare/?open=escort")
    typed = {"name": "Berta Beta", "relation": "sister", "phone": "555 0102", "correction_reason": "misheard"}
    answer = send(nurse, page, "escort", **typed)
    assert answer.status == 303, answer.words
    assert visit.chart.escort is not None and visit.chart.escort.name == "Berta Beta"
    return visit, anna


def _at_the_chair(visit: StoredVisit) -> str:
    page = signed_in(NURSE_REYES).get(f"/session/{visit.session_id}/").content.decode()
    return page[page.index('id="wishes"') :].split("</p>")[0]


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_the_yes_of_who_was_named_before_a_correction_is_not_said_of_whom_it_names() -> None:
    visit, _anna = _anna_asked_and_berta_charted_instead(answers_before=YES)
    said = _at_the_chair(visit)
    assert "Berta Beta takes them home." in said and "Anna" not in said and "has said so" not in said
    side = signed_in(NURSE_REYES).get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "Berta Beta, sister, 555 0102: named, not heard from by link" in side


@pytest.mark.hazard("H44")
@pytest.mark.django_db
@pytest.mark.parametrize("answer", [YES, {"can_come": "no"}], ids=["yes", "no"])
@pytest.mark.parametrize("before", [None, YES], ids=["unanswered", "said yes"])
def test_the_old_link_answers_for_nobody_once_another_is_charted(
    before: dict[str, str] | None, answer: dict[str, str]
) -> None:
    visit, anna = _anna_asked_and_berta_charted_instead(answers_before=before)
    head = visit.chart.head
    page = anna.get("/me/escort/").content.decode()
    assert "Somebody else was asked meanwhile" in page and "Berta" not in page
    assert "When to come" not in page and 'name="can_come"' not in page, "when the patient leaves is not theirs to know"
    said = anna.post("/me/escort/", answer)
    assert said.status_code == 400 and "Somebody else was asked meanwhile" in said.content.decode()
    assert "Berta" not in said.content.decode(), "who it is now is nothing of theirs"
    assert visit.chart.head == head and visit.chart.escort and visit.chart.escort.name == "Berta Beta"
    assert "Berta Beta takes them home." in _at_the_chair(visit) and "Anna" not in _at_the_chair(visit)


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_a_no_is_not_shown_once_another_is_named_and_the_others_own_answer_counts() -> None:
    visit, anna = _anna_asked_and_berta_charted_instead(answers_before={"can_come": "no"})
    said = _at_the_chair(visit)
    assert "Berta Beta takes them home." in said and "another one is needed" not in said
    assert anna.post("/me/escort/", YES).status_code == 400
    berta = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, name="berta  beta")
    assert berta.post("/me/escort/", YES).status_code == 302, "the chart names her, whoever was told of last"
    assert "Berta Beta takes them home, and has said so." in _at_the_chair(visit)
    confirmed = queries.escort_for(visit.patient_id, visit.session_id)
    assert confirmed and (confirmed.name, confirmed.state) == ("Berta Beta", told.EscortState.CONFIRMED)
    assert berta.post("/me/escort/", {"can_come": "no"}).status_code == 302
    assert visit.chart.escort is None and "Berta Beta cannot take them home" in _at_the_chair(visit)


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_what_one_escort_told_is_neither_said_nor_ticked_for_the_next_and_no_number_of_theirs_is_taken_over() -> None:
    visit = weighed()
    nurse = signed_in(NURSE_REYES)
    asked = {"what": "escort", "name": "Anna Alpha", "phone": "555 0101", "email": "anna@mail.example"}
    assert nurse.post(f"/session/{visit.session_id}/patient-side/", asked | {"language": "en"}).status_code == 200
    anna = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, name="Anna Alpha")
    assert anna.post("/me/escort/", YES).status_code == 302
    assert anna.post("/me/escort/", YES | {"can_come": "no"}).status_code == 302
    hers = anna.get("/me/escort/").content.decode()
    assert "You have said that you cannot come" in hers and " checked" in hers
    made = nurse.post(
        f"/patients/{visit.patient_id}/links/", {"purpose": "escort", "language": "en", "name": "Cleo Gamma"}
    )
    found = re.search(r"http://testserver(/l/[^<\s\"]+/)", made.content.decode())
    assert found
    cleo = Client()
    assert cleo.post(found[1]).status_code == 302
    page = cleo.get("/me/escort/").content.decode()
    assert "Hello Cleo Gamma" in page and 'name="can_come"' in page
    assert "You have said" not in page and " checked" not in page
    assert cleo.post("/me/escort/", YES).status_code == 302
    assert "You have said that you come." in cleo.get("/me/escort/").content.decode()
    standing = queries.escort_for(visit.patient_id, visit.session_id)
    assert standing and (standing.name, standing.phone, standing.email) == ("Cleo Gamma", "", "")


@pytest.mark.hazard("H44")
@pytest.mark.django_db
def test_an_escort_who_was_named_at_the_preparation_is_no_nobody_and_can_be_refused_at_the_door() -> None:
    visit = criteria_met()
    nurse, path = signed_in(NURSE_REYES), f"/session/{visit.session_id}/patient-side/"
    assert "Sam Halloway, sister, 555 0100: named, not heard from by link" in nurse.get(path).content.decode()
    assert queries.values_for(visit.patient_id, "en", visit.now)["escort"] == "Sam Halloway"
    visit.must(ev.ReadyToLeave())
    assert nurse.post(path, {"what": "refuse", "reason": "smells of alcohol"}).status_code == 302
    assert "Sam Halloway was refused as the escort (smells of alcohol)" in _refused(visit, ev.PatientLeft())
    leaving = nurse.get(f"/session/{visit.session_id}/leaving/").content.decode()
    assert "Sam Halloway was refused, smells of alcohol: name another one." in leaving
    note = signed_in(PRESCRIBER_VANCE).get(f"/session/{visit.session_id}/note/").content.decode()
    assert "Sam Halloway, <strong>refused</strong>" in note
    assert queries.values_for(visit.patient_id, "en", visit.now)["escort"] == "nobody yet"
    good = ev.EscortConfirmed("Ash Field", "friend", "identity card", True, True, "Ash Field")
    assert "no other is named" in _refused(visit, good)
    visit.must(ev.EscortNamed("Ash Field", "friend", ""))
    assert "no other was confirmed in person" in _refused(visit, ev.PatientLeft())
    visit.must(good).must(ev.PatientLeft())


@pytest.mark.django_db
def test_whom_the_patient_named_for_their_course_is_no_nobody_before_the_visit() -> None:
    patient = wren_halloway()
    assert queries.values_for(patient, "en", datetime.now(UTC))["escort"] == "nobody yet"
    wishes = Wishes(escort_name="Sam Field")
    tell_wishes(stored(FRONT_DESK_SORO), patient_id=patient, wishes=wishes, now=datetime.now(UTC))
    assert queries.values_for(patient, "en", datetime.now(UTC))["escort"] == "Sam Field"


@pytest.mark.django_db
def test_the_time_to_come_follows_the_infusion() -> None:
    visit = weighed()
    planned = queries.come_at(visit.patient_id, visit.session_id, visit.now)
    assert planned is not None and planned > visit.now + timedelta(minutes=100)
    other = wren_halloway(record_number="R-7", name="Pip Sandoval")
    assert queries.come_at(other, visit.session_id, visit.now) is None, "another patient's visit says nothing"


@pytest.mark.django_db
def test_the_time_to_come_after_the_drug_is_its_end_and_the_observation() -> None:
    visit = observing()
    chart = visit.chart
    assert chart.stopped_at is not None
    expected = max(chart.stopped_at + timedelta(minutes=60), visit.now)
    assert queries.come_at(visit.patient_id, visit.session_id, visit.now) == expected
