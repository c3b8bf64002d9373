"""Change since the baseline, and response and remission by named definition.

A change may be shown to anybody. Whether somebody responded is for clinicians (``ClinicianOnly``). Every result repeats
what it rests on: a definition, whether a total was prorated, whether a rule was carried over from another scale.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dripstand.outcomes.clinician_only import ClinicianOnly
from dripstand.outcomes.definitions import WORTHWHILE, Definition, Limit, Reduction, WorthwhileChange
from dripstand.outcomes.errors import ScalesMixed
from dripstand.outcomes.score import Score


class Unjudged(StrEnum):
    """Why nothing can be said."""

    BASELINE_NOT_SCORED = "the baseline was not scored"
    LATER_NOT_SCORED = "the later form was not scored"
    BASELINE_ZERO = "the baseline was zero: there is nothing to fall from"
    BASELINE_ALREADY_THERE = "the baseline already met the limit"


@dataclass(frozen=True, slots=True)
class Change:
    """The later total minus the baseline: negative is better on every scale here.

    fallen_fraction: how much of the baseline is gone, negative where it rose; None at a baseline of zero.
    """

    baseline: Score
    later: Score
    change_score: Fraction | None
    fallen_fraction: Fraction | None
    unjudged: Unjudged | None

    @property
    def rests_on_partial_data(self) -> bool:
        return self.baseline.is_partial or self.later.is_partial


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a definition is met; None with the reason where it cannot be told."""

    definition: Definition
    change: Change
    met: bool | None
    unjudged: Unjudged | None = None
    extrapolated: bool = False
    since: str = ""  # of a maintenance: what was met at the end of this, and is to be held
    was_lost: bool = False  # in between, though it is met again

    @property
    def printed(self) -> str:
        """One line, with everything that weakens it."""
        answer = {True: "yes", False: "no", None: f"cannot be told: {self.unjudged}"}[self.met]
        if self.since and self.met is not None:
            kept = "met again, lost in between" if self.was_lost else f"held since {self.since}"
            answer = kept if self.met else f"lost since {self.since}"
        notes = [f"by {self.definition.words} on the {self.change.later.instrument.name}"]
        if self.extrapolated:
            notes.append("extrapolated: the definition was published for another scale")
        if self.change.rests_on_partial_data and self.met is not None:
            notes.append("on partial data: open items were filled in by the scale's rule")
        return f"{self.definition.meaning.capitalize()} ({'; '.join(notes)}): {answer}"


def held(now: Verdict, at_end: Verdict, between: Iterable[Verdict], since: str) -> Verdict:
    """The verdict of a maintenance, which holds or loses what was met at the end of the induction before it.

    What was not met then is neither: it stays as it was judged. between: of every total before the newest.
    """
    if not at_end.met:
        return now
    return dataclasses.replace(now, since=since, was_lost=any(each.met is False for each in between))


def change(baseline: Score, later: Score) -> Change:
    """How far the later total lies from the baseline. Raises ScalesMixed for two different scales."""
    if baseline.answers.instrument_id != later.answers.instrument_id:
        raise ScalesMixed(f"{baseline.instrument.name} and {later.instrument.name} are not compared")
    if baseline.total_score is None:
        return Change(baseline, later, None, None, Unjudged.BASELINE_NOT_SCORED)
    if later.total_score is None:
        return Change(baseline, later, None, None, Unjudged.LATER_NOT_SCORED)
    difference = later.total_score - baseline.total_score
    if baseline.total_score == 0:
        return Change(baseline, later, difference, None, Unjudged.BASELINE_ZERO)
    return Change(baseline, later, difference, -difference / baseline.total_score, None)


def judge(definition: Definition, baseline: Score, later: Score) -> ClinicianOnly[Verdict]:
    """Whether the definition is met.

    A reduction published for one scale may be asked of another and is then extrapolated. A limit may not: raises
    ScalesMixed. Who met the limit at baseline cannot reach it: cannot be told, rather than yes.
    """
    moved = change(baseline, later)
    same_scale = definition.instrument_id == later.answers.instrument_id
    if isinstance(definition.rule, Limit) and not same_scale:
        raise ScalesMixed(f"{definition.code} means nothing on the {later.instrument.name}")
    met, unjudged = _met(definition.rule, moved)
    return ClinicianOnly(Verdict(definition, moved, met, unjudged, extrapolated=not same_scale))


def worthwhile(baseline: Score, later: Score) -> tuple[tuple[WorthwhileChange, bool | None], ...]:
    """Each published worthwhile change of this scale, and whether the fall reached it (None: cannot be told)."""
    moved = change(baseline, later)
    return tuple(
        (each, _reached(each, moved)) for each in WORTHWHILE if each.instrument_id == later.answers.instrument_id
    )


def _met(rule: Reduction | Limit, moved: Change) -> tuple[bool | None, Unjudged | None]:
    if isinstance(rule, Reduction):
        if moved.fallen_fraction is None:
            return None, moved.unjudged
        return moved.fallen_fraction >= rule.at_least_fraction, None
    before, after = moved.baseline.total_score, moved.later.total_score
    if before is None or after is None:
        return None, moved.unjudged
    if _within(rule, before):
        return None, Unjudged.BASELINE_ALREADY_THERE
    return _within(rule, after), None


def _within(rule: Limit, total_score: Fraction) -> bool:
    return total_score <= rule.score if rule.inclusive else total_score < rule.score


def _reached(each: WorthwhileChange, moved: Change) -> bool | None:
    if each.points is not None:
        return None if moved.change_score is None else -moved.change_score >= each.points
    if moved.fallen_fraction is None or each.fraction is None:
        return None
    return moved.fallen_fraction >= each.fraction
