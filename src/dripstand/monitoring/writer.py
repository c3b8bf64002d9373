"""The writer of readings: many devices, one thread, one commit for whatever has arrived.

A message is told "stored" only when its transaction has committed. While one commit runs the next batch gathers by
itself, so a slow disk makes the batches larger, not the queue longer; a message waits for company only as long as
``LINGER_S``. The queue is bounded: when it is full, those who bring more wait, each on its own line. A database that
fails, fails its batch, and says so: nothing is ever acknowledged that is not durable (H20).

Source: house.md ("Writes of readings are grouped: at most 50 ms of waiting, one commit for all beds").
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from django.db import Error as DatabaseFault
from django.db import connection

from dripstand.monitoring.attribution import SessionOnChair
from dripstand.monitoring.readings import SampleSet
from dripstand.monitoring.storing import SessionsOnChairs, Store, StoredSample
from dripstand.monitoring.storing_trouble import STORING

log = logging.getLogger(__name__)

LINGER_S = 0.005
"""How long the first message of a batch waits for others; ten beds' messages of one second rarely come closer."""
BUSY_LINGER_S = 0.025
"""The same while messages come thick: every commit asks who sits where, and half as many commits do half that work."""
BUSY_WITHIN_S = 0.05
"""They come thick when the batch before was written so shortly ago."""
BATCH_AT_MOST_COUNT = 500
QUEUE_AT_MOST_COUNT = 5_000

AfterCommit = Callable[[Sequence[StoredSample]], None]


class NotStored(Exception):
    """The message is not durable: the device must send it again."""


@dataclass(slots=True)
class _Waiting:
    samples: tuple[SampleSet, ...]
    told: asyncio.Future[tuple[StoredSample, ...]]
    loop: asyncio.AbstractEventLoop


class ReadingsWriter:
    """Takes messages from the event loop, writes them in its own thread.

    session_on: who is in a chair now; called inside the transaction. sessions_on: the same for all chairs of a batch at
    once, where the rooms above can answer that with one query. after_commit: told of each batch once it is
    durable, in the writer's thread: it must return at once.
    """

    def __init__(
        self,
        session_on: SessionOnChair,
        after_commit: AfterCommit | None = None,
        *,
        sessions_on: SessionsOnChairs | None = None,
        linger_s: float = LINGER_S,
        queue_at_most_count: int = QUEUE_AT_MOST_COUNT,
    ) -> None:
        self._store = Store(session_on, sessions_on)
        self._after_commit = after_commit
        self._linger_s = linger_s
        self._waiting: deque[_Waiting] = deque()
        self._news = threading.Condition()
        self._room = asyncio.Semaphore(queue_at_most_count)
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._written_s = float("-inf")
        self.commits_count = 0
        self.stored_count = 0

    async def store(self, *samples: SampleSet) -> tuple[StoredSample, ...]:
        """Returns when all of these are durable, in one transaction. Raises NotStored when they are not.

        Waits while the queue is full. What one caller awaits one after the other is stored in that order.
        """
        async with self._room:
            loop = asyncio.get_running_loop()
            told: asyncio.Future[tuple[StoredSample, ...]] = loop.create_future()
            with self._news:
                if self._stopping or self._thread is None:
                    raise NotStored("the server is going down")
                if not self._thread.is_alive():
                    log.critical("The writer of readings had stopped and was started again")
                    self._begin()
                self._waiting.append(_Waiting(samples, told, loop))
                self._news.notify()
            return await told

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[ReadingsWriter]:
        """Writes as long as the block lasts; on leaving, what was taken is written first."""
        self._stopping = False
        self._begin()
        try:
            yield self
        finally:
            with self._news:
                self._stopping = True
                self._news.notify()
            if self._thread is not None:
                await asyncio.to_thread(self._thread.join)
            self._thread = None
            STORING.stored()  # nobody is being watched from here on; that is another matter

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._work, name="readings-writer", daemon=True)
        self._thread.start()

    # --- in the writer's thread ---------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            while batch := self._next_batch():
                self._write(batch)
        finally:
            connection.close()
            with self._news:
                left = list(self._waiting)
                self._waiting.clear()
            self._fail(left, "the server is going down")

    def _next_batch(self) -> list[_Waiting]:
        """What has arrived, after lingering for company; empty when the writer is to stop."""
        with self._news:
            while not self._waiting:
                if self._stopping:
                    return []
                self._news.wait()
        if self._linger_s and not self._stopping and len(self._waiting) < BATCH_AT_MOST_COUNT:
            is_busy = time.monotonic() - self._written_s < BUSY_WITHIN_S
            time.sleep(max(self._linger_s, BUSY_LINGER_S) if is_busy else self._linger_s)
        with self._news:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH_AT_MOST_COUNT))]

    def _write(self, batch: list[_Waiting]) -> None:
        samples = [sample for each in batch for sample in each.samples]
        stored: list[StoredSample] | None = None
        came_at = min((sample.received_at for sample in samples), default=None)
        if came_at is not None:
            STORING.trying(came_at, time.monotonic())
        try:
            stored = self._store.put(samples) if samples else []
        except DatabaseFault as fault:
            log.error("Readings not stored, %d messages must be sent again: %s", len(samples), type(fault).__name__)
            connection.close()  # the next batch begins with a fresh connection
        finally:
            if stored is None:  # also when this thread is about to die of a fault of ours: nobody is left waiting
                if came_at is not None:
                    STORING.failed(came_at, time.monotonic())
                self._fail(batch, "the database did not take it")
        if stored is None:
            return
        if came_at is not None:
            STORING.stored()
        self._written_s = time.monotonic()
        self.commits_count += 1
        self.stored_count += sum(1 for each in stored if not each.duplicate)
        given = iter(stored)
        answers = [(each, tuple(next(given) for _ in each.samples)) for each in batch]
        _tell(answers)
        if self._after_commit is not None and stored:
            self._after_commit(stored)

    def _fail(self, batch: Sequence[_Waiting], reason: str) -> None:
        _tell([(each, NotStored(reason)) for each in batch])


def _tell(answers: Sequence[tuple[_Waiting, tuple[StoredSample, ...] | NotStored]]) -> None:
    """Hands the answers to the loops that wait for them, each loop woken once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, tuple[StoredSample, ...] | NotStored]]] = {}
    for answer in answers:
        by_loop.setdefault(answer[0].loop, []).append(answer)
    for loop, told in by_loop.items():
        # a loop that has closed has nobody left who waits
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, told)


def _settle(answers: Sequence[tuple[_Waiting, tuple[StoredSample, ...] | NotStored]]) -> None:
    for waiting, answer in answers:
        if waiting.told.done():
            continue
        if isinstance(answer, NotStored):
            waiting.told.set_exception(answer)
        else:
            waiting.told.set_result(answer)
