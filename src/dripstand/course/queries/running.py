"""The present series of every open course, as far as a schedule or a list of many needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dripstand.course import models
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.states import State


@dataclass(frozen=True, slots=True)
class PlannedNow:
    """One standing infusion of the series. drug_at: as it is booked; wanted_on: the day that the pattern names.
    session_id: of the visit that gives it, "" until one is opened."""

    number: int
    state: InfusionState
    started_at: datetime | None
    ended_at: datetime | None
    drug_at: datetime | None
    wanted_on: date | None
    session_id: str = ""
    is_maintenance: bool = False


@dataclass(frozen=True, slots=True)
class RunningSeries:
    """infusions: by number. earlier: likewise those of each series before the present one, by its number."""

    course_id: str
    patient_id: str
    indication: str
    series_number: int
    infusions: tuple[PlannedNow, ...]
    is_paused: bool = False
    earlier: Mapping[int, tuple[PlannedNow, ...]] = field(default_factory=dict, hash=False)

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
        .values_list("pk", "patient_id", "indication", "series_number", "state")
    )
    ids = [pk for pk, *_rest in courses]
    booked = dict(
        models.Booking.objects.filter(
            infusion__course_id__in=ids, state__in=[BookingState.HELD.value, BookingState.KEPT.value]
        )
        .order_by("made_at")
        .values_list("infusion_id", "drug_at")
    )
    planned = (
        models.PlannedInfusion.objects.filter(
            course_id__in=ids, state__in=[state.value for state in models.STANDING]
        )
        .order_by("number")
        .values_list(
            "course_id", "series_number", "pk", "number", "state", "started_at", "ended_at", "wanted_on", "session_id",
            "is_maintenance",
        )
    )  # fmt: skip
    of_series: dict[object, dict[int, list[PlannedNow]]] = {}
    for course_id, series_number, pk, number, state, started_at, ended_at, wanted_on, session_id, maintains in planned:
        of_series.setdefault(course_id, {}).setdefault(series_number, []).append(
            PlannedNow(
                number, InfusionState(state), started_at, ended_at, booked.get(pk), wanted_on,
                str(session_id or ""), maintains,
            )  # fmt: skip
        )
    found: list[RunningSeries] = []
    for pk, patient_id, indication, present, state in courses:
        series = {number: tuple(each) for number, each in of_series.get(pk, {}).items()}
        now = series.get(present, ())
        earlier = {number: series[number] for number in sorted(series) if number < present}
        is_paused = state == State.PAUSED
        found.append(RunningSeries(str(pk), str(patient_id), indication, present, now, is_paused, earlier))
    return tuple(found)
