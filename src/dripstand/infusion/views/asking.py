"""What the rules would answer, asked without charting anything: previews, and why a button is dead.

The rules are pure, so asking them is calling them; only ``services.submit`` charts what they answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dripstand.course.queries import signed_at
from dripstand.infusion.answers_open import answers_open
from dripstand.infusion.decisions import Decided, decide
from dripstand.infusion.events import InfusionStarted
from dripstand.infusion.queries import clearance, measured
from dripstand.infusion.refusals import Reason, Refusal, refuse
from dripstand.infusion.requests import Request
from dripstand.infusion.views.session_page import SessionPage
from dripstand.infusion.vitals import VitalReadings


def ask(page: SessionPage, request: Request) -> Sequence[Decided] | Refusal:
    """What would be charted now, or why not. Nothing is written."""
    waiting = answers_open(page.chart, request, page.template.choices.suicide_check)
    answer = decide(
        page.chart,
        request,
        now=page.now,
        actor=page.actor,
        template=page.template,
        readings=readings(page),
        day=signed_at(page.now) if isinstance(request, InfusionStarted) else None,
        clearance=clearance(page.chart, request, page.now),
    )
    if waiting is None:
        return answer
    return Refusal((*waiting.reasons, *(answer.reasons if isinstance(answer, Refusal) else ())))


def readings(page: SessionPage) -> VitalReadings:
    """What the bedside monitor says now, as the rules read it."""
    return measured(page.session_id, page.now)


def start_blockers(page: SessionPage) -> tuple[Reason, ...]:
    """What is still missing before the infusion may start, the most important first; empty when it may."""
    bag = page.chart.bag
    rate_ml_per_h = bag.start_rate_ml_per_h if bag is not None else Decimal(0)
    answer = ask(page, InfusionStarted(rate_ml_per_h=rate_ml_per_h))
    if not isinstance(answer, Refusal):
        return ()
    if bag is None and "bag_not_hung" not in answer.codes:
        return (*answer.reasons, *refuse("bag_not_hung").reasons)
    return answer.reasons
