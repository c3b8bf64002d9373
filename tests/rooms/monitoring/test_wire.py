"""From a monitor's socket to the chart and the screen, with nothing in between but the product itself."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError

from dripstand.devices.hl7.framing import framed
from dripstand.devices.listener import Listener
from dripstand.devices.simulated.wording import Line, SimulatedIdentity, message
from dripstand.infusion import events as ev
from dripstand.infusion import queries as infusion
from dripstand.live.clock import now as the_time
from dripstand.monitoring.engine import Engine
from dripstand.monitoring.queries import count_readings, latest, mismatches, stored_readings
from dripstand.monitoring.services import bind
from dripstand.monitoring.storing import Store
from dripstand.monitoring.writer import ReadingsWriter
from dripstand.server import watch, wire
from tests.people import NURSE_REYES
from tests.rooms.infusion import stored_visits
from tests.rooms.infusion.stored_visits import StoredVisit
from tests.rooms.monitoring.bedside import asked, monitor

pytestmark = pytest.mark.django_db(transaction=True)
CASES = Path(__file__).parents[2] / "devices" / "vectors" / "hl7"
CASE_DEVICE = "00A0370000000001"
SPO2, PULSE = "150456^MDC_PULS_OXIM_SAT_O2^MDC", "149530^MDC_PULS_OXIM_PULS_RATE^MDC"
PERCENT, BEATS = "262688^MDC_DIM_PERCENT^MDC", "264864^MDC_DIM_BEAT_PER_MIN^MDC"


@dataclass
class Clinic:
    """The running listener, writer and engine, the visit in its chair, and what the screens were told."""

    visit: StoredVisit
    said: list[tuple[str, Mapping[str, Any]]]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, content: bytes) -> str:
        """Sends one frame (framed already or not); answers the acknowledgement code."""
        self.writer.write(content if content.startswith(b"\x0b") else framed(content))
        answer = await asyncio.wait_for(self.reader.readuntil(b"\x1c\r"), 10)
        return answer.split(b"MSA|")[1][:2].decode()

    async def measured(self, spo2: str, *, patient: str = "", device: str = CASE_DEVICE, control: str = "") -> str:
        at = the_time()
        lines = [Line(SPO2, "1.3.1.150456", spo2, PERCENT, at=at), Line(PULSE, "1.3.1.149530", "72", BEATS, at=at)]
        return await self.send(
            message(SimulatedIdentity(device, patient), lines, at=at, control_id=control or uuid4().hex[:20])
        )

    async def until(self, holds: Callable[[], object], within_s: float = 8.0) -> None:
        end = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < end, "it did not come"
            await asyncio.sleep(0.02)

    async def charted(self, kind: type[ev.SessionEvent]) -> list[Any]:
        chart = await asked(infusion.chart, self.visit.session_id)
        return [entry.event for entry in chart.entries if isinstance(entry.event, kind)]

    async def until_charted(self, kind: type[ev.SessionEvent], within_s: float = 8.0) -> list[Any]:
        end = time.monotonic() + within_s
        while not (found := await self.charted(kind)):
            assert time.monotonic() < end, f"{kind.__name__} was not charted"
            await asyncio.sleep(0.05)
        return found

    def shown(self, channel: str) -> object:
        messages = [payload for topic, payload in self.said if topic == f"session:{self.visit.session_id}"]
        values = messages[-1].get("values", {}) if messages else {}
        return values.get(channel, {}).get("value")


def _visit_with_monitor() -> StoredVisit:
    visit = stored_visits.infusing()
    chair = visit.chart.chair
    assert chair is not None
    session = watch.chair_session(chair.chair_id)
    assert session is not None
    bind(NURSE_REYES, device_id=monitor(CASE_DEVICE), chair_id=chair.chair_id, session=session, now=the_time())
    return visit


@asynccontextmanager
async def clinic() -> AsyncIterator[Clinic]:
    visit = await asked(_visit_with_monitor)
    said: list[tuple[str, Mapping[str, Any]]] = []
    engine = Engine(replace(wire.house(), publish=lambda topic, payload: said.append((topic, payload))))
    writer = ReadingsWriter(watch.chair_session, engine.heard)
    async with engine.running(), writer.running():
        listener = Listener(wire.ReadingsSink(writer), now=the_time, accept_simulated=True)
        port = await listener.start("127.0.0.1", 0)
        reader, line = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield Clinic(visit, said, reader, line)
        finally:
            line.close()
            await listener.stop()


async def test_a_reading_is_durable_before_it_is_acknowledged_and_soon_on_the_screen() -> None:
    async with clinic() as there:
        assert await there.measured("97") == "AA"
        assert await asked(count_readings) == 2
        await there.until(lambda: there.shown("spo2_percent") == 97)
        assert [bound.device_label for bound in await there.until_charted(ev.DeviceBound)] == [f"Monitor {CASE_DEVICE}"]


@pytest.mark.hazard("H01")
async def test_another_patients_message_on_a_bound_chair_is_acknowledged_held_apart_and_shown() -> None:
    async with clinic() as there:
        case = (CASES / "bad_other_patient_on_bound_chair.hl7").read_bytes()
        assert await there.send(case) == "AA"
        (held,) = await there.until_charted(ev.PatientMismatchHeld)
        assert held.message_patient_id == "OTHER999"
        (alarm,) = await there.until_charted(ev.AlarmRaised)
        assert alarm.alarm == "patient_mismatch"
        session_id = there.visit.session_id
        assert await asked(lambda: list(stored_readings(session_id))) == []
        assert [each.held for each in await asked(mismatches, session_id, the_time())] == ["patient_mismatch"]
        assert not await asked(latest, session_id, the_time())


@pytest.mark.parametrize("case", ["same", "new"])
async def test_a_control_id_that_repeats_is_acknowledged_and_only_new_content_is_stored(case: str) -> None:
    async with clinic() as there:
        content = (CASES / f"bad_duplicate_control_id_{case}_content.hl7").read_bytes()
        frames = [frame + b"\x1c\r" for frame in content.split(b"\x1c\r") if frame]
        assert [await there.send(frame) for frame in frames] == ["AA"] * len(frames)
        hashes = {row.control_id for row in await asked(lambda: list(stored_readings()))}
        assert len(hashes) == 1 and len(frames) == 2
        stored = await asked(count_readings)
        once = content.split(b"\x1c\r")[0].count(b"\rOBX|")
        assert stored == (once if case == "same" else 2 * once)


@pytest.mark.hazard("H20")
async def test_a_database_that_fails_is_answered_with_ae_and_the_resent_message_is_stored_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(self: Store, samples: object) -> None:
        raise DatabaseError("the disk is full")

    async with clinic() as there:
        with monkeypatch.context() as broken:
            broken.setattr(Store, "put", fails)
            assert await there.measured("97", control="17") == "AE"
        assert await there.measured("97", control="17") == "AA"
        assert await asked(count_readings) == 2


async def test_an_alarm_goes_from_the_wire_into_the_chart_and_ends_with_the_acknowledgement_of_a_person() -> None:
    async with clinic() as there:
        assert await there.measured("85") == "AA"
        (raised,) = await there.until_charted(ev.AlarmRaised)
        assert (raised.alarm, raised.value_text, raised.latching) == ("spo2_critical", "85 %", True)

        def acknowledge(at: datetime) -> None:
            there.visit.now = at
            there.visit.must(ev.AlarmAcknowledged(raised.alarm_id, at + timedelta(seconds=60)))

        await asked(acknowledge, the_time() + timedelta(seconds=1))
        assert await there.measured("97") == "AA"
        (cleared,) = await there.until_charted(ev.AlarmCleared)
        assert cleared.alarm_id == raised.alarm_id


async def test_wire_to_acknowledgement_and_wire_to_screen_take_less_than_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with clinic() as there:
        await there.measured("97")
        await there.until(lambda: there.shown("spo2_percent") == 97)
        acknowledged_s, on_screen_s = [], []
        for number in range(30):
            value = 90 + number % 10
            began = time.perf_counter()
            assert await there.measured(str(value)) == "AA"
            acknowledged_s.append(time.perf_counter() - began)
            while there.shown("spo2_percent") != value:
                await asyncio.sleep(0.002)
                assert time.perf_counter() - began < 5
            on_screen_s.append(time.perf_counter() - began)
    with capsys.disabled():
        print(
            f"\nwire to acknowledgement: median {statistics.median(acknowledged_s) * 1000:.1f} ms, "
            f"worst {max(acknowledged_s) * 1000:.1f} ms; wire to published: median "
            f"{statistics.median(on_screen_s) * 1000:.1f} ms, worst {max(on_screen_s) * 1000:.1f} ms"
        )
    assert statistics.median(on_screen_s) < 1.0
