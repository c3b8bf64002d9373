"""The table of bars and the report of `make prove`: what was not run is never said to have passed."""

from __future__ import annotations

from pathlib import Path

from devtools import report

BAR = report.Bar(10, "nothing stale", ("tests/a.py::test_it",), ("tests/a.py::test_control",), "", "three of eight")


def case(name: str, outcome: str, said: str = "", why: str = "") -> report.Case:
    return report.Case("sqlite", "tests/a.py", name, outcome, 1.0, said, why)


def test_every_bar_of_the_list_names_tests_that_exist_or_says_why_there_are_none() -> None:
    bars = report.read_bars()
    assert report.missing_tests(bars) == []
    asked = {3, 4, 5, *range(7, 17), 20, 22, 23, 24} - {6}
    assert asked <= {bar.number for bar in bars}
    assert all(bar.tests or bar.not_run for bar in bars)
    assert all(bar.control or bar.not_run for bar in bars)


def test_a_bar_shows_its_run_its_figures_and_its_control() -> None:
    cases = [case("test_it[a]", "passed", "said 3.2 s\n2026-01-01 INFO x"), case("test_control", "passed")]
    content = report.text(cases, [BAR], [], [], 60.0)
    assert "| 10 | nothing stale | 1 passed | said 3.2 s | 1 passed | three of eight |" in content
    assert "2026-01-01 INFO" not in content


def test_what_did_not_run_is_not_run_and_what_failed_is_a_row_of_its_own() -> None:
    skipped = report.text([case("test_it", "skipped", why="no Redis")], [BAR], ["no Chromium"], ["no server"], 1.0)
    assert "| 10 | nothing stale | not run | - | not run |" in skipped
    assert "no Redis" in skipped and "no server" in skipped
    failed = report.text([case("test_it", "failed", why="lost\n2 rows")], [BAR], [], [], 1.0)
    assert "**FAILED**: 1 failed" in failed
    assert "- sqlite: `tests/a.py::test_it`: lost 2 rows" in failed


def test_a_test_that_a_bar_names_in_vain_is_found(tmp_path: Path) -> None:
    assert report.missing_tests([report.Bar(1, "x", ("tests/no_such.py",), (), "", "")])
    assert report.missing_tests([report.Bar(1, "x", ("tests/server/test_bars.py::test_nothing",), (), "", "")])


def test_the_report_reads_what_pytest_writes(tmp_path: Path) -> None:
    written = tmp_path / "sqlite.xml"
    written.write_text(
        '<testsuites><testsuite><testcase file="tests/a.py" name="test_it" time="2.5"><system-out>p99 3 ms</system-out>'
        '</testcase><testcase file="tests/a.py" name="test_b" time="0"><failure message="no"/></testcase></testsuite>'
        "</testsuites>",
        encoding="utf-8",
    )
    found = report.read_cases("sqlite", written)
    assert [(one.name, one.outcome, one.said) for one in found] == [
        ("test_it", "passed", "p99 3 ms"),
        ("test_b", "failed", ""),
    ]
    path = report.write("# x\n", tmp_path / "reports")
    assert path.read_text(encoding="utf-8") == "# x\n"
