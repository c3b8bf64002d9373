"""The demo's people who begin next week and have no place yet: what the fortnight's search has to work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from dripstand.course import services as course
from dripstand.course.judging import Refusal
from dripstand.course.states import Step
from dripstand.course.wishes import Wishes
from dripstand.protocol.queries import template
from dripstand.server.demo.cast import FRONT_DESK, PRESCRIBER, ZONE, PatientRole
from dripstand.server.demo.clinic import CannotPrepare, DemoClinic, demo_id, register
from dripstand.server.demo.evaluated import evaluate


@dataclass(frozen=True, slots=True)
class Waiting:
    patient: PatientRole
    wishes: Wishes


def _person(number: int, name: str, born: date, sex: str, height_cm: int, weight_kg: str) -> PatientRole:
    return PatientRole(
        f"DEMO-{number:04d}", name, name.split()[0], born, sex, Decimal(height_cm), Decimal(weight_kg), (),
        (f"Demo Escort {number}", "friend", f"555-0{number}"), 1,
    )  # fmt: skip


PEOPLE = (
    Waiting(
        _person(301, "Fennel Brightmoor", date(1988, 3, 19), "F", 167, "66.0"),
        Wishes(weekdays=frozenset({0, 1, 2, 3, 4}), not_before=time(10)),
    ),
    Waiting(
        _person(302, "Hawthorn Quillan", date(1971, 10, 8), "M", 180, "84.5"),
        Wishes(weekdays=frozenset({1, 3}), home_by=time(16)),
    ),
    Waiting(
        _person(303, "Saffron Eddlewick", date(1994, 6, 2), "F", 162, "59.0"),
        Wishes(single_room=True),
    ),
)


def make_waiting(clinic: DemoClinic, now: datetime) -> None:
    """Each of them evaluated, decided, consented and planned to begin on the next Monday; nothing is booked."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    monday = today + timedelta(days=7 - today.weekday())
    for one in PEOPLE:
        with transaction.atomic():
            _make(clinic, one, monday, now)


def _make(clinic: DemoClinic, one: Waiting, monday: date, now: datetime) -> None:
    prescriber, number = clinic.staff[PRESCRIBER], one.patient.record_number
    patient_id = register(clinic, one.patient, now - timedelta(days=30))
    course_id = course.open_course(
        prescriber,
        patient_id=patient_id,
        now=now - timedelta(days=28),
        reason="referred",
        course_id=demo_id(f"course {number}"),
    )
    if isinstance(course_id, Refusal):
        raise CannotPrepare(f"demo: {one.patient.name}: {course_id}")
    evaluate(clinic, number, patient_id, now)
    course.tell_wishes(clinic.staff[FRONT_DESK], patient_id=patient_id, wishes=one.wishes, now=now - timedelta(days=2))
    offered = template(clinic.template_id).course.patterns
    answer = course.take_step(
        prescriber,
        course_id=course_id,
        step=Step.BEGIN_INDUCTION,
        pattern_key=next(each.key for each in offered if not each.maintenance),
        infusions_count=6,
        first_on=monday,
        now=now - timedelta(hours=3),
    )
    if isinstance(answer, Refusal):
        raise CannotPrepare(f"demo: {one.patient.name}: {answer}")
