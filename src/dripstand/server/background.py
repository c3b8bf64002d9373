"""What runs beside the web server in its own event loop, for as long as it serves.

Each is an async context manager: entering it starts it, leaving it stops it. They start in the order listed and stop in
the reverse order, after the web server has stopped taking requests and the streams have ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from dripstand.server.holder import Hold

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How `serve` was called, for the services beside it. mllp_port 0 takes any free port."""

    host: str
    port: int
    mllp_host: str
    mllp_port: int
    tls: bool


BackgroundService = Callable[[ServeOptions], AbstractAsyncContextManager[None]]


def _publisher(options: ServeOptions) -> AbstractAsyncContextManager[None]:
    from dripstand.live import publisher

    return publisher.running()


def _jobs(options: ServeOptions) -> AbstractAsyncContextManager[None]:
    from dripstand.jobs import worker

    return worker.running()


def _collecting(options: ServeOptions) -> AbstractAsyncContextManager[None]:
    from dripstand.server import collecting

    return collecting.running()


PAUSE_IN_LEARNING_S = 0.02


@contextlib.asynccontextmanager
async def _learning(options: ServeOptions) -> AsyncIterator[None]:
    """What the response pages rest on is learned after the start, a few courses at a time, beside the pages."""
    told = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(_learn, told), name="learning")
    try:
        yield
    finally:
        told.set()
        await task


def _learn(told: threading.Event) -> None:
    from django.db import DatabaseError, connection

    from dripstand.outcomes.learning import learn_all

    try:
        learn_all(lambda: not told.wait(PAUSE_IN_LEARNING_S))
    except DatabaseError as fault:  # then the first response page learns it, as without this
        log.error("Could not learn the past courses ahead: %s", type(fault).__name__)
    finally:
        connection.close()


def _devices_and_alarms(options: ServeOptions) -> AbstractAsyncContextManager[None]:
    from dripstand.server.wire import running as wire_running

    return wire_running(options)


also: list[BackgroundService] = []
"""What a command adds for its own process before it serves: the demo's bedside devices."""


def services(*, monitoring: bool, hold: Hold) -> tuple[BackgroundService, ...]:
    """What this process runs. hold: who has it listens to devices and keeps the alarms; the others stand by for it.

    Every process works the jobs table off: a lease sees to it that no two run the same job.
    """
    if not monitoring:
        return (_publisher, _jobs, _collecting, _learning)
    return (
        _publisher,
        _jobs,
        _collecting,
        _learning,
        functools.partial(watching, hold=hold),
        *(also if hold.lasts() else ()),
    )


ASKED_EVERY_S = 1.0


@contextlib.asynccontextmanager
async def watching(options: ServeOptions, *, hold: Hold, watch: BackgroundService | None = None) -> AsyncIterator[None]:
    """Devices and alarms in the process that holds the clinic's data; another takes over when that one has gone.

    A hold that is lost while it is needed (PostgreSQL was restarted) ends the watch before another process can begin
    one; then this process stands by like the rest. watch: what is run, the devices and alarms by default.
    """
    begin = watch or _devices_and_alarms
    watched = contextlib.AsyncExitStack()
    had = hold.lasts()
    if had:
        await watched.enter_async_context(begin(options))
    task = asyncio.create_task(_keep_or_take(options, hold, had, begin, watched), name="hold")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await watched.aclose()


async def _keep_or_take(
    options: ServeOptions, hold: Hold, had: bool, begin: BackgroundService, watched: contextlib.AsyncExitStack
) -> None:
    while True:
        await asyncio.sleep(ASKED_EVERY_S)
        has = await asyncio.to_thread(hold.take_if_there)
        if had and not has:
            log.critical("This process no longer holds the clinic's data: it stops listening to devices")
            await watched.aclose()
        elif has and not had:
            log.warning("This process now listens to the devices and keeps the alarms")
            try:
                await watched.enter_async_context(begin(options))
            except OSError as fault:  # the port of the one that has gone is not free yet
                log.error("Could not begin to listen to devices: %s", fault)
                await watched.aclose()
                await asyncio.to_thread(hold.let_go)
                has = False
        had = has


@contextlib.asynccontextmanager
async def running(options: ServeOptions, chosen: tuple[BackgroundService, ...]) -> AsyncIterator[None]:
    """Starts the chosen services, and stops them in reverse, also when one of them fails to start."""
    async with contextlib.AsyncExitStack() as stack:
        for service in chosen:
            await stack.enter_async_context(service(options))
        yield
