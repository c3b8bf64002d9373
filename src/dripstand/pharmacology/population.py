"""Virtual people like the one in the chair, and the band their concentrations make.

Parameters are drawn once and kept, so that a band does not flicker when the rate changes. Every state carries its
time; after a change only the future is computed. Bands are pointwise: at each time the given share of people lies
below; no whole curve need follow a percentile. Source: pharmacology facts 5.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from .catalogue import model as model_named
from .compartments import compartments
from .disposition import Disposition, FloatArray
from .many_people import PeopleFlow
from .model import Model
from .person import Drug, Person, Refused, Standing
from .quantiles import check_percentiles, percentiles_of_sorted, spread_normal
from .rate_steps import Dose, Given, Instant, gap_s, given, later_by
from .stepping import BLOCK_STEPS, EFFECT_SITE, METABOLITE, PLASMA, EvenSteps, Output, outputs_of
from .studied_doses import outside_dose
from .times import stretches
from .version import version_of

MOST_PEOPLE = 20_000
"""A cohort keeps its people in memory; above this ask population_percentiles, whose memory is bounded."""

KEPT_STEP_SIZES = 4

UNNOTICED = 1e-16
"""A share that the rounding of a double hides."""

ONE_PERSON = "One typical person of the model: no band."


Keep = Callable[[str, int, FloatArray], None]


class TimeRunsBackwards(ValueError):
    """A state was asked about a time before its own."""


@dataclass(frozen=True, slots=True)
class CohortState:
    """Where everybody's drug is at time_s. amounts: (states, people), mg; the effect site in mg/L.

    It includes everything given up to and at time_s. It can be saved as its two numbers and continued later.
    """

    time_s: float
    amounts: FloatArray


@dataclass(frozen=True, slots=True)
class Bands:
    """Predicted percentiles at times. Each curve is (len(percentiles), len(times_s)) ng/mL, or None if not modelled.

    percentiles holds only 50 where a model has no published variability: a typical curve, never a made-up band.
    version names engine, model and fingerprint: what a note stores, to find later what a wrong number reached.
    """

    times_s: FloatArray
    percentiles: tuple[float, ...]
    plasma_ng_per_ml: FloatArray
    effect_site_ng_per_ml: FloatArray | None
    metabolite_ng_per_ml: FloatArray | None
    citations: tuple[str, ...]
    standing: Standing
    variability: str
    version: str


@dataclass(frozen=True, slots=True)
class _Part:
    """The flows of everybody, and the curves read from them."""

    flow: PeopleFlow
    outputs: tuple[Output, ...]

    @classmethod
    def of(cls, disposition: Disposition, people: int) -> _Part:
        system = compartments(disposition)
        return cls(PeopleFlow(system, people), outputs_of(system, people))


@dataclass(frozen=True, eq=False)
class Cohort:
    """People drawn for one model, drug and person. Made by cohort(); values only, nothing changes once made."""

    model: Model
    drug: Drug
    person: Person
    standing: Standing
    people: int
    seed: int
    disposition: Disposition
    _steps: dict[tuple[bool, float], EvenSteps] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @cached_property
    def _whole(self) -> _Part:
        return _Part.of(self.disposition, self.people)

    @cached_property
    def _head(self) -> _Part:
        # Plasma and effect site do not depend on norketamine: without it there is less to carry.
        return _Part.of(replace(self.disposition, metabolite=None), self.people)

    @property
    def has_band(self) -> bool:
        """Whether there are people to differ: the model's variability is known, and more than one was asked for."""
        return self.model.between_subject is not None and self.people > 1

    @property
    def variability(self) -> str:
        """Which variability the band holds, in words; of one person, that there is no band."""
        return ONE_PERSON if self.people == 1 and self.model.between_subject else self.model.between_subject_statement

    def curve_names(self, *, metabolite: bool) -> tuple[str, ...]:
        """The curves that a forecast has, however few times are asked for."""
        return tuple(output.name for output in (self._whole if metabolite else self._head).outputs)

    def at_rest(self) -> CohortState:
        """Nobody has had anything yet."""
        return CohortState(float("-inf"), np.zeros((self._whole.flow.states, self.people)))

    def advance(self, state: CohortState, steps: Sequence[Dose], until_s: float) -> CohortState:
        """The state at until_s, exactly. steps: everything given, before state.time_s too (for the rate in force).

        Raises TimeRunsBackwards if until_s lies before the state.
        """
        doses = given(steps)
        if until_s < state.time_s:
            raise TimeRunsBackwards(f"the state is at {state.time_s:g} s, asked for {until_s:g} s")
        amounts = self._carry(self._whole.flow, state.amounts, doses, (state.time_s, 0.0), (until_s, 0.0))
        return CohortState(until_s, amounts)

    def forecast(
        self,
        state: CohortState,
        steps: Sequence[Dose],
        times_s: FloatArray,
        percentiles: Sequence[float] = (5.0, 50.0, 95.0),
        *,
        metabolite: bool = True,
    ) -> Bands:
        """Percentiles of the concentrations at times_s (any order, none before the state).

        metabolite False leaves norketamine out, for speed. Raises TimeRunsBackwards.
        """
        doses = given(steps)
        asked = np.asarray(times_s, dtype=np.float64)
        times, back = sorted_once(asked)
        check_percentiles(percentiles)
        if len(times) and times[0] < state.time_s:
            raise TimeRunsBackwards(f"the state is at {state.time_s:g} s, asked for {times[0]:g} s")
        wanted = tuple(float(p) for p in percentiles) if self.has_band else (50.0,)
        curves = {name: np.empty((len(wanted), len(times))) for name in self.curve_names(metabolite=metabolite)}

        def keep(name: str, first: int, rows: FloatArray) -> None:
            rows.sort(axis=1)
            curves[name][:, first : first + len(rows)] = percentiles_of_sorted(rows, wanted)

        self.visit(state, doses, times, keep, metabolite=metabolite)
        ordered = {name: curve[:, back] for name, curve in curves.items()}
        last_s = float(times[-1]) if len(times) else -math.inf
        return Bands(
            times_s=asked,
            percentiles=wanted,
            plasma_ng_per_ml=ordered[PLASMA],
            effect_site_ng_per_ml=ordered.get(EFFECT_SITE),
            metabolite_ng_per_ml=ordered.get(METABOLITE),
            citations=tuple(str(citation) for citation in self.model.citations),
            standing=self.standing.with_outside(outside_dose(self.model, self.drug, doses, last_s)),
            variability=self.variability,
            version=version_of(self.model.name),
        )

    @staticmethod
    def _carry(flow: PeopleFlow, amounts: FloatArray, doses: Given, start: Instant, end: Instant) -> FloatArray:
        """Amounts at `end`, doses at `end` included; those at or before `start` are already in."""
        here, now = start, amounts

        def over(until: Instant) -> FloatArray:
            rate, seconds = doses.rate_at(here), gap_s(here, until)
            if seconds <= 0.0 or (rate == 0.0 and not np.any(now)):
                return now
            return flow.after(now, rate, seconds / 60.0)

        for position in range(doses.first_after(start), doses.first_after(end)):
            at = doses.instants[position]
            now = over(at)
            here = at
            if doses.bolus_mg[position]:
                now = now.copy()
                now[0] += doses.bolus_mg[position]
        return over(end)

    def _even_steps(self, part: _Part, step_s: float) -> EvenSteps:
        key = (part is self._whole, step_s)
        with self._lock:
            found = self._steps.get(key)
            if found is None:
                found = EvenSteps(part.flow, part.outputs, step_s / 60.0)
                while len(self._steps) >= KEPT_STEP_SIZES:
                    self._steps.pop(next(iter(self._steps)))
                self._steps[key] = found
            return found

    def visit(
        self, state: CohortState, doses: Given, times_s: FloatArray, keep: Keep, *, metabolite: bool = True
    ) -> None:
        """Hand every person's values at sorted times to keep(curve, index of the first time, (times, people) ng/mL).

        The rows may be changed by the receiver; no more than a block of times exists at once.
        """
        part = self._whole if metabolite else self._head
        here: Instant = (state.time_s, 0.0)
        now = state.amounts[: part.flow.states]
        for stretch in stretches(times_s, doses, here, part.flow.q_per_min):
            low, high, step_s = stretch.first, stretch.past, stretch.step_s
            for index in range(low, high if step_s is None else low + 1):
                at: Instant = (float(times_s[index]), 0.0)
                now = self._carry(part.flow, now, doses, here, at)
                here = max(here, at)
                for output in part.outputs:
                    keep(output.name, index, (output.ng_per_ml_factor * now[output.index])[None, :])
            if step_s is None:
                continue
            even = self._even_steps(part, step_s)
            rate = doses.rate_at(here)
            done = low + 1
            while done < high:
                count = min(BLOCK_STEPS, high - done)
                late_s = None if stretch.late_s is None else stretch.late_s[done - low : done - low + count]
                for name, rows in _ahead(part, even, now, rate, count, late_s):
                    keep(name, done, rows)
                done += count
                if done < high:
                    now = even.after_block(now, rate)
                    # The state is where the grid puts it, which need not be where the time asked for is.
                    here = later_by(float(times_s[low]), (done - 1 - low) * step_s)


