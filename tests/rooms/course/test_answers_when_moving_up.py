"""Infusions move up over days that stay: what the patient was told and answered about a day stays with the day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from dripstand.course import models, queries, services
from dripstand.course.judging import DECIDE, Refusal
from dripstand.course.wishes import Wishes
from dripstand.live import clock
from dripstand.people.actors import PatientByLink
from dripstand.people.models import Link
from tests.people import FRONT_DESK_SORO, NURSE_REYES, another_chair, clinic_with_a_chair, stored, wren_halloway
from tests.rooms.course.courses import NOW, booked, in_induction, local, open_on_weekdays
from tests.rooms.guide.coming import signed_in

pytestmark = pytest.mark.django_db
DAYS = ("02", "04", "06", "09", "11", "13")
AFTER = datetime(2026, 3, 4, 16, 5, tzinfo=UTC)
"""The second infusion has slipped a few minutes before."""


@pytest.fixture(autouse=True)
def _mails(settings: Settings) -> Iterator[None]:
    settings.SITE_ADDRESS, settings.CAN_MAIL = "https://front.example", True
    yield


def answered(answer: str = "cannot") -> queries.CourseDetails:
    """Six booked, the first given. Of the third, on Friday the 6th, she was told; then the second slipped.

    answer: what she said to the Friday, "" where she has not answered yet.
    """
    open_on_weekdays()
    patient_id = wren_halloway()
    services.tell_wishes(
        stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=Wishes(email="wren@mail.example"), now=NOW
    )
    course = in_induction(patient_id, pattern_key="six_in_two_weeks")
    ids = [booked(course, number, f"2026-03-{day}T09:00") for number, day in enumerate(DAYS, 1)]
    services.mark_given(
        stored(NURSE_REYES), infusion_id=course.series[0].infusion_id, started_at=local("2026-03-02T09:30"),
        reason="on paper", now=local("2026-03-02T12:00"),
    )  # fmt: skip
    services.send_due_reminders(now=local("2026-03-03T10:01"))
    if answer:
        by = PatientByLink(patient_id, str(Link.objects.get(about=ids[2]).pk))
        assert services.answer_reminder(by, booking_id=ids[2], answer=answer, now=local("2026-03-03T11:00"))
    services.slip(stored(FRONT_DESK_SORO), booking_id=ids[1], now=local("2026-03-04T10:00"), reason="did not come")
    return queries.course(course.course_id)


def moved_up(course: queries.CourseDetails) -> str:
    """The front desk books the second on the 16th and lets the others move up. Answers what the page said before."""
    client = signed_in(FRONT_DESK_SORO)
    place = f"/calendar/place/{course.series[1].infusion_id}/"
    asked = {"chair": clinic_with_a_chair(), "at": "2026-03-16T14:00Z"}
    shown = client.get(place, asked)
    form = {"what": "move_up", "seen": shown.context["move_up_seen"], "codes": shown.context["move_up_codes"], **asked}
    assert client.post(place, form | {"reason": "agreed by telephone"}).status_code == 303
    return str(shown.content.decode())


def on_the_friday() -> models.Booking:
    return models.Booking.objects.get(starts_at=local("2026-03-06T09:00"), state="held")


def test_when_infusions_move_up_the_page_says_that_the_patient_cannot_come_and_the_answer_stays_with_the_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = answered()
    monkeypatch.setattr(clock.CLOCK, "now", lambda: AFTER)
    assert on_the_friday().infusion.number == 3
    said = moved_up(course)
    assert "Asked about 2026-03-06 09:00, the patient answered that they cannot come." in said
    assert on_the_friday().infusion.number == 2
    assert queries.answer_of(str(on_the_friday().pk)) == "cannot"
    third = queries.infusion(course.series[2].infusion_id).booking
    assert third is not None and queries.answer_of(third.booking_id) == "", "of the 9th nobody was asked yet"


def test_whoever_was_told_of_a_day_is_not_told_again_when_another_infusion_is_given_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = answered()
    monkeypatch.setattr(clock.CLOCK, "now", lambda: AFTER)
    moved_up(course)
    before = len(mail.outbox)
    services.send_due_reminders(now=local("2026-03-04T10:10"))
    assert len(mail.outbox) == before
    services.send_due_reminders(now=local("2026-03-05T10:10"))
    assert [one.subject for one in mail.outbox[before:]] == ["Your appointment on Friday 6 March"], "the eve's message"


def test_the_link_of_a_day_that_stays_opens_that_day_and_keeps_the_answer_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = answered("")
    monkeypatch.setattr(clock.CLOCK, "now", lambda: AFTER)
    of_the_friday = next(one for one in mail.outbox if "6 March" in one.subject)
    link = re.search(r"https://front\.example(/l/\S+)", str(of_the_friday.body))
    assert link is not None
    moved_up(course)
    browser = Client()
    assert browser.post(link[1], {"year": "1984", "month": "5", "day": "17"}).status_code in (302, 303)
    assert "6 March" in browser.get("/me/appointment/").content.decode()
    browser.post("/me/appointment/", {"answer": "cannot"})
    assert queries.answer_of(str(on_the_friday().pk)) == "cannot"


def test_two_infusions_that_change_places_leave_each_day_its_own_answer() -> None:
    patient_id = wren_halloway()
    services.tell_wishes(
        stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=Wishes(email="wren@mail.example"), now=NOW
    )
    course = in_induction(patient_id)
    days = {1: "2026-03-02T09:00", 2: "2026-03-04T09:00"}
    ids = {number: booked(course, number, at) for number, at in days.items()}
    services.send_due_reminders(now=NOW)
    links = {one.about: one for one in Link.objects.filter(purpose="appointment")}
    for number, answer in ((1, "cannot"), (2, "coming")):
        by = PatientByLink(patient_id, str(links[ids[1]].pk))
        assert services.answer_reminder(by, booking_id=ids[number], answer=answer, now=NOW)
    # The order of a series never turns round by hand; the second row takes the number of the first for this.
    models.PlannedInfusion.objects.filter(pk=course.series[0].infusion_id).update(number=99)
    models.PlannedInfusion.objects.filter(pk=course.series[1].infusion_id).update(number=1)
    models.PlannedInfusion.objects.filter(pk=course.series[0].infusion_id).update(number=2)
    places = [
        services.Place(course.series[index].infusion_id, clinic_with_a_chair(), local(days[number]))
        for index, number in ((0, 2), (1, 1))
    ]
    done = services.place_all(
        stored(FRONT_DESK_SORO), places=places, now=NOW, accepted=DECIDE, reason="the other way round"
    )
    assert isinstance(done, services.Booked), done
    assert {number: queries.answer_of(ids[number]) for number in ids} == {1: "coming", 2: "cannot"}
    assert Link.objects.get(pk=links[ids[1]].pk).about == ids[2]


def test_a_time_to_which_the_patient_answered_that_they_cannot_come_is_booked_again_only_with_a_reason() -> None:
    answered()
    chair = another_chair()
    held = on_the_friday()
    refused = services.move(
        stored(FRONT_DESK_SORO), booking_id=str(held.pk), chair_id=chair, starts_at=held.starts_at, now=AFTER
    )
    assert isinstance(refused, Refusal) and "said_cannot" in refused.codes and refused.may_decide
    # who says later that they come after all has said so
    by = PatientByLink(str(held.patient_id), str(Link.objects.get(about=str(held.pk)).pk))
    assert services.answer_reminder(by, booking_id=str(held.pk), answer="coming", now=AFTER)
    again = services.move(
        stored(FRONT_DESK_SORO), booking_id=str(held.pk), chair_id=chair, starts_at=held.starts_at, now=AFTER
    )
    assert not isinstance(again, Refusal) or "said_cannot" not in again.codes
