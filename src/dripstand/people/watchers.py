"""Who may watch the live topic of pages to the on-call."""

from __future__ import annotations

from typing import Any

from dripstand.people.paging import WHO_SEES
from dripstand.people.queries import actor_of


def may_watch_on_call(user: Any, rest: str) -> bool:
    """Those who treat; the topic says only that something changed."""
    actor = actor_of(user)
    return rest == "" and actor is not None and actor.is_a(*WHO_SEES)
