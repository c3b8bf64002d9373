"""A second signature is somebody's own act: it cannot be put there by naming them."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from dripstand.infusion import models, queries, store
from dripstand.infusion.chart import fold
from dripstand.infusion.events import ChartEntry, PatientArrived, RateChanged, StaffRef, WeightMeasured
from dripstand.infusion.order import MonitoringPlan, WeightBasis
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import Correct, GiveOrder, TakeTelephoneOrder
from dripstand.infusion.services import Charted, submit
from dripstand.people.actors import Actor
from dripstand.protocol.queries import template
from tests.people import MEDICAL_LEAD_ABARA, NOW, PRESCRIBER_VANCE, signed_template, stored
from tests.rooms.infusion.test_store import a_session

SECOND = StaffRef(MEDICAL_LEAD_ABARA.staff_id, MEDICAL_LEAD_ABARA.name)


def an_order(second: StaffRef | None) -> GiveOrder:
    intervals = template(signed_template()).intervals
    return GiveOrder(
        dose_mg_per_kg=Decimal("1.2"),
        weight_basis=WeightBasis.ACTUAL,
        planned_minutes=Decimal(60),
        lowest_dose_rate_mg_per_kg_per_h=Decimal("0.5"),
        highest_dose_rate_mg_per_kg_per_h=Decimal("1.4"),
        dose_cap_mg=Decimal(100),
        label_is_base=True,
        monitoring=MonitoringPlan(
            vital_signs_every_min_infusing=intervals.vital_signs_every_min_infusing,
            vital_signs_every_min_observing=intervals.vital_signs_every_min_observing,
            sedation_every_min_infusing=intervals.sedation_every_min_infusing,
            sedation_every_min_observing=intervals.sedation_every_min_observing,
            side_effects_every_min=intervals.side_effects_every_min,
        ),
        second_signer=second,
    )


def asked(session_id: str, request: object, *beside: Actor) -> Charted | Refusal:
    return submit(
        session_id,
        request,  # type: ignore[arg-type]
        actor=stored(PRESCRIBER_VANCE),
        submission_id=str(uuid.uuid4()),
        now=NOW,
        signed_beside=frozenset(one.staff_id for one in beside),
    )


@pytest.mark.django_db
@pytest.mark.hazard("H06")
@pytest.mark.parametrize(
    "request_of",
    [
        lambda second: an_order(second),
        lambda second: TakeTelephoneOrder(an_order(second), StaffRef("x", "X"), read_back=True),
        lambda second: RateChanged(rate_ml_per_h=Decimal(90), reason="benefit", second_signature=second),
        lambda second: Correct(
            1, "wrong", RateChanged(rate_ml_per_h=Decimal(90), reason="benefit", second_signature=second)
        ),
    ],
    ids=["order", "telephone order", "rate", "correction"],
)
def test_naming_a_second_signer_does_not_sign(request_of: object) -> None:
    answer = asked(a_session(), request_of(SECOND))  # type: ignore[operator]
    assert isinstance(answer, Refusal)
    assert answer.code == "own_act_only"
    assert MEDICAL_LEAD_ABARA.name in answer.fact


@pytest.mark.django_db
@pytest.mark.hazard("H06")
def test_somebody_who_signed_in_beside_the_prescriber_signs() -> None:
    answer = asked(a_session(), an_order(SECOND), stored(MEDICAL_LEAD_ABARA))
    assert isinstance(answer, Refusal)  # there is no weight yet: the rules were asked, the signature was taken
    assert "own_act_only" not in answer.codes


@pytest.mark.django_db
@pytest.mark.hazard("H11")
def test_the_next_visit_knows_what_the_patient_weighed_at_the_last() -> None:
    first = a_session()
    assert queries.chart(first).opened.last_weight_kg is None
    for event in (PatientArrived(), WeightMeasured(weight_kg=Decimal("71.4"), measured_with="scale")):
        log = store.load(first)
        entry = ChartEntry(
            session_id=first,
            sequence=log[-1].sequence + 1,
            occurred_at=NOW,
            recorded_at=NOW,
            actor=log[0].actor,
            submission_id=event.kind,
            event=event,
        )
        store.append(store.chained([entry], log[-1].hash))
    assert fold(store.load(first)).weight_kg == Decimal("71.4")
    patient_id = str(models.Session.objects.get(pk=first).patient_id)
    assert queries.chart(a_session(patient_id)).opened.last_weight_kg == Decimal("71.4")
