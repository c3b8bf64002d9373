"""A changed time reaches the escort: on the page that stands open, and by e-mail; else the staff are told to call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from dripstand.guide import queries, services
from dripstand.guide.escort_messages import send_changed_times
from dripstand.guide.models import EscortMessage
from dripstand.guide.queries import TimeToCome
from dripstand.infusion.events import LeftWithoutDischarge, PatientTransferred, SessionCancelled
from dripstand.infusion.views.preparation_steps import StepState, preparation_steps
from dripstand.live import clock
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import Link
from dripstand.protocol.queries import template as template_of
from tests.people import NURSE_REYES, stored
from tests.rooms.guide.coming import by_link, signed_in
from tests.rooms.infusion.stored_visits import StoredVisit, left, observing, weighed
from tests.rules.course.test_reminder_words import NAMES_THE_TREATMENT

pytestmark = pytest.mark.django_db
YES = {"can_come": "yes", "knows_no_driving": "yes"}


@pytest.fixture(autouse=True)
def _mails(settings: Settings) -> Iterator[None]:
    settings.SITE_ADDRESS, settings.CAN_MAIL = "https://front.example", True
    yield


def named(visit: StoredVisit, email: str = "robin@mail.example", language: str = "en", phone: str = "") -> None:
    services.name_escort(
        stored(NURSE_REYES),
        patient_id=visit.patient_id,
        session_id=visit.session_id,
        name="Robin Marsh",
        phone=phone,
        relation="friend",
        email=email,
        language=language,
        now=datetime.now(UTC),
    )


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> datetime:
    """The clinic's clock so many minutes on: who has not begun yet is awaited so much later."""
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(clock.CLOCK, "now", lambda: at)
    return at


def time_of(visit: StoredVisit, now: datetime) -> TimeToCome:
    return queries.time_to_come(visit.patient_id, visit.session_id, now)


def opened_from_the_only_mail(says: str) -> Client:
    """Robin's browser behind the link of the one mail that left; the mail names neither patient, treatment nor why."""
    (message,) = mail.outbox
    said = f"{message.subject} {message.body}"
    assert message.to == ["robin@mail.example"] and says in said
    found = re.search(r"https://front\.example(/l/\S+)", said)
    assert found and NAMES_THE_TREATMENT.search(said.replace(found[1], "").replace("front.example", "")) is None
    for word in ("Wren", "Halloway", "cold"):
        assert word not in said, word
    robin = Client()
    assert robin.post(found[1]).status_code == 302
    return robin


@pytest.mark.hazard("H44")
def test_the_page_says_that_the_time_has_changed_and_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = weighed()
    named(visit, email="", phone="555 0199")
    robin = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id)
    first = robin.get("/me/escort/").content.decode()
    shown = re.search(r'name="shown_for" value="([^"]+)"', first)
    assert shown and "has changed" not in first
    assert robin.post("/me/escort/", YES | {"shown_for": shown[1]}).status_code == 302
    later(monkeypatch, 10)
    assert "You have said that you come." in robin.get("/me/escort/").content.decode(), "ten minutes are no change"
    now = later(monkeypatch, 50)
    page = robin.get("/me/escort/").content.decode()
    assert "The time has changed." in page and "Can you still come?" in page
    assert "You have said that you come." not in page
    answer = robin.post("/me/escort/", YES | {"shown_for": shown[1]})
    assert answer.status_code == 400, "a yes to the old time, from a page that stood open, is no yes"
    assert "has changed while this page was open" in answer.content.decode()
    assert time_of(visit, now).is_asked_again
    nurse = signed_in(NURSE_REYES)
    side = nurse.get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "They know of" in side and "Nobody has told them: call 555 0199." in side
    assert "call them." in nurse.get(f"/session/{visit.session_id}/").content.decode()
    assert robin.post("/me/escort/", YES).status_code == 302
    assert not time_of(visit, now).is_asked_again
    assert "You have said that you come." in robin.get("/me/escort/").content.decode()


