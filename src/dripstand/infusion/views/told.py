"""What patient and escort have told, anew: a chair's page stands open for hours, and they answer while it does."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dripstand.guide.queries import flagged_anxiety, time_to_come, wishes_for
from dripstand.infusion.views.chair import READERS
from dripstand.infusion.views.chair_page import look
from dripstand.people.access import SignedInRequest, who_may


@who_may(*READERS)
@require_safe
def told(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """The two places of it on the chair's page, each as that page draws it."""
    seen = look(session_id, request.actor)
    chart, flag_from = seen.chart, seen.template.gates.anxiety_flag_score
    context = {
        "wishes": wishes_for(chart.opened.patient_id),
        "fear": flagged_anxiety(chart.opened.patient_id, chart.session_id, flag_from),
        "escort": chart.escort,
        "escort_answer": chart.escort_answer,
        "escort_refused": chart.escort_refused,
        "escort_time": time_to_come(chart.opened.patient_id, chart.session_id, seen.now),
    }
    with timezone.override(seen.zone):
        return render(request, "infusion/chair/told.html", context)
