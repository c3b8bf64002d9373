"""`dripstand readings`: the stored readings as comma-separated values, nobody's and held ones included."""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import datetime

from dripstand.server import startup

COLUMNS = (
    "session", "chair", "device", "control_id", "code", "value", "unit", "device_time", "received_at", "usable", "why",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", nargs="?", help="only this session's readings (default: all, unbound ones too)")
    parser.add_argument("--csv", action="store_true", required=True, help="comma-separated values on standard output")
    startup.add_store_options(parser)


def as_text(text: str) -> str:
    """A cell that a spreadsheet will not run: what it would take for a formula is marked as text.

    Source: OWASP ASVS 5.0.0, 1.2.10 (CSV and formula injection).
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_cell(value: object) -> str:
    """Numbers as they are, also negative ones; words made harmless; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return f"{value:g}" if value == float(f"{value:g}") else repr(value)
    if isinstance(value, tuple):
        return " ".join(as_cell(each) for each in value)
    return as_text(str(value))


def run(args: argparse.Namespace) -> int:
    """0 when everything was printed; 1 for a session that is not there. Rows are printed as they are read."""
    startup.use(data=args.data, database=args.database)
    from dripstand.monitoring.queries import stored_readings

    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    found = False
    for reading in stored_readings(args.session):
        found = True
        out.writerow(as_cell(getattr(reading, column)) for column in COLUMNS)
    if not found and args.session and not _is_known(args.session):
        print(f"There is no session {args.session}.", file=sys.stderr)
        return 1
    return 0


def _is_known(session_id: str) -> bool:
    from dripstand.infusion.queries import NoSuchSession, chart

    try:
        chart(session_id)
    except (NoSuchSession, ValueError):
        return False
    return True
