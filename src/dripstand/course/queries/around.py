"""What a visit is judged against: rules, chairs, people there, and what is booked around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Max

from dripstand.course import models
from dripstand.course.chair_time import ChairTime
from dripstand.course.judging import Break, ChairFacts, Closed, Presence, Surroundings, Visit, judge
from dripstand.course.models import BookingState
from dripstand.course.queries.courses import bookings_between, course, infusion
from dripstand.course.queries.details import BookingDetails, InfusionDetails, key_of
from dripstand.course.spacing import SpacingRules
from dripstand.course.wishes import NOTHING_TOLD, Wishes
from dripstand.course.wishes_json import from_json
from dripstand.people.actors import Competency
from dripstand.people.queries import colleagues, patients_by_id
from dripstand.premises import queries as premises
from dripstand.protocol.defaults import default_template
from dripstand.protocol.queries import current_template
from dripstand.protocol.template import ProtocolTemplate, Staffing, is_pain

LOOKED_AROUND_D = 35
"""Bookings and infusions so many days before and after a visit are what its spacing is judged against."""


def spacing_rules(template: ProtocolTemplate | None = None, indication: str = "") -> SpacingRules:
    """The spacing of the clinic's signed protocol; before one is signed, the defaults with their sources.

    indication: against chronic pain two numbers of the protocol's own block hold.
    """
    template = template or current_template()
    if template is None and not is_pain(indication):
        return SpacingRules()
    template = template or default_template()
    of_pain = is_pain(indication) and template.pain is not None
    rules, sources = template.for_indication(indication).course, {**default_template().sources, **template.sources}
    if of_pain:
        names = ("usual_least_between_d", "most_a_week_count")
        sources |= {f"course.{name}": sources[f"pain.{name}"] for name in names}
    return SpacingRules(
        least_h=rules.least_between_h,
        usual_least_d=rules.usual_least_between_d,
        most_d=rules.most_between_d,
        most_a_week=rules.most_a_week_count,
        baseline_again_d=rules.baseline_again_d,
        series_d=template.pain.repeat_after_d if of_pain and template.pain is not None else 0,
        sources={
            "least_h": sources["course.least_between_h"],
            "usual_least_d": sources["course.usual_least_between_d"],
            "most_d": sources["course.most_between_d"],
            "most_a_week": sources["course.most_a_week_count"],
            "baseline_again_d": sources["course.baseline_again_d"],
        },
    )


def chair_time(infusion_min: int | None = None) -> ChairTime:
    """How long one infusion holds a chair, by the clinic's signed protocol and the planned minutes."""
    template = current_template()
    usual = ChairTime()
    return ChairTime(
        preparation_min=template.course.preparation_min if template else usual.preparation_min,
        infusion_min=infusion_min or usual.infusion_min,
        observation_min=template.minimum_observation_min if template else usual.observation_min,
        turnover_min=template.course.turnover_min if template else usual.turnover_min,
    )


def wishes_of(patient_id: str) -> Wishes:
    """What a patient told about days and comfort; the newest, or nothing told."""
    key = key_of(patient_id)
    row = models.PatientWishes.objects.filter(patient_id=key).order_by("-version_number").first() if key else None
    return from_json(row.body) if row is not None else NOTHING_TOLD


def chairs_by_id() -> dict[str, ChairFacts]:
    """Every chair as a booking sees it, in the order of the board."""
    return {
        one.chair_id: ChairFacts(
            chair_id=one.chair_id,
            name=one.name,
            room_id=one.room_id,
            room_name=one.room_name,
            is_single=not one.room_is_shared,
            is_bed=one.is_bed,
            in_use=one.in_use,
        )
        for one in premises.chairs(also_out_of_use=True)
    }


