"""Reminders that leave once, links that the patient answers by, and feeds that say no name and not what for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar
from pytest_django import Settings

from dripstand.course import models, queries, services
from dripstand.course.feeds import Scope, feeds
from dripstand.course.wishes import Wishes
from dripstand.live import clock
from dripstand.people.actors import PatientByLink
from dripstand.people.errors import Unacceptable
from dripstand.people.models import Link, StaffMember
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_OKAFOR,
    NURSE_REYES,
    another_chair,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.course.courses import NOW, booked, in_induction, local
from tests.rooms.guide.coming import signed_in
from tests.rules.course.test_reminder_words import NAMES_THE_TREATMENT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mails(settings: Settings) -> Iterator[None]:
    settings.SITE_ADDRESS, settings.CAN_MAIL = "https://front.example", True
    yield


def wren(**wishes: object) -> str:
    """Wren told an address; her first infusion is on Monday the 9th at nine. Answers the booking's id."""
    patient_id = wren_halloway()
    told = Wishes(email="wren@mail.example", escort_name="Sam", **wishes)  # type: ignore[arg-type]
    services.tell_wishes(stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=told, now=NOW)
    return booked(in_induction(patient_id), 1, "2026-03-09T09:00")


EVE = "2026-03-08T10:00"


def test_each_reminder_leaves_once_however_often_the_job_comes() -> None:
    wren()
    assert services.send_due_reminders(now=local("2026-03-06T09:59")) == 0
    for _ in range(3):
        services.send_due_reminders(now=local("2026-03-06T10:00"))
    for _ in range(3):
        services.send_due_reminders(now=local(EVE))
    assert [one.to for one in mail.outbox] == [["wren@mail.example"]] * 2
    assert "list of all you take" in mail.outbox[0].body and "eat nothing after 05:30" in mail.outbox[1].body
    for one in mail.outbox:
        assert NAMES_THE_TREATMENT.search(str(one.subject) + str(one.body).replace("https://front.example", "")) is None


def test_who_gave_no_address_gets_nothing_and_the_other_does() -> None:
    wren()
    booked(in_induction(ren_halloway()), 1, "2026-03-09T09:00", another_chair())
    assert services.send_due_reminders(now=local(EVE)) == 1


def test_one_that_is_booked_for_tomorrow_gets_one_message_and_not_both() -> None:
    wren()
    services.send_due_reminders(now=local("2026-03-08T12:00"))
    assert len(mail.outbox) == 1 and "eat nothing" in mail.outbox[0].body
    assert "list of all you take" in mail.outbox[0].body  # nobody told her of her medicines before


def test_whoever_heard_of_medicines_before_is_not_told_again_and_a_message_that_failed_told_nobody() -> None:
    wren()
    services.send_due_reminders(now=local("2026-03-06T10:00"))
    services.send_due_reminders(now=local(EVE))
    assert ["list of all you take" in one.body for one in mail.outbox] == [True, False]
    models.Reminder.objects.filter(kind="ahead").update(state="failed")
    models.Reminder.objects.filter(kind="eve").update(state="due", tries_count=0)
    services.send_due_reminders(now=local("2026-03-08T10:30"))
    assert "list of all you take" in mail.outbox[-1].body and "eat nothing" in mail.outbox[-1].body


def test_a_booking_that_moves_is_spoken_of_anew_and_its_old_link_opens_nothing() -> None:
    booking_id = wren()
    services.send_due_reminders(now=local(EVE))
    old = link_of(-1)
    services.move(
        stored(FRONT_DESK_SORO),
        booking_id=booking_id,
        chair_id=str(models.Booking.objects.get().chair_id),
        starts_at=local("2026-03-09T13:00"),
        now=local("2026-03-08T11:00"),
    )
    services.send_due_reminders(now=local("2026-03-08T11:05"))
    assert len(mail.outbox) == 2 and "at 13:00" in mail.outbox[1].body
    assert Client().get(old).status_code == 403


