"""What open screens are told about a chair: its numbers, how old they are, and its alarms, in one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dripstand.monitoring.alarms import Alarms, shown, sound
from dripstand.monitoring.conditions import plain
from dripstand.monitoring.freshness import ChannelNow
from dripstand.monitoring.readings import PRINTED_UNIT, Channel, Value

WHOLE = (
    Channel.PULSE,
    Channel.HEART_RATE,
    Channel.SPO2,
    Channel.RESPIRATORY_RATE,
    Channel.NIBP_SYSTOLIC,
    Channel.NIBP_DIASTOLIC,
    Channel.NIBP_MEAN,
)


def text_of(channel: str, value: Value) -> str:
    """A value as its tile prints it: rates and pressures whole, the rest with one decimal."""
    if value is None or isinstance(value, tuple):
        return ""
    if isinstance(value, (int, float)) and channel in WHOLE:
        return str(round(value))
    return plain(value)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def value_message(now: ChannelNow) -> dict[str, Any]:
    """One channel. ``value`` is null unless the number may be shown; ``last_text`` then names the last one, with its
    time, to stand beneath "- -"."""
    gone = now.value is None
    return {
        "value": now.value,
        "text": text_of(now.channel, now.value),
        "last_text": text_of(now.channel, now.last) if gone else "",
        "last_at": _iso(now.last_at) if gone else None,
        "unit": PRINTED_UNIT.get(now.channel, ""),
        "at": _iso(now.at),
        "age_s": round(now.age_s, 1) if now.age_s is not None else None,
        "quality": now.quality.value,
        "why": now.why,
        "unchanged_s": round(now.unchanged_s) if now.unchanged_s is not None else None,
        "next_due_at": _iso(now.next_due_at),
        "clock_flag": now.clock_flag,
    }


def alarm_messages(alarms: Alarms) -> list[dict[str, Any]]:
    """Every raised alarm, the gravest first."""
    return [
        {
            "alarm_id": alarm.alarm_id,
            "alarm": alarm.alarm,
            "priority": alarm.priority.value,
            "technical": alarm.technical,
            "channel": alarm.channel,
            "state": alarm.state.value,
            "since": _iso(alarm.raised_at),
            "value_text": alarm.value_text,
            "limit_text": alarm.limit_text,
            "silent_until": _iso(alarm.silent_until),
            "sounding": alarm.sounds,
        }
        for alarm in shown(alarms)
    ]


def vitals_message(
    session_id: str, chair_id: str, channels: Mapping[str, ChannelNow], alarms: Alarms, now: datetime
) -> dict[str, Any]:
    """The message of topics ``session:<id>`` and ``board``."""
    heard = sound(alarms)
    return {
        "type": "vitals",
        "session_id": session_id,
        "chair_id": chair_id,
        "at": now.isoformat(),
        "values": {name: value_message(channel) for name, channel in channels.items()},
        "alarms": alarm_messages(alarms),
        "sound": heard.value if heard is not None else "",
    }
