"""The pages that bench/two_years.py asks for: each as who uses it, of a patient or visit drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from _two_years import name_of
from django.conf import settings
from django.test import Client

from dripstand.course.models import Course, PlannedInfusion
from dripstand.infusion.models import Session
from dripstand.infusion.queries import sessions_of
from dripstand.outcomes.models import EscalationRow, Questionnaire
from dripstand.people import queries as people
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import Patient, StaffMember
from dripstand.people.services import make_link_by_itself
from dripstand.premises.models import Chair
from dripstand.protocol.models import TemplateVersion
from dripstand.server.demo.cast import ADMINISTRATOR, FRONT_DESK, MEDICAL_LEAD, PRESCRIBER

NURSE = "m.reyes"


@dataclass(frozen=True, slots=True)
class Page:
    """client: signed in as who uses it, or come in by a link."""

    name: str
    client: Callable[[], Client]
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
        "infusion": _keys(PlannedInfusion.objects.filter(state="planned", course__ended_at=None)),
        "open_course": _keys(Course.objects.filter(ended_at=None)),
        "asked": [str(one.patient_id) for one in Course.objects.filter(ended_at=None)],
        "chair": _keys(Chair.objects.all()),
        "template": _keys(TemplateVersion.objects.all()),
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

    def staff(username: str) -> Callable[[], Client]:
        def signed_in() -> Client:
            client = Client()
            client.force_login(user_of[username], backend=settings.AUTHENTICATION_BACKENDS[-1])
            return client

        return signed_in

    of_staff = [
        Page(name, staff(username), path_of(text))
        for name, username, text in TABLE
        if all(many or f"{{{kind}}}" not in text for kind, many in drawn_from.items())
    ]
    by_link = [
        Page(f"patient's {name}", _by_link(draw.choice(drawn_from["asked"]), purpose), lambda path=path: path)
        for name, purpose, path in BY_LINK
        if drawn_from["asked"]
    ]
    return [*of_staff, *by_link]


def _by_link(patient_id: str, purpose: Purpose) -> Callable[[], Client]:
    def come_in() -> Client:
        now, client = datetime.now(UTC), Client()
        visits = sessions_of(patient_id)
        about = visits[-1].session_id if visits and purpose is not Purpose.GUIDE else ""
        made = make_link_by_itself(patient_id=patient_id, purpose=purpose, about=about, now=now)
        born = people.patient(patient_id).birth_date
        client.post(made.path, {"day": born.day, "month": born.month, "year": born.year})
        return client

    return come_in


def _keys(rows: Any) -> list[str]:
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


BY_LINK = (
    ("guide", Purpose.GUIDE, "/me/guide/"),
    ("page of the guide", Purpose.GUIDE, "/me/guide/the-room/"),
    ("journal", Purpose.JOURNAL, "/me/journal/"),
    ("next day", Purpose.NEXT_DAY, "/me/next-day/"),
)

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
    ("a page of the guide", MEDICAL_LEAD, "/guide/the-room/en/"),
    ("who is asked after a course", NURSE, "/outcomes/?page=3"),
    ("label of a bag", NURSE, "/session/{live}/bag/label/"),
    ("sections of an evaluation", PRESCRIBER, "/patients/{patient}/evaluation/major-depression/body/"),
    ("patient's treatment history", PRESCRIBER, "/patients/{patient}/history/"),
    ("a result", NURSE, "/patients/{patient}/tests/ecg/"),
    ("a laboratory report", NURSE, "/patients/{patient}/tests/report/"),
    ("consent, to be signed", NURSE, "/patients/{patient}/consent/treatment/"),
    ("consent's texts", MEDICAL_LEAD, "/consent-texts/treatment/"),
    ("amending a patient", FRONT_DESK, "/patients/{patient}/amend/"),
    ("registering a patient", FRONT_DESK, "/patients/register/"),
    ("a place", FRONT_DESK, "/calendar/place/{infusion}/?chair={chair}&at={coming}T16:00Z"),
    ("calendar, placing", FRONT_DESK, "/calendar/?place={infusion}"),
    ("at the door", FRONT_DESK, "/course/{open_course}/at-the-door/"),
    ("a proposal, not asked yet", FRONT_DESK, "/course/{open_course}/plan/proposal/"),
    ("a fortnight, not asked yet", FRONT_DESK, "/calendar/fortnight/"),
    ("what does not stand", FRONT_DESK, "/calendar/repair/"),
    ("feeds", FRONT_DESK, "/calendar/feeds/"),
    ("course's response, under way", PRESCRIBER, "/course/{open_course}/response/"),
    ("course under way", PRESCRIBER, "/course/{open_course}/"),
    ("plan of a course under way", FRONT_DESK, "/course/{open_course}/plan/"),
    ("texts of the scales", MEDICAL_LEAD, "/outcomes/texts/"),
    ("a version of the protocol", MEDICAL_LEAD, "/protocol/{template}/"),
    ("own account", NURSE, "/account/"),
    ("banner of the on-call", PRESCRIBER, "/on-call/banner/"),
    ("locked screen, as data", NURSE, "/locked.json"),
)
