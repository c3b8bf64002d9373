"""The demo's bedside monitors and pumps: real HL7 over a real TCP socket, for as long as the demo is served.

The monitors measure invented bodies that answer to what was really charted. The pumps are set by an invented hand that
does at the pump what the nurse charted, a few seconds later; Dripstand itself never tells a pump anything.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from asgiref.sync import sync_to_async

from dripstand.devices.simulated.monitor import SimulatedMonitor
from dripstand.devices.simulated.pump import PumpState, SimulatedPump
from dripstand.devices.simulated.wording import SimulatedIdentity
from dripstand.infusion import queries
from dripstand.infusion.line import amounts_at
from dripstand.infusion.phases import Phase
from dripstand.live.clock import CLOCK, now
from dripstand.server.demo.bodies import Body

HAND_NEEDS_S = 5.0
"""How long the invented hand takes from the chart to the pump."""


@dataclass(frozen=True, slots=True)
class Bedside:
    """The devices at one chair."""

    session_id: str
    monitor: str
    pump: str | None


class _Chair:
    """One chair's monitor and pump, and the hand between chart and pump."""

    def __init__(self, bedside: Bedside, host: str, port: int, body: Body, since: datetime) -> None:
        self._bedside = bedside
        self._body = body
        self._since = since
        self._chart_said: tuple[str, Decimal] | None = None
        self._hand_moves_at: datetime | None = None
        self.monitor = SimulatedMonitor(
            SimulatedIdentity(bedside.monitor),
            lambda _elapsed_s: body.measured((now() - since).total_seconds()),
            host=host,
            port=port,
            now=now,
            nibp_every_s=300.0,
            speed=CLOCK.speed,
        )
        self.pump = (
            SimulatedPump(
                SimulatedIdentity(bedside.pump),
                host=host,
                port=port,
                now=now,
                volume_to_be_infused_ml=Decimal(50),
                drug="ketamine",
                speed=CLOCK.speed,
                period_s=1.0,
            )
            if bedside.pump
            else None
        )

    async def follow(self) -> None:
        """Look at the chart every second: the body gets the drug, the hand goes to the pump."""
        first = True
        while True:
            at = now()
            chart = await sync_to_async(queries.chart)(self._bedside.session_id)
            self._body.give(chart, at)
            if self.pump is not None:
                wanted = (chart.phase.value, chart.rate_ml_per_h)
                if first:
                    amounts = amounts_at(chart, at)
                    if chart.bag is not None:
                        volume = Decimal(str(round(float(amounts.volume_infused_ml), 3))) if amounts else Decimal(0)
                        self.pump.load(chart.bag.final_ml, volume)
                    self._turn(self.pump, *wanted)
                    first = False
                elif wanted != self._chart_said:
                    self._hand_moves_at = self._hand_moves_at or at
                    if (at - self._hand_moves_at).total_seconds() >= HAND_NEEDS_S:
                        self._turn(self.pump, *wanted)
            await asyncio.sleep(max(0.2, 1.0 / CLOCK.speed))

    def _turn(self, pump: SimulatedPump, phase: str, rate_ml_per_h: Decimal) -> None:
        self._chart_said, self._hand_moves_at = (phase, rate_ml_per_h), None
        if phase == Phase.INFUSING.value:
            pump.set_rate(rate_ml_per_h)
            if pump.state is not PumpState.INFUSING:
                pump.start()
        elif phase == Phase.PAUSED.value:
            pump.pause()
        elif pump.state is PumpState.INFUSING:
            pump.stop_infusing()


@contextlib.asynccontextmanager
async def at_the_chairs(bedsides: tuple[Bedside, ...], host: str, port: int) -> AsyncIterator[None]:
    """Every device of the demo, connected and sending, until the server stops."""
    tasks: list[asyncio.Task[None]] = []
    for bedside in bedsides:
        chart = await sync_to_async(queries.chart)(bedside.session_id)
        since = chart.arrived_at or now()
        body = Body(chart, since)
        body.give(chart, now())
        chair = _Chair(bedside, host, port, body, since)
        tasks.append(asyncio.create_task(chair.monitor.run(), name=f"monitor {bedside.monitor}"))
        tasks.append(asyncio.create_task(chair.follow(), name=f"hand {bedside.session_id}"))
        if chair.pump is not None:
            tasks.append(asyncio.create_task(chair.pump.run(), name=f"pump {bedside.pump}"))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
