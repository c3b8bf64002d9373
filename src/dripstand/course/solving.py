"""The solver's proposals for one patient: the clinic as the scheduler sees it, the job that works on it, the answer.

The arithmetic is `scheduling/`; it runs in a process of its own beside the worker, never in a request. What it proposes
is only shown. A person takes it over, and then every visit is judged again by the rules for one that a person chose.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from dripstand.course import queries, reasons
from dripstand.course.judging import Surroundings
from dripstand.course.judging import Visit as Judged
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.moving_up import Spot, moved_up
from dripstand.course.proposals import KIND
from dripstand.course.scheduling import (
    Away,
    Can,
    Chair,
    Clinic,
    Closed,
    Cover,
    Limits,
    Patient,
    Present,
    Problem,
    Progress,
    Spacing,
    Start,
    Stay,
    Visit,
    name_watchers,
)
from dripstand.course.scheduling.apart import SolverDied, explained, proposed
from dripstand.course.wishes import Wishes
from dripstand.people.queries import patient as patient_of
from dripstand.premises import queries as premises

__all__ = ["KIND", "work_on"]

if TYPE_CHECKING:
    from dripstand.course.scheduling import Plan
    from dripstand.jobs.run import Run

LIMITS = Limits(seconds=40.0, grid_min=30, workers=2)  # at most: it ends when nothing better exists
EXPLAINED_AT_MOST_COUNT = 4
"""Of so many patients who were left out the reason is worked out: it takes a second or two for each."""
BEYOND_THE_PATTERN_D = 10
"""So many days after the last day that is wanted or booked are still searched."""


def minute_of(at: datetime, day: date, zone: tzinfo) -> int:
    """Minutes of the clinic's clock from a day's midnight, clipped to the day."""
    local = at.astimezone(zone)
    if local.date() != day:
        return 0 if local.date() < day else 24 * 60
    return local.hour * 60 + local.minute


def _of_time(at: time | None, otherwise: int) -> int:
    return otherwise if at is None else at.hour * 60 + at.minute


def clinic_for(around: Surroundings, days: tuple[date, ...]) -> Clinic:
    """The clinic on these days. Where it has not said when it opens, from 8 to 18."""
    zone = around.zone
    hours: dict[date, tuple[int, int]] = {}
    for day in days:
        span = around.hours.get(day.weekday()) if around.hours else (time(8), time(18))
        if span is not None and (around.hours or day.weekday() < 5):
            hours[day] = (_of_time(span[0], 0), _of_time(span[1], 24 * 60))
    return Clinic(
        zone=zone,
        chairs=tuple(
            Chair(one.chair_id, one.name, one.room_id, one.is_single, one.is_bed)
            for one in around.chairs.values()
            if one.in_use
        ),
        hours=hours,
        cover=Cover(0, around.most_chairs, around.most_chairs),
        presence=None
        if around.presence is None
        else tuple(
            Present(one.staff_id, one.name, day, minute_of(one.starts_at, day, zone), minute_of(one.ends_at, day, zone))
            for one in around.presence
            for day in (one.starts_at.astimezone(zone).date(),)
            if day in hours
        ),
        closures=tuple(
            Closed(day, minute_of(one.starts_at, day, zone), minute_of(one.ends_at, day, zone), one.words, *where)
            for one in around.closures
            for where in ((one.room_id, one.chair_id),)
            for day in days
            if minute_of(one.ends_at, day, zone) > minute_of(one.starts_at, day, zone)
        ),
    )


def can_of(wishes: Wishes, days: tuple[date, ...]) -> Can:
    home_by = min(_of_time(wishes.home_by, 24 * 60), _of_time(wishes.escort_until, 24 * 60))
    return Can(
        weekdays=wishes.weekdays,
        away=tuple(Away(day) for day in days if any(one.covers(day) for one in wishes.away)),
        not_before_min=_of_time(wishes.not_before, 0),
        home_by_min=home_by,
        single_room=wishes.single_room,
        bed=wishes.needs_bed,
    )


def as_booked(one: Judged, zone: tzinfo, *, movable: bool = False) -> Visit:
    """A booking as the scheduler sees it. movable: a repair may propose another time for it."""
    day = one.starts_at.astimezone(zone).date()
    return Visit(
        visit_id=one.booking_id,
        patient_id=one.patient_id,
        called=one.called,
        start=Start(day, minute_of(one.starts_at, day, zone)),
        stay=Stay(
            int((one.drug_at - one.starts_at).total_seconds() // 60),
            int((one.leaves_at - one.drug_at).total_seconds() // 60),
            0,
            int((one.ends_at - one.leaves_at).total_seconds() // 60),
        ),
        chair_id=one.chair_id,
        movable=movable,
        watcher_id=one.nurse_id,
    )


def problem_of(course_id: str, now: datetime) -> tuple[Problem, tuple[queries.InfusionDetails, ...]]:
    """What is to be scheduled for one course, and the infusions that still want a place, in order.

    Which of the patient's infusions is given in which place is not asked: they move up in their order (`in_order`).
    """
    course = queries.course(course_id)
    zone = premises.clinic_zone()
    planned = [one for one in course.series if one.state is InfusionState.PLANNED and not one.session_id]
    unplaced = tuple(one for one in planned if one.booking is None or one.booking.state is not BookingState.HELD)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    wanted = [one.wanted_on for one in unplaced if one.wanted_on is not None]
    first = max(min(wanted, default=tomorrow), tomorrow)
    held = [one.booking.starts_at.astimezone(zone).date() for one in planned if one.booking and one not in unplaced]
    last = max(*wanted, *held, first + timedelta(days=5 * len(unplaced))) + timedelta(days=BEYOND_THE_PATTERN_D)
    days = tuple(first + timedelta(days=count) for count in range((last - first).days + 1))
    around = queries.surroundings(
        course.patient_id, queries.day_span(first)[0], queries.day_span(last)[1], in_induction=True
    )
    spans = queries.chair_time(course.infusion_min)
    stay = Stay(spans.preparation_min, spans.infusion_min, spans.observation_min, spans.turnover_min)
    maintenance = bool(unplaced) and unplaced[0].is_maintenance
    rules = around.rules
    patient = Patient(
        patient_id=course.patient_id,
        called=patient_of(course.patient_id).called,
        visits_count=len(unplaced),
        first_on=first,
        last_on=last,
        stay=stay,
        spacing=Spacing(rules.least_h, rules.usual_least_d, None if maintenance else rules.most_d, rules.most_a_week),
        can=can_of(around.wishes, days),
        ideal_days=tuple(wanted),
        given=around.given,
    )
    booked = tuple(as_booked(one, zone) for one in around.others)
    return Problem(clinic_for(around, days), (patient,), booked), unplaced


def places_of(
    problem: Problem,
    infusions: Sequence[queries.InfusionDetails],
    visits: Sequence[Visit],
    watchers: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The visits of one patient as a job keeps them: which infusion, where, when, and who is proposed at the chair."""
    zone = problem.clinic.zone
    return [
        {
            "infusion_id": infusion.infusion_id,
            "chair_id": visit.chair_id,
            "at": visit.start.at(zone).astimezone(UTC).isoformat(),
            "nurse_id": watchers.get(visit.visit_id, ""),
        }
        for infusion, visit in zip(infusions, visits, strict=False)
    ]


