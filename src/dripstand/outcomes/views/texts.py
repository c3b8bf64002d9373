"""Texts: the clinic's crisis text, and the scales whose words the clinic is licensed to load."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes import queries, services
from dripstand.outcomes.forms import CrisisForm, WordingForm
from dripstand.outcomes.instruments import CURRENT
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.pages import page, show_what_is_wrong


@who_may(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: SignedInRequest) -> HttpResponse:
    """Every instrument with its licence and its languages; the crisis text of each language."""
    crisis = CrisisForm(request.POST if "language" in request.POST else None)
    wording = WordingForm(request.POST if request.method == "POST" and "language" not in request.POST else None)
    if crisis.is_bound and crisis.is_valid():
        try:
            services.set_crisis_text(request.actor, now=now_by_clock(), **crisis.cleaned_data)
        except Unacceptable as fault:
            show_what_is_wrong(crisis, fault)
        else:
            messages.success(request, _("The crisis text is in force."))
            return redirect("outcomes:texts")
    if wording.is_bound and wording.is_valid():
        try:
            services.load_wording(request.actor, text=wording.cleaned_data["text"], now=now_by_clock())
        except Unacceptable as fault:
            show_what_is_wrong(wording, fault)
        else:
            messages.success(request, _("The text is loaded."))
            return redirect("outcomes:texts")
    context = {
        "instruments": [queries.instrument_in(each.id) for each in CURRENT],
        "crisis_texts": [(language, queries.crisis_text(language)) for language in queries.CRISIS_DEFAULT],
        "crisis": crisis,
        "wording": wording,
    }
    bad = crisis.errors or wording.errors
    return page(request, "outcomes/texts.html", context, status=400 if bad else 200)
