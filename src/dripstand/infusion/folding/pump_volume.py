"""What a pump's own counter says about what it gave, worked into the flow between bag and vein.

A volume that was read holds: the pump is taken to have run as charted until it had given that much, and to have stood
still from then on; where it counted more than the charted rates explain, it ran faster by the same share all along.
A volume that nobody could read is a range: at most what was charted, at least what it had given when somebody last saw
it run. Both ends are flows of their own (``Flow.edge``), so that dose, line and prediction follow each of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import Edge, Flow, FlowChange

MICROSECOND = timedelta(microseconds=1)


def _own(draft: ChartDraft, until: datetime) -> list[int]:
    """The places of this pump's rates in the flow, up to ``until``. A later pump's count begins behind the change."""
    return [
        place
        for place, flow in enumerate(draft.flow)
        if place >= draft.pump_since_index
        and flow.change is FlowChange.PUMP_RATE
        and flow.edge is not Edge.LOW
        and flow.at <= until
    ]


def pump_ran_since(draft: ChartDraft) -> datetime | None:
    """When this pump first ran; None where it has not run."""
    return next(
        (
            flow.at
            for flow in draft.flow[draft.pump_since_index :]
            if flow.change is FlowChange.PUMP_RATE and flow.rate_ml_per_h > 0
        ),
        None,
    )


def _spans(draft: ChartDraft, until: datetime) -> list[tuple[int, datetime, datetime, Fraction]]:
    """(place, from, to, mL/h) of each rate above zero of this pump."""
    places = _own(draft, until)
    found = []
    for number, place in enumerate(places):
        flow = draft.flow[place]
        end = draft.flow[places[number + 1]].at if number + 1 < len(places) else until
        if flow.rate_ml_per_h > 0 and end > flow.at:
            found.append((place, flow.at, end, Fraction(flow.rate_ml_per_h)))
    return found


def _ml(start: datetime, end: datetime, rate_ml_per_h: Fraction) -> Fraction:
    return rate_ml_per_h * Fraction((end - start) // MICROSECOND, 3_600_000_000)


def charted_ml(draft: ChartDraft, until: datetime) -> Fraction:
    """What this pump gave by the charted rates alone."""
    return sum((_ml(start, end, rate) for _, start, end, rate in _spans(draft, until)), Fraction(0))


def _without_edges(draft: ChartDraft) -> list[Flow]:
    """This pump's flow as one again: a volume that was read ends a range that was assumed for it."""
    kept = []
    for place, flow in enumerate(draft.flow):
        if place >= draft.pump_since_index and flow.change is FlowChange.PUMP_RATE:
            if flow.edge is Edge.LOW:
                continue
            flow = replace(flow, edge=Edge.BOTH)
        kept.append(flow)
    return kept


def known(draft: ChartDraft, until: datetime, volume_ml: Decimal) -> tuple[Flow, ...]:
    """The flow with what this pump counted until then."""
    draft.flow = tuple(_without_edges(draft))
    volume, charted = Fraction(volume_ml), charted_ml(draft, until)
    flows = list(draft.flow)
    if not charted or volume == charted:
        return tuple(flows)
    if volume > charted:
        for place, _, _, rate in _spans(draft, until):
            flows[place] = replace(flows[place], rate_ml_per_h=rate * volume / charted)
        return tuple(flows)
    left = volume
    still_at: datetime | None = None
    for place, start, end, rate in _spans(draft, until):
        gives = _ml(start, end, rate)
        if still_at is None and gives <= left:
            left -= gives
            continue
        if still_at is None:
            still_at = start + timedelta(microseconds=round(left / rate * 3_600_000_000))
            if still_at > start:
                continue
        flows[place] = replace(flows[place], rate_ml_per_h=Fraction(0))
    if still_at is not None:
        flows.append(Flow(still_at, FlowChange.PUMP_RATE))
    return tuple(flows)


def unknown(draft: ChartDraft, until: datetime) -> tuple[Flow, ...]:
    """The flow with two ends: as charted, and as if this pump had stood still since it was last seen to run."""
    seen = _last_seen(draft, until)
    if seen is None or seen >= until:
        return draft.flow
    flows = list(draft.flow)
    for place, start, _, _ in _spans(draft, until):
        if start > seen:
            flows[place] = replace(flows[place], edge=Edge.HIGH)
    flows.append(Flow(seen, FlowChange.PUMP_RATE, edge=Edge.LOW))
    return tuple(flows)


def _last_seen(draft: ChartDraft, until: datetime) -> datetime | None:
    """When somebody (or the pump itself) last confirmed this pump while it ran; its start, where nobody did."""
    began = pump_ran_since(draft)
    if began is None:
        return None
    seen = [
        entry.occurred_at
        for entry in draft.confirmations
        if isinstance(entry.event, ev.ConfirmedAtPump)
        and entry.event.rate_ml_per_h > 0
        and began <= entry.occurred_at <= until
    ]
    return max(seen, default=began)
