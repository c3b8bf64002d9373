"""What services call to have something done later, elsewhere or again: schedule, move, cancel.

Called inside the caller's transaction, so that a booking and its reminder are committed together or not at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dripstand.jobs.kinds import kind as kind_of
from dripstand.jobs.models import OPEN, Job, State
from dripstand.jobs.telling import tell

wakers: list[Callable[[], None]] = []
"""What the worker of this process adds: it is called after the commit of whatever may be due at once."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """is_new: False where a job of this kind and key was there already, in whatever state; it was left as it was."""

    job_id: str
    is_new: bool


def _wake() -> None:
    for wake in tuple(wakers):
        wake()


def schedule(
    kind: str,
    payload: Mapping[str, Any],
    *,
    due_at: datetime,
    now: datetime,
    key: str = "",
) -> Scheduled:
    """One job, however often the same key comes. Raises UnknownKind; TypeError for a payload that is not JSON.

    key: at most 200 letters; "" for a job that is like no other. due_at may lie in the past: then it is due at once.
    """
    if len(key) > 200:
        raise ValueError("a job's key has at most 200 letters")
    if due_at.tzinfo is None or now.tzinfo is None:
        raise ValueError("times are aware")
    known = kind_of(kind)
    job_id = uuid.uuid4()
    job, is_new = Job.objects.get_or_create(
        kind=known.name,
        key=key or str(job_id),
        defaults={
            "id": job_id,
            "payload": dict(payload),
            "due_at": due_at,
            "attempts_at_most": known.attempts_at_most,
            "scheduled_at": now,
        },
    )
    if is_new:
        transaction.on_commit(_wake)
    return Scheduled(str(job.pk), is_new)


def move(kind: str, key: str, *, due_at: datetime) -> bool:
    """Gives a waiting job another time. False where there is none that still waits."""
    moved = Job.objects.filter(kind=kind, key=key, state=State.WAITING).update(due_at=due_at)
    if moved:
        transaction.on_commit(_wake)
    return bool(moved)


def cancel(kind: str, key: str, *, now: datetime) -> bool:
    """Takes back a waiting job, asks a running one to stop. False where there is none that is open.

    A running job may still finish with what it has so far: its handler decides (`Run.cancelled`).
    """
    return _cancel(Job.objects.filter(kind=kind, key=key).values_list("pk", flat=True).first(), now)


def cancel_id(job_id: str, *, now: datetime) -> bool:
    """As `cancel`, by the job's id."""
    return _cancel(uuid.UUID(job_id), now)


def _cancel(job_id: uuid.UUID | None, now: datetime) -> bool:
    if job_id is None:
        return False
    # In this order: a job that begins or ends in between has been asked all the same, and is not begun again.
    asked = Job.objects.filter(pk=job_id, state__in=OPEN).update(cancel_asked=True)
    taken_back = Job.objects.filter(pk=job_id, state=State.WAITING).update(state=State.CANCELLED, finished_at=now)
    if taken_back:
        transaction.on_commit(lambda: tell(str(job_id)))
    elif asked:
        transaction.on_commit(_wake)
    return bool(asked)
