"""What the demo's monitors measured before it was served: the same messages, through the same decoder and writer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from dripstand.devices.hl7.decoding import decode
from dripstand.devices.simulated.monitor import Artefact, SimulatedMonitor
from dripstand.devices.simulated.wording import SimulatedIdentity
from dripstand.monitoring.readings import SampleSet
from dripstand.monitoring.writer import ReadingsWriter
from dripstand.server import watch
from dripstand.server.demo.bodies import Body, Spell
from dripstand.server.wire import sample_sets

EVERY_S = 4
AT_ONCE_COUNT = 200


class _Recorder(SimulatedMonitor):
    """A monitor whose messages are kept instead of sent."""

    def __init__(self, device_id: str, body: Body, since: datetime, at: Callable[[], datetime]) -> None:
        super().__init__(
            SimulatedIdentity(device_id),
            lambda _elapsed_s: body.measured((at() - since).total_seconds()),
            host="",
            port=0,
            now=at,
            control_prefix="past",
        )
        self.messages: list[bytes] = []
        self._count = 0

    def queue(self, write: Callable[[str], bytes]) -> None:
        self._count += 1
        self.messages.append(write(f"past{self._count:08d}"))


def measured_before(
    device_id: str, body: Body, since: datetime, start: datetime, until: datetime, off: tuple[Spell, ...] = ()
) -> tuple[SampleSet, ...]:
    """What one monitor sent from ``start`` to ``until``, each four seconds. off: spells with the probe off."""
    clock = [start]
    monitor = _Recorder(device_id, body, since, lambda: clock[0])
    found: list[SampleSet] = []
    while clock[0] < until:
        at = clock[0]
        is_off = any(spell.covers((at - since).total_seconds()) for spell in off)
        monitor.artefacts = {Artefact.PROBE_OFF} if is_off else set()
        monitor.tick(at)
        content = monitor.messages.pop()
        found += sample_sets(decode(content, received_at=at), "demo", at)
        clock[0] = at + timedelta(seconds=EVERY_S)
    return tuple(found)


def store(sets: tuple[SampleSet, ...]) -> None:
    """Make them durable through the product's own writer."""

    async def write() -> None:
        writer = ReadingsWriter(watch.chair_session)
        async with writer.running():
            for first in range(0, len(sets), AT_ONCE_COUNT):
                await writer.store(*sets[first : first + AT_ONCE_COUNT])

    asyncio.run(write())
