"""One planning question for one person: what rates do to the site, and the best ones under given limits.

The search looks at each change of rate and at some times between; the verdict is given second by second and at every
change, so that a plan says of itself only what holds between the looks too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .bounded_rates import Band, Runnable, least_violation, misses
from .disposition import FloatArray
from .kinetics import Curves, Kinetics
from .planning_terms import Goal, Limits
from .rate_steps import Dose, RateStep, given

Truths = NDArray[np.bool_]

MOST_CHANGES = 96
LOOKED_EVERY_S = 30.0
FEWEST_LOOKS, MOST_LOOKS = 3, 480
"""The fewest an interval between changes, the most in all: what the search looks at."""
JUDGED_EVERY_S = 1.0
MARGIN = 0.02
"""The plan aims this share of the band inside its ends, so that rounding does not tip it out."""
LOWER_PART = 0.25
"""The part of the band that a plan short of dose keeps to."""
RATE_IS_AMPLE = 4.0
"""A rate that takes the site from 0 to this many times the band's upper end within one interval limits nothing."""
NOTHING_NG_PER_ML = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What steps achieve, second by second. under_ (0 or less) and over_ (0 or more): how far outside the band."""

    times_s: FloatArray
    site_ng_per_ml: FloatArray
    held: Truths
    under_ng_per_ml: FloatArray
    over_ng_per_ml: FloatArray
    width_ng_per_ml: float

    @property
    def inside(self) -> Truths:
        """Where nothing is missed."""
        within: Truths = (self.under_ng_per_ml >= -NOTHING_NG_PER_ML) & (self.over_ng_per_ml <= NOTHING_NG_PER_ML)
        return within

    @property
    def violation(self) -> float:
        """Root mean square of what lies outside, as a share of the band's width; 0 exactly if the band is kept."""
        if self.inside.all():
            return 0.0
        return float(np.sqrt(np.mean(self.under_ng_per_ml**2 + self.over_ng_per_ml**2))) / self.width_ng_per_ml


