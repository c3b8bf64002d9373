"""The screen for suicide risk before somebody leaves, where the visit's signed protocol asks for one."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dripstand.course.queries import infusion_of_session
from dripstand.infusion.queries import NoSuchSession, chart, template_for
from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes import queries, services
from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import key_in
from dripstand.outcomes.screens import SCREEN_OF
from dripstand.outcomes.suicidality import Place
from dripstand.people.access import SignedInRequest, who_may


@who_may(*WHO_TREATS)
@require_POST
def screen(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Begin the screen of this visit, or go on with the one that was begun."""
    try:
        visit = chart(str(session_id))
    except NoSuchSession as fault:
        raise Http404 from fault
    kind = SCREEN_OF.get(template_for(visit).choices.suicide_check)
    if kind is None:
        return redirect(f"/session/{session_id}/leaving/")
    patient_id, planned = visit.opened.patient_id, infusion_of_session(str(session_id))
    begun = [
        one
        for one in queries.forms_of(patient_id, instrument_id=kind.id)
        if one.session_id == str(session_id) and one.is_open
    ]
    if begun:
        return redirect("outcomes:form", begun[-1].questionnaire_id)
    questionnaire_id = services.start(
        request.actor,
        patient_id=patient_id,
        instrument_id=kind.id,
        occasion=Occasion.BEFORE_LEAVING,
        place=Place.CLINIC,
        now=now_by_clock(),
        occasion_key=key_in(planned.series_number, f"leaving-{planned.number}") if planned is not None else "",
        course_id=planned.course_id if planned is not None else "",
        session_id=str(session_id),
    )
    return redirect("outcomes:form", questionnaire_id)