def presence_between(start: datetime, end: datetime) -> tuple[Presence, ...] | None:
    """Who can watch a chair and is in the clinic, span by span; None where the clinic keeps no rota here.

    Only active staff whom the clinic has found able to observe count. A shift of a weekday is by the clinic's clock,
    so it stays from 8 to 16 when the clock changes.
    """
    if not models.Shift.objects.exists():
        return None
    zone = premises.clinic_zone()
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    watchers = {person.staff_id: person.name for person in colleagues(competency=Competency.OBSERVE)}
    shifts = list(models.Shift.objects.filter(from_on__lte=last).exclude(until_on__lt=first))
    away = list(models.Absence.objects.filter(first_on__lte=last, last_on__gte=first))
    found: list[Presence] = []
    for days in range((last - first).days + 1):
        day = first + timedelta(days=days)
        for shift in shifts:
            in_force = shift.from_on <= day and (shift.until_on is None or day <= shift.until_on)
            holds = shift.weekday == day.weekday() and in_force
            absent = any(one.staff_id == shift.staff_id and one.first_on <= day <= one.last_on for one in away)
            name = watchers.get(str(shift.staff_id))
            if not holds or absent or name is None:
                continue
            found.append(
                Presence(
                    staff_id=str(shift.staff_id),
                    name=name,
                    starts_at=datetime.combine(day, shift.begins_at, tzinfo=zone).astimezone(UTC),
                    ends_at=datetime.combine(day, shift.ends_at, tzinfo=zone).astimezone(UTC),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.name)))


