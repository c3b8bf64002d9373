"""What a course, its infusions and its bookings are, as frozen values, and how they are read from their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max

from dripstand.course import models
from dripstand.course.judging import Visit
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.moving_up import Numbered, Spot
from dripstand.course.states import State


def key_of(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class BookingDetails:
    """A chair held for one infusion. drug_at, leaves_at, ends_at: planned start, earliest leaving, chair free again."""

    booking_id: str
    infusion_id: str
    course_id: str
    patient_id: str
    chair_id: str
    nurse_id: str
    series_number: int
    number: int
    count: int
    starts_at: datetime
    drug_at: datetime
    leaves_at: datetime
    ends_at: datetime
    state: BookingState
    version_number: int
    session_id: str

    def visit(self, called: str = "") -> Visit:
        """As the rules see it."""
        return Visit(
            booking_id=self.booking_id,
            patient_id=self.patient_id,
            chair_id=self.chair_id,
            starts_at=self.starts_at,
            drug_at=self.drug_at,
            leaves_at=self.leaves_at,
            ends_at=self.ends_at,
            number=self.number,
            course_id=self.course_id,
            nurse_id=self.nurse_id,
            called=called,
            series_number=self.series_number,
        )


@dataclass(frozen=True, slots=True)
class InfusionDetails:
    """One of the infusions of a series. count: how many the series has. booking: the held or kept one, if any."""

    infusion_id: str
    course_id: str
    patient_id: str
    series_number: int
    is_maintenance: bool
    number: int
    count: int
    wanted_on: date | None
    state: InfusionState
    session_id: str
    started_at: datetime | None
    ended_at: datetime | None
    dose_given_mg: Decimal | None
    dose_ordered_mg: Decimal | None
    booking: BookingDetails | None


@dataclass(frozen=True, slots=True)
class Titration:
    """A planned dose from one infusion of one series on, with its reason."""

    series_number: int
    from_number: int
    dose_mg_per_kg: Decimal
    infusion_min: int
    reason: str
    decided_at: datetime
    staff_name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done to a course. facts as stored; breaks: codes of what was decided in spite of."""

    sequence: int
    kind: str
    facts: Mapping[str, Any]
    breaks: tuple[str, ...]
    reason: str
    recorded_at: datetime
    staff_name: str


@dataclass(frozen=True, slots=True)
class CourseDetails:
    """One course. infusions: of every series, in order, those that do not count or were dropped too."""

    course_id: str
    patient_id: str
    indication: str
    state: State
    paused_from: State | None
    pattern: str
    series_number: int
    infusion_min: int
    opened_at: datetime
    ended_at: datetime | None
    version_number: int
    infusions: tuple[InfusionDetails, ...]
    titration: tuple[Titration, ...]

    @property
    def series(self) -> tuple[InfusionDetails, ...]:
        """The infusions of the present series that stand, by number."""
        return self.series_of(self.series_number)

    def series_of(self, series_number: int) -> tuple[InfusionDetails, ...]:
        """The infusions of one series that stand, by number."""
        return tuple(
            one for one in self.infusions if one.series_number == series_number and one.state in models.STANDING
        )

    @property
    def given_count(self) -> int:
        return sum(one.state is InfusionState.GIVEN for one in self.series)

    @property
    def next_infusion(self) -> InfusionDetails | None:
        """The first of the present series that is still to be given."""
        return next((one for one in self.series if one.state is InfusionState.PLANNED), None)

    def may_move_up(self, now: datetime) -> tuple[Numbered, ...]:
        """The infusions of the present series that wait for a place or are booked for one to come, by number.

        One that a visit is open for stays where it is, and so does a booking that is over.
        """
        found: list[Numbered] = []
        for one in self.series:
            held = one.booking if one.booking is not None and one.booking.state is BookingState.HELD else None
            if one.state is not InfusionState.PLANNED or one.session_id or (held is not None and held.ends_at <= now):
                continue
            spot = Spot(held.chair_id, held.starts_at, held.nurse_id) if held is not None else None
            found.append(Numbered(one.infusion_id, one.number, spot))
        return tuple(found)

    @property
    def undecided(self) -> tuple[InfusionDetails, ...]:
        """Given in part; a prescriber has still to say whether they count."""
        return tuple(one for one in self.infusions if one.state is InfusionState.PARTIAL)

    def dose_for(self, infusion: InfusionDetails) -> Titration | None:
        """What is planned for one of these infusions: the newest step that reaches it.

        A dose that was planned when none of its series was left waits for the next series. It also reaches an infusion
        that is added to the old one after all; a step that is then said for the old series takes its place.
        """
        series_number = infusion.series_number
        is_to_come = series_number == self.series_number and infusion.state is InfusionState.PLANNED
        reaching: Titration | None = None
        for one in self.titration:
            if one.series_number < series_number:
                reaching = None
            elif is_to_come if one.series_number > series_number else one.from_number <= infusion.number:
                reaching = one
        return reaching


