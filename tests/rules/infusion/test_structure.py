"""What holds whatever the phase says: each decision and each fold guards itself, not only the table before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.bands import Verdict, worst
from dripstand.infusion.decisions.asking import DECIDERS, Asked
from dripstand.infusion.decisions.rates import bands_of
from dripstand.infusion.due import What, due_checks
from dripstand.people.actors import DRIPSTAND
from tests.people import NURSE_OKAFOR, PRESCRIBER_VANCE
from tests.rules.infusion.visits import (
    BAG,
    ORDER,
    SESSION_ID,
    TEMPLATE,
    D,
    Visit,
    arrived,
    bag_checked,
    infusing,
    observing,
    opened,
    ordered,
    ready_to_start,
    ref,
    stopped,
    weighed,
)

START = ev.InfusionStarted(D("150"))


def codes(visit: Visit, request: ev.SessionEvent) -> set[str]:
    """What the request's own decision says, without the table of phases in front of it."""
    asked = Asked(visit.chart, visit.chart, visit.now, visit.now, visit.nurse, TEMPLATE)
    outcome = DECIDERS[type(request)](asked, request)
    return {one.code for one in outcome} if isinstance(outcome, tuple) else set()


@pytest.mark.hazard("H03", "H15")
def test_the_start_looks_at_everything_itself() -> None:
    assert {"identity_not_confirmed", "no_order", "bag_not_hung", "no_line"} <= codes(opened(), START)
    unweighed = arrived()
    order = ordered().log[-1].event
    unweighed.append(order, PRESCRIBER_VANCE)
    assert "no_weight" in codes(unweighed, START)
    assert "bag_has_run" in codes(stopped(), START)
    assert "drug_was_started" in codes(stopped(), ev.SessionCancelled("x"))


def appended(visit: Visit, event: ev.SessionEvent) -> list[str]:
    """The contradictions of a log that the rules would not have written."""
    visit.append(event, visit.nurse)
    return [one.code for one in visit.chart.contradictions]


def left_out(*kinds: type) -> Visit:
    return ready_to_start(leave_out=lambda request: isinstance(request, kinds))


@pytest.mark.hazard("H15", "H62")
def test_a_start_that_lacks_something_is_a_contradiction_in_the_fold() -> None:
    assert appended(left_out(ev.BagHung), START) == ["started_without_bag"]
    assert appended(left_out(ev.LinePrimed), START) == ["started_without_line"]
    assert appended(left_out(ev.LinePlaced), START) == ["started_without_line"]
    assert appended(left_out(ev.ObserverNamed), START) == ["started_without_observer"]
    unchecked = ordered().must(BAG)
    unchecked.append(ev.BagHung(unchecked.bag_id, "x"), unchecked.nurse)
    assert appended(unchecked, START) == ["started_unchecked_bag"]


def test_a_resume_that_lacks_something_is_a_contradiction_in_the_fold() -> None:
    again = ev.InfusionResumed(D("150"))

    def paused() -> Visit:
        return infusing().wait(5).must(ev.InfusionPaused())

    bagless = paused()
    bagless.must(ev.BagTakenDown(bagless.bag_id))
    assert appended(bagless, again) == ["started_without_bag"]
    bagless = paused()
    bagless.must(ev.BagTakenDown(bagless.bag_id)).must(BAG)
    bagless.append(ev.BagHung(bagless.bag_id, "x"), bagless.nurse)
    assert "bag_not_checked" in bagless.refused(again).codes
    assert appended(bagless, again) == ["started_unchecked_bag"]
    assert appended(paused().must(ev.LineRemoved(ev.SiteFinding.PAIN)), again) == ["started_without_line"]


