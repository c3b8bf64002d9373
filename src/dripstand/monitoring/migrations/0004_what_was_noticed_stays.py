"""The database itself keeps interruptions and sound tests as they were noted."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows

TABLES = ("monitoring_interruption", "monitoring_soundtest")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0003_interruptions_and_sound_tests")]
    operations = [keep_rows(histories=TABLES, function="monitoring_notes_are_kept")]
