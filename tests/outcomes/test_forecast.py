"""The forecast: what it starts from, what it learns, who may read it, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.outcomes.beliefs import Belief, Beta, interval
from dripstand.outcomes.clinician_only import ClinicianOnly
from dripstand.outcomes.definitions import BY_CODE
from dripstand.outcomes.errors import NotForThisReader
from dripstand.outcomes.forecast import Forecast, PastCourse, Question, Withheld, forecast
from dripstand.outcomes.priors import Indication
from dripstand.outcomes.seen import Seen, seen
from dripstand.outcomes.study import Arm
from tests.outcomes.filled import scored, totalling
from tests.people import FRONT_DESK_SORO, PRESCRIBER_VANCE

DEPRESSION, BIPOLAR, PAIN = Indication
RESPONSE = BY_CODE["phq-9-response-50"]


def question(code: str = "phq-9-response-50", after: int = 0, what: Seen | None = None, **more: bool) -> Question:
    return Question(BY_CODE[code], DEPRESSION, after, what, **more)


def course(reached: bool | None, what: Seen | None = None, code: str = "phq-9-response-50") -> PastCourse:
    return PastCourse(DEPRESSION, code, reached, {} if what is None else {3: what})


def answer(asked: Question, *courses: PastCourse) -> Forecast:
    found = forecast(asked, courses)
    assert isinstance(found, ClinicianOnly)
    return found.shown_to(PRESCRIBER_VANCE)


# --- start ----------------------------------------------------------------------------------------------------------


def test_before_anything_is_known_it_is_the_mean_of_the_studies_of_that_scale() -> None:
    assert answer(question()).chance == pytest.approx((0.536 + 0.50 + 0.26) / 3)
    assert answer(question("madrs-response-50")).chance == pytest.approx((0.708 + 0.59 + 0.508 + 0.56) / 4)
    assert answer(question("qids-sr16-response-50")).chance == pytest.approx((0.27 + 0.554) / 2)


def test_it_names_its_studies_its_interval_and_the_masked_trial_beside_it() -> None:
    found = answer(question())
    assert found.study_names == ("McInnes 2022", "Oliver 2022", "Pfeiffer 2024 (VA)")
    assert all(name in found.printed for name in found.study_names)
    assert "43%, 90 % interval 26% to 61%" in found.printed
    placebo = {
        each.time_point: each.share_fraction for each in found.beside if each.arm is Arm.PLACEBO and not each.cut
    }
    assert placebo == {"day 1": 0.50, "day 14": 0.579}


# --- what was seen --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "what"),
    [(10, Seen.RESPONDED), (11, Seen.IMPROVED), (16, Seen.IMPROVED), (17, Seen.NOT_IMPROVED), (25, Seen.NOT_IMPROVED)],
)
def test_what_was_seen_turns_at_half_and_at_a_fifth(total: int, what: Seen) -> None:
    assert seen(totalling("phq-9", 20), totalling("phq-9", total)) is what


def test_a_form_that_was_not_scored_shows_nothing() -> None:
    assert seen(totalling("phq-9", 20), scored("phq-9", 1)) is None
    assert answer(question(after=3)).chance == answer(question()).chance


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("code", ["phq-9-response-50", "madrs-remission-below-10"])
def test_the_more_improvement_was_seen_the_better_the_chance(after: int, code: str) -> None:
    chances = [answer(question(code, after, what)).chance for what in Seen]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > answer(question(code)).chance > chances[2]


def test_patterns_of_the_madrs_are_extrapolated_on_another_scale() -> None:
    assert answer(question(after=3, what=Seen.IMPROVED)).extrapolated
    assert not answer(question()).extrapolated
    assert not answer(question("madrs-response-50", 3, Seen.IMPROVED)).extrapolated
    assert "(extrapolated)" in answer(question(after=3, what=Seen.IMPROVED)).printed


def test_a_study_that_counted_remission_by_another_limit_is_named_with_its_own() -> None:
    found = answer(question("madrs-remission-below-10"))
    assert found.other_limits == ("Ekstrand 2022 (KetECT): 10 or less", "Guangzhou 2025 (BMI): limit not stated")
    assert "Remission in them: Ekstrand 2022 (KetECT): 10 or less; Guang" in found.printed
    assert answer(question("phq-9-remission-below-5")).other_limits == (
        "Oliver 2022: limit not stated", "Pfeiffer 2024 (VA): 5 or less"
    )  # fmt: skip
    assert answer(question("phq-9-remission-at-most-5")).other_limits[0] == "McInnes 2022: below 5"
    assert answer(question("madrs-response-50")).other_limits == ()


# --- what the clinic's own courses teach ----------------------------------------------------------------------------


def test_the_clinics_own_courses_are_counted_in_exactly() -> None:
    found = answer(question(), *[course(True)] * 12, *[course(False)] * 8)
    start = 20 * (0.536 + 0.50 + 0.26) / 3
    assert found.chance == pytest.approx((start + 12) / 40)
    assert found.course_count == 20


def test_more_courses_make_the_interval_narrower() -> None:
    widths = []
    for count in (0, 10, 100, 1000):
        low, high = answer(question(), *[course(True)] * count, *[course(False)] * count).interval_90
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True) and widths[-1] < 0.06 < 0.3 < widths[0]


def test_a_course_that_was_not_scored_at_its_end_teaches_nothing_and_is_counted_as_left_out() -> None:
    found = answer(question(), course(None), course(True))
    assert (found.course_count, found.courses_left_out_count) == (1, 1)


def test_courses_of_another_scale_definition_or_indication_teach_nothing() -> None:
    others = [
        course(True, code="madrs-response-50"),
        course(True, code="phq-9-remission-below-5"),
        PastCourse(BIPOLAR, "phq-9-response-50", True),
    ]
    assert answer(question(), *others).chance == answer(question()).chance


def test_a_hundred_courses_outweigh_the_start() -> None:
    courses = [course(True, Seen.NOT_IMPROVED)] * 60 + [course(False, Seen.NOT_IMPROVED)] * 40
    found = answer(question(after=3, what=Seen.NOT_IMPROVED), *courses)
    assert 0.5 < found.chance < 0.6


# --- by an independent method ---------------------------------------------------------------------------------------


def test_chance_and_quantiles_agree_with_a_million_draws() -> None:
    theta, with_it, without_it = (14.0, 9.0), (7.5, 6.0), (3.0, 12.5)
    belief = Belief(Beta.of(*theta), Beta.of(*with_it), Beta.of(*without_it))
    draw = np.random.default_rng(20260304)
    t, p, q = (draw.beta(*pair, size=1_000_000) for pair in (theta, with_it, without_it))
    at = (0.05, 0.25, 0.5, 0.75, 0.95)
    assert belief.quantiles(*at)[0] == pytest.approx(np.quantile(t * p / (t * p + (1 - t) * q), at), abs=0.002)
    assert belief.chance[0] == pytest.approx((t * p).mean() / ((t * p).mean() + ((1 - t) * q).mean()), abs=0.001)


def test_quantiles_of_a_beta_are_those_of_the_tables() -> None:
    # Beta(1, 1) is uniform; Beta(2, 1) has the distribution x^2; Beta(1, 3) has 1 - (1 - x)^3
    at = (0.05, 0.25, 0.5, 0.95)
    assert Belief(Beta.of(1, 1)).quantiles(*at)[0] == pytest.approx(at, abs=1e-3)
    assert Belief(Beta.of(2, 1)).quantiles(*at)[0] == pytest.approx(np.sqrt(at), abs=1e-3)
    assert Belief(Beta.of(1, 3)).quantiles(*at)[0] == pytest.approx(1 - np.cbrt(1 - np.array(at)), abs=1e-3)


# --- when there is none, and who reads it ---------------------------------------------------------------------------


def test_a_rating_that_is_not_signed_holds_the_forecast_back() -> None:
    assert forecast(question(has_unsigned_rating=True), ()) is Withheld.RATING_NOT_SIGNED
    assert not isinstance(forecast(question(has_unsigned_rating=False), ()), Withheld)


@pytest.mark.parametrize("code", ["gad-7-response-50", "ham-d17-response-50", "bdi-ii-remission-at-most-9"])
def test_a_scale_that_no_study_speaks_for_is_not_forecast(code: str) -> None:
    assert forecast(question(code), ()) is Withheld.NO_STUDY


def test_pain_is_not_forecast_and_bipolar_depression_from_its_own_study_alone() -> None:
    assert forecast(Question(RESPONSE, PAIN), ()) is Withheld.PAIN
    found = answer(Question(RESPONSE, BIPOLAR))
    assert found.chance == pytest.approx(0.615) and found.study_names == ("Wilkowska 2021",) and found.extrapolated


@pytest.mark.parametrize(("after", "over"), [(5, False), (6, True), (7, True)])
def test_there_is_nothing_to_forecast_once_the_course_is_over(after: int, over: bool) -> None:
    assert (forecast(question(after=after, what=Seen.IMPROVED), ()) is Withheld.COURSE_OVER) is over


@pytest.mark.parametrize(("planned_count", "withheld"), [(3, True), (4, False), (8, False)])
def test_nothing_is_forecast_of_a_course_of_fewer_infusions_than_the_studies_are_of(
    planned_count: int, withheld: bool
) -> None:
    found = forecast(Question(RESPONSE, DEPRESSION, planned_count=planned_count), ())
    assert (found is Withheld.TOO_FEW_PLANNED) is withheld


def test_a_mere_improvement_is_not_forecast() -> None:
    assert forecast(question("madrs-improvement-20"), ()) is Withheld.NOT_AN_OUTCOME


@pytest.mark.hazard("H46")
def test_a_patient_and_the_front_desk_read_no_forecast() -> None:
    found = forecast(question(), ())
    assert isinstance(found, ClinicianOnly) and "%" not in f"{found}{found!r}"
    for reader in (None, FRONT_DESK_SORO):
        with pytest.raises(NotForThisReader):
            found.shown_to(reader)


# --- laws -----------------------------------------------------------------------------------------------------------

counts = st.integers(0, 40)


@given(counts, counts, counts, counts, st.sampled_from(list(Seen)), st.integers(1, 5))
def test_intervals_are_nested_and_between_nothing_and_certainty(
    a: int, b: int, c: int, d: int, what: Seen, after: int
) -> None:
    courses = [
        PastCourse(DEPRESSION, RESPONSE.code, reached, {after: each})
        for reached, each, n in ((True, what, a), (True, Seen.IMPROVED, b), (False, what, c), (False, Seen.IMPROVED, d))
        for _ in range(n)
    ]
    found = answer(question(after=after, what=what), *courses)
    low_90, low_50, high_50, high_90 = found.interval_90[0], *found.interval_50, found.interval_90[1]
    assert 0 < low_90 < low_50 < high_50 < high_90 < 1
    assert low_90 < found.chance < high_90


@given(counts, counts, st.sampled_from(list(Seen)))
def test_one_more_responder_never_lowers_the_chance_of_people_like_them(yes: int, no: int, what: Seen) -> None:
    asked = question(after=3, what=what)
    courses = [course(True, what)] * yes + [course(False, what)] * no
    assert answer(asked, *courses, course(True, what)).chance > answer(asked, *courses).chance


@given(st.floats(1, 50), st.floats(1, 50))
def test_more_inside_is_wider(a: float, b: float) -> None:
    belief = Belief(Beta.of(a, b))
    low_50, high_50 = interval(belief, 0.5)
    low_90, high_90 = interval(belief, 0.9)
    assert low_90 < low_50 < high_50 < high_90
