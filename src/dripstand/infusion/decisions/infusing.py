"""Rate changes, pause, resume, stop, and what is seen at the pump."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion.decisions.asking import Asked, checks, reason_wanted
from dripstand.infusion.decisions.bags import line_usable, not_usable
from dripstand.infusion.decisions.rates import FIELD, lowered_rate_reasons, raised_rate_reasons
from dripstand.infusion.decisions.starting import someone_watches
from dripstand.infusion.dosing import dose_rate_mg_per_kg_per_h, plain
from dripstand.infusion.line import ends_at
from dripstand.infusion.permissions import lacks
from dripstand.infusion.refusals import Reason, reason
from dripstand.people.actors import Competency

BY_NURSE = "nurse"


@checks(ev.InfusionPaused, ev.InfusionStopped)
def _one_tap(asked: Asked, request: ev.InfusionPaused | ev.InfusionStopped) -> Iterator[Reason]:
    """Nothing is asked; why and since when may follow as a correction."""
    return iter(())


@checks(ev.RateChanged)
def _rate(asked: Asked, request: ev.RateChanged) -> Iterator[Reason]:
    found = tuple(_rate_limits(asked, request))
    yield from found or _unusual(asked, request)


def _rate_limits(asked: Asked, request: ev.RateChanged) -> Iterator[Reason]:
    running = asked.chart.rate_ml_per_h
    yield from reason_wanted(request.reason)
    if request.rate_ml_per_h == running:
        yield reason("same_rate", FIELD, rate=plain(running))
    elif request.rate_ml_per_h > running:
        yield from _raise(asked, request.rate_ml_per_h, running, request.second_signature)
    else:
        yield from lowered_rate_reasons(asked, request.rate_ml_per_h)


USUAL_CHANGE = (Fraction(7, 10), Fraction(10, 7))
"""A change within this share of the running rate is charted without being said back; digits that changed places mostly
land outside it. Back to the bag's own start rate is usual too. Assumed, and no limit: what is meant is charted."""


def _unusual(asked: Asked, request: ev.RateChanged) -> Iterator[Reason]:
    """A rate that may be a slip is said back, in mL/h, dose rate, finish and words, before it is charted."""
    chart, rate, running = asked.chart, Fraction(request.rate_ml_per_h), Fraction(asked.chart.rate_ml_per_h)
    state = chart.hung_bag
    if request.meant or request.second_signature is not None or asked.late or asked.emergency:
        return
    if running <= 0 or rate <= 0 or state is None:
        return
    low, high = USUAL_CHANGE
    if low * running <= rate <= high * running or request.rate_ml_per_h == state.bag.start_rate_ml_per_h:
        return
    end = ends_at(chart, asked.at, request.rate_ml_per_h)
    strength = Fraction(state.bag.drug_mg) / Fraction(state.bag.final_ml)
    dose_rate = ""
    if chart.order is not None and chart.composition_known:
        exact = dose_rate_mg_per_kg_per_h(rate, strength, chart.order.dosing_weight_kg)
        dose_rate = f", {plain(exact, 2)} mg/kg/h"
    left = f"{plain(Fraction((end - asked.at).total_seconds()) / 60, 0)} min" if end is not None else "-"
    yield reason(
        "rate_change_unusual",
        FIELD,
        rate=plain(request.rate_ml_per_h),
        dose_rate=dose_rate,
        running=plain(asked.chart.rate_ml_per_h),
        percent=plain(rate / running * 100, 0),
        left=left,
    )


def _raise(asked: Asked, rate: Decimal, running: Decimal, second: ev.StaffRef | None) -> Iterator[Reason]:
    if not asked.actor.can(Competency.RAISE_RATE):
        yield lacks(asked.actor, Competency.RAISE_RATE)
    if not asked.chart.composition_known:
        yield reason("composition_unknown", FIELD)
    yield from raised_rate_reasons(asked, rate)
    largest = asked.template.bag.largest_rate_step_fraction
    if Fraction(rate) > Fraction(running) * (1 + Fraction(largest)):
        if second is None:
            limit = f"{plain(running * (1 + largest), 1)} mL/h"
            yield reason("second_signature_missing", FIELD, what=f"{plain(rate)} mL/h", limit=limit)
        elif second.staff_id == asked.actor.staff_id:
            yield reason("second_signature_same_person", FIELD)


@checks(ev.InfusionResumed)
def _resume(asked: Asked, request: ev.InfusionResumed) -> Iterator[Reason]:
    """The bag that hung before, or a new one that was checked; above the earlier rate it is a raise."""
    state, before = asked.chart.hung_bag, asked.chart.rate_before_pause_ml_per_h
    if state is None:
        yield reason("bag_not_hung")
        return
    if not state.has_run:
        yield from not_usable(asked, state.bag.bag_id)
    elif state.quarantined is not None:
        yield reason("bag_quarantined")
    if asked.chart.pump_failed is not None:
        yield reason("pump_failed_open")
    if asked.chart.line is None:
        yield reason("no_line")
    if asked.chart.primed is None:
        yield reason("line_not_primed")
    yield from line_usable(asked)
    if asked.chart.stop_asked is not None and not asked.late:
        yield reason("stop_asked_open")
    yield from someone_watches(asked)
    new_bag = not state.has_run
    if request.rate_ml_per_h > before or new_bag:
        if request.rate_ml_per_h > before and not asked.actor.can(Competency.RAISE_RATE):
            yield lacks(asked.actor, Competency.RAISE_RATE)
        yield from raised_rate_reasons(asked, request.rate_ml_per_h)
    else:
        yield from lowered_rate_reasons(asked, request.rate_ml_per_h)


@checks(ev.ConfirmedAtPump)
def _confirmed(asked: Asked, request: ev.ConfirmedAtPump) -> Iterator[Reason]:
    act = next((act for act in asked.chart.pump_acts if act.sequence == request.of_sequence), None)
    if act is None:
        yield reason("nothing_to_confirm", "of_sequence", sequence=request.of_sequence)
        return
    if asked.chart.pump_failed is not None and request.source != BY_NURSE:
        yield reason("pump_failed_confirms", "source")
    charted = getattr(act.event, "rate_ml_per_h", Decimal(0))
    step = asked.template.bag.pump_resolution_ml_per_h
    if abs(request.rate_ml_per_h - charted) > step:
        pump = plain(request.rate_ml_per_h)
        yield reason("pump_disagrees", FIELD, pump=pump, charted=plain(charted))


@checks(ev.PumpContradicted)
def _contradicted(asked: Asked, request: ev.PumpContradicted) -> Iterator[Reason]:
    """Charted as the pump reports it."""
    return iter(())