def test_another_chair_or_nurse_at_the_same_time_leaves_the_message_and_its_link_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booking_id = wren()
    monkeypatch.setattr(clock.CLOCK, "now", lambda: local("2026-03-07T10:01"))
    services.send_due_reminders(now=local("2026-03-06T10:00"))
    link = link_of(-1)
    services.move(
        stored(FRONT_DESK_SORO),
        booking_id=booking_id,
        chair_id=another_chair(),
        starts_at=local("2026-03-09T09:00"),
        now=local("2026-03-07T10:00"),
        nurse_id=stored(NURSE_REYES).staff_id,
    )
    assert Client().get(link).status_code == 200, "the patient can still answer"
    services.send_due_reminders(now=local(EVE))
    assert len(mail.outbox) == 2, "the eve's message still leaves"


def test_a_booking_that_moves_away_and_back_is_spoken_of_again() -> None:
    booking_id = wren()
    services.send_due_reminders(now=local("2026-03-06T10:00"))
    chair = str(models.Booking.objects.get().chair_id)
    for at, now in (("2026-03-10T09:00", "2026-03-06T11:00"), ("2026-03-09T09:00", "2026-03-06T12:00")):
        services.move(
            stored(FRONT_DESK_SORO), booking_id=booking_id, chair_id=chair, starts_at=local(at), now=local(now)
        )
    services.send_due_reminders(now=local(EVE))
    assert len(mail.outbox) == 2, "the eve's message about the time that stands again"
    assert "on Monday 9 March at 09:00" in mail.outbox[-1].body


def test_who_was_told_of_the_other_time_is_told_again_when_the_booking_moves_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booking_id = wren()
    chair = str(models.Booking.objects.get().chair_id)
    services.send_due_reminders(now=local(EVE))
    services.answer_reminder(
        PatientByLink(str(models.Booking.objects.get().patient_id), str(Link.objects.get().pk)),
        booking_id=booking_id, answer="coming", now=local("2026-03-08T10:01"),
    )  # fmt: skip
    for clock_time, now in (("13:00", "2026-03-08T11:00"), ("09:00", "2026-03-08T12:00")):
        services.move(
            stored(FRONT_DESK_SORO), booking_id=booking_id, chair_id=chair, now=local(now),
            starts_at=local(f"2026-03-09T{clock_time}"),
        )  # fmt: skip
        for minutes in (5, 10):
            services.send_due_reminders(now=local(now) + timedelta(minutes=minutes))
        assert queries.answer_of(booking_id) == "", "what was said to another time is no answer to this one"
    told = [re.search(r"at (\d\d:\d\d)", str(one.body)) for one in mail.outbox]
    assert [one[1] for one in told if one] == ["09:00", "13:00", "09:00"]
    monkeypatch.setattr(clock.CLOCK, "now", lambda: local("2026-03-08T12:20"))
    assert [Client().get(link_of(number)).status_code for number in (0, 1, 2)] == [403, 403, 200]


def test_a_message_that_fell_due_while_the_booking_stood_elsewhere_leaves_when_it_comes_back() -> None:
    booking_id = wren()
    chair = str(models.Booking.objects.get().chair_id)
    for at, now in (("2026-03-10T09:00", "2026-03-06T09:30"), ("2026-03-09T09:00", "2026-03-06T10:30")):
        services.send_due_reminders(now=local(now) - timedelta(minutes=5))
        services.move(
            stored(FRONT_DESK_SORO), booking_id=booking_id, chair_id=chair, starts_at=local(at), now=local(now)
        )
    services.send_due_reminders(now=local("2026-03-06T10:35"))
    assert len(mail.outbox) == 1 and "9 March" in mail.outbox[0].body


def test_a_cancelled_booking_is_not_spoken_of() -> None:
    booking_id = wren()
    services.cancel(stored(FRONT_DESK_SORO), booking_id=booking_id, now=NOW, reason="a cold")
    assert services.send_due_reminders(now=local(EVE)) == 0


def test_a_mail_server_that_fails_is_tried_again_and_nothing_is_called_sent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wren()

    def refuses(*_args: object, **_kwargs: object) -> int:
        raise OSError("no")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuses)
    assert services.send_due_reminders(now=local(EVE)) == 0
    assert not models.Reminder.objects.filter(state="sent").exists()
    monkeypatch.undo()
    assert services.send_due_reminders(now=local(EVE) + timedelta(minutes=5)) == 0  # not at once
    assert services.send_due_reminders(now=local(EVE) + timedelta(minutes=11)) == 1


