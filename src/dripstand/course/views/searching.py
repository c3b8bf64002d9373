"""The whole clinic's proposal and the repair: asked for, watched, ended early, looked at, and taken over or not.

Both are the same page with another question: a search says how far it is while it runs; what it found stands as a
picture and as a list to tick; what is ticked is judged once more as if a person had chosen it, all of it or nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.course import queries, reasons, services
from dripstand.course.bookings import what_they_break
from dripstand.course.clinic_problem import FORTNIGHT_D
from dripstand.course.clinic_solving import FORTNIGHT_LIMITS, REPAIR_LIMITS
from dripstand.course.errors import NoSuchBooking, NoSuchInfusion
from dripstand.course.judging import Break, Refusal, may_decide
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.proposals import REPAIR_KIND, WHOLE_KIND, read_how_far
from dripstand.course.views import typed
from dripstand.course.views.picture import Change, picture
from dripstand.course.words import sentence
from dripstand.jobs.queries import JobStatus, status
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import page
from dripstand.people.queries import patients_by_id, staff_member
from dripstand.premises import queries as premises

SEES = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
LOOKED_AHEAD_D = 21
"""Bookings of so many days from today are asked whether they still stand."""


@dataclass(frozen=True, slots=True)
class Line:
    """One visit of a proposal, with what it breaks in words. is_asked: a person wants it there. nurse: at the chair.

    is_nurse_only: time and chair stay, only who is at the chair changes.
    """

    change: Change
    chair: str
    was_chair: str
    breaks: tuple[str, ...]
    is_asked: bool = False
    is_chair_only: bool = False
    is_nurse_only: bool = False
    nurse: str = ""
    was_nurse: str = ""


# --- the fortnight ---------------------------------------------------------------------------------------------------


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def fortnight(request: SignedInRequest) -> HttpResponse:
    """?job= names the search. POST `what=ask` begins one, `what=enough` ends it, `what=take` books what is ticked."""
    now = now_by_clock()
    today = now.astimezone(premises.clinic_zone()).date()
    here = reverse("course:fortnight")
    given = request.POST if request.method == "POST" else request.GET
    first = max(typed.day_of(given.get("first", ""), today + timedelta(days=1)), today + timedelta(days=1))
    if request.method == "POST" and request.POST.get("what") == "ask":
        job_id = services.ask_for_the_fortnight(request.actor, first=first, now=now)
        return HttpResponseRedirect(f"{here}?job={job_id}", status=303)
    job = _job(given.get("job", ""), WHOLE_KIND)
    if job is not None and request.method == "POST" and request.POST.get("what") == "enough":
        services.take_the_best_so_far(request.actor, job_id=job.job_id, now=now)
        return HttpResponseRedirect(f"{here}?job={job.job_id}", status=303)
    found = dict(job.result or {}) if job is not None else {}
    changes, stale = _new(found.get("places", ()))
    answer = _taken(request, changes, job, now)
    if isinstance(answer, HttpResponse):
        return answer
    last = first + timedelta(days=FORTNIGHT_D - 1)
    waiting = [one for one in queries.waiting_for_a_place() if one.wanted_on is None or one.wanted_on <= last]
    context = {
        **_common(request, job, changes, answer, now),
        "kind": "fortnight",
        "here": here,
        "at_most_s": round(FORTNIGHT_LIMITS.seconds),
        "first": first,
        "last": last,
        "waiting_count": len(waiting),
        "waiting_people_count": len({one.patient_id for one in waiting}),
        "left_out": reasons.left_out(found.get("missing", ()), premises.clinic_zone()),
        "left_out_count": sum(one["count"] for one in found.get("missing", ())),
        "stale_count": stale,
        "broken": (),
    }
    return page(request, "course/search.html", context, status=422 if answer else 200)


def _new(places: Iterable[Mapping[str, Any]]) -> tuple[list[Change], int]:
    """What still can be booked of a proposal, and how much of it was booked or dropped meanwhile."""
    found: list[Change] = []
    stale = 0
    for one in places:
        try:
            details = queries.infusion(one["infusion_id"])
        except NoSuchInfusion:
            stale += 1
            continue
        held = details.booking is not None and details.booking.state is BookingState.HELD
        if held or details.state is not InfusionState.PLANNED or details.session_id:
            stale += 1
            continue
        found.append(_change(details, one, None))
    return _named(found), stale


def _booked_words(booking_id: str) -> dict[str, Any]:
    booking = queries.booking(booking_id)
    return {"name": patients_by_id([booking.patient_id])[booking.patient_id].name, "at": booking.starts_at}


# --- the repair ------------------------------------------------------------------------------------------------------


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def repair(request: SignedInRequest) -> HttpResponse:
    """What does not stand any more, and the least disturbing way out. POST `what=ask` with `booking`, `chair` and `at`
    asks for one after a move; without them for one after what the world has changed."""
    now = now_by_clock()
    zone = premises.clinic_zone()
    today = now.astimezone(zone).date()
    here = reverse("course:repair")
    if request.method == "POST" and request.POST.get("what") == "ask":
        moves = _asked_moves(request)
        if moves is None:
            messages.error(request, _("This form has lost what it is about. Open the page again."))
            return HttpResponseRedirect(here, status=303)
        job_id = services.ask_for_a_repair(request.actor, first=today, moves=moves, now=now)
        return HttpResponseRedirect(f"{here}?job={job_id}", status=303)
    given = request.POST if request.method == "POST" else request.GET
    job = _job(given.get("job", ""), REPAIR_KIND)
    if job is not None and request.method == "POST" and request.POST.get("what") == "enough":
        services.take_the_best_so_far(request.actor, job_id=job.job_id, now=now)
        return HttpResponseRedirect(f"{here}?job={job.job_id}", status=303)
    found = dict(job.result or {}) if job is not None else {}
    changes, asked, stale = _moved(found.get("moves", ()))
    answer = _taken(request, changes, job, now)
    if isinstance(answer, HttpResponse):
        return answer
    start, end = queries.day_span(today)[0], queries.day_span(today + timedelta(days=LOOKED_AHEAD_D))[1]
    chairs = {one.chair_id: one.name for one in premises.chairs(also_out_of_use=True)}
    context = {
        **_common(request, job, changes, answer, now, asked),
        "kind": "repair",
        "here": here,
        "at_most_s": round(REPAIR_LIMITS.seconds),
        "broken": [
            {
                "name": one.name,
                "booking": one.booking,
                "chair": chairs.get(one.booking.chair_id, ""),
                "sentences": [sentence(found) for found in one.breaks],
            }
            for one in queries.broken_between(start, end, now)
        ],
        "homeless": [_booked_words(one) for one in found.get("homeless", ())],
        "remains": [_booked_words(one) for one in found.get("remains", ())],
        "people_count": found.get("people", 0),
        "has_asked": bool(asked),
        "stale_count": stale,
        "left_out": reasons.left_out(found.get("left_out", ()), zone),
    }
    return page(request, "course/search.html", context, status=422 if answer else 200)


def _asked_moves(request: SignedInRequest) -> tuple[services.AskedMove, ...] | None:
    """The move that the form names, none where it names none; None where what it names is not there."""
    booking_id, at = request.POST.get("booking", ""), typed.linked(request.POST.get("at", ""))
    if not booking_id:
        return ()
    chair_id = request.POST.get("chair", "")
    try:
        queries.booking(booking_id)
        premises.chair(chair_id)
    except (NoSuchBooking, premises.NoSuchChair):
        return None
    return (services.AskedMove(booking_id, chair_id, at),) if at is not None else None


def _moved(moves: Iterable[Mapping[str, Any]]) -> tuple[list[Change], frozenset[str], int]:
    """What still can be moved, which of it a person asked for, and how much was changed meanwhile."""
    found: list[Change] = []
    asked: set[str] = set()
    stale = 0
    for one in moves:
        try:
            booking = queries.booking(one["booking_id"])
        except NoSuchBooking:
            stale += 1
            continue
        as_it_was = (booking.starts_at, booking.chair_id) == (
            datetime.fromisoformat(one["was_at"]),
            one["was_chair_id"],
        )
        if booking.state is not BookingState.HELD or booking.session_id or not as_it_was:
            stale += 1
            continue
        details = queries.infusion(booking.infusion_id)
        found.append(_change(details, one, booking))
        if one["is_asked"]:
            asked.add(details.infusion_id)
    return _named(found), frozenset(asked), stale


# --- what both share -------------------------------------------------------------------------------------------------


def _change(details: queries.InfusionDetails, asked: Mapping[str, Any], was: queries.BookingDetails | None) -> Change:
    chair_id, at = asked["chair_id"], datetime.fromisoformat(asked["at"])
    minutes = queries.course(details.course_id).infusion_min
    visit = queries.visit_for(details, chair_id, at, minutes)
    return Change(details, "", chair_id, at, visit.leaves_at, was, asked.get("nurse_id"))


def _named(changes: Sequence[Change]) -> list[Change]:
    people = patients_by_id(one.infusion.patient_id for one in changes)
    named = [replace(one, name=people[one.infusion.patient_id].name) for one in changes]
    return sorted(named, key=lambda one: (one.name, one.starts_at))


def _places(changes: Iterable[Change]) -> list[services.Place]:
    return [services.Place(one.infusion.infusion_id, one.chair_id, one.starts_at, one.nurse_id) for one in changes]


def _taken(
    request: SignedInRequest, changes: Sequence[Change], job: JobStatus | None, now: datetime
) -> HttpResponse | tuple[Break, ...]:
    """Books what is ticked; answers where to go on, or what stands against it."""
    if request.method != "POST" or request.POST.get("what") != "take" or job is None:
        return ()
    ticked = set(request.POST.getlist("infusion"))
    chosen = [one for one in changes if one.infusion.infusion_id in ticked]
    if not chosen:
        messages.error(request, _("Nothing was ticked. Nothing was changed."))
        return HttpResponseRedirect(f"{request.path}?job={job.job_id}", status=303)
    answer = services.place_all(
        request.actor,
        places=_places(chosen),
        now=now,
        accepted=frozenset(code for code in request.POST.get("codes", "").split(",") if code),
        reason=request.POST.get("reason", ""),
        submission_id=request.POST.get("submission_id", "")[:64],
    )
    if isinstance(answer, Refusal):
        return answer.breaks
    messages.success(request, _("Moved.") if all(one.was is not None for one in chosen) else _("Booked."))
    day = min(one.starts_at for one in chosen).astimezone(premises.clinic_zone()).date()
    return HttpResponseRedirect(f"{reverse('course:calendar')}?day={day}", status=303)


def _common(
    request: SignedInRequest,
    job: JobStatus | None,
    changes: Sequence[Change],
    refused: tuple[Break, ...],
    now: datetime,
    asked: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    is_open = job is not None and job.is_open
    breaks = what_they_break(_places(changes), now) if changes and not is_open else {}
    chairs = {one.chair_id: one.name for one in premises.chairs(also_out_of_use=True)}
    ticked = set(request.POST.getlist("infusion")) if request.method == "POST" else None
    everything = tuple(dict.fromkeys(found for these in breaks.values() for found in these))
    nurses = _nurses(changes)
    lines = [
        Line(
            one,
            chairs.get(one.chair_id, ""),
            chairs.get(one.was.chair_id, "") if one.was is not None else "",
            tuple(sentence(found) for found in breaks.get(one.infusion.infusion_id, ())),
            one.infusion.infusion_id in asked,
            one.was is not None and one.was.starts_at == one.starts_at,
            one.was is not None and (one.was.starts_at, one.was.chair_id) == (one.starts_at, one.chair_id),
            nurses.get(one.nurse_id or "", ""),
            nurses.get(one.was.nurse_id, "") if one.was is not None else "",
        )
        for one in changes
    ]
    return {
        "job": job,
        "how_far": read_how_far(job.words) if job is not None and is_open else None,
        "percent": round(job.progress * 100) if job is not None else 0,
        "found": job.result if job is not None else None,
        "lines": lines,
        "ticked": ticked if ticked is not None else {one.infusion.infusion_id for one in changes},
        "weeks": picture([one.change for one in lines if not one.is_nurse_only]) if not is_open else (),
        "changes_who": any(one.is_nurse_only for one in lines),
        "wrong": [sentence(one) for one in refused],
        "codes": ",".join(one.code for one in everything),
        "may_take": may_decide(everything),
        "needs_reason": bool(everything),
        "reason": request.POST.get("reason", ""),
        "submission_id": str(uuid.uuid4()),
    }


def _nurses(changes: Iterable[Change]) -> dict[str, str]:
    """Names of those who are at a chair, or shall be."""
    ids = {one.nurse_id for one in changes if one.nurse_id}
    ids |= {one.was.nurse_id for one in changes if one.was is not None and one.was.nurse_id}
    return {one: staff_member(one).full_name for one in ids}


def _job(job_id: str, kind: str) -> JobStatus | None:
    try:
        found = status(str(UUID(job_id)))
    except ValueError:
        return None
    return found if found is not None and found.kind == kind else None
