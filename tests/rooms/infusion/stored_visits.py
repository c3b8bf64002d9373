"""A stored visit as the screens' tests need it: charted through the services, as if it had happened until just now."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

from dripstand.infusion import events as ev
from dripstand.infusion import queries, services
from dripstand.infusion import requests as rq
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import PreCheck
from dripstand.infusion.refusals import Refusal
from dripstand.people.actors import Actor
from dripstand.premises.queries import chair, clinic_zone
from tests.evaluated import cleared_at_once
from tests.people import (
    FRONT_DESK_SORO,
    NURSE_OKAFOR,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    clinic_with_a_chair,
    day_signed,
    signed_template,
    stored,
    whole_staff,
    wren_halloway,
)
from tests.rules.infusion.visits import BAG, GOOD_VITALS, ORDER, met, ref


@dataclass
class StoredVisit:
    """One session in the database. ``now`` is the visit's own clock: it starts in the past and moves by ``wait``."""

    session_id: str
    patient_id: str
    now: datetime

    @property
    def chart(self) -> Chart:
        return queries.chart(self.session_id)

    @property
    def bag_id(self) -> str:
        bag = self.chart.bag
        assert bag is not None
        return bag.bag_id

    def wait(self, minutes: float) -> StoredVisit:
        self.now += timedelta(minutes=minutes)
        return self

    def must(self, request: rq.Request, actor: Actor = NURSE_REYES) -> StoredVisit:
        """Chart something that the test relies on; a start falls on a day that was signed."""
        if isinstance(request, ev.InfusionStarted):
            day_signed(self.now)
        answer = services.submit(
            session_id=self.session_id,
            request=request,
            actor=actor,
            submission_id=str(uuid.uuid4()),
            now=self.now,
        )
        if isinstance(answer, Refusal):
            raise AssertionError(f"{type(request).__name__}: {answer}")
        return self


ELSEWHERE = "Europe/Berlin"
"""Seven hours from the clinic of these tests: where it is midnight in one, it is day in the other."""


def within_one_day(began: datetime) -> None:
    """A visit of the last hours lies within the clinic's day, whatever the hour at which the tests are run: pages of
    today would not hold one that began before midnight."""
    from dripstand.premises.models import Clinic

    now, here = datetime.now(UTC), clinic_zone()
    if now - began < timedelta(hours=5) and began.astimezone(here).date() != now.astimezone(here).date():
        Clinic.objects.update(zone=ELSEWHERE)


def opened(
    minutes_ago: float = 30, patient_id: str = "", chair_id: str = "", infusion_id: str | None = None, **patient: object
) -> StoredVisit:
    """Wren Halloway is expected; the whole staff, one chair and a signed protocol are there.

    infusion_id: the planned infusion of a course that this visit gives.
    """
    whole_staff()
    place = chair_id or clinic_with_a_chair()
    now = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    within_one_day(now)
    who = patient_id or wren_halloway(**patient)
    day_signed(now)
    session_id = services.open_session(
        actor=stored(FRONT_DESK_SORO),
        patient_id=who,
        expected_at=now,
        infusion_number=3,
        infusions_planned_count=6,
        template_id=signed_template(),
        now=now,
        chair_id=place,
        submission_id=str(uuid.uuid4()),
        planned_infusion_id=infusion_id,
    )
    return StoredVisit(session_id, who, now)


def weighed(**given: object) -> StoredVisit:
    visit = opened(**given)  # type: ignore[arg-type]
    visit.wait(1).must(ev.PatientArrived()).wait(1)
    visit.must(ev.IdentityConfirmed(("full name", "date of birth"), visit.chart.opened.birth_date))
    return visit.wait(1).must(ev.WeightMeasured(D("80"), "scale 1", second_reader=ref(NURSE_OKAFOR)))


def may_be_ordered(**given: object) -> StoredVisit:
    """Weighed, and the evaluation lets an infusion be ordered."""
    visit = weighed(**given)
    cleared_at_once(visit.patient_id, now=visit.now - timedelta(hours=12))
    return visit


def ordered(order: rq.GiveOrder = ORDER, **given: object) -> StoredVisit:
    return may_be_ordered(**given).wait(1).must(order, PRESCRIBER_VANCE)