def test_bags_that_cannot_be_are_contradictions_in_the_fold() -> None:
    visit = bag_checked()
    prepared = next(entry.event for entry in visit.log if isinstance(entry.event, ev.BagPrepared))
    assert appended(bag_checked(), prepared) == ["bag_prepared_twice"]
    other = ev.BagPrepared(replace(prepared.bag, bag_id="B", order_id="another"))
    assert appended(bag_checked(), other) == ["bag_without_order"]
    hung = ready_to_start()
    assert appended(hung, ev.BagHung(hung.bag_id, "x")) == ["another_bag_hangs"]
    down = ready_to_start()
    down.must(ev.BagTakenDown(down.bag_id))
    assert appended(down, ev.BagHung(down.bag_id, "x")) == ["bag_was_taken_down"]
    assert appended(down, ev.LinePrimed(ev.LineFluid.DRUG, D(18)))[-1] == "no_bag_to_prime_from"
    assert appended(observing(), ev.LineCleared("aspirated")) == ["nothing_to_clear"]
    still = ready_to_start()
    assert appended(still, ev.SessionCancelled("x")) == ["bag_still_hangs"]
    fast = stopped()
    assert appended(fast, ev.FlushGiven(D(5), D(0))) == ["flush_without_volume_or_time"]
    assert appended(infusing(), ev.ConfirmedAtPump(1, "nurse", D(0))) == ["nothing_to_confirm"]


def test_doubled_devices_alarms_and_hand_overs_are_contradictions_in_the_fold() -> None:
    bound = ev.DeviceBound("m", "M", "b")
    assert appended(infusing().must(bound), bound) == ["device_bound_twice"]
    alarm = ev.AlarmRaised("a", "spo2_low", ev.Priority.HIGH, False, "spo2_percent", "88 %", "90 %", latching=True)
    assert appended(infusing().must(alarm, DRIPSTAND), alarm) == ["alarm_raised_twice"]
    assert appended(infusing().must(alarm, DRIPSTAND), ev.AlarmCleared("a")) == ["latched_alarm_not_acknowledged"]
    offered = infusing().must(ev.HandOverOffered(ref(NURSE_OKAFOR)))
    wrong = ev.HandOverAccepted(len(offered.log), ref(PRESCRIBER_VANCE))
    assert appended(offered, wrong) == ["hand_over_to_another"]


def test_open_tasks_name_the_countersignature_and_the_hand_over() -> None:
    visit = weighed().must(rq.TakeTelephoneOrder(ORDER, ref(PRESCRIBER_VANCE), True))
    found = {check.what: check for check in due_checks(visit.chart, TEMPLATE, visit.now)}
    assert not found[What.COUNTERSIGN].is_now
    late = {check.what: check for check in due_checks(visit.chart, TEMPLATE, visit.now + timedelta(hours=25))}
    assert late[What.COUNTERSIGN].overdue
    offered = infusing().must(ev.HandOverOffered(ref(NURSE_OKAFOR)))
    assert What.HAND_OVER in {check.what for check in due_checks(offered.chart, TEMPLATE, offered.now)}


def test_the_chart_answers_small_questions() -> None:
    visit = infusing()
    chart = visit.chart
    assert chart.is_live and chart.session_id == SESSION_ID and chart.weight_kg == 80
    assert chart.bag_check is not None and chart.bag_hung is not None and chart.bag_down_at is None
    assert observing().chart.bag_down_at is not None
    assert [(step.rate_ml_per_h, step.fluid) for step in chart.rate_steps] == [(150, "drug")]
    flushed = [(step.rate_ml_per_h, step.fluid) for step in observing().chart.rate_steps]
    assert flushed == [(150, "drug"), (0, "drug"), (75, "saline"), (0, "saline")]


def test_the_worst_of_the_bands_decides() -> None:
    visit = infusing().wait(5)
    asked = Asked(visit.chart, visit.chart, visit.now, visit.now, visit.nurse, TEMPLATE)
    assert worst(bands_of(asked, D("150"))) is Verdict.WITHIN and len(bands_of(asked, D("150"))) == 5
    assert worst(bands_of(asked, D("1500"))) is Verdict.REFUSED
    assert bands_of(asked, D("0")) == () and worst(()) is Verdict.WITHIN


def test_an_emergency_can_be_declared_more_than_once_and_on_the_way_to_a_cancelled_visit() -> None:
    visit = infusing().must(ev.EmergencyDeclared())
    first = visit.chart.emergency_at
    visit.wait(3).must(ev.EmergencyDeclared("again"))
    assert visit.chart.emergency_at == first
