"""A value that a nurse types alarms like one that a monitor sends; the next good one ends it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from dripstand.infusion import queries, store
from dripstand.infusion.events import (
    AlarmCleared,
    AlarmRaised,
    LeftWithoutDischarge,
    PatientArrived,
    Priority,
    SedationScored,
    SessionEvent,
    VitalSignsTaken,
)
from dripstand.infusion.hashing import GENESIS
from dripstand.infusion.presentation.alarms import Slot, slot
from dripstand.infusion.queries import template_for
from dripstand.infusion.services import Charted, submit
from dripstand.people.actors import DRIPSTAND
from tests.people import NOW, NURSE_REYES, stored
from tests.rooms.infusion.test_store import a_session


def chart(session_id: str, event: SessionEvent, minute: int, **more: object) -> Charted:
    answer = submit(
        session_id,
        event,
        actor=stored(NURSE_REYES),
        submission_id=str(uuid.uuid4()),
        now=NOW + timedelta(minutes=minute),
        **more,  # type: ignore[arg-type]
    )
    assert isinstance(answer, Charted), answer
    return answer


def here() -> str:
    session_id = a_session()
    chart(session_id, PatientArrived(), 1)
    return session_id


def open_alarms(session_id: str) -> dict[str, Priority]:
    found = (view.raised.event for view in queries.chart(session_id).open_alarms)
    return {event.alarm: event.priority for event in found if isinstance(event, AlarmRaised)}


@pytest.mark.django_db
@pytest.mark.hazard("H36")
def test_bad_vital_signs_by_hand_raise_each_its_worst_alarm_and_good_ones_end_them() -> None:
    session_id = here()
    answer = chart(
        session_id,
        VitalSignsTaken(
            spo2_percent=80,
            pulse_per_min=39,
            respiratory_rate_per_min=5,
            nibp_systolic_mmhg=220,
            nibp_diastolic_mmhg=130,
        ),
        2,
    )
    assert open_alarms(session_id) == {
        "spo2_critical": Priority.HIGH,
        "pulse_very_low": Priority.HIGH,
        "respiratory_rate_very_low": Priority.HIGH,
        "nibp_systolic_extreme": Priority.HIGH,
        "nibp_diastolic_extreme": Priority.HIGH,
    }
    assert [entry.actor.staff_id for entry in answer.entries[1:]] == [DRIPSTAND.staff_id] * 5
    chart(session_id, VitalSignsTaken(spo2_percent=97), 3)
    assert "spo2_critical" not in open_alarms(session_id)
    assert "pulse_very_low" in open_alarms(session_id)  # nobody has counted the pulse again


@pytest.mark.django_db
def test_good_or_doubtful_values_by_hand_raise_nothing() -> None:
    session_id = here()
    for minute, value in enumerate(
        (VitalSignsTaken(spo2_percent=98), VitalSignsTaken(spo2_percent=60, doubtful=True)), start=2
    ):
        assert len(chart(session_id, value, minute).entries) == 1
    assert open_alarms(session_id) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("score", "expected"),
    [(5, {}), (4, {}), (3, {"sedation_deep": Priority.MEDIUM}), (2, {"sedation_very_deep": Priority.HIGH})],
)
def test_deep_sedation_alarms_by_the_scale(score: int, expected: dict[str, Priority]) -> None:
    session_id = here()
    chart(session_id, SedationScored(scale="MOAA/S", sedation_score=score), 2)
    assert open_alarms(session_id) == expected
    answer = chart(session_id, SedationScored(scale="MOAA/S", sedation_score=5), 3)
    assert open_alarms(session_id) == {}
    assert len([entry for entry in answer.entries if isinstance(entry.event, AlarmCleared)]) == len(expected)


LEFT = LeftWithoutDischarge(True, "told what to look out for", True, True, "Dr. T. Vance")


def slot_of(session_id: str, minute: int) -> Slot:
    seen = queries.chart(session_id)
    now = NOW + timedelta(minutes=minute)
    return slot(seen, template_for(seen), now, ZoneInfo("UTC"), monitored=False, why_not=lambda _request: ("",))


@pytest.mark.django_db
@pytest.mark.hazard("H36")
def test_an_alarm_by_hand_ends_with_the_visit_however_that_ends() -> None:
    session_id = here()
    chart(session_id, VitalSignsTaken(spo2_percent=80, pulse_per_min=39), 2)
    assert slot_of(session_id, 3)["sound"] == "high"
    answer = chart(session_id, LEFT, 3)
    ended = [entry for entry in answer.entries if isinstance(entry.event, AlarmCleared)]
    assert [entry.actor.staff_id for entry in ended] == [DRIPSTAND.staff_id] * 2
    assert open_alarms(session_id) == {}
    assert slot_of(session_id, 4)["sound"] == ""
    log = store.load(session_id)
    assert store.chained(log, GENESIS) == log, "one chain, over what ended the visit and what ended with it"


@pytest.mark.django_db
@pytest.mark.hazard("H36")
def test_a_latching_alarm_that_nobody_acknowledged_stays_on_the_chart_of_an_ended_visit_without_a_sound() -> None:
    session_id = here()
    raised = AlarmRaised("m/1@x", "spo2_critical", Priority.HIGH, False, "spo2_percent", "78 %", "< 85 %", True)
    submit(session_id, raised, actor=DRIPSTAND, submission_id="raised", now=NOW + timedelta(minutes=2))
    assert slot_of(session_id, 3)["sound"] == "high"
    chart(session_id, LEFT, 3)
    assert open_alarms(session_id) == {"spo2_critical": Priority.HIGH}
    after = slot_of(session_id, 4)
    assert [alarm["alarm_id"] for alarm in after["alarms"]] == ["m/1@x"]
    assert after["sound"] == ""


@pytest.mark.django_db
@pytest.mark.hazard("H22", "H36")
def test_no_alarm_is_never_said_of_a_monitored_chair_without_any_reading() -> None:
    seen = queries.chart(here())
    words = {
        (monitored, deaf): slot(
            seen,
            template_for(seen),
            NOW + timedelta(minutes=2),
            ZoneInfo("UTC"),
            monitored=monitored,
            deaf=deaf,
            why_not=lambda _request: ("",),
        )["quiet"]["words"]
        for monitored in (True, False)
        for deaf in (True, False)
    }
    assert words.pop((True, True)) == "No readings: nothing here can alarm"
    assert set(words.values()) == {"No alarm"}


@pytest.mark.django_db
def test_a_late_entry_calls_nobody_now() -> None:
    session_id = here()
    chart(
        session_id,
        VitalSignsTaken(spo2_percent=80),
        30,
        occurred_at=NOW + timedelta(minutes=5),
        late_reason="written on paper",
    )
    assert open_alarms(session_id) == {}


@pytest.mark.django_db
@pytest.mark.hazard("H36")
def test_a_value_that_is_older_than_the_newest_neither_ends_an_alarm_nor_raises_one() -> None:
    """Written down a minute ago and typed after what came since: what stands now is what was measured last."""
    session_id = here()
    chart(session_id, VitalSignsTaken(spo2_percent=80), 30)
    chart(session_id, SedationScored("MOAA/S", 2), 30)
    before = NOW + timedelta(minutes=29)
    chart(session_id, VitalSignsTaken(spo2_percent=98), 30, occurred_at=before)
    chart(session_id, SedationScored("MOAA/S", 5), 30, occurred_at=before)
    assert set(open_alarms(session_id)) == {"spo2_critical", "sedation_very_deep"}
    assert queries.chart(session_id).contradictions == ()
    chart(session_id, VitalSignsTaken(spo2_percent=97), 32)
    chart(session_id, VitalSignsTaken(spo2_percent=80), 32, occurred_at=NOW + timedelta(minutes=31))
    assert set(open_alarms(session_id)) == {"sedation_very_deep"}
