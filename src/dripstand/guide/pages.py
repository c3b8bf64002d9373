"""The pages of the guide as plain values: which there are, what may stand in them, and how Markdown becomes a page."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

LANGUAGES = ("en", "de", "es")
TEXTS = Path(__file__).parent / "texts"

_TRACY = "N. Tracy, HealthyPlace, 4 January 2022, reviewed by H. Croft MD"
_OXFORD = "Oxford Health NHS Foundation Trust, ketamine leaflets"

SOURCES: dict[str, tuple[str, ...]] = {
    "what-it-is": (_TRACY,),
    "before-you-start": (_TRACY,),
    "the-day-before": (_TRACY, _OXFORD, "the clinic's signed protocol"),
    "the-room": (_TRACY,),
    "the-line": (_TRACY,),
    "what-it-may-feel-like": (_TRACY,),
    "hard-moments": (_TRACY, _OXFORD),
    "how-long": (_TRACY, "the clinic's signed protocol"),
    "going-home": (_TRACY, _OXFORD, "Spravato label (no driving until the next day)"),
    "the-course": (_TRACY,),
    "when-does-it-help": (_TRACY, "McIntyre 2020", "McInnes 2022", "Oliver 2022", "Pfeiffer 2024", "Murrough 2013"),
    "side-effects": (
        "McIntyre 2020 (CRTCE, n=203)",
        "Acevedo-Diaz 2019",
        "Short 2018, Lancet Psychiatry",
        "McInnes 2022 (mood worse in 8 of 100)",
    ),
    "in-your-own-words": ("this software's own rules",),
    "if-you-feel-unsafe": ("the clinic's own numbers",),
}
"""Slug to where its facts are from, in the order in which the pages are read."""

PLACEHOLDERS = frozenset(
    {
        "clinic",
        "when",
        "food_until",
        "drink_until",
        "room",
        "chair",
        "nurse",
        "escort",
        "minutes",
        "observation_min",
        "infusions",
        "phone",
        "emergency",
        "crisis_line",
        "response_range",
        "your_visit",
        "your_place",
        "your_nurse",
        "your_fasting",
        "your_escort",
        "your_length",
        "your_plan",
    }
)
"""What a page may be fitted with; anything else in braces is refused when the page is saved. `your_…` are whole
sentences, which say it another way while the fact is missing (fitting.py); the rest are words."""

_HOLE = re.compile(r"\{([^{}]*)\}")
_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(["heading", "list", "emphasis"])


@dataclass(frozen=True, slots=True)
class Text:
    """One page in one language."""

    title: str
    body: str


@functools.cache
def shipped(language: str) -> Mapping[str, Text]:
    """The texts written for Dripstand, by slug. Raises FileNotFoundError for a language that has none."""
    found: dict[str, Text] = {}
    for part in (TEXTS / f"{language}.md").read_text(encoding="utf-8").split("=== ")[1:]:
        head, body = part.split("\n", 1)
        slug, title = head.split(" | ", 1)
        found[slug] = Text(title.strip(), body.strip())
    return found


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """What stands in braces and is no placeholder."""
    return tuple(sorted({name for name in _HOLE.findall(text) if name not in PLACEHOLDERS}))


def rendered(body: str, values: Mapping[str, str]) -> str:
    """A page as HTML. No raw HTML and no link comes through Markdown; values are escaped after it, so that a room's or
    a person's name can neither be markup nor Markdown. Placeholders without a value stay visible to whoever wrote."""
    drawn = _MARKDOWN.render(body)
    return _HOLE.sub(lambda hole: html.escape(values.get(hole[1], hole[0])), drawn)
