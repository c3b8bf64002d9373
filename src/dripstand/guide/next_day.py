"""When the check of the next day is sent, and when no more: the rules, as plain values.

It goes out at ten o'clock of the clinic's clock on the day after, at the earliest 20 h after the drug ended (the
schedule's own window, outcomes/schedule.py), once more after six hours where nothing was answered, and never later than
48 h after the drug ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from dripstand.outcomes.occasions import Windows

AT = time(10)
WAKING = (time(8), time(20))
AGAIN_AFTER = timedelta(hours=6)
MESSAGES_AT_MOST = 2
TRIES_AT_MOST = 5
TRIED_AGAIN_AFTER = timedelta(minutes=10)
WINDOWS = Windows()


class WhyNot(StrEnum):
    """Why nothing is sent now. What is not `NOT_YET`, `ANSWERED` or `SENT` needs a person: the clinic calls."""

    NOT_YET = "not_yet"
    ANSWERED = "answered"
    SENT = "sent"
    NO_ADDRESS = "no_address"
    NO_MAIL_HERE = "no_mail_here"
    IN_HOSPITAL = "in_hospital"
    HERE_AGAIN = "here_again"
    BY_STAFF = "by_staff"
    TOO_LATE = "too_late"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands. sent_at: None until a mail server took it; tried_at: the newest try."""

    number: int
    sent_at: datetime | None
    tried_at: datetime | None
    tries_count: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What the rules ask about a visit whose drug has ended. by_staff: staff have made a link that still opens.
    begun: the patient has opened what was sent, and can go on there."""

    ended_at: datetime
    has_address: bool
    can_mail: bool
    answered: bool = False
    in_hospital: bool = False
    here_again: bool = False
    by_staff: bool = False
    begun: bool = False
    messages: Sequence[Message] = ()


def due_at(ended_at: datetime, zone: tzinfo) -> datetime:
    """When the first message is due."""
    day = ended_at.astimezone(zone).date() + timedelta(days=1)
    return max(datetime.combine(day, AT, tzinfo=zone), ended_at + WINDOWS.day_after_from)


def closes_at(ended_at: datetime) -> datetime:
    """After this nothing is sent any more."""
    return ended_at + WINDOWS.day_after_to


def next_message(visit: Visit, now: datetime, zone: tzinfo) -> int | WhyNot:
    """The number of the message that is to leave now, or why none is."""
    sent = [one for one in visit.messages if one.sent_at is not None]
    for stands, why in (
        (visit.answered, WhyNot.ANSWERED),
        (visit.in_hospital, WhyNot.IN_HOSPITAL),
        (visit.here_again, WhyNot.HERE_AGAIN),
        (visit.by_staff, WhyNot.BY_STAFF),
        (now >= closes_at(visit.ended_at), WhyNot.SENT if sent else WhyNot.TOO_LATE),
        (not visit.has_address, WhyNot.NO_ADDRESS),
        (not visit.can_mail, WhyNot.NO_MAIL_HERE),
        (now < due_at(visit.ended_at, zone), WhyNot.NOT_YET),
    ):
        if stands:
            return why
    awake = is_awake(now, zone)
    return next_try(visit.messages, now, AGAIN_AFTER, again=awake and not visit.begun)


def is_awake(now: datetime, zone: tzinfo) -> bool:
    """Whether a message may arrive now by the clinic's clock."""
    return WAKING[0] <= now.astimezone(zone).time() < WAKING[1]


def next_try(messages: Sequence[Message], now: datetime, again_after: timedelta, *, again: bool) -> int | WhyNot:
    """The number of the message to try now: one that did not leave, the first, or one more where `again` allows it."""
    sent = [one.sent_at for one in messages if one.sent_at is not None]
    open_ones = [one for one in messages if one.sent_at is None]
    if open_ones:
        last = open_ones[-1]
        if last.tries_count >= TRIES_AT_MOST:
            return WhyNot.FAILED
        waits = last.tried_at is not None and now < last.tried_at + TRIED_AGAIN_AFTER
        return WhyNot.NOT_YET if waits else last.number
    if not sent:
        return 1
    if not again or len(sent) >= MESSAGES_AT_MOST or now < max(sent) + again_after:
        return WhyNot.SENT
    return len(sent) + 1
