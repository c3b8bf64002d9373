"""Runs of even spacing among sample times, so that grids are answered by grid arithmetic and the rest one by one.

Times count exactly as written. The step of a grid is only a convenience: how far each time really lies from its place
on the grid (late_s) goes with it, and whoever uses the step moves the answer by that much. At 1.7e9 s a time cannot
be written closer than 2.4e-7 s, so on a fine grid that is no detail.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .disposition import FloatArray
from .rate_steps import Given, Instant

SHORTEST_RUN = 6
"""A shorter run is cheaper answered gap by gap."""

LATE_SHARE = 1e-4
"""A time may miss its place by this share of the step, and of the fastest rate's own time: what is left of a shift by
two terms of its series is then below 1e-12."""

_ROUNDING = 4.0 * math.ulp(0.5)
"""Of the time passed since the run began: a shift that a double's own arithmetic makes too."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """times[first:past], no dose after its first time and before or at its last. step_s None: one by one.

    late_s: how much later than first + i x step_s each time is, None where that is rounding only.
    """

    first: int
    past: int
    step_s: float | None = None
    late_s: FloatArray | None = None


def even_step_s(times_s: FloatArray) -> float | None:
    """The step of an even grid, or None. Even means within a few roundings of the times themselves."""
    if len(times_s) < SHORTEST_RUN:
        return None
    step = float(times_s[-1] - times_s[0]) / (len(times_s) - 1)
    if step <= 0.0:
        return None
    snapped = round(step * 1e6) / 1e6
    rounding = 4.0 * math.ulp(max(abs(float(times_s[0])), abs(float(times_s[-1])), 1e-300))
    if snapped > 0.0 and abs(snapped - step) * (len(times_s) - 1) <= rounding:
        step = snapped
    late = _late_s(times_s, step)
    limit = min(rounding, LATE_SHARE * step)
    return step if -limit <= late.min() and late.max() <= limit else None


def _late_s(times_s: FloatArray, step_s: float) -> FloatArray:
    late: FloatArray = times_s - times_s[0]
    late -= np.arange(len(times_s)) * step_s
    return late


def runs(times_s: FloatArray) -> Iterator[tuple[int, int, float | None]]:
    """(first, past last, step or None) for consecutive pieces of sorted times; an even grid is one piece."""
    if (step := even_step_s(times_s)) is not None:
        yield 0, len(times_s), step
        return
    gaps = np.diff(times_s)
    # Where the gap changes by more than rounding, one run ends and another may begin.
    tolerance = 8.0 * math.ulp(float(np.abs(times_s).max())) if len(times_s) else 0.0
    cuts = np.flatnonzero(np.abs(np.diff(gaps)) > tolerance) + 1 if len(gaps) > 1 else np.zeros(0, dtype=np.intp)
    first = 0
    for cut in [*(int(c) + 1 for c in cuts), len(times_s)]:
        if cut <= first:
            continue
        yield first, cut, even_step_s(times_s[first:cut])
        first = cut


def stretches(times_s: FloatArray, plan: Given, here: Instant, fastest_per_min: float) -> Iterator[Stretch]:
    """Pieces of sorted times with no dose inside, even ones with their step. fastest_per_min: the body's, or people's,
    fastest rate; where it could notice more than a small shift, the times are answered one by one."""
    step_of_all_s = even_step_s(times_s)
    first = 0
    for past in [*_first_times_with(times_s, plan.instants[plan.first_after(here) :]), len(times_s)]:
        if past <= first:
            continue
        if step_of_all_s is not None:
            yield _stretch(times_s, first, past, step_of_all_s, fastest_per_min)
        else:
            for low, high, step_s in runs(times_s[first:past]):
                yield _stretch(times_s, first + low, first + high, step_s, fastest_per_min)
        first = past


def _first_times_with(times_s: FloatArray, instants: tuple[Instant, ...]) -> list[int]:
    """For each instant the index of the first time that is not before it, its remainder counted."""
    if not instants:
        return []
    exact = np.array(instants)
    at_or_after = np.searchsorted(times_s, exact[:, 0], side="left")
    after = np.searchsorted(times_s, exact[:, 0], side="right")
    found: list[int] = np.where(exact[:, 1] > 0.0, after, at_or_after).tolist()
    return found


def _stretch(times_s: FloatArray, first: int, past: int, step_s: float | None, fastest_per_min: float) -> Stretch:
    if step_s is None or past - first < SHORTEST_RUN:
        return Stretch(first, past)
    late = _late_s(times_s[first:past], step_s)
    most_s = float(max(-late.min(), late.max()))
    if most_s == 0.0:
        return Stretch(first, past, step_s)
    if most_s > LATE_SHARE * step_s or most_s / 60.0 * fastest_per_min > LATE_SHARE:
        return Stretch(first, past)
    unnoticed = np.abs(late) <= _ROUNDING * (times_s[first:past] - times_s[first])
    return Stretch(first, past, step_s, None if unnoticed.all() else late)
