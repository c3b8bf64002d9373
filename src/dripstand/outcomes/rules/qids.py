"""QIDS-SR16: nine domains; sleep, appetite with weight, and restlessness count their worst item.

Total = max(1-4) + 5 + max(6-9) + 10 + 11 + 12 + 13 + 14 + max(15, 16), 0 to 27: protocol.md 6.1 [V, ids-qids.org].
Of items 6 and 7, and of 8 and 9, one is answered by design, so one blank in a pair is not missing (14.2 [U]). A domain
whose known items already reach 3 is exact whatever the open ones would say (14.2 [C]). No other rule for gaps is known.
"""

from __future__ import annotations

from fractions import Fraction

from dripstand.outcomes.instruments.instrument import verified
from dripstand.outcomes.score import Answers, Counted, Score, WhyNot

RULE = verified("Nine domains by their worst item: protocol.md 6.1, ids-qids.org; gaps: 14.2, unverified")
HIGHEST_ITEM_SCORE = 3
HIGHEST_TOTAL_SCORE = 27

# Each domain is a tuple of questions; a question is the items of which one answer is enough.
_SLEEP = (("1",), ("2",), ("3",), ("4",))
_APPETITE_AND_WEIGHT = (("6", "7"), ("8", "9"))
_PACE = (("15",), ("16",))
DOMAINS: tuple[tuple[tuple[str, ...], ...], ...] = (
    _SLEEP,
    (("5",),),
    _APPETITE_AND_WEIGHT,
    (("10",),),
    (("11",),),
    (("12",),),
    (("13",),),
    (("14",),),
    _PACE,
)


def score(answers: Answers) -> Score:
    """The total over nine domains, or the items without which it cannot be told."""
    total = 0
    open_items: list[str] = []
    undecided: list[str] = []
    for domain in DOMAINS:
        worst, unanswered = _domain(answers, domain)
        total += worst
        open_items += unanswered
        if unanswered and worst < HIGHEST_ITEM_SCORE:
            undecided += unanswered
    if undecided:
        return Score(answers, Counted.NOT_SCORED, RULE, why_not=WhyNot.ITEMS_MISSING, missing_items=tuple(undecided))
    counted = Counted.EXACT_DESPITE_GAPS if open_items else Counted.COMPLETE
    return Score(answers, counted, RULE, total_score=Fraction(total), missing_items=tuple(open_items))


def bounds(answers: Answers) -> tuple[int, int]:
    """The least and the most that the total can be, whatever the open items would say."""
    found = [_domain(answers, domain) for domain in DOMAINS]
    least = sum(worst for worst, _unanswered in found)
    return least, sum(HIGHEST_ITEM_SCORE if unanswered else worst for worst, unanswered in found)


def _domain(answers: Answers, domain: tuple[tuple[str, ...], ...]) -> tuple[int, list[str]]:
    """The worst answer of a domain, and the items of the questions that have no answer at all."""
    worst = 0
    unanswered: list[str] = []
    for question in domain:
        known = [value for name in question if (value := answers.of(name)) is not None]
        if known:
            worst = max(worst, *known)
        else:
            unanswered += question
    return worst, unanswered
