"""Leaving: every criterion with the reading that satisfies it, and a discharge that is dead until all are met."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from dripstand.infusion import services
from dripstand.infusion.answers_open import screen_missing
from dripstand.infusion.circumstances import NAME_SAID, NOT_ASKED, escort_identity
from dripstand.infusion.events import (
    CheckResult,
    CriterionOverridden,
    PartialJudged,
    PatientLeft,
    ReadyToLeave,
    SiteFinding,
    StopReason,
)
from dripstand.infusion.leaving import criteria
from dripstand.infusion.partial import course_value
from dripstand.infusion.phases import ENDED, GONE_UNFINISHED, Phase
from dripstand.infusion.presentation.left_open import left_open
from dripstand.infusion.presentation.rate import between
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.views.asking import ask, readings
from dripstand.infusion.views.choices import of_enum, sedation_choices
from dripstand.infusion.views.leaving_rows import Asked, rows
from dripstand.infusion.views.page_form import PageForm, Told, again, fresh, from_post, unshown
from dripstand.infusion.views.reading import read
from dripstand.infusion.views.session_page import SessionPage, belongs_here, chart_posted, charted, open_page, show
from dripstand.infusion.views.signing import second_person
from dripstand.infusion.words import CLEARED_WORDS, STOP_WORDS, plain
from dripstand.outcomes.queries import open_escalations_of
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.premises.models import EscortIdentity

SEE_TO_LEAVING = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)


@who_may(*SEE_TO_LEAVING)
def leaving(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """Meet the criteria, confirm the escort, discharge; or chart that the patient leaves otherwise."""
    page = open_page(request, session_id, "leaving")
    refused: PageForm | None = None
    if request.method == "POST":
        if request.POST.get("kind") == CriterionOverridden.kind:
            refused = _override(request, page)
        else:
            refused = chart_posted(page, request.POST)
        if refused is None:
            return charted(page, "infusion:leaving")
    states = criteria(page.chart, page.template, page.now, readings(page))
    open_count = sum(not state.passes for state in states)
    listed = rows(page, states, refused, Asked(request.GET.get("open", ""), request.GET.get("override", "")))
    finish = _finishing(page, refused)
    discharge = _discharge(page, refused)
    forms = {
        "vitals": _form("vitals", "vital_signs_taken", page, refused),
        "escort": _form("escort", "escort_confirmed", page, refused),
        "left_alone": _form("left-alone", "left_without_discharge", page, refused),
        "transfer": _form("transfer", "patient_transferred", page, refused),
    }
    followed_up = None
    if page.chart.phase is Phase.LEFT_WITHOUT_DISCHARGE:
        followed_up = _form("followed-up", "leaving_followed_up", page, refused)
    partial = _partly_given(page, refused)
    still = left_open(page.chart)
    own = [form for row in listed for form in (row.form, row.judge, row.override)]
    own += [discharge["form"]] if not discharge["reasons"] else []
    own += [finish["down"], finish["flush"], finish["cleared"]] if finish else []
    own += forms.values() if page.chart.phase not in ENDED else ()
    own += [followed_up] if followed_up is not None else []
    own += [partial["form"]] if partial is not None and partial["form"] is not None else []
    values = {
        "stray_form": unshown(refused, own),
        "rows": listed,
        **forms,
        "followed_up": followed_up,
        "partial": partial,
        "still_open": still.parts if still is not None else (),
        "shows_vitals": request.GET.get("open") == "vitals" or (refused is not None and refused.name == "vitals"),
        "open_count": open_count,
        "total": len(states),
        "finish": finish,
        "discharge": discharge,
        "answers_waiting": open_escalations_of(page.patient_id),
        "screen": None if page.chart.phase in ENDED else _screen(page),
        "may_override": page.actor.is_a(Role.PRESCRIBER),
        "ended": page.chart.phase in ENDED,
        "findings": of_enum(SiteFinding),
        "sedation": sedation_choices(page.template.staffing.sedation_scale),
        "scale": page.template.staffing.sedation_scale,
        "yes_no": [("yes", _("yes")), ("no", _("no"))],
        "capacity": [("yes", _("has capacity")), ("no", _("lacks capacity")), ("", _("not judged"))],
        "results": of_enum(CheckResult),
        "escort_identity": escort_identity().value,
        "identities": identities(),
    }
    return show(request, page, "infusion/leaving.html", "leaving", values, status=422 if refused else 200)


def identities() -> list[tuple[str, Any]]:
    """What may be charted of an escort's identity where no document has to be seen; the least that is asked first."""
    least = [(NOT_ASKED, _("not asked"))] if escort_identity() is EscortIdentity.NONE else []
    return [*least, (NAME_SAID, _("said their name")), ("identity document", _("showed a document"))]


