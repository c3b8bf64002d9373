"""The alarm machine: the twelve invariants of docs/explanation/alarms.md, over any sequence of events."""

from __future__ import annotations

import itertools
import os
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dripstand.monitoring.alarms import (
    NO_ALARMS,
    Alarms,
    AlarmState,
    Cleared,
    Raised,
    SoundResumed,
    StandingAlarm,
    acknowledge,
    close,
    restore,
    shown,
    sound,
    step,
)
from dripstand.monitoring.conditions import RANK, Condition, Priority, Truth

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
H, N, U = Truth.HOLDS, Truth.NOT, Truth.UNKNOWN

KINDS = {
    "spo2_low": Condition("spo2_low", "spo2_low", "spo2_percent", N, Priority.MEDIUM, delay_s=15),
    "spo2_critical": Condition("spo2_critical", "spo2_critical", "spo2_percent", N, Priority.HIGH, latching=True),
    "spo2_very_low": Condition(
        "spo2_very_low", "spo2_very_low", "spo2_percent", N, Priority.HIGH, delay_s=15, latching=True
    ),
    "no_reading/spo2_percent": Condition(
        "no_reading/spo2_percent",
        "no_reading",
        "spo2_percent",
        N,
        Priority.MEDIUM,
        delay_s=5,
        technical=True,
        escalates_after_s=60,
    ),
    "device_silent/m1": Condition("device_silent/m1", "device_silent", "", N, Priority.MEDIUM, technical=True),
    "leads/low": Condition("leads/low", "probe_off", "heart_rate_per_min", N, Priority.LOW, delay_s=5, technical=True),
}


def told(truths: dict[str, Truth]) -> list[Condition]:
    from dataclasses import replace

    return [replace(KINDS[key], truth=truth) for key, truth in truths.items()]


class Chair:
    """A machine with its clock, for tests that speak in seconds."""

    def __init__(self) -> None:
        self.alarms: Alarms = NO_ALARMS
        self.t_s = 0.0
        self.happened: list[Raised | Cleared | SoundResumed] = []

    def look(self, after_s: float = 0.0, **truths: Truth) -> tuple[Raised | Cleared | SoundResumed, ...]:
        self.t_s += after_s
        by_key = {key: N for key in KINDS} | {self._key(name): truth for name, truth in truths.items()}
        self.alarms, happened = step(self.alarms, told(by_key), now=self.now, monotonic_s=self.t_s)
        self.happened.extend(happened)
        return happened

    def see(self, key: str, silence_s: float = 120.0) -> None:
        alarm = self.alarms[key]
        self.alarms, happened = acknowledge(
            self.alarms, alarm.alarm_id, self.now + timedelta(seconds=silence_s), now=self.now, monotonic_s=self.t_s
        )
        self.happened.extend(happened)

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.t_s)

    @staticmethod
    def _key(name: str) -> str:
        short = {"no_reading": "no_reading/spo2_percent", "silent": "device_silent/m1", "leads": "leads/low"}
        return short.get(name, name)


def kinds(happened: tuple[object, ...]) -> list[str]:
    return [type(each).__name__ for each in happened]


# --- single paths ---------------------------------------------------------------------------------------------------


def test_a_condition_shorter_than_its_delay_raises_nothing() -> None:
    chair = Chair()
    assert chair.look(spo2_low=H) == ()
    assert chair.look(14, spo2_low=H) == ()
    assert chair.look(1, spo2_low=N) == ()
    assert chair.alarms == {}


@pytest.mark.hazard("H33")
def test_a_condition_that_holds_for_its_delay_is_raised_then_and_not_later() -> None:
    chair = Chair()
    for _ in range(15):
        assert chair.look(1, spo2_low=H) == ()
    (raised,) = chair.look(1, spo2_low=H)
    assert isinstance(raised, Raised) and raised.priority is Priority.MEDIUM


