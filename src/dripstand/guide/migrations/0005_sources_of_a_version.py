"""Sources belong to a version of a page. A version of before has none: nobody said where its facts are from.

The column may be empty, so that SQLite adds it in place: a table that is made anew would lose the triggers that keep
its rows (0002).
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guide", "0004_messages_of_the_next_day_stay")]
    operations = [migrations.AddField("guidepage", "sources", models.TextField(null=True))]
