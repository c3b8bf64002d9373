"""Cuts the byte stream of a device into messages (MLLP, "minimal lower layer protocol").

A message on the wire is 0x0B + message + 0x1C 0x0D. Real lines lose bytes, glue frames together and dribble, so:

* a start block inside a frame discards what came before it: two messages are never merged into one;
* an end block is the two bytes 0x1C 0x0D, nothing less; a lone 0x1C spoils its frame, because a reading cut short by
  one damaged byte must not be taken for a whole one;
* a frame larger than the cap is dropped, and reading resumes at the next start block;
* bytes outside any frame are counted and thrown away.

The framer is a plain value machine: no clock, no socket. How the bytes are chunked never changes what comes out.
Source: devices.md sections 1, 6 and 7 (the fault of merged frames was reproduced there with another library).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

START_BLOCK = 0x0B
END_BLOCK = 0x1C
CARRIAGE_RETURN = 0x0D
LARGEST_FRAME_BYTES = 1_000_000
_START = bytes([START_BLOCK])
_BLANK = b"\r\n"
_BATCH_ROWS = (b"FHS", b"BHS", b"BTS", b"FTS")


class Fault(StrEnum):
    """Why bytes of the line did not become a message."""

    JUNK = "junk outside a frame"
    NOT_ENDED = "a new frame began before this one ended"
    BAD_END = "the end block is damaged"
    TOO_LARGE = "the frame is larger than the cap"
    CUT_OFF = "the line closed inside a frame"


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole message, without its start and end blocks."""

    content: bytes


@dataclass(frozen=True, slots=True)
class FrameFault:
    """Bytes that were thrown away, and why."""

    fault: Fault
    size_bytes: int


class Framer:
    """Incremental framer of one connection.

    feed(bytes) returns what became complete, in the order of the line. close() returns the fault of an unfinished
    frame, if there is one.
    """

    __slots__ = ("_buffer", "_cap", "_ending", "_inside", "_junk_bytes", "_overrun_bytes", "frames_begun")

    def __init__(self, largest_frame_bytes: int = LARGEST_FRAME_BYTES) -> None:
        self._cap = largest_frame_bytes
        self._buffer = bytearray()
        self._inside = False
        self._ending = False
        self._junk_bytes = 0
        self._overrun_bytes = 0
        self.frames_begun = 0

    @property
    def inside_frame(self) -> bool:
        """True between a start block and its end: the frame deadline of the listener runs meanwhile."""
        return self._inside

    def feed(self, data: bytes) -> list[Frame | FrameFault]:
        """Takes the next bytes of the line; returns the frames and faults that they completed."""
        found: list[Frame | FrameFault] = []
        position = 0
        length = len(data)
        while position < length:
            if self._ending:
                position = self._after_end_block(data, position, found)
            elif self._inside:
                position = self._inside_frame(data, position, found)
            else:
                position = self._between_frames(data, position, found)
        return found

    def close(self) -> list[FrameFault]:
        """The line has closed: an unfinished frame is a fault, never a message."""
        faults: list[FrameFault] = []
        if self._inside:
            faults.append(FrameFault(Fault.CUT_OFF, len(self._buffer)))
        self._report_lost(faults)
        self._buffer.clear()
        self._inside = self._ending = False
        return faults

    def _between_frames(self, data: bytes, position: int, found: list[Frame | FrameFault]) -> int:
        start = data.find(_START, position)
        skipped_to = len(data) if start < 0 else start
        skipped = data[position:skipped_to]
        if self._overrun_bytes:
            self._overrun_bytes += len(skipped)
        else:
            self._junk_bytes += len(skipped) - skipped.count(b"\r") - skipped.count(b"\n")
        if start < 0:
            return len(data)
        self._report_lost(found)
        self._begin()
        return start + 1

    def _inside_frame(self, data: bytes, position: int, found: list[Frame | FrameFault]) -> int:
        end = data.find(END_BLOCK, position)
        stop = len(data) if end < 0 else end
        restart = data.rfind(_START, position, stop)
        if restart >= 0:
            self._discard_restarted(data, position, restart, found)
            position = restart + 1
        if len(self._buffer) + (stop - position) > self._cap:
            self._overrun_bytes = len(self._buffer) + (stop - position)
            self._buffer.clear()
            self._inside = False
            return stop
        self._buffer += data[position:stop]
        if end < 0:
            return len(data)
        self._ending = True
        return end + 1

    def _discard_restarted(self, data: bytes, position: int, restart: int, found: list[Frame | FrameFault]) -> None:
        """Each start block inside a frame throws away the frame before it."""
        while True:
            start = data.find(_START, position, restart + 1)
            size = len(self._buffer) + (start - position)
            found.append(FrameFault(Fault.TOO_LARGE if size > self._cap else Fault.NOT_ENDED, size))
            self._begin()
            position = start + 1
            if start == restart:
                return

    def _after_end_block(self, data: bytes, position: int, found: list[Frame | FrameFault]) -> int:
        self._ending = False
        self._inside = False
        content = bytes(self._buffer)
        self._buffer.clear()
        if data[position] == CARRIAGE_RETURN:
            found.append(Frame(content))
            return position + 1
        found.append(FrameFault(Fault.BAD_END, len(content)))
        return position

    def _begin(self) -> None:
        self._buffer.clear()
        self._inside = True
        self.frames_begun += 1

    def _report_lost(self, found: list[Frame | FrameFault] | list[FrameFault]) -> None:
        if self._overrun_bytes:
            found.append(FrameFault(Fault.TOO_LARGE, self._overrun_bytes))
        if self._junk_bytes:
            found.append(FrameFault(Fault.JUNK, self._junk_bytes))
        self._overrun_bytes = self._junk_bytes = 0


def framed(content: bytes) -> bytes:
    """One message as it goes on the wire."""
    return b"\x0b" + content + b"\x1c\x0d"


def split_file(data: bytes) -> list[Frame | FrameFault]:
    """The messages of a file, framed or not: for `dripstand hl7 decode` only, never for a live line.

    Without a single start block the file holds bare messages, each beginning with an MSH segment. With start blocks
    the rules of the line hold, but for one kindness: a file whose last byte is the end block 0x1C is whole.
    """
    if START_BLOCK not in data:
        return [Frame(part) for part in _bare_messages(data)]
    framer = Framer()
    found = framer.feed(data)
    if data.endswith(b"\x1c"):
        found += framer.feed(b"\r")
    return [*found, *framer.close()]


def _bare_messages(data: bytes) -> list[bytes]:
    lines = data.replace(b"\x1c", b"").strip(_BLANK).splitlines(keepends=True)
    messages: list[bytes] = []
    for line in lines:
        if line.startswith(_BATCH_ROWS):
            continue
        if line.lstrip(b"\xef\xbb\xbf").startswith(b"MSH") or not messages:
            messages.append(line)
        else:
            messages[-1] += line
    return [message for message in messages if message.strip()]
