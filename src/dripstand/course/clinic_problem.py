"""The whole clinic as the scheduler sees it: infusions without a place, or the bookings that a repair may move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dripstand.course import queries
from dripstand.course.queries import InfusionDetails, Neighbourhood
from dripstand.course.scheduling import Clinic, Closed, Patient, Problem, Spacing, Stay, Visit
from dripstand.course.solving import as_booked, can_of, clinic_for, minute_of
from dripstand.course.spacing import SpacingRules
from dripstand.course.wishes import NOTHING_TOLD
from dripstand.premises.queries import clinic_zone

FORTNIGHT_D = 14
REPAIR_BEFORE_D = 7
REPAIR_AFTER_D = 14
"""A repair looks for other times from so many days before what is moved to so many after."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A problem, and of each patient the infusions that want a place in it, in their order.

    without_room: of whom so many have no day left between the infusions that are booked before them and after.
    before_booked: who is asked for no day after their infusions that are booked.
    """

    problem: Problem
    infusions: Mapping[str, tuple[InfusionDetails, ...]]
    without_room: Mapping[str, int]
    before_booked: frozenset[str]


def days_from(first: date, count: int = FORTNIGHT_D) -> tuple[date, ...]:
    return tuple(first + timedelta(days=one) for one in range(count))


def _between(days: Sequence[date]) -> tuple[datetime, datetime]:
    return queries.day_span(days[0])[0], queries.day_span(days[-1])[1]


def fortnight(first: date, now: datetime) -> Wanted:
    """Everybody under way with infusions without a place that are wanted until the last of these days.

    What is booked stands. first: a day not before tomorrow; the day that has begun is for people, not for proposals.
    """
    tomorrow = now.astimezone(clinic_zone()).date() + timedelta(days=1)
    days = days_from(max(first, tomorrow))
    waiting: dict[str, list[InfusionDetails]] = defaultdict(list)
    for one in queries.waiting_for_a_place():
        if one.wanted_on is None or one.wanted_on <= days[-1]:
            waiting[one.patient_id].append(one)
    there = queries.neighbourhood(set(waiting), *_between(days))
    patients: list[Patient] = []
    infusions: dict[str, tuple[InfusionDetails, ...]] = {}
    without_room: dict[str, int] = {}
    for patient_id, unplaced in waiting.items():
        patient, these = _patient(there, patient_id, unplaced, days)
        if patient is not None:
            patients.append(patient)
            infusions[patient_id] = these
        elif these:
            without_room[patient_id] = len(these)
    booked = tuple(as_booked(one.visit(there.people[one.patient_id].called), there.base.zone) for one in there.held)
    return Wanted(
        Problem(clinic_for(there.base, days), tuple(patients), booked),
        infusions,
        without_room,
        _before_booked(there, infusions),
    )


def _before_booked(there: Neighbourhood, infusions: Mapping[str, Sequence[InfusionDetails]]) -> frozenset[str]:
    last = {(these[-1].course_id, these[-1].series_number): these[-1].number for these in infusions.values()}
    return frozenset(
        one.patient_id for one in there.held if one.number > last.get((one.course_id, one.series_number), one.number)
    )


def _patient(
    there: Neighbourhood, patient_id: str, unplaced: Sequence[InfusionDetails], days: Sequence[date]
) -> tuple[Patient | None, tuple[InfusionDetails, ...]]:
    """One patient's next infusions without a place, between what is booked before them and after.

    None for the patient where these days hold no room; the infusions are named then if one booked after them is why.
    """
    zone = there.base.zone
    course_id, series = unplaced[0].course_id, unplaced[0].series_number
    own = [one for one in there.held if one.course_id == course_id]
    booked = {one.number: one.starts_at.astimezone(zone).date() for one in own if one.series_number == series}
    these = [one for one in unplaced if one.series_number == series]
    after = min((number for number in booked if number > these[0].number), default=None)
    these = [one for one in these if after is None or one.number < after]
    earlier = [day for number, day in booked.items() if number < these[0].number]
    earlier += [one.starts_at.astimezone(zone).date() for one in own if one.series_number < series]
    first = max([days[0], *(day + timedelta(days=1) for day in earlier)])
    last = min(days[-1], booked[after] - timedelta(days=1)) if after is not None else days[-1]
    if first > last:
        return None, tuple(these) if after is not None else ()
    rules = there.rules_of(patient_id)
    spans = queries.chair_time(queries.course(course_id).infusion_min)
    maintained = these[0].is_maintenance
    ideal = tuple(max(one.wanted_on, first) for one in these if one.wanted_on is not None)
    # Without days of a pattern only as many are asked for as the days can hold: the rest wait for the next fortnight.
    room = -(-((last - first).days + 1) // max(rules.usual_least_d, 1))
    these = these[: max(min(room, rules.most_a_week * (1 + (last - first).days // 7)), 1)]
    patient = Patient(
        patient_id=patient_id,
        called=there.people[patient_id].called,
        visits_count=len(these),
        first_on=first,
        last_on=last,
        stay=Stay(spans.preparation_min, spans.infusion_min, spans.observation_min, spans.turnover_min),
        spacing=_spaced(rules, lasts=maintained),
        can=can_of(there.wishes.get(patient_id, NOTHING_TOLD), tuple(days)),
        ideal_days=ideal,
        given=there.given.get(patient_id, ()),
    )
    return patient, tuple(these)


def _spaced(rules: SpacingRules, *, lasts: bool) -> Spacing:
    """lasts: of a maintenance, in which no longest distance is asked for."""
    return Spacing(rules.least_h, rules.usual_least_d, None if lasts else rules.most_d, rules.most_a_week)


def repairable(days: Sequence[date], now: datetime, *, fixed: Iterable[str] = ()) -> tuple[Problem, Neighbourhood]:
    """The bookings of these days, each of which a repair may move unless it has begun or is named in `fixed`.

    What somebody booked with open eyes in spite of a rule is not a fault to be mended: it stays, unless the world has
    turned against it in another way since.
    """
    start, end = _between(days)
    there = queries.neighbourhood((), start, end)
    zone = there.base.zone
    today = now.astimezone(zone).date()
    stays = set(fixed) | _decided(there, start, end, now)
    in_days = [one for one in there.held if start <= one.starts_at < end]
    spans = queries.chair_time()
    stay = Stay(spans.preparation_min, spans.infusion_min, spans.observation_min, spans.turnover_min)
    maintained = queries.maintained(one.infusion_id for one in in_days)
    lasting = {one.patient_id for one in in_days if one.infusion_id in maintained}
    patients = tuple(
        Patient(
            patient_id=patient_id,
            called=there.people[patient_id].called,
            visits_count=0,
            first_on=days[0],
            last_on=days[-1],
            stay=stay,
            spacing=_spaced(there.rules_of(patient_id), lasts=patient_id in lasting),
            can=can_of(there.wishes.get(patient_id, NOTHING_TOLD), tuple(days)),
            given=there.given.get(patient_id, ()),
        )
        for patient_id in dict.fromkeys(one.patient_id for one in in_days)
    )
    booked = tuple(
        as_booked(
            one.visit(there.people[one.patient_id].called),
            zone,
            movable=start <= one.starts_at < end
            and one.starts_at > now
            and not one.session_id
            and one.booking_id not in stays,
        )
        for one in there.held
    )
    patients = _as_long_as_booked(patients, booked)
    return Problem(_not_in_the_past(clinic_for(there.base, tuple(days)), today, now), patients, booked), there


def _as_long_as_booked(patients: tuple[Patient, ...], booked: Iterable[Visit]) -> tuple[Patient, ...]:
    """Each patient's visits are as long as those that are booked for them, the longest of them."""
    longest: dict[str, Stay] = {}
    for one in booked:
        known = longest.get(one.patient_id)
        if known is None or one.stay.total_min > known.total_min:
            longest[one.patient_id] = one.stay
    return tuple(replace(one, stay=longest.get(one.patient_id, one.stay)) for one in patients)


def _decided(there: Neighbourhood, start: datetime, end: datetime, now: datetime) -> set[str]:
    """Bookings against which something stands that a person decided in spite of, and nothing new."""
    broken = {one.booking.booking_id for one in queries.broken_in(there, start, end, now)}
    against = {one.booking.booking_id for one in queries.broken_in(there, start, end, now, also_decided=True)}
    return against - broken


def _not_in_the_past(clinic: Clinic, today: date, now: datetime) -> Clinic:
    """No other time is looked for in what has passed of today."""
    if today not in clinic.hours:
        return clinic
    passed = Closed(today, 0, minute_of(now, today, clinic.zone) + 1, "")
    return replace(clinic, closures=(*clinic.closures, passed))
