"""The week: chairs as rows, days as columns, every booking a card. A person moves a booking by two plain choices, the
booking and its new place; nothing is dragged. While a place is looked for, each free start is a button, and the one
that breaks something says so before anything is booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dripstand.course import queries
from dripstand.course.finding import Offer, free_starts
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.states import UNDER_WAY
from dripstand.course.views import typed
from dripstand.course.words import BOOKINGS, sentence
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import page
from dripstand.people.queries import PatientDetails, look_alikes, patients_by_id
from dripstand.people.queries import patient as patient_of
from dripstand.people.services import record_read
from dripstand.premises import queries as premises

SEES = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
OFFERED_AT_MOST_COUNT = 8


@dataclass(frozen=True, slots=True)
class Card:
    """One booking in the week. starts, ends: by the clinic's clock."""

    booking_id: str
    course_id: str
    name: str
    number: int
    count: int
    starts: str
    ends: str
    nurse: str
    state: str
    state_words: str
    is_chosen: bool
    has_twin: bool
    is_broken: bool
    may_move: bool


@dataclass(frozen=True, slots=True)
class FreeStart:
    """A start that is offered. clock: the clinic's. asks: what a person would have to decide, in words."""

    clock: str
    href: str
    asks: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One chair on one day. closed: why nobody is treated there then, "" where it is open. where: both, read aloud."""

    day: date
    where: str
    cards: tuple[Card, ...]
    starts: tuple[FreeStart, ...]
    more_count: int
    closed: str


@dataclass(frozen=True, slots=True)
class Row:
    chair_id: str
    chair: str
    room: str
    is_shared: bool
    is_bed: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One column. there: names of those who can watch; None where no rota is kept."""

    day: date
    is_today: bool
    hours: str
    closed: str
    there: tuple[str, ...] | None
    booked_count: int
    signed: bool


@dataclass(frozen=True, slots=True)
class Placing:
    """The infusion that a place is looked for."""

    infusion: queries.InfusionDetails
    patient: PatientDetails
    booking: queries.BookingDetails | None


@who_may(*SEES)
@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """A week of the clinic. ?day= any day of it; ?place= the infusion that a place is looked for."""
    now, zone = now_by_clock(), premises.clinic_zone()
    today = now.astimezone(zone).date()
    placing = _placing(request, now)
    wished = _first_day(placing, today, zone) if placing and "day" not in request.GET else _day_of_work(today)
    first = typed.monday_of(typed.day_of(request.GET.get("day", ""), wished))
    start, end = queries.day_span(first)[0], queries.day_span(first + timedelta(days=6))[1]
    # A week that is over is nobody's to be placed in, and nothing of it can break any more.
    there = queries.neighbourhood((placing.patient.patient_id,) if placing else (), start, end) if end > now else None
    bookings = _booked(start, end, there)
    days = _days_shown(first, {one.starts_at.astimezone(zone).weekday() for one in bookings if one.starts_at >= start})
    end = queries.day_span(days[-1])[1]
    people = patients_by_id(one.patient_id for one in bookings)
    offers = _offers(placing, days, now, there) if placing and there else {}
    closures = premises.closures(start, end)
    broken = {one.booking.booking_id for one in queries.broken_in(there, start, end, now)} if there else set()
    context = {
        "rows": _rows(days, bookings, people, offers, placing, closures, broken),
        "days": _columns(days, bookings, closures, today, zone, start, end),
        "first": first,
        "last": days[-1],
        "today": today,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
        "placing": placing,
        "chairs": [one for one in premises.chairs()],
        "booked_count": sum(one.state is BookingState.HELD for one in bookings),
        "waiting": _waiting(now) if placing is None else (),
        "broken_count": len(broken),
        "this_week": typed.monday_of(today) == first,
    }
    return page(request, "course/calendar.html", context)


def _booked(
    start: datetime, end: datetime, there: queries.Neighbourhood | None
) -> tuple[queries.BookingDetails, ...]:
    """Held, kept and missed in [start, end), by time; the held ones are not read again where they are at hand."""
    wanted = (BookingState.HELD, BookingState.KEPT, BookingState.MISSED)
    if there is None:
        return queries.bookings_between(start, end, states=wanted)
    held = [one for one in there.held if one.starts_at < end and one.ends_at > start]
    rest = queries.bookings_between(start, end, states=wanted[1:])
    return tuple(sorted((*held, *rest), key=lambda one: one.starts_at))


