"""`dripstand affected`: which charts did a model reach? For the day when one of its numbers proves wrong (H27)."""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import UTC, datetime

COLUMNS = ("session", "record", "infusion", "started_at", "note_signed", "model", "version", "extrapolated")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", required=True, metavar="TEXT", help="part of the model's name or of its version")
    parser.add_argument("--since", type=datetime.fromisoformat, metavar="DATE", help="started from then on")
    parser.add_argument("--until", type=datetime.fromisoformat, metavar="DATE", help="started before then")
    from dripstand.server.startup import add_store_options

    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, with a row of comma-separated values for each chart that it reached, none when it reached none."""
    from dripstand.server.startup import use

    use(database=args.database, data=args.data)
    from dripstand.records.affected import reached
    from dripstand.server.commands.readings import as_cell

    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for one in reached(args.model, since=_aware(args.since), until=_aware(args.until)):
        out.writerow(as_cell(getattr(one, column)) for column in COLUMNS)
    return 0


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
