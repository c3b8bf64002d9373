"""Who may chart what: the whole table, each request by each role, with and without its competency."""

from __future__ import annotations

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.decisions.asking import DECIDERS
from dripstand.infusion.payloads import KINDS
from dripstand.infusion.permissions import WHO_MAY, NoRule, may_chart, who_may
from dripstand.infusion.phases import ALLOWED
from dripstand.people.actors import DRIPSTAND, Actor, Competency, Role
from tests.people import NURSE_NEW, OUTSIDER, PRESCRIBER_VANCE
from tests.rules.infusion.visits import D, Visit, infusing, opening, ready_to_start

N, P, F, L, A, C, W = (
    Role.NURSE, Role.PRESCRIBER, Role.FRONT_DESK, Role.MEDICAL_LEAD, Role.ADMINISTRATOR, Role.ON_CALL, Role.WALL
)  # fmt: skip

# The same table a second time, by hand, from house rules and hazards: a change has to be made in both places.
BY_ROLE: dict[frozenset[Role], set[type]] = {
    frozenset({F, N, P, L}): {ev.SessionOpened},
    frozenset({F, N, P}): {
        ev.ChairAssigned, ev.PatientArrived, ev.EscortNamed, ev.SessionCancelled, rq.Correct,
    },
    frozenset({P}): {ev.PreCheckOverridden, rq.GiveOrder, ev.OrderCountersigned, ev.CriterionOverridden,
                     ev.PartialJudged},
    frozenset({N}): {rq.TakeTelephoneOrder},
    frozenset({F, N, P, L, A, C}): {
        ev.EmergencyDeclared, ev.HelpCalled, ev.HelpArrived, ev.EmergencyRoleTaken, ev.EvacuationDeclared,
        ev.PatientAccountedFor,
    },
    frozenset(): {
        ev.OrderSigned, ev.TelephoneOrderTaken, ev.BagPrepared, ev.BagChecked, ev.EntryCorrected,
        ev.PumpContradicted, ev.PatientMismatchHeld, ev.AlarmRaised, ev.AlarmCleared,
        ev.TabletPaired, ev.PatientCalled, ev.EscortAnswered, ev.NoDrivingPromised,
    },
}  # fmt: skip
COMPETENCY: dict[type, Competency] = {
    rq.TakeTelephoneOrder: Competency.TAKE_TELEPHONE_ORDER,
    rq.PrepareBag: Competency.PREPARE_BAG,
    rq.CheckBag: Competency.SECOND_CHECK,
    ev.LinePlaced: Competency.PLACE_LINE,
    ev.InfusionStarted: Competency.START_INFUSION,
    ev.InfusionResumed: Competency.START_INFUSION,
    ev.PumpChanged: Competency.START_INFUSION,
    ev.FlushGiven: Competency.GIVE_FLUSH,
    ev.ObserverNamed: Competency.OBSERVE,
    ev.HandOverAccepted: Competency.OBSERVE,
    ev.MedicineGiven: Competency.GIVE_MEDICINE,
}
BY_SOFTWARE = {
    ev.ConfirmedAtPump, ev.PumpContradicted, ev.DeviceBound, ev.DeviceReleased, ev.PatientMismatchHeld,
    ev.AlarmRaised, ev.AlarmCleared, ev.TabletPaired, ev.TabletReleased, ev.PatientCalled,
    ev.EscortAnswered, ev.NoDrivingPromised, ev.CalmChosen,
    ev.NoteWritten,  # that the clock of the server was set
}  # fmt: skip


def roles_of(kind: type) -> frozenset[Role]:
    return next((roles for roles, kinds in BY_ROLE.items() if kind in kinds), frozenset({N, P}))


@pytest.mark.parametrize("kind", WHO_MAY, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_chart_exactly_what_the_table_says(kind: type, role: Role) -> None:
    able = Actor("somebody", "Some Body", frozenset({role}), frozenset(Competency))
    refused = may_chart(able, who_may(kind))
    assert (refused is None) == (role in roles_of(kind))


@pytest.mark.parametrize("kind", WHO_MAY, ids=lambda kind: kind.__name__)
def test_a_competency_is_asked_for_where_the_clinic_sets_one(kind: type) -> None:
    for role in roles_of(kind):
        nobody_found_able = Actor("somebody", "Some Body", frozenset({role}))
        refused = may_chart(nobody_found_able, who_may(kind))
        wanted = COMPETENCY.get(kind)
        assert (refused is None) == (wanted is None)
        if wanted is not None:
            able = Actor("somebody", "Some Body", frozenset({role}), frozenset({wanted}))
            assert may_chart(able, who_may(kind)) is None


@pytest.mark.parametrize("kind", WHO_MAY, ids=lambda kind: kind.__name__)
def test_dripstand_charts_only_what_machines_say(kind: type) -> None:
    assert (may_chart(DRIPSTAND, who_may(kind)) is None) == (kind in BY_SOFTWARE)


@pytest.mark.parametrize("kind", WHO_MAY, ids=lambda kind: kind.__name__)
def test_somebody_of_another_clinic_may_chart_nothing(kind: type) -> None:
    assert may_chart(OUTSIDER, who_may(kind)) is not None


def test_every_kind_has_a_row_a_phase_and_a_decision() -> None:
    made_of = {rq.GiveOrder, rq.TakeTelephoneOrder, rq.PrepareBag, rq.CheckBag, rq.Correct}
    assert set(WHO_MAY) == set(KINDS.values()) | made_of
    assert set(ALLOWED) == set(KINDS)
    direct = {kind for kind, rule in WHO_MAY.items() if rule.direct}
    assert set(DECIDERS) | {ev.SessionOpened} == direct


def test_an_unknown_request_has_no_rule() -> None:
    with pytest.raises(NoRule):
        who_may(int)


def test_a_nurse_without_the_competency_cannot_raise_the_rate_but_can_lower_and_stop_it() -> None:
    visit = infusing().wait(5)
    assert visit.refused(ev.RateChanged(D("170"), "order"), NURSE_NEW).codes == ("competency_missing",)
    visit.must(ev.RateChanged(D("120"), "dizzy"), NURSE_NEW)
    visit.must(ev.InfusionPaused(), NURSE_NEW)
    assert visit.refused(ev.InfusionResumed(D("120")), NURSE_NEW).code == "competency_missing"
    visit.must(ev.InfusionStopped(ev.StopReason.NOT_YET_SAID), NURSE_NEW)


def test_the_front_desk_opens_a_visit_and_an_outsider_does_not() -> None:
    assert Visit().refused(opening(), OUTSIDER).code == "role_may_not"


@pytest.mark.parametrize("event", [ev.OrderSigned, ev.BagPrepared, ev.EntryCorrected])
def test_what_is_worked_out_is_never_written_directly(event: type) -> None:
    assert may_chart(PRESCRIBER_VANCE, who_may(event)).code == "not_a_request"  # type: ignore[union-attr]


def test_a_refused_start_names_the_competency() -> None:
    answer = ready_to_start().refused(ev.InfusionStarted(D("150")), NURSE_NEW)
    assert answer.code == "competency_missing" and "start_infusion" in str(answer)
