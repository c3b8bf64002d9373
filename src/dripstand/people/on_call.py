"""A page to the on-call as plain values: whose turn it is, and whether a person has seen it.

A page is seen when a person said so, and never because something was sent (hazard H39). Nobody is passed over for
good: after the last of the list it begins anew, until somebody has seen it. How long a turn lasts is assumed; the
clinic confirms it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TURN = timedelta(minutes=5)
"""How long one person has before the next is asked as well. Assumed."""

SENDING_TRIES_AT_MOST_COUNT = 3
"""How often an e-mail is tried within one turn. Assumed; the turn passes on whatever becomes of it."""


class StepKind(StrEnum):
    """What happened to a page."""

    ASKED = "asked"  # somebody's turn began: their screens show it and an e-mail is due
    SENT = "sent"  # a mail server took the e-mail, which says nothing of anybody having read it
    NOT_SENT = "not_sent"
    SEEN = "seen"  # a person said that they have it


class Standing(StrEnum):
    """How a page stands. Unseen: a whole turn passed, or there is nobody to ask; the board says so."""

    WAITING = "waiting"
    UNSEEN = "unseen"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class OnCallPerson:
    """One place of the list. Without an e-mail address only their screens show a page."""

    staff_id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. staff_id is "" where nobody was there to ask."""

    kind: StepKind
    turn_number: int
    staff_id: str
    staff_name: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn begins. person is None where nobody is on the list and nobody leads."""

    turn_number: int
    person: OnCallPerson | None


def seen_by(steps: Sequence[Step]) -> Step | None:
    return next((step for step in steps if step.kind is StepKind.SEEN), None)


def last_asked(steps: Sequence[Step]) -> Step | None:
    return max((step for step in steps if step.kind is StepKind.ASKED), key=lambda step: step.turn_number, default=None)


def standing(steps: Sequence[Step], now: datetime) -> Standing:
    """How a page with these steps stands."""
    if seen_by(steps) is not None:
        return Standing.SEEN
    asked = [step for step in steps if step.kind is StepKind.ASKED]
    if not asked or not any(step.staff_id for step in asked):
        return Standing.UNSEEN
    first = min(asked, key=lambda step: step.turn_number)
    return Standing.UNSEEN if now - first.at >= TURN else Standing.WAITING


def next_turn(order: Sequence[OnCallPerson], steps: Sequence[Step], now: datetime) -> Turn | None:
    """The turn that begins now; None while one runs, or once a person has seen the page.

    The one after the last asked, by their place in the list as it is now; whoever has left it is passed over.
    """
    if seen_by(steps) is not None:
        return None
    asked = last_asked(steps)
    if asked is None:
        return Turn(1, order[0] if order else None)
    if now - asked.at < TURN and (asked.staff_id or not order):
        return None
    number = asked.turn_number + 1
    if not order:
        return Turn(number, None)
    places = [place for place, person in enumerate(order) if person.staff_id == asked.staff_id]
    return Turn(number, order[(places[0] + 1) % len(order)] if places else order[0])


def may_send(steps: Sequence[Step]) -> Step | None:
    """The turn whose e-mail is still to be tried, or None."""
    asked = last_asked(steps)
    if asked is None or not asked.staff_id or seen_by(steps) is not None:
        return None
    of_turn = [step for step in steps if step.turn_number == asked.turn_number]
    if any(step.kind is StepKind.SENT for step in of_turn):
        return None
    failed = sum(step.kind is StepKind.NOT_SENT for step in of_turn)
    return asked if failed < SENDING_TRIES_AT_MOST_COUNT else None
