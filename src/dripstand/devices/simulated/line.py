"""The TCP line of a simulated device: connects by itself, reconnects with patience, keeps one message in flight.

This is how the real ones behave (devices.md section 1, Acknowledgement): send, wait for the answer, send again until it
is AA or CA, open a new connection when the old one fails. What was acknowledged is remembered, so that a test can ask
afterwards whether anything acknowledged was lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from ..hl7.framing import Frame, Framer, framed

Sleep = Callable[[float], Awaitable[None]]


class SimulatorRefused(RuntimeError):
    """The server will never take this device's messages: it is not a demo, or it does not know the message."""


class SendingLine:
    """A client's end of an MLLP line.

    acknowledged: control ids that were answered AA or CA, in order. sent_count counts every attempt.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sleep: Sleep = asyncio.sleep,
        answer_within_s: float = 5.0,
        first_pause_s: float = 0.1,
        longest_pause_s: float = 5.0,
    ) -> None:
        self._host = host
        self._port = port
        self._sleep = sleep
        self._answer_within_s = answer_within_s
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._framer = Framer()
        self._frames: list[bytes] = []
        self.acknowledged: list[str] = []
        self.sent_count = 0
        self.connected_count = 0

    async def deliver(self, content: bytes, control_id: str) -> None:
        """Sends one message until it is acknowledged. Raises SimulatorRefused when it is rejected for good."""
        pause_s = self._first_pause_s
        while True:
            code = await self._attempt(content, control_id)
            if code in ("AA", "CA"):
                self.acknowledged.append(control_id)
                return
            if code in ("AR", "CR"):
                raise SimulatorRefused(f"message {control_id} was rejected")
            if code is None:
                await self.close()
            await self._sleep(pause_s)
            pause_s = min(pause_s * 2, self._longest_pause_s)

    async def close(self) -> None:
        """Closes the connection, if there is one."""
        writer, self._writer, self._reader = self._writer, None, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _attempt(self, content: bytes, control_id: str) -> str | None:
        """The answer's code, None when the connection failed or stayed silent."""
        try:
            async with asyncio.timeout(self._answer_within_s):
                await self._connect()
                assert self._writer is not None
                self.sent_count += 1
                self._writer.write(framed(content))
                await self._writer.drain()
                return await self._answer_to(control_id)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return None

    async def _connect(self) -> None:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
            self._framer = Framer()
            self._frames.clear()
            self.connected_count += 1

    async def _answer_to(self, control_id: str) -> str:
        while True:
            while self._frames:
                code, echoed = _read_answer(self._frames.pop(0))
                if echoed == control_id:
                    return code
            assert self._reader is not None
            data = await self._reader.read(65_536)
            if not data:
                raise ConnectionResetError("the server closed the line")
            self._frames += [each.content for each in self._framer.feed(data) if isinstance(each, Frame)]


def _read_answer(content: bytes) -> tuple[str, str]:
    for row in content.decode("utf-8", "replace").split("\r"):
        fields = row.split("|")
        if fields[0] == "MSA" and len(fields) > 2:
            return fields[1], fields[2]
    return "", ""
