"""The worker's own writes: taking a job, keeping it, giving it back. Each is one conditional UPDATE.

An UPDATE whose WHERE names the state it expects is atomic on SQLite and on PostgreSQL alike, so of two processes that
want the same job one gets it. A lease that ran out is lost for good: every later write of its holder changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from dripstand.jobs.models import Job, State

LEASE = timedelta(seconds=30)
LEASE_RENEWED_EVERY = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that this process may run until `leased_until`, unless it renews the lease."""

    job_id: uuid.UUID
    lease: uuid.UUID
    kind: str
    key: str
    payload: Mapping[str, Any]
    due_at: datetime
    attempt_number: int
    attempts_at_most: int
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """What one look at the table brought. ended: jobs that were closed instead, because they may not be run again."""

    taken: tuple[Taken, ...]
    ended: tuple[uuid.UUID, ...]


def claim(names: Collection[str], *, at_most: int, now: datetime, wall_now: datetime) -> Claim:
    """Takes what is due, the longest due first, and what a process left behind that no longer runs."""
    taken: list[Taken] = []
    ended: list[uuid.UUID] = []
    if not names or at_most < 1:
        return Claim((), ())
    may_run = Q(state=State.WAITING, due_at__lte=now)
    left_behind = Q(state=State.RUNNING, leased_until__lt=wall_now)
    for job in Job.objects.filter(may_run | left_behind, kind__in=names).order_by("due_at", "scheduled_at")[:at_most]:
        unchanged = Job.objects.filter(pk=job.pk, state=job.state, lease=job.lease, leased_until=job.leased_until)
        if job.cancel_asked or (job.state == State.RUNNING and job.attempts_count >= job.attempts_at_most):
            closed = unchanged.update(
                state=State.CANCELLED if job.cancel_asked else State.FAILED,
                lease=None,
                leased_until=None,
                finished_at=now,
                last_error=job.last_error if job.cancel_asked else "the process that ran it ended before it was done",
            )
            if closed:
                ended.append(job.pk)
            continue
        lease, until = uuid.uuid4(), wall_now + LEASE
        if job.state == State.WAITING:
            unchanged = unchanged.filter(due_at=job.due_at)
        got = unchanged.update(
            state=State.RUNNING,
            lease=lease,
            leased_until=until,
            attempts_count=F("attempts_count") + 1,
            started_at=now,
            progress=0.0,
            progress_words="",
        )
        if got:
            taken.append(
                Taken(
                    job.pk,
                    lease,
                    job.kind,
                    job.key,
                    job.payload,
                    job.due_at,
                    job.attempts_count + 1,
                    job.attempts_at_most,
                    until,
                )
            )
    return Claim(tuple(taken), tuple(ended))


def _mine(taken: Taken) -> Any:
    return Job.objects.filter(pk=taken.job_id, state=State.RUNNING, lease=taken.lease)


def renew(taken: Taken, *, wall_now: datetime) -> datetime | None:
    """Until when the lease now holds; None where it is lost. One that ran out is not revived."""
    until = wall_now + LEASE
    return until if _mine(taken).filter(leased_until__gte=wall_now).update(leased_until=until) else None


def note_progress(taken: Taken, fraction: float, words: str) -> bool:
    """False where the lease is lost."""
    return bool(_mine(taken).update(progress=min(max(fraction, 0.0), 1.0), progress_words=words[:300]))


def finish(taken: Taken, result: Mapping[str, Any] | None, *, now: datetime) -> bool:
    """Done, with its result. False where the lease is lost: then nothing was written."""
    return bool(
        _mine(taken).update(
            state=State.DONE,
            lease=None,
            leased_until=None,
            progress=1.0,
            result=None if result is None else dict(result),
            last_error="",
            finished_at=now,
        )
    )


def fail(taken: Taken, error: str, *, again_at: datetime | None, now: datetime) -> bool:
    """Waits for its next attempt, or, where `again_at` is None, has failed."""
    state = State.WAITING if again_at is not None else State.FAILED
    changes: dict[str, Any] = {"due_at": again_at} if again_at is not None else {"finished_at": now}
    return bool(_mine(taken).update(state=state, lease=None, leased_until=None, last_error=error[:500], **changes))


def stopped(taken: Taken, *, now: datetime) -> bool:
    """It was asked to stop, and did without a result."""
    return bool(_mine(taken).update(state=State.CANCELLED, lease=None, leased_until=None, finished_at=now))


def give_back(taken: Taken) -> bool:
    """Waits again as if it had not been begun: the server goes down in order."""
    return bool(
        _mine(taken).update(
            state=State.WAITING, lease=None, leased_until=None, attempts_count=F("attempts_count") - 1, progress=0.0
        )
    )
