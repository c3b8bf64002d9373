"""Who may: the declaration that stands beside every view and every service, and the refusal that follows from it.

A view without one of `who_may`, `anyone_signed_in`, `by_link`, `public`, or a service without one of `service`,
`service_for_anyone_signed_in`, `service_that_decides`, `service_without_actor`, fails
tests/rooms/people/test_access.py, which also calls each of them as every role that is not named. The check runs before
anything else of the function.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from dripstand.live.clock import now as now_by_clock
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import NotThere
from dripstand.people.links.purposes import Purpose, Refused
from dripstand.people.links.visits import Visitor, chosen_at, done_in_this_visit, note_refusal, visitor_of
from dripstand.people.links.words import REFUSED_WORDS
from dripstand.people.queries import actor_of
from dripstand.people.sent_forms import once
from dripstand.people.words import role_names

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one view or service declares.

    roles: who may; with `anyone` every signed-in member of staff, with `public` everybody.
    reason: why a service has no actor, or where it decides by itself. purpose: of the link that opens the view; no
    member of staff is let in by their roles.
    """

    name: str
    is_service: bool
    roles: frozenset[Role] = frozenset()
    anyone: bool = False
    public: bool = False
    reason: str = ""
    purpose: Purpose | None = None

    def admits(self, actor: Actor | None) -> bool:
        if self.public:
            return True
        if actor is None:
            return False
        return self.anyone or bool(self.reason) or bool(actor.roles & self.roles)


class Forbidden(PermissionDenied):
    """The actor may not do this. `allowed`: the roles that may."""

    def __init__(self, allowed: frozenset[Role], sentence: str = "") -> None:
        self.allowed = allowed
        super().__init__(sentence or _who_may_sentence(allowed))


registry: dict[str, Declaration] = {}
"""Every declaration made so far, by the full name of its function."""


class SignedInRequest(HttpRequest):
    """A request as a view behind `who_may` or `anyone_signed_in` gets it."""

    actor: Actor


class LinkRequest(HttpRequest):
    """A request as a view behind `by_link` gets it."""

    visitor: Visitor


def _who_may_sentence(allowed: frozenset[Role]) -> str:
    if not allowed:
        return _("This needs a sign-in.")
    return _("This is for %(roles)s. Ask one of them, or the clinic administrator for the role.") % {
        "roles": role_names(allowed)
    }


def _declare(function: Callable[..., Any], declaration: Declaration) -> None:
    registry[declaration.name] = declaration
    function.declaration = declaration  # type: ignore[attr-defined]


def _name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


# --- views ----------------------------------------------------------------------------------------------------------


def wants_page(request: HttpRequest) -> bool:
    """Whether a browser asked for a page, and not a script for JSON or a stream."""
    accepted = request.headers.get("Accept", "text/html")
    return not request.path.endswith(".json") and ("text/html" in accepted or accepted == "*/*")


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """The answer to somebody who is not signed in."""
    if not wants_page(request):
        return JsonResponse({"error": "signed_out", "words": _("Sign in first.")}, status=401)
    came_from = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    query = f"?{urlencode({'next': came_from})}" if came_from not in ("", "/") else ""
    return HttpResponseRedirect(f"{settings.LOGIN_URL}{query}")


def refused(request: HttpRequest, fault: Forbidden) -> HttpResponseBase:
    """The answer to somebody who is signed in and may not: plain words, and who may."""
    if not wants_page(request):
        return JsonResponse({"error": "forbidden", "words": str(fault)}, status=403)
    return render(request, "people/refused.html", {"sentence": str(fault)}, status=403)


def _checked(request: HttpRequest, declaration: Declaration, actor: Actor | None) -> HttpResponseBase | None:
    if actor is None:
        return sign_in_first(request)
    if not declaration.admits(actor):
        return refused(request, Forbidden(declaration.roles))
    request.actor = actor  # type: ignore[attr-defined]
    return None


def _guarded(view: F, declaration: Declaration) -> F:
    if iscoroutinefunction(view):

        @functools.wraps(view)
        async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answer = _checked(request, declaration, actor_of(await request.auser()))
            if answer is not None:
                return answer
            try:
                return cast(HttpResponseBase, await view(request, *args, **kwargs))
            except Forbidden as fault:
                return refused(request, fault)
            except NotThere as fault:
                raise Http404 from fault

        _declare(guarded_async, declaration)
        return cast(F, guarded_async)

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = _checked(request, declaration, actor_of(request.user))
        if answer is not None:
            return answer
        try:
            return once(request, lambda: cast(HttpResponseBase, view(request, *args, **kwargs)))
        except Forbidden as fault:
            return refused(request, fault)
        except NotThere as fault:
            raise Http404 from fault

    _declare(guarded, declaration)
    return cast(F, guarded)


def who_may(*roles: Role) -> Callable[[F], F]:
    """A view for these roles. Others who are signed in get 403 with who may, the rest are sent to sign in."""
    if not roles:
        raise ValueError("who_may names at least one role; use anyone_signed_in or public")

    def decorate(view: F) -> F:
        return _guarded(view, Declaration(_name_of(view), is_service=False, roles=frozenset(roles)))

    return decorate


