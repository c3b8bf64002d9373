"""By which scale and which definition a course is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dripstand.course import services as course
from dripstand.course.states import Step
from dripstand.outcomes import queries, services
from dripstand.outcomes.checkpoints import Decision
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.suicidality import Place
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored
from tests.rooms.outcomes.courses import ACourse, a_course, given, phq
from tests.rooms.outcomes.test_pages import as_, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("course_page", "response_page", "questionnaires"):
        monkeypatch.setattr(f"dripstand.outcomes.views.{module}.now_by_clock", lambda: NOW + timedelta(days=11))


def total(there: ACourse, scale: str, score: int, at: datetime, occasion: Occasion, key: str) -> None:
    nurse = stored(NURSE_REYES)
    form = services.start(
        nurse, patient_id=there.patient_id, instrument_id=scale, occasion=occasion, place=Place.CLINIC, now=at,
        occasion_key=key, course_id=there.course_id,
    )  # fmt: skip
    services.answer(nurse, form, item="total", value=score, submission_id="t", now=at)
    services.finish(nurse, form, now=at)
    if scale == "madrs":
        services.sign_rating(nurse, form, seen_sha256=queries.filled(form).answers_sha256, now=at)


def _page(there: ACourse, path: str = "") -> str:
    return words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/{path}")


def test_remission_on_the_madrs_is_judged_by_the_limit_whose_source_was_seen_and_other_limits_are_named() -> None:
    there = a_course()
    total(there, "madrs", 30, NOW - timedelta(days=2), Occasion.BASELINE, "baseline")
    given(there, 1, NOW)
    total(there, "madrs", 9, NOW + timedelta(days=1), Occasion.DAY_AFTER, "after-1")
    said = _page(there)
    assert "Remission (by below 10 on the MADRS): yes" in said and "below 9" not in said
    said = _page(there, "response/")
    assert "Remission in them: Ekstrand 2022 (KetECT): 10 or less; Guangzhou 2025 (BMI): limit not stated." in said
    assert "by below 9 on the MADRS): no" in said, "the response page judges by each"


@pytest.mark.parametrize("scale", ["asrm", "cadss-6"])
def test_no_rule_of_depression_is_applied_to_another_scale(scale: str) -> None:
    there = a_course()
    total(there, scale, 8, NOW - timedelta(days=2), Occasion.BASELINE, "baseline")
    for number in range(1, 5):
        at = NOW + timedelta(days=2 * (number - 1))
        given(there, number, at)
        total(there, scale, 8, at + timedelta(days=1), Occasion.DAY_AFTER, f"after-{number}")
    said = _page(there, f"response/?scale={scale}")
    assert "does not measure what is treated here" in said and "From 8 to 8" in said
    for of_depression in ("flags non-response", "extrapolated", "Guangzhou", "masked trial", "90 % interval"):
        assert of_depression not in said, of_depression
    by_itself = _page(there)
    assert "No score for major depression yet" in by_itself and f"?scale={scale}" not in by_itself.split("Print")[1]
    assert "Nothing was scored for major depression yet." in _page(there, "response/")
    assert "was 8, 0 % better" in _page(there, f"?scale={scale}")
    for path in ("", "response/"):
        page = as_(PRESCRIBER_VANCE).get(f"/course/{there.course_id}/{path}").content.decode()
        assert f"?scale={scale}&amp;series=1" in page, "its curve may be looked at"


def test_anxiety_is_judged_by_its_own_definition_and_by_no_rule_of_depression() -> None:
    there = a_course()
    phq(there, 20, NOW - timedelta(days=2), Occasion.BASELINE, "baseline")
    total(there, "gad-7", 16, NOW - timedelta(days=2), Occasion.BASELINE, "baseline")
    for number in range(1, 4):
        given(there, number, NOW + timedelta(days=2 * (number - 1)))
        total(there, "gad-7", 15, NOW + timedelta(days=2 * number - 1), Occasion.DAY_AFTER, f"after-{number}")
    assert "PHQ-9" in _page(there).split("Print one page")[1][:40]
    said = _page(there, "response/?scale=gad-7")
    assert "by a fall of at least 50 % on the GAD-7" in said and "flags non-response" not in said


def test_a_review_after_an_infusion_at_which_no_rule_asks_stands_on_the_response_page() -> None:
    there = a_course()
    phq(there, 20, NOW - timedelta(days=2), Occasion.BASELINE, "baseline")
    given(there, 1, NOW)
    given(there, 2, NOW + timedelta(days=3))
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="moved", now=NOW + timedelta(days=5)
    )
    services.decide_checkpoint(
        stored(PRESCRIBER_VANCE), there.course_id, after_infusion=2, decision=Decision.REVIEWED,
        reason="two were given", now=NOW + timedelta(days=6),
    )  # fmt: skip
    assert "After 2 Review the course" in _page(there, "response/") and "two were given" in _page(there, "response/")
