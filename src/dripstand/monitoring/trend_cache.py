"""The trend of a session as columns, folded once and then only forward: the curves of a whole session in milliseconds.

A long session has fifteen thousand messages and a hundred thousand points; reading them anew for every page took most
of a second. Here each process keeps, for the sessions it was asked about lately, what `trends.Trend` would hold after
the last message that it has read: the lanes, which observations were seen, and the points in arrays. A request reads
the messages since then. The stored messages stay the truth: nothing here is written down, and a restart folds anew.

`FoldedTrend` gives exactly what `Trend` with `thinned` and `columns` gives; a property test compares them.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dripstand.monitoring.freshness import STALE, Lane, stale_after_s
from dripstand.monitoring.readings import NIBP, Reading
from dripstand.monitoring.trends import AMENDING, Point, columns, said_of, take

SESSIONS_KEPT_COUNT = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def _us(at: datetime) -> int:
    return (at - _EPOCH) // _US


@dataclass(slots=True)
class _Column:
    """The points of one channel in the order of receipt: microseconds since 1970, value (nan = gap), why."""

    at_us: array[int] = field(default_factory=lambda: array("q"))
    value: array[float] = field(default_factory=lambda: array("d"))
    why: array[int] = field(default_factory=lambda: array("H"))

    def add(self, at: datetime, value: float, why: int) -> None:
        self.at_us.append(_us(at))
        self.value.append(value)
        self.why.append(why)

    def forget(self, at: datetime) -> None:
        """What a correction amends."""
        at_us = _us(at)
        kept = [number for number, each in enumerate(self.at_us) if each != at_us]
        self.at_us = array("q", (self.at_us[number] for number in kept))
        self.value = array("d", (self.value[number] for number in kept))
        self.why = array("H", (self.why[number] for number in kept))


class FoldedTrend:
    """As `trends.Trend`, in columns. Only one thread at a time may use it."""

    def __init__(self, stale_s: float = 10.0) -> None:
        self._stale_s = stale_s
        self._lanes: dict[str, Lane] = {}
        self._seen: dict[str, set[int]] = {}
        self._columns: dict[str, _Column] = {}
        self._whys: list[str] = [""]
        self._number_of: dict[str, int] = {"": 0}

    def add(self, device: str, clock_flag: str, readings: Iterable[Reading], received_at: datetime) -> None:
        """Enters one message."""
        for reading in readings:
            if not reading.channel or reading.at is None:
                continue
            said = said_of(device, reading)
            seen = self._seen.setdefault(reading.channel, set())
            mark = hash(said)  # 64 bits: of a hundred thousand stamps two are alike once in a few thousand million
            if said and mark in seen:
                continue
            if said:
                seen.add(mark)
            before = self._lanes.get(reading.channel)
            take(self._lanes, device, clock_flag, reading, received_at)
            self._append(reading, before)

    def _append(self, reading: Reading, before: Lane | None) -> None:
        column = self._columns.setdefault(reading.channel, _Column())
        assert reading.at is not None
        if reading.status in AMENDING:
            column.forget(reading.at)
        if before is not None and before.value is not None and reading.channel not in NIBP:
            silent_s = (reading.at - before.at).total_seconds()
            if silent_s > stale_after_s(before, self._stale_s):
                column.add(before.at, np.nan, self._number(STALE))
        value = reading.chart_value if reading.usable else None
        if isinstance(value, (int, float)):
            column.add(reading.at, float(value), 0)
        else:
            column.add(reading.at, np.nan, self._number(reading.why))

    def _number(self, why: str) -> int:
        if why not in self._number_of:
            self._number_of[why] = len(self._whys)
            self._whys.append(why)
        return self._number_of[why]

    def channels(self) -> list[str]:
        return sorted(self._columns)

    def between(self, channel: str, start: datetime, end: datetime, most_count: int) -> list[Point]:
        """The points of a channel in [start, end] by their own time, thinned as `trends.thinned` does."""
        column = self._columns[channel]
        at_us = np.array(column.at_us, dtype=np.int64)
        value, why = np.array(column.value), np.array(column.why)
        if at_us.size > 1 and bool((np.diff(at_us) < 0).any()):
            order = np.argsort(at_us, kind="stable")
            at_us, value, why = at_us[order], value[order], why[order]
        low, high = np.searchsorted(at_us, _us(start), "left"), np.searchsorted(at_us, _us(end), "right")
        at_us, value, why = at_us[low:high], value[low:high], why[low:high]
        kept = range(at_us.size) if at_us.size <= most_count else _thinned(at_us, value, why, most_count)
        return [
            Point(
                _EPOCH + timedelta(microseconds=int(at_us[number])),
                None if np.isnan(value[number]) else float(value[number]),
                self._whys[why[number]],
            )
            for number in kept
        ]


def _thinned(
    at_us: NDArray[np.int64], value: NDArray[np.float64], why: NDArray[np.uint16], most_count: int
) -> list[int]:
    """Which points stay: of each stretch the lowest and the highest, and every gap."""
    is_gap = np.isnan(value)
    if bool(is_gap.all()):
        changes = np.flatnonzero(np.diff(why.astype(np.int32)) != 0) + 1
        return [0, *changes.tolist()]
    stretches = max(1, most_count // 2)
    width_s = max(int(at_us[-1] - at_us[0]) / 1e6 / stretches, 1e-6)
    bucket = ((at_us - at_us[0]) / 1e6 / width_s).astype(np.int64)
    group = bucket.copy()
    edges = np.flatnonzero((np.diff(group) != 0) | is_gap[1:] | is_gap[:-1]) + 1
    kept: list[int] = []
    for begin, end in zip([0, *edges.tolist()], [*edges.tolist(), at_us.size], strict=True):
        if is_gap[begin]:
            if not kept or not is_gap[kept[-1]] or why[kept[-1]] != why[begin]:
                kept.append(begin)
            continue
        lowest, highest = begin + int(value[begin:end].argmin()), begin + int(value[begin:end].argmax())
        pair = {lowest, highest}
        kept.extend(sorted(pair, key=lambda number: (int(at_us[number]), number != lowest)))
    return kept


# --- kept between requests ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """One stored message, as the cache reads it."""

    number: int
    device: str
    clock_flag: str
    received_at: datetime
    readings: Sequence[Reading]


ReadSince = Callable[[int, datetime | None], Iterator[Read]]
"""(number, received_at) -> the messages of the session behind that number, in their order; None: whenever received."""


class _Kept:
    def __init__(self) -> None:
        self.trend = FoldedTrend()
        self.number = 0
        self.newest_at: datetime | None = None
        self.lock = threading.Lock()


class TrendCache:
    """The trends of the sessions asked about last. Any thread may call."""

    def __init__(self, most_count: int = SESSIONS_KEPT_COUNT) -> None:
        self._most_count = most_count
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def _of(self, session_id: str) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(session_id, _Kept())
            self._kept.move_to_end(session_id)
            while len(self._kept) > self._most_count:
                self._kept.popitem(last=False)
            return kept

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def columns(
        self, session_id: str, start: datetime, end: datetime, most_count: int, read_since: ReadSince
    ) -> dict[str, Any]:
        """Each channel between two instants in `trends.columns`' form, with everything that is stored by now."""
        kept = self._of(session_id)
        with kept.lock:
            # A clock that was set back makes newer messages look older: then all of the session are looked through.
            since = kept.newest_at if kept.newest_at is not None and kept.newest_at <= end else None
            for message in read_since(kept.number, since):
                kept.trend.add(message.device, message.clock_flag, message.readings, message.received_at)
                kept.number = max(kept.number, message.number)
                if kept.newest_at is None or message.received_at > kept.newest_at:
                    kept.newest_at = message.received_at
            found: dict[str, Any] = {}
            for channel in kept.trend.channels():
                points = kept.trend.between(channel, start, end, most_count)
                if points:
                    found[channel] = columns(points, start)
            return found
