"""Trends of a session: each channel as points over time, with every gap and its cause, thinned for a screen.

Thinning keeps what matters: of each stretch the lowest and the highest value stay, at their own times, so that no
spike and no trough is smoothed away; a gap is never joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dripstand.monitoring.freshness import STALE, Lane, observed, stale_after_s
from dripstand.monitoring.readings import NIBP, Reading

AMENDING = ("C", "D", "W")
"""Result statuses by which a device corrects, deletes or withdraws what it said of the same moment (OBX-11)."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value of one channel, or (value None) the beginning of a stretch without one, and why."""

    at: datetime
    value: float | None
    why: str = ""


def identity_of(device: str, reading: Reading) -> str:
    """What tells whether a reading is a new observation: the device's own stamp of it; "" where it has none."""
    if reading.device_time is None:
        return ""
    amends = reading.status if reading.status in AMENDING else ""
    return f"{device} {reading.device_time.isoformat()} {amends}".rstrip()


def said_of(device: str, reading: Reading) -> str:
    """What tells whether a trend has this point already: the stamp with what it says; "" where it has no stamp.

    The same stamp with another value is another observation, as for a lane: of a clock that counts whole seconds, or in
    a second that comes twice. Both points stand in the trend.
    """
    stamp = identity_of(device, reading)
    return f"{stamp} {reading.chart_value if reading.usable else reading.why}" if stamp else ""


def take(lanes: dict[str, Lane], device: str, clock_flag: str, reading: Reading, received_at: datetime) -> bool:
    """Enters a reading into the lanes of a chair; False when it says nothing new."""
    if not reading.channel or reading.at is None:
        return False
    before = lanes.get(reading.channel)
    after = observed(
        before,
        channel=reading.channel,
        at=reading.at,
        value=reading.chart_value if reading.usable else None,
        why="" if reading.usable else reading.why,
        identity=identity_of(device, reading),
        received_at=received_at,
        device=device,
        clock_flag=clock_flag,
    )
    lanes[reading.channel] = after
    return after is not before


class Trend:
    """Collects the points of one session, message by message, in the order of receipt."""

    def __init__(self, stale_s: float = 10.0) -> None:
        self._stale_s = stale_s
        self._lanes: dict[str, Lane] = {}
        self._seen: dict[str, set[str]] = {}
        self.points: dict[str, list[Point]] = {}

    def add(self, device: str, clock_flag: str, readings: Iterable[Reading], received_at: datetime) -> None:
        for reading in readings:
            if not reading.channel or reading.at is None:
                continue
            said = said_of(device, reading)
            seen = self._seen.setdefault(reading.channel, set())
            if said and said in seen:
                continue
            seen.add(said)
            before = self._lanes.get(reading.channel)
            take(self._lanes, device, clock_flag, reading, received_at)
            self._append(reading, before)

    def _append(self, reading: Reading, before: Lane | None) -> None:
        points = self.points.setdefault(reading.channel, [])
        assert reading.at is not None
        if reading.status in AMENDING:  # what it amends stays stored; the trend shows what holds
            points[:] = [point for point in points if point.at != reading.at]
        if before is not None and before.value is not None and reading.channel not in NIBP:
            silent_s = (reading.at - before.at).total_seconds()
            if silent_s > stale_after_s(before, self._stale_s):
                points.append(Point(before.at, None, STALE))
        value = reading.chart_value if reading.usable else None
        if isinstance(value, (int, float)):
            points.append(Point(reading.at, float(value)))
        else:
            points.append(Point(reading.at, None, reading.why))

    def sorted_points(self, channel: str) -> list[Point]:
        """By their own time: what came late stands where it belongs. A gap stands behind the point it follows."""
        return sorted(self.points.get(channel, ()), key=lambda point: point.at)


def thinned(points: Sequence[Point], most_count: int) -> list[Point]:
    """At most about ``most_count`` points, the extremes of each stretch and every gap among them.

    points: by time. Points between two gaps are never mixed with those beyond.
    """
    if len(points) <= most_count:
        return list(points)
    values = [point for point in points if point.value is not None]
    if not values:
        return _gaps_only(points)
    stretches = max(1, most_count // 2)
    first, last = points[0].at, points[-1].at
    width_s = max((last - first).total_seconds() / stretches, 1e-6)
    kept: list[Point] = []
    bucket: list[Point] = []
    number = 0

    def close() -> None:
        if bucket:
            low = min(bucket, key=lambda point: point.value or 0.0)
            high = max(bucket, key=lambda point: point.value or 0.0)
            kept.extend(sorted({id(low): low, id(high): high}.values(), key=lambda point: point.at))
            bucket.clear()

    for point in points:
        here = int((point.at - first).total_seconds() / width_s)
        if point.value is None:
            close()
            if not kept or kept[-1].value is not None or kept[-1].why != point.why:
                kept.append(point)
            continue
        if here != number:
            close()
            number = here
        bucket.append(point)
    close()
    return kept


def _gaps_only(points: Sequence[Point]) -> list[Point]:
    return [point for number, point in enumerate(points) if number == 0 or points[number - 1].why != point.why]


def columns(points: Sequence[Point], start: datetime) -> dict[str, Any]:
    """A channel for a page: ``t_ms`` from ``start``, each as the difference to the one before; ``v`` (None = a gap
    begins); ``gaps``: [index, why]."""
    times, values, gaps, before = [], [], [], 0
    for index, point in enumerate(points):
        t_ms = round((point.at - start).total_seconds() * 1000)
        times.append(t_ms - before)
        before = t_ms
        value = point.value
        values.append(int(value) if value is not None and value.is_integer() else value)
        if value is None:
            gaps.append([index, point.why])
    return {"t_ms": times, "v": values, "gaps": gaps}