def test_one_good_reading_starts_the_delay_again() -> None:
    chair = Chair()
    chair.look(spo2_low=H)
    chair.look(10, spo2_low=N)
    chair.look(1, spo2_low=H)
    assert chair.look(14, spo2_low=H) == ()
    assert kinds(chair.look(1, spo2_low=H)) == ["Raised"]


def test_a_missing_reading_neither_counts_towards_the_delay_nor_starts_it_again() -> None:
    chair = Chair()
    chair.look(spo2_low=H)
    chair.look(10, spo2_low=H)
    chair.look(1, spo2_low=U)
    assert chair.look(100, spo2_low=U) == ()
    assert chair.look(1, spo2_low=H) == ()
    assert kinds(chair.look(5, spo2_low=H)) == ["Raised"]


@pytest.mark.hazard("H36")
def test_a_probe_that_falls_off_does_not_clear_a_low_saturation() -> None:
    chair = Chair()
    chair.look(spo2_critical=H)
    assert chair.look(1, spo2_critical=U, no_reading=H) == ()
    assert kinds(chair.look(5, spo2_critical=U, no_reading=H)) == ["Raised"]
    assert [alarm.alarm for alarm in shown(chair.alarms)] == ["spo2_critical", "no_reading"]
    assert sound(chair.alarms) is Priority.HIGH


@pytest.mark.hazard("H35")
def test_a_silence_ends_after_two_minutes_whatever_was_asked_for() -> None:
    chair = Chair()
    chair.look(spo2_critical=H)
    chair.see("spo2_critical", silence_s=3600)
    assert sound(chair.alarms) is None
    chair.look(119.9, spo2_critical=H)
    assert sound(chair.alarms) is None
    assert kinds(chair.look(0.1, spo2_critical=H)) == ["SoundResumed"]
    assert sound(chair.alarms) is Priority.HIGH


@pytest.mark.hazard("H35")
def test_a_second_acknowledgement_does_not_lengthen_a_running_silence() -> None:
    chair = Chair()
    chair.look(spo2_critical=H)
    chair.see("spo2_critical")
    chair.look(100, spo2_critical=H)
    chair.see("spo2_critical")
    assert kinds(chair.look(20, spo2_critical=H)) == ["SoundResumed"]


def test_an_alarm_of_low_priority_stays_silent_once_it_was_seen() -> None:
    chair = Chair()
    chair.look(leads=H)
    chair.look(5, leads=H)
    chair.see("leads/low")
    assert chair.look(200, leads=H) == ()
    assert chair.alarms["leads/low"].state is AlarmState.ACKNOWLEDGED
    assert kinds(chair.look(1)) == ["Cleared"]


def test_a_latching_alarm_waits_for_somebody_to_see_it() -> None:
    chair = Chair()
    chair.look(spo2_critical=H)
    assert chair.look(5) == ()
    assert chair.alarms["spo2_critical"].state is AlarmState.LATCHED
    chair.see("spo2_critical")
    assert kinds(tuple(chair.happened)) == ["Raised", "Cleared"]
    assert chair.alarms == {}


def test_a_latched_alarm_whose_condition_returns_sounds_again_under_the_same_id() -> None:
    chair = Chair()
    (raised,) = chair.look(spo2_critical=H)
    chair.look(5)
    (resumed,) = chair.look(5, spo2_critical=H)
    assert isinstance(raised, Raised) and isinstance(resumed, SoundResumed)
    assert resumed.alarm_id == raised.alarm_id and sound(chair.alarms) is Priority.HIGH


@pytest.mark.hazard("H36")
def test_no_reading_that_nobody_attends_to_becomes_a_high_alarm_after_a_minute() -> None:
    chair = Chair()
    chair.look(no_reading=H)
    chair.look(5, no_reading=H)
    assert chair.look(59, no_reading=H) == ()
    cleared, raised = chair.look(1, no_reading=H)
    assert isinstance(cleared, Cleared) and isinstance(raised, Raised) and raised.priority is Priority.HIGH


