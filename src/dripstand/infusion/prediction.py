"""What a published population model expects from what was really given, and what it would expect of another rate.

A plain noun: the chart and the instant come in, curves come out. Nothing here is a measurement and nothing decides.
The same people are used for one session from beginning to end (seeded by the session), so the band does not flicker.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dripstand.infusion.chart import Chart
from dripstand.infusion.chart_values import Edge
from dripstand.infusion.line import FutureRate, vein_steps
from dripstand.pharmacology import DEFAULT_MODEL, Bands, Cohort, Person, RateStep, Refused, cohort

FloatArray = NDArray[np.float64]
PEOPLE = (
    1000  # enough for a display: the 5th and 95th percentile are then good to about 2 percent (pharmacology.md 5.3)
)
PERCENTILES = (5.0, 50.0, 95.0)
GRID_S = 60


@dataclass(frozen=True, slots=True)
class Unpredictable:
    """Why no line is drawn."""

    reason: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """Curves over one session. ``at`` are instants (UTC); ``bands`` holds percentiles by time, ng/mL.

    ``now_index``: index of the first instant at or after now.
    """

    at: tuple[datetime, ...]
    bands: Bands
    start: datetime
    now: datetime
    model_title: str
    population: str
    matrix: str
    citations: tuple[str, ...]
    extrapolated: tuple[str, ...]
    variability: str
    model_version: str  # engine, model and fingerprint of its numbers: what a note keeps, so that a fault can be traced
    amount_is_range: bool = False  # how much was given is not known exactly: the band covers both ends of it

    @property
    def now_index(self) -> int:
        return next((i for i, at in enumerate(self.at) if at >= self.now), len(self.at) - 1)


def age_in_years(birth_date: date, on: date) -> int:
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


@lru_cache(maxsize=64)  # about 3 MB each once forecast: more chairs than that are rarely open at once
def _people(model: str, person: Person, seed: int) -> Cohort | Refused:
    return cohort(model, "racemic", person, people=PEOPLE, seed=seed)


def people_like(chart: Chart, model: str = DEFAULT_MODEL) -> Cohort | Unpredictable:
    """Virtual people with this patient's weight, age and sex, as far as the model knows them."""
    if chart.order is None or chart.order_entry is None:
        return Unpredictable("No order yet, so nothing to predict.")
    opened = chart.opened
    person = Person(
        weight_kg=float(chart.order.actual_weight_kg),
        age_y=float(age_in_years(opened.birth_date, chart.order_entry.occurred_at.date())),
        sex=opened.sex if opened.sex in ("F", "M") else None,  # type: ignore[arg-type]
        height_cm=float(opened.height_cm) if opened.height_cm is not None else None,
    )
    found = _people(model, person, zlib.crc32(chart.session_id.encode()))
    if isinstance(found, Refused):
        return Unpredictable(f"{found.reason} {found.limit}".strip())
    return found


def predict(
    chart: Chart,
    now: datetime,
    *,
    until: datetime,
    future: Sequence[FutureRate] = (),
    grid_s: int = GRID_S,
    since: datetime | None = None,
) -> Prediction | Unpredictable:
    """Plasma and effect site from the start (or ``since``) to ``until``.

    Up to now: what reached the vein by the chart. Beyond: the running rate goes on until the bag is empty, or
    ``future`` rates hold instead (the what-if).
    """
    if chart.started_at is None:
        return Unpredictable("The infusion has not started.")
    if not chart.composition_known:
        return Unpredictable("Nobody knows what the bag held, so nothing is predicted.")
    who = people_like(chart)
    if isinstance(who, Unpredictable):
        return who
    start = chart.started_at
    edges = (Edge.LOW, Edge.HIGH) if chart.amount_is_range else (Edge.HIGH,)
    given = [
        [
            RateStep(start_s=(at - start).total_seconds(), rate_mg_per_min=rate)
            for at, rate in vein_steps(chart, now=now, until=until, future=future, edge=edge)
        ]
        for edge in edges
    ]
    steps = [step for one in given for step in one]
    first_s = max(0.0, (since - start).total_seconds()) if since is not None else 0.0
    last_s = max(first_s + grid_s, (until - start).total_seconds())
    grid = np.arange(first_s, last_s + grid_s / 2, grid_s)
    marks = np.array([s.start_s for s in steps if first_s <= s.start_s <= last_s] + [(now - start).total_seconds()])
    times_s = np.unique(np.round(np.concatenate((grid, marks[(marks >= first_s) & (marks <= last_s)])), 3))
    forecasts = [who.forecast(who.at_rest(), one, times_s, percentiles=PERCENTILES, metabolite=False) for one in given]
    bands = forecasts[0] if len(forecasts) == 1 else _both_edges(*forecasts)
    return Prediction(
        at=tuple(start + timedelta(seconds=float(s)) for s in times_s),
        bands=bands,
        start=start,
        now=now.astimezone(UTC),
        model_title=who.model.title,
        population=who.model.population,
        matrix=who.model.matrix,
        citations=tuple(bands.citations),
        extrapolated=tuple(bands.standing.outside),
        variability=bands.variability,
        model_version=bands.version,
        amount_is_range=chart.amount_is_range,
    )


def _both_edges(low: Bands, high: Bands) -> Bands:
    """One band for an amount that is a range: its lower edge from the least, its upper from the most, and the middle
    line half way between the two middles. Without a published variability the band is the range alone."""

    def rows(least: FloatArray, most: FloatArray) -> FloatArray:
        middle = low.percentiles.index(50.0)
        return np.stack(
            (
                np.minimum(least[0], most[0]),
                (least[middle] + most[middle]) / 2,
                np.maximum(least[-1], most[-1]),
            )
        )

    effect_low, effect_high = low.effect_site_ng_per_ml, high.effect_site_ng_per_ml
    return replace(
        high,
        percentiles=PERCENTILES,
        plasma_ng_per_ml=rows(low.plasma_ng_per_ml, high.plasma_ng_per_ml),
        effect_site_ng_per_ml=None if effect_low is None or effect_high is None else rows(effect_low, effect_high),
    )
