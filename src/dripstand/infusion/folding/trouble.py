"""What goes wrong: the line, the bag, the pump, the patient's own stop, the building."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import applies, with_item
from dripstand.infusion.folding.infusing import set_rate
from dripstand.infusion.folding.pump_volume import known, pump_ran_since, unknown
from dripstand.infusion.line import fed_from
from dripstand.infusion.phases import BEFORE_START, LIVE


@applies(ev.LinePlacingFailed)
def placing_failed(draft: ChartDraft, entry: ChartEntry, event: ev.LinePlacingFailed) -> str:
    return ""


@applies(ev.StopAsked)
def stop_asked(draft: ChartDraft, entry: ChartEntry, event: ev.StopAsked) -> str:
    if draft.stop_asked is None and draft.phase in LIVE | BEFORE_START:
        draft.stop_asked = entry
    return ""


@applies(ev.StopAskedAnswered)
def stop_asked_answered(draft: ChartDraft, entry: ChartEntry, event: ev.StopAskedAnswered) -> str:
    if draft.stop_asked is None or draft.stop_asked.sequence != event.of_sequence:
        return "no_stop_asked"
    draft.stop_asked = None
    return ""


@applies(ev.PartialJudged)
def partial_judged(draft: ChartDraft, entry: ChartEntry, event: ev.PartialJudged) -> str:
    draft.partial_judged = entry
    return ""


@applies(ev.BagQuarantined)
def quarantined(draft: ChartDraft, entry: ChartEntry, event: ev.BagQuarantined) -> str:
    state = draft.bags.get(event.bag_id)
    if state is None:
        return "no_such_bag"
    if state.quarantined is not None:
        return "bag_quarantined_twice"
    draft.bags = with_item(draft.bags, event.bag_id, replace(state, quarantined=entry))
    if draft.bag is not None and draft.bag.bag_id == event.bag_id:
        draft.bag_state = draft.bags[event.bag_id]
    if state.has_run or event.bag_id in fed_from(draft.flow).pushed:
        draft.composition_known = False
    return ""


@applies(ev.PumpFailed)
def pump_failed(draft: ChartDraft, entry: ChartEntry, event: ev.PumpFailed) -> str:
    """The segment ends: what the pump counted holds for what it gave, and where that cannot be read, a range."""
    if draft.rate_ml_per_h > 0:
        draft.rate_before_pause_ml_per_h = draft.rate_ml_per_h
        set_rate(draft, entry, Decimal(0))
    again, draft.pump_failed = draft.pump_failed is not None, entry
    if event.volume_infused_ml is not None:
        draft.flow = known(draft, entry.occurred_at, event.volume_infused_ml)
    elif not again:  # a second tap takes away nothing that was read at the first
        draft.flow = unknown(draft, entry.occurred_at)
    return ""


@applies(ev.PumpChanged)
def pump_changed(draft: ChartDraft, entry: ChartEntry, event: ev.PumpChanged) -> str:
    failed = draft.pump_failed.occurred_at if draft.pump_failed is not None else None
    ended = failed or entry.occurred_at
    if event.old_volume_ml is not None:
        draft.flow = known(draft, ended, event.old_volume_ml)
    elif failed is None and pump_ran_since(draft) is not None:
        draft.flow = unknown(draft, ended)
    draft.pump_failed = None
    draft.pump_changed = entry
    draft.pump_since_index = len(draft.flow)
    return ""


@applies(ev.EvacuationDeclared)
def evacuation(draft: ChartDraft, entry: ChartEntry, event: ev.EvacuationDeclared) -> str:
    if draft.evacuation_at is None:
        draft.evacuation_at = entry.occurred_at
        draft.accounted_for = None
    return ""


@applies(ev.PatientAccountedFor)
def accounted_for(draft: ChartDraft, entry: ChartEntry, event: ev.PatientAccountedFor) -> str:
    if draft.evacuation_at is None:
        return "no_evacuation"
    draft.accounted_for = entry
    return ""


@applies(ev.EvacuationOver)
def evacuation_over(draft: ChartDraft, entry: ChartEntry, event: ev.EvacuationOver) -> str:
    if draft.evacuation_at is None:
        return "no_evacuation"
    if draft.runs_on_nothing and draft.emergency_at is None:
        return "infuses_without_line_or_bag"
    draft.evacuation_at = None
    return ""


@applies(ev.LeavingFollowedUp)
def leaving_followed_up(draft: ChartDraft, entry: ChartEntry, event: ev.LeavingFollowedUp) -> str:
    draft.leaving_followed_up = (*draft.leaving_followed_up, entry)
    return ""
