"""Staff, patients and their histories: the first tables, which sign-in needs."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StaffMember",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=40, unique=True)),
                ("full_name", models.CharField(max_length=120)),
                ("roles", models.JSONField(blank=True, default=list)),
                ("competencies", models.JSONField(blank=True, default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("added_at", models.DateTimeField()),
                ("sign_in_generation", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("full_name", "username"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username", django.db.models.functions.text.Lower("username"))),
                        name="username_in_small_letters",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("record_number", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("preferred_name", models.CharField(blank=True, max_length=60)),
                ("birth_date", models.DateField()),
                (
                    "sex",
                    models.CharField(
                        blank=True, choices=[("F", "female"), ("M", "male"), ("", "not stated")], max_length=1
                    ),
                ),
                ("height_cm", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ("allergies", models.JSONField(blank=True, default=list)),
                ("allergies_reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("notes", models.CharField(blank=True, max_length=500)),
                ("registered_at", models.DateTimeField()),
                ("version_number", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("name", "birth_date"),
                "indexes": [models.Index(fields=["birth_date"], name="patient_birth_date")],
            },
        ),
        migrations.CreateModel(
            name="SetupCode",
            fields=[
                ("only", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("code_sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("wrong_tries_count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("only", 1)), name="one_setup_code")],
            },
        ),
        migrations.CreateModel(
            name="StaffChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=40)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("staff_name", models.CharField(max_length=120)),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("recorded_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="PatientVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version_number", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
                ("staff_name", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="people.patient"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("patient", "version_number"),
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "version_number"), name="one_row_a_patient_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("staff_name", models.CharField(max_length=120)),
                ("screen", models.CharField(max_length=60)),
                ("read_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reads", to="people.patient"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-read_at", "-id"),
                "indexes": [models.Index(fields=["patient", "-read_at"], name="reads_of_a_patient")],
            },
        ),
    ]
