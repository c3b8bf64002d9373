"""The line: placed, looked at, primed, flushed, cleared, removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion.decisions.asking import Asked, checks
from dripstand.infusion.decisions.bags import line_usable
from dripstand.infusion.dosing import dose_rate_mg_per_kg_per_h, plain
from dripstand.infusion.line import strongest_in_line
from dripstand.infusion.phases import BEFORE_START
from dripstand.infusion.refusals import Reason, reason

GAUGES = range(14, 27)
CLEARED_HOW = frozenset({"flushed", "aspirated", "disconnected"})


@checks(ev.LinePlaced)
def _placed(asked: Asked, request: ev.LinePlaced) -> Iterator[Reason]:
    if not request.site.strip() or not request.side.strip():
        yield reason("site_missing", "site")
    if request.gauge not in GAUGES:
        yield reason("gauge_unknown", "gauge", gauge=request.gauge)
    if request.attempts_count < 1:
        yield reason("not_positive", "attempts_count", what="attempts_count")


@checks(ev.AccessSiteChecked, ev.LineRemoved)
def _site(asked: Asked, request: ev.AccessSiteChecked | ev.LineRemoved) -> Iterator[Reason]:
    if asked.chart.lines_in_count == 0:
        yield reason("no_line")


@checks(ev.LinePrimed)
def _primed(asked: Asked, request: ev.LinePrimed) -> Iterator[Reason]:
    rules, bag = asked.template.bag, asked.chart.bag
    if not 0 <= request.hold_up_ml <= rules.highest_hold_up_ml:
        high = plain(rules.highest_hold_up_ml)
        yield reason("hold_up_out_of_range", "hold_up_ml", hold_up=plain(request.hold_up_ml), high=high)
    elif bag is not None and bag.line_hold_up_ml != request.hold_up_ml:
        given, known = plain(request.hold_up_ml), plain(bag.line_hold_up_ml)
        yield reason("hold_up_disagrees", "hold_up_ml", given=given, bag=known)
    state = asked.chart.bag_state
    if request.fluid is ev.LineFluid.DRUG and (state is None or state.check is None):
        yield reason("bag_not_checked", "fluid")
    elif request.fluid is ev.LineFluid.DRUG and state is not None and state.quarantined is not None:
        yield reason("bag_quarantined", "fluid")


@checks(ev.LineCleared)
def _cleared(asked: Asked, request: ev.LineCleared) -> Iterator[Reason]:
    if request.how not in CLEARED_HOW:
        yield reason("cleared_how", "how")
        return
    stopped, flushes = asked.chart.stopped_at, asked.chart.flush_entries
    flushed = bool(flushes) and stopped is not None and flushes[-1].occurred_at >= stopped
    if request.how == "flushed" and not flushed:
        yield reason("flush_not_charted", "how")


@checks(ev.FlushGiven)
def _flush(asked: Asked, request: ev.FlushGiven) -> Iterator[Reason]:
    """What a flush pushes in counts as dose (H61). One that is over is charted as it was."""
    rules = asked.template.bag
    for field in ("volume_ml", "over_min"):
        if getattr(request, field) <= 0:
            yield reason("not_positive", field, what=field)
            return
    if not rules.lowest_flush_ml <= request.volume_ml <= rules.highest_flush_ml:
        low, high = plain(rules.lowest_flush_ml), plain(rules.highest_flush_ml)
        yield reason("flush_out_of_range", "volume_ml", volume=plain(request.volume_ml), low=low, high=high)
    if asked.chart.lines_in_count == 0:
        yield reason("no_line", "volume_ml")
    over = asked.at + timedelta(minutes=float(request.over_min)) <= asked.now
    if not over:
        yield from line_usable(asked)
    strength = strongest_in_line(asked.chart, asked.at)
    if over or not strength or not asked.chart.composition_known:
        return
    if asked.chart.phase in BEFORE_START:
        yield reason("flush_pushes_drug_in", "volume_ml")
        return
    order = asked.chart.order
    if order is None:
        return
    rate_ml_per_h = Fraction(request.volume_ml) / Fraction(request.over_min) * 60
    dose_rate = dose_rate_mg_per_kg_per_h(rate_ml_per_h, strength, order.dosing_weight_kg)
    limit = Fraction(asked.template.dose.highest_dose_rate_mg_per_kg_per_h)
    if dose_rate > limit:
        minutes = -(-Fraction(request.over_min) * dose_rate // limit)  # rounded up to a whole minute
        yield reason(
            "flush_too_fast", "over_min", dose_rate=plain(dose_rate, 2), limit=plain(limit), minutes=int(minutes)
        )
