"""The one door of the rules: who, when, which phase, the request's own conditions, and the whole log afterwards."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from dripstand.course.readiness import Signed
from dripstand.evaluation.standing import Clearance
from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.chart_values import Contradiction
from dripstand.infusion.decisions import (
    alarms,
    bags,
    calm,
    correcting,
    emergency,
    going,
    infusing,
    lines,
    ordering,
    starting,
    trouble,
    visit,
    watching,
)
from dripstand.infusion.decisions.asking import ALWAYS, DECIDERS, MADE_KIND, Asked
from dripstand.infusion.decisions.clearing import CLEARANCE_CODES
from dripstand.infusion.permissions import may_chart, who_may
from dripstand.infusion.phases import EMERGENCY_STAYS_CLOSED, may_be_charted
from dripstand.infusion.refusals import Reason, Refusal, reason, refuse
from dripstand.infusion.vitals import VitalReadings
from dripstand.people.actors import DRIPSTAND, Actor, Role
from dripstand.protocol.template import ProtocolTemplate

ROOMS = (
    alarms,
    bags,
    calm,
    correcting,
    emergency,
    going,
    infusing,
    lines,
    ordering,
    starting,
    trouble,
    visit,
    watching,
)
LONGEST_TEXT_COUNT = 4000

BEYOND_THE_ORDER = frozenset(
    {"rate_above_order", "rate_below_order", "rate_above_pump", "rate_below_pump", "finish_too_soon", "finish_too_late"}
    | {"over_cap", "second_signature_missing", "dose_too_high", "dose_mg_too_high"}
    | CLEARANCE_CODES
)
"""What a prescriber may chart afterwards although it passed a limit: it happened, and the chart must say so."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One entry to append. ``late_reason`` is "" where the entry is not late."""

    event: ev.SessionEvent
    occurred_at: datetime
    late_reason: str = ""


def decide(
    chart: Chart,
    request: rq.Request,
    *,
    now: datetime,
    actor: Actor,
    template: ProtocolTemplate,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    readings: VitalReadings | None = None,
    other_chairs_of: int = 0,
    day: Signed | None = None,
    clearance: Clearance | None = None,
) -> tuple[Decided, ...] | Refusal:
    """What this request adds to the chart, or why nothing.

    occurred_at: when it happened; None = now. late_reason: why it is entered late. readings: what the monitor says, by
    channel. other_chairs_of: how many other infusing chairs the person who will watch this one already watches.
    day: what was signed for the clinic's day that it happens on (readiness); None: nothing was, and nothing starts.
    clearance: what the evaluation says about this patient; an order and a start without one are refused.
    The same arguments give the same answer; nothing is read or written.
    """
    if isinstance(request, ev.SessionOpened) or chart.opened_entry is None:
        return _open(chart, request, now, actor, template)
    when = _when(chart, now, occurred_at)
    misfit = _time_misfit(chart, request, when, now, actor, template, late_reason)
    if misfit is not None:
        return Refusal((misfit,))
    late = when < now - timedelta(seconds=template.late_after_s)
    behind = bool(chart.effective) and chart.effective[-1].occurred_at > when
    asked = Asked(
        chart=fold(chart.entries, until=when) if behind else chart,
        whole=chart,
        at=when,
        now=now,
        actor=actor,
        template=template,
        readings=readings,
        other_chairs_of=other_chairs_of,
        late=late or behind,
        day=day,
        clearance=clearance,
    )
    outcome = _decide(asked, request)
    if isinstance(outcome, Refusal):
        return outcome
    clash = contradiction(chart, outcome, when, now, actor)
    if clash is not None:
        return Refusal((clash,))
    return (Decided(outcome, when, late_reason.strip() if late else ""),)


def _when(chart: Chart, now: datetime, occurred_at: datetime | None) -> datetime:
    """Without a stated time: now, but never before what is already charted (a clock that was set back)."""
    if occurred_at is not None:
        return occurred_at
    return max(now, chart.effective[-1].occurred_at) if chart.effective else now


