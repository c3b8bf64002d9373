"""A database that refuses: locked by another process, or on a full disk (H20, H55).

A monitor is never told that a message is stored when it is not; `/healthz` says 503; and when the database takes
writes again, everything goes on by itself. The full disk is a real file system of a few megabytes in a namespace of
its own, where the machine lets a test make one; a limit on the size of the database's files is tried everywhere.
"""

from __future__ import annotations

import contextlib
import dataclasses
import resource
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dripstand.devices.hl7.framing import framed
from dripstand.devices.simulated.wording import Line, SimulatedIdentity, message
from tests.faults.charting import Browser
from tests.faults.running import ROOT, Clinic, Commands, Server, dripstand, plain_environment, serving, warm

SPO2, PERCENT = "150456^MDC_PULS_OXIM_SAT_O2^MDC", "262688^MDC_DIM_PERCENT^MDC"
DISK_MB = 40
RECOVERS_WITHIN_S = 20.0
ANSWER_WITHIN_S = 20.0

pytestmark = pytest.mark.timeout(900)


class Monitor:
    """One line to the listener; each message is answered before the next is sent."""

    def __init__(self, clinic: Clinic, port: int) -> None:
        self._identity = SimulatedIdentity(clinic.chairs[0].device)
        self._port = port
        self._number = 0
        self.answers: dict[str, str] = {}

    def send(self, control_id: str = "") -> str:
        """The code of the answer: AA, AE or AR. The same control id again is the same message again."""
        self._number += 1
        control_id = control_id or f"DISK{self._number:06d}"
        at = datetime(2026, 11, 23, 12, 0, self._number % 60, tzinfo=UTC)
        content = message(self._identity, [Line(SPO2, "1.3.1.150456", "97", PERCENT)], at=at, control_id=control_id)
        with socket.create_connection(("127.0.0.1", self._port), ANSWER_WITHIN_S) as line:
            line.sendall(framed(content))
            answer = b""
            while b"\x1c\r" not in answer:
                piece = line.recv(65_536)
                assert piece, "the line was closed without an answer"
                answer += piece
        self.answers[control_id] = answer.partition(b"MSA|")[2][:2].decode()
        return self.answers[control_id]


