"""A patient's plan as a page: what was typed wrong is said and kept, and each number on offer says how sure it is."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dripstand.course import proposals, queries, services
from dripstand.course.states import State
from tests.evaluated import cleared_at_once
from tests.people import PRESCRIBER_VANCE, clinic_with_a_chair, signed_template, stored, wren_halloway
from tests.rooms.course.courses import in_evaluation, in_induction
from tests.rooms.course.test_clinic_page import client_of
from tests.rooms.course.test_courses_for_pain import for_pain

pytestmark = pytest.mark.django_db


def test_a_first_day_or_a_count_that_is_none_begins_nothing_and_what_was_typed_stays() -> None:
    patient_id = wren_halloway()
    now = datetime.now(UTC)
    course_id = in_evaluation(patient_id, now)
    cleared_at_once(patient_id, now=now)
    page = f"/course/{course_id}/plan/"
    client = client_of(PRESCRIBER_VANCE)
    begin = {"what": "step", "step": "begin_induction", "pattern": "four_then_review", "reason": "as agreed upon"}
    tomorrow = (now + timedelta(days=2)).date().isoformat()
    for wrong in ({"first_on": "x"}, {"first_on": "9999-12-31"}, {"first_on": tomorrow, "count": "six"}):
        answer = client.post(page, {**begin, **wrong})
        shown = answer.content.decode()
        assert answer.status_code == 422 and 'role="alert"' in shown, wrong
        assert 'value="as agreed upon"' in shown and re.search(r'value="four_then_review"\s+checked', shown)
        assert queries.course(course_id).state is State.EVALUATION
    assert client.post(page, {**begin, "first_on": tomorrow, "count": "3"}).status_code == 303
    assert len(queries.course(course_id).series) == 3


def test_a_planned_dose_beyond_the_protocol_is_refused_with_its_limit_and_the_reason_stays() -> None:
    course = in_induction()
    answer = client_of(PRESCRIBER_VANCE).post(
        f"/course/{course.course_id}/plan/",
        {"what": "titrate", "dose_mg_per_kg": "5", "infusion_min": "40", "reason": "little change"},
    )
    shown = answer.content.decode()
    assert answer.status_code == 422 and "5 mg/kg is above the 1.5 mg/kg" in shown
    assert 'value="little change"' in shown and queries.course(course.course_id).titration == ()


def test_a_planned_dose_is_printed_without_noughts_at_its_end() -> None:
    course = in_induction()
    services.titrate(
        stored(PRESCRIBER_VANCE), course_id=course.course_id, dose_mg_per_kg=Decimal("0.5"), infusion_min=40,
        reason="the reference regimen", now=datetime.now(UTC),
    )  # fmt: skip
    shown = client_of(PRESCRIBER_VANCE).get(f"/course/{course.course_id}/plan/").content.decode()
    assert "<strong>0.5 mg/kg</strong>" in shown and "0.500" not in shown


def test_maintenance_offers_its_own_patterns_first_and_one_of_them_is_chosen() -> None:
    course = in_induction()
    shown = client_of(PRESCRIBER_VANCE).get(f"/course/{course.course_id}/plan/").content.decode()
    form = shown[shown.index('value="begin_maintenance"') :]
    assert re.findall(r'name="pattern" value="(\w+)" checked', form)[0] == "weekly_four"
    assert re.findall(r'name="pattern" value="(\w+)"', form)[:2] == ["weekly_four", "can_bind"]


def test_every_pattern_says_how_sure_its_source_is() -> None:
    signed_template()
    course_id = for_pain(wren_halloway())
    shown = client_of(PRESCRIBER_VANCE).get(f"/course/{course_id}/plan/").content.decode()
    offered = shown[shown.index("<legend>Pattern</legend>") : shown.index("</fieldset>")]
    assert offered.count("(seen in a summary of the source only)") == 2, "both patterns against pain"


def test_the_page_of_a_place_says_until_when_this_courses_infusion_lasts() -> None:
    course = in_induction()
    services.titrate(
        stored(PRESCRIBER_VANCE), course_id=course.course_id, dose_mg_per_kg=Decimal("0.5"), infusion_min=100,
        reason="slower", now=datetime.now(UTC),
    )  # fmt: skip
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    shown = client_of(PRESCRIBER_VANCE).get(
        f"/calendar/place/{course.series[0].infusion_id}/",
        {"chair": clinic_with_a_chair(), "on": day, "clock": "09:00"},
    )
    assert shown.context["until"] - shown.context["at"] == timedelta(minutes=30 + 100 + 60)


def test_opening_the_proposal_has_a_solver_ready_where_this_process_works_the_jobs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course, asked = in_induction(), threading.Event()
    monkeypatch.setattr(proposals, "make_ready", asked.set)
    client = client_of(PRESCRIBER_VANCE)
    assert client.get(f"/course/{course.course_id}/plan/proposal/").status_code == 200
    assert not asked.is_set(), "another process works the jobs off, or nobody does"
    monkeypatch.setattr(proposals.queue, "wakers", [lambda: None])
    assert client.get(f"/course/{course.course_id}/plan/proposal/").status_code == 200
    assert asked.wait(20)
