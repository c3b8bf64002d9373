"""One person: exact concentrations at any times after any doses, and a state to continue from.

dx/dt = A x + b r with r constant between doses, so x(t + h) is one matrix exponential away, however long or short h
is. Source: pharmacology facts 5.1; equations in the reference cases' README.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .compartments import NG_PER_ML_FROM_MG_PER_L, Compartments, compartments, rate_matrix
from .disposition import Disposition, FloatArray
from .exact import exact_transition
from .rate_steps import Dose, Given, Instant, gap_s, given
from .times import stretches
from .transition import (
    EXACT_ABOVE_SQUARINGS,
    add_identity,
    change_over,
    fastest_per_min,
    squarings_needed,
    transition,
)

KEPT_TRANSITIONS = 512

EXACT_ABOVE_DOUBLINGS = 20
"""On an even grid errors add up over all of it: beyond 2^20 roundings (1e-10) the step itself must be exact."""


class StateOutOfOrder(ValueError):
    """A time before the state's own was asked for, or a time that is not a number."""


@dataclass(frozen=True, slots=True)
class State:
    """Where the drug is at time_s, everything given up to and at time_s included. amounts in mg, effect in mg/L."""

    time_s: float
    amounts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Predicted concentrations of one person at times_s, ng/mL; None where not modelled."""

    times_s: FloatArray
    plasma_ng_per_ml: FloatArray
    effect_site_ng_per_ml: FloatArray | None
    metabolite_ng_per_ml: FloatArray | None
    amounts: FloatArray


class Kinetics:
    """One disposition, ready to answer. count_eliminated adds a state of mg that left, for balancing the mass."""

    def __init__(self, disposition: Disposition, *, count_eliminated: bool = False) -> None:
        self.disposition = disposition
        self.system: Compartments = compartments(disposition, count_eliminated=count_eliminated)
        self._matrix = rate_matrix(self.system)
        self._norm_per_min = fastest_per_min(self._matrix)
        self._kept: dict[float, FloatArray] = {}

    def at_rest(self) -> State:
        """Nothing given yet."""
        return State(float("-inf"), (0.0,) * self.system.count)

    def advance(self, state: State, doses: Sequence[Dose], until_s: float) -> State:
        """The state at until_s. doses: everything given, earlier ones too (for the rate in force)."""
        if not until_s >= state.time_s:
            raise StateOutOfOrder(f"the state is at {state.time_s:g} s, asked for {until_s:g} s")
        now = self._carry(np.array([*state.amounts, 0.0]), given(doses), (state.time_s, 0.0), (until_s, 0.0))
        return State(until_s, tuple(float(a) for a in now[:-1]))

    def predict(
        self, doses: Sequence[Dose] | Given, times_s: Sequence[float] | FloatArray, state: State | None = None
    ) -> Curves:
        """Concentrations at times_s (any order, repeats allowed), from rest or from a saved state.

        Raises StateOutOfOrder for a time before the state or a time that is not a number.
        """
        plan = doses if isinstance(doses, Given) else given(doses)
        start = state or self.at_rest()
        asked = np.asarray(times_s, dtype=np.float64)
        steady = len(asked) < 2 or bool(np.all(asked[1:] > asked[:-1]))
        times, back = (asked, None) if steady else np.unique(asked, return_inverse=True)
        if not np.all(np.isfinite(times)):
            raise StateOutOfOrder("a time asked for is not a number")
        if len(times) and times[0] < start.time_s:
            raise StateOutOfOrder(f"the state is at {start.time_s:g} s, asked for {times[0]:g} s")
        amounts = self._amounts(start, plan, times)[:-1]
        return self._curves(asked, amounts if back is None else amounts[:, back])

    def _curves(self, times_s: FloatArray, amounts: FloatArray) -> Curves:
        system = self.system
        metabolite = None
        if system.metabolite_index is not None and system.metabolite_v_l is not None:
            metabolite = amounts[system.metabolite_index] * (NG_PER_ML_FROM_MG_PER_L / float(system.metabolite_v_l))
        return Curves(
            times_s,
            amounts[system.plasma_index] * (NG_PER_ML_FROM_MG_PER_L / float(system.plasma_v_l)),
            None if system.effect_index is None else amounts[system.effect_index] * NG_PER_ML_FROM_MG_PER_L,
            metabolite,
            amounts,
        )

    def _transition(self, gap_s: float) -> FloatArray:
        found = self._kept.get(gap_s)
        if found is None:
            minutes = gap_s / 60.0
            if squarings_needed(self._norm_per_min, minutes) > EXACT_ABOVE_SQUARINGS:
                found = exact_transition(self.system, minutes)
            else:
                found = transition(self._matrix, minutes)
            if len(self._kept) >= KEPT_TRANSITIONS:
                self._kept.pop(next(iter(self._kept)))
            self._kept[gap_s] = found
        return found

    def _over(self, now: FloatArray, rate: float, seconds: float) -> FloatArray:
        now[-1] = rate
        return self._transition(seconds) @ now if seconds > 0.0 and now.any() else now

    def _carry(self, now: FloatArray, plan: Given, start: Instant, end: Instant) -> FloatArray:
        """The state at `end`, doses at `end` included; those at or before `start` are already in."""
        here = start
        for position in range(plan.first_after(start), plan.first_after(end)):
            at = plan.instants[position]
            now = self._over(now, plan.rate_at(here), gap_s(here, at))
            here = at
            now[0] += plan.bolus_mg[position]
        return self._over(now, plan.rate_at(here), gap_s(here, end))

    def _amounts(self, start: State, plan: Given, times: FloatArray) -> FloatArray:
        """(states + 1, times); the last row is the rate and of no interest."""
        result = np.empty((self.system.count + 1, len(times)))
        now = np.array([*start.amounts, 0.0])
        here: Instant = (start.time_s, 0.0)
        for stretch in stretches(times, plan, here, self._norm_per_min):
            low, high, step_s = stretch.first, stretch.past, stretch.step_s
            for index in range(low, high if step_s is None else low + 1):
                at: Instant = (float(times[index]), 0.0)
                now = self._carry(now, plan, here, at)
                here = max(here, at)
                result[:, index] = now
            if step_s is not None:
                result[-1, low] = plan.rate_at(here)
                self._fill_even(result[:, low:high], step_s)
                if stretch.late_s is not None:
                    self._shift(result[:, low:high], stretch.late_s)
                now, here = result[:, high - 1].copy(), (float(times[high - 1]), 0.0)
        return result

    def _shift(self, columns: FloatArray, late_s: FloatArray) -> None:
        """Move each column on (or back) by its own small time: two terms of the series, see times.LATE_SHARE."""
        late_min = late_s / 60.0
        first = self._matrix @ columns * late_min
        columns += first
        columns += 0.5 * (self._matrix @ first * late_min)

    def _fill_even(self, columns: FloatArray, step_s: float) -> None:
        """Fill columns 1, 2, ... by doubling: the first n columns, moved n steps on, are the next n.

        While the span is short the change is added to the columns, never the whole multiplied: thousands of steps
        then lose no digits.
        """
        total = columns.shape[1]
        minutes = step_s / 60.0
        through: FloatArray | None = None
        change: FloatArray | None = None
        if squarings_needed(self._norm_per_min, minutes * total) > EXACT_ABOVE_DOUBLINGS:
            through = exact_transition(self.system, minutes)
        elif squarings_needed(self._norm_per_min, minutes):
            through = self._transition(step_s)
        else:
            change = change_over(self._matrix, self._norm_per_min, minutes)
        filled = 1
        while filled < total:
            count = min(filled, total - filled)
            source, target = columns[:, :count], columns[:, filled : filled + count]
            if change is not None:
                np.matmul(change, source, out=target)
                target += source
            elif through is not None:
                np.matmul(through, source, out=target)
            filled += count
            if filled >= total:
                break
            if change is not None:
                change = change @ change + 2.0 * change
                minutes *= 2.0
                if squarings_needed(self._norm_per_min, minutes):
                    through, change = add_identity(change), None
            elif through is not None:
                through = through @ through
