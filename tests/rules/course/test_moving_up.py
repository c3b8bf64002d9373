"""Infusions move up over the places of their series: in order, no place lost, and no more changed than must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dripstand.course.moving_up import Numbered, Spot, moved_up

MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)


def on(day: int) -> Spot:
    return Spot("harbour", MONDAY + timedelta(days=day))


def series(**days: int | None) -> list[Numbered]:
    """i2=None: infusion 2 waits for a place; i3=4: infusion 3 is booked four days after the Monday."""
    return [Numbered(name, int(name[1:]), None if day is None else on(day)) for name, day in days.items()]


def put(found: list[Numbered], *chosen: int) -> dict[str, Spot]:
    return {one.infusion_id: one.spot for one in moved_up(found, [on(day) for day in chosen])}


def test_an_infusion_that_slipped_takes_the_next_place_and_each_later_one_the_one_after() -> None:
    assert put(series(i2=None, i3=4, i4=7), 14) == {"i2": on(4), "i3": on(7), "i4": on(14)}


def test_where_it_fits_between_nothing_else_moves() -> None:
    assert put(series(i2=None, i3=4, i4=7), 3) == {"i2": on(3)}
    assert put(series(i2=None, i3=4, i4=7), 5) == {"i2": on(4), "i3": on(5)}


def test_with_fewer_places_than_wait_the_last_go_on_waiting_and_nobody_loses_one() -> None:
    assert put(series(i2=None, i3=4, i7=None), 9) == {"i2": on(4), "i3": on(9)}
    assert put(series(i2=None, i3=4)) == {}


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.integers(0, 8), st.randoms())
def test_they_stand_in_order_afterwards_on_the_same_days_and_the_chosen_ones(
    waits: list[bool], chosen_count: int, chance: object
) -> None:
    days = list(range(20))
    chance.shuffle(days)  # type: ignore[attr-defined]
    booked = sorted(days[: len(waits)])
    chosen = [on(day) for day in days[len(waits) : len(waits) + min(chosen_count, sum(waits))]]
    own = [Numbered(str(number), number, None if wait else on(booked[number])) for number, wait in enumerate(waits)]
    after = {one.number: one.spot for one in own if one.spot} | {one.number: one.spot for one in moved_up(own, chosen)}
    assert [after[number] for number in sorted(after)] == sorted(after.values(), key=lambda one: one.starts_at)
    before = {one.spot for one in own if one.spot}
    assert set(after.values()) == before | set(chosen)
