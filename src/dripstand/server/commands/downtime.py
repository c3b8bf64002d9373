"""`dripstand downtime`: the paper twin of today, for the hour without power or network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the printable page, FILE.html")
    from dripstand.server.startup import add_store_options

    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when the file was written; 2 for a kind of file that is not printed here."""
    if args.out.suffix.lower() not in (".html", ".htm"):
        print("Name a file that ends in .html; a browser prints it, also into a PDF.", file=sys.stderr)
        return 2
    from dripstand.server.startup import use

    use(database=args.database, data=args.data)
    from datetime import UTC, datetime

    from django.db import DatabaseError

    from dripstand.records.downtime import printed, sheets

    now = datetime.now(UTC)
    try:
        text, count = printed(now), len(sheets(now))
    except DatabaseError as fault:
        why = str(fault).strip().partition("\n")[0]
        print(f"The database does not answer, and nothing was written: {why}", file=sys.stderr)
        print("Use the sheets that were printed last; the bedside monitor stays the primary alarm.", file=sys.stderr)
        return 1
    _write(args.out, text)
    print(f"{count} patients, {args.out}")
    return 0


def _write(out: Path, text: str) -> None:
    """Whole or not at all: the sheets of this morning stay where these cannot be written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    new = out.with_name(f".{out.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(out)
    finally:
        new.unlink(missing_ok=True)
