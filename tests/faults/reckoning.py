"""What a folder holds after the kills, against what was promised while it ran.

The log is read straight from the tables with SQLite's own module, the readings through `dripstand readings --csv`; the
volume infused is added up here with fractions, without any of the product's code.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from tests.faults.at_the_bedside import LINES_COUNT
from tests.faults.charting import Sent
from tests.faults.running import Clinic, asked

PULSE_CODE = "149530"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One stored entry, as it lies in the table."""

    sequence: int
    kind: str
    event: dict[str, object]
    occurred_at: datetime
    submission_id: str


def stored_log(clinic: Clinic, session_id: str) -> list[LogLine]:
    connection = sqlite3.connect(f"file:{clinic.database}?mode=ro", uri=True, timeout=10)
    try:
        rows = connection.execute(
            "SELECT sequence, kind, payload, occurred_at, submission_id FROM infusion_logrow"
            " WHERE session_id = ? ORDER BY sequence",
            (UUID(session_id).hex,),
        ).fetchall()
    finally:
        connection.close()
    return [
        LogLine(
            sequence, kind, json.loads(payload)["data"], datetime.fromisoformat(at).replace(tzinfo=UTC), submission_id
        )
        for sequence, kind, payload, at, submission_id in rows
    ]


def readings_faults(clinic: Clinic, acknowledged: dict[tuple[str, str], int]) -> list[str]:
    """Acknowledged messages of which not every line is stored once, with the number that was measured."""
    answer = asked("readings", "--csv", "--data", clinic.folder)
    assert answer.returncode == 0, answer.stderr
    lines: Counter[tuple[str, str]] = Counter()
    pulses: dict[tuple[str, str], str] = {}
    for row in csv.DictReader(io.StringIO(answer.stdout)):
        key = row["device"], row["control_id"]
        lines[key] += 1
        if row["code"] == PULSE_CODE:
            pulses[key] = row["value"]
    faults = []
    for key, pulse_per_min in acknowledged.items():
        if lines[key] != LINES_COUNT or pulses.get(key) != str(pulse_per_min):
            faults.append(f"{key}: {lines[key]} of {LINES_COUNT} lines, pulse {pulses.get(key)} not {pulse_per_min}")
    return faults


def entries_faults(clinic: Clinic, sent: Iterable[Sent]) -> list[str]:
    """Entries that were answered 200 and are not in the log exactly once, or were refused and are there."""
    sent = list(sent)
    logs = {session_id: stored_log(clinic, session_id) for session_id in {one.session_id for one in sent}}
    faults = []
    for one in sent:
        found = [line for line in logs[one.session_id] if line.submission_id == one.submission_id]
        wanted = 1 if one.is_charted else 0
        if len(found) != wanted or (found and found[0].kind != one.kind):
            faults.append(f"{one.kind} {one.submission_id}: charted {len(found)} times, not {wanted}")
    return faults


def rate_steps_ml_per_h(log: Iterable[LogLine]) -> list[tuple[datetime, Fraction]]:
    """From when on which rate ran, by the log."""
    steps: list[tuple[datetime, Fraction]] = []
    for line in log:
        if line.kind in ("infusion_started", "rate_changed", "infusion_resumed"):
            steps.append((line.occurred_at, Fraction(str(line.event["rate_ml_per_h"]))))
        elif line.kind in ("infusion_paused", "infusion_stopped"):
            steps.append((line.occurred_at, Fraction(0)))
    return sorted(steps, key=lambda step: step[0])


def volume_infused_ml(log: Iterable[LogLine], until: datetime) -> Fraction:
    """Rate times time, added up."""
    steps = [step for step in rate_steps_ml_per_h(log) if step[0] <= until]
    ends = [at for at, _ in steps[1:]] + [until]
    total_ml = Fraction(0)
    for (began, rate_ml_per_h), ended in zip(steps, ends, strict=True):
        total_ml += rate_ml_per_h * Fraction((ended - began) // timedelta(microseconds=1), 3_600_000_000)
    return total_ml
