"""The messages of the next day change with their tries and are not removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows


class Migration(migrations.Migration):
    dependencies = [("guide", "0003_messages_of_the_next_day")]
    operations = [keep_rows(kept=("guide_nextdaymessage",), function="people_rows_are_kept", makes_function=False)]
