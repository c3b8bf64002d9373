"""Hostile and broken input: bounded time, bounded memory, and no harm to the bed beside it."""

from __future__ import annotations

import asyncio
import importlib
import os
import pkgutil
import random
import re
import statistics
import time
import tracemalloc

import pytest

import dripstand.devices
from dripstand.devices.hl7.decoding import decode
from dripstand.devices.hl7.framing import framed
from dripstand.devices.listener import Limits
from tests.devices.cases import FOLDER
from tests.devices.sinks import MemorySink, device, listening, vitals

FULL = bool(os.environ.get("FULL_COUNTS"))
HEADER = b"MSH|^~\\&|M||||20260301090000+0000||ORU^R01|1|P|2.6\r"
LONG = 100_000
HOSTILE = {
    "escapes": HEADER + b"OBX|1|ST|1^MDC_X^MDC|1|" + b"\\" * LONG + b"||||||R\r",
    "hex escapes": HEADER + b"OBX|1|ST|1^MDC_X^MDC|1|" + b"\\X41\\" * (LONG // 5) + b"||||||R\r",
    "components": HEADER + b"OBX|1|NM|" + b"^" * LONG + b"|1|97|%\r",
    "repetitions": HEADER + b"PID|||" + b"~" * LONG + b"\rOBX|1|NM|1^M^MDC|1|97|%||" + b"~" * LONG + b"\r",
    "fields": HEADER + b"OBX" + b"|" * LONG + b"\r",
    "segments": HEADER + b"OBX|\r" * (LONG // 5),
    "line feeds": HEADER + b"\n" * LONG,
    "line feeds before letters": HEADER + b"\nABC" * (LONG // 4),
    "places": HEADER + b"OBX|1|NM|1^M^MDC|" + b"1." * (LONG // 2) + b"|97|%||||||R\r",
    "digits": HEADER + b"OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|" + b"9" * LONG + b"|%||||||R\r",
    "samples": HEADER + b"OBX|1|NA|150452^MDC_PULS_OXIM_PLETH^MDC|1|" + b"1^" * (LONG // 2) + b"|||||||R\r",
    "headers": HEADER * (LONG // len(HEADER)),
    "a giant number": HEADER.replace(b"|1|P", b"|" + b"7" * LONG + b"|P") + b"OBX|1|NM|1^M^MDC|1|97|%\r",
    "no end of header": b"MSH|^~\\&" + b"|" * LONG,
    "bytes beyond ascii": HEADER + b"\xff\xfe" * (LONG // 2),
}


@pytest.mark.hazard("H58")
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hundred_kilobytes_of_malice_are_decided_in_a_moment(name: str) -> None:
    content = HOSTILE[name]
    quickest_s = min(_took_s(content) for _ in range(7))
    assert quickest_s < 0.05 if name != "segments" else quickest_s < 0.1


def _took_s(content: bytes) -> float:
    began_s = time.process_time()
    decode(content)
    return time.process_time() - began_s


@pytest.mark.hazard("H58")
def test_every_compiled_pattern_of_the_edge_is_linear() -> None:
    patterns = {}
    for module in pkgutil.walk_packages(dripstand.devices.__path__, "dripstand.devices."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                patterns[f"{module.name}.{name}"] = value
    assert patterns
    for pattern in patterns.values():
        for piece in ("\n", "\nA", "\nABC", "A", "\\", "|", "1", " "):
            text = piece * (LONG // len(piece))
            began_s = time.process_time()
            pattern.sub("", text)
            assert time.process_time() - began_s < 0.05


@pytest.mark.hazard("H55")
async def test_a_line_full_of_damage_neither_slows_nor_mixes_up_the_bed_beside_it() -> None:
    """Damaged captures and giant frames on one line, a steady monitor on another."""
    sink = MemorySink()
    random_ = random.Random(13)
    captures = [path.read_bytes() for path in sorted(FOLDER.glob("*.hl7"))]
    floods, steady_messages = (2_000, 400) if FULL else (60, 60)
    limits = Limits(messages_per_s=1e6, burst_messages=1e6)
    async with listening(sink, limits=limits) as (listener, port), device(port) as steady:
        _, noisy = await asyncio.open_connection("127.0.0.1", port)

        async def flood() -> None:
            for number in range(floods):
                data = bytearray(b"".join(framed(random_.choice(captures)) for _ in range(5)))
                for _ in range(20):
                    data[random_.randrange(len(data))] = random_.randrange(256)
                if number % 20 == 0:
                    data += b"\x0b" + b"x" * 1_200_000 + b"\x1c\r"
                noisy.write(bytes(data))
                await noisy.drain()

        flooding = asyncio.create_task(flood())
        waits_s = []
        for number in range(steady_messages):
            began_s = time.monotonic()
            await steady.send(vitals(f"S{number}", spo2=str(90 + number % 10), eui="00A0370000000077"))
            assert await steady.answers(1) == [("AA", f"S{number}")]
            waits_s.append(time.monotonic() - began_s)
        await flooding
        noisy.transport.abort()
    mine = [each for each in sink.stored if each.device == "00A0370000000077"]
    assert [each.control_id for each in mine] == [f"S{number}" for number in range(steady_messages)]
    assert [each.observations[0].value for each in mine] == [90 + number % 10 for number in range(steady_messages)]
    assert statistics.quantiles(waits_s, n=100)[98] <= 1.0


@pytest.mark.hazard("H55")
def test_reading_damage_for_ever_keeps_no_memory() -> None:
    """What the reader remembers between messages (spellings of codes) stays below 50 MB."""
    random_ = random.Random(31)
    capture = (FOLDER / "mindray_egateway.hl7").read_bytes()
    tracemalloc.start()
    try:
        before_bytes, _ = tracemalloc.get_traced_memory()
        for number in range(20_000 if FULL else 1_000):
            data = bytearray(capture)
            for _ in range(10):
                data[random_.randrange(len(data))] = random_.randrange(256)
            data += b"OBX|1|NM|%d^%s^MDC|1|97|%%||||||R\r" % (number, b"X" * random_.randrange(2_000))
            decode(bytes(data))
        after_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after_bytes - before_bytes <= 50_000_000
