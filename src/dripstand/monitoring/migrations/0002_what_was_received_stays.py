"""The database itself keeps what devices said: messages are never changed or removed, bindings only ended, once."""

from __future__ import annotations

from typing import Any

from django.db import migrations

MESSAGES = "monitoring_receivedmessage"
BINDINGS = "monitoring_devicebinding"
KEPT = (
    "id", "device_id", "device_kind", "chair_id", "session_id", "record_number",
    "bound_at", "bound_by_id", "bound_by_name",
)  # fmt: skip
SAYS_MESSAGES = "what a device sent is kept: messages are not changed or removed"
SAYS_BINDINGS = "a binding is kept: it can be ended once, nothing else of it changes"


def _changed(differs: str) -> str:
    kept = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in KEPT)
    return f"OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR {kept}"


def _sqlite() -> list[str]:
    made = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        for table, verb, says in (
            (MESSAGES, "UPDATE", SAYS_MESSAGES),
            (MESSAGES, "DELETE", SAYS_MESSAGES),
            (BINDINGS, "DELETE", SAYS_BINDINGS),
        )
    ]
    made.append(
        f"CREATE TRIGGER {BINDINGS}_ended_once BEFORE UPDATE ON {BINDINGS} WHEN {_changed('IS NOT')} "
        f"BEGIN SELECT RAISE(ABORT, '{SAYS_BINDINGS}'); END"
    )
    return made


def _postgresql() -> list[str]:
    made: list[str] = []
    for name, says in (
        ("monitoring_messages_are_kept", SAYS_MESSAGES),
        ("monitoring_bindings_are_kept", SAYS_BINDINGS),
    ):
        made.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{says}'; END $$"
        )
    for table, function in ((MESSAGES, "monitoring_messages_are_kept"), (BINDINGS, "monitoring_bindings_are_kept")):
        made.append(
            f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
    made.append(
        f"CREATE TRIGGER {MESSAGES}_kept BEFORE UPDATE OR DELETE ON {MESSAGES} "
        "FOR EACH ROW EXECUTE FUNCTION monitoring_messages_are_kept()"
    )
    made.append(
        f"CREATE TRIGGER {BINDINGS}_kept BEFORE DELETE ON {BINDINGS} "
        "FOR EACH ROW EXECUTE FUNCTION monitoring_bindings_are_kept()"
    )
    made.append(
        f"CREATE TRIGGER {BINDINGS}_ended_once BEFORE UPDATE ON {BINDINGS} FOR EACH ROW "
        f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION monitoring_bindings_are_kept()"
    )
    return made


def forward(_apps: Any, schema_editor: Any) -> None:
    for statement in _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement)


def backward(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in (MESSAGES, BINDINGS):
            schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_not_truncated ON {table}")
        schema_editor.execute(f"DROP TRIGGER {BINDINGS}_ended_once ON {BINDINGS}")
        schema_editor.execute("DROP FUNCTION monitoring_messages_are_kept()")
        schema_editor.execute("DROP FUNCTION monitoring_bindings_are_kept()")
        return
    for name in (f"{MESSAGES}_no_update", f"{MESSAGES}_no_delete", f"{BINDINGS}_no_delete", f"{BINDINGS}_ended_once"):
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_devices_and_messages")]
    operations = [migrations.RunPython(forward, backward)]
