"""A simulated monitor at the bedside, in a thread of its own, sending over a real TCP socket."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from datetime import datetime

from dripstand.devices.simulated.monitor import SimulatedMonitor
from dripstand.devices.simulated.wording import SimulatedIdentity
from tests.journeys.house import House

SHORTEST_TICK_S = 0.025


class BedsideMonitor:
    """Sends a reading a second until it is taken away. `body`: what it measures, by channel; change it as it goes.

    port: where it sends to, the server's own by default. pulse_swings: the pulse goes up and down by a beat each
    second, so that a screen that stands still can be told.
    """

    def __init__(
        self, house: House, identity: str, *, patient_id: str = "", pulse_swings: bool = True, port: int = 0
    ) -> None:
        self.identity = identity
        self.body: dict[str, float | None] = {
            "pulse": 66.0,
            "spo2": 98.0,
            "respiratory_rate": 14.0,
            "nibp_systolic": 122.0,
            "nibp_diastolic": 76.0,
            "nibp_mean": 91.0,
        }
        self._house = house
        self._swings = pulse_swings
        self._stopped_at: datetime | None = None
        self._loop = asyncio.new_event_loop()
        self._monitor = SimulatedMonitor(
            SimulatedIdentity(identity, patient_id=patient_id),
            self._measured,
            host="127.0.0.1",
            port=port or house.mllp_port,
            now=self._now,
            nibp_every_s=300.0,
            sleep=self._sleep,
        )
        self._thread = threading.Thread(target=self._run, name=f"monitor {identity}", daemon=True)

    def _now(self) -> datetime:
        return self._stopped_at or self._house.now()

    def freeze(self) -> None:
        """It goes on sending, and what it sends stays what it was, with the time that it had then."""
        self._swings = False
        self._stopped_at = self._house.now()

    def thaw(self) -> None:
        self._swings = True
        self._stopped_at = None

    async def _sleep(self, seconds: float) -> None:
        """As long as it takes the clinic's clock: where time is stretched, readings come that much closer together."""
        await asyncio.sleep(max(SHORTEST_TICK_S, seconds / self._house.speed))

    def _measured(self, elapsed_s: float) -> Mapping[str, float | None]:
        pulse = self.body["pulse"]
        if self._swings and pulse is not None:
            return {**self.body, "pulse": pulse + int(time.monotonic()) % 6}
        return dict(self.body)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._monitor.run())
        finally:
            self._loop.close()

    def __enter__(self) -> BedsideMonitor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Switched off: nothing more comes."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._monitor.stop)
            self._thread.join(10)

    def measure_cuff(self) -> None:
        """As the nurse does by the monitor's own button."""
        self._loop.call_soon_threadsafe(self._monitor.measure_cuff)

    @property
    def acknowledged_count(self) -> int:
        """Messages that Dripstand said are durable."""
        return len(self._monitor.acknowledged)
