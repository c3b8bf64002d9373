"""Lists of many patients ask the database as often as lists of one: what grows with the clinic is a defect."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dripstand.course import queries as courses
from dripstand.course import services as course
from dripstand.course.judging import DECIDE
from dripstand.course.states import Step
from dripstand.outcomes import queries, services
from dripstand.outcomes.due import due_of_course, open_slots
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Standing
from dripstand.outcomes.suicidality import Place
from dripstand.premises.queries import clinic_zone
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    clinic_with_a_chair,
    stored,
    wren_halloway,
)
from tests.rooms.outcomes.courses import a_course, given, phq
from tests.rooms.outcomes.test_pages import as_

DAY = (NOW + timedelta(days=2)).replace(hour=6, minute=0)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("outcomes.views.questionnaires", "outcomes.views.escalations", "course.views.day"):
        monkeypatch.setattr(f"dripstand.{module}.now_by_clock", lambda: NOW + timedelta(days=1))


def _a_patient_who_waits(number: int) -> None:
    """With a course, questionnaires that are due, and an answer that needs a clinician."""
    names = {"record_number": f"TEST-{number}", "name": f"Test Person {number}", "preferred_name": f"Test {number}"}
    there = a_course(wren_halloway(**names), first=NOW + timedelta(days=2))
    a_place = course.book(
        stored(FRONT_DESK_SORO),
        infusion_id=there.infusions[1],
        chair_id=clinic_with_a_chair(),
        starts_at=DAY + timedelta(hours=4 * number),
        now=NOW,
        accepted=DECIDE,
        reason="agreed with the patient",
    )
    assert isinstance(a_place, course.Booked), a_place
    phq(there, 12, NOW - timedelta(days=1), Occasion.BASELINE, "baseline", item_9=1)


def _queries_count(path: str) -> int:
    who = FRONT_DESK_SORO if path.startswith("/day/") else PRESCRIBER_VANCE
    client = as_(who)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


PAGES = (
    "/outcomes/",
    "/outcomes/escalations/",
    "/courses/",
    "/calendar/feeds/",
    f"/day/{DAY.date()}/",
)


def test_pages_of_many_patients_ask_as_often_for_four_as_for_one() -> None:
    for actor in (NURSE_REYES, PRESCRIBER_VANCE, MEDICAL_LEAD_ABARA, FRONT_DESK_SORO):
        stored(actor)
    _a_patient_who_waits(1)
    for path in PAGES:
        _queries_count(path)  # what is looked up once in a process is not of the page
    assert "Test Person 1" in as_(FRONT_DESK_SORO).get(PAGES[-1]).content.decode()
    one = {path: _queries_count(path) for path in PAGES}
    for number in (2, 3, 4):
        _a_patient_who_waits(number)
    for path in PAGES:
        _queries_count(path)
    assert {path: _queries_count(path) for path in PAGES} == one


def test_whose_questionnaire_is_due_first_stands_first_and_the_others_are_a_page_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dripstand.outcomes.views.questionnaires.SHOWN_AT_ONCE_COUNT", 2)
    for number, days in ((1, 3), (2, 1), (3, 2)):
        names = {"record_number": f"TEST-{number}", "name": f"Test Person {number}", "preferred_name": f"Test {number}"}
        a_course(wren_halloway(**names), first=NOW + timedelta(days=days))
    first, second = (as_(PRESCRIBER_VANCE).get(f"/outcomes/?page={number}").content.decode() for number in (1, 2))
    assert first.index("Test Person 2") < first.index("Test Person 3")
    assert "Test Person 1" not in first and "1 to 2 of 3 people" in first
    assert "Test Person 1" in second and "Test Person 2" not in second and "3 to 3 of 3 people" in second


def test_what_is_open_by_its_keys_is_what_is_open_by_its_answers() -> None:
    there = a_course(first=NOW + timedelta(hours=12))
    phq(there, 12, NOW - timedelta(days=1), Occasion.BASELINE, "baseline")
    given(there, 1, NOW + timedelta(hours=12))
    form = phq(there, 11, NOW + timedelta(hours=11), Occasion.BEFORE_INFUSION, "before-1")
    booked = course.book(
        stored(FRONT_DESK_SORO), infusion_id=there.infusions[2], chair_id=clinic_with_a_chair(),
        starts_at=DAY + timedelta(days=3), now=NOW, accepted=DECIDE, reason="agreed with the patient",
    )  # fmt: skip
    assert isinstance(booked, course.Booked), booked
    course_now = courses.course(there.course_id)
    (series,) = courses.running_series()
    assert (series.given_count, series.count) == (1, 6)
    open_ = {Standing.NOT_YET, Standing.DUE, Standing.MISSED}
    for hours in (0, 12, 40, 100, 500):
        at = NOW + timedelta(hours=hours)
        by_answers = due_of_course(course_now, queries.forms_of_course(there.course_id), at)
        keys = queries.ended_keys_of_courses([there.course_id])[there.course_id]
        slots = open_slots(series, keys, at, clinic_zone())
        assert slots == tuple(one for one in by_answers if one.standing in open_)
        assert len(by_answers) > len(slots), form


def test_a_rating_waits_for_its_signature_until_it_is_signed_and_again_once_it_is_corrected() -> None:
    there = a_course()
    nurse = stored(NURSE_REYES)
    form = services.start(
        nurse, patient_id=there.patient_id, instrument_id="madrs", occasion=Occasion.BASELINE, place=Place.CLINIC,
        now=NOW, occasion_key="baseline", course_id=there.course_id,
    )  # fmt: skip
    items = [item.name for item in instrument("madrs").total_items]
    for item in items:
        services.answer(nurse, form, item=item, value=2, submission_id=f"a-{item}", now=NOW)

    def waiting() -> list[str]:
        return [one.questionnaire_id for one in queries.unsigned()]

    assert waiting() == [form], "one that was begun and left holds the forecast back too"
    services.finish(nurse, form, now=NOW)
    assert waiting() == [form]
    services.sign_rating(nurse, form, seen_sha256=queries.filled(form).answers_sha256, now=NOW)
    assert waiting() == []
    services.answer(nurse, form, item=items[1], value=3, submission_id="again", now=NOW, reason="misread the paper")
    assert (
        waiting()
        == [form]
        == [one.questionnaire_id for one in queries.forms_of(there.patient_id) if one.needs_signature]
    )
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="the patient moved away", now=NOW
    )
    assert waiting() == [form], "also of a course that has ended"


def test_a_rating_before_any_course_waits_for_its_signature_too() -> None:
    nurse = stored(NURSE_REYES)
    form = services.start(
        nurse, patient_id=wren_halloway(), instrument_id="madrs", occasion=Occasion.BASELINE, place=Place.CLINIC,
        now=NOW,
    )  # fmt: skip
    for item in instrument("madrs").total_items:
        services.answer(nurse, form, item=item.name, value=2, submission_id=f"a-{item.name}", now=NOW)
    services.finish(nurse, form, now=NOW)
    assert f"/outcomes/forms/{form}/" in as_(NURSE_REYES).get("/outcomes/").content.decode()


def test_who_is_asked_after_a_course_costs_no_more_reads_the_more_they_are() -> None:
    for actor in (NURSE_REYES, PRESCRIBER_VANCE, MEDICAL_LEAD_ABARA, FRONT_DESK_SORO):
        stored(actor)

    def over(number: int) -> None:
        names = {"record_number": f"TEST-{number}", "name": f"Test {number}", "preferred_name": f"Test {number}"}
        there = a_course(wren_halloway(**names), first=NOW - timedelta(days=22), count=1)
        given(there, 1, NOW - timedelta(days=22))
        course.take_step(
            stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="it is complete",
            now=NOW - timedelta(days=6),
        )  # fmt: skip

    over(1)
    _queries_count("/outcomes/")
    one = _queries_count("/outcomes/")
    assert "No e-mail address is known" in as_(NURSE_REYES).get("/outcomes/").content.decode()
    for number in (2, 3, 4):
        over(number)
    assert _queries_count("/outcomes/") == one