def sorted_once(times_s: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """The different times in order, and where each asked one is among them. Raises TimeRunsBackwards for no time."""
    if not np.all(np.isfinite(times_s)):
        raise TimeRunsBackwards("a time asked for is not a number")
    times, back = np.unique(times_s, return_inverse=True)
    return times, back


def _ahead(
    part: _Part, even: EvenSteps, now: FloatArray, rate: float, count: int, late_s: FloatArray | None
) -> Iterator[tuple[str, FloatArray]]:
    """Each curve's next `count` values. late_s moves each on by its own small time, by two terms of the series: the
    slope i steps ahead is what those steps make of the slope now."""
    shifts: list[tuple[FloatArray, FloatArray]] = []
    if late_s is not None:
        late_min = (late_s / 60.0)[:, None]
        slope = part.flow.slope(now, rate)
        shifts = [(late_min, slope)]
        if (part.flow.q_per_min * float(np.abs(late_min).max())) ** 2 > UNNOTICED:
            shifts.append((0.5 * late_min**2, part.flow.slope(slope, 0.0)))
    for ahead in even.look_ahead:
        rows = ahead.values(now, rate, count)
        for factor, change in shifts:
            rows += factor * ahead.values(change, 0.0, count)
        yield ahead.output.name, rows


def cohort(model: str, drug: Drug, person: Person, people: int = 1000, seed: int = 1) -> Cohort | Refused:
    """People like this one, for one model; or the reason why there is no line.

    The same arguments always give the same people. A model without published variances gives one typical person.
    Raises UnknownModel for a name that does not exist, ValueError for a number of people that cannot be kept.
    """
    if not 1 <= people <= MOST_PEOPLE:
        more = "; for more use population_percentiles" if people > MOST_PEOPLE else ""
        raise ValueError(f"people must be 1 to {MOST_PEOPLE}, not {people}{more}")
    chosen = model_named(model)
    standing = chosen.standing_for(drug, person)
    if isinstance(standing, Refused):
        return standing
    disposition, drawn = draw(chosen, person, people, seed)
    return Cohort(chosen, drug, person, standing, drawn, seed, disposition)


def draw(model: Model, person: Person, people: int, seed: int) -> tuple[Disposition, int]:
    """Individual parameters of people with this person's covariates, and how many there are."""
    between = model.between_subject
    if between is None:
        return _shown(model, model.typical(person)), 1
    factor = np.linalg.cholesky(np.asarray(between.covariance, dtype=np.float64))
    eta = factor @ spread_normal(people, len(between.names), seed)
    return _shown(model, model.individuals(person, dict(zip(between.names, eta, strict=True)))), people


def _shown(model: Model, disposition: Disposition) -> Disposition:
    """Without an effect site where the model's curve may not drive one."""
    if model.has_effect_site:
        return disposition
    return Disposition(disposition.parent, None, disposition.metabolite, disposition.liver)
