"""Where the clinic treats: the clinic itself, its rooms and its chairs. One installation serves one clinic."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class FirstSound(models.TextChoices):
    """What a patient's tablet plays from the first touch, where neither the patient nor a nurse has chosen."""

    RAIN = "rain", _("rain")
    SEA = "sea", _("sea")
    DRONE = "drone", _("a low tone")
    CHORDS = "chords", _("slow chords")
    NONE = "none", _("silence")


class EscortIdentity(models.TextChoices):
    """What the clinic asks of whoever takes a patient home, at the door, before the hand-over."""

    NONE = "none", _("nothing: the nurse sees them")
    NAME = "name", _("they say their name at the door")
    SEEN = "seen", _("an identity document is seen")


class Clinic(models.Model):
    """The clinic; one row at most. zone: the time zone that every screen shows times in.

    Three numbers, because they are dialled by different people from different places: phone is the clinic's own, for
    patients and escorts at any hour; patient_emergency_phone is what they dial in danger, from their own telephone;
    emergency_phone is what the staff dial for help, from a telephone of the clinic (it may begin with a 0 for a line).
    door_name: how the clinic is called where nobody has said yet who they are; it must not say what is treated.
    escort_identity: what the leaving page asks of an escort, and charts (protocol.md 8.2: identity seen).
    """

    only = models.PositiveSmallIntegerField(default=1, unique=True)
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=60)
    language = models.CharField(max_length=10, default="en")
    phone = models.CharField(max_length=40, blank=True)
    patient_emergency_phone = models.CharField(max_length=40, blank=True)
    emergency_phone = models.CharField(max_length=40, blank=True)
    door_name = models.CharField(max_length=60, blank=True)
    first_sound = models.CharField(max_length=8, choices=FirstSound.choices, default=FirstSound.RAIN)
    escort_identity = models.CharField(max_length=8, choices=EscortIdentity.choices, default=EscortIdentity.SEEN)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=1), name="one_clinic")]

    def __str__(self) -> str:
        return self.name


class RoomKind(models.TextChoices):
    SINGLE = "single", _("one chair")
    SHARED = "shared", _("shared by several chairs")


class Room(models.Model):
    """A room. kind says whether others may hear and see: it decides what is said and shown there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=RoomKind.choices)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["clinic", "name"], name="room_names_differ")]

    def __str__(self) -> str:
        return self.name


class Furniture(models.TextChoices):
    CHAIR = "chair", _("reclining chair")
    BED = "bed", _("bed")


class Chair(models.Model):
    """A treatment chair or bed. position_count: its fixed place on the board, from 1. Out of use, it keeps its
    history."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="chairs")
    name = models.CharField(max_length=60, unique=True)
    position_count = models.PositiveIntegerField(unique=True)
    furniture = models.CharField(max_length=8, choices=Furniture.choices, default=Furniture.CHAIR)
    in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ("position_count",)

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """When the clinic treats on one weekday (0 is Monday), by its own clock. A weekday without a row is closed; a
    clinic without any row has not said."""

    weekday = models.PositiveSmallIntegerField(unique=True)
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        ordering = ("weekday",)
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="a_weekday_from_0_to_6"),
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("opens_at")), name="opens_before_closing"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens_at:%H:%M} to {self.closes_at:%H:%M}"


class Closure(models.Model):
    """A time in which nobody is treated: in the clinic, or in one room or chair. Taken back, it stays with who did."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chair = models.ForeignKey(Chair, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    words = models.CharField(max_length=120)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    taken_back_by_name = models.CharField(max_length=120, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at",)
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="closure_has_a_length"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="closure_ends")]

    def __str__(self) -> str:
        return self.words
