"""{% load evaluation_words %}: the evaluation's closed lists in words."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

from django import template
from django.utils.translation import gettext as _

from dripstand.evaluation import words, workup
from dripstand.evaluation.assessment import Gap, GapKind
from dripstand.evaluation.entries import ResultRecorded
from dripstand.evaluation.questions import OF_NAME, sections_for
from dripstand.evaluation.rules.conditions import plain as plainly
from dripstand.evaluation.rules.rule import Ground, GroundKind

register = template.Library()

_LISTS: tuple[dict[Any, Any], ...] = (
    words.INDICATION_WORDS,
    words.OUTCOME_WORDS,
    words.CLASS_WORDS,
    words.MARK_WORDS,
    words.TRIAL_KIND_WORDS,
    words.TRIAL_OUTCOME_WORDS,
    words.ON_THE_DAY_WORDS,
    words.CONSENT_WORDS,
    words.WHY_WORDS,
    words.CHANGE_WORDS,
    words.GAP_WORDS,
    words.STATE_WORDS,
    words.JUDGED_WORDS,
)


@register.filter
def said(value: Enum) -> str:
    """One of a closed list in words."""
    for listed in _LISTS:
        for key, text in listed.items():
            if key is value:
                return str(text)
    return str(value.value).replace("_", " ")


@register.filter
def slug(value: Enum) -> str:
    """How an address names it."""
    return str(value.value).replace("_", "-")


@register.filter
def plain(number: Decimal | None) -> str:
    """A number without noughts at its end, at most two places."""
    return "" if number is None else plainly(round(number, 2))


@register.filter
def range(recorded: ResultRecorded) -> str:
    """The reference range of a result, as its report prints it."""
    low, high = recorded.low, recorded.high
    if low is None and high is None:
        return ""
    if low is None:
        return _("up to %(high)s") % {"high": plain(high)}
    if high is None:
        return _("from %(low)s") % {"low": plain(low)}
    return f"{plain(low)}–{plain(high)}"


@register.filter
def ground(one: Ground) -> str:
    """A fact that a rule fired on, in words."""
    if one.kind is GroundKind.ANSWER:
        asked = OF_NAME[one.ref]
        return f"{asked.words} {answer(one.said, one.ref)}"
    if one.kind is GroundKind.RESULT:
        test = workup.OF_NAME.get(one.ref.partition("/")[0])
        return f"{test.words if test else one.ref}: {one.said.replace('_', ' ')}"
    if one.kind is GroundKind.ABSENT:
        test = workup.OF_NAME.get(one.ref)
        return f"{test.words}: {one.said}" if test else _("none taken of: %(what)s") % {"what": one.said}
    if one.kind is GroundKind.MEDICINE:
        return one.said
    if one.kind is GroundKind.PROTOCOL:
        return _("the signed protocol says so")
    return f"{one.ref.replace('_', ' ')}: {one.said}"


@register.filter
def answer(value: str, question: str) -> str:
    """An answer in words."""
    asked = OF_NAME.get(question)
    listed = {"yes": _("yes"), "no": _("no"), "not_known": _("not known")}
    if asked is not None and value in asked.choices:
        return asked.choices[value]
    unit = f" {asked.unit}" if asked is not None and asked.unit else ""
    return listed.get(value, f"{value}{unit}")


@register.filter
def gap(one: Gap) -> str:
    """Something that is not there yet, in words."""
    kind = str(words.GAP_WORDS[one.kind])
    if one.kind in (GapKind.QUESTION_OPEN, GapKind.QUESTION_NOT_KNOWN):
        return f"{OF_NAME[one.ref].words} ({kind})"
    if one.kind in (GapKind.TEST_MISSING, GapKind.TEST_OUT_OF_DATE):
        return f"{workup.OF_NAME[one.ref].words} ({kind})"
    return kind


@register.filter
def section_of(one: Gap, indication: Any) -> str:
    """The section that asks a gap's question; "" where it is not a question."""
    for section in sections_for(indication):
        if any(question.question == one.ref for question in section.questions):
            return section.section
    return ""


@register.filter
def finding_words(result: str) -> str:
    return result.replace("_", " ")
