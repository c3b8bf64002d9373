"""Late entries and corrections: every number follows, and nothing is accepted that would not fit (H14, H32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.chart import Chart, NothingOpened, fold
from dripstand.infusion.line import amounts_at
from dripstand.infusion.phases import Phase
from dripstand.people.actors import DRIPSTAND
from tests.people import FRONT_DESK_SORO, PRESCRIBER_VANCE
from tests.rules.infusion.visits import (
    GOOD_VITALS,
    OPENED,
    TEMPLATE,
    D,
    Visit,
    criteria_met,
    infusing,
    observing,
    opened,
    opening,
    ordered,
    ref,
    weighed,
)

BOOKKEEPING = {"entries", "effective", "corrections", "struck", "head", "head_hash"}


def numbers(chart: Chart) -> dict[str, object]:
    """Everything derived that a screen shows, without who typed what in which order."""
    flow = [(one.at, one.change, one.rate_ml_per_h) for one in chart.flow]
    return {
        "flow": flow, "phase": chart.phase, "since": chart.phase_since, "rate": chart.rate_ml_per_h,
        "stopped": chart.stopped_at, "steps": chart.rate_steps, "vitals": [entry.event for entry in chart.vitals],
        "amounts": amounts_at(chart, OPENED + timedelta(hours=6)),
    }  # fmt: skip


ACTS = [
    (5, ev.RateChanged(D("120.0"), "dizzy")),
    (9, ev.InfusionPaused()),
    (12, GOOD_VITALS),
    (14, ev.InfusionResumed(D("130.0"))),
    (21, ev.RateChanged(D("150.0"), "well")),
    (30, ev.InfusionStopped(ev.StopReason.COMPLETED)),
]


@pytest.mark.hazard("H14", "H32")
@given(st.permutations(range(len(ACTS))))
def test_the_order_of_recording_does_not_matter(order: list[int]) -> None:
    on_time = infusing()
    start = on_time.now
    for minute, event in ACTS:
        on_time.append(event, on_time.nurse, start + timedelta(minutes=minute))
    shuffled = infusing()
    for place in order:
        minute, event = ACTS[place]
        shuffled.append(event, shuffled.nurse, start + timedelta(minutes=minute), "typed later")
    assert numbers(shuffled.chart) == numbers(on_time.chart)
    assert shuffled.chart.contradictions == ()


@pytest.mark.hazard("H14", "H32")
@given(st.sampled_from(["155.0", "140.5", "80.0"]), st.integers(1, 8))
def test_after_a_correction_every_number_is_as_if_it_had_been_right_at_first(rate: str, minutes: int) -> None:
    right = infusing().wait(minutes)
    wrong = infusing().wait(minutes)
    right.must(ev.RateChanged(D(rate), "ordered", meant=True))
    wrong.must(ev.RateChanged(D("160.0"), "ordered"))
    entry = len(wrong.log)
    for visit in (right, wrong):
        visit.wait(10).must(ev.InfusionPaused()).wait(3)
    wrong.must(rq.Correct(entry, "typed the wrong rate", ev.RateChanged(D(rate), "ordered")))
    assert numbers(wrong.chart) == numbers(right.chart)
    assert wrong.chart.was_corrected and not right.chart.was_corrected
    assert wrong.chart.corrections == {entry: (len(wrong.log),)}
    kept = wrong.chart.entry(entry)
    assert kept is not None and kept.event == ev.RateChanged(D("160.0"), "ordered")


def test_striking_a_correction_restores_what_it_had_corrected() -> None:
    visit = infusing().wait(5).must(ev.RateChanged(D("120"), "dizzy"))
    entry = len(visit.log)
    before = numbers(visit.chart)
    visit.must(rq.Correct(entry, "it was 130", ev.RateChanged(D("130"), "dizzy")))
    correction = len(visit.log)
    assert visit.chart.rate_ml_per_h == 130
    visit.must(rq.Correct(correction, "no, it was 120"))
    assert numbers(visit.chart) == before and visit.chart.corrections[correction] == (len(visit.log),)
    visit.must(rq.Correct(len(visit.log), "it was 130 after all"))
    assert visit.chart.rate_ml_per_h == 130


def test_a_correction_can_be_corrected_and_the_last_one_holds() -> None:
    visit = infusing().wait(5).must(ev.InfusionPaused())
    entry, at = len(visit.log), visit.now
    visit.must(rq.Correct(entry, "why", ev.InfusionPaused("toilet")))
    first = visit.log[-1].event
    assert isinstance(first, ev.EntryCorrected)
    visit.must(rq.Correct(len(visit.log), "not that", replace(first, replacement=ev.InfusionPaused("phone"))))
    held = visit.chart.as_it_holds(entry)
    assert held is not None and held.event == ev.InfusionPaused("phone")
    moved = replace(first, corrects_sequence=1)
    assert "clash_correction_moved" in visit.refused(rq.Correct(entry + 1, "x", moved)).codes
    visit.must(rq.Correct(entry, "earlier", None, at - timedelta(minutes=1)))
    held = visit.chart.as_it_holds(entry)
    assert held is not None and held.event == ev.InfusionPaused("phone") and held.occurred_at < at


def test_a_pause_s_reason_and_time_may_follow() -> None:
    visit = infusing().wait(10).must(ev.InfusionPaused())
    entry = len(visit.log)
    at = visit.now - timedelta(minutes=2)
    visit.wait(1).must(rq.Correct(entry, "when and why", ev.InfusionPaused("toilet"), at))
    assert visit.chart.phase_since == at


@pytest.mark.hazard("H32")
def test_a_late_entry_says_why_and_keeps_both_times() -> None:
    visit = infusing().wait(10)
    at = visit.now - timedelta(minutes=5)
    assert visit.refused(GOOD_VITALS, occurred_at=at).code == "late_needs_reason"
    visit.must(GOOD_VITALS, occurred_at=at, late_reason=" hands full ")
    entry = visit.log[-1]
    assert (entry.occurred_at, entry.recorded_at, entry.late_reason) == (at, visit.now, "hands full")
    assert entry.is_late
    visit.must(GOOD_VITALS, occurred_at=visit.now - timedelta(seconds=90))
    assert not visit.log[-1].is_late


@pytest.mark.hazard("H32")
def test_nothing_is_charted_before_the_visit_or_in_the_future() -> None:
    visit = infusing()
    assert (
        visit.refused(GOOD_VITALS, occurred_at=OPENED - timedelta(seconds=1), late_reason="x").code
        == "before_the_opening"
    )
    assert visit.refused(GOOD_VITALS, occurred_at=visit.now + timedelta(seconds=6)).code == "in_the_future"
    visit.must(GOOD_VITALS, occurred_at=visit.now + timedelta(seconds=4))


@pytest.mark.hazard("H30")
def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    visit = infusing().wait(10).must(ev.InfusionPaused())
    last = visit.now
    visit.now = last - timedelta(minutes=7)
    visit.must(ev.InfusionResumed(D("150")))
    assert visit.log[-1].occurred_at == last and visit.chart.phase is Phase.INFUSING


def test_a_late_entry_that_would_contradict_a_later_one_is_refused_and_names_it() -> None:
    visit = infusing().wait(10).must(ev.RateChanged(D("120"), "dizzy")).wait(5)
    changed = len(visit.log)
    answer = visit.refused(ev.InfusionPaused(), occurred_at=visit.now - timedelta(minutes=10), late_reason="forgot")
    assert answer.code == "would_contradict" and f"entry {changed}" in answer.fact
    assert "does not fit" in answer.limit


def test_what_others_stand_on_is_not_struck() -> None:
    visit = infusing()
    hung = next(entry.sequence for entry in visit.log if isinstance(entry.event, ev.BagHung))
    watching = next(entry.sequence for entry in visit.log if isinstance(entry.event, ev.ObserverNamed))
    for sequence in (hung, watching):
        assert visit.refused(rq.Correct(sequence, "typed by mistake")).code == "would_contradict"


def test_a_late_rate_beyond_the_order_is_charted_by_a_prescriber_only() -> None:
    visit = infusing().wait(10)
    at = visit.now - timedelta(minutes=5)
    wild = ev.RateChanged(D("300"), "found so at the pump")
    answer = visit.refused(wild, occurred_at=at, late_reason="found later")
    assert answer.codes[-1] == "hindsight_needs_prescriber"
    visit.must(wild, PRESCRIBER_VANCE, occurred_at=at, late_reason="found later")
    assert visit.chart.rate_ml_per_h == 300


def test_a_correction_to_a_rate_beyond_the_order_is_charted_by_a_prescriber_only() -> None:
    visit = infusing().wait(5).must(ev.RateChanged(D("160"), "ordered")).wait(5)
    request = rq.Correct(len(visit.log), "the pump says 300", ev.RateChanged(D("300"), "typed so"))
    assert visit.refused(request).codes[-1] == "hindsight_needs_prescriber"
    visit.must(request, PRESCRIBER_VANCE)
    assert visit.chart.rate_ml_per_h == 300


def find(visit: Visit, kind: type) -> int:
    return next(entry.sequence for entry in visit.log if isinstance(entry.event, kind))


@pytest.mark.hazard("H06")
@pytest.mark.parametrize("rate", ["1500", "750", "1250", "15"])
def test_a_ten_fold_slip_in_a_corrected_start_is_asked_of_a_prescriber(rate: str) -> None:
    visit = infusing()
    started = visit.chart.started
    assert started is not None
    event = started.event
    assert isinstance(event, ev.InfusionStarted)
    wrong = rq.Correct(started.sequence, "typed wrongly", replace(event, rate_ml_per_h=D(rate)))
    refused = visit.refused(wrong)
    assert "hindsight_needs_prescriber" in refused.codes
    assert len(refused.codes) > 1  # and the limit that it passes is named


def test_what_no_correction_touches() -> None:
    visit = infusing().must(ev.DeviceBound("m", "M", "b"))
    order, check, bag = (
        visit.log[find(visit, kind) - 1].event for kind in (ev.OrderSigned, ev.BagChecked, ev.BagPrepared)
    )
    assert isinstance(order, ev.OrderSigned) and isinstance(check, ev.BagChecked) and isinstance(bag, ev.BagPrepared)

    def refused(kind: type, new: ev.SessionEvent | None, actor: object = PRESCRIBER_VANCE) -> tuple[str, ...]:
        return visit.refused(rq.Correct(find(visit, kind), "wrong", new), actor).codes  # type: ignore[arg-type]

    assert refused(ev.OrderSigned, replace(order, reason="x")) == ("amend_instead",)
    assert refused(ev.BagChecked, replace(check, detail="x")) == ("check_again_instead",)
    assert refused(ev.DeviceBound, None) == ("software_entry",)
    assert refused(ev.SessionOpened, None) == ("opening_cannot_be_struck",)
    assert refused(ev.SessionOpened, opening(patient_id="ren")) == ("never_rebound",)
    assert refused(ev.ObserverNamed, ev.ObserverNamed(ref(PRESCRIBER_VANCE))) == ("own_act_corrected",)
    assert refused(ev.WeightMeasured, ev.NoteWritten("x")) == ("correction_changes_kind",)
    assert refused(ev.WeightMeasured, ev.WeightMeasured(D(800), "scale 1"))[0] == "weight_out_of_range"
    assert refused(ev.WeightMeasured, ev.WeightMeasured(D(80), "scale 1")) == ("correction_says_nothing",)
    assert refused(ev.InfusionStarted, ev.InfusionStarted(D("150")), FRONT_DESK_SORO) == (
        "role_may_not", "correction_says_nothing",
    )  # fmt: skip
    wrong = replace(bag.bag, drug_mg=D(400))
    assert refused(ev.BagPrepared, ev.BagPrepared(wrong)) == ("bag_arithmetic_disagrees",)
    assert visit.refused(rq.Correct(999, "x")).code == "no_such_entry"
    assert visit.refused(rq.Correct(find(visit, ev.WeightMeasured), " ")).code == "reason_missing"
    future = rq.Correct(find(visit, ev.EscortNamed), "x", None, visit.now + timedelta(hours=1))
    assert visit.refused(future).code == "in_the_future"


def test_no_rate_is_corrected_to_zero_not_even_by_a_prescriber() -> None:
    """Found by the stateful test: the start was corrected to 0 mL/h and the phase stayed infusing."""
    visit = infusing().wait(5)
    zero = rq.Correct(len(visit.log), "it did not run", ev.InfusionStarted(D("0")))
    assert "not_positive" in visit.refused(zero, PRESCRIBER_VANCE).codes
    visit.append(ev.RateChanged(D("0"), "x"), visit.nurse)
    assert [one.code for one in visit.chart.contradictions] == ["rate_not_positive"]


def test_a_bag_s_lot_and_a_name_are_put_right() -> None:
    visit = infusing()
    bag = visit.log[find(visit, ev.BagPrepared) - 1].event
    assert isinstance(bag, ev.BagPrepared)
    right = ev.BagPrepared(replace(bag.bag, vial=replace(bag.bag.vial, lot="LOT-8")))
    visit.must(rq.Correct(find(visit, ev.BagPrepared), "read the wrong lot", right))
    visit.must(rq.Correct(1, "misspelt", opening(patient_name="Wren Halloway-Marsh")))
    assert visit.chart.opened.patient_name == "Wren Halloway-Marsh"
    assert visit.chart.bag is not None and visit.chart.bag.vial.lot == "LOT-8"


def test_a_struck_entry_is_restored_by_striking_the_striking() -> None:
    visit = infusing().must(ev.NoteWritten("wrong patient"))
    note = len(visit.log)
    visit.must(rq.Correct(note, "not this patient"))
    assert visit.chart.notes == () and visit.chart.struck == {note}
    assert visit.refused(rq.Correct(note, "again")).code == "entry_is_struck"
    assert visit.refused(rq.Correct(note + 1, "x", None, visit.now)).code == "correction_says_nothing"
    visit.must(rq.Correct(note + 1, "it was"))
    assert len(visit.chart.notes) == 1


def test_a_signed_note_is_not_rewritten() -> None:
    visit = criteria_met(observing())
    visit.must(ev.NoteSigned("I sign", visit.chart.head_hash))
    assert visit.refused(rq.Correct(len(visit.log), "x")).code == "signed_entry"


def test_logs_that_the_rules_would_never_write_fold_all_the_same() -> None:
    """The fold is total: what does not fit is listed, nothing is guessed from it."""
    visit = Visit()
    visit.append(ev.NoteWritten("before anything"), visit.nurse)
    visit.append(opening(), visit.nurse)
    visit.append(opening(), visit.nurse)
    odd: list[ev.SessionEvent] = [
        ev.EntryCorrected(99, "x"),
        ev.EntryCorrected(4, "itself"),
        ev.EntryCorrected(2, "strike the opening"),
        ev.EntryCorrected(1, "another kind", ev.InfusionPaused()),
        ev.OrderCountersigned(3),
        ev.BagChecked("B", ev.SecondCheck.SECOND_PERSON, ref(visit.second), D(4), D(150)),
        ev.PatientArrived(),
        ev.IdentityConfirmed((), OPENED.date()),
        ev.BagHung("B", "B"),
        ev.BagTakenDown("B"),
        ev.LinePrimed(ev.LineFluid.DRUG, D(18)),
        ev.LineRemoved(ev.SiteFinding.GOOD),
        ev.AccessSiteChecked(ev.SiteFinding.GOOD),
        ev.FlushGiven(D(10), D(5)),
        ev.InfusionStarted(D(150)),
        ev.HandOverAccepted(1, ref(visit.second)),
        ev.SideEffectFollowedUp(1, None),
        ev.AlarmAcknowledged("a", OPENED),
        ev.AlarmCleared("a"),
        ev.DeviceReleased("d", "D", "b"),
        ev.PatientLeft(),
    ]
    for event in odd:
        visit.append(event, visit.nurse)
    chart = visit.chart
    assert len(chart.contradictions) >= len(odd) - 4 + 2
    assert chart.phase is Phase.PREPARING
    assert fold(visit.log, until=OPENED - timedelta(days=1)).phase is Phase.EXPECTED


def test_an_empty_log_has_nobody_in_it() -> None:
    with pytest.raises(NothingOpened):
        _ = fold(()).opened
    assert Visit().refused(GOOD_VITALS).code == "nothing_opened"
    assert fold(()).session_id == "" and fold(()).entry(1) is None and fold(()).bag_down_at is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"patient_name": ""}, "words_missing"),
        ({"birth_date": OPENED.date() + timedelta(days=2)}, "born_after_visit"),
        ({"template_id": "another"}, "template_differs"),
    ],
)
def test_what_a_visit_is_opened_with(changes: dict[str, object], code: str) -> None:
    assert Visit().refused(opening(**changes)).code == code


def test_a_visit_is_opened_once() -> None:
    assert opened().refused(opening()).code == "already_opened"


@pytest.mark.hazard("H51")
def test_the_template_of_a_visit_is_the_one_it_was_opened_under() -> None:
    visit = weighed()
    assert visit.chart.opened.template_id == TEMPLATE.template_id
    assert "template_id" in {reason.field for reason in Visit().refused(opening(template_id="other")).reasons}


def test_nothing_can_be_assigned_to_a_chart() -> None:
    chart = ordered().chart
    with pytest.raises(AttributeError):
        chart.phase = Phase.LEFT
    with pytest.raises(AttributeError):
        del chart.phase
    with pytest.raises(TypeError):
        chart.checks["x"] = None  # type: ignore[index]
    assert chart != object()


def test_dripstand_s_own_entries_need_no_late_reason() -> None:
    visit = infusing().wait(10)
    alarm = ev.AlarmRaised("a", "spo2_low", ev.Priority.LOW, False, "spo2_percent", "91 %", "92 %")
    visit.must(alarm, DRIPSTAND, occurred_at=visit.now - timedelta(minutes=3))


@pytest.mark.hazard("H32")
def test_nothing_is_put_right_to_a_time_before_the_visit() -> None:
    """The start of the drug asks for the chart as it was; before the opening there is none to ask."""
    visit = infusing()
    start = next(entry for entry in visit.log if isinstance(entry.event, ev.InfusionStarted))
    early = OPENED - timedelta(minutes=1)
    answer = visit.refused(rq.Correct(start.sequence, "wrong time", start.event, occurred_at=early))
    assert answer.code == "before_the_opening"
