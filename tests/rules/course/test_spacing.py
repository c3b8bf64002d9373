"""How far apart infusions stand, also in the weeks in which the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.course.spacing import (
    DEFAULT_SOURCES,
    SpacingRules,
    baseline_again,
    days_between,
    hours_between,
    never,
    too_far,
    unusually_close,
)

CHICAGO = ZoneInfo("America/Chicago")
RULES = SpacingRules()


def local(text: str) -> datetime:
    """A time of Chicago's clock as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


def test_every_number_says_where_it_comes_from() -> None:
    assert set(DEFAULT_SOURCES) == {"least_h", "usual_least_d", "most_d", "most_a_week", "baseline_again_d"}


@pytest.mark.hazard("H16")
@pytest.mark.parametrize(
    ("one", "other", "refused"),
    [
        ("2026-03-02T10:00", "2026-03-03T09:59", True),
        ("2026-03-02T10:00", "2026-03-03T10:00", False),
        # The clock goes forward in the night to 8 March: the same hour of the next day is only 23 hours away.
        ("2026-03-07T10:00", "2026-03-08T10:00", True),
        ("2026-03-07T10:00", "2026-03-08T11:00", False),
        # And back in the night to 1 November: an hour before is 24 hours all the same.
        ("2026-10-31T10:00", "2026-11-01T09:00", False),
        ("2026-10-31T10:00", "2026-11-01T08:59", True),
    ],
)
def test_twenty_four_hours_are_real_hours(one: str, other: str, refused: bool) -> None:
    assert never(local(one), local(other), RULES) is refused


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-03-06T10:00", "2026-03-08T10:00"),  # 47 hours: the clock goes forward
        ("2026-03-02T16:00", "2026-03-04T08:00"),  # Monday afternoon to Wednesday morning: 40 hours
        ("2026-10-30T10:00", "2026-11-01T10:00"),  # 49 hours
    ],
)
def test_two_days_are_two_days_of_the_calendar(one: str, other: str) -> None:
    assert days_between(local(one), local(other), CHICAGO) == 2
    assert not unusually_close(local(one), local(other), RULES, CHICAGO)


def test_the_next_day_is_unusually_close_and_may_be_decided() -> None:
    one, other = local("2026-03-02T10:00"), local("2026-03-03T11:00")
    assert unusually_close(one, other, RULES, CHICAGO)
    assert not never(one, other, RULES)


@pytest.mark.parametrize(
    ("days", "far", "anew"), [(7, False, False), (8, True, False), (27, True, False), (28, True, True)]
)
def test_more_than_a_week_is_far_inside_an_induction_and_four_weeks_want_a_new_baseline(
    days: int, far: bool, anew: bool
) -> None:
    one = local("2026-02-27T10:00")
    other = one + timedelta(days=days)
    assert too_far(one, other, RULES, CHICAGO) is far
    assert baseline_again(one, other, RULES, CHICAGO) is anew


@given(
    one=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    hours=st.floats(0, 24 * 40, allow_nan=False),
)
def test_which_of_two_comes_first_makes_no_difference(one: datetime, hours: float) -> None:
    other = one + timedelta(hours=hours)
    assert hours_between(one, other) == hours_between(other, one)
    for rule in (unusually_close, too_far, baseline_again):
        assert rule(one, other, RULES, CHICAGO) is rule(other, one, RULES, CHICAGO)
    if never(one, other, RULES):
        assert unusually_close(one, other, RULES, CHICAGO)  # what can never be is never called usual