def health(server: Server) -> int:
    try:
        with urllib.request.urlopen(f"{server.address}/healthz", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def until_healthy(server: Server) -> None:
    end_s = time.monotonic() + RECOVERS_WITHIN_S
    while health(server) != 200:
        assert time.monotonic() < end_s, "the server did not recover by itself"
        time.sleep(0.3)


def until_unwell(server: Server) -> None:
    end_s = time.monotonic() + 10
    while health(server) != 503:
        assert time.monotonic() < end_s, "the server still says that it can write"
        time.sleep(0.3)


def assert_told_the_truth(clinic: Clinic, monitor: Monitor, disk: SmallDisk | None = None) -> None:
    """What was told AA is stored; what was told AE is not."""
    words = dripstand("readings", "--csv", "--data", clinic.folder)
    words = words if disk is None else disk.inside(*words)
    answer = subprocess.run(words, cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    stored = {row.split(",")[3] for row in answer.stdout.splitlines()[1:]}
    for control_id, code in monitor.answers.items():
        assert (code == "AA") == (control_id in stored), f"{control_id} was answered {code}"


@contextlib.contextmanager
def locked(clinic: Clinic) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    connection = sqlite3.connect(clinic.database, isolation_level=None, timeout=10)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@pytest.mark.hazard("H20", "H55")
def test_a_locked_database_acknowledges_nothing_and_goes_on_by_itself(clinic: Clinic) -> None:
    with serving(Commands(clinic.folder)) as server:
        monitor = Monitor(clinic, server.mllp_port)
        assert monitor.send() == "AA"
        assert health(server) == 200
        with locked(clinic):
            assert monitor.send("HELD") == "AE"
            until_unwell(server)
        until_healthy(server)
        assert_told_the_truth(clinic, monitor)
        assert monitor.send("HELD") == "AA"  # the monitor sends it again, as real ones do
        assert_told_the_truth(clinic, monitor)


@pytest.mark.hazard("H20", "H55")
def test_a_server_that_starts_on_a_locked_database_stays_up_and_says_so(clinic: Clinic) -> None:
    with locked(clinic), serving(Commands(clinic.folder)) as server:
        monitor = Monitor(clinic, server.mllp_port)
        assert monitor.send("HELD") == "AE"
        until_unwell(server)
        time.sleep(6.0)  # longer than the database's own patience, which the start has to bear as well
        assert health(server) == 503


@pytest.mark.hazard("H20")
def test_a_nurses_entry_is_not_said_to_be_charted_while_the_database_is_locked(clinic: Clinic) -> None:
    session_id = clinic.chairs[0].session_id
    with serving(Commands(clinic.folder)) as server:
        browser = Browser(server.port)
        browser.sign_in(clinic.chairs[0].nurse, clinic.password)
        before = browser.state(session_id)
        fields = {
            "kind": "note_written", "text": "calm", "patient_id": before["patient_id"], "submission_id": "note-1234",
        }  # fmt: skip
        with locked(clinic):
            refused = browser.ask("POST", f"/session/{session_id}/chart-entry/", fields)
            assert refused.status >= 500
            assert browser.state(session_id)["head_sequence"] == before["head_sequence"]
        until_healthy(server)
        assert browser.ask("POST", f"/session/{session_id}/chart-entry/", fields).status == 200
        again = browser.ask("POST", f"/session/{session_id}/chart-entry/", fields)
        assert again.json()["repeated"] is True


@pytest.mark.hazard("H20", "H55")
def test_every_staff_page_says_that_nothing_is_stored_until_something_is(clinic: Clinic) -> None:
    with serving(Commands(clinic.folder)) as server:
        monitor, browser = Monitor(clinic, server.mllp_port), Browser(server.port)
        browser.sign_in(clinic.chairs[0].nurse, clinic.password)
        assert monitor.send() == "AA"
        until_said(browser, said=False)
        with locked(clinic):
            sending = threading.Thread(target=monitor.send)
            sending.start()
            until_said(browser, said=True)
            sending.join()
            until_said(browser, said=True)
        until_healthy(server)
        assert monitor.send() == "AA"
        until_said(browser, said=False)


def until_said(browser: Browser, *, said: bool, within_s: float = 10.0) -> None:
    """The frame of every staff page asks /hard-day/ every five seconds."""
    end_s = time.monotonic() + within_s
    while ("nothing is stored since" in browser.ask("GET", "/hard-day/").body.decode()) != said:
        assert time.monotonic() < end_s, "the frame says otherwise"
        time.sleep(0.3)


@pytest.mark.hazard("H20", "H55")
def test_files_that_may_not_grow_acknowledge_nothing_and_go_on_by_themselves(clinic: Clinic) -> None:
    with serving(Commands(clinic.folder)) as server:
        monitor = Monitor(clinic, server.mllp_port)
        assert monitor.send() == "AA"
        assert server.pid is not None
        before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (4096, before[1]))
        assert monitor.send() == "AE"
        until_unwell(server)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
        until_healthy(server)
        assert monitor.send() == "AA"
        assert_told_the_truth(clinic, monitor)


# --- a disk of its own ----------------------------------------------------------------------------------------------


class SmallDisk:
    """A file system of DISK_MB, mounted where only its own processes and /proc/<pid>/root see it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._keeper = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", f"mount -t tmpfs -o size={DISK_MB}m none {place} && echo up && exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._keeper.stdout is not None
        self.is_up = self._keeper.stdout.readline().strip() == "up"

    @property
    def seen_from_here(self) -> Path:
        return Path(f"/proc/{self._keeper.pid}/root") / self.place.relative_to("/")

    def inside(self, *words: str) -> list[str]:
        """A command that runs where the disk is."""
        return ["nsenter", f"--target={self._keeper.pid}", "--user", "--mount", "--preserve-credentials", *words]

    def close(self) -> None:
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(10)
        for pipe in (self._keeper.stdout, self._keeper.stderr):
            if pipe is not None:
                pipe.close()


class OnSmallDisk(Commands):
    """`dripstand serve` with its folder on the small disk."""

    def __init__(self, folder: Path, disk: SmallDisk, log: Path) -> None:
        super().__init__(folder)
        self._disk, self._log = disk, log

    def start(self, port: int, mllp_port: int) -> int:
        words = dripstand("serve", "--data", self._folder, "--port", str(port), "--mllp-port", str(mllp_port))
        with self._log.open("ab") as out:
            process = subprocess.Popen(
                self._disk.inside(*words), cwd=ROOT, env=plain_environment(), stdout=out, stderr=out
            )
        self._processes[process.pid] = process
        return process.pid


@pytest.fixture
def on_small_disk(made_clinic: Clinic, tmp_path: Path) -> Iterator[tuple[Clinic, SmallDisk, Server]]:
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        pytest.skip("no unshare and nsenter here, so no disk of the test's own; the limit on file sizes stands in")
    place = tmp_path / "disk"
    place.mkdir()
    disk = SmallDisk(place)
    try:
        if not disk.is_up:
            pytest.skip("this machine lets no test mount a small disk; the limit on file sizes stands in")
        shutil.copytree(made_clinic.folder, disk.seen_from_here / "clinic")
        clinic = dataclasses.replace(made_clinic, folder=place / "clinic")
        with serving(OnSmallDisk(clinic.folder, disk, tmp_path / "serve.log")) as server:
            yield clinic, disk, server
    finally:
        disk.close()


@pytest.mark.hazard("H20", "H55")
def test_a_full_disk_acknowledges_nothing_and_goes_on_when_there_is_room(
    on_small_disk: tuple[Clinic, SmallDisk, Server],
) -> None:
    clinic, disk, server = on_small_disk
    monitor = Monitor(clinic, server.mllp_port)
    assert monitor.send() == "AA"
    filler = disk.seen_from_here / "filler"
    with filler.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"\0" * 4096)
    codes = [monitor.send() for _ in range(200)]
    assert "AE" in codes, "the disk was never full"
    first = codes.index("AE")
    assert set(codes[first:]) == {"AE"}
    until_unwell(server)
    filler.unlink()
    until_healthy(server)
    assert monitor.send() == "AA"
    assert_told_the_truth(clinic, monitor, disk)


def test_an_answer_before_the_commit_is_found_out(clinic: Clinic) -> None:
    """The control run: with doors that answer before they commit, a locked database does tell an untruth."""
    with warm(clinic, careless=True) as starter, serving(starter) as server:
        monitor = Monitor(clinic, server.mllp_port)
        with locked(clinic):
            assert monitor.send() == "AA"
            time.sleep(7.0)  # longer than the database's own patience
        with pytest.raises(AssertionError, match="was answered AA"):
            assert_told_the_truth(clinic, monitor)
