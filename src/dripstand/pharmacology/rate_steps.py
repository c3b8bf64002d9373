"""What the pump gives: rates, boluses, added infusions, and the same as one list of constant stretches.

Times are seconds on one clock. They are only ever subtracted from each other before use, and an end that a double
cannot hold keeps its remainder, so that pulses of a tenth of a millisecond survive at any hour.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateStep:
    """The pump's rate from start_s on, until the next step. 0 = stopped."""

    start_s: float
    rate_mg_per_min: float


@dataclass(frozen=True, slots=True)
class Bolus:
    """An amount at once into the central compartment."""

    at_s: float
    dose_mg: float


@dataclass(frozen=True, slots=True)
class AddedInfusion:
    """A second line: its own rate on [start_s, start_s + duration_s), on top of the pump's rate."""

    start_s: float
    duration_s: float
    rate_mg_per_min: float


Dose = RateStep | Bolus | AddedInfusion


class DoseNotUsable(ValueError):
    """A dose that no pump could have given: a negative or endless amount, a time that is not a number."""


Instant = tuple[float, float]
"""A time in seconds and the remainder that its double could not hold; they sort as times do."""


def gap_s(start: Instant, end: Instant) -> float:
    """Seconds between two instants, subtracted before anything is rounded."""
    return (end[0] - start[0]) + (end[1] - start[1])


@dataclass(frozen=True, slots=True)
class Given:
    """Doses as constant stretches. rates_mg_per_min[i] holds from instants[i]; bolus_mg[i] enters there."""

    instants: tuple[Instant, ...]
    rates_mg_per_min: tuple[float, ...]
    bolus_mg: tuple[float, ...]

    def first_after(self, at: Instant) -> int:
        """Index of the first instant later than `at`."""
        return bisect_right(self.instants, at)

    def rate_at(self, at: Instant) -> float:
        """The rate just after `at`, mg/min."""
        position = self.first_after(at)
        return self.rates_mg_per_min[position - 1] if position else 0.0

    def delivered_mg(self, until_s: float) -> float:
        """Total mg given up to and including until_s."""
        until: Instant = (until_s, 0.0)
        parts: list[float] = []
        for position in range(self.first_after(until)):
            start = self.instants[position]
            end = min(self.instants[position + 1], until) if position + 1 < len(self.instants) else until
            parts.append(self.bolus_mg[position])
            parts.append(self.rates_mg_per_min[position] * gap_s(start, end) / 60.0)
        return math.fsum(parts)


def given(doses: Sequence[Dose]) -> Given:
    """Sort and merge doses, in any order: the last pump rate listed at an instant wins, boluses add up.

    Raises DoseNotUsable for negative, infinite or missing numbers.
    """
    pump: dict[Instant, float] = {}
    boluses: dict[Instant, list[float]] = {}
    starts: dict[Instant, list[float]] = {}
    ends: dict[Instant, list[float]] = {}
    for dose in doses:
        if isinstance(dose, RateStep):
            pump[_instant(dose.start_s)] = _amount(dose.rate_mg_per_min)
        elif isinstance(dose, Bolus):
            boluses.setdefault(_instant(dose.at_s), []).append(_amount(dose.dose_mg))
        elif isinstance(dose, AddedInfusion):
            start, rate = _instant(dose.start_s), _amount(dose.rate_mg_per_min)
            end = later_by(dose.start_s, _amount(dose.duration_s))
            if end > start:
                starts.setdefault(start, []).append(rate)
                ends.setdefault(end, []).append(rate)
        else:
            raise DoseNotUsable(f"not a dose: {dose!r}")
    instants = sorted({*pump, *boluses, *starts, *ends})
    rates: list[float] = []
    pump_rate = 0.0
    running: list[float] = []
    for at in instants:
        pump_rate = pump.get(at, pump_rate)
        if at in ends or at in starts:
            for ended in ends.get(at, ()):
                running.remove(ended)
            running.extend(starts.get(at, ()))
        # Summed afresh, never by adding and subtracting: a stopped pump is exactly 0, not 1e-17.
        rates.append(math.fsum((pump_rate, *running)) if running else pump_rate)
    bolus_mg = tuple(math.fsum(boluses[at]) if at in boluses else 0.0 for at in instants)
    return Given(tuple(instants), tuple(rates), bolus_mg)


def later_by(start_s: float, duration_s: float) -> Instant:
    """start + duration without loss: a pulse of 0.1 ms on the thirtieth day keeps its length.

    Source: Knuth's two-sum, The Art of Computer Programming 2, 4.2.2.
    """
    end_s = start_s + duration_s
    added = end_s - start_s
    return end_s, (start_s - (end_s - added)) + (duration_s - added)


def _instant(at_s: float) -> Instant:
    if not math.isfinite(at_s):
        raise DoseNotUsable(f"time {at_s!r} s is not a time")
    return float(at_s), 0.0


def _amount(amount: float) -> float:
    if not (math.isfinite(amount) and amount >= 0.0):
        raise DoseNotUsable(f"{amount!r} is not an amount, a rate or a duration")
    return float(amount)
