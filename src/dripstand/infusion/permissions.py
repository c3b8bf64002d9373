"""Who may chart what: one table, a row for each kind of request.

A row says which roles may, and which competencies the clinic must have found in the person besides. What depends on
the values (raising a rate, widening an alarm limit) is asked where the values are looked at, and named in ``also``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.refusals import Reason, reason
from dripstand.people.actors import DRIPSTAND, Actor, Competency, Role

_R = Role
_C = Competency

CLINICAL = frozenset({_R.NURSE, _R.PRESCRIBER})
PRESCRIBERS = frozenset({_R.PRESCRIBER})
RECEPTION = frozenset({_R.FRONT_DESK, _R.NURSE, _R.PRESCRIBER})
OPENING = RECEPTION | {_R.MEDICAL_LEAD}
ANYBODY_OF_THE_CLINIC = frozenset(set(Role) - {_R.WALL})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may chart one kind of request.

    roles: any one of them. competencies: all of them. software: Dripstand itself may. direct: False where the entry is
    worked out by another request and never written by itself.
    """

    roles: frozenset[Role]
    competencies: frozenset[Competency] = frozenset()
    software: bool = False
    direct: bool = True
    also: str = ""


def _rule(
    roles: frozenset[Role], *competencies: Competency, software: bool = False, direct: bool = True, also: str = ""
) -> Rule:
    return Rule(roles, frozenset(competencies), software, direct, also)


WHO_MAY: Mapping[type[object], Rule] = {
    # the visit
    ev.SessionOpened: _rule(OPENING),
    ev.ChairAssigned: _rule(RECEPTION),
    ev.PatientArrived: _rule(RECEPTION),
    ev.IdentityConfirmed: _rule(CLINICAL),
    ev.EscortNamed: _rule(RECEPTION),
    ev.EscortAnswered: _rule(NOBODY, software=True),
    ev.NoDrivingPromised: _rule(NOBODY, software=True),
    ev.EscortRefused: _rule(CLINICAL),
    ev.WeightMeasured: _rule(CLINICAL),
    ev.PreCheckRecorded: _rule(CLINICAL),
    ev.PreCheckOverridden: _rule(PRESCRIBERS),
    # the order
    rq.GiveOrder: _rule(PRESCRIBERS),
    rq.TakeTelephoneOrder: _rule(frozenset({_R.NURSE}), _C.TAKE_TELEPHONE_ORDER),
    ev.OrderCountersigned: _rule(PRESCRIBERS, also="the prescriber who gave the order"),
    ev.OrderSigned: _rule(NOBODY, direct=False),
    ev.TelephoneOrderTaken: _rule(NOBODY, direct=False),
    # the bag and the line
    rq.PrepareBag: _rule(CLINICAL, _C.PREPARE_BAG),
    rq.CheckBag: _rule(CLINICAL, _C.SECOND_CHECK, also="not who prepared the bag"),
    ev.BagPrepared: _rule(NOBODY, direct=False),
    ev.BagChecked: _rule(NOBODY, direct=False),
    ev.BagHung: _rule(CLINICAL),
    ev.BagTakenDown: _rule(CLINICAL),
    ev.LinePlaced: _rule(CLINICAL, _C.PLACE_LINE),
    ev.AccessSiteChecked: _rule(CLINICAL),
    ev.LinePrimed: _rule(CLINICAL),
    ev.LineCleared: _rule(CLINICAL),
    ev.LineRemoved: _rule(CLINICAL),
    # the infusion
    ev.InfusionStarted: _rule(CLINICAL, _C.START_INFUSION),
    ev.RateChanged: _rule(CLINICAL, also="raising: the competency raise_rate"),
    ev.InfusionPaused: _rule(CLINICAL),
    ev.InfusionResumed: _rule(CLINICAL, _C.START_INFUSION, also="above the rate before the pause: raise_rate"),
    ev.InfusionStopped: _rule(CLINICAL),
    ev.FlushGiven: _rule(CLINICAL, _C.GIVE_FLUSH),
    ev.ConfirmedAtPump: _rule(CLINICAL, software=True),
    ev.PumpContradicted: _rule(NOBODY, software=True),
    # watching
    ev.ObserverNamed: _rule(CLINICAL, _C.OBSERVE, also="for oneself only"),
    ev.HandOverOffered: _rule(CLINICAL, also="the observer"),
    ev.HandOverAccepted: _rule(CLINICAL, _C.OBSERVE, also="the person it was offered to"),
    ev.VitalSignsTaken: _rule(CLINICAL),
    ev.SedationScored: _rule(CLINICAL),
    ev.SideEffectNoted: _rule(CLINICAL),
    ev.NoSideEffects: _rule(CLINICAL),
    ev.SideEffectFollowedUp: _rule(CLINICAL),
    ev.MedicineGiven: _rule(CLINICAL, _C.GIVE_MEDICINE),
    ev.ComfortGiven: _rule(CLINICAL),
    ev.NoteWritten: _rule(CLINICAL, software=True),
    # the patient's tablet
    ev.TabletPaired: _rule(NOBODY, software=True),
    ev.TabletReleased: _rule(CLINICAL, software=True),
    ev.PatientCalled: _rule(NOBODY, software=True),
    ev.PatientCallAnswered: _rule(CLINICAL),
    ev.CalmChosen: _rule(CLINICAL, software=True),
    # devices and alarms
    ev.DeviceBound: _rule(CLINICAL, software=True),
    ev.DeviceReleased: _rule(CLINICAL, software=True),
    ev.PatientMismatchHeld: _rule(NOBODY, software=True),
    ev.AlarmRaised: _rule(NOBODY, software=True),
    ev.AlarmCleared: _rule(NOBODY, software=True),
    ev.AlarmAcknowledged: _rule(CLINICAL),
    ev.AlarmLimitChanged: _rule(CLINICAL, also="a nurse only tighter"),
    # leaving
    ev.CriterionAssessed: _rule(CLINICAL),
    ev.CriterionOverridden: _rule(PRESCRIBERS),
    ev.SuicideRiskAssessed: _rule(CLINICAL),
    ev.EscortConfirmed: _rule(CLINICAL),
    ev.ReadyToLeave: _rule(CLINICAL),
    ev.PatientLeft: _rule(CLINICAL),
    ev.LeftWithoutDischarge: _rule(CLINICAL),
    ev.SessionCancelled: _rule(RECEPTION),
    ev.EmergencyDeclared: _rule(ANYBODY_OF_THE_CLINIC),
    ev.HelpCalled: _rule(ANYBODY_OF_THE_CLINIC),
    ev.HelpArrived: _rule(ANYBODY_OF_THE_CLINIC),
    ev.EmergencyRoleTaken: _rule(ANYBODY_OF_THE_CLINIC),
    ev.EmergencyActDone: _rule(CLINICAL),
    ev.EmergencyEnded: _rule(CLINICAL),
    ev.PatientTransferred: _rule(CLINICAL),
    ev.NoteSigned: _rule(CLINICAL),
    # what goes wrong
    ev.LinePlacingFailed: _rule(CLINICAL),
    ev.StopAsked: _rule(CLINICAL),
    ev.StopAskedAnswered: _rule(CLINICAL),
    ev.PartialJudged: _rule(PRESCRIBERS),
    ev.BagQuarantined: _rule(CLINICAL),
    ev.PumpFailed: _rule(CLINICAL),
    ev.PumpChanged: _rule(CLINICAL, _C.START_INFUSION),
    ev.EvacuationDeclared: _rule(ANYBODY_OF_THE_CLINIC),
    ev.PatientAccountedFor: _rule(ANYBODY_OF_THE_CLINIC),
    ev.EvacuationOver: _rule(CLINICAL),
    ev.LeavingFollowedUp: _rule(CLINICAL),
    # putting right
    rq.Correct: _rule(CLINICAL | RECEPTION, also="who may chart the corrected kind"),
    ev.EntryCorrected: _rule(NOBODY, direct=False),
}

