"""No infusion is ordered or started without a standing eligible decision and a consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest

from dripstand.evaluation.standing import Change, ChangeKind, Clearance, Obstacle, Why
from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.decisions.clearing import CODES
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.saying import say
from tests.people import NURSE_REYES, PRESCRIBER_VANCE
from tests.rules.infusion.visits import OPENED, ORDER, Visit, infusing, ready_to_start, ref, weighed

TRAMADOL = Change(ChangeKind.MEDICINE_ADDED, "medicine-1", "tramadol", OPENED, "M. Reyes")
LAPSED = Clearance((Obstacle(Why.LAPSED, changes=(TRAMADOL,), since=OPENED),))
TELEPHONE = rq.TakeTelephoneOrder(ORDER, ref(PRESCRIBER_VANCE), True)


def refused(visit: Visit, request: rq.Request, clearance: Clearance | None, late_reason: str = "") -> Refusal:
    actor = PRESCRIBER_VANCE if isinstance(request, rq.GiveOrder) else NURSE_REYES
    answer = visit.ask(request, actor, clearance=clearance, late_reason=late_reason)
    assert isinstance(answer, Refusal)
    return answer


@pytest.mark.parametrize("why", [why for why in Why if why is not Why.LAPSED])
@pytest.mark.parametrize("request_", [ORDER, TELEPHONE], ids=["signed", "by telephone"])
def test_an_order_without_a_standing_decision_and_consent_is_refused_and_says_why(
    why: Why, request_: rq.Request
) -> None:
    found = refused(weighed(), request_, Clearance((Obstacle(why, since=OPENED),)))
    assert found.codes == (CODES[why],)
    assert found.way_forward


def test_the_same_order_with_them_is_signed() -> None:
    assert weighed().must(ORDER, PRESCRIBER_VANCE, clearance=Clearance((), "decision-1")).chart.order is not None


def test_nobody_having_asked_the_evaluation_is_no_clearance() -> None:
    assert refused(weighed(), ORDER, None).codes == ("no_decision",)


def test_a_lapsed_decision_names_the_medicine_that_was_added() -> None:
    found = refused(weighed(), ORDER, LAPSED)
    assert found.fact == "The decision lapsed because of this: medicine added: tramadol."
    several = Clearance((replace(LAPSED.obstacles[0], changes=(TRAMADOL, TRAMADOL, TRAMADOL)),))
    assert "tramadol; and 2 more" in refused(weighed(), ORDER, several).fact


def test_what_lapsed_after_the_order_holds_the_start() -> None:
    visit = ready_to_start()
    bag = visit.chart.bag
    assert bag is not None
    start = ev.InfusionStarted(bag.start_rate_ml_per_h)
    assert refused(visit, start, LAPSED).codes == ("decision_lapsed",)
    withdrawn = Clearance((Obstacle(Why.CONSENT_WITHDRAWN, since=OPENED),))
    assert refused(visit, start, withdrawn).codes == ("consent_withdrawn",)
    assert visit.must(start).chart.started_at is not None


def test_once_drug_runs_an_order_that_lowers_it_is_not_held_up() -> None:
    visit = infusing().wait(5)
    gentler = replace(ORDER, dose_cap_mg=D("45"), reason="nausea")
    assert visit.must(gentler, PRESCRIBER_VANCE, clearance=LAPSED).chart.order is not None


@pytest.mark.hazard("H11")
@pytest.mark.parametrize(("hours", "code"), [(23.5, None), (24.5, "weight_too_old")])
def test_an_order_on_an_old_weight_is_refused(hours: float, code: str | None) -> None:
    visit = weighed()
    entry = visit.chart.weight
    assert entry is not None
    visit.now = entry.occurred_at + timedelta(hours=hours)
    answer = visit.ask(ORDER, PRESCRIBER_VANCE)
    assert (answer.code if isinstance(answer, Refusal) else None) == code


def test_an_order_keeps_the_decision_that_it_rests_on_and_says_so() -> None:
    at = datetime(2026, 2, 24, 9, 0, tzinfo=UTC)
    visit = weighed().must(ORDER, PRESCRIBER_VANCE, clearance=Clearance((), "decision-7", "Dr. T. Vance", at))
    order, entry = visit.chart.order, visit.chart.order_entry
    assert order is not None and entry is not None
    assert (order.decision_id, order.decided_by, order.decided_at) == ("decision-7", "Dr. T. Vance", at)
    assert "rests on the decision that Dr. T. Vance signed on 24 Feb 2026" in str(say(entry.event, UTC))
    # Amended before the start it rests on what stands then.
    again = replace(ORDER, reason="lower rate limit")
    amended = visit.must(again, PRESCRIBER_VANCE, clearance=Clearance((), "decision-8", "Dr. T. Vance", at)).chart.order
    assert amended is not None and amended.decision_id == "decision-8"


def test_an_order_that_is_amended_while_drug_runs_rests_on_the_decision_of_the_one_before() -> None:
    visit = infusing()
    before = visit.chart.order
    assert before is not None and before.decision_id == "decision-1"
    again = replace(ORDER, reason="lower the cap", dose_cap_mg=D("50"))
    amended = visit.must(again, PRESCRIBER_VANCE, clearance=None).chart.order
    assert amended is not None and amended.dose_cap_mg == D("50") and amended.decision_id == "decision-1"
