"""The weeks after a course: a message asks how somebody has been, and what they answer stands with the course."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from dripstand.course import services as course
from dripstand.course.queries import course as course_of
from dripstand.course.states import Step
from dripstand.course.wishes import Wishes
from dripstand.guide.follow_up import sent_from
from dripstand.guide.follow_up_messages import send_follow_ups
from dripstand.guide.models import FollowUpMessage
from dripstand.live import clock
from dripstand.outcomes import services as outcomes
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import forms_of_course, open_escalations_of
from dripstand.outcomes.suicidality import Place
from dripstand.people.links.purposes import Purpose
from dripstand.people.links.queries import links_of
from dripstand.people.services import make_link
from dripstand.premises.queries import clinic_zone
from tests.people import FRONT_DESK_SORO, NOW, NURSE_REYES, PRESCRIBER_VANCE, ren_halloway, stored
from tests.rooms.guide.coming import PASSWORD, REN_BORN, by_link, signed_in
from tests.rooms.guide.test_day_after import answer_all, link_of
from tests.rooms.infusion.stored_visits import infusing
from tests.rooms.outcomes.courses import ACourse, a_course, another_series, given
from tests.rules.course.test_reminder_words import NAMES_THE_TREATMENT

pytestmark = pytest.mark.django_db
OVER = NOW + timedelta(days=15, hours=1)
WEEK = OVER + timedelta(days=7)
BORN = {"day": "17", "month": "5", "year": "1984"}

Clock = Callable[[datetime], datetime]


@pytest.fixture(autouse=True)
def _mails(settings: Settings) -> Iterator[None]:
    settings.SITE_ADDRESS, settings.CAN_MAIL = "https://front.example", True
    yield


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock of the pages."""

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr(clock.CLOCK, "now", lambda: now)
        return now

    return set_to


def week(number: int) -> datetime:
    """When the message of this week is due."""
    return sent_from(Occasion.WEEKLY, OVER + timedelta(weeks=number), clinic_zone())


def a_course_that_is_over(patient_id: str = "", *, is_ended: bool = True, **wishes: object) -> ACourse:
    """Six given; with an address to write to."""
    there = a_course(patient_id)
    for number in range(1, 7):
        given(there, number, NOW + timedelta(days=3 * (number - 1)))
    if is_ended:
        course.take_step(
            stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="it is complete", now=OVER
        )
    told = Wishes(**{"email": "wren@mail.example", **wishes})  # type: ignore[arg-type]
    course.tell_wishes(stored(FRONT_DESK_SORO), patient_id=there.patient_id, wishes=told, now=OVER)
    return there


def by_telephone(there: ACourse, now: datetime, key: str = "week-1") -> None:
    """A nurse entered the PHQ-9 of this week."""
    from dripstand.outcomes.due import due_of_course

    slots = due_of_course(course_of(there.course_id), forms_of_course(there.course_id), now)
    slot = next(one for one in slots if one.key == f"{key}/phq-9")
    form = outcomes.start(
        stored(NURSE_REYES), patient_id=there.patient_id, instrument_id="phq-9", occasion=slot.occasion,
        place=Place.HOME, now=now, due=slot, course_id=there.course_id,
    )  # fmt: skip
    for item in instrument("phq-9").items:
        outcomes.answer(stored(NURSE_REYES), form, item=item.name, value=0, submission_id=f"tel-{item.name}", now=now)
    outcomes.finish(stored(NURSE_REYES), form, now=now)


