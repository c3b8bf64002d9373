"""The database itself keeps a signed template and the signatures under it as they are."""

from __future__ import annotations

from typing import Any

from django.db import migrations

VERSION = "protocol_templateversion"
SIGNATURE = "protocol_templatesignature"
# What was signed is the body: it stays from the first signature on, the whole row once all have signed.
BODY_MOVES = (
    "(NEW.body <> OLD.body OR NEW.body_sha256 <> OLD.body_sha256 OR NEW.version <> OLD.version OR NEW.name <> OLD.name) "
    "AND EXISTS (SELECT 1 FROM protocol_templatesignature WHERE template_id = OLD.id)"
)
WORDS = "a signed protocol template stays as it was signed"

SQLITE_FORWARD = (
    f"CREATE TRIGGER {VERSION}_no_update BEFORE UPDATE ON {VERSION} WHEN OLD.signed_at IS NOT NULL OR ({BODY_MOVES}) "
    f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    f"CREATE TRIGGER {VERSION}_no_delete BEFORE DELETE ON {VERSION} WHEN OLD.signed_at IS NOT NULL "
    f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    f"CREATE TRIGGER {SIGNATURE}_no_update BEFORE UPDATE ON {SIGNATURE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    f"CREATE TRIGGER {SIGNATURE}_no_delete BEFORE DELETE ON {SIGNATURE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
)
SQLITE_BACKWARD = tuple(
    f"DROP TRIGGER {table}_no_{verb}" for table in (VERSION, SIGNATURE) for verb in ("update", "delete")
)

CALL = "EXECUTE FUNCTION signed_template_stays()"
POSTGRESQL_FORWARD = (
    "CREATE FUNCTION signed_template_stays() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{WORDS}'; END $$",
    "CREATE FUNCTION signed_template_body_stays() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {BODY_MOVES} THEN RAISE EXCEPTION '{WORDS}'; END IF; RETURN NEW; END $$",
    f"CREATE TRIGGER {VERSION}_stays BEFORE UPDATE OR DELETE ON {VERSION} "
    f"FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) {CALL}",
    f"CREATE TRIGGER {VERSION}_body_stays BEFORE UPDATE ON {VERSION} "
    "FOR EACH ROW EXECUTE FUNCTION signed_template_body_stays()",
    f"CREATE TRIGGER {VERSION}_not_truncated BEFORE TRUNCATE ON {VERSION} FOR EACH STATEMENT {CALL}",
    f"CREATE TRIGGER {SIGNATURE}_stays BEFORE UPDATE OR DELETE ON {SIGNATURE} FOR EACH ROW {CALL}",
    f"CREATE TRIGGER {SIGNATURE}_not_truncated BEFORE TRUNCATE ON {SIGNATURE} FOR EACH STATEMENT {CALL}",
)
POSTGRESQL_BACKWARD = (
    f"DROP TRIGGER {SIGNATURE}_not_truncated ON {SIGNATURE}",
    f"DROP TRIGGER {SIGNATURE}_stays ON {SIGNATURE}",
    f"DROP TRIGGER {VERSION}_not_truncated ON {VERSION}",
    f"DROP TRIGGER {VERSION}_body_stays ON {VERSION}",
    f"DROP TRIGGER {VERSION}_stays ON {VERSION}",
    "DROP FUNCTION signed_template_body_stays()",
    "DROP FUNCTION signed_template_stays()",
)


def _run(schema_editor: Any, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def forward(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, SQLITE_FORWARD, POSTGRESQL_FORWARD)


def backward(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, SQLITE_BACKWARD, POSTGRESQL_BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("protocol", "0001_templates_and_signatures")]
    operations = [migrations.RunPython(forward, backward)]