def given_to(patient_id: str, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """When drug started in this patient in [start, end), in any course, counted or not."""
    key = key_of(patient_id)
    if key is None:
        return ()
    rows = models.PlannedInfusion.objects.filter(course__patient_id=key, started_at__gte=start, started_at__lt=end)
    found = rows.order_by("started_at").values_list("started_at", flat=True)
    return tuple(at for at in found if at is not None)


def last_given(patient_ids: Iterable[str], before: datetime) -> dict[str, datetime]:
    """When drug last started before an instant, however long ago, in the course that each of these patients is in.

    A distance is judged by it; without, one of two months went unseen where one of five weeks did not.
    """
    rows = models.PlannedInfusion.objects.filter(
        course__patient_id__in=[key_of(one) for one in patient_ids], course__ended_at=None, started_at__lt=before
    )
    found = rows.values_list("course__patient_id").annotate(last=Max("started_at"))
    return {str(patient_id): at for patient_id, at in found.order_by() if at is not None}


def cannot_at(patient_ids: Iterable[str], start: datetime, end: datetime) -> dict[str, frozenset[datetime]]:
    """The arrivals in [start, end), booked now, to which these patients answered that they cannot come.

    The newest answer to a time counts. Who gave no such answer is left out.
    """
    rows = models.Reminder.objects.filter(
        booking__patient_id__in=[key_of(one) for one in patient_ids],
        booking__state=BookingState.HELD,
        booked_for=F("booking__starts_at"),
        booked_for__gte=start,
        booked_for__lt=end,
    )
    answers = rows.exclude(state="moved").exclude(answer="").order_by("answered_at")
    newest = {
        (str(patient_id), at): answer
        for patient_id, at, answer in answers.values_list("booking__patient_id", "booked_for", "answer")
    }
    found: dict[str, set[datetime]] = defaultdict(set)
    for (patient_id, at), answer in newest.items():
        if answer == "cannot":
            found[patient_id].add(at)
    return {patient_id: frozenset(times) for patient_id, times in found.items()}


def _treated_for(patient_id: str) -> str:
    """The indication of the course that a patient is in; "" without one."""
    key = key_of(patient_id)
    open_ones = models.Course.objects.filter(patient_id=key, ended_at=None) if key else models.Course.objects.none()
    return str(open_ones.values_list("indication", flat=True).first() or "")


def surroundings(
    patient_id: str,
    start: datetime,
    end: datetime,
    *,
    without: Iterable[str] = (),
    in_induction: bool = True,
) -> Surroundings:
    """Everything that visits of one patient in [start, end) are judged against.

    without: ids of bookings that do not count, such as the one that is being moved.
    """
    around = timedelta(days=LOOKED_AROUND_D)
    left_out = set(without)
    held = [
        one
        for one in bookings_between(start - around, end + around, states=(BookingState.HELD,))
        if one.booking_id not in left_out
    ]
    near = start - timedelta(days=1), end + timedelta(days=1)
    others = [
        one for one in held if one.patient_id == patient_id or (one.starts_at < near[1] and one.ends_at > near[0])
    ]
    people = patients_by_id(one.patient_id for one in others)
    return replace(
        surroundings_of_nobody(*near),
        rules=spacing_rules(indication=_treated_for(patient_id)),
        others=tuple(one.visit(people[one.patient_id].name) for one in others),
        given=(
            *last_given([patient_id], start - around).values(),
            *given_to(patient_id, start - around, end + around),
        ),
        cannot_at=cannot_at([patient_id], *near).get(patient_id, frozenset()),
        wishes=wishes_of(patient_id),
        in_induction=in_induction,
    )


def surroundings_of_nobody(start: datetime, end: datetime) -> Surroundings:
    """What is so in [start, end) for everybody: rules, chairs, hours, closures and who is there."""
    template = current_template()
    staffing = template.staffing if template else Staffing()
    return Surroundings(
        zone=premises.clinic_zone(),
        chairs=chairs_by_id(),
        rules=spacing_rules(template),
        most_chairs=staffing.most_infusing_chairs_per_observer_count,
        hours=premises.opening_hours(),
        closures=tuple(
            Closed(one.starts_at, one.ends_at, one.words, one.room_id, one.chair_id)
            for one in premises.closures(start, end)
        ),
        presence=presence_between(start, end),
    )


def is_too_short(booking: BookingDetails, spans: ChairTime) -> bool:
    """Whether a booking leaves less time from the start of the drug to the earliest leaving than is planned now."""
    return booking.leaves_at - booking.drug_at < timedelta(minutes=spans.from_start_min)


def visit_for(details: InfusionDetails, chair_id: str, starts_at: datetime, infusion_min: int | None = None) -> Visit:
    """The visit that a booking of this infusion would make.

    One that is booked keeps its own lengths, unless the dose is planned over more minutes since: then it gets those.
    """
    if details.booking is not None and details.booking.state is BookingState.HELD:
        moved = details.booking.visit().moved_to(starts_at, chair_id)
        if infusion_min is None or not is_too_short(details.booking, spans := chair_time(infusion_min)):
            return moved
        return replace(
            moved,
            drug_at=spans.drug_starts_at(starts_at),
            leaves_at=spans.leaves_at(starts_at),
            ends_at=spans.ends_at(starts_at),
        )
    spans = chair_time(infusion_min)
    return Visit(
        booking_id="",
        patient_id=details.patient_id,
        chair_id=chair_id,
        starts_at=starts_at,
        drug_at=spans.drug_starts_at(starts_at),
        leaves_at=spans.leaves_at(starts_at),
        ends_at=spans.ends_at(starts_at),
        number=details.number,
        course_id=details.course_id,
        series_number=details.series_number,
    )


def what_breaks(
    infusion_id: str, chair_id: str, starts_at: datetime, now: datetime, *, nurse_id: str | None = None
) -> tuple[Break, ...]:
    """What booking this infusion there and then would break. Nothing is booked by asking. Raises NoSuchInfusion.

    nurse_id: who is to be at the chair; None keeps who is named already.
    """
    details = infusion(infusion_id)
    visit = visit_for(details, chair_id, starts_at, course(details.course_id).infusion_min)
    if nurse_id is not None:
        visit = visit.named(visit.booking_id, nurse_id)
    around = surroundings(
        details.patient_id,
        visit.starts_at,
        visit.ends_at,
        without=(visit.booking_id,) if visit.booking_id else (),
        in_induction=not details.is_maintenance,
    )
    return judge(visit, around, now)


def day_span(day: date) -> tuple[datetime, datetime]:
    """The clinic's day as instants [start, end); 23 or 25 hours long where the clock changes."""
    zone = premises.clinic_zone()
    return (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC),
    )
