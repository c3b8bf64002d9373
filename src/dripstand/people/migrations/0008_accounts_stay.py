"""A patient's account changes with its password and is not removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows


class Migration(migrations.Migration):
    dependencies = [("people", "0007_own_accounts")]
    operations = [keep_rows(kept=("people_patientaccount",), function="people_rows_are_kept", makes_function=False)]
