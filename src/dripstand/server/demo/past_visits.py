"""A visit that is over, decided by the rules step by step and kept in memory until it is brought in.

The same steps and the same rules as at the chair (`timeline.py`, `infusion.decisions`), without a commit for each: a
hundred and eighty visits are played in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dripstand.course.readiness import Signed
from dripstand.evaluation.standing import Clearance
from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.decisions import decide
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import GiveOrder, Request
from dripstand.people.actors import DRIPSTAND, Actor
from dripstand.protocol.template import ProtocolTemplate
from dripstand.server.demo.cast import FRONT_DESK, PRESCRIBER, PatientRole
from dripstand.server.demo.clinic import CannotPrepare
from dripstand.server.demo.timeline import Scene, Step, due_by, step

DOOR_MIN = 104


def goes_home(nurse: str) -> tuple[Step, ...]:
    """The last minutes of a visit: the prescriber's word, the escort, the door."""

    def escort(scene: Scene) -> ev.EscortConfirmed:
        name, relation, _phone = scene.patient.escort
        return ev.EscortConfirmed(name, relation, "identity card", True, True, name)

    return (
        step("89.8", nurse, ev.CriterionAssessed("dissociation_settled", True)),
        step(97, nurse, ev.CriterionAssessed("advice_given", True)),
        step(98, PRESCRIBER, ev.SuicideRiskAssessed("no thoughts of suicide", "home with the escort", True)),
        step(101, nurse, escort),
        step(102, nurse, ev.ReadyToLeave()),
        step(DOOR_MIN, nurse, ev.PatientLeft()),
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What the rules ask of the rooms below: whether the day was signed, and what the evaluation says."""

    day: Callable[[datetime], Signed | None]
    clearance: Callable[[Chart, Request, datetime], Clearance | None]


def played(
    opening: ev.SessionOpened,
    patient: PatientRole,
    steps: Sequence[Step],
    *,
    session_id: str,
    opened_at: datetime,
    start: datetime,
    chair: ev.ChairAssigned,
    staff: dict[str, Actor],
    template: ProtocolTemplate,
    around: Around,
) -> tuple[ev.ChartEntry, ...]:
    """The whole log of one past visit, unchained. Raises CannotPrepare with the refusal where a step is refused."""
    log: list[ev.ChartEntry] = []
    first = ((opened_at, step(0, FRONT_DESK, opening)), (opened_at, step(0, FRONT_DESK, chair)))
    for at, one in (*first, *due_by(steps, start, datetime.max.replace(tzinfo=start.tzinfo))):
        chart = fold(log)
        request = one.make(Scene(chart=chart, patient=patient, staff=staff, template=template, at=at))
        actor = DRIPSTAND if one.who == DRIPSTAND.staff_id else staff[one.who]
        starts = isinstance(request, ev.InfusionStarted)
        cleared = starts or isinstance(request, GiveOrder)
        answer = decide(
            chart,
            request,
            now=at,
            actor=actor,
            template=template,
            day=around.day(at) if starts else None,
            clearance=around.clearance(chart, request, at) if cleared else None,
        )
        if isinstance(answer, Refusal):
            raise CannotPrepare(f"demo: {patient.name}, {at:%d %b %H:%M}, {type(request).__name__}: {answer}")
        for decided in answer:
            log.append(
                ev.ChartEntry(
                    session_id=session_id,
                    sequence=len(log) + 1,
                    occurred_at=decided.occurred_at,
                    recorded_at=at,
                    actor=ev.StaffRef(actor.staff_id, actor.name),
                    submission_id=f"past-{len(log) + 1}",
                    event=decided.event,
                    late_reason=decided.late_reason,
                )
            )
    return tuple(log)
