"""What is stored of outcomes: answers as they were given, endings, signatures, and what may not wait.

Every table here is append-only: the database itself refuses to change or remove a row (migration 0002). A score is
never stored; it is counted anew from the answers by the rule of the version that they were given to. A course or a
visit is named by its id: their rooms lie beside or above.
"""

from __future__ import annotations

import uuid

from django.db import models

from dripstand.people.models import Patient, StaffMember


class Questionnaire(models.Model):
    """One instrument for one patient on one occasion, from the moment that it was begun.

    occasion_key: the slot of the course that it counts for, such as "before-3", in a later
    series "s2-before-3" (outcomes/schedule.py).
    opens_at, due_at, closes_at: the window of that slot when it was begun; empty for one outside the schedule.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    course_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    instrument_id = models.CharField(max_length=40)
    instrument_version = models.CharField(max_length=20)
    language = models.CharField(max_length=10, blank=True)
    wording_version = models.CharField(max_length=20, blank=True)
    occasion = models.CharField(max_length=20)
    occasion_key = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=10)
    opens_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=20)
    started_by_id = models.CharField(max_length=64)
    started_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("started_at", "id")
        indexes = [
            models.Index(fields=["patient", "instrument_id", "started_at"], name="forms_of_a_patient"),
            models.Index(fields=["course_id"], name="forms_of_a_course"),
            models.Index(fields=["instrument_id", "id"], name="forms_of_an_instrument"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.occasion_key or self.occasion}"


class Answer(models.Model):
    """One answer to one item; the newest of an item counts. value is empty where the item was left out on purpose.

    item: as the instrument names it, or "total" for a total that was read from a paper. by: "link" for the patient,
    "staff" for somebody who typed it in. reason: why a finished form was corrected.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="answers")
    sequence = models.PositiveIntegerField()
    item = models.CharField(max_length=40)
    value = models.SmallIntegerField(null=True)
    answered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=20)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    submission_id = models.CharField(max_length=64)

    class Meta:
        ordering = ("questionnaire", "sequence")
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "sequence"], name="one_answer_a_sequence"),
            models.UniqueConstraint(fields=["questionnaire", "submission_id"], name="one_answer_a_submission"),
        ]
        indexes = [models.Index(fields=["questionnaire"], name="corrected_answers", condition=~models.Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"


class Ending(models.Model):
    """How a questionnaire ended: finished, with whatever was answered by then, or left out with a reason.

    stated_intent: somebody heard an intent, whatever the items say.
    """

    questionnaire = models.OneToOneField(Questionnaire, on_delete=models.PROTECT, related_name="ending")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.CharField(max_length=20)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    stated_intent = models.BooleanField(default=False)

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["finished", "skipped"]), name="a_form_ends_so_or_so")
        ]

    def __str__(self) -> str:
        return self.kind


class RatingSignature(models.Model):
    """The rater's signature under a clinician-rated scale. It holds for exactly the answers that it was given to."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="signatures")
    answers_sha256 = models.CharField(max_length=64)
    rater = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    rater_name = models.CharField(max_length=120)
    meaning = models.CharField(max_length=120)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("signed_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "answers_sha256"], name="one_signature_an_answer_set")
        ]

    def __str__(self) -> str:
        return self.meaning


class EscalationRow(models.Model):
    """Something that may not wait, opened in the transaction of the answer that asks for it; it always has an owner.

    steps, because: what has to happen and why (outcomes/suicidality.py). level_score: of the suicide item, if known.
    owner: who is asked first; empty where the clinic has nobody, which its page then says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="escalations")
    number = models.PositiveIntegerField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=10)
    steps = models.JSONField()
    because = models.JSONField()
    extrapolated = models.BooleanField()
    level_score = models.SmallIntegerField(null=True)
    answered_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    owner = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)
    owner_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("opened_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="one_escalation_a_number"),
        ]
        indexes = [models.Index(fields=["patient"], name="escalations_of_a_patient")]

    def __str__(self) -> str:
        return ", ".join(self.because)


class EscalationWidened(models.Model):
    """More that the same form asks for, found later: at its end, or when it was corrected."""

    escalation = models.ForeignKey(EscalationRow, on_delete=models.PROTECT, related_name="widened")
    steps = models.JSONField()
    because = models.JSONField()
    extrapolated = models.BooleanField()
    level_score = models.SmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return ", ".join(self.because)


class EscalationTaken(models.Model):
    """Somebody took an escalation over: from then on it is theirs."""

    escalation = models.ForeignKey(EscalationRow, on_delete=models.PROTECT, related_name="taken")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    staff_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.staff_name


class DispositionRow(models.Model):
    """The one thing that closes an escalation: what a clinician found, what follows, signed under their sign-in."""

    escalation = models.OneToOneField(EscalationRow, on_delete=models.PROTECT, related_name="disposition")
    signed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    signed_by_name = models.CharField(max_length=120)
    signed_by_roles = models.JSONField()
    signed_at = models.DateTimeField()
    finding = models.CharField(max_length=2000)
    outcome = models.CharField(max_length=60)
    spoke_with_patient = models.BooleanField()

    class Meta:
        ordering = ("signed_at", "id")

    def __str__(self) -> str:
        return self.outcome


class LoadedWording(models.Model):
    """A text that the clinic loaded under a licence of its own, as it was in the file."""

    instrument_id = models.CharField(max_length=40)
    instrument_version = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    version = models.CharField(max_length=20)
    body = models.TextField()
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    loaded_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("loaded_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["instrument_id", "instrument_version", "language", "version"], name="a_text_is_loaded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.language} {self.version}"


class CrisisText(models.Model):
    """The clinic's own crisis text in one language, with its local numbers; the newest of a language holds."""

    language = models.CharField(max_length=10)
    text = models.CharField(max_length=600)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    set_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("-set_at", "-id")

    def __str__(self) -> str:
        return self.language


class CrisisShown(models.Model):
    """When the crisis text stood on a patient's screen, and when they said that they had read it."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="crisis_shown")
    what = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["questionnaire", "what"], name="crisis_text_once")]

    def __str__(self) -> str:
        return self.what


class CheckpointDecision(models.Model):
    """What a prescriber decided at a checkpoint of a course, with the reason; signed under their sign-in.

    series_number: of the series that it is about; empty in rows from before it was kept.
    """

    course_id = models.UUIDField()
    series_number = models.PositiveSmallIntegerField(null=True)
    after_infusion = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("decided_at", "id")
        indexes = [models.Index(fields=["course_id"], name="decisions_of_a_course")]

    def __str__(self) -> str:
        return f"after {self.after_infusion}: {self.decision}"
