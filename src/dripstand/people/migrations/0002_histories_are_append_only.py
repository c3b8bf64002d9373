"""The database itself keeps the histories: nothing in them is changed or removed, and nobody on record is deleted."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows

HISTORIES = ("people_patientversion", "people_staffchange", "people_recordread")
KEPT = ("people_patient", "people_staffmember")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_staff_and_patients")]
    operations = [keep_rows(histories=HISTORIES, kept=KEPT, function="people_rows_are_kept")]
