"""The pages that bench/two_years.py asks for: each as the role that uses it, of a patient or visit drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from _two_years import name_of

from dripstand.course.models import Course
from dripstand.infusion.models import Session
from dripstand.outcomes.models import EscalationRow, Questionnaire
from dripstand.people import queries as people
from dripstand.people.models import Patient, StaffMember
from dripstand.server.demo.cast import ADMINISTRATOR, FRONT_DESK, MEDICAL_LEAD, PRESCRIBER

NURSE = "m.reyes"


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    user: Any
    path: Callable[[], str]


def pages(draw: random.Random) -> list[Page]:
    """Every page a clinic opens through the day. What the database has none of is left out."""
    visits = Session.objects.order_by("expected_at")
    drawn_from: dict[str, list[str]] = {
        "past": _keys(visits.filter(phase="left")),
        "live": _keys(visits.filter(occupies_chair=True)),
        "patient": _keys(Patient.objects.all()),
        "course": _keys(Course.objects.all()),
        "form": _keys(Questionnaire.objects.filter(ending__kind="finished")),
        "escalation": _keys(EscalationRow.objects.all()),
        "staff": _keys(StaffMember.objects.all()),
    }
    user_of = {one.username: StaffMember.objects.get(pk=one.staff_id) for one in people.staff()}
    first = visits.values_list("expected_at", flat=True).first()
    last = visits.values_list("expected_at", flat=True).last()

    def some_day() -> str:
        if first is None or last is None:
            return ""
        return (first + draw.random() * (last - first)).date().isoformat()

    def coming_day() -> str:
        return (date.today() + timedelta(days=draw.randint(1, 10))).isoformat()

    def path_of(text: str) -> Callable[[], str]:
        def path() -> str:
            keys = {name: draw.choice(many) for name, many in drawn_from.items() if many}
            return text.format(
                name=name_of(draw.randint(0, 2_400)),
                day=some_day(),
                coming=coming_day(),
                today=date.today().isoformat(),
                **keys,
            )

        return path

    return [
        Page(name, user_of[username], path_of(text))
        for name, username, text in TABLE
        if all(many or f"{{{kind}}}" not in text for kind, many in drawn_from.items())
    ]


def _keys(rows: Any) -> list[str]:
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


TABLE = (
    ("board", NURSE, "/"),
    ("board, as data", NURSE, "/board.json"),
    ("board, for a wall", FRONT_DESK, "/"),
    ("locked screen", NURSE, "/locked/"),
    ("chair", NURSE, "/session/{live}/"),
    ("chair, as data", NURSE, "/session/{live}/state.json"),
    ("curves", NURSE, "/session/{live}/curves.json"),
    ("what if", NURSE, "/session/{live}/what-if.json?rate_ml_per_h=60"),
    ("chart of a visit under way", NURSE, "/session/{live}/chart/"),
    ("note of a visit under way", PRESCRIBER, "/session/{live}/note/"),
    ("leaving of a visit under way", NURSE, "/session/{live}/leaving/"),
    ("preparation of a visit under way", NURSE, "/session/{live}/prepare/"),
    ("order of a visit under way", PRESCRIBER, "/session/{live}/order/"),
    ("bag of a visit under way", NURSE, "/session/{live}/bag/"),
    ("tablet of a visit under way", NURSE, "/session/{live}/tablet/"),
    ("paper of a visit under way", NURSE, "/session/{live}/paper/"),
    ("hand-over sheet", NURSE, "/session/{live}/hand-over/"),
    ("patient's side of a visit", NURSE, "/session/{live}/patient-side/"),
    ("chair of a past visit", NURSE, "/session/{past}/"),
    ("chart of a past visit", NURSE, "/session/{past}/chart/"),
    ("note of a past visit", PRESCRIBER, "/session/{past}/note/"),
    ("curves of a past visit", NURSE, "/session/{past}/curves.json"),
    ("order of a past visit", PRESCRIBER, "/session/{past}/order/"),
    ("leaving of a past visit", NURSE, "/session/{past}/leaving/"),
    ("preparation of a past visit", NURSE, "/session/{past}/prepare/"),
    ("journal of a past visit", NURSE, "/session/{past}/journal/"),
    ("today", FRONT_DESK, "/today/"),
    ("today, looking for somebody", FRONT_DESK, "/today/?q={name}"),
    ("patients", FRONT_DESK, "/patients/"),
    ("patients, looking for somebody", FRONT_DESK, "/patients/?q={name}"),
    ("patient", NURSE, "/patients/{patient}/"),
    ("patient's links", FRONT_DESK, "/patients/{patient}/links/"),
    ("patient's evaluation", PRESCRIBER, "/patients/{patient}/evaluation/"),
    ("patient's evaluation, depression", PRESCRIBER, "/patients/{patient}/evaluation/major-depression/"),
    ("patient's medicines", PRESCRIBER, "/patients/{patient}/medicines/"),
    ("patient's tests", PRESCRIBER, "/patients/{patient}/tests/"),
    ("patient's questionnaires", NURSE, "/outcomes/patients/{patient}/"),
    ("courses", FRONT_DESK, "/courses/"),
    ("course", PRESCRIBER, "/course/{course}/"),
    ("course's response", PRESCRIBER, "/course/{course}/response/"),
    ("course's plan", FRONT_DESK, "/course/{course}/plan/"),
    ("calendar", FRONT_DESK, "/calendar/"),
    ("calendar, a past week", FRONT_DESK, "/calendar/?day={day}"),
    ("calendar of the clinic", FRONT_DESK, "/calendar/clinic/"),
    ("day", FRONT_DESK, "/day/{today}/"),
    ("a past day", FRONT_DESK, "/day/{day}/"),
    ("a day to come", FRONT_DESK, "/day/{coming}/"),
    ("outcomes", NURSE, "/outcomes/"),
    ("a questionnaire", NURSE, "/outcomes/forms/{form}/"),
    ("escalations", PRESCRIBER, "/outcomes/escalations/"),
    ("an escalation", PRESCRIBER, "/outcomes/escalations/{escalation}/"),
    ("alarm load", MEDICAL_LEAD, "/alarms/"),
    ("incidents", MEDICAL_LEAD, "/incidents/"),
    ("evacuation", NURSE, "/evacuation/"),
    ("on call", PRESCRIBER, "/on-call/"),
    ("devices", NURSE, "/devices/"),
    ("rooms", ADMINISTRATOR, "/rooms/"),
    ("staff", ADMINISTRATOR, "/staff/"),
    ("one of the staff", ADMINISTRATOR, "/staff/{staff}/"),
    ("protocol", MEDICAL_LEAD, "/protocol/"),
    ("guide's pages", MEDICAL_LEAD, "/guide/"),
)
