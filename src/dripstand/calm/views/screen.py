"""The calm screen and its call area: everything comes from the link's own visit, nothing from an address (H56)."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpResponse, HttpResponseBase, JsonResponse, RawPostDataException, StreamingHttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from dripstand.calm import queries, services
from dripstand.calm.sound_answers import sound_answer
from dripstand.guide.queries import wishes_for
from dripstand.infusion.queries import NoSuchSession
from dripstand.live.clock import now as now_by_clock
from dripstand.live.frames import encode, frame
from dripstand.live.publisher import HUB
from dripstand.live.views import beat
from dripstand.people.access import LinkRequest, by_link, shut
from dripstand.people.errors import NotThere
from dripstand.people.links.purposes import Purpose, Refused
from dripstand.people.links.visits import Visitor, visitor_of

ASKED_AGAIN_EVERY_S = 4.0


def _words() -> dict[str, str]:
    """What the script says; no more than three words where the patient is, unless they must do something themselves.

    It says that the nurse knows only once the server has the call and can be heard; and with earphones on, where the
    bell is in the patient's ears alone, never that the tablet rings (H37).
    """
    return {
        "call": _("Call my nurse"),
        "reaching": _("Calling your nurse"),
        "sent": _("Your nurse knows"),
        "answered": _("Your nurse is here"),
        "offline": _("No connection"),
        "offline_more": _("Touch: this tablet rings. Or ring the bell in the room."),
        "offline_earphones_more": _(
            "You wear earphones: ring the bell in the room. A touch is sent as soon as it can be."
        ),
        "ringing": _("This tablet rings"),
        "ringing_more": _(
            "Ring the bell in the room too. Your call is sent as soon as it can be. Touch to stop the sound."
        ),
        "ringing_earphones": _("You wear earphones: ring the bell in the room"),
        "ringing_earphones_more": _("Your call is sent as soon as it can be. Touch to stop the sound."),
        "over": _("This tablet is free again."),
    }


@by_link(Purpose.CALM)
@require_safe
def screen(request: LinkRequest) -> HttpResponse:
    """The page itself: nothing on it is about anybody, so that a browser may keep it for when the network is gone.

    It carries a mark of its visit, by which the tablet forgets what an earlier visit left on it.
    """
    visitor = request.visitor
    try:
        wishes = wishes_for(visitor.patient_id)
        mine = services.pair(
            visitor.about, visitor.visit_id, wished_sound=wishes.sound.value if wishes else "", now=now_by_clock()
        )
    except NoSuchSession as fault:
        raise NotThere(visitor.about) from fault
    if not mine:
        return shut(request, Refused.NO_VISIT)  # type: ignore[return-value]
    mark = salted_hmac("dripstand.calm.visit", visitor.about).hexdigest()[:24]
    return render(request, "calm/screen.html", {"words": _words(), "visit": mark})


@by_link(Purpose.CALM)
@require_safe
def state(request: LinkRequest) -> HttpResponse:
    """What to play and show, and which calls wait."""
    return JsonResponse(queries.state_of(request.visitor.about, request.visitor.visit_id))


@csrf_exempt
@by_link(Purpose.CALM)
@require_POST
def call(request: LinkRequest) -> HttpResponse:
    """One touch. 200 once it is charted and on the nurse's screens; 410 where this tablet is nobody's any more.

    It asks for no token of a form: every sign-in in the same browser makes a new one, and the page that stands open for
    hours would call with the old one and reach nobody (H39). No other site can send the visit's cookie along.
    """
    try:
        sent = json.loads(request.body[:1000])
        call_id, waited_s = str(sent["call_id"]), float(sent.get("waited_s", 0))
    except (ValueError, KeyError, TypeError, RawPostDataException):  # the last: a form where JSON was wanted
        return JsonResponse({"taken": False}, status=400)
    if not 8 <= len(call_id) <= 64 or not 0 <= waited_s < 1e6:
        return JsonResponse({"taken": False}, status=400)
    taken = services.call(
        request.visitor.about, request.visitor.visit_id, call_id=call_id, waited_s=waited_s, now=now_by_clock()
    )
    return JsonResponse({"taken": taken}, status=200 if taken else 410)


async def _stream(request: LinkRequest, visitor: Visitor) -> AsyncIterator[bytes]:
    viewer = HUB.attach([f"session:{visitor.about}"])
    read = sync_to_async(queries.state_of, thread_sensitive=False)
    told = None
    try:
        yield b"retry: 1000\n\n" + beat()
        asked_at = time.monotonic()
        while not viewer.closed:
            now_state = await read(visitor.about, visitor.visit_id)
            if now_state != told:
                told = now_state
                yield frame("message", encode({"topic": "calm", "payload": dict(now_state)}))
            await viewer.take(1.0)
            yield beat()
            if time.monotonic() - asked_at >= ASKED_AGAIN_EVERY_S:
                asked_at = time.monotonic()
                if await sync_to_async(visitor_of)(request, Purpose.CALM, now_by_clock()) is None:
                    yield frame("end", encode({"why": "signed-out"}))
                    return
    finally:
        HUB.detach(viewer)


@by_link(Purpose.CALM)
async def stream(request: LinkRequest) -> HttpResponseBase:
    """The state whenever it changes, and a beat each second: what the session's screens hear, without a word of it."""
    if request.method != "GET":
        return HttpResponse(status=405)
    return StreamingHttpResponse(
        _stream(request, request.visitor),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@by_link(Purpose.CALM)
@require_safe
def recording(request: LinkRequest, recording_id: UUID) -> HttpResponse:
    """A recording of the clinic's."""
    return sound_answer(request, queries.recording(str(recording_id)))


@by_link(Purpose.CALM)
@require_safe
def worker(request: LinkRequest) -> HttpResponse:
    """The service worker: keeps this page and its files, and nothing that is about anybody."""
    return render(request, "calm/worker.js", content_type="text/javascript; charset=utf-8")
