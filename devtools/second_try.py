"""A test that failed beside the others is tried once more, alone, and both results are told.

Real servers, sockets and browsers share the machine with the test beside them; a wait that ran out on a busy machine
is no fault of the product. What fails alone too has failed. What passes then is named in the closing lines as unsteady:
it is to be looked at, and was the way by which a real fault was found before.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

AT_MOST_COUNT = 6
"""With more failures than these it is not the machine."""


def failed_tests(report: Path) -> list[str]:
    """The failed tests of a JUnit report (family xunit1), as pytest takes them: file::class::name."""
    found = []
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314  (written by our own run)
        if case.find("failure") is None and case.find("error") is None:
            continue
        file, name = case.get("file", ""), case.get("name", "")
        inside = case.get("classname", "").removeprefix(file.removesuffix(".py").replace("/", ".")).strip(".")
        found.append("::".join([file, *(inside.split(".") if inside else []), name]))
    return list(dict.fromkeys(found))


def take_over(proofs: Path, again: Path) -> None:
    """Puts what the second try proved of the hazards in the place of what the first did, and removes its file."""
    if not again.exists():
        return
    together = json.loads(proofs.read_text(encoding="utf-8")) if proofs.exists() else {}
    for row, tests in json.loads(again.read_text(encoding="utf-8")).items():
        together.setdefault(row, {}).update(tests)
    proofs.write_text(json.dumps(together), encoding="utf-8")
    again.unlink()
