"""Exact propagation of many people at once: same flows, each person's own rates.

Uniformisation: with A the rate matrix and q at least its largest rate out, A + qI has no negative entry, so
exp(Ah) x = e^(-qh) sum ((A + qI) h)^k x / k! adds only non-negative terms. Nothing cancels, equal rate constants are
nothing special, results cannot be negative, and the number of terms is known beforehand. Arrays keep people last, so
that every operation runs along the people.
Source of the method: A. Jensen, Skand Aktuarietidskr 1953;36:87; W. Grassmann, Comput Oper Res 1977;4:47.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .compartments import Compartments
from .disposition import FloatArray

LARGEST_STRETCH = 200.0
"""Largest q x h taken in one series: e^-200 is still far from underflow and about 300 terms are needed."""


class PeopleFlow:
    """The flows of `people` persons, ready to be applied to states of shape (states, ..., people)."""

    __slots__ = ("_diagonal", "_links", "_out", "people", "q_per_min", "states")

    def __init__(self, system: Compartments, people: int) -> None:
        self.people = people
        self.states = system.count
        out = np.zeros((system.count, people))
        into: dict[tuple[int, int], FloatArray] = {}
        for flow in system.flows:
            rate = np.broadcast_to(np.asarray(flow.rate_per_min(), dtype=np.float64), (people,))
            if flow.leaves:
                out[flow.source] += rate
            if flow.target is not None:
                key = (flow.target, flow.source)
                into[key] = into[key] + rate if key in into else np.ascontiguousarray(rate)
        self.q_per_min = float(out.max(initial=0.0))
        self._out = out
        self._diagonal = self.q_per_min - out
        self._links = tuple((target, source, rate) for (target, source), rate in into.items())

    def after(self, state: FloatArray, rate_mg_per_min: float | Sequence[float], minutes: float) -> FloatArray:
        """State after `minutes` of a constant rate. state: (states, people), or (states, columns, people) with one
        rate per column. Returns a new array of the same shape."""
        if minutes <= 0.0:
            return state.copy()
        stretches = max(1, math.ceil(self.q_per_min * minutes / LARGEST_STRETCH))
        rates = np.atleast_1d(np.asarray(rate_mg_per_min, dtype=np.float64))
        x = state if state.ndim == 3 else state[:, None, :]
        for _ in range(stretches):
            x = self._stretch(x, rates, minutes / stretches)
        return x if state.ndim == 3 else x[:, 0, :]

    def _stretch(self, x: FloatArray, rates: FloatArray, minutes: float) -> FloatArray:
        qh = self.q_per_min * minutes
        diagonal = (self._diagonal * minutes)[:, None, :]
        links = [(target, source, rate * minutes) for target, source, rate in self._links]
        forced = bool(np.any(rates))
        forcing = (rates * minutes)[:, None]
        weight = 1.0
        term = x.copy()
        total = x.copy()
        scratch = np.empty_like(term)
        product = np.empty_like(term[0])
        for k in range(1, terms_needed(qh) + 1):
            np.multiply(diagonal, term, out=scratch)
            for target, source, rate in links:
                np.multiply(term[source], rate, out=product)
                scratch[target] += product
            if forced:
                scratch[0] += forcing * weight
                weight *= qh / k
            scratch *= 1.0 / k
            total += scratch
            term, scratch = scratch, term
        total *= math.exp(-qh)
        return total

    def slope(self, state: FloatArray, rate_mg_per_min: float) -> FloatArray:
        """d(state)/dt per min at a constant rate; state: (states, people)."""
        slope: FloatArray = -self._out * state
        for target, source, rate in self._links:
            slope[target] += rate * state[source]
        slope[0] += rate_mg_per_min
        return slope

    def transition(self, minutes: float) -> FloatArray:
        """(states, states + 1, people): what becomes of each state's unit in `minutes`, last column of a unit rate."""
        columns = np.zeros((self.states, self.states + 1, self.people))
        for state in range(self.states):
            columns[state, state] = 1.0
        rates = [0.0] * self.states + [1.0]
        return self.after(columns, rates, minutes)


def terms_needed(qh: float) -> int:
    """Terms after which the rest of the series is below 1e-17 of the whole, for a series of mean qh.

    A Poisson tail: the forcing and the effect site's drive add to the norm, hence the margin.
    """
    return math.ceil(qh + 9.0 * math.sqrt(qh) + 14.0) if qh > 0.05 else 10