def test_a_no_reading_that_was_seen_does_not_escalate() -> None:
    chair = Chair()
    chair.look(no_reading=H)
    chair.look(5, no_reading=H)
    chair.see("no_reading/spo2_percent")
    assert kinds(chair.look(120, no_reading=H)) == ["SoundResumed"]
    assert chair.alarms["no_reading/spo2_percent"].priority is Priority.MEDIUM


def test_a_technical_alarm_ends_when_its_device_is_released() -> None:
    chair = Chair()
    chair.look(silent=H)
    chair.alarms, happened = step(chair.alarms, [], now=chair.now, monotonic_s=chair.t_s + 1)
    assert kinds(happened) == ["Cleared"]


def test_an_acknowledgement_of_something_unknown_changes_nothing() -> None:
    chair = Chair()
    chair.look(spo2_critical=H)
    after, happened = acknowledge(chair.alarms, "another", chair.now, now=chair.now, monotonic_s=chair.t_s)
    assert after == chair.alarms and happened == ()


def test_at_the_end_of_a_session_nothing_rings_on_and_what_nobody_saw_stays_open() -> None:
    chair = Chair()
    chair.look(spo2_critical=H, silent=H)
    alarms, happened = close(chair.alarms, now=chair.now)
    assert alarms == {} and [each.alarm_id.split("@")[0] for each in happened] == ["device_silent/m1"]


@pytest.mark.hazard("H30")
@pytest.mark.parametrize("jump_s", [-86400, -3600, -1, 1, 3600, 86400])
def test_a_jump_of_the_wall_clock_neither_shortens_a_delay_nor_lengthens_a_silence(jump_s: int) -> None:
    def at(t_s: float, *, after_jump: bool) -> datetime:
        return NOON + timedelta(seconds=t_s + (jump_s if after_jump else 0))

    low = told({"spo2_very_low": H})
    alarms, _ = step(NO_ALARMS, low, now=at(0, after_jump=False), monotonic_s=0)
    alarms, happened = step(alarms, low, now=at(14, after_jump=True), monotonic_s=14)
    assert happened == ()
    alarms, happened = step(alarms, low, now=at(15, after_jump=True), monotonic_s=15)
    assert kinds(happened) == ["Raised"]
    until = at(15 + 120, after_jump=True)
    alarms, _ = acknowledge(alarms, happened[0].alarm_id, until, now=at(15, after_jump=True), monotonic_s=15)
    alarms, happened = step(alarms, low, now=at(134, after_jump=False), monotonic_s=134)
    assert happened == ()
    alarms, happened = step(alarms, low, now=at(135, after_jump=False), monotonic_s=135)
    assert kinds(happened) == ["SoundResumed"]


# --- every pair in every order --------------------------------------------------------------------------------------


@pytest.mark.hazard("H36")
@pytest.mark.hazard("H35")
@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(KINDS, 2)))
def test_of_any_two_alarms_in_either_order_neither_hides_silences_or_clears_the_other(first: str, second: str) -> None:
    delay_s = max(KINDS[first].delay_s, KINDS[second].delay_s) + 1
    alarms, _ = step(NO_ALARMS, told({first: H}), now=NOON, monotonic_s=0)
    alarms, _ = step(alarms, told({first: H}), now=NOON, monotonic_s=delay_s)
    alone = alarms[first]
    assert alone.state is AlarmState.ACTIVE
    silent = NOON + timedelta(seconds=120)
    alarms, _ = acknowledge(alarms, alone.alarm_id, silent, now=NOON, monotonic_s=delay_s)
    both = told({first: H, second: H})
    alarms, _ = step(alarms, both, now=NOON, monotonic_s=delay_s)
    alarms, _ = step(alarms, both, now=NOON, monotonic_s=2 * delay_s)
    assert {alarm.key for alarm in shown(alarms)} == {first, second}
    assert alarms[first].state is AlarmState.AUDIO_PAUSED
    assert alarms[second].state is AlarmState.ACTIVE
    assert sound(alarms) is KINDS[second].priority
    gravest = max((KINDS[first].priority, KINDS[second].priority), key=RANK.__getitem__)
    assert shown(alarms)[0].priority is gravest
    alarms, happened = step(alarms, told({first: H, second: N}), now=NOON, monotonic_s=2 * delay_s)
    assert all(getattr(each, "alarm_id", "") != alone.alarm_id for each in happened)
    assert alarms[first].state is AlarmState.AUDIO_PAUSED


