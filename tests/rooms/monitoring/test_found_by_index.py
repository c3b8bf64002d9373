"""A visit's readings are found through an index, however many millions of other messages there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from dripstand.monitoring import queries
from tests.rooms.monitoring.bedside import NOON

pytestmark = pytest.mark.django_db

DAY = (NOON - timedelta(hours=12), NOON + timedelta(hours=12))
ASKED: dict[str, tuple[str, Callable[[], object]]] = {
    "latest": ("message_of_session", lambda: queries.lanes_of("a visit", before=NOON)),
    "latest cuff": ("message_with_cuff", lambda: queries.lanes_of("a visit", before=NOON)),
    "held apart": ("message_held_apart", lambda: queries.mismatches("a visit", NOON)),
    "curves": ("message_of_session", lambda: queries.trends("a visit", *DAY)),
    "cuffs": ("message_with_cuff", lambda: queries.trends("a visit", *DAY, only_cuffs=True)),
    "cuffs of several visits": ("message_with_cuff", lambda: queries.cuffs_stored(["a visit", "another"])),
    "export": ("message_of_session", lambda: list(queries.stored_readings("a visit"))),
}


def _plans(ask: Callable[[], object]) -> list[str]:
    """How the database goes about each question, asked with its parameters as the product sends them."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    words = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # on an empty table a scan is always cheaper
        plans = []
        for sql, params in asked:
            cursor.execute(words + sql, params)
            plans.append(" ".join(str(cell) for row in cursor.fetchall() for cell in row))
    return plans


@pytest.mark.parametrize("what", list(ASKED))
def test_no_question_about_one_visit_reads_all_messages(what: str) -> None:
    index, ask = ASKED[what]
    plans = _plans(ask)
    assert any(f"{index} " in f"{plan} " for plan in plans), plans
    assert not any("SCAN monitoring" in plan or "Seq Scan" in plan for plan in plans), plans
