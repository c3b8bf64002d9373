"""Who watches, and what they see."""

from __future__ import annotations

from collections.abc import Iterator

from dripstand.infusion import events as ev
from dripstand.infusion.decisions.asking import Asked, checks, missing
from dripstand.infusion.decisions.starting import too_many_chairs
from dripstand.infusion.phases import LIVE
from dripstand.infusion.refusals import Reason, reason
from dripstand.people.actors import Role

POSSIBLE = {
    "pulse_per_min": (0, 300),
    "spo2_percent": (0, 100),
    "respiratory_rate_per_min": (0, 100),
    "nibp_systolic_mmhg": (20, 320),
    "nibp_diastolic_mmhg": (5, 250),
}
"""What a body or an instrument can show at all. Implausible inside it is charted (as doubtful), not refused."""

SCALES = {"MOAA/S": (0, 5), "RASS": (-5, 4)}
"""Scale -> its lowest and highest score (protocol.md 3.2)."""


@checks(ev.ObserverNamed)
def _observer(asked: Asked, request: ev.ObserverNamed) -> Iterator[Reason]:
    """By one's own act. While drug runs the chair is handed over, unless a prescriber takes it from somebody gone."""
    if request.observer.staff_id != asked.actor.staff_id:
        yield reason("own_act_only", "observer", expected=request.observer.name)
        return
    there = asked.chart.observer
    live = asked.chart.phase in LIVE
    if live and there is not None and there.staff_id != asked.actor.staff_id and not asked.actor.is_a(Role.PRESCRIBER):
        yield reason("observer_present", "observer", name=there.name)
    yield from too_many_chairs(asked, request.observer.name)


@checks(ev.HandOverOffered)
def _offered(asked: Asked, request: ev.HandOverOffered) -> Iterator[Reason]:
    there = asked.chart.observer
    if there is None:
        yield reason("no_observer")
        return
    if there.staff_id != asked.actor.staff_id:
        yield reason("only_observer_offers", name=there.name)
    if request.to.staff_id == there.staff_id:
        yield reason("hand_over_to_self", "to")


@checks(ev.HandOverAccepted)
def _accepted(asked: Asked, request: ev.HandOverAccepted) -> Iterator[Reason]:
    offer = asked.chart.hand_over
    if offer is None or offer.sequence != request.offered_sequence:
        yield reason("no_such_hand_over", "offered_sequence")
        return
    if offer.to.staff_id != asked.actor.staff_id or request.observer.staff_id != asked.actor.staff_id:
        yield reason("hand_over_to_another", "observer", name=offer.to.name)
        return
    yield from too_many_chairs(asked, request.observer.name)


@checks(ev.VitalSignsTaken)
def _vital_signs(asked: Asked, request: ev.VitalSignsTaken) -> Iterator[Reason]:
    measured = {sign: value for sign in POSSIBLE if (value := getattr(request, sign)) is not None}
    if not measured:
        yield reason("nothing_measured")
    for sign, value in measured.items():
        low, high = POSSIBLE[sign]
        if not low <= value <= high:
            yield reason("impossible_value", sign, value=value, sign=sign, low=low, high=high)
    systolic, diastolic = request.nibp_systolic_mmhg, request.nibp_diastolic_mmhg
    if (systolic is None) != (diastolic is None):
        yield reason("pressure_half", "nibp_systolic_mmhg" if systolic is None else "nibp_diastolic_mmhg")
    elif systolic is not None and diastolic is not None and diastolic >= systolic:
        yield reason("pressure_swapped", "nibp_diastolic_mmhg", systolic=systolic, diastolic=diastolic)


@checks(ev.SedationScored)
def _sedation(asked: Asked, request: ev.SedationScored) -> Iterator[Reason]:
    scale = asked.template.staffing.sedation_scale
    if request.scale != scale:
        yield reason("scale_differs", "scale", scale=scale)
        return
    low, high = SCALES[scale]
    if not low <= request.sedation_score <= high:
        score = request.sedation_score
        yield reason("score_out_of_scale", "sedation_score", score=score, scale=scale, low=low, high=high)


@checks(ev.SideEffectNoted)
def _side_effect(asked: Asked, request: ev.SideEffectNoted) -> Iterator[Reason]:
    yield from missing(request.effect, "effect")


@checks(ev.NoSideEffects, ev.ComfortGiven)
def _as_it_is(asked: Asked, request: ev.NoSideEffects | ev.ComfortGiven) -> Iterator[Reason]:
    return iter(())


@checks(ev.SideEffectFollowedUp)
def _followed_up(asked: Asked, request: ev.SideEffectFollowedUp) -> Iterator[Reason]:
    if all(noted.sequence != request.of_sequence for noted in asked.chart.side_effects):
        yield reason("no_such_side_effect", "of_sequence", sequence=request.of_sequence)


@checks(ev.MedicineGiven)
def _medicine(asked: Asked, request: ev.MedicineGiven) -> Iterator[Reason]:
    for field in ("medicine", "dose_text", "route"):
        yield from missing(getattr(request, field), field)
