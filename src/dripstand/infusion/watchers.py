"""Who may watch the live stream of a session and of the board."""

from __future__ import annotations

from typing import Any

from dripstand.people.actors import Role
from dripstand.people.queries import actor_of

AT_THE_CHAIR = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)


def may_watch_session(user: Any, session_id: str) -> bool:
    """Whoever may open a chair's screen may watch it."""
    actor = actor_of(user)
    return bool(session_id) and actor is not None and actor.is_a(*AT_THE_CHAIR)


def may_watch_board(user: Any, rest: str) -> bool:
    """Every member of staff may watch the board; what they see of it is decided when it is rendered."""
    return rest == "" and actor_of(user) is not None
