"""What is stored of a course: its state, the infusions that are planned, the chairs that are held for them, and days.

The history (`CourseEntry`), the titration, the wishes and the readiness of a day are append-only: the database itself
refuses to change or remove a row of them (migration 0002). A chair is held slot by slot (`HeldSlot`): two plain unique
constraints then keep two people out of one chair, and one person out of two, on SQLite as on PostgreSQL.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from dripstand.course.states import State


class Course(models.Model):
    """One treatment of one person. One may be open at a time.

    pattern: key of the pattern that was chosen (patterns.py). series_number: raised with each induction or maintenance
    that begins; infusions are numbered within their series. infusion_min: how long one infusion is planned to run.
    version_number: raised by every change, so that two screens cannot overwrite each other unseen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    indication = models.CharField(max_length=40, default="major_depression")
    state = models.CharField(max_length=16, default=State.EVALUATION.value)
    paused_from = models.CharField(max_length=16, blank=True, default="")
    pattern = models.CharField(max_length=40, blank=True, default="")
    series_number = models.PositiveSmallIntegerField(default=0)
    infusion_min = models.PositiveSmallIntegerField(default=40)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version_number = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("course")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(ended_at=None), name="one_open_course_a_patient"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="course_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.ENDED.value, ended_at__isnull=False)
                | (~models.Q(state=State.ENDED.value) & models.Q(ended_at=None)),
                name="course_ended_says_when",
            ),
        ]
        indexes = [models.Index(fields=["patient", "opened_at"], name="course_of_patient")]

    def __str__(self) -> str:
        return str(self.id)


