"""Two clocks, and how long a number stays one (H22, H23, H29, H31)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.monitoring.clocks import CLOCK_OFF, NO_DEVICE_TIME, ZONE_UNKNOWN, DeviceClock, in_zone, place
from dripstand.monitoring.freshness import Lane, Quality, now_of, observed
from dripstand.monitoring.readings import Channel

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ZONES = ("America/Chicago", "Europe/Berlin", "Pacific/Auckland", "America/Sao_Paulo", "Australia/Lord_Howe")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


# --- clocks ---------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H31")
@given(skew_s=st.floats(-5400, 31_536_000), count=st.integers(2, 40))
def test_whatever_the_skew_the_order_of_the_readings_is_the_order_of_the_patient(skew_s: float, count: int) -> None:
    clock, placed = DeviceClock(), []
    for second in range(count):
        device_time = at(second) + timedelta(seconds=skew_s)
        clock, placing = place(clock, device_time, at(second))
        placed.append(placing.at(device_time))
        assert (placing.flag == CLOCK_OFF) == (abs(skew_s) > 60 + 1e-6) or abs(abs(skew_s) - 60) < 1e-3
        assert abs((placed[-1] - at(second)).total_seconds()) < 0.001
    assert placed == sorted(placed)


@pytest.mark.hazard("H31")
def test_a_cuff_reading_of_a_device_with_a_wrong_clock_keeps_its_age() -> None:
    wrong = timedelta(days=-4000)
    _, placing = place(DeviceClock(), at(0) + wrong, at(0))
    assert placing.flag == CLOCK_OFF and placing.at(at(-240) + wrong) == at(-240)


@pytest.mark.hazard("H31")
def test_after_a_wrong_clock_readings_with_a_right_one_are_not_older() -> None:
    clock, first = place(DeviceClock(), at(365 * 86400), at(0))
    clock, second = place(clock, at(1), at(1))
    assert first.at(at(365 * 86400)) == at(0)
    assert at(0) < second.at(at(1)) <= at(1)


def test_a_message_that_was_held_up_on_its_way_stands_at_its_own_time() -> None:
    clock = DeviceClock()
    for second in range(10):
        clock, _ = place(clock, at(second), at(second))
    _, placing = place(clock, at(20), at(320))
    assert placing.flag == "" and placing.at(at(20)) == at(20)


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("back_s", [30, 59, 600, 840, 86_400])
@pytest.mark.parametrize("every_s", [1, 5, 10, 60])
def test_a_clock_that_is_set_back_is_believed_by_its_third_message(every_s: int, back_s: int) -> None:
    """Until then its readings look delivered late; what came late raises no alarm, so this must not last."""
    clock, last = DeviceClock(), at(0)
    for number in range(40):
        clock, placing = place(clock, at(number * every_s), at(number * every_s))
        last = placing.at(at(number * every_s))
    for number in range(40, 80):
        now, own = at(number * every_s), at(number * every_s - back_s)
        clock, placing = place(clock, own, now)
        if number >= 42:
            set_aside = back_s >= every_s  # by less it never ran backwards: each reading is newer than the one before
            assert last < placing.at(own) <= now and (placing.at(own) == now or not set_aside), number
            assert (placing.flag == CLOCK_OFF) == (back_s > 60)


def test_a_backlog_that_comes_after_what_is_live_stays_at_its_own_times() -> None:
    clock = DeviceClock()
    for second in range(0, 200, 5):
        clock, _ = place(clock, at(second), at(second))
    clock, _ = place(clock, at(400), at(400))
    for number, second in enumerate(range(200, 260, 5)):
        clock, placing = place(clock, at(second), at(401 + number * 0.01))
        assert placing.flag == "" and placing.at(at(second)) == at(second)


@given(jitter_ms=st.lists(st.integers(0, 900), min_size=5, max_size=60))
def test_messages_that_overtake_each_other_on_their_way_move_no_reading(jitter_ms: list[int]) -> None:
    clock = DeviceClock()
    for number, late_ms in enumerate(jitter_ms):
        own = at(number * 0.3 - (number % 2))
        clock, placing = place(clock, own, at(number * 0.3 + late_ms / 1000))
        assert placing.flag == "" and abs((placing.at(own) - own).total_seconds()) <= 2


def test_a_clock_that_jumps_ahead_in_the_middle_is_set_aside_at_once() -> None:
    clock = DeviceClock()
    for second in range(10):
        clock, _ = place(clock, at(second), at(second))
    _, placing = place(clock, at(10) + timedelta(hours=1), at(10))
    assert placing.flag == CLOCK_OFF and placing.at(at(10) + timedelta(hours=1)) == at(10)


def test_a_device_without_any_time_charts_at_receipt() -> None:
    _, placing = place(DeviceClock(), None, at(7))
    assert placing.flag == NO_DEVICE_TIME and placing.at(None) == at(7)


def test_a_time_of_no_known_zone_charts_at_receipt_and_keeps_its_age() -> None:
    wall = datetime(2020, 1, 1, 3, 0, 0)
    _, placing = place(DeviceClock(), wall, at(7))
    assert placing.flag == ZONE_UNKNOWN
    assert placing.at(wall) == at(7) and placing.at(wall - timedelta(seconds=60)) == at(-53)


@pytest.mark.hazard("H29")
@pytest.mark.parametrize("zone", ZONES)
def test_across_both_changes_of_the_clocks_nothing_is_lost_or_merged(zone: str) -> None:
    local = ZoneInfo(zone)
    start = datetime(2017, 1, 1, tzinfo=UTC)
    hours = [start + timedelta(hours=hour) for hour in range(366 * 24)]
    changes = [
        hour for hour, after in zip(hours, hours[1:], strict=False)
        if hour.astimezone(local).utcoffset() != after.astimezone(local).utcoffset()
    ]  # fmt: skip
    assert changes
    for change in changes:
        instants = [change + timedelta(minutes=minute) for minute in range(-120, 180)]
        read = []
        for instant in instants:
            wall = instant.astimezone(local).replace(tzinfo=None, fold=0)
            found = in_zone(wall, zone, instant + timedelta(seconds=2))
            assert found is not None
            read.append(found.astimezone(UTC))
        assert read == instants


# --- freshness ------------------------------------------------------------------------------------------------------


def lane(times: list[float], channel: str = Channel.SPO2, value: float = 97.0) -> Lane:
    made: Lane | None = None
    for second in times:
        made = observed(
            made,
            channel=channel,
            at=at(second),
            value=value,
            why="",
            identity=f"m {second}",
            received_at=at(second),
        )
    assert made is not None
    return made


@pytest.mark.hazard("H22")
def test_at_one_a_second_a_number_dims_after_three_seconds_and_ends_after_ten() -> None:
    steady = lane([float(second) for second in range(20)])
    seen = [now_of(steady, at(19 + age)).quality for age in (0, 3, 3.1, 10, 10.1)]
    assert seen == [Quality.FRESH, Quality.FRESH, Quality.LATE, Quality.LATE, Quality.NONE]
    assert now_of(steady, at(30)).value is None and now_of(steady, at(30)).last == 97.0


def test_of_a_slower_device_a_number_ends_after_three_missed_periods() -> None:
    slow = lane([0, 60, 120, 180])
    assert now_of(slow, at(180 + 180)).quality is Quality.LATE
    assert now_of(slow, at(180 + 181)).quality is Quality.NONE


@pytest.mark.hazard("H23")
@given(resent=st.lists(st.integers(20, 400), max_size=20))
def test_the_same_observation_sent_again_changes_nothing(resent: list[int]) -> None:
    steady = lane([float(second) for second in range(20)])
    after = steady
    for second in sorted(resent):
        after = observed(
            after,
            channel=Channel.SPO2,
            at=at(second),
            value=97.0,
            why="",
            identity=steady.identity,
            received_at=at(second),
        )
    assert after == steady


@given(order=st.permutations(range(8)))
def test_the_number_of_now_is_the_newest_measured_not_the_last_arrived(order: list[int]) -> None:
    made: Lane | None = None
    for number, second in enumerate(order):
        made = observed(
            made,
            channel=Channel.SPO2,
            at=at(second),
            value=90.0 + second,
            why="",
            identity=f"m {second}",
            received_at=at(100 + number),
        )
    assert made is not None and made.value == 97.0


@pytest.mark.hazard("H23")
def test_a_pulse_that_never_moves_is_marked_and_a_saturation_may_rest() -> None:
    seconds = [float(second) for second in range(200)]
    assert now_of(lane(seconds, Channel.PULSE), at(199)).unchanged_s == 199
    assert now_of(lane(seconds, Channel.SPO2), at(199)).unchanged_s is None


def test_a_cuff_reading_has_its_own_next_due_and_outlives_ten_seconds() -> None:
    cuff = lane([0], Channel.NIBP_SYSTOLIC, 128.0)
    due = now_of(cuff, at(240), nibp_every_s=600)
    assert due.quality is Quality.FRESH and due.next_due_at == at(600) and due.age_s == 240
    assert now_of(cuff, at(781), nibp_every_s=600).quality is Quality.LATE
    assert now_of(cuff, at(1801), nibp_every_s=600).quality is Quality.NONE


@pytest.mark.hazard("H30")
@pytest.mark.parametrize("jump_s", [-86400, -3600, -60, 3600, 86400])
def test_a_number_does_not_stay_fresh_because_our_own_clock_jumped(jump_s: int) -> None:
    steady = lane([float(second) for second in range(20)])
    now = at(19 + jump_s)
    assert now_of(steady, now).quality is Quality.NONE
    fresh = observed(steady, channel=Channel.SPO2, at=now, value=95.0, why="", identity="m new", received_at=now)
    assert now_of(fresh, now).value == 95.0 and now_of(fresh, now).quality is Quality.FRESH


@given(ages=st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=5))
def test_an_age_is_never_negative(ages: list[float]) -> None:
    steady = lane([0, 1, 2])
    for age in ages:
        found = now_of(steady, at(age))
        assert found.age_s is not None and found.age_s >= 0
