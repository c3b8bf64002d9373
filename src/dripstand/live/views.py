"""The stream of a page: one for each page, however many topics it shows.

A message is `event: message`, data {"topic", "payload"}. `event: missed` says that this page read too slowly and lost
messages of a topic: it asks for the state anew. `event: beat` comes every second with the server's time; a page that
hears nothing for three seconds says that its connection is lost. `event: end` says why the server ends the stream.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from dripstand.live.clock import CLOCK
from dripstand.live.frames import encode, frame
from dripstand.live.publisher import HUB
from dripstand.live.signed_in import may_still_watch

BEAT_EVERY_S = 1.0
SIGN_IN_CHECKED_EVERY_S = 4.0
TOPICS_AT_MOST = 64
TOPIC_LENGTH_AT_MOST = 100


def beat() -> bytes:
    """The heartbeat, with the server's time, from which a page reckons ages whatever its own clock says.

    speed: 1, or how many times as fast a demo's time passes.
    """
    server_time = CLOCK.now().isoformat(timespec="milliseconds")
    return frame("beat", encode({"server_time": server_time, "speed": CLOCK.speed}))


async def _stream(session_key: str, topics: tuple[str, ...]) -> AsyncIterator[bytes]:
    viewer = HUB.attach(topics)
    try:
        yield b"retry: 1000\n\n" + beat()
        beaten_at = checked_at = time.monotonic()
        while not viewer.closed:
            for published in await viewer.take(max(0.0, beaten_at + BEAT_EVERY_S - time.monotonic())):
                yield published.frame
            now = time.monotonic()
            if now - checked_at >= SIGN_IN_CHECKED_EVERY_S:
                if not await may_still_watch(session_key, topics):
                    yield frame("end", encode({"why": "signed-out"}))
                    return
                checked_at = now
            if now - beaten_at >= BEAT_EVERY_S:
                beaten_at = now
                yield beat()
        yield frame("end", encode({"why": "restarting"}))
    finally:
        HUB.detach(viewer)


async def live(request: HttpRequest) -> HttpResponseBase:
    """GET /live?topic=...&topic=...: 401 for someone not signed in, 403 for a topic that is not theirs to watch."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    user = await request.auser()
    if not user.is_authenticated:
        return JsonResponse({"why": _("You are signed out.")}, status=401)
    topics = tuple(dict.fromkeys(request.GET.getlist("topic")))
    if not topics or len(topics) > TOPICS_AT_MOST or any(len(topic) > TOPIC_LENGTH_AT_MOST for topic in topics):
        return JsonResponse({"why": _("Name from 1 to 64 topics.")}, status=400)
    session_key = request.session.session_key
    if session_key is None or not await may_still_watch(session_key, topics):
        return JsonResponse({"why": _("You may not watch this.")}, status=403)
    return StreamingHttpResponse(
        _stream(session_key, topics),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
