"""Is the person at the other end of a stream still signed in, and still allowed to watch?"""

from __future__ import annotations

import time
from importlib import import_module

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import auth
from django.db import close_old_connections
from django.http import HttpRequest

from dripstand.live.topics import may_watch_all

# Pages of one sign-in share an answer for this long, so that many open tabs cost one query.
ANSWER_KEPT_S = 2.0
_answers: dict[tuple[str, tuple[str, ...]], tuple[float, bool]] = {}


def _ask(session_key: str, topics: tuple[str, ...]) -> bool:
    """Reads the sign-in anew from the database: gone, expired, disabled and with a changed password are all refused."""
    close_old_connections()
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
        user = auth.get_user(request)
        return bool(user.is_authenticated and user.is_active and may_watch_all(user, topics))
    finally:
        close_old_connections()


async def may_still_watch(session_key: str, topics: tuple[str, ...]) -> bool:
    """As `_ask`, with answers up to ANSWER_KEPT_S old."""
    now = time.monotonic()
    known = _answers.get((session_key, topics))
    if known is not None and now - known[0] < ANSWER_KEPT_S:
        return known[1]
    answer = await sync_to_async(_ask, thread_sensitive=False)(session_key, topics)
    for old in [key for key, (asked_at, _) in _answers.items() if now - asked_at > ANSWER_KEPT_S]:
        del _answers[old]
    _answers[session_key, topics] = (now, answer)
    return answer
