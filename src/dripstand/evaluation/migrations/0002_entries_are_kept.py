"""The database itself refuses to change or remove a recorded fact or a published consent text."""

from __future__ import annotations

from typing import Any

from django.db import migrations

KEPT = ("evaluation_entryrow", "evaluation_consenttext")
WORDS = "the evaluation log and published consent texts are append-only"

POSTGRESQL_FUNCTION = (
    "CREATE FUNCTION evaluation_rows_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
)
# INSERT OR REPLACE takes the old row away without firing a delete trigger (recursive_triggers is off by default).
NO_REPLACE = (
    "CREATE TRIGGER evaluation_entryrow_no_replace BEFORE INSERT ON evaluation_entryrow "
    "WHEN EXISTS (SELECT 1 FROM evaluation_entryrow old WHERE old.id = NEW.id "
    "OR (old.patient_id = NEW.patient_id AND old.sequence = NEW.sequence)) "
    "BEGIN SELECT RAISE(ABORT, 'the evaluation log is append-only: that place is taken'); END",
    "CREATE TRIGGER evaluation_consenttext_no_replace BEFORE INSERT ON evaluation_consenttext "
    "WHEN EXISTS (SELECT 1 FROM evaluation_consenttext old WHERE old.id = NEW.id "
    "OR (old.kind = NEW.kind AND old.language = NEW.language AND old.version = NEW.version)) "
    "BEGIN SELECT RAISE(ABORT, 'published consent texts stay: that place is taken'); END",
)


def forward(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
        for table in KEPT:
            call = "EXECUTE FUNCTION evaluation_rows_are_kept()"
            schema_editor.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}")
            schema_editor.execute(
                f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}"
            )
        return
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            )
    for statement in NO_REPLACE:
        schema_editor.execute(statement)


def backward(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in KEPT:
            schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_not_truncated ON {table}")
        schema_editor.execute("DROP FUNCTION evaluation_rows_are_kept()")
        return
    for table in KEPT:
        for verb in ("no_update", "no_delete", "no_replace"):
            schema_editor.execute(f"DROP TRIGGER {table}_{verb}")


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_log_and_consent_texts")]
    operations = [migrations.RunPython(forward, backward)]
