"""The present series of every open course, as far as a schedule or a list of many needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dripstand.course import models
from dripstand.course.models import BookingState, InfusionState


@dataclass(frozen=True, slots=True)
class PlannedNow:
    """One standing infusion of the series. drug_at: as it is booked; wanted_on: the day that the pattern names."""

    number: int
    state: InfusionState
    started_at: datetime | None
    ended_at: datetime | None
    drug_at: datetime | None
    wanted_on: date | None


@dataclass(frozen=True, slots=True)
class RunningSeries:
    """infusions: by number."""

    course_id: str
    patient_id: str
    indication: str
    series_number: int
    infusions: tuple[PlannedNow, ...]

    @property
    def given_count(self) -> int:
        return sum(one.state is InfusionState.GIVEN for one in self.infusions)

    @property
    def count(self) -> int:
        """How many the series has: its highest number."""
        return max((one.number for one in self.infusions), default=0)


def running_series() -> tuple[RunningSeries, ...]:
    """Of every course that has not ended, the newest first. Three reads of plain columns, however many there are."""
    courses = list(
        models.Course.objects.filter(ended_at=None)
        .order_by("-opened_at")
        .values_list("pk", "patient_id", "indication", "series_number")
    )
    present = {pk: series_number for pk, _patient_id, _indication, series_number in courses}
    booked = dict(
        models.Booking.objects.filter(
            infusion__course_id__in=list(present), state__in=[BookingState.HELD.value, BookingState.KEPT.value]
        )
        .order_by("made_at")
        .values_list("infusion_id", "drug_at")
    )
    planned = (
        models.PlannedInfusion.objects.filter(
            course_id__in=list(present), state__in=[state.value for state in models.STANDING]
        )
        .order_by("number")
        .values_list("course_id", "series_number", "pk", "number", "state", "started_at", "ended_at", "wanted_on")
    )
    of_course: dict[object, list[PlannedNow]] = {}
    for course_id, series_number, pk, number, state, started_at, ended_at, wanted_on in planned:
        if present.get(course_id) == series_number:
            of_course.setdefault(course_id, []).append(
                PlannedNow(number, InfusionState(state), started_at, ended_at, booked.get(pk), wanted_on)
            )
    return tuple(
        RunningSeries(str(pk), str(patient_id), indication, series_number, tuple(of_course.get(pk, ())))
        for pk, patient_id, indication, series_number in courses
    )
