"""Which alarm conditions hold right now: the template's limits against the newest readings, and what is missing.

A condition is judged here without memory, except where the rule itself needs two cuff readings; delays, silences and
latching belong to the machine in `alarms.py`. Three answers are possible: it holds, it does not, and *unknown*, because
there is no reading to judge by. Unknown never clears an alarm, and never hides another.

Limits, delays and priorities come from the clinic's signed template (protocol.md 3.3). The technical conditions are
devices.md section 7 (probe off, stale, device silent) and section 8 (mismatch).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from dripstand.monitoring.freshness import NEVER_SENT, ChannelNow, Quality
from dripstand.monitoring.readings import NIBP, PRINTED_UNIT, PROBE_OFF, Channel
from dripstand.protocol.template import AlarmLimit, AlarmRules


class Truth(StrEnum):
    HOLDS = "holds"
    NOT = "not"
    UNKNOWN = "unknown"


class Priority(StrEnum):
    """IEC 60601-1-8's three. RANK orders them."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


RANK = {Priority.HIGH: 3, Priority.MEDIUM: 2, Priority.LOW: 1}

NO_READING = "no_reading"
PROBE_OFF_ALARM = "probe_off"
DEVICE_SILENT = "device_silent"
PATIENT_MISMATCH = "patient_mismatch"
DEMO_DATA = "demo_data"
PUMP_AFTER_STOP = "pump_infusing_after_stop"

NO_READING_ESCALATES_AFTER_S = 60.0
"""A missing saturation or pulse that nobody has attended to becomes high (H36, "no reading" escalates). Assumed."""
ESCALATING = (Channel.SPO2, Channel.PULSE, Channel.HEART_RATE)
WATCHED_FOR_ABSENCE = (Channel.SPO2, Channel.PULSE, Channel.HEART_RATE, Channel.RESPIRATORY_RATE)
PUMP_GRACE_S = 8.0
"""A pump reports about once a second; a person needs some seconds from chart to pump (H60: within 10 s)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that can be alarmed, as it stands now.

    key: what it is, one machine each ("spo2_low", "no_reading/spo2_percent").
    delay_s: for how long it must hold before it is raised. escalates_after_s: unattended for so long, it becomes high.
    value_text, limit_text: what was read and what it crossed, with units. since: when it began, where that is known.
    """

    key: str
    alarm: str
    channel: str
    truth: Truth
    priority: Priority
    delay_s: float = 0.0
    latching: bool = False
    technical: bool = False
    value_text: str = ""
    limit_text: str = ""
    escalates_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class CuffReading:
    """One cuff value that the confirming rule looks back on."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class DeviceNow:
    """A device bound to the chair.

    silent_s: since when nothing came from it (since its binding, where nothing ever did).
    mismatched, demo: its last message was held apart for that reason.
    unheard: we have only just begun to listen, so that its silence says nothing yet.
    """

    device_id: str
    label: str
    is_pump: bool
    silent_s: float
    mismatched: bool = False
    demo: bool = False
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class PumpNow:
    """What the pump says and what the chart says. drug_off_s: how long the chart has had the drug off; None = on."""

    rate_ml_per_h: float | None
    state: str
    age_s: float
    drug_off_s: float | None


# Every chair is judged each second by some twenty limits, and the same few numbers come again and again.
_LATELY_COUNT = 4_096
_ANSWERS_AT_MOST_COUNT = 64


@functools.lru_cache(_LATELY_COUNT)
def plain(value: float | int | str) -> str:
    """A number as it is printed: no trailing zeros."""
    if isinstance(value, str):
        return value
    return f"{value:.1f}".rstrip("0").rstrip(".")


def beyond(limit: AlarmLimit, limit_value: Decimal, value: float) -> bool:
    """Whether a value crosses a limit. Compared as numbers with one decimal more than any monitor sends."""
    crossed = _as_compared(value)
    if crossed == limit_value:
        return limit.at_limit
    return crossed > limit_value if limit.above else crossed < limit_value


@functools.lru_cache(_LATELY_COUNT)
def _as_compared(value: float) -> Decimal:
    return Decimal(str(round(value, 3)))


def _readable(now: Mapping[str, ChannelNow], channel: str) -> ChannelNow | None:
    """The reading that a limit is judged by: the oximeter's pulse, else the heart rate of the ECG."""
    for each in (channel, Channel.HEART_RATE) if channel == Channel.PULSE else (channel,):
        found = now.get(each)
        if found is not None and found.quality is not Quality.NONE and isinstance(found.value, (int, float)):
            return found
    return None


