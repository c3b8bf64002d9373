"""From charts to watched chairs, and from alarms and pumps to charts: what `monitoring` must not know of `infusion`.

Nothing is decided here: the engine asks who is in which chair, and hands over what it found; the chart's own rules
accept or refuse it. Everything charted here carries a submission id made of what it is about, so that the same thing
told twice is charted once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import OperationalError

from dripstand.infusion import events as ev
from dripstand.infusion import queries, services
from dripstand.infusion.chart import Chart
from dripstand.infusion.chart_values import AlarmView
from dripstand.infusion.hand_alarms import BY_HAND
from dripstand.infusion.phases import AFTER_STOP, Phase
from dripstand.infusion.refusals import Refusal
from dripstand.monitoring.alarms import Raised, StandingAlarm, Transition
from dripstand.monitoring.attribution import ChairSession
from dripstand.monitoring.conditions import Priority
from dripstand.monitoring.pump import ChartedRate, PumpVerdict
from dripstand.monitoring.watch import OnChair, WatchedSession
from dripstand.people.actors import DRIPSTAND
from dripstand.protocol.queries import template as template_of
from dripstand.protocol.template import ProtocolTemplate

log = logging.getLogger(__name__)

FLUSH_GRACE_S = 60.0
"""How much longer than charted a flush at the pump may take before the running pump is called an alarm. Assumed."""


def _mark(*parts: object) -> str:
    """A submission id that is the same whenever the same thing is told."""
    return "mon-" + hashlib.sha256(" ".join(str(part) for part in parts).encode()).hexdigest()[:40]


def chair_session(chair_id: str) -> ChairSession | None:
    """Who is in a chair: from the identity check on, until the visit ends."""
    line = queries.session_on_chair(chair_id)
    return _chair_session(line) if line is not None else None


def chair_sessions(chair_ids: Collection[str]) -> dict[str, ChairSession | None]:
    """As chair_session, for all the chairs that one commit of readings is about."""
    lines = queries.sessions_on_chairs(chair_ids)
    return {each: _chair_session(lines[each]) if each in lines else None for each in chair_ids}


def _chair_session(line: queries.SessionLine) -> ChairSession:
    chart = queries.chart_at(line)
    began = chart.identity_confirmed or chart.entries[0]
    return ChairSession(line.session_id, chart.opened.record_number, began.occurred_at)


# --- what the engine asks -------------------------------------------------------------------------------------------


_asked: dict[str, tuple[Chart, WatchedSession]] = {}
"""What was answered the last time, by session: each chair is asked for each second, and few charts have changed."""


def watched(now: datetime) -> list[WatchedSession]:
    """Every session whose patient sits in a chair."""
    found: list[WatchedSession] = []
    for line in queries.open_sessions():
        if line.chair_id is None or line.phase is Phase.ARRIVED:
            continue
        chart = queries.chart_at(line)
        before = _asked.get(line.session_id)
        if before is None or before[0] is not chart or before[1].chair_id != line.chair_id:
            before = chart, _watched(chart, line.chair_id, template_of(chart.opened.template_id), now)
        off_since = _drug_off_since(chart, now)  # the one part that time alone changes
        if before[1].drug_off_since != off_since:
            before = chart, replace(before[1], drug_off_since=off_since)
        _asked[line.session_id] = before
        found.append(before[1])
    for session_id in _asked.keys() - {each.session_id for each in found}:
        del _asked[session_id]
    return found


def _watched(chart: Chart, chair_id: str, template: ProtocolTemplate, now: datetime) -> WatchedSession:
    plan = chart.order.monitoring if chart.order is not None else template.intervals
    every_min = plan.vital_signs_every_min_infusing if chart.is_live else plan.vital_signs_every_min_observing
    limits = {alarm: entry.event for alarm, entry in chart.limits.items()}
    opened = [view for view in chart.alarms.values() if view.is_open and not _is_by_hand(view)]
    return WatchedSession(
        session_id=chart.session_id,
        chair_id=chair_id,
        rules=template.alarms,
        own_limits={a: event.limit_value for a, event in limits.items() if isinstance(event, ev.AlarmLimitChanged)},
        acknowledged={
            view.raised.event.alarm_id: view.silent_until
            for view in opened
            if view.silent_until is not None and isinstance(view.raised.event, ev.AlarmRaised)
        },
        standing=tuple(_standing(view.raised, view.acknowledged_at, view.silent_until) for view in opened),
        drug_off_since=_drug_off_since(chart, now),
        unconfirmed=_unconfirmed(chart),
        nibp_every_s=60.0 * every_min,
    )


def _is_by_hand(view: AlarmView) -> bool:
    """What a person's entry raised ends with a person's entry; the engine, which hears devices, leaves it alone."""
    raised = view.raised.event
    return isinstance(raised, ev.AlarmRaised) and raised.alarm_id.startswith(BY_HAND)


def _standing(raised: ev.ChartEntry, acknowledged_at: datetime | None, silent_until: datetime | None) -> StandingAlarm:
    event = raised.event
    assert isinstance(event, ev.AlarmRaised)
    return StandingAlarm(
        alarm_id=event.alarm_id,
        alarm=event.alarm,
        channel=event.channel,
        priority=Priority(event.priority.value),
        technical=event.technical,
        latching=event.latching,
        raised_at=raised.occurred_at,
        value_text=event.value_text,
        limit_text=event.limit_text,
        acknowledged_at=acknowledged_at,
        silent_until=silent_until,
    )


def _drug_off_since(chart: Chart, now: datetime) -> datetime | None:
    """Since when the chart says that the pump stands; None while it may run: drug, or a charted flush."""
    for entry in chart.flush_entries:
        flush = entry.event
        assert isinstance(flush, ev.FlushGiven)
        until = entry.occurred_at + timedelta(minutes=float(flush.over_min), seconds=FLUSH_GRACE_S)
        if entry.occurred_at <= now <= until:
            return None
    if chart.phase is Phase.PAUSED:
        return chart.phase_since
    return chart.stopped_at if chart.phase in AFTER_STOP else None


def _unconfirmed(chart: Chart) -> ChartedRate | None:
    waiting = chart.unconfirmed
    if waiting is None:
        return None
    event = waiting.entry.event
    rate_ml_per_h = Decimal(0)
    if isinstance(event, ev.InfusionStarted | ev.RateChanged | ev.InfusionResumed):
        rate_ml_per_h = event.rate_ml_per_h
    return ChartedRate(waiting.entry.sequence, rate_ml_per_h, waiting.since, chart.pump_failed is not None)


# --- what the engine tells ------------------------------------------------------------------------------------------


def _chart(session_id: str, event: ev.SessionEvent, mark: str, now: datetime) -> None:
    try:
        answer = services.submit(session_id, event, actor=DRIPSTAND, submission_id=mark, now=now)
    except services.TooMuchContention as fault:
        raise OperationalError(str(fault)) from fault  # the engine tries again
    if isinstance(answer, Refusal):
        log.warning("The chart of session %s did not take %s: %s", session_id, event.kind, answer.code)


def chart_transition(session_id: str, transition: Transition, now: datetime) -> None:
    """An alarm was raised or is over."""
    if isinstance(transition, Raised):
        event: ev.SessionEvent = ev.AlarmRaised(
            alarm_id=transition.alarm_id,
            alarm=transition.alarm,
            priority=ev.Priority(transition.priority.value),
            technical=transition.technical,
            channel=transition.channel,
            value_text=transition.value_text,
            limit_text=transition.limit_text,
            latching=transition.latching,
        )
    else:
        event = ev.AlarmCleared(alarm_id=transition.alarm_id)
    _chart(session_id, event, _mark(event.kind, transition.alarm_id), now)


def chart_pump(session_id: str, verdict: PumpVerdict, now: datetime) -> None:
    """The pump does what was charted, or something else."""
    report = verdict.report
    if verdict.confirmed:
        event: ev.SessionEvent = ev.ConfirmedAtPump(
            of_sequence=verdict.sequence,
            source=report.device,
            rate_ml_per_h=report.rate_ml_per_h,
            volume_infused_ml=report.volume_infused_ml,
        )
    else:
        event = ev.PumpContradicted(
            device_id=report.device,
            pump_rate_ml_per_h=report.rate_ml_per_h,
            charted_rate_ml_per_h=verdict.charted_rate_ml_per_h,
        )
    _chart(session_id, event, _mark(event.kind, verdict.sequence), now)


def chart_devices(session_id: str, devices: Sequence[OnChair], now: datetime) -> None:
    """The devices on this chair, as far as the chart does not know them yet; and those that left it."""
    charted = queries.chart(session_id).devices
    here = {device.device_id: device for device in devices}
    for bound in charted.values():
        device = here.get(bound.device_id)
        if device is None or device.binding_id != bound.binding_id:
            left = ev.DeviceReleased(bound.device_id, bound.device_label, bound.binding_id)
            _chart(session_id, left, _mark(left.kind, bound.binding_id), now)
    for device in devices:
        known = charted.get(device.device_id)
        if known is None or known.binding_id != device.binding_id:
            came = ev.DeviceBound(device.device_id, device.label, device.binding_id)
            _chart(session_id, came, _mark(came.kind, device.binding_id), now)


def chart_mismatch(session_id: str, device_id: str, patient_id_sent: str, now: datetime) -> None:
    """A device on this chair speaks of another patient."""
    event = ev.PatientMismatchHeld(device_id=device_id, message_patient_id=patient_id_sent)
    _chart(session_id, event, _mark(event.kind, device_id, patient_id_sent), now)


def chart_clock(session_id: str, jumped_s: float, now: datetime) -> None:
    """The server's clock was set while this visit went on: what spans it is counted wrong by as much (H30)."""
    words = f"The server's clock was set by {jumped_s:+.0f} s here; times before and after differ by that much."
    if queries.chart(session_id).started_at is not None:
        words += " Elapsed time, dose and prediction that span it are off by as much: the pump's counted volume holds."
    _chart(session_id, ev.NoteWritten(words), _mark("clock", session_id, now.isoformat(), round(jumped_s)), now)
