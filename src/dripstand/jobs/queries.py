"""What screens and watchdogs read of the jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dripstand.jobs.models import FINAL, OPEN, Job, State


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job as a screen shows it. progress: 0 to 1. result: what its handler returned, None until it is done."""

    job_id: str
    kind: str
    key: str
    state: State
    due_at: datetime
    attempts_count: int
    progress: float
    words: str
    result: Mapping[str, Any] | None
    last_error: str
    cancel_asked: bool
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_final(self) -> bool:
        return self.state in FINAL


def _seen(job: Job) -> JobStatus:
    return JobStatus(
        str(job.pk),
        job.kind,
        job.key,
        State(job.state),
        job.due_at,
        job.attempts_count,
        job.progress,
        job.progress_words,
        job.result,
        job.last_error,
        job.cancel_asked,
        job.finished_at,
    )


def status(job_id: str) -> JobStatus | None:
    job = Job.objects.filter(pk=job_id).first()
    return _seen(job) if job is not None else None


def status_of(kind: str, key: str) -> JobStatus | None:
    """The one job of this kind and key."""
    job = Job.objects.filter(kind=kind, key=key).first()
    return _seen(job) if job is not None else None


def open_jobs(kind: str, key_prefix: str = "") -> tuple[JobStatus, ...]:
    """What waits or runs, in the order in which it is due."""
    rows = Job.objects.filter(kind=kind, key__startswith=key_prefix, state__in=OPEN)
    return tuple(_seen(job) for job in rows)


def failed_jobs(*, since: datetime) -> tuple[JobStatus, ...]:
    """What failed for good, the newest first: somebody has to look."""
    rows = Job.objects.filter(state=State.FAILED, finished_at__gte=since).order_by("-finished_at")
    return tuple(_seen(job) for job in rows)


def late_by_s(*, now: datetime) -> float:
    """For how many seconds the longest waiting due job has waited; 0 where none is due."""
    due_at = Job.objects.filter(state=State.WAITING, due_at__lte=now).values_list("due_at", flat=True).first()
    return (now - due_at).total_seconds() if due_at is not None else 0.0


def may_watch_job(user: Any, rest: str) -> bool:
    """Everybody on the staff may watch how far a job is: neither its state nor its words name a patient."""
    return bool(user.is_authenticated and user.is_active and getattr(user, "roles", ()))
