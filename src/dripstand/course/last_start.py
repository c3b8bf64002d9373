"""The last safe start: until when drug may still start today, so that everybody and everything is there to the end.

From the start of the drug the patient stays for the infusion and the observation. Each thing that ends earlier than the
day is a limit of its own; the earliest one binds, and all are shown. Nothing is forbidden here: it is the number that
somebody at the door needs when a patient comes late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dripstand.course.chair_time import ChairTime


class Because(StrEnum):
    """not_open, nobody: the clinic does not treat on the day, the rota has nobody on it. closed: a closure begins."""

    NOT_OPEN = "not_open"
    NOBODY = "nobody"
    CLOSED = "closed"
    CLOSING = "closing"
    STAFF = "staff"
    ESCORT = "escort"
    NEXT_BOOKING = "next_booking"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that ends: until when it is there, and the last start of drug that leaves enough time before it.

    words: a name, where there is one (who comes next, who fetches).
    """

    because: Because
    until: datetime
    last_start: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Between these two no start is safe either, although there is time afterwards: it would run into a closure.

    closed_from: when that begins; words: what for.
    """

    after: datetime
    before: datetime
    closed_from: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class LastStart:
    """at: the last start; None where nothing is known that ends, and where no start of the day is safe (is_none).

    limits: all of them, the one that binds first. gaps: by time.
    """

    at: datetime | None
    limits: tuple[Limit, ...]
    is_none: bool = False
    gaps: tuple[Gap, ...] = ()

    @property
    def binding(self) -> Limit | None:
        return self.limits[0] if self.limits else None

    def latest_arrival(self, spans: ChairTime) -> datetime | None:
        """Until when the patient may come to the chair: the preparation comes before the start."""
        return self.at - timedelta(minutes=spans.preparation_min) if self.at is not None else None


@dataclass(frozen=True, slots=True)
class TheDay:
    """A day of the clinic. begins_at: when it opens, or midnight where it does not or has not said. ends_at: when it
    closes, or a day later.

    is_open: hours are kept, and none of them are of this day, makes it False. staff_until: until when each person who
    can watch is there; None where no rota is kept, empty where it has nobody on it.
    """

    begins_at: datetime
    closes_at: datetime | None = None
    is_open: bool = True
    staff_until: tuple[datetime, ...] | None = None

    @property
    def ends_at(self) -> datetime:
        return self.closes_at or self.begins_at + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shut:
    """A time of the day in which the place is closed. words: what for."""

    starts_at: datetime
    ends_at: datetime
    words: str = ""


def last_safe_start(
    spans: ChairTime,
    day: TheDay,
    *,
    from_at: datetime | None = None,
    closed: Sequence[Shut] = (),
    escort_until: datetime | None = None,
    home_by: datetime | None = None,
    next_in_chair_at: datetime | None = None,
    escort_name: str = "",
    next_called: str = "",
) -> LastStart:
    """The last start of drug, from everything that ends. Of those who can watch the last to go is the limit.

    A closure after which there is time for a whole visit is a gap, any other one a limit.
    from_at: when somebody comes at the earliest; a gap that is over by then is not named.
    next_in_chair_at: when the chair's next patient comes; the chair is turned over before that.
    """
    stays = timedelta(minutes=spans.from_start_min)
    limits: list[Limit] = []

    def limit(because: Because, until: datetime | None, words: str = "", more_min: int = 0) -> None:
        if until is not None:
            limits.append(Limit(because, until, until - stays - timedelta(minutes=more_min), words))

    if not day.is_open:
        limit(Because.NOT_OPEN, day.begins_at)
    if day.staff_until is not None and not day.staff_until:
        limit(Because.NOBODY, day.begins_at)
    limit(Because.CLOSING, day.closes_at)
    limit(Because.STAFF, max(day.staff_until or (), default=None))
    limit(Because.ESCORT, escort_until, escort_name)
    limit(Because.PATIENT, home_by)
    limit(Because.NEXT_BOOKING, next_in_chair_at, next_called, spans.turnover_min)
    last = min((one.last_start for one in limits), default=None)
    gaps: list[Gap] = []
    for one in sorted(closed, key=lambda one: (one.starts_at, one.ends_at), reverse=True):
        ends_late = one.ends_at > last if last is not None else one.ends_at + stays > day.ends_at
        if ends_late and (last is None or one.starts_at < last + stays):
            limit(Because.CLOSED, one.starts_at, one.words)
            last = one.starts_at - stays
        elif one.ends_at <= (last or day.ends_at) and one.ends_at > (from_at or day.begins_at):
            gaps.append(Gap(one.starts_at - stays, one.ends_at, one.starts_at, one.words))
    ordered = tuple(sorted(limits, key=lambda one: one.last_start))
    is_none = bool(ordered) and ordered[0].last_start < day.begins_at
    at = ordered[0].last_start if ordered and not is_none else None
    return LastStart(at, ordered, is_none, () if is_none else tuple(reversed(gaps)))
