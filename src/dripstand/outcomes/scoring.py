"""Answers in, score out: checks the ranges, applies the scale's own rule, adds what follows from an entered total."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from dripstand.outcomes.errors import AnswerOutOfRange, TotalDisagrees, UnknownItem
from dripstand.outcomes.instruments.asq import ASQ
from dripstand.outcomes.instruments.asrm import ASRM
from dripstand.outcomes.instruments.bsl23 import BSL_23
from dripstand.outcomes.instruments.cadss import CADSS, CADSS_6, CADSS_6_ITEMS
from dripstand.outcomes.instruments.cssrs import C_SSRS_RESULT
from dripstand.outcomes.instruments.instrument import Instrument
from dripstand.outcomes.instruments.pcl5 import PCL_5, PCL_5_WEEK
from dripstand.outcomes.instruments.peg import PEG
from dripstand.outcomes.instruments.phq9 import PHQ_9
from dripstand.outcomes.instruments.qids_sr16 import QIDS_SR16
from dripstand.outcomes.instruments.sds import SDS
from dripstand.outcomes.instruments.shaps import SHAPS
from dripstand.outcomes.instruments.wsas import WSAS
from dripstand.outcomes.rules import asq, asrm, cssrs, mean, pcl5, phq9, plain_sum, qids, sds, shaps, wsas
from dripstand.outcomes.score import Answers, Counted, Score, WhyNot
from dripstand.protocol.template import Mark, Source

_RULES: Mapping[str, Callable[[Answers], Score]] = MappingProxyType(
    {
        PHQ_9.id: phq9.score,
        QIDS_SR16.id: qids.score,
        PCL_5.id: pcl5.score,
        PCL_5_WEEK.id: pcl5.score,
        ASRM.id: asrm.score,
        C_SSRS_RESULT.id: cssrs.score,
        PEG.id: mean.score,
        BSL_23.id: mean.score,
        SHAPS.id: shaps.score,
        SDS.id: sds.score,
        WSAS.id: wsas.score,
        ASQ.id: asq.score,
    }
)
_BOUNDS: Mapping[str, Callable[[Answers], tuple[int, int]]] = MappingProxyType(
    {QIDS_SR16.id: qids.bounds, SHAPS.id: shaps.bounds}
)
"""The least and the most that a total can be, of scales that are no sum of their items."""
_ENTERED = Source("The total was read from a paper form and typed in", Mark.CLINIC)


def score(answers: Answers) -> Score:
    """What these answers add up to, by the rule of the version that they were given to.

    Raises UnknownInstrument, UnknownItem, AnswerOutOfRange, and TotalDisagrees where a typed total is not what the
    items add up to: which of the two is wrong is for a person to say.
    """
    kind = answers.instrument
    check(answers)
    counted = _of_items(answers, kind)
    if answers.entered_total_score is None:
        return counted
    if not _could_be(answers.entered_total_score, answers, kind):
        raise TotalDisagrees(f"{kind.name}: {answers.entered_total_score} was entered, which these items cannot give")
    if counted.total_score is None or counted.counted is Counted.PRORATED:
        return _of_entered_total(answers, counted)
    if counted.total_score != _as_total(answers.entered_total_score, kind):
        raise TotalDisagrees(
            f"{kind.name}: {answers.entered_total_score} was entered, the items add up to {counted.printed_total}"
        )
    return counted


def highest_total_score(kind: Instrument) -> int:
    """The highest total of an instrument: the sum of its items, or 27 for the nine domains of the QIDS."""
    return qids.HIGHEST_TOTAL_SCORE if kind.id == QIDS_SR16.id else kind.highest_total_score


def highest_entered_score(kind: Instrument) -> int:
    """The highest number that may be typed as a total: of a scale that is a mean, the sum of its items."""
    return kind.highest_sum_score if kind.total_is_mean else highest_total_score(kind)


def _lowest_entered_score(kind: Instrument) -> int:
    return 0 if kind.total_at_most_score is not None else kind.lowest_sum_score


def _as_total(entered_score: int, kind: Instrument) -> Fraction:
    """A typed number as a total: of a scale that is a mean the sum was typed."""
    return Fraction(entered_score, len(kind.total_items)) if kind.total_is_mean else Fraction(entered_score)


def check(answers: Answers) -> None:
    """Refuses what cannot have been answered. Nothing is clipped, and True is not 1."""
    kind = answers.instrument
    for name, value in answers.by_item.items():
        item = kind.item(name)
        if item is None:
            raise UnknownItem(f"{kind.name} has no item {name}")
        if value is not None and not _whole_between(value, item.lowest_score, item.highest_score):
            raise AnswerOutOfRange(
                f"{kind.name} item {name}: {value!r} is not a whole number from {item.lowest_score} to "
                f"{item.highest_score}"
            )
    total = answers.entered_total_score
    if total is None:
        return
    if not kind.has_total:
        raise AnswerOutOfRange(f"{kind.name} has no total")
    lowest, highest = _lowest_entered_score(kind), highest_entered_score(kind)
    if not _whole_between(total, lowest, highest):
        raise AnswerOutOfRange(f"{kind.name}: {total!r} is not a whole number from {lowest} to {highest}")


def cadss_6_of(answers: Answers) -> Answers:
    """The six items of the CADSS-6 taken out of a filled CADSS. Raises UnknownItem for another instrument."""
    if answers.instrument_id != CADSS.id:
        raise UnknownItem(f"{answers.instrument.name} does not hold the CADSS-6")
    return Answers(CADSS_6.id, CADSS_6.version, {name: answers.of(name) for name in CADSS_6_ITEMS})


def _of_items(answers: Answers, kind: Instrument) -> Score:
    rule = _RULES.get(kind.id)
    if rule is not None:
        return rule(answers)
    if not kind.has_total:
        open_items = tuple(item.name for item in kind.items if answers.of(item.name) is None)
        return Score(answers, Counted.NOT_SCORED, kind.source, why_not=WhyNot.NO_TOTAL, missing_items=open_items)
    return plain_sum.score(answers)


def _of_entered_total(answers: Answers, counted: Score) -> Score:
    """A typed total where items are open: it is what the paper says, and no estimate from the others stands against it.

    What needs single items (item 9, clusters) stays unknown.
    """
    assert answers.entered_total_score is not None
    total = _as_total(answers.entered_total_score, answers.instrument)
    entered = dataclasses.replace(
        counted, counted=Counted.TOTAL_ENTERED, rule=_ENTERED, total_score=total, why_not=None
    )
    if answers.instrument_id in (PCL_5.id, PCL_5_WEEK.id):
        extrapolated = answers.instrument_id != PCL_5.id
        return dataclasses.replace(entered, statements=pcl5.statements(answers, total, extrapolated))
    if answers.instrument_id == ASRM.id:
        return dataclasses.replace(entered, statements=(asrm.positive(entered),))
    return entered


def _could_be(total_score: int, answers: Answers, kind: Instrument) -> bool:
    """Whether some answer to the open items gives this total."""
    least, most = _bounds(answers, kind)
    return least <= total_score <= most


def _bounds(answers: Answers, kind: Instrument) -> tuple[int, int]:
    """The least and the most that the total can be, whatever the open items would say."""
    bounds = _BOUNDS.get(kind.id)
    if bounds is not None:
        return bounds(answers)
    known = plain_sum.sum_of(answers)
    still_open = [item for item in kind.total_items if answers.of(item.name) is None]
    return known + sum(i.lowest_score for i in still_open), known + sum(i.highest_score for i in still_open)


def least_by_total(answers: Answers, items: Sequence[str]) -> int:
    """The least that the highest of these items can be beside the total that was entered; 0 where it proves nothing.

    Of several that are open all are taken to be equally low, which leaves the others the most to give.
    """
    kind, entered = answers.instrument, answers.entered_total_score
    open_ones = [item for item in kind.items if item.name in items and answers.of(item.name) is None]
    if entered is None or not open_ones:
        return 0
    for level in range(max(item.highest_score for item in open_ones)):
        as_low = {item.name: min(max(level, item.lowest_score), item.highest_score) for item in open_ones}
        if _bounds(dataclasses.replace(answers, by_item={**answers.by_item, **as_low}), kind)[1] >= entered:
            return level
    return max(item.highest_score for item in open_ones)


def _whole_between(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
