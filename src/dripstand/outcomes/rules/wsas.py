"""WSAS: the sum of five; one open item (also work, where it does not apply) counts as the mean of the others.

Source: NHS Data Dictionary, Work and Social Adjustment Scale: one missing value, or "not applicable" for work, is the
average of the others; with more than one the form is disregarded.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import verified
from dripstand.outcomes.rules import prorated
from dripstand.outcomes.score import Answers, Score

RULE = verified("One open item counts as the mean of the others; two: not scored (NHS Data Dictionary)")
MISSING_AT_MOST_COUNT = 1


def score(answers: Answers) -> Score:
    return prorated.score(answers, missing_at_most_count=MISSING_AT_MOST_COUNT, rule=RULE)
