"""What a question is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from dripstand.evaluation.entries import NO, NOT_KNOWN, YES
from dripstand.evaluation.indications import EVERY, Indication

MOST_LETTERS_COUNT = 2000


class Kind(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. choices: value to words. lowest, highest: of a number. required: open, it holds a decision."""

    question: str
    words: str
    kind: Kind = Kind.YES_NO
    choices: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    unit: str = ""
    required: bool = True
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(1200)

    @property
    def values(self) -> tuple[str, ...]:
        """The values of a closed question; empty for a number or words."""
        if self.kind is Kind.YES_NO:
            return (YES, NO, NOT_KNOWN)
        return (*self.choices, NOT_KNOWN) if self.kind is Kind.CHOICE else ()


@dataclass(frozen=True, slots=True)
class Section:
    section: str
    words: str
    questions: tuple[Question, ...]
    indications: frozenset[Indication] = EVERY


def yes_no(question: str, words: str, *, help: str = "", required: bool = True) -> Question:
    return Question(question, words, help=help, required=required)
