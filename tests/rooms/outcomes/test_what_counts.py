"""Which forms a course is judged by: its baseline is from before it, and what comes late is not taken as on time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dripstand.outcomes import queries
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.responding import baseline_of
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored
from tests.rooms.outcomes.courses import a_course, another_series, phq, under_way
from tests.rooms.outcomes.test_pages import as_, words

DAY = timedelta(days=1)
AT = NOW + 13 * DAY
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert "given after the first infusion: nothing is compared with it" in words(
        as_(NURSE_REYES), f"/outcomes/forms/{form}/"
    )


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
