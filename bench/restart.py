"""From SIGKILL to live numbers on an open page: kills with ten chairs, and how long until each page lives again.

Starts `dripstand serve` on a demo clinic of ten infusing chairs with a monitor at each, keeps ten pages open (Chromium
on the first chair's screen, nine streams that reconnect as the page's script does), kills the server at random moments
and starts it again from its first instruction. Measured from the start of the new process, and from the kill, until the
page shows a number that was measured after the kill; and from the start until every stream had a reading.

    bench/restart.py --kills 100 --chairs 10
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _machine  # noqa: E402
from bench.live_path import chair_screen  # noqa: E402
from tests.faults.at_the_bedside import Bedside  # noqa: E402
from tests.faults.charting import Browser  # noqa: E402
from tests.faults.running import Commands, Server, prepare, serving  # noqa: E402

TRY_AGAIN_S = (0.3, 0.5, 0.7, 1.0)
"""As frontend/src/shared/live.ts does."""
BACK_WITHIN_S = 60.0


class Viewer:
    """A stream that reconnects by itself, and remembers when it last had a reading."""

    def __init__(self, port: int, cookies: dict[str, str], topic: str) -> None:
        self._port, self._topic = port, topic
        self._cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.read_at_s = 0.0
        self.ended = False
        threading.Thread(target=self._stay, daemon=True).start()

    def _stay(self) -> None:
        tries = 0
        while not self.ended:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=3)
                headers = {"Host": "localhost", "Cookie": self._cookie}
                connection.request("GET", f"/live?topic={self._topic}", headers=headers)
                answer = connection.getresponse()
                while not self.ended and (line := answer.readline()):
                    if b'"vitals"' in line and b'"fresh"' in line:
                        self.read_at_s, tries = time.monotonic(), 0
                connection.close()
            time.sleep(TRY_AGAIN_S[min(tries, len(TRY_AGAIN_S) - 1)])
            tries += 1


def quantiles(values: list[float]) -> str:
    ordered = sorted(values)
    p99 = statistics.quantiles(ordered, n=100)[98] if len(ordered) >= 100 else ordered[-1]
    return f"p50 {statistics.median(ordered):.2f} s, p99 {p99:.2f} s, most {ordered[-1]:.2f} s"


NOTE_FRESH = """() => {
  const place = document.querySelector('[data-tile="pulse"] [data-tile-text]');
  window.changes = [];
  const note = () => window.changes.push(Date.now());
  new MutationObserver(note).observe(place, {childList: true, characterData: true, subtree: true});
}"""


def lived_again_s(page: Any, since_s: float) -> float:
    """When the page showed a number anew after an instant, by the machine's clock."""
    end_s = time.monotonic() + BACK_WITHIN_S
    while time.monotonic() < end_s:
        page.wait_for_timeout(20)
        found = page.evaluate(f"() => window.changes.find((at) => at > {since_s * 1000}) ?? null")
        fresh = page.evaluate("() => document.querySelector('[data-tile=\"pulse\"]').dataset.quality === 'fresh'")
        if found is not None and fresh:
            return float(found) / 1000
    raise SystemExit("the page never lived again")


def processor_s(pid: int | None) -> float:
    """What a process has used of the processors, in seconds; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Back:
    """One kill. All in seconds; the last is what the new process had used of the processors by then."""

    on_screen_s: float
    since_kill_s: float
    every_stream_s: float
    processor_s: float


def kill_once(server: Server, page: Any, viewers: list[Viewer], draw: random.Random) -> Back:
    time.sleep(draw.uniform(1.0, 3.0))
    if page is not None:
        page.keyboard.press("Shift")  # a screen that nobody touches locks itself after some minutes
        page.wait_for_timeout(10)
    killed_s = time.time()
    server.kill()
    begun_s, begun_monotonic_s = time.time(), time.monotonic()
    server.begin()
    on_screen_s = lived_again_s(page, begun_s) if page is not None else begun_s
    used_s = processor_s(server.pid)
    end_s = time.monotonic() + BACK_WITHIN_S
    while any(viewer.read_at_s < begun_monotonic_s for viewer in viewers):
        if time.monotonic() > end_s:
            raise SystemExit("a stream never had a reading again")
        time.sleep(0.01)
    all_s = max(viewer.read_at_s for viewer in viewers) - begun_monotonic_s
    return Back(on_screen_s - begun_s, on_screen_s - killed_s, all_s, used_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="how many (default 20; the bar asks for 100)")
    parser.add_argument("--chairs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=20261128)
    asked, _ = parser.parse_known_args()
    print(
        f"restart, {_machine.line()}, SQLite, WAL, synchronous FULL, {asked.kills} kills, {asked.chairs} chairs",
        flush=True,
    )
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="dripstand-bench-") as scratch:
        clinic = prepare(Path(scratch) / "clinic", asked.chairs)
        with serving(Commands(clinic.folder)) as server:
            browser = Browser(server.port)
            browser.sign_in(clinic.chairs[0].nurse, clinic.password)
            bedside = Bedside([chair.device for chair in clinic.chairs], server.mllp_port, f"R{time.time_ns()}")
            for monitor in bedside.monitors:
                monitor._tick_s = 1.0
            bedside.start()
            viewers = [
                Viewer(server.port, browser.cookies, f"session:{chair.session_id}") for chair in clinic.chairs[1:]
            ]
            try:
                with chair_screen(server, clinic, browser.cookies) as page:
                    if page is not None:
                        page.evaluate(NOTE_FRESH)
                    found = []
                    for number in range(1, asked.kills + 1):
                        found.append(kill_once(server, page, viewers, draw))
                        if number % 10 == 0 and number < asked.kills:
                            print(f"  {number} kills: {quantiles([one.on_screen_s for one in found])}", flush=True)
            finally:
                bedside.give_up()
                for viewer in viewers:
                    viewer.ended = True
    rows = [
        ("start of the new process to a reading on every stream", [each.every_stream_s for each in found]),
        ("processor time of the new process until then", [each.processor_s for each in found]),
    ]
    if page is not None:
        rows[:0] = [
            ("start of the new process to a live number on the open screen", [each.on_screen_s for each in found]),
            ("SIGKILL to a live number on the open screen", [each.since_kill_s for each in found]),
        ]
    for words, values in rows:
        print(f"  {words + ':':62} {quantiles(values)}")
    on_screen_s = [round(each.on_screen_s, 3) for each in found]
    print(json.dumps({"kills": asked.kills, "chairs": asked.chairs, "on_screen_s": on_screen_s}))


if __name__ == "__main__":
    main()
