"""What holds for the room as a whole: plain nouns, pages that say what the code does, and old answers read alike."""

from __future__ import annotations

import ast
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

import dripstand.outcomes
from dripstand.outcomes.score import Answers
from dripstand.outcomes.scoring import score
from tests.outcomes.written_pages import DOCS, PAGES, written

ROOM = Path(dripstand.outcomes.__file__).parent
VECTORS = Path(__file__).parent / "vectors"
NOT_PLAIN = {
    "apps", "bringing_in", "deciding", "disposing", "due", "escalating", "forms", "learning", "loading_texts", "models",
    "permissions", "queries", "ratings", "services", "urls", "words",
}  # fmt: skip
MODULES = sorted(
    path
    for path in ROOM.rglob("*.py")
    if path.stem not in NOT_PLAIN and not {"migrations", "views", "templatetags"} & set(path.relative_to(ROOM).parts)
)
FROM_OTHER_ROOMS = {"dripstand.protocol.template", "dripstand.people.actors", "dripstand.people.errors"}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_a_plain_noun_imports_the_standard_library_numpy_and_other_plain_nouns(path: Path) -> None:
    allowed = {
        "__future__", "collections", "dataclasses", "datetime", "enum", "fractions", "functools", "hashlib", "json",
        "numpy", "statistics", "types", "typing",
    }  # fmt: skip
    for name in _imported(path):
        if name.startswith("dripstand"):
            assert name.startswith("dripstand.outcomes") or name in FROM_OTHER_ROOMS
        else:
            assert name.split(".")[0] in allowed
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"datetime\.now|default_rng|\bopen\(", text)
    assert len(text.splitlines()) < 300


@pytest.mark.parametrize("page", list(PAGES))
def test_the_pages_of_the_reference_are_what_the_code_says(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == written(page), "run: python -m tests.outcomes.written_pages"


@pytest.mark.hazard("H50")
@pytest.mark.parametrize(
    "case", json.loads((VECTORS / "scores-1.json").read_text("utf-8")), ids=lambda case: case["who"]
)
def test_answers_given_to_a_released_version_are_read_as_they_were_then(case: dict[str, object]) -> None:
    kept = case["answers"]
    assert isinstance(kept, dict)
    result = score(Answers(str(case["instrument"]), str(case["version"]), kept))
    total = None if result.total_score is None else str(result.total_score)
    assert (total, result.band_name, result.counted.value) == (case["total"], case["band"], case["counted"])
    assert total is None or Fraction(total) == result.total_score
    held = {each.code: each.holds for each in result.statements}
    assert held == case["statements"]
