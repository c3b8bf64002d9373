"""SHAPS: each of the two answers of disagreement counts one, each of agreement none; complete, or not scored.

Source: NIDA Data Share, after Snaith 1995. The four answers are kept as 0 (strongly agree) to 3 (strongly disagree). No
rule for gaps was found.
"""

from __future__ import annotations

from fractions import Fraction

from dripstand.outcomes.instruments.instrument import verified
from dripstand.outcomes.score import Answers, Counted, Score, WhyNot, missing_items

RULE = verified("Disagree or strongly disagree 1, agree or strongly agree 0 (NIDA Data Share, after Snaith 1995)")
COUNTS_FROM_SCORE = 2


def score(answers: Answers) -> Score:
    """How many of the fourteen give no pleasure, or the reason why that cannot be told."""
    missing = missing_items(answers)
    if missing:
        return Score(answers, Counted.NOT_SCORED, RULE, why_not=WhyNot.ITEMS_MISSING, missing_items=missing)
    return Score(answers, Counted.COMPLETE, RULE, total_score=Fraction(_without(answers)))


def bounds(answers: Answers) -> tuple[int, int]:
    """The least and the most that the total can be, whatever the open items would say."""
    least = _without(answers)
    return least, least + len(missing_items(answers))


def _without(answers: Answers) -> int:
    return sum((answers.of(item.name) or 0) >= COUNTS_FROM_SCORE for item in answers.instrument.total_items)
