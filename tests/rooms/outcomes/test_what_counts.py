"""Which forms a course is judged by: its baseline is from before it, and what comes late is not taken as on time."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

import pytest

from dripstand.course import queries as courses
from dripstand.course import services as course
from dripstand.course.judging import DECIDE
from dripstand.course.models import PlannedInfusion
from dripstand.course.states import Step
from dripstand.guide.due_forms import opens_later, wanted_today
from dripstand.outcomes import queries, services
from dripstand.outcomes.definitions import BY_CODE
from dripstand.outcomes.due import due_of_course, open_slots
from dripstand.outcomes.learning import MEMORY, past_courses
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.responding import baseline_of, curve, scores_day_after, seen_after
from dripstand.outcomes.schedule import Due, Standing
from dripstand.outcomes.suicidality import Place
from dripstand.people.actors import PatientByLink
from dripstand.premises.queries import chairs, clinic_zone
from tests.people import (
    FRONT_DESK_SORO,
    NOW,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    clinic_with_a_chair,
    stored,
)
from tests.rooms.outcomes.courses import ACourse, a_course, another_series, given, phq, under_way
from tests.rooms.outcomes.filling import by_link
from tests.rooms.outcomes.test_pages import as_, words

DAY = timedelta(days=1)
AT = NOW + 13 * DAY
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    MEMORY.clear()
    for module in ("course_page", "response_page", "questionnaires"):
        monkeypatch.setattr(f"dripstand.outcomes.views.{module}.now_by_clock", lambda: AT)
    for actor in (NURSE_REYES, PRESCRIBER_VANCE):
        stored(actor)


def _start_total(course_id: str, series_number: int = 1) -> int | None:
    forms = [each for each in queries.forms_of_course(course_id) if each.series_number == series_number]
    found = baseline_of(forms, "phq-9")
    return int(found.score.total_score) if found is not None and found.score.total_score is not None else None


def test_what_is_asked_as_a_baseline_after_the_first_infusion_replaces_none() -> None:
    there = a_course()
    under_way(there, (21, 18, 12, 9, 8))
    form = phq(there, 8, NOW + 12 * DAY, Occasion.BASELINE, "baseline")
    assert _start_total(there.course_id) == 21
    assert "was 21" in words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/")
    assert "given after the first infusion: the course is not judged by it" in words(
        as_(NURSE_REYES), f"/outcomes/forms/{form}/"
    )


def test_a_baseline_of_weeks_before_the_first_infusion_says_so_where_a_course_is_judged_by_it() -> None:
    there = a_course()
    phq(there, 20, NOW - 40 * DAY, Occasion.BASELINE, "baseline")
    given(there, 1, NOW)
    phq(there, 9, NOW + DAY, Occasion.DAY_AFTER, "after-1")
    reader = as_(PRESCRIBER_VANCE)
    for path in (f"/course/{there.course_id}/", f"/outcomes/patients/{there.patient_id}/"):
        assert "given 40 days before the first infusion, not in the last 7" in words(reader, path)
    assert _slots(there, NOW + DAY)["baseline/phq-9"].standing is Standing.MISSED


def test_of_two_baselines_before_the_first_infusion_the_newer_counts_and_another_series_has_its_own() -> None:
    there = a_course()
    phq(there, 24, NOW - 6 * DAY, Occasion.BASELINE, "baseline")
    under_way(there, (21, 18, 12))
    assert _start_total(there.course_id) == 21
    another_series(there, NOW + 20 * DAY)
    phq(there, 10, NOW + 19 * DAY, Occasion.BASELINE, "s2-baseline")
    assert (_start_total(there.course_id), _start_total(there.course_id, 2)) == (21, 10)


def test_a_form_outside_the_schedule_is_begun_for_no_occasion_that_nobody_chose() -> None:
    there = a_course()
    path = f"/outcomes/patients/{there.patient_id}/"
    nurse = as_(NURSE_REYES)
    assert '<option value="" selected>' in nurse.get(path).content.decode()
    answer = nurse.post(path, {"instrument_id": "phq-9", "occasion": "", "place": "clinic"})
    assert answer.status_code == 400 and queries.forms_of(there.patient_id) == ()


# --- what was asked too early, and what nobody planned ---------------------------------------------------------------


def _slots(there: ACourse, at: datetime) -> dict[str, Due]:
    """What is due, and by the way that what is open by its keys is what is open by its answers."""
    details, forms = courses.course(there.course_id), queries.forms_of_course(there.course_id)
    found = {one.key: one for one in due_of_course(details, forms, at)}
    (series,) = courses.running_series()
    ended = queries.ended_keys_of_courses([there.course_id]).get(there.course_id, {})
    by_key = open_slots(series, ended, at, clinic_zone())
    open_ = {Standing.NOT_YET, Standing.DUE, Standing.MISSED}
    assert {one.key for one in by_key} == {key for key, one in found.items() if one.standing in open_}
    return found


def _booked(there: ACourse, number: int, at: datetime) -> str:
    made = course.book(
        stored(FRONT_DESK_SORO), infusion_id=there.infusions[number], chair_id=clinic_with_a_chair(), starts_at=at,
        now=NOW, accepted=DECIDE, reason="agreed with the patient",
    )  # fmt: skip
    assert isinstance(made, course.Booked), made
    return made.booking_id


def _visit_of(there: ACourse, number: int) -> str:
    session_id = uuid.uuid4()
    PlannedInfusion.objects.filter(pk=there.infusions[number]).update(session_id=session_id)
    return str(session_id)


def test_after_a_slip_baseline_and_the_question_before_the_infusion_are_asked_again() -> None:
    there, day = a_course(first=NOW), NOW.replace(hour=9, minute=0)
    link = PatientByLink(there.patient_id, "another-link")
    booking = _booked(there, 1, day + DAY)
    for key, occasion in (("baseline", Occasion.BASELINE), ("before-1", Occasion.BEFORE_INFUSION)):
        phq(there, 18, day + 0.9 * DAY, occasion, key)
    slots = _slots(there, day + DAY)
    assert {slots[f"{key}/phq-9"].standing for key in ("baseline", "before-1")} == {Standing.DONE}
    moved = course.move(
        stored(FRONT_DESK_SORO), booking_id=booking, chair_id=chairs()[0].chair_id, starts_at=day + 22 * DAY, now=NOW,
        accepted=DECIDE, reason="ill",
    )  # fmt: skip
    assert isinstance(moved, course.Booked), moved
    slots = _slots(there, day + 22 * DAY - DAY / 12)
    assert {slots[f"{key}/phq-9"].standing for key in ("baseline", "before-1")} == {Standing.DUE}
    asked = wanted_today(link, _visit_of(there, 1), day + 22 * DAY - DAY / 12)
    assert {one.instrument_id for one in asked} == {"phq-9", "gad-7"}


def test_an_infusion_that_starts_some_hours_later_leaves_what_was_asked_before_it_answered() -> None:
    there = a_course(first=NOW)
    phq(there, 18, NOW - 6.9 * DAY, Occasion.BASELINE, "baseline")
    phq(there, 18, NOW - 0.9 * DAY, Occasion.BEFORE_INFUSION, "before-1")
    given(there, 1, NOW + DAY / 4)
    slots = _slots(there, NOW + DAY)
    assert {slots[f"{key}/phq-9"].standing for key in ("baseline", "before-1")} == {Standing.DONE}


def test_a_link_that_is_opened_days_ahead_asks_nothing_yet_and_is_not_done_with() -> None:
    there = a_course(first=NOW + 8 * DAY)
    link, visit = PatientByLink(there.patient_id, "another-link"), _visit_of(there, 1)
    assert wanted_today(link, visit, NOW - DAY) == () and opens_later(link, visit, NOW - DAY)
    at = NOW + 7.5 * DAY
    assert {one.instrument_id for one in wanted_today(link, visit, at)} == {"phq-9", "gad-7"}
    assert not opens_later(link, visit, at)


def test_somebody_who_is_here_is_asked_before_the_drug_whenever_their_infusion_was_planned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = a_course(first=NOW + 8 * DAY)
    monkeypatch.setattr("dripstand.guide.due_forms.patient_is_here", lambda *_: True)
    asked = wanted_today(PatientByLink(there.patient_id, "another-link"), _visit_of(there, 1), NOW - DAY)
    assert "phq-9" in {one.instrument_id for one in asked}


def test_a_course_that_is_paused_asks_about_what_was_given_alone_and_nothing_of_days_that_passed_is_missed() -> None:
    there = a_course()
    under_way(there, (21, 18, 12))
    prescriber = stored(PRESCRIBER_VANCE)
    course.take_step(prescriber, course_id=there.course_id, step=Step.PAUSE, reason="ill", now=NOW + 8 * DAY)
    slots = _slots(there, NOW + 9 * DAY)
    assert {key.partition("/")[0] for key in slots} == {"baseline", "before-1", "after-1", "before-2", "after-2"}
    course.take_step(prescriber, course_id=there.course_id, step=Step.RESUME, reason="well", now=NOW + 50 * DAY)
    assert set(_slots(there, NOW + 50 * DAY)) == set(slots), "nothing is planned yet"


def test_after_a_gap_of_28_days_the_baseline_is_asked_again_and_the_series_is_judged_by_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = a_course()
    under_way(there, (21, 18, 12))  # the second on the third day
    at = NOW.replace(hour=9, minute=0) + 31 * DAY
    monkeypatch.setattr("dripstand.outcomes.views.questionnaires.now_by_clock", lambda: at - 2 * DAY)
    _booked(there, 3, at)
    slots = _slots(there, at - 2 * DAY)
    assert slots["baseline-3/phq-9"].standing is Standing.DUE and slots["baseline-3/gad-7"].standing is Standing.DUE
    assert "baseline again, before infusion 3" in words(as_(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/")
    phq(there, 16, at - 2 * DAY, Occasion.BASELINE, "baseline-3")
    assert _slots(there, at)["baseline-3/phq-9"].standing is Standing.DONE
    assert _start_total(there.course_id) == 21
    said = words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/")
    assert "baseline, given after the first infusion: the course is not judged by it" in said


@pytest.mark.parametrize(("days", "is_asked"), [(27, False), (28, True)])
def test_the_baseline_is_asked_again_from_the_28th_day_on(days: int, is_asked: bool) -> None:
    there = a_course()
    given(there, 1, NOW)
    _booked(there, 2, NOW.replace(hour=9, minute=0) + days * DAY)
    assert ("baseline-2/phq-9" in _slots(there, NOW + DAY)) is is_asked


def test_a_maintenance_that_is_planned_far_apart_asks_for_no_further_baseline() -> None:
    there = a_course()
    under_way(there, (21, 18, 12))
    series = another_series(there, NOW + 20 * DAY)
    given(series, 1, NOW + 20 * DAY)
    _booked(series, 2, NOW.replace(hour=9, minute=0) + 60 * DAY)
    assert not any(key.startswith("s2-baseline-") for key in _slots(there, NOW + 21 * DAY))


# --- what comes late, and which courses are complete -----------------------------------------------------------------


def _handed_in(there: ACourse, key: str, total: int, at: datetime) -> None:
    """A PHQ-9 for a slot of the schedule, with the window that it has today."""
    slot = _slots_now(there, at)[f"{key}/phq-9"]
    link = by_link(there.patient_id)
    form = services.start(
        link, patient_id=there.patient_id, instrument_id="phq-9", occasion=slot.occasion, place=Place.CLINIC, now=at,
        due=slot, course_id=there.course_id,
    )  # fmt: skip
    for number in range(1, 10):
        value = min(3, total) if number < 9 else 0
        total -= value
        services.answer(link, form, item=str(number), value=value, submission_id=f"{form}{number}", now=at)
    services.finish(link, form, now=at)


def _slots_now(there: ACourse, at: datetime) -> dict[str, Due]:
    details, forms = courses.course(there.course_id), queries.forms_of_course(there.course_id)
    return {one.key: one for one in due_of_course(details, forms, at)}


def test_of_what_is_handed_in_weeks_late_the_rules_of_those_days_say_nothing() -> None:
    there = a_course()
    phq(there, 20, NOW - 2 * DAY, Occasion.BASELINE, "baseline")
    for number in range(1, 5):
        given(there, number, NOW + 2 * DAY * (number - 1))
    path = f"/course/{there.course_id}/response/"
    before = words(as_(PRESCRIBER_VANCE), path)
    for number in range(1, 5):
        _handed_in(there, f"after-{number}", 19, NOW + 12 * DAY)
    said = words(as_(PRESCRIBER_VANCE), path)
    assert said.count("cannot be told: a score is missing") == before.count("cannot be told: a score is missing") > 8
    forms = queries.forms_of_course(there.course_id)
    assert scores_day_after(forms, "phq-9") == {} and all(each.is_late for each in forms[1:])
    bars = re.findall(r"90 % interval[^.]*", said)
    assert bars and bars == re.findall(r"90 % interval[^.]*", before), "the forecast goes by what was seen in time"
    assert len(curve(forms, "phq-9")) == 5, "it stands in the curve"


def test_what_is_asked_before_an_infusion_counts_until_it_starts_whenever_that_had_been_planned() -> None:
    there = a_course()
    phq(there, 20, NOW - 2 * DAY, Occasion.BASELINE, "baseline")
    given(there, 1, NOW)
    at = _slots_now(there, NOW + DAY)["before-2/phq-9"].due_at + DAY / 24
    _handed_in(there, "before-2", 12, at)
    given(there, 2, at + DAY / 24)
    start = queries.forms_of_course(there.course_id)[0].score
    assert set(seen_after(queries.forms_of_course(there.course_id), "phq-9", start)) == {1}
    phq(there, 20, at + 2 * DAY, Occasion.BEFORE_INFUSION, "before-2")
    newest = queries.forms_of_course(there.course_id)[-1]
    assert newest.is_late
    assert seen_after([newest], "phq-9", start) == {}, "two days after it started"


def _learned(count: int, given_count: int, end_at: datetime) -> list[bool | None]:
    first = NOW - 200 * DAY
    there = a_course(first=first, count=count)
    phq(there, 20, first - 2 * DAY, Occasion.BASELINE, "baseline")
    for number in range(1, given_count + 1):
        given(there, number, first + 2 * DAY * (number - 1))
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="over", now=first + 12 * DAY
    )
    _handed_in(there, "end", 5, end_at)
    return [one.reached for one in past_courses(BY_CODE["phq-9-response-50"], but_not="")]


@pytest.mark.parametrize(
    ("count", "given_count", "reached"), [(6, 6, True), (4, 4, True), (6, 4, None), (1, 1, None), (3, 3, None)]
)
def test_a_course_teaches_once_all_that_it_planned_were_given_and_at_least_four(
    count: int, given_count: int, reached: bool | None
) -> None:
    assert _learned(count, given_count, NOW - 187 * DAY) == [reached]


def test_an_end_that_was_answered_months_later_teaches_nothing() -> None:
    assert _learned(6, 6, NOW - 50 * DAY) == [None]


@pytest.mark.parametrize(
    ("count", "given_count", "says"),
    [
        (3, 1, "This course plans fewer, so nothing is forecast of its end."),
        (4, 3, "90 % interval"),
        (4, 4, "The course is over: what was reached stands in the curve."),
        (6, 4, "90 % interval"),
        (6, 6, "The course is over: what was reached stands in the curve."),
    ],
)
def test_the_end_is_forecast_of_a_course_that_has_one_to_come_and_as_many_as_the_studies(
    count: int, given_count: int, says: str
) -> None:
    there = a_course(count=count)
    under_way(there, (21, 18, 15, 13, 12, 11, 11)[: given_count + 1])
    said = words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/response/")
    assert says in said and ("90 % interval" in said) is (says == "90 % interval")
    assert "at the end of six" not in said