def _placing(request: SignedInRequest, now: datetime) -> Placing | None:
    asked = request.GET.get("place", "")
    if not asked:
        return None
    details = queries.infusion(asked)
    record_read(actor=request.actor, patient_id=details.patient_id, screen="calendar", now=now)
    held = details.booking if details.booking and details.booking.state is BookingState.HELD else None
    return Placing(details, patient_of(details.patient_id), held)


def _first_day(placing: Placing, today: date, zone: object) -> date:
    """The week to begin with: where it is booked, or where the pattern wants it, but never a week that is over."""
    if placing.booking is not None:
        return placing.booking.starts_at.astimezone(premises.clinic_zone()).date()
    return max(placing.infusion.wanted_on or today, today)


def _last_open_weekday() -> int:
    return max((weekday for weekday in premises.opening_hours()), default=4)


def _days_shown(first: date, booked: set[int]) -> tuple[date, ...]:
    """Monday to Friday, and the weekend where the clinic is open or somebody is booked on it (0: Monday)."""
    return tuple(first + timedelta(days=count) for count in range(max(_last_open_weekday(), 4, *booked) + 1))


def _day_of_work(today: date) -> date:
    """Today; at a weekend without opening hours and without bookings the coming Monday: the week is over."""
    if today.weekday() <= max(_last_open_weekday(), 4) or queries.bookings_between(*queries.day_span(today)):
        return today
    return typed.monday_of(today) + timedelta(days=7)


def _columns(
    days: tuple[date, ...],
    bookings: Iterable[queries.BookingDetails],
    closures: Iterable[premises.ClosureDetails],
    today: date,
    zone: object,
    start: datetime,
    end: datetime,
) -> tuple[Day, ...]:
    hours = premises.opening_hours()
    presence = queries.presence_between(start, end)
    counts: dict[date, int] = defaultdict(int)
    for one in bookings:
        counts[one.starts_at.astimezone(premises.clinic_zone()).date()] += one.state is not BookingState.MISSED
    found = []
    for day in days:
        span = hours.get(day.weekday())
        begins, ends = queries.day_span(day)
        there = (
            None
            if presence is None
            else tuple(dict.fromkeys(one.name for one in presence if one.starts_at < ends and one.ends_at > begins))
        )
        signed = queries.signing_of(day) if day == today else None
        found.append(
            Day(
                day=day,
                is_today=day == today,
                hours=f"{span[0]:%H:%M}–{span[1]:%H:%M}" if span else "",
                closed=_closed(day, closures, "", "") or ("" if span or not hours else _("closed")),
                there=there,
                booked_count=counts[day],
                signed=signed is not None and signed.in_order,
            )
        )
    return tuple(found)


def _closed(day: date, closures: Iterable[premises.ClosureDetails], room_id: str, chair_id: str) -> str:
    """What is closed on this day: the whole clinic where neither room nor chair is named."""
    begins, ends = queries.day_span(day)
    for one in closures:
        if not (one.starts_at < ends and one.ends_at > begins):
            continue
        everywhere = not one.room_id and not one.chair_id
        if everywhere if not chair_id else (one.chair_id == chair_id or (one.room_id and one.room_id == room_id)):
            return one.words
    return ""


