"""From the wire to the chart: the listener, the writer of readings and the alarm engine, put together.

`devices` knows messages, `monitoring` knows readings, and neither knows the other: this file translates.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection

from dripstand.devices.hl7.coding import Why
from dripstand.devices.hl7.messages import DecodedMessage, Observation, duplicate_key
from dripstand.devices.hl7.vocabulary import Channel as Lane
from dripstand.devices.listener import DeviceLine, Listener, Receipt
from dripstand.infusion.unwatched import Unwatched
from dripstand.live.clock import CLOCK
from dripstand.live.clock import now as the_time
from dripstand.live.frames import encode
from dripstand.live.publisher import is_watched, publish_text
from dripstand.monitoring import queries
from dripstand.monitoring.engine import Engine, House
from dripstand.monitoring.readings import Channel, Reading, SampleSet
from dripstand.monitoring.writer import NotStored, ReadingsWriter
from dripstand.server import watch
from dripstand.server.background import ServeOptions

log = logging.getLogger(__name__)

CHANNEL_OF: dict[Lane, Channel] = {
    Lane.PULSE: Channel.PULSE,
    Lane.HEART_RATE: Channel.HEART_RATE,
    Lane.SPO2: Channel.SPO2,
    Lane.RESPIRATORY_RATE: Channel.RESPIRATORY_RATE,
    Lane.NIBP_SYSTOLIC: Channel.NIBP_SYSTOLIC,
    Lane.NIBP_DIASTOLIC: Channel.NIBP_DIASTOLIC,
    Lane.NIBP_MEAN: Channel.NIBP_MEAN,
    Lane.ETCO2: Channel.ETCO2,
    Lane.TEMPERATURE: Channel.TEMPERATURE,
    Lane.PERFUSION_INDEX: Channel.PERFUSION_INDEX,
    Lane.PUMP_RATE: Channel.PUMP_RATE,
    Lane.PUMP_VOLUME_DELIVERED: Channel.PUMP_VOLUME_INFUSED,
    Lane.PUMP_VOLUME_REMAINING: Channel.PUMP_VOLUME_REMAINING,
    Lane.PUMP_STATE: Channel.PUMP_STATE,
}
"""The lanes that have a place in the chart of a session. What has none is stored all the same."""
WORD_OF = {lane: str(channel) for lane, channel in CHANNEL_OF.items()}

DELIVERY_STATE = {"delivering": "infusing", "not delivering": "stopped"}
NOT_A_PATIENTS = (Why.DEMO, Why.TEST)
LINES_REFRESHED_EVERY_S = 2.0
UNWATCHED_ASKED_EVERY_S = 5.0


# --- messages to readings -------------------------------------------------------------------------------------------


def _reading(line: Observation, says_state: bool) -> Reading:
    """One line of a message. says_state: the message also has the pump's state in so many words."""
    coding, lane, value = line.coding, line.coding.channel, line.chart_value
    channel = WORD_OF.get(lane, "") if lane is not None else ""
    if lane is Lane.PUMP_DELIVERY and not says_state:
        channel, value = WORD_OF[Lane.PUMP_STATE], DELIVERY_STATE.get(str(line.chart_value))
    return Reading(  # by position: a dozen for every message
        str(coding.code),
        line.value,
        coding.unit or "",
        line.time,
        line.status,
        line.usable,
        str(line.why) if line.why is not None else "",
        channel,
        value if line.usable and channel else None,
        line.raw_value if line.value is None else "",
    )


def sample_sets(message: DecodedMessage, peer: str, received_at: datetime) -> tuple[SampleSet, ...]:
    """What one message brings, one set for each device that it names (a rack of pumps speaks for several)."""
    name, control_id, content = duplicate_key(message, peer)
    by_device: dict[str, list[Observation]] = {name: []}
    for line in message.observations:
        by_device.setdefault(line.device or name, []).append(line)
    if len(by_device) > 1 and not by_device[name]:
        del by_device[name]
    off = tuple(
        str(CHANNEL_OF[lane]) for alert in message.alerts for lane in alert.silenced_channels if lane in CHANNEL_OF
    )
    says_state = any(line.channel is Lane.PUMP_STATE for line in message.observations)
    return tuple(
        SampleSet(
            device=device,
            control_id=control_id,
            content_hash=content,
            received_at=received_at,
            readings=tuple(_reading(line, says_state) for line in lines),
            message_time=message.sent_at,
            patient_id=message.patient_id,
            place=message.place or "",
            kind=str(message.kind),
            aliases=message.aliases if device == name else (),
            warnings=tuple(f"{each.notice} {each.about}".strip() for each in message.warnings),
            probe_off=off,
            demo=any(line.why in NOT_A_PATIENTS for line in lines),
            simulated=message.simulated,
            peer=peer,
        )
        for device, lines in by_device.items()
    )


