"""The database itself keeps pages, reviews and what patients told: nothing is changed or removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows

HISTORIES = (
    "guide_guidepage",
    "guide_guidereview",
    "guide_guideread",
    "guide_asked",
    "guide_talkedabout",
    "guide_told",
    "guide_crisisline",
)


class Migration(migrations.Migration):
    dependencies = [("guide", "0001_the_guide_and_what_patients_tell"), ("people", "0002_histories_are_append_only")]
    operations = [keep_rows(histories=HISTORIES, function="people_rows_are_kept", makes_function=False)]
