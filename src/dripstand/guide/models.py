"""What is stored of the guide: the clinic's own pages, who signed them, who read them, and what patients told.

Every table here but the messages of the next day is append-only: the database itself refuses to change or remove a row
(migration 0002); a message's row changes with its tries, and is not removed.
"""

from __future__ import annotations

import uuid

from django.db import models

from dripstand.people.models import Patient, StaffMember


class GuidePage(models.Model):
    """One version of one page in one language. Version 0, the text as shipped, is in `texts/` and has no row.

    sources: where its facts are from, one a line, as its author named them. None: written before sources belonged to a
    version, so that nothing is known of them.
    """

    slug = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    version_number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    sources = models.TextField(null=True)  # noqa: DJ001 - see above: "" is a text without sources
    made_at = models.DateTimeField()
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("slug", "language", "version_number")
        constraints = [
            models.UniqueConstraint(fields=["slug", "language", "version_number"], name="one_page_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.language} {self.version_number}"


class GuideReview(models.Model):
    """The clinic's own clinician has read a version and signs for it until a date."""

    slug = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    version_number = models.PositiveIntegerField()
    body_sha256 = models.CharField(max_length=64)
    reviewer = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    reviewer_name = models.CharField(max_length=120)
    reviewed_at = models.DateTimeField()
    review_again_on = models.DateField()

    class Meta:
        ordering = ("reviewed_at", "id")

    def __str__(self) -> str:
        return f"{self.slug} {self.language} {self.version_number}"


class GuideRead(models.Model):
    """A patient opened a page of the guide."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    version_number = models.PositiveIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("read_at", "id")
        indexes = [models.Index(fields=["patient", "read_at"], name="guide_read_by")]

    def __str__(self) -> str:
        return self.slug


class Asked(models.Model):
    """A question that a patient wants to talk about with the team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("asked_at", "id")

    def __str__(self) -> str:
        return self.words[:40]


class TalkedAbout(models.Model):
    """Somebody of the team has talked about a question with the patient."""

    asked = models.OneToOneField(Asked, on_delete=models.PROTECT, related_name="talked")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    staff_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.staff_name


class Told(models.Model):
    """Something that a patient, their escort, or staff after a talk with them put down; the newest of a kind holds.

    session_id: the visit that it is about, where it is about one. body: the values of told.py as JSON.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    session_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=20)
    body = models.JSONField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["patient", "kind", "at"], name="told_by_patient")]

    def __str__(self) -> str:
        return self.kind


class NextDayMessage(models.Model):
    """A message that asks how somebody is on the day after a visit. Kept; its link is kept nowhere."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    session_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    tries_count = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("session_id", "number")
        constraints = [models.UniqueConstraint(fields=["session_id", "number"], name="one_next_day_message_a_number")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"


class FollowUpMessage(models.Model):
    """A message that asks how somebody is in the weeks after a course. Kept; its link is kept nowhere.

    occasion_key: the place in the schedule that it is about, such as "week-2" (outcomes/schedule.py).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    course_id = models.UUIDField()
    occasion_key = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    tries_count = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("course_id", "occasion_key", "number")
        constraints = [
            models.UniqueConstraint(fields=["course_id", "occasion_key", "number"], name="one_follow_up_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.occasion_key} {self.number}"


class EscortMessage(models.Model):
    """A message that tells an escort of a changed time. Kept; its link is kept nowhere. come_at: the time it says."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    session_id = models.UUIDField()
    name = models.CharField(max_length=120)
    number = models.PositiveSmallIntegerField()
    come_at = models.DateTimeField()
    tries_count = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("session_id", "name", "number")
        constraints = [
            models.UniqueConstraint(fields=["session_id", "name", "number"], name="one_escort_message_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"


class CrisisLine(models.Model):
    """Whom to call in a crisis, in the clinic's own words and numbers; the newest of a language holds."""

    language = models.CharField(max_length=10)
    words = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    set_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("-set_at", "-id")

    def __str__(self) -> str:
        return self.language
