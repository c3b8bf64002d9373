"""What a suicide item asks for: nobody is missed, and nobody is paged twice for what was signed for."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta

import pytest

from dripstand.outcomes.disposition import Disposition, Open, Outcome, known_by, why_open
from dripstand.outcomes.instruments import CURRENT, instrument
from dripstand.outcomes.score import Score
from dripstand.outcomes.scoring import score
from dripstand.outcomes.suicidality import SOURCES, Because, Escalation, Known, Place, Step, decide, level_of
from tests.outcomes.filled import scored
from tests.people import FRONT_DESK_SORO, NOW, NURSE_REYES

pytestmark = pytest.mark.hazard("H45")

CLINIC, HOME = Place.CLINIC, Place.HOME


def phq(item_9: int | None, others: int = 1) -> Score:
    return scored("phq-9", *[others] * 8, item_9)


def signed_at_level(level: int, days_ago: float = 1) -> Known:
    return Known("phq-9", level, NOW - timedelta(days=days_ago), NURSE_REYES.staff_id)


# --- item 9 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", list(Place))
def test_item_9_at_zero_asks_for_nothing(place: Place) -> None:
    found = decide(phq(0), place, NOW)
    assert (found.steps, found.because, found.visit_may_close) == (frozenset(), (), True)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_positive_answer_in_the_clinic_needs_a_review_in_the_same_visit(level: int) -> None:
    found = decide(phq(level), CLINIC, NOW)
    assert found.steps == {Step.REVIEW_SAME_VISIT}
    assert found.must_be_signed and not found.visit_may_close


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_positive_answer_from_home_shows_the_crisis_line_and_pages_at_once(level: int) -> None:
    found = decide(phq(level), HOME, NOW)
    assert found.steps == {Step.CRISIS_TEXT, Step.PAGE_ON_CALL}
    assert found.must_be_signed


@pytest.mark.parametrize(("before", "now", "paged"), [(1, 2, True), (0, 1, True), (2, 2, False), (3, 2, False)])
@pytest.mark.parametrize("compared", ["baselines", "earlier"])
def test_a_rise_since_baseline_or_the_last_form_pages_at_once_even_in_the_clinic(
    before: int, now: int, paged: bool, compared: str
) -> None:
    found = decide(phq(now), CLINIC, NOW, **{compared: (phq(before),)})
    assert (Step.PAGE_ON_CALL in found.steps, Because.RISE in found.because) == (paged, paged)
    assert Step.REVIEW_SAME_VISIT in found.steps


@pytest.mark.parametrize("place", list(Place))
def test_a_stated_intent_pages_at_once_whatever_the_items_say(place: Place) -> None:
    found = decide(phq(0), place, NOW, stated_intent=True)
    assert Step.PAGE_ON_CALL in found.steps and found.must_be_signed
    assert (Step.CRISIS_TEXT in found.steps) == (place is HOME)


def test_known_ideation_is_shown_and_not_paged_again() -> None:
    from_home = decide(phq(2), HOME, NOW, baselines=(phq(2),), known=signed_at_level(2))
    assert from_home.steps == {Step.CRISIS_TEXT, Step.SHOW_AS_KNOWN, Step.CALL_WITHIN_24_H}
    here = decide(phq(2), CLINIC, NOW, baselines=(phq(2),), known=signed_at_level(2))
    assert here.steps == {Step.REVIEW_SAME_VISIT, Step.SHOW_AS_KNOWN}


def test_ideation_at_baseline_that_nobody_signed_for_is_not_known() -> None:
    assert Step.PAGE_ON_CALL in decide(phq(2), HOME, NOW, baselines=(phq(2),)).steps


def test_more_than_what_was_signed_for_pages_again() -> None:
    assert Step.PAGE_ON_CALL in decide(phq(3), HOME, NOW, known=signed_at_level(2)).steps


@pytest.mark.parametrize(("days_ago", "paged"), [(14, False), (14.01, True), (-1, True)])
def test_a_signature_holds_fourteen_days_and_not_before_it_was_given(days_ago: float, paged: bool) -> None:
    found = decide(phq(1), HOME, NOW, known=signed_at_level(1, days_ago))
    assert (Step.PAGE_ON_CALL in found.steps) is paged


def test_a_signature_for_one_scale_says_nothing_of_another() -> None:
    known = dataclasses.replace(signed_at_level(3), instrument_id="madrs")
    assert Step.PAGE_ON_CALL in decide(phq(1), HOME, NOW, known=known).steps


def test_a_rise_since_the_last_form_pages_although_the_level_was_once_signed_for() -> None:
    found = decide(phq(2), HOME, NOW, baselines=(phq(1),), earlier=(phq(0),), known=signed_at_level(2))
    assert Step.PAGE_ON_CALL in found.steps
    seen_last_week = decide(phq(2), HOME, NOW, baselines=(phq(1),), earlier=(phq(2),), known=signed_at_level(2))
    assert Step.PAGE_ON_CALL not in seen_last_week.steps


@pytest.mark.parametrize(("others", "called"), [(1, False), (2, True)])
def test_a_total_up_by_five_or_more_is_called_within_a_day(others: int, called: bool) -> None:
    # eight items from 1 to 2 are 8 points up; from 1 to 1 nothing
    found = decide(phq(0, others), HOME, NOW, earlier=(phq(0, 1),))
    assert (Step.CALL_WITHIN_24_H in found.steps, found.must_be_signed) == (called, called)


def test_a_total_up_by_four_is_not_called_and_by_five_is() -> None:
    four, five = scored("phq-9", 2, 2, 2, 2, 1, 1, 1, 1, 0), scored("phq-9", 2, 2, 2, 2, 2, 1, 1, 1, 0)
    assert Because.TOTAL_ROSE not in decide(four, CLINIC, NOW, baselines=(phq(0),)).because
    assert Because.TOTAL_ROSE in decide(five, CLINIC, NOW, baselines=(phq(0),)).because


@pytest.mark.parametrize("place", list(Place))
@pytest.mark.parametrize("form", [phq(None), scored("phq-9", total=3)], ids=["left out", "only a total"])
def test_an_item_without_an_answer_is_asked_and_never_a_zero(form: Score, place: Place) -> None:
    found = decide(form, place, NOW)
    assert (found.steps, found.because) == ({Step.ASK_THE_ITEM}, (Because.NOT_ANSWERED,))
    assert not found.visit_may_close


@pytest.mark.parametrize("place", list(Place))
@pytest.mark.parametrize(("others", "total", "least"), [(3, 27, 3), (1, 10, 2), (1, 9, 1), (None, 25, 1), (2, 16, 0)])
def test_an_open_item_that_the_total_leaves_no_zero_is_positive_at_the_least_it_can_be(
    others: int | None, total: int, least: int, place: Place
) -> None:
    found = decide(with_total(total, *[others] * 8), place, NOW)
    assert level_of(with_total(total, *[others] * 8)) == (least or None)
    assert Step.ASK_THE_ITEM in found.steps, "it is asked all the same"
    assert {Because.POSITIVE, Because.BY_TOTAL} <= set(found.because) or not least
    assert found.must_be_signed is bool(least) and (Step.PAGE_ON_CALL in found.steps) is (place is HOME and least > 0)


def with_total(total: int, *values: int | None, instrument_id: str = "phq-9") -> Score:
    answers = scored(instrument_id, *values).answers
    return score(dataclasses.replace(answers, entered_total_score=total))


def test_what_only_the_total_says_is_covered_by_no_signature_and_a_rise_is_a_rise() -> None:
    found = decide(with_total(10, *[1] * 8), HOME, NOW, known=signed_at_level(2))
    assert Step.PAGE_ON_CALL in found.steps and Step.SHOW_AS_KNOWN not in found.steps
    assert Because.RISE in decide(with_total(10, *[1] * 8), CLINIC, NOW, earlier=(phq(1),)).because
    answered = with_total(10, *[1] * 8, 2)
    assert Because.BY_TOTAL not in decide(answered, CLINIC, NOW).because


def test_of_two_open_items_the_total_proves_one_positive_where_both_cannot_be_zero() -> None:
    others: list[int | None] = [4] * 23
    for item in (5, 18):
        others[item - 1] = None
    assert level_of(with_total(84, *others, instrument_id="bsl-23")) is None
    assert level_of(with_total(85, *others, instrument_id="bsl-23")) == 1
    assert level_of(with_total(87, *others, instrument_id="bsl-23")) == 2


# --- other scales ---------------------------------------------------------------------------------------------------

WITH_SUICIDE_ITEM = [kind.id for kind in CURRENT if kind.suicide_item]


def test_seven_scales_have_an_item_like_it() -> None:
    assert set(WITH_SUICIDE_ITEM) == {"phq-9", "qids-sr16", "madrs", "bdi-ii", "ham-d17", "madrs-s", "bsl-23"}


@pytest.mark.parametrize("instrument_id", WITH_SUICIDE_ITEM)
def test_the_rule_of_the_phq_9_on_another_scale_says_extrapolated(instrument_id: str) -> None:
    kind = instrument(instrument_id)
    values = [int(item.name == kind.suicide_item) for item in kind.items]
    found = decide(scored(instrument_id, *values), CLINIC, NOW)
    assert Step.REVIEW_SAME_VISIT in found.steps
    assert found.extrapolated is (instrument_id != "phq-9")
    assert found.printed.endswith("(extrapolated)") is (instrument_id != "phq-9")


@pytest.mark.parametrize(
    "instrument_id", ["gad-7", "pcl-5", "asrm", "side-effects", "nrs-pain", "peg", "shaps", "sds", "wsas", "cgi-s"]
)
def test_a_scale_without_such_an_item_asks_for_nothing(instrument_id: str) -> None:
    assert decide(scored(instrument_id), HOME, NOW).visit_may_close


def c_ssrs(*yes: str, open_items: tuple[str, ...] = ()) -> Score:
    names = [item.name for item in instrument("c-ssrs-result").items]
    return scored("c-ssrs-result", *(None if name in open_items else int(name in yes) for name in names))


@pytest.mark.parametrize("item", ["4", "5", "6-three-months"])
def test_the_high_risk_pattern_is_observed_one_to_one_and_paged(item: str) -> None:
    found = decide(c_ssrs("2", item), CLINIC, NOW)
    assert {Step.OBSERVE_ONE_TO_ONE, Step.PAGE_ON_CALL, Step.REVIEW_SAME_VISIT} <= found.steps


@pytest.mark.parametrize("item", ["1", "2", "3", "6-ever"])
def test_any_other_yes_of_the_screen_is_reviewed_in_the_visit_and_not_observed_one_to_one(item: str) -> None:
    found = decide(c_ssrs(item), CLINIC, NOW)
    assert found.steps == {Step.REVIEW_SAME_VISIT}


def test_a_screen_that_ended_after_item_2_is_complete_and_one_broken_off_is_asked() -> None:
    assert decide(c_ssrs(open_items=("3", "4", "5")), CLINIC, NOW).visit_may_close
    assert Step.ASK_THE_ITEM in decide(c_ssrs("2", open_items=("4",)), CLINIC, NOW).steps
    assert Step.ASK_THE_ITEM in decide(c_ssrs(open_items=("6-three-months",)), CLINIC, NOW).steps


# --- two items, and the ASQ ------------------------------------------------------------------------------------------


def bsl(**named: int | None) -> Score:
    values = {str(number): 0 for number in range(1, 24)} | {name.removeprefix("item_"): v for name, v in named.items()}
    return scored("bsl-23", *values.values())


def test_either_of_two_items_counts_and_an_item_beside_them_does_not() -> None:
    assert decide(bsl(), HOME, NOW).steps == frozenset()
    assert decide(bsl(item_7=4), HOME, NOW).steps == frozenset()
    for item in ("item_5", "item_18"):
        found = decide(bsl(**{item: 1}), HOME, NOW)
        assert found.steps == {Step.CRISIS_TEXT, Step.PAGE_ON_CALL} and found.extrapolated


def test_of_two_items_the_higher_counts_and_one_that_is_open_is_asked_beside_it() -> None:
    found = decide(bsl(item_5=1, item_18=3), CLINIC, NOW, earlier=(bsl(item_5=2),))
    assert Because.RISE in found.because
    assert Because.RISE not in decide(bsl(item_5=2, item_18=1), CLINIC, NOW, earlier=(bsl(item_18=2),)).because
    half = decide(bsl(item_5=1, item_18=None), CLINIC, NOW)
    assert {Step.REVIEW_SAME_VISIT, Step.ASK_THE_ITEM} == half.steps


def asq(*values: int | None) -> Score:
    return scored("asq", *values)


def test_four_times_no_on_the_asq_asks_for_nothing_and_not_for_the_fifth() -> None:
    found = decide(asq(0, 0, 0, 0, None), CLINIC, NOW)
    assert (found.steps, found.visit_may_close) == (frozenset(), True)


@pytest.mark.parametrize("question", [0, 1, 2, 3])
def test_one_yes_on_the_asq_is_reviewed_in_the_visit_and_from_home_paged(question: int) -> None:
    values = [int(number == question) for number in range(4)]
    here, away = decide(asq(*values, 0), CLINIC, NOW), decide(asq(*values, 0), HOME, NOW)
    assert here.steps == {Step.REVIEW_SAME_VISIT}
    assert away.steps == {Step.CRISIS_TEXT, Step.PAGE_ON_CALL}
    assert not here.extrapolated and Because.POSITIVE in here.because


def test_thoughts_right_now_are_observed_one_to_one_and_paged() -> None:
    found = decide(asq(1, 0, 0, 0, 1), CLINIC, NOW)
    assert found.steps == {Step.REVIEW_SAME_VISIT, Step.OBSERVE_ONE_TO_ONE, Step.PAGE_ON_CALL}
    assert Because.ACUTE in found.because
    assert Because.ACUTE not in decide(asq(1, 0, 0, 0, 0), CLINIC, NOW).because


def test_a_refused_question_of_the_asq_counts_as_positive_and_is_still_asked() -> None:
    found = decide(asq(0, 0, None, 0, None), CLINIC, NOW)
    assert {Step.REVIEW_SAME_VISIT, Step.ASK_THE_ITEM} <= found.steps
    assert Because.REFUSED in found.because


def test_after_a_yes_the_fifth_is_asked() -> None:
    found = decide(asq(1, 0, 0, 0, None), CLINIC, NOW)
    assert {Step.REVIEW_SAME_VISIT, Step.ASK_THE_ITEM} <= found.steps


def test_an_attempt_long_ago_that_was_signed_for_is_not_paged_again_and_thoughts_now_are() -> None:
    known = Known("asq", 1, NOW - timedelta(days=1), NURSE_REYES.staff_id)
    assert Step.PAGE_ON_CALL not in decide(asq(0, 0, 0, 1, 0), HOME, NOW, known=known).steps
    assert Step.PAGE_ON_CALL in decide(asq(0, 0, 0, 1, 1), HOME, NOW, known=known).steps


# --- laws over everything that can happen ---------------------------------------------------------------------------


def every_case() -> list[tuple[int, Place, Escalation]]:
    forms: list[tuple[Score, ...]] = [(), *((phq(level),) for level in (0, 1, 2, 3))]
    known: list[Known | None] = [None, *(signed_at_level(level) for level in (1, 2, 3)), signed_at_level(3, 15)]
    return [
        (level, place, decide(phq(level), place, NOW, baselines=one, earlier=two, known=sign, stated_intent=intent))
        for level, place, one, two, sign, intent in itertools.product(
            (0, 1, 2, 3), Place, forms, forms, known, (False, True)
        )
    ]


def test_no_positive_answer_ever_passes_without_an_owner() -> None:
    for level, place, found in every_case():
        if level:
            assert found.must_be_signed
            assert Step.CRISIS_TEXT in found.steps if place is HOME else Step.REVIEW_SAME_VISIT in found.steps


def test_a_higher_level_never_asks_for_less_urgent_steps() -> None:
    forms: list[tuple[Score, ...]] = [(), *((phq(level),) for level in (0, 1, 2, 3))]
    known: list[Known | None] = [None, *(signed_at_level(level) for level in (1, 2, 3))]
    for place, one, two, sign in itertools.product(Place, forms, forms, known):
        paged = [
            Step.PAGE_ON_CALL in decide(phq(level), place, NOW, baselines=one, earlier=two, known=sign).steps
            for level in (0, 1, 2, 3)
        ]
        assert paged == sorted(paged)


def test_every_reason_has_its_source() -> None:
    assert set(SOURCES) == set(Because)


# --- the signed disposition -----------------------------------------------------------------------------------------

SIGNED = Disposition(NURSE_REYES, NOW + timedelta(minutes=20), "No plan, no intent.", Outcome.SAFETY_PLAN, True)


def test_an_escalation_closes_only_with_a_signed_disposition() -> None:
    found = decide(phq(1), CLINIC, NOW)
    assert why_open(found, NOW, None) == (Open.NOT_SIGNED,)
    assert why_open(found, NOW, SIGNED) == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"signed_by": FRONT_DESK_SORO}, Open.NOT_A_CLINICIAN),
        ({"finding": "  "}, Open.NO_FINDING),
        ({"spoke_with_patient": False}, Open.NO_CONTACT),
        ({"signed_at": NOW - timedelta(minutes=1)}, Open.SIGNED_BEFORE),
    ],
)
def test_a_disposition_that_lacks_something_closes_nothing(change: dict[str, object], why: Open) -> None:
    found = decide(phq(1), CLINIC, NOW)
    assert why_open(found, NOW, dataclasses.replace(SIGNED, **change)) == (why,)  # type: ignore[arg-type]


def test_an_open_item_keeps_the_visit_open_until_it_is_asked() -> None:
    found = decide(phq(None), CLINIC, NOW)
    assert why_open(found, NOW, None) == (Open.ITEM_OPEN,)
    assert why_open(found, NOW, SIGNED) == ()
    assert why_open(decide(phq(0), CLINIC, NOW), NOW, None) == ()


def test_what_was_signed_for_is_known_the_next_time() -> None:
    known = known_by(SIGNED, "phq-9", 2)
    tomorrow = NOW + timedelta(days=1)
    assert Step.PAGE_ON_CALL not in decide(phq(2), HOME, tomorrow, earlier=(phq(2),), known=known).steps
