"""Places, and steps that say what they do and how long they took."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

Words = list[str | Path]


class StepFailed(SystemExit):
    """A step failed; what it printed has been shown."""

    def __init__(self, what: str) -> None:
        super().__init__(f"\nStopped: {what}")


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Says what is being done, and afterwards how long it took."""
    print(f"  {what} ...", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def run(words: Words, environment: Mapping[str, str] | None = None, *, shown: bool = False) -> tuple[int, str]:
    """(exit code, output) of a command in the project's folder; `shown` lets it print by itself."""
    answer = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        text=True,
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
        check=False,
    )
    return answer.returncode, answer.stdout or ""


def quiet(words: Words) -> str:
    """The output of a command that must succeed; where it does not, the output is shown and the task stops."""
    code, output = run(words)
    if code != 0:
        print(f"\n{output}", file=sys.stderr)
        raise StepFailed(f"`{' '.join(str(word) for word in words)}` ended with {code}.")
    return output
