"""A chair that is being watched: what the engine needs of a session, and what it knows of its readings.

Sessions live above this room. Whoever runs the engine gives it `WatchedSession`s; it gives back transitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from dripstand.monitoring.alarms import Alarms, StandingAlarm, Transition, acknowledge, restore, step
from dripstand.monitoring.attribution import HELD_DEMO, HELD_MISMATCH
from dripstand.monitoring.conditions import (
    CuffReading,
    DeviceNow,
    Limit,
    PumpNow,
    limits_of,
    physiological,
    technical,
)
from dripstand.monitoring.freshness import NIBP_EVERY_S, ChannelNow, Lane, now_of
from dripstand.monitoring.pump import ChartedRate, report_of
from dripstand.monitoring.readings import NIBP, PROBE_OFF, PUMP, Channel, Reading
from dripstand.monitoring.trends import take
from dripstand.protocol.template import AlarmRules

CUFF_KEPT_COUNT = 4
HELD_FOR_S = 10.0


@dataclass(frozen=True, slots=True)
class WatchedSession:
    """A session with somebody in the chair.

    own_limits: this session's own alarm limits. acknowledged: alarm id to the end of its charted silence.
    standing: alarms that the chart has as raised and not cleared. drug_off_since: since when the chart has had the drug
    off (paused or stopped); None while it runs or has not begun. unconfirmed: what the pump has not confirmed yet.
    """

    session_id: str
    chair_id: str
    rules: AlarmRules
    own_limits: Mapping[str, Decimal] = field(default_factory=dict)
    acknowledged: Mapping[str, datetime] = field(default_factory=dict)
    standing: tuple[StandingAlarm, ...] = ()
    drug_off_since: datetime | None = None
    unconfirmed: ChartedRate | None = None
    nibp_every_s: float = NIBP_EVERY_S


@dataclass(frozen=True, slots=True)
class OnChair:
    """A device that is bound to the chair now."""

    binding_id: str
    device_id: str
    label: str
    is_pump: bool
    bound_at: datetime


@dataclass(slots=True)
class Bedside:
    """What the engine remembers of one chair. Only the engine's own thread touches it."""

    lanes: dict[str, Lane] = field(default_factory=dict)
    cuff: dict[str, list[CuffReading]] = field(default_factory=dict)
    heard_s: dict[str, float] = field(default_factory=dict)  # device id -> monotonic seconds
    came: dict[str, tuple[float, float]] = field(default_factory=dict)  # channel -> age when it came, monotonic seconds
    held: dict[str, tuple[str, float]] = field(default_factory=dict)  # device id -> why its messages are held, when
    alarms: Alarms = field(default_factory=dict)
    began_s: float = float("-inf")  # since when we listen; before, a silence was ours
    limits: tuple[Limit, ...] = ()
    limits_from: tuple[AlarmRules, Mapping[str, Decimal]] | None = None

    def hear(
        self,
        device: str,
        device_id: str,
        clock_flag: str,
        readings: Iterable[Reading],
        probe_off: Iterable[str],
        received_at: datetime,
        monotonic_s: float,
    ) -> bool:
        """Enters a message. False when nothing of it is news."""
        self.heard_s[device_id] = monotonic_s
        self.held.pop(device_id, None)
        news = False
        for reading in readings:
            lane = self.lanes.get(reading.channel)
            if lane is not None and lane.why == PROBE_OFF and not reading.usable:
                reading = replace(reading, why=PROBE_OFF)  # the device said so once; that it still withholds agrees
            if take(self.lanes, device, clock_flag, reading, received_at):
                news = True
                age_s = (received_at - reading.at).total_seconds() if reading.at is not None else 0.0
                self.came[reading.channel] = (max(0.0, age_s), monotonic_s)
                self._remember_cuff(reading)
        for channel in probe_off:
            lane = self.lanes.get(channel)
            if lane is not None and lane.why != PROBE_OFF:
                self.lanes[channel] = replace(lane, value=None, why=PROBE_OFF, at=max(lane.at, received_at))
                self.came[channel] = (0.0, monotonic_s)
                news = True
        return news

    def hold(self, device_id: str, why: str, monotonic_s: float) -> None:
        """A message of this device was held apart from this chair's session."""
        self.heard_s[device_id] = monotonic_s
        self.held[device_id] = (why, monotonic_s)

    def _remember_cuff(self, reading: Reading) -> None:
        if reading.channel in NIBP and reading.usable and isinstance(reading.chart_value, (int, float)) and reading.at:
            kept = self.cuff.setdefault(reading.channel, [])
            kept[:] = [each for each in kept if each.at != reading.at]  # a corrected one replaces what it corrects
            kept.append(CuffReading(reading.at, float(reading.chart_value)))
            kept.sort(key=lambda each: each.at)
            del kept[:-CUFF_KEPT_COUNT]

    def restore(self, lanes: Mapping[str, Lane], standing: Iterable[StandingAlarm], now: datetime, at_s: float) -> None:
        """After a restart: the stored readings and the chart's alarms."""
        self.lanes = dict(lanes)
        self.began_s = at_s
        self.alarms = restore(standing, now=now, monotonic_s=at_s)
        for channel in NIBP:
            lane = lanes.get(channel)
            if lane is not None and isinstance(lane.value, (int, float)):
                self.cuff[channel] = [CuffReading(lane.at, float(lane.value))]

    def channels(self, watched: WatchedSession, now: datetime, monotonic_s: float) -> dict[str, ChannelNow]:
        """Each channel as it stands, except the pump's."""
        stale_s = float(watched.rules.stale_after_s)

        def counted_s(name: str) -> float:
            age_s, since_s = self.came.get(name, (0.0, monotonic_s))
            return age_s + monotonic_s - since_s

        return {
            name: now_of(lane, now, stale_s=stale_s, nibp_every_s=watched.nibp_every_s, at_least_s=counted_s(name))
            for name, lane in self.lanes.items()
            if name not in PUMP
        }

    def look(
        self, watched: WatchedSession, on_chair: Iterable[OnChair], now: datetime, monotonic_s: float
    ) -> tuple[dict[str, ChannelNow], tuple[Transition, ...]]:
        """Judges every condition once and moves the alarm machine on."""
        channels = self.channels(watched, now, monotonic_s)
        silent_after_s = float(watched.rules.device_silent_after_s)
        devices = [self._device(device, now, monotonic_s, silent_after_s) for device in on_chair]
        conditions = [
            *physiological(watched.rules, self._limits(watched), channels, self.cuff),
            *technical(watched.rules, channels, devices, self._pump(watched, now)),
        ]
        happened: list[Transition] = []
        for alarm_id, until in watched.acknowledged.items():
            self.alarms, over = acknowledge(self.alarms, alarm_id, until, now=now, monotonic_s=monotonic_s)
            happened.extend(over)
        self.alarms, transitions = step(self.alarms, conditions, now=now, monotonic_s=monotonic_s)
        return channels, (*happened, *transitions)

    def _limits(self, watched: WatchedSession) -> tuple[Limit, ...]:
        """This session's limits, made ready anew when the template or a limit of its own has changed."""
        made_from = self.limits_from
        if made_from is None or made_from[0] is not watched.rules or made_from[1] != watched.own_limits:
            self.limits = limits_of(watched.rules, watched.own_limits)
            self.limits_from = watched.rules, dict(watched.own_limits)
        return self.limits

    def _device(self, device: OnChair, now: datetime, monotonic_s: float, silent_after_s: float) -> DeviceNow:
        heard_s = self.heard_s.get(device.device_id)
        bound_s = max(0.0, (now - device.bound_at).total_seconds())
        listening_s = monotonic_s - self.began_s
        silent_s = min(bound_s, listening_s if heard_s is None else monotonic_s - heard_s)
        why, since_s = self.held.get(device.device_id, ("", 0.0))
        is_held = monotonic_s - since_s <= HELD_FOR_S
        return DeviceNow(
            device.device_id,
            device.label,
            device.is_pump,
            silent_s,
            mismatched=is_held and why == HELD_MISMATCH,
            demo=is_held and why == HELD_DEMO,
            unheard=heard_s is None and listening_s < silent_after_s,
        )

    def _pump(self, watched: WatchedSession, now: datetime) -> PumpNow | None:
        report = report_of(self.lanes)
        if report is None:
            return None
        state = self.lanes.get(Channel.PUMP_STATE)
        off = watched.drug_off_since
        return PumpNow(
            rate_ml_per_h=float(report.rate_ml_per_h),
            state=str(state.value) if state is not None and report.rate_ml_per_h > 0 else "stopped",
            age_s=max(0.0, (now - report.at).total_seconds()),
            drug_off_s=None if off is None else (now - off).total_seconds(),
        )
