"""The prompts after infusions 3, 4 and 6: somebody on each side of each rule."""

from __future__ import annotations

import pytest

from dripstand.outcomes.checkpoints import (
    NO_RULE_FOR_PAIN,
    WHO_DECIDES,
    Asks,
    Checkpoint,
    Prompt,
    asked_in_series,
    asked_of_pain,
    checkpoint,
    checkpoint_of_pain,
)
from dripstand.outcomes.definitions import Meaning
from dripstand.outcomes.errors import NotForThisReader, ScalesMixed
from dripstand.outcomes.responding import NextDecision, definitions_of, next_decision
from dripstand.outcomes.score import Score
from dripstand.protocol.template import FourthInfusionChoice, RemissionChoice
from tests.outcomes.filled import scored, totalling
from tests.people import PRESCRIBER_VANCE


def at(after_infusion: int, *totals: int | None, scale: str = "madrs", baseline: int = 20) -> Checkpoint:
    """The checkpoint of somebody with this baseline and these totals a day after each infusion; None: no form."""
    day_after = {n: totalling(scale, total) for n, total in enumerate(totals, start=1) if total is not None}
    found = checkpoint(after_infusion, totalling(scale, baseline), day_after)
    assert found is not None
    return found.shown_to(PRESCRIBER_VANCE)


def prompts(found: Checkpoint) -> dict[str, Prompt]:
    return {each.code: each for each in found.prompts}


@pytest.mark.parametrize(("number", "asks"), [(3, Asks.INFORMATION), (4, Asks.DECISION), (6, Asks.REVIEW)])
def test_three_informs_four_asks_for_a_decision_and_six_reviews(number: int, asks: Asks) -> None:
    found = at(number, *[15] * number)
    assert (found.asks, found.who_decides) == (asks, WHO_DECIDES)


@pytest.mark.parametrize("number", [0, 1, 2, 5, 7])
def test_there_is_no_checkpoint_elsewhere(number: int) -> None:
    assert checkpoint(number, totalling("madrs", 20), {}) is None


def test_three_misses_in_a_row_flag_non_response_and_two_do_not() -> None:
    # a fall of 20 % of 20 is 4: a total of 16 has improved, 17 has not
    assert prompts(at(3, 17, 17, 17))["three-in-a-row"].applies is True
    assert "three-in-a-row" not in prompts(at(3, 17, 17, 16))
    assert "three-in-a-row" not in prompts(at(3, 16, 17, 17))


def test_no_early_improvement_is_answered_with_those_who_still_improved() -> None:
    assert prompts(at(3, 17, 17, 16))["never-before-three"].applies is True
    assert "never-before-three" not in prompts(at(3, 17, 16, 16))


def test_response_after_the_first_infusion_quotes_one_share_or_the_other() -> None:
    responded, did_not = prompts(at(3, 10, 10, 10)), prompts(at(3, 11, 10, 10))
    assert "22 of 33" in responded["first-responded"].words and "first-did-not-respond" not in responded
    assert "16 of 40" in did_not["first-did-not-respond"].words and "first-responded" not in did_not
    assert "two-did-not-respond" not in did_not
    assert "20 %" in prompts(at(3, 11, 11, 10))["two-did-not-respond"].words


def test_no_improvement_after_the_fourth_flags_and_the_other_side_is_said_too() -> None:
    flagged = prompts(at(4, 15, 15, 15, 17))
    assert flagged["not-improved-after-four"].applies is True
    assert "disagree" in flagged["or-finish-six"].words
    assert prompts(at(4, 17, 17, 17, 16)).keys() == {"three-in-a-row"}
    assert prompts(at(4, 16, 17, 17, 17)).keys() == {"three-in-a-row", "not-improved-after-four", "or-finish-six"}
    assert prompts(at(4, 17, 17, 16, 16)) == {}


def test_the_review_after_six_quotes_what_holds_or_what_more_infusions_brought() -> None:
    assert prompts(at(6, *[15] * 5, 10)).keys() == {"holds-without-maintenance"}
    assert prompts(at(6, *[15] * 5, 11)).keys() == {"more-than-six", "median-six"}


def test_a_missing_score_leaves_its_rule_undecided_and_says_so() -> None:
    undecided = prompts(at(4, 15, 15, 15))["not-improved-after-four"]
    assert undecided.applies is None and "a score is missing" in undecided.printed
    baseline = totalling("phq-9", 20)
    partial = checkpoint(4, baseline, {4: scored("phq-9", 1, 1)})
    assert partial is not None
    assert prompts(partial.for_counting())["not-improved-after-four"].applies is None


def test_a_missing_score_cannot_hide_a_rule_that_is_decided_without_it() -> None:
    assert "three-in-a-row" not in prompts(at(3, 16, None, 17))
    assert prompts(at(4, None, 17, 17, 17))["three-in-a-row"].applies is True


