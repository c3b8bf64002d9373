"""From a monitor's bytes to the acknowledgement and to the number on a real screen, with many beds at once.

Starts `dripstand serve` on a demo clinic with full durability, sends one full set of vital signs a second for each bed
from a process of its own (_beds.py), keeps ten streams open (eight chairs, two boards) and one Chromium on the first
bed's chair screen, and prints the quantiles, the commits, the server's processor time and its memory. Then the flood:
as fast as the acknowledgements come, and what the server's memory does meanwhile. The same clock stamps both ends.

    bench/live_path.py --beds 10,50,200 --seconds 30
    bench/live_path.py --beds 200 --database postgresql://postgres@127.0.0.1:5432
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _machine  # noqa: E402
from tests.faults.charting import Browser, NoAnswer  # noqa: E402
from tests.faults.running import Clinic, Commands, Server, prepare, serving  # noqa: E402

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
SETTLE_S = 3.0
STREAMS_COUNT = 10
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WATCH_TILE = """
() => {
  window.seen = [];
  const place = document.querySelector('[data-tile="pulse_per_min"] [data-tile-text]')
    || document.querySelector('[data-tile*="pulse"] [data-tile-text], [data-tile*="heart"] [data-tile-text]');
  const note = () => window.seen.push([performance.timeOrigin + performance.now(), place.textContent.trim()]);
  new MutationObserver(note).observe(place, {childList: true, characterData: true, subtree: true});
}
"""


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def memory_mb(pid: int) -> float:
    """Resident now."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def quantiles(values: list[float]) -> str:
    if len(values) < 10:
        return f"only {len(values)} measured"
    points = statistics.quantiles(values, n=100)
    return f"p50 {points[49]:.0f} ms, p99 {points[98]:.0f} ms, most {max(values):.0f} ms"


