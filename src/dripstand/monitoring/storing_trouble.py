"""Whether what devices send is being stored now, and if not, since when (H20, H55).

A monitor is told the truth with every message, and sends it again. The people at the chairs must be told as well: while
nothing is stored no number is new and nothing here alarms. The process that listens to the devices knows it at once; it
writes no sign of life while readings fail, so that every other process of the clinic finds out by that.
"""

from __future__ import annotations

import threading
from datetime import datetime

SLOW_AFTER_S = 3.0
"""A write that has taken so long is trouble already: a locked database fails only after its own patience. Assumed."""
FAILS_FOR_S = 15.0
"""How long a failed batch speaks for the next one: a monitor sends again within a second or few. Assumed."""
NO_BEAT_AFTER_S = 10.0
"""Signs of life come every two seconds (`engine.BEAT_EVERY_S`); no number stays fresh-looking for longer than this."""


class StoringTrouble:
    """What the writer of readings and the engine of this process met. Any thread may tell and ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: datetime | None = None
        self._failed_s = float("-inf")
        self._trying: tuple[datetime, float] | None = None

    def trying(self, at: datetime, monotonic_s: float) -> None:
        """A batch whose first message came ``at`` is being written."""
        with self._lock:
            self._trying = at, monotonic_s

    def stored(self) -> None:
        """It is durable: whatever was, is over."""
        with self._lock:
            self._trying, self._since, self._failed_s = None, None, float("-inf")

    def failed(self, at: datetime, monotonic_s: float) -> None:
        """The database did not take it. The first failure is since when."""
        with self._lock:
            self._trying, self._failed_s = None, monotonic_s
            self._since = self._since or at

    def wrote(self) -> None:
        """The database took something else, and no batch has failed lately: nobody sends, and it would be stored."""
        with self._lock:
            self._since = None

    def fails(self, monotonic_s: float) -> bool:
        """Whether readings failed so lately that they would fail again."""
        with self._lock:
            return monotonic_s - self._failed_s < FAILS_FOR_S

    def since(self, monotonic_s: float) -> datetime | None:
        """Since when nothing is stored; None while it is."""
        with self._lock:
            if self._since is None and self._trying is not None and monotonic_s - self._trying[1] > SLOW_AFTER_S:
                return self._trying[0]
            return self._since


class BeatWatch:
    """Whether the sign of life still moves, by this process's own steady clock: no clock that is set deceives it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[datetime | None, float] = (None, 0.0)

    def since(self, beaten_at: datetime | None, monotonic_s: float) -> datetime | None:
        """The last sign of life once it has stood still for too long; None before that, and where there was none."""
        with self._lock:
            if beaten_at != self._seen[0]:
                self._seen = beaten_at, monotonic_s
            return beaten_at if monotonic_s - self._seen[1] > NO_BEAT_AFTER_S else None


STORING = StoringTrouble()
BEAT = BeatWatch()
