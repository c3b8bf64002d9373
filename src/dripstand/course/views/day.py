"""One day: its readiness, who comes when and until when each may still start, and who came without a booking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dripstand.course import queries, services, walk_in
from dripstand.course.finding import free_starts
from dripstand.course.last_start import Because, LastStart
from dripstand.course.models import BookingState
from dripstand.course.readiness import ITEMS, Item
from dripstand.course.spacing import days_between
from dripstand.course.states import UNDER_WAY, State
from dripstand.course.views import typed
from dripstand.course.walk_in import Need
from dripstand.course.words import BOOKINGS, ITEM_WORDS, gap_words, obstacle_words, sentence
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.queries import clearance_of
from dripstand.infusion import queries as sessions
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, anyone_signed_in, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.pages import page
from dripstand.people.queries import PatientDetails, look_alikes, patients_by_id
from dripstand.people.queries import patient as patient_of
from dripstand.people.services import record_read
from dripstand.premises import queries as premises
from dripstand.protocol.queries import current_template

SEES = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
SIGNS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)


@dataclass(frozen=True, slots=True)
class Coming:
    """One booking of the day. last: until when drug may still start; None once it has started or is over."""

    booking: queries.BookingDetails
    patient: PatientDetails
    place: str
    state_words: str
    may_open: bool
    session_href: str
    last: LastStart | None
    last_words: str
    is_late: bool
    twins: tuple[PatientDetails, ...]
    answer: str
    in_the_way: str


@anyone_signed_in
@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """To the clinic's day that it is now."""
    day = now_by_clock().astimezone(premises.clinic_zone()).date()
    return HttpResponseRedirect(reverse("course:day", args=[day.isoformat()]))


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: SignedInRequest, day: str) -> HttpResponse:
    """The day's list; a POST signs the day's readiness."""
    on = typed.maybe_day(day)
    if on is None:
        raise Http404
    now, zone = now_by_clock(), premises.clinic_zone()
    wrong: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            _sign(request, on, now)
        except Unacceptable as fault:
            wrong = fault.words
        else:
            messages.success(request, _("The day is signed."))
            return HttpResponseRedirect(reverse("course:day", args=[on.isoformat()]), status=303)
    start, end = queries.day_span(on)
    today_on = now.astimezone(zone).date()
    bookings = queries.bookings_between(start, end, states=(BookingState.HELD, BookingState.KEPT, BookingState.MISSED))
    people = patients_by_id(one.patient_id for one in bookings)
    open_now = [one for one in queries.open_courses() if one.patient_id not in people] if on == today_on else []
    at_home = patients_by_id(one.patient_id for one in open_now)
    twins = look_alikes(people.values())
    known = _known(bookings, people, on, now)
    coming = [_coming(one, twins.get(one.patient_id, ()), known, now) for one in bookings]
    presence = queries.presence_between(start, end)
    context = {
        "on": on,
        "is_today": on == today_on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "coming": coming,
        "booked_count": sum(one.booking.state is not BookingState.MISSED for one in coming),
        "signed": queries.signing_of(on),
        "bad_words": [ITEM_WORDS[Item(one)] for one in getattr(queries.signing_of(on), "bad", ())],
        "may_sign": request.actor.is_a(*SIGNS) and on == today_on,
        "items": [
            {
                "key": item,
                "words": ITEM_WORDS[Item(item)],
                "typed": request.POST.get(item, "") if wrong else "",
                "wrong": wrong.get(item, ""),
            }
            for item in ITEMS
        ],
        "note": request.POST.get("note", "") if wrong else "",
        "note_wrong": wrong.get("note", ""),
        "is_wrong": bool(wrong),
        "staff": queries.staff_of_day(on),
        "presence": [
            {"name": one.name, "from": one.starts_at, "until": one.ends_at}
            for one in (presence or ())
            if one.starts_at < end and one.ends_at > start
        ],
        "keeps_rota": presence is not None,
        "at_the_door": [(one.course_id, at_home[one.patient_id].name) for one in open_now] if on == today_on else [],
    }
    return page(request, "course/day.html", context, status=422 if wrong else 200)


def _sign(request: SignedInRequest, on: date, now: datetime) -> None:
    if on != now.astimezone(premises.clinic_zone()).date():
        raise Unacceptable({"note": _("A day is signed on the day itself.")})
    found = {item: request.POST[item] == "yes" for item in ITEMS if request.POST.get(item) in ("yes", "no")}
    services.sign_day(request.actor, day=on, in_order=found, now=now, note=request.POST.get("note", ""))


