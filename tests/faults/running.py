"""A real Dripstand on this machine: a demo clinic in a folder, and a server of it that can be killed and started again.

Two ways to start it. `Commands` runs `dripstand serve` as anybody would. `Warm` keeps one process that has imported
everything and forks a server from it: the same code from `serve.run` on, a process of its own that SIGKILL ends just
as dead, but up in a fraction of the time; this is what makes hundreds of kills affordable.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN_S = 60.0


def dripstand(*words: str | Path) -> list[str]:
    """The command line of this checkout, by the interpreter that runs the tests."""
    return [sys.executable, "-m", "dripstand.server.cli", *(str(word) for word in words)]


def plain_environment() -> dict[str, str]:
    """None of the run's own settings: the commands see a folder, and what FAULTS_DATABASE and FAULTS_BUS name."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DRIPSTAND_")}
    if "FAULTS_DATABASE" in os.environ:
        kept["DRIPSTAND_DATABASE_URL"] = os.environ["FAULTS_DATABASE"]
    if "FAULTS_LINES" in os.environ:
        kept["DRIPSTAND_DEVICE_LINES"] = os.environ["FAULTS_LINES"]
    if "FAULTS_BUS" in os.environ:
        kept["DRIPSTAND_BUS_URL"] = os.environ["FAULTS_BUS"]
    return {**kept, "TZ": "UTC", "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def asked(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        dripstand(*words), cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False, timeout=1800
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Chair:
    """One chair of the demo: an infusion under way, a bound monitor, and the nurse who watches it."""

    session_id: str
    device: str
    nurse: str


@dataclass(frozen=True, slots=True)
class Clinic:
    """A demo clinic in a folder."""

    folder: Path
    chairs: tuple[Chair, ...]
    password: str

    @property
    def database(self) -> Path:
        return self.folder / "dripstand.sqlite3"


def prepare(folder: Path, chairs_count: int, *, made: bool = False) -> Clinic:
    """`dripstand demo --prepare-only`: a clinic with so many infusions under way. made: it is there already."""
    if not made:
        answer = asked("demo", "--prepare-only", "--chairs", str(chairs_count), "--data", folder)
        assert answer.returncode == 0, answer.stdout + answer.stderr
    content = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    nurse = next(one for one in content["sign_ins"] if one["role"] == "nurse")
    chairs = tuple(Chair(each["session"], each["device"], nurse["username"]) for each in content["sessions"])
    return Clinic(folder, chairs, nurse["password"])


# --- starting and ending a server -----------------------------------------------------------------------------------


class Starter(Protocol):
    """Starts a server process of a folder; answers its process id."""

    def start(self, port: int, mllp_port: int) -> int: ...

    def has_ended(self, pid: int) -> bool: ...


class Commands:
    """`dripstand serve`, from its first instruction on."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._folder, self._words = folder, words
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, port: int, mllp_port: int) -> int:
        words = ("--port", str(port), "--mllp-port", str(mllp_port), *self._words)
        with (self._folder / "serve.log").open("ab") as out:
            process = subprocess.Popen(
                dripstand("serve", "--data", self._folder, *words),
                cwd=ROOT,
                env=plain_environment(),
                stdout=out,
                stderr=out,
            )
        self._processes[process.pid] = process
        return process.pid

    def has_ended(self, pid: int) -> bool:
        return self._processes[pid].poll() is not None


class Warm:
    """Forks servers from a process that has imported everything (warm_server.py)."""

    def __init__(self, folder: Path, *, careless: bool = False) -> None:
        words = ["--data", str(folder), *(["--careless"] if careless else [])]
        with (folder / "serve.log").open("ab") as out:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.warm_server", *words],
                cwd=ROOT,
                env=plain_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                text=True,
            )

    def start(self, port: int, mllp_port: int) -> int:
        assert self._parent.stdin is not None and self._parent.stdout is not None
        self._parent.stdin.write(json.dumps({"port": port, "mllp_port": mllp_port}) + "\n")
        self._parent.stdin.flush()
        answer = self._parent.stdout.readline()
        assert answer, "the warm process has ended; see serve.log"
        return int(json.loads(answer)["pid"])

    def has_ended(self, pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    def close(self) -> None:
        assert self._parent.stdin is not None and self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(10)
        self._parent.stdout.close()


class Server:
    """A server of one folder on two ports that stay the same over its restarts."""

    def __init__(self, starter: Starter) -> None:
        self._starter = starter
        self.port, self.mllp_port = free_port(), free_port()
        self.pid: int | None = None
        self.kills_count = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self, starter: Starter | None = None) -> None:
        """Starts it and does not wait."""
        assert self.pid is None
        self._starter = starter or self._starter
        self.pid = self._starter.start(self.port, self.mllp_port)

    def start(self, starter: Starter | None = None) -> float:
        """Starts it; answers the seconds until both ports took a connection."""
        began_s = time.monotonic()
        self.begin(starter)
        self.wait_until_up()
        return time.monotonic() - began_s

    def wait_until_up(self, within_s: float = UP_WITHIN_S) -> None:
        end_s = time.monotonic() + within_s
        waiting = [self.mllp_port, self.port]
        while waiting:
            assert self.pid is not None and not self._starter.has_ended(self.pid), "the server ended; see serve.log"
            assert time.monotonic() < end_s, "the server did not come up"
            try:
                socket.create_connection(("127.0.0.1", waiting[0]), 1).close()
            except OSError:
                time.sleep(0.01)
            else:
                waiting.pop(0)

    def kill(self) -> None:
        """SIGKILL: nothing is finished, flushed or said."""
        self._end(signal.SIGKILL, 10.0)
        self.kills_count += 1

    def stop(self) -> None:
        """SIGTERM: an orderly end."""
        if self.pid is not None:
            self._end(signal.SIGTERM, 20.0)

    def _end(self, number: int, within_s: float) -> None:
        assert self.pid is not None
        pid, self.pid = self.pid, None
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        end_s = time.monotonic() + within_s
        while not self._starter.has_ended(pid):
            assert time.monotonic() < end_s, f"signal {number} did not end the server"
            time.sleep(0.005)


@contextlib.contextmanager
def warm(clinic: Clinic, *, careless: bool = False) -> Iterator[Warm]:
    starter = Warm(clinic.folder, careless=careless)
    try:
        yield starter
    finally:
        starter.close()


@contextlib.contextmanager
def serving(starter: Starter) -> Iterator[Server]:
    """A server that is up, and gone afterwards."""
    server = Server(starter)
    try:
        server.start()
        yield server
    finally:
        if server.pid is not None:
            server.kill()


def verified(clinic: Clinic) -> Mapping[str, Any]:
    """What `dripstand verify --json` says."""
    answer = asked("verify", "--data", clinic.folder, "--json")
    found: dict[str, Any] = json.loads(answer.stdout)
    assert (answer.returncode == 0) == bool(found["ok"]), answer.stderr
    return found