class CourseEntry(models.Model):
    """What was done to a course, by whom and why. Rows are never changed or removed.

    facts: what changed, as JSON. breaks: codes of what the person decided to book in spite of.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)
    breaks = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    staff_id = models.CharField(max_length=40)
    staff_name = models.CharField(max_length=120)
    submission_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("course", "sequence")
        constraints = [
            models.UniqueConstraint(fields=["course", "sequence"], name="one_course_entry_a_sequence"),
            models.UniqueConstraint(
                fields=["course", "submission_id"],
                condition=~models.Q(submission_id=""),
                name="one_course_entry_a_submission",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} #{self.sequence} {self.kind}"


class TitrationStep(models.Model):
    """What dose was planned from which infusion on, and why. Rows are never changed or removed.

    The order of a session stays what is given; this is the intention that the prescriber reads when ordering.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="titration")
    series_number = models.PositiveSmallIntegerField()
    from_number = models.PositiveSmallIntegerField()
    dose_mg_per_kg = models.DecimalField(max_digits=6, decimal_places=3)
    infusion_min = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    decided_at = models.DateTimeField()
    staff_id = models.CharField(max_length=40)
    staff_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("course", "decided_at", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(dose_mg_per_kg__gt=0), name="a_planned_dose_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.dose_mg_per_kg} mg/kg from {self.from_number}"


class InfusionState(models.TextChoices):
    """partial: drug ran and much of it is missing; a prescriber has still to say whether it counts."""

    PLANNED = "planned", _("planned")
    GIVEN = "given", _("given")
    PARTIAL = "partial", _("partly given")
    NOT_COUNTED = "not_counted", _("given in part, does not count")
    DROPPED = "dropped", _("dropped from the plan")


STANDING = (InfusionState.PLANNED, InfusionState.GIVEN, InfusionState.PARTIAL)
"""One infusion of each number stands; one that does not count or was dropped makes room for another."""


class PlannedInfusion(models.Model):
    """One of the infusions of a series. session_id: the visit that it was or is given in (a row of `infusion`).

    wanted_on: the day that the pattern names; the booking says when it is. dose_given_mg: what reached the vein, as the
    session's log said when it ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="infusions")
    series_number = models.PositiveSmallIntegerField()
    is_maintenance = models.BooleanField(default=False)
    number = models.PositiveSmallIntegerField()
    wanted_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=InfusionState.choices, default=InfusionState.PLANNED)
    session_id = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    dose_given_mg = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    dose_ordered_mg = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ("course", "series_number", "number", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "series_number", "number"],
                condition=models.Q(state__in=[state.value for state in STANDING]),
                name="one_standing_infusion_a_number",
            ),
            models.UniqueConstraint(
                fields=["session_id"],
                condition=models.Q(session_id__isnull=False),
                name="one_planned_infusion_a_session",
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="infusions_count_from_one"),
        ]
        indexes = [models.Index(fields=["started_at"], name="infusion_started")]

    def __str__(self) -> str:
        return f"infusion {self.number} of {self.course_id}"


class BookingState(models.TextChoices):
    HELD = "held", _("booked")
    KEPT = "kept", _("took place")
    MISSED = "missed", _("did not take place")
    CANCELLED = "cancelled", _("cancelled")


class Booking(models.Model):
    """A chair held for one planned infusion, from the arrival until it is free again.

    drug_at, leaves_at: when the infusion is planned to start and the patient may leave at the earliest. nurse: who is
    to be at the chair, where somebody is named.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    infusion = models.ForeignKey(PlannedInfusion, on_delete=models.PROTECT, related_name="bookings")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    chair = models.ForeignKey("premises.Chair", on_delete=models.PROTECT, related_name="+")
    nurse = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    drug_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=BookingState.choices, default=BookingState.HELD)
    made_at = models.DateTimeField()
    version_number = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("starts_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["infusion"], condition=models.Q(state=BookingState.HELD), name="one_held_booking_an_infusion"
            ),
            models.CheckConstraint(
                condition=models.Q(drug_at__gte=models.F("starts_at"))
                & models.Q(leaves_at__gt=models.F("drug_at"))
                & models.Q(ends_at__gte=models.F("leaves_at")),
                name="a_booking_runs_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="booking_when"),
            models.Index(fields=["patient", "starts_at"], name="booking_of_patient"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class HeldSlot(models.Model):
    """Five minutes of one chair, held for one patient (chair_time.slots). They go when the booking is over."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="slots")
    chair = models.ForeignKey("premises.Chair", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    slot_number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chair", "slot_number"], name="one_patient_in_a_chair_at_a_time"),
            models.UniqueConstraint(fields=["patient", "slot_number"], name="one_chair_for_a_patient_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.chair_id} {self.slot_number}"


class PatientWishes(models.Model):
    """What a patient told about days, comfort, escort and messages; the newest holds. Rows are never changed.

    body: the values of wishes.py as JSON.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    version_number = models.PositiveIntegerField()
    body = models.JSONField()
    recorded_at = models.DateTimeField()
    staff_id = models.CharField(max_length=40)
    staff_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("patient", "version_number")
        constraints = [
            models.UniqueConstraint(fields=["patient", "version_number"], name="one_row_a_version_of_wishes"),
        ]

    def __str__(self) -> str:
        return f"wishes {self.version_number}"


class Shift(models.Model):
    """When somebody who can watch a chair is in the clinic on a weekday (0 is Monday), by the clinic's clock.

    from_on, until_on: the days for which it holds, both included; until_on None is open.
    """

    staff = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    begins_at = models.TimeField()
    ends_at = models.TimeField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("weekday", "begins_at", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="a_shift_has_a_weekday"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("begins_at")), name="a_shift_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.begins_at:%H:%M} to {self.ends_at:%H:%M}"


class Absence(models.Model):
    """Days on which somebody is not there, both included, whatever their shifts say."""

    staff = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    words = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("first_on", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="absence_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} to {self.last_on}"


class Certificate(models.Model):
    """That somebody holds a certificate, such as advanced life support, until a day. The newest of a kind counts."""

    staff = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    valid_until = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("staff", "kind", "-valid_until", "id")

    def __str__(self) -> str:
        return f"{self.kind} until {self.valid_until}"


class DayReadiness(models.Model):
    """That somebody looked at what must be there before drug starts on a day, and signed. Rows are never changed.

    items: item to whether it was found in order, with words where it was not. The newest row of a day counts.
    """

    day = models.DateField()
    version_number = models.PositiveSmallIntegerField()
    items = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField()
    staff_id = models.CharField(max_length=40)
    staff_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("day", "version_number")
        constraints = [
            models.UniqueConstraint(fields=["day", "version_number"], name="one_row_a_version_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} #{self.version_number}"


class Reminder(models.Model):
    """A message about one booking: due, sent or given up. One of each kind for each time that a booking is set to.

    booked_for: the arrival that it speaks of. A booking that moves to another time leaves its messages behind as
    "moved", those that left too, and gets new ones: also where it comes back to a time that was spoken of before.
    Where another infusion of the patient is given at the time that it leaves, they go over to that one's booking.
    answer: what the patient said by the link, "" while nothing was said.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=24)
    booked_for = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="due")
    tries_count = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    answer = models.CharField(max_length=12, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind", "booked_for"],
                condition=~models.Q(state="moved"),
                name="one_standing_reminder_of_a_kind",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="reminder_due")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.booking_id}"


class CalendarFeed(models.Model):
    """A secret address at which a calendar may be read: the clinic's, one member of staff's, or one patient's.

    secret_sha256: the address itself is shown once and kept nowhere. Taken back, it answers nothing any more.
    made_by: who knows the address from its making; empty for one from before that was kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=8)
    staff = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.StaffMember", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_by_name = models.CharField(max_length=120)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.scope} feed"
