"""`make test`, `make lint` and `make prove`: every check, one after the other, and one closing line that counts.

A check that fails does not stop the others. What could not run here (no PostgreSQL, no Chromium) is said in so many
words, and with DRIPSTAND_CI=1 it fails the run.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from devtools import hazards, report, second_try
from devtools.prepare import assets, setup
from devtools.steps import BIN, PYTHON, ROOT, Words, run

NOTHING_COLLECTED = 5
"""pytest's exit code."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@dataclass
class Tally:
    """What a run came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)
    everything: bool = False  # what cannot run is a failure
    tries_again: bool = False  # a test that failed beside the others is tried once more, alone
    is_part: bool = False  # words were given: a half may have nothing of what they name
    unsteady: list[str] = field(default_factory=list)

    def did_not_run(self, what: str) -> None:
        self.notes.append(what)
        if self.everything:
            self.failed += 1

    def close(self, began_s: float) -> int:
        for note in self.notes:
            print(f"NOT RUN: {note}")
        for test in self.unsteady:
            print(f"UNSTEADY: {test} failed beside the others and passed alone")
        print(f"{time.monotonic() - began_s:.0f} s in all")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0


def _children() -> dict[str, str]:
    """The environment of checks: none of the person's own Dripstand settings, no local time zone."""
    for name in [name for name in os.environ if name.startswith("DRIPSTAND_")]:
        del os.environ[name]
    return {"TZ": "UTC", "PYTHONHASHSEED": "0"}


