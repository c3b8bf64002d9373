"""Patterns of a course: the published ones, and the days that they fall on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.course.patterns import DEFAULT_PATTERN, PATTERNS, Pattern, gaps_d, pattern, planned_days
from dripstand.protocol.template import Mark

MONDAY = date(2026, 3, 2)
WEEKDAYS = frozenset(range(5))


def test_the_default_is_six_within_twenty_one_days() -> None:
    # Oliver 2022: six within 21 days; Anand 2023: two a week for three weeks.
    assert DEFAULT_PATTERN.infusions_count == 6
    assert DEFAULT_PATTERN.length_d <= 21


def test_three_a_week_takes_twelve_to_fourteen_days() -> None:
    # Murrough 2013: Monday, Wednesday, Friday; the last on day 12 counted from one.
    found = pattern("six_in_two_weeks")
    assert found is not None
    assert 12 <= found.length_d + 1 <= 14
    days = planned_days(MONDAY, found.day_offsets, open_weekdays=WEEKDAYS)
    assert [day.strftime("%a") for day in days] == ["Mon", "Wed", "Fri"] * 2


def test_can_bind_is_weekly_a_month_then_fortnightly_two_then_monthly_three() -> None:
    found = pattern("can_bind")
    assert found is not None
    gaps = [later - earlier for earlier, later in zip(found.day_offsets, found.day_offsets[1:], strict=False)]
    assert gaps == [7] * 3 + [14] * 4 + [28] * 3


@pytest.mark.parametrize("one", PATTERNS, ids=lambda one: one.key)
def test_every_pattern_says_where_it_comes_from_and_runs_forward(one: Pattern) -> None:
    assert one.source.text and one.source.mark is Mark.VERIFIED
    assert one.day_offsets[0] == 0
    assert list(one.day_offsets) == sorted(set(one.day_offsets))


def test_there_is_no_pattern_of_an_unknown_name() -> None:
    assert pattern("eight_a_day") is None


@given(
    first_on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    one=st.sampled_from(PATTERNS),
    open_weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)
def test_planned_days_fall_on_open_days_each_after_the_one_before(
    first_on: date, one: Pattern, open_weekdays: frozenset[int]
) -> None:
    days = planned_days(first_on, one.day_offsets, open_weekdays=open_weekdays)
    assert len(days) == one.infusions_count
    assert all(day.weekday() in open_weekdays for day in days)
    assert all(gap >= 1 for gap in gaps_d(days))
    assert days[0] >= first_on
    for day, offset in zip(days, one.day_offsets, strict=True):
        assert day >= first_on + timedelta(days=offset)


def test_the_days_stay_as_named_where_nothing_is_said_about_opening() -> None:
    assert planned_days(date(2026, 3, 7), (0, 1), open_weekdays=frozenset()) == (date(2026, 3, 7), date(2026, 3, 8))