# --- the message -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_ended", [True, False])
def test_each_week_one_message_leaves_names_nothing_and_its_answers_stand_with_the_course(
    is_ended: bool, at: Clock
) -> None:
    """Also where nobody has ended the course yet: its last infusion is given."""
    there = a_course_that_is_over(is_ended=is_ended)
    by_telephone(there, OVER + timedelta(days=1), "end")
    due = week(1)
    assert send_follow_ups(now=due - timedelta(minutes=1)) == 0
    assert [send_follow_ups(now=due + timedelta(minutes=10 * n)) for n in range(3)] == [1, 0, 0]
    (message,) = mail.outbox
    assert message.to == ["wren@mail.example"] and "how you have been" in message.body
    said = str(message.subject) + str(message.body).replace("https://front.example", "")
    assert NAMES_THE_TREATMENT.search(said.replace(link_of(0), "")) is None

    at(due + timedelta(hours=1))
    wren = Client()
    assert wren.post(link_of(0), BORN | {"day": "18"}).status_code == 403
    assert wren.post(link_of(0), BORN).status_code == 302
    asked = answer_all(wren, "/me/follow-up/", {("phq-9", "1"): "2"})
    assert asked in (["phq-9"], ["phq-9", "gad-7"], ["gad-7", "phq-9"])
    page = wren.get("/me/follow-up/").content.decode()
    assert "All is saved" in page and "If it gets worse" in page, "and it may be loaded again"
    form = next(one for one in forms_of_course(there.course_id) if one.occasion_key == "week-1")
    assert (form.course_id, form.session_id, form.place, form.score.total_score) == (
        there.course_id, "", Place.HOME, 2,
    )  # fmt: skip
    assert open_escalations_of(there.patient_id) == ()
    assert send_follow_ups(now=due + timedelta(hours=25)) == 0, "answered"
    assert send_follow_ups(now=week(2)) == 1, "and the next week asks anew"


def test_the_end_of_a_series_is_asked_by_message_also_where_the_next_one_was_begun(at: Clock) -> None:
    there = a_course_that_is_over(is_ended=False)
    another_series(there, OVER + timedelta(days=5))
    stand = OVER + timedelta(days=6)
    at(stand)
    assert course_of(there.course_id).series_number == 2
    assert send_follow_ups(now=stand) == 1
    wren = Client()
    assert wren.post(link_of(0), BORN).status_code == 302
    answer_all(wren, "/me/follow-up/", {("phq-9", "1"): "2"})
    handed_in = {one.occasion_key for one in forms_of_course(there.course_id) if one.is_finished}
    assert handed_in == {"end"} and forms_of_course(there.course_id)[0].series_number == 1
    assert send_follow_ups(now=stand + timedelta(days=1)) == 0


def test_a_positive_answer_from_home_weeks_after_the_course_pages_the_on_call_and_shows_the_crisis_text(
    at: Clock,
) -> None:
    there = a_course_that_is_over()
    assert send_follow_ups(now=at(week(2))) == 1
    wren = Client()
    wren.post(link_of(0), BORN)
    for _item in range(8):
        _answer(wren, "0")
    assert "Please read this first" in _answer(wren, "1")
    (escalation,) = open_escalations_of(there.patient_id)
    assert escalation.was_paged
    answer_all(wren, "/me/follow-up/", {})
    assert "All is saved" in wren.get("/me/follow-up/").content.decode()


def _answer(client: Client, value: str) -> str:
    page = client.get("/me/follow-up/").content.decode()
    names = ("submission", "instrument", "item")
    sent = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in names}  # type: ignore[index]
    answer = client.post("/me/follow-up/", sent | {"value": value})
    assert answer.status_code in (200, 302)
    return answer.content.decode()


def test_who_answered_by_telephone_gets_no_second_message_and_their_link_asks_nothing(at: Clock) -> None:
    there = a_course_that_is_over()
    by_telephone(there, OVER + timedelta(days=1), "end")
    assert send_follow_ups(now=week(1)) == 1
    by_telephone(there, week(1) + timedelta(hours=2))
    assert send_follow_ups(now=week(1) + timedelta(hours=25)) == 0
    at(OVER + timedelta(days=8, hours=12))
    wren = Client()
    wren.post(link_of(0), BORN)
    page = wren.get("/me/follow-up/").content.decode()
    assert "There is nothing to answer now" in page and "All is saved" not in page
    assert wren.post("/me/follow-up/", {"instrument": "phq-9", "item": "9", "value": "3"}).status_code == 200
    assert open_escalations_of(there.patient_id) == ()


