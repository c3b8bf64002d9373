"""What the listener does on the wire: every malformed case over a real socket, and what it says to the device."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dripstand.devices.hl7.clock import chart_time
from dripstand.devices.hl7.framing import framed
from dripstand.devices.hl7.messages import DecodedMessage, Kind, Observation
from dripstand.devices.hl7.reader import Notice
from dripstand.devices.listener import DeviceLine, Limits
from tests.devices.cases import MALFORMED_CASES, MESSAGE_CASES, expected, sent
from tests.devices.sinks import NOON, Clock, DownSink, MemorySink, device, listening, vitals


def notices(message: DecodedMessage) -> set[Notice]:
    return {each.notice for each in message.warnings}


def charted(message: DecodedMessage) -> dict[object, float | str | None]:
    return {each.channel: each.chart_value for each in message.observations if each.usable}


def only(message: DecodedMessage, code: int) -> Observation:
    (found,) = [each for each in message.observations if each.code == code]
    return found


def test_every_malformed_case_has_its_test_here() -> None:
    tested = {
        "bad_bare_lf_separators",
        "bad_duplicate_control_id_new_content",
        "bad_duplicate_control_id_same_content",
        "bad_future_clock",
        "bad_latin1_without_charset",
        "bad_no_end_block_then_good",
        "bad_other_patient_on_bound_chair",
        "bad_probe_off_status_and_flag",
        "bad_two_frames_glued",
        "bad_unit_mismatch",
    }
    assert set(MALFORMED_CASES) == tested


async def test_bare_line_feeds_are_read_as_segments_with_a_warning() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.write(sent("bad_bare_lf_separators"))
        assert await monitor.answers(1) == [("AA", "M6")]
    (message,) = sink.stored
    assert charted(message) == {"spo2": 97, "pulse": 72}
    assert Notice.SEPARATORS in notices(message)


async def test_a_repeated_control_id_with_new_content_is_two_readings() -> None:
    sink = MemorySink()
    async with listening(sink) as (listener, port), device(port) as monitor:
        await monitor.write(sent("bad_duplicate_control_id_new_content"))
        assert await monitor.answers(2) == [("AA", "M8"), ("AA", "M8")]
    assert [charted(each)["spo2"] for each in sink.stored] == [97, 93]
    assert listener.counted.get("duplicates", 0) == 0


@pytest.mark.hazard("H23")
async def test_the_same_message_twice_is_acknowledged_twice_and_kept_once() -> None:
    sink = MemorySink()
    async with listening(sink) as (listener, port), device(port) as monitor:
        await monitor.write(sent("bad_duplicate_control_id_same_content"))
        assert await monitor.answers(2) == [("AA", "M7"), ("AA", "M7")]
    assert len(sink.stored) == 1
    assert listener.counted["duplicates"] == 1


async def test_a_clock_in_2036_is_charted_at_receipt_and_flagged_and_a_right_clock_follows() -> None:
    sink, clock = MemorySink(), Clock()
    async with listening(sink, now=clock) as (_, port), device(port) as monitor:
        await monitor.write(sent("bad_future_clock"))
        assert await monitor.answers(1) == [("AA", "M11")]
        clock.advance(1)
        await monitor.send(vitals("NEXT", at="20260301090001+0000"))
        assert await monitor.answers(1) == [("AA", "NEXT")]
    wrong, right = sink.stored
    assert Notice.CLOCK in notices(wrong)
    reading = only(wrong, 150456)
    assert reading.time == datetime(2036, 3, 1, 9, tzinfo=UTC)
    placed = chart_time(reading, wrong, sink.times[0])
    assert (placed.at, placed.clock_trusted) == (NOON, False)
    later = chart_time(only(right, 150456), right, sink.times[1])
    assert (later.at, later.clock_trusted) == (NOON + timedelta(seconds=1), True)
    assert Notice.CLOCK not in notices(right)


async def test_names_in_an_undeclared_charset_cost_no_reading_and_the_line_stays_open() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.write(sent("bad_latin1_without_charset"))
        assert await monitor.answers(1) == [("AA", "M5")]
        await monitor.send(vitals("AFTER"))
        assert await monitor.answers(1) == [("AA", "AFTER")]
    assert charted(sink.stored[0]) == {"spo2": 97, "pulse": 72}
    assert Notice.CHARSET_UNDECLARED in notices(sink.stored[0])


@pytest.mark.hazard("H55")
async def test_a_message_that_never_ended_is_neither_charted_nor_acknowledged_nor_mixed_with_the_next() -> None:
    sink = MemorySink()
    async with listening(sink) as (listener, port), device(port) as monitor:
        await monitor.write(sent("bad_no_end_block_then_good"))
        assert await monitor.answers(1) == [("AA", "M2")]
        assert await monitor.silence()
    (message,) = sink.stored
    assert charted(message) == {"spo2": 97, "pulse": 72}
    assert len(message.observations) == 2
    assert listener.counted["frame_faults"] == 1


@pytest.mark.hazard("H01")
async def test_another_patients_number_is_acknowledged_and_handed_on_as_that_patients() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.write(sent("bad_other_patient_on_bound_chair"))
        assert await monitor.answers(1) == [("AA", "M12")]
    assert [each.patient_id for each in sink.stored] == ["OTHER999"]


@pytest.mark.hazard("H22")
async def test_a_probe_that_is_off_gives_no_number_and_a_zero_with_status_x_is_no_pulse() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.write(sent("bad_probe_off_status_and_flag"))
        assert await monitor.answers(1) == [("AA", "M10")]
    (message,) = sink.stored
    assert charted(message) == {}
    assert [(each.channel, each.value, each.is_no_reading) for each in message.observations] == [
        ("spo2", None, True),
        ("pulse", None, True),
    ]


async def test_two_glued_frames_are_two_readings_answered_in_order() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.write(sent("bad_two_frames_glued"))
        assert await monitor.answers(2) == [("AA", "M3"), ("AA", "M4")]
    assert [charted(each)["spo2"] for each in sink.stored] == [97, 96]


async def test_units_are_converted_by_the_table_or_the_value_is_held() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.write(sent("bad_unit_mismatch"))
        assert await monitor.answers(1) == [("AA", "M9")]
    (message,) = sink.stored
    etco2, temperature, spo2 = message.observations
    assert (etco2.chart_value, etco2.chart_unit, etco2.value, etco2.unit) == (38.3, "mm[Hg]", 5.1, "kPa")
    assert (temperature.chart_value, temperature.chart_unit) == (36.8, "Cel")
    assert (spo2.usable, spo2.chart_value, spo2.why) == (False, None, "unit_not_accepted")
    assert Notice.UNIT in notices(message)


@pytest.mark.parametrize("name", MESSAGE_CASES)
async def test_every_published_message_is_answered_as_its_case_says(name: str) -> None:
    sink = MemorySink()
    case = expected(name)
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.send(sent(name))
        assert await monitor.answers(1) == [(case["ack"], case["control_id"])]
    assert len(sink.stored) == (1 if case["ack"] == "AA" else 0)


@pytest.mark.hazard("H60")
async def test_an_order_for_a_pump_is_rejected_and_goes_no_further() -> None:
    sink = MemorySink()
    async with listening(sink) as (listener, port), device(port) as sender:
        await sender.send(sent("pcd03_rgv_order"))
        assert await sender.answers(1) == [("AR", "TO2026092614220900001")]
        await sender.send(vitals("NEXT"))
        assert await sender.answers(1) == [("AA", "NEXT")]
    assert [each.kind for each in sink.received] == [Kind.OBSERVATION]
    assert listener.counted["AR"] == 1


@pytest.mark.hazard("H55")
@pytest.mark.parametrize("how", ["says so", "raises", "has a bug", "hangs"])
async def test_nothing_is_acknowledged_as_received_while_the_store_is_down(how: str) -> None:
    sink = DownSink(how)
    limits = Limits(store_deadline_s=0.1)
    async with listening(sink, limits=limits) as (listener, port), device(port) as monitor:
        for number in range(3):
            await monitor.send(vitals(f"D{number}"))
            assert await monitor.answers(1) == [("AE", f"D{number}")]
    assert sink.asked == 3
    assert "AA" not in listener.counted


async def test_answers_keep_the_order_of_the_line_although_the_store_finishes_in_another() -> None:
    sink = MemorySink(delay_s=lambda message: 0.15 if message.control_id == "P0" else 0.0)
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.write(b"".join(framed(vitals(f"P{number}")) for number in range(5)))
        assert await monitor.answers(5) == [("AA", f"P{number}") for number in range(5)]
    assert sink.control_ids()[-1] == "P0"


async def test_a_message_that_arrives_byte_by_byte_is_one_message() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        for byte in framed(vitals("SLOW")):
            await monitor.write(bytes([byte]))
        assert await monitor.answers(1) == [("AA", "SLOW")]


async def test_a_frame_that_is_not_finished_in_time_closes_its_line_and_no_other() -> None:
    sink = MemorySink()
    limits = Limits(frame_deadline_s=0.1)
    async with listening(sink, limits=limits) as (listener, port), device(port) as stuck, device(port) as well:
        await stuck.write(b"\x0bMSH|^~\\&|")
        assert await stuck.answer() is None
        await well.send(vitals("W1"))
        assert await well.answers(1) == [("AA", "W1")]
    assert listener.counted["frame_deadlines"] == 1


async def test_bytes_that_are_no_message_are_refused_and_the_line_stays_open() -> None:
    sink = MemorySink()
    async with listening(sink) as (listener, port), device(port) as monitor:
        await monitor.write(b"GET / HTTP/1.1\r\n\r\n")
        await monitor.send(b"this is not HL7")
        assert await monitor.answers(1) == [("AR", "")]
        await monitor.send(vitals("OK"))
        assert await monitor.answers(1) == [("AA", "OK")]
    assert listener.counted["junk_bytes"] == len("GET / HTTP/1.1")


async def test_an_acknowledgement_is_never_acknowledged() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as monitor:
        await monitor.send(b"MSH|^~\\&|X||||20260301090000+0000||ACK^R01^ACK|A1|P|2.6\rMSA|AA|1\r")
        assert await monitor.silence()
    assert sink.received == []


async def test_a_new_line_of_the_same_device_closes_the_older_one() -> None:
    sink = MemorySink()
    async with listening(sink) as (listener, port), device(port) as older:
        await older.send(vitals("O1"))
        assert await older.answers(1) == [("AA", "O1")]
        async with device(port) as newer:
            await newer.send(vitals("N1"))
            assert await newer.answers(1) == [("AA", "N1")]
            assert await older.answer() is None
            assert [view.devices for view in listener.connections()] == [("00A0370000000001",)]


async def test_a_gateways_line_stays_open_while_it_speaks_for_another_device() -> None:
    sink = MemorySink()
    async with listening(sink) as (_, port), device(port) as gateway, device(port) as rolling:
        await gateway.send(vitals("G1", eui="00A0370000000001"))
        await gateway.send(vitals("G2", eui="00A0370000000002"))
        await gateway.answers(2)
        await rolling.send(vitals("R1", eui="00A0370000000001"))
        await rolling.answers(1)
        await gateway.send(vitals("G3", eui="00A0370000000002"))
        assert await gateway.answers(1) == [("AA", "G3")]


async def test_a_device_from_outside_the_allowed_network_is_turned_away() -> None:
    sink = MemorySink()
    elsewhere = [ipaddress.ip_network("192.0.2.0/24")]
    async with listening(sink, allowed_sources=elsewhere) as (listener, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises(ConnectionError):
            writer.write(framed(vitals("X1")))
            if await reader.read(100) == b"":
                raise ConnectionResetError
        writer.close()
        assert listener.counted["connections_refused"] == 1
    assert sink.received == []
    here = [ipaddress.ip_network("127.0.0.0/8")]
    async with listening(sink, allowed_sources=here) as (_, port), device(port) as monitor:
        await monitor.send(vitals("X2"))
        assert await monitor.answers(1) == [("AA", "X2")]


async def test_lines_that_never_say_anything_cannot_keep_a_monitor_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dripstand.devices.listener.MOST_CONNECTIONS", 4)
    sink = MemorySink()
    async with listening(sink) as (listener, port):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
        async with device(port) as monitor:
            await monitor.send(vitals("M1"))
            assert await monitor.answers(1) == [("AA", "M1")]
            assert len(listener.connections()) <= 4
        for _, writer in idle:
            writer.close()


async def test_strict_acknowledgement_follows_what_the_header_asks_for() -> None:
    sink = MemorySink()

    def strict(name: str | None, peer: str) -> DeviceLine:
        return DeviceLine(strict_acknowledgement=True)

    both = vitals("B1").replace(b"|NE|AL|", b"|AL|AL|")
    accept = vitals("B2").replace(b"|NE|AL|", b"|AL|NE|")
    nothing = vitals("B3").replace(b"|NE|AL|", b"|NE|NE|")
    on_error = vitals("B4").replace(b"|NE|AL|", b"|NE|ER|")
    async with listening(sink, line_of=strict) as (_, port), device(port) as monitor:
        for content in (both, accept, nothing, on_error, vitals("B5")):
            await monitor.send(content)
        assert await monitor.answers(4) == [("CA", "B1"), ("AA", "B1"), ("CA", "B2"), ("AA", "B5")]


async def test_times_without_an_offset_take_the_zone_of_their_device() -> None:
    sink, clock = MemorySink(), Clock(datetime(2019, 12, 6, 10, 34, 52, tzinfo=UTC))

    def berlin(name: str | None, peer: str) -> DeviceLine:
        return DeviceLine(zone=ZoneInfo("Europe/Berlin") if name == "00A0370098007A80" else None)

    async with listening(sink, line_of=berlin, now=clock) as (_, port), device(port) as monitor:
        await monitor.send(sent("mindray_vs900_spot"))
        await monitor.answers(1)
    (message,) = sink.stored
    assert only(message, 150456).time == clock.at
    assert Notice.CLOCK not in notices(message)
    cuff = chart_time(only(message, 150301), message, clock.at)
    assert (clock.at - cuff.at, cuff.clock_trusted) == (timedelta(minutes=24, seconds=36), True)


async def test_a_flooding_line_is_slowed_and_its_waves_thinned_and_no_vital_is_lost() -> None:
    sink = MemorySink()
    wave = b"OBX|2|NA|150452^MDC_PULS_OXIM_PLETH^MDC|1.3.1.2|1^2^3^4|262656^MDC_DIM_DIMLESS^MDC|||||R\r"
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    limits = Limits(messages_per_s=1.0, burst_messages=10.0)
    async with listening(sink, limits=limits, sleep=sleep) as (listener, port), device(port) as monitor:
        await monitor.write(b"".join(framed(vitals(f"F{number}") + wave) for number in range(20)))
        assert await monitor.answers(20) == [("AA", f"F{number}") for number in range(20)]
    assert [charted(each)["spo2"] for each in sink.stored] == [97] * 20
    assert sink.stored[0].waves_thinned == 0 and sink.stored[-1].waves_thinned == 1
    assert listener.counted["waves_thinned"] >= 10
    assert len(slept) >= 9 and all(seconds > 0 for seconds in slept)


async def test_a_device_that_does_not_read_its_answers_holds_only_itself_up() -> None:
    sink = MemorySink()
    limits = Limits(answer_deadline_s=0.2, messages_per_s=1e6, burst_messages=1e6)
    async with listening(sink, limits=limits) as (_, port), device(port) as well:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.transport.pause_reading()
        writer.write(b"".join(framed(vitals(f"N{number}", eui="00A0370000000009")) for number in range(500)))
        await well.send(vitals("W1"))
        assert await well.answers(1) == [("AA", "W1")]
        writer.transport.abort()


@pytest.mark.hazard("H28")
async def test_a_simulators_message_is_rejected_by_a_clinic_that_is_no_demo() -> None:
    content = vitals("S1").replace(b"|MON^", b"|DRIPSTAND_SIM^", 1)
    for accept, code in ((False, "AR"), (True, "AA")):
        sink = MemorySink()
        async with listening(sink, accept_simulated=accept) as (_, port), device(port) as simulator:
            await simulator.send(content)
            assert await simulator.answers(1) == [(code, "S1")]
        assert len(sink.received) == int(accept)


async def test_stopping_answers_what_was_handed_over_and_takes_no_more() -> None:
    sink = MemorySink(delay_s=lambda message: 0.1)
    async with listening(sink) as (listener, port), device(port) as monitor:
        await monitor.send(vitals("L1"))
        while not sink.received:
            await asyncio.sleep(0.01)
        stopping = asyncio.create_task(listener.stop())
        assert await monitor.answers(1) == [("AA", "L1")]
        assert await monitor.answer() is None
        await stopping
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port)
