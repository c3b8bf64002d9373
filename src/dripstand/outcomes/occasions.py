"""The occasions at which something is asked around a course, and how early and how late an answer counts for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache


class Occasion(StrEnum):
    """DURING_INFUSION and BEFORE_LEAVING are on no schedule: the raters at the chair ask then, in that visit."""

    BASELINE = "baseline"
    BEFORE_INFUSION = "before infusion"
    DURING_INFUSION = "during infusion"
    DAY_AFTER = "24 h after"
    BEFORE_LEAVING = "before leaving"
    END_OF_COURSE = "end of course"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Windows:
    """How long an answer counts for its occasion. All assumed but the first (protocol.md 6.2) and the 48 h (14.4).

    starts_later: so much later than it was planned an infusion may start, and what was asked before it still counts.
    """

    baseline: timedelta = timedelta(days=7)
    before_infusion: timedelta = timedelta(hours=24)
    starts_later: timedelta = timedelta(hours=12)
    day_after_from: timedelta = timedelta(hours=20)
    day_after_to: timedelta = timedelta(hours=48)
    end_of_course: timedelta = timedelta(days=7)
    weekly_either_side: timedelta = timedelta(days=2)
    monthly_either_side: timedelta = timedelta(days=7)
    month: timedelta = timedelta(days=30)
    weekly_count: int = 4
    monthly_count: int = 6

    @property
    def after_the_course(self) -> timedelta:
        """So long after its end something of a course is still asked."""
        return timedelta(weeks=self.weekly_count) + self.month * self.monthly_count + self.monthly_either_side


@cache
def offsets(windows: Windows) -> tuple[tuple[str, Occasion, timedelta, timedelta, timedelta], ...]:
    """Each occasion after a course: its name, kind, and how long after the end it opens, is due and closes."""
    found = [("end", Occasion.END_OF_COURSE, timedelta(0), timedelta(hours=24), windows.end_of_course)]
    for week in range(1, windows.weekly_count + 1):
        at, side = timedelta(weeks=week), windows.weekly_either_side
        found.append((f"week-{week}", Occasion.WEEKLY, at - side, at, at + side))
    last_week = timedelta(weeks=windows.weekly_count)
    for month in range(1, windows.monthly_count + 1):
        at, side = last_week + windows.month * month, windows.monthly_either_side
        found.append((f"month-{month}", Occasion.MONTHLY, at - side, at, at + side))
    return tuple(found)
