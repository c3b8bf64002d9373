"""How old a number is, and when it stops being one (H22, H23).

A periodic number is *fresh*, then *late* (it dims), then there is *no reading* ("- -"): after ten seconds at one a
second, or after three missed periods of a slower device. A cuff reading has its own time and its own next due. Only a
new observation makes a number younger: the same observation sent again does not.

Source: devices.md section 7 ("mark stale after 3 missed periods or 10 s for 1 Hz"); hazard rows H22 and H23. When a
number dims, and when an unchanged one is marked, is assumed (docs/explanation/alarms.md).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from dripstand.monitoring.readings import NIBP, Channel, Value

DIMS_AFTER_S = 3.0
PERIODS_MISSED_COUNT = 3
LONGEST_PERIOD_S = 120.0
PERIODS_KEPT_COUNT = 9
NIBP_EVERY_S = 600.0  # protocol.md 3.1: every 10 min during the infusion
NIBP_GRACE_S = 180.0  # protocol.md 3.1: a missed slot is marked due at +3 min

UNCHANGED_AFTER_S: dict[str, float] = {
    Channel.PULSE: 180.0,
    Channel.HEART_RATE: 180.0,
    Channel.RESPIRATORY_RATE: 300.0,
    Channel.SPO2: 1800.0,
}
"""A living pulse moves by a beat within three minutes, breathing within five; a saturation may rest. Assumed."""

NEVER_SENT = "never_sent"
STALE = "stale"


class Quality(StrEnum):
    FRESH = "fresh"
    LATE = "late"
    NONE = "none"  # no reading


@functools.lru_cache(4_096)  # asked twice a lane and second, and new only with each observation
def _period_s(gaps_s: tuple[float, ...]) -> float:
    if len(gaps_s) < 2:
        return 1.0
    return min(LONGEST_PERIOD_S, max(1.0, median(gaps_s)))


@dataclass(frozen=True, slots=True)
class Lane:
    """What is known of one channel of one chair.

    at: the newest observation's time on our clock. value: None when that observation is no usable value; why says so.
    identity: the device's own stamp of it: the same stamp again is the same observation.
    since: since when the value is what it is. seen_at: when the newest *new* observation was received.
    gaps_s: the last intervals between new observations. last, last_at: the newest usable value, also once it is gone.
    """

    channel: str
    at: datetime
    value: Value
    why: str
    identity: str
    since: datetime
    seen_at: datetime
    device: str = ""
    clock_flag: str = ""
    gaps_s: tuple[float, ...] = ()
    last: Value = None
    last_at: datetime | None = None

    @property
    def period_s(self) -> float:
        """How often the device sends a new one: the running median, one second before it is known."""
        return _period_s(self.gaps_s)


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """One channel as a screen shows it. ``value`` is None unless the number may be shown."""

    channel: str
    quality: Quality
    value: Value
    at: datetime | None
    age_s: float | None
    why: str = ""
    unchanged_s: float | None = None  # marked only when suspiciously long
    next_due_at: datetime | None = None
    clock_flag: str = ""
    device: str = ""
    last: Value = None  # the newest usable value and its time: to be named with that time, never as a number of now
    last_at: datetime | None = None


def observed(
    lane: Lane | None,
    *,
    channel: str,
    at: datetime,
    value: Value,
    why: str,
    identity: str,
    received_at: datetime,
    device: str = "",
    clock_flag: str = "",
) -> Lane:
    """The lane after an observation. The same observation again, or an older one, changes nothing.

    identity: the device and its own time of the observation; "" where the device sends no time: then each is new. The
    same time with another value is not the same observation: many clocks count whole seconds, and the last word holds.
    """
    good: tuple[Value, datetime | None] = (value, at) if value is not None else (None, None)
    if lane is None:
        return Lane(channel, at, value, why, identity, at, received_at, device, clock_flag, (), *good)
    if identity and identity == lane.identity and (value, why) == (lane.value, lane.why):
        return lane
    if at < lane.at <= received_at:  # came late; a lane that lies ahead of us dates from before our clock was set back
        return lane
    gap_s = (at - lane.at).total_seconds()
    gaps_s = (*lane.gaps_s, gap_s)[-PERIODS_KEPT_COUNT:] if gap_s > 0 else lane.gaps_s
    since = lane.since if value == lane.value and value is not None else at
    if value is None:
        good = (lane.last, lane.last_at)
    return Lane(channel, at, value, why, identity, since, received_at, device, clock_flag, gaps_s, *good)


def stale_after_s(lane: Lane, stale_s: float, nibp_every_s: float = NIBP_EVERY_S) -> float:
    """From which age on there is no reading."""
    if lane.channel in NIBP:
        return PERIODS_MISSED_COUNT * nibp_every_s
    return max(stale_s, PERIODS_MISSED_COUNT * lane.period_s)


def now_of(
    lane: Lane,
    now: datetime,
    *,
    stale_s: float = 10.0,
    nibp_every_s: float = NIBP_EVERY_S,
    at_least_s: float = 0.0,
) -> ChannelNow:
    """How the channel stands at an instant.

    stale_s: the template's ``stale_after_s``. nibp_every_s: how often the cuff is to be taken in this session.
    A reading that lies ahead of us (our own clock was set back) is as old as it lies ahead: it never stays fresh.
    at_least_s: the seconds that were counted since it came, which no clock that is set back makes fewer.
    """
    age_s = max(abs((now - lane.at).total_seconds()), at_least_s)
    is_cuff = lane.channel in NIBP
    limit_s = stale_after_s(lane, stale_s, nibp_every_s)
    dims_s = nibp_every_s + NIBP_GRACE_S if is_cuff else max(DIMS_AFTER_S, 1.5 * lane.period_s)
    value, why = lane.value, lane.why
    if value is not None and age_s > limit_s:
        value, why = None, STALE
    quality = Quality.LATE if age_s > min(dims_s, limit_s) else Quality.FRESH
    if value is None:
        quality = Quality.NONE
    held_s = (lane.at - lane.since).total_seconds()
    suspicious_s = UNCHANGED_AFTER_S.get(lane.channel, float("inf"))
    return ChannelNow(
        channel=lane.channel,
        quality=quality,
        value=value,
        at=lane.at,
        age_s=age_s,
        why=why if value is None else "",
        unchanged_s=held_s if value is not None and held_s > suspicious_s else None,
        next_due_at=lane.at + timedelta(seconds=nibp_every_s) if is_cuff else None,
        clock_flag=lane.clock_flag,
        device=lane.device,
        last=lane.last,
        last_at=lane.last_at,
    )


def never_sent(channel: str) -> ChannelNow:
    """A channel that this chair has not had."""
    return ChannelNow(channel, Quality.NONE, None, None, None, why=NEVER_SENT)
