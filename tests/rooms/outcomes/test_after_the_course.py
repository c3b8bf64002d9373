"""Whose course has ended is asked all the same: at its end, for four weeks, for six months (protocol.md 6.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from dripstand.course import queries as courses
from dripstand.course import services as course
from dripstand.course.states import Step
from dripstand.guide.follow_up_messages import asked_after_the_course
from dripstand.outcomes import queries, services
from dripstand.outcomes.due import AFTERWARDS, asked_afterwards, due_of_course
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Standing
from dripstand.outcomes.suicidality import Place
from tests.people import MEDICAL_LEAD_ABARA, NOW, NURSE_REYES, PRESCRIBER_VANCE, stored, wren_halloway
from tests.rooms.outcomes.courses import ACourse, a_course, given, phq
from tests.rooms.outcomes.test_pages import as_, words

pytestmark = pytest.mark.django_db
LAST = NOW + timedelta(days=15)
OVER = LAST + timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(at: datetime) -> None:
        monkeypatch.setattr("dripstand.outcomes.views.questionnaires.now_by_clock", lambda: at)

    for actor in (NURSE_REYES, PRESCRIBER_VANCE, MEDICAL_LEAD_ABARA):
        stored(actor)
    return set_to


def a_course_of_six() -> ACourse:
    there = a_course()
    for number in range(1, 7):
        given(there, number, NOW + timedelta(days=3 * (number - 1)))
    return there


def ended(there: ACourse, at: datetime) -> ACourse:
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="the series is complete", now=at
    )
    assert courses.course(there.course_id).ended_at == at
    return there


def asked(at: datetime) -> list[str]:
    found = asked_afterwards(at, lately=timedelta(0), soon=timedelta(0))
    keys = [each.key for one in found for each in one.slots(at, lately=timedelta(0), soon=timedelta(0))]
    assert keys == [key for one in found for _due_at, key in one.asked]
    return keys


def test_the_weeks_and_months_after_a_course_are_due_also_once_it_has_ended(
    clock: Callable[[datetime], None],
) -> None:
    there = ended(a_course_of_six(), OVER + 2 * DAY)
    for days, key in ((3, "end"), (7, "week-1"), (28, "week-4"), (28 + 30, "month-1"), (28 + 180, "month-6")):
        clock(OVER + days * DAY)
        assert f"{key}/phq-9" in asked(OVER + days * DAY)
        for path in ("/outcomes/", f"/outcomes/patients/{there.patient_id}/"):
            page = words(as_(NURSE_REYES), path)
            assert "PHQ-9" in page and "By telephone" in page, (key, path)
    clock(OVER + timedelta(days=28 + 180 + 20))
    assert asked(OVER + timedelta(days=28 + 180 + 20)) == []
    assert "By telephone" not in words(as_(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/")


def test_a_positive_answer_by_telephone_a_month_after_the_course_pages_the_on_call_and_is_of_the_course(
    clock: Callable[[datetime], None],
) -> None:
    there = ended(a_course_of_six(), OVER + 2 * DAY)
    at = OVER + 58 * DAY
    clock(at)
    page = f"/outcomes/patients/{there.patient_id}/"
    answer = as_(NURSE_REYES).post(page, {"key": "month-1/phq-9", "place": "home"})
    (form,) = queries.forms_of_course(there.course_id)
    assert answer.status_code == 302 and form.place is Place.HOME
    assert (form.occasion, form.occasion_key) == (Occasion.MONTHLY, "month-1")
    as_(NURSE_REYES).post(answer["Location"], {"item-9": "1"})
    (paged,) = queries.escalations_about(form.questionnaire_id)
    assert paged.was_paged


def test_what_was_answered_or_left_out_is_not_due_again() -> None:
    there = ended(a_course_of_six(), OVER)
    assert asked(OVER + 8 * DAY) == ["week-1/phq-9"]
    phq(there, 6, OVER + 8 * DAY, Occasion.WEEKLY, "week-1")
    assert asked(OVER + 8 * DAY) == []
    assert asked(OVER + 14 * DAY) == ["week-2/phq-9"]
    nurse = stored(NURSE_REYES)
    left = services.start(
        nurse, patient_id=there.patient_id, instrument_id="phq-9", occasion=Occasion.WEEKLY, place=Place.HOME,
        now=OVER + 14 * DAY, occasion_key="week-2", course_id=there.course_id,
    )  # fmt: skip
    assert asked(OVER + 14 * DAY) == ["week-2/phq-9"], "it was begun and not ended"
    services.skip(nurse, left, reason="does not want to be called", now=OVER + 14 * DAY)
    assert asked(OVER + 14 * DAY) == []


def test_what_is_asked_of_many_is_what_the_schedule_of_each_says() -> None:
    there = ended(a_course_of_six(), OVER)
    details = courses.course(there.course_id)
    for day in range(0, 230):
        now = OVER + day * DAY
        listed = due_of_course(details, (), now)
        assert asked(now) == [
            one.key for one in listed if one.standing is Standing.DUE and one.occasion in AFTERWARDS
        ], day


def test_nobody_is_asked_after_a_course_in_which_nothing_was_given_or_who_is_in_a_course_again() -> None:
    ended(a_course(wren_halloway(record_number="TEST-2", name="Test Person", preferred_name="Test")), NOW + DAY)
    assert asked(NOW + 8 * DAY) == []
    there = ended(a_course_of_six(), OVER + 2 * DAY)
    assert asked(OVER + 7 * DAY) != []
    a_course(there.patient_id, first=OVER + 6 * DAY)  # its induction has begun
    assert asked(OVER + 7 * DAY) == []


def test_while_a_further_course_is_only_evaluated_the_last_one_goes_on_asking(
    clock: Callable[[datetime], None],
) -> None:
    there = ended(a_course_of_six(), OVER + 2 * DAY)
    again = course.open_course(stored(PRESCRIBER_VANCE), patient_id=there.patient_id, now=OVER + 5 * DAY)
    at = OVER + 10 * DAY
    assert isinstance(again, str) and asked(at) == ["week-1/phq-9"]
    clock(at)
    path = f"/outcomes/patients/{there.patient_id}/"
    assert all("By telephone" in words(as_(NURSE_REYES), page) for page in ("/outcomes/", path))
    answer = as_(NURSE_REYES).post(path, {"key": "week-1/phq-9", "place": "home"})
    (form,) = queries.forms_of(there.patient_id)
    assert answer.status_code == 302 and (form.course_id, form.occasion_key) == (there.course_id, "week-1")
    assert asked_after_the_course(there.patient_id, at).startswith(there.course_id)


def test_a_later_course_that_was_ended_in_evaluation_does_not_hide_what_the_one_before_still_asks(
    clock: Callable[[datetime], None],
) -> None:
    there = ended(a_course_of_six(), OVER)
    again = course.open_course(
        stored(PRESCRIBER_VANCE), patient_id=there.patient_id, now=OVER + 9 * DAY, indication="chronic_pain",
        reason="asks about pain",
    )  # fmt: skip
    assert isinstance(again, str)
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=again, step=Step.END, reason="not for her", now=OVER + 13 * DAY
    )
    at = OVER + 14 * DAY
    clock(at)
    assert asked(at) == ["week-2/phq-9"]
    path = f"/outcomes/patients/{there.patient_id}/"
    assert all("By telephone" in words(as_(NURSE_REYES), page) for page in ("/outcomes/", path))
    answer = as_(NURSE_REYES).post(path, {"key": "week-2/phq-9", "place": "home"})
    (form,) = queries.forms_of(there.patient_id)
    assert answer.status_code == 302 and (form.course_id, form.occasion_key) == (there.course_id, "week-2")
    assert asked_after_the_course(there.patient_id, at).startswith(there.course_id)


def test_what_is_not_asked_any_more_when_its_button_is_pressed_is_refused_in_words_and_begins_nothing(
    clock: Callable[[datetime], None],
) -> None:
    there = ended(a_course_of_six(), OVER)
    a_course(there.patient_id, first=OVER + 14 * DAY)  # its induction is begun while the list lies open
    clock(OVER + 14 * DAY)
    answer = as_(NURSE_REYES).post(f"/outcomes/patients/{there.patient_id}/", {"key": "week-2/phq-9"})
    said = " ".join(answer.content.decode().split())
    assert answer.status_code == 409 and "That is not asked any more" in said and "Nothing was begun" in said
    assert queries.forms_of(there.patient_id) == ()
