"""Stored courses as the tests of this room need them: opened, planned and booked through the services."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from dripstand.course import queries, services
from dripstand.course.judging import DECIDE, Refusal
from dripstand.course.states import Step
from dripstand.people.actors import Actor
from dripstand.premises.queries import clinic_zone
from dripstand.premises.services import set_opening_hours
from tests.evaluated import cleared_at_once
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_OKAFOR,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    clinic_with_a_chair,
    stored,
    wren_halloway,
)

NOW = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
"""A Sunday; the infusions are in the weeks after it, the second of which begins with the change of the clock."""
MONDAY = date(2026, 3, 2)
REASON = "agreed with the patient"


def local(text: str) -> datetime:
    """A time of the clinic's clock as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=clinic_zone()).astimezone(UTC)


def open_on_weekdays() -> None:
    """Heron Street Clinic treats from Monday to Friday, 8 to 17."""
    clinic_with_a_chair()
    hours = dict.fromkeys(range(5), (time(8), time(17)))
    set_opening_hours(stored(ADMINISTRATOR_KLEIN), hours=hours)


def on_the_rota(*people: Actor, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)) -> None:
    """These people are there from 8 to 17."""
    for person in people or (NURSE_REYES, NURSE_OKAFOR):
        for weekday in weekdays:
            services.add_shift(
                stored(FRONT_DESK_SORO),
                staff_id=stored(person).staff_id,
                weekday=weekday,
                begins_at=time(8),
                ends_at=time(17),
                from_on=date(2026, 1, 1),
            )


def in_evaluation(patient_id: str = "", now: datetime = NOW) -> str:
    """A course that was just opened; answers its id."""
    answer = services.open_course(stored(FRONT_DESK_SORO), patient_id=patient_id or wren_halloway(), now=now)
    assert isinstance(answer, str)
    return answer


def in_induction(
    patient_id: str = "", *, pattern_key: str = "six_in_three_weeks", first_on: date | None = None, now: datetime = NOW
) -> queries.CourseDetails:
    """A course of six of somebody who may be treated; nothing is booked for it yet. Without a first day: the Monday of
    these tests, or the day after another now."""
    if first_on is None:
        first_on = MONDAY if now == NOW else (now + timedelta(days=1)).date()
    patient_id = patient_id or wren_halloway()
    course_id = in_evaluation(patient_id, now)
    cleared_at_once(patient_id, now=now)
    answer = services.take_step(
        stored(PRESCRIBER_VANCE),
        course_id=course_id,
        step=Step.BEGIN_INDUCTION,
        pattern_key=pattern_key,
        first_on=first_on,
        now=now,
    )
    assert not isinstance(answer, Refusal), answer
    return queries.course(course_id)


def booked(course: queries.CourseDetails, number: int, at: str, chair_id: str = "", now: datetime = NOW) -> str:
    """Book one infusion by the clinic's clock, whatever a person may decide about it; answers the booking's id."""
    answer = services.book(
        stored(FRONT_DESK_SORO),
        infusion_id=course.series[number - 1].infusion_id,
        chair_id=chair_id or clinic_with_a_chair(),
        starts_at=local(at),
        now=now,
        accepted=DECIDE,
        reason=REASON,
    )
    assert isinstance(answer, services.Booked), answer
    return answer.booking_id