def test_the_second_message_closes_the_first_link_and_speaks_the_patient_s_language(at: Clock) -> None:
    a_course_that_is_over(language="de")
    assert send_follow_ups(now=week(2)) == 1
    assert send_follow_ups(now=at(week(2) + timedelta(hours=24))) == 1
    assert "wie es Ihnen ergangen ist" in str(mail.outbox[1].body)
    assert Client().get(link_of(0)).status_code == 403 and Client().get(link_of(1)).status_code == 200


def test_nobody_is_written_to_without_an_address_or_a_mail_server_nor_in_the_clinic_nor_in_a_new_course(
    settings: Settings, at: Clock
) -> None:
    there = a_course_that_is_over(email="")
    assert send_follow_ups(now=week(2)) == 0
    course.tell_wishes(
        stored(FRONT_DESK_SORO), patient_id=there.patient_id, wishes=Wishes(email="wren@mail.example"), now=OVER
    )
    settings.CAN_MAIL = False
    assert send_follow_ups(now=week(2)) == 0
    settings.CAN_MAIL = True
    a_course(there.patient_id, first=week(2) + timedelta(days=11))
    assert send_follow_ups(now=at(week(2))) == 0, "whoever is treated again is asked by the new course"
    assert FollowUpMessage.objects.count() == 0


def test_who_is_in_the_clinic_is_asked_there(monkeypatch: pytest.MonkeyPatch) -> None:
    there = a_course_that_is_over()
    monkeypatch.setattr(
        "dripstand.guide.follow_up_messages.patient_is_here", lambda patient_id, now: patient_id == there.patient_id
    )
    assert send_follow_ups(now=week(2)) == 0


def test_a_message_that_is_not_taken_is_tried_again_and_the_staff_are_told_to_call(
    monkeypatch: pytest.MonkeyPatch, at: Clock
) -> None:
    there = a_course_that_is_over(email="wren@mail.example")
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda self: 0)
    for minutes in (0, 5, 10, 20):
        assert send_follow_ups(now=week(2) + timedelta(minutes=minutes)) == 0
    assert FollowUpMessage.objects.get().tries_count == 3
    at(week(2) + timedelta(hours=1))
    for path in ("/outcomes/", f"/outcomes/patients/{there.patient_id}/"):
        assert "not taken, in 3 tries. Ask by telephone" in signed_in(NURSE_REYES).get(path).content.decode()


# --- what the staff see and do ---------------------------------------------------------------------------------------


