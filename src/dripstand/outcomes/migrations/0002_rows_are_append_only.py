"""The database itself keeps answers, signatures, escalations and dispositions: nothing is changed or removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows

HISTORIES = (
    "outcomes_questionnaire",
    "outcomes_answer",
    "outcomes_ending",
    "outcomes_ratingsignature",
    "outcomes_escalationrow",
    "outcomes_escalationwidened",
    "outcomes_escalationtaken",
    "outcomes_dispositionrow",
    "outcomes_loadedwording",
    "outcomes_crisistext",
    "outcomes_crisisshown",
)


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_forms_and_escalations")]
    operations = [keep_rows(histories=HISTORIES, function="outcomes_rows_are_kept")]
