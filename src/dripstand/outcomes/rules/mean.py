"""Scales whose total is the mean of their items: complete, or not scored. PEG (three items) and BSL-23 (23 items).

PEG: mean of three (Krebs 2009). BSL-23: the sum divided by 23 (measurely.com.au). Of neither a rule for gaps was found,
so none is made up.
"""

from __future__ import annotations

import dataclasses

from dripstand.outcomes.instruments.instrument import unverified
from dripstand.outcomes.rules import plain_sum
from dripstand.outcomes.score import Answers, Score

RULE = unverified("Mean of all items; no rule for missing items is known, so an incomplete form is not scored")


def score(answers: Answers) -> Score:
    """The mean, exact, or the reason why there is none."""
    counted = dataclasses.replace(plain_sum.score(answers), rule=RULE)
    if counted.total_score is None:
        return counted
    return dataclasses.replace(counted, total_score=counted.total_score / len(answers.instrument.total_items))
