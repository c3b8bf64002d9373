"""`dripstand`, with a hand on its clock: each line on standard input is a pace, and the process answers with its time.

A journey runs at the wall's pace where somebody looks at the screen, and lets an hour of observation pass in seconds.
Only a demo's clock can be stretched (live/clock.py); the words after the file's name are `dripstand`'s own.
"""

from __future__ import annotations

import json
import sys
import threading
import time

from dripstand.live.clock import CLOCK
from dripstand.server.cli import main

MARK = "pace "


def follow() -> None:
    """Sets each pace that is asked for; ends with standard input."""
    for line in sys.stdin:
        CLOCK.run_at(float(line), demo=True)
        said = {"speed": CLOCK.speed, "wall_s": time.time(), "now_s": CLOCK.now().timestamp()}
        print(MARK + json.dumps(said), flush=True)


if __name__ == "__main__":
    threading.Thread(target=follow, name="pace", daemon=True).start()
    sys.exit(main())
