"""While drug runs: rates, pause, stop, flush, change of bag or line, the pump, and a wrong bag."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction as F

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.due import DueState, What, due_checks
from dripstand.infusion.line import FutureRate, amounts_at, ends_at, vein_steps
from dripstand.infusion.phases import Phase
from tests.people import NURSE_NEW, PRESCRIBER_VANCE
from tests.rules.infusion.visits import (
    BAG,
    GOOD_VITALS,
    ORDER,
    TEMPLATE,
    D,
    Visit,
    infusing,
    observing,
    ordered,
    ref,
    stopped,
)


def change(rate: str, reason: str = "as ordered") -> ev.RateChanged:
    return ev.RateChanged(D(rate), reason)


def meant(rate: str) -> ev.RateChanged:
    """An unusual change that was said back and is meant."""
    return ev.RateChanged(D(rate), "as ordered", meant=True)


@pytest.mark.hazard("H06")
def test_a_rate_above_the_order_is_refused_with_the_limit_in_both_units_and_a_way_forward() -> None:
    answer = infusing().wait(5).refused(change("225"))
    assert answer.code == "rate_above_order"
    assert str(answer) == (
        "225 mL/h is 1.13 mg/kg/h, above this order's limit. The limit is 220 mL/h (1.1 mg/kg/h). "
        "A prescriber can amend the order."
    )
    assert answer.whose_limit == "this order" and answer.field == "rate_ml_per_h"


@pytest.mark.parametrize(
    ("rate", "code"),
    [
        ("30", "rate_below_order"),
        ("4", "rate_below_pump"),
        ("1500", "rate_above_pump"),
        ("150", "same_rate"),
        ("120.05", "rate_not_on_pump"),
        ("0", "not_positive"),
        ("-5", "not_positive"),
    ],
)
def test_rates_that_cannot_be_meant(rate: str, code: str) -> None:
    assert code in infusing().wait(5).refused(change(rate)).codes


def test_a_change_says_why() -> None:
    assert infusing().refused(change("120", " ")).code == "reason_missing"


def test_a_large_raise_takes_a_second_person() -> None:
    visit = infusing().must(meant("80")).wait(2)
    large = change("160")
    assert visit.refused(large).codes == ("second_signature_missing",)
    assert visit.refused(replace(large, second_signature=ref(visit.nurse))).code == "second_signature_same_person"
    visit.must(replace(large, second_signature=ref(visit.second)))


def test_the_dose_cap_holds_a_raise_after_an_amendment_but_never_a_lowering() -> None:
    visit = infusing().wait(10)
    lower = replace(
        ORDER, dose_mg_per_kg=D("0.3"), stated_dose_mg=D(24), dose_cap_mg=D(24), reason="too deep",
        stated_dose_rate_mg_per_kg_per_h=None, highest_dose_rate_mg_per_kg_per_h=D("0.9"),
    )  # fmt: skip
    visit.must(lower, PRESCRIBER_VANCE)
    assert "over_cap" in visit.refused(change("160")).codes
    visit.must(meant("100"))


def test_pause_and_stop_ask_nothing_and_are_open_to_any_nurse() -> None:
    visit = infusing().wait(5).must(ev.InfusionPaused(), NURSE_NEW)
    assert visit.chart.rate_ml_per_h == 0
    visit.must(ev.InfusionStopped(ev.StopReason.NOT_YET_SAID), NURSE_NEW)
    open_tasks = {check.what for check in due_checks(visit.chart, TEMPLATE, visit.now)}
    assert {What.STOP_REASON, What.BAG_DOWN, What.LINE_CLEARED, What.CONFIRM_AT_PUMP} <= open_tasks


@pytest.mark.hazard("H60")
def test_until_somebody_sees_it_the_stop_is_not_confirmed_at_the_pump() -> None:
    visit = infusing().wait(5).must(ev.InfusionStopped(ev.StopReason.COMPLETED))
    stop = len(visit.log)
    unconfirmed = visit.chart.unconfirmed
    assert unconfirmed is not None and unconfirmed.entry.sequence == stop and unconfirmed.since == visit.now
    assert visit.refused(ev.ConfirmedAtPump(stop, "nurse", D("150"))).code == "pump_disagrees"
    assert visit.refused(ev.ConfirmedAtPump(1, "nurse", D("0"))).code == "nothing_to_confirm"
    visit.must(ev.ConfirmedAtPump(stop, "nurse", D("0")))
    assert visit.chart.unconfirmed is None


def test_resuming_is_no_way_round_the_limits() -> None:
    visit = infusing().wait(5).must(ev.InfusionPaused()).wait(1)
    assert "rate_above_order" in visit.refused(ev.InfusionResumed(D("300"))).codes
    assert "rate_below_order" in visit.refused(ev.InfusionResumed(D("15"))).codes
    assert visit.refused(ev.InfusionResumed(D("160")), replace(visit.nurse, competencies=frozenset())).code
    able = frozenset(visit.nurse.competencies - {ev_raise()})
    assert (
        "competency_missing"
        in visit.refused(ev.InfusionResumed(D("160")), replace(visit.nurse, competencies=able)).codes
    )
    visit.must(ev.InfusionResumed(D("140")))


def ev_raise() -> object:
    from dripstand.people.actors import Competency

    return Competency.RAISE_RATE


def checked(visit: Visit, bag: rq.PrepareBag = BAG) -> str:
    visit.must(bag)
    made = visit.chart.bag
    assert made is not None
    visit.must(
        rq.CheckBag(made.bag_id, ev.SecondCheck.SECOND_PERSON, ref(visit.second), made.drawn_ml, D("150")), visit.second
    )
    return made.bag_id


def test_a_bag_may_be_changed_in_a_pause_for_one_that_was_checked() -> None:
    visit = infusing().wait(4).must(ev.InfusionPaused())
    first = visit.bag_id
    visit.must(ev.BagTakenDown(first, D("90")))
    assert "bag_not_hung" in visit.refused(ev.InfusionResumed(D("150"))).codes
    second = checked(visit)
    visit.must(ev.BagHung(second, second)).must(ev.InfusionResumed(D("150"))).wait(60)
    amounts = amounts_at(visit.chart, visit.now)
    assert amounts is not None and amounts.volume_infused_ml == 110
    assert visit.chart.bags[second].has_run


@pytest.mark.hazard("H14")
def test_a_changed_line_throws_away_what_the_old_one_held() -> None:
    visit = infusing().wait(20).must(ev.InfusionPaused())
    visit.must(ev.LineRemoved(ev.SiteFinding.SWELLING))
    assert "no_line" in visit.refused(ev.InfusionResumed(D("150"))).codes
    visit.must(ev.LinePlaced("hand", "right", 22, 1)).must(ev.LinePrimed(ev.LineFluid.SALINE, D("18")))
    amounts = amounts_at(visit.chart, visit.now)
    assert amounts is not None and amounts.discarded_mg == F(72, 10)
    visit.must(ev.InfusionResumed(D("150")))


@pytest.mark.hazard("H61")
def test_a_flush_that_pushes_the_line_in_at_once_is_refused_with_the_minutes_it_takes() -> None:
    visit = stopped()
    answer = visit.refused(ev.FlushGiven(D("20"), D("1")))
    assert answer.code == "flush_too_fast" and "at least 4 minutes" in answer.way_forward
    visit.must(ev.FlushGiven(D("20"), D("4")))
    assert visit.wait(1).refused(ev.FlushGiven(D("20"), D("4"))).code == "clash_another_flush_runs"


@pytest.mark.hazard("H61")
def test_a_flush_that_is_over_is_charted_as_it_was() -> None:
    visit = stopped().wait(10)
    visit.must(ev.FlushGiven(D("20"), D("1")), occurred_at=visit.now - timedelta(minutes=5), late_reason="hands full")
    amounts = amounts_at(visit.chart, visit.now)
    assert amounts is not None and amounts.line_mg == 0


@pytest.mark.parametrize("volume", ["2", "200"])
def test_a_flush_has_a_plausible_volume(volume: str) -> None:
    assert stopped().refused(ev.FlushGiven(D(volume), D("20"))).code == "flush_out_of_range"


def test_a_line_is_not_called_flushed_without_a_flush() -> None:
    visit = stopped()
    assert visit.refused(ev.LineCleared("flushed")).code == "flush_not_charted"
    assert visit.refused(ev.LineCleared("somehow")).code == "cleared_how"


@pytest.mark.hazard("H65")
def test_after_a_wrong_bag_no_number_survives() -> None:
    visit = infusing().wait(10).must(ev.InfusionStopped(ev.StopReason.WRONG_BAG))
    chart = visit.chart
    assert not chart.composition_known
    assert amounts_at(chart, visit.now) is None and ends_at(chart, visit.now) is None
    assert vein_steps(chart, now=visit.now, until=visit.now + timedelta(hours=1)) == []
    visit.must(ev.FlushGiven(D("20"), D("1")))  # nothing is known about what it pushes in, so nothing is claimed


@pytest.mark.hazard("H25")
def test_a_what_if_changes_neither_chart_nor_amounts() -> None:
    visit = infusing().wait(10)
    chart = visit.chart
    before = amounts_at(chart, visit.now)
    until = visit.now + timedelta(hours=1)
    running = vein_steps(chart, now=visit.now, until=until)
    slower = vein_steps(chart, now=visit.now, until=until, future=[FutureRate(visit.now, D("75"))])
    assert running != slower
    later = ends_at(chart, visit.now, D("75"))
    assert later is not None and (later - visit.now).total_seconds() == 60 * 60
    assert amounts_at(chart, visit.now) == before and visit.chart == chart
    assert ends_at(chart, visit.now, D("0")) is None


def test_nothing_hangs_nothing_ends() -> None:
    visit = ordered()
    assert ends_at(visit.chart, visit.now) is None and amounts_at(visit.chart, visit.now) is None
    assert vein_steps(visit.chart, now=visit.now, until=visit.now) == []


def test_the_screen_asks_when_the_bag_should_be_empty() -> None:
    visit = infusing().wait(41)
    found = {check.what: check for check in due_checks(visit.chart, TEMPLATE, visit.now)}
    assert found[What.BAG_EMPTY].state is DueState.NOW
    assert found[What.BAG_EMPTY].is_now and not found[What.BAG_EMPTY].overdue


def test_checks_come_round_and_grow_overdue() -> None:
    visit = infusing()
    chart = visit.chart

    def state(what: What, minutes: int) -> DueState:
        now = visit.now + timedelta(minutes=minutes)
        return next(check.state for check in due_checks(chart, TEMPLATE, now) if check.what is what)

    assert [state(What.VITAL_SIGNS, minutes) for minutes in (9, 10, 13, 17)] == [
        DueState.COMING, DueState.NOW, DueState.DUE, DueState.OVERDUE,
    ]  # fmt: skip
    assert state(What.SITE_CHECK, 15) is DueState.NOW
    visit.wait(10).must(GOOD_VITALS)
    chart = visit.chart
    assert state(What.VITAL_SIGNS, 0) is DueState.COMING
    later = observing()
    whats = {check.what for check in due_checks(later.chart, TEMPLATE, later.now, last_nibp_at=later.now)}
    assert What.SITE_CHECK not in whats and What.VITAL_SIGNS in whats


@pytest.mark.hazard("H63")
def test_an_emergency_opens_what_treats_and_not_more_ketamine_or_the_door_home() -> None:
    visit = infusing().wait(5)
    assert visit.refused(ev.MedicineGiven("adrenaline", "0.5 mg", "IM"), NURSE_NEW).code == "competency_missing"
    visit.must(ev.EmergencyDeclared(), NURSE_NEW)
    visit.must(ev.MedicineGiven("adrenaline", "0.5 mg", "IM"), NURSE_NEW)
    visit.must(ev.FlushGiven(D("20"), D("1")), NURSE_NEW)
    visit.must(ev.BagTakenDown(visit.bag_id)).must(ev.LinePlaced("hand", "right", 14, 1), NURSE_NEW)
    assert visit.refused(ev.PatientLeft()).code == "not_while_infusing"
    assert visit.refused(change("180"), NURSE_NEW).code
    assert "impossible_value" in visit.refused(replace(GOOD_VITALS, spo2_percent=130)).codes
    visit.must(ev.PatientTransferred("", ""))
    chart = visit.chart
    assert chart.phase is Phase.TRANSFERRED and chart.rate_ml_per_h == 0 and chart.contradictions == ()
    assert visit.refused(GOOD_VITALS).code == "not_while_transferred"


@pytest.mark.hazard("H06")
def test_an_unusual_change_is_said_back_once_and_charted_when_it_is_meant() -> None:
    """52.5 typed as 25.5 stays inside the order's limits: it is said in mL/h, dose rate, time left and per cent."""
    visit = infusing().wait(5).must(change("120")).wait(1)
    answer = visit.refused(change("75"))
    assert answer.codes == ("rate_change_unusual",)
    assert str(answer).startswith("75 mL/h, 0.38 mg/kg/h is 63 % of the running 120 mL/h; the bag would last 68 min.")
    visit.must(ev.RateChanged(D("75"), "as ordered", meant=True)).wait(1)
    assert visit.chart.rate_ml_per_h == 75
    back = infusing().wait(5).must(change("120")).must(change("102")).wait(1).must(change("150"))
    assert back.chart.rate_ml_per_h == 150, "back to the label's own rate is usual"


@pytest.mark.hazard("H06")
def test_a_pause_and_a_stop_are_never_asked_twice_and_what_is_charted_late_is_not_either() -> None:
    visit = infusing().wait(5)
    visit.must(change("75"), occurred_at=visit.now - timedelta(minutes=4), late_reason="the tablet was away")
    visit.must(ev.InfusionPaused()).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
