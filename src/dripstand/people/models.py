"""What is stored about people: staff, patients, what was changed about them, and who read what.

Nobody is deleted: staff are deactivated, patients amended with their earlier state kept. Django's groups, permissions
and superuser are not used; who may do what is declared beside each view and service (`access.py`).
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class StaffManager(BaseUserManager["StaffMember"]):
    def get_by_natural_key(self, username: str | None) -> StaffMember:
        return self.get(username=(username or "").strip().lower())


class StaffMember(AbstractBaseUser):
    """Somebody who works in the clinic and signs in.

    username is kept in small letters, so that M.Reyes and m.reyes are one person.
    sign_in_generation: raised to end every sign-in of this person at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=40, unique=True)
    full_name = models.CharField(max_length=120)
    roles = models.JSONField(default=list, blank=True)
    competencies = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    sign_in_generation = models.PositiveIntegerField(default=1)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        ordering = ("full_name", "username")
        constraints = [
            models.CheckConstraint(condition=models.Q(username=Lower("username")), name="username_in_small_letters"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        return salted_hmac(
            "dripstand.people.StaffMember.session",
            f"{self.password}:{self.sign_in_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class SetupCode(models.Model):
    """The one-time code that lets somebody set up an empty clinic; one row at most, gone once it was used."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1)
    code_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    wrong_tries_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=1), name="one_setup_code")]

    def __str__(self) -> str:
        return "setup code"


class Sex(models.TextChoices):
    """Sex as the body-weight formulas use it. Not stated: those formulas are then refused, never guessed."""

    FEMALE = "F", _("female")
    MALE = "M", _("male")
    NOT_STATED = "", _("not stated")


class Patient(models.Model):
    """A patient of the clinic. allergies: one entry a line as told; an empty list with a review means none known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record_number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    preferred_name = models.CharField(max_length=60, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    height_cm = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    allergies = models.JSONField(default=list, blank=True)
    allergies_reviewed_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    notes = models.CharField(max_length=500, blank=True)
    registered_at = models.DateTimeField()
    version_number = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name", "birth_date")
        indexes = [models.Index(fields=["birth_date"], name="patient_birth_date")]

    def __str__(self) -> str:
        return self.record_number

    def body(self) -> dict[str, Any]:
        """Everything about the patient that can change, as JSON-safe values: what a version keeps."""
        return {
            "record_number": self.record_number,
            "name": self.name,
            "preferred_name": self.preferred_name,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "height_cm": None if self.height_cm is None else str(self.height_cm),
            "allergies": list(self.allergies),
            "allergies_reviewed_at": self.allergies_reviewed_at and self.allergies_reviewed_at.isoformat(),
            "phone": self.phone,
            "notes": self.notes,
        }


class PatientVersion(models.Model):
    """What was known of a patient after one change, by whom and why. Rows are never changed or deleted."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="versions")
    version_number = models.PositiveIntegerField()
    body = models.JSONField()
    recorded_at = models.DateTimeField()
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    staff_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("patient", "version_number")
        constraints = [
            models.UniqueConstraint(fields=["patient", "version_number"], name="one_row_a_patient_version"),
        ]

    def __str__(self) -> str:
        return f"version {self.version_number}"


class StaffChange(models.Model):
    """What was changed about a member of staff, by whom. Rows are never changed or deleted."""

    subject = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    recorded_at = models.DateTimeField()
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)
    staff_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("recorded_at", "id")

    def __str__(self) -> str:
        return self.what


class RecordRead(models.Model):
    """The read trail: somebody opened a patient's record on a screen. Rows are never changed or deleted."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reads")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    staff_name = models.CharField(max_length=120)
    screen = models.CharField(max_length=60)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("-read_at", "-id")
        indexes = [models.Index(fields=["patient", "-read_at"], name="reads_of_a_patient")]

    def __str__(self) -> str:
        return self.screen


class OnCallList(models.Model):
    """Who is asked first, second and so on, from one instant on. Rows are never changed or deleted; the newest holds.

    order: a list of {"staff_id", "email"}; an empty e-mail address means that only their screens show it.
    """

    order = models.JSONField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    set_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("-set_at", "-id")

    def __str__(self) -> str:
        return f"{self.set_at:%Y-%m-%d %H:%M}"


class OnCallPage(models.Model):
    """Something that a person has to see. Written in the transaction of its cause, so it cannot get lost between.

    kind, about: the cause, once each, so that the same cause told twice pages once. words: for signed-in staff alone.
    path: the address on this site where it is dealt with. Rows are never changed or deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", null=True)
    words = models.CharField(max_length=300)
    path = models.CharField(max_length=200)
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ("raised_at", "id")
        constraints = [models.UniqueConstraint(fields=["kind", "about"], name="one_page_a_cause")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class OnCallStep(models.Model):
    """What happened to a page: somebody's turn began, an e-mail left, a person saw it. Rows are never changed."""

    page = models.ForeignKey(OnCallPage, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20)
    turn_number = models.PositiveIntegerField()
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)
    staff_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "turn_number"], condition=models.Q(kind="asked"), name="a_turn_begins_once"
            ),
            models.UniqueConstraint(fields=["page"], condition=models.Q(kind="seen"), name="a_page_is_seen_once"),
        ]

    def __str__(self) -> str:
        return self.kind


class Link(models.Model):
    """A link that opens one thing for one patient. Only a hash of its secret is stored.

    about: the id of the session or booking that it is for. name: of who takes the patient home, for an escort's link.
    made_by: nobody where Dripstand made it for a message of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)
    made_by_name = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("made_at", "id")
        indexes = [models.Index(fields=["patient", "purpose"], name="links_of_a_patient")]

    def __str__(self) -> str:
        return self.purpose


class LinkStep(models.Model):
    """What happened to a link. Rows are never changed or deleted."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.kind


class LinkRefusal(models.Model):
    """A link, or a page behind one, that did not open. address: a keyed hash. Rows are never changed or deleted."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="refusals", null=True)
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()
    address = models.CharField(max_length=24)

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["address", "at"], name="refusals_of_an_address")]

    def __str__(self) -> str:
        return self.reason


class LinkVisit(models.Model):
    """A browser that came in by a link, from then until it leaves, is idle too long, or the link is taken back.

    within: the visit of a sign-in that this one began with, and ends with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="visits")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    within = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("began_at", "id")

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class PatientAccount(models.Model):
    """A patient's own name and password. No member of staff, no Django user: it opens pages of links and nothing else.

    sign_in_name is kept in small letters. link: of the purpose "home", of which each sign-in is a visit; taken back,
    the account is closed, until the patient sets a password anew by a link of the clinic.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="+")
    sign_in_name = models.CharField(max_length=40, unique=True)
    password = models.CharField(max_length=200)
    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class SentForm(models.Model):
    """A form that is being answered, or was: the same one again is answered alike (sent_forms.py). Kept for a day.

    key: a hash of the sign-in, the address and the content. location: where the browser was sent.
    """

    key = models.CharField(primary_key=True, max_length=64)
    sent_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True)
    location = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("sent_at",)

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M:%S}"
