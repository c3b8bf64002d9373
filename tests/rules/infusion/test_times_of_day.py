"""Whole visits across both changes of the clocks: nothing lost or merged, and no time written twice (H29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion.chart import fold
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.presentation.times import clock, clock_s
from tests.rules.infusion import visits

CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/Chicago", datetime(2026, 3, 8, 8, tzinfo=UTC), datetime(2026, 11, 1, 7, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("America/St_Johns", datetime(2026, 3, 8, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 4, 30, tzinfo=UTC)),
    ("Pacific/Auckland", datetime(2026, 9, 26, 14, tzinfo=UTC), datetime(2026, 4, 4, 14, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("America/Los_Angeles", datetime(2026, 3, 8, 10, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC)),
    ("Australia/Adelaide", datetime(2026, 10, 3, 16, 30, tzinfo=UTC), datetime(2026, 4, 4, 16, 30, tzinfo=UTC)),
    ("Pacific/Chatham", datetime(2026, 9, 26, 14, tzinfo=UTC), datetime(2026, 4, 4, 14, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC), datetime(2026, 4, 5, 3, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 21, tzinfo=UTC)),
]
"""A zone, when its summer time begins and when it ends; Lord Howe's changes by half an hour. Source: IANA tzdata."""


@pytest.mark.parametrize(("name", "begins", "ends"), CHANGES, ids=[row[0] for row in CHANGES])
def test_the_clocks_of_each_zone_do_change_then(name: str, begins: datetime, ends: datetime) -> None:
    zone, moment = ZoneInfo(name), timedelta(seconds=1)
    for change, gains in ((begins, True), (ends, False)):
        before, after = (change - moment).astimezone(zone).utcoffset(), change.astimezone(zone).utcoffset()
        assert before is not None and after is not None
        assert (after > before) if gains else (after < before), change


@pytest.mark.hazard("H29", "H30")
@pytest.mark.parametrize(("name", "begins", "ends"), CHANGES, ids=[row[0] for row in CHANGES])
def test_every_second_around_both_changes_is_written_once(name: str, begins: datetime, ends: datetime) -> None:
    zone = ZoneInfo(name)
    for change in (begins, ends):
        seen: dict[str, datetime] = {}
        for second in range(-7200, 7200, 7):
            at = change + timedelta(seconds=second)
            written = clock_s(at, zone)
            assert written not in seen, f"{written} stands for {seen[written]} and {at}"
            seen[written] = at


@pytest.mark.parametrize(("name", "begins", "ends"), CHANGES, ids=[row[0] for row in CHANGES])
def test_times_that_are_written_without_their_offset_are_found_out(name: str, begins: datetime, ends: datetime) -> None:
    """The control run: the hour that comes twice would be written twice."""
    instants = [ends + timedelta(minutes=minute) for minute in range(-120, 120)]
    without = {f"{at.astimezone(ZoneInfo(name)):%H:%M:%S}" for at in instants}
    assert len(without) < len(instants) == len({clock_s(at, ZoneInfo(name)) for at in instants})


@pytest.mark.parametrize(("name", "begins", "ends"), CHANGES, ids=[row[0] for row in CHANGES])
def test_the_offset_stands_only_in_the_hour_that_comes_twice(name: str, begins: datetime, ends: datetime) -> None:
    zone = ZoneInfo(name)
    assert all(len(clock(begins + timedelta(minutes=minute), zone)) == 5 for minute in range(-180, 180))
    before, after = clock(ends - timedelta(minutes=1), zone), clock(ends + timedelta(minutes=1), zone)
    assert len(before) == len(after) == 12 and before[5:] != after[5:], (before, after)
    assert len(clock(ends - timedelta(hours=3), zone)) == len(clock(ends + timedelta(hours=3), zone)) == 5


@pytest.mark.hazard("H29")
def test_a_whole_visit_comes_out_the_same_wherever_in_the_year_it_lies() -> None:
    usual = visits.observing().chart
    assert len(usual.rate_steps) >= 2
    spans = [later.start - before.start for before, later in pairwise(usual.rate_steps)]
    middle = usual.entries[len(usual.entries) // 2].occurred_at
    for _name, begins, ends in CHANGES:
        for change in (begins, ends):
            moved = fold(tuple(_moved(entry, change - middle) for entry in usual.entries))
            assert [later.start - before.start for before, later in pairwise(moved.rate_steps)] == spans
            assert len(moved.effective) == len(usual.effective)


@pytest.mark.hazard("H30")
def test_entries_of_a_second_that_comes_twice_keep_the_order_in_which_they_were_made() -> None:
    """Started, changed, paused and resumed within a last second and the leap second that says it once more."""
    visit = visits.ready_to_start()
    midnight = visit.now + timedelta(seconds=1)
    made = (
        (-0.9, ev.InfusionStarted(D("150"))),
        (-0.2, ev.RateChanged(D("140"), "asked")),
        (-0.8, ev.InfusionPaused()),  # later, though the clock says the same second once more
        (-0.1, ev.InfusionResumed(D("140"))),
        (0.5, ev.NoteWritten("a new year")),
    )
    before = len(visit.log)
    for seconds, event in made:
        visit.now = midnight + timedelta(seconds=seconds)
        visit.must(event)
    told = visit.log[before:]
    assert [entry.event for entry in told] == [event for _, event in made]
    times = [entry.occurred_at for entry in told]
    assert times == sorted(times) and visit.chart.contradictions == ()
    assert [entry.sequence for entry in visit.chart.effective][-5:] == [entry.sequence for entry in told]
    assert not any(entry.is_late for entry in told)
    assert all(later.start >= one.start for one, later in pairwise(visit.chart.rate_steps))


def _moved(entry: ChartEntry, by: timedelta) -> ChartEntry:
    return replace(entry, occurred_at=entry.occurred_at + by, recorded_at=entry.recorded_at + by)
