"""Corrections: what holds instead, who may say so, and what is never rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.bag import Bag
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.decisions.asking import ALWAYS, DECIDERS, Asked, Outcome, makes, reason_wanted
from dripstand.infusion.decisions.bags import CONCENTRATION_STEP
from dripstand.infusion.decisions.rates import lowered_rate_reasons, raised_rate_reasons
from dripstand.infusion.dosing import concentration_mg_per_ml, drug_mg, final_ml, rounded
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.permissions import may_chart, who_may_correct
from dripstand.infusion.refusals import Reason, reason
from dripstand.people.actors import Role

SOFTWARE_KINDS = (
    ev.AlarmRaised,
    ev.AlarmAcknowledged,
    ev.AlarmCleared,
    ev.DeviceBound,
    ev.DeviceReleased,
    ev.PatientMismatchHeld,
    ev.PumpContradicted,
)
"""What was charted as the machines had it; whoever disagrees writes a note."""

RATE_KINDS = (ev.InfusionStarted, ev.RateChanged, ev.InfusionResumed)


@makes(rq.Correct, "entry_corrected")
def _correct(asked: Asked, request: rq.Correct) -> Outcome:
    chart = asked.whole
    entry = chart.entry(request.sequence)
    if entry is None:
        return (reason("no_such_entry", "sequence", sequence=request.sequence),)
    stands = _as_it_stands(chart, entry)
    reasons = tuple(
        (
            *_who(asked, entry),
            *reason_wanted(request.reason),
            *_never(request, stands),
            *_shape(asked, request, stands, request.sequence in chart.struck),
        )
    )
    if not reasons and request.replacement is not None:
        reasons = tuple(_values(asked, request, stands, request.replacement))
    if reasons:
        return reasons
    return ev.EntryCorrected(
        corrects_sequence=request.sequence,
        reason=request.reason,
        replacement=request.replacement,
        replacement_occurred_at=request.occurred_at,
    )


def _as_it_stands(chart: Chart, entry: ChartEntry) -> ChartEntry:
    return chart.as_it_holds(entry.sequence) or entry


def _target(chart: Chart, event: ev.SessionEvent) -> ev.SessionEvent:
    """What a correction is about in the end, through corrections of corrections."""
    while isinstance(event, ev.EntryCorrected):
        below = chart.entry(event.corrects_sequence)
        assert below is not None
        event = below.event
    return event


def _who(asked: Asked, entry: ChartEntry) -> Iterator[Reason]:
    about = _target(asked.whole, entry.event)
    if isinstance(about, SOFTWARE_KINDS):
        yield reason("software_entry", "sequence")
        return
    not_allowed = may_chart(asked.actor, who_may_correct(type(about)), emergency=asked.emergency)
    if not_allowed is not None:
        yield not_allowed


def _never(request: rq.Correct, stands: ChartEntry) -> Iterator[Reason]:
    """What no correction may touch."""
    event, new = stands.event, request.replacement
    if isinstance(event, ev.NoteSigned):
        yield reason("signed_entry", "sequence")
    if isinstance(event, ev.OrderSigned | ev.TelephoneOrderTaken) and new is not None:
        yield reason("amend_instead", "replacement")
    if isinstance(event, ev.BagChecked) and new is not None:
        yield reason("check_again_instead", "replacement")
    if isinstance(event, ev.SessionOpened):
        if new is None:
            yield reason("opening_cannot_be_struck", "replacement")
        elif isinstance(new, ev.SessionOpened) and (new.patient_id, new.template_id) != (
            event.patient_id,
            event.template_id,
        ):
            yield reason("never_rebound", "replacement")
    if isinstance(event, ev.PumpChanged) and isinstance(new, ev.PumpChanged) and new.device_id != event.device_id:
        yield reason("pump_moved_by_correction", "replacement")
    if (
        isinstance(event, ev.ObserverNamed | ev.HandOverAccepted)
        and isinstance(new, ev.ObserverNamed | ev.HandOverAccepted)
        and new.observer != event.observer
    ):
        yield reason("own_act_corrected", "replacement")


def _shape(asked: Asked, request: rq.Correct, stands: ChartEntry, struck: bool) -> Iterator[Reason]:
    new, at = request.replacement, request.occurred_at
    if struck:
        yield reason("entry_is_struck", "sequence", sequence=request.sequence)
        return
    if new is not None and type(new) is not type(stands.event):
        yield reason("correction_changes_kind", "replacement")
        return
    same_event = new is None or new == stands.event
    same_time = at is None or at == stands.occurred_at
    if (new is not None or at is not None) and same_event and same_time:
        yield reason("correction_says_nothing", "replacement")
    if isinstance(stands.event, ev.EntryCorrected):
        if at is not None:
            yield reason("correction_says_nothing", "occurred_at")
        if isinstance(new, ev.EntryCorrected) and new.corrects_sequence != stands.event.corrects_sequence:
            yield reason("clash_correction_moved", "replacement")
    if at is not None and at > asked.now:
        yield reason("in_the_future", "occurred_at", when=f"{at:%Y-%m-%d %H:%M} UTC")


def _values(asked: Asked, request: rq.Correct, stands: ChartEntry, new: ev.SessionEvent) -> Iterator[Reason]:
    """Whether the right content can be true, judged against the chart as it was without the wrong one."""
    if isinstance(new, ev.BagPrepared):
        assert isinstance(stands.event, ev.BagPrepared)
        yield from _bag_values(new.bag, stands.event.bag)
        return
    if isinstance(new, ev.EntryCorrected | ev.SessionOpened):
        return
    at = request.occurred_at or stands.occurred_at
    opening = asked.whole.opened_entry
    if opening is not None and at < opening.occurred_at:
        yield reason("before_the_opening", "occurred_at", opened=f"{opening.occurred_at:%Y-%m-%d %H:%M} UTC")
        return
    before = tuple(entry for entry in asked.whole.effective if entry.sequence != request.sequence)
    then = replace(asked, chart=_fold_effective(asked.whole, before, at), at=at, late=True)
    outcome = DECIDERS[type(new)](then, new)
    found = outcome if isinstance(outcome, tuple) else ()
    yield from (known for known in found if known.code in ALWAYS)
    yield from _rate_in_hindsight(then, new, stands.event)


def _fold_effective(chart: Chart, effective: tuple[ChartEntry, ...], until: Any) -> Chart:
    """Fold what holds, with the numbers of the log kept; corrections are in it already."""
    return fold(tuple(sorted(effective, key=lambda entry: entry.sequence)), until=until)


def _rate_in_hindsight(then: Asked, new: ev.SessionEvent, was: ev.SessionEvent) -> Iterator[Reason]:
    """The five bands hold for a corrected rate as for a new one (H06): ten-fold slips are made here too.

    A rate beyond the order's limits is charted afterwards by a prescriber: it was given, so the chart says so.
    """
    if not isinstance(new, RATE_KINDS) or not isinstance(was, RATE_KINDS):
        return
    look = raised_rate_reasons if new.rate_ml_per_h > was.rate_ml_per_h else lowered_rate_reasons
    limits = tuple(look(then, new.rate_ml_per_h)) if new.rate_ml_per_h != was.rate_ml_per_h else ()
    impossible = tuple(found for found in limits if found.code in ("rate_not_on_pump", "not_positive"))
    if impossible:
        yield from impossible
    elif limits and not then.actor.is_a(Role.PRESCRIBER):
        yield from limits
        yield reason("hindsight_needs_prescriber", "replacement")


def _bag_values(new: Bag, old: Bag) -> Iterator[Reason]:
    """The same bag, from the same order, with numbers that agree with each other."""
    same = (new.bag_id, new.order_id) == (old.bag_id, old.order_id)
    drug = drug_mg(new.drawn_ml, new.vial.strength_mg_per_ml)
    positive = min(new.drawn_ml, new.nominal_ml, new.vial.strength_mg_per_ml) > 0
    final = final_ml(new.nominal_ml, new.drawn_ml, new.final_volume)
    agree = (
        positive
        and new.drug_mg == drug
        and new.final_ml == final
        and new.concentration_mg_per_ml == rounded(concentration_mg_per_ml(drug, final), CONCENTRATION_STEP)
    )
    if not same or not agree:
        yield reason("bag_arithmetic_disagrees", "replacement")