class Streams:
    """Open pages without a browser: each a socket that reads its stream, and counts."""

    def __init__(self, server: Server, cookies: dict[str, str], topics: list[str]) -> None:
        self.messages_count = 0
        self.missed_count = 0
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(server.port, cookies, topic), daemon=True) for topic in topics
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, port: int, cookies: dict[str, str], topic: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        connection.request("GET", f"/live?topic={topic}", headers={"Host": "localhost", "Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200, f"the stream was answered {answer.status}"
        while not self._stopping.is_set():
            line = answer.readline()
            self.messages_count += line.startswith(b"event: message")
            self.missed_count += line.startswith(b"event: missed")
        connection.close()

    def close(self) -> None:
        self._stopping.set()


class AwakeBoards:
    """Says that the boards are awake, as their pages do: a chair that no awake screen shows pages the on-call."""

    EVERY_S = 4.0

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._say, daemon=True)
        self._thread.start()

    def _say(self) -> None:
        awake = {"page": "board", "shows": "board", "visible": "yes", "sound": "on", "device": "bench"}
        while not self._stopping.is_set():
            with contextlib.suppress(NoAnswer):
                answer = self._browser.ask("POST", "/screens/alive.json", awake)
                assert answer.status == 200, f"the board's sign of life was answered {answer.status}"
            self._stopping.wait(self.EVERY_S)

    def close(self) -> None:
        self._stopping.set()


@contextlib.contextmanager
def chair_screen(server: Server, clinic: Clinic, cookies: dict[str, str]) -> Iterator[Any]:
    """A real Chromium on the first bed's screen, noting when its pulse changes; None without one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        print("  no Chromium here: wire to screen was not measured")
        yield None
        return
    from tests.browser import chromium, open_page

    with chromium(found) as browser:
        opened = open_page(browser, server.address, cookies=cookies)
        opened.page.goto(f"/session/{clinic.chairs[0].session_id}/")
        opened.page.wait_for_selector("[data-tile]")
        opened.page.evaluate(WATCH_TILE)
        yield opened.page


def on_screen_ms(sent: list[list[float]], seen: list[list[Any]]) -> list[float]:
    """For each message of the first bed: when its pulse came onto the screen. What was never seen is left out."""
    found: list[float] = []
    position = 0
    for at_s, pulse in sent:
        for number in range(position, len(seen)):
            shown_ms, text = seen[number]
            if text == str(int(pulse)) and shown_ms >= at_s * 1000 - 5:
                found.append(shown_ms - at_s * 1000)
                position = number + 1
                break
    return found


def send(server: Server, clinic: Clinic, beds_count: int, seconds: int, flood: int = 0) -> subprocess.Popen[str]:
    devices = [chair.device for chair in clinic.chairs[:beds_count]]
    words = ["--mllp-port", str(server.mllp_port), "--seconds", str(seconds), "--flood", str(flood)]
    words += ["--prefix", f"B{time.time_ns()}x"]
    return subprocess.Popen(
        [sys.executable, str(ROOT / "bench" / "_beds.py"), *words, *devices], stdout=subprocess.PIPE, text=True
    )


def steady(server: Server, clinic: Clinic, page: Any, beds_count: int, seconds: int) -> None:
    """One message a second for each bed."""
    assert server.pid is not None
    before_cpu_s, began_s = cpu_s(server.pid), time.monotonic()
    sending = send(server, clinic, beds_count, seconds)
    if page is not None:
        page.evaluate("() => { window.seen = []; }")
        while sending.poll() is None:
            page.wait_for_timeout(200)  # the page's own loop has to run
    output, _ = sending.communicate()
    used_s, took_s = cpu_s(server.pid) - before_cpu_s, time.monotonic() - began_s
    if sending.returncode != 0:
        print(f"  {beds_count} beds: the sender ended with {sending.returncode}")
        return
    found = json.loads(output)
    shown = on_screen_ms(found["first_bed"], page.evaluate("() => window.seen")) if page is not None else []
    print(
        f"  {beds_count} beds, {found['sent']} messages, answers {found['answers']}\n"
        f"    wire to acknowledgement: p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms, "
        f"p99.9 {found['p999_ms']:.0f} ms, most {found['most_ms']:.0f} ms\n"
        f"    wire to screen: {quantiles(shown)} ({len(shown)} of {len(found['first_bed'])} numbers seen)\n"
        f"    server {100 * used_s / took_s:.0f} % of one core, {memory_mb(server.pid):.0f} MB; sender "
        f"{found['cpu_percent']:.0f} % of one core, late by p99 {found['lag_p99_ms']:.0f} ms",
        flush=True,
    )


def flood(server: Server, clinic: Clinic, beds_count: int, messages_count: int, seconds: int) -> None:
    """As fast as the acknowledgements come."""
    assert server.pid is not None
    before_mb, before_cpu_s = memory_mb(server.pid), cpu_s(server.pid)
    sending = send(server, clinic, beds_count, seconds, messages_count)
    most_mb = before_mb
    output = None
    while output is None:
        # what the sender says of a long run is longer than a pipe holds: it is read while it is said
        with contextlib.suppress(subprocess.TimeoutExpired):
            output, _ = sending.communicate(timeout=0.5)
        most_mb = max(most_mb, memory_mb(server.pid))
    if sending.returncode != 0:
        print(f"  flood: the sender ended with {sending.returncode}")
        return
    found = json.loads(output)
    used_s = cpu_s(server.pid) - before_cpu_s
    print(
        f"  as fast as acknowledged, {beds_count} lines, one message at a time each: {found['sent']} messages in "
        f"{found['took_s']:.0f} s = {found['sent'] / found['took_s']:.0f}/s, answers {found['answers']}\n"
        f"    wire to acknowledgement: p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms\n"
        f"    server {100 * used_s / found['took_s']:.0f} % of one core; memory {before_mb:.0f} MB before, most "
        f"{most_mb:.0f} MB, {memory_mb(server.pid):.0f} MB after",
        flush=True,
    )


@contextlib.contextmanager
def database(server_url: str | None) -> Iterator[None]:
    """SQLite in the clinic's folder; or a PostgreSQL database of this run's own, gone afterwards."""
    if server_url is None:
        yield
        return
    import psycopg

    name = f"dripstand_bench_{os.getpid()}"
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        os.environ["FAULTS_DATABASE"] = f"{server_url}/{name}"
        try:
            yield
        finally:
            del os.environ["FAULTS_DATABASE"]
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beds", default="10,50,200", help="how many, with commas between them (default 10,50,200)")
    parser.add_argument("--seconds", type=int, default=30, help="of each steady run (default 30)")
    parser.add_argument("--flood", type=int, default=72_000, help="messages of the flood, 0 for none (default 72000)")
    parser.add_argument("--flood-seconds", type=int, default=90, help="the flood ends then in any case (default 90)")
    parser.add_argument("--database", metavar="SERVER", help="postgresql://user@host:port; default: SQLite")
    parser.add_argument("--no-browser", action="store_true", help="leave Chromium out")
    parser.add_argument("--clinic", type=Path, metavar="DIR", help="a demo folder that is there already (SQLite)")
    asked, _ = parser.parse_known_args()
    os.environ["FAULTS_LINES"] = str(max(256, *(int(each) + 16 for each in asked.beds.split(","))))
    beds_counts = [int(each) for each in asked.beds.split(",")]
    print(f"live path, {_machine.line()}, {asked.database or 'SQLite, WAL, synchronous FULL'}", flush=True)
    with database(asked.database), tempfile.TemporaryDirectory(prefix="dripstand-bench-") as scratch:
        began_s = time.monotonic()
        clinic = prepare(asked.clinic or Path(scratch) / "clinic", max(beds_counts), made=asked.clinic is not None)
        print(
            f"  a clinic with {len(clinic.chairs)} chairs was ready after {time.monotonic() - began_s:.0f} s",
            flush=True,
        )
        with serving(Commands(clinic.folder)) as server:
            run(server, clinic, beds_counts, asked)


def run(server: Server, clinic: Clinic, beds_counts: list[int], asked: argparse.Namespace) -> None:
    browser = Browser(server.port)
    browser.sign_in(clinic.chairs[0].nurse, clinic.password)
    topics = [f"session:{chair.session_id}" for chair in clinic.chairs[: STREAMS_COUNT - 2]]
    topics += ["board"] * (STREAMS_COUNT - len(topics))
    streams = Streams(server, browser.cookies, topics)
    awake = AwakeBoards(browser)
    with contextlib.ExitStack() as stack:
        page = None if asked.no_browser else stack.enter_context(chair_screen(server, clinic, browser.cookies))
        time.sleep(SETTLE_S)
        for beds_count in beds_counts:
            steady(server, clinic, page, beds_count, asked.seconds)
        print(f"  the ten streams got {streams.messages_count} messages and were {streams.missed_count} times too slow")
    if asked.flood:
        flood(server, clinic, max(beds_counts), asked.flood, asked.flood_seconds)
    awake.close()
    streams.close()


if __name__ == "__main__":
    main()
