"""Replays a recording of a real monitor over the wire, as that monitor would have sent it.

The file has the columns of cases/vitals/recorded_a.csv, one row a minute. An empty cell is no reading in that minute:
the line is not sent. A 0 is what the monitor wrote with the probe or lead off, and it is sent as 0: it is the reader's
task to know that nobody has a saturation of zero.
"""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .line import SendingLine, Sleep
from .wording import Line, SimulatedIdentity, message

_BPM = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
_MMHG = "266016^MDC_DIM_MMHG^MDC"
_COLUMNS: dict[str, tuple[str, str, str, bool]] = {
    "pulse_rate_bpm": ("149530^MDC_PULS_OXIM_PULS_RATE^MDC", "1.3.1.149530", _BPM, False),
    "heart_rate_bpm": ("147842^MDC_ECG_HEART_RATE^MDC", "1.7.4.147842", _BPM, False),
    "resp_rate_per_min": ("151562^MDC_RESP_RATE^MDC", "1.7.1.151562", "264928^MDC_DIM_RESP_PER_MIN^MDC", False),
    "spo2_percent": ("150456^MDC_PULS_OXIM_SAT_O2^MDC", "1.3.1.150456", "262688^MDC_DIM_PERCENT^MDC", False),
    "nibp_sys_mmhg": ("150301^MDC_PRESS_CUFF_SYS^MDC", "1.1.9.150301", _MMHG, True),
    "nibp_dia_mmhg": ("150302^MDC_PRESS_CUFF_DIA^MDC", "1.1.9.150302", _MMHG, True),
    "nibp_mean_mmhg": ("150303^MDC_PRESS_CUFF_MEAN^MDC", "1.1.9.150303", _MMHG, True),
}
SECONDS_PER_ROW = 60.0


@dataclass(frozen=True, slots=True)
class RecordedMinute:
    """One row: the cells as written, by column name."""

    minute: int
    cells: dict[str, str]


def read_recording(path: Path) -> Iterator[RecordedMinute]:
    """The rows of a recording. Raises KeyError when a column is missing."""
    with path.open(newline="", encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            yield RecordedMinute(int(row["minute"]), {name: row[name].strip() for name in _COLUMNS})


def recorded_message(row: RecordedMinute, identity: SimulatedIdentity, at: datetime, control_id: str) -> bytes | None:
    """The message of one minute, None when the monitor had nothing to say in it."""
    lines = [
        Line(code, containment, row.cells[name], unit, at=at, aperiodic=aperiodic)
        for name, (code, containment, unit, aperiodic) in _COLUMNS.items()
        if row.cells[name]
    ]
    return message(identity, lines, at=at, control_id=control_id) if lines else None


async def replay(
    rows: Iterable[RecordedMinute],
    identity: SimulatedIdentity,
    line: SendingLine,
    *,
    now: Callable[[], datetime],
    speed: float = 1.0,
    sleep: Sleep = asyncio.sleep,
    control_prefix: str = "REPLAY",
) -> int:
    """Sends the rows one after the other, a minute of `now` apart; returns how many were acknowledged.

    speed: how many times faster than the wall `now` runs. sleep: real seconds.
    """
    acknowledged_count = 0
    for row in rows:
        control_id = f"{control_prefix}{row.minute:06d}"
        content = recorded_message(row, identity, now(), control_id)
        if content is not None:
            await line.deliver(content, control_id)
            acknowledged_count += 1
        await sleep(SECONDS_PER_ROW / speed)
    return acknowledged_count
