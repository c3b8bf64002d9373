"""A course against chronic pain on its pages: its own scale and lines, and nothing carried over from depression."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from dripstand.course import services as course
from dripstand.course.queries import course as course_of
from dripstand.course.states import Step
from dripstand.evaluation.indications import Indication
from dripstand.guide.queries import values_for
from dripstand.infusion import services as infusion
from dripstand.infusion.queries import chart, template
from dripstand.outcomes import queries, services
from dripstand.outcomes.due import due_of_course
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.suicidality import Place
from dripstand.people.models import StaffMember
from dripstand.protocol.queries import current_version
from tests.evaluated import decided, evaluated
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored, wren_halloway
from tests.rooms.outcomes.courses import ACourse, given, phq

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("course_page", "response_page"):
        monkeypatch.setattr(f"dripstand.outcomes.views.{module}.now_by_clock", lambda: NOW + timedelta(days=11))


def words(path: str) -> str:
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(PRESCRIBER_VANCE).staff_id))
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'").split())


def for_pain(*, count: int = 3) -> ACourse:
    patient_id, prescriber = wren_halloway(), stored(PRESCRIBER_VANCE)
    evaluated(patient_id, Indication.CHRONIC_PAIN, now=NOW - timedelta(days=9))
    decided(patient_id, Indication.CHRONIC_PAIN, now=NOW - timedelta(days=9))
    course_id = course.open_course(
        prescriber, patient_id=patient_id, now=NOW - timedelta(days=8), indication="chronic_pain"
    )
    assert isinstance(course_id, str)
    course.take_step(
        prescriber, course_id=course_id, step=Step.BEGIN_INDUCTION, pattern_key="pain_ten_days",
        infusions_count=count, first_on=NOW.date(), now=NOW - timedelta(days=7),
    )  # fmt: skip
    return ACourse(course_id, patient_id, {one.number: one.infusion_id for one in course_of(course_id).series})


def pain(there: ACourse, average: int, days: float, occasion: Occasion, key: str) -> None:
    nurse, at = stored(NURSE_REYES), NOW + timedelta(days=days)
    form = services.start(
        nurse, patient_id=there.patient_id, instrument_id="nrs-pain", occasion=occasion, place=Place.CLINIC, now=at,
        occasion_key=key, course_id=there.course_id,
    )  # fmt: skip
    services.answer_paper(nurse, form, answers={"now": 1, "worst": 10, "average": average}, submission_id=key, now=at)
    services.finish(nurse, form, now=at)


def test_what_is_due_in_a_course_for_pain_is_the_pain() -> None:
    there = for_pain()
    due = due_of_course(course_of(there.course_id), (), NOW - timedelta(days=1))
    assert {one.instrument_id for one in due if one.occasion is Occasion.BASELINE} == {"nrs-pain", "peg", "phq-9"}
    assert {one.instrument_id for one in due if one.occasion is Occasion.BEFORE_INFUSION} == {"nrs-pain"}


def test_the_course_page_draws_the_pain_with_both_lines_and_asks_after_the_first() -> None:
    there = for_pain()
    phq(there, 9, NOW - timedelta(days=2), Occasion.BASELINE, "baseline")
    pain(there, 8, -2, Occasion.BASELINE, "baseline")
    given(there, 1, NOW)
    pain(there, 5, 1, Occasion.BEFORE_INFUSION, "before-2")
    said = words(f"/course/{there.course_id}/")
    assert "Pain, 0 to 10" in said and "was 8, 37 % better" in said
    assert "Response, 30 %" in said and "5.6 or less, 30 % below 8" in said
    assert "Response, 50 %" in said and "4 or less, half of 8" in said
    assert "Response (by a fall of at least 30 % on the Pain, 0 to 10): yes" in said
    assert "Response (by a fall of at least 50 % on the Pain, 0 to 10): no" in said
    assert "Next decision, after infusion 1" in said
    assert "its answers overlap" not in said


def test_the_response_page_says_that_nothing_is_forecast_for_pain_and_uses_no_rule_of_depression() -> None:
    there = for_pain()
    pain(there, 8, -2, Occasion.BASELINE, "baseline")
    given(there, 1, NOW)
    pain(there, 5, 1, Occasion.DAY_AFTER, "after-1")
    said = words(f"/course/{there.course_id}/response/")
    assert said.count("So nothing is forecast.") == 1
    assert "Outpatients start with one infusion; then it is reassessed." in said
    assert "none for depression is used in its place" in said
    for not_of_pain in ("extrapolated", "masked trial", "Guangzhou", "90 % interval", "Response at the end"):
        assert not_of_pain not in said, not_of_pain
    phq(there, 9, NOW - timedelta(days=2), Occasion.BASELINE, "baseline")
    assert "So nothing is forecast." in words(f"/course/{there.course_id}/response/?scale=phq-9")


def test_a_visit_of_the_course_runs_under_the_limits_for_pain_and_says_what_it_is_for() -> None:
    there, version = for_pain(), current_version()
    assert version is not None
    session_id = infusion.open_planned_session(
        stored(NURSE_REYES), infusion_id=there.infusions[1], template_id=version.template_id, now=NOW, expected_at=NOW
    )
    assert chart(session_id).opened.indication == "chronic pain"
    assert template(session_id).dose.usual_minutes_low == 120
    alone = infusion.open_session(
        stored(NURSE_REYES), patient_id=there.patient_id, expected_at=NOW, infusion_number=1,
        infusions_planned_count=1, template_id=version.template_id, now=NOW,
    )  # fmt: skip
    assert chart(alone).opened.indication == "chronic pain", "the one decision that stands is for pain"


def test_without_course_and_decision_a_visit_does_not_say_what_it_is_for() -> None:
    from tests.people import signed_template

    session_id = infusion.open_session(
        stored(NURSE_REYES), patient_id=wren_halloway(), expected_at=NOW, infusion_number=1,
        infusions_planned_count=1, template_id=signed_template(), now=NOW,
    )  # fmt: skip
    assert chart(session_id).opened.indication == ""


def test_the_guide_gives_no_number_of_depression_for_pain() -> None:
    there = for_pain()
    assert "For pain there are no good numbers yet" in values_for(there.patient_id, "en", NOW)["response_range"]
    assert queries.forms_of_course(there.course_id) == ()
