"""Putting the demo's steps to the services, each at its own instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dripstand.course.queries import signed_at
from dripstand.course.readiness import ITEMS
from dripstand.course.services import sign_day
from dripstand.infusion import queries
from dripstand.infusion.events import InfusionStarted
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.services import open_session, submit
from dripstand.people.actors import DRIPSTAND, Role
from dripstand.server.demo.cast import FRONT_DESK, ZONE, PatientRole
from dripstand.server.demo.clinic import CannotPrepare, DemoClinic, demo_id
from dripstand.server.demo.timeline import Scene, Step, due_by


def expect(
    clinic: DemoClinic,
    role: PatientRole,
    patient_id: str,
    *,
    expected_at: datetime,
    now: datetime,
    chair_id: str | None,
    planned_infusion_id: str | None = None,
) -> str:
    """Open the visit; answers the session's id."""
    assert clinic.staff[FRONT_DESK].is_a(Role.FRONT_DESK)
    return open_session(
        clinic.staff[FRONT_DESK],
        patient_id=patient_id,
        expected_at=expected_at,
        infusion_number=role.infusion_number,
        infusions_planned_count=6,
        template_id=clinic.template_id,
        chair_id=chair_id,
        planned_infusion_id=planned_infusion_id,
        now=now,
        submission_id=f"demo-open-{role.record_number}-{expected_at:%Y%m%d%H%M}",
        session_id=demo_id(f"session {role.record_number} {expected_at.isoformat()}"),
    )


def sign_the_day(clinic: DemoClinic, at: datetime) -> None:
    """Whoever comes first looks at oxygen, suction and the rest, and signs the day; once a day."""
    if signed_at(at) is None:
        nurse = next(actor for actor in clinic.staff.values() if actor.is_a(Role.NURSE))
        day = at.astimezone(ZoneInfo(ZONE)).date()
        sign_day(nurse, day=day, in_order=dict.fromkeys(ITEMS, True), now=at - timedelta(minutes=45))


def play(
    clinic: DemoClinic, role: PatientRole, session_id: str, steps: Sequence[Step], *, start: datetime, now: datetime
) -> None:
    """Chart every step that has happened by now. Raises CannotPrepare with the refusal where one is refused."""
    template = queries.template(session_id)
    for number, (at, step) in enumerate(due_by(steps, start, now)):
        scene = Scene(chart=queries.chart(session_id), patient=role, staff=clinic.staff, template=template, at=at)
        request = step.make(scene)
        if isinstance(request, InfusionStarted):
            sign_the_day(clinic, at)
        answer = submit(
            session_id,
            request,
            actor=DRIPSTAND if step.who == DRIPSTAND.staff_id else clinic.staff[step.who],
            submission_id=f"demo-{session_id[:8]}-{number}-{step.at_min}",
            now=at,
        )
        if isinstance(answer, Refusal):
            raise CannotPrepare(f"demo: {role.name}, minute {step.at_min}, {type(request).__name__}: {answer}")
