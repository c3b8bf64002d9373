"""When the check of the next day is sent, once more, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dripstand.guide.next_day import Message, Visit, WhyNot, closes_at, due_at, next_message

CHICAGO = ZoneInfo("America/Chicago")
ENDED = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
"""Ten in the morning in Chicago."""
DUE = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
VISIT = Visit(ENDED, has_address=True, can_mail=True)


def sent(number: int, at: datetime) -> Message:
    return Message(number, at, at, 1)


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        ("2026-03-04T16:00", "2026-03-05T16:00"),  # 10:00 there: ten o'clock of the next day
        ("2026-03-04T22:30", "2026-03-05T18:30"),  # 16:30 there: ten o'clock would be 17.5 h, so 20 h later
        ("2026-03-08T01:00", "2026-03-08T21:00"),  # an evening before the clocks go forward
        ("2026-03-07T17:00", "2026-03-08T15:00"),  # the day between has 23 hours: ten o'clock there all the same
    ],
)
def test_it_is_due_at_ten_of_the_next_day_and_never_before_twenty_hours(ended: str, due: str) -> None:
    asked = datetime.fromisoformat(ended).replace(tzinfo=UTC)
    assert due_at(asked, CHICAGO) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_the_first_message_leaves_when_it_is_due_and_not_a_minute_before() -> None:
    assert next_message(VISIT, DUE - timedelta(minutes=1), CHICAGO) is WhyNot.NOT_YET
    assert next_message(VISIT, DUE, CHICAGO) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"answered": True}, WhyNot.ANSWERED),
        ({"in_hospital": True}, WhyNot.IN_HOSPITAL),
        ({"here_again": True}, WhyNot.HERE_AGAIN),
        ({"by_staff": True}, WhyNot.BY_STAFF),
        ({"has_address": False}, WhyNot.NO_ADDRESS),
        ({"can_mail": False}, WhyNot.NO_MAIL_HERE),
    ],
)
def test_nothing_leaves_where_it_would_be_wrong(change: dict[str, bool], why: WhyNot) -> None:
    assert next_message(replace(VISIT, **change), DUE, CHICAGO) is why  # type: ignore[arg-type]


def test_once_more_after_six_hours_by_daylight_and_never_a_third_time() -> None:
    once = replace(VISIT, messages=(sent(1, DUE),))
    assert next_message(once, DUE + timedelta(hours=5, minutes=59), CHICAGO) is WhyNot.SENT
    assert next_message(once, DUE + timedelta(hours=6), CHICAGO) == 2
    assert next_message(once, DUE + timedelta(hours=11), CHICAGO) is WhyNot.SENT, "21:00 there"
    twice = replace(VISIT, messages=(sent(1, DUE), sent(2, DUE + timedelta(hours=6))))
    assert next_message(twice, DUE + timedelta(hours=20), CHICAGO) is WhyNot.SENT


def test_who_has_begun_to_answer_gets_no_second_message_because_it_would_close_the_first() -> None:
    begun = replace(VISIT, messages=(sent(1, DUE),), begun=True)
    assert next_message(begun, DUE + timedelta(hours=7), CHICAGO) is WhyNot.SENT


def test_what_the_mail_server_refused_is_tried_again_after_ten_minutes_five_times_in_all() -> None:
    tried = replace(VISIT, messages=(Message(1, None, DUE, 1),))
    assert next_message(tried, DUE + timedelta(minutes=9), CHICAGO) is WhyNot.NOT_YET
    assert next_message(tried, DUE + timedelta(minutes=10), CHICAGO) == 1
    failed = replace(VISIT, messages=(Message(1, None, DUE, 5),))
    assert next_message(failed, DUE + timedelta(hours=2), CHICAGO) is WhyNot.FAILED


def test_nothing_leaves_later_than_48_hours() -> None:
    assert closes_at(ENDED) == ENDED + timedelta(hours=48)
    assert next_message(VISIT, ENDED + timedelta(hours=48), CHICAGO) is WhyNot.TOO_LATE
    assert next_message(VISIT, ENDED + timedelta(hours=47, minutes=59), CHICAGO) == 1
