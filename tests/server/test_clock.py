"""The clock that everything asks: the wall's for a clinic, stretched for a demo, and never falling back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from dripstand.live.clock import WAITED_OUT, Clock, NotADemo


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall clock and the monotonic one, moved by hand: [wall seconds, monotonic seconds]."""
    at = [1_000_000.0, 50.0]
    monkeypatch.setattr(time, "time", lambda: at[0])
    monkeypatch.setattr(time, "monotonic", lambda: at[1])
    return at


def _pass(hand: list[float], seconds: float) -> None:
    hand[0] += seconds
    hand[1] += seconds


def test_a_clinics_clock_is_the_wall() -> None:
    before = datetime.now(UTC)
    assert before <= Clock().now() <= datetime.now(UTC)
    assert Clock().speed == 1.0


def test_a_clinics_clock_cannot_be_stretched() -> None:
    with pytest.raises(NotADemo):
        Clock().run_at(60, demo=False)
    with pytest.raises(ValueError, match="1 to 600"):
        Clock().run_at(0.5, demo=True)


def test_a_demo_passes_an_hour_in_a_minute_and_does_not_fall_back_afterwards(hand: list[float]) -> None:
    clock = Clock()
    clock.run_at(1, demo=True)
    began, began_s = clock.now(), clock.monotonic_s()
    clock.run_at(60, demo=True)
    _pass(hand, 60)
    assert (clock.now() - began).total_seconds() == pytest.approx(3600)
    clock.run_at(1, demo=True)
    _pass(hand, 5)
    assert (clock.now() - began).total_seconds() == pytest.approx(3605)
    assert clock.monotonic_s() - began_s == pytest.approx(3605)


MIDNIGHT = datetime(2017, 1, 1, tzinfo=UTC)
"""The end of the last leap second that there was. Source: IERS Bulletin C 52."""


def wall_of(quarters: list[float]) -> Clock:
    """A clock whose wall says these seconds before (-) or after that midnight, one at each look."""
    said = iter(quarters)
    return Clock(lambda: MIDNIGHT + timedelta(seconds=next(said)))


@pytest.mark.hazard("H30")
def test_a_second_that_the_wall_says_twice_is_waited_out_and_nothing_falls_back() -> None:
    leap = [-1.0, -0.75, -0.5, -0.25]
    wall = [-1.25, *leap, *leap, 0.0, 0.25]
    clock = wall_of(wall)
    told = [(clock.now() - MIDNIGHT).total_seconds() for _ in wall]
    assert told == sorted(told), "what came second would stand before what came first"
    assert told == [-1.25, *leap, *([-0.25] * 4), 0.0, 0.25]


@pytest.mark.hazard("H30")
@pytest.mark.parametrize("back_s", [2.0, 60.0, 86_400.0])
def test_a_clock_that_is_set_further_back_is_followed(back_s: float) -> None:
    """To stand still for an hour would be the greater fault: times would be wrong for as long."""
    assert timedelta(seconds=back_s) > WAITED_OUT
    clock = wall_of([0.0, -back_s, 1.0 - back_s])
    assert [(clock.now() - MIDNIGHT).total_seconds() for _ in range(3)] == [0.0, -back_s, 1.0 - back_s]


@pytest.mark.hazard("H30")
def test_seconds_that_are_counted_do_not_follow_a_wall_clock_that_is_set_back(hand: list[float]) -> None:
    clock = Clock()
    clock.run_at(10, demo=True)
    before_s = clock.monotonic_s()
    _pass(hand, 2)
    hand[0] -= 3600
    assert clock.monotonic_s() - before_s == pytest.approx(20)
