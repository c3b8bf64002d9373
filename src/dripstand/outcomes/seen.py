"""What has been seen of a course so far, as the forecast reads it: responded, improved, or neither."""

from __future__ import annotations

from enum import StrEnum

from dripstand.outcomes.definitions import BY_CODE
from dripstand.outcomes.response import judge
from dripstand.outcomes.score import Score


class Seen(StrEnum):
    RESPONDED = "responded"  # a fall of at least 50 %
    IMPROVED = "improved"  # at least 20 %, below 50 %
    NOT_IMPROVED = "not improved"  # below 20 %


def seen(baseline: Score, later: Score) -> Seen | None:
    """Where the later score stands against the baseline; None where either was not scored. Raises ScalesMixed.

    The limits are those of Guangzhou 2024 (20 %) and of response (50 %), protocol.md 7.2 and 6.1, on any scale.
    """
    responded = judge(BY_CODE["madrs-response-50"], baseline, later).for_counting().met
    improved = judge(BY_CODE["madrs-improvement-20"], baseline, later).for_counting().met
    if responded is None or improved is None:
        return None
    if responded:
        return Seen.RESPONDED
    return Seen.IMPROVED if improved else Seen.NOT_IMPROVED
