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
class LastStart:
    """at: the last start; None where nothing is known that ends. limits: all of them, the one that binds first."""

    at: datetime | None
    limits: tuple[Limit, ...]

    @property
    def binding(self) -> Limit | None:
        return self.limits[0] if self.limits else None

    def latest_arrival(self, spans: ChairTime) -> datetime | None:
        """Until when the patient may come to the chair: the preparation comes before the start."""
        return self.at - timedelta(minutes=spans.preparation_min) if self.at is not None else None


def last_safe_start(
    spans: ChairTime,
    *,
    closes_at: datetime | None,
    staff_until: Sequence[datetime] = (),
    escort_until: datetime | None = None,
    home_by: datetime | None = None,
    next_in_chair_at: datetime | None = None,
    escort_name: str = "",
    next_called: str = "",
) -> LastStart:
    """The last start of drug, from everything that ends.

    staff_until: until when each person who can watch is there; the last of them is the limit, the others may go.
    next_in_chair_at: when the chair's next patient comes; the chair is turned over before that.
    """
    stays = timedelta(minutes=spans.from_start_min)
    limits: list[Limit] = []

    def limit(because: Because, until: datetime | None, words: str = "", more_min: int = 0) -> None:
        if until is not None:
            limits.append(Limit(because, until, until - stays - timedelta(minutes=more_min), words))

    limit(Because.CLOSING, closes_at)
    limit(Because.STAFF, max(staff_until, default=None))
    limit(Because.ESCORT, escort_until, escort_name)
    limit(Because.PATIENT, home_by)
    limit(Because.NEXT_BOOKING, next_in_chair_at, next_called, spans.turnover_min)
    ordered = tuple(sorted(limits, key=lambda one: one.last_start))
    return LastStart(ordered[0].last_start if ordered else None, ordered)
