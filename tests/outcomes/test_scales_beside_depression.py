"""Pain, function, pleasure, global impression: somebody on each side of each limit, and the forms with gaps."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dripstand.outcomes.definitions import BY_CODE
from dripstand.outcomes.errors import AnswerOutOfRange, TotalDisagrees
from dripstand.outcomes.responding import definitions_of
from dripstand.outcomes.response import judge, worthwhile
from dripstand.outcomes.score import Counted, Score, WhyNot
from dripstand.protocol.template import PainResponseChoice
from tests.outcomes.filled import answers, scored, totalling


def pain(average: int, *, now: int = 0, worst: int = 10) -> Score:
    return scored("nrs-pain", now, worst, average)


def _met(code: str, baseline: Score, later: Score) -> bool | None:
    return judge(BY_CODE[code], baseline, later).for_counting().met


# --- pain -------------------------------------------------------------------------------------------------------------


def test_the_total_of_pain_in_numbers_is_the_average_of_a_day_and_not_the_worst() -> None:
    assert pain(4, now=2, worst=9).total_score == 4
    assert scored("nrs-pain", 2, 9, None).why_not is WhyNot.ITEMS_MISSING
    assert scored("nrs-pain", None, None, 4).total_score == 4


@pytest.mark.parametrize(
    ("later", "by_30", "by_50"), [(8, False, False), (7, True, False), (6, True, False), (5, True, True)]
)
def test_pain_responds_at_thirty_and_at_fifty_percent(later: int, by_30: bool, by_50: bool) -> None:
    baseline = pain(10)
    assert _met("nrs-pain-response-30", baseline, pain(later)) is by_30
    assert _met("nrs-pain-response-50", baseline, pain(later)) is by_50


def test_a_minimal_change_of_pain_begins_at_ten_percent() -> None:
    found = {each.code: reached for each, reached in worthwhile(pain(10), pain(9))}
    assert found == {"nrs-pain-10-percent": True, "nrs-pain-20-percent": False}


def test_the_peg_is_the_mean_of_three_and_keeps_its_fraction() -> None:
    found = scored("peg", 6, 7, 7)
    assert (found.total_score, found.printed_total, found.counted) == (Fraction(20, 3), "6.6", Counted.COMPLETE)
    assert scored("peg", 6, None, 7).why_not is WhyNot.ITEMS_MISSING


@pytest.mark.parametrize(("later", "by_30", "by_50"), [((5, 5, 5), False, False), ((5, 5, 4), True, False),
                                                       ((4, 4, 3), True, False), ((4, 3, 3), True, True)])  # fmt: skip
def test_the_peg_responds_on_the_mean(later: tuple[int, ...], by_30: bool, by_50: bool) -> None:
    baseline = scored("peg", 7, 7, 6)
    assert _met("nrs-pain-response-30", baseline, scored("peg", *later)) is by_30
    assert _met("nrs-pain-response-50", baseline, scored("peg", *later)) is by_50


def test_of_a_mean_the_sum_is_typed_and_one_that_the_items_do_not_give_is_refused() -> None:
    assert scored("peg", total=20).total_score == Fraction(20, 3)
    assert scored("peg", 6, 7, 7, total=20).total_score == Fraction(20, 3)
    with pytest.raises(TotalDisagrees):
        scored("peg", 6, 7, 7, total=19)
    with pytest.raises(AnswerOutOfRange):
        scored("peg", total=31)
    assert scored("bsl-23", total=92).total_score == 4


def test_the_peg_is_judged_by_the_limits_of_the_rating_scale_and_says_extrapolated() -> None:
    carried_over = judge(BY_CODE["nrs-pain-response-30"], scored("peg", 9, 9, 9), scored("peg", 3, 3, 3))
    assert carried_over.for_counting().extrapolated
    assert {each.code for each in definitions_of("peg")} == {"nrs-pain-response-30", "nrs-pain-response-50"}


# --- the others -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["nrs-pain", "peg"])
def test_pain_is_judged_by_the_response_that_the_clinic_has_signed_alone(scale: str) -> None:
    for choice, left in ((PainResponseChoice.THIRTY_PERCENT, "30"), (PainResponseChoice.FIFTY_PERCENT, "50")):
        assert [each.code for each in definitions_of(scale, pain=choice)] == [f"nrs-pain-response-{left}"]
        assert definitions_of("phq-9", pain=choice) == definitions_of("phq-9")



@pytest.mark.parametrize(
    ("total", "band"),
    [(12, "none to minimal"), (13, "mild"), (19, "mild"), (20, "moderate"), (34, "moderate"), (35, "severe")],
)
def test_a_madrs_s_lies_in_its_band(total: int, band: str) -> None:
    assert totalling("madrs-s", total).band_name == band


@pytest.mark.parametrize(
    ("sum_of_items", "band", "printed"),
    [
        (6, "none or low", "0.26"), (7, "mild", "0.30"), (24, "mild", "1.04"), (25, "moderate", "1.08"),
        (43, "moderate", "1.86"), (44, "high", "1.91"), (61, "high", "2.65"), (62, "very high", "2.69"),
        (79, "very high", "3.43"), (80, "extremely high", "3.47"),
    ],
)  # fmt: skip
def test_a_bsl_23_lies_in_its_grade_by_the_mean(sum_of_items: int, band: str, printed: str) -> None:
    found = totalling("bsl-23", sum_of_items)
    assert (found.band_name, found.printed_total) == (band, printed)


@pytest.mark.parametrize(("without", "band"), [(2, "normal"), (3, "abnormal: little pleasure")])
def test_the_shaps_counts_disagreement_of_either_strength_and_is_abnormal_from_three(without: int, band: str) -> None:
    strongly = scored("shaps", *[3] * without, *[0] * (14 - without))
    mildly = scored("shaps", *[2] * without, *[1] * (14 - without))
    assert strongly.total_score == mildly.total_score == without
    assert strongly.band_name == mildly.band_name == band


def test_fourteen_strong_disagreements_are_14_not_42() -> None:
    assert scored("shaps", *[3] * 14).total_score == 14
    with pytest.raises(AnswerOutOfRange):
        scored("shaps", total=15)
    with pytest.raises(TotalDisagrees):
        scored("shaps", *[3] * 14, total=13)


@pytest.mark.parametrize(("values", "holds"), [((4, 4, 4), False), ((5, 0, 0), True), ((None, 5, 0), True),
                                               ((None, 4, 4), None)])  # fmt: skip
def test_one_part_of_the_sds_is_impaired_from_five(values: tuple[int | None, ...], holds: bool | None) -> None:
    said = scored("sds", *values).statement("sds-one-part-impaired")
    assert said is not None and said.holds is holds


def test_an_sds_without_one_part_is_not_scored() -> None:
    assert scored("sds", None, 5, 5).why_not is WhyNot.ITEMS_MISSING
    assert scored("sds", 5, 5, 5).total_score == 15


@pytest.mark.parametrize(
    ("total", "band"),
    [(9, "subclinical"), (10, "significant functional impairment"), (20, "significant functional impairment"),
     (21, "moderately severe or worse")],
)  # fmt: skip
def test_a_wsas_lies_in_its_band(total: int, band: str) -> None:
    assert totalling("wsas", total).band_name == band


def test_work_that_does_not_apply_counts_as_the_mean_of_the_other_four_and_two_open_items_do_not() -> None:
    one = scored("wsas", None, 4, 4, 4, 8)
    assert (one.total_score, one.counted, one.is_partial) == (25, Counted.PRORATED, True)
    assert scored("wsas", None, None, 4, 4, 8).why_not is WhyNot.ITEMS_MISSING


@pytest.mark.parametrize("instrument_id", ["cgi-s", "cgi-i"])
def test_a_global_impression_is_one_to_seven_and_not_assessed_is_no_zero(instrument_id: str) -> None:
    assert [scored(instrument_id, value).total_score for value in (1, 7)] == [1, 7]
    for wrong in (0, 8):
        with pytest.raises(AnswerOutOfRange):
            scored(instrument_id, wrong)
        with pytest.raises(AnswerOutOfRange):
            scored(instrument_id, total=wrong)
    assert scored(instrument_id, None).total_score is None


@pytest.mark.parametrize(
    ("values", "positive", "acute", "open_items"),
    [
        ((0, 0, 0, 0, None), False, False, ()),
        ((0, 0, 0, 1, 0), True, False, ()),
        ((1, 0, 0, 0, 1), True, True, ()),
        ((1, 0, 0, 0, None), True, None, ("5",)),
        ((0, 0, None, 0, None), None, None, ("3", "5")),
    ],
)
def test_the_asq_says_what_was_asked_and_what_is_still_to_ask(
    values: tuple[int | None, ...], positive: bool | None, acute: bool | None, open_items: tuple[str, ...]
) -> None:
    found = scored("asq", *values)
    held = {each.code: each.holds for each in found.statements}
    assert held == {"asq-positive": positive, "asq-acute": acute}
    assert found.missing_items == open_items and found.total_score is None


def test_a_total_of_the_asq_is_refused() -> None:
    with pytest.raises(AnswerOutOfRange):
        scored("asq", total=1)
    assert answers("asq", 0, 0, 0, 0).of("5") is None
