from typing import Any

from django.db import migrations, models


def left_behind(apps: Any, _schema: Any) -> None:
    """Messages of a time that their booking has left: it may come back to it, and is then spoken of anew."""
    reminder = apps.get_model("course", "Reminder")
    reminder.objects.exclude(booked_for=models.F("booking__starts_at")).update(state="moved")


class Migration(migrations.Migration):
    dependencies = [("course", "0003_who_made_a_feed")]

    operations = [
        migrations.RemoveConstraint(model_name="reminder", name="one_reminder_of_a_kind"),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "moved"), _negated=True),
                fields=("booking", "kind", "booked_for"),
                name="one_standing_reminder_of_a_kind",
            ),
        ),
        migrations.RunPython(left_behind, migrations.RunPython.noop),
    ]