def test_without_a_mail_server_nothing_is_made_and_nothing_is_said_to_be_sent(settings: Settings) -> None:
    settings.CAN_MAIL = False
    wren()
    assert services.send_due_reminders(now=local(EVE)) == 0
    assert not models.Reminder.objects.exists()


def link_of(number: int) -> str:
    found = re.search(r"https://front\.example(/l/\S+)", str(mail.outbox[number].body))
    assert found is not None
    return found[1]


def test_the_patient_answers_without_an_account_and_the_link_is_then_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    booking_id = wren()
    now = local(EVE)
    services.send_due_reminders(now=now)
    monkeypatch.setattr(clock.CLOCK, "now", lambda: now + timedelta(minutes=3))
    browser = Client()
    door = browser.get(link_of(-1))
    assert door.status_code == 200 and "Wren" not in door.content.decode()
    assert browser.post(link_of(-1), {"year": "1984", "month": "5", "day": "18"}).status_code == 403
    assert browser.post(link_of(-1), {"year": "1984", "month": "5", "day": "17"}).status_code in (302, 303)
    page = browser.get("/me/appointment/").content.decode()
    assert "09:00" in page and NAMES_THE_TREATMENT.search(page.split("<main")[1].split("</main")[0]) is None
    thanked = browser.post("/me/appointment/", {"answer": "coming"}).content.decode()
    assert "We have noted that you are coming." in thanked
    assert queries.answer_of(booking_id) == "coming"
    assert Client().get("/me/appointment/").status_code == 403, "nobody without the link"


def test_another_patient_s_link_answers_nothing() -> None:
    booking_id = wren()
    services.send_due_reminders(now=local(EVE))
    other = PatientByLink(ren_halloway(), "00000000-0000-4000-8000-000000000001")
    assert not services.answer_reminder(other, booking_id=booking_id, answer="cannot", now=local(EVE))
    assert queries.answer_of(booking_id) == ""


def test_a_link_from_the_staffs_page_opens_the_next_appointment_and_without_one_none_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock.CLOCK, "now", lambda: NOW)
    patient_id = wren_halloway()
    there, page, sent = in_induction(patient_id), f"/patients/{patient_id}/links/", {"purpose": "appointment"}
    nurse = signed_in(NURSE_REYES)
    refused = nurse.post(page, sent | {"language": "en"})
    assert refused.status_code == 400 and "none is booked. Book one first" in refused.content.decode()
    assert not Link.objects.filter(purpose="appointment").exists()
    first, second = booked(there, 1, "2026-03-09T09:00"), booked(there, 2, "2026-03-12T10:00")
    for booking_id, begins in ((first, "09:00"), (second, "10:00")):
        shown = nurse.post(page, sent | {"language": "en"}).content.decode()
        made = re.search(r"http://testserver(/l/[^<\s\"]+/)", shown)
        assert made
        browser = Client()
        assert browser.post(made[1], {"year": "1984", "month": "5", "day": "17"}).status_code == 302
        opened = browser.get("/me/appointment/").content.decode()
        assert begins in opened and "Are you coming?" in opened
        assert browser.post("/me/appointment/", {"answer": "coming"}).status_code == 200
        assert queries.answer_of(booking_id) == "coming"
        services.cancel(stored(FRONT_DESK_SORO), booking_id=booking_id, now=NOW, reason="a cold")
    monkeypatch.setattr(clock.CLOCK, "now", lambda: local("2026-03-12T10:01"))
    booked(there, 3, "2026-03-16T11:00")
    monkeypatch.setattr(clock.CLOCK, "now", lambda: local("2026-03-16T11:00"))
    assert nurse.post(page, sent | {"language": "en"}).status_code == 400, "one that has begun is not asked about"


# --- feeds -----------------------------------------------------------------------------------------------------------