def anyone_signed_in(view: F) -> F:
    """A view for every active member of staff, whatever their roles."""
    return _guarded(view, Declaration(_name_of(view), is_service=False, anyone=True))


def public(view: F) -> F:
    """A view for everybody, signed in or not."""
    _declare(view, Declaration(_name_of(view), is_service=False, public=True))
    return view


def by_link(purpose: Purpose) -> Callable[[F], F]:
    """A view for whoever came in by a link of this purpose, and nobody else: no sign-in and no other link opens it.

    The view finds its patient in `request.visitor` and nowhere else.
    """

    def decorate(view: F) -> F:
        declaration = Declaration(_name_of(view), is_service=False, purpose=purpose)

        if iscoroutinefunction(view):

            @functools.wraps(view)
            async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                visitor = await sync_to_async(visitor_of)(request, purpose, now_by_clock())
                if visitor is None:
                    return await sync_to_async(shut)(request, Refused.NO_VISIT)
                request.visitor = visitor  # type: ignore[attr-defined]
                return cast(HttpResponseBase, await view(request, *args, **kwargs))

            _declare(guarded_async, declaration)
            return cast(F, guarded_async)

        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in ("GET", "HEAD") and (done := done_in_this_visit(request, purpose, now_by_clock())):
                return _thanked_again(request, purpose, done)
            visitor = visitor_of(request, purpose, now_by_clock())
            if visitor is None:
                return shut(request, Refused.NO_VISIT)
            request.visitor = visitor  # type: ignore[attr-defined]
            # Only where the browser has not chosen a language on one of these pages; under the drug nobody can choose
            # one, so that there only a choice at the calm screen's own door counts.
            spoken = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
            if not spoken or (purpose is Purpose.CALM and not chosen_at(request, visitor.door)):
                translation.activate(visitor.language)
            drawn_for = request.POST.get("of_visit", visitor.mark) if request.method == "POST" else visitor.mark
            if drawn_for != visitor.mark:  # a page that stood open while another link was opened in the same browser
                note_refusal(request, visitor, Refused.OTHER_VISIT, now_by_clock())
                return shut(request, Refused.OTHER_VISIT)
            try:
                return once(request, lambda: cast(HttpResponseBase, view(request, *args, **kwargs)))
            except NotThere as fault:
                raise Http404 from fault

        _declare(guarded, declaration)
        return cast(F, guarded)

    return decorate


def _thanked_again(request: HttpRequest, purpose: Purpose, language: str) -> HttpResponseBase:
    if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
        translation.activate(language)
    return render(request, "people/link_done.html", {"evening": purpose in (Purpose.NEXT_DAY, Purpose.FOLLOW_UP)})


def shut(request: HttpRequest, reason: Refused) -> HttpResponseBase:
    """The answer to somebody whose link does not open: plain words, and nothing about anybody."""
    status = {Refused.TOO_MANY_TRIES: 429, Refused.ALTERED: 404, Refused.UNKNOWN: 404}.get(reason, 403)
    if not wants_page(request):
        return JsonResponse({"error": "shut", "words": str(REFUSED_WORDS[reason])}, status=status)
    return render(request, "people/link_shut.html", {"sentence": REFUSED_WORDS[reason]}, status=status)


# --- services -------------------------------------------------------------------------------------------------------


def _guarded_service(function: F, declaration: Declaration) -> F:
    def check(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        actor = kwargs.get("actor", args[0] if args else None)
        if not isinstance(actor, Actor) or not declaration.admits(actor):
            raise Forbidden(declaration.roles)

    if iscoroutinefunction(function):

        @functools.wraps(function)
        async def guarded_async(*args: Any, **kwargs: Any) -> Any:
            check(args, kwargs)
            return await function(*args, **kwargs)

        _declare(guarded_async, declaration)
        return cast(F, guarded_async)

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check(args, kwargs)
        return function(*args, **kwargs)

    _declare(guarded, declaration)
    return cast(F, guarded)


def service(*roles: Role) -> Callable[[F], F]:
    """A service for these roles; its first argument, or a keyword, is `actor`. Raises Forbidden first of all."""
    if not roles:
        raise ValueError("service names at least one role; use service_for_anyone_signed_in")

    def decorate(function: F) -> F:
        return _guarded_service(function, Declaration(_name_of(function), is_service=True, roles=frozenset(roles)))

    return decorate


def service_for_anyone_signed_in(function: F) -> F:
    """A service for every member of staff; its first argument, or a keyword, is `actor`."""
    return _guarded_service(function, Declaration(_name_of(function), is_service=True, anyone=True))


def service_that_decides(where: str) -> Callable[[F], F]:
    """A service that asks a table of its own who may (named in `where`, with its own exhaustive test)."""

    def decorate(function: F) -> F:
        _declare(function, Declaration(_name_of(function), is_service=True, reason=where))
        return function

    return decorate


def service_without_actor(reason: str) -> Callable[[F], F]:
    """A service that Dripstand itself calls, never a person's request."""

    def decorate(function: F) -> F:
        _declare(function, Declaration(_name_of(function), is_service=True, reason=reason))
        return function

    return decorate
