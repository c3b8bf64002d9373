"""Evacuation: one tap for everybody who is here, a list to count by, and a sheet to take outside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dripstand.infusion import queries, services
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import EvacuationDeclared, EvacuationOver, PatientAccountedFor, SessionEvent
from dripstand.infusion.phases import LIVE
from dripstand.infusion.reason_words import sentence
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.words import PHASE_WORDS
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import places
from dripstand.premises.queries import clinic_zone

STEPS = ("declare", "seen", "over")


@dataclass(frozen=True, slots=True)
class Here:
    """One patient in the building."""

    session_id: str
    name: str
    birth_text: str
    place: str
    phase_words: str
    infuses: bool
    line_in: bool
    declared_at: datetime | None
    seen_at: datetime | None
    seen_where: str
    seen_by: str


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.FRONT_DESK, Role.ON_CALL)
def evacuation(request: SignedInRequest) -> HttpResponseBase:
    """Everybody who is here; the taps chart into each one's own visit."""
    refused: list[str] = []
    if request.method == "POST":
        refused = _act(request)
        if not refused:
            return HttpResponseRedirect(reverse("infusion:evacuation"), status=303)
    here = [_here(chart) for chart in queries.charts(queries.open_sessions())]
    on = any(one.declared_at is not None for one in here)
    values = {
        "here": here,
        "on": on,
        "came_since": sum(one.declared_at is None for one in here) if on else 0,
        "missing_count": sum(one.seen_at is None for one in here),
        "refused": refused,
        "form_id": str(uuid.uuid4()),
        "may_end": request.actor.is_a(Role.NURSE, Role.PRESCRIBER),
        "places": places(request.actor, request.path),
        "now": now_by_clock(),
    }
    with timezone.override(clinic_zone()):
        page: HttpResponse = render(request, "infusion/evacuation.html", values, status=422 if refused else 200)
    return page


def _here(chart: Chart) -> Here:
    seen = chart.accounted_for
    return Here(
        session_id=chart.session_id,
        name=chart.opened.patient_name,
        birth_text=chart.opened.birth_date.isoformat(),
        place=f"{chart.chair.room_name}, {chart.chair.chair_name}" if chart.chair else "",
        phase_words=str(PHASE_WORDS[chart.phase]),
        infuses=chart.phase in LIVE,
        line_in=chart.lines_in_count > 0,
        declared_at=chart.evacuation_at,
        seen_at=seen.occurred_at if seen is not None else None,
        seen_where=getattr(seen.event, "where", "") if seen is not None else "",
        seen_by=seen.actor.name if seen is not None else "",
    )


def _act(request: SignedInRequest) -> list[str]:
    """Charts one step in every visit that it is about; the form's own id makes a second tap chart nothing twice."""
    post, step = request.POST, request.POST.get("step", "")
    form_id = post.get("submission_id", "")
    if step not in STEPS or not 8 <= len(form_id) <= 40:
        return [_("This form has lost its number. Nothing was charted. Open the page again.")]
    event: SessionEvent = EvacuationDeclared(why=post.get("why", "").strip()[:200])
    if step == "seen":
        event = PatientAccountedFor(where=post.get("where", "").strip()[:200])
    elif step == "over":
        event = EvacuationOver()
    asked = post.get("session_id", "")
    charts = queries.charts(queries.open_sessions())
    found = []
    for chart in charts:
        if step == "seen" and chart.session_id != asked:
            continue
        if (chart.evacuation_at is None) != (step == "declare"):
            continue
        answer = services.submit(
            chart.session_id,
            event,
            actor=request.actor,
            submission_id=f"evac-{step}-{form_id}",
            now=now_by_clock(),
        )
        if isinstance(answer, Refusal):
            found.append(f"{chart.opened.patient_name}: {sentence(answer.reasons[0])}")
    return found
