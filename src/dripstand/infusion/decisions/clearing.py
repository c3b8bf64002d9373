"""Whether the evaluation lets this patient be treated: asked before an order and before a start, never decided here."""

from __future__ import annotations

from collections.abc import Iterator

from dripstand.evaluation.standing import Obstacle, Why
from dripstand.infusion.decisions.asking import Asked
from dripstand.infusion.refusals import Reason, reason

CODES = {
    Why.NEVER_SIGNED: "no_decision",
    Why.NOT_ELIGIBLE: "decided_not_eligible",
    Why.DEFERRED: "decision_deferred",
    Why.WITHDRAWN: "decision_withdrawn",
    Why.EXPIRED: "decision_expired",
    Why.LAPSED: "decision_lapsed",
    Why.NO_CONSENT: "no_consent",
    Why.CONSENT_WITHDRAWN: "consent_withdrawn",
    Why.CONSENT_EXPIRED: "consent_expired",
    Why.CONSENT_TEXT_CHANGED: "consent_text_changed",
    Why.CONSENT_TO_ASK_AGAIN: "consent_to_ask_again",
}
CLEARANCE_CODES = frozenset({*CODES.values(), "decision_lapsed_by_several"})


def not_cleared(asked: Asked) -> Iterator[Reason]:
    """What stands in the way on the side of the evaluation. Nobody asked it: as if there were no decision."""
    if asked.clearance is None:
        yield reason("no_decision")
        return
    yield from (reason_of(one) for one in asked.clearance.obstacles)


def reason_of(obstacle: Obstacle) -> Reason:
    """An obstacle as a reason of this room."""
    since = f"{obstacle.since:%Y-%m-%d %H:%M} UTC" if obstacle.since is not None else ""
    if obstacle.why is Why.LAPSED:
        first = obstacle.changes[0]
        more = len(obstacle.changes) - 1
        code = "decision_lapsed_by_several" if more else "decision_lapsed"
        return reason(code, what=first.kind, said=first.said, count=more)
    return reason(CODES[obstacle.why], since=since)
