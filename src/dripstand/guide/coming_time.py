"""When whoever takes a patient home is told that the time has changed, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CHANGED_BY = timedelta(minutes=15)
"""From so much on a time is another one: assumed. A guess that moves by less would only be noise."""
MESSAGES_AT_MOST_COUNT = 6
"""In one visit to one escort, assumed; after that somebody has to call."""
TRIES_AT_MOST_COUNT = 5
TRIED_AGAIN_AFTER = timedelta(minutes=10)


class How(StrEnum):
    """How an escort knows of the time as it is now. UNCHANGED: by the time that they know."""

    UNCHANGED = "unchanged"
    MAILED = "mailed"
    WAITS = "waits"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to this escort about this visit, as it stands. come_at: the time that it says."""

    come_at: datetime
    tries_count: int
    tried_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Knows:
    """told_for: the time that they were named or answered with, at told_at; None where nobody kept it.

    messages: in the order of their numbers; at most the last one has not left.
    """

    told_for: datetime | None
    told_at: datetime | None
    can_mail: bool
    messages: tuple[Message, ...] = ()

    @property
    def newest(self) -> datetime | None:
        """The newest time that reached them."""
        left = [one for one in self.messages if one.sent_at and (self.told_at is None or one.sent_at >= self.told_at)]
        return left[-1].come_at if left else self.told_for


def has_changed(known: datetime | None, come_at: datetime | None, now: datetime) -> bool:
    """Whether the time is another one than they know. A time that is now is no news: they are awaited already."""
    return known is not None and come_at is not None and come_at > now and abs(come_at - known) >= CHANGED_BY


CALLED_OFF = 0
"""The number of the message that nobody needs to come, beside those of changed times, which begin at 1."""


def called_off_is_due(tried: Message | None, now: datetime) -> bool:
    """Whether the message that nobody needs to come is to leave now: once, and tried again like the others."""
    if tried is None:
        return True
    again = tried.tries_count < TRIES_AT_MOST_COUNT and now >= tried.tried_at + TRIED_AGAIN_AFTER
    return tried.sent_at is None and again


def next_message(knows: Knows, come_at: datetime | None, now: datetime) -> int | None:
    """The number of the message that is due now, from 1, or None."""
    if not knows.can_mail or not has_changed(knows.newest, come_at, now):
        return None
    sent = [one for one in knows.messages if one.sent_at is not None]
    tried = next((one for one in knows.messages if one.sent_at is None), None)
    if len(sent) >= MESSAGES_AT_MOST_COUNT:
        return None
    if tried is not None and (tried.tries_count >= TRIES_AT_MOST_COUNT or now < tried.tried_at + TRIED_AGAIN_AFTER):
        return None
    return len(sent) + 1


def how(knows: Knows, come_at: datetime | None, now: datetime) -> How:
    """How they know of the time: what the staff see, who call where no message can bring it."""
    if not has_changed(knows.newest, come_at, now):
        return How.MAILED if has_changed(knows.told_for, come_at, now) else How.UNCHANGED
    tried = next((one for one in knows.messages if one.sent_at is None), None)
    sent_count = len(knows.messages) - (tried is not None)
    waits = knows.can_mail and sent_count < MESSAGES_AT_MOST_COUNT and tried is None
    return How.WAITS if waits else How.CALL
