"""The one clock of the process. Rules never read it: they are given the time; screens and background services ask here.

A demo may run faster than the wall: `run_at` then stretches time from that instant on, for everybody at once. A real
clinic's clock is never stretched: `run_at` refuses unless the process is a demo.

A second that comes twice (a leap second as most machines keep it, a small step back) is waited out: this clock stands
still until the wall has caught up, so what happens one after the other keeps its order. A clock that is set further
back is followed, and the engine says so (H30).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

WAITED_OUT = timedelta(seconds=1.5)
"""A leap second is one second; half of one more for a wall that is read while it is being set. Assumed."""


def _wall() -> datetime:
    return datetime.now(UTC)


class NotADemo(RuntimeError):
    """Somebody tried to stretch a real clinic's time."""


class Clock:
    """Wall time, or wall time stretched by a factor from one instant on. Slowed down again, it does not fall back."""

    def __init__(self, wall: Callable[[], datetime] = _wall) -> None:
        self._wall = wall
        self._latest = datetime.min.replace(tzinfo=UTC)
        # Read and replaced as one: a reader in another thread never sees half of a change.
        self._run: tuple[float, float, float, float, float] | None = None

    @property
    def speed(self) -> float:
        return 1.0 if self._run is None else self._run[0]

    def run_at(self, speed: float, *, demo: bool) -> None:
        """Let time pass `speed` times as fast from now on. Raises NotADemo outside the demo, ValueError below 1."""
        if not demo:
            raise NotADemo("only a demo's clock can run faster than the wall")
        if not 1 <= speed <= 600:
            raise ValueError("speed must be from 1 to 600")
        now_s, passed_s = self.now().timestamp(), self.monotonic_s()
        self._run = (speed, time.time(), now_s, time.monotonic(), passed_s)

    def now(self) -> datetime:
        """The instant, aware, UTC."""
        if self._run is None:
            return self._not_before(self._wall())
        speed, wall_s, from_s, _, _ = self._run
        return datetime.fromtimestamp(from_s, UTC) + timedelta(seconds=(time.time() - wall_s) * speed)

    def _not_before(self, now: datetime) -> datetime:
        """``now``, or what was said last while the wall repeats a moment."""
        latest = self._latest
        if now < latest <= now + WAITED_OUT:
            return latest
        self._latest = now
        return now

    def monotonic_s(self) -> float:
        """Seconds that only ever pass, as fast as this clock's: what delays and ages are counted in (H30)."""
        if self._run is None:
            return time.monotonic()
        speed, _, _, since_s, passed_s = self._run
        return passed_s + (time.monotonic() - since_s) * speed


CLOCK = Clock()


def now() -> datetime:
    """The instant, aware, UTC: what every view and background service uses."""
    return CLOCK.now()
