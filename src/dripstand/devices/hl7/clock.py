"""When a reading is to be charted, given two clocks: the device's and ours.

The device's time and the receipt time are both kept. While they agree within a minute the device's time is charted; a
clock that is further off, or whose zone is unknown, charts at receipt and is flagged. Nothing is refused for its clock.
Source: devices.md section 7 (clock skew row), hazard H31.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .messages import DecodedMessage, Observation

CLOCK_TOLERANCE_S = 60.0
"""devices.md section 7: beyond 60 s the reading is charted at receipt time and flagged."""


@dataclass(frozen=True, slots=True)
class ChartTime:
    """at: where the reading stands in the chart. clock_trusted: False when the device's own time was set aside."""

    at: datetime
    clock_trusted: bool


def clock_difference_s(message: DecodedMessage, received_at: datetime) -> float | None:
    """Device clock minus ours in seconds, None when the message gives no time with a known zone.

    The message's own time (MSH-7) is compared, because a cuff reading may rightly be many minutes old; without it the
    newest reading's time is.
    """
    reference = _reference(message)
    return None if reference is None else (reference - received_at).total_seconds()


def chart_time(observation: Observation, message: DecodedMessage, received_at: datetime) -> ChartTime:
    """Where a reading stands in the chart.

    With a clock that is off, the message's newest moment is put at the receipt, and a reading that the device says is
    older (a cuff of twenty minutes ago) keeps that distance: one device's clock is wrong, its intervals are not.
    """
    reference = _reference(message)
    own = observation.time
    if reference is None or own is None or own.tzinfo is None:
        age = _naive_age(observation, message)
        return ChartTime(received_at - age, False)
    if abs((reference - received_at).total_seconds()) <= CLOCK_TOLERANCE_S:
        return ChartTime(own, True)
    return ChartTime(received_at - max(reference - own, timedelta()), False)


def _reference(message: DecodedMessage) -> datetime | None:
    if message.sent_at is not None:
        return message.sent_at if message.sent_at.tzinfo is not None else None
    times = [each.time for each in message.observations if each.time is not None and each.time.tzinfo is not None]
    return max(times, default=None)


def _naive_age(observation: Observation, message: DecodedMessage) -> timedelta:
    """How old a reading is by the device's own clock, where that clock has no known zone."""
    own = observation.time
    if own is None or own.tzinfo is not None:
        return timedelta()
    naive = [each.time for each in message.observations if each.time is not None and each.time.tzinfo is None]
    sent = message.sent_at
    newest = sent if sent is not None and sent.tzinfo is None else max(naive, default=own)
    return max(newest - own, timedelta())
