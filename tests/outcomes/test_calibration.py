"""Whether the forecast keeps its word: two thousand simulated clinics whose truth is known.

Each clinic's shares are drawn from the start that the forecast has, its courses from those shares; the forecast is then
made by the product's own functions and held against the truth. Seeded, so a red run is red for everyone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from dripstand.outcomes.beliefs import Belief, Beta, interval, intervals
from dripstand.outcomes.definitions import BY_CODE, Meaning
from dripstand.outcomes.forecast import PastCourse, Question, forecast
from dripstand.outcomes.priors import PATTERNS, Indication, pattern, prior
from dripstand.outcomes.seen import Seen

CLINICS = 2_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clinics:
    """Simulated clinics: their true shares, and what their complete courses count up to."""

    theta: Floats
    seen_with: Floats  # (clinics, 3): of what is seen among those who reach the outcome
    seen_without: Floats
    reached: Floats
    not_reached: Floats
    count_with: Floats  # (clinics, 3)
    count_without: Floats
    start: Beta
    outcome: Meaning
    after: int

    def belief(self, what: Seen) -> Belief:
        """As the product learns it: the start, and counting."""
        place = list(Seen).index(what)
        one, other = pattern(self.outcome, self.after, what)
        with_it = Beta.of(*one).updated(self.count_with[:, place], self.reached - self.count_with[:, place])
        without = Beta.of(*other).updated(self.count_without[:, place], self.not_reached - self.count_without[:, place])
        return Belief(self.start.updated(self.reached, self.not_reached), with_it, without)

    def true_chance(self, what: Seen) -> Floats:
        place = list(Seen).index(what)
        both = self.theta * self.seen_with[:, place]
        return both / (both + (1 - self.theta) * self.seen_without[:, place])


def simulate(
    clinics: int, scale: str, outcome: Meaning, after: int, *, seed: int, courses_at_most: int = 60
) -> Clinics:
    draw = np.random.default_rng(seed)
    start = prior(scale, outcome, Indication.MAJOR_DEPRESSION)
    assert start is not None
    theta = draw.beta(start.a, start.b, size=clinics)
    with_it, without = (draw.dirichlet(each, size=clinics) for each in PATTERNS[outcome][after])
    courses = draw.integers(0, courses_at_most + 1, size=clinics)
    reached = draw.binomial(courses, theta)
    return Clinics(
        theta=theta,
        seen_with=with_it,
        seen_without=without,
        reached=reached.astype(float),
        not_reached=(courses - reached).astype(float),
        count_with=draw.multinomial(reached, with_it).astype(float),
        count_without=draw.multinomial(courses - reached, without).astype(float),
        start=Beta.of(start.a, start.b),
        outcome=outcome,
        after=after,
    )


def coverage(belief: Belief, truth: Floats) -> dict[float, float]:
    """How often the 50 and the 90 % interval hold the truth."""
    found = zip((0.5, 0.9), intervals(belief, 0.5, 0.9), strict=True)
    return {inside: float(np.mean((low <= truth) & (truth <= high))) for inside, (low, high) in found}


CASES = [
    ("phq-9", Meaning.RESPONSE, 3),
    ("madrs", Meaning.RESPONSE, 4),
    ("qids-sr16", Meaning.REMISSION, 1),
]


@pytest.mark.parametrize(("scale", "outcome", "after"), CASES)
def test_over_two_thousand_clinics_the_intervals_hold_the_truth_as_often_as_they_say(
    scale: str, outcome: Meaning, after: int
) -> None:
    clinics = simulate(CLINICS, scale, outcome, after, seed=20260304)
    nothing_seen = Belief(clinics.start.updated(clinics.reached, clinics.not_reached))
    found = {"nothing": coverage(nothing_seen, clinics.theta)}
    found |= {what: coverage(clinics.belief(what), clinics.true_chance(what)) for what in Seen}
    for what, held in found.items():
        for inside, share in held.items():
            # three standard errors of a share over 2,000 clinics
            assert abs(share - inside) < 3 * np.sqrt(inside * (1 - inside) / CLINICS), (what, inside)


def test_a_forecast_that_claims_to_know_twice_as_much_is_caught() -> None:
    clinics = simulate(CLINICS, "phq-9", Meaning.RESPONSE, 3, seed=20260304)
    honest = clinics.start.updated(clinics.reached, clinics.not_reached)
    held = coverage(Belief(Beta(honest.a * 2, honest.b * 2)), clinics.theta)
    assert held[0.9] < 0.8 and held[0.5] < 0.42


@dataclass(frozen=True)
class People:
    """One new person of each clinic: the forecast, the base rate, and what became of them."""

    chance: Floats
    base_rate: Floats
    reached: NDArray[np.bool_]


def one_person_each(clinics: Clinics, *, seed: int) -> People:
    draw = np.random.default_rng(seed)
    reached = draw.random(clinics.theta.size) < clinics.theta
    shares = np.where(reached[:, None], clinics.seen_with, clinics.seen_without)
    place = (draw.random(clinics.theta.size)[:, None] > np.cumsum(shares, axis=1)).sum(axis=1).clip(max=2)
    by_place = np.stack([clinics.belief(what).chance for what in Seen], axis=1)
    return People(
        chance=by_place[np.arange(place.size), place],
        base_rate=clinics.start.updated(clinics.reached, clinics.not_reached).mean,
        reached=reached,
    )


@pytest.mark.parametrize(("scale", "outcome", "after"), CASES)
def test_in_ten_bins_as_many_people_reach_the_outcome_as_were_told(scale: str, outcome: Meaning, after: int) -> None:
    people = one_person_each(simulate(40_000, scale, outcome, after, seed=7), seed=8)
    bins = np.array_split(np.argsort(people.chance, kind="stable"), 10)
    assert len(bins) == 10
    for members in bins:
        told, came = people.chance[members], people.reached[members]
        error = np.sqrt(np.sum(told * (1 - told))) / members.size
        assert abs(told.mean() - came.mean()) < 3.5 * error


@pytest.mark.parametrize(("scale", "outcome", "after"), CASES)
def test_the_log_score_beats_the_base_rate_of_the_same_clinic(scale: str, outcome: Meaning, after: int) -> None:
    people = one_person_each(simulate(CLINICS, scale, outcome, after, seed=17), seed=18)

    def log_score(chance: Floats) -> Floats:
        return np.log(np.where(people.reached, chance, 1 - chance))

    gain = log_score(people.chance) - log_score(people.base_rate)
    assert gain.mean() > 3 * gain.std(ddof=1) / np.sqrt(gain.size)


def test_the_simulated_clinics_are_counted_as_the_product_counts_real_courses() -> None:
    clinics = simulate(3, "phq-9", Meaning.RESPONSE, 3, seed=5, courses_at_most=25)
    code = "phq-9-response-50"
    for clinic in range(3):
        courses = [
            PastCourse(Indication.MAJOR_DEPRESSION, code, reached, {3: what})
            for reached, counts in ((True, clinics.count_with), (False, clinics.count_without))
            for place, what in enumerate(Seen)
            for _ in range(int(counts[clinic, place]))
        ]
        for what in Seen:
            found = forecast(Question(BY_CODE[code], Indication.MAJOR_DEPRESSION, 3, what), courses)
            assert not isinstance(found, str)
            one = found.for_counting()
            assert one.chance == pytest.approx(clinics.belief(what).chance[clinic])
            low, high = interval(clinics.belief(what), 0.9)
            assert one.interval_90 == pytest.approx((low[clinic], high[clinic]))
