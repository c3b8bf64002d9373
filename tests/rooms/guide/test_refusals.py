"""Every refusal that a patient or their escort may read is said in their own language."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from dripstand.calm.sounds import JOURNAL_BYTES_MOST
from dripstand.guide import services
from dripstand.guide.queries import questions_of
from dripstand.infusion import events as ev
from dripstand.outcomes import services as outcomes
from dripstand.outcomes.queries import forms_of
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose, Refused
from dripstand.people.links.words import REFUSED_WORDS
from dripstand.people.models import SentForm
from tests.people import FRONT_DESK_SORO, NURSE_REYES, stored, wren_halloway
from tests.rooms.guide.coming import PASSWORD, by_link, hidden, link_of, signed_in_patient
from tests.rooms.infusion.stored_visits import StoredVisit, criteria_met, infusing, weighed

pytestmark = pytest.mark.django_db

LANGUAGES = ("de", "es")
SAID = re.compile(r'class="me-wrong"[^>]*>(.*?)</p>|<li class="banner">(.*?)</li>|<h1>(.*?)</h1>', re.S)


def said(answer: object) -> list[str]:
    """What the page says: its refusals and its heading."""
    page = answer.content.decode()  # type: ignore[attr-defined]
    return [html.unescape("".join(found)).strip() for found in SAID.findall(page)]


def now() -> datetime:
    return datetime.now(UTC)


def of_the_questions(visit: StoredVisit, language: str) -> Iterator[list[str]]:
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id, language=language)
    page = client.get("/me/questions/").content.decode()
    asked = {name: hidden(page, name) for name in ("submission", "instrument", "item")}
    for wrong in (
        {"value": "99"},
        {"value": "-1"},
        {"item": "no such item", "value": "1"},
        {"instrument": "no-such-scale", "value": "1"},
        {"step": "anxiety", "score": "11"},
        {"step": "anxiety", "score": "3", "helps": "x" * 301},
        {"step": "wishes", "touch": "no", "other": "x" * 301},
        {"step": "promise"},
    ):
        answer = client.post("/me/questions/", {**asked, "submission": str(uuid.uuid4()), **wrong})
        assert answer.status_code == 400, wrong
        yield said(answer)


def of_the_guide(visit: StoredVisit, language: str) -> Iterator[list[str]]:
    client = by_link(visit.patient_id, Purpose.GUIDE, language=language)
    for words in ("", "x" * 1001):
        yield said(client.post("/me/guide/ask/", {"words": words}, follow=True))


def of_the_next_day(visit: StoredVisit, language: str) -> Iterator[list[str]]:
    client = by_link(visit.patient_id, Purpose.NEXT_DAY, about=visit.session_id, language=language)
    for wrong in ({"step": "mood", "mood": "11"}, {"step": "mood", "mood": "5", "words": "x" * 601}):
        answer = client.post("/me/next-day/", wrong)
        assert answer.status_code == 400
        yield said(answer)


def of_the_escort(visit: StoredVisit, language: str) -> Iterator[list[str]]:
    client = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, name="Robin Marsh", language=language)
    yes = {"can_come": "yes", "knows_no_driving": "yes"}
    yield said(client.post("/me/escort/", {"can_come": "yes"}))
    nurse = stored(NURSE_REYES)
    services.name_escort(
        nurse,
        patient_id=visit.patient_id,
        session_id=visit.session_id,
        name="Ash Field",
        phone="",
        relation="",
        now=now(),
    )
    yield said(client.post("/me/escort/", yes))
    services.name_escort(
        nurse,
        patient_id=visit.patient_id,
        session_id=visit.session_id,
        name="Robin Marsh",
        phone="",
        relation="",
        now=now(),
    )
    services.refuse_escort(
        nurse, patient_id=visit.patient_id, session_id=visit.session_id, reason="not sober", now=now()
    )
    again = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id, name="Robin Marsh", language=language)
    yield said(again.post("/me/escort/", yes))


def of_the_journal(visit: StoredVisit, language: str) -> Iterator[list[str]]:
    client = by_link(visit.patient_id, Purpose.JOURNAL, about=visit.session_id, language=language)
    good = {"session_id": visit.session_id, "words": "light", "submission_id": str(uuid.uuid4())}
    for wrong in (
        {"words": " "},
        {"session_id": str(uuid.uuid4())},
        {"words": "x" * 20_001},
        {"submission_id": "x"},
        {"content": SimpleUploadedFile("a.ogg", b"<html>no sound</html>", "audio/ogg")},
        {"content": SimpleUploadedFile("a.ogg", b"OggS" + bytes(JOURNAL_BYTES_MOST), "audio/ogg")},
    ):
        answer = client.post("/me/journal/", {**good, **wrong})
        assert answer.status_code == 422, wrong
        yield said(answer)


def of_the_own_sign_in(visit: StoredVisit, language: str) -> Iterator[list[str]]:
    setting = by_link(visit.patient_id, Purpose.ACCOUNT, language=language)
    own_name = visit.chart.opened.patient_name.lower()
    for wrong in (
        {"sign_in_name": "wren.h", "password": PASSWORD, "again": "another"},
        {"sign_in_name": "W H!", "password": PASSWORD, "again": PASSWORD},
        {"sign_in_name": "wren.h", "password": "short", "again": "short"},
        {"sign_in_name": "wren.h", "password": own_name, "again": own_name},
    ):
        answer = setting.post("/me/account/", wrong)
        assert answer.status_code == 400, wrong
        yield said(answer)
    own = signed_in_patient(visit.patient_id, f"wren.{language}")
    own.cookies["dripstand-language"] = language
    typed = {"old_password": "no", "new_password": "moss on the north side", "again": "moss on the north side"}
    for wrong in (typed, {**typed, "again": "x"}):
        answer = own.post("/me/home/password/", wrong)
        assert answer.status_code == 400
        yield said(answer)
    stranger = Client(headers={"accept-language": language})
    yield said(stranger.post("/me/sign-in/", {"sign_in_name": "wren.h", "password": "no"}))


def of_the_doors(visit: StoredVisit, language: str) -> Iterator[list[str]]:
    stranger = Client(headers={"accept-language": language})
    for address in ("/l/nonsense/", "/me/guide/", "/me/no-such-page/"):
        yield said(stranger.get(address))
    guide = by_link(visit.patient_id, Purpose.GUIDE, language=language)
    yield said(guide.get("/me/guide/no-such-page/"))
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    yield said(strict.post("/me/sign-in/", {"sign_in_name": "x", "password": "y"}))


WALKS = (
    of_the_questions,
    of_the_guide,
    of_the_next_day,
    of_the_escort,
    of_the_journal,
    of_the_own_sign_in,
    of_the_doors,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_each_refusal_is_said_in_the_readers_language(walk: object, language: str) -> None:
    """The same wrong steps in English and in the other language: nothing that is said may be the same."""
    visit = weighed()
    english = list(walk(visit, "en"))  # type: ignore[operator]
    visit.must(ev.SessionCancelled("another day"), FRONT_DESK_SORO)
    visit = weighed(patient_id=wren_halloway(record_number="R-7", name="Pip Sandoval"))
    other = list(walk(visit, language))  # type: ignore[operator]
    assert len(english) == len(other) > 1
    for in_english, in_other in zip(english, other, strict=True):
        assert len(in_english) == len(in_other) > 0, in_english
        assert not set(in_english) & set(in_other), set(in_english) & set(in_other)


@pytest.mark.hazard("H47")
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_sedated_patient_is_told_is_in_their_language(language: str) -> None:
    visit = infusing()
    seen: dict[str, list[str]] = {}
    for spoken in ("en", language):
        client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id, language=spoken)
        journal = by_link(visit.patient_id, Purpose.JOURNAL, about=visit.session_id, language=spoken)
        seen[spoken] = said(client.get("/me/questions/")) + said(
            journal.post("/me/journal/", {"session_id": visit.session_id, "words": "x", "submission_id": "12345678"})
        )
    assert len(seen["en"]) == len(seen[language]) == 3
    assert not set(seen["en"]) & set(seen[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_was_ended_meanwhile_is_refused_in_the_readers_language(language: str) -> None:
    """A nurse finished or left the form out while the patient still answered on another screen."""
    visit = criteria_met()
    said_in: dict[str, list[str]] = {}
    for spoken in ("en", language):
        client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id, language=spoken)
        page = client.get("/me/questions/").content.decode()
        asked = {name: hidden(page, name) for name in ("submission", "instrument", "item")}
        client.post("/me/questions/", {**asked, "value": "1"})
        form = next(one for one in forms_of(visit.patient_id) if one.end is None)
        by = link_of(visit.patient_id)
        outcomes.finish(by, form.questionnaire_id, now=now())
        with override(spoken), pytest.raises(Unacceptable) as refused:
            outcomes.answer(
                by, form.questionnaire_id, item=asked["item"], value=2, submission_id=str(uuid.uuid4()), now=now()
            )
        said_in[spoken] = [str(refused.value)]
    assert said_in["en"] != said_in[language] and said_in["en"][0].startswith("This form is finished.")


@pytest.mark.parametrize("reason", list(Refused))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_why_a_link_stays_shut_has_its_words(reason: Refused, language: str) -> None:
    with override("en"):
        english = str(REFUSED_WORDS[reason])
    with override(language):
        assert str(REFUSED_WORDS[reason]) != english


def test_a_page_that_does_not_work_is_the_patients_own_and_leads_nowhere_of_the_staffs() -> None:
    visit = weighed()
    answer = by_link(visit.patient_id, Purpose.GUIDE).get("/me/guide/no-such-page/")
    page = answer.content.decode()
    assert answer.status_code == 404 and "Open your page with your link" in page
    assert 'href="/"' not in page and "board" not in page and "Dripstand" not in page
    staffs = Client().get("/no-such-page/").content.decode()
    assert "found from the board" in staffs


@pytest.mark.hazard("H17")
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_a_form_whose_first_answer_is_lost_is_answered_on_the_patients_own_page(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server died between keeping a form and saying so: the patient is told to look, in their language."""
    monkeypatch.setattr("dripstand.people.sent_forms.WAITS_FOR_THE_FIRST_S", 0)
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.GUIDE, language=language)
    sent = {"words": "Will I sleep?", "csrfmiddlewaretoken": "the same tap"}
    assert client.post("/me/guide/ask/", sent).status_code == 302
    SentForm.objects.update(answered_at=None)
    answer = client.post("/me/guide/ask/", sent)
    heading = {"en": "Sent before", "de": "Schon geschickt", "es": "Ya enviado"}[language]
    assert answer.status_code == 409 and f"<h1>{heading}</h1>" in answer.content.decode()
    assert "me-foot" in answer.content.decode() and len(questions_of(visit.patient_id)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_each_kind_of_fault_has_words_of_its_own_in_the_readers_language(status: int, language: str) -> None:
    """Rendered without the database: it may be what does not answer."""
    context = {"status": status, "reference": "abcd-efhk"}
    with override("en"):
        english = render_to_string("errors/patients.html", context)
        broken = render_to_string("errors/patients.html", {**context, "status": 500})
    with override(language):
        other = render_to_string("errors/patients.html", context)
    paragraph = re.compile(r"<p>(.*?)</p>")
    assert not set(paragraph.findall(english)) & set(paragraph.findall(other)) and "abcd-efhk" in other
    assert (english == broken) == (status == 500), "a kind of its own"
