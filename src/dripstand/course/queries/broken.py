"""Bookings that stood and stand no longer, because the world changed: a closure, somebody ill, a patient away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from dripstand.course import models
from dripstand.course.judging import Break, Presence, Visit, judge_standing
from dripstand.course.queries.details import BookingDetails
from dripstand.course.queries.neighbourhood import Neighbourhood, neighbourhood


@dataclass(frozen=True, slots=True)
class BrokenBooking:
    """A held booking and what stands against it now that nobody decided when it was booked."""

    booking: BookingDetails
    name: str
    breaks: tuple[Break, ...]


def broken_between(start: datetime, end: datetime, now: datetime) -> tuple[BrokenBooking, ...]:
    """Every booking that begins in [start, end), not before now, and does not stand any more; by time."""
    return broken_in(neighbourhood((), start, end), start, end, now)


def broken_in(
    there: Neighbourhood, start: datetime, end: datetime, now: datetime, *, also_decided: bool = False
) -> tuple[BrokenBooking, ...]:
    """As broken_between, of what was read already. also_decided: what somebody booked in spite of too."""
    zone = there.base.zone
    by_day: dict[date, list[Visit]] = defaultdict(list)
    for visit in there.base.others:
        by_day[visit.starts_at.astimezone(zone).date()].append(visit)
    present: dict[date, list[Presence]] | None = None
    if there.base.presence is not None:
        present = defaultdict(list)
        for span in there.base.presence:
            present[span.starts_at.astimezone(zone).date()].append(span)
    found: list[BrokenBooking] = []
    for one in there.held:
        if one.session_id or one.starts_at < max(start, now) or one.starts_at >= end:
            continue
        day = one.starts_at.astimezone(zone).date()
        around = replace(
            there.of(one.patient_id),
            others=tuple(other for other in by_day[day] if other.booking_id != one.booking_id),
            presence=tuple(present[day]) if present is not None else None,
        )
        if breaks := judge_standing(one.visit(), around):
            found.append(BrokenBooking(one, there.people[one.patient_id].name, breaks))
    if also_decided:
        return tuple(found)
    decided = _decided([one.booking for one in found])
    unasked = (
        replace(one, breaks=tuple(b for b in one.breaks if b.code not in decided.get(one.booking.infusion_id, ())))
        for one in found
    )
    return tuple(one for one in unasked if one.breaks)


def _decided(bookings: Iterable[BookingDetails]) -> dict[str, frozenset[str]]:
    """What somebody read and booked in spite of, when each booking was set to the time that it has now."""
    wanted = {one.infusion_id: one.course_id for one in bookings}
    if not wanted:
        return {}
    entries = models.CourseEntry.objects.filter(
        course_id__in=set(wanted.values()), kind__in=("booked", "moved", "planned")
    ).order_by("sequence")
    decided: dict[str, frozenset[str]] = {}
    for entry in entries:
        for infusion_id in entry.facts.get("places", {}):
            decided[infusion_id] = frozenset(entry.breaks)
    return decided
