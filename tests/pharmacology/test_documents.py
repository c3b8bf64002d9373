"""The pages about pharmacology say what the code does."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from dripstand.pharmacology import MODEL_NAMES, models
from dripstand.pharmacology.against_data import FIGURE, PAGE, page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_tutorial_prints_what_it_says() -> None:
    text = (DOCS / "tutorials" / "first-infusion-curve.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```)?", text, re.DOTALL)
    assert len(blocks) >= 6
    names: dict[str, object] = {}
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "first-infusion-curve.md", "exec"), names)
        assert printed.getvalue() == expected


def test_the_page_of_models_against_data_is_what_would_be_written_now() -> None:
    written = (DOCS / "reference" / PAGE).read_text(encoding="utf-8")
    assert written == page()
    assert (DOCS / "reference" / FIGURE).exists()


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_reference_names_every_model(name: str) -> None:
    assert f"`{name}`" in (DOCS / "reference" / "pharmacology.md").read_text(encoding="utf-8")


def test_every_guess_of_every_model_stands_in_the_assumptions() -> None:
    text = (DOCS / "reference" / "assumptions.md").read_text(encoding="utf-8")
    flat = " ".join(text.split())
    for m in models():
        for guess in m.guesses:
            assert " ".join(guess.split()) in flat, guess
