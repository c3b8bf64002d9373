"""What happens to one patient of the demo clinic, from the door on, as requests that real people of the cast make.

Each step is put to the product's own service at its own instant: the demo's past is charted exactly as a clinic would
have charted it, refusals included (a step that is refused stops the demo, because then the demo would be lying).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dripstand.infusion import events as ev
from dripstand.infusion.bag import FinalVolume, Vial
from dripstand.infusion.chart import Chart
from dripstand.infusion.order import MonitoringPlan, WeightBasis
from dripstand.infusion.requests import CheckBag, GiveOrder, PrepareBag, Request
from dripstand.people.actors import Actor
from dripstand.protocol.template import ProtocolTemplate
from dripstand.server.demo.cast import CHECKER, FRONT_DESK, PRESCRIBER, PatientRole

START = 0
"""Minute 0 is the start of the drug."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a step may look at: the chart so far, the patient's role, who plays whom, and the instant."""

    chart: Chart
    patient: PatientRole
    staff: dict[str, Actor]
    template: ProtocolTemplate
    at: datetime


Make = Callable[[Scene], Request]


@dataclass(frozen=True, slots=True)
class Step:
    at_min: Decimal
    who: str
    make: Make


def step(at_min: float | int | str, who: str, make: Make | Request) -> Step:
    return Step(Decimal(str(at_min)), who, make if callable(make) else lambda _scene: make)


def _ref(actor: Actor) -> ev.StaffRef:
    return ev.StaffRef(staff_id=actor.staff_id, name=actor.name)


def _check(check: ev.PreCheck, result: ev.CheckResult = ev.CheckResult.MET, detail: str = "", **more: object) -> Make:
    return lambda _scene: ev.PreCheckRecorded(check=check, result=result, detail=detail, **more)  # type: ignore[arg-type]


def _weight(scene: Scene, reader: str) -> Request:
    """A first weight is read by two; a later one is compared with the last."""
    first = scene.chart.opened.last_weight_kg is None
    return ev.WeightMeasured(
        weight_kg=scene.patient.weight_kg,
        measured_with="scale, room 1",
        second_reader=_ref(scene.staff[reader]) if first else None,
    )


def _fasting(scene: Scene) -> Request:
    return ev.PreCheckRecorded(
        check=ev.PreCheck.FASTING,
        result=ev.CheckResult.MET,
        detail="breakfast at home, water since",
        last_food_at=scene.at - timedelta(hours=6),
        last_clear_fluid_at=scene.at - timedelta(hours=3),
    )


def _pregnancy(scene: Scene) -> Request:
    if scene.patient.sex == "F" and _age(scene) <= scene.template.gates.pregnancy_age_high_y:
        return ev.PreCheckRecorded(
            check=ev.PreCheck.PREGNANCY_TEST, result=ev.CheckResult.MET, detail="urine hCG negative"
        )
    return ev.PreCheckRecorded(
        check=ev.PreCheck.PREGNANCY_TEST, result=ev.CheckResult.NOT_APPLICABLE, detail="cannot apply"
    )


def _age(scene: Scene) -> int:
    born = scene.patient.birth_date
    return scene.at.year - born.year - ((scene.at.month, scene.at.day) < (born.month, born.day))


def _order(dose_mg_per_kg: str, minutes: str, highest_per_h: str) -> Make:
    def make(scene: Scene) -> Request:
        intervals = scene.template.intervals
        return GiveOrder(
            dose_mg_per_kg=Decimal(dose_mg_per_kg),
            weight_basis=WeightBasis.ACTUAL,
            planned_minutes=Decimal(minutes),
            lowest_dose_rate_mg_per_kg_per_h=Decimal("0.3"),
            highest_dose_rate_mg_per_kg_per_h=Decimal(highest_per_h),
            dose_cap_mg=(Decimal(dose_mg_per_kg) * scene.patient.weight_kg * Decimal("1.5")).quantize(Decimal(1)),
            label_is_base=True,
            stated_dose_mg=Decimal(dose_mg_per_kg) * scene.patient.weight_kg,
            monitoring=MonitoringPlan(
                vital_signs_every_min_infusing=intervals.vital_signs_every_min_infusing,
                vital_signs_every_min_observing=intervals.vital_signs_every_min_observing,
                sedation_every_min_infusing=intervals.sedation_every_min_infusing,
                sedation_every_min_observing=intervals.sedation_every_min_observing,
                side_effects_every_min=intervals.side_effects_every_min,
            ),
        )

    return make


