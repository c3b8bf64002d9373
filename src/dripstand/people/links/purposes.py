"""What a link is for, and the rules that follow from it, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """The one thing that a link opens. The value is the folder of its pages: `/me/VALUE/`."""

    GUIDE = "guide"
    QUESTIONNAIRES = "questions"
    ESCORT = "escort"
    CALM = "calm"
    JOURNAL = "journal"
    APPOINTMENT = "appointment"
    NEXT_DAY = "next-day"
    FOLLOW_UP = "follow-up"
    ACCOUNT = "account"
    HOME = "home"
    """What a patient's own sign-in opens. No link of it is ever handed out."""


HANDED_OUT = tuple(one for one in Purpose if one is not Purpose.HOME)


@dataclass(frozen=True, slots=True)
class Rules:
    """asks_birth_date: the pages say something about the patient, so what the patient knows is asked for.

    used_up: the link is spent when its thing is done. lasts: how long the link may be opened. visit_lasts: how long the
    pages stay open after that, at most; idle: without being touched.
    """

    asks_birth_date: bool
    used_up: bool
    lasts: timedelta
    visit_lasts: timedelta = timedelta(hours=2)
    idle: timedelta = timedelta(minutes=30)


RULES: dict[Purpose, Rules] = {
    Purpose.GUIDE: Rules(True, False, timedelta(days=120), timedelta(hours=12), timedelta(hours=2)),
    Purpose.QUESTIONNAIRES: Rules(True, True, timedelta(days=3)),
    # Who takes the patient home need not know the birth date: their pages say nothing about the patient.
    Purpose.ESCORT: Rules(False, False, timedelta(days=21), timedelta(hours=12), timedelta(hours=12)),
    # Opened on the clinic's tablet beside the nurse; it says nothing about the patient.
    Purpose.CALM: Rules(False, False, timedelta(hours=12), timedelta(hours=12), timedelta(hours=12)),
    # Somebody who writes or speaks asks for no page meanwhile: an hour of it must still be kept.
    Purpose.JOURNAL: Rules(True, False, timedelta(days=120), timedelta(hours=4), timedelta(hours=2)),
    Purpose.APPOINTMENT: Rules(True, True, timedelta(days=30)),
    Purpose.NEXT_DAY: Rules(True, True, timedelta(days=4)),
    # As long as the longest window of an occasion after a course stays open (outcomes/occasions.py).
    Purpose.FOLLOW_UP: Rules(True, True, timedelta(days=14)),
    Purpose.ACCOUNT: Rules(True, True, timedelta(days=3)),
    # It stands until the clinic takes it back; each sign-in is a visit of it.
    Purpose.HOME: Rules(False, False, timedelta(days=3650), timedelta(hours=12)),
}

THANKED = frozenset({Purpose.QUESTIONNAIRES, Purpose.NEXT_DAY, Purpose.FOLLOW_UP, Purpose.APPOINTMENT})
"""Those that end in a page of thanks, which may be loaded again."""

SECRET_BYTES = 24  # 192 bits; 128 would do against guessing
WRONG_IN_A_WHILE_MOST_COUNT = 5
WRONG_EVER_MOST_COUNT = 10
FROM_AN_ADDRESS_MOST_COUNT = 20
A_WHILE = timedelta(minutes=15)


class Refused(StrEnum):
    """Why a link, or a page behind one, did not open."""

    ALTERED = "altered"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    USED_UP = "used_up"
    WRONG_BIRTH_DATE = "wrong_birth_date"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, no password
    TOO_MANY_TRIES = "too_many_tries"
    GUESSED_SHUT = "guessed_shut"
    NO_VISIT = "no_visit"
    OTHER_VISIT = "other_visit"


class Step(StrEnum):
    """What happened to a link, besides refusals."""

    MADE = "made"
    SENT = "sent"
    NOT_SENT = "not_sent"
    ENTERED = "entered"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    PASSWORD_SET = "password_set"  # noqa: S105 - a step, no password


def standing(
    *,
    expires_at: datetime,
    withdrawn_at: datetime | None,
    completed_at: datetime | None,
    wrong_ever_count: int,
    now: datetime,
) -> Refused | None:
    """Why a link may not be opened now, or None where it may."""
    if withdrawn_at is not None:
        return Refused.WITHDRAWN
    if completed_at is not None:
        return Refused.USED_UP
    if wrong_ever_count >= WRONG_EVER_MOST_COUNT:
        return Refused.GUESSED_SHUT
    if now >= expires_at:
        return Refused.EXPIRED
    return None


def may_guess(wrong_at: Iterable[datetime], from_address_at: Iterable[datetime], now: datetime) -> bool:
    """Whether another birth date is looked at: wrong ones of this link, and refusals of this address, of a while."""
    since = now - A_WHILE
    wrong_count = sum(at > since for at in wrong_at)
    address_count = sum(at > since for at in from_address_at)
    return wrong_count < WRONG_IN_A_WHILE_MOST_COUNT and address_count < FROM_AN_ADDRESS_MOST_COUNT
