"""What the tests of jobs share: the clinic's clock and the wall's, a round of the worker, and waiting for a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dripstand.jobs import queries, worker

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Time:
    """The clinic's clock and the wall's, each set by hand."""

    def __init__(self) -> None:
        self.now = self.wall = NOW

    def worker(self) -> worker.Worker:
        return worker.Worker(lambda: self.now, lambda: self.wall)

    def pass_by(self, **stretch: float) -> None:
        self.now += timedelta(**stretch)
        self.wall += timedelta(**stretch)


def until(holds: Callable[[], Any]) -> None:
    """Waits for what another thread is about to bring about."""
    end_s = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(0.005)


def worked_off(one: worker.Worker) -> None:
    """A round, and the end of what it started."""
    one.turn()
    until(lambda: one.running_count == 0)


def seen(kind: str, key: str) -> queries.JobStatus:
    status = queries.status_of(kind, key)
    assert status is not None
    return status
