"""What an instrument is: items with their ranges, the window that it asks about, its words, its licence.

An instrument is data. It never changes once a release carried it: a correction is a new version, and answers name the
version that they were given to, so an upgrade cannot make an old answer mean something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from dripstand.protocol.template import Mark, Source


class Rater(StrEnum):
    """Who answers."""

    PATIENT = "patient"
    CLINICIAN = "clinician"


class Words(StrEnum):
    """Where the item texts come from."""

    CARRIED = "carried"  # the licence lets this software carry them
    CLINIC_LOADS = "clinic loads"  # only scores are entered, until the clinic loads a text that it holds a licence for


@dataclass(frozen=True, slots=True)
class RecallWindow:
    """The time an instrument asks about. Shown beside every score: two weeks reach back before the last infusion."""

    days_count: int
    words: str
    source: Source


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``name`` is its number as printed; an item outside the total has ``in_total`` false."""

    name: str
    highest_score: int
    lowest_score: int = 0
    in_total: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """An instrument's words in one language.

    items: by item name. choices: by answer; own_choices: of an item that has other answers than the rest.
    source: where the words were read and how far that was verified.
    """

    language: str
    version: str
    title: str
    stem: str
    items: Mapping[str, str]
    choices: Mapping[int, str]
    source: Source
    instructions: str = ""
    own_choices: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    credit: str = ""

    def choices_of(self, item: str) -> Mapping[int, str]:
        return self.own_choices.get(item, self.choices)


@dataclass(frozen=True, slots=True)
class Licence:
    """What may be done with the words. ``statement`` is printed wherever the instrument is offered."""

    statement: str
    source: Source


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of totals: it begins at ``from_score`` and ends where the next begins."""

    from_score: int | Fraction
    name: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one instrument. ``bands_source`` is None where nobody published bands.

    suicide_item: the item on death or self-harm; also_suicide_items: further ones that count alike.
    total_is_mean: the total is the mean of the items and not their sum. total_at_most_score: the highest total, where
    the rule counts otherwise than by adding up the items. decimals_count: of a total that is no whole number.
    """

    id: str
    version: str
    name: str
    rater: Rater
    recall: RecallWindow
    items: tuple[Item, ...]
    words: Words
    licence: Licence
    source: Source
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    bands_source: Source | None = None
    suicide_item: str = ""
    suicide_item_source: Source | None = None
    has_total: bool = True
    also_suicide_items: tuple[str, ...] = ()
    total_is_mean: bool = False
    total_at_most_score: int | None = None
    decimals_count: int = 1

    @property
    def suicide_items(self) -> tuple[str, ...]:
        """Every item on death or self-harm; empty where there is none."""
        return (self.suicide_item, *self.also_suicide_items) if self.suicide_item else ()

    @property
    def total_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.in_total)

    @property
    def highest_total_score(self) -> int:
        """The highest total: what the items can add up to, or their mean, or what the rule itself says.

        QIDS counts domains and says so itself (27, not 48).
        """
        if self.total_at_most_score is not None:
            return self.total_at_most_score
        if self.total_is_mean:
            return max(item.highest_score for item in self.total_items)
        return self.highest_sum_score

    @property
    def highest_sum_score(self) -> int:
        """What the items of the total can add up to."""
        return sum(item.highest_score for item in self.total_items)

    @property
    def lowest_sum_score(self) -> int:
        return sum(item.lowest_score for item in self.total_items)

    def item(self, name: str) -> Item | None:
        return next((item for item in self.items if item.name == name), None)


def numbered(count: int, highest_score: int) -> tuple[Item, ...]:
    """Items 1 to ``count`` with the same range."""
    return tuple(Item(str(number), highest_score) for number in range(1, count + 1))


def numbers_of(highest_score: int, lowest_words: str, highest_words: str) -> dict[int, str]:
    """The answers of a scale of numbers of which only the two ends have words."""
    words = {value: str(value) for value in range(highest_score + 1)}
    return words | {0: f"0 – {lowest_words}", highest_score: f"{highest_score} – {highest_words}"}


def choice_words(value: int, words: str) -> str:
    """An answer as staff read it: its number and its words, the number once."""
    return words if words.split(" ", 1)[0] == str(value) else f"{value} {words}".strip()


def by_number(*texts: str) -> dict[str, str]:
    """Item texts in printed order, by item name."""
    return {str(number): text for number, text in enumerate(texts, start=1)}


def verified(text: str) -> Source:
    return Source(text, Mark.VERIFIED)


def secondary(text: str) -> Source:
    return Source(text, Mark.SECONDARY)


def unverified(text: str) -> Source:
    return Source(text, Mark.UNVERIFIED)
