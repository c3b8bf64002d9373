"""The hazard log: docs/hazards.toml says what each row's state is, the tests' marks say what proves it.

`make hazards` writes docs/hazards.md from the two. `make test` fails when a row listed as covered has no test that
passed in that run, or when docs/hazards.md is not what would be written now.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devtools.steps import ROOT

LIST = ROOT / "docs" / "hazards.toml"
PAGE = ROOT / "docs" / "hazards.md"
TESTS = ROOT / "tests"
STATES = ("covered", "half", "not yet")


class HazardListWrong(ValueError):
    """docs/hazards.toml says something that cannot be."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. state: "covered", "half" (missing says what) or "not yet"."""

    id: str
    situation: str
    severity: int
    state: str
    missing: str


@dataclass(frozen=True, slots=True)
class MarkedTest:
    """A test that carries hazard marks, found by reading its source. browser: it needs Chromium."""

    path: str
    name: str
    rows: tuple[str, ...]
    browser: bool


def read_rows(path: Path = LIST) -> list[Row]:
    """Raises HazardListWrong for an unknown state, or for a half row that does not say what is missing."""
    rows = []
    for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        row = Row(key, entry["situation"], entry["severity"], entry["state"], entry.get("missing", ""))
        if row.state not in STATES:
            raise HazardListWrong(f"{key}: the state is {row.state!r}; it is one of {', '.join(STATES)}.")
        if (row.state == "half") != bool(row.missing):
            raise HazardListWrong(f"{key}: a half covered row, and only that, says what is missing.")
        rows.append(row)
    return sorted(rows, key=lambda row: row.id)


def _marks(decorators: list[ast.expr]) -> tuple[set[str], bool]:
    rows: set[str] = set()
    browser = False
    for decorator in decorators:
        for node in ast.walk(decorator):
            if isinstance(node, ast.Attribute) and node.attr == "browser":
                browser = True
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "hazard":
                rows |= {str(a.value) for a in node.args if isinstance(a, ast.Constant)}
    return rows, browser


def _module_marks(module: ast.Module) -> tuple[set[str], bool]:
    for node in module.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            return _marks([node.value])
    return set(), False


def _in_file(path: Path) -> Iterator[MarkedTest]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    shared_rows, shared_browser = _module_marks(module)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            rows, browser = _marks(node.decorator_list)
        elif isinstance(node, ast.ClassDef) or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            # A stateful test is a class, or the name its TestCase is given.
            rows, browser = _marks(node.decorator_list if isinstance(node, ast.ClassDef) else [node.value])
            if isinstance(node, ast.Assign) and node.targets[0].id == "pytestmark":  # type: ignore[attr-defined]
                continue
        else:
            continue
        if rows or (shared_rows and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            name = node.name if not isinstance(node, ast.Assign) else node.targets[0].id  # type: ignore[attr-defined]
            where = path.relative_to(ROOT).as_posix()
            yield MarkedTest(where, name, tuple(sorted(rows | shared_rows)), browser or shared_browser)


def marked_tests(folder: Path = TESTS) -> list[MarkedTest]:
    return sorted(
        (test for path in sorted(folder.rglob("test_*.py")) for test in _in_file(path)),
        key=lambda test: (test.path, test.name),
    )


def page(rows: list[Row], tests: list[MarkedTest]) -> str:
    """docs/hazards.md."""
    counts = {state: sum(row.state == state for row in rows) for state in STATES}
    lines = [
        "# Hazards and their proofs",
        "",
        "Written by `make hazards` from `docs/hazards.toml` and from the marks of the tests; do not edit it by hand.",
        "*S* is the severity: 5 death, 4 life-threatening or lasting, 3 needs treatment or rights harmed, 2 minor.",
        "",
        f"{len(rows)} rows: {counts['covered']} covered, {counts['half']} half covered, {counts['not yet']} not yet.",
        "A row is covered when every control it names is in the product and has a test;",
        "`make test` fails when a covered row has no test that passed.",
        "",
        "| id | hazardous situation | S | state | proved by |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        proofs = [test for test in tests if row.id in test.rows]
        state = f"half: {row.missing}" if row.state == "half" else row.state
        shown = "<br>".join(f"`{test.name}`" for test in proofs) or "-"
        lines.append(f"| {row.id} | {row.situation} | {row.severity} | {state} | {shown} |")
    return "\n".join(lines) + "\n"


def write() -> int:
    """`make hazards`."""
    rows, tests = read_rows(), marked_tests()
    PAGE.write_text(page(rows, tests), encoding="utf-8")
    known = {row.id for row in rows}
    unlisted = sorted({mark for test in tests for mark in test.rows} - known)
    for mark in unlisted:
        print(f"{mark} is marked in a test, and is no row of docs/hazards.toml.")
    for row in rows:
        if row.state == "not yet" and any(row.id in test.rows for test in tests):
            print(f"{row.id} has tests, and is listed as not yet.")
    return 1 if unlisted else 0


def _proved(folder: Path) -> dict[str, dict[str, bool]]:
    together: dict[str, dict[str, bool]] = {}
    for path in sorted(folder.glob("*.json")):
        for row, tests in json.loads(path.read_text(encoding="utf-8")).items():
            for test, passed in tests.items():
                earlier = together.setdefault(row, {}).get(test, True)
                together[row][test] = earlier and passed
    return together


def check(folder: Path, *, complete: bool) -> list[str]:
    """What is wrong with the log after a run that left its proofs in `folder`.

    complete: the browser tests ran too; without them a row that only they prove is not held against the run.
    """
    rows, tests, proved = read_rows(), marked_tests(), _proved(folder)
    faults = []
    for row in rows:
        here = proved.get(row.id, {})
        only_browser = all(test.browser for test in tests if row.id in test.rows)
        if row.state == "covered" and not any(here.values()) and (complete or not only_browser):
            faults.append(f"{row.id} is listed as covered, and no test that proves it passed.")
        failed = sorted(test for test, passed in here.items() if not passed)
        if row.state == "covered" and failed:
            faults.append(f"{row.id} is listed as covered, and {failed[0]} failed.")
    for mark in sorted({mark for test in tests for mark in test.rows} - {row.id for row in rows}):
        faults.append(f"{mark} is marked in a test, and is no row of docs/hazards.toml.")
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(rows, tests):
        faults.append("docs/hazards.md is not what `make hazards` would write now.")
    return faults
