"""What a handler is given: its payload, and the way to say how far it is, to hear that it shall stop, and to finish."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from dripstand.jobs import leases
from dripstand.jobs.leases import Taken
from dripstand.jobs.telling import tell

PROGRESS_EVERY_S = 0.5


class Stop(Exception):
    """Raised by `Run.go_on`; a handler lets it through."""


class Cancelled(Stop):
    """Somebody took the job back."""


class Interrupted(Stop):
    """The server goes down; the job is taken up again by the next one, and this attempt does not count."""


class LeaseLost(Stop):
    """This process was away for so long that another may run the job now. Nothing that it writes to it counts."""


class GiveUp(Exception):
    """Raised by a handler: trying again would not help. The job has failed, with these words."""


class Run:
    """One attempt at one job. Used from the handler's thread; the three flags are set from outside."""

    def __init__(self, taken: Taken, now: Callable[[], datetime]) -> None:
        self.taken = taken
        self.job_id = str(taken.job_id)
        self.kind = taken.kind
        self.key = taken.key
        self.payload: Mapping[str, Any] = taken.payload
        self.due_at = taken.due_at
        self.attempt_number = taken.attempt_number
        self.is_last_attempt = taken.attempt_number >= taken.attempts_at_most
        self.now = now
        self.finished = False
        self._cancelled = threading.Event()
        self._interrupted = threading.Event()
        self._lost = threading.Event()
        self._told_s = float("-inf")
        self._untold: tuple[float, str] | None = None

    # --- heard from outside ---

    @property
    def cancelled(self) -> bool:
        """Somebody took the job back: finish with what there is, or raise by `go_on`."""
        return self._cancelled.is_set()

    @property
    def must_stop(self) -> bool:
        """Cancelled, interrupted or lost: work that goes on is work in vain."""
        self._tell()
        return self._cancelled.is_set() or self._interrupted.is_set() or self._lost.is_set()

    def go_on(self) -> None:
        """Raises LeaseLost, Cancelled or Interrupted where there is no going on."""
        if self._lost.is_set():
            raise LeaseLost
        if self._cancelled.is_set():
            raise Cancelled
        if self._interrupted.is_set():
            raise Interrupted

    def is_cancelled(self) -> None:
        self._cancelled.set()

    def is_interrupted(self) -> None:
        self._interrupted.set()

    def is_lost(self) -> None:
        self._lost.set()

    # --- said by the handler ---

    def progress(self, fraction: float, words: str = "") -> None:
        """How far, 0 to 1, in words for a screen (they name no patient). Written at most twice a second.

        What comes too soon waits: it is written when the handler asks `must_stop` or says more, so that the best plan
        of a search is shown also where nothing better ever comes.
        """
        self._untold = (fraction, words)
        self._tell()
        if self._lost.is_set():
            raise LeaseLost

    def _tell(self) -> None:
        moment_s, untold = time.monotonic(), self._untold
        if untold is None or moment_s - self._told_s < PROGRESS_EVERY_S:
            return
        self._told_s, self._untold = moment_s, None
        if leases.note_progress(self.taken, *untold):
            tell(self.job_id)
        else:
            self._lost.set()

    @contextlib.contextmanager
    def committing(self, result: Mapping[str, Any] | None = None) -> Iterator[None]:
        """Marks the job done and does what stands in the block in one commit: its effect happens once, or not at all.

        Raises LeaseLost, before the block, where another process may run the job. Keep the block short.
        """
        with transaction.atomic():
            if not leases.finish(self.taken, result, now=self.now()):
                self._lost.set()
                raise LeaseLost
            yield
        self.finished = True
