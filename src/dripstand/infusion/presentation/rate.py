"""The rate, the bag, and what may be done next: the panel at the right of the chair, in each phase of the visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.dosing import dose_rate_mg_per_kg_per_h
from dripstand.infusion.line import Amounts, amounts_range, ends_at
from dripstand.infusion.phases import ENDED, LIVE, Phase
from dripstand.infusion.presentation.header import rate_text
from dripstand.infusion.presentation.left_open import left_open
from dripstand.infusion.presentation.times import clock, clock_s
from dripstand.infusion.requests import Request
from dripstand.infusion.words import PHASE_WORDS, plain
from dripstand.protocol.template import ProtocolTemplate

GONE_RATE = "- -"
BAG_TOP_Y, BAG_BOTTOM_Y = 14.0, 84.0  # of the drawing's own units: the inside of the bag

RATED = (ev.InfusionStarted, ev.RateChanged, ev.InfusionResumed)

WhyNot = Callable[[Request], tuple[str, ...]]
"""Why this person may not chart this request now, in sentences; empty when they may. It asks the same rules that will
decide, and charts nothing."""


class Missing(TypedDict):
    words: str


class WhatIfRange(TypedDict):
    low_ml_per_h: str
    high_ml_per_h: str
    step_ml_per_h: str
    running_ml_per_h: str
    low_text: str
    high_text: str


class Rate(TypedDict):
    kind: str
    rate_text: str
    unit_text: str
    dose_rate_text: str
    since_text: str
    pump_text: str
    pump_state: str
    confirm_sequence: int | None
    confirm_rate: str
    has_bag: bool
    unknown_text: str  # why no amount is stated
    is_range: bool
    vein_text: str
    line_text: str
    bag_text: str
    of_text: str
    ends_text: str
    ends_more: str
    ends_at: str | None
    level_y: float
    next_text: str
    next_link: str
    next_href: str
    missing: list[Missing]
    may_close_line: bool
    hung_bag_id: str
    line_open: bool
    what_if: WhatIfRange | None
    may_change: bool
    may_start: bool
    start_text: str
    start_rate: str
    may_resume: bool
    resume_text: str
    resume_rate: str
    may_pause: bool
    may_stop: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class _Here:
    chart: Chart
    template: ProtocolTemplate
    now: datetime
    zone: ZoneInfo
    why_not: WhyNot

    def may(self, request: Request) -> bool:
        return not self.why_not(request)


KINDS = {
    Phase.INFUSING: "running",
    Phase.PAUSED: "paused",
    Phase.STOPPED: "stopped",
    Phase.OBSERVING: "observing",
    Phase.READY_TO_LEAVE: "observing",
    Phase.PREPARING: "preparing",
}


def rate(chart: Chart, template: ProtocolTemplate, now: datetime, zone: ZoneInfo, why_not: WhyNot) -> Rate:
    """The panel at ``now``."""
    here = _Here(chart, template, now, zone, why_not)
    kind = "ended" if chart.phase in ENDED else KINDS.get(chart.phase, "before")
    known = amounts_range(chart, now)
    found = _nothing(kind)
    _running(found, here)
    _pump(found, here)
    if known is not None and chart.phase not in ENDED:
        _bag(found, here, *known)
    elif not chart.composition_known:
        found["unknown_text"] = _("Composition unknown: a quarantined bag ran. No dose and no prediction are stated.")
    _next(found, here)
    return found


def _nothing(kind: str) -> Rate:
    return {
        "kind": kind,
        "rate_text": "",
        "unit_text": "",
        "dose_rate_text": "",
        "since_text": "",
        "pump_text": "",
        "pump_state": "",
        "confirm_sequence": None,
        "confirm_rate": "",
        "has_bag": False,
        "unknown_text": "",
        "is_range": False,
        "vein_text": "",
        "line_text": "",
        "bag_text": "",
        "of_text": "",
        "ends_text": "",
        "ends_more": "",
        "ends_at": None,
        "level_y": BAG_BOTTOM_Y,
        "next_text": "",
        "next_link": "",
        "next_href": "",
        "missing": [],
        "may_close_line": False,
        "hung_bag_id": "",
        "line_open": False,
        "what_if": None,
        "may_change": False,
        "may_start": False,
        "start_text": "",
        "start_rate": "",
        "may_resume": False,
        "resume_text": "",
        "resume_rate": "",
        "may_pause": False,
        "may_stop": False,
        "why_not": "",
    }


def _running(found: Rate, here: _Here) -> None:
    chart = here.chart
    if chart.phase is Phase.INFUSING:
        found["rate_text"], found["unit_text"] = rate_text(chart.rate_ml_per_h), "mL/h"
        dose_rate = _dose_rate(chart, chart.rate_ml_per_h)
        estimated = _("about %s") if chart.estimated else "%s"
        found["dose_rate_text"] = estimated % f"{plain(dose_rate, 2)} mg/kg/h" if dose_rate is not None else ""
        found["since_text"] = _since(chart, here.zone)
    elif chart.phase is Phase.PAUSED:
        found["rate_text"], found["unit_text"] = "0", "mL/h"
        found["dose_rate_text"] = _("paused")
        found["since_text"] = _("was %(rate)s until %(clock)s") % {
            "rate": rate_text(chart.rate_before_pause_ml_per_h),
            "clock": clock(chart.phase_since, here.zone) if chart.phase_since else "",
        }
    elif chart.stopped_at is not None and chart.phase not in ENDED:
        found["rate_text"], found["unit_text"] = "0", "mL/h"
        found["dose_rate_text"] = _("stopped")
        found["since_text"] = _("stopped at %(clock)s") % {"clock": clock(chart.stopped_at, here.zone)}
    else:
        found["rate_text"] = GONE_RATE


def _dose_rate(chart: Chart, rate_ml_per_h: Decimal) -> Fraction | None:
    state = chart.hung_bag
    if chart.order is None or state is None or not chart.composition_known:
        return None
    strength = Fraction(state.bag.drug_mg) / Fraction(state.bag.final_ml)
    return dose_rate_mg_per_kg_per_h(rate_ml_per_h, strength, chart.order.dosing_weight_kg)


def _since(chart: Chart, zone: ZoneInfo) -> str:
    acts = [entry for entry in chart.pump_acts if isinstance(entry.event, RATED)]
    if not acts:
        return ""
    last = acts[-1]
    before = acts[-2].event if len(acts) > 1 else None
    if isinstance(last.event, ev.RateChanged) and isinstance(before, RATED):
        return _("was %(rate)s until %(clock)s") % {
            "rate": rate_text(before.rate_ml_per_h),
            "clock": clock(last.occurred_at, zone),
        }
    return _("since %(clock)s") % {"clock": clock_s(last.occurred_at, zone)}


def _pump(found: Rate, here: _Here) -> None:
    """What the chart says is not what the pump does until somebody has seen it there (H60)."""
    chart = here.chart
    contradicted = chart.pump_contradicted
    if contradicted is not None and isinstance(contradicted.event, ev.PumpContradicted):
        event = contradicted.event
        found["pump_state"] = "contradicted"
        found["pump_text"] = _("pump says %(pump)s, chart says %(chart)s") % {
            "pump": rate_text(event.pump_rate_ml_per_h),
            "chart": rate_text(event.charted_rate_ml_per_h),
        }
    elif chart.unconfirmed is not None:
        found["pump_state"] = "unconfirmed"
        found["pump_text"] = _("not confirmed at the pump")
    elif chart.confirmations and chart.started_at is not None:
        found["pump_state"] = "confirmed"
        said = chart.confirmations[-1]
        source = getattr(said.event, "source", "nurse")
        who = said.actor.name if source == "nurse" else _("the pump")
        found["pump_text"] = _("seen at the pump %(clock)s, %(who)s") % {
            "clock": clock(said.occurred_at, here.zone),
            "who": who,
        }
    if chart.unconfirmed is not None:
        sequence = chart.unconfirmed.entry.sequence
        confirm = ev.ConfirmedAtPump(of_sequence=sequence, source="nurse", rate_ml_per_h=chart.rate_ml_per_h)
        if here.may(confirm):
            found["confirm_sequence"], found["confirm_rate"] = sequence, str(chart.rate_ml_per_h)


def _bag(found: Rate, here: _Here, least: Amounts, amounts: Amounts) -> None:
    chart, zone = here.chart, here.zone
    found["is_range"] = least is not amounts
    found["has_bag"] = True
    found["vein_text"] = between(least.vein_mg, amounts.vein_mg)
    found["line_text"] = between(least.line_mg, amounts.line_mg)
    found["bag_text"] = between(amounts.bag_mg, least.bag_mg)
    if chart.order is not None:
        found["of_text"] = _("of %(dose)s mg in vein") % {"dose": plain(chart.order.dose_mg)}
    full_ml = sum((Fraction(state.bag.final_ml) for state in chart.bags.values() if state.hung_at), Fraction(0))
    share = float(amounts.bag_ml / full_ml) if full_ml else 0.0
    found["level_y"] = round(BAG_BOTTOM_Y - (BAG_BOTTOM_Y - BAG_TOP_Y) * max(0.0, min(1.0, share)), 1)
    end = ends_at(chart, here.now)
    if chart.phase is Phase.INFUSING and end is not None:
        found["ends_at"] = end.isoformat()
        empty = end <= here.now
        found["ends_text"] = (_("bag empty since %s") if empty else _("ends %s")) % clock(end, zone)
        found["ends_more"] = "" if empty else _("at this rate")
    elif chart.phase is Phase.PAUSED:
        known = least.bag_ml == amounts.bag_ml
        left = plain(amounts.bag_ml, 1) if known else between(amounts.bag_ml, least.bag_ml)
        found["ends_text"] = _("%(ml)s mL left") % {"ml": left}
        found["ends_more"] = _("in the bag")
    elif chart.phase is Phase.PREPARING:
        found["ends_text"] = _("%(ml)s mL") % {"ml": plain(amounts.bag_ml, 1)}
        found["ends_more"] = _("in the bag")


def between(low: Fraction, high: Fraction) -> str:
    """One number, or the range where only its two ends are known, in tenths."""
    lower, higher = sorted((f"{float(low):.1f}", f"{float(high):.1f}"), key=float)
    return lower if lower == higher else _("%(low)s to %(high)s") % {"low": lower, "high": higher}


def _next(found: Rate, here: _Here) -> None:
    """The one thing to do next, or why it cannot be done yet."""
    chart, session = here.chart, f"/session/{here.chart.session_id}/"
    if chart.phase in (Phase.EXPECTED, Phase.ARRIVED):
        found["next_text"] = _("No infusion charted yet. Rate and dose appear here.")
        found["next_link"], found["next_href"] = _("Go on with the preparation"), f"{session}prepare/"
    elif chart.phase is Phase.PREPARING:
        _to_start(found, here, session)
    elif chart.phase in LIVE:
        _while_live(found, here)
    elif chart.phase is Phase.STOPPED:
        found["next_text"] = _("Stopped. Take the bag down and see to the line, then the observation begins.")
        found["may_close_line"] = True
        hung = chart.hung_bag
        found["hung_bag_id"] = hung.bag.bag_id if hung else ""
        found["line_open"] = chart.primed is not None
    elif chart.phase in (Phase.OBSERVING, Phase.READY_TO_LEAVE):
        found["next_text"] = (
            _("Ready to leave with the escort.")
            if chart.phase is Phase.READY_TO_LEAVE
            else _("Observation. What must be met before leaving stands in one list.")
        )
        found["next_link"], found["next_href"] = _("Go to leaving"), f"{session}leaving/"
    elif (left := left_open(chart)) is not None:
        moved = chart.phase is Phase.TRANSFERRED
        went = _("Transferred, %(count)s:") if moved else _("Left against advice, %(count)s:")
        found["next_text"] = went % {"count": left.count_text}
        found["missing"] = [{"words": words} for words in left.parts]
        found["next_link"], found["next_href"] = _("See to what is open"), left.href
    else:
        found["next_text"] = _("This visit has ended: %(how)s.") % {"how": PHASE_WORDS[chart.phase]}
        found["next_link"], found["next_href"] = _("Read the session note"), f"{session}note/"


def _to_start(found: Rate, here: _Here, session: str) -> None:
    bag = here.chart.bag
    if bag is None or here.chart.hung_bag is None:
        found["next_text"] = _("No bag hangs yet. Rate and dose appear here.")
        found["next_link"], found["next_href"] = _("Go on with the preparation"), f"{session}prepare/"
        return
    start = ev.InfusionStarted(rate_ml_per_h=bag.start_rate_ml_per_h)
    missing = here.why_not(start)
    found["start_rate"] = str(bag.start_rate_ml_per_h)
    found["start_text"] = _("Start at %(rate)s mL/h …") % {"rate": rate_text(bag.start_rate_ml_per_h)}
    found["may_start"] = not missing
    if missing:
        found["next_text"] = _("Before the start:")
        found["missing"] = [{"words": words} for words in missing]
        found["next_link"], found["next_href"] = _("Go on with the preparation"), f"{session}prepare/"
    else:
        found["next_text"] = _("Everything is checked. Set the pump, then chart the start.")


def _while_live(found: Rate, here: _Here) -> None:
    chart = here.chart
    found["may_pause"] = chart.phase is Phase.INFUSING and here.may(ev.InfusionPaused())
    found["may_stop"] = here.may(ev.InfusionStopped(reason=ev.StopReason.NOT_YET_SAID))
    if chart.phase is Phase.PAUSED:
        back = chart.rate_before_pause_ml_per_h
        reasons = here.why_not(ev.InfusionResumed(rate_ml_per_h=back))
        found["may_resume"], found["resume_rate"] = not reasons, str(back)
        found["resume_text"] = _("Resume at %(rate)s mL/h …") % {"rate": rate_text(back)}
        found["why_not"] = reasons[0] if reasons else ""
        return
    found["what_if"] = _range(chart, here.template)
    if found["what_if"] is not None:
        lower = ev.RateChanged(rate_ml_per_h=Decimal(found["what_if"]["low_ml_per_h"]), reason=_("asked"), meant=True)
        reasons = here.why_not(lower) if lower.rate_ml_per_h != chart.rate_ml_per_h else ()
        found["may_change"] = not reasons
        found["why_not"] = reasons[0] if reasons else ""


def _range(chart: Chart, template: ProtocolTemplate) -> WhatIfRange | None:
    """From the order's lowest to its highest rate, as whole tenths of the pump that lie within them."""
    order, state = chart.order, chart.hung_bag
    if order is None or state is None or not chart.composition_known:
        return None
    strength = Fraction(state.bag.drug_mg) / Fraction(state.bag.final_ml)
    per_ml = Fraction(order.dosing_weight_kg) / strength
    step = template.bag.pump_resolution_ml_per_h
    low = _ceil(Fraction(order.lowest_dose_rate_mg_per_kg_per_h) * per_ml, step)
    high = _floor(Fraction(order.highest_dose_rate_mg_per_kg_per_h) * per_ml, step)
    low = max(low, template.bag.lowest_rate_ml_per_h)
    high = min(high, template.bag.highest_rate_ml_per_h)
    if high <= low:
        return None
    return {
        "low_ml_per_h": str(low),
        "high_ml_per_h": str(high),
        "step_ml_per_h": str(step),
        "running_ml_per_h": str(chart.rate_ml_per_h),
        "low_text": rate_text(low),
        "high_text": _("order allows %(rate)s") % {"rate": rate_text(high)},
    }


def _ceil(value: Fraction, step: Decimal) -> Decimal:
    return -_floor(-value, step)


def _floor(value: Fraction, step: Decimal) -> Decimal:
    return Decimal(value // Fraction(step)) * step
