"""Which patient of the demo sits where, and how far their visit has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from dripstand.evaluation.indications import Indication
from dripstand.infusion import events as ev
from dripstand.people.actors import DRIPSTAND
from dripstand.server.demo.cast import CHECKER, PATIENTS, PatientRole, more_patients
from dripstand.server.demo.evaluated import story_of
from dripstand.server.demo.pain import pain_visit
from dripstand.server.demo.timeline import Scene, Step, ending, infusion, leaving_judged, preparation, step


@dataclass(frozen=True, slots=True)
class Part:
    """One chair's visit. minute_now: minutes since the start of the drug (negative: before it)."""

    patient: PatientRole
    nurse: str
    minute_now: float
    steps: tuple[Step, ...]
    has_pump: bool = False
    speaks_from_min: float = -12.0  # the monitor is bound and sends from here on
    has_history: bool = True  # what the monitor sent before the demo is served is made too
    dip_at_min: float | None = None  # half a minute of shallow breathing, with its alarm
    probe_off_at_min: float | None = None  # a minute with the probe on the floor


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody who is expected later today."""

    patient: PatientRole
    in_min: int


def _steps(nurse: str, *, checker: str = CHECKER) -> tuple[Step, ...]:
    return (
        *preparation(nurse, checker=checker),
        *infusion(nurse),
        *ending(nurse),
        *leaving_judged(nurse),
    )


def _eased(scene: Scene) -> ev.SessionEvent:
    """The rate a quarter lower, as the pump can be set."""
    lower = (scene.chart.rate_ml_per_h * Decimal("0.8")).quantize(Decimal("0.1"))
    return ev.RateChanged(rate_ml_per_h=lower, reason="anxious, asked for it slower")


def _confirmed(scene: Scene) -> ev.SessionEvent:
    waiting = scene.chart.unconfirmed
    assert waiting is not None
    return ev.ConfirmedAtPump(
        of_sequence=waiting.entry.sequence, source="nurse", rate_ml_per_h=scene.chart.rate_ml_per_h
    )


def _slower(nurse: str) -> tuple[Step, ...]:
    return (step("19", nurse, _eased), step("19.3", nurse, _confirmed))


def _paused(nurse: str) -> tuple[Step, ...]:
    return (
        step("26", nurse, ev.SideEffectNoted(effect="nausea", severity=ev.Severity.MODERATE, done="", helped="")),
        step("26.4", nurse, ev.InfusionPaused(reason="nausea")),
        step("26.7", nurse, _confirmed),
        step(
            "27",
            nurse,
            ev.MedicineGiven(medicine="ondansetron", dose_text="4 mg", route="IV", ordered_by="Dr. T. Vance"),
        ),
    )


def dip_alarm(nurse: str, at_min: float) -> tuple[Step, ...]:
    """The alarm of a short dip, as the engine would have charted it: 15 s after the limit, acknowledged, cleared."""
    alarm_id = f"demo-spo2-{at_min:g}"
    return (
        step(
            at_min + 0.25,
            DRIPSTAND.staff_id,
            ev.AlarmRaised(
                alarm_id=alarm_id,
                alarm="spo2_low",
                priority=ev.Priority.MEDIUM,
                technical=False,
                channel="spo2_percent",
                value_text="91 %",
                limit_text="< 92 %",
            ),
        ),
        step(
            at_min + 0.4,
            nurse,
            lambda scene: ev.AlarmAcknowledged(alarm_id=alarm_id, silent_until=scene.at + timedelta(seconds=120)),
        ),
        step(at_min + 0.9, DRIPSTAND.staff_id, ev.AlarmCleared(alarm_id=alarm_id)),
    )


def showcase() -> tuple[tuple[Part, ...], tuple[Awaited, ...]]:
    """Six chairs, each at another place in the visit, and two people still to come."""
    wren, cas, marlow, indie, sorrel, bram, june, lark = PATIENTS
    parts = (
        Part(
            wren,
            "m.reyes",
            23.6,
            (*_steps("m.reyes"), *_slower("m.reyes"), *dip_alarm("m.reyes", 13.2)),
            has_pump=True,
            dip_at_min=13.2,
            probe_off_at_min=6.5,
        ),
        Part(cas, "m.reyes", 68.0, _steps("m.reyes")),
        Part(marlow, "j.okafor", -12.5, _steps("j.okafor")),
        Part(indie, "j.okafor", 8.2, _steps("j.okafor"), has_pump=True),
        Part(sorrel, "p.lind", 104.0, _steps("p.lind", checker="m.reyes")),
        Part(bram, "j.okafor", 28.5, (*pain_visit("j.okafor", checker=CHECKER), *_paused("j.okafor")), has_pump=True),
    )
    return parts, (Awaited(june, 35), Awaited(lark, 95))


def full_house(chairs_count: int, nurses: tuple[str, ...]) -> tuple[Part, ...]:
    """So many chairs, each with an infusion under way, two to a nurse; each ordered for what this person has."""
    return tuple(
        Part(patient, nurses[number // 2], 4.0 + number % 7, _visit_of(patient, nurses[number // 2]), has_history=False)
        for number, patient in enumerate(more_patients(chairs_count))
    )


def _visit_of(patient: PatientRole, nurse: str) -> tuple[Step, ...]:
    """Against pain another order than against depression: the signed protocol refuses the one for the other."""
    if story_of(patient.record_number).indication is Indication.CHRONIC_PAIN:
        return pain_visit(nurse, checker=CHECKER)
    return _steps(nurse)
