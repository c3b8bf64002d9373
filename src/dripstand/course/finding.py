"""Where a visit would fit: the free starts of some days in some chairs, and what a person would have to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from dripstand.course.judging import Break, Surroundings, Visit, judge, may_decide, of_its_time

STEP_MIN = 30
UNSAID_HOURS = (time(8), time(18))
"""Where the clinic has not said when it opens, starts are offered in these hours. Assumed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A chair that is free at a time. breaks: what a person would decide in spite of; empty where all fits."""

    chair_id: str
    starts_at: datetime
    breaks: tuple[Break, ...]

    @property
    def fits(self) -> bool:
        return not self.breaks


def free_starts(
    visit: Visit, around: Surroundings, days: Iterable[date], now: datetime, step_min: int = STEP_MIN
) -> Iterator[Offer]:
    """Every start on the grid at which nothing forbids the visit, by day, chair and time. What has begun is left out.

    Starts follow the clinic's clock: on the day on which it changes, ten o'clock is still ten o'clock.
    """
    for day in days:
        opens, closes = around.hours.get(day.weekday(), UNSAID_HOURS)
        clock = datetime.combine(day, opens)
        last = datetime.combine(day, closes)
        starts: list[datetime] = []
        while clock < last:
            at = clock.replace(tzinfo=around.zone).astimezone(UTC)
            if at > now and at.astimezone(around.zone).replace(tzinfo=None) == clock:
                starts.append(at)
            clock += timedelta(minutes=step_min)
        near = _near(visit, around, starts)
        known = {at: of_its_time(visit.moved_to(at, visit.chair_id), near) for at in starts}
        for chair_id, chair in around.chairs.items():
            if not chair.in_use:
                continue
            for at in starts:
                breaks = judge(visit.moved_to(at, chair_id), near, now, known[at])
                if may_decide(breaks):
                    yield Offer(chair_id, at, breaks)


def _near(visit: Visit, around: Surroundings, starts: Sequence[datetime]) -> Surroundings:
    """What can bear on one of these starts: whatever lies within them, and the patient's own visits wherever they lie.

    Each start is judged against all that stands around it, so a week's would be looked at a thousand times.
    """
    if not starts:
        return around
    first, last = starts[0], starts[-1] + (visit.ends_at - visit.starts_at)
    presence = around.presence
    return replace(
        around,
        others=tuple(
            one
            for one in around.others
            if one.patient_id == visit.patient_id or (one.starts_at < last and first < one.ends_at)
        ),
        presence=presence
        and tuple(
            one for one in presence if one.staff_id == visit.nurse_id or (one.starts_at < last and first < one.ends_at)
        ),
    )