@functools.lru_cache(_LATELY_COUNT)
def _limit_text(above: bool, at_limit: bool, unit: str, value: Decimal) -> str:
    sign = {(True, True): "≥", (True, False): ">", (False, True): "≤", (False, False): "<"}[above, at_limit]
    return f"{sign} {plain(float(value))} {unit}"


def _confirmed(limit: AlarmLimit, value: Decimal, cuff: Sequence[CuffReading], within_s: float) -> bool:
    """The two newest cuff readings both cross the limit, and lie no further apart than the rule allows."""
    if len(cuff) < 2:
        return False
    before, newest = cuff[-2], cuff[-1]
    apart_s = (newest.at - before.at).total_seconds()
    return beyond(limit, value, newest.value) and beyond(limit, value, before.value) and apart_s <= within_s


class Limit:
    """One limit of the template at this session's own value, made ready once to be judged each second.

    The answers that it gives are kept: a chair at rest asks for the same few again and again.
    """

    __slots__ = ("_answers", "_confirms", "_limit", "_said", "_unknown", "_value")

    def __init__(self, limit: AlarmLimit, value: Decimal) -> None:
        self._limit, self._value = limit, value
        is_cuff = limit.channel in NIBP
        self._confirms = is_cuff and limit.delay_s > 0
        self._unknown = Condition(
            key=limit.alarm,
            alarm=limit.alarm,
            channel=limit.channel,
            truth=Truth.UNKNOWN,
            priority=Priority(limit.priority),
            delay_s=0.0 if is_cuff else float(limit.delay_s),
            latching=limit.latching,
            limit_text=_limit_text(limit.above, limit.at_limit, limit.unit, value),
        )
        self._answers: dict[tuple[str, bool, float | int], Condition] = {}

    def judged(
        self, now: Mapping[str, ChannelNow], cuff: Mapping[str, Sequence[CuffReading]], within_s: float
    ) -> Condition:
        limit = self._limit
        reading = _readable(now, limit.channel)
        if reading is None or not isinstance(reading.value, (int, float)):
            return self._unknown
        holds = beyond(limit, self._value, reading.value)
        if holds and self._confirms:
            holds = _confirmed(limit, self._value, cuff.get(limit.channel, ()), within_s)
        key = reading.channel, holds, reading.value
        found = self._answers.get(key)
        if found is None:
            if len(self._answers) >= _ANSWERS_AT_MOST_COUNT:
                self._answers.clear()
            text = f"{plain(reading.value)} {PRINTED_UNIT.get(reading.channel, limit.unit)}"
            truth = Truth.HOLDS if holds else Truth.NOT
            found = self._answers[key] = replace(self._unknown, truth=truth, value_text=text)
        return found


def limits_of(rules: AlarmRules, own_limits: Mapping[str, Decimal]) -> tuple[Limit, ...]:
    """Each limit of the template, at this session's own value where it has one."""
    return tuple(Limit(each, own_limits.get(each.alarm, each.limit_value)) for each in rules.limits)


def physiological(
    rules: AlarmRules,
    limits: Iterable[Limit],
    now: Mapping[str, ChannelNow],
    cuff: Mapping[str, Sequence[CuffReading]],
) -> Iterable[Condition]:
    """What the limits say.

    A cuff limit without a delay alarms on one reading; with a delay it needs a second one beyond the limit, within
    ``nibp_confirm_within_s`` of the first (protocol.md 3.3, rule 1), and then alarms at once.
    """
    return [limit.judged(now, cuff, rules.nibp_confirm_within_s) for limit in limits]


