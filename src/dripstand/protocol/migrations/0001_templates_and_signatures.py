"""Protocol templates and the signatures under them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("version", models.PositiveIntegerField(unique=True)),
                ("body", models.TextField()),
                ("body_sha256", models.CharField(max_length=64)),
                ("drafted_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="protocol.templateversion",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-version",),
            },
        ),
        migrations.CreateModel(
            name="TemplateSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("medical_lead", "medical lead"), ("second_clinician", "second clinician")],
                        max_length=20,
                    ),
                ),
                ("signer_name", models.CharField(max_length=120)),
                ("body_sha256", models.CharField(max_length=64)),
                ("reason_alone", models.CharField(blank=True, max_length=500)),
                ("signed_at", models.DateTimeField()),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="protocol.templateversion",
                    ),
                ),
            ],
            options={
                "ordering": ("signed_at", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("template", "kind"), name="one_signature_of_each_kind"),
                    models.UniqueConstraint(fields=("template", "signer"), name="nobody_signs_twice"),
                ],
            },
        ),
    ]
