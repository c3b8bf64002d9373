"""How a message's readings are written down: one short line of JSON, lossless.

Each reading is a list, its last default values left out, because there are a hundred million of them a year:
[code, value, unit, channel, status, at_ms, why, chart_value, device_time, raw]. ``at_ms`` is how long before the
receipt the reading stands on our clock; ``chart_value`` is left out where it is the value, ``device_time`` where it is
the message's.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from dripstand.monitoring.readings import Reading, SampleSet, Value

SAME = "="


def fingerprint(sample: SampleSet) -> bytes:
    """What makes a message the same message: device, control id and content together (devices.md section 7)."""
    parts = (sample.device, sample.control_id, sample.content_hash)
    text = "\x00".join(part.replace("\x00", "") for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _chart_value(reading: Reading) -> Value:
    same = reading.usable and type(reading.chart_value) is type(reading.value) and reading.chart_value == reading.value
    return SAME if same else reading.chart_value


def _line(reading: Reading, sample: SampleSet) -> list[Any]:
    at = reading.at or sample.received_at
    at_ms = round((sample.received_at - at) / timedelta(milliseconds=1))
    time = "" if reading.device_time == sample.message_time else SAME
    if reading.device_time is not None and time:
        time = reading.device_time.isoformat()
    why = reading.why if not reading.usable else ""
    value = list(reading.value) if isinstance(reading.value, tuple) else reading.value
    line = [reading.code, value, reading.unit, reading.channel, reading.status, at_ms]
    rest = [why if reading.usable or why else "unusable", _chart_value(reading), time, reading.raw]
    defaults = ["", SAME if reading.usable else None, "", ""]
    while rest and rest[-1] == defaults[len(rest) - 1] and type(rest[-1]) is type(defaults[len(rest) - 1]):
        rest.pop()
    return line + rest


def to_text(sample: SampleSet) -> str:
    """The readings of a message as stored."""
    lines = [_line(reading, sample) for reading in sample.readings]
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str, received_at: datetime, message_time: datetime | None) -> tuple[Reading, ...]:
    """The readings as they were received, each with its place on our clock."""
    return tuple(_reading(line, received_at, message_time) for line in json.loads(text))


def _reading(line: list[Any], received_at: datetime, message_time: datetime | None) -> Reading:
    code, value, unit, channel, status, at_ms, *rest = line
    why = rest[0] if rest else ""
    usable = not why
    chart_value = rest[1] if len(rest) > 1 else (SAME if usable else None)
    time = rest[2] if len(rest) > 2 else ""
    value = tuple(value) if isinstance(value, list) else value
    device_time = message_time
    if time:
        device_time = None if time == SAME else datetime.fromisoformat(time)
    return Reading(
        code=code,
        value=value,
        unit=unit,
        device_time=device_time,
        status=status,
        usable=usable,
        why=why,
        channel=channel,
        chart_value=value if chart_value == SAME else chart_value,
        raw=rest[3] if len(rest) > 3 else "",
        at=received_at - timedelta(milliseconds=at_ms),
    )