@dataclass(frozen=True, slots=True)
class Known:
    """What the lines of a day need of everybody who is booked on it, read once for all."""

    bookings: tuple[queries.BookingDetails, ...]
    people: Mapping[str, PatientDetails]
    charts: Mapping[str, Any]  # by session, as infusion.queries answers them
    chairs: Mapping[str, premises.ChairDetails]
    infusion_min: Mapping[str, int]
    answers: Mapping[str, str]
    last: queries.LastStarts
    in_the_way: Mapping[str, str]  # by course, in words


def _known(
    bookings: tuple[queries.BookingDetails, ...], people: Mapping[str, PatientDetails], on: date, now: datetime
) -> Known:
    courses = queries.courses_by_id(one.course_id for one in bookings)
    return Known(
        bookings=bookings,
        people=people,
        charts=sessions.charts_by_id(one.session_id for one in bookings if one.session_id),
        chairs={one.chair_id: one for one in premises.chairs(also_out_of_use=True)},
        infusion_min={course_id: one.infusion_min for course_id, one in courses.items()},
        answers=queries.answers_of(bookings),
        last=queries.last_starts(on, people),
        in_the_way={
            course_id: obstacle_words(obstacles)
            for course_id, obstacles in queries.in_the_way(courses.values(), now).items()
        },
    )


def _coming(one: queries.BookingDetails, twins: tuple[PatientDetails, ...], known: Known, now: datetime) -> Coming:
    chair = known.chairs[one.chair_id]
    chart = known.charts[one.session_id] if one.session_id else None
    not_started = one.state is BookingState.HELD and (chart is None or chart.started_at is None)
    last = _last_start(one, known, now) if not_started else None
    late = last is not None and one.starts_at < now and (chart is None or chart.arrived_at is None)
    return Coming(
        booking=one,
        patient=known.people[one.patient_id],
        place=f"{chair.name}, {chair.room_name}",
        state_words=_where_it_stands(one, chart.arrived_at, chart.started_at, known.last.zone)
        if chart
        else str(BOOKINGS[one.state]),
        may_open=one.state is BookingState.HELD and not one.session_id,
        session_href=f"/session/{one.session_id}/prepare/" if one.session_id else "",
        last=last,
        last_words=_binding_words(last, known.last.zone) if last is not None else "",
        is_late=late,
        twins=twins,
        answer=known.answers.get(one.booking_id, ""),
        in_the_way=known.in_the_way.get(one.course_id, "") if not_started else "",
    )


def _where_it_stands(
    one: queries.BookingDetails, arrived_at: datetime | None, started_at: datetime | None, zone: ZoneInfo
) -> str:
    """How far an open visit is, as much as a day's list needs."""
    if one.state is not BookingState.HELD:
        return str(BOOKINGS[one.state])
    if started_at is not None:
        return _("started %(clock)s") % {"clock": f"{started_at.astimezone(zone):%H:%M}"}
    if arrived_at is not None:
        return _("here since %(clock)s") % {"clock": f"{arrived_at.astimezone(zone):%H:%M}"}
    return _("expected")


def _last_start(one: queries.BookingDetails, known: Known, now: datetime) -> LastStart:
    following = min(
        (
            other
            for other in known.bookings
            if other.chair_id == one.chair_id and other.starts_at > one.starts_at and other.state is BookingState.HELD
        ),
        key=lambda other: other.starts_at,
        default=None,
    )
    return known.last.of(
        one.patient_id,
        infusion_min=known.infusion_min[one.course_id],
        chair=known.chairs[one.chair_id],
        from_at=max(one.starts_at, now),
        next_in_chair_at=following.starts_at if following else None,
        next_called=known.people[following.patient_id].name if following else "",
    )


def _binding_words(last: LastStart, zone: ZoneInfo) -> str:
    """What the last safe start is bound by."""
    limit = last.binding
    if limit is None:
        unknown = _("No limit is known: neither closing time nor rota, escort or next booking")
        return "; ".join((unknown, *gap_words(last, zone)))
    until = f"{limit.until.astimezone(zone):%H:%M}"
    words = {
        Because.NOT_OPEN: _("the clinic does not open on this day"),
        Because.NOBODY: _("by the rota nobody who can watch is there on this day"),
        Because.CLOSED: _("closed from %(until)s (%(who)s)"),
        Because.CLOSING: _("the clinic closes at %(until)s"),
        Because.STAFF: _("nobody who can watch is there after %(until)s"),
        Because.ESCORT: _("the escort %(who)s can come until %(until)s"),
        Because.NEXT_BOOKING: _("%(who)s comes to this chair at %(until)s"),
        Because.PATIENT: _("the patient wants to be home by %(until)s"),
    }[limit.because]
    return "; ".join((words % {"until": until, "who": limit.words}, *gap_words(last, zone)))


# --- somebody at the door --------------------------------------------------------------------------------------------


