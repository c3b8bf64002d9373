"""The alarm machine of one chair: from conditions that hold to alarms that are raised, silenced, latched and cleared.

Pure: state and conditions in, state and transitions out. Monitoring *returns* alarms; the chart of the session, above,
records them. Every state and every rule is written down in docs/explanation/alarms.md, together with the twelve
invariants that tests/rules/monitoring/test_alarm_machine.py proves.

States: protocol.md 3.5 (inactive, condition met, active, acknowledged, audio paused for at most two minutes, latched).
*Inactive* is the absence of a record. Timers run on monotonic seconds, so that a clock set back or forward neither
shortens a delay nor lengthens a silence (H30); wall time only labels what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dripstand.monitoring.conditions import RANK, Condition, Priority, Truth

SILENCE_AT_MOST_S = 120.0
"""protocol.md 3.5 and H35: audio paused for two minutes at most."""


class AlarmState(StrEnum):
    CONDITION_MET = "condition_met"  # holds, its delay is running; nobody is told yet
    ACTIVE = "active"  # shown and sounding
    AUDIO_PAUSED = "audio_paused"  # somebody has seen it; shown, silent until a time
    ACKNOWLEDGED = "acknowledged"  # low priority after its pause: shown, makes no more sound
    LATCHED = "latched"  # the condition is over, nobody has seen it yet: shown until somebody does


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. held_s: how long its condition has held, counting only while a reading says so.

    ``raised_s``, ``silent_until_s``, ``looked_s`` are monotonic seconds; the datetimes are for people.
    """

    key: str
    alarm: str
    channel: str
    priority: Priority
    technical: bool
    latching: bool
    state: AlarmState
    looked_s: float
    holding: bool = True
    held_s: float = 0.0
    alarm_id: str = ""
    raised_at: datetime | None = None
    raised_s: float = 0.0
    acknowledged_at: datetime | None = None
    silent_until: datetime | None = None
    silent_until_s: float = 0.0
    answered: datetime | None = None  # the acknowledgement that was last looked at, so that it counts once
    value_text: str = ""
    limit_text: str = ""

    @property
    def is_raised(self) -> bool:
        return self.state is not AlarmState.CONDITION_MET

    @property
    def sounds(self) -> bool:
        return self.state is AlarmState.ACTIVE


@dataclass(frozen=True, slots=True)
class Raised:
    """A new alarm, to be charted."""

    alarm_id: str
    alarm: str
    priority: Priority
    technical: bool
    channel: str
    value_text: str
    limit_text: str
    latching: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Cleared:
    """The alarm is over, to be charted."""

    alarm_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SoundResumed:
    """The silence is over and the condition still holds. The chart already says until when it was silent."""

    alarm_id: str
    at: datetime


Transition = Raised | Cleared | SoundResumed
Alarms = Mapping[str, Alarm]
NO_ALARMS: Alarms = {}


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """An alarm as the chart has it: raised and not cleared. What the machine is restored from after a restart."""

    alarm_id: str
    alarm: str
    channel: str
    priority: Priority
    technical: bool
    latching: bool
    raised_at: datetime
    value_text: str = ""
    limit_text: str = ""
    acknowledged_at: datetime | None = None
    silent_until: datetime | None = None


def _id(key: str, now: datetime, monotonic_s: float) -> str:
    """Unique although the wall clock may be set back: two raises never share both clocks."""
    return f"{key}@{now:%Y%m%dT%H%M%S.%fZ}.{monotonic_s * 1000:.0f}"


def key_of(alarm_id: str) -> str:
    """The condition that an alarm id belongs to."""
    return alarm_id.rpartition("@")[0]


def _raise(alarm: Alarm, now: datetime, monotonic_s: float) -> tuple[Alarm, Raised]:
    raised = replace(
        alarm,
        state=AlarmState.ACTIVE,
        alarm_id=_id(alarm.key, now, monotonic_s),
        raised_at=now,
        raised_s=monotonic_s,
        acknowledged_at=None,
        silent_until=None,
        answered=None,
    )
    return raised, Raised(
        raised.alarm_id,
        raised.alarm,
        raised.priority,
        raised.technical,
        raised.channel,
        raised.value_text,
        raised.limit_text,
        raised.latching,
        now,
    )


