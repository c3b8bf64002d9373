"""What a simulated monitor and a simulated pump share: a clock, a pace, a queue and one line to the listener."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

from .line import SendingLine, SimulatorRefused, Sleep
from .wording import SimulatedIdentity

MOST_WAITING = 36_000
"""Ten hours at one a second: a device that cannot reach the server keeps what it measured, as the better ones do."""

SHORTEST_TICK_S = 0.05


class SendingDevice:
    """Measures at its pace and sends in order; subclasses say what a tick measures.

    now: aware UTC, possibly stretched by a demo. speed: how many times faster than the wall `now` runs; ticks come that
    much closer together, but never closer than 0.05 s of real time. sleep: real seconds.
    """

    def __init__(
        self,
        identity: SimulatedIdentity,
        *,
        host: str,
        port: int,
        now: Callable[[], datetime],
        period_s: float,
        speed: float = 1.0,
        sleep: Sleep = asyncio.sleep,
        control_prefix: str = "",
        line: SendingLine | None = None,
    ) -> None:
        self.identity = identity
        self.line = line or SendingLine(host, port, sleep=sleep)
        self._now = now
        self._tick_s = max(period_s / speed, SHORTEST_TICK_S)
        self._sleep = sleep
        self._prefix = control_prefix
        self._number = 0
        self._waiting: deque[tuple[str, bytes]] = deque(maxlen=MOST_WAITING)
        self._something_waits = asyncio.Event()
        self._stopped = False
        self.started_at: datetime | None = None
        self.sent: list[str] = []

    @property
    def acknowledged(self) -> list[str]:
        """Control ids that the server said were durable."""
        return self.line.acknowledged

    @property
    def waiting_count(self) -> int:
        """Messages measured and not yet acknowledged."""
        return len(self._waiting)

    def tick(self, at: datetime) -> None:
        """Measures once and queues the messages of this instant."""
        raise NotImplementedError

    def queue(self, write: Callable[[str], bytes]) -> None:
        """Numbers a message, has it written, and puts it in line."""
        self._number += 1
        control_id = f"{self._prefix or f'{self._started():%Y%m%d%H%M%S}'}{self._number:08d}"
        self._waiting.append((control_id, write(control_id)))
        self.sent.append(control_id)
        self._something_waits.set()

    async def run(self) -> None:
        """Measures and sends until `stop`, then returns. Raises SimulatorRefused when the server will not have it."""
        self._started()
        refusal: SimulatorRefused | None = None
        try:
            async with asyncio.TaskGroup() as together:
                measuring = together.create_task(self._measure())
                together.create_task(self._send(measuring))
        except* SimulatorRefused as refusals:
            refusal = SimulatorRefused(str(refusals.exceptions[0]))
        if refusal is not None:
            raise refusal

    def stop(self) -> None:
        """Ends measuring; what waits is still sent."""
        self._stopped = True
        self._something_waits.set()

    def _started(self) -> datetime:
        if self.started_at is None:
            self.started_at = self._now()
        return self.started_at

    async def _measure(self) -> None:
        while not self._stopped:
            self.tick(self._now())
            await self._sleep(self._tick_s)

    async def _send(self, measuring: asyncio.Task[None]) -> None:
        try:
            while True:
                while self._waiting:
                    control_id, content = self._waiting[0]
                    await self.line.deliver(content, control_id)
                    if self._waiting and self._waiting[0][0] == control_id:
                        self._waiting.popleft()
                if self._stopped:
                    return
                self._something_waits.clear()
                await self._something_waits.wait()
        finally:
            measuring.cancel()
            await self.line.close()