class ReadingsSink:
    """Where the listener's messages become durable."""

    def __init__(self, writer: ReadingsWriter) -> None:
        self._writer = writer

    async def receive(self, message: DecodedMessage, raw: bytes, peer: str, received_at: datetime) -> Receipt:
        """Stored when the transaction has committed; otherwise the device is asked to send it again."""
        try:
            stored = await self._writer.store(*sample_sets(message, peer, received_at))
        except NotStored as fault:
            return Receipt(stored=False, reason=str(fault))
        return Receipt(stored=True, duplicate=all(each.duplicate for each in stored))


# --- the devices' own settings --------------------------------------------------------------------------------------


class DeviceLines:
    """The settings of registered devices, kept in memory because the listener asks for each message."""

    def __init__(self) -> None:
        self._lines: dict[str, DeviceLine] = {}

    def __call__(self, device: str | None, peer: str) -> DeviceLine:
        return self._lines.get(device or "", DeviceLine())

    def refresh(self) -> None:
        try:
            found = queries.device_lines()
        except DatabaseFault as fault:
            log.error("Could not read the devices' settings: %s", type(fault).__name__)
            connection.close()
            return
        self._lines = {
            name: DeviceLine(ZoneInfo(zone) if zone else None, strict) for name, (zone, strict) in found.items()
        }

    async def keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(LINES_REFRESHED_EVERY_S)
            await asyncio.to_thread(_and_close, self.refresh)


def _and_close(act: Callable[[], None]) -> None:
    """Runs in a worker thread, and gives its database connection back."""
    try:
        act()
    finally:
        connection.close()


async def page_for_unwatched(unwatched: Unwatched) -> None:
    """Asks every few seconds which infusing chair nobody watches; a fault of the database is met at the next time."""

    def look() -> None:
        try:
            unwatched.look(the_time())
        except DatabaseFault as fault:
            log.error("Could not ask which chair nobody watches: %s", type(fault).__name__)
            connection.close()

    while True:
        await asyncio.sleep(UNWATCHED_ASKED_EVERY_S)
        await asyncio.to_thread(_and_close, look)


# --- all of it ------------------------------------------------------------------------------------------------------


class Teller:
    """The engine's words to the screens. A chair's go to its own page and to the board: written once for both, and not
    at all where nobody watches. On the board only the newest numbers of a chair are worth waiting for."""

    def __init__(self) -> None:
        self._of: Mapping[str, Any] = {}
        self._text = ""

    def __call__(self, topic: str, payload: Mapping[str, Any]) -> None:
        if not is_watched(topic):
            return
        if payload is not self._of:
            self._of, self._text = payload, encode(payload)
        of_a_chair = topic == "board" and payload.get("type") == "vitals"
        publish_text(topic, self._text, replaces=f"vitals {payload['session_id']}" if of_a_chair else "")


def house() -> House:
    """What the engine asks of the rooms above it."""
    return House(
        watched=watch.watched,
        chart_transition=watch.chart_transition,
        publish=Teller(),
        now=the_time,
        monotonic_s=CLOCK.monotonic_s,
        chart_pump=watch.chart_pump,
        chart_devices=watch.chart_devices,
        chart_mismatch=watch.chart_mismatch,
        chart_clock=watch.chart_clock,
    )


@contextlib.asynccontextmanager
async def running(options: ServeOptions) -> AsyncIterator[None]:
    """The listener, the writer and the engine, until the server stops: first the listener, the writer last."""
    engine = Engine(house())
    writer = ReadingsWriter(watch.chair_session, engine.heard, sessions_on=watch.chair_sessions)
    lines = DeviceLines()
    await asyncio.to_thread(_and_close, lines.refresh)
    async with engine.running(), writer.running():
        fresh = asyncio.create_task(lines.keep_fresh())
        paging = asyncio.create_task(page_for_unwatched(Unwatched(time.monotonic)))
        listener = Listener(
            ReadingsSink(writer),
            now=the_time,
            line_of=lines,
            allowed_sources=settings.DEVICE_NETWORKS,
            accept_simulated=settings.DEMO,
            most_lines=settings.DEVICE_LINES_COUNT,
        )
        await listener.start(options.mllp_host, options.mllp_port)
        try:
            yield
        finally:
            await listener.stop()
            fresh.cancel()
            paging.cancel()
