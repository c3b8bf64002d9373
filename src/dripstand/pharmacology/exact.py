"""The same exponential in 40-digit decimals, for stiff systems over long stretches.

With a fast exchange (60 per min) and a slow loss (0.00001 per min) over months, double precision loses the slow loss
in the fast rates' rounding. Decimals are in the standard library, written in C, and need no error analysis; one
transition takes some milliseconds, which such a horizon can afford.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

import numpy as np

from .compartments import Compartments, Flow
from .disposition import FloatArray

DIGITS = 40
_SERIES_NORM = Decimal("0.5")
_SMALL_ENOUGH = Decimal("1e-42")

Matrix = list[list[Decimal]]


def exact_transition(system: Compartments, minutes: float) -> FloatArray:
    """exp(A minutes) as transition() gives it, right to the last digit of a double for norms up to 10^20."""
    with localcontext(Context(prec=DIGITS, Emin=-999999, Emax=999999)):
        return np.array([[float(v) for v in row] for row in _exponential(system, Decimal(minutes))])


def _rate(flow: Flow) -> Decimal:
    rate = Decimal(1)
    for factor in flow.numerators:
        rate *= Decimal(float(factor))
    return rate / Decimal(float(flow.denominator))


def _exponential(system: Compartments, minutes: Decimal) -> Matrix:
    n = system.count
    scaled: Matrix = [[Decimal(0)] * (n + 1) for _ in range(n + 1)]
    for flow in system.flows:
        amount = _rate(flow) * minutes
        if flow.target is not None:
            scaled[flow.target][flow.source] += amount
        if flow.leaves:
            scaled[flow.source][flow.source] -= amount
    scaled[0][n] = minutes
    norm = max(sum((abs(scaled[i][j]) for i in range(n)), Decimal(0)) for j in range(n))
    squarings = 0
    while norm > _SERIES_NORM:
        norm /= 2
        squarings += 1
    factor = Decimal(1) / Decimal(2) ** squarings
    scaled = [[v * factor for v in row] for row in scaled]
    result = [[Decimal(int(i == j)) for j in range(n + 1)] for i in range(n + 1)]
    term = result
    k = 0
    while k == 0 or max(abs(v) for row in term for v in row[:n]) > _SMALL_ENOUGH:
        k += 1
        term = [[v / k for v in row] for row in _product(scaled, term)]
        result = [[a + b for a, b in zip(r, t, strict=True)] for r, t in zip(result, term, strict=True)]
    for _ in range(squarings):
        result = _product(result, result)
    return result


def _product(left: Matrix, right: Matrix) -> Matrix:
    """Matrix product; structural zeros, most of these matrices, are skipped."""
    size = len(right[0])
    rows: Matrix = []
    for row in left:
        total = [Decimal(0)] * size
        for value, other in zip(row, right, strict=True):
            if value:
                total = [t + value * o if o else t for t, o in zip(total, other, strict=True)]
        rows.append(total)
    return rows
