"""Tables that the database itself keeps: a step for migrations, the same on SQLite and PostgreSQL.

What a migration did once it must do again on every new database: nothing here changes its meaning any more. A table
that needs other triggers gets a function of its own beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import migrations

SAYS = "this table is kept: its rows are not changed or removed"


def keep_rows(
    *, histories: tuple[str, ...] = (), kept: tuple[str, ...] = (), function: str, makes_function: bool = True
) -> migrations.RunPython:
    """A step after which no row of these tables can be removed, and none of `histories` changed.

    kept: tables whose rows may change and stay. function: the name of the trigger function on PostgreSQL, made here
    unless an earlier migration made it (then that migration is a dependency). Undone it leaves nothing behind.
    """
    tables = (*((table, True) for table in histories), *((table, False) for table in kept))

    def forward(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            for table, frozen in tables:
                for verb in _verbs(frozen):
                    schema_editor.execute(
                        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
                    )
            return
        if makes_function:
            schema_editor.execute(
                f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{SAYS}'; END $$"
            )
        call = f"EXECUTE FUNCTION {function}()"
        for table, frozen in tables:
            verbs = " OR ".join(_verbs(frozen))
            schema_editor.execute(f"CREATE TRIGGER {table}_kept BEFORE {verbs} ON {table} FOR EACH ROW {call}")
            schema_editor.execute(
                f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}"
            )

    def backward(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            for table, frozen in tables:
                for verb in _verbs(frozen):
                    schema_editor.execute(f"DROP TRIGGER {table}_no_{verb.lower()}")
            return
        for table, _frozen in tables:
            schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_not_truncated ON {table}")
        if makes_function:
            schema_editor.execute(f"DROP FUNCTION {function}()")

    return migrations.RunPython(forward, backward)


def _verbs(frozen: bool) -> Iterator[str]:
    if frozen:
        yield "UPDATE"
    yield "DELETE"
