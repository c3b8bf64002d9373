"""GET /healthz: can this server write? It finds out by writing."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from dripstand import __version__
from dripstand.server.models import Heartbeat

ANSWER_WITHIN_S = 2.0
# Someone who asks a hundred times a second costs one write a second.
ANSWER_KEPT_S = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    can_write: bool
    why: str
    took_ms: float
    asked_at_s: float


def write_heartbeat() -> None:
    """One committed write, in a transaction like any other. Raises DatabaseError where the database will not."""
    close_old_connections()
    try:
        with transaction.atomic():
            Heartbeat.objects.update_or_create(pk=1, defaults={"beaten_at": datetime.now(UTC)})
    finally:
        connection.close()


class Prober:
    """Asks in a thread of its own, one question at a time, and waits for it only so long."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._running: asyncio.Future[None] | None = None
        self._last: Answer | None = None

    async def answer(self) -> Answer:
        began_s = time.monotonic()
        if self._last is not None and began_s - self._last.asked_at_s < ANSWER_KEPT_S:
            return self._last
        if self._running is None or self._running.done():
            loop = asyncio.get_running_loop()
            self._running = loop.run_in_executor(self._thread, write_heartbeat)
        try:
            # Shielded: a write that hangs goes on hanging in its one thread, it is not started again and again.
            await asyncio.wait_for(asyncio.shield(self._running), ANSWER_WITHIN_S)
            can_write, why = True, ""
        except TimeoutError:
            can_write, why = False, "the database did not answer in time"
        except DatabaseError as fault:
            can_write, why = False, f"the database refused: {type(fault).__name__}"
        self._last = Answer(can_write, why, (time.monotonic() - began_s) * 1000, began_s)
        return self._last


PROBER = Prober()


async def healthz(request: HttpRequest) -> HttpResponse:
    """Unauthenticated, and says nothing that a stranger could use."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    answer = await PROBER.answer()
    body = {"can_write": answer.can_write, "version": __version__, "took_ms": round(answer.took_ms, 1)}
    if not answer.can_write:
        body["why"] = answer.why
    return JsonResponse(body, status=200 if answer.can_write else 503)
