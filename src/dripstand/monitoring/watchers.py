"""Who may be told that a device moved."""

from __future__ import annotations

from typing import Any

from dripstand.people.actors import Role
from dripstand.people.queries import actor_of

SEES_DEVICES = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ADMINISTRATOR)


def may_watch_devices(user: Any, rest: str) -> bool:
    """Whoever may open the page of devices may watch it."""
    actor = actor_of(user)
    return rest == "" and actor is not None and actor.is_a(*SEES_DEVICES)
