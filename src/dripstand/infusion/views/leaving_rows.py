"""The leaving page's rows: each criterion as it stands, and the form that can meet it or override it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.leaving import CriterionState
from dripstand.infusion.reason_words import Sentence
from dripstand.infusion.saying import alarm_word
from dripstand.infusion.views.page_form import PageForm, fresh
from dripstand.infusion.views.session_page import SessionPage
from dripstand.infusion.words import plain, word

SIGNS = (
    "nibp_systolic_at_most",
    "nibp_diastolic_at_most",
    "nibp_systolic_at_least",
    "pulse_at_most",
    "pulse_at_least",
    "respiratory_rate_at_least",
    "respiratory_rate_at_most",
    "spo2_on_air_at_least",
)

MEETING: dict[str, tuple[str, str]] = {
    "sedation_at_least": ("sedation_scored", "sedation"),
    "standing_drop_at_most": ("vital_signs_taken", "standing"),
    "line_removed": ("line_removed", "line_removed"),
    "site_checked": ("access_site_checked", "site"),
    "suicide_assessed": ("suicide_risk_assessed", "suicide"),
}
"""Rule -> the kind of entry that can meet it, and the template with its form. "assessed" has its two buttons, the
escort its own card, time only passes, and alarms are dealt with at the chair."""


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion on the page."""

    state: CriterionState
    value: str
    limit: str
    why: Sentence | None
    body: str
    form: PageForm | None
    judge: PageForm | None
    override: PageForm | None
    measures: bool  # the form for all vital signs at once, above the list, can meet it
    shows_form: bool
    shows_override: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which form somebody asked to see: the criterion to meet (or "vitals"), the criterion to override."""

    to_meet: str = ""
    to_override: str = ""


def rows(page: SessionPage, states: tuple[CriterionState, ...], refused: PageForm | None, asked: Asked) -> list[Row]:
    """One row a criterion, in the template's order. A form that was refused comes back where it was sent from."""
    return [_row(page, state, refused, asked) for state in states]


def _row(page: SessionPage, state: CriterionState, refused: PageForm | None, asked: Asked) -> Row:
    name = state.criterion
    open_here = not state.passes and page.chart.stopped_at is not None
    kind, template = MEETING.get(state.rule, ("", ""))
    meets = fresh(f"meet-{name}", kind, page.patient_id) if kind and open_here else None
    judge = (
        fresh(f"judge-{name}", "criterion_assessed", page.patient_id)
        if state.rule == "assessed" and open_here
        else None
    )
    override = (
        fresh(f"override-{name}", "criterion_overridden", page.patient_id) if open_here and state.may_override else None
    )
    return Row(
        state=state,
        value=value_words(state),
        limit=_limit(page, state),
        why=state.why_not,
        body=f"infusion/desk/leaving/{template}.html" if template else "",
        form=_sent(meets, refused),
        judge=_sent(judge, refused),
        override=_sent(override, refused),
        measures=open_here and state.rule in SIGNS,
        shows_form=asked.to_meet == name or _was_sent(meets, refused),
        shows_override=asked.to_override == name or _was_sent(override, refused),
    )


def _was_sent(form: PageForm | None, refused: PageForm | None) -> bool:
    return form is not None and refused is not None and refused.name == form.name


def _sent(form: PageForm | None, refused: PageForm | None) -> PageForm | None:
    return refused if form is not None and refused is not None and refused.name == form.name else form


def value_words(state: CriterionState) -> str:
    """The value as it is said here: a site's finding in words, a judgement as yes, an alarm by its name."""
    if state.rule == "site_checked" and state.value_text:
        return word(ev.SiteFinding(state.value_text))
    if state.rule == "assessed":
        return _("yes") if state.met else state.value_text
    if state.rule == "line_removed" and state.met:
        return _("out")
    if state.rule == "suicide_assessed" and state.taken_at is not None:
        return _("assessed")
    if state.rule == "no_open_alarm":
        return "" if state.met else alarm_word(state.value_text)
    return state.value_text


def _limit(page: SessionPage, state: CriterionState) -> str:
    """The template's limit beside a criterion that has one."""
    criterion = next(one for one in page.template.leaving if one.criterion == state.criterion)
    if criterion.limit_value is None:
        return ""
    unit = "" if criterion.limit_unit == "score" else criterion.limit_unit
    value = f"{plain(criterion.limit_value)} {unit}".strip()
    if state.rule.endswith("at_most"):
        return _("at most %(limit)s") % {"limit": value}
    return _("at least %(limit)s") % {"limit": value}
