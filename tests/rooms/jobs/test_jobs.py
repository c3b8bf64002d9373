"""The jobs table: once a key, one at a time, taken up again, and what others read of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from dripstand.jobs import leases, queries, queue
from dripstand.jobs.kinds import KindTaken, UnknownKind, handle_jobs
from dripstand.jobs.models import Job, State
from dripstand.jobs.run import LeaseLost, Run
from dripstand.jobs.tidying import tidy
from tests.rooms.jobs.working import HOUR, NOW, Time, seen, until, worked_off

# --- scheduling -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_key_twice_is_one_row_also_after_it_was_done() -> None:
    handle_jobs("tests.remind", lambda run: None)
    first = queue.schedule("tests.remind", {"to": 1}, due_at=NOW, now=NOW, key="booking 7")
    again = queue.schedule("tests.remind", {"to": 2}, due_at=NOW + HOUR, now=NOW, key="booking 7")
    assert (first.is_new, again.is_new, again.job_id) == (True, False, first.job_id)
    (taken,) = leases.claim(["tests.remind"], at_most=9, now=NOW, wall_now=NOW).taken
    assert taken.payload == {"to": 1}
    assert leases.finish(taken, None, now=NOW)
    assert not queue.schedule("tests.remind", {"to": 3}, due_at=NOW, now=NOW, key="booking 7").is_new
    assert Job.objects.count() == 1
    assert queue.schedule("tests.remind", {}, due_at=NOW, now=NOW).is_new, "without a key each is a job of its own"
    assert queue.schedule("tests.remind", {}, due_at=NOW, now=NOW).is_new


@pytest.mark.django_db
def test_what_nobody_would_ever_do_is_refused() -> None:
    with pytest.raises(UnknownKind):
        queue.schedule("tests.nobody", {}, due_at=NOW, now=NOW)
    handle_jobs("tests.remind", print)
    with pytest.raises(KindTaken):
        handle_jobs("tests.remind", repr)
    with pytest.raises(ValueError, match="200"):
        queue.schedule("tests.remind", {}, due_at=NOW, now=NOW, key="k" * 201)
    with pytest.raises(ValueError, match="aware"):
        queue.schedule("tests.remind", {}, due_at=datetime(2026, 3, 4), now=NOW)


@pytest.mark.django_db
def test_a_job_and_its_cause_are_stored_together_or_not_at_all() -> None:
    handle_jobs("tests.remind", lambda run: None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.schedule("tests.remind", {}, due_at=NOW, now=NOW, key="k")
        _ = 1 / 0
    assert queries.status_of("tests.remind", "k") is None


@pytest.mark.django_db
def test_a_job_is_taken_when_it_is_due_and_no_minute_earlier_the_longest_due_first() -> None:
    handle_jobs("tests.remind", lambda run: None)
    for hour in (3, 1, 2):
        queue.schedule("tests.remind", {}, due_at=NOW + hour * HOUR, now=NOW, key=str(hour))
    assert queue.move("tests.remind", "3", due_at=NOW + HOUR / 2)
    assert not queue.move("tests.remind", "none", due_at=NOW)

    def due(now: datetime) -> list[str]:
        return [one.key for one in leases.claim(["tests.remind"], at_most=9, now=now, wall_now=NOW).taken]

    assert due(NOW + HOUR / 2 - timedelta(microseconds=1)) == []
    assert due(NOW + HOUR / 2) == ["3"]
    assert due(NOW + 2 * HOUR) == ["1", "2"]
    assert due(NOW + 2 * HOUR) == []


@pytest.mark.django_db
def test_the_table_itself_refuses_a_job_that_runs_without_a_lease() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="k", key="1", due_at=NOW, scheduled_at=NOW, state=State.RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="k", key="1", due_at=NOW, scheduled_at=NOW, lease=uuid.uuid4(), leased_until=NOW)


# --- one at a time --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_claimants_at_once_and_each_job_goes_to_one_of_them() -> None:
    handle_jobs("tests.remind", lambda run: None)
    for number in range(30):
        queue.schedule("tests.remind", {}, due_at=NOW, now=NOW, key=str(number))
    got: list[str] = []
    gate = threading.Barrier(4)

    def claimant() -> None:
        try:
            gate.wait()
            while taken := leases.claim(["tests.remind"], at_most=5, now=NOW, wall_now=NOW).taken:
                got.extend(one.key for one in taken)
        finally:
            connection.close()

    threads = [threading.Thread(target=claimant) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Counter(got) <= Counter(str(number) for number in range(30)), "somebody took what another had"
    left = leases.claim(["tests.remind"], at_most=30, now=NOW, wall_now=NOW).taken
    assert len(got) + len(left) == 30, "and nothing is lost"


@pytest.mark.django_db
def test_whose_lease_ran_out_changes_nothing_any_more() -> None:
    handle_jobs("tests.remind", lambda run: None)
    queue.schedule("tests.remind", {}, due_at=NOW, now=NOW, key="k")
    (slow,) = leases.claim(["tests.remind"], at_most=1, now=NOW, wall_now=NOW).taken
    just_in_time, too_late = NOW + leases.LEASE, NOW + leases.LEASE + timedelta(seconds=1)
    assert leases.claim(["tests.remind"], at_most=1, now=just_in_time, wall_now=just_in_time).taken == ()
    (next_one,) = leases.claim(["tests.remind"], at_most=1, now=too_late, wall_now=too_late).taken
    assert next_one.attempt_number == 2
    assert leases.renew(slow, wall_now=too_late) is None
    assert not leases.note_progress(slow, 0.5, "half")
    assert not leases.finish(slow, {"who": "slow"}, now=too_late)
    assert not leases.fail(slow, "no", again_at=None, now=too_late)
    run = Run(slow, lambda: too_late)
    with pytest.raises(LeaseLost), run.committing():
        pytest.fail("the block of a lost job must not begin")
    assert leases.finish(next_one, {"who": "next"}, now=too_late)
    assert seen("tests.remind", "k").result == {"who": "next"}


@pytest.mark.django_db
def test_a_renewed_lease_holds_and_one_that_ran_out_is_not_revived() -> None:
    handle_jobs("tests.remind", lambda run: None)
    queue.schedule("tests.remind", {}, due_at=NOW, now=NOW, key="k")
    (taken,) = leases.claim(["tests.remind"], at_most=1, now=NOW, wall_now=NOW).taken
    soon = NOW + timedelta(seconds=20)
    assert leases.renew(taken, wall_now=soon) == soon + leases.LEASE
    assert leases.claim(["tests.remind"], at_most=1, now=NOW, wall_now=soon + timedelta(seconds=29)).taken == ()
    assert leases.renew(taken, wall_now=soon + timedelta(seconds=31)) is None


@pytest.mark.django_db
def test_a_job_that_always_takes_its_process_with_it_has_failed_in_the_end() -> None:
    handle_jobs("tests.deadly", lambda run: None, attempts_at_most=2)
    queue.schedule("tests.deadly", {}, due_at=NOW, now=NOW, key="k")
    wall = NOW
    for attempt in (1, 2):
        (taken,) = leases.claim(["tests.deadly"], at_most=1, now=NOW, wall_now=wall).taken
        assert taken.attempt_number == attempt
        wall += leases.LEASE + timedelta(seconds=1)
    claimed = leases.claim(["tests.deadly"], at_most=1, now=NOW, wall_now=wall)
    assert (claimed.taken, len(claimed.ended)) == ((), 1)
    status = seen("tests.deadly", "k")
    assert (status.state, "process" in status.last_error) == (State.FAILED, True)
    assert queries.failed_jobs(since=NOW - HOUR) == (status,)
    assert queries.failed_jobs(since=NOW + HOUR) == ()


KILLED = """
import os, sys, time
import django
django.setup()
from datetime import datetime
from dripstand.jobs import leases
now = datetime.fromisoformat(sys.argv[1])
(taken,) = leases.claim(["tests.remind"], at_most=1, now=now, wall_now=now).taken
print(taken.key, flush=True)
time.sleep(60)
"""


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_process_is_taken_up_again() -> None:
    done: list[int] = []
    handle_jobs("tests.remind", lambda run: done.append(run.attempt_number))
    queue.schedule("tests.remind", {}, due_at=NOW, now=NOW, key="k")
    where, name = settings.DATABASE_ADDRESS, connection.settings_dict["NAME"]
    address = (
        f"sqlite:///{name}"
        if where.engine == "sqlite"
        else f"postgresql://{where.user}:{where.password}@{where.host}:{where.port or 5432}/{name}"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "dripstand.server.settings",
        "DRIPSTAND_DATABASE_URL": address,
        "DRIPSTAND_DATA": str(settings.DATA_DIR),
        "DRIPSTAND_SECRET_KEY": "k" * 60,
    }
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, NOW.isoformat()], env=environment, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "k\n", "the other process has it"
        clock = Time()
        ours = clock.worker()
        assert ours.turn() == 0, "and while its lease holds, nobody else"
        other.send_signal(signal.SIGKILL)
        other.wait(15)
    clock.pass_by(seconds=31)
    worked_off(ours)
    assert done == [2]
    assert seen("tests.remind", "k").state == State.DONE


# --- what others read -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_how_late_the_table_is_and_what_is_still_open() -> None:
    handle_jobs("tests.remind", lambda run: None)
    assert queries.late_by_s(now=NOW) == 0
    queue.schedule("tests.remind", {}, due_at=NOW, now=NOW, key="b1 2d")
    queue.schedule("tests.remind", {}, due_at=NOW + HOUR, now=NOW, key="b1 1d")
    queue.schedule("tests.remind", {}, due_at=NOW + HOUR, now=NOW, key="b2 1d")
    assert queries.late_by_s(now=NOW + timedelta(seconds=90)) == 90
    assert [one.key for one in queries.open_jobs("tests.remind", "b1 ")] == ["b1 2d", "b1 1d"]
    assert queries.status(str(uuid.uuid4())) is None


@pytest.mark.django_db
def test_only_what_ended_long_ago_is_tidied_away() -> None:
    handle_jobs("tests.look", lambda run: None, every=HOUR)
    handle_jobs("tests.remind", lambda run: None)

    def ended(kind: str, key: str, days_ago: int) -> None:
        Job.objects.create(
            kind=kind,
            key=key,
            due_at=NOW,
            scheduled_at=NOW,
            state=State.DONE,
            finished_at=NOW - timedelta(days=days_ago),
        )

    ended("tests.look", "old", 8)
    ended("tests.look", "new", 6)
    ended("tests.remind", "old", 401)
    ended("tests.remind", "new", 399)
    queue.schedule("tests.remind", {}, due_at=NOW - timedelta(days=900), now=NOW, key="never done")
    job_id = queue.schedule("tests.look", {}, due_at=NOW, now=NOW, key="this one").job_id
    (taken,) = [
        one for one in leases.claim(["tests.look"], at_most=9, now=NOW, wall_now=NOW).taken if str(one.job_id) == job_id
    ]
    assert tidy(Run(taken, lambda: NOW)) == {"deleted_count": 2}
    assert sorted(Job.objects.values_list("key", flat=True)) == ["never done", "new", "new", "this one"]


class Somebody:
    is_authenticated = is_active = True

    def __init__(self, roles: tuple[str, ...]) -> None:
        self.roles = roles


@pytest.mark.parametrize(("roles", "may"), [(("nurse",), True), ((), False)])
def test_staff_may_watch_a_job_and_somebody_without_a_role_may_not(roles: tuple[str, ...], may: bool) -> None:
    assert queries.may_watch_job(Somebody(roles), "any") is may


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    yield
    until(lambda: not [one for one in threading.enumerate() if one.name.startswith("job ")])
