"""What every answer carries, and how long a sign-in lasts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _

from dripstand.people import lock
from dripstand.people.access import wants_page
from dripstand.people.actors import Role
from dripstand.premises.queries import zone_read_once
from dripstand.server.errors import FOR_PATIENTS

Handler = Callable[[HttpRequest], Any]

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
JOURNAL = "/me/journal/"
"""The one page that may ask for the microphone: a patient may speak instead of type."""
DEVICE_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def _dress(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Permissions-Policy"] = (
        DEVICE_POLICY.replace("microphone=()", "microphone=(self)") if request.path == JOURNAL else DEVICE_POLICY
    )
    if not request.path.startswith(settings.STATIC_URL):
        # A page holds patients' data: no browser or proxy keeps a copy of it.
        response.headers["Cache-Control"] = "no-store"
    return response


@sync_and_async_middleware
def security_headers(get_response: Handler) -> Handler:
    """Adds the content policy and forbids storing; the rest of the headers are Django's SecurityMiddleware."""
    if iscoroutinefunction(get_response):

        async def dressed_async(request: HttpRequest) -> HttpResponseBase:
            awaited: Awaitable[HttpResponseBase] = get_response(request)
            return _dress(request, await awaited)

        return dressed_async

    def dressed(request: HttpRequest) -> HttpResponseBase:
        return _dress(request, get_response(request))

    return dressed


@sync_and_async_middleware
def clinics_zone(get_response: Handler) -> Handler:
    """The clinic's zone is read once a request, however many times of day a page shows."""
    if iscoroutinefunction(get_response):

        async def within_async(request: HttpRequest) -> HttpResponseBase:
            with zone_read_once():
                awaited: Awaitable[HttpResponseBase] = get_response(request)
                answer: HttpResponseBase = await awaited
            return answer

        return within_async

    def within(request: HttpRequest) -> HttpResponseBase:
        with zone_read_once():
            answer: HttpResponseBase = get_response(request)
        return answer

    return within


# --- in which language ----------------------------------------------------------------------------------------------


@sync_and_async_middleware
def language_of_the_reader(get_response: Handler) -> Handler:
    """Patients' pages in the language that they chose, else of their browser; the staff's in that of the clinic."""

    def choose(request: HttpRequest) -> None:
        asked = translation.get_language_from_request(request) if request.path.startswith(FOR_PATIENTS) else "en"
        translation.activate(asked)
        request.LANGUAGE_CODE = translation.get_language()

    def said(response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    if iscoroutinefunction(get_response):

        async def spoken_async(request: HttpRequest) -> HttpResponseBase:
            choose(request)
            awaited: Awaitable[HttpResponseBase] = get_response(request)
            return said(await awaited)

        return spoken_async

    def spoken(request: HttpRequest) -> HttpResponseBase:
        choose(request)
        return said(get_response(request))

    return spoken


# --- how long a sign-in lasts ---------------------------------------------------------------------------------------

SIGNED_IN_AT = "signed_in_at"
WRITTEN_AT_MOST_EVERY = timedelta(minutes=1)
ASKED_BY_ITSELF = ("/live", "/on-call/banner/", "/hard-day/", "/screens/alive.json", "/locked.json")
"""What an open page asks for without anybody touching it: no use of the sign-in."""


def _keep_or_end(request: HttpRequest) -> None:
    """Moves the idle limit forward, never past the absolute one; ends a sign-in that is past it.

    The limit is the stored session's own expiry, so a stream, which reads the store directly, obeys it as well. The
    stream itself is no use of the sign-in: an open page that nobody touches still runs out.
    """
    if request.path in ASKED_BY_ITSELF or not request.user.is_authenticated:
        return
    now = datetime.now(UTC)
    session = request.session
    began = session.get(SIGNED_IN_AT)
    if began is None:
        session[SIGNED_IN_AT] = now.isoformat()
        began_at = now
    else:
        began_at = datetime.fromisoformat(began)
    ends_at = began_at + timedelta(seconds=settings.SESSION_ABSOLUTE_S)
    if now >= ends_at:
        logout(request)
        return
    # A wall display is never touched; only the absolute limit ends its sign-in.
    on_the_wall = Role.WALL in request.user.roles
    wanted = ends_at if on_the_wall else min(now + timedelta(seconds=settings.SESSION_IDLE_S), ends_at)
    if began is None or wanted - session.get_expiry_date() >= WRITTEN_AT_MOST_EVERY:
        session.set_expiry(wanted)


@sync_and_async_middleware
def sign_in_limits(get_response: Handler) -> Handler:
    """Ends a sign-in after the idle and the absolute limit of the settings."""
    if iscoroutinefunction(get_response):

        async def limited_async(request: HttpRequest) -> HttpResponseBase:
            await sync_to_async(_keep_or_end)(request)
            awaited: Awaitable[HttpResponseBase] = get_response(request)
            return await awaited

        return limited_async

    def limited(request: HttpRequest) -> HttpResponseBase:
        _keep_or_end(request)
        response: HttpResponseBase = get_response(request)
        return response

    return limited


# --- a locked screen ------------------------------------------------------------------------------------------------


def _kept_out(request: HttpRequest) -> HttpResponseBase | None:
    """The answer that a locked sign-in gets where it may not go; None where it may."""
    if not request.user.is_authenticated or not lock.is_locked(request.session):
        return None
    if lock.may_be_asked(request.path, settings.STATIC_URL) or _calls_for_help(request):
        return None
    if request.path.startswith(FOR_PATIENTS):
        # a tablet that was paired from a nurse's screen: the patient's pages have guards of their own, and a call from
        # them waits for nobody's password (H39)
        return None
    if not wants_page(request):
        return JsonResponse({"error": "locked", "words": _("This screen is locked.")}, status=401)
    came_from = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return HttpResponseRedirect(f"/locked/?{urlencode({'next': came_from})}" if came_from else "/locked/")


def _calls_for_help(request: HttpRequest) -> bool:
    """An emergency is declared from a locked screen too, by one tap (H63); what it opens is locked as before."""
    asked = request.method == "POST" and request.path.endswith("/chart-entry/")
    return asked and request.POST.get("kind") == "emergency_declared"


@sync_and_async_middleware
def screen_lock(get_response: Handler) -> Handler:
    """Answers a locked sign-in only what names no patient (H38)."""
    if iscoroutinefunction(get_response):

        async def locked_async(request: HttpRequest) -> HttpResponseBase:
            answer: HttpResponseBase | None = await sync_to_async(_kept_out)(request)
            if answer is not None:
                return answer
            awaited: Awaitable[HttpResponseBase] = get_response(request)
            return await awaited

        return locked_async

    def locked(request: HttpRequest) -> HttpResponseBase:
        answer = _kept_out(request)
        if answer is not None:
            return answer
        response: HttpResponseBase = get_response(request)
        return response

    return locked
