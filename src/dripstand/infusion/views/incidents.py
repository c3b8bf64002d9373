"""The register of incidents: what the charts opened, who looks into it, and what was found."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dripstand.infusion import queries, services
from dripstand.infusion.reason_words import sentence
from dripstand.infusion.saying import Said, say
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import Forbidden, SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import places
from dripstand.people.services import record_read
from dripstand.premises.queries import clinic_zone


@dataclass(frozen=True, slots=True)
class Row:
    """One incident with the patient it is about and the entry that opened it, in words."""

    incident: queries.Incident
    patient_name: str
    record_number: str
    said: Said | None
    refused: str = ""


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def incidents(request: SignedInRequest) -> HttpResponseBase:
    """Read the register; take an incident, close one that is owned."""
    said: dict[str, str] = {}
    if request.method == "POST":
        said = _change(request)
        if not said:
            return HttpResponseRedirect(reverse("infusion:incidents"), status=303)
    rows = [_row(one, said.get(one.incident_id, "")) for one in queries.incidents()]
    now = now_by_clock()
    if request.method == "GET":
        for patient_id in {row.incident.patient_id for row in rows}:
            record_read(actor=request.actor, patient_id=patient_id, screen="incidents", now=now)
    values = {
        "rows": rows,
        "open_count": sum(row.incident.closed_at is None for row in rows),
        "stray": said.get("", ""),
        "may_close": request.actor.is_a(Role.PRESCRIBER, Role.MEDICAL_LEAD),
        "places": places(request.actor, request.path),
        "me": request.actor.staff_id,
    }
    with timezone.override(clinic_zone()):
        page: HttpResponse = render(request, "infusion/incidents.html", values, status=422 if said else 200)
    return page


def _change(request: SignedInRequest) -> dict[str, str]:
    """What one form asked for; incident id -> why not. Sent twice, the second finds it done and changes nothing."""
    incident_id, now = request.POST.get("incident_id", ""), now_by_clock()
    known = {one.incident_id: one for one in queries.incidents()}
    if incident_id not in known:
        return {"": _("This incident is not in the register.")}
    try:
        if request.POST.get("step") == "take":
            services.take_incident(actor=request.actor, incident_id=incident_id, now=now)
            return {}
        refused = services.close_incident(
            actor=request.actor, incident_id=incident_id, finding=request.POST.get("finding", ""), now=now
        )
    except services.NoSuchIncident:
        return {}
    except Forbidden as fault:
        return {incident_id: str(fault)}
    return {incident_id: sentence(refused.reasons[0])} if refused is not None else {}


def _row(one: queries.Incident, refused: str) -> Row:
    chart = queries.chart(one.session_id)
    entry = chart.entry(one.entry_sequence)
    said = say(entry.event, clinic_zone()) if entry is not None else None
    return Row(one, chart.opened.patient_name, chart.opened.record_number, said, refused)
