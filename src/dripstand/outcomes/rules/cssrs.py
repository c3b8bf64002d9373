"""C-SSRS result: high risk is a yes to item 4 or 5 in the past month, or any behaviour in the past three months.

Source: protocol.md 6.1 [V, Columbia triage guide]. An unanswered item is never taken as a no, but for one case: after
a no to item 2 the screen goes on to item 6, so items 3 to 5 are then not asked (general knowledge, unverified).
"""

from __future__ import annotations

from dripstand.outcomes.instruments.cssrs import BEHAVIOUR_THREE_MONTHS
from dripstand.outcomes.instruments.instrument import verified
from dripstand.outcomes.score import Answers, Counted, Score, Statement, WhyNot

RULE = verified("Item 4 or 5 in the past month, or behaviour in the past 3 months (protocol.md 6.1)")
INTENT_ITEMS = ("4", "5")
_THOUGHTS = "2"
_ASKED_AFTER_THOUGHTS = ("3", "4", "5")
HIGH_RISK = "c-ssrs-high-risk"
ANY_YES = "c-ssrs-any-yes"
INTENT = "c-ssrs-intent"


def score(answers: Answers) -> Score:
    """No total; three statements."""
    return Score(
        answers,
        Counted.NOT_SCORED,
        RULE,
        why_not=WhyNot.NO_TOTAL,
        missing_items=tuple(item.name for item in answers.instrument.items if _of(answers, item.name) is None),
        statements=(
            Statement(HIGH_RISK, "High risk", _any_yes(answers, (*INTENT_ITEMS, BEHAVIOUR_THREE_MONTHS)), RULE),
            Statement(INTENT, "Intent", _any_yes(answers, INTENT_ITEMS), RULE),
            Statement(ANY_YES, "Any yes", _any_yes(answers, tuple(i.name for i in answers.instrument.items)), RULE),
        ),
    )


def _any_yes(answers: Answers, items: tuple[str, ...]) -> bool | None:
    values = [_of(answers, item) for item in items]
    if 1 in values:
        return True
    return None if None in values else False


def _of(answers: Answers, item: str) -> int | None:
    """An answer, or a no where the screen did not ask because item 2 was a no."""
    value = answers.of(item)
    return 0 if value is None and item in _ASKED_AFTER_THOUGHTS and answers.of(_THOUGHTS) == 0 else value
