"""Beta distributions, and the chance of an outcome given what was seen, exactly and with its uncertainty.

Three shares, each unknown and each a Beta: of people with the outcome (theta), of what was seen among those with it
(p), and among those without (q). Every complete course tells theta, and p or q, apart from one another, so they stay
independent Betas and updating is counting. The chance given what was seen is

    chance = theta p / (theta p + (1 - theta) q),    log odds = logit theta + log p - log q,

a sum of three independent terms: its distribution is a convolution, done here on one fine grid by FFT. Functions work
on whole arrays of clinics at once; ``a`` and ``b`` are arrays of one length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

_STEP = 0.01
_REACH = 10.0
"""The grid of log odds runs from -10 to 10 (a chance of 1 in 22,000 at its ends), of log shares from -10 to 0."""

_LOG_ODDS: Floats = np.arange(-_REACH, _REACH, _STEP) + _STEP / 2
_LOG_SHARE: Floats = np.arange(-_REACH, 0.0, _STEP) + _STEP / 2
_PADDED = 4096  # at least 2000 + 1000 + 1000 - 2 points, so that the circular convolution does not wrap


@dataclass(frozen=True, slots=True)
class Beta:
    """One Beta, or an array of them: a and b are what was counted for and against, prior included."""

    a: Floats
    b: Floats

    @staticmethod
    def of(a: float, b: float) -> Beta:
        return Beta(np.array([a], dtype=np.float64), np.array([b], dtype=np.float64))

    def updated(self, for_count: Floats | float, against_count: Floats | float) -> Beta:
        return Beta(self.a + for_count, self.b + against_count)

    @property
    def mean(self) -> Floats:
        return np.asarray(self.a / (self.a + self.b), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Belief:
    """What is known of the three shares. Without ``with_it`` and ``without_it`` nothing has been seen yet."""

    outcome: Beta
    with_it: Beta | None = None
    without_it: Beta | None = None

    @property
    def chance(self) -> Floats:
        """The chance for the next person, exactly: the ratio of expectations, as the three are independent."""
        theta = self.outcome.mean
        if self.with_it is None or self.without_it is None:
            return theta
        both = theta * self.with_it.mean
        return np.asarray(both / (both + (1 - theta) * self.without_it.mean), dtype=np.float64)

    def quantiles(self, *at_fraction: float) -> Floats:
        """(clinics, quantiles): of the chance among people like this one, over what is not known of the clinic."""
        mass = _log_odds_mass(self.outcome)
        points = _LOG_ODDS
        if self.with_it is not None and self.without_it is not None:
            spectrum = np.fft.rfft(mass, _PADDED)
            spectrum *= np.fft.rfft(_log_share_mass(self.with_it), _PADDED)
            # minus a log share: the same grid read from the other end
            spectrum *= np.fft.rfft(_log_share_mass(self.without_it)[:, ::-1], _PADDED)
            length = 2 * _LOG_SHARE.size + _LOG_ODDS.size - 2
            mass = np.clip(np.fft.irfft(spectrum, _PADDED)[:, :length], 0.0, None)
            first = _LOG_ODDS[0] + _LOG_SHARE[0] - _LOG_SHARE[-1]
            points = first + _STEP * np.arange(length)
        return _quantiles(points, mass, np.asarray(at_fraction, dtype=np.float64))


def intervals(belief: Belief, *inside_fraction: float) -> tuple[tuple[Floats, Floats], ...]:
    """The central intervals that hold these shares: each with its lower and upper ends, one for each clinic."""
    ends = belief.quantiles(*(end for inside in inside_fraction for end in ((1 - inside) / 2, (1 + inside) / 2)))
    return tuple((ends[:, 2 * place], ends[:, 2 * place + 1]) for place in range(len(inside_fraction)))


def interval(belief: Belief, inside_fraction: float) -> tuple[Floats, Floats]:
    """One central interval."""
    return intervals(belief, inside_fraction)[0]


def _log_odds_mass(beta: Beta) -> Floats:
    """The distribution of logit theta, normalised on the grid."""
    a, b = beta.a[:, None], beta.b[:, None]
    return _normalised(a * _LOG_ODDS - (a + b) * np.logaddexp(0.0, _LOG_ODDS))


def _log_share_mass(beta: Beta) -> Floats:
    """The distribution of the log of a share, normalised on the grid."""
    a, b = beta.a[:, None], beta.b[:, None]
    return _normalised(a * _LOG_SHARE + (b - 1) * np.log(-np.expm1(_LOG_SHARE)))


def _normalised(log_density: Floats) -> Floats:
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    return np.asarray(density / density.sum(axis=1, keepdims=True), dtype=np.float64)


def _quantiles(points: Floats, mass: Floats, at_fraction: Floats) -> Floats:
    """Where the cumulated mass passes each fraction, between the grid's points; as chances."""
    cumulated = np.cumsum(mass, axis=1)
    cumulated /= cumulated[:, -1:]
    right_edges = points + _STEP / 2
    log_odds = np.array([np.interp(at_fraction, row, right_edges) for row in cumulated])
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float64)
