"""Where the course page draws what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.outcomes.course_plot import BOTTOM, GUTTER, NAMES_APART, RIGHT, TOP, WIDTH, Mark, Stop, drawn, y_of

MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)


def day(number: float) -> datetime:
    return MONDAY + timedelta(days=number)


SIX = [Stop(number, day(at)) for number, at in enumerate((0, 3, 7, 10, 14, 17), start=1)]


def test_days_within_the_course_are_equally_wide() -> None:
    columns = drawn(SIX, [], [], 27, day(8)).columns
    three, four = columns[1].middle - columns[0].middle, columns[2].middle - columns[1].middle
    assert four / three == pytest.approx(4 / 3)
    assert all(later.left > earlier.left + earlier.width for earlier, later in zip(columns, columns[1:], strict=False))


def test_a_baseline_a_week_before_and_a_month_after_are_drawn_closer_together() -> None:
    marks = [Mark(day(-7), 21, "21"), Mark(day(45), 8, "8")]
    drawing = drawn(SIX, marks, [], 27, day(8))
    a_day = (drawing.columns[1].middle - drawing.columns[0].middle) / 3
    assert GUTTER < drawing.dots[0].x < drawing.columns[0].middle - a_day
    assert drawing.columns[-1].middle + a_day < drawing.dots[1].x < WIDTH - RIGHT
    assert drawing.dots[1].x - drawing.columns[-1].middle < 28 * a_day / 3


def test_the_scale_stands_upright_and_lines_where_they_belong() -> None:
    drawing = drawn(SIX, [Mark(day(0), 21, "21"), Mark(day(1), 10.5, "10.5")], [10.5, 5], 27, day(8))
    assert y_of(0, 27) == BOTTOM and y_of(27, 27) == TOP
    assert drawing.lines[0] == drawing.dots[1].y
    assert drawing.grid[-1] == (TOP, "27")
    assert [text for _y, text in drawing.grid] == ["0", "", "18", "27"]  # 9 would stand on the words of 10.5
    assert drawing.today is not None and drawing.columns[2].middle < drawing.today < drawing.columns[3].middle


def test_two_totals_of_neighbouring_days_do_not_cover_each_others_numbers() -> None:
    marks = [Mark(day(9.7), 12, "12"), Mark(day(10.1), 12, "12"), Mark(day(12), 9, "9")]
    first, second, _newest = drawn(SIX, marks, [], 27, day(20)).dots
    assert abs(first.label_y - second.label_y) >= 20


times = st.lists(st.floats(0, 120), min_size=1, max_size=12, unique_by=lambda at: round(at, 1))


@given(times, st.lists(st.tuples(st.floats(-30, 200), st.floats(0, 60)), max_size=20))
def test_everything_stays_inside_and_in_order_however_a_course_ran(
    stops: list[float], marks: list[tuple[float, float]]
) -> None:
    ordered = [Stop(number, day(at)) for number, at in enumerate(sorted(stops), start=1)]
    drawing = drawn(ordered, [Mark(day(at), value, "x") for at, value in sorted(marks)], [], 60, day(1000))
    places = [column.middle for column in drawing.columns]
    assert places == sorted(places) and all(GUTTER <= x <= WIDTH - RIGHT for x in places)
    assert all(GUTTER <= dot.x <= WIDTH - RIGHT and TOP <= dot.y <= BOTTOM for dot in drawing.dots)
    assert [dot.x for dot in drawing.dots] == sorted(dot.x for dot in drawing.dots)
    assert drawing.today is None


@pytest.mark.parametrize("values", [(10.5, 5), (3, 5), (5, 5), (0, 1), (26, 27)])
def test_the_names_of_two_lines_never_cover_each_other_and_stay_at_their_lines(values: tuple[float, float]) -> None:
    """In a maintenance the baseline is low: half of it lies beneath the remission line, a few points apart."""
    drawing = drawn(SIX, [], values, 27, day(8))
    one, other = drawing.names
    assert abs(one - other) >= NAMES_APART - 1e-9
    assert all(abs(name - line) <= NAMES_APART for name, line in zip(drawing.names, drawing.lines, strict=True))
    assert max(drawing.names) <= BOTTOM
    if values[0] != values[1]:
        assert (one < other) == (values[0] > values[1]), "the higher total above"
