"""The database itself refuses to change or remove a log entry, whoever asks."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLE = "infusion_logrow"

SQLITE_FORWARD = (
    f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'the session log is append-only: entries are never updated'); END",
    f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'the session log is append-only: entries are never deleted'); END",
    # INSERT OR REPLACE takes the old row away without firing a delete trigger (recursive_triggers is off by default).
    "CREATE TRIGGER infusion_logrow_no_replace BEFORE INSERT ON infusion_logrow "
    "WHEN EXISTS (SELECT 1 FROM infusion_logrow old "
    "WHERE old.id = NEW.id OR (old.session_id = NEW.session_id AND (old.sequence = NEW.sequence "
    "OR (old.submission_id = NEW.submission_id AND old.submission_part = NEW.submission_part)))) "
    "BEGIN SELECT RAISE(ABORT, 'the session log is append-only: that place is taken'); END",
)
SQLITE_BACKWARD = (
    f"DROP TRIGGER {TABLE}_no_update",
    f"DROP TRIGGER {TABLE}_no_delete",
    f"DROP TRIGGER {TABLE}_no_replace",
)

POSTGRESQL_FORWARD = (
    "CREATE FUNCTION session_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'the session log is append-only: entries are never changed or removed'; END $$",
    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION session_log_is_append_only()",
    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION session_log_is_append_only()",
)
POSTGRESQL_BACKWARD = (
    f"DROP TRIGGER {TABLE}_no_truncate ON {TABLE}",
    f"DROP TRIGGER {TABLE}_no_change ON {TABLE}",
    "DROP FUNCTION session_log_is_append_only()",
)


def _run(schema_editor: Any, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def forward(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, SQLITE_FORWARD, POSTGRESQL_FORWARD)


def backward(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, SQLITE_BACKWARD, POSTGRESQL_BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("infusion", "0001_sessions_and_their_log")]
    operations = [migrations.RunPython(forward, backward)]
