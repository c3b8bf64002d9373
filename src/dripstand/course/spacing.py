"""How far apart two infusions of one person stand: what can never be, and what a clinician decides with open eyes.

Hours are real hours between two instants. Days are days of the clinic's calendar: from Monday ten o'clock to Wednesday
ten o'clock are two days also in the week in which the clock changes and only 47 hours pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType

from dripstand.protocol.template import Mark, Source

_FROM_7_1 = Source("Spacing checks (protocol.md 7.1)", Mark.UNVERIFIED)

DEFAULT_SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "least_h": Source("Never more than one infusion in 24 h (protocol.md 2.1 and 7.1)", Mark.UNVERIFIED),
        "usual_least_d": Source(
            "48 h, so that Monday, Wednesday, Friday is allowed (protocol.md 7.1)", Mark.UNVERIFIED
        ),
        "most_d": Source("At most 7 days inside an induction: warn (protocol.md 7.1)", Mark.UNVERIFIED),
        "most_a_week": Source("Three a week: Murrough 2013; Phillips 2019 (protocol.md 7.1)", Mark.VERIFIED),
        "baseline_again_d": Source("28 days without: measure the baseline again (protocol.md 7.1)", Mark.UNVERIFIED),
    }
)


@dataclass(frozen=True, slots=True)
class SpacingRules:
    """least_h: never closer (hours). usual_least_d, most_d: calendar days that a person may decide beyond.

    most_d holds inside an induction only. most_a_week: infusions from Monday on, which a person may decide beyond.
    baseline_again_d: after so long without an infusion the scales start anew. series_d: days from the last infusion of
    a series to the first of the next, which a person may decide beyond; 0 where no number is signed for it.
    """

    least_h: int = 24
    usual_least_d: int = 2
    most_d: int = 7
    most_a_week: int = 3
    baseline_again_d: int = 28
    series_d: int = 0
    sources: Mapping[str, Source] = field(default_factory=lambda: DEFAULT_SOURCES)


def hours_between(one: datetime, other: datetime) -> float:
    """Real hours between two instants, whichever comes first."""
    return abs((other - one).total_seconds()) / 3600


def days_between(one: datetime, other: datetime, zone: tzinfo) -> int:
    """Days of the clinic's calendar between two instants, whichever comes first."""
    return abs((other.astimezone(zone).date() - one.astimezone(zone).date()).days)


def never(one: datetime, other: datetime, rules: SpacingRules) -> bool:
    """Whether two starts are closer than any two may be. The same rule holds at the chair (H16)."""
    return hours_between(one, other) < rules.least_h


def unusually_close(one: datetime, other: datetime, rules: SpacingRules, zone: tzinfo) -> bool:
    return days_between(one, other, zone) < rules.usual_least_d


def too_far(one: datetime, other: datetime, rules: SpacingRules, zone: tzinfo) -> bool:
    """Whether neighbours of one induction stand further apart than usual."""
    return days_between(one, other, zone) > rules.most_d


def baseline_again(one: datetime, other: datetime, rules: SpacingRules, zone: tzinfo) -> bool:
    return days_between(one, other, zone) >= rules.baseline_again_d


def week_of(at: datetime, zone: tzinfo) -> date:
    """The Monday of the week of the clinic's calendar in which an instant lies."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())
