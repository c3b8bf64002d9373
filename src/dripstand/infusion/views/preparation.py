"""Preparation: one page, the sections in the order of the work, and a start that says in words what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.course.last_start import Because
from dripstand.course.queries import chair_time, course, infusion_of_session, last_starts
from dripstand.course.words import gap_words
from dripstand.guide.queries import BeforeTheStart, before_the_start
from dripstand.infusion import queries
from dripstand.infusion.last_start import Bound, last_safe_start
from dripstand.infusion.permissions import may_chart
from dripstand.infusion.permissions import who_may as who_may_chart
from dripstand.infusion.phases import ENDED, Phase
from dripstand.infusion.views.asking import start_blockers
from dripstand.infusion.views.choices import preparation_choices
from dripstand.infusion.views.generic_form import BY_KIND
from dripstand.infusion.views.page_form import PageForm, fresh, unshown
from dripstand.infusion.views.preparation_steps import Step, StepState, preparation_steps
from dripstand.infusion.views.session_page import SessionPage, chart_posted, charted, may_open, open_page, show
from dripstand.infusion.views.when import day_of
from dripstand.infusion.words import plain
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.queries import PatientDetails, look_alikes
from dripstand.people.queries import patient as patient_details
from dripstand.people.words import role_names
from dripstand.premises.queries import chair

STARTED = "infusion_started"


PREPARERS = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)


@who_may(*PREPARERS)
def prepare(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """From the door to the hung bag."""
    page = open_page(request, session_id, "preparation")
    refused: PageForm | None = None
    if request.method == "POST":
        refused = chart_posted(page, request.POST)
        if refused is None:
            if request.POST.get("kind") == STARTED:
                return charted(page, "infusion:chair")
            return charted(page, "infusion:prepare", "next")
    asked = request.GET.get("open", "")
    steps = [
        _for_me(page, _with(step, refused, asked)) for step in preparation_steps(page.chart, page.template, page.zone)
    ]
    open_count = sum(step.state is not StepState.DONE for step in steps)
    start = _start(page, refused, asked=request.GET.get("start") == "yes" or _is(refused, STARTED))
    cancel = _form(refused, "cancel", "session_cancelled", page)
    shown = [form for step in steps for form in _shown(step)]
    if start["asked"]:
        shown.append(cast(PageForm, start["form"]))
    values = {
        "stray_form": unshown(refused, [*shown, cancel]),
        "steps": steps,
        "open_count": open_count,
        "told": patient_told(page),
        "twins": twins_today(page),
        "start": start,
        "cancel": cancel,
        "last_start": _last_start(page),
        "may_cancel": page.chart.phase in (Phase.EXPECTED, Phase.ARRIVED, Phase.PREPARING),
        **preparation_choices(page),
    }
    return show(request, page, "infusion/prepare.html", "prepare", values, status=422 if refused else 200)


def patient_told(page: SessionPage) -> BeforeTheStart | None:
    """What the patient read, asked, wishes and fears: for those who treat."""
    if not page.actor.is_a(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD):
        return None
    return before_the_start(page.patient_id, page.session_id, page.now, page.template.gates.anxiety_flag_score)


def _is(form: PageForm | None, kind: str) -> bool:
    return form is not None and form.kind == kind


def _form(refused: PageForm | None, name: str, kind: str, page: SessionPage) -> PageForm:
    """The form as it was refused, or a fresh one."""
    if refused is not None and refused.name == name:
        return refused
    return fresh(name, kind, page.patient_id)


def _with(step: Step, refused: PageForm | None, asked: str) -> Step:
    """The step with its form shown where it is next or was asked for, and with the form that was refused."""

    def sent(own: PageForm | None) -> PageForm | None:
        is_this = (
            own is not None and refused is not None and (own.name, own.corrects) == (refused.name, refused.corrects)
        )
        return refused if is_this else own

    step = replace(step, form=sent(step.form), correction=sent(step.correction), overrides=sent(step.overrides))
    was_refused = refused is not None and refused in (step.form, step.correction, step.overrides)
    return replace(step, is_open=was_refused or step.key == asked or step.state is StepState.NEEDS)


def _for_me(page: SessionPage, step: Step) -> Step:
    """What somebody may not chart, or a page that they may not open, is not held out to them: it says whose it is."""
    if step.href:
        if may_open(page, step.href):
            return step
        return replace(step, href="", not_mine=_("by clinical staff"), is_open=False)
    kind = BY_KIND.get(step.form.kind) if step.form is not None else None
    if kind is None or may_chart(page.actor, rule := who_may_chart(kind)) is None:
        return step
    return replace(step, not_mine=_("by %(roles)s") % {"roles": role_names(rule.roles)}, is_open=False)


def _shown(step: Step) -> tuple[PageForm | None, ...]:
    """The forms that the page shows for a step: to override or correct what is charted, else to chart it."""
    if not step.is_open:
        return ()
    return (step.overrides, step.correction) if step.correction is not None else (step.form,)


def _start(page: SessionPage, refused: PageForm | None, *, asked: bool) -> dict[str, object]:
    """The start: what is missing, in words, or the form that charts it after a second, deliberate tap."""
    bag = page.chart.bag
    reasons = start_blockers(page)
    form = _form(refused, "start", STARTED, page)
    if bag is not None and not form.sent:
        form = fresh("start", STARTED, page.patient_id, {"rate_ml_per_h": (plain(bag.start_rate_ml_per_h),)})
    started = page.chart.started_at is not None
    return {"bag": bag, "reasons": reasons, "form": form, "asked": asked and not reasons, "started": started}


LEAVING_MIN = 15  # a working value of this software, from no document: from the last criterion to the door
BOUND_WORDS: dict[Bound, str | Promise] = {
    Bound.CLOSING: gettext_lazy("the clinic closes"),
    Bound.ESCORT: gettext_lazy("the escort can come until"),
    Bound.STAFF: gettext_lazy("the last person who may watch is here until"),
    Bound.CLOSURE: gettext_lazy("a closure begins"),
}
NONE_WORDS: dict[Because, str | Promise] = {
    Because.NOT_OPEN: gettext_lazy("the clinic does not open today"),
    Because.NOBODY: gettext_lazy("by the rota nobody who may watch is here today"),
    Because.CLOSED: gettext_lazy("it is closed today: %(what)s"),
}


def _last_start(page: SessionPage) -> dict[str, object] | None:
    """The last safe start of today, for somebody whose drug has not started; shown, never a gate."""
    chart = page.chart
    if chart.started_at is not None or chart.phase not in (Phase.EXPECTED, Phase.ARRIVED, Phase.PREPARING):
        return None
    day = page.now.astimezone(page.zone).date()
    of_the_day = last_starts(day, ())
    here = chair(chart.chair.chair_id) if chart.chair is not None else None
    of_the_place = of_the_day.of("", infusion_min=_planned_min(page), from_at=page.now, chair=here)
    if of_the_place.is_none and of_the_place.binding is not None and of_the_place.binding.because in NONE_WORDS:
        return {"none": str(NONE_WORDS[of_the_place.binding.because]) % {"what": of_the_place.binding.words}}
    closures = [one.until for one in of_the_place.limits if one.because is Because.CLOSED]
    closes_at, staff_until = of_the_day.of_the_clinic.closes_at, of_the_day.of_the_clinic.staff_until
    found = last_safe_start(
        infusion_min=_planned_min(page),
        observation_min=page.template.minimum_observation_min,
        leaving_min=LEAVING_MIN,
        closes_at=closes_at,
        escort_until=chart.escort.there_until_at if chart.escort is not None else None,
        staff_until=max(staff_until or (), default=None),
        closed_from=min(closures, default=None),
    )
    if found is None:
        return None
    why = "; ".join((str(BOUND_WORDS[found.bound]), *gap_words(of_the_place, page.zone)))
    return {"found": found, "why": why, "is_past": found.at < page.now}


def _planned_min(page: SessionPage) -> int:
    """How long the drug is to run: as ordered, else as this patient's course plans it, else as is usual."""
    if page.chart.order is not None:
        return int(page.chart.order.planned_minutes)
    planned = infusion_of_session(page.session_id)
    return chair_time().infusion_min if planned is None else course(planned.course_id).infusion_min


def twins_today(page: SessionPage) -> tuple[PatientDetails, ...]:
    """Who is expected on the same day, or is in the house, and easily taken for this patient (H03)."""
    day = day_of(page.chart.opened.expected_at, page.zone)
    others = {line.patient_id for line in queries.sessions_between(*day)} | {page.patient_id}
    if page.chart.phase not in ENDED:  # somebody who came before midnight may still be here
        others |= {line.patient_id for line in queries.open_sessions()}
    return look_alikes(patient_details(patient_id) for patient_id in others).get(page.patient_id, ())
