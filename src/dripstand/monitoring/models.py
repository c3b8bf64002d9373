"""What monitoring stores: devices, on which chair each was when, and every message as it was received.

Messages and bindings are history: the database itself refuses to change or remove them (migration 0002); the one change
that it allows is the end of a binding, once. A session is named by its id as text: sessions live above this room.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceKind(models.TextChoices):
    MONITOR = "monitor", _("monitor")
    PUMP = "pump", _("pump")


class Device(models.Model):
    """A registered monitor or pump. home_chair: the chair it is fixed to; none for one on wheels.

    zone: of its clock, where its times carry no offset. strict_acknowledgement: HL7 enhanced mode to the letter.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=DeviceKind.choices)
    zone = models.CharField(max_length=60, blank=True, default="")
    strict_acknowledgement = models.BooleanField(default=False)
    home_chair = models.ForeignKey("premises.Chair", on_delete=models.PROTECT, related_name="+", null=True)
    registered_at = models.DateTimeField()
    registered_by_id = models.CharField(max_length=40)
    registered_by_name = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("device")
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class DeviceName(models.Model):
    """One identity under which a device speaks; a device may have several, a name belongs to one device."""

    name = models.CharField(max_length=120, unique=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="names")

    class Meta:
        verbose_name = _("device name")

    def __str__(self) -> str:
        return self.name


class DeviceBinding(models.Model):
    """A device on a chair for a span of time, by a person's act.

    session_id: the visit it was bound for; "" for a device at its home chair, which serves whoever is treated there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="bindings")
    device_kind = models.CharField(max_length=8, choices=DeviceKind.choices)
    chair = models.ForeignKey("premises.Chair", on_delete=models.PROTECT, related_name="+")
    session_id = models.CharField(max_length=40, blank=True, default="")
    record_number = models.CharField(max_length=60, blank=True, default="")
    bound_at = models.DateTimeField()
    bound_by_id = models.CharField(max_length=40)
    bound_by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.CharField(max_length=40, blank=True, default="")
    ended_by_name = models.CharField(max_length=200, blank=True, default="")
    end_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("device binding")
        ordering = ("bound_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("device",), condition=models.Q(ended_at__isnull=True), name="one_chair_a_device"
            ),
            models.UniqueConstraint(
                fields=("chair",),
                condition=models.Q(ended_at__isnull=True, device_kind="monitor"),
                name="one_monitor_a_chair",
            ),
        )

    def __str__(self) -> str:
        return f"{self.device_id} on {self.chair_id}"


class ReceivedMessage(models.Model):
    """One message of a device, whole and for ever; one row for all that it said.

    Binding, chair and session are what held at its own time; empty = nobody's. held: why it was kept from the chart of
    the session ``held_from``. message_time: the device's clock as sent, in ISO 8601, "" for none.
    readings: see `stored_form.py`. has_cuff: it brought a usable cuff reading, so that the last one is found quickly.
    """

    id = models.BigAutoField(primary_key=True)
    fingerprint = models.BinaryField(max_length=16, unique=True)
    device_name = models.CharField(max_length=120)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    binding = models.ForeignKey(DeviceBinding, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    chair = models.ForeignKey("premises.Chair", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    session_id = models.CharField(max_length=40, blank=True)
    held = models.CharField(max_length=24, blank=True)
    held_from = models.CharField(max_length=40, blank=True)
    control_id = models.CharField(max_length=200, blank=True)
    content_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    patient_id_sent = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField()
    message_time = models.CharField(max_length=40, blank=True)
    clock_offset_s = models.FloatField(null=True)
    clock_flag = models.CharField(max_length=24, blank=True)
    has_cuff = models.BooleanField(default=False)
    readings = models.TextField()
    readings_count = models.PositiveSmallIntegerField()
    warnings = models.TextField(blank=True)

    class Meta:
        verbose_name = _("received message")
        indexes = (
            models.Index(
                fields=("session_id", "received_at"), condition=~models.Q(session_id=""), name="message_of_session"
            ),
            models.Index(
                fields=("session_id", "received_at"),
                condition=models.Q(has_cuff=True) & ~models.Q(session_id=""),
                name="message_with_cuff",
            ),
            models.Index(
                fields=("held_from", "received_at"), condition=~models.Q(held_from=""), name="message_held_apart"
            ),
            models.Index(fields=("received_at",), name="message_received"),
        )

    def __str__(self) -> str:
        return f"{self.device_name} {self.control_id}"


class Beat(models.Model):
    """When the process that watches the chairs last said that it lives: one row, so that a gap can be told (H21)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    beaten_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign of life")

    def __str__(self) -> str:
        return f"{self.beaten_at:%H:%M:%S}"


class InterruptionKind(models.TextChoices):
    AWAY = "away", _("the server was away")
    CLOCK_JUMP = "clock_jump", _("the server's clock was set")


class Interruption(models.Model):
    """A stretch in which nobody watched, or an instant at which the server's clock was set. Kept for ever.

    jumped_s: how far the clock went, backwards negative; 0 for an absence.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=InterruptionKind.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_index=True)
    jumped_s = models.FloatField(default=0)

    class Meta:
        verbose_name = _("interruption")

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at:%H:%M:%S} to {self.ended_at:%H:%M:%S}"


class SoundTest(models.Model):
    """A person listened to a screen's alarm sound, and heard it or did not. Kept for ever (H37)."""

    id = models.BigAutoField(primary_key=True)
    screen_id = models.CharField(max_length=40)
    staff_id = models.CharField(max_length=40)
    staff_name = models.CharField(max_length=200)
    heard = models.BooleanField()
    tested_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sound test")
        indexes = (models.Index(fields=("screen_id", "-tested_at"), name="sound_test_of_screen"),)

    def __str__(self) -> str:
        return f"{self.staff_name}: {'heard' if self.heard else 'not heard'}"
