"""The reference table as data, with its marks."""

from __future__ import annotations

import pytest

from dripstand.outcomes.beliefs import Belief, Beta, interval
from dripstand.outcomes.definitions import Meaning
from dripstand.outcomes.priors import FORECAST_SCALES, PATTERNS, Indication, prior
from dripstand.outcomes.studies import BY_ID, STUDIES
from dripstand.outcomes.study import Arm
from dripstand.protocol.template import Mark

RESPONSE, REMISSION = Meaning.RESPONSE, Meaning.REMISSION


def test_every_row_of_the_table_is_there_once() -> None:
    depression = (
        "zarate06 murrough13 singh16_2x singh16_3x phillips19 mcintyre20 mcinnes22 oliver22 alnefeesi22 hietamies23 "
        "anand23 ekstrand22 pfeiffer24 parikh23 gz24 lii23"
    )
    assert [study.id for study in STUDIES if not study.bipolar] == depression.split()
    assert [study.id for study in STUDIES if study.bipolar] == ["diazgranados10", "zarate12", "wilkowska21"]
    assert len(BY_ID) == len(STUDIES)


@pytest.mark.parametrize(
    ("study", "meaning", "scale", "share", "mark"),
    [
        ("murrough13", RESPONSE, "madrs", 0.708, Mark.VERIFIED),
        ("phillips19", REMISSION, "madrs", 0.23, Mark.UNVERIFIED),
        ("mcintyre20", RESPONSE, "qids-sr16", 0.27, Mark.VERIFIED),
        ("mcinnes22", REMISSION, "phq-9", 0.289, Mark.VERIFIED),
        ("anand23", REMISSION, "qids-sr16", 0.323, Mark.UNVERIFIED),
        ("pfeiffer24", RESPONSE, "phq-9", 0.26, Mark.VERIFIED),
        ("gz24", RESPONSE, "madrs", 0.56, Mark.COMPUTED),
        ("singh16_2x", RESPONSE, "madrs", 0.688, Mark.UNVERIFIED),
        ("parikh23", RESPONSE, "madrs", 0.45, Mark.COMPUTED),
    ],
)
def test_shares_and_marks_are_those_of_the_table(
    study: str, meaning: Meaning, scale: str, share: float, mark: Mark
) -> None:
    found = [
        (each.share_fraction, each.mark)
        for each in BY_ID[study].results
        if (each.meaning, each.scale) == (meaning, scale)
    ]
    assert (share, mark) in found


def test_in_the_masked_trial_placebo_did_better_at_day_14() -> None:
    at_14 = {
        each.arm: each.share_fraction
        for each in BY_ID["lii23"].results
        if each.time_point == "day 14" and each.meaning is RESPONSE
    }
    assert at_14 == {Arm.KETAMINE: 0.421, Arm.PLACEBO: 0.579}


def test_an_unverified_number_is_shown_and_never_reckoned_with() -> None:
    for study in STUDIES:
        for each in study.results:
            assert 0 <= each.share_fraction <= 1
            if each.in_prior:
                assert each.mark in (Mark.VERIFIED, Mark.COMPUTED) and each.arm is Arm.KETAMINE


def test_at_some_point_is_not_the_end_of_a_course() -> None:
    assert not any(each.in_prior for study in STUDIES for each in study.results if each.time_point == "at some point")


@pytest.mark.parametrize("scale", FORECAST_SCALES)
@pytest.mark.parametrize("meaning", [RESPONSE, REMISSION])
def test_every_study_lies_inside_the_start_that_it_helped_to_make(scale: str, meaning: Meaning) -> None:
    start = prior(scale, meaning, Indication.MAJOR_DEPRESSION)
    assert start is not None and start.a + start.b == pytest.approx(20)
    low, high = interval(Belief(Beta.of(start.a, start.b)), 0.9)
    shares = [each.share_fraction for study in start.studies for each in study.results
              if each.in_prior and (each.scale, each.meaning) == (scale, meaning)]  # fmt: skip
    assert shares and all(low[0] <= share <= high[0] for share in shares)
    assert start.a / 20 == pytest.approx(sum(shares) / len(shares))


def test_the_example_start_of_the_facts_would_all_but_exclude_the_veterans() -> None:
    below = Belief(Beta.of(11, 11)).quantiles(0.01)[0, 0]
    assert below > 0.26


def test_bipolar_depression_starts_from_its_own_study_and_is_worth_little() -> None:
    start = prior("madrs", RESPONSE, Indication.BIPOLAR_DEPRESSION)
    assert start is not None
    assert [study.id for study in start.studies] == ["wilkowska21"]
    assert (start.a, start.b) == (pytest.approx(0.615 * 4), pytest.approx(0.385 * 4))


@pytest.mark.parametrize("scale", ["gad-7", "pcl-5", "bdi-ii", "ham-d17"])
def test_a_scale_without_a_study_has_no_start(scale: str) -> None:
    assert prior(scale, RESPONSE, Indication.MAJOR_DEPRESSION) is None


def test_pain_has_no_start() -> None:
    assert prior("phq-9", RESPONSE, Indication.CHRONIC_PAIN) is None


def test_each_pattern_is_worth_ten_people_and_leaves_nothing_impossible() -> None:
    for by_infusion in PATTERNS.values():
        assert set(by_infusion) == {1, 2, 3, 4, 5}
        for pair in by_infusion.values():
            for each in pair:
                assert sum(each) == pytest.approx(10) and min(each) >= 1
