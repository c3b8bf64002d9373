"""The database itself keeps the histories of this room, and deletes no course, infusion or booking."""

from __future__ import annotations

from django.db import migrations

from dripstand.kept_rows import keep_rows

HISTORIES = ("course_courseentry", "course_titrationstep", "course_patientwishes", "course_dayreadiness")
KEPT = ("course_course", "course_plannedinfusion", "course_booking")


class Migration(migrations.Migration):
    dependencies = [("course", "0001_courses_bookings_and_days")]
    operations = [keep_rows(histories=HISTORIES, kept=KEPT, function="course_rows_are_kept")]
