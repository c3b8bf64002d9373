"""`dripstand verify`: is every session's log what it was when it was written?"""

from __future__ import annotations

import argparse
import json
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--database", metavar="URL", help="sqlite:///PATH or postgresql://…")
    where.add_argument("--data", metavar="DIR", help="the data folder that holds the SQLite database")
    parser.add_argument("--json", action="store_true", help="print counts and chain heads as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when every chain holds; 1, naming the first bad entry, when one does not."""
    from dripstand.server.startup import use

    use(database=args.database, data=args.data)
    from dripstand.infusion.queries import verify_all
    from dripstand.monitoring.queries import count_readings

    found = verify_all()
    readings_count = count_readings()
    if args.json:
        print(
            json.dumps(
                {
                    "sessions": found.sessions_count,
                    "events": found.events_count,
                    "readings": readings_count,
                    "ok": found.first_bad is None,
                    "first_bad": found.first_bad,
                    "heads": [
                        {"session": head.session_id, "sequence": head.sequence, "hash": head.hash}
                        for head in found.heads
                    ],
                },
                indent=1,
            )
        )
    else:
        print(f"{found.sessions_count} sessions, {found.events_count} events, {readings_count} readings")
    if found.first_bad is not None:
        print(f"NOT AS IT WAS WRITTEN: {found.first_bad}", file=sys.stderr)
        return 1
    if not args.json:
        print("every chain holds")
    return 0
