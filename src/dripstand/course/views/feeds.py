"""Calendar feeds: made, shown once, taken back, and read by calendars; and the appointment that a patient answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.course import queries, services
from dripstand.course.feeds import Scope, feeds
from dripstand.course.models import BookingState
from dripstand.infusion.queries import patient_forms_open
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import LinkRequest, SignedInRequest, by_link, public, who_may
from dripstand.people.actors import Role
from dripstand.people.links.purposes import Purpose
from dripstand.people.pages import page, resting
from dripstand.people.queries import patients_by_id
from dripstand.people.sent_forms import shown_once
from dripstand.people.services import complete_link
from dripstand.premises.queries import clinic_zone

SEES = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: SignedInRequest) -> HttpResponse:
    """The feeds that answer. A new one's address is shown on the answer to the POST and never again."""
    made = ""
    if request.method == "POST":
        asked = request.POST.get("scope", "")
        scope = Scope(asked) if asked in {one.value for one in Scope} else Scope.STAFF
        secret = services.make_feed(
            request.actor, scope=scope, now=now_by_clock(), patient_id=request.POST.get("patient") or None
        )
        made = request.build_absolute_uri(reverse("course:feed", args=[secret]))
    open_now = queries.open_courses()
    named = patients_by_id(one.patient_id for one in open_now)
    context = {
        "feeds": feeds(),
        "made": made,
        "courses": [(one.patient_id, named[one.patient_id].name) for one in open_now],
    }
    answer = page(request, "course/feeds.html", context)
    return shown_once(answer) if made else answer


@who_may(*SEES)
@require_POST
def take_back(request: SignedInRequest, feed_id: UUID) -> HttpResponse:
    services.take_back_feed(request.actor, feed_id=str(feed_id), now=now_by_clock())
    messages.success(request, _("Taken back. It answers nothing any more."))
    return HttpResponseRedirect(reverse("course:feeds"), status=303)


@public
@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar reads. Whoever holds the address reads it; it says no name and not what for."""
    body = services.read_feed(secret=secret, now=now_by_clock(), host=request.get_host().split(":")[0])
    if body is None:
        raise Http404
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@by_link(Purpose.APPOINTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: LinkRequest) -> HttpResponse:
    """The patient's own page of one appointment: when it is, and two buttons. It asks nothing else."""
    if not patient_forms_open(request.visitor.patient_id):
        return resting(request)
    booking = queries.booking(request.visitor.about)
    stands = booking.state is BookingState.HELD and booking.patient_id == request.visitor.patient_id
    said = ""
    if request.method == "POST" and stands:
        answer = request.POST.get("answer", "")
        if services.answer_reminder(
            request.visitor.by, booking_id=booking.booking_id, answer=answer, now=now_by_clock()
        ):
            said = answer
            complete_link(request.visitor.link_id, now=now_by_clock())
    context = {"booking": booking, "stands": stands, "said": said, "clinic_zone": clinic_zone()}
    return render(request, "course/appointment.html", context)
