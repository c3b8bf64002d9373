#!/usr/bin/env python3
"""Everything a developer or a newcomer runs, with nothing but Python 3.11+: `python3 dev.py demo`, or `test`, ...

The Makefile is an alias of this file. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (the message is for those who have an older one)
    sys.exit(f"Dripstand needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

import argparse
import subprocess
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from devtools import checks, hazards, prepare
from devtools.steps import BIN, PYTHON, ROOT

TASKS = {
    "setup": "prepare .venv/ and the front end; instant the second time",
    "demo": "set up, then start the demo clinic (words after it go to `dripstand demo`)",
    "test": "all checks and tests (words after it go to pytest)",
    "lint": "only the checks that read the code",
    "prove": "the same properties and fault runs at full count; takes long",
    "bench": "measure",
    "hazards": "write docs/hazards.md",
    "screenshots": "take docs/screenshots/ from the demo",
    "lock": "resolve the requirements anew",
}


def main() -> int:
    listing = "\n".join(f"  {name:12} {what}" for name, what in TASKS.items())
    parser = argparse.ArgumentParser(
        description=f"Tasks:\n{listing}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=list(TASKS), metavar="task")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="passed on")
    asked = parser.parse_args()
    match asked.task:
        case "test":
            return checks.test(asked.words)
        case "lint":
            return checks.only_lint()
        case "prove":
            return checks.prove(asked.words)
        case "bench":
            return checks.bench(asked.words)
        case "hazards":
            return hazards.write()
        case "lock":
            prepare.lock()
            return 0
    prepare.setup()
    if asked.task == "demo":
        return subprocess.call([str(BIN / "dripstand"), "demo", *asked.words], cwd=ROOT)
    if asked.task == "screenshots":
        return subprocess.call([str(PYTHON), "docs/screenshots/take.py", *asked.words], cwd=ROOT)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
