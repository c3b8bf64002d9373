"""One row a job. Every change goes through `queue.py` and `leases.py`; nobody else writes here."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """Where a job stands. Waiting and running are open; the other three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.WAITING, State.RUNNING)
FINAL = (State.DONE, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """Something to be done at or after `due_at`, at most once at a time.

    key: what makes it one job however often it is scheduled; unique within its kind.
    due_at: in the clinic's time, which a demo may stretch.
    lease, leased_until: who runs it, and until when others leave it alone; in the wall's time, which nobody stretches.
    attempts_count: attempts begun, so that a job that kills its process is not taken up for ever.
    progress: 0 to 1. progress_words, last_error: for people; neither names a patient.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts_count = models.PositiveIntegerField(default=0)
    attempts_at_most = models.PositiveIntegerField(default=5)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    progress = models.FloatField(default=0.0)
    progress_words = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    scheduled_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_at", "scheduled_at")
        indexes = [models.Index(fields=["state", "due_at"], name="job_state_due")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_job_a_key"),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="job_progress_0_to_1"),
            models.CheckConstraint(
                condition=Q(state="running", lease__isnull=False, leased_until__isnull=False)
                | (~Q(state="running") & Q(lease__isnull=True, leased_until__isnull=True)),
                name="job_runs_under_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
