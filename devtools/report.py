"""The report of `make prove`: date, commit, machine, every bar with its figures and its control run, every failing row.

docs/bars.toml says which tests prove which bar; the run says what became of them. What was not tried says so: a bar
without a test, and one whose tests did not run here, is "not run", never "passed".
"""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from devtools.steps import ROOT

BARS = ROOT / "docs" / "bars.toml"
REPORTS = ROOT / "docs" / "reports"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its number in the list of reliability, and the tests (file, or file::function) that prove it."""

    number: int
    words: str
    tests: tuple[str, ...]
    control: tuple[str, ...]
    bench: str
    not_run: str


@dataclass(frozen=True, slots=True)
class Case:
    """One test of the run. outcome: "passed", "failed" or "skipped". said: what it printed."""

    half: str
    path: str
    name: str
    outcome: str
    seconds: float
    said: str
    why: str = ""


def read_bars(path: Path = BARS) -> list[Bar]:
    """By number."""
    found = [
        Bar(
            int(number),
            entry["bar"],
            tuple(entry.get("tests", ())),
            tuple(entry.get("control", ())),
            entry.get("bench", ""),
            entry.get("not_run", ""),
        )
        for number, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
    ]
    return sorted(found, key=lambda bar: bar.number)


def missing_tests(bars: Sequence[Bar]) -> list[str]:
    """What a bar names and the sources do not hold."""
    gone = []
    for bar in bars:
        for named in (*bar.tests, *bar.control, *filter(None, [bar.bench])):
            file, _, function = named.partition("::")
            path = ROOT / file
            if not path.exists():
                gone.append(f"bar {bar.number}: there is no {file}")
            elif function and function not in _functions(path):
                gone.append(f"bar {bar.number}: there is no {named}")
    return gone


def _functions(path: Path) -> set[str]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def read_cases(half: str, path: Path) -> list[Case]:
    """The tests of one part of the run, from its JUnit report (xunit1, so that each names its file)."""
    found = []
    for case in ElementTree.parse(path).getroot().iter("testcase"):  # noqa: S314  (written by our own run)
        outcome, why = "passed", ""
        for child in case:
            if child.tag in ("failure", "error"):
                outcome, why = "failed", child.get("message") or ""
            elif child.tag == "skipped":
                outcome, why = "skipped", child.get("message") or ""
        said = "".join(each.text or "" for each in case.iter("system-out"))
        found.append(
            Case(half, case.get("file") or "", case.get("name") or "", outcome, float(case.get("time") or 0), said, why)
        )
    return found


def _of(named: str, cases: Sequence[Case]) -> list[Case]:
    file, _, function = named.partition("::")
    return [each for each in cases if each.path == file and (not function or each.name.split("[")[0] == function)]


def _verdict(named: Sequence[str], cases: Sequence[Case]) -> str:
    """In words: how many ran and what became of them."""
    if not named:
        return "none"
    here = [each for one in named for each in _of(one, cases)]
    counted = {word: sum(each.outcome == word for each in here) for word in ("passed", "failed", "skipped")}
    if not counted["passed"] and not counted["failed"]:
        return "not run"
    parts = [f"{count} {word}" for word, count in counted.items() if count]
    return ("**FAILED**: " if counted["failed"] else "") + ", ".join(parts)


def _figures(named: Sequence[str], cases: Sequence[Case]) -> list[str]:
    """The lines that the tests print about themselves; log lines of the product are none."""
    lines: list[str] = []
    for one in named:
        for each in _of(one, cases):
            for line in each.said.splitlines():
                text = line.strip()
                if text and not text[:4].isdigit() and text not in lines:
                    lines.append(text)
    return lines[:6]


def machine() -> str:
    """This machine, in one line."""
    model, memory_gb = "", 0.0
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        named = [line for line in cpus.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        model = named[0].split(":", 1)[1].strip() if named else ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory_gb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} cores {model}, {memory_gb:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load {load} at the end"
    )


def commit() -> str:
    """The commit that was tried, and whether files differed from it."""
    here = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return (here.stdout.strip() or "unknown") + (" with changes" if changed.stdout.strip() else "")


def text(
    cases: Sequence[Case], bars: Sequence[Bar], hazard_faults: Sequence[str], notes: Sequence[str], took_s: float
) -> str:
    """The whole report, in Markdown."""
    failed = [each for each in cases if each.outcome == "failed"]
    skipped = [each for each in cases if each.outcome == "skipped"]
    passed_count = sum(each.outcome == "passed" for each in cases)
    lines = [
        "# What was proved",
        "",
        "Written by `make prove`; do not edit it by hand.",
        "",
        f"- date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, after {took_s / 60:.0f} minutes",
        f"- commit: {commit()}",
        f"- machine: {machine()}",
        f"- tests: {passed_count} passed, {len(failed)} failed, {len(skipped)} skipped",
        "",
        "## Bars",
        "",
        "| bar | what must hold | run | figures | control run | not run |",
        "|---|---|---|---|---|---|",
    ]
    for bar in bars:
        figures = "<br>".join(_figures((*bar.tests, *bar.control), cases)) or "-"
        bench = f" and `{bar.bench}`" if bar.bench else ""
        run = _verdict(bar.tests, cases) if bar.tests else "not run"
        cells = (str(bar.number), bar.words, run + bench, figures, _verdict(bar.control, cases), bar.not_run or "-")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", "## Failing rows", ""]
    lines += [f"- {each.half}: `{each.path}::{each.name}`: {_one_line(each.why)}" for each in failed] or ["None."]
    lines += ["", "## Hazards", ""]
    lines += [f"- {fault}" for fault in hazard_faults] or ["Every covered row is proved by a test that passed."]
    lines += ["", "## Not run here", ""]
    lines += [f"- {note}" for note in notes]
    lines += [f"- {each.half}: `{each.path}::{each.name}`: {_one_line(each.why)}" for each in skipped]
    if not notes and not skipped:
        lines.append("Nothing was left out.")
    slowest = sorted(cases, key=lambda each: each.seconds, reverse=True)[:15]
    lines += ["", "## Where the time went", "", "| seconds | test |", "|---|---|"]
    lines += [f"| {each.seconds:.0f} | {each.half}: `{each.path}::{each.name.split('[')[0]}` |" for each in slowest]
    return "\n".join(lines) + "\n"


def _one_line(why: str) -> str:
    return " ".join(why.split())[:240] or "no words"


def write(content: str, folder: Path = REPORTS) -> Path:
    """docs/reports/prove-DATE.md."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"prove-{datetime.now(UTC):%Y-%m-%d}.md"
    path.write_text(content, encoding="utf-8")
    return path
