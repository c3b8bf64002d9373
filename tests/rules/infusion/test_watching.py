"""Observers and hand-over, readings by hand, alarms and their limits (H35, H62)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dripstand.infusion import events as ev
from dripstand.people.actors import DRIPSTAND
from tests.people import NURSE_NEW, NURSE_OKAFOR, NURSE_REYES, PRESCRIBER_VANCE
from tests.rules.infusion.visits import GOOD_VITALS, D, Visit, arrived, infusing, ready_to_start, ref

SPO2_LOW = ev.AlarmRaised(
    "a1", "spo2_low", ev.Priority.HIGH, False, "spo2_percent", "89 %", "below 90 %", latching=True
)


@pytest.mark.hazard("H62")
def test_the_observer_stays_until_the_named_person_accepts() -> None:
    visit = infusing()
    visit.must(ev.HandOverOffered(ref(NURSE_OKAFOR), "quiet so far"))
    offered = len(visit.log)
    accept = ev.HandOverAccepted(offered, ref(NURSE_OKAFOR))
    assert visit.chart.observer == ref(NURSE_REYES) and visit.chart.hand_over is not None
    assert visit.refused(accept).code == "hand_over_to_another"
    assert visit.refused(accept, PRESCRIBER_VANCE).code == "hand_over_to_another"
    assert visit.refused(accept, NURSE_OKAFOR, other_chairs_of=2).code == "too_many_chairs"
    assert visit.refused(replace(accept, offered_sequence=1), NURSE_OKAFOR).code == "no_such_hand_over"
    visit.must(accept, NURSE_OKAFOR)
    assert visit.chart.observer == ref(NURSE_OKAFOR) and visit.chart.hand_over is None
    assert visit.refused(accept, NURSE_OKAFOR).code == "no_such_hand_over"


@pytest.mark.hazard("H62")
def test_only_the_observer_offers_and_to_somebody_else() -> None:
    visit = infusing()
    assert visit.refused(ev.HandOverOffered(ref(NURSE_NEW)), NURSE_OKAFOR).code == "only_observer_offers"
    assert visit.refused(ev.HandOverOffered(ref(NURSE_REYES))).code == "hand_over_to_self"
    assert arrived().refused(ev.HandOverOffered(ref(NURSE_OKAFOR))).code == "no_observer"


@pytest.mark.hazard("H62")
def test_nobody_is_put_in_the_chair_by_somebody_else() -> None:
    assert ready_to_start().refused(ev.ObserverNamed(ref(NURSE_OKAFOR))).code == "own_act_only"
    visit = infusing()
    assert visit.refused(ev.ObserverNamed(ref(NURSE_OKAFOR)), NURSE_OKAFOR).code == "observer_present"
    visit.must(ev.ObserverNamed(ref(PRESCRIBER_VANCE)), PRESCRIBER_VANCE)  # from somebody who has gone


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pulse_per_min": 301}, "impossible_value"),
        ({"spo2_percent": 101}, "impossible_value"),
        ({"nibp_systolic_mmhg": None}, "pressure_half"),
        ({"nibp_diastolic_mmhg": None}, "pressure_half"),
        ({"nibp_diastolic_mmhg": 130}, "pressure_swapped"),
    ],
)
def test_impossible_vital_signs_are_refused(changes: dict[str, int | None], code: str) -> None:
    assert infusing().refused(replace(GOOD_VITALS, **changes)).code == code  # type: ignore[arg-type]


def test_implausible_vital_signs_are_charted_and_an_empty_form_is_not() -> None:
    infusing().must(replace(GOOD_VITALS, pulse_per_min=210, doubtful=True))
    assert infusing().refused(ev.VitalSignsTaken()).code == "nothing_measured"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ev.SedationScored("RASS", 0), "scale_differs"),
        (ev.SedationScored("MOAA/S", 6), "score_out_of_scale"),
        (ev.SideEffectNoted(" ", ev.Severity.MILD), "words_missing"),
        (ev.SideEffectFollowedUp(1, None), "no_such_side_effect"),
        (ev.MedicineGiven("", "4 mg", "IV"), "words_missing"),
        (ev.NoteWritten(""), "words_missing"),
        (ev.NoteWritten("x" * 4001), "too_long"),
        (ev.LinePlaced("", "left", 22, 1), "site_missing"),
        (ev.LinePlaced("hand", "left", 3, 1), "gauge_unknown"),
        (ev.LinePlaced("hand", "left", 22, 0), "not_positive"),
    ],
)
def test_what_says_nothing_or_cannot_be(event: ev.SessionEvent, code: str) -> None:
    assert infusing().refused(event).code == code


def test_a_side_effect_is_followed_to_its_end() -> None:
    visit = infusing().must(ev.SideEffectNoted("nausea", ev.Severity.MODERATE, "ondansetron"))
    noted = len(visit.log)
    visit.wait(5).must(ev.SideEffectFollowedUp(noted, ev.Severity.MILD, "", "partly")).wait(5)
    visit.must(ev.SideEffectFollowedUp(noted, None, "", "yes"))
    latest = visit.chart.follow_ups[noted].event
    assert isinstance(latest, ev.SideEffectFollowedUp) and latest.severity is None


def alarming() -> Visit:
    return infusing().must(SPO2_LOW, DRIPSTAND)


@pytest.mark.hazard("H35")
@pytest.mark.parametrize(
    ("seconds", "code"), [(121, "silence_too_long"), (3600, "silence_too_long"), (-1, "silence_in_the_past")]
)
def test_a_silence_is_for_two_minutes_at_most(seconds: int, code: str) -> None:
    visit = alarming()
    assert visit.refused(ev.AlarmAcknowledged("a1", visit.now + timedelta(seconds=seconds))).code == code


@pytest.mark.hazard("H35")
def test_no_template_allows_a_longer_silence() -> None:
    visit = alarming()
    loose = replace(visit.template, alarms=replace(visit.template.alarms, silence_s=600))
    late = ev.AlarmAcknowledged("a1", visit.now + timedelta(seconds=300))
    assert visit.refused(late, template=loose).code == "silence_too_long"


@pytest.mark.hazard("H30", "H35")
def test_an_alarm_is_acknowledged_after_the_servers_clock_was_set_back_and_for_no_longer() -> None:
    """What is charted stands an hour ahead of such a clock: the button was refused for as long."""
    visit = alarming().wait(-60)
    too_long = ev.AlarmAcknowledged("a1", visit.now + timedelta(seconds=121))
    assert visit.refused(too_long).code == "silence_too_long"
    visit.must(ev.AlarmAcknowledged("a1", visit.now + timedelta(seconds=120)))
    assert visit.chart.alarms["a1"].state == "acknowledged"


@pytest.mark.hazard("H35")
def test_a_silence_is_for_one_alarm() -> None:
    visit = alarming().must(replace(SPO2_LOW, alarm_id="a2", alarm="pulse_high"), DRIPSTAND)
    visit.must(ev.AlarmAcknowledged("a1", visit.now + timedelta(seconds=60)))
    states = {name: alarm.state for name, alarm in visit.chart.alarms.items()}
    assert states == {"a1": "acknowledged", "a2": "active"}
    assert len(visit.chart.open_alarms) == 2


def test_a_latching_alarm_waits_for_a_person() -> None:
    visit = alarming()
    assert visit.refused(ev.AlarmCleared("a1"), DRIPSTAND).code == "latched_alarm_not_acknowledged"
    visit.must(ev.AlarmAcknowledged("a1", visit.now)).must(ev.AlarmCleared("a1"), DRIPSTAND)
    assert visit.refused(ev.AlarmCleared("a1"), DRIPSTAND).code == "no_such_alarm"
    assert visit.refused(ev.AlarmAcknowledged("a1", visit.now)).code == "no_such_alarm"
    assert visit.refused(SPO2_LOW, DRIPSTAND).code == "alarm_raised_twice"


def test_a_nurse_tightens_a_limit_and_a_prescriber_may_widen_it_within_bounds() -> None:
    visit = infusing()
    rule = next(rule for rule in visit.template.alarms.limits if rule.alarm == "nibp_systolic_high")

    def limit(value: D | int) -> ev.AlarmLimitChanged:
        return ev.AlarmLimitChanged("nibp_systolic_high", D(value), rule.unit, "as agreed")

    visit.must(limit(rule.limit_value - 5))
    assert visit.refused(limit(rule.limit_value)).code == "limit_wider_needs_prescriber"
    visit.must(limit(rule.limit_value), PRESCRIBER_VANCE)
    assert visit.refused(limit(rule.highest_value + 1), PRESCRIBER_VANCE).code == "limit_out_of_bounds"
    assert visit.refused(replace(limit(150), limit_unit="kPa")).code == "limit_unit_differs"
    assert visit.refused(replace(limit(150), alarm="boredom")).code == "no_such_limit"
    assert visit.refused(replace(limit(150), reason="")).code == "reason_missing"
    low = next(rule for rule in visit.template.alarms.limits if not rule.above)
    looser = ev.AlarmLimitChanged(low.alarm, low.limit_value - 1, low.unit, "snores")
    assert "limit_wider_needs_prescriber" in visit.refused(looser).codes


def test_a_device_is_bound_once_and_released_once() -> None:
    visit = infusing().must(ev.DeviceBound("m1", "Monitor 1", "b1"))
    assert visit.refused(ev.DeviceBound("m1", "Monitor 1", "b2")).code == "device_bound"
    visit.must(ev.DeviceReleased("m1", "Monitor 1", "b1"))
    assert visit.refused(ev.DeviceReleased("m1", "Monitor 1", "b1")).code == "device_not_bound"
