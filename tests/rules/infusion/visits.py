"""A visit as the tests drive it: ask, decide, append, fold. The same rules as the server's, without a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

from dripstand.course.readiness import Signed
from dripstand.evaluation.standing import Clearance
from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.bag import FinalVolume, Vial
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.decisions import Decided, decide
from dripstand.infusion.events import CheckResult, PreCheck
from dripstand.infusion.hashing import GENESIS, entry_hash
from dripstand.infusion.order import MonitoringPlan, WeightBasis
from dripstand.infusion.refusals import Refusal
from dripstand.people.actors import Actor
from dripstand.protocol.defaults import default_template
from dripstand.protocol.template import ProtocolTemplate
from tests.people import NURSE_OKAFOR, NURSE_REYES, PRESCRIBER_VANCE

TEMPLATE = default_template()
OPENED = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
SESSION_ID = "5a5e7f00-0000-4000-8000-000000000001"

PLAN = MonitoringPlan(
    vital_signs_every_min_infusing=10,
    vital_signs_every_min_observing=15,
    sedation_every_min_infusing=15,
    sedation_every_min_observing=30,
    side_effects_every_min=15,
)

ORDER = rq.GiveOrder(
    dose_mg_per_kg=D("0.5"),
    weight_basis=WeightBasis.ACTUAL,
    planned_minutes=D("40"),
    lowest_dose_rate_mg_per_kg_per_h=D("0.2"),
    highest_dose_rate_mg_per_kg_per_h=D("1.1"),
    dose_cap_mg=D("60"),
    label_is_base=True,
    monitoring=PLAN,
    stated_dose_mg=D("40"),
    stated_dose_rate_mg_per_kg_per_h=D("0.75"),
)

BAG = rq.PrepareBag(
    vial=Vial(D("10"), D("20"), "LOT-7"),
    drawn_ml=D("4.0"),
    diluent="sodium chloride 0.9 %",
    nominal_ml=D("100"),
    final_volume=FinalVolume.REPLACING,
    line_hold_up_ml=D("18"),
    stated_start_rate_ml_per_h=D("150"),
)

READY = Signed(by="M. Reyes", at=OPENED, bad=(), note="")
"""The day was signed before the first start, everything in order."""
CLEARED = Clearance((), "decision-1")
"""An eligible decision and a consent stand."""

GOOD_VITALS = ev.VitalSignsTaken(
    pulse_per_min=72, spo2_percent=98, respiratory_rate_per_min=14, nibp_systolic_mmhg=122, nibp_diastolic_mmhg=78
)


def ref(actor: Actor) -> ev.StaffRef:
    return ev.StaffRef(actor.staff_id, actor.name)


def opening(**changes: object) -> ev.SessionOpened:
    """Wren Halloway, 80 kg today as last month, no known allergies."""
    known = ev.SessionOpened(
        patient_id="wren",
        patient_name="Wren Halloway",
        preferred_name="Wren",
        birth_date=date(1984, 5, 17),
        sex="F",
        record_number="R-1001",
        infusion_number=3,
        infusions_planned_count=6,
        expected_at=OPENED,
        template_id=TEMPLATE.template_id,
        height_cm=D("168"),
        allergies=(),
        allergies_reviewed=True,
        last_weight_kg=D("79.5"),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


class Refused(AssertionError):
    """A step that the test relied on was refused."""


@dataclass
class Visit:
    """One session under way. ``now`` moves by ``wait``; every accepted request is appended and chained."""

    template: ProtocolTemplate = field(default_factory=lambda: TEMPLATE)
    now: datetime = OPENED
    log: list[ev.ChartEntry] = field(default_factory=list)
    nurse: Actor = NURSE_REYES
    second: Actor = NURSE_OKAFOR
    prescriber: Actor = PRESCRIBER_VANCE

    @property
    def chart(self) -> Chart:
        return fold(self.log)

    def wait(self, minutes: float) -> Visit:
        self.now += timedelta(minutes=minutes)
        return self

    def ask(
        self, request: rq.Request, actor: Actor | None = None, **circumstances: object
    ) -> tuple[Decided, ...] | Refusal:
        """Decide; append when it is accepted."""
        who = actor or self.nurse
        template = circumstances.pop("template", self.template)
        circumstances.setdefault("day", READY)
        circumstances.setdefault("clearance", CLEARED)
        answer = decide(self.chart, request, now=self.now, actor=who, template=template, **circumstances)  # type: ignore[arg-type]
        if not isinstance(answer, Refusal):
            for decided in answer:
                self.append(decided.event, who, decided.occurred_at, decided.late_reason)
        return answer

    def append(self, event: ev.SessionEvent, actor: Actor, at: datetime | None = None, late_reason: str = "") -> None:
        """Append without deciding: for what the rules would refuse."""
        previous = self.log[-1].hash if self.log else GENESIS
        entry = ev.ChartEntry(
            session_id=SESSION_ID,
            sequence=len(self.log) + 1,
            occurred_at=at or self.now,
            recorded_at=self.now,
            actor=ref(actor),
            submission_id=f"form-{len(self.log) + 1}",
            event=event,
            late_reason=late_reason,
            previous_hash=previous,
        )
        self.log.append(replace(entry, hash=entry_hash(previous, entry)))

    def must(self, request: rq.Request, actor: Actor | None = None, **circumstances: object) -> Visit:
        """Ask for something that the test relies on."""
        answer = self.ask(request, actor, **circumstances)
        if isinstance(answer, Refusal):
            raise Refused(f"{type(request).__name__}: {answer.codes}: {answer}")
        return self

    def refused(self, request: rq.Request, actor: Actor | None = None, **circumstances: object) -> Refusal:
        """Ask for something that must not be charted."""
        before = len(self.log)
        answer = self.ask(request, actor, **circumstances)
        if not isinstance(answer, Refusal):
            raise AssertionError(f"{type(request).__name__} was charted")
        assert len(self.log) == before
        return answer

    @property
    def bag_id(self) -> str:
        bag = self.chart.bag
        assert bag is not None
        return bag.bag_id


def opened(**changes: object) -> Visit:
    return Visit().must(opening(**changes))


def arrived(**changes: object) -> Visit:
    visit = opened(**changes).wait(1)
    visit.must(ev.ChairAssigned("chair-1", "Harbour 1", "Harbour")).must(ev.PatientArrived()).wait(1)
    birth_date = visit.chart.opened.birth_date
    return visit.must(ev.IdentityConfirmed(("full name", "date of birth"), birth_date))


def weighed(**changes: object) -> Visit:
    visit = arrived(**changes).wait(1)
    return visit.must(ev.WeightMeasured(D("80"), "scale 1"))


def met(check: PreCheck) -> ev.PreCheckRecorded:
    """The check, found met; no tablet is used."""
    return ev.PreCheckRecorded(
        check,
        CheckResult.MET,
        anxiety_score=3 if check is PreCheck.ANXIETY else None,
        call_tried=ev.CallTest.BELL_ONLY if check is PreCheck.CALL_TRIED else None,
    )


def all_checks(visit: Visit, *, without: PreCheck | None = None) -> Visit:
    for check in PreCheck:
        if check is without:
            continue
        visit.must(met(check))
    return visit


def ordered(order: rq.GiveOrder = ORDER, **changes: object) -> Visit:
    return weighed(**changes).wait(1).must(order, PRESCRIBER_VANCE)


def bag_checked(bag: rq.PrepareBag = BAG, **changes: object) -> Visit:
    visit = ordered(**changes).wait(1).must(bag).wait(1)
    made = visit.chart.bag
    assert made is not None
    check = rq.CheckBag(
        made.bag_id, ev.SecondCheck.SECOND_PERSON, ref(visit.second), made.drawn_ml, made.start_rate_ml_per_h
    )
    return visit.must(check, visit.second)


def ready_to_start(
    bag: rq.PrepareBag = BAG,
    fluid: ev.LineFluid = ev.LineFluid.SALINE,
    leave_out: Callable[[rq.Request], bool] = lambda request: False,
    **changes: object,
) -> Visit:
    """Everything before the start; ``leave_out`` says what is forgotten."""
    visit = bag_checked(bag, **changes).wait(1)
    steps: list[rq.Request] = [
        ev.BagHung(visit.bag_id, visit.bag_id),
        ev.LinePlaced("forearm", "left", 22, 1),
        ev.LinePrimed(fluid, bag.line_hold_up_ml),
        *(met(check) for check in PreCheck),
        ev.EscortNamed("Sam Halloway", "sister", "555 0100"),
        GOOD_VITALS,
        ev.ObserverNamed(ref(visit.nurse)),
    ]
    for step in steps:
        if not leave_out(step):
            visit.must(step)
    return visit.wait(1)


def infusing(bag: rq.PrepareBag = BAG, fluid: ev.LineFluid = ev.LineFluid.SALINE, **changes: object) -> Visit:
    visit = ready_to_start(bag, fluid, **changes)
    made = visit.chart.bag
    assert made is not None
    return visit.must(ev.InfusionStarted(made.start_rate_ml_per_h))


def stopped(minutes: float = 40) -> Visit:
    return infusing().wait(minutes).must(ev.InfusionStopped(ev.StopReason.COMPLETED))


def observing() -> Visit:
    visit = stopped().wait(1)
    visit.must(ev.FlushGiven(D("20"), D("16"))).wait(16)
    visit.must(ev.BagTakenDown(visit.bag_id, D("0")))
    return visit.must(ev.LineCleared("flushed"))


def criteria_met(visit: Visit) -> Visit:
    """An hour later, everything that the default template asks for."""
    visit.wait(60)
    visit.must(GOOD_VITALS)
    visit.must(ev.SedationScored("MOAA/S", 5))
    for criterion in visit.template.leaving:
        if criterion.rule == "assessed":
            visit.must(ev.CriterionAssessed(criterion.criterion, True))
    visit.must(ev.LineRemoved(ev.SiteFinding.GOOD))
    visit.must(ev.SuicideRiskAssessed("no thoughts of suicide", "home with sister", True))
    return visit.must(ev.EscortConfirmed("Sam Halloway", "sister", "identity card", True, True, "Sam Halloway"))
