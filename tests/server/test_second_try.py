"""`make test` tries what failed once more, alone: real runs of pytest over a folder of three tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devtools import checks, second_try

TESTS = '''
from pathlib import Path
import pytest

class TestAtAChair:
    @pytest.mark.parametrize("way", ["a[b]", "c"])
    def test_that_fails_once(self, way):
        seen = Path(__file__).with_name(f"seen-{way[0]}")
        was_there = seen.exists()
        seen.touch()
        assert was_there

def test_that_always_fails():
    assert False

def test_that_passes():
    pass
'''


QUICKLY = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p pytest_timeout -p no:cacheprovider"}


def a_half(folder: Path, *words: str, tries_again: bool, is_part: bool = False) -> checks.Tally:
    """A half of `make test` over these tests, with what its first run left of the hazards."""
    (folder / "test_sample.py").write_text(TESTS)
    tally = checks.Tally(tries_again=tries_again, is_part=is_part)
    checks._pytest(tally, "A half", ["--rootdir", str(folder), str(folder), *words], QUICKLY, folder / "half.json")
    return tally


def test_what_fails_beside_the_others_and_passes_alone_is_counted_as_passed_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("devtools.steps.ROOT", tmp_path)
    tally = a_half(tmp_path, tries_again=True)
    assert (tally.passed, tally.failed) == (3, 1)
    assert tally.unsteady == [f"test_sample.py::TestAtAChair::test_that_fails_once[{way}]" for way in ("a[b]", "c")]
    assert tally.close(0.0) == 1, "what fails alone too has failed"
    said = capfd.readouterr().out
    assert "Once more, alone: " in said and said.count("UNSTEADY: ") == 2


def test_a_half_whose_only_failures_pass_alone_has_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("devtools.steps.ROOT", tmp_path)
    tally = a_half(tmp_path, "-k", "not always", tries_again=True)
    assert (tally.passed, tally.failed, len(tally.unsteady)) == (3, 0, 2)
    assert tally.close(0.0) == 0


def test_a_half_of_which_nothing_was_collected_has_failed_unless_a_part_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("devtools.steps.ROOT", tmp_path)
    tally = a_half(tmp_path, "-k", "no_such_test", tries_again=True)
    assert (tally.passed, tally.failed, tally.close(0.0)) == (0, 1, 1)
    part = a_half(tmp_path, "-k", "no_such_test", tries_again=True, is_part=True)
    assert (part.passed, part.failed, part.close(0.0)) == (0, 0, 0), "what was asked for is in another half"


def test_without_a_second_try_each_failure_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("devtools.steps.ROOT", tmp_path)
    tally = a_half(tmp_path, tries_again=False)
    assert (tally.passed, tally.failed, tally.unsteady) == (1, 3, [])


def test_what_the_second_try_proved_of_a_hazard_stands_in_the_place_of_the_first(tmp_path: Path) -> None:
    first, again = tmp_path / "browser.json", tmp_path / "browser-again-0.json"
    first.write_text(json.dumps({"H01": {"one": False, "two": False}, "H02": {"one": False}}))
    again.write_text(json.dumps({"H01": {"one": True}, "H02": {"one": True}}))
    second_try.take_over(first, again)
    assert json.loads(first.read_text()) == {"H01": {"one": True, "two": False}, "H02": {"one": True}}
    assert not again.exists()
    second_try.take_over(first, again)
    assert json.loads(first.read_text())["H01"] == {"one": True, "two": False}, "no second file changes nothing"
