"""The patient's tablet in the chart: calls that wait until somebody comes, tried before the start, comfort charted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion.events import CallTest, CheckResult, PreCheck
from dripstand.people.actors import DRIPSTAND
from tests.people import FRONT_DESK_SORO, NURSE_NEW, NURSE_OKAFOR, PRESCRIBER_VANCE
from tests.rules.infusion.visits import Visit, infusing, ready_to_start

PAIRED = ev.TabletPaired("tablet-1")


def call(visit: Visit, call_id: str = "call-1") -> Visit:
    return visit.must(ev.PatientCalled(call_id), DRIPSTAND)


def tried(how: CallTest | None, result: CheckResult = CheckResult.MET) -> ev.PreCheckRecorded:
    return ev.PreCheckRecorded(PreCheck.CALL_TRIED, result, call_tried=how)


def unchecked() -> Visit:
    """All but the call test is done."""
    return ready_to_start(
        leave_out=lambda step: isinstance(step, ev.PreCheckRecorded) and step.check is PreCheck.CALL_TRIED
    )


def start(visit: Visit) -> ev.InfusionStarted:
    assert visit.chart.bag is not None
    return ev.InfusionStarted(visit.chart.bag.start_rate_ml_per_h)


def test_the_start_waits_until_calling_was_tried_and_says_so() -> None:
    visit = unchecked()
    assert visit.refused(start(visit)).codes == ("check_open",)
    visit.must(tried(CallTest.BELL_ONLY)).must(start(visit))


def test_met_without_saying_how_is_no_answer_and_so_is_does_not_apply() -> None:
    visit = unchecked()
    assert visit.refused(tried(None)).codes == ("call_how",)
    assert visit.refused(tried(None, CheckResult.NOT_APPLICABLE)).codes == ("check_must_apply",)


def test_with_a_tablet_the_whole_way_is_tried_to_somebody_who_came() -> None:
    visit = unchecked()
    assert visit.refused(tried(CallTest.TABLET_AND_BELL)).codes == ("no_tablet",)
    visit.must(PAIRED, DRIPSTAND)
    assert visit.refused(tried(CallTest.BELL_ONLY)).codes == ("tablet_in_use",)
    call(visit)
    assert visit.refused(tried(CallTest.TABLET_AND_BELL)).codes == ("call_not_tried",), "nobody has come yet"
    visit.must(ev.PatientCallAnswered("call-1")).must(tried(CallTest.TABLET_AND_BELL)).must(start(visit))


def test_a_tablet_that_comes_after_the_check_is_tried_as_well() -> None:
    visit = unchecked().must(tried(CallTest.BELL_ONLY)).must(PAIRED, DRIPSTAND)
    assert visit.refused(start(visit)).codes == ("call_not_tried",)
    call(visit).must(ev.PatientCallAnswered("call-1")).must(start(visit))


def test_a_changed_tablet_is_a_tablet_that_was_not_tried() -> None:
    visit = call(unchecked().must(PAIRED, DRIPSTAND)).must(ev.PatientCallAnswered("call-1"))
    visit.must(tried(CallTest.TABLET_AND_BELL)).must(ev.TabletPaired("tablet-2"), DRIPSTAND)
    assert visit.refused(start(visit)).codes == ("call_not_tried",)
    visit.must(ev.TabletReleased("tablet-2")).must(start(visit))


def test_an_old_tablets_release_does_not_take_the_new_one() -> None:
    visit = infusing().must(PAIRED, DRIPSTAND).must(ev.TabletPaired("tablet-2"), DRIPSTAND)
    visit.must(ev.TabletReleased("tablet-1"))
    assert visit.chart.tablet is not None
    visit.must(ev.TabletReleased("tablet-2"))
    assert visit.chart.tablet is None


def test_who_comes_to_the_patient_comes_for_every_call_and_only_once() -> None:
    visit = call(infusing().must(PAIRED, DRIPSTAND))
    call(visit.wait(0.5), "call-2")
    assert [entry.event.call_id for entry in visit.chart.open_calls] == ["call-1", "call-2"]  # type: ignore[attr-defined]
    visit.must(ev.PatientCallAnswered("call-1"), NURSE_NEW)
    assert visit.chart.open_calls == ()
    refused = visit.refused(ev.PatientCallAnswered("call-2"), NURSE_OKAFOR)
    assert refused.codes == ("call_answered",)
    assert refused.reasons[0].params["who"] == NURSE_NEW.name
    assert visit.refused(ev.PatientCallAnswered("call-9")).codes == ("no_such_call",)


def test_the_same_touch_is_one_call() -> None:
    visit = call(infusing().must(PAIRED, DRIPSTAND))
    assert "clash_call_known" in visit.refused(ev.PatientCalled("call-1"), DRIPSTAND).codes


def test_a_call_that_waited_for_the_network_is_charted_when_it_was_made() -> None:
    visit = infusing().must(PAIRED, DRIPSTAND)
    made_at = visit.now + timedelta(minutes=2)
    visit.wait(14)
    visit.must(ev.PatientCalled("call-1"), DRIPSTAND, occurred_at=made_at, late_reason="no network at the tablet")
    (entry,) = visit.chart.open_calls
    assert (entry.occurred_at, entry.late_reason) == (made_at, "no network at the tablet")


def test_nobody_calls_in_the_patients_name() -> None:
    visit = infusing().must(PAIRED, DRIPSTAND)
    for person in (NURSE_OKAFOR, PRESCRIBER_VANCE, FRONT_DESK_SORO):
        assert visit.refused(ev.PatientCalled("call-1"), person).code in ("only_dripstand", "role_may_not")
    call(visit)
    assert visit.refused(ev.PatientCallAnswered("call-1"), FRONT_DESK_SORO).code == "role_may_not"


def test_what_was_played_and_shown_is_charted_as_comfort() -> None:
    rain = ev.CalmChosen(ev.CalmSound.RAIN, ev.CalmImage.WATER, ev.CalmLight.DARK, ev.Earphones.ON)
    visit = infusing().must(rain)
    assert visit.chart.calm == rain
    assert visit.chart.comfort[-1].event == rain


@pytest.mark.parametrize(
    ("sound", "file_id"), [(ev.CalmSound.FILE, ""), (ev.CalmSound.RAIN, "a-file")], ids=["no file", "a file too many"]
)
def test_a_recording_goes_with_the_recorded_sound_alone(sound: ev.CalmSound, file_id: str) -> None:
    chosen = ev.CalmChosen(sound, ev.CalmImage.NIGHT, ev.CalmLight.DARK, sound_file_id=file_id)
    assert infusing().refused(chosen).codes == ("sound_file_missing",)
