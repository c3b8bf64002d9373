"""When an escort is told that the time has changed, and when somebody has to call them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dripstand.guide.coming_time import How, Knows, Message, has_changed, how, next_message

NOW = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
SAID = NOW + timedelta(hours=1)
LATER = SAID + timedelta(minutes=40)
KNOWS = Knows(told_for=SAID, told_at=NOW - timedelta(hours=2), can_mail=True)


def message(at: datetime, *, sent: bool = True, tries: int = 1, minutes_ago: int = 5) -> Message:
    tried = NOW - timedelta(minutes=minutes_ago)
    return Message(at, tries, tried, tried if sent else None)


@pytest.mark.parametrize(("minutes", "changed"), [(0, False), (14, False), (15, True), (-14, False), (-15, True)])
def test_a_quarter_of_an_hour_is_another_time_earlier_as_well(minutes: int, changed: bool) -> None:
    assert has_changed(SAID, SAID + timedelta(minutes=minutes), NOW) is changed


def test_a_time_that_nobody_kept_and_one_that_cannot_be_said_have_not_changed() -> None:
    assert not has_changed(None, LATER, NOW) and not has_changed(SAID, None, NOW)
    assert not has_changed(SAID - timedelta(hours=2), NOW, NOW), "who is awaited already is told nothing new"


def test_a_change_is_told_once_and_the_next_change_again() -> None:
    assert next_message(KNOWS, SAID, NOW) is None
    assert next_message(KNOWS, LATER, NOW) == 1
    told = replace(KNOWS, messages=(message(LATER),))
    assert next_message(told, LATER + timedelta(minutes=10), NOW) is None
    assert next_message(told, LATER + timedelta(minutes=15), NOW) == 2
    assert next_message(told, SAID, NOW) == 2, "back to the first time is a change from what they read last"


def test_an_answer_after_a_message_is_what_they_know() -> None:
    answered = Knows(LATER, NOW, can_mail=True, messages=(message(LATER + timedelta(hours=1)),))
    assert answered.newest == LATER and next_message(answered, LATER, NOW) is None


def test_what_was_not_taken_is_tried_again_after_ten_minutes_and_five_times_at_most() -> None:
    assert next_message(replace(KNOWS, messages=(message(LATER, sent=False, minutes_ago=9),)), LATER, NOW) is None
    assert next_message(replace(KNOWS, messages=(message(LATER, sent=False, minutes_ago=10),)), LATER, NOW) == 1
    last = replace(KNOWS, messages=(message(LATER, sent=False, minutes_ago=60, tries=5),))
    assert next_message(last, LATER, NOW) is None and how(last, LATER, NOW) is How.CALL


def test_six_messages_and_then_somebody_calls() -> None:
    told = replace(KNOWS, messages=tuple(message(LATER) for _ in range(6)))
    assert next_message(told, LATER + timedelta(hours=1), NOW) is None
    assert how(told, LATER + timedelta(hours=1), NOW) is How.CALL


def test_the_staff_see_how_the_escort_knows() -> None:
    assert how(KNOWS, SAID, NOW) is How.UNCHANGED
    assert how(KNOWS, LATER, NOW) is How.WAITS
    assert how(replace(KNOWS, messages=(message(LATER),)), LATER, NOW) is How.MAILED
    assert how(replace(KNOWS, messages=(message(LATER, sent=False),)), LATER, NOW) is How.CALL, "it was not taken"
    without = replace(KNOWS, can_mail=False)
    assert next_message(without, LATER, NOW) is None and how(without, LATER, NOW) is How.CALL
