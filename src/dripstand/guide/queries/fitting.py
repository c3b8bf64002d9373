"""What a page of the guide is fitted with for one person: their own order, times, room, nurse, escort and clinic.

What is not known yet is said in a sentence of its own, never as a hole in another one and never as somebody's or
something's name that may be wrong: a chart that is not about the visit to come lends nothing to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dripstand.course.queries import BookingDetails, bookings_of, infusion_of_session, open_course_of
from dripstand.guide.pages import rendered
from dripstand.guide.queries.told import STANDS, escort_for
from dripstand.guide.queries.written import Page, crisis_line, page, response_range
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import BEFORE_START, LIVE
from dripstand.infusion.queries import chart, sessions_of, visits_at_hand
from dripstand.people.errors import NoSuchStaff
from dripstand.people.queries import staff_member
from dripstand.premises.queries import NoSuchChair, clinic, clinic_zone
from dripstand.premises.queries import chair as chair_of
from dripstand.premises.telephones import numbers_for
from dripstand.protocol.queries import current_template
from dripstand.protocol.template import is_pain


@dataclass(frozen=True, slots=True)
class Coming:
    """The visit that the guide speaks of: under way with its drug before it or in it, else the next. None and "" where
    it is not known. session_id: "" until it is opened. drug_at: when the drug is planned to start."""

    session_id: str = ""
    starts_at: datetime | None = None
    drug_at: datetime | None = None
    room: str = ""
    chair: str = ""
    nurse: str = ""
    planned_minutes: float | None = None


def coming_visit(patient_id: str, now: datetime) -> Coming:
    """From the chart of the visit, where it is open; from its booking, where it is not, or says nothing yet."""
    here = next((line for line in visits_at_hand(patient_id, now) if line.phase in BEFORE_START | LIVE), None)
    held = [one for one in bookings_of(patient_id) if one.state == "held"]
    if here is None:
        over = {line.session_id for line in sessions_of(patient_id)}  # its drug is over: it is not to come any more
        booking = next((one for one in held if one.ends_at > now and one.session_id not in over), None)
        return _booked(booking) if booking else Coming()
    folded = chart(here.session_id)
    planned = infusion_of_session(here.session_id)
    booking = next((one for one in held if planned is not None and one.infusion_id == planned.infusion_id), None)
    known = _booked(booking) if booking else Coming()
    return Coming(
        session_id=here.session_id,
        starts_at=known.starts_at or here.expected_at,
        drug_at=known.drug_at or here.expected_at,
        room=folded.chair.room_name if folded.chair else known.room,
        chair=folded.chair.chair_name if folded.chair else known.chair,
        nurse=folded.observer.name if folded.observer else known.nurse,
        planned_minutes=_minutes(folded),
    )


def _minutes(folded: Chart) -> float | None:
    return float(folded.order.planned_minutes) if folded.order else None


def _booked(booking: BookingDetails) -> Coming:
    room, chair = "", ""
    try:
        place = chair_of(booking.chair_id)
        room, chair = place.room_name, place.name
    except NoSuchChair:
        pass
    return Coming("", booking.starts_at, booking.drug_at, room, chair, _nurse(booking.nurse_id))


def _nurse(staff_id: str) -> str:
    """Who is to be at the chair, by name; "" for nobody, and for somebody who works here no more."""
    try:
        member = staff_member(staff_id) if staff_id else None
    except NoSuchStaff:
        member = None
    return member.full_name if member is not None and member.is_active else ""


def values_for(patient_id: str, language: str, now: datetime) -> dict[str, str]:
    """Every placeholder with what stands for it, in the language that is active."""
    template, here, visit = current_template(), clinic(), coming_visit(patient_id, now)
    gates = template.gates if template else None
    unsaid = _("we will tell you")
    food = visit.drug_at - timedelta(hours=float(gates.fasting_food_h)) if visit.drug_at and gates else None
    drink = visit.drug_at - timedelta(hours=float(gates.fasting_clear_fluid_h)) if visit.drug_at and gates else None
    course = open_course_of(patient_id)
    minutes = visit.planned_minutes or (float(course.infusion_min) if course else None)
    low, high, _studies = response_range()
    known = {
        "clinic": here.name if here else "",
        "when": _clock(visit.starts_at),
        "food_until": _clock(food),
        "drink_until": _clock(drink),
        "room": visit.room,
        "chair": visit.chair,
        "nurse": visit.nurse,
        "escort": _escort(patient_id, visit, now),
        "minutes": f"{minutes:.0f}" if minutes else "",
        "infusions": str(len(course.series)) if course and course.series else "",
    }
    return {
        **{name: value or unsaid for name, value in known.items()},
        "escort": known["escort"] or _("nobody yet"),
        "observation_min": str(template.minimum_observation_min) if template else "60",
        **numbers_for(language),
        "crisis_line": crisis_line(language),
        "response_range": _("These numbers are about depression. For pain there are no good numbers yet.")
        if course is not None and is_pain(course.indication)
        else _("In the studies with the scale that we use (PHQ-9) it was %(low)d to %(high)d in 100.")
        % {"low": low, "high": high},
        **sentences(known),
    }


def _clock(at: datetime | None) -> str:
    return date_format(at.astimezone(clinic_zone()), _("j F, H:i")) if at else ""


def _escort(patient_id: str, visit: Coming, now: datetime) -> str:
    """Who is named for the visit to come; after its drug, for the one that is not over yet."""
    session_id = visit.session_id or next((line.session_id for line in visits_at_hand(patient_id, now)), "")
    said = escort_for(patient_id, session_id)
    return said.name if said and said.state in STANDS else ""


def sentences(known: dict[str, str]) -> dict[str, str]:
    """Whole sentences, each with another one for when its fact is missing. known: the facts, "" where not known."""
    return {
        "your_visit": _("You come to %(clinic)s on %(when)s.") % known
        if known["clinic"] and known["when"]
        else _("We tell you the day and the time as soon as they are set."),
        "your_place": _("Your place is: %(room)s, %(chair)s.") % known
        if known["room"] and known["chair"]
        else _("We show you your place when you come."),
        "your_nurse": _("%(nurse)s will watch over you. If that changes, we tell you.") % known
        if known["nurse"]
        else _("You will know the nurse by name."),
        "your_fasting": _(
            "Please eat nothing from %(food_until)s on. You may drink clear water until %(drink_until)s. Then stop."
        )
        % known
        if known["food_until"] and known["drink_until"]
        else _("For some hours before, you may not eat, and later not drink. We tell you from when on."),
        "your_escort": _("Now we have: %(escort)s. Let us know at once if that changes.") % known
        if known["escort"]
        else _("We have no name yet. Please tell us who comes."),
        "your_length": _("Yours is planned for %(minutes)s minutes.") % known
        if known["minutes"]
        else _("Your doctor sets how long yours is."),
        "your_plan": _("The number of infusions in your plan now: %(infusions)s.") % known
        if known["infusions"]
        else _("Your own plan is not made yet."),
    }


def page_for(patient_id: str, slug: str, language: str, now: datetime) -> tuple[Page, str]:
    """A page fitted to this patient, as HTML."""
    found = page(slug, language)
    return found, rendered(found.body, values_for(patient_id, language, now))