def _bag(scene: Scene) -> Request:
    order = scene.chart.order
    assert order is not None
    return PrepareBag(
        vial=Vial(strength_mg_per_ml=Decimal("10"), volume_ml=Decimal("20"), lot="DEMO-7K31"),
        drawn_ml=(order.dose_mg / Decimal("10")),
        diluent="sodium chloride 0.9 %",
        nominal_ml=Decimal("50"),
        final_volume=FinalVolume.REPLACING,
        line_hold_up_ml=Decimal("2.0"),
        drops_per_ml=None,
    )


def checked_by(who: str) -> Step:
    """The second pair of eyes on the bag."""

    def make(scene: Scene) -> Request:
        bag = scene.chart.bag
        assert bag is not None
        return CheckBag(
            bag_id=bag.bag_id,
            method=ev.SecondCheck.SECOND_PERSON,
            checker=_ref(scene.staff[who]),
            drawn_ml=bag.drawn_ml,
            start_rate_ml_per_h=bag.start_rate_ml_per_h,
        )

    return step(-19, who, make)


def _hang(scene: Scene) -> Request:
    bag = scene.chart.bag
    assert bag is not None
    return ev.BagHung(bag_id=bag.bag_id, label_read=bag.bag_id)


def _prime(scene: Scene) -> Request:
    bag = scene.chart.bag
    assert bag is not None
    return ev.LinePrimed(fluid=ev.LineFluid.SALINE, hold_up_ml=bag.line_hold_up_ml)


def _start(scene: Scene) -> Request:
    bag = scene.chart.bag
    assert bag is not None
    return ev.InfusionStarted(rate_ml_per_h=bag.start_rate_ml_per_h)


def _confirm(scene: Scene) -> Request:
    waiting = scene.chart.unconfirmed
    assert waiting is not None
    return ev.ConfirmedAtPump(
        of_sequence=waiting.entry.sequence, source="nurse", rate_ml_per_h=scene.chart.rate_ml_per_h
    )


def _watch(who: str) -> Make:
    return lambda scene: ev.ObserverNamed(observer=_ref(scene.staff[who]))


def _vitals(pulse: int, spo2: int, resp: int, systolic: int, diastolic: int) -> ev.VitalSignsTaken:
    return ev.VitalSignsTaken(
        pulse_per_min=pulse,
        spo2_percent=spo2,
        respiratory_rate_per_min=resp,
        nibp_systolic_mmhg=systolic,
        nibp_diastolic_mmhg=diastolic,
    )


def preparation(
    nurse: str,
    *,
    dose_mg_per_kg: str = "0.5",
    minutes: str = "40",
    highest_per_h: str = "0.9",
    checker: str = CHECKER,
) -> tuple[Step, ...]:
    """From the door to the hung bag. highest_per_h: of the order, mg/kg/h."""
    return (
        step(-38, FRONT_DESK, ev.PatientArrived()),
        step(
            -35,
            nurse,
            lambda s: ev.IdentityConfirmed(
                identifiers=("full name", "date of birth"), stated_birth_date=s.patient.birth_date
            ),
        ),
        step(-34, nurse, lambda s: _weight(s, checker)),
        step(-33, nurse, _fasting),
        step("-32.8", nurse, _check(ev.PreCheck.MEDICINES_TODAY, detail="usual morning tablets; no sedative")),
        step("-32.5", nurse, _check(ev.PreCheck.CONSENT_PRESENT, detail="signed, version of this year")),
        step("-32.2", nurse, _pregnancy),
        step("-32", nurse, _check(ev.PreCheck.ANXIETY, anxiety_score=4, detail="a little nervous")),
        step("-31.6", nurse, _check(ev.PreCheck.BLADDER, detail="no pain, no urgency")),
        step("-31.3", nurse, _check(ev.PreCheck.ALLERGIES_REVIEWED)),
        step("-31.2", nurse, _check(ev.PreCheck.NO_DRIVING, detail="goes home with the escort")),
        step(
            -31,
            nurse,
            lambda s: ev.EscortNamed(name=s.patient.escort[0], relation=s.patient.escort[1], phone=s.patient.escort[2]),
        ),
        step(-28, PRESCRIBER, _order(dose_mg_per_kg, minutes, highest_per_h)),
        step(-22, nurse, _bag),
        checked_by(checker),
        step(-16, nurse, ev.LinePlaced(site="back of the hand", side="left", gauge=22, attempts_count=1)),
        step(-10, nurse, _watch(nurse)),
        step(-9, nurse, _vitals(68, 98, 14, 118, 74)),
        step("-8.5", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=5)),
        step(-8, nurse, _check(ev.PreCheck.BEDSIDE_ALARMS_ON, detail="limits checked at the monitor")),
        step("-7.8", nurse, _check(ev.PreCheck.CALL_TRIED, call_tried=ev.CallTest.BELL_ONLY)),
        step(-5, nurse, _prime),
        step(-4, nurse, _hang),
    )


