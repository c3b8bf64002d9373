"""Doubles of the store behind the listener, and a client that speaks MLLP as a device does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dripstand.devices.hl7.framing import Frame, Framer, framed
from dripstand.devices.hl7.messages import DecodedMessage, duplicate_key
from dripstand.devices.listener import Listener, Receipt

NOON = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)


class Clock:
    """A clock that tests move."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class MemorySink:
    """Keeps messages as a durable store would: the same device, control id and content is stored once."""

    received: list[DecodedMessage] = field(default_factory=list)
    stored: list[DecodedMessage] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    keys: set[tuple[str, str, str]] = field(default_factory=set)
    delay_s: Callable[[DecodedMessage], float] = lambda message: 0.0

    async def receive(self, message: DecodedMessage, raw: bytes, peer: str, received_at: datetime) -> Receipt:
        self.received.append(message)
        if (delay_s := self.delay_s(message)) > 0:
            await asyncio.sleep(delay_s)
        key = duplicate_key(message, peer)
        if key in self.keys:
            return Receipt(stored=True, duplicate=True)
        self.keys.add(key)
        self.stored.append(message)
        self.times.append(received_at)
        return Receipt(stored=True)

    def control_ids(self) -> list[str | None]:
        return [message.control_id for message in self.stored]


class DownSink:
    """A store whose database is gone."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.asked = 0

    async def receive(self, message: DecodedMessage, raw: bytes, peer: str, received_at: datetime) -> Receipt:
        self.asked += 1
        if self.how == "says so":
            return Receipt(stored=False, reason="The disk is full")
        if self.how == "raises":
            raise ConnectionError("the database is gone")
        if self.how == "has a bug":
            raise KeyError("missing")
        await asyncio.sleep(3600)
        return Receipt(stored=True)


@asynccontextmanager
async def listening(sink: Any, **options: Any) -> AsyncIterator[tuple[Listener, int]]:
    """A listener on a free port of this machine."""
    options.setdefault("now", Clock())
    listener = Listener(sink, **options)
    port = await listener.start("127.0.0.1", 0)
    try:
        yield listener, port
    finally:
        await listener.stop(grace_s=2.0)


class Device:
    """A device's end of the line: writes bytes as they are, reads acknowledgements."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._framer = Framer()
        self._frames: list[bytes] = []

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def send(self, content: bytes) -> None:
        await self.write(framed(content))

    async def answer(self, within_s: float = 5.0) -> list[str] | None:
        """The fields of the next MSA segment, None when the line was closed instead."""
        async with asyncio.timeout(within_s):
            while not self._frames:
                data = await self.reader.read(65_536)
                if not data:
                    return None
                self._frames += [each.content for each in self._framer.feed(data) if isinstance(each, Frame)]
        rows = [row.split("|") for row in self._frames.pop(0).decode().split("\r")]
        return next(row for row in rows if row[0] == "MSA")

    async def answers(self, count: int) -> list[tuple[str, str]]:
        found = []
        for _ in range(count):
            fields = await self.answer()
            assert fields is not None, "the line was closed"
            found.append((fields[1], fields[2]))
        return found

    async def silence(self, for_s: float = 0.15) -> bool:
        """True when no answer comes."""
        try:
            await self.answer(within_s=for_s)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def device(port: int) -> AsyncIterator[Device]:
    """A connected device."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Device(reader, writer)
    finally:
        writer.close()


def vitals(control_id: str, spo2: str = "97", eui: str = "00A0370000000001", at: str = "20260301090000+0000") -> bytes:
    """A small PCD-01 message of an invented monitor."""
    rows = [
        f"MSH|^~\\&|MON^{eui}^EUI-64|CLINIC|||{at}||ORU^R01^ORU_R01|{control_id}|P|2.6|||NE|AL||UNICODE UTF-8",
        "PID|||TEST0001^^^CLINIC^MR||DOE^JANE^^^^^L",
        f"OBR|1|1^MON^{eui}^EUI-64|1^MON^{eui}^EUI-64|182777000^monitoring of patient^SCT|||{at}",
        f"OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456|{spo2}|262688^MDC_DIM_PERCENT^MDC|||||R|||{at}||||{eui}",
    ]
    return "".join(row + "\r" for row in rows).encode()