CORRECTED_AS: Mapping[type[object], type[object]] = {
    ev.OrderSigned: rq.GiveOrder,
    ev.TelephoneOrderTaken: rq.TakeTelephoneOrder,
    ev.BagPrepared: rq.PrepareBag,
    ev.BagChecked: rq.CheckBag,
}
"""An entry that was worked out is corrected by whoever may make the request that it came from."""


class NoRule(LookupError):
    """A kind of request that the table does not know."""


def who_may(request_type: type[object]) -> Rule:
    """The row of one kind of request. Raises NoRule."""
    try:
        return WHO_MAY[request_type]
    except KeyError:
        raise NoRule(request_type.__name__) from None


def who_may_correct(event_type: type[object]) -> Rule:
    """The row of whoever may correct such an entry."""
    return who_may(CORRECTED_AS.get(event_type, event_type))


def may_chart(actor: Actor, rule: Rule, *, emergency: bool = False) -> Reason | None:
    """Why this person may not chart it; None when they may.

    emergency: no competency is asked for, and anybody of the clinic with a clinical role goes on (H63).
    """
    if actor.staff_id == DRIPSTAND.staff_id:
        return None if rule.software else reason("role_may_not", name=actor.name, roles=_names(rule.roles))
    if not rule.direct:
        return reason("not_a_request")
    if not rule.roles:
        return reason("only_dripstand")
    if not actor.roles & rule.roles:
        return reason("role_may_not", name=actor.name, roles=_names(rule.roles))
    if emergency:
        return None
    missing = rule.competencies - actor.competencies
    return lacks(actor, min(missing)) if missing else None


def lacks(actor: Actor, competency: Competency) -> Reason:
    """The reason of somebody whom the clinic has not found competent for this."""
    return reason("competency_missing", name=actor.name, competency=competency.value)


def _names(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(role.value for role in roles)) or "-"
