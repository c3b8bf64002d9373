"""Scales that are the sum of their items and have no rule for gaps: complete, or not scored.

GAD-7 and PCL-5: no rule for missing items was found, so none is made up (protocol.md 14.2 [U]). MADRS, BDI-II, HAM-D17,
CADSS: the same choice, ours.
"""

from __future__ import annotations

from fractions import Fraction

from dripstand.outcomes.instruments.instrument import unverified
from dripstand.outcomes.score import Answers, Counted, Score, WhyNot, missing_items

RULE = unverified("Sum of all items; no rule for missing items is known, so an incomplete form is not scored")


def score(answers: Answers) -> Score:
    """The sum, or the reason why there is none."""
    missing = missing_items(answers)
    if missing:
        return Score(answers, Counted.NOT_SCORED, RULE, why_not=WhyNot.ITEMS_MISSING, missing_items=missing)
    return Score(answers, Counted.COMPLETE, RULE, total_score=Fraction(sum_of(answers)))


def sum_of(answers: Answers) -> int:
    """The sum of what was answered among the items of the total."""
    return sum(answers.of(item.name) or 0 for item in answers.instrument.total_items)
