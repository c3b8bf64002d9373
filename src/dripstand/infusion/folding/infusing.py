"""The infusion itself: start, rate, pause, resume, stop, flush, and what the pump says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft, flush_ends_at
from dripstand.infusion.chart_values import Flow, FlowChange, Unconfirmed
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import add_flow, applies, with_item
from dripstand.infusion.line import fed_from
from dripstand.infusion.phases import Phase


@applies(ev.InfusionStarted)
def started(draft: ChartDraft, entry: ChartEntry, event: ev.InfusionStarted) -> str:
    state = draft.hung_bag
    code = _not_ready(draft) or _no_rate(event.rate_ml_per_h)
    if code or state is None:
        return code
    draft.bags = with_item(draft.bags, state.bag.bag_id, replace(state, has_run=True))
    draft.bag, draft.bag_state = state.bag, draft.bags[state.bag.bag_id]
    if draft.started_at is None:
        draft.started, draft.started_at = entry, entry.occurred_at
    draft.stop = draft.stopped_at = draft.partial_judged = draft.pump_failed = None
    draft.pump_since_index = len(draft.flow)
    draft.assessed = {}
    draft.criteria_overridden = {}
    draft.escort_confirmed = None
    draft.estimated = draft.estimated or event.estimated
    set_rate(draft, entry, event.rate_ml_per_h)
    return ""


def _not_ready(draft: ChartDraft) -> str:
    """What an infusion cannot be without, whatever the template says."""
    state = draft.hung_bag
    if state is None:
        return "started_without_bag"
    if state.has_run:
        return "started_with_a_stopped_bag"
    if state.quarantined is not None:
        return "started_quarantined_bag"
    if state.check is None:
        return "started_unchecked_bag"
    if draft.order is None:
        return "started_without_order"
    if draft.line is None or draft.primed is None:
        return "started_without_line"
    if draft.observer is None:
        return "started_without_observer"
    return ""


@applies(ev.RateChanged)
def rate_changed(draft: ChartDraft, entry: ChartEntry, event: ev.RateChanged) -> str:
    if code := _no_rate(event.rate_ml_per_h):
        return code
    set_rate(draft, entry, event.rate_ml_per_h)
    return ""


@applies(ev.InfusionPaused)
def paused(draft: ChartDraft, entry: ChartEntry, event: ev.InfusionPaused) -> str:
    draft.rate_before_pause_ml_per_h = draft.rate_ml_per_h
    set_rate(draft, entry, Decimal(0))
    return ""


@applies(ev.InfusionResumed)
def resumed(draft: ChartDraft, entry: ChartEntry, event: ev.InfusionResumed) -> str:
    """After a change of bag the new one runs from here, and from then on it has run."""
    state = draft.hung_bag
    if state is None:
        return "started_without_bag"
    if state.quarantined is not None:
        return "started_quarantined_bag"
    if draft.pump_failed is not None:
        return "resumed_on_failed_pump"
    if state.check is None:
        return "started_unchecked_bag"
    if draft.line is None or draft.primed is None:
        return "started_without_line"
    if code := _no_rate(event.rate_ml_per_h):
        return code
    if not state.has_run:
        draft.bags = with_item(draft.bags, state.bag.bag_id, replace(state, has_run=True))
    draft.bag, draft.bag_state = state.bag, draft.bags[state.bag.bag_id]
    set_rate(draft, entry, event.rate_ml_per_h)
    return ""


@applies(ev.InfusionStopped)
def stopped(draft: ChartDraft, entry: ChartEntry, event: ev.InfusionStopped) -> str:
    draft.stop, draft.stopped_at, draft.stop_asked = entry, entry.occurred_at, None
    if event.reason is ev.StopReason.WRONG_BAG:
        draft.composition_known = False
    set_rate(draft, entry, Decimal(0))
    return ""


@applies(ev.FlushGiven)
def flush(draft: ChartDraft, entry: ChartEntry, event: ev.FlushGiven) -> str:
    if draft.lines_in_count == 0:
        return "no_line_in_place"
    if event.over_min <= 0 or event.volume_ml <= 0:
        return "flush_without_volume_or_time"
    running = [flow for flow in draft.flow if flow.change is FlowChange.FLUSH]
    if running and flush_ends_at(running[-1]) > entry.occurred_at:
        return "another_flush_runs"
    draft.flush_entries = (*draft.flush_entries, entry)
    add_flow(draft, Flow(entry.occurred_at, FlowChange.FLUSH, volume_ml=event.volume_ml, over_min=event.over_min))
    _withdraw_where_unknown(draft)
    return ""


@applies(ev.ConfirmedAtPump)
def confirmed(draft: ChartDraft, entry: ChartEntry, event: ev.ConfirmedAtPump) -> str:
    if all(act.sequence != event.of_sequence for act in draft.pump_acts):
        return "nothing_to_confirm"
    draft.confirmations = (*draft.confirmations, entry)
    if draft.unconfirmed is not None and draft.unconfirmed.entry.sequence == event.of_sequence:
        draft.unconfirmed = None
    draft.pump_contradicted = None
    return ""


@applies(ev.PumpContradicted)
def contradicted(draft: ChartDraft, entry: ChartEntry, event: ev.PumpContradicted) -> str:
    draft.pump_contradicted = entry
    return ""


def _no_rate(rate_ml_per_h: Decimal) -> str:
    """A rate of zero is a pause, and is charted as one."""
    return "" if rate_ml_per_h > 0 else "rate_not_positive"


def _withdraw_where_unknown(draft: ChartDraft) -> None:
    """Once a quarantined bag's drug is pushed out of the set it stands in, nobody knows what was given (H65)."""
    doubted = {bag_id for bag_id, state in draft.bags.items() if state.quarantined is not None}
    if doubted and doubted & fed_from(draft.flow).pushed:
        draft.composition_known = False


def set_rate(draft: ChartDraft, entry: ChartEntry, rate_ml_per_h: Decimal) -> None:
    draft.rate_ml_per_h = rate_ml_per_h
    draft.pump_acts = (*draft.pump_acts, entry)
    draft.unconfirmed = Unconfirmed(entry, entry.occurred_at)
    add_flow(draft, Flow(entry.occurred_at, FlowChange.PUMP_RATE, rate_ml_per_h=rate_ml_per_h))
    _withdraw_where_unknown(draft)


def patient_gone(draft: ChartDraft, entry: ChartEntry) -> None:
    """The patient is no longer at the end of the line; whatever the pump does now, it does not reach them."""
    if draft.phase in {Phase.INFUSING, Phase.PAUSED}:
        draft.rate_ml_per_h = Decimal(0)
        add_flow(draft, Flow(entry.occurred_at, FlowChange.PUMP_RATE))
    add_flow(draft, Flow(entry.occurred_at, FlowChange.PATIENT_GONE))
