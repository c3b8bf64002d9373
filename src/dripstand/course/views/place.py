"""A place for one infusion: what booking it there breaks, who is to be at the chair, and the way out where others stand
in the way."""

from __future__ import annotations

import uuid
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.course import queries, services
from dripstand.course.bookings import what_they_break
from dripstand.course.judging import Break, Refusal, may_decide, refuse
from dripstand.course.models import BookingState
from dripstand.course.moving_up import Put, Spot, moved_up
from dripstand.course.views import typed
from dripstand.course.views.calendar import SEES
from dripstand.course.words import sentence
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Competency
from dripstand.people.pages import page
from dripstand.people.queries import colleagues
from dripstand.people.queries import patient as patient_of
from dripstand.people.services import record_read
from dripstand.premises import queries as premises

OF_OTHER_BOOKINGS = frozenset(
    {
        "chair_taken",
        "patient_elsewhere",
        "out_of_order",
        "within_24_h",
        "too_close",
        "too_far",
        "too_many_a_week",
        "too_few_staff",
    }
)
"""What a repair can put right by moving other bookings, the patient's own or somebody else's."""


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: SignedInRequest, infusion_id: UUID) -> HttpResponse:
    """What booking an infusion at one place breaks, and the button that books it all the same where that is safe."""
    now, zone = now_by_clock(), premises.clinic_zone()
    details = queries.infusion(str(infusion_id))
    given = request.POST if request.method == "POST" else request.GET
    at = typed.linked(given.get("at", "")) or typed.instant(given.get("on", ""), given.get("clock", ""), zone)
    chair = next((one for one in premises.chairs() if one.chair_id == given.get("chair", "")), None)
    back = f"{reverse('course:calendar')}?place={details.infusion_id}"
    if at is None or chair is None:
        messages.error(request, _("Say the chair, the day and the time, as 2026-01-31 and 14:05."))
        return HttpResponseRedirect(back)
    record_read(actor=request.actor, patient_id=details.patient_id, screen="booking", now=now)
    nurse_id = _nurse_of(given.get("nurse"), details)
    breaks: tuple[Break, ...] = queries.what_breaks(details.infusion_id, chair.chair_id, at, now, nurse_id=nurse_id)
    reason = given.get("reason", "").strip()
    status = 200
    up = _moved_up(details, Spot(chair.chair_id, at, nurse_id), breaks, now)
    if request.method == "POST":
        if request.POST.get("what") == "move_up":
            answer = _book_all(request, up, reason, now)
        else:
            answer = _book(request, details, chair.chair_id, at, nurse_id, reason, now)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Booked.") if details.booking is None else _("Moved."))
            return HttpResponseRedirect(f"{reverse('course:calendar')}?day={at.astimezone(zone).date()}", status=303)
        breaks, status = answer.breaks, 422
    minutes = queries.course(details.course_id).infusion_min
    until = queries.visit_for(details, chair.chair_id, at, minutes).leaves_at
    shown = tuple(one for one in breaks if one.code != "reason_missing")
    up_breaks = _breaks_of(up, now)
    held = details.booking if details.booking and details.booking.state is BookingState.HELD else None
    names = {one.chair_id: one.name for one in premises.chairs(also_out_of_use=True)}
    context = {
        "infusion": details,
        "patient": patient_of(details.patient_id),
        "chair": chair,
        "at": at,
        "until": until,
        "held": held,
        "held_chair": premises.chair(held.chair_id) if held else None,
        "sentences": [(one.weight.value, sentence(one)) for one in shown],
        "may_book": may_decide(shown),
        "may_repair": held is not None and any(one.code in OF_OTHER_BOOKINGS for one in shown),
        "move_up": [(one, names.get(one.spot.chair_id, "")) for one in up] if may_decide(up_breaks) else [],
        "move_up_seen": _seen(up),
        "move_up_sentences": [sentence(one) for one in up_breaks],
        "move_up_codes": ",".join(one.code for one in up_breaks),
        "needs_reason": bool(shown),
        "reason_missing": any(one.code == "reason_missing" for one in breaks),
        "codes": ",".join(one.code for one in shown),
        "reason": reason,
        "nurses": _who_can_watch(at, until),
        "nurse_id": nurse_id,
        "submission_id": given.get("submission_id") or str(uuid.uuid4()),
        "back": f"{back}&day={at.astimezone(zone).date()}",
        "at_text": at.strftime("%Y-%m-%dT%H:%MZ"),
    }
    return page(request, "course/place.html", context, status=status)


