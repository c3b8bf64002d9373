"""ASRM: the sum of five items; one open item is prorated, two are not; 6 or more is positive.

Source: protocol.md 14.2: positive at 6 [S, mrcpsych.uk: 85.5 and 87.3 %]; one missing item prorated [S, the DSM-5
version, whose coding from 1 to 5 does not fit this limit and is not used].
"""

from __future__ import annotations

import dataclasses

from dripstand.outcomes.instruments.instrument import secondary
from dripstand.outcomes.rules import prorated
from dripstand.outcomes.score import Answers, Score, Statement

RULE = secondary("One open item counts as the mean of the answered ones; two: not scored (protocol.md 14.2)")
MISSING_AT_MOST_COUNT = 1
POSITIVE_FROM_SCORE = 6

_POSITIVE = secondary("6 or more is positive (protocol.md 14.2, mrcpsych.uk)")


def score(answers: Answers) -> Score:
    counted = prorated.score(answers, missing_at_most_count=MISSING_AT_MOST_COUNT, rule=RULE)
    return dataclasses.replace(counted, statements=(positive(counted),))


def positive(counted: Score) -> Statement:
    """Whether a manic or hypomanic state is likely. Without a total it cannot be told, which is not "no"."""
    holds = None if counted.total_score is None else counted.total_score >= POSITIVE_FROM_SCORE
    return Statement("asrm-positive", "Elevated mood likely (6 or more)", holds, _POSITIVE)
