"""Where the course page draws what: infusions as columns on a calendar axis, the score curve above them.

Values only, in the units of the drawing (look.md, Course 1366 x 900). Within the course a day is as wide as any other
day; what lies more than a day outside is drawn closer together, and the axis says so by its dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH = 1366.0
GUTTER = 180.0
RIGHT = 36.0
TOP, BOTTOM = 70.0, 336.0
COLUMN_WIDEST, COLUMN_NARROWEST = 126.0, 58.0
COLUMN_GAP = 12.0
OUTSIDE = 0.22
"""How wide a day outside the course is, of a day within it."""
LABEL_APART = 34.0
LABEL_STEP = 20.0
NEWEST_ROOM = 60.0
NAMES_APART = 38.0
"""The name of a line and what it means stand beneath each other; two lines' names keep so far apart."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One infusion on the axis: when it was given or is planned."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """One total on the curve, as it is printed, and when it was given."""

    at: datetime
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """middle, left, width: where an infusion stands."""

    number: int
    middle: float
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of the curve; its label stands above or below it so that neighbours do not cover each other."""

    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything that has a place. path: of the curve, for an SVG. today: None where it lies outside the axis.

    grid: a number that a line's name would cover is left out.
    """

    columns: tuple[Column, ...]
    dots: tuple[Dot, ...]
    path: str
    grid: tuple[tuple[float, str], ...]
    lines: tuple[float, ...]
    today: float | None
    names: tuple[float, ...] = ()
    """Where each line's name stands: at the line, or a little off where another line's is too near."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Time to place: linear within the course, and closer together outside it."""

    first: datetime
    core_first: datetime
    core_last: datetime
    last: datetime

    def _days(self, at: datetime) -> float:
        """Days of the drawing since its beginning."""
        before = min(at, self.core_first) - self.first
        within = min(max(at, self.core_first), self.core_last) - self.core_first
        after = max(at, self.core_last) - self.core_last
        day = timedelta(days=1)
        return (before / day) * OUTSIDE + within / day + (after / day) * OUTSIDE

    def x(self, at: datetime) -> float:
        whole = self._days(self.last)
        share = self._days(at) / whole if whole > 0 else 0.5
        return GUTTER + share * (WIDTH - RIGHT - GUTTER)


def axis(stops: Sequence[Stop], marks: Sequence[Mark]) -> Axis:
    """The axis that holds every infusion and every total, with a day to spare on either side of the infusions."""
    times = [stop.at for stop in stops] or [mark.at for mark in marks]
    core_first, core_last = min(times) - timedelta(days=1), max(times) + timedelta(days=1)
    everything = [*times, *(mark.at for mark in marks), core_first, core_last]
    spare = timedelta(hours=12)
    return Axis(min(everything) - spare, core_first, core_last, max(everything) + spare)


def y_of(value: float, highest: float) -> float:
    """Where a total stands: the highest of the scale above, zero below."""
    return BOTTOM - (BOTTOM - TOP) * value / highest if highest else BOTTOM


def drawn(stops: Sequence[Stop], marks: Sequence[Mark], lines: Iterable[float], highest: float, now: datetime) -> Drawn:
    """The drawing of one series. At least one infusion or one total is needed."""
    along = axis(stops, marks)
    middles = [along.x(stop.at) for stop in stops]
    gaps = [later - earlier for earlier, later in zip(middles, middles[1:], strict=False)]
    widest = min([COLUMN_WIDEST, *(gap - COLUMN_GAP for gap in gaps)])
    width = max(widest, min(COLUMN_NARROWEST, *(gap * 0.94 for gap in gaps)) if gaps else COLUMN_NARROWEST)
    dots = _dots(marks, along, highest)
    step = 5 if highest <= 10 else 9 if highest <= 30 else 20
    heights = [y_of(value, highest) for value in lines]
    return Drawn(
        columns=tuple(
            Column(stop.number, middle, middle - width / 2, width) for stop, middle in zip(stops, middles, strict=True)
        ),
        dots=dots,
        path=" ".join(f"{'L' if place else 'M'}{dot.x:.1f} {dot.y:.1f}" for place, dot in enumerate(dots)),
        grid=tuple(_grid(value, highest, heights) for value in range(0, int(highest) + 1, step)),
        lines=tuple(heights),
        today=along.x(now) if along.first <= now <= along.last else None,
        names=_apart(heights),
    )


def _apart(heights: Sequence[float]) -> tuple[float, ...]:
    """The same heights in the same order, pushed apart where two are nearer than NAMES_APART; none below the plot."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    names = list(heights)
    for upper, lower in zip(order, order[1:], strict=False):
        near = NAMES_APART - (names[lower] - names[upper])
        if near > 0:
            down = min(near / 2, max(BOTTOM - NAMES_APART / 2 - names[lower], 0.0))
            names[lower] += down
            names[upper] -= near - down
    return tuple(names)


def _grid(value: int, highest: float, lines: Sequence[float]) -> tuple[float, str]:
    y = y_of(value, highest)
    return y, "" if any(-LABEL_STEP < y - line < LABEL_STEP + 8 for line in lines) else str(value)


def _dots(marks: Sequence[Mark], along: Axis, highest: float) -> tuple[Dot, ...]:
    found: list[Dot] = []
    for place, mark in enumerate(marks, start=1):
        x, y = along.x(mark.at), y_of(mark.value, highest)
        if place == len(marks) and x + NEWEST_ROOM < WIDTH - RIGHT:
            found.append(Dot(x, y, x + 15, y - 6, "start", mark.text))  # beside it: the line of today may go through it
            continue
        label_y = y - 14
        if found and x - found[-1].x < LABEL_APART and abs(label_y - found[-1].label_y) < LABEL_STEP:
            label_y = y + 26
        found.append(Dot(x, y, x, label_y, "middle", mark.text))
    return tuple(found)
