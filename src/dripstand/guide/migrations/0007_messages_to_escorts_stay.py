"""The messages to escorts change with their tries and are not removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows


class Migration(migrations.Migration):
    dependencies = [("guide", "0006_messages_to_escorts")]
    operations = [keep_rows(kept=("guide_escortmessage",), function="people_rows_are_kept", makes_function=False)]