def _screen(page: SessionPage) -> str:
    """The name of the screen that is still to be asked before the patient leaves; "" where none is."""
    missing = screen_missing(page.session_id, page.template.choices.suicide_check)
    return missing.name if missing is not None and page.chart.stopped_at is not None else ""


def _form(name: str, kind: str, page: SessionPage, refused: PageForm | None) -> PageForm:
    if refused is not None and refused.name == name:
        return refused
    return fresh(name, kind, page.patient_id)


def _finishing(page: SessionPage, refused: PageForm | None) -> dict[str, Any] | None:
    """What "stopped" still asks for: the bag down, the line cleared (H15); also of somebody who is gone without it."""
    gone = page.chart.phase in GONE_UNFINISHED
    still_here = page.chart.hung_bag is not None or page.chart.primed is not None
    if page.chart.phase is not Phase.STOPPED and not (gone and still_here):
        return None
    return {
        "gone": gone,
        "bag": page.chart.hung_bag,
        "line_open": page.chart.primed is not None,
        "down": _form("bag-down", "bag_taken_down", page, refused),
        "flush": _form("flush", "flush_given", page, refused),
        "cleared": _form("cleared", "line_cleared", page, refused),
        "ways": [(value, str(words)) for value, words in CLEARED_WORDS.items()],
    }


def _partly_given(page: SessionPage, refused: PageForm | None) -> dict[str, Any] | None:
    """An infusion that was stopped early: what reached the vein, why it ended, and whether it counts."""
    value = course_value(page.chart, page.now)
    if value is None or not value.is_partial:
        return None
    ordered = _("of %(dose)s mg ordered") % {"dose": plain(value.ordered_mg)} if value.ordered_mg is not None else ""
    if value.lowest_mg is None or value.highest_mg is None:
        given = _("unknown: the bag's composition is not known")
    else:
        given = _("%(dose)s mg in the vein") % {"dose": between(value.lowest_mg, value.highest_mg)}
    judged = value.counts is not None
    return {
        "given_text": given,
        "why_text": ", ".join(
            filter(None, [ordered, str(STOP_WORDS[StopReason(value.stop_reason or "not_yet_said")])])
        ),
        "judged_text": (_("Counts in the course") if value.counts else _("Does not count in the course"))
        if judged
        else "",
        "judged_by": value.judged_by,
        "judged_why": value.why_counts,
        "choices": [("yes", _("it counts")), ("no", _("it does not count"))],
        "form": _form("partial", PartialJudged.kind, page, refused)
        if not judged and page.actor.is_a(Role.PRESCRIBER)
        else None,
    }


def _discharge(page: SessionPage, refused: PageForm | None) -> dict[str, Any]:
    """The two acts of a discharge: ready to leave, then left with the escort. ``reasons`` keep the next one dead."""
    ready = page.chart.phase is Phase.READY_TO_LEAVE
    step = PatientLeft() if ready else ReadyToLeave()
    answer = ask(page, step)
    reasons = answer.reasons if isinstance(answer, Refusal) else ()
    return {"ready": ready, "reasons": reasons, "form": _form("discharge", step.kind, page, refused)}


def _override(request: SignedInRequest, page: SessionPage) -> PageForm | None:
    """One unmet criterion, by a prescriber: signed in as themselves, or with their own sign-in at this tablet."""
    form = from_post(request.POST)
    stray = belongs_here(page, request.POST)
    if stray is not None:
        return again(form, stray)
    prescriber = page.actor
    if not prescriber.is_a(Role.PRESCRIBER):
        found = second_person(request, "prescriber", roles=(Role.PRESCRIBER,), needed=True)
        if found is None or isinstance(found, Told):
            return again(form, found or Told(_("A prescriber signs in here."), "prescriber_username"))
        prescriber = found
    wanted = read(CriterionOverridden, request.POST, page)
    if not isinstance(wanted, CriterionOverridden):
        return again(form, *wanted)
    answer = services.submit(
        actor=prescriber,
        session_id=page.session_id,
        request=wanted,
        submission_id=form.submission_id,
        now=page.now,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None
