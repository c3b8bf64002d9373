"""The clinic's recordings, and the patients' journals. Both stay in the clinic's own database."""

from __future__ import annotations

import uuid

from django.db import models


class Recording(models.Model):
    """A recording of the clinic's own for the calm screen. Withdrawn, it is offered no more; nothing is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=80)
    content_type = models.CharField(max_length=20)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by_name = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class JournalEntry(models.Model):
    """The patient's own words, typed or spoken, about one infusion. Private while `shared_at` is None."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission_id = models.CharField(max_length=64, unique=True)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    session_id = models.UUIDField()
    written_at = models.DateTimeField()
    words = models.TextField(blank=True)
    content_type = models.CharField(max_length=20, blank=True)
    content = models.BinaryField(null=True)
    shared_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "session_id", "written_at"], name="calm_journal_of_patient")]

    def __str__(self) -> str:
        return str(self.pk)


class JournalReading(models.Model):
    """A member of staff was shown a shared entry: who, and when. It stays when the entry is taken back."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="readings")
    staff_id = models.UUIDField()
    staff_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