def _rows(
    days: tuple[date, ...],
    bookings: Iterable[queries.BookingDetails],
    people: Mapping[str, PatientDetails],
    offers: Mapping[tuple[str, date], list[Offer]],
    placing: Placing | None,
    closures: tuple[premises.ClosureDetails, ...],
    broken: Collection[str],
) -> tuple[Row, ...]:
    by_place: dict[tuple[str, date], list[queries.BookingDetails]] = defaultdict(list)
    by_day: dict[date, list[PatientDetails]] = defaultdict(list)
    for one in bookings:
        day = one.starts_at.astimezone(premises.clinic_zone()).date()
        by_place[one.chair_id, day].append(one)
        by_day[day].append(people[one.patient_id])
    twins = {day: set(look_alikes(them)) for day, them in by_day.items()}
    names = _nurses(bookings)
    zone = premises.clinic_zone()
    address = reverse("course:place", args=[placing.infusion.infusion_id]) if placing else ""
    rows = []
    for chair in premises.chairs(also_out_of_use=True):
        if not chair.in_use and not any((chair.chair_id, day) in by_place for day in days):
            continue
        cells = []
        for day in days:
            cards = tuple(
                _card(one, people[one.patient_id], placing, names, one.patient_id in twins.get(day, ()), broken, zone)
                for one in by_place.get((chair.chair_id, day), ())
            )
            free = offers.get((chair.chair_id, day), [])
            best = sorted(free, key=lambda one: (len(one.breaks), one.starts_at))[:OFFERED_AT_MOST_COUNT]
            cells.append(
                Cell(
                    day=day,
                    where=f"{date_format(day, 'D j M')}, {chair.name}",
                    cards=cards,
                    starts=tuple(_start(one, address, zone) for one in sorted(best, key=lambda one: one.starts_at)),
                    more_count=len(free) - len(best),
                    closed=_closed(day, closures, chair.room_id, chair.chair_id),
                )
            )
        rows.append(Row(chair.chair_id, chair.name, chair.room_name, chair.room_is_shared, chair.is_bed, tuple(cells)))
    return tuple(rows)


def _nurses(bookings: Iterable[queries.BookingDetails]) -> dict[str, str]:
    from dripstand.people.queries import staff_member

    return {one: staff_member(one).full_name for one in {b.nurse_id for b in bookings if b.nurse_id}}


def _card(
    one: queries.BookingDetails,
    who: PatientDetails,
    placing: Placing | None,
    nurses: Mapping[str, str],
    has_twin: bool,
    broken: Collection[str],
    zone: tzinfo,
) -> Card:
    return Card(
        booking_id=one.infusion_id,
        course_id=one.course_id,
        name=who.name,
        number=one.number,
        count=one.count,
        starts=f"{one.starts_at.astimezone(zone):%H:%M}",
        ends=f"{one.leaves_at.astimezone(zone):%H:%M}",
        nurse=nurses.get(one.nurse_id, ""),
        state=one.state.value,
        state_words=str(BOOKINGS[one.state]),
        is_chosen=placing is not None and placing.infusion.infusion_id == one.infusion_id,
        has_twin=has_twin,
        is_broken=one.booking_id in broken,
        may_move=one.state is BookingState.HELD and not one.session_id,
    )


def _start(offer: Offer, address: str, zone: tzinfo) -> FreeStart:
    at = offer.starts_at.strftime("%Y-%m-%dT%H:%MZ")
    return FreeStart(
        clock=f"{offer.starts_at.astimezone(zone):%H:%M}",
        href=f"{address}?chair={offer.chair_id}&at={at}",
        asks=" ".join(sentence(one) for one in offer.breaks),
    )


def _offers(
    placing: Placing, days: tuple[date, ...], now: datetime, there: queries.Neighbourhood
) -> dict[tuple[str, date], list[Offer]]:
    """Every start of the week that nothing forbids, by chair and day."""
    course = queries.course(placing.infusion.course_id)
    if course.state not in UNDER_WAY or placing.infusion.state is not InfusionState.PLANNED:
        return {}
    zone = premises.clinic_zone()
    visit = queries.visit_for(placing.infusion, "", queries.day_span(days[0])[0], course.infusion_min)
    around = there.of(placing.infusion.patient_id, in_induction=not placing.infusion.is_maintenance)
    around = replace(around, others=tuple(one for one in around.others if one.booking_id != visit.booking_id))
    found: dict[tuple[str, date], list[Offer]] = defaultdict(list)
    for offer in free_starts(visit, around, days, now):
        found[offer.chair_id, offer.starts_at.astimezone(zone).date()].append(offer)
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """An infusion that is planned and has no place yet."""

    infusion: queries.InfusionDetails
    name: str


def _waiting(now: datetime) -> tuple[Waiting, ...]:
    """The next unplaced infusion of everybody who is under way, by the day on which it is wanted."""
    unplaced = queries.unplaced()
    people = patients_by_id(one.patient_id for one in unplaced)
    found = [Waiting(one, people[one.patient_id].name) for one in unplaced]
    return tuple(sorted(found, key=lambda one: (one.infusion.wanted_on or date.max, one.name)))
