"""A locked screen: the sign-in stays, chairs and alarms stay in sight, and nothing else of it until somebody unlocks.

The state is part of the stored sign-in, so that every page of it obeys, and it ends with it. Unlocking asks for the
person's own password, or for a PIN that they chose for this sign-in alone: it is worth nothing elsewhere, is stored as
a slow hash within the sign-in, ends with it, and is gone after three wrong tries. Somebody else signs in anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import check_password, make_password

LOCKED_AT = "locked_at"
PIN = "unlock_pin"
WRONG_PINS = "unlock_wrong_count"
WRONG_PINS_AT_MOST_COUNT = 3
PIN_LETTERS_LEAST, PIN_LETTERS_MOST = 6, 12

OPEN_WHILE_LOCKED = frozenset(
    {"/locked/", "/locked.json", "/unlock/", "/lock/", "/sign-out/", "/live", "/screens/alive.json", "/healthz"}
    | {"/hard-day/"}
)
"""What a locked sign-in is still answered: none of it names a patient."""


def lock(session: Any, now: datetime) -> None:
    """Locks every page of this sign-in."""
    session[LOCKED_AT] = now.isoformat()


def is_locked(session: Any) -> bool:
    return LOCKED_AT in session


def unlock(session: Any) -> None:
    session.pop(LOCKED_AT, None)
    session.pop(WRONG_PINS, None)


def set_pin(session: Any, pin: str) -> bool:
    """Keeps a PIN for the rest of this sign-in; False for one that is no 6 to 12 digits, or all the same."""
    if not (pin.isascii() and pin.isdigit() and PIN_LETTERS_LEAST <= len(pin) <= PIN_LETTERS_MOST):
        return False
    if len(set(pin)) < 3:
        return False
    session[PIN] = make_password(pin)
    session.pop(WRONG_PINS, None)
    return True


def has_pin(session: Any) -> bool:
    return PIN in session


def right_pin(session: Any, pin: str) -> bool:
    """Whether this is the sign-in's PIN. A third wrong one takes the PIN away: then only the password unlocks."""
    stored = session.get(PIN)
    if stored is None:
        return False
    if check_password(pin, stored):
        return True
    wrong_count = int(session.get(WRONG_PINS, 0)) + 1
    session[WRONG_PINS] = wrong_count
    if wrong_count >= WRONG_PINS_AT_MOST_COUNT:
        session.pop(PIN, None)
        session.pop(WRONG_PINS, None)
    return False


def may_be_asked(path: str, static_url: str) -> bool:
    """Whether a locked sign-in is answered at this address."""
    return path in OPEN_WHILE_LOCKED or path.startswith(static_url)
