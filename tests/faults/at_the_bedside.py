"""Simulated monitors in a thread of the test's own, which remember what they measured and what was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime

from dripstand.devices.simulated.line import SendingLine
from dripstand.devices.simulated.monitor import SimulatedMonitor
from dripstand.devices.simulated.wording import SimulatedIdentity

PERIOD_S = 0.1
LINES_COUNT = 10
"""Of every message: seven channels each time, and the last cuff reading of three."""
WELL_SPO2_PERCENT, ILL_SPO2_PERCENT = 97, 80


class RememberingMonitor(SimulatedMonitor):
    """One message each PERIOD_S. measured[i] is the pulse of message sent[i]: another one each time."""

    def __init__(self, device: str, port: int, prefix: str) -> None:
        line = SendingLine("127.0.0.1", port, first_pause_s=0.05, longest_pause_s=0.2, answer_within_s=5.0)
        super().__init__(
            SimulatedIdentity(device),
            self._measure_body,
            host="127.0.0.1",
            port=port,
            now=lambda: datetime.now(UTC),
            period_s=PERIOD_S,
            nibp_every_s=4.0,
            control_prefix=prefix,
            line=line,
        )
        self.measured: list[int] = []
        self.is_ill = False

    def _measure_body(self, elapsed_s: float) -> Mapping[str, float | None]:
        pulse_per_min = 60 + len(self.measured) % 31
        self.measured.append(pulse_per_min)
        spo2_percent = ILL_SPO2_PERCENT if self.is_ill else WELL_SPO2_PERCENT
        return {
            "spo2": spo2_percent,
            "pulse": pulse_per_min,
            "perfusion_index": 2.5,
            "heart_rate": pulse_per_min,
            "respiratory_rate": 14,
            "etco2": 37,
            "temperature": 36.7,
            "nibp_systolic": 124,
            "nibp_diastolic": 78,
            "nibp_mean": 93,
        }


class Bedside:
    """All monitors, and their thread."""

    def __init__(self, devices: Sequence[str], port: int, prefix: str = "K") -> None:
        self.monitors = [RememberingMonitor(device, port, f"{prefix}{n}x") for n, device in enumerate(devices)]
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="monitors")
        self._sending: Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._all: asyncio.Future[list[None]] | None = None

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._all = asyncio.gather(*(monitor.run() for monitor in self.monitors))
        with contextlib.suppress(asyncio.CancelledError):
            await self._all

    def start(self) -> None:
        self._sending = self._thread.submit(lambda: asyncio.run(self._run()))

    def finish(self, within_s: float = 60.0) -> None:
        """Stops measuring; what waits is still delivered. within_s: with nothing acknowledged any more it ends.

        A monitor measures on while the server is down: after a thousand kills several thousand messages wait.
        """
        assert self._loop is not None and self._sending is not None
        for monitor in self.monitors:
            self._loop.call_soon_threadsafe(monitor.stop)
        seen_count = -1
        while not self._sending.done():
            assert self.acknowledged_count > seen_count, f"nothing acknowledged for {within_s:.0f} s, and some wait"
            seen_count = self.acknowledged_count
            wait([self._sending], timeout=within_s)
        self._sending.result()
        self._thread.shutdown()

    def give_up(self) -> None:
        """Leaves at once, also what waits to be delivered."""
        if self._loop is not None and self._all is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._all.cancel)

    @property
    def acknowledged_count(self) -> int:
        return sum(len(monitor.acknowledged) for monitor in self.monitors)

    def acknowledged(self) -> dict[tuple[str, str], int]:
        """(device, control id) -> pulse, of every message that the server said was durable."""
        found: dict[tuple[str, str], int] = {}
        for monitor in self.monitors:
            pulse_of = dict(zip(monitor.sent, monitor.measured, strict=False))
            for control_id in list(monitor.acknowledged):
                found[monitor.identity.device_id, control_id] = pulse_of[control_id]
        return found
