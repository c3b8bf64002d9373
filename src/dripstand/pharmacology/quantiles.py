"""Standard normal quantiles, spread evenly, and order statistics of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from .disposition import FloatArray

PERCENTILES_REPORTED = (2.5, 5.0, 25.0, 50.0, 75.0, 95.0, 97.5)


def spread_normal(people: int, dimensions: int, seed: int) -> FloatArray:
    """(dimensions, people) standard normal deviates: in each dimension every quantile once, in an order of the seed.

    Latin hypercube sampling: the bands of 1,000 people then wander far less from seed to seed than with free draws.
    Source: McKay, Beckman, Conover, Technometrics 1979;21:239. Raises ValueError for a seed below 0.
    """
    if seed < 0:
        raise ValueError(f"a seed is 0 or more, not {seed}")
    quantile = NormalDist().inv_cdf
    evenly = np.fromiter((quantile((i + 0.5) / people) for i in range(people)), dtype=np.float64, count=people)
    # A Latin hypercube of a few people has too little variance; its expectation over shufflings is rescaled to 1.
    if people > 1:
        evenly /= np.sqrt(np.mean(evenly**2))
    random = np.random.Generator(np.random.PCG64(seed))
    return np.stack([random.permutation(evenly) for _ in range(dimensions)]) if dimensions else np.zeros((0, people))


def check_percentiles(percentiles: Sequence[float]) -> None:
    """Raises ValueError for a percentile that is not 0 to 100, or not a number."""
    if not all(0.0 <= percentile <= 100.0 for percentile in percentiles):
        raise ValueError(f"percentiles are 0 to 100, not {list(percentiles)}")


def percentiles_of_sorted(rows: FloatArray, percentiles: Sequence[float]) -> FloatArray:
    """(percentiles, rows): linear between order statistics at position (n - 1) p / 100, of rows sorted along axis 1.

    Raises ValueError for a percentile that is not 0 to 100.
    """
    check_percentiles(percentiles)
    people = rows.shape[1]
    result = np.empty((len(percentiles), rows.shape[0]))
    for index, percentile in enumerate(percentiles):
        position = (people - 1) * percentile / 100.0
        low = min(int(position), people - 1)
        high = min(low + 1, people - 1)
        share = position - low
        result[index] = rows[:, low] + share * (rows[:, high] - rows[:, low])
    return result
