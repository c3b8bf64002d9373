"""How fast one connection may talk: a bucket of tokens, steadily refilled, so that one flood starves nobody."""

from __future__ import annotations

BYTES_PER_TOKEN = 32_768
"""A message costs one token and one more for each 32 KiB, so that giant waveform frames pay for themselves."""


class Pace:
    """rate_per_s tokens a second, up to burst at once. Time is an argument (monotonic seconds)."""

    __slots__ = ("_at_s", "_burst", "_rate_per_s", "_tokens")

    def __init__(self, rate_per_s: float, burst: float, at_s: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._tokens = burst
        self._at_s = at_s

    def take(self, size_bytes: int, at_s: float) -> float:
        """Pays for one message; returns the seconds to wait before reading on (0 when there is credit)."""
        gained = max(0.0, at_s - self._at_s) * self._rate_per_s
        self._tokens = min(self._burst, self._tokens + gained) - (1.0 + size_bytes // BYTES_PER_TOKEN)
        self._at_s = at_s
        return 0.0 if self._tokens >= 0 else -self._tokens / self._rate_per_s

    @property
    def is_strained(self) -> bool:
        """Less than half the burst is left: time to thin waves, before any vital has to wait."""
        return self._tokens < self._burst / 2
