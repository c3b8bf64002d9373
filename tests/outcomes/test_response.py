"""Change, response and remission by named definition: somebody on each side of each limit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.outcomes.clinician_only import ClinicianOnly
from dripstand.outcomes.definitions import BY_CODE, DEFINITIONS, WORTHWHILE, Definition, Limit, Reduction
from dripstand.outcomes.errors import NotForThisReader, ScalesMixed
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.response import Unjudged, Verdict, change, judge, worthwhile
from dripstand.outcomes.score import Score
from dripstand.people.actors import Role
from dripstand.protocol.template import Mark
from tests.outcomes.filled import scored, totalling
from tests.people import NURSE_REYES, OF_ROLE, OUTSIDER, PRESCRIBER_VANCE


def _verdict(code: str, baseline: Score, later: Score) -> Verdict:
    return judge(BY_CODE[code], baseline, later).shown_to(PRESCRIBER_VANCE)


@pytest.mark.parametrize(
    "definition", [each for each in DEFINITIONS if isinstance(each.rule, Limit)], ids=lambda d: d.code
)
def test_remission_turns_exactly_at_its_limit(definition: Definition) -> None:
    assert isinstance(definition.rule, Limit)
    last_inside = definition.rule.score if definition.rule.inclusive else definition.rule.score - 1
    baseline = totalling(definition.instrument_id, 21)
    inside, outside = (totalling(definition.instrument_id, last_inside + step) for step in (0, 1))
    assert _verdict(definition.code, baseline, inside).met is True
    assert _verdict(definition.code, baseline, outside).met is False


@pytest.mark.parametrize(
    "definition",
    # pain in numbers ends at 10 and has a test of its own
    [each for each in DEFINITIONS if isinstance(each.rule, Reduction) and each.instrument_id != "nrs-pain"],
    ids=lambda d: d.code,
)
def test_a_reduction_turns_exactly_at_its_fraction(definition: Definition) -> None:
    assert isinstance(definition.rule, Reduction)
    baseline = totalling(definition.instrument_id, 20)
    enough = 20 - int(20 * definition.rule.at_least_fraction)
    assert _verdict(definition.code, baseline, totalling(definition.instrument_id, enough)).met is True
    assert _verdict(definition.code, baseline, totalling(definition.instrument_id, enough + 1)).met is False


@pytest.mark.parametrize(
    ("total", "below_9", "below_10", "at_most_10", "at_most_12"),
    [(8, True, True, True, True), (9, False, True, True, True), (10, False, False, True, True),
     (11, False, False, False, True), (12, False, False, False, True), (13, False, False, False, False)],
)  # fmt: skip
def test_the_same_madrs_is_remission_by_one_paper_and_not_by_another(
    total: int, below_9: bool, below_10: bool, at_most_10: bool, at_most_12: bool
) -> None:
    baseline, later = totalling("madrs", 34), totalling("madrs", total)
    codes = ("below-9", "below-10", "at-most-10", "at-most-12")
    found = tuple(_verdict(f"madrs-remission-{code}", baseline, later).met for code in codes)
    assert found == (below_9, below_10, at_most_10, at_most_12)


def test_the_definition_that_a_scale_goes_by_has_a_source_that_was_seen_where_any_has() -> None:
    first: dict[tuple[str, str], Definition] = {}
    for each in DEFINITIONS:
        first.setdefault((each.instrument_id, each.meaning), each)
    for each in DEFINITIONS:
        if each.source.mark is Mark.VERIFIED:
            assert first[each.instrument_id, each.meaning].source.mark is Mark.VERIFIED, each.code
    assert first["madrs", "remission"].code == "madrs-remission-below-10"


def test_a_phq_9_of_five_is_remission_for_the_va_and_not_for_mcinnes() -> None:
    baseline, later = totalling("phq-9", 18), totalling("phq-9", 5)
    assert _verdict("phq-9-remission-at-most-5", baseline, later).met is True
    assert _verdict("phq-9-remission-below-5", baseline, later).met is False


def test_change_is_counted_from_the_baseline_and_better_is_negative() -> None:
    moved = change(totalling("phq-9", 20), totalling("phq-9", 15))
    assert (moved.change_score, moved.fallen_fraction) == (-5, Fraction(1, 4))
    worse = change(totalling("phq-9", 15), totalling("phq-9", 18))
    assert (worse.change_score, worse.fallen_fraction) == (3, Fraction(-1, 5))


def test_two_scales_are_never_compared() -> None:
    with pytest.raises(ScalesMixed):
        change(totalling("phq-9", 20), totalling("gad-7", 10))


def test_a_reduction_of_another_scale_is_extrapolated_and_says_so() -> None:
    verdict = _verdict("madrs-improvement-20", totalling("phq-9", 20), totalling("phq-9", 16))
    assert verdict.met is True and verdict.extrapolated
    assert "extrapolated" in verdict.printed
    own = _verdict("madrs-improvement-20", totalling("madrs", 20), totalling("madrs", 16))
    assert not own.extrapolated and "extrapolated" not in own.printed


def test_a_limit_of_another_scale_is_refused() -> None:
    with pytest.raises(ScalesMixed):
        judge(BY_CODE["phq-9-remission-below-5"], totalling("gad-7", 15), totalling("gad-7", 4))


def test_a_verdict_on_a_prorated_form_says_that_it_rests_on_partial_data() -> None:
    partial = scored("phq-9", None, None, 1, 1, 1, 1, 1, 1, 1)
    verdict = _verdict("phq-9-response-50", totalling("phq-9", 20), partial)
    assert verdict.met is True and "partial data" in verdict.printed
    whole = _verdict("phq-9-response-50", totalling("phq-9", 20), totalling("phq-9", 9))
    assert "partial data" not in whole.printed


@pytest.mark.parametrize(
    ("baseline", "later", "why"),
    [
        (scored("phq-9", 1), totalling("phq-9", 3), Unjudged.BASELINE_NOT_SCORED),
        (totalling("phq-9", 20), scored("phq-9", 1), Unjudged.LATER_NOT_SCORED),
        (totalling("phq-9", 0), totalling("phq-9", 0), Unjudged.BASELINE_ZERO),
    ],
)
def test_what_cannot_be_judged_is_neither_yes_nor_no(baseline: Score, later: Score, why: Unjudged) -> None:
    verdict = _verdict("phq-9-response-50", baseline, later)
    assert (verdict.met, verdict.unjudged) == (None, why)
    assert "cannot be told" in verdict.printed


def test_who_was_in_remission_at_baseline_does_not_reach_it_again() -> None:
    verdict = _verdict("phq-9-remission-below-5", totalling("phq-9", 4), totalling("phq-9", 2))
    assert (verdict.met, verdict.unjudged) == (None, Unjudged.BASELINE_ALREADY_THERE)


@pytest.mark.parametrize("each", WORTHWHILE, ids=lambda each: each.code)
def test_a_worthwhile_change_is_reached_exactly_at_its_size(each: object) -> None:
    (only,) = (one for one in WORTHWHILE if one is each)
    kind = instrument(only.instrument_id)
    start = min(20, kind.highest_sum_score)  # the sum of the items: of a mean, so many times the score
    a_point = len(kind.total_items) if kind.total_is_mean else 1
    baseline = totalling(only.instrument_id, start)
    needed = only.points * a_point if only.points is not None else start * (only.fraction or 0)
    last_short, first_enough = (int(needed) - (needed == int(needed))), -int(-needed // 1)
    results = {
        fall: dict(worthwhile(baseline, totalling(only.instrument_id, start - fall)))
        for fall in (last_short, first_enough)
    }
    assert results[first_enough][only] is True
    assert results[last_short][only] is False


def test_a_worthwhile_change_cannot_be_told_without_a_score() -> None:
    assert {met for _each, met in worthwhile(totalling("phq-9", 20), scored("phq-9", 1))} == {None}


# --- who may read it ------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H46")
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_only_those_who_treat_read_whether_somebody_responded(role: Role) -> None:
    verdict = judge(BY_CODE["phq-9-response-50"], totalling("phq-9", 20), totalling("phq-9", 18))
    if role in (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL):
        assert verdict.shown_to(OF_ROLE[role]).met is False
    else:
        with pytest.raises(NotForThisReader):
            verdict.shown_to(OF_ROLE[role])


@pytest.mark.hazard("H46")
def test_a_patient_and_somebody_from_elsewhere_read_nothing_and_a_slip_prints_nothing() -> None:
    verdict = judge(BY_CODE["phq-9-response-50"], totalling("phq-9", 20), totalling("phq-9", 18))
    for reader in (None, OUTSIDER):
        with pytest.raises(NotForThisReader):
            verdict.shown_to(reader)
    slips = {str(verdict), repr(verdict), f"{verdict}", f"{verdict:>60}", "%s" % (verdict,), str([verdict])[1:-1]}  # noqa: UP031
    assert slips == {"for clinicians only"}


# --- laws -----------------------------------------------------------------------------------------------------------


@given(st.sampled_from(DEFINITIONS), st.integers(1, 20), st.integers(0, 20), st.integers(0, 20))
def test_a_lower_later_total_never_loses_a_definition(
    definition: Definition, baseline: int, one: int, other: int
) -> None:
    start = totalling(definition.instrument_id, baseline)
    low, high = sorted((one, other))
    met_high, met_low = (
        judge(definition, start, totalling(definition.instrument_id, total)).for_counting().met for total in (high, low)
    )
    assert not met_high or met_low is True


def test_every_definition_belongs_to_a_known_scale_and_has_a_code_of_its_own() -> None:
    assert len(BY_CODE) == len(DEFINITIONS)
    assert all(instrument(each.instrument_id).has_total and each.source.text for each in DEFINITIONS)
    assert all(each.code.startswith(each.instrument_id) for each in DEFINITIONS)


def test_a_wrapped_value_is_what_was_wrapped() -> None:
    assert ClinicianOnly(7).shown_to(NURSE_REYES) == 7 == ClinicianOnly(7).for_counting()
