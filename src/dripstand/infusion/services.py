"""The verbs of a session, and the only writers of its log.

``submit`` is the one door: it lets the pure rules decide about the newest chart, and has what they answer appended
(appending.py), after which the open screens are told.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from dripstand.course import queries as course
from dripstand.course.services import visit_opened
from dripstand.infusion import models, store
from dripstand.infusion.answers_open import answers_open
from dripstand.infusion.appending import Charted, TooMuchContention, append_what, entry_of, tell_screens
from dripstand.infusion.calling import page_later
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.circumstances import (
    escort_unidentified,
    last_weight_kg,
    not_signed,
    other_infusing_chairs,
    signed_day,
    too_soon,
)
from dripstand.infusion.decisions import Decided, decide
from dripstand.infusion.events import (
    ChairAssigned,
    ChartEntry,
    EscortAnswered,
    NoDrivingPromised,
    PatientCalled,
    SessionEvent,
    SessionOpened,
    StaffRef,
)
from dripstand.infusion.hashing import GENESIS
from dripstand.infusion.incident_verbs import NoSuchIncident, close_incident, take_incident
from dripstand.infusion.index_row import write_index
from dripstand.infusion.paper import OnPaper, of_the_sheet
from dripstand.infusion.queries import clearance, measured, template_for, treated_for
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import Request
from dripstand.live.publisher import publish
from dripstand.people.access import service, service_that_decides, service_without_actor
from dripstand.people.actors import DRIPSTAND, Actor, Role
from dripstand.people.queries import patient as patient_of
from dripstand.premises.queries import chair as chair_of
from dripstand.protocol.queries import template as template_of

__all__ = [
    "Charted",
    "NoSuchIncident",
    "TooMuchContention",
    "chart_alarms",
    "chart_from_tablet",
    "close_incident",
    "open_planned_session",
    "open_session",
    "submit",
    "submit_paper",
    "take_incident",
]


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def open_session(
    actor: Actor,
    *,
    patient_id: str,
    expected_at: datetime,
    infusion_number: int,
    infusions_planned_count: int,
    template_id: str,
    now: datetime,
    chair_id: str | None = None,
    submission_id: str | None = None,
    session_id: str | None = None,
    planned_infusion_id: str | None = None,
) -> str:
    """Open a visit for a patient under one signed template version; answers the session's id.

    planned_infusion_id: which infusion of the patient's course this visit gives; the course is then told how it goes.
    The same ``submission_id`` sent twice opens one session. Raises ``people``'s and ``protocol``'s own errors for a
    patient or template that is not there.
    """
    identity = session_id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"session:{submission_id or uuid.uuid4()}"))
    if models.Session.objects.filter(pk=identity).exists():
        return identity
    patient = patient_of(patient_id)
    template_of(template_id)
    events: list[SessionEvent] = [
        SessionOpened(
            patient_id=patient.patient_id,
            patient_name=patient.name,
            preferred_name=patient.preferred_name,
            birth_date=patient.birth_date,
            sex=patient.sex if patient.sex in ("F", "M") else "",
            record_number=patient.record_number,
            infusion_number=infusion_number,
            infusions_planned_count=infusions_planned_count,
            expected_at=expected_at,
            template_id=template_id,
            height_cm=patient.height_cm,
            allergies=tuple(patient.allergies),
            allergies_reviewed=patient.allergies_reviewed,
            indication=treated_for(patient_id, planned_infusion_id, now),
            last_weight_kg=last_weight_kg(patient_id),
        )
    ]
    if chair_id is not None:
        chair = chair_of(chair_id)
        events.append(ChairAssigned(chair_id=chair.chair_id, chair_name=chair.name, room_name=chair.room_name))
    entries = _entries(identity, events, actor, submission_id or f"open:{identity}", now, after=0)
    entries = store.chained(entries, GENESIS)
    try:
        with transaction.atomic():
            models.Session.objects.create(
                id=identity,
                patient_id=patient_id,
                template_id=template_id,
                chair_id=chair_id,
                expected_at=expected_at,
                opened_at=now,
                phase="expected",
            )
            store.append(entries)
            write_index(fold(entries))
            if planned_infusion_id is not None:
                visit_opened(infusion_id=planned_infusion_id, session_id=identity)
    except IntegrityError:
        if not models.Session.objects.filter(pk=identity).exists():
            raise
        return identity
    tell_screens(identity, entries[-1].sequence)
    return identity


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def open_planned_session(
    actor: Actor,
    *,
    infusion_id: str,
    template_id: str,
    now: datetime,
    expected_at: datetime | None = None,
    chair_id: str | None = None,
    submission_id: str | None = None,
) -> str:
    """Open the visit of a planned infusion: its number, how many there are, time and chair come from the course.

    expected_at, chair_id: where they differ from the booking, or there is none (a walk-in). A visit that is open
    already is answered again. Raises NoSuchInfusion.
    """
    planned = course.infusion(infusion_id)
    if planned.session_id:
        return planned.session_id
    booking = planned.booking
    once = f"planned:{infusion_id}:{booking.booking_id if booking else now.isoformat()}"
    return open_session(
        actor,
        patient_id=planned.patient_id,
        expected_at=expected_at or (booking.starts_at if booking else now),
        infusion_number=planned.number,
        infusions_planned_count=planned.count,
        template_id=template_id,
        now=now,
        chair_id=chair_id or (booking.chair_id if booking else None),
        submission_id=submission_id or str(uuid.uuid5(uuid.NAMESPACE_URL, once)),
        planned_infusion_id=infusion_id,
    )


def _entries(
    session_id: str, events: Sequence[SessionEvent], actor: Actor, submission_id: str, now: datetime, after: int
) -> tuple[ChartEntry, ...]:
    return tuple(
        ChartEntry(
            session_id=session_id,
            sequence=after + number,
            occurred_at=now,
            recorded_at=now,
            actor=StaffRef(staff_id=actor.staff_id, name=actor.name),
            submission_id=submission_id,
            event=event,
        )
        for number, event in enumerate(events, start=1)
    )


@service_that_decides("infusion/permissions.py")
def submit(
    session_id: str,
    request: Request,
    *,
    actor: Actor,
    submission_id: str,
    now: datetime,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    expected_head: int | None = None,
    signed_beside: frozenset[str] = frozenset(),
) -> Charted | Refusal:
    """Chart one request, or answer why not.

    The answer is durable when this returns. ``submission_id`` is made by the form before its first try: the same one
    charts once and answers its first result again. ``expected_head`` is the newest sequence that the asking screen
    had seen; what others charted since comes back as ``meanwhile``. ``signed_beside``: staff ids of those who gave
    their own credentials beside the actor for this request; nobody else can be named as a second signature.
    Raises ``models.Session.DoesNotExist`` for a session that is not there.
    """

    def by_rules(chart: Chart) -> Sequence[Decided] | Refusal:
        template = template_for(chart)
        stopped = (
            not_signed(request, signed_beside)
            or too_soon(chart, request, now, template.course.least_between_h)
            or escort_unidentified(request)
            or answers_open(chart, request, template.choices.suicide_check)
        )
        if stopped is not None:
            return stopped
        return decide(
            chart,
            request,
            now=now,
            actor=actor,
            template=template,
            occurred_at=occurred_at,
            late_reason=late_reason,
            other_chairs_of=other_infusing_chairs(chart, request, actor),
            readings=measured(session_id, now),
            day=signed_day(request, occurred_at or now),
            clearance=clearance(chart, request, occurred_at or now),
        )

    return append_what(by_rules, session_id, actor, submission_id, now, expected_head)


@service_that_decides("infusion/permissions.py")
def submit_paper(
    session_id: str,
    lines: Sequence[OnPaper],
    *,
    actor: Actor,
    late_reason: str,
    submission_id: str,
    now: datetime,
) -> Charted | Refusal:
    """Chart what was written on paper as one group: all of it, or, with the first row that cannot be, nothing.

    Each entry keeps when it happened beside when it was entered; ``late_reason`` names the paper and who wrote it. Each
    row is decided against the chart with the rows before it. The same ``submission_id`` charts once.
    """

    def as_written(chart: Chart) -> Sequence[Decided] | Refusal:
        template = template_for(chart)
        done: list[Decided] = []
        growing = chart
        for line in sorted(lines, key=lambda line: (line.occurred_at, line.row)):
            stopped = (
                not_signed(line.request, frozenset())
                or escort_unidentified(line.request)
                or too_soon(growing, line.request, now, template.course.least_between_h)
                or answers_open(growing, line.request, template.choices.suicide_check)
            )
            answer: Sequence[Decided] | Refusal = stopped or decide(
                growing,
                line.request,
                now=now,
                actor=actor,
                template=template,
                occurred_at=line.occurred_at,
                late_reason=late_reason,
                other_chairs_of=other_infusing_chairs(growing, line.request, actor),
                day=signed_day(line.request, line.occurred_at),
                clearance=clearance(growing, line.request, line.occurred_at),
            )
            if isinstance(answer, Refusal):
                return of_the_sheet(line.row, answer)
            for one in answer:
                kept = Decided(one.event, one.occurred_at, late_reason)
                done.append(kept)
                entry = entry_of(kept, session_id, growing.head + 1, actor, submission_id, now)
                growing = fold((*growing.entries, entry))
        return done

    return append_what(as_written, session_id, actor, submission_id, now, None)


@service_without_actor("Dripstand charts the alarms that monitoring returned")
def chart_alarms(
    session_id: str, events: Sequence[SessionEvent], *, submission_id: str, now: datetime
) -> Charted | Refusal:
    """Chart the alarm transitions that monitoring returned. Dripstand itself is the author."""

    def as_given(chart: Chart) -> Sequence[Decided] | Refusal:
        done: list[Decided] = []
        template = template_for(chart)
        for event in events:
            answer = decide(chart, event, now=now, actor=DRIPSTAND, template=template)
            if isinstance(answer, Refusal):
                return answer
            done.extend(answer)
        return done

    return append_what(as_given, session_id, DRIPSTAND, submission_id, now, None)


@service_without_actor("The patient's own tablet, which was paired to this visit; the pairing is asked before")
def chart_from_tablet(
    session_id: str,
    request: SessionEvent,
    *,
    submission_id: str,
    now: datetime,
    occurred_at: datetime | None = None,
    late_reason: str = "",
) -> Charted | Refusal:
    """Chart what the patient's tablet did. A call is on the screens before this returns, and pages if nobody comes."""

    def by_rules(chart: Chart) -> Sequence[Decided] | Refusal:
        return decide(
            chart,
            request,
            now=now,
            actor=DRIPSTAND,
            template=template_for(chart),
            occurred_at=occurred_at,
            late_reason=late_reason,
        )

    with transaction.atomic():
        answer = append_what(by_rules, session_id, DRIPSTAND, submission_id, now, None)
        if isinstance(request, PatientCalled) and isinstance(answer, Charted) and not answer.repeated:
            page_later(session_id, request.call_id, now)
            at = answer.entries[0].occurred_at.isoformat()
            payload = {"type": "call", "session_id": session_id, "call_id": request.call_id, "at": at}
            transaction.on_commit(lambda: _call_now(session_id, payload))
    return answer


@service_without_actor("Whoever was asked to take the patient home, behind their own link; the link is asked before")
def chart_escort_answer(
    session_id: str, answer: EscortAnswered, *, submission_id: str, now: datetime
) -> Charted | Refusal:
    """Chart what they said, once for a submission: the chair and the log show it at once."""
    return chart_from_tablet(session_id, answer, submission_id=submission_id, now=now)


@service_without_actor("The patient, behind their own link, who was found clear; the link is asked before")
def chart_promise(session_id: str, *, submission_id: str, now: datetime) -> Charted | Refusal:
    """Chart that the patient agreed not to drive until the next day: the start asks for it."""
    return chart_from_tablet(session_id, NoDrivingPromised(), submission_id=submission_id, now=now)


def _call_now(session_id: str, payload: dict[str, str]) -> None:
    """A message of its own, ahead of the state that screens ask for: it needs no second trip to the server."""
    publish(f"session:{session_id}", payload)
    publish("board", payload)
