"""Leaving: every criterion alone, overrides, the escort, and the ways out that are no discharge (H43, H44, H64)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.leaving import RULES, CriterionState, UnknownRule, criteria
from dripstand.infusion.phases import Phase
from dripstand.people.actors import DRIPSTAND
from dripstand.protocol.template import Criterion
from tests.people import NURSE_NEW, PRESCRIBER_VANCE
from tests.rules.infusion.visits import (
    GOOD_VITALS,
    TEMPLATE,
    D,
    Visit,
    criteria_met,
    infusing,
    observing,
    opened,
    ready_to_start,
    stopped,
)

READY, LEAVE = ev.ReadyToLeave(), ev.PatientLeft()


def state(visit: Visit, criterion: str) -> CriterionState:
    found = criteria(visit.chart, visit.template, visit.now)
    return next(one for one in found if one.criterion == criterion)


def why(visit: Visit, criterion: str) -> str:
    reason = state(visit, criterion).why_not
    return reason.code if reason else "met"


@pytest.mark.hazard("H43")
def test_nothing_is_met_before_the_stop() -> None:
    visit = infusing()
    assert {one.why_not.code for one in criteria(visit.chart, TEMPLATE, visit.now) if one.why_not} == {"not_stopped"}


@pytest.mark.hazard("H43", "H44")
def test_every_unmet_criterion_alone_holds_the_door() -> None:
    spoil = {
        "minimum_time": None,
        "nibp_systolic": replace(GOOD_VITALS, nibp_systolic_mmhg=170),
        "nibp_diastolic": replace(GOOD_VITALS, nibp_diastolic_mmhg=105),
        "pulse_high": replace(GOOD_VITALS, pulse_per_min=120),
        "pulse_low": replace(GOOD_VITALS, pulse_per_min=45),
        "respiratory_rate": replace(GOOD_VITALS, respiratory_rate_per_min=8),
        "spo2": replace(GOOD_VITALS, spo2_percent=90),
        "sedation": ev.SedationScored("MOAA/S", 4),
        "standing": ev.SideEffectNoted("dizziness", ev.Severity.MILD),
        "suicide_check": ev.SuicideRiskAssessed("plans", "prescriber called", False),
        "escort": ev.EscortConfirmed("Sam", "sister", "card", False, True, "Sam"),
        "line_removed": ev.LinePlaced("hand", "right", 22, 1),
    }
    judged = {
        one.criterion: ev.CriterionAssessed(one.criterion, False) for one in TEMPLATE.leaving if one.rule == "assessed"
    }
    for criterion, event in {**spoil, **judged}.items():
        if event is None:
            continue
        visit = criteria_met(observing()).must(event)
        refusal = visit.refused(READY)
        assert [reason.field for reason in refusal.reasons] == [criterion], (criterion, refusal.codes)
        assert criterion in {one.criterion for one in TEMPLATE.leaving}
    assert set(spoil) | set(judged) | {"site_checked"} == {one.criterion for one in TEMPLATE.leaving}


@pytest.mark.hazard("H43")
def test_the_minutes_count_from_the_stop() -> None:
    visit = stopped().wait(30)
    visit.must(ev.BagTakenDown(visit.bag_id)).must(ev.LineCleared("disconnected")).wait(29)
    assert why(visit, "minimum_time") == "wait_longer"
    assert why(visit.wait(1), "minimum_time") == "met"


@pytest.mark.hazard("H43")
def test_a_reading_from_before_the_stop_or_long_ago_satisfies_nothing() -> None:
    visit = observing().wait(20)
    assert why(visit, "spo2") == "not_measured" and why(visit, "sedation") == "not_measured"
    visit.must(GOOD_VITALS).must(ev.SedationScored("MOAA/S", 5))
    assert (why(visit, "spo2"), why(visit, "sedation")) == ("met", "met")
    visit.wait(31)
    assert (why(visit, "spo2"), why(visit, "sedation")) == ("measured_too_long_ago", "measured_too_long_ago")
    assert state(visit, "spo2").value_text == "98 %" and state(visit, "spo2").age_s == 31 * 60


def test_saturation_on_oxygen_is_not_on_air() -> None:
    visit = observing().must(replace(GOOD_VITALS, on_oxygen=True))
    assert why(visit, "spo2") == "measured_on_oxygen"


def test_after_a_pressure_alarm_two_good_readings_in_a_row_are_wanted() -> None:
    visit = infusing()
    visit.must(
        ev.AlarmRaised("a1", "nibp_systolic_high", ev.Priority.MEDIUM, False, "nibp_systolic_mmhg", "170", "165"),
        DRIPSTAND,
    )
    visit.wait(40).must(ev.InfusionStopped(ev.StopReason.COMPLETED)).wait(5).must(GOOD_VITALS)
    assert why(visit, "nibp_systolic") == "second_good_reading_wanted"
    assert why(visit, "nibp_diastolic") == "met"
    assert why(visit.wait(5).must(GOOD_VITALS), "nibp_systolic") == "met"


def test_after_dizziness_the_pressure_is_measured_standing() -> None:
    visit = observing().must(GOOD_VITALS).must(ev.SideEffectNoted("dizziness", ev.Severity.MILD))
    assert why(visit, "standing") == "not_measured_standing"
    visit.must(replace(GOOD_VITALS, standing=True, nibp_systolic_mmhg=100))
    assert why(visit, "standing") == "drop_too_large"
    visit.must(replace(GOOD_VITALS, standing=True, nibp_systolic_mmhg=118))
    assert why(visit, "standing") == "met"


def test_the_site_is_checked_by_a_look_or_by_removing_the_line() -> None:
    visit = observing()
    assert why(visit, "site_checked") == "site_not_checked" and why(visit, "line_removed") == "line_still_in"
    visit.must(ev.AccessSiteChecked(ev.SiteFinding.REDNESS))
    assert why(visit, "site_checked") == "met" and state(visit, "site_checked").value_text == "redness"
    visit.must(ev.LineRemoved(ev.SiteFinding.GOOD))
    assert (why(visit, "line_removed"), state(visit, "site_checked").value_text) == ("met", "good")


@pytest.mark.hazard("H44")
def test_the_escort_is_seen_fit_and_told() -> None:
    visit = observing()
    assert why(visit, "escort") == "escort_not_seen"
    good = ev.EscortConfirmed("Sam", "sister", "card", True, True, "Sam")
    assert visit.refused(replace(good, signature="")).code == "words_missing"
    assert why(visit.must(replace(good, told_no_driving=False)), "escort") == "escort_not_told"
    assert why(visit.must(replace(good, fit_to_escort=False)), "escort") == "escort_not_fit"
    assert why(visit.must(good), "escort") == "met"


@pytest.mark.hazard("H44")
def test_an_escort_who_was_refused_takes_nobody_home_and_no_earlier_override_does_in_their_place() -> None:
    visit = observing()
    visit.must(ev.CriterionOverridden("escort", "the neighbour waits downstairs"), PRESCRIBER_VANCE)
    assert state(visit, "escort").passes
    good = ev.EscortConfirmed("Sam Halloway", "sister", "card", True, True, "Sam")
    visit.must(good)
    visit.must(ev.EscortRefused("Sam Halloway", "smells of alcohol"))
    assert visit.chart.escort is None and visit.chart.escort_confirmed is None
    assert why(visit, "escort") == "escort_refused" and not state(visit, "escort").passes
    assert {one.code for one in visit.refused(good).reasons} == {"escort_refused_before", "another_escort_wanted"}
    assert visit.refused(ev.EscortNamed("sam  halloway", "", "")).code == "escort_refused_before"
    visit.must(ev.EscortNamed("Ash Field", "friend", ""))
    assert visit.refused(good).code == "escort_refused_before" and why(visit, "escort") == "escort_refused"
    assert why(visit.must(replace(good, name="Ash Field")), "escort") == "met"


def test_an_open_alarm_can_be_a_criterion() -> None:
    template = replace(TEMPLATE, leaving=(Criterion("quiet", "no_open_alarm", "No alarm"),))
    visit = observing()
    visit.template = template
    assert why(visit, "quiet") == "met"
    visit.must(ev.AlarmRaised("t", "probe_off", ev.Priority.LOW, True, "spo2_percent", "", ""), DRIPSTAND)
    assert why(visit, "quiet") == "met"
    visit.must(ev.AlarmRaised("a", "spo2_low", ev.Priority.HIGH, False, "spo2_percent", "88 %", "90 %"), DRIPSTAND)
    assert why(visit, "quiet") == "alarm_still_open"


def test_a_template_with_an_unknown_rule_raises() -> None:
    visit = observing()
    with pytest.raises(UnknownRule):
        criteria(visit.chart, replace(TEMPLATE, leaving=(Criterion("x", "by_luck", "x"),)), visit.now)
    assert {one.rule for one in TEMPLATE.leaving} <= set(RULES)


@pytest.mark.hazard("H43")
def test_each_override_is_for_one_criterion_by_a_prescriber_with_a_reason() -> None:
    visit = criteria_met(observing()).must(replace(GOOD_VITALS, nibp_systolic_mmhg=170, nibp_diastolic_mmhg=105))
    one = ev.CriterionOverridden("nibp_systolic", "known hypertension, no symptoms")
    assert visit.refused(one).code == "role_may_not"
    assert visit.refused(replace(one, reason=""), PRESCRIBER_VANCE).code == "reason_missing"
    visit.must(one, PRESCRIBER_VANCE)
    assert [reason.field for reason in visit.refused(READY).reasons] == ["nibp_diastolic"]
    visit.must(ev.CriterionOverridden("nibp_diastolic", "the same"), PRESCRIBER_VANCE).must(READY).must(LEAVE)
    overridden = state(visit, "nibp_systolic")
    assert not overridden.met and overridden.passes and overridden.overridden_by is not None
    assert overridden.override_reason == "known hypertension, no symptoms"


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        ("suicide_check", "criterion_may_not_be_overridden"),
        ("spo2", "criterion_is_met"),
        ("good mood", "no_such_criterion"),
    ],
)
def test_what_is_not_overridden(criterion: str, code: str) -> None:
    visit = criteria_met(observing())
    assert visit.refused(ev.CriterionOverridden(criterion, "x"), PRESCRIBER_VANCE).code == code


def test_the_suicide_check_is_satisfied_by_an_assessment_only() -> None:
    visit = criteria_met(observing()).must(ev.SuicideRiskAssessed("plans", "stays", False))
    refusal = visit.refused(READY)
    assert refusal.code == "criterion_never_overridden" and "not safe to leave" in str(refusal)
    assert visit.refused(ev.SuicideRiskAssessed("", "home", True)).code == "words_missing"


def test_what_is_measured_is_not_judged() -> None:
    assert observing().refused(ev.CriterionAssessed("spo2", True)).code == "criterion_is_measured"
    assert observing().refused(ev.CriterionAssessed("luck", True)).code == "no_such_criterion"


@pytest.mark.hazard("H43")
def test_the_criteria_are_worked_out_again_at_the_door() -> None:
    visit = criteria_met(observing()).must(READY).wait(45)
    assert set(visit.refused(LEAVE).codes) == {"criterion_not_met"}


@pytest.mark.hazard("H64")
def test_leaving_against_advice_is_never_blocked_and_never_a_discharge() -> None:
    unknown = ev.LeftWithoutDischarge(None, "", False, False, "")
    for visit in (ready_to_start(), infusing(), stopped(), observing(), criteria_met(observing()).must(READY)):
        visit.must(unknown, NURSE_NEW)
        chart = visit.chart
        assert chart.phase is Phase.LEFT_WITHOUT_DISCHARGE and chart.rate_ml_per_h == 0
        assert chart.ending is not None and not isinstance(chart.ending.event, ev.PatientLeft)
        assert visit.refused(LEAVE).code == "not_while_left_without_discharge"


def test_a_visit_is_cancelled_before_the_drug_only_and_without_a_hanging_bag() -> None:
    cancel = ev.SessionCancelled("blood pressure")
    opened().must(cancel)
    assert infusing().refused(cancel).code == "not_while_infusing"
    visit = ready_to_start()
    assert visit.refused(cancel).codes == ("bag_still_hangs",)
    visit.must(ev.BagTakenDown(visit.bag_id, D("100"))).must(cancel)
    assert visit.chart.phase is Phase.CANCELLED


def test_the_note_is_signed_under_the_chart_that_was_read() -> None:
    visit = criteria_met(observing()).must(READY).must(LEAVE)
    read = visit.chart.head_hash
    visit.must(ev.NoteWritten("she waved"))
    assert visit.refused(ev.NoteSigned("I sign", read)).code == "note_of_another_chart"
    visit.must(ev.NoteSigned("I sign", visit.chart.head_hash)).must(ev.NoteWritten("an afterthought"))
    assert visit.chart.changed_after_note


ANNA, BERTA = ev.EscortNamed("Anna Alpha", "friend", ""), ev.EscortNamed("Berta Beta", "sister", "")
COMES, CANNOT = (ev.EscortAnswered("anna  ALPHA", can_come, True) for can_come in (True, False))


@pytest.mark.hazard("H44")
@pytest.mark.parametrize("answer", [COMES, CANNOT])
@pytest.mark.parametrize("corrected", [True, False])
def test_only_the_answer_of_whoever_is_named_counts_also_where_the_name_is_corrected_afterwards(
    answer: ev.EscortAnswered, corrected: bool
) -> None:
    visit = opened().must(ANNA)
    named = visit.chart.head
    visit.append(answer, DRIPSTAND)
    assert (visit.chart.escort, visit.chart.escort_answer) == (ANNA if answer.can_come else None, answer)
    visit.must(rq.Correct(named, "misheard", BERTA) if corrected else BERTA)
    assert (visit.chart.escort, visit.chart.escort_answer) == (BERTA, None)
    visit.append(answer, DRIPSTAND)  # as an old link once charted it: it stands in the log, and changes nothing
    assert (visit.chart.escort, visit.chart.escort_answer) == (BERTA, None)
    assert visit.chart.contradictions == () and visit.log[-1].event == answer


@pytest.mark.hazard("H44")
def test_while_nobody_is_named_whoever_says_that_they_come_is_the_escort() -> None:
    visit = opened()
    visit.append(CANNOT, DRIPSTAND)
    assert (visit.chart.escort, visit.chart.escort_answer) == (None, CANNOT)
    visit.append(COMES, DRIPSTAND)
    assert visit.chart.escort == ev.EscortNamed(COMES.name, "", "") and visit.chart.escort_answer == COMES
