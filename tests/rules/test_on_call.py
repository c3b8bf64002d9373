"""Whose turn a page to the on-call is, and that only a person makes it seen (H39)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.people.on_call import (
    SENDING_TRIES_AT_MOST_COUNT,
    TURN,
    OnCallPerson,
    Standing,
    Step,
    StepKind,
    Turn,
    may_send,
    next_turn,
    standing,
)
from tests.people import NOW

WEBB = OnCallPerson("webb", "Dr. L. Webb", "webb@example.org")
ABARA = OnCallPerson("abara", "Dr. S. Abara", "abara@example.org")
VANCE = OnCallPerson("vance", "Dr. T. Vance")


def asked(number: int, person: OnCallPerson | None, after_min: float = 0) -> Step:
    at = NOW + timedelta(minutes=after_min)
    return Step(StepKind.ASKED, number, person.staff_id if person else "", person.name if person else "", at)


def step(kind: StepKind, number: int, person: OnCallPerson, after_min: float = 0) -> Step:
    return Step(kind, number, person.staff_id, person.name, NOW + timedelta(minutes=after_min))


def test_the_first_of_the_list_is_asked_at_once() -> None:
    assert next_turn((WEBB, ABARA), (), NOW) == Turn(1, WEBB)


def test_the_next_is_asked_when_the_turn_is_over_and_not_before() -> None:
    steps = (asked(1, WEBB),)
    assert next_turn((WEBB, ABARA), steps, NOW + TURN - timedelta(seconds=1)) is None
    assert next_turn((WEBB, ABARA), steps, NOW + TURN) == Turn(2, ABARA)


def test_after_the_last_the_list_begins_anew() -> None:
    assert next_turn((WEBB, ABARA), (asked(1, WEBB), asked(2, ABARA, 5)), NOW + 2 * TURN) == Turn(3, WEBB)


def test_whoever_left_the_list_meanwhile_is_passed_over() -> None:
    assert next_turn((VANCE,), (asked(1, WEBB),), NOW + TURN) == Turn(2, VANCE)


def test_with_nobody_to_ask_it_is_unseen_from_the_first_second_and_goes_to_whoever_comes() -> None:
    nobody = (asked(1, None),)
    assert next_turn((), (), NOW) == Turn(1, None)
    assert standing(nobody, NOW) is Standing.UNSEEN
    assert next_turn((WEBB,), nobody, NOW + timedelta(seconds=1)) == Turn(2, WEBB)


@pytest.mark.hazard("H39")
def test_what_was_sent_is_not_seen() -> None:
    steps = (asked(1, WEBB), step(StepKind.SENT, 1, WEBB))
    assert standing(steps, NOW) is Standing.WAITING
    assert standing(steps, NOW + TURN) is Standing.UNSEEN
    assert next_turn((WEBB, ABARA), steps, NOW + TURN) == Turn(2, ABARA)


@pytest.mark.hazard("H39")
def test_a_persons_word_ends_it() -> None:
    steps = (asked(1, WEBB), step(StepKind.SEEN, 1, ABARA, 1))
    assert standing(steps, NOW + 10 * TURN) is Standing.SEEN
    assert next_turn((WEBB, ABARA), steps, NOW + 10 * TURN) is None
    assert may_send(steps) is None


def test_an_email_is_tried_a_few_times_within_a_turn_and_once_it_left_no_more() -> None:
    failed = step(StepKind.NOT_SENT, 1, WEBB)
    for count in range(SENDING_TRIES_AT_MOST_COUNT):
        assert may_send((asked(1, WEBB), *[failed] * count)) == asked(1, WEBB)
    assert may_send((asked(1, WEBB), *[failed] * SENDING_TRIES_AT_MOST_COUNT)) is None
    assert may_send((asked(1, WEBB), step(StepKind.SENT, 1, WEBB))) is None
    assert may_send((asked(1, WEBB), step(StepKind.SENT, 1, WEBB), asked(2, ABARA, 5))) == asked(2, ABARA, 5)


@pytest.mark.hazard("H39")
@given(st.lists(st.integers(1, 900), min_size=1, max_size=40), st.integers(1, 3))
def test_looked_at_whenever_everybody_is_asked_again_and_again_until_somebody_has_seen_it(
    waits_s: list[int], count: int
) -> None:
    order = (WEBB, ABARA, VANCE)[:count]
    now, steps = NOW, [asked(1, WEBB)]
    for wait_s in waits_s:
        now += timedelta(seconds=wait_s)
        turn = next_turn(order, steps, now)
        if turn is not None:
            assert turn.person is not None
            assert now - steps[-1].at >= TURN
            steps.append(Step(StepKind.ASKED, turn.turn_number, turn.person.staff_id, turn.person.name, now))
    # looked at every moment, nobody waits longer than a turn and the longest gap between two looks
    assert now - steps[-1].at < TURN
    assert [one.turn_number for one in steps] == list(range(1, len(steps) + 1))
    assert [one.staff_id for one in steps] == [order[place % count].staff_id for place in range(len(steps))]