class Task:
    """The question: a body, what it was given and still gets beside the pump, from when, and the goal."""

    def __init__(self, kinetics: Kinetics, so_far: Sequence[Dose], now_s: float, goal: Goal) -> None:
        self.kinetics, self.now_s, self.goal = kinetics, now_s, goal
        self.until_s = now_s + goal.reach_within_s + goal.hold_for_s
        # From now on the pump runs the plan; another line that is still running runs on.
        self.standing = [
            *(dose for dose in so_far if not (isinstance(dose, RateStep) and dose.start_s > now_s)),
            RateStep(now_s, 0.0),
        ]
        self.state = kinetics.advance(kinetics.at_rest(), so_far, now_s)
        self.standing_mg = given(self.standing).delivered_mg(self.until_s)
        self._solved: dict[Limits, tuple[list[float], float]] = {}

    def changes(self, limits: Limits) -> int:
        """How many rates the plan has."""
        wanted = int(np.ceil((self.until_s - self.now_s) / limits.change_every_s - 1e-9))
        return max(1, min(MOST_CHANGES, wanted))

    def interval_s(self, limits: Limits, index: int) -> float:
        """How long rate number `index` runs."""
        every = self._every_s(limits)
        return min(every, self.until_s - self.now_s - index * every)

    def steps(self, limits: Limits, rates_ml_per_h: Sequence[float]) -> list[RateStep]:
        """The rates as steps of the pump, ending at 0."""
        every = self._every_s(limits)
        found = [RateStep(self.now_s + i * every, limits.mg_per_min(r)) for i, r in enumerate(rates_ml_per_h)]
        return [*found, RateStep(self.until_s, 0.0)]

    def outcome(self, steps: Sequence[RateStep]) -> Outcome:
        """The site's curve under these steps and how it keeps the band, every second and at every change."""
        hold_from_s = self.now_s + self.goal.reach_within_s
        count = math.ceil((self.until_s - self.now_s) / JUDGED_EVERY_S)
        seconds = self.now_s + JUDGED_EVERY_S * np.arange(count, dtype=np.float64)
        moments = np.array([*(step.start_s for step in steps), hold_from_s])
        times_s: FloatArray = np.concatenate([seconds, moments])
        order = np.argsort(times_s, kind="stable")

        def curve(doses: Sequence[Dose]) -> FloatArray:
            plan = given([*self.standing, *doses])
            # Apart, because the seconds are an even grid and the moments are not.
            apart = [self._site(self.kinetics.predict(plan, part, self.state)) for part in (seconds, moments)]
            return np.concatenate(apart)[order]

        site, quiet, times_s = curve(steps), curve(()), times_s[order]
        held = times_s >= hold_from_s
        under, over = misses(site, quiet, held, self.goal.low_ng_per_ml, self.goal.high_ng_per_ml)
        return Outcome(times_s, site, held, under, over, self.goal.high_ng_per_ml - self.goal.low_ng_per_ml)

    def solve(self, limits: Limits) -> tuple[list[float], float]:
        """Rates in mL/h, one an interval, and the violation that is left (0 if the band is kept)."""
        found = self._solved.get(limits)
        if found is None:
            rates = self._rates(limits)
            found = self._solved[limits] = rates, self.outcome(self.steps(limits, rates)).violation
        return found

    def dose_mg(self, limits: Limits, rates_ml_per_h: Sequence[float]) -> float:
        """What the plan itself gives."""
        return sum(limits.mg_per_min(r) * self.interval_s(limits, i) / 60.0 for i, r in enumerate(rates_ml_per_h))

    def _rates(self, limits: Limits) -> list[float]:
        band = self._band(limits)
        ample = RATE_IS_AMPLE * self.goal.high_ng_per_ml / max(float(band.response[:, 0].max()), 1e-300)
        highest = min(limits.highest_ml_per_h, max(limits.lowest_ml_per_h, ample) + limits.resolution_ml_per_h)
        runnable = Runnable.within(limits.lowest_ml_per_h, highest, limits.resolution_ml_per_h)
        assert runnable is not None, "limits without a rate are refused before"
        width = self.goal.high_ng_per_ml - self.goal.low_ng_per_ml
        low = self.goal.low_ng_per_ml + MARGIN * width
        rates = least_violation(replace(band, low=low, high=self.goal.high_ng_per_ml - MARGIN * width), runnable)
        if self.dose_mg(limits, rates) > self._dose_left_mg(limits):
            rates = least_violation(replace(band, low=low, high=low + LOWER_PART * width), runnable)
            rates = self._until_spent(limits, rates)
        return rates

    def _every_s(self, limits: Limits) -> float:
        return max(limits.change_every_s, (self.until_s - self.now_s) / MOST_CHANGES)

    def _site(self, curves: Curves) -> FloatArray:
        if self.goal.site == "plasma":
            return curves.plasma_ng_per_ml
        assert curves.effect_site_ng_per_ml is not None
        return curves.effect_site_ng_per_ml

    def _looks_s(self, starts_s: Sequence[float]) -> FloatArray:
        """When the search looks: at every change, evenly between, and where the hold begins."""
        ends = [*starts_s[1:], self.until_s]
        most = max(FEWEST_LOOKS, MOST_LOOKS // len(starts_s))
        parts = [
            np.linspace(start, end, min(most, max(FEWEST_LOOKS, int(np.ceil((end - start) / LOOKED_EVERY_S)))) + 1)
            for start, end in zip(starts_s, ends, strict=True)
        ]
        return np.unique(np.concatenate([*parts, [self.now_s + self.goal.reach_within_s]]))

    def _band(self, limits: Limits) -> Band:
        starts = self.steps(limits, [1.0] * self.changes(limits))
        looks_s = self._looks_s([start.start_s for start in starts[:-1]])
        quiet = self._site(self.kinetics.predict(self.standing, looks_s, self.state))
        response = np.empty((len(looks_s), len(starts) - 1))
        for index, start in enumerate(starts[:-1]):
            pulse = [start, RateStep(starts[index + 1].start_s, 0.0)]
            response[:, index] = self._site(self.kinetics.predict(pulse, looks_s))
        held = looks_s >= self.now_s + self.goal.reach_within_s
        return Band(quiet, response, held, self.goal.low_ng_per_ml, self.goal.high_ng_per_ml)

    def _dose_left_mg(self, limits: Limits) -> float:
        return max(0.0, limits.dose_cap_mg - self.standing_mg) + 1e-9

    def _until_spent(self, limits: Limits, rates_ml_per_h: Sequence[float]) -> list[float]:
        """The same rates until the cap is spent; the last at whatever can still be run, then 0."""
        left_mg, kept = self._dose_left_mg(limits), []
        for index, rate in enumerate(rates_ml_per_h):
            mg_per_rate = limits.mg_per_min(1.0) * self.interval_s(limits, index) / 60.0
            steps = int(left_mg / mg_per_rate / limits.resolution_ml_per_h)
            affordable = min(rate, round(steps * limits.resolution_ml_per_h, 12))
            # A cap outranks a lowest rate: what cannot be run within both is not run.
            kept.append(affordable if affordable >= limits.lowest_ml_per_h else 0.0)
            left_mg -= kept[-1] * mg_per_rate
        return kept