def _no_infusion_words(state: State) -> str:
    """Why none is planned that could be given now, and who goes on."""
    if state is State.PAUSED:
        return _("The course is paused. A prescriber resumes it on the plan.")
    if state is State.ENDED:
        return _("The course has ended. Another one is opened on the page of courses.")
    return _("A prescriber begins an induction or maintenance on the plan.")


def need_words(need: Need, state: State) -> tuple[str, str]:
    """What is asked, and where it is got where it is missing. state: of the course."""
    return {
        Need.COURSE: (_("An infusion is planned, and the course is under way"), _no_infusion_words(state)),
        Need.DECISION: (_("A signed decision stands"), _("A prescriber signs it in the evaluation.")),
        Need.CONSENT: (_("Consent to treatment stands"), _("The patient signs it; a member of staff sees them do it.")),
        Need.SPACING: (
            _("Far enough from the last infusion"),
            _("Another day; sooner than usual is a decision with its reason, and never within a day."),
        ),
        Need.ESCORT: (_("Somebody takes them home"), _("Name the escort. Without one nothing starts.")),
        Need.FASTING: (_("Fasting, as told"), _("Ask when they last ate and drank.")),
        Need.WEIGHT: (_("Weight measured for this visit"), _("Weigh them once the visit is open.")),
        Need.SLOT: (
            _("A chair is free in time"),
            _("No start today keeps every rule before the last safe start. Offer another day."),
        ),
        Need.READINESS: (_("The day is signed"), _("A nurse or prescriber looks at everything, and signs the day.")),
    }[need]


@who_may(*SEES)
@require_safe
def at_the_door(request: SignedInRequest, course_id: UUID) -> HttpResponse:
    """Somebody came without a booking: what is there, what is missing, and the first chair today. Nothing is booked."""
    now, zone = now_by_clock(), premises.clinic_zone()
    course = queries.course(str(course_id))
    patient = patient_of(course.patient_id)
    record_read(actor=request.actor, patient_id=patient.patient_id, screen="at the door", now=now)
    on = now.astimezone(zone).date()
    wishes = queries.wishes_of(patient.patient_id)
    escort = " ".join(request.GET.get("escort", wishes.escort_name).split())[:120]
    following = course.next_infusion if course.state in UNDER_WAY else None
    last = queries.last_safe_start(patient.patient_id, on, infusion_min=course.infusion_min, from_at=now)
    offer = None
    if following is not None:
        visit = queries.visit_for(following, "", now, course.infusion_min)
        around = queries.surroundings(
            patient.patient_id,
            *queries.day_span(on),
            without=(visit.booking_id,),
            in_induction=not following.is_maintenance,
        )
        offers = sorted(free_starts(visit, around, (on,), now, step_min=15), key=lambda one: one.starts_at)
        offer = next((one for one in offers if one.fits), offers[0] if offers else None)
    decided_for = [one for one in Indication if one.value == course.indication]
    obstacles = {one.why.value for one in clearance_of(patient.patient_id, now, indications=decided_for).obstacles}
    opened = sessions.chart(following.session_id) if following is not None and following.session_id else None
    weighed = opened.weight if opened is not None and opened.ending is None else None
    given = queries.given_to(patient.patient_id, now - timedelta(days=30), now)
    signed = queries.signing_of(on)
    template = current_template()
    known = walk_in.Known(
        next_number=following.number if following else None,
        decision=all("consent" in why for why in obstacles),
        consent=not any("consent" in why for why in obstacles),
        measured_at=weighed.occurred_at if weighed is not None else None,
        escort=escort,
        fasting_told=request.GET.get("fasting") == "yes",
        last_drug_at=given[-1] if given else None,
        days_since_last=days_between(given[-1], now, zone) if given else 0,
        slot_at=offer.starts_at + timedelta(minutes=queries.chair_time(course.infusion_min).preparation_min)
        if offer is not None and offer.fits
        else None,
        last_start_at=last.at,
        day_in_order=signed is not None and signed.in_order,
    )
    lines = walk_in.answer(
        known,
        now,
        weight_valid_h=float(template.dose.weight_valid_h) if template else 24.0,
        rules=queries.spacing_rules(template, course.indication),
    )
    context = {
        "course": course,
        "patient": patient,
        "infusion": following,
        "lines": [(one.met, *need_words(one.need, course.state)) for one in lines],
        "missing_count": len(walk_in.missing(lines)),
        "offer": offer,
        "in_spite_of": [sentence(one) for one in offer.breaks] if offer else [],
        "offer_chair": premises.chair(offer.chair_id) if offer else None,
        "offer_at": offer.starts_at.strftime("%Y-%m-%dT%H:%MZ") if offer else "",
        "last": last,
        "last_words": _binding_words(last, zone),
        "escort": escort,
        "fasting": request.GET.get("fasting") == "yes",
        "on": on,
    }
    return page(request, "course/at_the_door.html", context)