@pytest.mark.hazard("H44")
def test_who_gave_an_address_is_written_to_once_a_change_in_their_language_and_nothing_says_what_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit = weighed()
    named(visit, language="de")
    assert send_changed_times(now=datetime.now(UTC)) == 0
    now = later(monkeypatch, 40)
    assert [send_changed_times(now=now + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    robin = opened_from_the_only_mail("Die Zeit zum Kommen hat sich geändert")
    assert robin.post("/me/escort/", YES).status_code == 302, "the link of the message opens and asks"
    assert send_changed_times(now=now + timedelta(minutes=5)) == 0
    side = signed_in(NURSE_REYES).get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "Nobody has told them" not in side
    assert EscortMessage.objects.get().name == "Robin Marsh" and Link.objects.latest("made_at").language == "de"


def test_a_mail_that_is_not_taken_says_to_call(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "nothing.of.this.name"
    visit = weighed()
    named(visit, phone="555 0199")
    now = later(monkeypatch, 40)
    assert time_of(visit, now).how == "waits"
    assert send_changed_times(now=now) == 0 and EscortMessage.objects.get().sent_at is None
    assert time_of(visit, now).wants_a_call
    assert send_changed_times(now=now + timedelta(minutes=5)) == 0
    assert EscortMessage.objects.get().tries_count == 1, "tried again after ten minutes, not before"
    assert send_changed_times(now=now + timedelta(minutes=11)) == 0
    assert EscortMessage.objects.get().tries_count == 2


def test_nobody_is_written_to_who_cannot_come_was_refused_or_once_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = weighed()
    named(visit)
    robin = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id)
    assert robin.post("/me/escort/", {"can_come": "no"}).status_code == 302
    assert send_changed_times(now=later(monkeypatch, 60)) == 0 and not mail.outbox


def test_a_visit_that_is_over_asks_nobody_to_come() -> None:
    visit = left()
    robin = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id)
    page = robin.get("/me/escort/").content.decode()
    assert "nobody needs to come any more" in page and 'name="can_come"' not in page and "When to come" not in page


@pytest.mark.hazard("H44")
def test_whoever_was_to_come_is_told_once_that_the_visit_was_cancelled_and_nothing_says_what_for() -> None:
    visit = weighed()
    named(visit, language="es")
    visit.must(SessionCancelled("the patient has a cold"))
    now = datetime.now(UTC)
    assert queries.time_to_come(visit.patient_id, visit.session_id, now).how == "waits"
    assert [send_changed_times(now=now + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    robin = opened_from_the_only_mail("nadie tiene que venir")
    assert 'name="can_come"' not in robin.get("/me/escort/").content.decode()
    side = signed_in(NURSE_REYES).get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "Nobody needs to come any more. Told by e-mail at" in side


@pytest.mark.hazard("H44")
def test_of_a_cancelled_visit_the_staff_are_told_to_call_who_gave_no_address() -> None:
    visit = weighed()
    named(visit, email="", phone="555 0199")
    visit.must(SessionCancelled("the patient has a cold"))
    page = signed_in(NURSE_REYES).get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "Nobody has told them: call 555 0199." in page


@pytest.mark.hazard("H44")
def test_of_a_cancelled_visit_the_staff_are_told_to_call_whom_no_message_reached(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "nothing.of.this.name"
    visit = weighed()
    named(visit, phone="555 0200")
    visit.must(SessionCancelled("no room"))
    now = datetime.now(UTC)
    assert [send_changed_times(now=now + timedelta(minutes=n)) for n in (0, 5, 11)] == [0, 0, 0]
    assert EscortMessage.objects.get().tries_count == 2, "tried again after ten minutes, not before"
    page = signed_in(NURSE_REYES).get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "Nobody has told them: call 555 0200." in page


def _ended(how: str) -> StoredVisit:
    """A visit for which Robin said that they come, and which ended so that nobody takes the patient home."""
    visit = observing()
    named(visit, phone="555 0199")
    robin = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id)
    assert robin.post("/me/escort/", YES).status_code == 302
    visit.now = datetime.now(UTC)
    if how == "transferred":
        return visit.must(PatientTransferred("General Hospital", "crew 4"))
    return visit.must(LeftWithoutDischarge(True, "told to stay", True, how == "called", prescriber_told="T. Vance"))


@pytest.mark.hazard("H44")
@pytest.mark.parametrize("how", ["transferred", "against advice"])
def test_whoever_was_to_come_is_told_once_that_the_patient_is_in_hospital_or_has_left_alone(how: str) -> None:
    visit = _ended(how)
    now = datetime.now(UTC)
    path = f"/session/{visit.session_id}/patient-side/"
    nurse = signed_in(NURSE_REYES)
    assert "Nobody needs to come any more. An e-mail to them leaves" in nurse.get(path).content.decode()
    assert [send_changed_times(now=now + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    (message,) = mail.outbox
    assert message.to == ["robin@mail.example"] and "nobody needs to come any more" in str(message.body)
    for word in ("Wren", "Halloway", "ospital", "advice"):
        assert word not in f"{message.subject} {message.body}", word
    assert "Nobody needs to come any more. Told by e-mail at" in nurse.get(path).content.decode()


@pytest.mark.hazard("H44")
def test_of_a_transfer_patients_side_and_chair_say_to_call_who_cannot_be_written_to(settings: Settings) -> None:
    settings.CAN_MAIL = False
    visit = _ended("transferred")
    nurse = signed_in(NURSE_REYES)
    side = nurse.get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "Nobody needs to come any more." in side and "Nobody has told them: call 555 0199." in side
    chair = nurse.get(f"/session/{visit.session_id}/").content.decode()
    assert "Nobody needs to come any more, and nobody has told them: call them." in chair
    assert "They know of" not in chair


@pytest.mark.hazard("H44")
def test_an_escort_who_was_called_when_the_patient_left_is_not_written_to_that_nobody_needs_to_come() -> None:
    visit = _ended("called")
    assert send_changed_times(now=datetime.now(UTC)) == 0 and not mail.outbox
    side = signed_in(NURSE_REYES).get(f"/session/{visit.session_id}/patient-side/").content.decode()
    assert "They were called when the patient left against advice." in side and "Nobody needs to come" not in side


@pytest.mark.hazard("H44")
def test_nobody_is_told_that_it_was_cancelled_where_the_patient_was_taken_home() -> None:
    visit = left()
    assert visit.chart.escort is not None
    assert not time_of(visit, datetime.now(UTC)).is_called_off


@pytest.mark.hazard("H44")
def test_preparation_is_open_again_after_the_escorts_own_no_and_says_whose() -> None:
    visit = weighed()
    named(visit, email="")
    page = f"/session/{visit.session_id}/prepare/?open=escort"
    nurse = signed_in(NURSE_REYES)
    assert "cannot come" not in nurse.get(page).content.decode()
    robin = by_link(visit.patient_id, Purpose.ESCORT, about=visit.session_id)
    assert robin.post("/me/escort/", {"can_come": "no"}).status_code == 302
    assert "Robin Marsh has said that they cannot come: name another one." in nurse.get(page).content.decode()
    template = template_of(visit.chart.opened.template_id)
    step = next(one for one in preparation_steps(visit.chart, template, UTC) if one.key == "escort")
    assert step.state is not StepState.DONE
