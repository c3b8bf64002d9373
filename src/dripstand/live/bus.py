"""The bus between processes: Redis, where more than one process serves. Each process keeps one subscription.

What is published goes to Redis and comes back to every process, this one too, and from there through the hub. When
Redis cannot be reached, the publishing process still tells its own viewers and the log says so: a screen may lag, a
charted entry may not fail for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import TYPE_CHECKING

from dripstand.live.hub import Hub

if TYPE_CHECKING:
    import redis

log = logging.getLogger(__name__)

PREFIX = "dripstand:live:"
REPLACES = "\n"
"""Between a topic and the name of what the message replaces, in the channel's name."""
PUBLISH_TIMEOUT_S = 0.5
RETRY_AFTER_S = 1.0


@lru_cache(maxsize=4)
def _publisher(url: str) -> redis.Redis:
    import redis  # a second of a start that most clinics, which have no bus, need not wait

    return redis.Redis.from_url(url, socket_timeout=PUBLISH_TIMEOUT_S, socket_connect_timeout=PUBLISH_TIMEOUT_S)


def send(url: str, topic: str, payload_json: str, replaces: str = "") -> bool:
    """Publishes to all processes; False where Redis did not take it. Called from worker threads."""
    import redis

    channel = f"{PREFIX}{topic}{REPLACES}{replaces}" if replaces else PREFIX + topic
    try:
        _publisher(url).publish(channel, payload_json)
    except redis.RedisError as fault:
        log.error("The bus did not take a message: %s. Only this process's screens were told.", type(fault).__name__)
        return False
    return True


async def _listen(url: str, hub: Hub, ready: asyncio.Event) -> None:
    import redis
    import redis.asyncio

    while True:
        try:
            # A quiet bus is no fault, so reading has no timeout; a lost connection raises all the same.
            async with (
                redis.asyncio.Redis.from_url(url, socket_timeout=None, health_check_interval=15) as client,
                client.pubsub() as subscription,
            ):
                await subscription.psubscribe(PREFIX + "*")
                ready.set()
                async for message in subscription.listen():
                    if message["type"] == "pmessage":
                        channel = message["channel"].decode().removeprefix(PREFIX)
                        topic, _, replaces = channel.partition(REPLACES)
                        hub.deliver_from_any_thread(topic, message["data"].decode(), replaces)
        except (redis.RedisError, OSError) as fault:
            log.error("The bus is lost: %s. Trying again.", type(fault).__name__)
        await asyncio.sleep(RETRY_AFTER_S)


@contextlib.asynccontextmanager
async def listening(url: str, hub: Hub) -> AsyncIterator[None]:
    """Feeds the hub from the bus for as long as the block lasts; enters once the subscription stands."""
    ready = asyncio.Event()
    task = asyncio.create_task(_listen(url, hub, ready), name="bus")
    try:
        await asyncio.wait_for(ready.wait(), 10)
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
