"""What the clinic's database holds, and whether a form that came many times left one trace or several."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NOISE = (
    "django_session", "people_sentform", "people_recordread", "jobs_job", "server_heartbeat", "sqlite_sequence",
    "monitoring_beat", "monitoring_interruption", "monitoring_receivedmessage", "axes_accesslog", "people_linkvisit",
    "guide_guideread", "records_keptborne", "guide_escortmessage",
)  # fmt: skip
"""What is written by reading or by time passing: not by a form."""
BY_DRIPSTAND = {
    "infusion_logrow": "actor_name = 'Dripstand'",
    "people_oncallpage": "kind IN ('chair-no-screen', 'patient-call')",
    "people_oncallstep": "kind <> 'seen'",
}
"""Rows of the other tables that come by themselves, in minutes, and would count as a form's."""
OWN_TO_A_ROW = re.compile(
    r"^id$|_at$|_sha256$|^hash$|previous_hash|sequence|^number$|submission_part|version_number|^key$"
)
"""What tells two rows apart that say the same."""

Held = Mapping[str, int]


def _reading(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / 'dripstand.sqlite3'}?mode=ro", uri=True, timeout=30)


def held(folder: Path) -> Held:
    """How many rows each table holds that a form may write to."""
    found = _reading(folder)
    try:
        tables = [name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: found.execute(f"SELECT count(*) FROM {name} WHERE NOT ({BY_DRIPSTAND.get(name, '0')})").fetchone()[0]
            for name in tables
            if name not in NOISE
        }
    finally:
        found.close()


def grown(before: Held, after: Held) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def twins(folder: Path, grown_by: Mapping[str, int]) -> dict[str, int]:
    """Among the newest rows of each table those that say the same as another of them."""
    found = _reading(folder)
    try:
        double: dict[str, int] = {}
        for name, count in grown_by.items():
            if count < 2:
                continue
            columns = [row[1] for row in found.execute(f"PRAGMA table_info({name})")]
            says = [each for each in columns if not OWN_TO_A_ROW.search(each)]
            rows: list[Any] = found.execute(
                f"SELECT {', '.join(says)} FROM {name} WHERE NOT ({BY_DRIPSTAND.get(name, '0')}) "
                f"ORDER BY rowid DESC LIMIT {count}"
            ).fetchall()
            most = Counter(rows).most_common(1)[0][1]
            if most > 1:
                double[name] = most
        return double
    finally:
        found.close()
