"""Durability switched off, for the control run: both doors answer "done" a while before anything is committed."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from typing import Any

COMMITTED_AFTER_S = 0.3


def answer_before_the_commit() -> None:
    """Puts careless doors in place of the real ones, in this process."""
    from django.db import connection, transaction

    from dripstand.devices.hl7.messages import DecodedMessage
    from dripstand.devices.listener import Receipt
    from dripstand.infusion import services
    from dripstand.server.wire import ReadingsSink

    store = ReadingsSink.receive
    later: set[asyncio.Task[Any]] = set()

    async def receive(sink: ReadingsSink, message: DecodedMessage, raw: bytes, peer: str, at: datetime) -> Receipt:
        async def in_a_while() -> None:
            await asyncio.sleep(COMMITTED_AFTER_S)
            await store(sink, message, raw, peer, at)

        task = asyncio.create_task(in_a_while())
        later.add(task)
        task.add_done_callback(later.discard)
        return Receipt(stored=True)

    submit = services.submit

    def submit_in_a_while(*words: Any, **named: Any) -> Any:
        with transaction.atomic():
            answer = submit(*words, **named)
            transaction.set_rollback(True)

        def commit() -> None:
            try:
                submit(*words, **named)
            finally:
                connection.close()

        timer = threading.Timer(COMMITTED_AFTER_S, commit)
        timer.daemon = True
        timer.start()
        return answer

    ReadingsSink.receive = receive  # type: ignore[method-assign]
    services.submit = submit_in_a_while
