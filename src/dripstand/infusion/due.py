"""What is due at the chair: the checks that come round, and the tasks that stay open until somebody does them.

A slot counts from the last check of its kind (or from the start, the stop). It is now when its time has come, due
after the template's grace, overdue after its longer one; none of these is an alarm (protocol.md 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.line import ends_at
from dripstand.infusion.phases import BEFORE_START, ENDED, LIVE, Phase
from dripstand.protocol.template import ProtocolTemplate


class DueState(StrEnum):
    COMING = "coming"
    NOW = "now"
    DUE = "due"
    OVERDUE = "overdue"


class What(StrEnum):
    """Checks that come round, then tasks that are open."""

    VITAL_SIGNS = "vital_signs"
    SEDATION = "sedation"
    SIDE_EFFECTS = "side_effects"
    SITE_CHECK = "site_check"
    BAG_DOWN = "bag_down"
    LINE_CLEARED = "line_cleared"
    STOP_REASON = "stop_reason"
    BAG_EMPTY = "bag_empty"
    CONFIRM_AT_PUMP = "confirm_at_pump"
    COUNTERSIGN = "countersign"
    HAND_OVER = "hand_over"
    STOP_ASKED = "stop_asked"
    PUMP_FAILED = "pump_failed"
    QUARANTINED_BAG = "quarantined_bag"


@dataclass(frozen=True, slots=True)
class DueCheck:
    """One thing to do. ``since``: what it counts from (the last check, the stop)."""

    what: What
    due_at: datetime
    state: DueState
    since: datetime | None = None

    @property
    def overdue(self) -> bool:
        return self.state is DueState.OVERDUE

    @property
    def is_now(self) -> bool:
        return self.state is not DueState.COMING


def due_checks(
    chart: ChartDraft, template: ProtocolTemplate, now: datetime, last_nibp_at: datetime | None = None
) -> tuple[DueCheck, ...]:
    """Everything that is or becomes due, soonest first.

    last_nibp_at: the monitor's latest cuff reading; it counts as vital signs taken.
    """
    found = [*_rounds(chart, template, now, last_nibp_at), *_tasks(chart, template, now)]
    return tuple(sorted(found, key=lambda check: (check.due_at, check.what)))


def _rounds(
    chart: ChartDraft, template: ProtocolTemplate, now: datetime, last_nibp_at: datetime | None
) -> Iterator[DueCheck]:
    watching = chart.phase in LIVE or chart.phase in {Phase.STOPPED, Phase.OBSERVING, Phase.READY_TO_LEAVE}
    if not watching or chart.started_at is None:
        return
    infusing = chart.phase in LIVE
    plan, intervals = (chart.order.monitoring if chart.order else None), template.intervals
    vitals_min = intervals.vital_signs_every_min_infusing if infusing else intervals.vital_signs_every_min_observing
    sedation_min = intervals.sedation_every_min_infusing if infusing else intervals.sedation_every_min_observing
    effects_min = intervals.side_effects_every_min
    if plan is not None:
        planned = plan.vital_signs_every_min_infusing if infusing else plan.vital_signs_every_min_observing
        vitals_min = min(vitals_min, planned)
        planned = plan.sedation_every_min_infusing if infusing else plan.sedation_every_min_observing
        sedation_min = min(sedation_min, planned)
        effects_min = min(effects_min, plan.side_effects_every_min)
    started = chart.started_at
    by_hand = _last(chart.vitals)
    vitals_at = max(at for at in (started, by_hand, last_nibp_at) if at is not None)
    yield _round(What.VITAL_SIGNS, vitals_at, vitals_min, template, now)
    yield _round(What.SEDATION, max(started, _last(chart.sedation) or started), sedation_min, template, now)
    yield _round(What.SIDE_EFFECTS, max(started, chart.side_effects_asked_at or started), effects_min, template, now)
    if infusing:
        site = chart.site_check.occurred_at if chart.site_check else started
        yield _round(What.SITE_CHECK, max(started, site), intervals.site_check_every_min_infusing, template, now)


def _tasks(chart: ChartDraft, template: ProtocolTemplate, now: datetime) -> Iterator[DueCheck]:
    if chart.phase is Phase.STOPPED and chart.stopped_at is not None:
        if chart.hung_bag is not None:
            yield _task(What.BAG_DOWN, chart.stopped_at, template, now)
        if chart.primed is not None:
            yield _task(What.LINE_CLEARED, chart.stopped_at, template, now)
    stop = chart.stop.event if chart.stop else None
    if isinstance(stop, ev.InfusionStopped) and stop.reason is ev.StopReason.NOT_YET_SAID and chart.stop:
        yield _task(What.STOP_REASON, chart.stop.occurred_at, template, now)
    empty_at = ends_at(chart, now) if chart.phase is Phase.INFUSING else None
    if empty_at is not None and empty_at <= now:
        yield _task(What.BAG_EMPTY, empty_at, template, now)
    if chart.unconfirmed is not None and chart.phase not in ENDED:
        yield _task(What.CONFIRM_AT_PUMP, chart.unconfirmed.since, template, now)
    if chart.countersign_by is not None and chart.countersigned is None:
        state = DueState.OVERDUE if now > chart.countersign_by else DueState.COMING
        yield DueCheck(What.COUNTERSIGN, chart.countersign_by, state)
    if chart.stop_asked is not None and chart.phase in LIVE | BEFORE_START:
        yield _task(What.STOP_ASKED, chart.stop_asked.occurred_at, template, now)
    if chart.pump_failed is not None and chart.phase in LIVE:
        yield _task(What.PUMP_FAILED, chart.pump_failed.occurred_at, template, now)
    hanging = chart.hung_bag
    if hanging is not None and hanging.quarantined is not None and chart.phase in LIVE:
        yield _task(What.QUARANTINED_BAG, hanging.quarantined.occurred_at, template, now)
    if chart.hand_over is not None:
        yield _task(What.HAND_OVER, chart.hand_over.offered_at, template, now)


def _last(entries: tuple[ChartEntry, ...]) -> datetime | None:
    return entries[-1].occurred_at if entries else None


def _round(what: What, since: datetime, every_min: int, template: ProtocolTemplate, now: datetime) -> DueCheck:
    due_at = since + timedelta(minutes=every_min)
    return DueCheck(what, due_at, _state(due_at, template, now), since)


def _task(what: What, since: datetime, template: ProtocolTemplate, now: datetime) -> DueCheck:
    return DueCheck(what, since, _state(since, template, now), since)


def _state(due_at: datetime, template: ProtocolTemplate, now: datetime) -> DueState:
    late = now - due_at
    if late < timedelta(0):
        return DueState.COMING
    if late >= timedelta(minutes=template.intervals.overdue_min):
        return DueState.OVERDUE
    if late >= timedelta(minutes=template.intervals.due_grace_min):
        return DueState.DUE
    return DueState.NOW
