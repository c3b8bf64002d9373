"""PHQ-9: at most two open items count as the mean of the others; item 9 is never filled in; difficulty stays outside.

Source: Arrieta 2017, doi 10.1002/jclp.22390, read on a secondary page (protocol.md 14.2 [S]). That item 9 is never
filled in is this software's own design, as protocol.md 14.2 says.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import secondary
from dripstand.outcomes.rules import prorated
from dripstand.outcomes.score import Answers, Counted, Score, WhyNot, missing_items

RULE = secondary(
    "Up to two open items count as the mean of the answered ones (Arrieta 2017, doi 10.1002/jclp.22390; protocol.md "
    "14.2); item 9 is never filled in"
)
MISSING_AT_MOST_COUNT = 2


def score(answers: Answers) -> Score:
    """The total, prorated where the rule allows it. Without item 9 there is none: it is asked, not assumed."""
    missing = missing_items(answers)
    if answers.instrument.suicide_item in missing:
        return Score(answers, Counted.NOT_SCORED, RULE, why_not=WhyNot.SUICIDE_ITEM_MISSING, missing_items=missing)
    return prorated.score(answers, missing_at_most_count=MISSING_AT_MOST_COUNT, rule=RULE)
