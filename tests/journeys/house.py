"""A clinic for the journeys: `dripstand` as a process of its own, on real ports, in a folder that is thrown away."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import TABLET, Opened, open_page
from tests.journeys.stretched import MARK

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 600.0  # the showcase makes its thirty past courses first
NOT_HANDED_DOWN = ("DRIPSTAND_", "DJANGO_", "HAZARD_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment() -> dict[str, str]:
    """This run's, without what was set for the tests' own process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_DOWN)}
    paths = [str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join(paths)}


def dripstand(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """One command, run to its end as a person would run it."""
    return subprocess.run(
        [sys.executable, "-m", "dripstand.server.cli", *map(str, words)],
        cwd=ROOT,
        env=_environment(),
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )


class House:
    """One running Dripstand. `words`: the command before its ports, `serve` or `demo`."""

    def __init__(self, folder: Path, words: Sequence[str]) -> None:
        self.folder = folder
        self.port, self.mllp_port = free_port(), free_port()
        self._words = [*words, "--data", str(folder), "--port", str(self.port), "--mllp-port", str(self.mllp_port)]
        self._process: subprocess.Popen[str] | None = None
        self._said: queue.Queue[dict[str, float]] = queue.Queue()
        self._pace = {"speed": 1.0, "wall_s": 0.0, "now_s": 0.0}
        self._cookies: dict[str, list[dict[str, Any]]] = {}
        self.printed: list[str] = []

    # --- the process --------------------------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/journeys/stretched.py"), *self._words],
            cwd=ROOT,
            env=_environment(),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        until = time.monotonic() + STARTS_WITHIN_S
        while not self.is_well():
            assert self._process.poll() is None, "it ended instead of starting:\n" + "\n".join(self.printed[-20:])
            assert time.monotonic() < until, "it did not start:\n" + "\n".join(self.printed[-20:])
            time.sleep(0.1)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as said:
            for line in said:
                if line.startswith(MARK):
                    self._said.put(json.loads(line.removeprefix(MARK)))
                else:
                    self.printed.append(line.rstrip())

    def is_well(self) -> bool:
        """What `GET /healthz` says."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """SIGKILL: the process has no time for anything."""
        assert self._process is not None
        self._process.kill()
        self._gone()

    def stop(self) -> None:
        """As a service is stopped. Also where it was killed already."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._gone()

    def _gone(self) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.wait(20)
        self._process.stdin.close()

    def run_at(self, speed: float) -> None:
        """The clinic's time passes so many times as fast from now on."""
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(f"{speed}\n")
        self._process.stdin.flush()
        self._pace = self._said.get(timeout=10)

    def now(self) -> datetime:
        """The clinic's clock, as devices beside it would be set."""
        if self._pace["now_s"] == 0.0:
            return datetime.now(UTC)
        passed_s = (time.time() - self._pace["wall_s"]) * self._pace["speed"]
        return datetime.fromtimestamp(self._pace["now_s"] + passed_s, UTC)

    @property
    def speed(self) -> float:
        return self._pace["speed"]

    def let_pass(self, minutes: float, speed: float = 400.0) -> None:
        """So many of the clinic's minutes, quickly; then at the wall's pace again. At 400, a monitor that sends as fast
        as it can still sends more often than a device may be silent."""
        self.run_at(speed)
        time.sleep(minutes * 60 / speed)
        self.run_at(1)

    def evaluate(self, record_number: str) -> None:
        """This patient is evaluated, decided on and has consented, as a clinic would have done days before."""
        subprocess.run(
            [sys.executable, "-m", "tests.journeys.evaluating", str(self.folder), record_number],
            cwd=ROOT,
            env=_environment(),
            timeout=120,
            check=True,
        )

    # --- who is in it -------------------------------------------------------------------------------------------------

    def demo(self) -> dict[str, Any]:
        """demo.json: the sessions that are there, and the sign-ins."""
        found: dict[str, Any] = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        return found

    def open_as(
        self, browser: Browser, username: str, *, scheme: str = "dark", size: tuple[int, int] = TABLET
    ) -> Opened:
        """A browser window of somebody who is signed in."""
        opened = open_page(browser, self.address, scheme=scheme, size=size)
        opened.page.context.add_cookies(self.cookies_of(browser, username))  # type: ignore[arg-type]
        return opened

    def cookies_of(self, browser: Browser, username: str) -> list[dict[str, Any]]:
        """What their sign-in left in the browser; the form is filled in once for each person."""
        if username not in self._cookies:
            page = open_page(browser, self.address).page
            self.sign_in(page, username)
            self._cookies[username] = list(page.context.cookies())  # type: ignore[arg-type]
            page.context.close()
        return self._cookies[username]

    def sign_in(self, page: Page, username: str) -> None:
        password = next(one["password"] for one in self.demo()["sign_ins"] if one["username"] == username)
        page.goto("/sign-in/")
        page.get_by_label("Sign-in name").fill(username)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
