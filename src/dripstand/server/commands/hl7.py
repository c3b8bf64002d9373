"""`dripstand hl7 decode FILE`: what the device listener would make of a file of HL7 messages, as a JSON array."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dripstand.devices.hl7.decoding import decode
from dripstand.devices.hl7.framing import Frame, split_file
from dripstand.devices.hl7.json_form import as_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the words of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    decoding = actions.add_parser(
        "decode",
        help="print every message of a file as JSON",
        description="Prints a JSON array, one object a message, with or without MLLP framing in the file. "
        "The exit code is 0 whenever it could decide, also when the decision is a refusal.",
    )
    decoding.add_argument("file", metavar="FILE", help="a file of HL7 v2 messages, or - for standard input")
    decoding.add_argument(
        "--zone", type=_zone, metavar="ZONE", help="zone for times without an offset, such as Europe/Berlin"
    )


def run(args: argparse.Namespace) -> int:
    """Decodes and prints; 0 when it could decide, 2 when the file cannot be read."""
    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        print(f"dripstand hl7 decode: {args.file}: {error.strerror}", file=sys.stderr)
        return 2
    decoded = []
    for part in split_file(data):
        if isinstance(part, Frame):
            decoded.append(as_json(decode(part.content, zone=args.zone)))
        else:
            print(f"dripstand hl7 decode: {part.size_bytes} bytes set aside: {part.fault}", file=sys.stderr)
    json.dump(decoded, sys.stdout, ensure_ascii=True, indent=1, allow_nan=False)
    print()
    return 0


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{name!r} is not a known time zone") from error
