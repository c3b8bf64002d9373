"""What services call when something that a screen shows has changed.

`publish` is called after the transaction has committed (`transaction.on_commit`), from any thread, and returns at once.
A topic is `kind:rest`, such as `session:<id>`, or a bare kind, such as `board`; `topics.py` says who may watch it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from django.conf import settings

from dripstand.live import bus, screens
from dripstand.live.frames import encode
from dripstand.live.hub import Hub

HUB = Hub()


def publish(topic: str, payload: Mapping[str, Any], *, replaces: str = "") -> None:
    """Tells every screen that watches `topic`. Raises TypeError or ValueError for a payload that is not JSON.

    replaces: a name of one line. A screen that reads slowly then gets only the newest payload of that name.
    """
    publish_text(topic, encode(payload), replaces=replaces)


def is_watched(topic: str) -> bool:
    """Whether a screen of this process watches `topic`; where there is a bus, another process's may: then always.

    For what comes again within a second: a screen that begins to watch just now asks for the whole state itself.
    """
    return settings.BUS_URL is not None or HUB.is_watched(topic)


def publish_text(topic: str, payload_json: str, *, replaces: str = "") -> None:
    """As `publish`, for a payload that `frames.encode` has already written."""
    url: str | None = settings.BUS_URL
    if url is None or not bus.send(url, topic, payload_json, replaces):
        HUB.deliver_from_any_thread(topic, payload_json, replaces)


async def subscribe(topics: Iterable[str], *, hub: Hub | None = None) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """(topic, payload) of these topics, for code in the server's own loop. Ends when the server goes down."""
    where = hub or HUB
    viewer = where.attach(topics)
    try:
        while not viewer.closed:
            for published in await viewer.take(timeout_s=60):
                if published.number:
                    yield published.topic, json.loads(published.body)["payload"]
    finally:
        where.detach(viewer)


async def _hear_of_screens() -> None:
    async for _topic, payload in subscribe([screens.TOPIC]):
        screens.take_from_bus(payload)


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[None]:
    """The publisher's own background work: the subscription to the bus, where there is one."""
    HUB.reopen()
    async with contextlib.AsyncExitStack() as stack:
        if settings.BUS_URL is not None:
            await stack.enter_async_context(bus.listening(settings.BUS_URL, HUB))
            other_screens = asyncio.create_task(_hear_of_screens(), name="screens")
            stack.callback(other_screens.cancel)
        try:
            yield
        finally:
            HUB.close()
