"""Emptying append-only tables between tests.

The product's tables refuse to be emptied, which is the point of them; a test database must be emptied all the same.
Only the flush after a transactional test takes the triggers away, and it puts them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TransactionTestCase


@contextmanager
def triggers_lifted() -> Iterator[None]:
    """No row trigger fires inside."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)


_flush_as_django_does = TransactionTestCase._fixture_teardown


def _flush(self: Any) -> None:
    with triggers_lifted():
        _flush_as_django_does(self)


def let_flush_through() -> None:
    """Called once by conftest."""
    TransactionTestCase._fixture_teardown = _flush  # type: ignore[method-assign]
