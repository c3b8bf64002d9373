"""Open items counted as the mean of the answered ones, where a scale's rule allows it, and up to how many."""

from __future__ import annotations

from fractions import Fraction

from dripstand.outcomes.rules.plain_sum import sum_of
from dripstand.outcomes.score import Answers, Counted, Score, WhyNot, missing_items
from dripstand.protocol.template import Source


def score(answers: Answers, *, missing_at_most_count: int, rule: Source) -> Score:
    """The sum with open items at the mean of the answered ones, or not scored where more are open than allowed."""
    missing = missing_items(answers)
    if not missing:
        return Score(answers, Counted.COMPLETE, rule, total_score=Fraction(sum_of(answers)))
    if len(missing) > missing_at_most_count:
        return Score(answers, Counted.NOT_SCORED, rule, why_not=WhyNot.ITEMS_MISSING, missing_items=missing)
    item_count = len(answers.instrument.total_items)
    total = Fraction(sum_of(answers) * item_count, item_count - len(missing))
    return Score(answers, Counted.PRORATED, rule, total_score=total, missing_items=missing)