# --- any sequence ---------------------------------------------------------------------------------------------------


class AnyChair(RuleBasedStateMachine):
    """Readings come, go and vary; people acknowledge; the server restarts; clocks jump. The invariants stand."""

    @initialize()
    def start(self) -> None:
        self.alarms: Alarms = NO_ALARMS
        self.t_s = 0.0
        self.jump_s = 0.0
        self.truths: dict[str, Truth] = {key: N for key in KINDS}
        self.held: dict[str, float] = dict.fromkeys(KINDS, 0.0)  # an independent account of how long each has held
        self.before: dict[str, Truth] = dict(self.truths)
        self.open: dict[str, Raised] = {}
        self.ids: set[str] = set()
        self.seen: set[str] = set()

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.t_s + self.jump_s)

    def take(self, happened: tuple[object, ...], *, restarted: bool = False) -> None:
        for each in happened:
            if isinstance(each, Raised):
                assert each.alarm_id not in self.ids, "11: an id is raised once"
                assert not restarted
                self.ids.add(each.alarm_id)
                self.open[each.alarm_id] = each
            elif isinstance(each, Cleared):
                raised = self.open.pop(each.alarm_id, None)
                assert raised is not None, "11: only what stands is cleared, once"
                key = each.alarm_id.rpartition("@")[0]
                if raised.latching:
                    assert each.alarm_id in self.seen, "10: a latching alarm ends only after somebody saw it"
                if not raised.technical and self.truths[key] is not N:
                    assert each.alarm_id in self.seen, "3: a missing reading alone clears nothing"

    def look(self, seconds: float) -> None:
        self.t_s += seconds
        for key, truth in self.truths.items():
            if truth is N:
                self.held[key] = 0.0
            elif truth is H and self.before[key] is H:
                self.held[key] += seconds
        self.before = dict(self.truths)
        earlier = self.alarms
        given = told(self.truths)
        self.alarms, happened = step(earlier, given, now=self.now, monotonic_s=self.t_s)
        again, nothing = step(self.alarms, given, now=self.now, monotonic_s=self.t_s)
        assert nothing == () and again == self.alarms, "12: looking twice at one instant changes nothing"
        assert step(earlier, given, now=self.now, monotonic_s=self.t_s) == (self.alarms, happened), "12: pure"
        for each in happened:
            if isinstance(each, Cleared) and self.truths[each.alarm_id.rpartition("@")[0]] is U:
                self.held[each.alarm_id.rpartition("@")[0]] = 0.0  # seen, and nobody can judge it: it begins anew
            if isinstance(each, Raised):
                key = each.alarm_id.rpartition("@")[0]
                was = earlier.get(key)
                fresh = was is None or not was.is_raised
                if fresh:
                    assert self.held[key] >= KINDS[key].delay_s - 1e-6, "1: never before its delay"
                assert self.alarms[key].state is AlarmState.ACTIVE, "6: a new alarm sounds"
        self.take(happened)
        for key, truth in self.truths.items():
            if truth is H and self.held[key] >= KINDS[key].delay_s + 1e-6:
                assert key in self.alarms and self.alarms[key].is_raised, "2 and 9: raised when its own delay is over"

    @rule(key=st.sampled_from(sorted(KINDS)), truth=st.sampled_from([H, H, N, U]))
    def reading(self, key: str, truth: Truth) -> None:
        self.truths[key] = truth

    @rule(seconds=st.sampled_from([0.0, 0.5, 1.0, 1.0, 5.0, 15.0, 60.0, 119.0, 121.0]))
    def time_passes(self, seconds: float) -> None:
        self.look(seconds)

    @rule(data=st.data(), silence_s=st.sampled_from([-5.0, 0.0, 30.0, 120.0, 100_000.0]))
    def somebody_acknowledges(self, data: st.DataObject, silence_s: float) -> None:
        if not self.open:
            return
        alarm_id = data.draw(st.sampled_from(sorted(self.open)))
        earlier = self.alarms
        until = self.now + timedelta(seconds=silence_s)
        self.alarms, happened = acknowledge(earlier, alarm_id, until, now=self.now, monotonic_s=self.t_s)
        if self.alarms != earlier:
            self.seen.add(alarm_id)
        for key, alarm in earlier.items():
            if alarm.alarm_id != alarm_id:
                assert self.alarms[key] == alarm, "5: no other alarm is touched"
        self.take(happened)

    @rule(seconds=st.sampled_from([-86400.0, -3600.0, -1.0, 1.0, 3600.0, 86400.0]))
    def the_wall_clock_jumps(self, seconds: float) -> None:
        self.jump_s += seconds

    @rule()
    def the_server_restarts(self) -> None:
        raised = [each for each in self.alarms.values() if each.is_raised and each.raised_at is not None]
        standing = [
            StandingAlarm(
                each.alarm_id,
                each.alarm,
                each.channel,
                each.priority,
                each.technical,
                each.latching,
                each.raised_at or NOON,
                acknowledged_at=each.acknowledged_at,
                silent_until=each.silent_until,
            )
            for each in raised
        ]
        self.alarms = restore(standing, now=self.now, monotonic_s=self.t_s)
        assert {each.alarm_id for each in self.alarms.values()} == {each.alarm_id for each in raised}, "8: none is lost"
        self.held = dict.fromkeys(KINDS, 0.0)
        self.before = dict.fromkeys(KINDS, U)

    @invariant()
    def no_high_alarm_is_silent_for_more_than_two_minutes(self) -> None:
        if not hasattr(self, "alarms"):
            return
        for alarm in self.alarms.values():
            if alarm.state is AlarmState.AUDIO_PAUSED:
                assert alarm.silent_until_s - self.t_s <= 120.0, "4: two minutes at most"
                assert alarm.silent_until_s > self.t_s, "4: over when it is over"

    @invariant()
    def everything_that_stands_is_shown_and_the_gravest_is_heard(self) -> None:
        if not hasattr(self, "alarms"):
            return
        on_screen = shown(self.alarms)
        assert {each.alarm_id for each in on_screen} == set(self.open), "7: all are shown"
        ranks = [RANK[each.priority] for each in on_screen]
        assert ranks == sorted(ranks, reverse=True), "7: the gravest first"
        heard = [RANK[each.priority] for each in on_screen if each.state is AlarmState.ACTIVE]
        spoken = sound(self.alarms)
        assert (RANK[spoken] if spoken else 0) == max(heard, default=0), "8: the gravest is heard"


