"""The database itself keeps pages to the on-call, their steps and the lists: nothing is changed or removed."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows

HISTORIES = ("people_oncalllist", "people_oncallpage", "people_oncallstep")


class Migration(migrations.Migration):
    dependencies = [("people", "0003_pages_to_the_on_call")]
    operations = [keep_rows(histories=HISTORIES, function="people_rows_are_kept", makes_function=False)]
