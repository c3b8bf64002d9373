"""What was answered, and what it adds up to: values only. How each scale is counted stands in ``rules/``.

The answers are kept as they were given, whatever becomes of the score. A score that could not be counted says why; a
score that was counted in spite of a gap says so, and everything computed from it repeats it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.instruments.instrument import Instrument
from dripstand.protocol.template import Source


@dataclass(frozen=True, slots=True)
class Answers:
    """One filled instrument. An item that was left out is None or absent: the two mean the same.

    entered_total_score: a total that somebody read from a paper and typed in, with or without the items.
    """

    instrument_id: str
    instrument_version: str
    by_item: Mapping[str, int | None] = field(default_factory=dict)
    entered_total_score: int | None = None

    @property
    def instrument(self) -> Instrument:
        return instrument(self.instrument_id, self.instrument_version)

    def of(self, item: str) -> int | None:
        return self.by_item.get(item)


class Counted(StrEnum):
    """How a total came about."""

    COMPLETE = "complete"
    EXACT_DESPITE_GAPS = "exact despite gaps"  # no answer to the open items could change the total
    PRORATED = "prorated"  # open items count as the mean of the answered ones, by the scale's published rule
    TOTAL_ENTERED = "total entered"
    NOT_SCORED = "not scored"


class WhyNot(StrEnum):
    """Why there is no total. The answers are kept all the same."""

    ITEMS_MISSING = "items missing"  # more than the scale's rule allows, or the scale has no such rule
    SUICIDE_ITEM_MISSING = "suicide item missing"  # never filled in from other items
    NO_TOTAL = "no total"  # the instrument has none


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that a published rule says of these answers. ``holds`` is None where it cannot be told.

    extrapolated: the rule was published for another version or another scale.
    """

    code: str
    words: str
    holds: bool | None
    source: Source
    extrapolated: bool = False

    @property
    def printed(self) -> str:
        answer = {True: "yes", False: "no", None: "cannot be told"}[self.holds]
        return f"{self.words}: {answer}{' (extrapolated)' if self.extrapolated else ''}"


@dataclass(frozen=True, slots=True)
class Score:
    """The result for one filled instrument. ``total_score`` is exact: a mean of answers may leave a fraction."""

    answers: Answers
    counted: Counted
    rule: Source
    total_score: Fraction | None = None
    why_not: WhyNot | None = None
    missing_items: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()

    @property
    def instrument(self) -> Instrument:
        return self.answers.instrument

    @property
    def is_partial(self) -> bool:
        """Whether a total was counted although its items are not all known."""
        return self.counted is Counted.PRORATED

    @property
    def recall_words(self) -> str:
        return self.instrument.recall.words

    @property
    def band_name(self) -> str:
        """The band that the total lies in; empty where there is no total or nobody published bands.

        A total with a fraction belongs to the band whose lower limit it has reached: nothing is rounded up.
        """
        if self.total_score is None:
            return ""
        reached = [band.name for band in self.instrument.bands if band.from_score <= self.total_score]
        return reached[-1] if reached else ""

    @property
    def printed_total(self) -> str:
        """As it is shown: a whole number, or with its decimals cut off (never rounded up over a limit)."""
        if self.total_score is None:
            return "not scored"
        if self.total_score.denominator == 1:
            return str(self.total_score.numerator)
        count = self.instrument.decimals_count
        whole, rest = divmod(int(self.total_score * 10**count), 10**count)
        return f"{whole}.{rest:0{count}d}"

    def statement(self, code: str) -> Statement | None:
        return next((each for each in self.statements if each.code == code), None)


def missing_items(answers: Answers) -> tuple[str, ...]:
    """Items of the total without an answer, as printed in order."""
    return tuple(item.name for item in answers.instrument.total_items if answers.of(item.name) is None)