def entries(secret: str, now: datetime = NOW) -> list[object]:
    body = services.read_feed(secret=secret, now=now, host="front.example")
    assert body is not None
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_a_feed_says_initials_chair_and_number_and_a_patient_s_says_appointment() -> None:
    booking_id = wren(language="de")
    desk = stored(FRONT_DESK_SORO)
    patient_id = str(models.Booking.objects.get().patient_id)
    clinic = entries(services.make_feed(desk, scope=Scope.CLINIC, now=NOW))
    assert [str(one["SUMMARY"]) for one in clinic] == ["WH 1/6, Harbour 1"]  # type: ignore[index]
    own = entries(services.make_feed(desk, scope=Scope.PATIENT, patient_id=patient_id, now=NOW))
    assert [str(one["SUMMARY"]) for one in own] == ["Termin"]  # type: ignore[index]
    assert own[0]["DTSTART"].dt == local("2026-03-09T09:00")  # type: ignore[index]
    assert str(own[0]["UID"]) == f"{booking_id}@front.example"  # type: ignore[index]


def test_a_member_of_staff_reads_what_they_are_named_for_and_makes_nobody_else_s_feed() -> None:
    course = in_induction()
    booking_id = booked(course, 1, "2026-03-09T09:00")
    reyes, okafor = stored(NURSE_REYES), stored(NURSE_OKAFOR)
    models.Booking.objects.filter(pk=booking_id).update(nurse_id=reyes.staff_id)
    assert len(entries(services.make_feed(reyes, scope=Scope.STAFF, now=NOW))) == 1
    assert entries(services.make_feed(okafor, scope=Scope.STAFF, now=NOW)) == []
    with pytest.raises(Unacceptable):
        services.make_feed(okafor, scope=Scope.STAFF, staff_id=reyes.staff_id, now=NOW)


def test_who_leaves_takes_along_the_feeds_of_the_clinic_whose_address_they_know_and_no_patient_s() -> None:
    wren()
    desk, lead = stored(FRONT_DESK_SORO), stored(MEDICAL_LEAD_ABARA)
    patient_id = str(models.Booking.objects.get().patient_id)
    clinic = services.make_feed(desk, scope=Scope.CLINIC, now=NOW)
    patient = services.make_feed(desk, scope=Scope.PATIENT, patient_id=patient_id, now=NOW)
    colleague = services.make_feed(lead, scope=Scope.CLINIC, now=NOW)
    StaffMember.objects.filter(pk=desk.staff_id).update(is_active=False)
    assert services.read_feed(secret=clinic, now=NOW, host="front.example") is None
    assert len(entries(patient)) == len(entries(colleague)) == 1
    told = {(one.scope, one.made_by_name): (one.maker_left, one.is_stopped) for one in feeds()}
    assert told == {
        (Scope.CLINIC, desk.name): (True, True),
        (Scope.PATIENT, desk.name): (True, False),
        (Scope.CLINIC, lead.name): (False, False),
    }
    said = signed_in(MEDICAL_LEAD_ABARA).get("/calendar/feeds/").content.decode()
    assert said.count("stopped: who knew its address works here no longer") == 1
    assert said.count("has seen its address") == 1


def test_a_feed_is_read_by_its_secret_alone_and_not_after_it_was_taken_back() -> None:
    wren()
    desk = stored(FRONT_DESK_SORO)
    secret = services.make_feed(desk, scope=Scope.CLINIC, now=datetime.now(UTC))
    answer = Client().get(f"/calendar/feed/{secret}.ics")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/calendar")
    assert Client().get("/calendar/feed/guessed.ics").status_code == 404
    assert secret not in str(models.CalendarFeed.objects.values_list())
    services.take_back_feed(desk, feed_id=str(models.CalendarFeed.objects.get().pk), now=NOW)
    assert Client().get(f"/calendar/feed/{secret}.ics").status_code == 404


def test_a_language_in_which_no_reminder_is_written_is_refused_and_nothing_is_kept() -> None:
    patient_id = wren_halloway()
    for language in ("xx", "EN", "fr"):
        with pytest.raises(Unacceptable) as refused:
            told = Wishes(email="wren@mail.example", language=language)
            services.tell_wishes(stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=told, now=NOW)
        assert set(refused.value.words) == {"language"}
    for language in ("", "en", "de", "es"):
        told = Wishes(email="wren@mail.example", language=language)
        services.tell_wishes(stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=told, now=NOW)
    assert queries.wishes_of(patient_id).language == "es"