def bag_made(bag: rq.PrepareBag = BAG, **given: object) -> StoredVisit:
    return ordered(**given).wait(1).must(bag)


def bag_checked(**given: object) -> StoredVisit:
    visit = bag_made(**given).wait(1)
    made = visit.chart.bag
    assert made is not None
    check = rq.CheckBag(
        made.bag_id, ev.SecondCheck.SECOND_PERSON, ref(NURSE_OKAFOR), made.drawn_ml, made.start_rate_ml_per_h
    )
    return visit.must(check, NURSE_OKAFOR)


def ready_to_start(leave_out: Callable[[rq.Request], bool] = lambda request: False, **given: object) -> StoredVisit:
    """Everything before the start; ``leave_out`` says what is forgotten."""
    visit = bag_checked(**given).wait(1)
    known = chair(clinic_with_a_chair())
    steps: list[rq.Request] = [
        ev.ChairAssigned(known.chair_id, known.name, known.room_name),
        ev.BagHung(visit.bag_id, visit.bag_id),
        ev.LinePlaced("forearm", "left", 22, 1),
        ev.LinePrimed(ev.LineFluid.SALINE, BAG.line_hold_up_ml),
        *(met(check) for check in PreCheck),
        ev.EscortNamed("Sam Halloway", "sister", "555 0100"),
        GOOD_VITALS,
        ev.SedationScored("MOAA/S", 5),
        ev.ObserverNamed(ref(NURSE_REYES)),
    ]
    for step in steps:
        if not leave_out(step) and not (isinstance(step, ev.ChairAssigned) and visit.chart.chair is not None):
            visit.must(step)
    return visit.wait(1)


def infusing(**given: object) -> StoredVisit:
    visit = ready_to_start(**given)
    made = visit.chart.bag
    assert made is not None
    return visit.must(ev.InfusionStarted(made.start_rate_ml_per_h))


def stopped(**given: object) -> StoredVisit:
    """The whole bag, with the things that happen on the way."""
    visit = infusing(**{"minutes_ago": 140.0, **given})
    visit.wait(10).must(ev.VitalSignsTaken(78, 97, 14, 136, 84))
    visit.wait(2).must(ev.SideEffectNoted("nausea", ev.Severity.MILD, done="ginger tea", helped="yes"))
    visit.wait(1).must(ev.RateChanged(D("120"), "nausea"))
    visit.wait(7).must(ev.VitalSignsTaken(80, 97, 15, 144, 90)).must(ev.SedationScored("MOAA/S", 4))
    visit.wait(2).must(ev.ComfortGiven(ev.Comfort.MUSIC, "quieter"))
    visit.wait(10).must(ev.VitalSignsTaken(76, 98, 14, 132, 82)).must(ev.NoSideEffects())
    return visit.wait(10).must(ev.InfusionStopped(ev.StopReason.COMPLETED))


def observing(**given: object) -> StoredVisit:
    visit = stopped(**given).wait(1)
    visit.must(ev.FlushGiven(D("20"), D("16"))).wait(16)
    visit.must(ev.BagTakenDown(visit.bag_id, D("0")))
    return visit.must(ev.LineCleared("flushed"))


def criteria_met(leave_out: Callable[[rq.Request], bool] = lambda request: False, **given: object) -> StoredVisit:
    """An hour later, everything that the default template asks for; ``leave_out`` says what is still open."""
    visit = observing(**given).wait(50)
    template = queries.template(visit.session_id)
    steps: list[rq.Request] = [
        GOOD_VITALS,
        ev.SedationScored("MOAA/S", 5),
        *(
            ev.CriterionAssessed(criterion.criterion, True)
            for criterion in template.leaving
            if criterion.rule == "assessed"
        ),
        ev.LineRemoved(ev.SiteFinding.GOOD),
        ev.SuicideRiskAssessed("no thoughts of suicide", "home with sister", True),
        ev.EscortConfirmed("Sam Halloway", "sister", "identity card", True, True, "Sam Halloway"),
    ]
    for step in steps:
        if not leave_out(step):
            visit.must(step)
    return visit


def left(**given: object) -> StoredVisit:
    return criteria_met(**given).must(ev.ReadyToLeave()).wait(1).must(ev.PatientLeft())
