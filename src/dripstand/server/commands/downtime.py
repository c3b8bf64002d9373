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

    from dripstand.records.downtime import printed, sheets

    now = datetime.now(UTC)
    text = printed(now)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.touch(mode=0o600)
    args.out.write_text(text, encoding="utf-8")
    print(f"{len(sheets(now))} patients, {args.out}")
    return 0
