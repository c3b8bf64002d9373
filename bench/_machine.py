"""What a figure was measured on, in one line, so that figures of two days or two machines can be compared."""

from __future__ import annotations

import os
import platform
import time
from datetime import UTC, datetime

STEPS_COUNT = 3_000_000


def steps_per_us() -> float:
    """How many steps of a plain loop one core of this machine does in a microsecond; about 20 on a fast one of 2024."""
    best_s = float("inf")
    for _ in range(3):
        total, began_s = 0, time.perf_counter()
        for number in range(STEPS_COUNT):
            total += number
        best_s = min(best_s, time.perf_counter() - began_s)
    return STEPS_COUNT / best_s / 1e6


def line() -> str:
    """When, with what Python, on how many cores of what speed, and how busy they were."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {os.cpu_count()} cores of "
        f"{steps_per_us():.0f} steps/us, load {os.getloadavg()[0]:.1f}"
    )