PROVING = os.environ.get("HYPOTHESIS_PROFILE") == "prove"
AnyChair.TestCase.settings = settings(
    max_examples=10_000 if PROVING else 60,
    stateful_step_count=100 if PROVING else 40,
    deadline=None,
)
TestAnyChair = pytest.mark.hazard("H35", "H36", "H30")(AnyChair.TestCase)


def test_a_machine_that_silences_more_than_one_alarm_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control run: a silence that is too wide. The random steps must find it, or they prove nothing."""

    one_alarm = acknowledge

    def too_wide(alarms: Alarms, alarm_id: str, until: datetime, *, now: datetime, monotonic_s: float) -> object:
        happened: tuple[object, ...] = ()
        for each in [alarm.alarm_id for alarm in alarms.values()]:
            alarms, more = one_alarm(alarms, each, until, now=now, monotonic_s=monotonic_s)
            happened += tuple(more)
        return alarms, happened

    monkeypatch.setattr(sys.modules[__name__], "acknowledge", too_wide)
    quick = settings(phases=(Phase.generate,), report_multiple_bugs=False, max_examples=200, database=None)
    with pytest.raises(AssertionError, match="no other alarm is touched"):
        run_state_machine_as_test(AnyChair, settings=quick)  # type: ignore[no-untyped-call]
