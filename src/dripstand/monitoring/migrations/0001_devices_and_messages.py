"""Devices, on which chair each was when, and every message as it was received."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("premises", "0001_clinic_rooms_and_chairs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=80, unique=True)),
                ("kind", models.CharField(choices=[("monitor", "monitor"), ("pump", "pump")], max_length=8)),
                ("zone", models.CharField(blank=True, default="", max_length=60)),
                ("strict_acknowledgement", models.BooleanField(default=False)),
                ("registered_at", models.DateTimeField()),
                ("registered_by_id", models.CharField(max_length=40)),
                ("registered_by_name", models.CharField(max_length=200)),
                (
                    "home_chair",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premises.chair"
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "ordering": ("label",),
            },
        ),
        migrations.CreateModel(
            name="DeviceBinding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("device_kind", models.CharField(choices=[("monitor", "monitor"), ("pump", "pump")], max_length=8)),
                ("session_id", models.CharField(blank=True, default="", max_length=40)),
                ("record_number", models.CharField(blank=True, default="", max_length=60)),
                ("bound_at", models.DateTimeField()),
                ("bound_by_id", models.CharField(max_length=40)),
                ("bound_by_name", models.CharField(max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_id", models.CharField(blank=True, default="", max_length=40)),
                ("ended_by_name", models.CharField(blank=True, default="", max_length=200)),
                ("end_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "chair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premises.chair"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bindings", to="monitoring.device"
                    ),
                ),
            ],
            options={
                "verbose_name": "device binding",
                "ordering": ("bound_at",),
            },
        ),
        migrations.CreateModel(
            name="DeviceName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="monitoring.device"
                    ),
                ),
            ],
            options={
                "verbose_name": "device name",
            },
        ),
        migrations.CreateModel(
            name="ReceivedMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("fingerprint", models.BinaryField(max_length=16, unique=True)),
                ("device_name", models.CharField(max_length=120)),
                ("session_id", models.CharField(blank=True, max_length=40)),
                ("held", models.CharField(blank=True, max_length=24)),
                ("held_from", models.CharField(blank=True, max_length=40)),
                ("control_id", models.CharField(blank=True, max_length=200)),
                ("content_hash", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=24)),
                ("patient_id_sent", models.CharField(blank=True, max_length=120)),
                ("received_at", models.DateTimeField()),
                ("message_time", models.CharField(blank=True, max_length=40)),
                ("clock_offset_s", models.FloatField(null=True)),
                ("clock_flag", models.CharField(blank=True, max_length=24)),
                ("has_cuff", models.BooleanField(default=False)),
                ("readings", models.TextField()),
                ("readings_count", models.PositiveSmallIntegerField()),
                ("warnings", models.TextField(blank=True)),
                (
                    "binding",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.devicebinding",
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="premises.chair",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.device",
                    ),
                ),
            ],
            options={
                "verbose_name": "received message",
            },
        ),
        migrations.AddConstraint(
            model_name="devicebinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("device",), name="one_chair_a_device"
            ),
        ),
        migrations.AddConstraint(
            model_name="devicebinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("device_kind", "monitor"), ("ended_at__isnull", True)),
                fields=("chair",),
                name="one_monitor_a_chair",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(
                condition=models.Q(("session_id", ""), _negated=True),
                fields=["session_id", "received_at"],
                name="message_of_session",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(
                condition=models.Q(("has_cuff", True), models.Q(("session_id", ""), _negated=True)),
                fields=["session_id", "received_at"],
                name="message_with_cuff",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(
                condition=models.Q(("held_from", ""), _negated=True),
                fields=["held_from", "received_at"],
                name="message_held_apart",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(fields=["received_at"], name="message_received"),
        ),
    ]
