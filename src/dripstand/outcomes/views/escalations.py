"""What may not wait: the list, one escalation with its answers, taking it over, and the signed disposition."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes import queries, services
from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.disposition import WHO_SIGNS, Outcome
from dripstand.outcomes.forms import DispositionForm
from dripstand.outcomes.suicidality import SOURCES, Because, Step
from dripstand.outcomes.words import OUTCOME_WORDS, PLACE_WORDS, STEP_WORDS
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.errors import Unacceptable
from dripstand.people.on_call_queries import page_about
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import patient as patient_of
from dripstand.people.queries import patients_by_id
from dripstand.people.services import record_read
from dripstand.people.signing import own_password_fits


@who_may(*WHO_TREATS)
@require_safe
def escalations(request: SignedInRequest) -> HttpResponse:
    """Everything that stands open, the oldest first."""
    waiting = queries.open_escalations()
    named = patients_by_id(each.patient_id for each in waiting)
    found = [(each, named[each.patient_id], PLACE_WORDS[each.place]) for each in waiting]
    return page(request, "outcomes/escalations.html", {"found": found, "now": now_by_clock()})


@who_may(*WHO_TREATS)
@sensitive_post_parameters("own_password")
@require_http_methods(["GET", "HEAD", "POST"])
def escalation(request: SignedInRequest, escalation_id: UUID) -> HttpResponse:
    """One escalation: why, what has to happen, whose it is; and the disposition that closes it."""
    found, now = queries.escalation(str(escalation_id)), now_by_clock()
    form = DispositionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and own_password_fits(request, form):
        given = form.cleaned_data
        try:
            services.dispose(
                request.actor,
                found.escalation_id,
                finding=given["finding"],
                outcome=Outcome(given["outcome"]),
                spoke_with_patient=given["spoke_with_patient"],
                now=now,
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("Signed. This is closed."))
            return redirect("outcomes:escalation", escalation_id)
    patient = patient_of(found.patient_id)
    if request.method != "POST":
        record_read(request.actor, patient_id=patient.patient_id, screen="escalation", now=now)
    answers = queries.filled(found.questionnaire_id)
    context = {
        "found": found,
        "patient": patient,
        "filled": answers,
        "has_item": bool(answers.instrument.suicide_item),
        "is_by_total": Because.BY_TOTAL in found.because and not found.item_answered,
        "place": PLACE_WORDS[found.place],
        "steps": [STEP_WORDS[step] for step in Step if step in found.steps],
        "because": [(each, SOURCES[each]) for each in found.because],
        "outcome": OUTCOME_WORDS[found.disposed.outcome] if found.disposed else "",
        "paged": page_about(queries.PAGE_KIND, found.escalation_id),
        "waiting_min": int((now - found.opened_at).total_seconds() // 60),
        "earlier": [each for each in queries.escalations_of(patient.patient_id) if each.disposed is not None
                    and each.escalation_id != found.escalation_id][:5],
        "form": form,
        "may_sign": request.actor.is_a(*WHO_SIGNS),
        "is_mine": found.is_taken and found.owner_id == request.actor.staff_id,
    }  # fmt: skip
    return page(request, "outcomes/escalation.html", context, status=400 if form.errors else 200)


@who_may(*WHO_SIGNS)
@require_POST
def take(request: SignedInRequest, escalation_id: UUID) -> HttpResponse:
    """Take it over: it is one's own from now on."""
    try:
        services.take_escalation(request.actor, str(escalation_id), now=now_by_clock())
    except Unacceptable as fault:
        messages.info(request, str(fault))
    else:
        messages.success(request, _("It is yours now."))
    return redirect("outcomes:escalation", escalation_id)
