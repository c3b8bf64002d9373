"""The simulated monitor, pump and replay speak over a real socket; what they say reads back as what they measured."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dripstand.devices.hl7.decoding import decode
from dripstand.devices.hl7.messages import DecodedMessage, Kind
from dripstand.devices.listener import Listener
from dripstand.devices.simulated.line import SendingLine, SimulatorRefused
from dripstand.devices.simulated.monitor import Artefact, SimulatedMonitor
from dripstand.devices.simulated.pump import PumpState, SimulatedPump
from dripstand.devices.simulated.replay import read_recording, recorded_message, replay
from dripstand.devices.simulated.wording import SimulatedIdentity
from tests.devices.sinks import NOON, Clock, MemorySink, device, listening

MONITOR = SimulatedIdentity("00A037D5D1000001", patient_id="DEMO0001", place="IV^ROOM1^CHAIR1^DEMO")
PUMP = SimulatedIdentity("PUMP-D-001", model="Demo pump")
RECORDING = Path(__file__).parent / "vectors" / "vitals" / "recorded_a.csv"
PATIENT = {
    "spo2": 97.2,
    "pulse": 71.6,
    "heart_rate": 72.0,
    "respiratory_rate": 14.0,
    "etco2": 38.0,
    "temperature": 36.6,
    "perfusion_index": 1.25,
    "nibp_systolic": 122.0,
    "nibp_diastolic": 78.0,
    "nibp_mean": 92.0,
}


def steady(elapsed_s: float) -> Mapping[str, float | None]:
    return PATIENT


def a_monitor(clock: Clock, port: int = 0, **options: Any) -> SimulatedMonitor:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)
        await asyncio.sleep(0)

    options.setdefault("line", SendingLine("127.0.0.1", port, first_pause_s=0.01, answer_within_s=2.0))
    return SimulatedMonitor(
        MONITOR, options.pop("vitals", steady), host="127.0.0.1", port=port, now=clock, sleep=sleep, **options
    )


def said(monitor: SimulatedMonitor | SimulatedPump) -> DecodedMessage:
    """The newest message that waits in the device."""
    return decode(monitor._waiting[-1][1])


def numbers(message: DecodedMessage) -> dict[str, float | str | None]:
    return {str(each.channel): each.chart_value for each in message.observations if each.usable and each.channel}


async def until(condition: Any, within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)


def test_what_the_monitor_measures_reads_back_as_the_same_numbers() -> None:
    clock = Clock()
    monitor = a_monitor(clock)
    monitor.tick(clock.at)
    message = said(monitor)
    assert numbers(message) == {
        name: round(value, 2 if name == "perfusion_index" else 1 if name == "temperature" else 0)
        for name, value in PATIENT.items()
    }
    assert (message.device, message.patient_id, message.simulated) == (MONITOR.device_id, "DEMO0001", True)
    assert {each.time for each in message.observations} == {NOON}
    assert message.warnings == ()


@pytest.mark.hazard("H22")
@pytest.mark.parametrize(
    ("artefact", "silent"),
    [
        (Artefact.PROBE_OFF, {"spo2", "pulse", "perfusion_index"}),
        (Artefact.MOTION, {"spo2", "pulse", "perfusion_index"}),
        (Artefact.LEADS_OFF, {"heart_rate", "respiratory_rate"}),
        (Artefact.LINE_OFF, {"etco2"}),
        (Artefact.CUFF_FAILED, {"nibp_systolic", "nibp_diastolic", "nibp_mean"}),
    ],
)
def test_an_artefact_silences_its_own_lanes_and_leaves_the_others(artefact: Artefact, silent: set[str]) -> None:
    clock = Clock()
    monitor = a_monitor(clock)
    monitor.artefacts.add(artefact)
    monitor.tick(clock.at)
    message = said(monitor)
    assert set(numbers(message)) == set(PATIENT) - silent
    assert {str(each.channel) for each in message.observations if each.is_no_reading} == silent


def test_the_cuff_keeps_its_own_time_until_it_measures_again() -> None:
    clock = Clock()
    monitor = a_monitor(clock, nibp_every_s=300.0)
    times = []
    for _ in range(3):
        monitor.tick(clock.at)
        (cuff,) = [each for each in said(monitor).observations if each.channel == "nibp_systolic"]
        assert cuff.aperiodic
        times.append(cuff.time)
        clock.advance(200)
    assert times == [NOON, NOON, NOON + timedelta(seconds=400)]


async def test_the_monitor_keeps_its_place_when_the_line_breaks_and_loses_nothing() -> None:
    sink, clock = MemorySink(), Clock()
    async with listening(sink, now=clock, accept_simulated=True) as (listener, port):
        monitor = a_monitor(clock, port)
        running = asyncio.create_task(monitor.run())
        await until(lambda: len(monitor.acknowledged) >= 3)
        for line in listener._connections.all_lines():
            line.close()
        before = len(monitor.acknowledged)
        await until(lambda: len(monitor.acknowledged) >= before + 3)
        monitor.stop()
        await running
    assert monitor.line.connected_count >= 2
    assert monitor.acknowledged == monitor.sent
    assert sink.control_ids() == monitor.sent


async def test_the_monitor_waits_for_a_server_that_is_not_there_yet() -> None:
    sink, clock = MemorySink(), Clock()
    async with listening(sink) as (_, taken):
        port = taken
    monitor = a_monitor(clock, port)
    running = asyncio.create_task(monitor.run())
    await until(lambda: monitor.waiting_count >= 5)
    assert monitor.acknowledged == []
    listener = Listener(sink, now=clock, accept_simulated=True)
    await listener.start("127.0.0.1", port)
    await until(lambda: len(monitor.acknowledged) >= 5)
    monitor.stop()
    await running
    await listener.stop()
    assert sink.control_ids() == monitor.sent


@pytest.mark.hazard("H28")
async def test_a_simulator_pointed_at_a_real_clinic_ends_itself() -> None:
    sink, clock = MemorySink(), Clock()
    async with listening(sink, now=clock) as (_, port):
        with pytest.raises(SimulatorRefused):
            await asyncio.wait_for(a_monitor(clock, port).run(), 5)
    assert sink.received == []


def a_pump(clock: Clock) -> SimulatedPump:
    return SimulatedPump(
        PUMP,
        host="127.0.0.1",
        port=1,
        now=clock,
        volume_to_be_infused_ml=Decimal(50),
        drug="ketamine",
        concentration_mg_per_ml=Decimal(1),
    )


def test_the_pump_reports_what_flowed_exactly_through_rate_changes_and_a_pause() -> None:
    clock = Clock()
    pump = a_pump(clock)
    pump.set_rate(Decimal("37.5"))
    pump.start()
    clock.advance(600)
    pump.set_rate(Decimal(60))
    clock.advance(300)
    pump.pause()
    clock.advance(1000)
    assert pump.delivered_ml() == Decimal("6.25") + Decimal(5)
    assert numbers(said(pump)) == {
        "pump_state": "paused",
        "pump_rate": 0.0,
        "pump_drug": "ketamine",
        "pump_rate_programmed": 60.0,
        "pump_concentration": 1.0,
        "pump_volume_to_be_infused": 50.0,
        "pump_volume_remaining": 38.75,
        "pump_volume_delivered": 11.25,
        "pump_delivery": "not delivering",
        "pump_stop_reason": "pump-stopped-paused-by-user",
    }


def test_the_pump_stops_by_itself_when_its_volume_is_through_and_says_so() -> None:
    clock = Clock()
    pump = a_pump(clock)
    pump.set_rate(Decimal(100))
    pump.start()
    assert said(pump).kind is Kind.PUMP_EVENT
    assert numbers(said(pump))["pump_event"] == "MDC_EVT_PUMP_DELIV_START"
    clock.advance(1801)
    pump.tick(clock.at)
    assert numbers(said(pump))["pump_event"] == "MDC_EVT_PUMP_DELIV_COMP"
    assert (pump.state, pump.delivered_ml()) == (PumpState.STOPPED, Decimal(50))
    assert numbers(said(pump))["pump_volume_remaining"] == 0.0


@pytest.mark.hazard("H60")
def test_a_pump_that_nobody_stopped_goes_on_infusing_and_says_so() -> None:
    clock = Clock()
    pump = a_pump(clock)
    pump.set_rate(Decimal("37.5"))
    pump.start()
    clock.advance(10)
    pump.tick(clock.at)
    assert (numbers(said(pump))["pump_state"], numbers(said(pump))["pump_rate"]) == ("infusing", 37.5)


def test_no_one_can_set_the_pump_over_the_wire() -> None:
    clock = Clock()
    with pytest.raises(ValueError, match="backwards"):
        a_pump(clock).set_rate(Decimal(-1))


async def test_a_real_recording_replayed_over_the_wire_gives_its_numbers_and_never_a_zero() -> None:
    rows = list(read_recording(RECORDING))
    sink, clock = MemorySink(), Clock()

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    async with listening(sink, now=clock, accept_simulated=True, sleep=sleep) as (_, port):
        line = SendingLine("127.0.0.1", port)
        count = await replay(rows[:200], MONITOR, line, now=clock, sleep=sleep)
        await line.close()
    assert count == len(sink.stored) == 200
    for row, message in zip(rows, sink.stored, strict=False):
        cells = {
            "pulse": row.cells["pulse_rate_bpm"],
            "heart_rate": row.cells["heart_rate_bpm"],
            "respiratory_rate": row.cells["resp_rate_per_min"],
            "spo2": row.cells["spo2_percent"],
            "nibp_systolic": row.cells["nibp_sys_mmhg"],
            "nibp_diastolic": row.cells["nibp_dia_mmhg"],
            "nibp_mean": row.cells["nibp_mean_mmhg"],
        }
        shown = numbers(message)
        assert 0 not in shown.values()
        for channel, cell in cells.items():
            if channel.startswith("nibp"):
                continue
            assert shown.get(channel) == (float(cell) if cell and float(cell) > 0 else None)


def test_every_minute_of_the_recording_that_has_a_cell_becomes_a_message() -> None:
    for row in read_recording(RECORDING):
        content = recorded_message(row, MONITOR, NOON, "X")
        assert (content is None) == (not any(row.cells.values()))


@pytest.mark.hazard("H60")
def test_nothing_in_the_source_can_write_an_order_for_a_pump() -> None:
    """RGV may be named only where it is refused, RXG (the segment of a dose order) nowhere at all."""
    source = Path(__file__).parents[2] / "src" / "dripstand"
    orders = re.compile(r"\b(RGV|RXG|RDE\^O11|OMP\^O09)\b")
    words = {
        path.relative_to(source).as_posix(): set(orders.findall(path.read_text(encoding="utf-8")))
        for path in source.rglob("*.py")
    }
    assert {name: found for name, found in words.items() if found} == {
        "devices/hl7/acknowledgement.py": {"RGV"},
        "devices/hl7/decoding.py": {"RGV"},
    }


async def test_no_byte_but_acknowledgements_ever_leaves_the_listener() -> None:
    sink = MemorySink()
    async with listening(sink, accept_simulated=True) as (_, port), device(port) as pump:
        monitor = a_monitor(Clock())
        monitor.tick(NOON)
        await pump.send(monitor._waiting[-1][1])
        data = await pump.reader.read(4096)
    rows = data.strip(b"\x0b\x1c\r").split(b"\r")
    assert [row[:3] for row in rows] == [b"MSH", b"MSA"]
    assert b"ACK^R01^ACK" in rows[0]