def in_order(course: queries.CourseDetails, places: Iterable[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Found places as a job keeps them for one course: the infusions of the series move up over them.

    was_at, was_chair_id: of an infusion that leaves a booked place to the one before it.
    """
    chosen = [Spot(one["chair_id"], datetime.fromisoformat(one["at"]), one["nurse_id"]) for one in places]
    return [
        {
            "infusion_id": one.infusion_id,
            "chair_id": one.spot.chair_id,
            "at": one.spot.starts_at.astimezone(UTC).isoformat(),
            "nurse_id": one.spot.nurse_id,
        }
        | ({"was_at": one.was.starts_at.isoformat(), "was_chair_id": one.was.chair_id} if one.was is not None else {})
        for one in moved_up(course.may_move_up(now), chosen)
    ]


def left_out_of(run: Run, problem: Problem, plan: Plan) -> list[dict[str, Any]]:
    """Who found no place, and for the first of them which rules leave none, what would be enough, whose visits."""
    missing = dict(plan.missing)
    why: dict[str, dict[str, Any]] = {}
    if missing and not run.must_stop:
        some = dict(list(missing.items())[:EXPLAINED_AT_MOST_COUNT])
        booked = {one.visit_id for one in problem.booked}
        # without a reason, where the solver ends early, rather than with half of one
        with contextlib.suppress(SolverDied):
            for one in explained(problem, replace(plan, missing=some), must_stop=lambda: run.must_stop):
                why[one.patient_id] = reasons.kept(one, problem.clinic.zone, booked)
    return [
        {"patient_id": patient_id, "count": count, **why.get(patient_id, {})} for patient_id, count in missing.items()
    ]


def work_on(run: Run) -> Mapping[str, Any]:
    """The job: search until it is proved or the time is over, say how far it is, keep the best."""
    now = run.now()
    problem, unplaced = problem_of(str(run.payload["course_id"]), now)
    if not unplaced:
        return {"places": [], "missing": [], "proven": True}

    def heard(progress: Progress, _plan: Plan) -> None:
        done = min(progress.seconds / LIMITS.seconds, 0.99)
        run.progress(max(done, 1 - progress.gap if progress.placed else 0), f"{progress.placed}/{progress.wanted}")

    plan = proposed(problem, LIMITS, on_progress=heard, must_stop=lambda: run.must_stop)
    visits = sorted(plan.visits, key=lambda one: one.start)
    places = places_of(problem, unplaced, visits, name_watchers(problem.clinic, visits, problem.booked))
    return {
        "places": in_order(queries.course(str(run.payload["course_id"])), places, now),
        "missing": left_out_of(run, problem, plan),
        "proven": plan.proven,
        "seconds": round(plan.seconds, 2),
    }
