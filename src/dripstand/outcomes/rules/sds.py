"""SDS: the sum of a complete form, and whether one of its three parts is impaired by itself (5 or more).

Source: help.valant.com, after Sheehan 1996 [S]. No rule for an item that does not apply was found: it stays open, and
the form is not scored.
"""

from __future__ import annotations

import dataclasses

from dripstand.outcomes.instruments.instrument import secondary
from dripstand.outcomes.rules import plain_sum
from dripstand.outcomes.score import Answers, Score, Statement

IMPAIRED = "sds-one-part-impaired"
IMPAIRED_FROM_SCORE = 5

_PART = secondary("5 or more on any part is significant impairment (help.valant.com, after Sheehan 1996)")


def score(answers: Answers) -> Score:
    values = [answers.of(item.name) for item in answers.instrument.total_items]
    reached = any(value is not None and value >= IMPAIRED_FROM_SCORE for value in values)
    holds = True if reached else None if None in values else False
    said = Statement(IMPAIRED, "Significant impairment in one part (5 or more)", holds, _PART)
    return dataclasses.replace(plain_sum.score(answers), statements=(said,))
