"""The numbers that patients call, beside the one that the staff dial; a name for doors; what a tablet plays first.

What stood in the one number of before stays what its label said: what is dialled for help from the clinic's own
telephones. Nothing is copied from it: a number with a 0 for a line before it reaches nobody from a patient's home.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("premises", "0002_hours_closures_and_furniture")]

    operations = [
        migrations.AddField("clinic", "phone", models.CharField(blank=True, default="", max_length=40), False),
        migrations.AddField(
            "clinic", "patient_emergency_phone", models.CharField(blank=True, default="", max_length=40), False
        ),
        migrations.AddField("clinic", "door_name", models.CharField(blank=True, default="", max_length=60), False),
        migrations.AddField(
            "clinic",
            "first_sound",
            models.CharField(
                choices=[
                    ("rain", "rain"),
                    ("sea", "sea"),
                    ("drone", "a low tone"),
                    ("chords", "slow chords"),
                    ("none", "silence"),
                ],
                default="rain",
                max_length=8,
            ),
        ),
    ]
