"""The generator of docs/hazards.md and its check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devtools import hazards

TEST_FILE = """
import pytest

pytestmark = pytest.mark.hazard("H03")

@pytest.mark.hazard("H01", "H02")
def test_two_rows(): ...

@pytest.mark.browser
@pytest.mark.hazard("H04")
async def test_in_a_browser(): ...

def helper(): ...
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of its own with one test file; the page is written."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_sample.py").write_text(TEST_FILE)
    write_list(tmp_path, H01="covered", H02="not yet", H03="not yet", H04="not yet")
    monkeypatch.setattr(hazards, "ROOT", tmp_path)
    monkeypatch.setattr(hazards, "LIST", tmp_path / "hazards.toml")
    monkeypatch.setattr(hazards, "PAGE", tmp_path / "hazards.md")
    # Both are defaults of functions, so the functions are asked with them.
    monkeypatch.setattr(hazards.read_rows, "__defaults__", (tmp_path / "hazards.toml",))
    monkeypatch.setattr(hazards.marked_tests, "__defaults__", (tmp_path / "tests",))
    hazards.write()
    return tmp_path


def write_list(folder: Path, missing: str = "", **states: str) -> None:
    ending = f'missing = "{missing}"\n' if missing else ""
    rows = [f'[{name}]\nsituation = "s"\nseverity = 4\nstate = "{state}"\n{ending}' for name, state in states.items()]
    (folder / "hazards.toml").write_text("\n".join(rows))


def proofs(folder: Path, **outcomes: bool) -> Path:
    """A folder as a run leaves it: row -> did its one test pass."""
    left = folder / "proofs"
    left.mkdir(exist_ok=True)
    (left / "sqlite.json").write_text(json.dumps({row: {"test": passed} for row, passed in outcomes.items()}))
    return left


def test_marks_are_found_in_the_source(log: Path) -> None:
    found = {test.name: (test.rows, test.browser) for test in hazards.marked_tests()}
    assert found == {"test_two_rows": (("H01", "H02", "H03"), False), "test_in_a_browser": (("H03", "H04"), True)}


def test_a_covered_row_that_was_proved_is_fine(log: Path) -> None:
    assert hazards.check(proofs(log, H01=True), complete=True) == []


def test_a_covered_row_without_a_passing_test_fails(log: Path) -> None:
    assert "H01 is listed as covered, and no test" in hazards.check(proofs(log), complete=True)[0]
    faults = hazards.check(proofs(log, H01=False), complete=True)
    assert len(faults) == 2 and "test failed" in faults[1]


def test_a_row_that_fails_in_one_half_of_the_run_is_not_proved_by_the_other(log: Path) -> None:
    left = proofs(log, H01=True)
    (left / "postgresql.json").write_text(json.dumps({"H01": {"test": False}}))
    assert hazards.check(left, complete=True)


def test_a_row_that_only_a_browser_proves_is_held_against_complete_runs_only(log: Path) -> None:
    write_list(log, H01="not yet", H02="not yet", H03="not yet", H04="covered")
    hazards.write()
    assert hazards.check(proofs(log), complete=False) == []
    assert hazards.check(proofs(log), complete=True)


def test_a_page_that_was_not_written_anew_fails(log: Path) -> None:
    (log / "hazards.md").write_text("old")
    assert "docs/hazards.md is not what" in hazards.check(proofs(log, H01=True), complete=True)[0]


def test_a_mark_of_no_known_row_fails(log: Path) -> None:
    write_list(log, H01="covered", H02="not yet", H03="not yet")
    assert hazards.write() == 1
    assert any("H04" in fault for fault in hazards.check(proofs(log, H01=True), complete=True))


@pytest.mark.parametrize(("state", "missing"), [("half", ""), ("covered", "something"), ("done", "")])
def test_the_list_says_what_is_missing_of_half_covered_rows_and_only_of_those(
    log: Path, state: str, missing: str
) -> None:
    write_list(log, missing, H01=state)
    with pytest.raises(hazards.HazardListWrong):
        hazards.read_rows()
