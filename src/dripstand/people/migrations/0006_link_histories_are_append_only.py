"""The database itself keeps what happened to links: nothing is changed or removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows

HISTORIES = ("people_linkstep", "people_linkrefusal")


class Migration(migrations.Migration):
    dependencies = [("people", "0005_links")]
    operations = [keep_rows(histories=HISTORIES, function="people_rows_are_kept", makes_function=False)]