def _node() -> tuple[Words, dict[str, str]]:
    """The words that start npm in frontend/, and an environment in which its scripts find the same node."""
    node, npm = assets.commands(PYTHON)
    return [*npm, "--prefix", "frontend"], {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _static(tally: Tally, name: str, words: Words, environment: dict[str, str] | None = None) -> None:
    began = time.monotonic()
    print(f"  {name} ...", end="", flush=True)
    folder = {"DRIPSTAND_DATA": str(Path(tempfile.gettempdir()) / "dripstand-checks")}
    code, output = run(words, {**folder, **(environment or {})})
    print(f" {'ok' if code == 0 else 'FAILED'}, {time.monotonic() - began:.1f} s", flush=True)
    if code == 0:
        tally.passed += 1
    else:
        tally.failed += 1
        print(output, flush=True)


def lint(tally: Tally) -> None:
    """What reads the code without running it."""
    print("Reading the code", flush=True)
    _static(tally, "ruff", [BIN / "ruff", "check", "--quiet", "."])
    _static(tally, "mypy", [BIN / "mypy"])
    _static(tally, "import-linter", [BIN / "lint-imports"])
    _static(tally, "migrations complete", [BIN / "dripstand", "manage", "makemigrations", "--check", "--dry-run"])
    npm, environment = _node()
    _static(tally, "TypeScript", [*npm, "run", "--silent", "check"], environment)


def _pytest(tally: Tally, name: str, words: Words, environment: dict[str, str], proofs: Path) -> None:
    print(f"\n{name}", flush=True)
    written = proofs.with_suffix(".xml")
    common: Words = [PYTHON, "-m", "pytest", "--quiet", "--timeout=300", f"--junitxml={written}", "-o"]
    common += ["junit_family=xunit1"]
    code, _ = run([*common, *words], {**environment, "HAZARD_PROOFS": str(proofs)}, shown=True)
    counted = _count(written)
    if counted is None:
        tally.failed += 1
        tally.notes.append(f"{name}: pytest ended with {code} and left no report")
        return
    passed, failed, skipped = counted
    if code == NOTHING_COLLECTED and tally.is_part:
        print("  nothing of this part is in it", flush=True)
        return
    if code not in (0, 1):
        tally.notes.append(f"{name}: pytest ended with {code}")
    # Nothing collected is a failure too, in a half that was asked for whole.
    failed = failed or (0 if code == 0 else 1)
    if tally.tries_again and failed <= second_try.AT_MOST_COUNT and (tests := second_try.failed_tests(written)):
        steadied = _again(tally, tests, environment, proofs)
        passed, failed = passed + steadied, max(failed - steadied, 0)
    tally.passed += passed
    tally.skipped += skipped
    tally.failed += failed


def _again(tally: Tally, tests: list[str], environment: dict[str, str], proofs: Path) -> int:
    """Tries these once more, one after the other with nothing beside them; answers how many passed."""
    print("\nOnce more, alone: " + ", ".join(tests), flush=True)
    passed_count = 0
    for number, test in enumerate(tests):
        again = proofs.with_name(f"{proofs.stem}-again-{number}.json")
        written = again.with_suffix(".xml")
        words: Words = [PYTHON, "-m", "pytest", "--quiet", "--timeout=300", f"--junitxml={written}", test]
        words += ["-o", "timeout_func_only=true"]
        code, _ = run(words, {**environment, "HAZARD_PROOFS": str(again)}, shown=True)
        second_try.take_over(proofs, again)
        if code == 0 and _count(written) == (1, 0, 0):
            passed_count += 1
            tally.unsteady.append(test)
    return passed_count


def _count(report: Path) -> tuple[int, int, int] | None:
    if not report.exists():
        return None
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314  (written by our own run)
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


def _vitest(tally: Tally) -> None:
    print("\nFront-end tests", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "vitest.json"
        npm, environment = _node()
        words: Words = [*npm, "run", "--silent", "test", "--"]
        words += ["--reporter=dot", "--reporter=json", f"--outputFile.json={written}"]
        run(words, environment, shown=True)
        if not written.exists():
            tally.failed += 1
            return
        counts = json.loads(written.read_text(encoding="utf-8"))
    tally.passed += counts["numPassedTests"]
    tally.failed += counts["numFailedTests"] + (0 if counts["success"] or counts["numFailedTests"] else 1)
    tally.skipped += counts["numPendingTests"]


def postgresql_address() -> str | None:
    """A server that takes us, and a database name of this run alone; None where there is none."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    mine = f"dripstand_{os.getpid()}"
    for server in [given] if given else ["postgresql://postgres@127.0.0.1:5432", "postgresql://127.0.0.1:5432"]:
        ask = f"import psycopg; psycopg.connect('{server}/postgres', connect_timeout=3).close()"
        if run([PYTHON, "-c", ask])[0] == 0:
            return f"{server}/{mine}"
    return None


def chromium() -> str | None:
    """The browser that the browser tests drive."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def _with_sqlite(tally: Tally, environment: dict[str, str], proofs: Path, words: Words) -> None:
    _pytest(tally, "Tests, with SQLite", ["-n", "2", "-m", "not browser", *words], environment, proofs / "sqlite.json")


def _with_postgresql(tally: Tally, environment: dict[str, str], proofs: Path, words: Words) -> None:
    address = postgresql_address()
    if address is None:
        tally.did_not_run(
            "the PostgreSQL half (no server at 127.0.0.1:5432 that trusts us; TEST_POSTGRESQL_URL names another)"
        )
        return
    _pytest(
        tally,
        "Tests that touch a table, again with PostgreSQL",
        ["-n", "2", "-m", "database and not browser", *words],
        {**environment, "DRIPSTAND_DATABASE_URL": address},
        proofs / "postgresql.json",
    )


def _with_a_browser(tally: Tally, environment: dict[str, str], proofs: Path, words: Words) -> bool:
    """Whether there is a browser."""
    browser = chromium()
    if browser is None:
        tally.did_not_run("the browser tests (no Chromium on PATH; CHROMIUM names one elsewhere)")
        return False
    # The time of a test is its own: a clinic that is made for it has a limit of its own (tests/journeys/house.py).
    in_browser: Words = ["-n", "2", "--dist", "loadfile", "-m", "browser", "-o", "timeout_func_only=true", *words]
    _pytest(tally, "Browser tests", in_browser, {**environment, "CHROMIUM": browser}, proofs / "browser.json")
    return True


def test(words: list[str]) -> int:
    """Everything. Words are passed on to pytest, for a part of it."""
    began_s = time.monotonic()
    tally = Tally(everything=os.environ.get("DRIPSTAND_CI") in ("1", "yes"), tries_again=True, is_part=bool(words))
    setup()
    environment = _children()
    lint(tally)
    with tempfile.TemporaryDirectory() as folder:
        proofs = Path(folder)
        _with_sqlite(tally, environment, proofs, list(words))
        _vitest(tally)
        _with_postgresql(tally, environment, proofs, list(words))
        looked = _with_a_browser(tally, environment, proofs, list(words))
        if not words:
            print("\nHazard log", flush=True)
            faults = hazards.check(proofs, complete=looked)
            print("\n".join(f"  {fault}" for fault in faults) or "  every covered row is proved", flush=True)
            tally.passed += 0 if faults else 1
            tally.failed += len(faults)
    return tally.close(began_s)


def only_lint() -> int:
    began_s = time.monotonic()
    tally = Tally()
    setup()
    _children()
    lint(tally)
    return tally.close(began_s)


def prove(words: list[str]) -> int:
    """The same properties and fault runs at full count, and the report of them. Takes hours, prints as it goes.

    Words are passed on to pytest, for a part of it; the report then covers that part. KILLS sets the number of kills.
    """
    began_s = time.monotonic()
    tally = Tally(is_part=bool(words))
    setup()
    environment = {**_children(), "HYPOTHESIS_PROFILE": "prove", "FULL_COUNTS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        proofs = Path(folder)
        kept: Words = ["--timeout=0", "-o", "junit_logging=system-out", *words]
        _with_sqlite(tally, environment, proofs, kept)
        _with_postgresql(tally, environment, proofs, kept)
        looked = _with_a_browser(tally, environment, proofs, kept)
        faults = [] if words else hazards.check(proofs, complete=looked)
        cases = [case for path in sorted(proofs.glob("*.xml")) for case in report.read_cases(path.stem, path)]
    tally.failed += len(faults)
    written = report.write(report.text(cases, report.read_bars(), faults, tally.notes, time.monotonic() - began_s))
    print(f"The report is {written.relative_to(ROOT)}", flush=True)
    return tally.close(began_s)


def bench(words: list[str]) -> int:
    """Each script of bench/, in order; each prints what it measured and on what."""
    setup()
    _children()
    scripts = sorted(path for path in (ROOT / "bench").glob("*.py") if not path.name.startswith("_"))
    codes = [run([PYTHON, script, *words], shown=True)[0] for script in scripts]
    if not scripts:
        print("There is nothing in bench/.", file=sys.stderr)
    return max(codes, default=1)
