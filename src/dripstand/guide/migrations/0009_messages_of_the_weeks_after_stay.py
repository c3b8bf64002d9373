"""The messages of the weeks after a course change with their tries and are not removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows


class Migration(migrations.Migration):
    dependencies = [("guide", "0008_messages_of_the_weeks_after")]
    operations = [keep_rows(kept=("guide_followupmessage",), function="people_rows_are_kept", makes_function=False)]