def _new(condition: Condition, monotonic_s: float) -> Alarm:
    return Alarm(
        key=condition.key,
        alarm=condition.alarm,
        channel=condition.channel,
        priority=condition.priority,
        technical=condition.technical,
        latching=condition.latching,
        state=AlarmState.CONDITION_MET,
        looked_s=monotonic_s,
        value_text=condition.value_text,
        limit_text=condition.limit_text,
    )


def _looked(alarm: Alarm, condition: Condition, monotonic_s: float) -> Alarm:
    """The alarm with its condition's time counted on: only while a reading said that it held, and still says so."""
    holds = condition.truth is Truth.HOLDS
    held_s = alarm.held_s
    if condition.truth is Truth.NOT:
        held_s = 0.0
    elif holds and alarm.holding:
        held_s += max(0.0, monotonic_s - alarm.looked_s)
    return replace(
        alarm,
        looked_s=monotonic_s,
        holding=holds,
        held_s=held_s,
        value_text=condition.value_text if holds else alarm.value_text,
        limit_text=condition.limit_text if holds else alarm.limit_text,
    )


def _one(
    alarm: Alarm | None, condition: Condition, now: datetime, monotonic_s: float
) -> tuple[Alarm | None, list[Transition]]:
    truth = condition.truth
    if alarm is None:
        if truth is not Truth.HOLDS:
            return None, []
        alarm = _new(condition, monotonic_s)
    else:
        alarm = _looked(alarm, condition, monotonic_s)
    waited = truth is Truth.HOLDS and alarm.held_s >= condition.delay_s
    if alarm.state is AlarmState.CONDITION_MET:
        if truth is Truth.NOT:
            return None, []
        if not waited:
            return alarm, []
        raised, transition = _raise(alarm, now, monotonic_s)
        return raised, [transition]
    if alarm.state is AlarmState.LATCHED:
        if waited:
            return replace(alarm, state=AlarmState.ACTIVE), [SoundResumed(alarm.alarm_id, now)]
        return alarm, []
    if truth is Truth.NOT:
        if alarm.latching and alarm.acknowledged_at is None:
            return replace(alarm, state=AlarmState.LATCHED), []
        return None, [Cleared(alarm.alarm_id, now)]
    if alarm.state is AlarmState.AUDIO_PAUSED and monotonic_s >= alarm.silent_until_s:
        return _after_the_pause(alarm, truth, now)
    unattended = condition.escalates_after_s is not None and alarm.acknowledged_at is None
    if (
        unattended
        and alarm.priority is not Priority.HIGH
        and truth is Truth.HOLDS
        and monotonic_s - alarm.raised_s >= (condition.escalates_after_s or 0.0)
    ):
        higher, transition = _raise(replace(alarm, priority=Priority.HIGH), now, monotonic_s)
        return higher, [Cleared(alarm.alarm_id, now), transition]
    return alarm, []


def _after_the_pause(alarm: Alarm, truth: Truth, now: datetime) -> tuple[Alarm | None, list[Transition]]:
    """The silence is over. What still holds sounds again; what nobody can judge any more has been seen, and ends.

    (Where a reading is missing, the technical alarm of that channel stands in its own right.)
    """
    if truth is Truth.UNKNOWN:
        return None, [Cleared(alarm.alarm_id, now)]
    if alarm.priority is Priority.LOW:
        return replace(alarm, state=AlarmState.ACKNOWLEDGED), []
    return replace(alarm, state=AlarmState.ACTIVE), [SoundResumed(alarm.alarm_id, now)]


def _gone(alarm: Alarm) -> Condition:
    """What to assume of a condition that is no longer judged: a technical one's device was released by a person, a
    physiological one cannot be judged."""
    return Condition(
        key=alarm.key,
        alarm=alarm.alarm,
        channel=alarm.channel,
        truth=Truth.NOT if alarm.technical else Truth.UNKNOWN,
        priority=alarm.priority,
        technical=alarm.technical,
        latching=alarm.latching,
    )


