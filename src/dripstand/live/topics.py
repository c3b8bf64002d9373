"""Who may watch what. Each room registers its kinds of topic in `AppConfig.ready`; an unregistered kind is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

# (user, what follows the colon) -> may this user watch it? Called in a worker thread, so it may query.
MayWatch = Callable[[Any, str], bool]

_KINDS: dict[str, MayWatch] = {}


class TopicKindTaken(RuntimeError):
    """Two rooms claim the same kind of topic."""


def allow_topics(kind: str, may_watch: MayWatch) -> None:
    """Registers who may watch topics `kind` and `kind:...`."""
    if _KINDS.get(kind, may_watch) is not may_watch:
        raise TopicKindTaken(kind)
    _KINDS[kind] = may_watch


def may_watch_all(user: Any, topics: Iterable[str]) -> bool:
    """True when the user may watch each of them, and there is at least one."""
    asked = list(topics)
    if not asked:
        return False
    for topic in asked:
        kind, _, rest = topic.partition(":")
        decide = _KINDS.get(kind)
        if decide is None or not decide(user, rest):
            return False
    return True