def test_a_rule_of_the_madrs_on_the_phq_9_is_extrapolated_and_cited() -> None:
    on_phq = prompts(at(4, 17, 17, 17, 17, scale="phq-9"))["not-improved-after-four"]
    on_madrs = prompts(at(4, 17, 17, 17, 17))["not-improved-after-four"]
    assert on_phq.extrapolated and "extrapolated" in on_phq.printed
    assert not on_madrs.extrapolated and "extrapolated" not in on_madrs.printed
    assert "s41398-024-03027-2" in on_phq.printed


def test_scores_after_the_checkpoint_do_not_change_it() -> None:
    assert at(3, 17, 17, 17, 5, 5) == at(3, 17, 17, 17)


def test_scores_of_two_scales_are_refused() -> None:
    other: Score = totalling("phq-9", 10)
    with pytest.raises(ScalesMixed):
        checkpoint(3, totalling("madrs", 20), {1: other})


@pytest.mark.hazard("H46")
def test_a_patient_reads_no_prompt() -> None:
    found = checkpoint(4, totalling("madrs", 20), {4: totalling("madrs", 20)})
    assert found is not None and "non-response" not in f"{found} {found!r}"
    with pytest.raises(NotForThisReader):
        found.shown_to(None)


def test_after_the_fourth_a_decision_is_asked_unless_the_clinic_has_signed_to_finish_six() -> None:
    finish = FourthInfusionChoice.FINISH_SIX
    start, fourth = totalling("madrs", 20), {4: totalling("madrs", 20)}
    asked = checkpoint(4, start, fourth)
    informed = checkpoint(4, start, fourth, finish)
    assert asked is not None and asked.shown_to(PRESCRIBER_VANCE).asks is Asks.DECISION
    assert informed is not None and informed.shown_to(PRESCRIBER_VANCE).asks is Asks.INFORMATION
    assert asked.shown_to(PRESCRIBER_VANCE).prompts == informed.shown_to(PRESCRIBER_VANCE).prompts
    assert next_decision(5, (), asked_in_series(6)) == NextDecision(4, Asks.DECISION, True)
    assert next_decision(5, (), asked_in_series(6, finish)) == NextDecision(6, Asks.REVIEW, False)


@pytest.mark.parametrize(
    ("planned", "asked"),
    [
        (6, {3: "I", 4: "D", 6: "R"}),
        (8, {3: "I", 4: "D", 6: "I", 8: "R"}),
        (4, {3: "I", 4: "R"}),
        (2, {2: "R"}),
        (0, {}),
    ],
)
def test_a_series_is_reviewed_after_the_last_infusion_that_it_plans(planned: int, asked: dict[int, str]) -> None:
    letters = {Asks.INFORMATION: "I", Asks.DECISION: "D", Asks.REVIEW: "R"}
    assert {number: letters[asks] for number, asks in asked_in_series(planned).items()} == asked


def test_what_was_signed_is_not_asked_again_and_after_the_review_nothing_is() -> None:
    six = asked_in_series(6)
    assert next_decision(6, (3, 4), six) == NextDecision(6, Asks.REVIEW, True)
    assert next_decision(6, (3, 4, 6), six) is None
    assert next_decision(6, (6,), six) is None, "the fourth is behind the review"
    assert next_decision(3, (), {}) is None


def test_the_cut_off_of_remission_that_the_clinic_has_signed_is_the_one_it_goes_by() -> None:
    def remission(choice: RemissionChoice, scale: str = "phq-9") -> list[str]:
        return [one.code for one in definitions_of(scale, choice) if one.meaning is Meaning.REMISSION]

    assert remission(RemissionChoice.EACH_NAMED) == ["phq-9-remission-below-5", "phq-9-remission-at-most-5"]
    assert remission(RemissionChoice.PHQ9_BELOW_5) == ["phq-9-remission-below-5"]
    assert remission(RemissionChoice.PHQ9_AT_MOST_5) == ["phq-9-remission-at-most-5"]
    assert len(remission(RemissionChoice.PHQ9_AT_MOST_5, "madrs")) == 4, "it is said of the PHQ-9 only"


@pytest.mark.parametrize(
    ("planned", "asked"),
    [(0, {}), (1, {1: Asks.REVIEW}), (2, {1: Asks.DECISION, 2: Asks.REVIEW}), (9, {1: Asks.DECISION, 9: Asks.REVIEW})],
)
def test_a_course_for_pain_is_reassessed_after_one_and_reviewed_at_its_end(
    planned: int, asked: dict[int, Asks]
) -> None:
    assert asked_of_pain(planned) == asked


def test_no_rule_of_depression_is_read_at_a_checkpoint_of_pain() -> None:
    first = checkpoint_of_pain(1, Asks.DECISION).shown_to(PRESCRIBER_VANCE)
    last = checkpoint_of_pain(6, Asks.REVIEW).shown_to(PRESCRIBER_VANCE)
    assert [one.code for one in first.prompts] == ["reassess-after-one"] and last.prompts == ()
    assert not any(one.extrapolated for one in first.prompts)
    assert first.who_decides == last.who_decides == NO_RULE_FOR_PAIN
