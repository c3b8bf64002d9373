"""Devices at the chair, alarms and this session's own alarm limits."""

from __future__ import annotations

from dataclasses import replace

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import AlarmState, AlarmView, BoundDevice
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import applies, with_item


@applies(ev.DeviceBound)
def bound(draft: ChartDraft, entry: ChartEntry, event: ev.DeviceBound) -> str:
    if event.device_id in draft.devices:
        return "device_bound_twice"
    device = BoundDevice(event.device_id, event.device_label, event.binding_id, entry.occurred_at)
    draft.devices = with_item(draft.devices, event.device_id, device)
    return ""


@applies(ev.DeviceReleased)
def released(draft: ChartDraft, entry: ChartEntry, event: ev.DeviceReleased) -> str:
    if event.device_id not in draft.devices:
        return "device_not_bound"
    draft.devices = {key: device for key, device in draft.devices.items() if key != event.device_id}
    return ""


@applies(ev.PatientMismatchHeld)
def mismatch(draft: ChartDraft, entry: ChartEntry, event: ev.PatientMismatchHeld) -> str:
    draft.mismatches = (*draft.mismatches, entry)
    return ""


@applies(ev.AlarmRaised)
def raised(draft: ChartDraft, entry: ChartEntry, event: ev.AlarmRaised) -> str:
    if event.alarm_id in draft.alarms:
        return "alarm_raised_twice"
    draft.alarms = with_item(draft.alarms, event.alarm_id, AlarmView(entry, AlarmState.ACTIVE))
    return ""


@applies(ev.AlarmAcknowledged)
def acknowledged(draft: ChartDraft, entry: ChartEntry, event: ev.AlarmAcknowledged) -> str:
    alarm = draft.alarms.get(event.alarm_id)
    if alarm is None or not alarm.is_open:
        return "no_such_alarm"
    seen = replace(
        alarm,
        state=AlarmState.ACKNOWLEDGED,
        acknowledged_at=entry.occurred_at,
        acknowledged_by=entry.actor,
        silent_until=event.silent_until,
    )
    draft.alarms = with_item(draft.alarms, event.alarm_id, seen)
    return ""


@applies(ev.AlarmCleared)
def cleared(draft: ChartDraft, entry: ChartEntry, event: ev.AlarmCleared) -> str:
    alarm = draft.alarms.get(event.alarm_id)
    if alarm is None or not alarm.is_open:
        return "no_such_alarm"
    raised_event = alarm.raised.event
    if isinstance(raised_event, ev.AlarmRaised) and raised_event.latching and alarm.acknowledged_at is None:
        return "latched_alarm_not_acknowledged"
    over = replace(alarm, state=AlarmState.CLEARED, cleared_at=entry.occurred_at)
    draft.alarms = with_item(draft.alarms, event.alarm_id, over)
    return ""


@applies(ev.AlarmLimitChanged)
def limit_changed(draft: ChartDraft, entry: ChartEntry, event: ev.AlarmLimitChanged) -> str:
    draft.limits = with_item(draft.limits, event.alarm, entry)
    return ""