@functools.lru_cache(_LATELY_COUNT)
def _of_a_channel(alarm: str, channel: str, truth: Truth, delay_s: float, why: str) -> Condition:
    return Condition(
        key=f"{alarm}/{channel}",
        alarm=alarm,
        channel=channel,
        truth=truth,
        priority=Priority.MEDIUM if channel in ESCALATING else Priority.LOW,
        delay_s=delay_s,
        technical=True,
        value_text=why,
        escalates_after_s=NO_READING_ESCALATES_AFTER_S if channel in ESCALATING else None,
    )


def _absent(rules: AlarmRules, channel: ChannelNow, device_is_silent: bool) -> Iterable[Condition]:
    """Probe off and no reading of one channel. Where the whole device is silent, that is its own alarm."""
    has_reading = channel.quality is not Quality.NONE
    off = not has_reading and channel.why == PROBE_OFF
    judged = Truth.UNKNOWN if device_is_silent and not has_reading else Truth.NOT
    for alarm, holds in ((PROBE_OFF_ALARM, off), (NO_READING, not has_reading and not off)):
        truth = Truth.HOLDS if holds and not device_is_silent else judged
        yield _of_a_channel(alarm, channel.channel, truth, float(rules.technical_delay_s), channel.why)


@functools.lru_cache(_LATELY_COUNT)
def _of_a_device(alarm: str, device_id: str, label: str, truth: Truth, is_pump: bool, silent_after: str) -> Condition:
    is_silence = alarm == DEVICE_SILENT
    return Condition(
        key=f"{alarm}/{device_id}",
        alarm=alarm,
        channel="",
        truth=truth,
        priority=Priority.LOW if is_silence and is_pump else Priority.MEDIUM,
        technical=True,
        value_text=label,
        limit_text=f"> {silent_after} s" if is_silence else "",
        escalates_after_s=NO_READING_ESCALATES_AFTER_S if is_silence and not is_pump else None,
    )


def technical(
    rules: AlarmRules, now: Mapping[str, ChannelNow], devices: Sequence[DeviceNow], pump: PumpNow | None
) -> Iterable[Condition]:
    """What is wrong with the devices rather than with the patient; and a pump that runs after a charted stop.

    None of these waits for a physiological delay.
    """
    monitors = [device for device in devices if not device.is_pump]
    all_silent = bool(monitors) and all(
        device.unheard or device.silent_s >= rules.device_silent_after_s for device in monitors
    )
    for name in WATCHED_FOR_ABSENCE if monitors else ():
        channel = now.get(name)
        if channel is not None and channel.why != NEVER_SENT:
            yield from _absent(rules, channel, all_silent)
    for device in devices:
        silent = device.silent_s >= rules.device_silent_after_s
        for alarm, holds in (
            (DEVICE_SILENT, silent),
            (PATIENT_MISMATCH, device.mismatched and not silent),
            (DEMO_DATA, device.demo and not silent),
        ):
            truth = Truth.HOLDS if holds else Truth.UNKNOWN if device.unheard else Truth.NOT
            silent_after = str(rules.device_silent_after_s)
            yield _of_a_device(alarm, device.device_id, device.label, truth, device.is_pump, silent_after)
    yield _pump_after_stop(pump)


def _pump_after_stop(pump: PumpNow | None) -> Condition:
    """H60: a pump that still infuses after a charted stop or pause. Dripstand never stops it; a person does."""
    truth, text = Truth.NOT, ""
    if pump is not None and pump.drug_off_s is not None:
        runs = pump.state == "infusing" or (pump.rate_ml_per_h or 0.0) > 0
        if pump.age_s > PUMP_GRACE_S * 3:
            truth = Truth.UNKNOWN
        elif runs and pump.drug_off_s >= PUMP_GRACE_S and pump.age_s < pump.drug_off_s:
            truth = Truth.HOLDS
        text = f"{plain(pump.rate_ml_per_h)} mL/h" if pump.rate_ml_per_h is not None else pump.state
    return _after_stop(truth, text)


@functools.lru_cache(_LATELY_COUNT)
def _after_stop(truth: Truth, text: str) -> Condition:
    return Condition(
        key=PUMP_AFTER_STOP,
        alarm=PUMP_AFTER_STOP,
        channel=Channel.PUMP_RATE,
        truth=truth,
        priority=Priority.HIGH,
        value_text=text,
        limit_text="0 mL/h",
    )
