"""The rates within bounds that leave a band least: a small convex problem, solved by accelerated projection.

Source of the method: A. Beck, M. Teboulle, SIAM J Imaging Sci 2009;2:183 (FISTA), restarted where the cost would
rise, after B. O'Donoghue, E. Candes, Found Comput Math 2015;15:715.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .disposition import FloatArray

OVERSHOOT_WEIGHT = 10.0
TOWARDS_MIDDLE = 1e-4
"""Inside the band a faint pull to its middle, so that the answer is one and not any."""

ITERATIONS = 800
FURTHER_ITERATIONS = 30
STILL = 1e-6
"""Rates that move less than this share of the highest have arrived: pumps resolve a thousandth at best."""


@dataclass(frozen=True, slots=True)
class Runnable:
    """Rates that can be run: from lowest to highest, in steps of resolution. All in one unit, any unit."""

    lowest: float
    highest: float
    resolution: float

    @classmethod
    def within(cls, lowest: float, highest: float, resolution: float) -> Runnable | None:
        """The pump's own rates between two limits, its lowest and highest among them. None where it has none."""
        fewest = math.ceil(lowest / resolution - 1e-9)
        most = math.floor(highest / resolution + 1e-9)
        return None if most < fewest else cls(_times(fewest, resolution), _times(most, resolution), resolution)

    def around(self, rate: float) -> list[float]:
        """The runnable rates next to a wished one: below and above, where they exist."""
        down = round(float(np.floor(rate / self.resolution + 1e-9)))
        near = [_times(steps, self.resolution) for steps in (down, down + 1)]
        inside = [r for r in near if self.lowest - 1e-9 <= r <= self.highest + 1e-9]
        return inside or [self.lowest if rate < self.lowest else self.highest]


def _times(steps: int, resolution: float) -> float:
    return round(steps * resolution, 12)


@dataclass(frozen=True, slots=True)
class Band:
    """A curve's response to rates, and the band it should keep. quiet: (times,) with nothing more given; response:
    (times, rates) per unit rate; held: (times,) where the whole band counts. Before that only what the rates
    themselves put above the band counts, not what was there without them."""

    quiet: FloatArray
    response: FloatArray
    held: NDArray[np.bool_]
    low: float
    high: float

    def misses(self, rates: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """How far below, how far above, and how far from the middle, at each time."""
        curve = self.quiet + self.response @ rates
        under, over = misses(curve, self.quiet, self.held, self.low, self.high)
        middle = np.where(self.held, curve - 0.5 * (self.low + self.high), 0.0)
        return under, over, middle

    def cost(self, rates: FloatArray) -> float:
        """What is minimised."""
        under, over, middle = self.misses(rates)
        return float(under @ under + OVERSHOOT_WEIGHT * (over @ over) + TOWARDS_MIDDLE * (middle @ middle))

    def steepness(self, first_free: int) -> float:
        """The largest curvature of the cost along the rates from first_free on."""
        free = self.response[:, first_free:]
        if not free.size:
            return 0.0
        return float(np.linalg.eigvalsh(free.T @ free)[-1]) * (OVERSHOOT_WEIGHT + TOWARDS_MIDDLE)


def misses(
    curve: FloatArray, quiet: FloatArray, held: NDArray[np.bool_], low: float, high: float
) -> tuple[FloatArray, FloatArray]:
    """How far below the band (0 or less) and above it (0 or more) a curve lies, at each time."""
    under = np.where(held, np.minimum(curve - low, 0.0), 0.0)
    over = np.maximum(curve - np.where(held, high, np.maximum(high, quiet)), 0.0)
    return under, over


def least_violation(band: Band, runnable: Runnable) -> list[float]:
    """Runnable rates that leave the band least. Each is rounded in turn, the later ones making up for it."""
    rates = np.full(band.response.shape[1], runnable.lowest)
    rates = _descend(band, runnable, rates, 0, ITERATIONS, band.steepness(0))
    for index in range(len(rates)):
        steepness = band.steepness(index + 1)
        trials: list[tuple[float, float, FloatArray]] = []
        for choice in runnable.around(float(rates[index])):
            trial = rates.copy()
            trial[index] = choice
            trial = _descend(band, runnable, trial, index + 1, FURTHER_ITERATIONS, steepness)
            trials.append((band.cost(trial), choice, trial))
        rates = min(trials, key=lambda found: found[:2])[2]
    return [float(rate) for rate in rates]


def _descend(
    band: Band, runnable: Runnable, start: FloatArray, first_free: int, iterations: int, steepness: float
) -> FloatArray:
    """Accelerated projected gradient on the rates from first_free on; the earlier ones are settled."""
    free = band.response[:, first_free:]
    if steepness <= 0.0:
        return start
    here, ahead, momentum, cost = start, start, 1.0, band.cost(start)
    for _ in range(iterations):
        under, over, middle = band.misses(ahead)
        slope = free.T @ (under + OVERSHOOT_WEIGHT * over + TOWARDS_MIDDLE * middle)
        there = ahead.copy()
        there[first_free:] = np.clip(ahead[first_free:] - slope / steepness, runnable.lowest, runnable.highest)
        there_cost = band.cost(there)
        if there_cost > cost:
            if momentum == 1.0:
                break
            ahead, momentum = here, 1.0
            continue
        grown = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * momentum**2))
        ahead = there + (momentum - 1.0) / grown * (there - here)
        moved = float(np.max(np.abs(there - here)))
        here, momentum, cost = there, grown, there_cost
        if moved < STILL * max(1.0, runnable.highest):
            break
    return here