def step(
    alarms: Alarms, conditions: Iterable[Condition], *, now: datetime, monotonic_s: float
) -> tuple[Alarms, tuple[Transition, ...]]:
    """The machine after looking once. Looking twice at the same instant changes nothing.

    Each condition has a record of its own: none can hide, delay, silence or clear another.
    """
    after: dict[str, Alarm] = {}
    transitions: list[Transition] = []
    judged = {condition.key: condition for condition in conditions}
    for key in (*judged, *(key for key in alarms if key not in judged)):
        before = alarms.get(key)
        condition = judged.get(key)
        if condition is None:
            assert before is not None
            condition = _gone(before)
        elif before is None and condition.truth is not Truth.HOLDS:
            continue  # most conditions of most chairs, each second
        alarm, happened = _one(before, condition, now, monotonic_s)
        transitions.extend(happened)
        if alarm is not None:
            after[key] = alarm
    return after, tuple(transitions)


def acknowledge(
    alarms: Alarms, alarm_id: str, silent_until: datetime, *, now: datetime, monotonic_s: float
) -> tuple[Alarms, tuple[Transition, ...]]:
    """Somebody has seen this one alarm: it is silent until ``silent_until``, two minutes at most.

    A latched alarm is over with it. An alarm that is silent already is not silenced for longer. Unknown ids change
    nothing. No other alarm is touched.
    """
    alarm = next((each for each in alarms.values() if each.alarm_id == alarm_id and each.is_raised), None)
    if alarm is None:
        return alarms, ()
    if alarm.state is AlarmState.LATCHED:
        return {key: each for key, each in alarms.items() if key != alarm.key}, (Cleared(alarm_id, now),)
    if alarm.answered == silent_until:
        return alarms, ()
    if alarm.state is not AlarmState.ACTIVE:
        return {**alarms, alarm.key: replace(alarm, answered=silent_until)}, ()
    silence_s = min(SILENCE_AT_MOST_S, (silent_until - now).total_seconds())
    seen = replace(
        alarm,
        acknowledged_at=now,
        answered=silent_until,
        silent_until=silent_until,
        silent_until_s=monotonic_s + max(0.0, silence_s),
        state=AlarmState.AUDIO_PAUSED if silence_s > 0 else AlarmState.ACTIVE,
    )
    return {**alarms, alarm.key: seen}, ()


def restore(standing: Iterable[StandingAlarm], *, now: datetime, monotonic_s: float) -> Alarms:
    """The machine as the chart knows it, after a restart: nothing that stood is lost, nothing is raised twice.

    What had latched comes back as active and latches again at the first good reading.
    """
    alarms: dict[str, Alarm] = {}
    for each in standing:
        key = key_of(each.alarm_id) or each.alarm
        silent_s = (each.silent_until - now).total_seconds() if each.silent_until is not None else 0.0
        silent_s = min(SILENCE_AT_MOST_S, silent_s)
        alarms[key] = Alarm(
            key=key,
            alarm=each.alarm,
            channel=each.channel,
            priority=each.priority,
            technical=each.technical,
            latching=each.latching,
            state=AlarmState.AUDIO_PAUSED if silent_s > 0 else AlarmState.ACTIVE,
            looked_s=monotonic_s,
            holding=False,
            alarm_id=each.alarm_id,
            raised_at=each.raised_at,
            raised_s=monotonic_s - max(0.0, (now - each.raised_at).total_seconds()),
            acknowledged_at=each.acknowledged_at,
            silent_until=each.silent_until,
            silent_until_s=monotonic_s + max(0.0, silent_s),
            answered=each.silent_until,
            value_text=each.value_text,
            limit_text=each.limit_text,
        )
    return alarms


def close(alarms: Alarms, *, now: datetime) -> tuple[Alarms, tuple[Transition, ...]]:
    """The session is over: what stands is cleared, so that nothing rings in an empty chair.

    A latching alarm that nobody acknowledged stays open on the chart: nobody has seen it.
    """
    over = (each for each in alarms.values() if each.is_raised and not (each.latching and each.acknowledged_at is None))
    return NO_ALARMS, tuple(Cleared(alarm.alarm_id, now) for alarm in over)


def shown(alarms: Alarms) -> tuple[Alarm, ...]:
    """Every raised alarm, the gravest first, technical and physiological side by side."""
    raised = [alarm for alarm in alarms.values() if alarm.is_raised]
    return tuple(sorted(raised, key=lambda each: (-RANK[each.priority], each.technical, each.raised_s, each.key)))


def sound(alarms: Alarms) -> Priority | None:
    """The one sound to be made: the gravest that is not silenced; None = silence."""
    heard = [alarm.priority for alarm in alarms.values() if alarm.sounds]
    return max(heard, key=RANK.__getitem__, default=None)
