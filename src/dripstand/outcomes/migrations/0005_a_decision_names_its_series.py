from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0004_ratings_to_sign_by_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkpointdecision",
            name="series_number",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