def infusion(nurse: str) -> tuple[Step, ...]:
    """From the start to the taking down of the bag."""
    return (
        step(0, nurse, _start),
        step("0.4", nurse, _confirm),
        step(1, nurse, ev.ComfortGiven(comfort=ev.Comfort.MUSIC, detail="slow piano, the patient's own list")),
        step("5.2", nurse, ev.AccessSiteChecked(finding=ev.SiteFinding.GOOD)),
        step("9.5", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=5)),
        step(10, nurse, ev.NoSideEffects()),
        step("10.4", nurse, ev.AccessSiteChecked(finding=ev.SiteFinding.GOOD)),
        step(
            "15.5",
            nurse,
            ev.SideEffectNoted(
                effect="dissociation", severity=ev.Severity.MILD, detail="floating, not unpleasant", done="", helped=""
            ),
        ),
        step(
            "18.3",
            nurse,
            ev.SideEffectNoted(
                effect="anxiety", severity=ev.Severity.MODERATE, done="eyes open, hand held", helped="yes"
            ),
        ),
        step("18.6", nurse, ev.ComfortGiven(comfort=ev.Comfort.EYES_OPEN, helped="yes")),
        step("20", nurse, ev.AccessSiteChecked(finding=ev.SiteFinding.GOOD)),
        step("20.3", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=4)),
    )


def ending(nurse: str, *, flush_ml: str = "5", flush_min: str = "2") -> tuple[Step, ...]:
    """The drug is in: stop, bag down, line flushed and cleared."""
    flushed = Decimal(41) + Decimal(flush_min)
    return (
        step("30", nurse, ev.NoSideEffects()),
        step("35", nurse, ev.AccessSiteChecked(finding=ev.SiteFinding.GOOD)),
        step("35.2", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=4)),
        step("40.2", nurse, ev.InfusionStopped(reason=ev.StopReason.COMPLETED)),
        step("40.6", nurse, _confirm),
        step("41", nurse, ev.FlushGiven(volume_ml=Decimal(flush_ml), over_min=Decimal(flush_min))),
        step(
            str(flushed + Decimal("0.5")),
            nurse,
            lambda s: ev.BagTakenDown(bag_id=s.chart.hung_bag.bag.bag_id, reason="empty"),  # type: ignore[union-attr]
        ),
        step(str(flushed + 1), nurse, ev.LineCleared(how="flushed")),
        step("50", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=4)),
        step("50.3", nurse, ev.NoSideEffects()),
        step("56", nurse, _vitals(70, 98, 15, 124, 76)),
        step("66", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=5)),
        step("66.4", nurse, ev.NoSideEffects()),
    )


def leaving_judged(nurse: str) -> tuple[Step, ...]:
    """An hour later: what a person judges before somebody may go home."""
    return (
        step("76", nurse, _vitals(67, 98, 14, 121, 75)),
        step("81", nurse, ev.NoSideEffects()),
        step("86", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=5)),
        step("87", nurse, _vitals(66, 98, 14, 120, 74)),
        step("96", nurse, ev.NoSideEffects()),
        step("88", nurse, ev.LineRemoved(site_finding=ev.SiteFinding.GOOD)),
        step("89", nurse, ev.CriterionAssessed(criterion="oriented", met=True)),
        step("89.3", nurse, ev.CriterionAssessed(criterion="steady_gait", met=True)),
        step("89.6", nurse, ev.CriterionAssessed(criterion="nausea_controlled", met=True)),
    )


def due_by(steps: Sequence[Step], start: datetime, now: datetime) -> tuple[tuple[datetime, Step], ...]:
    """The steps that have happened by now, each with its instant, in order."""
    timed = ((start + timedelta(seconds=float(one.at_min) * 60), one) for one in steps)
    return tuple(sorted(((at.astimezone(UTC), one) for at, one in timed if at <= now), key=lambda pair: pair[0]))
