"""Works the table off beside the web server: a round each second, each job in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from django.db import Error as DatabaseFault
from django.db import connection

from dripstand.jobs import leases, queue
from dripstand.jobs.kinds import Kind, Lane, kind, kinds
from dripstand.jobs.models import Job
from dripstand.jobs.run import Cancelled, GiveUp, Interrupted, LeaseLost, Run
from dripstand.jobs.telling import tell
from dripstand.live.clock import now as the_time

log = logging.getLogger(__name__)

AT_ONCE: dict[Lane, int] = {Lane.QUICK: 3, Lane.LONG: 1}
ROUND_EVERY_S = 1.0
STOP_WITHIN_S = 4.0


def the_wall() -> datetime:
    """Leases are counted in the wall's time, also where a demo runs faster."""
    return datetime.now(UTC)


class Worker:
    """The jobs that this process runs. `turn` is called by one thread at a time; `stop` by any."""

    def __init__(self, now: Callable[[], datetime] = the_time, wall_now: Callable[[], datetime] = the_wall) -> None:
        self._now = now
        self._wall_now = wall_now
        self._running: dict[threading.Thread, tuple[Run, Kind]] = {}
        self._leased_until: dict[Run, datetime] = {}
        self._slots: dict[str, int] = {}
        self._in_turn = threading.Lock()
        self._is_stopping = threading.Event()
        self.on_end: Callable[[], None] = lambda: None
        """Called, from any thread, when a job has ended: there is room for the next."""

    # --- one round ---

    def turn(self) -> int:
        """Schedules what comes again and again, keeps leases, passes on cancellations, starts what is due.

        Answers how many jobs were started: none once it was told to stop. Raises the database's own errors.
        """
        with self._in_turn:
            return 0 if self._is_stopping.is_set() else self._turn()

    def _turn(self) -> int:
        for thread in [one for one in self._running if not one.is_alive()]:
            run, _ = self._running.pop(thread)
            self._leased_until.pop(run, None)
        self._schedule_recurring()
        self._keep()
        started = 0
        for lane, at_once in AT_ONCE.items():
            started += self._start_due(lane, at_once)
        return started

    def _schedule_recurring(self) -> None:
        now = self._now()
        for one in kinds():
            if one.every is None:
                continue
            slot = int(now.timestamp() // one.every.total_seconds())
            if self._slots.get(one.name) != slot:
                due_at = datetime.fromtimestamp(slot * one.every.total_seconds(), UTC)
                queue.schedule(one.name, {}, due_at=due_at, now=now, key=f"every {slot}")
                self._slots[one.name] = slot

    def _keep(self) -> None:
        wall_now = self._wall_now()
        for run, until in list(self._leased_until.items()):
            if until - wall_now <= leases.LEASE - leases.LEASE_RENEWED_EVERY:
                renewed = leases.renew(run.taken, wall_now=wall_now)
                if renewed is not None:
                    self._leased_until[run] = renewed
                elif not run.finished:
                    del self._leased_until[run]
                    run.is_lost()
        running = {run.taken.job_id: run for run, _ in self._running.values()}
        if running:
            for job_id in Job.objects.filter(pk__in=running, cancel_asked=True).values_list("pk", flat=True):
                running[job_id].is_cancelled()

    def _start_due(self, lane: Lane, at_once: int) -> int:
        names = [one.name for one in kinds() if one.lane is lane]
        if self._is_stopping.is_set():
            return 0
        free = at_once - sum(one.lane is lane for _, one in self._running.values())
        claimed = leases.claim(names, at_most=free, now=self._now(), wall_now=self._wall_now())
        for job_id in claimed.ended:
            log.error("A job ended with its process for the last time that it may: it has failed.")
            tell(str(job_id))
        for taken in claimed.taken:
            run, its_kind = Run(taken, self._now), kind(taken.kind)
            thread = threading.Thread(target=self._work, args=(run, its_kind), name=f"job {taken.kind}", daemon=True)
            self._running[thread] = (run, its_kind)
            self._leased_until[run] = taken.leased_until
            thread.start()
        return len(claimed.taken)

    # --- one job, in its thread ---

    def _work(self, run: Run, its_kind: Kind) -> None:
        try:
            self._attempt(run, its_kind)
            tell(run.job_id)
        except DatabaseFault as fault:
            # Its lease runs out, and it is taken up again.
            log.error("A %s job could not say that it ended: %s", run.kind, type(fault).__name__)
        finally:
            connection.close()
            self.on_end()

    def _attempt(self, run: Run, its_kind: Kind) -> None:
        try:
            tell(run.job_id)
            result = its_kind.handler(run)
        except LeaseLost:
            log.error("A %s job was away for longer than its lease; another may run it.", run.kind)
        except Cancelled:
            leases.stopped(run.taken, now=self._now())
        except Interrupted:
            leases.give_back(run.taken)
        except GiveUp as fault:
            log.error("A %s job gave up.", run.kind)
            leases.fail(run.taken, str(fault), again_at=None, now=self._now())
        except Exception as fault:  # noqa: BLE001  (whatever a handler does, the table goes on being worked off)
            self._failed(run, its_kind, fault)
        else:
            if not run.finished and not leases.finish(run.taken, result, now=self._now()):
                log.error("A %s job finished after its lease; its result is left out.", run.kind)

    def _failed(self, run: Run, its_kind: Kind, fault: Exception) -> None:
        now = self._now()
        # The log file names what kind of error, the table, which only staff can read, also its words.
        log.error("A %s job failed at attempt %d: %s", run.kind, run.attempt_number, type(fault).__name__)
        again_at = None if run.is_last_attempt else now + its_kind.wait_before(run.attempt_number + 1)
        connection.close()  # whatever state the handler left it in
        leases.fail(run.taken, f"{type(fault).__name__}: {fault}", again_at=again_at, now=now)

    # --- the end ---

    @property
    def running_count(self) -> int:
        return sum(thread.is_alive() for thread in self._running)

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """Asks each running job to stop and waits a little. What does not stop is taken up again after its lease.

        A turn under way ends first, so that it begins nothing behind our back; one that hangs is not waited for.
        """
        until_s = time.monotonic() + within_s
        self._is_stopping.set()
        has_ended = self._in_turn.acquire(timeout=within_s / 2)
        try:
            running = list(self._running.items())
        finally:
            if has_ended:
                self._in_turn.release()
        for _, (run, _kind) in running:
            run.is_interrupted()
        for thread, _ in running:
            thread.join(max(until_s - time.monotonic(), 0))


def _closing(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()


async def _work_off(worker: Worker, woken: asyncio.Event) -> None:
    was_refused = False
    while True:
        woken.clear()
        try:
            await asyncio.to_thread(_closing, worker.turn)
            was_refused = False
        except DatabaseFault as fault:
            if not was_refused:
                log.error("The jobs wait: the database does not answer (%s).", type(fault).__name__)
            was_refused = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), ROUND_EVERY_S)


@contextlib.asynccontextmanager
async def running(worker: Worker | None = None) -> AsyncIterator[None]:
    """Works the table off until the server stops."""
    worker = worker or Worker()
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is there to be woken
            loop.call_soon_threadsafe(woken.set)

    worker.on_end = wake
    queue.wakers.append(wake)
    task = asyncio.create_task(_work_off(worker, woken), name="jobs")
    try:
        yield
    finally:
        queue.wakers.remove(wake)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.to_thread(_closing, worker.stop)
