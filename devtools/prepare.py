"""Set-up: .venv/ from the hash-locked requirements, Dripstand in it, the front end built. Instant the second time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from devtools.steps import PYTHON, ROOT, VENV, StepFailed, Words, quiet, step

sys.path.insert(0, str(ROOT / "frontend"))
import assets  # (shared with the wheel's build hook, which loads it by its path)
import messages

BOOTSTRAP = VENV / "bootstrap"
LOCKS = ROOT / "requirements"


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups in the same checkout would pull the environment from under each other, so the second waits."""
    if os.name == "nt":
        yield
        return
    import fcntl

    with open(LOCKS / "bootstrap.lock", "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def uv() -> Path:
    """The installer that bootstrap.lock pins."""
    return next(path for path in (BOOTSTRAP / "bin" / "uv", BOOTSTRAP / "Scripts" / "uv.exe") if path.exists())


def _stamp(locks: list[Path]) -> str:
    total = hashlib.sha256(sys.version.encode())
    for path in [*locks, LOCKS / "bootstrap.lock"]:
        total.update(path.read_bytes())
    # Of pyproject.toml only what an installation depends on, not how the checks are set.
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    total.update(repr((declared["project"], declared["build-system"], declared["tool"]["hatch"])).encode())
    return total.hexdigest()


def _install(locks: list[Path]) -> None:
    if not PYTHON.exists():
        with step("making .venv"):
            try:
                quiet([sys.executable, "-m", "venv", VENV])
            except StepFailed:
                shutil.rmtree(VENV, ignore_errors=True)
                print("Debian and Ubuntu ship venv apart: install python3-venv.", file=sys.stderr)
                raise
    with step("installing the installer (uv), its hash checked"):
        words: Words = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        words += ["--no-warn-script-location", "--require-hashes", "--upgrade", "--target", BOOTSTRAP]
        quiet([*words, "-r", LOCKS / "bootstrap.lock"])
    with step("installing the locked packages, each hash checked"):
        quiet([uv(), "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode", *locks])
    with step("installing Dripstand itself"):
        words = [uv(), "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation"]
        quiet([*words, "--editable", ROOT])


def _compile() -> None:
    """The product's byte code: where the environment forbids Python to keep it, as containers often do, every start
    of the server would compile fifteen hundred modules anew, and take twice as long to come back from a crash."""
    quiet([PYTHON, "-m", "compileall", "-q", "-j", "1", ROOT / "src" / "dripstand"])


def build_assets() -> None:
    """The front end, when its sources changed."""
    with step("building the front end"):
        try:
            assets.build(PYTHON)
        except assets.AssetsNotBuilt as fault:
            print(f"\n{fault}", file=sys.stderr)
            raise StepFailed("the front end is not built.") from fault


def setup() -> None:
    """Leaves .venv/bin/dripstand, ready to run."""
    with one_at_a_time():
        began = time.monotonic()
        locks = [LOCKS / "dev.lock"]
        if assets.system_node() is None:
            locks.append(LOCKS / "node.lock")
        stamp, wanted, worked = VENV / ".stamp", _stamp(locks), False
        if not (stamp.exists() and stamp.read_text() == wanted):
            print("Preparing the environment in .venv/", flush=True)
            _install(locks)
            stamp.write_text(wanted)
            worked = True
        messages.build()
        _compile()
        if not assets.built_is_current():
            build_assets()
            worked = True
        if worked:
            print(f"Ready after {time.monotonic() - began:.0f} s.", flush=True)


def lock() -> None:
    """Resolves requirements/*.in and pyproject.toml anew into the hash-locked files, which name no registry."""
    setup()
    common: Words = [uv(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--upgrade"]
    common += ["--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "make lock"]
    for words in (
        ["requirements/bootstrap.in", "-o", "requirements/bootstrap.lock"],
        ["requirements/node.in", "-o", "requirements/node.lock"],
        ["pyproject.toml", "-o", "requirements/app.lock"],
        ["pyproject.toml", "--all-extras", "requirements/dev.in"]
        + ["-c", "requirements/app.lock", "-o", "requirements/dev.lock"],
    ):
        with step(f"resolving {words[-1]}"):
            quiet([*common, *words])
