"""Which instruments are due when, and what became of each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.occasions import Occasion, Windows
from dripstand.outcomes.schedule import Course, Due, Handed, Infusion, Plan, Standing, due
from dripstand.outcomes.score import Score
from tests.outcomes.filled import scored, totalling
from tests.people import NOW

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def course(*, given: int = 0, planned: int = 6, ended: bool = False) -> Course:
    """Infusions on every second day from NOW; those given lasted 40 minutes."""
    infusions = tuple(
        Infusion(number, start, start + timedelta(minutes=40) if number <= given else None)
        for number in range(1, planned + 1)
        for start in (NOW + DAY * 2 * (number - 1),)
    )
    return Course(infusions, infusions[-1].ended_at if ended else None)


def standings(now: datetime, *handed: Handed, of: Course | None = None, plan: Plan | None = None) -> dict[str, Due]:
    return {each.key: each for each in due(plan or Plan(), of or course(), handed, now)}


def test_the_cadence_of_a_whole_course_is_the_published_one() -> None:
    whole = due(Plan(), course(given=6, ended=True), (), NOW)
    count = {occasion: len({each.due_at for each in whole if each.occasion is occasion}) for occasion in Occasion}
    assert count == {
        Occasion.BASELINE: 1,
        Occasion.BEFORE_INFUSION: 6,
        Occasion.DURING_INFUSION: 0,  # on no schedule: asked at the chair
        Occasion.BEFORE_LEAVING: 0,
        Occasion.DAY_AFTER: 6,
        Occasion.END_OF_COURSE: 1,
        Occasion.WEEKLY: 4,
        Occasion.MONTHLY: 6,
    }
    last = course(given=6, ended=True).ended_at
    assert last is not None
    weekly = sorted(each.due_at - last for each in whole if each.occasion is Occasion.WEEKLY)
    assert weekly == [DAY * 7, DAY * 14, DAY * 21, DAY * 28]


def test_a_course_for_pain_asks_for_the_pain_and_keeps_the_question_about_safety() -> None:
    whole = due(Plan.for_pain(), course(given=6, ended=True), (), NOW)
    asked = {each.occasion: {one.instrument_id for one in whole if one.occasion is each.occasion} for each in whole}
    assert asked[Occasion.BEFORE_INFUSION] == {"nrs-pain"}
    assert asked[Occasion.BASELINE] == asked[Occasion.END_OF_COURSE] == {"nrs-pain", "peg", "phq-9"}
    assert all("nrs-pain" in one for one in asked.values())
    assert "phq-9" in asked[Occasion.DAY_AFTER] and "gad-7" not in set().union(*asked.values())


@pytest.mark.parametrize(
    ("when", "standing"),
    [(-DAY * 7 - HOUR, Standing.NOT_YET), (-DAY * 7, Standing.DUE), (timedelta(0), Standing.DUE),
     (HOUR, Standing.MISSED)],
)  # fmt: skip
def test_the_baseline_is_taken_in_the_seven_days_before_the_first_infusion(when: timedelta, standing: Standing) -> None:
    assert standings(NOW + when)["baseline/phq-9"].standing is standing


def test_what_was_handed_in_is_done_partial_late_or_skipped_and_stays_so() -> None:
    key = "before-1/phq-9"
    complete, partial = totalling("phq-9", 12), scored("phq-9", None, 1, 1, 1, 1, 1, 1, 1, 0)
    later = NOW + DAY * 30
    assert standings(later, Handed(key, NOW - HOUR, complete))[key].standing is Standing.DONE
    assert standings(later, Handed(key, NOW - HOUR, partial))[key].standing is Standing.PARTIAL
    assert standings(later, Handed(key, NOW + HOUR, complete))[key].standing is Standing.LATE
    skipped = standings(later, Handed(key, NOW - HOUR, None, "too tired"))[key]
    assert skipped.standing is Standing.SKIPPED and skipped.handed is not None
    assert skipped.handed.skipped_reason == "too tired"
    assert standings(later)[key].standing is Standing.MISSED


def test_a_late_form_counts_for_the_occasion_that_it_names_and_for_no_other() -> None:
    form = Handed("before-1/phq-9", NOW + DAY, totalling("phq-9", 12))
    found = standings(NOW + DAY, form)
    assert found["before-1/phq-9"].standing is Standing.LATE
    assert found["before-2/phq-9"].standing is Standing.DUE


def test_a_form_counts_over_a_skip_and_a_later_form_over_an_earlier_one() -> None:
    key = "before-1/phq-9"
    skip = Handed(key, NOW - HOUR / 2, None, "no time")
    first, second = (Handed(key, NOW - HOUR * h, totalling("phq-9", total)) for h, total in ((3, 9), (2, 11)))
    for order in ((skip, first, second), (second, first, skip), (first, skip, second)):
        assert standings(NOW, *order)[key].handed is second


@pytest.mark.parametrize(("hours", "standing"), [(-36, Standing.DONE), (-36.01, Standing.DUE), (-24, Standing.DONE)])
def test_what_was_asked_so_early_that_the_infusion_must_have_moved_counts_no_more(
    hours: float, standing: Standing
) -> None:
    form = Handed("before-1/phq-9", NOW + HOUR * hours, totalling("phq-9", 12))
    found = standings(NOW - HOUR, form)["before-1/phq-9"]
    assert found.standing is standing and (found.handed is form) is (standing is Standing.DONE)
    skip = Handed("baseline/phq-9", NOW - DAY * 21, None, "too tired")
    assert standings(NOW - HOUR, skip)["baseline/phq-9"].standing is Standing.DUE


def test_what_was_answered_in_the_weeks_after_a_course_stands_where_its_end_is_set_later() -> None:
    whole = course(given=6, ended=True)
    assert whole.ended_at is not None
    form = Handed("week-1/phq-9", whole.ended_at + DAY * 7, totalling("phq-9", 12))
    later = Course(whole.infusions, whole.ended_at + DAY * 30)
    assert standings(whole.ended_at + DAY * 37, form, of=later)["week-1/phq-9"].standing is Standing.DONE


def test_after_a_gap_the_baseline_is_asked_again_in_the_seven_days_before_that_infusion() -> None:
    first, second = Infusion(1, NOW, NOW + HOUR), Infusion(2, NOW + DAY * 40, after_gap=True)
    found = standings(NOW + DAY * 34, of=Course((first, second)))
    again = found["baseline-2/phq-9"]
    assert (again.standing, again.due_at, again.closes_at - again.opens_at) == (Standing.DUE, second.starts_at, DAY * 7)
    assert found["baseline/phq-9"].standing is Standing.MISSED and "baseline-1/phq-9" not in found


def test_the_day_after_exists_only_for_an_infusion_that_was_given_and_may_be_left_out() -> None:
    found = standings(NOW + DAY, of=course(given=1))
    assert found["after-1/phq-9"].standing is Standing.DUE and found["after-1/phq-9"].is_optional
    assert not found["before-1/phq-9"].is_optional
    assert "after-2/phq-9" not in found


def test_a_bipolar_course_asks_for_the_asrm_before_and_after_each_infusion() -> None:
    plain = standings(NOW, of=course(given=1))
    bipolar = standings(NOW, of=course(given=1), plan=Plan().for_bipolar())
    added = set(bipolar) - set(plain)
    assert {"before-1/asrm", "before-6/asrm", "after-1/asrm", "baseline/asrm"} <= added
    assert all(key.endswith("/asrm") for key in added)
    after = bipolar["after-1/asrm"]
    ended = NOW + timedelta(minutes=40)
    assert after.due_at - ended == DAY and after.closes_at - ended == DAY * 2 and not after.is_optional


def test_nothing_is_due_without_an_infusion() -> None:
    assert due(Plan(), Course(()), (), NOW) == ()


def test_every_planned_instrument_exists() -> None:
    for each in standings(NOW, of=course(given=6, ended=True), plan=Plan().for_bipolar()).values():
        assert instrument(each.instrument_id)


def _score(choice: int) -> Score | None:
    return [None, totalling("phq-9", 10), scored("phq-9", 1)][choice]


@given(
    st.integers(0, 6),
    st.booleans(),
    st.lists(st.tuples(st.integers(1, 6), st.integers(-100, 400), st.integers(0, 2)), max_size=6),
    st.integers(-300, 6_000),
)
def test_windows_are_in_order_keys_are_unique_and_nothing_handed_in_is_lost(
    given_count: int, ended: bool, forms: list[tuple[int, int, int]], now_h: int
) -> None:
    handed = [Handed(f"before-{n}/phq-9", NOW + HOUR * at, _score(choice)) for n, at, choice in forms]
    found = due(Plan(), course(given=given_count, ended=ended and given_count == 6), handed, NOW + HOUR * now_h)
    assert len({each.key for each in found}) == len(found)
    assert all(each.opens_at <= each.due_at <= each.closes_at for each in found)
    assert list(found) == sorted(found, key=lambda each: (each.due_at, each.key))
    opens = {each.key: each.opens_at for each in found}
    in_time = {each.key for each in handed if each.at >= opens[each.key] - Windows().starts_later}
    assert {each.key for each in found if each.handed is not None} == in_time
    untouched = (Standing.NOT_YET, Standing.DUE, Standing.MISSED)
    assert all((each.handed is None) == (each.standing in untouched) for each in found)
