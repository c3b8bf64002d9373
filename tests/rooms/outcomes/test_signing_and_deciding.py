"""Who signs a rating, and which decisions of a course are asked for and can be signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from dripstand.course import services as course
from dripstand.course.queries import course as course_of
from dripstand.course.states import Step
from dripstand.outcomes import queries, services
from dripstand.outcomes.checkpoints import Asks, Decision
from dripstand.outcomes.deciding import decided_in_series, never_decided
from dripstand.outcomes.models import CheckpointDecision, RatingSignature
from dripstand.people.errors import Unacceptable
from tests.people import NOW, NURSE_REYES, PASSWORD, PRESCRIBER_VANCE, ren_halloway, stored, wren_halloway
from tests.rooms.outcomes.courses import ACourse, a_course, another_series, given, under_way
from tests.rooms.outcomes.filling import begin, give
from tests.rooms.outcomes.test_pages import as_, words

pytestmark = pytest.mark.django_db


def _rated() -> str:
    """A MADRS that nurse Reyes has rated and finished."""
    nurse = stored(NURSE_REYES)
    form = begin(nurse, wren_halloway(), "madrs")
    for item in range(1, 11):
        give(nurse, form, str(item), 3 if item < 10 else 0)
    services.finish(nurse, form, now=NOW)
    return form


def _sign(who: object, form: str, after_hours: int = 0) -> None:
    services.sign_rating(
        who, form, seen_sha256=queries.filled(form).answers_sha256, now=NOW + timedelta(hours=after_hours)
    )


def test_a_rating_is_signed_by_nobody_who_gave_none_of_its_answers() -> None:
    form, prescriber = _rated(), stored(PRESCRIBER_VANCE)
    with pytest.raises(Unacceptable, match="None of these answers is yours: who rated signs, which is M. Reyes"):
        _sign(prescriber, form)
    assert queries.filled(form).needs_signature
    page = f"/outcomes/forms/{form}/"
    said = words(as_(PRESCRIBER_VANCE), page)
    assert "Not signed yet. Who rated signs: M. Reyes." in said and "I rated this: sign" not in said
    assert "I rated this: sign" in words(as_(NURSE_REYES), page)
    _sign(stored(NURSE_REYES), form)
    assert queries.filled(form).signature is not None


def test_who_gave_an_answer_that_stands_may_sign_also_for_a_rater_who_is_gone() -> None:
    form, prescriber = _rated(), stored(PRESCRIBER_VANCE)
    give(prescriber, form, "1", 3, reason="M. Reyes has left, seen again by me")
    _sign(prescriber, form)
    assert queries.filled(form).signature is not None


def test_a_rating_without_any_answer_is_signed_by_who_began_it() -> None:
    nurse = stored(NURSE_REYES)
    form = begin(nurse, wren_halloway(), "madrs")
    services.finish(nurse, form, now=NOW)
    with pytest.raises(Unacceptable, match="None of these answers"):
        _sign(stored(PRESCRIBER_VANCE), form)
    _sign(nurse, form)


def test_a_rating_corrected_after_its_first_signature_is_signed_as_such() -> None:
    form, nurse = _rated(), stored(NURSE_REYES)
    _sign(nurse, form)
    page = f"/outcomes/forms/{form}/"
    assert "corrected after" not in words(as_(NURSE_REYES), page).lower()
    give(nurse, form, "1", 6, reason="looked again at the paper")
    assert "the signature says that it was corrected after that" in words(as_(NURSE_REYES), page)
    _sign(nurse, form, after_hours=1)
    assert "Corrected after the forecast could be read." in words(as_(NURSE_REYES), page)
    assert [each.meaning for each in RatingSignature.objects.all()] == [services.RATED, services.RATED_AGAIN]


def test_a_rating_that_is_not_signed_holds_the_forecast_back_and_says_so() -> None:
    there = a_course()
    under_way(there, (21, 20, 19))
    rater = stored(PRESCRIBER_VANCE)
    page = f"/course/{there.course_id}/response/"
    assert "90 % interval" in words(as_(PRESCRIBER_VANCE), page)
    form = begin(rater, there.patient_id, "madrs", course_id=there.course_id)
    assert "90 % interval" not in words(as_(PRESCRIBER_VANCE), page), "begun: it is read beside the rating else"
    said = words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/")
    assert "A rating was begun and not finished: MADRS, Dr. T. Vance" in said and "Finish it or leave it out" in said
    assert "Wren Halloway: MADRS begun by Dr. T. Vance" in words(as_(PRESCRIBER_VANCE), "/outcomes/")
    give(rater, form, "total", 30)
    give(rater, form, "10", 0)
    services.finish(rater, form, now=NOW)
    said = words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/response/")
    assert "not signed yet" in said and "90 % interval" not in said
    services.sign_rating(rater, form, seen_sha256=queries.filled(form).answers_sha256, now=NOW)
    assert "90 % interval" in words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/response/")
    again = begin(rater, there.patient_id, "madrs", course_id=there.course_id)
    assert "90 % interval" not in words(as_(PRESCRIBER_VANCE), page)
    services.skip(rater, again, reason="no time today", now=NOW)
    assert "90 % interval" in words(as_(PRESCRIBER_VANCE), page), "a rating that was left out holds nothing back"
    assert "A rating was" not in words(as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/")
    assert "Ratings to sign" not in words(as_(PRESCRIBER_VANCE), "/outcomes/")


# --- decisions ------------------------------------------------------------------------------------------------------

LATER = NOW + timedelta(days=40)
SIX = (21, 18, 15, 12, 10, 8, 7)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("course_page", "response_page", "questionnaires"):
        monkeypatch.setattr(f"dripstand.outcomes.views.{module}.now_by_clock", lambda: LATER)


def _ended(given_count: int) -> ACourse:
    there = a_course()
    under_way(there, SIX[: given_count + 1])
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="moved away",
        now=NOW + timedelta(days=25),
    )  # fmt: skip
    return there


def _decide(there: ACourse, after: int, decision: Decision = Decision.CONTINUE, series: int | None = None) -> None:
    services.decide_checkpoint(
        stored(PRESCRIBER_VANCE), there.course_id, after_infusion=after, decision=decision, reason="as agreed",
        now=LATER, series_number=series,
    )  # fmt: skip


def _page(there: ACourse, query: str = "", client: Client | None = None) -> str:
    return words(client or as_(PRESCRIBER_VANCE), f"/course/{there.course_id}/{query}")


@pytest.mark.parametrize("given_count", [3, 4])
def test_of_a_course_that_has_ended_nothing_is_asked_but_the_review_of_what_was_given(given_count: int) -> None:
    there = _ended(given_count)
    said = _page(there)
    assert f"The course has ended, after infusion {given_count} Review the course" in said
    for of_one_under_way in ("Continue, change or stop?", "Next decision", "Continue as planned", "Stop the course"):
        assert of_one_under_way not in said, of_one_under_way
    for decision in (Decision.CONTINUE, Decision.CHANGE, Decision.STOP):
        with pytest.raises(Unacceptable, match="The course has ended: there is nothing to continue"):
            _decide(there, given_count, decision)
    with pytest.raises(Unacceptable, match="It was not given"):
        _decide(there, 6, Decision.REVIEWED)
    sent = {"after_infusion": given_count, "series_number": 1, "reason": "looked at it all", "own_password": PASSWORD}
    path, prescriber = f"/course/{there.course_id}/decide/", as_(PRESCRIBER_VANCE)
    refused = prescriber.post(path, sent | {"decision": Decision.CONTINUE})
    assert refused.status_code == 400 and "The course has ended: there is nothing" in refused.content.decode()
    assert prescriber.post(path, sent | {"decision": Decision.REVIEWED}).status_code == 302
    said = _page(there)
    assert f"After infusion {given_count}: reviewed (Dr. T. Vance" in said
    assert "The course has ended No decision is asked" in said


def test_continue_signed_before_the_course_ended_there_is_no_review_and_stop_is_one() -> None:
    for decision, asked in ((Decision.CONTINUE, "Review the course"), (Decision.STOP, "No decision is asked")):
        there = a_course(ren_halloway() if decision is Decision.STOP else "")
        under_way(there, SIX[:5])
        services.decide_checkpoint(
            stored(PRESCRIBER_VANCE), there.course_id, after_infusion=4, decision=decision, reason="as agreed",
            now=NOW + timedelta(days=11),
        )  # fmt: skip
        course.take_step(
            stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="moved away",
            now=NOW + timedelta(days=12),
        )  # fmt: skip
        assert asked in _page(there), decision


def test_a_series_that_was_left_before_its_review_is_reviewed_and_not_continued() -> None:
    there = a_course()
    under_way(there, SIX[:4])
    another_series(there, NOW + timedelta(days=30))
    said = _page(there, "?series=1")
    assert "Series 1 is over, after infusion 3 Review the course" in said and "Continue as planned" not in said
    with pytest.raises(Unacceptable, match="That series is over: sign that it was reviewed"):
        _decide(there, 3, series=1)
    _decide(there, 3, Decision.REVIEWED, series=1)
    assert "Series 1 is over No decision is asked" in _page(there, "?series=1")


def test_a_course_that_has_ended_without_any_infusion_asks_for_nothing() -> None:
    assert "No decision is asked" in _page(_ended(0))


def test_a_course_under_way_is_continued_changed_or_stopped_and_not_only_reviewed() -> None:
    there = a_course()
    under_way(there, SIX[:5])
    assert "Reviewed" not in _page(there)
    with pytest.raises(Unacceptable, match="Say whether the course goes on"):
        _decide(there, 4, Decision.REVIEWED)


def test_the_response_page_of_a_course_that_has_ended_says_what_will_never_come() -> None:
    said = _page(_ended(3), "response/")
    assert "So many were not given." in said and "Not there yet." not in said
    assert "The course is over: what was reached stands in the curve." in said and "course of six is over" not in said


def test_the_review_of_a_series_stays_open_when_another_is_planned_and_is_signed_for_its_own() -> None:
    there = a_course()
    under_way(there, SIX)
    again = another_series(there, NOW + timedelta(days=30))
    given(again, 1, NOW + timedelta(days=31))
    assert "The review of series 1, after infusion 6, is not signed yet." in _page(there)
    first = _page(there, "?series=1")
    assert "Series 1 is over, after infusion 6 Review the course" in first and "is not signed yet" not in first
    sent = {
        "after_infusion": 6, "series_number": 1, "reason": "well, goes on", "own_password": PASSWORD,
        "decision": Decision.CONTINUE,
    }  # fmt: skip
    wrong = as_(PRESCRIBER_VANCE).post(f"/course/{there.course_id}/decide/", sent | {"reason": ""})
    assert "Series 1 is over" in wrong.content.decode(), "what was refused stands on the series that it is about"
    done = as_(PRESCRIBER_VANCE).post(f"/course/{there.course_id}/decide/", sent)
    assert done.status_code == 302 and done["Location"].endswith("?series=1")
    assert "After infusion 6: continue as planned" in _page(there, "?series=1")
    assert "After infusion 6" not in _page(there) and "is not signed yet" not in _page(there)


def test_a_decision_from_before_it_named_its_series_is_of_the_one_that_it_was_made_in() -> None:
    there = a_course()
    under_way(there, SIX)
    _decide(there, 6)
    given(another_series(there, NOW + timedelta(days=42)), 1, NOW + timedelta(days=43))
    row = CheckpointDecision.objects.get()
    assert row.series_number == 1
    (made,) = queries.checkpoints_decided(there.course_id)
    assert decided_in_series(course_of(there.course_id), [replace(made, series_number=None)], 1)


def test_a_decision_that_was_required_and_never_signed_is_said() -> None:
    there = a_course()
    under_way(there, SIX[:6])
    assert "Next decision, after infusion 4" in _page(there) and "nothing was signed" not in _page(there)
    given(there, 6, NOW + timedelta(days=16))
    said = _page(there)
    assert "Next decision, after infusion 6" in said and "After infusion 4 nothing was signed." in said
    six = {3: Asks.INFORMATION, 4: Asks.DECISION, 6: Asks.REVIEW}
    assert never_decided(six, [3, 6], 6, 0) == [4] and never_decided(six, [4], 6, 6) == []
    assert never_decided(six, [], 5, 4) == [], "it may still be signed"


def test_a_plan_shortened_to_what_was_given_is_reviewed_whatever_was_decided_before() -> None:
    there = a_course()
    under_way(there, SIX[:5])
    at = NOW + timedelta(days=11)
    services.decide_checkpoint(
        stored(PRESCRIBER_VANCE), there.course_id, after_infusion=4, decision=Decision.CONTINUE,
        reason="going well so far", now=at,
    )  # fmt: skip
    assert "Next decision comes after infusion 6" in _page(there)
    course.change_plan(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, infusions_count=4, now=at, reason="moves away"
    )
    said = _page(there)
    assert "Next decision, after infusion 4 Review the course" in said
    assert "Reviewed" in said and "Stop the course" in said and "Continue as planned" not in said
    for decision in (Decision.CONTINUE, Decision.CHANGE):
        with pytest.raises(Unacceptable, match="All that is still planned was given"):
            _decide(there, 4, decision)
    _decide(there, 4, Decision.REVIEWED)
    assert "No decision is asked" in _page(there)
    another_series(there, NOW + timedelta(days=30))
    assert "Series 1 is over No decision is asked" in _page(there, "?series=1"), "it is not asked a second time"
