"""A course that goes on to another series: each series is asked anew, and keeps a result of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dripstand.course.queries import course as course_of
from dripstand.course.states import Step
from dripstand.outcomes import queries, services
from dripstand.outcomes.checkpoints import Decision
from dripstand.outcomes.definitions import BY_CODE
from dripstand.outcomes.due import due_of_course
from dripstand.outcomes.learning import past_courses
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Standing
from dripstand.outcomes.seen import seen
from dripstand.people.errors import Unacceptable
from tests.evaluated import cleared_at_once
from tests.outcomes.filled import totalling
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored
from tests.rooms.outcomes.courses import ACourse, a_course, another_series, given, phq, under_way
from tests.rooms.outcomes.test_pages import as_, words

pytestmark = pytest.mark.django_db
BEFORE = timedelta(days=60)
AGAIN = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("course_page", "response_page", "questionnaires"):
        monkeypatch.setattr(f"dripstand.outcomes.views.{module}.now_by_clock", lambda: AGAIN)


def responded() -> ACourse:
    """Six were given, the PHQ-9 fell from 21 to 6, and each questionnaire before an infusion came back."""
    there, first = a_course(first=NOW - BEFORE), NOW - BEFORE
    under_way(there, (21, 18, 15, 12, 10, 8, 7), first)
    for number in range(1, 7):
        phq(there, 20, first + timedelta(days=3 * (number - 1), hours=-1), Occasion.BEFORE_INFUSION, f"before-{number}")
    phq(there, 6, first + timedelta(days=18), Occasion.END_OF_COURSE, "end")
    return there


def test_maintenance_asks_before_each_infusion_whatever_the_first_series_answered() -> None:
    there = another_series(responded(), AGAIN)
    forms, course = queries.forms_of_course(there.course_id), course_of(there.course_id)
    slots = {each.key: each for each in due_of_course(course, forms, AGAIN - timedelta(hours=6))}
    assert {f"s2-before-{number}/phq-9" for number in range(1, 5)} < set(slots)
    assert all(each.handed is None and key.startswith("s2-") for key, each in slots.items())
    assert slots["s2-before-1/phq-9"].standing is Standing.DUE
    first = {each.key: each for each in due_of_course(course, forms, AGAIN, series_number=1)}
    assert first["before-1/phq-9"].standing is Standing.DONE, "what is stored keeps its place"


def test_the_list_of_what_is_due_begins_it_in_its_series_and_says_which() -> None:
    there = another_series(responded(), AGAIN)
    nurse, page = as_(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/"
    assert "before infusion 1 (series 2)" in words(nurse, page)
    answer = nurse.post(page, {"key": "s2-before-1/phq-9"})
    found = queries.filled(answer.headers["Location"].split("/")[3])
    assert (found.occasion_key, found.series_number, found.occasion_name) == ("s2-before-1", 2, "before-1")


def test_what_is_begun_by_hand_counts_for_the_series_of_its_infusion() -> None:
    there = responded()
    first = there.infusions[1]
    there = another_series(there, AGAIN)
    given(there, 1, AGAIN - timedelta(hours=3))
    nurse, page = as_(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/"
    found = []
    for occasion, infusion_id in (
        ("during infusion", there.infusions[1]), ("during infusion", first), ("baseline", ""), ("end of course", ""),
    ):  # fmt: skip
        sent = {"instrument_id": "phq-9", "occasion": occasion, "infusion_id": infusion_id}
        answer = nurse.post(page, sent)
        found.append(queries.filled(answer.headers["Location"].split("/")[3]).occasion_key)
    assert found == ["s2-during-1", "during-1", "s2-baseline", "s2"]


def test_a_responder_stays_one_whatever_the_maintenance_answers() -> None:
    there = responded()
    again = another_series(there, AGAIN - timedelta(days=6))
    phq(again, 16, AGAIN - timedelta(days=6), Occasion.BASELINE, "s2-baseline")
    given(again, 1, AGAIN - timedelta(days=5))
    phq(again, 18, AGAIN - timedelta(days=4), Occasion.DAY_AFTER, "s2-after-1")
    phq(again, 19, AGAIN - timedelta(days=3), Occasion.END_OF_COURSE, "s2-end")
    (learned,) = past_courses(BY_CODE["phq-9-response-50"], but_not="")
    assert learned.reached is True
    seen_first = learned.seen_after[1]
    assert seen_first == seen(totalling("phq-9", 21), totalling("phq-9", 18)), "not the 18 of 16 in the maintenance"
    reader = as_(PRESCRIBER_VANCE)
    said = words(reader, f"/course/{there.course_id}/response/")
    assert "From 21 to 6" in said and "Response (by a fall of at least 50 % on the PHQ-9): yes" in said
    first = words(reader, f"/course/{there.course_id}/?series=1")
    assert "was 21, 71 % better" in first and "19 moder" not in first and "21 severe" in first
    now = words(reader, f"/course/{there.course_id}/")
    assert "was 21, 9 % better" in now and "on the PHQ-9): lost since series 1" in now
    said = words(reader, f"/course/{there.course_id}/response/?series=2")
    assert "By the baseline of series 1, whose result this maintenance holds or loses. From 21 to 19" in said


def test_a_maintenance_holds_what_the_induction_reached_and_is_judged_by_its_baseline() -> None:
    there = responded()
    again = another_series(there, AGAIN - timedelta(days=9))
    phq(again, 4, AGAIN - timedelta(days=9), Occasion.BASELINE, "s2-baseline")
    given(again, 1, AGAIN - timedelta(days=8))
    phq(again, 4, AGAIN - timedelta(days=7), Occasion.DAY_AFTER, "s2-after-1")
    reader, page = as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/"
    said = words(reader, page)
    assert "was 21, 80 % better" in said
    assert "Response (by a fall of at least 50 % on the PHQ-9): held since series 1" in said
    assert "Remission (by below 5 on the PHQ-9): yes" in said, "6 at the end of the induction: nothing to hold"
    assert "10.5 or less, half of 21" in said and "half of 4" not in said
    phq(again, 15, AGAIN - timedelta(days=5), Occasion.BEFORE_INFUSION, "s2-before-2")
    assert "on the PHQ-9): lost since series 1" in words(reader, page)
    phq(again, 5, AGAIN - timedelta(days=3), Occasion.DAY_AFTER, "s2-after-2")
    assert "on the PHQ-9): met again, lost in between" in words(reader, page)


def test_a_maintenance_without_a_baseline_of_its_induction_on_the_scale_is_judged_by_its_own() -> None:
    there = a_course(first=NOW - BEFORE)
    given(there, 1, NOW - BEFORE)
    again = another_series(there, AGAIN - timedelta(days=9))
    phq(again, 16, AGAIN - timedelta(days=9), Occasion.BASELINE, "s2-baseline")
    given(again, 1, AGAIN - timedelta(days=8))
    phq(again, 18, AGAIN - timedelta(days=7), Occasion.DAY_AFTER, "s2-after-1")
    said = words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/")
    assert "was 16, 12 % worse" in said and "on the PHQ-9): no" in said and "since series" not in said


def _decide(there: ACourse, number: int, at: datetime) -> None:
    services.decide_checkpoint(
        stored(PRESCRIBER_VANCE), there.course_id, after_infusion=number, decision=Decision.CONTINUE,
        reason="better, goes on", now=at,
    )  # fmt: skip


def test_a_maintenance_asks_for_no_decision_by_number_and_none_can_be_signed() -> None:
    there = responded()
    _decide(there, 6, NOW - timedelta(days=40))
    prescriber, page = as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/"
    said = words(prescriber, page)
    assert "No decision is asked" in said and "After infusion 6: continue as planned" in said, "reviewed once"
    again = another_series(there, AGAIN - timedelta(days=12))
    for number in range(1, 4):
        given(again, number, AGAIN - timedelta(days=12 - 3 * number))
    said = words(prescriber, page)
    assert "No decision is asked" in said and "after infusion 3" not in said and "continue as planned (" not in said
    assert "After infusion 6: continue as planned" in words(prescriber, f"{page}?series=1")
    with pytest.raises(Unacceptable, match="no decision is asked"):
        _decide(again, 3, AGAIN)


def test_a_second_induction_asks_anew_and_is_reviewed_after_its_own_last_infusion() -> None:
    there = responded()
    for number in (3, 4, 6):
        _decide(there, number, NOW - timedelta(days=40))
    cleared_at_once(there.patient_id, now=AGAIN - timedelta(days=14))
    again = another_series(there, AGAIN - timedelta(days=13), Step.BEGIN_INDUCTION, count=4)
    prescriber, page = as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/"
    for number in range(1, 5):
        given(again, number, AGAIN - timedelta(days=13 - 3 * number))
    said = words(prescriber, page)
    assert "Next decision, after infusion 4" in said and "Review the course" in said
    assert "continue as planned (" not in said, "what was signed in the first series is not of this one"
    _decide(again, 4, AGAIN)
    assert "No decision is asked" in words(prescriber, page)
