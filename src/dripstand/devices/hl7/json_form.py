"""A decoded message as plain JSON values: what `dripstand hl7 decode` prints and the reference cases hold."""

from __future__ import annotations

from typing import Any

from .messages import Alert, DecodedMessage, Observation
from .times import iso


def as_json(message: DecodedMessage) -> dict[str, Any]:
    """The message's JSON object; times are ISO 8601, naive where the zone is not known."""
    return {
        "kind": str(message.kind),
        "message_type": message.message_type,
        "control_id": message.control_id,
        "patient_id": message.patient_id,
        "place": message.place,
        "device": message.device,
        "aliases": list(message.aliases),
        "sent_at": iso(message.sent_at),
        "ack": str(message.ack),
        "ack_reason": message.ack_reason or None,
        "observations": [observation_as_json(each) for each in message.observations],
        "alerts": [_alert_as_json(each) for each in message.alerts],
        "warnings": [{"notice": str(each.notice), "about": each.about} for each in message.warnings],
    }


def observation_as_json(observation: Observation) -> dict[str, Any]:
    """One line; value and unit are the device's own, chart_value and chart_unit what the chart would hold."""
    value = observation.value
    return {
        "obx": observation.obx,
        "code": observation.code,
        "name": observation.name,
        "value": list(value) if isinstance(value, tuple) else value,
        "unit": observation.unit,
        "time": iso(observation.time),
        "status": observation.status,
        "usable": observation.usable,
        "why": str(observation.why) if observation.why is not None else None,
        "channel": str(observation.channel) if observation.channel is not None else None,
        "chart_value": observation.chart_value,
        "chart_unit": observation.chart_unit,
        "source": observation.source or None,
        "containment": observation.containment,
        "aperiodic": observation.aperiodic,
        "flags": list(observation.flags),
        "device": observation.device,
        "sent": observation.raw_value,
    }


def _alert_as_json(alert: Alert) -> dict[str, Any]:
    return {
        "text": alert.text,
        "event_code": alert.event_code,
        "event": alert.event,
        "time": iso(alert.time),
        "phase": alert.phase,
        "state": alert.state,
        "inactivation": alert.inactivation,
        "priority": alert.priority,
        "category": alert.category,
        "source": alert.source,
        "technical": alert.technical,
        "silenced_channels": [str(each) for each in alert.silenced_channels],
    }