def _moved_up(
    details: queries.InfusionDetails, spot: Spot, breaks: tuple[Break, ...], now: datetime
) -> tuple[Put, ...]:
    """The way out for an infusion without a place where later ones are booked before it: they move up, and it is added.

    Empty where the order is kept anyway, and for one that is booked: a repair finds the rest another time.
    """
    booked = details.booking is not None and details.booking.state is BookingState.HELD
    if booked or not any(one.code == "out_of_order" for one in breaks):
        return ()
    series = queries.course(details.course_id).may_move_up(now)
    return moved_up([one for one in series if one.spot or one.infusion_id == details.infusion_id], [spot])


def _places(up: tuple[Put, ...]) -> list[services.Place]:
    return [services.Place(one.infusion_id, one.spot.chair_id, one.spot.starts_at, one.spot.nurse_id) for one in up]


def _breaks_of(up: tuple[Put, ...], now: datetime) -> tuple[Break, ...]:
    """What stands against all of them together, each once."""
    return tuple(dict.fromkeys(one for these in what_they_break(_places(up), now).values() for one in these))


def _seen(up: tuple[Put, ...]) -> str:
    """What a person was shown, to be compared with what would be booked now."""
    return " ".join(f"{one.infusion_id}@{one.spot.chair_id}@{one.spot.starts_at:%Y-%m-%dT%H:%MZ}" for one in up)


def _book_all(request: SignedInRequest, up: tuple[Put, ...], reason: str, now: datetime) -> services.Booked | Refusal:
    if not up or request.POST.get("seen", "") != _seen(up):
        return refuse("changed_meanwhile")
    return services.place_all(
        request.actor,
        places=_places(up),
        now=now,
        accepted=frozenset(code for code in request.POST.get("codes", "").split(",") if code),
        reason=reason,
        submission_id=request.POST.get("submission_id", "")[:64],
    )


def _nurse_of(typed_id: str | None, details: queries.InfusionDetails) -> str:
    """Who is to be at the chair: as asked; where nothing is asked, who is named already. "" is nobody by name."""
    held = details.booking if details.booking and details.booking.state is BookingState.HELD else None
    if typed_id is None:
        return held.nurse_id if held is not None else ""
    known = {one.staff_id for one in colleagues(competency=Competency.OBSERVE)}
    return typed_id if typed_id in known else ""


def _who_can_watch(start: datetime, end: datetime) -> list[tuple[str, str]]:
    """Everybody who can watch a chair, those who are there for the whole of the visit first and the others marked."""
    presence = queries.presence_between(start, end)
    there = (
        {one.staff_id for one in presence if one.starts_at <= start and end <= one.ends_at}
        if presence is not None
        else None
    )
    found = [(one.staff_id, one.name) for one in colleagues(competency=Competency.OBSERVE)]
    if there is None:
        return found
    ordered = sorted(found, key=lambda one: (one[0] not in there, one[1]))
    return [(key, name if key in there else _("%(name)s, not there then") % {"name": name}) for key, name in ordered]


def _book(
    request: SignedInRequest,
    details: queries.InfusionDetails,
    chair_id: str,
    at: datetime,
    nurse_id: str,
    reason: str,
    now: datetime,
) -> services.Booked | Refusal:
    accepted = frozenset(code for code in request.POST.get("codes", "").split(",") if code)
    held = details.booking if details.booking and details.booking.state is BookingState.HELD else None
    submission_id = request.POST.get("submission_id", "")[:64]
    if held is None:
        return services.book(
            request.actor,
            infusion_id=details.infusion_id,
            chair_id=chair_id,
            starts_at=at,
            now=now,
            nurse_id=nurse_id,
            accepted=accepted,
            reason=reason,
            submission_id=submission_id,
        )
    return services.move(
        request.actor,
        booking_id=held.booking_id,
        chair_id=chair_id,
        starts_at=at,
        now=now,
        nurse_id=nurse_id,
        accepted=accepted,
        reason=reason,
        submission_id=submission_id,
    )
