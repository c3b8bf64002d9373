"""Requests that people might make, sensible or not, and the next sensible one: what the stateful test draws from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import CheckResult, PreCheck
from dripstand.infusion.phases import Phase
from dripstand.people.actors import DRIPSTAND, Actor
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_NEW,
    NURSE_OKAFOR,
    NURSE_REYES,
    OUTSIDER,
    PRESCRIBER_VANCE,
)
from tests.rules.infusion.visits import BAG, GOOD_VITALS, ORDER, Visit, met, ref

PEOPLE = (
    NURSE_REYES, NURSE_REYES, NURSE_OKAFOR, PRESCRIBER_VANCE, MEDICAL_LEAD_ABARA, NURSE_NEW, FRONT_DESK_SORO, OUTSIDER
)  # fmt: skip
actors = st.sampled_from(PEOPLE)
rates = st.sampled_from([D(text) for text in ("15", "75", "120", "150", "160", "200", "330", "1500", "0", "150.05")])


def next_step(visit: Visit) -> tuple[rq.Request, Actor] | None:
    """What a careful nurse would chart next on the way to the ride home; None at the end."""
    chart = visit.chart
    nurse, second = visit.nurse, visit.second
    if chart.phase is Phase.EXPECTED:
        return ev.PatientArrived(), nurse
    if chart.phase is Phase.ARRIVED:
        return ev.IdentityConfirmed(("name", "birth date"), chart.opened.birth_date), nurse
    if chart.phase is Phase.PREPARING:
        return _preparing(chart, nurse, second)
    if chart.phase is Phase.INFUSING:
        return ev.InfusionStopped(ev.StopReason.COMPLETED), nurse
    if chart.phase is Phase.PAUSED:
        return ev.InfusionStopped(ev.StopReason.PATIENT_ASKED), nurse
    if chart.phase is Phase.STOPPED:
        if chart.hung_bag is not None:
            return ev.BagTakenDown(chart.hung_bag.bag.bag_id), nurse
        return ev.LineCleared("disconnected"), nurse
    if chart.phase is Phase.OBSERVING:
        return _observing(visit, chart, nurse)
    if chart.phase is Phase.READY_TO_LEAVE:
        return ev.PatientLeft(), nurse
    return None


def _preparing(chart: Chart, nurse: Actor, second: Actor) -> tuple[rq.Request, Actor]:
    state = chart.bag_state
    if chart.weight is None:
        return ev.WeightMeasured(D("80"), "scale 1"), nurse
    if chart.order is None:
        return ORDER, PRESCRIBER_VANCE
    if state is None or state.down_at is not None or state.bag.order_id != chart.order.order_id:
        return BAG, nurse
    if state.check is None:
        bag = state.bag
        method = ev.SecondCheck.SECOND_PERSON
        return rq.CheckBag(bag.bag_id, method, ref(second), bag.drawn_ml, bag.start_rate_ml_per_h), second
    if state.hung_at is None:
        return ev.BagHung(state.bag.bag_id, state.bag.bag_id), nurse
    if chart.line is None:
        return ev.LinePlaced("forearm", "left", 22, 1), nurse
    if chart.primed is None:
        return ev.LinePrimed(ev.LineFluid.SALINE, BAG.line_hold_up_ml), nurse
    for check in PreCheck:
        if check not in chart.checks:
            return met(check), nurse
    if chart.escort is None:
        return ev.EscortNamed("Sam Halloway", "sister", "555 0100"), nurse
    if chart.observer is None:
        return ev.ObserverNamed(ref(nurse)), nurse
    if not chart.vitals:
        return GOOD_VITALS, nurse
    return ev.InfusionStarted(state.bag.start_rate_ml_per_h), nurse


def _observing(visit: Visit, chart: Chart, nurse: Actor) -> tuple[rq.Request, Actor]:
    assert chart.stopped_at is not None
    if visit.now < chart.stopped_at + timedelta(minutes=60):
        visit.wait(60)
    if not chart.vitals or chart.vitals[-1].occurred_at < visit.now - timedelta(minutes=10):
        return GOOD_VITALS, nurse
    if not chart.sedation or chart.sedation[-1].occurred_at < visit.now - timedelta(minutes=10):
        return ev.SedationScored("MOAA/S", 5), nurse
    for criterion in visit.template.leaving:
        if criterion.rule == "assessed" and criterion.criterion not in chart.assessed:
            return ev.CriterionAssessed(criterion.criterion, True), nurse
    if chart.lines_in_count:
        return ev.LineRemoved(ev.SiteFinding.GOOD), nurse
    if chart.suicide_risk is None:
        return ev.SuicideRiskAssessed("none", "home", True), nurse
    if chart.escort is None:
        return ev.EscortNamed("Sam Halloway", "sister", "555 0100"), nurse
    if chart.escort_confirmed is None:
        return ev.EscortConfirmed("Sam", "sister", "card", True, True, "Sam"), nurse
    return ev.ReadyToLeave(), nurse


@st.composite
def requests(draw: st.DrawFn, visit: Visit) -> rq.Request:
    """Anything that a form could send now, with numbers of the chart where it has them."""
    chart = visit.chart
    somebody = ref(draw(actors))
    sequence = draw(st.integers(1, max(1, chart.head)))
    bag_id = next(iter(chart.bags), "NONE-0000")
    alarm_id = next(iter(chart.alarms), "alarm-1")
    simple: list[rq.Request] = [
        ev.PatientArrived(),
        ev.IdentityConfirmed(("name", "birth date"), chart.opened.birth_date),
        ev.WeightMeasured(D("80.5"), "scale 1"),
        ev.PreCheckRecorded(draw(st.sampled_from(PreCheck)), draw(st.sampled_from(CheckResult)), anxiety_score=4),
        ev.PreCheckOverridden(draw(st.sampled_from(PreCheck)), "clinical judgement"),
        ORDER,
        replace(ORDER, reason="amended", planned_minutes=D("45"), stated_dose_rate_mg_per_kg_per_h=None),
        rq.TakeTelephoneOrder(ORDER, ref(PRESCRIBER_VANCE), draw(st.booleans())),
        ev.OrderCountersigned(sequence),
        BAG,
        rq.CheckBag(bag_id, draw(st.sampled_from(ev.SecondCheck)), somebody, D("4.0"), D("150")),
        ev.BagHung(bag_id, bag_id),
        ev.BagTakenDown(bag_id, draw(st.sampled_from([None, D("10"), D("500")]))),
        ev.LinePlaced("hand", "right", 20, 1),
        ev.LinePrimed(draw(st.sampled_from(ev.LineFluid)), D("18")),
        ev.LineCleared(draw(st.sampled_from(["flushed", "aspirated", "disconnected", "somehow"]))),
        ev.LineRemoved(draw(st.sampled_from(ev.SiteFinding))),
        ev.AccessSiteChecked(ev.SiteFinding.GOOD),
        ev.InfusionStarted(draw(rates)),
        ev.RateChanged(draw(rates), "slower"),
        ev.InfusionPaused(),
        ev.InfusionResumed(draw(rates)),
        ev.InfusionStopped(draw(st.sampled_from(ev.StopReason))),
        ev.FlushGiven(D("20"), draw(st.sampled_from([D("1"), D("16"), D("30")]))),
        ev.ConfirmedAtPump(sequence, "nurse", chart.rate_ml_per_h),
        ev.ObserverNamed(somebody),
        ev.HandOverOffered(somebody),
        ev.HandOverAccepted(chart.hand_over.sequence if chart.hand_over else 1, somebody),
        GOOD_VITALS,
        replace(GOOD_VITALS, nibp_systolic_mmhg=draw(st.sampled_from([95, 172, 400]))),
        ev.SedationScored("MOAA/S", draw(st.integers(0, 6))),
        ev.SideEffectNoted("dizziness", ev.Severity.MILD),
        ev.SideEffectFollowedUp(sequence, None),
        ev.NoSideEffects(),
        ev.MedicineGiven("ondansetron", "4 mg", "IV"),
        ev.ComfortGiven(ev.Comfort.MUSIC),
        ev.TabletPaired("tablet-1"),
        ev.EscortAnswered("Sam Halloway", draw(st.booleans()), True),
        ev.EscortRefused("Robin Marsh", "smells of alcohol"),
        ev.NoDrivingPromised(),
        ev.TabletReleased("tablet-1"),
        ev.PatientCalled(f"call-{draw(st.integers(1, 3))}"),
        ev.PatientCallAnswered(f"call-{draw(st.integers(1, 3))}"),
        ev.CalmChosen(draw(st.sampled_from(ev.CalmSound)), ev.CalmImage.WATER, draw(st.sampled_from(ev.CalmLight))),
        ev.NoteWritten("a note"),
        ev.DeviceBound("monitor-1", "Bay 1", "binding-1"),
        ev.DeviceReleased("monitor-1", "Bay 1", "binding-1"),
        ev.AlarmAcknowledged(alarm_id, visit.now + timedelta(seconds=draw(st.sampled_from([-5, 60, 600])))),
        ev.CriterionAssessed("oriented", draw(st.booleans())),
        ev.CriterionOverridden(draw(st.sampled_from(["minimum_time", "suicide_check", "escort"])), "judgement"),
        ev.SuicideRiskAssessed("none", "home", draw(st.booleans())),
        ev.EscortConfirmed("Sam", "sister", "card", draw(st.booleans()), True, "Sam"),
        ev.ReadyToLeave(),
        ev.PatientLeft(),
        ev.NoteSigned("I sign", chart.head_hash),
        rq.Correct(sequence, "wrong"),
        rq.Correct(sequence, "earlier", None, visit.now - timedelta(minutes=draw(st.integers(0, 30)))),
        rq.Correct(sequence, "other", draw(st.sampled_from([ev.InfusionPaused("toilet"), ev.NoteWritten("better")]))),
    ]  # fmt: skip
    return draw(st.sampled_from(simple))


@st.composite
def while_live(draw: st.DrawFn, visit: Visit) -> tuple[rq.Request, Actor]:
    """What people do while drug runs or is paused, and who does it."""
    chart = visit.chart
    nurse = visit.nurse if chart.observer is None or chart.observer.staff_id == visit.nurse.staff_id else visit.second
    other = visit.second if nurse is visit.nurse else visit.nurse
    bag = next((state.bag.bag_id for state in chart.bags.values() if not state.hangs and not state.down_at), "")
    hanging = chart.hung_bag.bag.bag_id if chart.hung_bag else ""
    running = chart.unconfirmed.entry.sequence if chart.unconfirmed else 1
    choices: list[tuple[rq.Request, Actor]] = [
        (ev.RateChanged(draw(rates), "as ordered"), nurse),
        (ev.RateChanged(draw(st.decimals(40, 220, places=1)), "as ordered"), nurse),
        (ev.InfusionPaused(), other),
        (ev.InfusionResumed(draw(rates)), nurse),
        (ev.InfusionStopped(draw(st.sampled_from(ev.StopReason))), nurse),
        (ev.HandOverOffered(ref(other)), nurse),
        (ev.HandOverAccepted(chart.hand_over.sequence if chart.hand_over else 1, ref(other)), other),
        (ev.FlushGiven(D("20"), D("16")), nurse),
        (ev.ConfirmedAtPump(running, "nurse", chart.rate_ml_per_h), nurse),
        (ev.BagTakenDown(hanging), nurse),
        (BAG, nurse),
        (rq.CheckBag(bag, ev.SecondCheck.SECOND_PERSON, ref(other), D("4.0"), D("150")), other),
        (ev.BagHung(bag, bag), nurse),
        (ev.LinePrimed(draw(st.sampled_from(ev.LineFluid)), D("18")), nurse),
        (ev.LineRemoved(ev.SiteFinding.SWELLING), nurse),
        (ev.LinePlaced("hand", "right", 22, 1), nurse),
        (GOOD_VITALS, nurse),
        (ev.EmergencyDeclared("fainted"), nurse),
        (ev.EmergencyEnded("awake again"), nurse),
        (ev.PumpFailed(draw(st.sampled_from([None, D("0"), D("3.5"), D("30"), D("90")]))), nurse),
        (
            ev.PumpChanged("pump 2", hanging, chart.rate_before_pause_ml_per_h, draw(st.sampled_from([None, D("12")]))),
            nurse,
        ),
        (ev.AccessSiteChecked(ev.SiteFinding.INFILTRATED), nurse),
        (ev.BagQuarantined(hanging, ev.BagDoubt.UNKNOWN), nurse),
        (ev.StopAsked(), nurse),
        (ev.EvacuationDeclared("smoke"), nurse),
        (ev.EvacuationOver(), nurse),
        (ev.EmergencyRoleTaken(ev.EmergencyRole.LEADS, "T. Vance"), other),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def corrections(draw: st.DrawFn, visit: Visit) -> tuple[rq.Request, Actor]:
    """Strike an entry, move it in time, or give it another content of its kind; sometimes a correction itself."""
    chart = visit.chart
    sequence = draw(st.integers(1, max(1, chart.head)))
    entry = chart.entry(sequence)
    assert entry is not None
    holds = chart.as_it_holds(sequence) or entry
    event: ev.SessionEvent | None = holds.event
    if isinstance(event, ev.InfusionStarted | ev.RateChanged | ev.InfusionResumed):
        event = replace(event, rate_ml_per_h=draw(rates))
    elif isinstance(event, ev.InfusionPaused):
        event = replace(event, reason="asked for the toilet")
    elif isinstance(event, ev.FlushGiven):
        event = replace(event, volume_ml=D("10"))
    elif isinstance(event, ev.EntryCorrected):
        event = replace(event, replacement_occurred_at=visit.now - timedelta(minutes=2))
    else:
        event = None
    at = holds.occurred_at + timedelta(seconds=draw(st.integers(-300, 300)))
    request = draw(
        st.sampled_from(
            [
                rq.Correct(sequence, "never happened"),
                rq.Correct(sequence, "at another time", None, at),
                rq.Correct(sequence, "otherwise", event),
                rq.Correct(sequence, "otherwise, at another time", event, at),
            ]
        )
    )
    return request, draw(st.sampled_from([visit.nurse, visit.prescriber]))


rare = st.sampled_from(
    [
        ev.LeftWithoutDischarge(True, "told", False, True, "Dr. T. Vance"),
        ev.SessionCancelled("unwell today"),
        ev.EmergencyDeclared(),
        ev.PatientTransferred("General Hospital", "crew 4"),
    ]
)

BY_SOFTWARE: tuple[ev.SessionEvent, ...] = (
    ev.AlarmRaised("alarm-1", "spo2_low", ev.Priority.MEDIUM, False, "spo2_percent", "90 %", "below 92 %", True),
    ev.AlarmCleared("alarm-1"),
    ev.PumpContradicted("pump-1", D("150"), D("0")),
    ev.PatientMismatchHeld("monitor-1", "R-9999"),
)
SOFTWARE = DRIPSTAND
