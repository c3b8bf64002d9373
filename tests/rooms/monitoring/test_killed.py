"""SIGKILL while monitors send: nothing that was acknowledged is lost, nothing is half there."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 40 if os.environ.get("HYPOTHESIS_PROFILE") == "prove" else 3
ROOT = Path(__file__).parents[3]


@pytest.mark.hazard("H21")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    dice = random.Random(21)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DRIPSTAND_")}
    environment["PYTHONPATH"] = str(ROOT)
    acknowledged: set[tuple[str, str]] = set()
    for kill in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.rooms.monitoring.killed_writer", str(tmp_path), str(kill * 1_000_000)],
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            text=True,
        )
        assert child.stdout is not None
        for _ in range(dice.randrange(20, 400)):
            device, number = child.stdout.readline().split()
            acknowledged.add((device, number))
        os.kill(child.pid, signal.SIGKILL)
        for line in child.stdout.read().splitlines():
            if len(said := line.split()) == 2 and line.startswith("M"):
                acknowledged.add((said[0], said[1]))
        child.wait()
        child.stdout.close()
    with sqlite3.connect(tmp_path / "dripstand.sqlite3") as database:
        rows = database.execute(
            "SELECT device_name, control_id, readings, readings_count FROM monitoring_receivedmessage"
        )
        stored = [((device, number), readings, count) for device, number, readings, count in rows]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert acknowledged <= {key for key, _, _ in stored} and len(acknowledged) > 20 * KILLS
    assert len({key for key, _, _ in stored}) == len(stored), "a message is there once"
    assert all(count == 1 and readings.endswith("]]") for _, readings, count in stored)
