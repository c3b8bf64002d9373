"""PCL-5: the sum of a complete form, and two separate statements on a provisional diagnosis.

Cluster rule: an item of 2 or more counts; at least one of B (1-5), one of C (6-7), two of D (8-14), two of E (15-20).
Cut: a total of 31 to 33 or more, the more reliable of the two; the cluster rule can be met at a total of 12. All:
protocol.md 14.2 [V, comorbidityguidelines.org.au] and 6.1 [V]. Neither is a diagnosis.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from dripstand.outcomes.instruments.instrument import verified
from dripstand.outcomes.rules import plain_sum
from dripstand.outcomes.score import Answers, Score, Statement

COUNTS_FROM_SCORE = 2
CLUSTERS: tuple[tuple[str, range, int], ...] = (
    ("B", range(1, 6), 1),
    ("C", range(6, 8), 1),
    ("D", range(8, 15), 2),
    ("E", range(15, 21), 2),
)
"""Cluster, its items, how many of them must count."""

CUT_SCORES = (31, 33)

_CLUSTER_SOURCE = verified("Items of 2 or more: B 1, C 1, D 2, E 2 (protocol.md 14.2, comorbidityguidelines.org.au)")
_CUT_SOURCE = verified("Cut 31 to 33, the more reliable rule (protocol.md 6.1 and 14.2)")
_MONTH_ID = "pcl-5"


def score(answers: Answers) -> Score:
    """The sum and the statements. Both rules were published for the past-month form: on the week form, extrapolated."""
    counted = plain_sum.score(answers)
    extrapolated = answers.instrument_id != _MONTH_ID
    return dataclasses.replace(counted, statements=statements(answers, counted.total_score, extrapolated))


def statements(answers: Answers, total_score: Fraction | None, extrapolated: bool) -> tuple[Statement, ...]:
    """What the two rules say, from a total that may be absent."""
    by_cluster = Statement(
        "pcl-5-clusters", "Provisional by clusters", _clusters(answers), _CLUSTER_SOURCE, extrapolated
    )
    cuts = (
        Statement(
            f"pcl-5-cut-{cut}",
            f"Total of {cut} or more",
            None if total_score is None else total_score >= cut,
            _CUT_SOURCE,
            extrapolated,
        )
        for cut in CUT_SCORES
    )
    return (by_cluster, *cuts)


def _clusters(answers: Answers) -> bool | None:
    """Whether the cluster rule is met; None where an open item could still decide it."""
    surely = possibly = True
    for _name, numbers, needed_count in CLUSTERS:
        values = [answers.of(str(number)) for number in numbers]
        counting = sum(value is not None and value >= COUNTS_FROM_SCORE for value in values)
        surely = surely and counting >= needed_count
        possibly = possibly and counting + sum(value is None for value in values) >= needed_count
    if surely:
        return True
    return None if possibly else False
