"""GET /healthz."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test import AsyncClient, Client

from dripstand.server import health
from dripstand.server.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def nobody_can_write() -> Iterator[None]:
    """Another connection holds what a write needs."""
    other = connections["default"].copy("other")
    try:
        with other.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")
            else:
                cursor.execute("BEGIN")
                cursor.execute("LOCK TABLE server_heartbeat IN ACCESS EXCLUSIVE MODE")
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


def test_a_server_that_can_write_says_so_to_anyone() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["can_write"] is True
    assert set(answer.json()) == {"can_write", "version", "took_ms"}, "nothing that a stranger could use"


def test_it_really_writes() -> None:
    Client().get("/healthz")
    first = Heartbeat.objects.get().beaten_at
    health.PROBER._last = None
    Client().get("/healthz")
    assert Heartbeat.objects.get().beaten_at > first
    assert Heartbeat.objects.count() == 1


def test_asking_often_costs_one_write_a_second() -> None:
    Client().get("/healthz")
    first = Heartbeat.objects.get().beaten_at
    for _ in range(20):
        assert Client().get("/healthz").status_code == 200
    assert Heartbeat.objects.get().beaten_at == first


async def test_a_server_that_cannot_write_says_so_soon_and_recovers_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "ANSWER_WITHIN_S", 0.3)
    client = AsyncClient()
    from asgiref.sync import sync_to_async

    locked = nobody_can_write()
    await sync_to_async(locked.__enter__)()
    began = time.monotonic()
    answer = await client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["can_write"] is False and answer.json()["why"]
    assert time.monotonic() - began < 1.5
    await sync_to_async(locked.__exit__)(None, None, None)

    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        health.PROBER._last = None
        if (await client.get("/healthz")).status_code == 200:
            return
    raise AssertionError("it did not recover")


def test_it_is_only_asked_with_get() -> None:
    assert Client().post("/healthz").status_code == 405
