"""The engine: from what was stored to what screens and charts are told, also when nothing arrives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from dripstand.monitoring.alarms import Cleared, Raised, StandingAlarm, Transition
from dripstand.monitoring.attribution import ChairSession
from dripstand.monitoring.conditions import Priority
from dripstand.monitoring.engine import Engine, House
from dripstand.monitoring.pump import ChartedRate, PumpVerdict
from dripstand.monitoring.queries import bindings_of_session, latest, mismatches, unbound_devices
from dripstand.monitoring.readings import PROBE_OFF, Channel, Reading
from dripstand.monitoring.services import bind
from dripstand.monitoring.storing import Store
from dripstand.monitoring.watch import OnChair, WatchedSession
from dripstand.monitoring.writer import ReadingsWriter
from dripstand.protocol.default_alarms import default_alarms
from tests.people import NURSE_REYES
from tests.rooms.monitoring.bedside import NOON, after, chairs, monitor, sample, value_of, visit

pytestmark = pytest.mark.django_db(transaction=True)
RULES = default_alarms()


@dataclass
class Ward:
    """One chair with Wren in it, a clock that tests turn, and everything that was said and charted."""

    chair_id: str
    session: ChairSession | None = field(default_factory=lambda: visit("wren", "TEST0001"))
    t_s: float = 0.0
    own_limits: dict[str, Decimal] = field(default_factory=dict)
    acknowledged: dict[str, datetime] = field(default_factory=dict)
    standing: tuple[StandingAlarm, ...] = ()
    drug_off_since: datetime | None = None
    unconfirmed: ChartedRate | None = None
    charted: list[Transition] = field(default_factory=list)
    said: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    devices: list[Sequence[OnChair]] = field(default_factory=list)
    held: list[tuple[str, str]] = field(default_factory=list)
    pump: list[PumpVerdict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(lambda chair_id: self.session)
        self.engine = Engine(self.house())

    def house(self) -> House:
        return House(
            watched=self.watched,
            chart_transition=lambda session_id, transition, now: self.charted.append(transition),
            publish=lambda topic, payload: self.said.append((topic, payload)),
            now=lambda: after(self.t_s),
            monotonic_s=lambda: self.t_s,
            chart_pump=lambda session_id, verdict, now: self.pump.append(verdict),
            chart_devices=lambda session_id, devices, now: self.devices.append(devices),
            chart_mismatch=lambda session_id, device_id, sent, now: self.held.append((session_id, sent)),
        )

    def watched(self, now: datetime) -> list[WatchedSession]:
        if self.session is None:
            return []
        return [
            WatchedSession(
                self.session.session_id,
                self.chair_id,
                RULES,
                self.own_limits,
                self.acknowledged,
                self.standing,
                self.drug_off_since,
                self.unconfirmed,
            )
        ]

    def second(self, *messages: Any) -> None:
        """One second passes; then these messages come, and the engine looks."""
        self.t_s += 1
        if messages:
            self.engine.heard(self.store.put(list(messages)))
        self.engine.look_round()
        self.engine.take_news()
        if self.session is not None:
            self.engine.look_at(self.session.session_id)
        assert self.engine.chart_what_is_due()

    def seconds(self, count: int, **values: float | None) -> None:
        for _ in range(count):
            self.second(*([sample("M1", after(self.t_s + 1), **values)] if values else []))

    @property
    def screen(self) -> Mapping[str, Any]:
        return next(payload for topic, payload in reversed(self.said) if topic == "session:wren")

    def raised(self) -> list[str]:
        return [each.alarm for each in self.charted if isinstance(each, Raised)]


@pytest.fixture
def ward() -> Ward:
    (chair_id,) = chairs(1)
    ward = Ward(chair_id)
    device_id = monitor("M1")
    bind(NURSE_REYES, device_id=device_id, chair_id=chair_id, session=ward.session, now=NOON)
    return ward


def test_a_reading_reaches_the_chairs_screen_and_the_board_with_its_age(ward: Ward) -> None:
    ward.seconds(1, spo2_percent=97.0, pulse_per_min=71.6)
    value = ward.screen["values"]["pulse_per_min"]
    assert (value["text"], value["quality"], value["age_s"]) == ("72", "fresh", 0.0)
    assert {topic for topic, _ in ward.said} == {"session:wren", "board"}


@pytest.mark.hazard("H22")
def test_a_frozen_device_leaves_no_unflagged_number_after_ten_seconds(ward: Ward) -> None:
    ward.seconds(20, spo2_percent=97.0, pulse_per_min=71.0)
    for waited_s in range(1, 30):
        ward.second()
        for value in ward.screen["values"].values():
            assert waited_s <= 3 or value["quality"] != "fresh"
            assert waited_s <= 10 or (value["value"] is None and value["quality"] == "none" and value["why"] == "stale")


@pytest.mark.hazard("H23")
def test_the_same_observation_sent_again_and_again_does_not_stay_young(ward: Ward) -> None:
    ward.seconds(20, spo2_percent=97.0)
    frozen = after(ward.t_s)
    for number in range(16):
        at = after(ward.t_s + 1)
        ward.second(sample("M1", at, value_of(Channel.SPO2, 97.0, frozen), control_id=f"f{number}", message_time=at))
    assert ward.screen["values"]["spo2_percent"]["quality"] == "none"
    assert ward.screen["values"]["spo2_percent"]["age_s"] == 16.0
    assert "no_reading" in ward.raised()


@pytest.mark.hazard("H33")
def test_a_low_saturation_is_charted_when_its_delay_is_over_and_cleared_with_a_good_reading(ward: Ward) -> None:
    ward.seconds(5, spo2_percent=97.0)
    ward.seconds(15, spo2_percent=91.0)
    assert ward.raised() == []
    ward.seconds(1, spo2_percent=91.0)
    assert ward.raised() == ["spo2_low"]
    assert ward.screen["sound"] == "medium" and ward.screen["alarms"][0]["limit_text"] == "< 92 %"
    ward.seconds(1, spo2_percent=96.0)
    assert isinstance(ward.charted[-1], Cleared) and ward.screen["alarms"] == []


def test_the_sessions_own_limit_counts_instead_of_the_templates(ward: Ward) -> None:
    ward.own_limits["spo2_low"] = Decimal("95")
    ward.seconds(16, spo2_percent=94.0)
    assert ward.raised() == ["spo2_low"]


@pytest.mark.hazard("H36")
def test_no_reading_is_shown_at_once_and_alarms_after_its_own_short_delay(ward: Ward) -> None:
    ward.seconds(3, spo2_percent=85.0)
    assert ward.raised() == ["spo2_critical"]
    off = Reading(code="150456", value=None, usable=False, why=PROBE_OFF, channel=Channel.SPO2)
    for number in range(1, 7):
        ward.second(sample("M1", after(ward.t_s + 1), off, control_id=f"o{number}"))
        assert ward.screen["values"]["spo2_percent"]["value"] is None
    assert ward.raised() == ["spo2_critical", "probe_off"]
    assert [alarm["alarm"] for alarm in ward.screen["alarms"]] == ["spo2_critical", "probe_off"]


@pytest.mark.hazard("H22")
def test_a_device_that_goes_silent_alarms_although_nothing_arrives(ward: Ward) -> None:
    ward.seconds(5, spo2_percent=97.0)
    ward.seconds(14)
    assert "device_silent" not in ward.raised()
    ward.seconds(1)
    assert ward.raised() == ["device_silent"]


def test_a_bound_device_that_never_sends_alarms_as_well(ward: Ward) -> None:
    ward.seconds(16)
    assert ward.raised() == ["device_silent"]


@pytest.mark.hazard("H35")
def test_an_acknowledgement_on_the_chart_silences_that_alarm_until_its_time(ward: Ward) -> None:
    ward.seconds(1, spo2_percent=85.0)
    alarm_id = ward.screen["alarms"][0]["alarm_id"]
    ward.acknowledged[alarm_id] = after(ward.t_s + 60)
    ward.seconds(1, spo2_percent=85.0)
    assert ward.screen["alarms"][0]["state"] == "audio_paused" and ward.screen["sound"] == ""
    ward.seconds(60, spo2_percent=85.0)
    assert ward.screen["sound"] == "high"


def cuff(at: datetime, systolic: float, diastolic: float = 80.0) -> tuple[Reading, Reading]:
    return (value_of(Channel.NIBP_SYSTOLIC, systolic, at), value_of(Channel.NIBP_DIASTOLIC, diastolic, at))


def test_a_very_high_pressure_waits_for_a_second_cuff_reading(ward: Ward) -> None:
    ward.second(sample("M1", after(1), *cuff(after(1), 185)))
    assert ward.raised() == ["nibp_systolic_high"]
    ward.t_s += 298
    ward.second(sample("M1", after(ward.t_s + 1), *cuff(after(ward.t_s + 1), 186)))
    assert ward.raised() == ["nibp_systolic_high", "nibp_systolic_very_high"]


def test_an_extreme_pressure_alarms_on_the_first_cuff_reading(ward: Ward) -> None:
    ward.second(sample("M1", after(1), *cuff(after(1), 205)))
    assert ward.raised() == ["nibp_systolic_high", "nibp_systolic_extreme"]


def test_the_same_cuff_reading_resent_does_not_confirm_itself(ward: Ward) -> None:
    for number in range(1, 10):
        at = after(ward.t_s + 1)
        ward.second(sample("M1", at, *cuff(after(1), 185), control_id=f"c{number}", message_time=at))
    assert ward.raised() == ["nibp_systolic_high"]
    assert ward.screen["values"]["nibp_systolic_mmhg"]["next_due_at"] == after(601).isoformat()


@pytest.mark.hazard("H01")
def test_a_message_that_names_another_patient_is_held_apart_and_shown(ward: Ward) -> None:
    ward.seconds(3, spo2_percent=97.0)
    ward.second(sample("M1", after(ward.t_s + 1), patient_id="TEST0002", spo2_percent=50.0))
    assert ward.screen["values"]["spo2_percent"]["value"] == 97.0
    assert ward.raised() == ["patient_mismatch"] and ward.held == [("wren", "TEST0002")]
    assert [each.patient_id_sent for each in mismatches("wren", after(ward.t_s))] == ["TEST0002"]
    assert latest("wren", after(ward.t_s))["spo2_percent"].value == 97.0


@pytest.mark.hazard("H28")
def test_demonstration_data_never_reach_the_chart_and_say_so(ward: Ward) -> None:
    ward.second(sample("M1", after(1), demo=True, spo2_percent=97.0))
    assert ward.screen["values"] == {} and ward.raised() == ["demo_data"]
    assert latest("wren", after(ward.t_s)) == {}


@pytest.mark.hazard("H60")
def test_a_pump_that_infuses_after_a_charted_stop_is_a_high_alarm_within_ten_seconds(ward: Ward) -> None:
    pump_id = monitor("P1", kind="pump")
    bind(NURSE_REYES, device_id=pump_id, chair_id=ward.chair_id, session=ward.session, now=NOON)

    def runs(rate: float) -> list[Any]:
        at = after(ward.t_s + 1)
        word = Reading("184519", "x", device_time=at, channel=Channel.PUMP_STATE, chart_value="infusing")
        number = Reading("158014", rate, device_time=at, channel=Channel.PUMP_RATE, chart_value=rate)
        return [sample("P1", at, word, number), sample("M1", at, spo2_percent=97.0)]

    for _ in range(5):
        ward.second(*runs(52.5))
    ward.drug_off_since = after(ward.t_s)
    ward.unconfirmed = ChartedRate(9, Decimal(0), after(ward.t_s))
    for _ in range(10):
        ward.second(*runs(52.5))
    assert "pump_infusing_after_stop" in ward.raised() and ward.screen["sound"] == "high"
    assert [verdict.confirmed for verdict in ward.pump] == [False]


def test_a_pump_that_does_what_was_charted_confirms_it_once(ward: Ward) -> None:
    pump_id = monitor("P1", kind="pump")
    bind(NURSE_REYES, device_id=pump_id, chair_id=ward.chair_id, session=ward.session, now=NOON)
    ward.unconfirmed = ChartedRate(4, Decimal("52.5"), after(0))
    for _ in range(3):
        at = after(ward.t_s + 1)
        number = Reading("158014", 52.5, device_time=at, channel=Channel.PUMP_RATE, chart_value=52.5)
        ward.second(sample("P1", at, number))
    assert [(verdict.sequence, verdict.confirmed) for verdict in ward.pump] == [(4, True)]


@pytest.mark.hazard("H05")
def test_at_the_end_of_the_visit_its_devices_are_released_and_their_readings_are_nobodys(ward: Ward) -> None:
    ward.seconds(2, spo2_percent=85.0)
    session, ward.session = ward.session, None
    ward.seconds(1, spo2_percent=85.0)
    assert [reason for _, _, reason in bindings_of_session("wren")] != [""]
    ward.session = session
    ward.seconds(1, spo2_percent=97.0)
    assert latest("wren", after(ward.t_s))["spo2_percent"].last == 85.0
    assert [each.name for each in unbound_devices(after(ward.t_s))] == ["M1"]


@pytest.mark.hazard("H21")
def test_after_a_restart_readings_and_alarms_stand_as_they_stood(ward: Ward) -> None:
    ward.seconds(3, spo2_percent=85.0)
    (first,) = ward.charted
    assert isinstance(first, Raised)
    ward.standing = (
        StandingAlarm(
            first.alarm_id, first.alarm, first.channel, Priority.HIGH, False, True, first.at, "85 %", "<= 88 %"
        ),
    )
    ward.engine, ward.charted = Engine(ward.house()), []
    ward.second()
    assert ward.screen["values"]["spo2_percent"]["value"] == 85.0
    assert [alarm["alarm_id"] for alarm in ward.screen["alarms"]] == [first.alarm_id]
    assert ward.charted == []


def test_after_a_restart_a_silence_counts_from_when_we_listen_again(ward: Ward) -> None:
    ward.seconds(3, spo2_percent=97.0)
    ward.t_s += 600
    ward.engine, ward.charted = Engine(ward.house()), []
    ward.seconds(15)
    assert ward.raised() == []
    ward.seconds(1)
    assert ward.raised() == ["device_silent"]


def test_what_could_not_be_charted_is_charted_later_and_in_order(ward: Ward) -> None:
    failing = True

    def chart(session_id: str, transition: Transition, now: datetime) -> None:
        if failing:
            raise DatabaseError("locked")
        ward.charted.append(transition)

    ward.engine = Engine(replace(ward.house(), chart_transition=chart))
    ward.t_s += 1
    ward.engine.look_round()
    ward.engine.heard(ward.store.put([sample("M1", after(1), spo2_percent=85.0)]))
    ward.engine.take_news()
    ward.engine.look_at("wren")
    assert not ward.engine.chart_what_is_due() and ward.screen["sound"] == "high"
    failing = False
    ward.t_s += 1
    ward.engine.look_at("wren")
    assert ward.engine.chart_what_is_due() and ward.raised() == ["spo2_critical"]


def test_the_devices_of_a_session_are_told_once_for_each_change(ward: Ward) -> None:
    ward.seconds(3, spo2_percent=97.0)
    assert [[device.label for device in devices] for devices in ward.devices] == [["Monitor M1"]]


@pytest.mark.hazard("H30")
def test_a_jump_of_the_servers_clock_is_told(ward: Ward) -> None:
    ward.seconds(2, spo2_percent=97.0)
    ward.engine._last = (after(ward.t_s - 3600), ward.t_s)
    ward.second()
    assert {"type": "clock_jump", "jumped_s": 3600.0} in [payload for _, payload in ward.said]


@pytest.mark.hazard("H30")
def test_a_clock_that_was_set_is_charted_in_every_visit_that_it_was_set_under(ward: Ward) -> None:
    charted: list[tuple[str, float]] = []
    house = replace(ward.house(), chart_clock=lambda session_id, by_s, now: charted.append((session_id, by_s)))
    ward.engine = Engine(house)
    ward.seconds(2, spo2_percent=97.0)
    for jumped_s in (4.0, -3600.0):
        ward.engine._last = (after(ward.t_s - jumped_s), ward.t_s)
        ward.second()
        ward.engine.chart_what_is_due()
    assert charted == [("wren", pytest.approx(-3600.0))], "four seconds are less than a pump shows"


async def test_running_by_itself_it_tells_a_screen_within_a_second_of_the_commit() -> None:
    (chair_id,) = await asyncio.to_thread(in_thread, chairs, 1)
    ward = Ward(chair_id)
    base, now = ward.house(), timezone.now
    live = House(base.watched, base.chart_transition, base.publish, now, time.monotonic)
    engine = Engine(live)

    def put_on_chair() -> None:
        bind(NURSE_REYES, device_id=monitor("M1"), chair_id=chair_id, session=ward.session, now=NOON)

    await asyncio.to_thread(in_thread, put_on_chair)
    async with ReadingsWriter(lambda chair: ward.session, engine.heard).running() as writer, engine.running():
        for _ in range(100):
            await asyncio.sleep(0.02)
            if ward.said:
                break
        ward.said.clear()
        await writer.store(sample("M1", now(), spo2_percent=96.0))
        for _ in range(50):
            if any("spo2_percent" in payload.get("values", {}) for _, payload in list(ward.said)):
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("nothing was told within a second")


def in_thread(act: Any, *words: Any) -> Any:
    """Runs in a worker thread and gives its database connection back."""
    try:
        return act(*words)
    finally:
        connection.close()
