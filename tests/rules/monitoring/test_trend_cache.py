"""The kept trend is the trend: whatever came, in whatever pieces it was asked for; and a long session takes little."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.monitoring.readings import PROBE_OFF, Channel, Reading
from dripstand.monitoring.trend_cache import Read, TrendCache
from dripstand.monitoring.trends import Trend, columns, thinned

BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
CHANNELS = (str(Channel.PULSE), str(Channel.SPO2), str(Channel.NIBP_SYSTOLIC))


def reading(channel: str, at: datetime, value: float | None, status: str = "R", stamped: bool = True) -> Reading:
    usable = value is not None
    return Reading(
        code="1",
        value=value,
        device_time=at if stamped else None,
        status=status,
        usable=usable,
        why="" if usable else PROBE_OFF,
        channel=channel,
        chart_value=value,
        at=at,
    )


def as_before(messages: list[Read], start: datetime, end: datetime, most_count: int) -> dict[str, Any]:
    """What was done before anything was kept: fold everything, cut, thin."""
    trend = Trend()
    for each in messages:
        trend.add(each.device, each.clock_flag, each.readings, each.received_at)
    found = {}
    for channel in sorted(trend.points):
        points = [point for point in trend.sorted_points(channel) if start <= point.at <= end]
        if points:
            found[channel] = columns(thinned(points, most_count), start)
    return found


class Stored:
    """A session's messages, read as the database is."""

    def __init__(self) -> None:
        self.messages: list[Read] = []
        self.read_count = 0

    def since(self, number: int, received_at: datetime | None) -> Iterator[Read]:
        for each in self.messages:
            if each.number > number and (
                received_at is None or each.received_at >= received_at - timedelta(seconds=60)
            ):
                self.read_count += 1
                yield each


lines = st.builds(
    lambda channel, after_s, value, status, stamped: (channel, after_s, value, status, stamped),
    st.sampled_from(CHANNELS),
    st.integers(-20, 40),
    st.one_of(st.none(), st.integers(40, 190).map(float), st.just(98.5)),
    st.sampled_from(["R", "R", "R", "C", "D"]),
    st.booleans(),
)


@given(st.lists(st.tuples(st.integers(0, 30), st.lists(lines, max_size=3)), max_size=40), st.integers(2, 12), st.data())
def test_asked_in_any_pieces_it_is_what_folding_everything_gives(
    drawn: list[tuple[int, list[tuple[str, int, float | None, str, bool]]]], most_count: int, data: st.DataObject
) -> None:
    cache, stored, now = TrendCache(), Stored(), BEGAN
    for number, (after_s, said) in enumerate(drawn, 1):
        now += timedelta(seconds=after_s)
        readings = [reading(c, now + timedelta(seconds=s), v, status, stamped) for c, s, v, status, stamped in said]
        stored.messages.append(Read(number, "monitor", "", now, readings))
        if data.draw(st.booleans()):
            start = BEGAN - timedelta(seconds=data.draw(st.integers(-60, 60)))
            found = cache.columns("a", start, now, most_count, stored.since)
            assert found == as_before(stored.messages, start, now, most_count)


def test_a_clock_that_was_set_back_hides_no_message() -> None:
    cache, stored = TrendCache(), Stored()
    pulse = str(Channel.PULSE)
    for number, at_s in enumerate((0, 1, 2, -3600, -3599), 1):
        at = BEGAN + timedelta(seconds=at_s)
        stored.messages.append(Read(number, "m", "", at, [reading(pulse, at, 60.0 + number)]))
        found = cache.columns("a", BEGAN - timedelta(hours=2), at, 100, stored.since)
        assert 60.0 + number in found[pulse]["v"]


@pytest.mark.hazard("H23")
def test_four_hours_of_seven_channels_are_drawn_in_milliseconds_and_only_news_is_read() -> None:
    stored, cache = Stored(), TrendCache()
    names = [str(each) for each in (*CHANNELS, Channel.RESPIRATORY_RATE, Channel.ETCO2, Channel.HEART_RATE)]
    for second in range(4 * 3600):
        at = BEGAN + timedelta(seconds=second)
        values = [reading(name, at, 60.0 + (second * (7 + place)) % 40) for place, name in enumerate(names)]
        stored.messages.append(Read(second + 1, "m", "", at, values))
    end = BEGAN + timedelta(hours=4)
    whole = cache.columns("a", BEGAN, end, 1_200, stored.since)
    assert stored.read_count == 4 * 3600
    assert all(len(column["v"]) <= 1_300 for column in whole.values())
    stored.read_count = 0
    took_s = []
    for _ in range(5):
        began_s = time.process_time()
        assert cache.columns("a", BEGAN, end, 1_200, stored.since) == whole
        took_s.append(time.process_time() - began_s)
    assert stored.read_count <= 5 * 61, "only the last minute is looked at again"
    print(f"\na whole session of {4 * 3600 * len(names)} points: {1000 * min(took_s):.0f} ms")
    assert min(took_s) < 0.10


def test_only_so_many_sessions_are_kept() -> None:
    cache, stored = TrendCache(most_count=2), Stored()
    for name in ("a", "b", "c"):
        cache.columns(name, BEGAN, BEGAN, 10, stored.since)
    assert list(cache._kept) == ["b", "c"]
