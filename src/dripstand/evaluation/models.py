"""What is stored of evaluations: one log a patient, append-only, and the clinic's consent texts.

The database itself refuses to change or remove an entry or a published text (triggers on both engines, migration 0002).
"""

from __future__ import annotations

import uuid

from django.db import models


class PatientHead(models.Model):
    """One row a patient, locked by whoever appends: two writers of one patient take turns."""

    patient = models.OneToOneField("people.Patient", on_delete=models.PROTECT, primary_key=True, related_name="+")
    head = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.patient_id} at {self.head}"


class EntryRow(models.Model):
    """One recorded fact, as it is for ever. payload: canonical JSON of its kind."""

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    payload = models.TextField()
    recorded_at = models.DateTimeField()
    staff = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, related_name="+")
    staff_name = models.CharField(max_length=120)
    submission_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("patient", "sequence")
        constraints = (models.UniqueConstraint(fields=("patient", "sequence"), name="one_evaluation_entry_a_sequence"),)
        indexes = (models.Index(fields=("patient", "submission_id"), name="evaluation_submission"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence}"


class ConsentText(models.Model):
    """One published version of one consent text. statements: the sentences that the patient ticks.

    asks_again: whoever signed an earlier version is asked again before the next order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    statements = models.JSONField()
    body_sha256 = models.CharField(max_length=64)
    asks_again = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, related_name="+")
    publisher_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("kind", "language", "-version")
        constraints = (models.UniqueConstraint(fields=("kind", "language", "version"), name="one_consent_text"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.version}"
