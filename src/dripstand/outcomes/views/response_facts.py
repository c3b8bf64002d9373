"""What the course page and the response page both say of a curve: its lines, and what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dripstand.course.queries import CourseDetails
from dripstand.outcomes.deciding import induction_of
from dripstand.outcomes.definitions import Definition, Meaning, Reduction
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.responding import curve, definitions_of, line_of, of_series, start_of
from dripstand.outcomes.response import Verdict, held, judge
from dripstand.people.actors import Actor
from dripstand.protocol.queries import choices_in_force


@dataclass(frozen=True, slots=True)
class Line:
    """A dotted line of the curve: a name, what it stands for, and where."""

    name: str
    words: str
    value: float


def _signed(scale: str) -> tuple[Definition, ...]:
    """The definitions that the signed protocol goes by."""
    signed = choices_in_force()
    return definitions_of(scale, signed.remission, signed.pain_response)


def main_definitions(scale: str) -> tuple[Definition, ...]:
    """Of each meaning the one that the line shows: the first that the data name. The response page lists all.

    A scale without a remission has a line for each definition of response: 30 and 50 % of pain.
    """
    every = _signed(scale)
    if all(each.meaning is Meaning.RESPONSE for each in every):
        return every
    found: dict[Meaning, Definition] = {}
    for each in every:
        found.setdefault(each.meaning, each)
    return tuple(found[meaning] for meaning in (Meaning.RESPONSE, Meaning.REMISSION) if meaning in found)


def lines_of(scale: str, start: Filled | None) -> tuple[Line, ...]:
    """The lines of response and remission; response has none without a baseline to fall from."""
    found = []
    for each in main_definitions(scale):
        value = line_of(each, start.score if start else None)
        if value is None:
            continue
        name = _("Response") if each.meaning is Meaning.RESPONSE else _("Remission")
        words = each.words
        if isinstance(each.rule, Reduction) and start is not None:
            fall = round(float(each.rule.at_least_fraction) * 100)
            if fall == 50:
                words = _("%(value)g or less, half of %(start)s") % {"value": value, "start": start.score.printed_total}
            else:
                words = _("%(value)g or less, %(fall)d %% below %(start)s") % {
                    "value": round(value, 2), "fall": fall, "start": start.score.printed_total
                }  # fmt: skip
            if len(main_definitions(scale)) > 1 and each.meaning is Meaning.RESPONSE and not _has_remission(scale):
                name = _("Response, %(fall)d %%") % {"fall": fall}
        if each.instrument_id != scale:
            words = _("%(words)s, extrapolated") % {"words": words}
        found.append(Line(name, words, value))
    return tuple(found)


def _has_remission(scale: str) -> bool:
    return any(each.meaning is Meaning.REMISSION for each in definitions_of(scale))


def verdicts_of(
    course: CourseDetails, forms: Sequence[Filled], scale: str, series: int, reader: Actor
) -> tuple[Verdict, ...]:
    """What the newest total of a series reached by each named definition: for those who treat. Nothing without a
    baseline.

    forms: of every series. A maintenance holds or has lost what its induction had reached (responding.start_of).
    """
    induction = induction_of(course, series)
    start = start_of(forms, scale, series, induction) if scale else None
    points = curve(of_series(forms, series), scale) if scale else ()
    if start is None or not points or points[-1] is start:
        return ()
    before = curve(of_series(forms, induction), scale) if series != induction else ()
    found = []
    for each in _signed(scale):
        verdict, *between = (judge(each, start.score, one.score).shown_to(reader) for one in reversed(points))
        if before and before[-1] is not start:
            at_end = judge(each, start.score, before[-1].score).shown_to(reader)
            verdict = held(verdict, at_end, between, _("series %(n)d") % {"n": induction})
        found.append(verdict)
    return tuple(found)