def _booking(row: models.Booking, count: int) -> BookingDetails:
    infusion = row.infusion
    return BookingDetails(
        booking_id=str(row.pk),
        infusion_id=str(row.infusion_id),
        course_id=str(infusion.course_id),
        patient_id=str(row.patient_id),
        chair_id=str(row.chair_id),
        nurse_id=str(row.nurse_id or ""),
        series_number=infusion.series_number,
        number=infusion.number,
        count=count,
        starts_at=row.starts_at,
        drug_at=row.drug_at,
        leaves_at=row.leaves_at,
        ends_at=row.ends_at,
        state=BookingState(row.state),
        version_number=row.version_number,
        session_id=str(infusion.session_id or ""),
    )


def counts_of(course_ids: Iterable[object]) -> dict[tuple[str, int], int]:
    """How many infusions each series has: its highest standing number."""
    rows = (
        models.PlannedInfusion.objects.filter(
            course_id__in=list(course_ids), state__in=[state.value for state in models.STANDING]
        )
        .values_list("course_id", "series_number")
        .annotate(most=Max("number"))
    )
    return {(str(course_id), series): most for course_id, series, most in rows}


def bookings_from(rows: Iterable[models.Booking]) -> tuple[BookingDetails, ...]:
    found = tuple(rows)
    counts = counts_of({row.infusion.course_id for row in found})
    return tuple(
        _booking(row, counts.get((str(row.infusion.course_id), row.infusion.series_number), row.infusion.number))
        for row in found
    )


def infusions_from(rows: Iterable[models.PlannedInfusion]) -> tuple[InfusionDetails, ...]:
    found = tuple(rows)
    counts = counts_of({row.course_id for row in found})
    standing = models.Booking.objects.filter(
        infusion_id__in=[row.pk for row in found], state__in=[BookingState.HELD, BookingState.KEPT]
    )
    by_infusion: dict[object, models.Booking] = {}
    for booking in standing.select_related("infusion").order_by("made_at"):
        by_infusion[booking.infusion_id] = booking
    answer: list[InfusionDetails] = []
    for row in found:
        count = counts.get((str(row.course_id), row.series_number), row.number)
        own = by_infusion.get(row.pk)
        answer.append(
            InfusionDetails(
                infusion_id=str(row.pk),
                course_id=str(row.course_id),
                patient_id=str(row.course.patient_id),
                series_number=row.series_number,
                is_maintenance=row.is_maintenance,
                number=row.number,
                count=count,
                wanted_on=row.wanted_on,
                state=InfusionState(row.state),
                session_id=str(row.session_id or ""),
                started_at=row.started_at,
                ended_at=row.ended_at,
                dose_given_mg=row.dose_given_mg,
                dose_ordered_mg=row.dose_ordered_mg,
                booking=_booking(own, count) if own is not None else None,
            )
        )
    return tuple(answer)


def course_from(row: models.Course) -> CourseDetails:
    return courses_from((row,))[0]


def courses_from(rows: Iterable[models.Course]) -> tuple[CourseDetails, ...]:
    """These courses with their infusions and titration: as many queries for a hundred as for one."""
    found = tuple(rows)
    keys = [row.pk for row in found]
    planned = list(models.PlannedInfusion.objects.filter(course_id__in=keys))
    of_course = {row.pk: row for row in found}
    for each in planned:
        each.course = of_course[each.course_id]  # at hand: not read and made once more for each infusion
    infusions: dict[str, list[InfusionDetails]] = {}
    for one in infusions_from(planned):
        infusions.setdefault(one.course_id, []).append(one)
    titration: dict[object, list[models.TitrationStep]] = {}
    for step in models.TitrationStep.objects.filter(course_id__in=keys):
        titration.setdefault(step.course_id, []).append(step)
    return tuple(_course(row, infusions.get(str(row.pk), ()), titration.get(row.pk, ())) for row in found)


def _course(
    row: models.Course, infusions: Iterable[InfusionDetails], titration: Iterable[models.TitrationStep]
) -> CourseDetails:
    return CourseDetails(
        course_id=str(row.pk),
        patient_id=str(row.patient_id),
        indication=row.indication,
        state=State(row.state),
        paused_from=State(row.paused_from) if row.paused_from else None,
        pattern=row.pattern,
        series_number=row.series_number,
        infusion_min=row.infusion_min,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        version_number=row.version_number,
        infusions=tuple(infusions),
        titration=tuple(
            Titration(
                series_number=step.series_number,
                from_number=step.from_number,
                dose_mg_per_kg=step.dose_mg_per_kg,
                infusion_min=step.infusion_min,
                reason=step.reason,
                decided_at=step.decided_at,
                staff_name=step.staff_name,
            )
            for step in titration
        ),
    )
