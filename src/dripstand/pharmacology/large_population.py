"""Percentiles of any number of virtual people in bounded memory.

Up to MOST_PEOPLE everybody is ranked. Beyond, people come in batches, and each batch is counted into fine cells on a
logarithmic axis whose ends the first batch sets; memory then depends on the cells, not on the people. The cells are
about 0.1 % wide and interpolated, so the counting adds less error than the sampling it replaces.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from .disposition import FloatArray
from .person import Drug, Person, Refused
from .population import MOST_PEOPLE, Bands, Cohort, cohort, draw, sorted_once
from .quantiles import check_percentiles
from .rate_steps import Dose, given
from .stepping import EFFECT_SITE, METABOLITE, PLASMA
from .studied_doses import outside_dose
from .version import version_of

BATCH_PEOPLE = 10_000
TIMES_AT_ONCE = 128
CELLS = 4096
WIDENED_BY = 2.0
"""The first batch's extremes, halved and doubled, bound the cells; whoever lies outside counts in the end cells."""


def population_percentiles(
    model: str,
    drug: Drug,
    person: Person,
    steps: Sequence[Dose],
    times_s: FloatArray,
    percentiles: Sequence[float] = (5.0, 50.0, 95.0),
    people: int = 1000,
    seed: int = 1,
    *,
    metabolite: bool = True,
) -> Bands | Refused:
    """Bands of `people` persons like this one from rest, however many: see Cohort.forecast for the rest."""
    if people <= MOST_PEOPLE:
        drawn = cohort(model, drug, person, people, seed)
        if isinstance(drawn, Refused):
            return drawn
        return drawn.forecast(drawn.at_rest(), steps, times_s, percentiles, metabolite=metabolite)
    first = cohort(model, drug, person, BATCH_PEOPLE, seed)
    if isinstance(first, Refused):
        return first
    if not first.has_band:
        return first.forecast(first.at_rest(), steps, times_s, percentiles, metabolite=metabolite)
    doses = given(steps)
    check_percentiles(percentiles)
    times, back = sorted_once(np.asarray(times_s, dtype=np.float64))
    curves = {name: np.empty((len(percentiles), len(times))) for name in first.curve_names(metabolite=metabolite)}
    for low in range(0, len(times), TIMES_AT_ONCE):
        part = times[low : low + TIMES_AT_ONCE]
        counted = CountedCurves(len(part))
        for batch in _batches(first, people):
            batch.visit(batch.at_rest(), doses, part, counted.add, metabolite=metabolite)
            counted.cells_set = True
        for name, counts in counted.curves.items():
            curves[name][:, low : low + len(part)] = counts.percentiles(percentiles)
    ordered = {name: curve[:, back] for name, curve in curves.items()}
    return Bands(
        times_s=np.asarray(times_s, dtype=np.float64),
        percentiles=tuple(float(p) for p in percentiles),
        plasma_ng_per_ml=ordered[PLASMA],
        effect_site_ng_per_ml=ordered.get(EFFECT_SITE),
        metabolite_ng_per_ml=ordered.get(METABOLITE),
        citations=tuple(str(citation) for citation in first.model.citations),
        standing=first.standing.with_outside(
            outside_dose(first.model, drug, doses, float(times[-1]) if len(times) else -math.inf)
        ),
        variability=first.variability,
        version=version_of(model),
    )


def _batches(first: Cohort, people: int) -> Iterator[Cohort]:
    """Cohorts of BATCH_PEOPLE, made one at a time and forgotten; the last one smaller."""
    yield first
    for number, done in enumerate(range(BATCH_PEOPLE, people, BATCH_PEOPLE), start=1):
        count = min(BATCH_PEOPLE, people - done)
        seed = first.seed + 1_000_003 * number
        disposition, _ = draw(first.model, first.person, count, seed)
        yield replace(first, people=count, seed=seed, disposition=disposition, _steps={})


class CountedCurves:
    """Counts for each curve; the first batch that comes sets the cells."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.cells_set = False
        self.curves: dict[str, Counted] = {}

    def add(self, name: str, index: int, rows: FloatArray) -> None:
        """Receive rows of a curve, as Cohort.visit hands them out."""
        counts = self.curves.setdefault(name, Counted(self.times))
        if not self.cells_set:
            counts.set_cells(index, rows)
        counts.add(index, rows)


class Counted:
    """Counts of people in logarithmic cells, one row a time."""

    def __init__(self, times: int) -> None:
        self._counts = np.zeros((times, CELLS), dtype=np.int64)
        self._low = np.zeros(times)
        self._width = np.ones(times)
        self._zero = np.zeros(times, dtype=bool)

    def set_cells(self, index: int, rows: FloatArray) -> None:
        """Place the cells of the times from index on, by the spread of a first batch."""
        here = slice(index, index + len(rows))
        least, most = rows.min(axis=1), rows.max(axis=1)
        self._zero[here] = most <= 0.0
        safe_most = np.where(most > 0.0, most, 1.0)
        safe_least = np.maximum(np.where(least > 0.0, least, safe_most), safe_most * 1e-12)
        self._low[here] = np.log(safe_least / WIDENED_BY)
        self._width[here] = (np.log(safe_most * WIDENED_BY) - self._low[here]) / CELLS

    def add(self, index: int, rows: FloatArray) -> None:
        """Count a batch."""
        for offset, row in enumerate(rows):
            time = index + offset
            if self._zero[time]:
                continue
            cell = ((np.log(np.maximum(row, 1e-300)) - self._low[time]) / self._width[time]).astype(np.int64)
            np.clip(cell, 0, CELLS - 1, out=cell)
            self._counts[time] += np.bincount(cell, minlength=CELLS)

    def percentiles(self, wanted: Sequence[float]) -> FloatArray:
        """(percentiles, times), ng/mL: people are taken as spread evenly over the logarithms within a cell."""
        found = np.zeros((len(wanted), len(self._low)))
        for time in np.flatnonzero(~self._zero):
            below = np.concatenate(([0.0], np.cumsum(self._counts[time], dtype=np.float64)))
            total = below[-1]
            # The k-th of n people (from 0) sits in the middle of its own n-th share.
            ranks = np.asarray(wanted) / 100.0 * (total - 1.0) + 0.5
            cells = np.searchsorted(below, ranks, side="right") - 1
            cells = np.clip(cells, 0, CELLS - 1)
            inside = (ranks - below[cells]) / np.maximum(below[cells + 1] - below[cells], 1.0)
            found[:, time] = np.exp(self._low[time] + (cells + inside) * self._width[time])
        return found
