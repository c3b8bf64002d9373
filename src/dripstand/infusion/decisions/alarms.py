"""Devices at the chair, alarms and this session's own limits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.chart_values import AlarmState
from dripstand.infusion.decisions.asking import Asked, checks, reason_wanted
from dripstand.infusion.dosing import plain
from dripstand.infusion.refusals import Reason, reason
from dripstand.people.actors import Role
from dripstand.protocol.template import AlarmLimit

LONGEST_SILENCE_S = 120
"""No template may allow a longer silence (H35; protocol.md 3.5)."""


@checks(ev.DeviceBound)
def _bound(asked: Asked, request: ev.DeviceBound) -> Iterator[Reason]:
    if request.device_id in asked.chart.devices:
        yield reason("device_bound", "device_id")


@checks(ev.DeviceReleased)
def _released(asked: Asked, request: ev.DeviceReleased) -> Iterator[Reason]:
    if request.device_id not in asked.chart.devices:
        yield reason("device_not_bound", "device_id")


@checks(ev.PatientMismatchHeld)
def _mismatch(asked: Asked, request: ev.PatientMismatchHeld) -> Iterator[Reason]:
    return iter(())


@checks(ev.AlarmRaised)
def _raised(asked: Asked, request: ev.AlarmRaised) -> Iterator[Reason]:
    if request.alarm_id in asked.chart.alarms:
        yield reason("alarm_raised_twice", "alarm_id")


@checks(ev.AlarmAcknowledged)
def _acknowledged(asked: Asked, request: ev.AlarmAcknowledged) -> Iterator[Reason]:
    """One alarm of this chair, for a stated time."""
    alarm = asked.chart.alarms.get(request.alarm_id)
    if alarm is None or not alarm.is_open:
        yield reason("no_such_alarm", "alarm_id")
        return
    # Where the server's clock was set back, what is charted stands ahead of it: two minutes are counted from now (H30).
    seconds = (request.silent_until - min(asked.at, asked.now)).total_seconds()
    limit = min(asked.template.alarms.silence_s, LONGEST_SILENCE_S)
    if seconds > limit:
        yield reason("silence_too_long", "silent_until", seconds=int(seconds), limit=limit)
    elif seconds < 0:
        yield reason("silence_in_the_past", "silent_until")


@checks(ev.AlarmCleared)
def _cleared(asked: Asked, request: ev.AlarmCleared) -> Iterator[Reason]:
    alarm = asked.chart.alarms.get(request.alarm_id)
    if alarm is None or not alarm.is_open:
        yield reason("no_such_alarm", "alarm_id")
        return
    event = alarm.raised.event
    assert isinstance(event, ev.AlarmRaised)
    if event.latching and alarm.state is not AlarmState.ACKNOWLEDGED:
        yield reason("latched_alarm_not_acknowledged", "alarm_id")


@checks(ev.AlarmLimitChanged)
def _limit(asked: Asked, request: ev.AlarmLimitChanged) -> Iterator[Reason]:
    rule = next((rule for rule in asked.template.alarms.limits if rule.alarm == request.alarm), None)
    if rule is None:
        yield reason("no_such_limit", "alarm", alarm=request.alarm)
        return
    yield from reason_wanted(request.reason)
    if request.limit_unit != rule.unit:
        yield reason("limit_unit_differs", "limit_unit", alarm=request.alarm, unit=rule.unit)
        return
    if not rule.lowest_value <= request.limit_value <= rule.highest_value:
        yield reason(
            "limit_out_of_bounds",
            "limit_value",
            alarm=request.alarm,
            value=plain(request.limit_value),
            low=plain(rule.lowest_value),
            high=plain(rule.highest_value),
            unit=rule.unit,
        )
    current = limit_now(asked.chart, rule)
    wider = request.limit_value > current if rule.above else request.limit_value < current
    if wider and not asked.actor.is_a(Role.PRESCRIBER):
        texts = {"alarm": request.alarm, "limit": plain(current), "unit": rule.unit}
        yield reason("limit_wider_needs_prescriber", "limit_value", **texts)


def limit_now(chart: Chart, rule: AlarmLimit) -> Decimal:
    """This session's own limit where there is one, else the template's."""
    entry = chart.limits.get(rule.alarm)
    event = entry.event if entry else None
    return event.limit_value if isinstance(event, ev.AlarmLimitChanged) else rule.limit_value
