"""The framer: whatever the chunks and whatever the damage, a frame is whole or it is nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.devices.hl7.decoding import decode
from dripstand.devices.hl7.framing import Fault, Frame, FrameFault, Framer, framed, split_file
from tests.devices.cases import FOLDER

MUTATIONS = 1_000_000 if os.environ.get("FULL_COUNTS") else 10_000

wire_bytes = st.lists(
    st.one_of(
        st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\x1c\r", b"\n", b"\x0bMSH|a\x1c\r", b"junk"]), st.binary(max_size=8)
    ),
    max_size=40,
).map(b"".join)


def in_one_go(data: bytes, cap: int = 1_000_000) -> list[Frame | FrameFault]:
    framer = Framer(cap)
    return [*framer.feed(data), *framer.close()]


def reference(data: bytes) -> list[bytes]:
    """The frames of a line by the letter of MLLP, found by looking back from each end block: another method."""
    frames, floor = [], 0
    while (end := data.find(b"\x1c", floor)) >= 0:
        start = data.rfind(b"\x0b", floor, end)
        if start < 0:
            floor = end + 1
            continue
        if data[end + 1 : end + 2] == b"\r":
            frames.append(data[start + 1 : end])
        floor = end + 1
    return frames


@given(wire_bytes, st.lists(st.integers(1, 7), max_size=60), st.integers(3, 40))
def test_how_the_bytes_are_chunked_never_changes_what_comes_out(data: bytes, cuts: list[int], cap: int) -> None:
    framer = Framer(cap)
    found: list[Frame | FrameFault] = []
    position = 0
    for size in cuts:
        found += framer.feed(data[position : position + size])
        position += size
    found += framer.feed(data[position:])
    found += framer.close()
    assert found == in_one_go(data, cap)


@given(wire_bytes)
def test_the_frames_are_those_that_the_letter_of_mllp_finds(data: bytes) -> None:
    assert [each.content for each in in_one_go(data) if isinstance(each, Frame)] == reference(data)


@given(st.lists(st.binary(max_size=30).filter(lambda part: not set(part) & {0x0B, 0x1C}), max_size=10))
def test_well_framed_messages_all_come_out_and_nothing_else(parts: list[bytes]) -> None:
    assert in_one_go(b"".join(framed(part) for part in parts)) == [Frame(part) for part in parts]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x0bone\x0btwo\x1c\r", [FrameFault(Fault.NOT_ENDED, 3), Frame(b"two")]),
        (b"\x0bone\x1ctwo\x1c\r", [FrameFault(Fault.BAD_END, 3), FrameFault(Fault.JUNK, 4)]),
        (b"\x0bone\x1c\x0btwo\x1c\r", [FrameFault(Fault.BAD_END, 3), Frame(b"two")]),
        (b"xx\x0bone\x1c\r\r\n", [FrameFault(Fault.JUNK, 2), Frame(b"one")]),
        (b"\x0bone", [FrameFault(Fault.CUT_OFF, 3)]),
        (b"\x0bone\x1c", [FrameFault(Fault.CUT_OFF, 3)]),
        (b"\x0b123456\x1c\r\x0bok\x1c\r", [FrameFault(Fault.TOO_LARGE, 8), Frame(b"ok")]),
    ],
)
def test_damage_is_named_and_the_next_whole_frame_is_read(data: bytes, expected: list[Frame | FrameFault]) -> None:
    assert in_one_go(data, cap=5) == expected


def test_a_frame_larger_than_the_cap_costs_no_memory() -> None:
    framer = Framer(1_000)
    for _ in range(2_000):
        framer.feed(b"\x0b" + b"x" * 5_000)
    assert len(framer._buffer) <= 1_000


def test_a_file_that_ends_with_its_end_block_but_without_the_carriage_return_is_whole() -> None:
    assert split_file(b"\x0bMSH|1\x1c") == [Frame(b"MSH|1")]
    assert split_file(b"\x0bMSH|1") == [FrameFault(Fault.CUT_OFF, 5)]


# --- mutated captures -----------------------------------------------------------------------------------------------

CAPTURES = [path.read_bytes().replace(b"\x0b", b"").replace(b"\x1c", b"") for path in sorted(FOLDER.glob("*.hl7"))]


MARKS = ("FIRSTMESSAGE", "SECONDMESSAGE", "THIRDMESSAGE")


def marked(capture: bytes, mark: str) -> bytes:
    """A capture whose every result line carries a mark before and after its value: what is mixed gives itself away."""
    rows = capture.split(b"\r")
    for index, row in enumerate(rows):
        if row.startswith(b"OBX|"):
            fields = row.split(b"|")
            fields += [b""] * (9 - len(fields))
            fields[4] += b"." + mark.encode()
            fields[8] = mark.encode()
            rows[index] = b"|".join(fields)
    return b"\r".join(rows)


def mutate(line: bytearray, random_: random.Random) -> None:
    """One to six injuries: flipped, lost, doubled or swapped bytes, stray framing and half segments.

    A loss is at most 20 bytes, because a longer one could take the end of one message together with the whole header of
    the next, of which then nothing is left to see; and nothing is doubled across the end of a frame, which would splice
    two frames that no reader could tell from real ones. TCP does neither; a device that restarts in mid-message loses
    bytes.
    """
    for _ in range(random_.randint(1, 6)):
        at = random_.randrange(len(line))
        how = random_.randrange(7)
        if how == 0:
            line[at] = random_.randrange(256)
        elif how == 1:
            del line[at : at + random_.choice((1, 1, 2, 4, 12, 20))]
        elif how == 2:
            line[at:at] = bytes([random_.choice(b"\x0b\x1c\r\n|^~\\&\x00\xff")])
        elif how == 3:
            line[at:at] = random_.choice((b"\x1c\r", b"\x1c\r\x0b", b"\x0bMSH|^~\\&|", b"\r\n", b"OBX|", b"MSH"))
        elif how == 4:
            line[at:at] = line[at : at + random_.randrange(1, 200)].split(b"\x1c")[0]
        elif how == 5:
            other = random_.randrange(len(line))
            line[at], line[other] = line[other], line[at]
        else:
            line[at : at + 1] = bytes([line[at] ^ (1 << random_.randrange(8))])
        if not line:
            line += b"\x0b"


@pytest.mark.hazard("H55")
def test_damaged_captures_never_crash_and_never_mix_two_messages() -> None:
    """Three captures on one line, damaged at random: every frame decodes or is refused, and none holds two marks."""
    decided, mixed = _read_damaged(MUTATIONS // 3 + 1, _by_the_framer)
    assert mixed == []
    assert decided > MUTATIONS // 3


def _by_the_framer(line: bytes) -> list[bytes]:
    framer = Framer()
    return [found.content for found in (*framer.feed(line), *framer.close()) if isinstance(found, Frame)]


def _read_damaged(lines_count: int, frames_of: Callable[[bytes], list[bytes]]) -> tuple[int, list[bytes]]:
    """How many frames were decoded, and the lines of which one frame held the marks of two messages."""
    random_ = random.Random(2575)
    decided, mixed = 0, []
    for _ in range(lines_count):
        line = bytearray(b"".join(framed(marked(random_.choice(CAPTURES), mark)) for mark in MARKS))
        mutate(line, random_)
        for content in frames_of(bytes(line)):
            decided += 1
            usable = [each for each in decode(content).observations if each.usable]
            told = [" ".join((each.containment, *each.flags)) for each in usable]
            if len({mark for mark in MARKS for words in told if mark in words}) > 1:
                mixed.append(bytes(line))
    return decided, mixed


def test_a_reader_that_runs_on_when_a_message_begins_inside_another_is_found_out() -> None:
    """The control run, with three protections off: no frame ends, and neither a second header nor a second patient
    stops anything. The trial must find messages merged, or it proves nothing."""

    def careless(line: bytes) -> list[bytes]:
        rows = line.replace(b"\x0b", b"").replace(b"\x1c", b"").split(b"\r")
        return [b"\r".join(row for at, row in enumerate(rows) if at == 0 or not row.startswith((b"MSH", b"PID")))]

    _, mixed = _read_damaged(60, careless)
    assert mixed
