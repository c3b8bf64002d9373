"""What goes wrong at the chair: the line, the bag, the pump, the patient's own stop, the building."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.due import What, due_checks
from dripstand.infusion.leaving_early import StillOpen, still_open
from dripstand.infusion.line import amounts_at, amounts_range, ends_at
from dripstand.infusion.partial import course_value
from dripstand.infusion.phases import Phase
from dripstand.infusion.prediction import Prediction, Unpredictable, predict
from tests.people import FRONT_DESK_SORO, NURSE_NEW, PRESCRIBER_VANCE
from tests.rules.infusion.visits import (
    BAG,
    ORDER,
    TEMPLATE,
    D,
    Visit,
    arrived,
    infusing,
    observing,
    ready_to_start,
    ref,
    stopped,
)

DRUG = ev.LineFluid.DRUG
WRONG = ev.BagDoubt.WRONG


def vein(visit: Visit) -> tuple[F, F]:
    found = amounts_range(visit.chart, visit.now)
    assert found is not None
    return found[0].vein_mg, found[1].vein_mg


def due(visit: Visit) -> set[What]:
    return {check.what for check in due_checks(visit.chart, TEMPLATE, visit.now)}


# --- the patient's own stop, the line ---------------------------------------------------------------------------------


def test_a_wish_to_stop_stays_open_until_it_is_stopped_or_the_patient_says_otherwise() -> None:
    visit = infusing().wait(10).must(ev.StopAsked("make it stop"), NURSE_NEW)
    wish = len(visit.log)
    assert What.STOP_ASKED in due(visit)
    assert visit.refused(ev.StopAskedAnswered(wish, " ")).code == "words_missing"
    visit.must(ev.StopAskedAnswered(wish, "no, I want to go on"))
    assert What.STOP_ASKED not in due(visit) and visit.chart.phase is Phase.INFUSING
    assert visit.refused(ev.StopAskedAnswered(wish, "again")).code == "no_stop_asked"
    visit.must(ev.StopAsked()).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    assert What.STOP_ASKED not in due(visit) and visit.chart.stop_asked is None


def test_a_wish_to_stop_in_a_pause_stays_open_and_nothing_resumes_before_it_is_answered() -> None:
    """Said while the pump stands: whoever comes next must not let it run again without having asked."""
    visit = infusing().wait(10).must(ev.InfusionPaused()).wait(1).must(ev.StopAsked("no more"), NURSE_NEW)
    wish = len(visit.log)
    assert What.STOP_ASKED in due(visit)
    assert visit.refused(ev.InfusionResumed(D("150"))).code == "stop_asked_open"
    visit.must(ev.StopAskedAnswered(wish, "I can go on now")).must(ev.InfusionResumed(D("150")))
    visit.wait(2).must(ev.StopAsked()).must(ev.InfusionPaused())
    assert visit.refused(ev.InfusionResumed(D("150"))).code == "stop_asked_open", "asked while it ran, then paused"
    visit.must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    assert What.STOP_ASKED not in due(visit)


def test_who_wants_to_stop_before_the_drug_runs_is_asked_again_before_it_is_started() -> None:
    visit = ready_to_start().must(ev.StopAsked("I would rather not today"), NURSE_NEW)
    wish = len(visit.log)
    assert What.STOP_ASKED in due(visit)
    assert visit.refused(ev.InfusionStarted(D("150"))).code == "stop_asked_open"
    visit.must(ev.StopAskedAnswered(wish, "I do want it, I was afraid")).must(ev.InfusionStarted(D("150")))
    assert What.STOP_ASKED not in due(visit)


def test_attempts_that_placed_no_line_are_charted_and_the_visit_can_be_cancelled() -> None:
    visit = arrived().must(ev.LinePlacingFailed(1, "left hand")).must(ev.LinePlacingFailed(2))
    assert visit.refused(ev.LinePlacingFailed(0)).code == "not_positive"
    visit.must(ev.SessionCancelled("no line could be placed"))
    assert visit.chart.phase is Phase.CANCELLED


def test_what_ran_since_the_site_was_last_good_may_lie_beside_the_vein() -> None:
    """20 min good, 6 min later swollen: of 150 mL/h at 0.4 mg/mL, drug in the set, 6 mg may not have arrived."""
    visit = infusing(fluid=DRUG).wait(20).must(ev.AccessSiteChecked(ev.SiteFinding.GOOD))
    visit.wait(6).must(ev.AccessSiteChecked(ev.SiteFinding.INFILTRATED)).must(
        ev.InfusionStopped(ev.StopReason.LINE_FAILED)
    )
    assert vein(visit) == (F(20), F(26))
    value = course_value(visit.chart, visit.now)
    assert value is not None and (value.lowest_mg, value.highest_mg, value.is_partial, value.counts) == (
        20,
        26,
        True,
        None,
    )


# --- partial ----------------------------------------------------------------------------------------------------------


def test_a_line_that_comes_out_infiltrated_makes_the_dose_a_range_as_a_look_at_the_site_does() -> None:
    visit = infusing(fluid=DRUG).wait(10).must(ev.InfusionPaused())
    assert vein(visit) == (10, 10)
    visit.must(ev.LineRemoved(ev.SiteFinding.INFILTRATED))
    assert vein(visit) == (0, 10)
    visit.must(ev.LinePlaced("hand", "right", 22, 1)).must(ev.InfusionResumed(D("150"))).wait(5)
    assert vein(visit) == (5, 15), "what runs through the new line arrives"
    dry = infusing(fluid=DRUG).wait(10).must(ev.InfusionPaused()).must(ev.LineRemoved(ev.SiteFinding.GOOD))
    assert vein(dry) == (10, 10)


def test_a_partial_infusion_counts_when_a_prescriber_says_so_and_not_before() -> None:
    visit = infusing(fluid=DRUG).wait(20).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    value = course_value(visit.chart, visit.now)
    assert value is not None and value.is_partial and value.counts is None
    assert (value.lowest_mg, value.stop_reason) == (20, "patient_asked")
    assert visit.refused(ev.PartialJudged(True, "half given")).code == "role_may_not"
    assert visit.refused(ev.PartialJudged(True, ""), PRESCRIBER_VANCE).code == "reason_missing"
    visit.must(ev.PartialJudged(False, "half given, repeat in two days"), PRESCRIBER_VANCE)
    value = course_value(visit.chart, visit.now)
    assert value is not None and value.counts is False and value.judged_by == PRESCRIBER_VANCE.name


def test_a_whole_infusion_counts_by_itself_and_cannot_be_judged() -> None:
    visit = stopped()
    value = course_value(visit.chart, visit.now)
    assert value is not None and not value.is_partial and value.counts is True
    assert visit.refused(ev.PartialJudged(False, "x"), PRESCRIBER_VANCE).code == "not_partial"
    assert course_value(arrived().chart, visit.now) is None


# --- a wrong or unknown bag -------------------------------------------------------------------------------------------


@pytest.mark.hazard("H65")
def test_a_quarantined_bag_that_ran_leaves_no_dose_and_no_prediction() -> None:
    visit = infusing().wait(15).must(ev.BagQuarantined(infusing().bag_id, WRONG, "cupboard 2"))
    chart = visit.chart
    assert not chart.composition_known and What.QUARANTINED_BAG in due(visit)
    assert amounts_at(chart, visit.now) is None and ends_at(chart, visit.now) is None
    answer = predict(chart, visit.now, until=visit.now + timedelta(hours=1))
    assert isinstance(answer, Unpredictable) and "Nobody knows" in answer.reason
    raised = visit.refused(ev.RateChanged(D("170"), "as ordered"))
    assert "composition_unknown" in raised.codes
    visit.must(ev.RateChanged(D("120"), "lower")).must(ev.InfusionStopped(ev.StopReason.WRONG_BAG))
    value = course_value(visit.chart, visit.now)
    assert value is not None and value.is_partial and value.highest_mg is None and not value.composition_known


@pytest.mark.hazard("H65")
def test_a_quarantined_bag_never_runs_again_and_one_that_never_ran_takes_no_dose_away() -> None:
    visit = infusing().wait(5).must(ev.InfusionPaused())
    visit.must(ev.BagQuarantined(visit.bag_id, ev.BagDoubt.UNKNOWN))
    assert "bag_quarantined" in visit.refused(ev.InfusionResumed(D("150"))).codes
    assert visit.refused(ev.BagQuarantined(visit.bag_id, WRONG)).code == "bag_quarantined"
    assert visit.refused(ev.BagQuarantined("NOPE", WRONG)).code == "no_such_bag"
    visit.append(ev.InfusionResumed(D("150")), visit.nurse)
    assert [one.code for one in visit.chart.contradictions] == ["started_quarantined_bag"]
    spare = infusing().wait(5).must(ev.InfusionPaused()).must(BAG)
    spare.must(ev.BagQuarantined(spare.bag_id, WRONG))
    assert spare.chart.composition_known and amounts_at(spare.chart, spare.now) is not None


@pytest.mark.hazard("H65")
def test_a_bag_found_wrong_after_the_patient_left_withdraws_the_dose_too() -> None:
    visit = observing()
    bag_id = next(iter(visit.chart.bags))
    visit.must(ev.PatientTransferred("ward 3", "nurse"), PRESCRIBER_VANCE)
    assert amounts_at(visit.chart, visit.now) is not None
    visit.wait(60).must(ev.BagQuarantined(bag_id, WRONG, detail="the label belongs to another bag"))
    assert amounts_at(visit.chart, visit.now) is None and visit.chart.contradictions == ()


def primed_from_the_wrong_bag() -> tuple[Visit, str]:
    """The set was filled with drug from a bag that was found wrong before it ran; another one is made and hangs."""
    visit = ready_to_start(fluid=DRUG)
    first = visit.bag_id
    visit.must(ev.BagQuarantined(first, WRONG)).must(ev.BagTakenDown(first, D("82")))
    hang_another(visit)
    return visit, first


def hang_another(visit: Visit) -> None:
    visit.must(BAG)
    made = visit.chart.bag
    assert made is not None
    check = rq.CheckBag(
        made.bag_id, ev.SecondCheck.SECOND_PERSON, ref(visit.second), made.drawn_ml, made.start_rate_ml_per_h
    )
    visit.must(check, visit.second).must(ev.BagHung(made.bag_id, made.bag_id))


@pytest.mark.hazard("H65")
def test_a_set_that_was_filled_from_a_quarantined_bag_is_changed_before_anything_is_pushed_through_it() -> None:
    visit, _ = primed_from_the_wrong_bag()
    assert visit.refused(ev.InfusionStarted(D("150"))).codes == ("line_holds_quarantined",)
    assert "line_holds_quarantined" in visit.refused(ev.FlushGiven(D("10"), D("5"))).codes
    visit.must(ev.LinePrimed(DRUG, D("18"))).must(ev.InfusionStarted(D("150"))).wait(10)
    assert visit.chart.composition_known and amounts_at(visit.chart, visit.now) is not None


@pytest.mark.hazard("H65")
def test_what_a_quarantined_bag_left_in_the_set_and_was_pushed_on_leaves_no_dose() -> None:
    visit, _ = primed_from_the_wrong_bag()
    visit.append(ev.InfusionStarted(D("150")), visit.nurse)  # it happened all the same
    assert not visit.chart.composition_known and amounts_at(visit.wait(5).chart, visit.now) is None
    found_later = ready_to_start(fluid=DRUG)
    first = found_later.bag_id
    found_later.must(ev.BagTakenDown(first, D("82")))
    hang_another(found_later)
    found_later.must(ev.InfusionStarted(D("150"))).wait(5)
    assert found_later.chart.composition_known
    found_later.must(ev.BagQuarantined(first, ev.BagDoubt.UNKNOWN))
    assert not found_later.chart.composition_known, "the bag never ran, and its drug went in through the set"


@pytest.mark.hazard("H65")
def test_in_a_pause_the_drug_of_a_wrong_bag_in_the_set_is_not_pushed_on_and_another_bag_needs_a_new_order() -> None:
    visit = infusing().wait(10).must(ev.InfusionPaused())
    visit.must(ev.BagQuarantined(visit.bag_id, WRONG)).must(ev.BagTakenDown(visit.bag_id, None))
    assert visit.refused(BAG).code == "order_before_unknown_dose"
    visit.must(replace(ORDER, reason="the first bag was wrong"), PRESCRIBER_VANCE)
    hang_another(visit)
    assert "line_holds_quarantined" in visit.refused(ev.InfusionResumed(D("150"))).codes
    visit.must(ev.LinePrimed(DRUG, D("18"))).must(ev.InfusionResumed(D("150")))
    assert not visit.chart.composition_known, "what went in before is still unknown"


# --- the pump ---------------------------------------------------------------------------------------------------------


def failing(volume_ml: Decimal | None, minutes: float = 20) -> Visit:
    return infusing(fluid=DRUG).wait(minutes).must(ev.PumpFailed(volume_ml))


def test_what_the_failed_pump_had_counted_is_what_was_given() -> None:
    """150 mL/h for 20 min would be 50 mL; the pump counted 42.5 of them, at 0.4 mg/mL 17 mg."""
    visit = failing(D("42.5"))
    assert visit.chart.phase is Phase.PAUSED and vein(visit) == (F(17), F(17))
    assert not visit.chart.amount_is_range
    faster = failing(D("55"))
    assert vein(faster) == (F(22), F(22))


@given(st.decimals(0, 50, places=1))
def test_a_volume_that_was_read_is_the_volume_that_was_given(volume: Decimal) -> None:
    visit = failing(volume)
    found = amounts_at(visit.chart, visit.now)
    assert found is not None
    assert abs(found.volume_infused_ml - F(volume)) < F(1, 10_000)  # the instant of standing still is a microsecond
    assert found.bag_mg + found.line_mg + found.vein_mg + found.discarded_mg == found.prepared_mg


def test_a_volume_that_nobody_could_read_is_a_range_from_when_the_pump_was_last_seen_to_run() -> None:
    visit = infusing(fluid=DRUG)
    visit.wait(5).must(ev.ConfirmedAtPump(len(visit.log), "nurse", D("150")))
    visit.wait(15).must(ev.PumpFailed())
    assert vein(visit) == (F(5), F(20))
    unseen = failing(None)
    assert vein(unseen) == (F(0), F(20))
    visit.wait(2).must(ev.PumpChanged("pump 2", visit.bag_id, D("150"), D("40")))
    assert vein(visit) == (F(16), F(16)), "read later, at the change: no range any more"


def test_a_second_tap_on_pump_fails_takes_away_nothing_that_was_read_at_the_first() -> None:
    visit = failing(D("30"))
    was = vein(visit)
    visit.wait(1).must(ev.PumpFailed(None))
    assert vein(visit) == was and was[0] == was[1]


def test_the_prediction_of_a_range_covers_both_ends_of_it() -> None:
    visit = failing(None)
    until = visit.now + timedelta(minutes=30)
    ranged = predict(visit.chart, visit.now, until=until)
    assert isinstance(ranged, Prediction) and ranged.amount_is_range
    most = predict(failing(D("50")).chart, visit.now, until=until)
    none = predict(failing(D("0")).chart, visit.now, until=until)
    assert isinstance(most, Prediction) and isinstance(none, Prediction)
    top, bottom = ranged.bands.plasma_ng_per_ml[-1], ranged.bands.plasma_ng_per_ml[0]
    assert max(top) == pytest.approx(max(most.bands.plasma_ng_per_ml[-1]), rel=1e-6)
    assert max(bottom) == pytest.approx(0, abs=1e-6) and max(none.bands.plasma_ng_per_ml[-1]) == 0


def test_after_a_failure_nothing_resumes_before_another_pump_has_bag_and_rate_checked_again() -> None:
    visit = failing(D("42.5"))
    assert What.PUMP_FAILED in due(visit)
    assert "pump_failed_open" in visit.refused(ev.InfusionResumed(D("150"))).codes
    assert visit.refused(ev.PumpChanged("", visit.bag_id, D("150"))).code == "words_missing"
    assert visit.refused(ev.PumpChanged("pump 2", "another label", D("150"))).code == "label_disagrees"
    for other in ("15", "149.9", "150.1"):  # less is refused as more is
        assert visit.refused(ev.PumpChanged("pump 2", visit.bag_id, D(other))).code == "new_pump_rate_differs"
    assert visit.refused(ev.PumpChanged("pump 2", visit.bag_id, D("150"), D("4250"))).code == "remaining_too_much"
    assert visit.refused(ev.PumpChanged("pump 2", visit.bag_id, D("150")), NURSE_NEW).code == "competency_missing"
    visit.must(ev.PumpChanged("pump 2", visit.bag_id, D("150"))).must(ev.InfusionResumed(D("150"))).wait(10)
    assert vein(visit) == (F(27), F(27)) and What.PUMP_FAILED not in due(visit)
    visit.must(ev.PumpFailed(D("20"))).wait(1)
    assert vein(visit) == (F(25), F(25)), "the second pump's own count: 20 of its 25 mL"
    alone = failing(D("1"))
    alone.append(ev.InfusionResumed(D("150")), alone.nurse)
    assert [one.code for one in alone.chart.contradictions] == ["resumed_on_failed_pump"]


def test_a_pump_that_is_swapped_in_a_pause_without_a_reading_leaves_a_range() -> None:
    visit = infusing(fluid=DRUG).wait(10).must(ev.InfusionPaused()).wait(1)
    visit.must(ev.PumpChanged("pump 2", visit.bag_id, D("150"), D("25")))
    assert vein(visit) == (F(10), F(10))
    blind = infusing(fluid=DRUG).wait(10).must(ev.InfusionPaused()).wait(1)
    blind.must(ev.PumpChanged("pump 2", blind.bag_id, D("150")))
    assert vein(blind) == (F(0), F(10))


def test_a_reading_that_comes_later_as_a_correction_ends_the_range() -> None:
    visit = failing(None)
    number = len(visit.log)
    visit.wait(5).must(rq.Correct(number, "read at the workshop", ev.PumpFailed(D("42.5"))))
    assert vein(visit) == (F(17), F(17))


# --- the building, and leaving ----------------------------------------------------------------------------------------


def test_in_an_evacuation_nothing_waits_for_a_gate_and_the_patient_is_accounted_for() -> None:
    visit = infusing().must(ev.EvacuationDeclared("smoke"), FRONT_DESK_SORO)
    visit.must(ev.LineRemoved(ev.SiteFinding.GOOD), NURSE_NEW).must(ev.PatientAccountedFor("car park"), FRONT_DESK_SORO)
    assert visit.chart.gates_open and visit.chart.accounted_for is not None
    assert visit.refused(ev.EvacuationOver()).code == "infuses_without_line_or_bag"
    assert visit.refused(ev.EmergencyRoleTaken(ev.EmergencyRole.LEADS, "x")).code == "no_emergency"
    visit.must(ev.InfusionStopped(ev.StopReason.OTHER)).must(ev.EvacuationOver())
    assert not visit.chart.gates_open
    assert visit.refused(ev.EvacuationOver()).code == "no_evacuation"
    assert visit.refused(ev.PatientAccountedFor("x")).code == "no_evacuation"


@pytest.mark.hazard("H64")
def test_after_leaving_against_advice_what_was_open_is_followed_up_and_bag_and_line_are_dealt_with() -> None:
    visit = infusing().wait(10).must(ev.LeftWithoutDischarge(None, "", False, False, ""))
    assert visit.chart.phase is Phase.LEFT_WITHOUT_DISCHARGE
    assert set(still_open(visit.chart)) == set(StillOpen)
    visit.wait(5).must(ev.LeavingFollowedUp(line_out=True, prescriber_told="T. Vance", patient_reached="by telephone"))
    visit.must(ev.BagTakenDown(visit.bag_id)).must(ev.LineCleared("disconnected"))
    assert visit.chart.hung_bag is None and visit.chart.primed is None
    assert visit.chart.phase is Phase.LEFT_WITHOUT_DISCHARGE and visit.chart.contradictions == ()
    assert set(still_open(visit.chart)) == {StillOpen.CAPACITY, StillOpen.WARNINGS, StillOpen.ESCORT}
    assert still_open(infusing().chart) == ()
    assert infusing().refused(ev.LeavingFollowedUp()).code == "not_while_infusing"
