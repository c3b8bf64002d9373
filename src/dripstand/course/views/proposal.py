"""The solver's proposal for one patient: asked for, watched while it is worked on, looked at, and taken over or not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.course import queries, reasons, services
from dripstand.course.bookings import what_they_break
from dripstand.course.judging import Refusal, may_decide
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.proposals import KIND, get_ready
from dripstand.course.words import sentence
from dripstand.jobs.queries import JobStatus, status
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import page
from dripstand.people.queries import patient as patient_of
from dripstand.people.queries import staff_member
from dripstand.people.services import record_read
from dripstand.premises.queries import chairs, clinic_zone

SEES = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: SignedInRequest, course_id: UUID) -> HttpResponse:
    """?job= names the search. POST `what=ask` begins one, `what=take` books what it found: all of it or nothing."""
    now = now_by_clock()
    course = queries.course(str(course_id))
    record_read(actor=request.actor, patient_id=course.patient_id, screen="proposal", now=now)
    here = reverse("course:proposal", args=[course.course_id])
    if request.method == "POST" and request.POST.get("what") == "ask":
        job_id = services.ask_for_a_proposal(request.actor, course_id=course.course_id, now=now)
        return HttpResponseRedirect(f"{here}?job={job_id}", status=303)
    job = _job(request.POST.get("job") or request.GET.get("job", ""))
    if job is None:
        get_ready()
    names = {one.chair_id: one.name for one in chairs()}
    by_id = {one.infusion_id: one for one in course.infusions}
    rows = (job.result or {}).get("places", []) if job is not None else []
    rows = [one for one in rows if one["infusion_id"] in by_id]
    stale_count = sum(_is_stale(by_id[one["infusion_id"]], one) for one in rows)
    places = [
        services.Place(one["infusion_id"], one["chair_id"], datetime.fromisoformat(one["at"]), one.get("nurse_id"))
        for one in rows
        if not _is_stale(by_id[one["infusion_id"]], one)
    ]
    was = {one["infusion_id"]: datetime.fromisoformat(one["was_at"]) for one in rows if "was_at" in one}
    breaks = what_they_break(places, now)
    everything = tuple(dict.fromkeys(found for these in breaks.values() for found in these))
    wrong: list[str] = []
    if request.method == "POST" and stale_count and not places:
        messages.info(request, _("Nothing of this proposal is left to book. The plan is as it stands now."))
        return HttpResponseRedirect(reverse("course:plan", args=[course.course_id]), status=303)
    if request.method == "POST" and places:
        answer = services.place_all(
            request.actor,
            places=places,
            now=now,
            accepted=frozenset(code for code in request.POST.get("codes", "").split(",") if code),
            reason=request.POST.get("reason", ""),
            submission_id=request.POST.get("submission_id", "")[:64],
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Booked."))
            return HttpResponseRedirect(reverse("course:plan", args=[course.course_id]), status=303)
        wrong = [sentence(one) for one in answer.breaks]
    missing = (job.result or {}).get("missing", ()) if job is not None else ()
    context = {
        "course": course,
        "patient": patient_of(course.patient_id),
        "job": job,
        "here": f"{here}?job={job.job_id}" if job is not None else here,
        "percent": round(job.progress * 100) if job is not None else 0,
        "lines": [
            {
                "infusion": by_id[one.infusion_id],
                "chair": names.get(one.chair_id, ""),
                "at": one.starts_at,
                "was": was.get(one.infusion_id),
                "nurse": staff_member(one.nurse_id).full_name if one.nurse_id else "",
                "breaks": [sentence(found) for found in breaks.get(one.infusion_id, ())],
            }
            for one in places
        ],
        "found_count": sum(one.infusion_id not in was for one in places),
        "moves_up": any(one.infusion_id in was for one in places),
        "left_out": reasons.left_out(missing, clinic_zone()),
        "left_out_count": sum(one["count"] for one in missing),
        "stale_count": stale_count,
        "codes": ",".join(one.code for one in everything),
        "may_take": may_decide(everything),
        "needs_reason": bool(everything),
        "reason": request.POST.get("reason", ""),
        "proven": (job.result or {}).get("proven", False) if job is not None else False,
        "wrong": wrong,
        "submission_id": str(uuid.uuid4()),
    }
    return page(request, "course/proposal.html", context, status=422 if wrong else 200)


def _is_stale(one: queries.InfusionDetails, row: Mapping[str, Any]) -> bool:
    """It has a place meanwhile, or another one than it was to leave, or wants none any more."""
    if one.state is not InfusionState.PLANNED or one.session_id:
        return True
    held = one.booking if one.booking is not None and one.booking.state is BookingState.HELD else None
    stands = (held.starts_at, held.chair_id) if held is not None else None
    left = (datetime.fromisoformat(row["was_at"]), row["was_chair_id"]) if "was_at" in row else None
    return stands != left


def _job(job_id: str) -> JobStatus | None:
    try:
        found = status(str(UUID(job_id)))
    except ValueError:
        return None
    return found if found is not None and found.kind == KIND else None