def _time_misfit(
    chart: Chart,
    request: rq.Request,
    when: datetime,
    now: datetime,
    actor: Actor,
    template: ProtocolTemplate,
    late_reason: str,
) -> Reason | None:
    last = chart.effective[-1].occurred_at if chart.effective else now
    if when > max(now + timedelta(seconds=template.future_tolerance_s), last):
        return reason("in_the_future", "occurred_at", when=_clock(when))
    assert chart.opened_entry is not None
    if when < chart.opened_entry.occurred_at:
        return reason("before_the_opening", "occurred_at", opened=_clock(chart.opened_entry.occurred_at))
    age_s = (now - when).total_seconds()
    if age_s <= template.late_after_s or actor.staff_id == DRIPSTAND.staff_id or late_reason.strip():
        return None
    return reason("late_needs_reason", "late_reason", minutes=int(age_s // 60), limit=template.late_after_s // 60)


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _open(
    chart: Chart, request: rq.Request, now: datetime, actor: Actor, template: ProtocolTemplate
) -> tuple[Decided, ...] | Refusal:
    if not isinstance(request, ev.SessionOpened):
        return refuse("nothing_opened")
    if chart.opened_entry is not None:
        return refuse("already_opened")
    not_allowed = may_chart(actor, who_may(ev.SessionOpened))
    if not_allowed is not None:
        return Refusal((not_allowed,))
    asked = Asked(chart=chart, whole=chart, at=now, now=now, actor=actor, template=template)
    reasons = (*_too_long(request), *visit.opening(asked, request))
    return Refusal(reasons) if reasons else (Decided(request, now),)


def _decide(asked: Asked, request: Any) -> ev.SessionEvent | Refusal:
    kind = MADE_KIND.get(type(request)) or request.kind
    opened_by_emergency = asked.emergency and kind not in EMERGENCY_STAYS_CLOSED
    rule = who_may(type(request))
    not_allowed = may_chart(asked.actor, rule, emergency=opened_by_emergency)
    if not_allowed is not None:
        return Refusal((not_allowed,))
    if not may_be_charted(kind, asked.chart.phase, emergency=asked.emergency):
        return refuse(f"not_while_{asked.chart.phase.value}")
    outcome = DECIDERS[type(request)](asked, request)
    if isinstance(outcome, ev.SessionEvent):
        too_long = _too_long(outcome)
        return Refusal(too_long) if too_long else outcome
    if not isinstance(request, ev.SessionEvent):
        return Refusal(outcome)  # what has to be worked out cannot be charted past its reasons
    reasons = _in_hindsight(asked, outcome)
    if opened_by_emergency:
        reasons = tuple(found for found in reasons if found.code in ALWAYS)
    return Refusal(reasons) if reasons else request


def _in_hindsight(asked: Asked, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """What is past its limits and has happened is charted by a prescriber; anybody else is told so."""
    beyond = [found for found in reasons if found.code in BEYOND_THE_ORDER]
    if not asked.late or not beyond:
        return reasons
    if asked.actor.is_a(Role.PRESCRIBER):
        return tuple(found for found in reasons if found.code not in BEYOND_THE_ORDER)
    return (*reasons, reason("hindsight_needs_prescriber"))


def contradiction(chart: Chart, event: ev.SessionEvent, when: datetime, now: datetime, actor: Actor) -> Reason | None:
    """Whether the log would still fit together with this entry in it; the first thing that would not.

    This is the law of the chart: what is accepted leaves no contradiction, also where it is entered late or corrects
    something on which later entries stand.
    """
    new = ev.ChartEntry(
        session_id=chart.session_id,
        sequence=chart.head + 1,
        occurred_at=when,
        recorded_at=now,
        actor=ev.StaffRef(actor.staff_id, actor.name),
        submission_id="",
        event=event,
    )
    after = fold((*chart.entries, new))
    known = set(chart.contradictions)
    found = next((clash for clash in after.contradictions if clash not in known), None)
    return _say(chart, new, found) if found is not None else None


def _say(chart: Chart, new: ev.ChartEntry, found: Contradiction) -> Reason:
    why = reason(f"clash_{found.code}")
    if found.sequence == new.sequence:
        return why
    entry = chart.entry(found.sequence)
    kind = entry.event.kind if entry is not None else ""
    return reason("would_contradict", sequence=found.sequence, kind=kind, why=why)


def _too_long(event: ev.SessionEvent) -> tuple[Reason, ...]:
    """Texts that nobody can have typed at a chair."""
    return tuple(
        reason("too_long", field.name, what=field.name, length=len(value), limit=LONGEST_TEXT_COUNT)
        for field in fields(event)  # type: ignore[arg-type]
        if isinstance(value := getattr(event, field.name), str) and len(value) > LONGEST_TEXT_COUNT
    )
