"""Scores against the published rules: somebody on each side of each limit, and forms with gaps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.outcomes.errors import AnswerOutOfRange, TotalDisagrees, UnknownItem
from dripstand.outcomes.instruments import CURRENT, instrument
from dripstand.outcomes.instruments.instrument import Instrument
from dripstand.outcomes.score import Answers, Counted, Score, WhyNot
from dripstand.outcomes.scoring import cadss_6_of, highest_total_score, score
from tests.outcomes.filled import answers, scored, totalling

COMPLETE_ONLY = (
    "gad-7", "pcl-5", "pcl-5-week", "madrs", "bdi-ii", "ham-d17", "cadss", "cadss-6", "madrs-s", "sds",
    "cgi-s", "cgi-i",
)  # fmt: skip


def _holds(result: Score, code: str) -> bool | None:
    statement = result.statement(code)
    assert statement is not None
    return statement.holds


# --- PHQ-9 ----------------------------------------------------------------------------------------------------------


def test_a_complete_phq_9_is_the_sum_and_difficulty_is_not_in_it() -> None:
    result = scored("phq-9", 3, 2, 1, 0, 3, 2, 1, 0, 1, 3)
    assert (result.total_score, result.counted, result.is_partial) == (13, Counted.COMPLETE, False)


def test_two_open_items_of_a_phq_9_count_as_the_mean_of_the_other_seven() -> None:
    result = scored("phq-9", None, None, 2, 2, 2, 1, 1, 1, 1)
    assert result.total_score == Fraction(10 * 9, 7)
    assert (result.counted, result.missing_items, result.printed_total) == (Counted.PRORATED, ("1", "2"), "12.8")
    assert result.is_partial


def test_three_open_items_of_a_phq_9_are_not_scored_and_the_answers_are_kept() -> None:
    given_answers = answers("phq-9", None, None, None, 2, 2, 2, 1, 1, 1)
    result = score(given_answers)
    assert (result.total_score, result.why_not) == (None, WhyNot.ITEMS_MISSING)
    assert result.answers is given_answers and result.printed_total == "not scored"


def test_item_9_of_the_phq_9_is_never_filled_in_from_the_others() -> None:
    result = scored("phq-9", 1, 1, 1, 1, 1, 1, 1, 1, None)
    assert (result.total_score, result.why_not) == (None, WhyNot.SUICIDE_ITEM_MISSING)


@pytest.mark.parametrize(
    ("instrument_id", "total", "band"),
    [
        ("phq-9", 4, "none to minimal"),
        ("phq-9", 5, "mild"),
        ("phq-9", 9, "mild"),
        ("phq-9", 10, "moderate"),
        ("phq-9", 14, "moderate"),
        ("phq-9", 15, "moderately severe"),
        ("phq-9", 19, "moderately severe"),
        ("phq-9", 20, "severe"),
        ("gad-7", 4, "minimal"),
        ("gad-7", 5, "mild"),
        ("gad-7", 9, "mild"),
        ("gad-7", 10, "moderate"),
        ("gad-7", 14, "moderate"),
        ("gad-7", 15, "severe"),
        ("madrs", 6, "none"),
        ("madrs", 7, "mild"),
        ("madrs", 19, "mild"),
        ("madrs", 20, "moderate"),
        ("madrs", 34, "moderate"),
        ("madrs", 35, "severe"),
        ("bdi-ii", 13, "minimal"),
        ("bdi-ii", 14, "mild"),
        ("bdi-ii", 19, "mild"),
        ("bdi-ii", 20, "moderate"),
        ("bdi-ii", 28, "moderate"),
        ("bdi-ii", 29, "severe"),
        ("ham-d17", 7, "none"),
        ("ham-d17", 8, "mild"),
        ("ham-d17", 13, "mild"),
        ("ham-d17", 14, "moderate"),
        ("ham-d17", 18, "moderate"),
        ("ham-d17", 19, "severe"),
        ("ham-d17", 22, "severe"),
        ("ham-d17", 23, "very severe"),
        ("pcl-5", 80, ""),
    ],
)
def test_a_total_lies_in_its_band_on_either_side_of_each_limit(instrument_id: str, total: int, band: str) -> None:
    assert totalling(instrument_id, total).band_name == band


@pytest.mark.parametrize(
    ("total", "band"),
    [(5, "none"), (6, "mild"), (10, "mild"), (11, "moderate"), (15, "moderate"), (16, "severe"), (20, "severe"),
     (21, "very severe")],
)  # fmt: skip
def test_a_total_of_the_qids_lies_in_its_band(total: int, band: str) -> None:
    assert scored("qids-sr16", total=total).band_name == band


def test_a_prorated_total_is_never_rounded_up_into_the_next_band() -> None:
    # eight items give 4, so the ninth counts as a half: 4.5 is still in the lowest band
    result = scored("phq-9", None, 1, 1, 1, 1, 0, 0, 0, 0)
    assert (result.total_score, result.band_name, result.printed_total) == (
        Fraction(9, 2),
        "none to minimal",
        "4.5",
    )


# --- complete or not at all -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("instrument_id", COMPLETE_ONLY)
def test_a_scale_without_a_rule_for_gaps_is_scored_complete_or_not_at_all(instrument_id: str) -> None:
    count = len(instrument(instrument_id).items)
    assert scored(instrument_id, *[1] * count).total_score == count
    result = scored(instrument_id, *[1] * (count - 1))
    assert (result.counted, result.total_score, len(result.missing_items)) == (Counted.NOT_SCORED, None, 1)


# --- PCL-5 ----------------------------------------------------------------------------------------------------------


def _pcl5(*, b: int, c: int, d: int, e: int, value: int = 2, rest: int = 0) -> Score:
    """A PCL-5 with so many items of each cluster at ``value`` and the others at ``rest``."""
    sizes = ((b, 5), (c, 2), (d, 7), (e, 6))
    return scored("pcl-5", *(value if n < count else rest for count, size in sizes for n in range(size)))


def test_the_cluster_rule_of_the_pcl_5_is_met_at_a_total_of_twelve() -> None:
    result = _pcl5(b=1, c=1, d=2, e=2)
    assert result.total_score == 12
    assert _holds(result, "pcl-5-clusters") is True
    assert _holds(result, "pcl-5-cut-31") is False


@pytest.mark.parametrize("short", [{"b": 0}, {"c": 0}, {"d": 1}, {"e": 1}])
def test_one_item_short_in_any_cluster_and_the_rule_is_not_met(short: dict[str, int]) -> None:
    assert _holds(_pcl5(**{"b": 1, "c": 1, "d": 2, "e": 2} | short), "pcl-5-clusters") is False


def test_an_item_of_one_does_not_count_toward_a_cluster() -> None:
    assert _holds(_pcl5(b=5, c=2, d=7, e=6, value=1), "pcl-5-clusters") is False


@pytest.mark.parametrize(("total", "at_31", "at_33"), [(30, False, False), (31, True, False), (32, True, False),
                                                       (33, True, True)])  # fmt: skip
def test_the_cut_of_the_pcl_5_is_a_statement_of_its_own(total: int, at_31: bool, at_33: bool) -> None:
    result = totalling("pcl-5", total)
    assert (_holds(result, "pcl-5-cut-31"), _holds(result, "pcl-5-cut-33")) == (at_31, at_33)


def test_an_incomplete_pcl_5_still_says_what_its_clusters_decide() -> None:
    met = scored("pcl-5", *[2] * 19, None)
    assert met.total_score is None and _holds(met, "pcl-5-clusters") is True and _holds(met, "pcl-5-cut-31") is None
    open_still = scored("pcl-5", 0, 0, 0, 0, None, *[2] * 15)
    assert _holds(open_still, "pcl-5-clusters") is None
    impossible = scored("pcl-5", 0, 0, 0, 0, 0, 2, 2, None, *[2] * 12)
    assert _holds(impossible, "pcl-5-clusters") is False


def test_the_rules_of_the_month_form_are_extrapolated_on_the_week_form() -> None:
    month, week = (scored(name, *[2] * 20).statement("pcl-5-clusters") for name in ("pcl-5", "pcl-5-week"))
    assert month is not None and week is not None
    assert not month.extrapolated and week.extrapolated
    assert week.printed.endswith("(extrapolated)") and "extrapolated" not in month.printed


# --- QIDS-SR16 ------------------------------------------------------------------------------------------------------


def test_the_qids_counts_nine_domains_by_their_worst_item() -> None:
    #                       sleep 1-4    5  appetite, weight 6-9  10-14          15 16
    result = scored("qids-sr16", 1, 3, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 3, 1, 1, 2)
    assert result.total_score == 3 + 1 + 2 + 2 + 1 + 0 + 3 + 1 + 2


def test_sixteen_threes_of_the_qids_are_27_not_48() -> None:
    assert scored("qids-sr16", *[3] * 16).total_score == 27 == highest_total_score(instrument("qids-sr16"))


def test_one_blank_of_an_either_or_pair_of_the_qids_is_not_missing() -> None:
    result = scored("qids-sr16", 1, 1, 1, 1, 1, 2, None, None, 1, 1, 1, 1, 1, 1, 1, 1)
    assert (result.counted, result.total_score, result.missing_items) == (Counted.COMPLETE, 10, ())


def test_both_blanks_of_an_either_or_pair_are_missing() -> None:
    result = scored("qids-sr16", 1, 1, 1, 1, 1, None, None, 1, None, 1, 1, 1, 1, 1, 1, 1)
    assert (result.total_score, result.missing_items) == (None, ("6", "7"))


def test_a_domain_already_at_three_is_exact_whatever_its_open_items_would_say() -> None:
    result = scored("qids-sr16", 3, None, None, 0, 1, 0, None, 0, None, 1, 1, 1, 1, 1, None, 3)
    assert (result.counted, result.total_score) == (Counted.EXACT_DESPITE_GAPS, 3 + 1 + 0 + 5 + 3)
    assert not result.is_partial


def test_a_domain_at_two_with_an_open_item_is_not_scored() -> None:
    result = scored("qids-sr16", 2, None, 0, 0, 1, 0, None, 0, None, 1, 1, 1, 1, 1, 0, 0)
    assert (result.total_score, result.missing_items) == (None, ("2",))


@pytest.mark.parametrize("item", ["5", "10", "11", "12", "13", "14"])
def test_an_item_that_is_a_domain_by_itself_cannot_be_left_out_of_the_qids(item: str) -> None:
    assert score(answers("qids-sr16", *[1] * 16, **{item: None})).missing_items == (item,)


# --- ASRM, C-SSRS, CADSS, side effects ------------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "positive"), [((1, 1, 1, 1, 1), False), ((2, 1, 1, 1, 1), True)])
def test_the_asrm_is_positive_from_six(values: tuple[int, ...], positive: bool) -> None:
    assert _holds(scored("asrm", *values), "asrm-positive") is positive


def test_one_open_item_of_the_asrm_is_prorated_and_two_are_not_scored() -> None:
    one = scored("asrm", 2, 1, 1, 1, None)
    assert (one.total_score, one.counted, _holds(one, "asrm-positive")) == (Fraction(25, 4), Counted.PRORATED, True)
    two = scored("asrm", 4, 4, 4, None, None)
    assert (two.total_score, _holds(two, "asrm-positive")) == (None, None)


def test_the_asrm_coded_from_one_to_five_is_refused() -> None:
    with pytest.raises(AnswerOutOfRange):
        scored("asrm", 5, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("yes", "high", "intent"),
    [((), False, False), (("3",), False, False), (("6-ever",), False, False), (("4",), True, True),
     (("5",), True, True), (("6-three-months",), True, False)],
)  # fmt: skip
def test_high_risk_is_item_4_or_5_or_recent_behaviour(yes: tuple[str, ...], high: bool, intent: bool) -> None:
    kind = instrument("c-ssrs-result")
    result = score(Answers(kind.id, kind.version, {item.name: int(item.name in yes) for item in kind.items}))
    assert (_holds(result, "c-ssrs-high-risk"), _holds(result, "c-ssrs-intent")) == (high, intent)
    assert result.why_not is WhyNot.NO_TOTAL


def test_an_unanswered_item_of_the_c_ssrs_is_not_a_no() -> None:
    result = scored("c-ssrs-result", 1, 1, 0, 0, None, 0, 0)
    assert (_holds(result, "c-ssrs-high-risk"), _holds(result, "c-ssrs-intent")) == (None, None)


def test_a_screen_that_ended_after_a_no_to_item_2_was_not_left_out() -> None:
    result = scored("c-ssrs-result", 0, 0, None, None, None, 0, 0)
    assert (_holds(result, "c-ssrs-high-risk"), result.missing_items) == (False, ())


def test_the_cadss_6_is_six_items_of_the_cadss() -> None:
    full = answers("cadss", *[item % 5 for item in range(1, 24)])
    six = cadss_6_of(full)
    assert {name: six.of(name) for name in ("1", "2", "6", "7", "15", "22")} == {
        "1": 1, "2": 2, "6": 1, "7": 2, "15": 0, "22": 2
    }  # fmt: skip
    assert score(six).total_score == 8
    with pytest.raises(UnknownItem):
        cadss_6_of(answers("phq-9", 1))


def test_side_effects_are_kept_and_never_added_up() -> None:
    result = scored("side-effects", 0, 1, 2, None, 3, 0, 0, 0, 0)
    assert (result.total_score, result.why_not, result.missing_items) == (None, WhyNot.NO_TOTAL, ("blurred_vision",))


# --- what was typed in ----------------------------------------------------------------------------------------------


def test_a_total_read_from_paper_is_a_total_but_says_nothing_of_single_items() -> None:
    result = scored("phq-9", total=12)
    assert (result.total_score, result.counted) == (12, Counted.TOTAL_ENTERED)
    assert result.answers.of("9") is None
    pcl = scored("pcl-5", total=33)
    assert (_holds(pcl, "pcl-5-cut-33"), _holds(pcl, "pcl-5-clusters")) == (True, None)


def test_a_typed_total_that_the_items_do_not_give_is_refused() -> None:
    with pytest.raises(TotalDisagrees):
        scored("madrs", *[2] * 10, total=21)
    assert scored("madrs", *[2] * 10, total=20).counted is Counted.COMPLETE


@pytest.mark.parametrize(("total", "possible"), [(17, False), (18, True), (24, True), (25, False)])
def test_a_typed_total_must_be_possible_with_the_items_that_are_there(total: int, possible: bool) -> None:
    if possible:
        assert scored("madrs", *[2] * 9, None, total=total).total_score == total
    else:
        with pytest.raises(TotalDisagrees):
            scored("madrs", *[2] * 9, None, total=total)


@pytest.mark.parametrize(("total", "possible"), [(17, False), (18, True), (27, True)])
def test_a_typed_total_of_the_qids_must_be_possible_with_its_worst_items(total: int, possible: bool) -> None:
    given = dict.fromkeys(("5", "10", "11", "12", "13", "14"), 3)
    answers = Answers("qids-sr16", instrument("qids-sr16").version, given, total)
    if possible:
        assert (score(answers).total_score, score(answers).counted) == (total, Counted.TOTAL_ENTERED)
    else:
        with pytest.raises(TotalDisagrees):
            score(answers)


def test_a_typed_total_of_the_qids_is_bounded_from_above_by_the_domains_that_are_known() -> None:
    known = {str(number): 0 for number in range(1, 15)}
    answers = Answers("qids-sr16", instrument("qids-sr16").version, known, 4)  # pace alone is open: 3 at most
    with pytest.raises(TotalDisagrees):
        score(answers)


@pytest.mark.parametrize(("total", "possible"), [(2, False), (3, True), (5, True), (6, False)])
def test_a_typed_total_of_the_shaps_must_be_possible_with_its_answers(total: int, possible: bool) -> None:
    values = (*[3] * 3, *[0] * 9)  # two are open
    if possible:
        assert scored("shaps", *values, total=total).total_score == total
    else:
        with pytest.raises(TotalDisagrees):
            scored("shaps", *values, total=total)


@pytest.mark.parametrize("scale", ["phq-9", "asrm", "wsas"])
def test_a_typed_total_counts_where_an_open_item_would_else_be_filled_in(scale: str) -> None:
    items = len(instrument(scale).total_items)
    open_first = [None, *[1] * (items - 1)]
    assert scored(scale, *open_first).counted is Counted.PRORATED
    result = scored(scale, *open_first, total=items + 1)
    assert (result.total_score, result.counted, result.is_partial) == (items + 1, Counted.TOTAL_ENTERED, False)
    assert result.missing_items == ("1",)


@pytest.mark.parametrize("wrong", [-1, 4, 1.5, "2", True], ids=repr)
def test_an_answer_out_of_range_is_refused_and_not_clipped(wrong: Any) -> None:
    with pytest.raises(AnswerOutOfRange):
        scored("phq-9", wrong)


def test_an_item_that_the_instrument_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownItem):
        score(Answers("gad-7", "1", {"8": 1}))


@pytest.mark.parametrize("total", [-1, 28])
def test_a_total_out_of_range_is_refused(total: int) -> None:
    with pytest.raises(AnswerOutOfRange):
        scored("qids-sr16", total=total)
    with pytest.raises(AnswerOutOfRange):
        scored("side-effects", total=0)


# --- laws -----------------------------------------------------------------------------------------------------------

WITH_A_TOTAL = [kind for kind in CURRENT if kind.has_total]


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[Instrument, dict[str, int | None]]:
    kind = draw(st.sampled_from(WITH_A_TOTAL))
    gaps = draw(st.booleans())
    values: dict[str, int | None] = {}
    for item in kind.items:
        known = st.integers(item.lowest_score, item.highest_score)
        values[item.name] = draw(st.one_of(st.none(), known) if gaps else known)
    return kind, values


@given(filled_forms())
def test_a_total_never_leaves_its_range_and_a_missing_total_has_a_reason(
    form: tuple[Instrument, dict[str, int | None]],
) -> None:
    kind, values = form
    result = score(Answers(kind.id, kind.version, values))
    assert (result.total_score is None) == (result.why_not is not None)
    assert result.total_score is None or 0 <= result.total_score <= highest_total_score(kind)
    assert dict(result.answers.by_item) == values


@given(filled_forms(), st.data())
def test_a_worse_answer_never_lowers_a_total(
    form: tuple[Instrument, dict[str, int | None]], data: st.DataObject
) -> None:
    kind, values = form
    before = score(Answers(kind.id, kind.version, values)).total_score
    raised = [item for item in kind.items if (v := values[item.name]) is not None and v < item.highest_score]
    if before is None or not raised:
        return
    item = data.draw(st.sampled_from(raised))
    after = score(Answers(kind.id, kind.version, values | {item.name: (values[item.name] or 0) + 1})).total_score
    assert after is not None and after >= before


@given(filled_forms())
def test_filling_a_gap_with_any_answer_keeps_an_exact_total(form: tuple[Instrument, dict[str, int | None]]) -> None:
    kind, values = form
    result = score(Answers(kind.id, kind.version, values))
    if result.counted is not Counted.EXACT_DESPITE_GAPS:
        return
    for fill in range(4):
        whole = {name: fill if value is None else value for name, value in values.items()}
        pair_blanks = [
            name for name in ("6", "7", "8", "9") if values[name] is None and name not in result.missing_items
        ]
        whole |= dict.fromkeys(pair_blanks)
        assert score(Answers(kind.id, kind.version, whole)).total_score == result.total_score
