"""ASQ: positive after any yes to questions 1 to 4; acute where the fifth, on thoughts right now, is a yes too.

Source: NIMH toolkit [V, a scanned copy: "Positive screen: yes to any of the 4 items"]. That a refused question counts
as positive, and that an acute positive is not left alone until evaluated, is of the same sheet, from general knowledge
[U]. The fifth is asked only after a yes: after four times no it is no open question.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.asq import ACUITY_ITEM, SCREEN_ITEMS
from dripstand.outcomes.instruments.instrument import verified
from dripstand.outcomes.score import Answers, Counted, Score, Statement, WhyNot

RULE = verified("A yes to any of questions 1 to 4 (NIMH toolkit); the fifth is on acuity")
POSITIVE = "asq-positive"
ACUTE = "asq-acute"


def score(answers: Answers) -> Score:
    """No total; two statements, and the questions that are still to be asked."""
    screened = [answers.of(item) for item in SCREEN_ITEMS]
    positive = True if 1 in screened else None if None in screened else False
    acuity = answers.of(ACUITY_ITEM)
    acute = True if acuity == 1 else False if positive is False or acuity == 0 else None
    missing = [item for item in SCREEN_ITEMS if answers.of(item) is None]
    if positive is not False and acuity is None:
        missing.append(ACUITY_ITEM)
    return Score(
        answers,
        Counted.NOT_SCORED,
        RULE,
        why_not=WhyNot.NO_TOTAL,
        missing_items=tuple(missing),
        statements=(
            Statement(POSITIVE, "Positive screen", positive, RULE),
            Statement(ACUTE, "Acute: thoughts right now", acute, RULE),
        ),
    )
