"""More than one process for one clinic, by settings alone: the same as one, or refused (issue 6, "Grown up").

PostgreSQL where one answers, else SQLite; Redis between the processes. Two `dripstand serve` on two ports stand for two
machines; then one `serve --processes 3` on one port.
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import reckoning
from tests.faults.at_the_bedside import Bedside
from tests.faults.charting import Browser
from tests.faults.running import Clinic, Commands, Server, dripstand, free_port, plain_environment, prepare, verified

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/7")
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432")
HEARD_WITHIN_S = 15.0


def _redis_answers() -> bool:
    import redis

    try:
        return bool(redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False


pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not _redis_answers(), reason="no Redis at 127.0.0.1:6379; TEST_REDIS_URL names another"),
]


@contextlib.contextmanager
def _a_database() -> Iterator[str | None]:
    """A PostgreSQL database of this test's own; None where there is no server: SQLite then."""
    import psycopg

    try:
        connection = psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    name = f"dripstand_several_{os.getpid()}"
    with connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        try:
            yield f"{POSTGRESQL}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def grown_clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """A demo clinic whose settings name a database server and a bus."""
    with _a_database() as address:
        if address is not None:
            monkeypatch.setenv("FAULTS_DATABASE", address)
        clinic = prepare(tmp_path / "clinic", 2)
        monkeypatch.setenv("FAULTS_BUS", REDIS)
        yield clinic


def until(holds: Callable[[], object], what: str, within_s: float = HEARD_WITHIN_S) -> None:
    end_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end_s, what
        time.sleep(0.05)


class Listening:
    """An open page of a process: what its stream says, as it comes."""

    def __init__(self, port: int, cookies: dict[str, str], topic: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._connection.request("GET", f"/live?topic={topic}", headers={"Host": "localhost", "Cookie": cookie})
        answer = self._connection.getresponse()
        assert answer.status == 200, answer.status
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reading = threading.Thread(target=self._read, args=(answer,), daemon=True)
        self._reading.start()

    def _read(self, answer: http.client.HTTPResponse) -> None:
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException, AttributeError):
            for line in answer:
                if line.startswith(b"data: ") and b'"payload"' in line:
                    self.heard.put(json.loads(line[6:])["payload"])

    def wait_for(self, kind: str) -> dict[str, Any]:
        end_s = time.monotonic() + HEARD_WITHIN_S
        while True:
            found = self.heard.get(timeout=max(0.1, end_s - time.monotonic()))
            if found.get("type") == kind:
                return found

    def wait_for_a_pulse(self) -> int:
        """Before the first message of a monitor there is none, and a page may be told just that first."""
        end_s = time.monotonic() + HEARD_WITHIN_S
        while "pulse_per_min" not in (values := self.wait_for("vitals")["values"]):
            assert time.monotonic() < end_s, "no pulse came"
        return int(values["pulse_per_min"]["value"])


@pytest.mark.hazard("H21", "H34")
def test_two_servers_of_one_clinic_are_one_and_the_second_takes_over_when_the_first_is_killed(
    grown_clinic: Clinic,
) -> None:
    clinic, chair = grown_clinic, grown_clinic.chairs[0]
    first, second = Server(Commands(clinic.folder)), Server(Commands(clinic.folder))
    second.mllp_port = first.mllp_port
    bedside = Bedside([one.device for one in clinic.chairs], first.mllp_port)
    try:
        first.start()
        second.begin()
        until(lambda: _answers(second.port), "the second server did not come up", 60.0)
        nurse, prescriber = Browser(first.port), Browser(second.port)
        nurse.sign_in(chair.nurse, clinic.password)
        prescriber.cookies = dict(nurse.cookies)  # one sign-in holds in both
        bedside.start()

        # A monitor speaks to the first; a page of the second sees its numbers. What is charted at one is heard at both.
        pages = [Listening(one.port, nurse.cookies, f"session:{chair.session_id}") for one in (first, second)]
        assert all(page.wait_for_a_pulse() >= 60 for page in pages)
        patient_id = nurse.state(chair.session_id)["patient_id"]
        for number, browser in enumerate((nurse, prescriber)):
            fields = {"kind": "note_written", "text": f"note {number}", "patient_id": patient_id}
            sent = f"{number}" * 32
            for again in (nurse, prescriber):  # and the same entry told to both is charted once
                answer = again.ask(
                    "POST", f"/session/{chair.session_id}/chart-entry/", {**fields, "submission_id": sent}
                )
                assert answer.status == 200, answer.body
            assert all(page.wait_for("chart")["head_sequence"] for page in pages), browser
        assert nurse.state(chair.session_id)["head_sequence"] == prescriber.state(chair.session_id)["head_sequence"]
        # A page of the second that is awake is known at the first.
        awake = {"page": "p", "shows": "board", "visible": "yes", "sound": "on", "device": "d"}
        assert prescriber.ask("POST", "/screens/alive.json", awake).status == 200
        asked = {**awake, "page": "q", "shows": "", "sound": "none"}
        told = nurse.ask("POST", "/screens/alive.json", {k: v for k, v in asked.items() if v}).json()
        assert told["unattended"] == []

        before_count = bedside.acknowledged_count
        assert before_count > 5
        first.kill()
        killed_s = time.monotonic()
        until(lambda: bedside.acknowledged_count > before_count + 3, "nobody took the monitors over", 30.0)
        print(f"\nthe second server took the monitors over after {time.monotonic() - killed_s:.1f} s")
        until(
            lambda: prescriber.state(chair.session_id)["tiles"][0]["value"]["quality"] == "fresh",
            "the second's screen has no number",
        )
        bedside.finish()
        second.stop()
        acknowledged = bedside.acknowledged()
        assert len(acknowledged) > 10
        assert reckoning.readings_faults(clinic, acknowledged) == []
        assert verified(clinic)["ok"]
    finally:
        bedside.give_up()
        for one in (first, second):
            if one.pid is not None:
                one.kill()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def test_several_processes_share_a_port_replace_their_dead_and_end_with_their_parent(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULTS_BUS", REDIS)
    server = Server(Commands(dataclasses.replace(clinic).folder, "--processes", "3"))
    try:
        server.start()
        assert server.pid is not None
        parent = server.pid
        until(lambda: len(_children(parent)) == 2, "there are not three processes")
        gone = _children(parent)[0]
        os.kill(gone, signal.SIGKILL)
        until(lambda: gone not in _children(parent) and len(_children(parent)) == 2, "the dead one was not replaced")
        nurse = Browser(server.port)
        nurse.sign_in(clinic.chairs[0].nurse, clinic.password)
        for _ in range(20):  # whichever of them answers, the sign-in holds
            assert nurse.state(clinic.chairs[0].session_id)["session_id"] == clinic.chairs[0].session_id
        left = _children(parent)
        server.kill()
        until(lambda: not any(_lives(pid) for pid in left), "orphans go on serving")
    finally:
        if server.pid is not None:
            server.kill()


def _lives(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_several_processes_without_a_bus_are_refused_with_the_way_forward(clinic: Clinic) -> None:
    words = ("--data", clinic.folder, "--processes", "2", "--port", str(free_port()), "--mllp-port", "0")
    answer = subprocess.run(
        dripstand("serve", *words), env=plain_environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 1
    assert "DRIPSTAND_BUS_URL" in answer.stderr
    assert "docs/how-to/clinic-group.md" in answer.stderr
