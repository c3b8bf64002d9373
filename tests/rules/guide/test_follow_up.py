"""When the questions of the weeks after a course are sent, once more, and no more; and which place an answer fills."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.guide.follow_up import Asked, next_message, places_asked, sent_from
from dripstand.guide.next_day import Message, WhyNot
from dripstand.outcomes.due import AFTERWARDS
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Course, Due, Handed, Infusion, Plan, due

CHICAGO = ZoneInfo("America/Chicago")
ENDED = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)
"""Half past two in the afternoon in Chicago, four days before the clocks go forward."""
DUE = ENDED + timedelta(days=7)
TEN = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
WEEK = Asked(Occasion.WEEKLY, DUE, DUE + timedelta(days=2), has_address=True, can_mail=True)


def sent(number: int, at: datetime) -> Message:
    return Message(number, at, at, 1)


def test_it_leaves_at_ten_of_the_clinic_s_clock_on_the_day_it_is_due_also_when_the_clocks_have_changed() -> None:
    assert sent_from(Occasion.WEEKLY, DUE, CHICAGO) == TEN
    assert next_message(WEEK, TEN - timedelta(minutes=1), CHICAGO) is WhyNot.NOT_YET
    assert next_message(WEEK, TEN, CHICAGO) == 1


def test_the_end_of_a_course_is_asked_about_a_day_after_the_check_of_the_next_day() -> None:
    of_the_end = sent_from(Occasion.END_OF_COURSE, ENDED + timedelta(hours=24), CHICAGO)
    assert of_the_end == datetime(2026, 3, 6, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"here_again": True}, WhyNot.HERE_AGAIN),
        ({"by_staff": True}, WhyNot.BY_STAFF),
        ({"has_address": False}, WhyNot.NO_ADDRESS),
        ({"can_mail": False}, WhyNot.NO_MAIL_HERE),
    ],
)
def test_nothing_leaves_where_it_would_be_wrong(change: dict[str, bool], why: WhyNot) -> None:
    assert next_message(replace(WEEK, **change), TEN, CHICAGO) is why  # type: ignore[arg-type]


def test_once_more_after_a_day_unless_it_was_opened_and_never_a_third_time() -> None:
    once = replace(WEEK, messages=(sent(1, TEN),))
    assert next_message(once, TEN + timedelta(hours=23, minutes=59), CHICAGO) is WhyNot.SENT
    assert next_message(once, TEN + timedelta(hours=24), CHICAGO) == 2
    assert next_message(replace(once, begun=True), TEN + timedelta(hours=24), CHICAGO) is WhyNot.SENT
    twice = replace(once, messages=(sent(1, TEN), sent(2, TEN + timedelta(hours=24))))
    assert next_message(twice, TEN + timedelta(hours=48), CHICAGO) is WhyNot.SENT


def test_a_message_that_was_not_taken_is_tried_five_times() -> None:
    failed = replace(WEEK, messages=(Message(1, None, TEN, 4),))
    assert next_message(failed, TEN + timedelta(minutes=9), CHICAGO) is WhyNot.NOT_YET
    assert next_message(failed, TEN + timedelta(minutes=10), CHICAGO) == 1
    given_up = replace(WEEK, messages=(Message(1, None, TEN, 5),))
    assert next_message(given_up, TEN + timedelta(hours=1), CHICAGO) is WhyNot.FAILED


@given(st.integers(0, 20 * 24 * 60), st.sampled_from([(), (1,), (1, 2)]))
def test_nothing_ever_leaves_at_night_or_outside_its_window(minutes: int, numbers: tuple[int, ...]) -> None:
    now = ENDED + timedelta(minutes=minutes)
    answer = next_message(replace(WEEK, messages=tuple(sent(n, TEN) for n in numbers)), now, CHICAGO)
    if isinstance(answer, int):
        assert 8 <= now.astimezone(CHICAGO).hour < 20
        assert TEN <= now < WEEK.closes_at


# --- which place -----------------------------------------------------------------------------------------------------

COURSE = Course((Infusion(1, ENDED - timedelta(hours=3), ENDED),), ENDED)


def slots(days: float, *handed: tuple[str, float]) -> tuple[tuple[Due, ...], datetime]:
    """The schedule so many days after the course; handed: keys that were left out, each with its day."""
    now = ENDED + timedelta(days=days)
    left = [Handed(key, ENDED + timedelta(days=at), skipped_reason="by telephone") for key, at in handed]
    return due(Plan(), COURSE, left, now), now


def afterwards(there: tuple[Due, ...]) -> list[Due]:
    """Those of the weeks after, on which no visit is."""
    return [one for one in there if one.occasion in AFTERWARDS]


def keys(days: float, *handed: tuple[str, float], begun: dict[str, str] | None = None) -> set[str]:
    there, now = slots(days, *handed)
    return {one.key for one in places_asked(afterwards(there), now, begun or {})}


def test_where_two_windows_overlap_each_scale_is_asked_once_for_the_place_that_is_nearer() -> None:
    assert keys(2) == {"end/phq-9", "end/gad-7"}
    assert keys(6) == {"week-1/phq-9", "end/gad-7"}, "the PHQ-9 of day 6 says how the first week was"


def test_what_was_answered_for_the_later_place_is_not_asked_again_for_the_earlier() -> None:
    assert keys(6, ("week-1/phq-9", 5.5)) == {"end/gad-7"}
    assert keys(6, ("end/phq-9", 2), ("end/gad-7", 2)) == {"week-1/phq-9"}


def test_what_was_begun_keeps_its_place_and_half_of_it_is_not_another_week_s() -> None:
    assert keys(6, begun={"phq-9": "end/phq-9"}) == {"end/phq-9", "end/gad-7"}
    assert keys(8, begun={"phq-9": "end/phq-9"}) == set(), "its window is over; the week has a link of its own"


@given(st.floats(0, 300))
def test_every_day_asks_each_scale_at_most_once_and_only_in_an_open_window(days: float) -> None:
    there, now = slots(days)
    found = places_asked(afterwards(there), now, {})
    assert len({one.instrument_id for one in found}) == len(found)
    assert all(one.opens_at <= now <= one.closes_at for one in found)
