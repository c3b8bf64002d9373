"""What is stored of a session: its log, and one index row so that lists need not fold every log.

``LogRow`` is the record. The database itself refuses to update or delete it (triggers on SQLite and PostgreSQL,
migration 0002). ``Session`` holds nothing that the log does not say: it is written in the same transaction as the
entries and can be rebuilt from them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(models.Model):
    """The index row of one visit.

    alarm_load: what alarm_load.py needs of it; None on a row that was written before there was this column, and then it
    is folded.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey("protocol.TemplateVersion", on_delete=models.PROTECT, related_name="+")
    chair = models.ForeignKey("premises.Chair", on_delete=models.PROTECT, related_name="+", null=True)
    expected_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    phase = models.CharField(max_length=32)
    occupies_chair = models.BooleanField(default=False)
    observer_id = models.CharField(max_length=40, blank=True, default="")
    drug_started_at = models.DateTimeField(null=True)
    alarm_load = models.JSONField(null=True)
    head_sequence = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("session")
        constraints = (
            models.UniqueConstraint(
                fields=("chair",),
                condition=models.Q(occupies_chair=True),
                name="one_patient_in_a_chair",
            ),
        )
        indexes = (
            models.Index(fields=("expected_at",), name="session_expected"),
            models.Index(fields=("phase", "expected_at"), name="session_phase"),
        )

    def __str__(self) -> str:
        return str(self.id)


class Incident(models.Model):
    """Something that must not happen again: opened by the log itself, owned by a person, closed with words.

    ``entry_sequence`` names the entry that opened it; the chart keeps what happened, this keeps who looks into it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="incidents")
    entry_sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=48)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    owner_id = models.CharField(max_length=40, blank=True, default="")
    owner_name = models.CharField(max_length=200, blank=True, default="")
    owned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True, default="")
    finding = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("incident")
        constraints = (models.UniqueConstraint(fields=("session", "entry_sequence"), name="one_incident_an_entry"),)
        indexes = (models.Index(fields=("closed_at", "opened_at"), name="incident_open"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class LogRow(models.Model):
    """One entry of a session's log, as it is for ever."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="log")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=48)
    version = models.PositiveSmallIntegerField()
    payload = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=200)
    submission_id = models.CharField(max_length=64)
    submission_part = models.PositiveSmallIntegerField()
    late_reason = models.TextField(blank=True, default="")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("log entry")
        ordering = ("session", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("session", "sequence"), name="one_entry_a_sequence"),
            models.UniqueConstraint(
                fields=("session", "submission_id", "submission_part"), name="one_charting_a_submission"
            ),
        )

    def __str__(self) -> str:
        return f"{self.session_id} #{self.sequence} {self.kind}"
