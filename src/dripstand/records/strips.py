"""Where a value lands on the plotted page: the shared time axis and the value axis of one strip."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from dripstand.records.course import Sample

STEPS_MIN = (5, 10, 15, 20, 30, 60, 120, 240)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """``start`` at ``left``, ``end`` at ``right``; every strip of the page shares it."""

    start: datetime
    end: datetime
    left: float
    right: float

    def x(self, at: datetime) -> float:
        span_s = (self.end - self.start).total_seconds()
        return self.left + (self.right - self.left) * (at - self.start).total_seconds() / span_s

    def within(self, at: datetime) -> bool:
        return self.start <= at <= self.end

    def ticks(self, zone: tzinfo, most: int = 8) -> list[datetime]:
        """Round clock times of the clinic's zone, at most ``most`` of them.

        They are stepped in UTC, so an hour that comes twice is drawn twice and one that is skipped is not drawn (H29).
        """
        span_min = (self.end - self.start).total_seconds() / 60
        step_min = next((step for step in STEPS_MIN if span_min / step <= most), STEPS_MIN[-1])
        local = self.start.astimezone(zone)
        since_hour_min = local.minute + local.second / 60 + local.microsecond / 6e7
        since_min = since_hour_min + (local.hour * 60 if step_min > 60 else 0)
        ahead_min = math.ceil(since_min / step_min - 1e-9) * step_min - since_min
        tick = self.start + timedelta(minutes=ahead_min)
        found = []
        while tick <= self.end:
            found.append(tick)
            tick += timedelta(minutes=step_min)
        return found


@dataclass(frozen=True, slots=True)
class Strip:
    """One value axis between ``top`` and ``bottom``. ``low`` and ``high`` are least ranges that only ever grow."""

    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)

    def holding(self, values: Iterable[float], step: float) -> Strip:
        """The same strip with its ends moved out, in whole ``step``, until nothing is clipped."""
        found = list(values)
        low = min([self.low, *found])
        high = max([self.high, *found])
        if low < self.low:
            low = self.low - math.ceil((self.low - low) / step) * step
        if high > self.high:
            high = self.high + math.ceil((high - self.high) / step) * step
        return Strip(self.top, self.bottom, low, high)


def runs(samples: Sequence[Sample]) -> Iterator[list[Sample]]:
    """Stretches to draw as one line: broken at a doubtful value and at every gap. A gap is never joined or smoothed."""
    stretch: list[Sample] = []
    for sample in samples:
        if (sample.doubtful or sample.gap_before) and stretch:
            yield stretch
            stretch = []
        if not sample.doubtful:
            stretch.append(sample)
    if stretch:
        yield stretch


def thinned(samples: Sequence[Sample], axis: TimeAxis, column: float = 1.0) -> list[Sample]:
    """First, lowest, highest and last of each ``column`` units of paper: no extreme that was measured is lost."""
    kept: list[Sample] = []
    held: list[Sample] = []
    held_column = -1
    for sample in samples:
        at_column = int(axis.x(sample.at) / column)
        if at_column != held_column and held:
            kept.extend(_extremes(held))
            held = []
        held_column = at_column
        held.append(sample)
    if held:
        kept.extend(_extremes(held))
    return kept


def _extremes(held: Sequence[Sample]) -> list[Sample]:
    chosen = {
        0,
        len(held) - 1,
        min(range(len(held)), key=lambda index: held[index].value),
        max(range(len(held)), key=lambda index: held[index].value),
    }
    return [held[index] for index in sorted(chosen)]
