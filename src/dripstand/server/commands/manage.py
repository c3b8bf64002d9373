"""`dripstand manage ...`: Django's own commands against the settings of this environment."""

from __future__ import annotations

import argparse
import os


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="what manage.py would get")


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dripstand.server.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["dripstand manage", *args.words])
    return 0
