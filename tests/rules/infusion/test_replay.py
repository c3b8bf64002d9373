"""A log folds to the same bytes, state and note, in any Python and whatever the order of a set (bar 4)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import pytest

from tests.rules.infusion.replaying import drawn_log, read_back, text_of

ROOT = Path(__file__).resolve().parents[3]
PROVING = os.environ.get("HYPOTHESIS_PROFILE") == "prove"
COUNT = 100_000 if PROVING else 40


def other_pythons() -> list[str]:
    """Interpreters of another version, 3.11 or newer, that are installed here: by the names of PATH and of pyenv."""
    found: dict[str, str] = {}
    for minor in range(11, 20):
        version = f"3.{minor}"
        if minor == sys.version_info.minor:
            continue
        kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))
        on_path = shutil.which(f"python{version}")
        if kept:
            found[version] = str(kept[-1])
        elif on_path and subprocess.run([on_path, "--version"], capture_output=True, check=False).returncode == 0:
            found[version] = on_path
    return list(found.values())


@cache
def digest(python: str, hash_seed: int, count: int = COUNT, *, careless: bool = False) -> str:
    """What another process finds. The packages it needs are written in Python alone, so ours serve any version."""
    places = [str(ROOT), str(ROOT / "src"), sysconfig.get_path("purelib")]
    words = [python, "-m", "tests.rules.infusion.replaying", "--count", str(count)]
    done = subprocess.run(
        [*words, "--careless"] if careless else words,
        cwd=ROOT,
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join(places),
            "PYTHONHASHSEED": str(hash_seed),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.timeout(0 if PROVING else 300)
@pytest.mark.hazard("H50")
def test_the_same_logs_fold_to_the_same_bytes_whatever_the_order_of_a_set() -> None:
    assert digest(sys.executable, 1) == digest(sys.executable, 2)


@pytest.mark.timeout(0 if PROVING else 300)
@pytest.mark.hazard("H50")
def test_another_python_folds_them_to_the_same_bytes() -> None:
    others = other_pythons()
    if not others:
        pytest.skip("no second version of Python is installed here")
    ours = digest(sys.executable, 1)
    for python in others:
        assert digest(python, 3) == ours, python


def test_a_state_that_hangs_on_the_order_of_a_set_is_found_out() -> None:
    """The control run: what a fold would do that walks a set as it comes."""
    found = {digest(sys.executable, seed, 20, careless=True) for seed in (1, 2, 3)}
    assert len(found) > 1


def test_the_logs_are_visits_that_really_went_differently() -> None:
    """Or the comparison would compare nothing: pauses, emergencies, late entries and corrections are all among them."""
    logs = [drawn_log(seed) for seed in range(80)]
    kinds = {entry.event.kind for log in logs for entry in log}
    assert {"infusion_paused", "emergency_declared", "entry_corrected", "hand_over_accepted", "flush_given"} <= kinds
    assert any(entry.late_reason for log in logs for entry in log)
    assert len({text_of(log) for log in logs}) == len(logs)


@pytest.mark.hazard("H50")
def test_a_log_that_was_written_and_read_folds_to_the_same_bytes() -> None:
    for seed in range(20):
        log = drawn_log(seed)
        assert text_of(read_back(log)) == text_of(log)
