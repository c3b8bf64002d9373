"""How many alarms a chair has in an hour, how many of them somebody acknowledged, and how long they lasted (H33).

An alarm counts once, when it was raised. Chair hours are the hours in which somebody was here to be watched: from
arrival to the end of the visit, or to now. A load that nobody can answer is the hazard: the number is for the clinic to
set its delays and limits by. Source: Joint Commission Sentinel Event Alert 50, 2013, asks for it and sets no bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Episode:
    """One alarm from its raising on.

    lasted_s: until it was over, None while it stands. seen_after_s: until somebody acknowledged it, None for nobody.
    """

    alarm: str
    priority: str
    technical: bool
    lasted_s: float | None
    seen_after_s: float | None


@dataclass(frozen=True, slots=True)
class Load:
    """The alarms of some chairs. hours: chair hours. The medians are None where there is nothing to take one of."""

    count: int
    hours: float
    seen_count: int
    seen_after_s: float | None
    lasted_s: float | None
    longest_s: float | None

    @property
    def per_hour(self) -> float | None:
        return self.count / self.hours if self.hours > 0 else None


@dataclass(frozen=True, slots=True)
class Watched:
    """What the load needs of one visit: when somebody was here, None for not yet, and its alarms."""

    arrived_at: datetime | None
    ended_at: datetime | None
    episodes: tuple[Episode, ...] = ()

    def hours(self, until: datetime) -> float:
        """How long somebody was here."""
        if self.arrived_at is None:
            return 0.0
        end = self.ended_at if self.ended_at is not None else until
        return max(0.0, (min(end, until) - self.arrived_at).total_seconds()) / HOUR_S


def watched(chart: Chart) -> Watched:
    """Of one visit, as its log says it."""
    ended_at = chart.ending.occurred_at if chart.ending is not None else None
    return Watched(chart.arrived_at, ended_at, tuple(episodes(chart)))


def to_json(found: Watched) -> dict[str, Any]:
    """As the index row keeps it, so that a month's load needs no log."""
    return {
        "arrived_at": found.arrived_at.isoformat() if found.arrived_at else None,
        "ended_at": found.ended_at.isoformat() if found.ended_at else None,
        "episodes": [
            [each.alarm, each.priority, each.technical, each.lasted_s, each.seen_after_s] for each in found.episodes
        ],
    }


def from_json(kept: Mapping[str, Any]) -> Watched:
    """What `to_json` made."""
    arrived_at, ended_at = (
        datetime.fromisoformat(kept[key]) if kept[key] is not None else None for key in ("arrived_at", "ended_at")
    )
    return Watched(arrived_at, ended_at, tuple(Episode(*each) for each in kept["episodes"]))


def episodes(chart: Chart) -> list[Episode]:
    """The alarms of one visit, also those that a person's own entry raised."""
    found = []
    for view in chart.alarms.values():
        raised, event = view.raised.occurred_at, view.raised.event
        assert isinstance(event, ev.AlarmRaised)
        seen, over = view.acknowledged_at, view.cleared_at
        found.append(
            Episode(
                event.alarm,
                event.priority.value,
                event.technical,
                None if over is None else max(0.0, (over - raised).total_seconds()),
                None if seen is None else max(0.0, (seen - raised).total_seconds()),
            )
        )
    return found


def load(found: Iterable[Episode], hours: float) -> Load:
    """All of these together."""
    listed = list(found)
    seen = [each.seen_after_s for each in listed if each.seen_after_s is not None]
    lasted = [each.lasted_s for each in listed if each.lasted_s is not None]
    return Load(
        len(listed),
        hours,
        len(seen),
        median(seen) if seen else None,
        median(lasted) if lasted else None,
        max(lasted) if lasted else None,
    )


def by_alarm(found: Iterable[Episode], hours: float) -> list[tuple[str, bool, Load]]:
    """(alarm, technical, load) of each kind, the most frequent first."""
    kinds: dict[tuple[str, bool], list[Episode]] = {}
    for each in found:
        kinds.setdefault((each.alarm, each.technical), []).append(each)
    rows = [(alarm, technical, load(here, hours)) for (alarm, technical), here in kinds.items()]
    return sorted(rows, key=lambda row: (-row[2].count, row[0]))
