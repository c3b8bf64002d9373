"""One device's line: read, decode, hand over, answer in order. Nothing a device sends gets out of here as an error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from .connections import Connections, OpenLine
from .hl7.acknowledgement import Answer, answers, render
from .hl7.coding import Why
from .hl7.decoding import decode
from .hl7.framing import Fault, Frame, FrameFault, Framer, framed
from .hl7.messages import Ack, DecodedMessage, Kind
from .pace import Pace
from .ports import LineOf, MessageSink, Receipt

log = logging.getLogger(__name__)

_READ_BYTES = 65_536
_SIMULATOR_REFUSED = "A simulator may not write to this clinic"


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one line.

    frame_deadline_s: from the start block to the end block, then the line is closed (devices.md section 7).
    store_deadline_s: how long the store may take before the device is told to send again.
    answer_deadline_s: how long a device may leave our answers unread.
    pending_messages: handed over and not yet answered; when they are this many, reading pauses.
    messages_per_s, burst_messages: the rate cap. Reading slows down above it; waves are thinned before.
    """

    frame_deadline_s: float = 30.0
    store_deadline_s: float = 10.0
    answer_deadline_s: float = 30.0
    pending_messages: int = 32
    messages_per_s: float = 50.0
    burst_messages: float = 200.0
    largest_frame_bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all lines of a listener share."""

    sink: MessageSink
    now: Callable[[], datetime]
    line_of: LineOf
    limits: Limits
    connections: Connections
    accept_simulated: bool
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class _Pending:
    message: DecodedMessage
    strict: bool
    storing: asyncio.Task[Receipt] | None


class Connection:
    """Runs one accepted connection until the device closes it, breaks the rules, or the listener stops."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str, around: Surroundings
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._peer = peer
        self._around = around
        self._limits = around.limits
        self._framer = Framer(around.limits.largest_frame_bytes)
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(around.limits.messages_per_s, around.limits.burst_messages, self._loop.time())
        self._slots = asyncio.Semaphore(around.limits.pending_messages)
        self._pending: asyncio.Queue[_Pending | None] = asyncio.Queue()
        self._line: OpenLine = around.connections.opened(peer, around.now(), self.stop)
        self._reading: asyncio.Task[None] | None = None
        self._deadline_s: float | None = None
        self._frames_begun = 0
        self._last_device: str | None = None
        self._answers_sent = 0
        self._broken = False
        self._told: set[str] = set()

    def stop(self) -> None:
        """Stops reading; what was handed over is still answered, then the line closes."""
        if self._reading is not None:
            self._reading.cancel()

    async def run(self) -> None:
        """Serves the line to its end. Never raises for anything that came over it."""
        self._reading = asyncio.create_task(self._read(), name=f"read {self._peer}")
        answering = asyncio.create_task(self._answer_in_order(), name=f"answer {self._peer}")
        try:
            await asyncio.wait({self._reading})
            self._note_end(self._reading, "reading")
            self._pending.put_nowait(None)
            await asyncio.wait({answering})
            self._note_end(answering, "answering")
        finally:
            self._reading.cancel()
            answering.cancel()
            self._around.connections.closed(self._line)
            self._writer.close()

    def _count(self, what: str, by: int = 1) -> None:
        self._around.connections.counted[what] += by

    def _note_end(self, task: asyncio.Task[None], what: str) -> None:
        """A fault of ours ends this one line, is counted, and is never hidden."""
        if task.cancelled():
            return
        fault = task.exception()
        if fault is None or isinstance(fault, OSError):
            return
        self._count("internal_faults")
        log.error("Line %s: %s ended by %s", self._line.number, what, type(fault).__name__, exc_info=fault)

    # --- reading ----------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            try:
                async with asyncio.timeout_at(self._deadline_s):
                    data = await self._reader.read(_READ_BYTES)
            except TimeoutError:
                self._count("frame_deadlines")
                return
            if not data:
                for fault in self._framer.close():
                    self._note_fault(fault)
                return
            for found in self._framer.feed(data):
                if isinstance(found, Frame):
                    await self._take(found.content)
                else:
                    self._note_fault(found)
            self._watch_deadline()

    def _watch_deadline(self) -> None:
        if not self._framer.inside_frame:
            self._deadline_s = None
        elif self._deadline_s is None or self._framer.frames_begun != self._frames_begun:
            self._deadline_s = self._loop.time() + self._limits.frame_deadline_s
        self._frames_begun = self._framer.frames_begun

    def _note_fault(self, found: FrameFault) -> None:
        self._count("frame_faults")
        if found.fault is Fault.JUNK:
            self._count("junk_bytes", found.size_bytes)
        self._tell_once(f"bytes set aside: {found.fault}")

    def _tell_once(self, what: str) -> None:
        """Each kind of trouble is logged once a line, so that a broken device cannot flood the log; all are counted."""
        if what not in self._told:
            self._told.add(what)
            log.warning("Line %s: %s", self._line.number, what)

    async def _take(self, content: bytes) -> None:
        wait_s = self._pace.take(len(content), self._loop.time())
        if wait_s > 0:
            self._count("slowed")
            await self._around.sleep(wait_s)
        await self._slots.acquire()
        received_at = self._around.now()
        line = self._around.line_of(self._last_device, self._peer)
        message = decode(content, zone=line.zone, received_at=received_at, header_zone=True)
        if message.device != self._last_device:
            self._last_device = message.device
            own = self._around.line_of(message.device, self._peer)
            if own.zone != line.zone:
                message = decode(content, zone=own.zone, received_at=received_at, header_zone=True)
            line = own
        self._count("messages")
        self._around.connections.heard(self._line, message.device, message.trigger, received_at)
        if message.simulated and not self._around.accept_simulated:
            message = replace(message, ack=Ack.AR, ack_reason=_SIMULATOR_REFUSED)
        storing: asyncio.Task[Receipt] | None = None
        if message.ack is Ack.AA and message.kind is not Kind.ACKNOWLEDGEMENT:
            if self._pace.is_strained:
                message = self._thinned(message)
            storing = asyncio.ensure_future(self._store(message, content, received_at))
        self._pending.put_nowait(_Pending(message, line.strict_acknowledgement, storing))

    async def _store(self, message: DecodedMessage, content: bytes, received_at: datetime) -> Receipt:
        return await self._around.sink.receive(message, content, self._peer, received_at)

    def _thinned(self, message: DecodedMessage) -> DecodedMessage:
        """Under strain the samples of waves are left out, and the message says so; a vital is never left out."""
        waves = sum(isinstance(each.value, tuple) for each in message.observations)
        if not waves:
            return message
        self._count("waves_thinned", waves)
        kept = tuple(
            each._replace(value=None, raw_value="", usable=False, why=Why.THINNED)
            if isinstance(each.value, tuple)
            else each
            for each in message.observations
        )
        return replace(message, observations=kept, waves_thinned=waves)

    # --- answering --------------------------------------------------------------------------------------------------

    async def _answer_in_order(self) -> None:
        while (pending := await self._pending.get()) is not None:
            receipt = await self._outcome(pending.storing) if pending.storing is not None else Receipt(False)
            self._slots.release()
            message = pending.message
            for answer in answers(message, stored=receipt.stored, strict=pending.strict, reason=receipt.reason):
                self._count(str(answer.code))
                await self._send(message, answer)
            if receipt.duplicate:
                self._count("duplicates")
            if message.ack is Ack.AR:
                self._tell_once(f"refused a message: {message.ack_reason}")

    async def _outcome(self, storing: asyncio.Task[Receipt]) -> Receipt:
        """The store's word, or "not stored" when it gave none: no word, no acknowledgement of receipt."""
        await asyncio.wait({storing}, timeout=self._limits.store_deadline_s)
        if not storing.done():
            storing.cancel()
            self._count("store_deadlines")
            return Receipt(False, reason="The store did not answer in time")
        if storing.cancelled():
            return Receipt(False)
        fault = storing.exception()
        if fault is not None:
            self._count("store_faults")
            log.error("Line %s: not stored: %s", self._line.number, type(fault).__name__, exc_info=fault)
            return Receipt(False)
        return storing.result()

    async def _send(self, message: DecodedMessage, answer: Answer) -> None:
        if self._broken:
            return
        at = self._around.now()
        self._answers_sent += 1
        control_id = f"{at:%Y%m%d%H%M%S}{self._line.number:04d}{self._answers_sent:06d}"
        known = None if message.kind is Kind.UNREADABLE else message
        try:
            self._writer.write(framed(render(known, answer, at=at, control_id=control_id)))
            async with asyncio.timeout(self._limits.answer_deadline_s):
                await self._writer.drain()
        except (OSError, TimeoutError):
            self._broken = True
            self._count("answers_lost")
            self.stop()
            self._writer.transport.abort()
