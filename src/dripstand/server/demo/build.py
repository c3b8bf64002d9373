"""Making the whole demo: the clinic, its patients, their visits so far, and the devices at their chairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from dripstand.course.days import record_certificate
from dripstand.course.readiness import Certificates
from dripstand.infusion import queries
from dripstand.infusion.attaching import attach_device
from dripstand.infusion.refusals import Refusal
from dripstand.live.clock import now as clock_now
from dripstand.monitoring.services import register_device
from dripstand.people.actors import Role
from dripstand.people.services import add_staff
from dripstand.server.demo.bedside import Bedside
from dripstand.server.demo.bodies import Body, Spell
from dripstand.server.demo.cast import ADMINISTRATOR, PASSWORD, STAFF, ZONE, PatientRole, nurses_for
from dripstand.server.demo.clinic import CannotPrepare, DemoClinic, make_clinic, register, staff_of
from dripstand.server.demo.courses import course_of_today, make_past_courses
from dripstand.server.demo.evaluated import decide, evaluate, publish_texts, story_of
from dripstand.server.demo.history import measured_before, store
from dripstand.server.demo.play import expect, play, sign_the_day
from dripstand.server.demo.stage import Awaited, Part, full_house, showcase
from dripstand.server.demo.waiting import make_waiting

FOUNDED_DAYS = 500
"""The showcase has a past: thirty courses (courses.py). A house full of chairs for a measurement has none."""
DEFAULT_CHAIRS_COUNT = 2
"""With --prepare-only and no --chairs."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, for demo.json and for the devices. awaited: the visits that are still to come, by their ids."""

    sessions: list[dict[str, str]]
    sign_ins: list[dict[str, str]]
    awaited: tuple[str, ...] = ()
    bedsides: tuple[Bedside, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return {"demo": True, "sessions": self.sessions, "awaited": self.awaited, "sign_ins": self.sign_ins}


def monitor_name(number: int) -> str:
    """An invented EUI-64."""
    return f"D0E0DE0000{number:06X}"


def pump_name(number: int) -> str:
    return f"D0E0DE0001{number:06X}"


def make(*, chairs_count: int | None, prepare_only: bool, say: Callable[[str], None]) -> Made:
    """Everything, as a clinic would have charted it up to this moment."""
    now = clock_now()
    parts, awaited = _cast(chairs_count, prepare_only)
    is_showcase = chairs_count is None and not prepare_only
    founded = now - timedelta(days=FOUNDED_DAYS if is_showcase else 31)
    clinic = make_clinic(max(len(parts), 1), founded, say)
    publish_texts(clinic, founded + timedelta(hours=1))
    _certified(clinic, now)
    if is_showcase:
        make_past_courses(clinic, now, say)
        now = clock_now()  # a while has passed
    _more_nurses(clinic, parts, now)
    sign_the_day(clinic, now)
    made = Made(sessions=[], sign_ins=_sign_ins())
    bedsides: list[Bedside] = []
    for number, part in enumerate(parts, start=1):
        session_id = _visit(clinic, number, part, now, made, bedsides, is_showcase)
        chart = queries.chart(session_id)
        if number <= 12 or number % 20 == 0 or number == len(parts):
            say(f"{part.patient.name}, {chart.chair.chair_name if chart.chair else ''}: {chart.phase.value}")
    to_come = tuple(_expect_later(clinic, one, now) for one in awaited)
    if is_showcase:
        make_waiting(clinic, now)
    return Made(made.sessions, made.sign_ins, to_come, tuple(bedsides))


def _cast(chairs_count: int | None, prepare_only: bool) -> tuple[tuple[Part, ...], tuple[Awaited, ...]]:
    if chairs_count is None and not prepare_only:
        return showcase()
    count = chairs_count or DEFAULT_CHAIRS_COUNT
    return full_house(count, nurses_for(count)), ()


def _certified(clinic: DemoClinic, now: datetime) -> None:
    """Everybody at a chair has shown a certificate of basic life support, three of them one of advanced."""
    for username, valid_days in (("m.reyes", 310), ("j.okafor", 120), ("p.lind", 450), ("t.vance", 200)):
        kinds = (Certificates.BASIC,) if username == "p.lind" else tuple(Certificates)
        for kind in kinds:
            record_certificate(
                clinic.staff[ADMINISTRATOR],
                staff_id=clinic.staff[username].staff_id,
                kind=kind,
                valid_until=(now + timedelta(days=valid_days)).date(),
                now=now - timedelta(days=20),
            )


def _more_nurses(clinic: DemoClinic, parts: tuple[Part, ...], now: datetime) -> None:
    """One nurse watches two chairs at most, so a large house needs more of them."""
    nurse = next(role for role in STAFF if Role.NURSE in role.roles)
    for username in dict.fromkeys(part.nurse for part in parts):
        if username in clinic.staff:
            continue
        add_staff(
            clinic.staff[ADMINISTRATOR],
            username=username,
            full_name=f"Demo Nurse {username.rpartition('.')[2]}",
            roles=nurse.roles,
            competencies=nurse.competencies,
            password=PASSWORD,
            now=now - timedelta(hours=6),
        )
        clinic.staff[username] = staff_of(username)


def _sign_ins() -> list[dict[str, str]]:
    return [{"role": role.roles[0].value, "username": role.username, "password": PASSWORD} for role in STAFF]


def _known(
    clinic: DemoClinic, role: PatientRole, start: datetime, chair_id: str | None, now: datetime, with_past: bool
) -> tuple[str, str | None]:
    """The patient, evaluated; in the showcase with the course that they are in. Answers both ids."""
    if not with_past:
        patient_id = register(clinic, role, now - timedelta(days=10))
        evaluate(clinic, role.record_number, patient_id, now)
        story = story_of(role.record_number)
        if not story.decided:  # in a house where every chair infuses nobody waits for a decision
            decide(clinic, patient_id, story.indication, now - timedelta(days=8))
        return patient_id, None
    patient_id = register(clinic, role, now - timedelta(days=45))
    with transaction.atomic():
        return patient_id, course_of_today(clinic, role, patient_id, start, chair_id, now)


def _visit(
    clinic: DemoClinic,
    number: int,
    part: Part,
    now: datetime,
    made: Made,
    bedsides: list[Bedside],
    with_past: bool,
) -> str:
    start = now - timedelta(minutes=part.minute_now)
    chair_id = clinic.chair_ids[number - 1]
    patient_id, planned_infusion_id = _known(clinic, part.patient, start, chair_id, now, with_past)
    opened = min(start - timedelta(minutes=75), now - timedelta(hours=2))
    session_id = expect(
        clinic,
        part.patient,
        patient_id,
        expected_at=start - timedelta(minutes=40),
        now=opened,
        chair_id=chair_id,
        planned_infusion_id=planned_infusion_id,
    )
    monitor, pump = monitor_name(number), pump_name(number) if part.has_pump else None
    before = tuple(step for step in part.steps if float(step.at_min) <= part.speaks_from_min)
    after = tuple(step for step in part.steps if float(step.at_min) > part.speaks_from_min)
    play(clinic, part.patient, session_id, before, start=start, now=now)
    speaks = start + timedelta(minutes=part.speaks_from_min)
    if speaks <= now:
        _attach(clinic, part, session_id, f"Monitor {number}", monitor, "monitor", speaks)
        if pump is not None:
            _attach(clinic, part, session_id, f"Pump {number}", pump, "pump", speaks)
        play(clinic, part.patient, session_id, after, start=start, now=now)
        if part.has_history:
            _measured(part, session_id, monitor, start, speaks, now)
        bedsides.append(Bedside(session_id=session_id, monitor=monitor, pump=pump))
    made.sessions.append(
        {
            "session": session_id,
            "chair": queries.chart(session_id).chair.chair_name,  # type: ignore[union-attr]
            "chair_id": chair_id,
            "device": monitor,
            "patient": part.patient.record_number,
            "patient_id": part.patient.record_number,
            "patient_name": part.patient.name,
        }
    )
    return session_id


def _measured(part: Part, session_id: str, monitor: str, start: datetime, speaks: datetime, now: datetime) -> None:
    """What the monitor sent before the demo is served."""
    chart = queries.chart(session_id)
    since = chart.arrived_at or speaks

    def spell(at_min: float, minutes: float, lower: float = 0.0) -> Spell:
        from_s = (start - since).total_seconds() + at_min * 60
        return Spell(from_s, from_s + minutes * 60, lower)

    dips = () if part.dip_at_min is None else (spell(part.dip_at_min - 0.2, 0.9, 6.0),)
    off = () if part.probe_off_at_min is None else (spell(part.probe_off_at_min, 1.2),)
    body = Body(chart, since, dips)
    body.give(chart, now)
    store(measured_before(monitor, body, since, speaks + timedelta(seconds=2), now, off))


def _attach(
    clinic: DemoClinic, part: Part, session_id: str, label: str, identity: str, kind: str, at: datetime
) -> None:
    actor = clinic.staff[part.nurse]
    device_id = register_device(actor, identity=identity, label=label, kind=kind, now=at, zone=ZONE)
    answer = attach_device(session_id, device_id, actor=actor, submission_id=f"demo-attach-{identity}", now=at)
    if isinstance(answer, Refusal):
        raise CannotPrepare(f"demo: {label}: {answer}")


def _expect_later(clinic: DemoClinic, awaited: Awaited, now: datetime) -> str:
    start = now + timedelta(minutes=awaited.in_min + 40)
    patient_id, planned_infusion_id = _known(clinic, awaited.patient, start, None, now, with_past=True)
    return expect(
        clinic,
        awaited.patient,
        patient_id,
        expected_at=now + timedelta(minutes=awaited.in_min),
        now=now - timedelta(hours=2),
        chair_id=None,
        planned_infusion_id=planned_infusion_id,
    )
