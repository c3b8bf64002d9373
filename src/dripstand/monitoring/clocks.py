"""Two clocks: the device's and ours. Both are kept; this says where on ours a reading stands.

A device's clock may be minutes off, in another zone, an hour off after a change of clocks, or in another century.
Its *intervals* are trusted, its *time of day* only when it agrees with ours (H29, H31). No reading is refused for it.

Source: devices.md section 7, clock skew row: the offset of a device is its running median; beyond 60 s, or with an
unknown zone, the reading is charted at receipt and flagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

SKEW_ACCEPTED_S = 60.0
WINDOW_COUNT = 31
LATE_DELIVERY_ACCEPTED_S = 900.0
"""A message that is this late by a clock that was right until now was held up on its way; beyond, its clock jumped.
Assumed: the 15 min for which a late attach may bring readings in (devices.md section 8)."""
OLDEST_READING_S = 24 * 3600.0
AS_EVER_S = 1.0
"""A message this near to the usual offset was not held up, and its clock was not set. Assumed."""
SET_BACK_AFTER_COUNT = 3
"""So many messages in a row from before the device's newest time, as far apart on its clock as on ours, come from a
clock that was set back. A backlog is sent faster than it was measured, and draws nearer to now. Assumed."""

CLOCK_OFF = "clock_off"
ZONE_UNKNOWN = "zone_unknown"
NO_DEVICE_TIME = "no_device_time"


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """What is known of one device's clock: the last offsets (receipt minus device time, seconds), newest last.

    newest: its own latest time. doubted: offset and own time of the last messages since one came from before that.
    """

    offsets_s: tuple[float, ...] = ()
    newest: datetime | None = None
    doubted: tuple[tuple[float, datetime], ...] = ()

    @property
    def offset_s(self) -> float | None:
        """The running median, None before the first message that carried a time."""
        return median(self.offsets_s) if self.offsets_s else None

    def heard(self, offset_s: float, own: datetime) -> DeviceClock:
        """The clock after a message that was sent at `own` by it.

        A clock that was set back is believed after three messages that agree, and not only when half of the window has
        gone by: until then its readings look delivered late, and what is told late alarms nobody.
        """
        offsets_s = (*self.offsets_s, offset_s)[-WINDOW_COUNT:]
        as_ever = self.offset_s is not None and abs(offset_s - self.offset_s) <= AS_EVER_S
        if self.newest is None or (own >= self.newest and not self.doubted) or as_ever:
            return DeviceClock(offsets_s, own if self.newest is None else max(own, self.newest))
        doubted = (*self.doubted, (offset_s, own))[-SET_BACK_AFTER_COUNT:]
        if len(doubted) == SET_BACK_AFTER_COUNT and _keeps_pace(doubted):
            return DeviceClock(tuple(offset for offset, _ in doubted), own)
        return DeviceClock(offsets_s, max(own, self.newest), doubted)


def _keeps_pace(heard: tuple[tuple[float, datetime], ...]) -> bool:
    """Whether as much time went by on the device's clock as on ours, to a half: its messages come as they are made."""
    offsets_s = [offset_s for offset_s, _ in heard]
    passed_s = (heard[-1][1] - heard[0][1]).total_seconds()
    return passed_s > 0 and max(offsets_s) - min(offsets_s) <= passed_s / 2


@dataclass(frozen=True, slots=True)
class Placing:
    """How the readings of one message are placed on our clock.

    offset_s: added to the device's time; None = the device's time of day is not trusted.
    flag: "" or why the device's time was set aside.
    """

    received_at: datetime
    message_time: datetime | None
    offset_s: float | None
    flag: str

    def at(self, device_time: datetime | None) -> datetime:
        """Where a reading of this message stands, never later than its receipt.

        With a clock that is off, the message's own moment is put at the receipt, and a reading that the device says
        is older (a cuff of four minutes ago) keeps that distance.
        """
        if device_time is None:
            return self.received_at
        if self.offset_s is not None and device_time.tzinfo is not None:
            return min(self.received_at, device_time + timedelta(seconds=self.offset_s))
        if self.message_time is None or (self.message_time.tzinfo is None) != (device_time.tzinfo is None):
            return self.received_at
        older_s = (self.message_time - device_time).total_seconds()
        if not 0 <= older_s <= OLDEST_READING_S:
            return self.received_at
        return self.received_at - timedelta(seconds=older_s)


def in_zone(time: datetime | None, zone: str, near: datetime) -> datetime | None:
    """A device's time with its zone put on.

    A time that came with an offset stays. In the repeated hour of a change of clocks, the one of the two instants that
    is nearer to ``near`` (the receipt) is meant.
    """
    if time is None or time.tzinfo is not None or not zone:
        return time
    local = ZoneInfo(zone)
    both = (time.replace(tzinfo=local, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(both, key=lambda instant: abs((instant - near).total_seconds()))


def place(clock: DeviceClock, message_time: datetime | None, received_at: datetime) -> tuple[DeviceClock, Placing]:
    """The clock after this message, and how its readings are placed.

    message_time: the device's time of sending (else of its newest reading), with its zone where that is known.
    """
    if message_time is None:
        return clock, Placing(received_at, None, None, NO_DEVICE_TIME)
    if message_time.tzinfo is None:
        return clock, Placing(received_at, message_time, None, ZONE_UNKNOWN)
    own_s = (received_at - message_time).total_seconds()
    clock = clock.heard(own_s, message_time)
    usual_s = clock.offset_s
    assert usual_s is not None
    if abs(usual_s) > SKEW_ACCEPTED_S:
        return clock, Placing(received_at, message_time, None, CLOCK_OFF)
    beyond_s = own_s - usual_s
    if beyond_s < -SKEW_ACCEPTED_S or beyond_s > LATE_DELIVERY_ACCEPTED_S:
        return clock, Placing(received_at, message_time, None, CLOCK_OFF)
    return clock, Placing(received_at, message_time, usual_s, "")
