"""When the clinic is open and who is there: opening hours, closures, shifts, absences and certificates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.course import queries, services
from dripstand.course.readiness import Certificates
from dripstand.course.views import typed
from dripstand.course.words import CERTIFICATE_WORDS, WEEKDAYS
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Competency, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.pages import page
from dripstand.people.queries import colleagues
from dripstand.premises import queries as premises
from dripstand.premises import services as premises_services

SEES = (Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.NURSE, Role.FRONT_DESK)
SETS_HOURS = (Role.ADMINISTRATOR, Role.MEDICAL_LEAD)
REPAIRS = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
CLOSURES_AHEAD = timedelta(days=400)
BROKEN_AHEAD = timedelta(days=21)


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def clinic(request: SignedInRequest) -> HttpResponse:
    """One page for all that the calendar is judged against; a POST does one thing, named by `what`."""
    now = now_by_clock()
    wrong: list[str] = []
    if request.method == "POST":
        try:
            _do(request)
        except Unacceptable as fault:
            wrong = list(fault.words.values())
        else:
            messages.success(request, _("Done."))
            return HttpResponseRedirect(reverse("course:clinic"), status=303)
    today = now.astimezone(premises.clinic_zone()).date()
    hours = premises.opening_hours()
    first, last = queries.day_span(today)[0], queries.day_span(today + BROKEN_AHEAD)[1]
    context = {
        "broken_count": len(queries.broken_between(first, last, now)),
        "may_repair": request.actor.is_a(*REPAIRS),
        "hours": [(number, words, hours.get(number)) for number, words in enumerate(WEEKDAYS)],
        "closures": premises.closures(now, now + CLOSURES_AHEAD),
        "chairs": premises.chairs(),
        "rooms": premises.rooms(),
        "shifts": [(WEEKDAYS[one.weekday], one) for one in queries.shifts(today)],
        "absences": queries.absences(today),
        "certificates": [(CERTIFICATE_WORDS[one.kind], one) for one in queries.certificates()],
        "watchers": colleagues(competency=Competency.OBSERVE),
        "weekdays": list(enumerate(WEEKDAYS)),
        "kinds": [(one.value, words) for one, words in CERTIFICATE_WORDS.items()],
        "sets_hours": request.actor.is_a(*SETS_HOURS),
        "today": today,
        "wrong": wrong,
    }
    return page(request, "course/clinic.html", context, status=422 if wrong else 200)


def _do(request: SignedInRequest) -> None:
    doers: dict[str, Callable[[SignedInRequest], object]] = {
        "hours": _hours,
        "close": _close,
        "open_again": lambda asked: premises_services.open_again(
            asked.actor, closure_id=_id(asked), now=now_by_clock()
        ),
        "shift": _shift,
        "end_shift": lambda asked: services.end_shift(
            asked.actor, shift_id=_id(asked), last_on=now_by_clock().astimezone(premises.clinic_zone()).date()
        ),
        "absence": _absence,
        "remove_absence": lambda asked: services.remove_absence(asked.actor, absence_id=_id(asked)),
        "certificate": _certificate,
    }
    doer = doers.get(request.POST.get("what", ""))
    if doer is None:
        raise Unacceptable({"": _("This form says not what it is for. Nothing was changed.")})
    doer(request)


def _id(request: SignedInRequest) -> int:
    found = request.POST.get("id", "")
    if not (found.isascii() and found.isdigit() and len(found) <= 12):
        raise Unacceptable({"id": _("This form has lost what it is about. Open the page again.")})
    return int(found)


def _span(request: SignedInRequest, first: str, last: str) -> tuple[time, time] | None:
    begins, ends = typed.maybe_time(request.POST.get(first, "")), typed.maybe_time(request.POST.get(last, ""))
    if begins is None and ends is None:
        return None
    if begins is None or ends is None:
        raise Unacceptable({first: _("Type both times, as 08:00 and 17:00.")})
    return begins, ends


def _hours(request: SignedInRequest) -> None:
    spans = {number: _span(request, f"opens_{number}", f"closes_{number}") for number in range(7)}
    premises_services.set_opening_hours(request.actor, hours=spans)


def _close(request: SignedInRequest) -> None:
    zone, post = premises.clinic_zone(), request.POST
    starts = typed.instant(post.get("from_on", ""), post.get("from_at", "") or "00:00", zone)
    ends = typed.instant(post.get("until_on", ""), post.get("until_at", "") or "23:59", zone)
    if starts is None or ends is None:
        raise Unacceptable({"from_on": _("Say from which day to which, and the times where it is not the whole day.")})
    _before, a_room, room_id = post.get("chair", "").partition("room ")
    premises_services.close(
        request.actor,
        starts_at=starts,
        ends_at=ends,
        words=post.get("words", ""),
        room_id=room_id if a_room else None,
        chair_id=None if a_room else post.get("chair") or None,
        now=now_by_clock(),
    )


def _shift(request: SignedInRequest) -> None:
    span = _span(request, "begins_at", "ends_at")
    from_on = typed.maybe_day(request.POST.get("from_on", ""))
    days = [int(one) for one in request.POST.getlist("weekdays") if one in "0123456"]
    if span is None or from_on is None or not days:
        raise Unacceptable({"begins_at": _("Say on which weekdays, from when to when, and from which day on.")})
    for weekday in days:
        services.add_shift(
            request.actor,
            staff_id=request.POST.get("staff", ""),
            weekday=weekday,
            begins_at=span[0],
            ends_at=span[1],
            from_on=from_on,
        )


def _absence(request: SignedInRequest) -> None:
    first, last = typed.maybe_day(request.POST.get("first_on", "")), typed.maybe_day(request.POST.get("last_on", ""))
    if first is None:
        raise Unacceptable({"first_on": _("Say the first day, and the last.")})
    services.add_absence(
        request.actor,
        staff_id=request.POST.get("staff", ""),
        first_on=first,
        last_on=last or first,
        words=request.POST.get("words", ""),
    )


def _certificate(request: SignedInRequest) -> None:
    until = typed.maybe_day(request.POST.get("valid_until", ""))
    kind = request.POST.get("kind", "")
    if until is None or kind not in {one.value for one in Certificates}:
        raise Unacceptable({"valid_until": _("Say which certificate, and until when it holds.")})
    services.record_certificate(
        request.actor,
        staff_id=request.POST.get("staff", ""),
        kind=Certificates(kind),
        valid_until=until,
        now=now_by_clock(),
    )
