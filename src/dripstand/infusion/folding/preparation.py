"""The order, the bag and the line."""

from __future__ import annotations

from dataclasses import replace

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import BagAtChair, Edge, Flow, FlowChange
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import add_flow, applies, with_item


@applies(ev.OrderSigned)
def order_signed(draft: ChartDraft, entry: ChartEntry, event: ev.OrderSigned) -> str:
    draft.order = event.order
    draft.order_entry = entry
    draft.order_is_telephone = False
    draft.order_expires_at = None
    draft.countersign_by = None
    draft.countersigned = None
    return ""


@applies(ev.TelephoneOrderTaken)
def telephone_order(draft: ChartDraft, entry: ChartEntry, event: ev.TelephoneOrderTaken) -> str:
    draft.order = event.order
    draft.order_entry = entry
    draft.order_is_telephone = True
    draft.order_expires_at = event.expires_at
    draft.countersign_by = event.countersign_by
    draft.countersigned = None
    return ""


@applies(ev.OrderCountersigned)
def countersigned(draft: ChartDraft, entry: ChartEntry, event: ev.OrderCountersigned) -> str:
    if draft.order_entry is None or draft.order_entry.sequence != event.order_sequence or not draft.order_is_telephone:
        return "no_such_order"
    draft.countersigned = entry
    return ""


@applies(ev.BagPrepared)
def bag_prepared(draft: ChartDraft, entry: ChartEntry, event: ev.BagPrepared) -> str:
    bag = event.bag
    if bag.bag_id in draft.bags:
        return "bag_prepared_twice"
    if draft.order is None or draft.order.order_id != bag.order_id:
        return "bag_without_order"
    _keep(draft, BagAtChair(bag, entry))
    draft.bag, draft.bag_state = bag, draft.bags[bag.bag_id]
    return ""


@applies(ev.BagChecked)
def bag_checked(draft: ChartDraft, entry: ChartEntry, event: ev.BagChecked) -> str:
    state = draft.bags.get(event.bag_id)
    if state is None:
        return "no_such_bag"
    _keep(draft, replace(state, check=event, check_entry=entry))
    return ""


@applies(ev.BagHung)
def bag_hung(draft: ChartDraft, entry: ChartEntry, event: ev.BagHung) -> str:
    state = draft.bags.get(event.bag_id)
    if state is None:
        return "no_such_bag"
    if draft.hung_bag is not None:
        return "another_bag_hangs"
    if state.down_at is not None:
        return "bag_was_taken_down"
    _keep(draft, replace(state, hung_at=entry.occurred_at))
    add_flow(draft, Flow(entry.occurred_at, FlowChange.BAG_HUNG, bag=state.bag))
    return ""


@applies(ev.BagTakenDown)
def bag_taken_down(draft: ChartDraft, entry: ChartEntry, event: ev.BagTakenDown) -> str:
    state = draft.bags.get(event.bag_id)
    if state is None or not state.hangs:
        return "bag_does_not_hang"
    _keep(draft, replace(state, down_at=entry.occurred_at, remaining_ml=event.remaining_ml))
    add_flow(draft, Flow(entry.occurred_at, FlowChange.BAG_DOWN, bag=state.bag))
    return ""


@applies(ev.LinePlaced)
def line_placed(draft: ChartDraft, entry: ChartEntry, event: ev.LinePlaced) -> str:
    draft.line, draft.line_entry, draft.site_good_at = event, entry, entry.occurred_at
    draft.lines_in_count += 1
    add_flow(draft, Flow(entry.occurred_at, FlowChange.LINE_PLACED))
    return ""


@applies(ev.AccessSiteChecked)
def site_checked(draft: ChartDraft, entry: ChartEntry, event: ev.AccessSiteChecked) -> str:
    if draft.lines_in_count == 0:
        return "no_line_in_place"
    draft.site_check = entry
    if event.finding is ev.SiteFinding.GOOD:
        draft.site_good_at = entry.occurred_at
    elif event.finding is ev.SiteFinding.INFILTRATED:
        _beside_the_vein(draft)
    return ""


def _beside_the_vein(draft: ChartDraft) -> None:
    """What ran since the site was last seen to be good may lie beside it: at the least, nothing of it arrived."""
    if draft.site_good_at is not None:
        add_flow(draft, Flow(draft.site_good_at, FlowChange.LINE_REMOVED, edge=Edge.LOW))


@applies(ev.LinePrimed)
def line_primed(draft: ChartDraft, entry: ChartEntry, event: ev.LinePrimed) -> str:
    if event.fluid is ev.LineFluid.DRUG and (draft.bag_state is None or draft.bag_state.down_at is not None):
        return "no_bag_to_prime_from"
    draft.primed = event
    bag = draft.bag if event.fluid is ev.LineFluid.DRUG else None
    add_flow(draft, Flow(entry.occurred_at, FlowChange.PRIMED, bag=bag, fluid=event.fluid, hold_up_ml=event.hold_up_ml))
    return ""


@applies(ev.LineCleared)
def line_cleared(draft: ChartDraft, entry: ChartEntry, event: ev.LineCleared) -> str:
    if draft.primed is None:
        return "nothing_to_clear"
    draft.primed = None
    draft.line_cleared = entry
    add_flow(draft, Flow(entry.occurred_at, FlowChange.LINE_CLEARED))
    return ""


@applies(ev.LineRemoved)
def line_removed(draft: ChartDraft, entry: ChartEntry, event: ev.LineRemoved) -> str:
    if draft.lines_in_count == 0:
        return "no_line_in_place"
    draft.lines_in_count -= 1
    draft.line_removed = entry
    if draft.lines_in_count == 0:
        if event.site_finding is ev.SiteFinding.INFILTRATED:
            _beside_the_vein(draft)
        draft.line = draft.line_entry = None
        add_flow(draft, Flow(entry.occurred_at, FlowChange.LINE_REMOVED))
    return ""


def _keep(draft: ChartDraft, state: BagAtChair) -> None:
    draft.bags = with_item(draft.bags, state.bag.bag_id, state)
    if draft.bag is not None and draft.bag.bag_id == state.bag.bag_id:
        draft.bag_state = state
