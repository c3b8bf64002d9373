"""When somebody who comes late may still be started, so that the visit ends while staff, escort and clinic are there.

Arithmetic only: it is shown, with what it comes from, and holds nobody up. What nobody has said is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Bound(StrEnum):
    CLOSING = "closing"
    ESCORT = "escort"
    STAFF = "staff"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class LastStart:
    """``at``: the latest instant at which drug may start; ``bound`` and ``until``: what ends first, and when."""

    at: datetime
    bound: Bound
    until: datetime
    needs_min: int


def last_safe_start(
    *,
    infusion_min: int,
    observation_min: int,
    leaving_min: int = 0,
    closes_at: datetime | None = None,
    escort_until: datetime | None = None,
    staff_until: datetime | None = None,
    closed_from: datetime | None = None,
) -> LastStart | None:
    """The start after which infusion, observation and leaving would outlast one of these; None where none is known.

    infusion_min: as ordered (or as the template plans it). observation_min: the signed template's least.
    """
    ends = [
        (until, bound)
        for until, bound in (
            (closes_at, Bound.CLOSING),
            (escort_until, Bound.ESCORT),
            (staff_until, Bound.STAFF),
            (closed_from, Bound.CLOSURE),
        )
        if until is not None
    ]
    if not ends:
        return None
    until, bound = min(ends)
    needs = infusion_min + observation_min + leaving_min
    return LastStart(until - timedelta(minutes=needs), bound, until, needs)