def test_what_is_due_says_how_somebody_is_reached(at: Clock, settings: Settings) -> None:
    there = a_course_that_is_over()
    nurse, path = signed_in(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/"
    at(OVER + timedelta(days=13))
    assert "Asked by e-mail on the day it is due" in nurse.get(path).content.decode()
    settings.CAN_MAIL = False
    assert "This installation sends no e-mail" in nurse.get(path).content.decode()
    settings.CAN_MAIL = True
    send_follow_ups(now=week(2))
    at(week(2) + timedelta(hours=1))
    for shown in ("/outcomes/", path):
        assert "Asked by e-mail on " in nurse.get(shown).content.decode()
    course.tell_wishes(stored(FRONT_DESK_SORO), patient_id=there.patient_id, wishes=Wishes(), now=week(2))
    at(week(3))
    assert "Asked by e-mail on " not in nurse.get(path).content.decode(), "that was another week"
    assert "No e-mail address is known" in nurse.get(path).content.decode()


def test_a_link_that_the_staff_hand_out_asks_what_is_due_and_no_message_leaves_beside_it(at: Clock) -> None:
    there = a_course_that_is_over()
    at(OVER + timedelta(days=40))
    desk, path = signed_in(FRONT_DESK_SORO), f"/patients/{there.patient_id}/links/"
    page = desk.post(path, {"purpose": "follow-up", "language": "en", "name": ""}).content.decode()
    assert "nothing is due now" in page and links_of(there.patient_id, week(2)) == ()
    at(week(2) - timedelta(hours=1))
    page = desk.post(path, {"purpose": "follow-up", "language": "en", "name": ""}).content.decode()
    (link,) = links_of(there.patient_id, week(2))
    assert link.about == f"{there.course_id}:week-2" and "The weeks after a course" in page
    assert send_follow_ups(now=week(2)) == 0, "somebody has handed out a link that opens"
    door = re.search(r"/l/[^\s\"<]+/", page)
    assert door is not None
    wren = Client()
    wren.post(door[0], BORN)
    assert answer_all(wren, "/me/follow-up/", {}) == ["phq-9"]


# --- an own sign-in --------------------------------------------------------------------------------------------------


def test_an_own_sign_in_opens_what_is_asked_each_week_anew_and_nothing_once_it_is_answered(at: Clock) -> None:
    there = a_course_that_is_over()
    at(OVER + timedelta(days=13))
    account = make_link(stored(NURSE_REYES), there.patient_id, purpose=Purpose.ACCOUNT, now=OVER + timedelta(days=13))
    wren = Client()
    wren.post(account.path, BORN)
    wren.post("/me/account/", {"sign_in_name": "wren.h", "password": PASSWORD, "again": PASSWORD})

    def sign_in() -> str:
        assert wren.post("/me/sign-in/", {"sign_in_name": "wren.h", "password": PASSWORD}).status_code == 302
        return wren.get("/me/home/").content.decode()

    for number in (2, 3):
        at(week(number))
        assert 'href="/me/follow-up/"' in sign_in()
        assert answer_all(wren, "/me/follow-up/", {}) == ["phq-9"]
        assert "All is saved" in wren.get("/me/follow-up/").content.decode()
        assert 'href="/me/follow-up/"' not in wren.get("/me/home/").content.decode()
        assert 'href="/me/follow-up/"' not in sign_in()
        assert any(one.occasion_key == f"week-{number}" for one in forms_of_course(there.course_id))


# --- nobody else's ---------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H56")
def test_a_link_answers_for_its_own_patient_and_opens_nothing_else(at: Clock) -> None:
    there = a_course_that_is_over()
    other = a_course_that_is_over(ren_halloway(), email="ren@mail.example")
    assert send_follow_ups(now=at(week(2))) == 2
    of_ren = next(number for number, one in enumerate(mail.outbox) if one.to == ["ren@mail.example"])
    ren = Client()
    assert ren.post(link_of(of_ren), BORN).status_code == 403, "Wren's date of birth"
    day, month, year = str(REN_BORN.day), str(REN_BORN.month), str(REN_BORN.year)
    assert ren.post(link_of(of_ren), {"day": day, "month": month, "year": year}).status_code == 302
    answer_all(ren, f"/me/follow-up/?course={there.course_id}", {("phq-9", "1"): "3"})
    ren.get("/me/follow-up/")
    assert forms_of_course(there.course_id) == ()
    assert [one.patient_id for one in forms_of_course(other.course_id)] == [other.patient_id]
    for path in ("/me/questions/", "/me/next-day/", "/me/journal/", "/me/home/"):
        assert ren.get(path).status_code == 403, path


@pytest.mark.hazard("H47")
def test_while_drug_runs_and_until_somebody_is_clear_nothing_is_asked_by_an_old_link() -> None:
    visit = infusing()
    there = a_course(visit.patient_id, first=NOW + timedelta(days=60))
    wren = by_link(visit.patient_id, Purpose.FOLLOW_UP, about=f"{there.course_id}:week-2")
    assert "Please rest" in wren.get("/me/follow-up/").content.decode()
    sent = {"instrument": "phq-9", "item": "1", "value": "0", "submission": "x"}
    assert "Please rest" in wren.post("/me/follow-up/", sent).content.decode()
    assert forms_of_course(there.course_id) == ()
