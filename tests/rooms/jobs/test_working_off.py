"""A job under way: tried again, given up, taken back, and how far it is."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from dripstand.jobs import queries, queue, telling, worker
from dripstand.jobs.kinds import Kind, Lane, handle_jobs
from dripstand.jobs.models import Job, State
from dripstand.jobs.run import GiveUp, Run
from tests.rooms.jobs.working import HOUR, NOW, Time, seen, until, worked_off


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_is_tried_again_ever_later_and_then_has_failed() -> None:
    clock, tried_at = Time(), []

    def breaks(run: Run) -> None:
        tried_at.append(clock.now)
        raise OSError("the mail server is away")

    handle_jobs("tests.mail", breaks, attempts_at_most=4, first_wait=timedelta(seconds=10))
    queue.schedule("tests.mail", {}, due_at=NOW, now=NOW, key="k")
    ours = clock.worker()
    for _ in range(100):
        worked_off(ours)
        clock.pass_by(seconds=1)
    assert [(at - NOW).total_seconds() for at in tried_at] == [0, 10, 30, 70]
    status = seen("tests.mail", "k")
    assert (status.state, status.attempts_count) == (State.FAILED, 4)
    assert status.last_error == "OSError: the mail server is away"


def test_no_wait_is_longer_than_an_hour() -> None:
    one = Kind("k", lambda run: None, first_wait=timedelta(seconds=10))
    waits = [one.wait_before(number) for number in range(2, 60)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=10), timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_gives_up_is_not_asked_again() -> None:
    def hopeless(run: Run) -> None:
        raise GiveUp("the booking is gone")

    handle_jobs("tests.mail", hopeless)
    queue.schedule("tests.mail", {}, due_at=NOW, now=NOW, key="k")
    worked_off(Time().worker())
    assert (seen("tests.mail", "k").state, seen("tests.mail", "k").last_error) == (State.FAILED, "the booking is gone")


@pytest.mark.django_db(transaction=True)
def test_an_effect_and_its_job_are_one_commit() -> None:
    clock, fails = Time(), [True, False]

    def effect(run: Run) -> None:
        with run.committing({"made": 1}):
            Job.objects.create(kind="effect", key="the effect", due_at=NOW, scheduled_at=NOW)
            if fails.pop(0):
                raise OSError("between the effect and the commit")

    handle_jobs("tests.effect", effect)
    queue.schedule("tests.effect", {}, due_at=NOW, now=NOW, key="k")
    ours = clock.worker()
    worked_off(ours)
    assert queries.status_of("effect", "the effect") is None
    assert seen("tests.effect", "k").state == State.WAITING
    clock.pass_by(seconds=10)
    worked_off(ours)
    assert queries.status_of("effect", "the effect") is not None
    assert (seen("tests.effect", "k").state, seen("tests.effect", "k").result) == (State.DONE, {"made": 1})


@pytest.mark.django_db(transaction=True)
def test_progress_is_readable_while_it_runs_and_a_cancelled_job_may_hand_in_what_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(telling, "publish", lambda topic, payload, replaces: told.append({"topic": topic, **payload}))

    def plan(run: Run) -> dict[str, str]:
        run.progress(0.25, "10 of 40 patients placed")
        run.progress(0.26, "written at most twice a second")
        until(lambda: run.cancelled)
        return {"plan": "the best so far"}

    handle_jobs("tests.plan", plan, lane=Lane.LONG)
    job_id = queue.schedule("tests.plan", {}, due_at=NOW, now=NOW, key="k").job_id
    ours = Time().worker()
    ours.turn()
    until(lambda: seen("tests.plan", "k").progress == 0.25)
    status = seen("tests.plan", "k")
    assert (status.state, status.words, status.is_open) == (State.RUNNING, "10 of 40 patients placed", True)
    assert queue.cancel("tests.plan", "k", now=NOW)
    worked_off(ours)
    status = queries.status(job_id)
    assert status is not None
    assert (status.state, status.result, status.progress) == (State.DONE, {"plan": "the best so far"}, 1.0)
    assert {one["topic"] for one in told} == {f"job:{job_id}"}
    assert (told[0]["state"], told[-1]["state"]) == (State.RUNNING, State.DONE)


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_job_that_has_nothing_to_hand_in_is_cancelled() -> None:
    def endless(run: Run) -> None:
        while True:
            run.go_on()
            time.sleep(0.002)

    handle_jobs("tests.endless", endless)
    queue.schedule("tests.endless", {}, due_at=NOW, now=NOW, key="running")
    queue.schedule("tests.endless", {}, due_at=NOW + HOUR, now=NOW, key="waiting")
    ours = Time().worker()
    ours.turn()
    assert queue.cancel("tests.endless", "running", now=NOW)
    assert queue.cancel("tests.endless", "waiting", now=NOW)
    assert seen("tests.endless", "waiting").state == State.CANCELLED
    worked_off(ours)
    assert seen("tests.endless", "running").state == State.CANCELLED
    for key in ("running", "waiting", "none"):
        assert not queue.cancel("tests.endless", key, now=NOW), "what is over, or never was, cannot be cancelled"


@pytest.mark.django_db(transaction=True)
def test_a_job_cancelled_while_it_failed_is_not_begun_again() -> None:
    clock = Time()

    def fails_once_cancelled(run: Run) -> None:
        until(lambda: run.cancelled)
        raise OSError

    handle_jobs("tests.mail", fails_once_cancelled)
    queue.schedule("tests.mail", {}, due_at=NOW, now=NOW, key="k")
    ours = clock.worker()
    ours.turn()
    queue.cancel("tests.mail", "k", now=NOW)
    worked_off(ours)
    clock.pass_by(hours=2)
    worked_off(ours)
    assert (seen("tests.mail", "k").state, seen("tests.mail", "k").attempts_count) == (State.CANCELLED, 1)


@pytest.mark.django_db(transaction=True)
def test_long_work_never_stands_in_front_of_short_work() -> None:
    free = threading.Event()
    handle_jobs("tests.long", lambda run: free.wait(15) and None, lane=Lane.LONG)
    handle_jobs("tests.short", lambda run: None)
    for number in range(3):
        queue.schedule("tests.long", {}, due_at=NOW, now=NOW, key=str(number))
    queue.schedule("tests.short", {}, due_at=NOW, now=NOW, key="k")
    ours = Time().worker()
    ours.turn()
    until(lambda: seen("tests.short", "k").state == State.DONE)
    assert [seen("tests.long", str(number)).state for number in range(3)].count(State.RUNNING) == 1
    free.set()
    for _ in range(3):
        worked_off(ours)
    assert {seen("tests.long", str(number)).state for number in range(3)} == {State.DONE}


@pytest.mark.django_db(transaction=True)
def test_a_lease_is_renewed_while_its_job_runs() -> None:
    clock, free = Time(), threading.Event()
    handle_jobs("tests.long", lambda run: free.wait(15) and None)
    queue.schedule("tests.long", {}, due_at=NOW, now=NOW, key="k")
    ours, other = clock.worker(), clock.worker()
    ours.turn()
    for _ in range(12):
        clock.pass_by(seconds=10)
        ours.turn()
        assert other.turn() == 0
    free.set()
    worked_off(ours)
    assert (seen("tests.long", "k").state, seen("tests.long", "k").attempts_count) == (State.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_what_comes_again_is_scheduled_once_a_stretch_and_never_a_backlog() -> None:
    clock, seen_at = Time(), []
    handle_jobs("tests.look", lambda run: seen_at.append(run.due_at), every=timedelta(minutes=10))
    ours, other = clock.worker(), clock.worker()
    for _ in range(4):
        worked_off(ours)
        worked_off(other)
        clock.pass_by(minutes=5)
    clock.pass_by(hours=5)
    worked_off(ours)
    assert [(at - NOW) / timedelta(minutes=10) for at in seen_at] == [0, 1, 32]


@pytest.mark.django_db(transaction=True)
async def test_a_server_that_stops_in_order_gives_its_jobs_back_uncounted() -> None:
    begun = threading.Event()

    def endless(run: Run) -> None:
        begun.set()
        while True:
            run.go_on()
            time.sleep(0.002)

    handle_jobs("tests.endless", endless)
    async with worker.running(Time().worker()):
        await asyncio.to_thread(_schedule_and_close, "tests.endless")
        assert await asyncio.to_thread(begun.wait, 15), "scheduling wakes the worker"
    status = await asyncio.to_thread(_seen_and_close, "tests.endless")
    assert (status.state, status.attempts_count) == (State.WAITING, 0)


def _schedule_and_close(kind: str) -> None:
    try:
        queue.schedule(kind, {}, due_at=NOW, now=NOW, key="k")
    finally:
        connection.close()


def _seen_and_close(kind: str) -> queries.JobStatus:
    try:
        return seen(kind, "k")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_who_is_told_to_stop_in_the_middle_of_a_round_ends_what_the_round_begins_and_begins_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A signal comes when it likes. Before, the list of what runs grew while it was being read, and the server died."""
    asked, go_on, interrupted = threading.Event(), threading.Event(), threading.Event()
    claim = worker.leases.claim

    def claims_slowly(*args: Any, **named: Any) -> Any:
        asked.set()
        assert go_on.wait(15)
        return claim(*args, **named)

    def works(run: Run) -> None:
        until(lambda: run.must_stop)
        interrupted.set()

    monkeypatch.setattr(worker.leases, "claim", claims_slowly)
    handle_jobs("tests.work", works)
    queue.schedule("tests.work", {}, due_at=NOW, now=NOW, key="k")
    ours, faults = Time().worker(), []

    def in_a_thread(act: Any) -> threading.Thread:
        def run() -> None:
            try:
                act()
            except Exception as fault:  # noqa: BLE001
                faults.append(fault)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    turning = in_a_thread(ours.turn)
    assert asked.wait(15)
    stopping = in_a_thread(lambda: ours.stop(within_s=10))
    until(ours._is_stopping.is_set)
    go_on.set()
    for thread in (turning, stopping):
        thread.join(15)
        assert not thread.is_alive()
    assert faults == [] and interrupted.is_set() and ours.running_count == 0
    queue.schedule("tests.work", {}, due_at=NOW, now=NOW, key="l")
    assert ours.turn() == 0
