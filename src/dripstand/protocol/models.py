"""The clinic's protocol templates as stored: drafts, and signed versions that the database itself keeps unchanged."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from dripstand.people.models import StaffMember


class TemplateVersion(models.Model):
    """One version of the clinic's protocol. body: canonical JSON of the template, hashed in body_sha256.

    A draft may change; once signed_at is set the row may be neither updated nor deleted (triggers on both engines).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField(unique=True)
    body = models.TextField()
    body_sha256 = models.CharField(max_length=64)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    drafted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class SignatureKind(models.TextChoices):
    MEDICAL_LEAD = "medical_lead", _("medical lead")
    SECOND_CLINICIAN = "second_clinician", _("second clinician")


class TemplateSignature(models.Model):
    """One signature under one version. Rows are never changed or deleted.

    reason_alone: why the medical lead signs without a second clinician; empty where a second one signs.
    """

    template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=20, choices=SignatureKind.choices)
    signer = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=120)
    body_sha256 = models.CharField(max_length=64)
    reason_alone = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("signed_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["template", "kind"], name="one_signature_of_each_kind"),
            models.UniqueConstraint(fields=["template", "signer"], name="nobody_signs_twice"),
        ]

    def __str__(self) -> str:
        return self.kind
