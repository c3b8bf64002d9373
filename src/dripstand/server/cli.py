"""The command line. Nothing heavy is imported before the command that needs it is known."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from dripstand import __version__

# name -> what it does; the module is dripstand.server.commands.<name>, imported only when it is asked for.
COMMANDS: dict[str, str] = {
    "serve": "start the server, the device listener and the alarms",
    "demo": "create a fictitious clinic and serve it with infusions under way",
    "authority": "make the clinic's own certificates for HTTPS",
    "hl7": "decode HL7 v2 messages as the device listener would",
    "verify": "check every session's hash chain",
    "readings": "print the stored readings",
    "downtime": "print today's orders, bag arithmetic and blank charts for the hour without power",
    "affected": "list every chart that a prediction of one model reached",
    "simulate": "simulate a ketamine infusion with a published model",
    "models": "list the published models, their sources and populations",
    "manage": "Django's own commands (migrate, shell, ...)",
}


def _listing() -> str:
    return "commands:\n" + "\n".join(f"  {name:10} {what}" for name, what in COMMANDS.items())


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code. 2 is a wrong call, as argparse has it."""
    words = list(sys.argv[1:] if words is None else words)
    parser = argparse.ArgumentParser(
        prog="dripstand",
        description="Charting, observation and follow-up of ketamine infusions in a clinic.",
        epilog=_listing(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dripstand {__version__}")
    parser.add_argument("command", choices=list(COMMANDS), metavar="command")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="its own words; `dripstand serve --help` lists them")
    chosen = parser.parse_args(words[:1] if words else words).command
    module = importlib.import_module(f"dripstand.server.commands.{chosen}")
    inner = argparse.ArgumentParser(prog=f"dripstand {chosen}", description=COMMANDS[chosen])
    module.configure(inner)
    try:
        return int(module.run(inner.parse_args(words[1:])) or 0)
    except BrokenPipeError:
        # `dripstand readings | head` closes the pipe early; that is the reader's wish, not a fault.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
