"""One course as the response page reads it: its curve, its baseline, what was seen by when, and how it ended.

Values only: forms and the infusions' numbers come in. Whatever follows from a definition stays for clinicians.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dripstand.outcomes.checkpoints import Asks
from dripstand.outcomes.definitions import DEFINITIONS, Definition, Limit, Meaning
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.forecast import COMPLETE_FROM_COUNT, PastCourse
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.priors import FORECAST_SCALES, Indication
from dripstand.outcomes.response import judge
from dripstand.outcomes.score import Score
from dripstand.outcomes.seen import Seen, seen
from dripstand.protocol.template import PainResponseChoice, RemissionChoice


def of_series(forms: Iterable[Filled], series_number: int) -> tuple[Filled, ...]:
    """The forms of one series: what is answered in the next one says nothing of how this one ended."""
    return tuple(each for each in forms if each.series_number == series_number)


PAIN_SCALES = ("nrs-pain", "peg")
DEPRESSION_SCALES = (*FORECAST_SCALES, "madrs-s", "ham-d17", "bdi-ii")


def main_scales(indication: str) -> tuple[str, ...]:
    """The scales that a course for this indication is looked at by, the first before the others.

    Of anything else (mania, dissociation, anxiety) the curve may be looked at, and no rule is applied.
    """
    return PAIN_SCALES if indication == Indication.CHRONIC_PAIN.replace(" ", "_") else DEPRESSION_SCALES


def scales_of(forms: Iterable[Filled], main: Sequence[str] = FORECAST_SCALES) -> tuple[str, ...]:
    """The scales with a scored form of this course, the main ones first."""
    found = dict.fromkeys(
        each.instrument_id
        for each in forms
        if each.is_finished and each.instrument.has_total and each.score.total_score is not None
    )
    first = [scale for scale in main if scale in found]
    return (*first, *(scale for scale in found if scale not in first))


def curve(forms: Iterable[Filled], scale: str) -> tuple[Filled, ...]:
    """The finished forms of one scale that were scored, in order of time. forms: of one series, here and below."""
    return tuple(
        each
        for each in forms
        if each.instrument_id == scale and each.is_finished and each.score.total_score is not None
    )


def baseline_of(forms: Iterable[Filled], scale: str) -> Filled | None:
    """The newest baseline from before the first infusion: what was asked as one later is a point of the curve alone.

    One that was not scored is given all the same, and nothing is judged by it.
    """
    found = [each for each in forms if each.instrument_id == scale and each.is_baseline]
    return found[-1] if found else None


def start_of(forms: Sequence[Filled], scale: str, series_number: int, induction: int) -> Filled | None:
    """The baseline that a series is judged by: its own, and in a maintenance that of the induction that it holds.

    forms: of every series. Where the induction has none on this scale a maintenance is judged by its own.
    """
    own = baseline_of(of_series(forms, series_number), scale)
    return own if series_number == induction else baseline_of(of_series(forms, induction), scale) or own


def _by_key(forms: Iterable[Filled], scale: str) -> Mapping[str, Filled]:
    """What was handed in while it counted: of what came late the rules of these days say nothing."""
    in_time = (each for each in forms if each.instrument_id == scale and each.is_finished and not each.is_late)
    return {each.occasion_name: each for each in in_time}


def scores_day_after(forms: Iterable[Filled], scale: str) -> dict[int, Score]:
    """The score about a day after each infusion, by its number: what the published rules were made of."""
    return {
        int(key.removeprefix("after-")): each.score
        for key, each in _by_key(forms, scale).items()
        if key.startswith("after-")
    }


def seen_after(forms: Sequence[Filled], scale: str, baseline: Score) -> dict[int, Seen]:
    """What was seen after each infusion: a day after it, else before the next one."""
    by_key = _by_key(forms, scale)
    found: dict[int, Seen] = {}
    for number in range(1, 6):
        later = by_key.get(f"after-{number}") or by_key.get(f"before-{number + 1}")
        what = seen(baseline, later.score) if later is not None else None
        if what is not None:
            found[number] = what
    return found


_NOT_BY_THE_CLINIC: Mapping[RemissionChoice, str] = {
    RemissionChoice.PHQ9_BELOW_5: "phq-9-remission-at-most-5",
    RemissionChoice.PHQ9_AT_MOST_5: "phq-9-remission-below-5",
}
"""Which of the two cut-offs of the PHQ-9 a clinic that has signed the other does not go by."""


_JUDGED_AS: Mapping[str, str] = {"peg": "nrs-pain"}


_NOT_OF_PAIN: Mapping[PainResponseChoice, str] = {
    PainResponseChoice.THIRTY_PERCENT: "nrs-pain-response-50",
    PainResponseChoice.FIFTY_PERCENT: "nrs-pain-response-30",
}
"""Likewise of the two reductions of pain."""


def definitions_of(
    scale: str,
    remission: RemissionChoice = RemissionChoice.EACH_NAMED,
    pain: PainResponseChoice = PainResponseChoice.EACH_NAMED,
) -> tuple[Definition, ...]:
    """The named definitions of response and remission on this scale, as far as the signed protocol goes by them.

    A scale of pain without any of its own is judged by those of the numerical rating scale, and says extrapolated.
    """
    return tuple(
        each
        for each in DEFINITIONS
        if each.instrument_id == _JUDGED_AS.get(scale, scale)
        and each.meaning is not Meaning.IMPROVEMENT
        and each.code not in (_NOT_BY_THE_CLINIC.get(remission), _NOT_OF_PAIN.get(pain))
    )


def line_of(definition: Definition, baseline: Score | None) -> float | None:
    """Where a definition stands on the scale: its limit, or the total that is reached by the reduction."""
    if isinstance(definition.rule, Limit):
        return float(definition.rule.score)
    if baseline is None or baseline.total_score is None:
        return None
    return float(baseline.total_score * (1 - definition.rule.at_least_fraction))


def past_course(
    forms: Sequence[Filled], definition: Definition, indication: Indication, *, given_count: int, planned_count: int
) -> PastCourse | None:
    """A course whose first series is over, as the forecast learns from it; None where it has no baseline.

    forms: of every series; only the first one's teach.

    An interrupted one, one of fewer infusions than the studies are of, and one whose end was not scored in its time has
    no end: it teaches nothing and is counted as left out.
    """
    scale, forms = definition.instrument_id, of_series(forms, 1)
    start = baseline_of(forms, scale)
    if start is None:
        return None
    ends = [each for each in curve(forms, scale) if each.occasion is Occasion.END_OF_COURSE and not each.is_late]
    complete = given_count >= max(COMPLETE_FROM_COUNT, planned_count)
    reached = judge(definition, start.score, ends[-1].score).for_counting().met if ends and complete else None
    return PastCourse(indication, definition.code, reached, seen_after(forms, scale, start.score))


@dataclass(frozen=True, slots=True)
class NextDecision:
    """What is asked of the prescriber, and after which infusion. is_now: so many have been given."""

    after_infusion: int
    asks: Asks
    is_now: bool


def next_decision(given_count: int, decided: Iterable[int], asked_of: Mapping[int, Asks]) -> NextDecision | None:
    """The first checkpoint of a series that has been reached and not been decided, else the next to come; None where
    none is left.

    One that is for information, after the third always, gives way once the next infusion was given; whatever lies
    before the newest that was signed is not asked for any more. asked_of: what is
    asked after which infusion of this series.
    """
    newest = max(decided, default=0)
    reached = [number for number in asked_of if newest < number <= given_count]
    waiting = [number for number in reached if asked_of[number] is not Asks.INFORMATION or number == given_count]
    if waiting:
        return NextDecision(waiting[-1], asked_of[waiting[-1]], True)
    coming = next((number for number in asked_of if number > given_count), None)
    return NextDecision(coming, asked_of[coming], False) if coming is not None else None
