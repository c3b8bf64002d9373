"""What can be done. Each room registers its kinds of job in `AppConfig.ready`, as it does its topics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dripstand.jobs.run import Run

Handler = Callable[["Run"], Mapping[str, Any] | None]
"""Does the work of one job in a thread of its own. What it returns is kept as the job's result (JSON), or nothing."""


class Lane(StrEnum):
    """Long work never stands in front of short work."""

    QUICK = "quick"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Kind:
    """How jobs of one kind are worked off.

    attempts_at_most: after so many the job has failed and stays so.
    first_wait: before the second attempt; doubled for each further one, up to `LONGEST_WAIT`.
    every: where set, Dripstand schedules one job for each such stretch of time by itself (the newest, never a backlog).
    """

    name: str
    handler: Handler
    lane: Lane = Lane.QUICK
    attempts_at_most: int = 5
    first_wait: timedelta = timedelta(seconds=10)
    every: timedelta | None = None

    def wait_before(self, attempt_number: int) -> timedelta:
        """How long to wait before attempt 2, 3, ... Doubles each time."""
        doubled: timedelta = self.first_wait * 2 ** min(max(attempt_number - 2, 0), 20)
        return min(doubled, LONGEST_WAIT)


LONGEST_WAIT = timedelta(hours=1)

_KINDS: dict[str, Kind] = {}


class KindTaken(RuntimeError):
    """Two rooms claim the same kind of job."""


class UnknownKind(LookupError):
    """No room has registered this kind: scheduling it would leave a row that nobody ever works off."""


def handle_jobs(
    name: str,
    handler: Handler,
    *,
    lane: Lane = Lane.QUICK,
    attempts_at_most: int = 5,
    first_wait: timedelta = timedelta(seconds=10),
    every: timedelta | None = None,
) -> None:
    """Registers who does the jobs of a kind. The name is `room.verb`, at most 60 letters."""
    if not 0 < len(name) <= 60 or attempts_at_most < 1 or first_wait < timedelta(0):
        raise ValueError(f"{name!r} cannot be registered like this")
    if every is not None and every < timedelta(seconds=1):
        raise ValueError(f"{name!r} cannot come more often than once a second")
    known = _KINDS.get(name)
    if known is not None and known.handler is not handler:
        raise KindTaken(name)
    _KINDS[name] = Kind(name, handler, lane, attempts_at_most, first_wait, every)


def kind(name: str) -> Kind:
    """Raises UnknownKind."""
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds() -> Iterable[Kind]:
    return tuple(_KINDS.values())
