"""By which scale and which definition a course is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dripstand.outcomes import queries, services
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.suicidality import Place
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored
from tests.rooms.outcomes.courses import ACourse, a_course, given
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
