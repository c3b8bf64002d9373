"""What the frame around every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from dripstand import __version__
from dripstand.guide.queries import crisis_line
from dripstand.infusion.views.hard_day import HardDay, hard_day, without
from dripstand.people import lock
from dripstand.people.actors import Role
from dripstand.people.links.purposes import RULES
from dripstand.people.paging import WHO_SEES
from dripstand.people.queries import actor_of
from dripstand.premises.queries import clinic, clinic_zone

THEMES = ("dark", "light")
TELL_AWAKE = frozenset({Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.WALL})


def _hears_on_call(request: HttpRequest) -> bool:
    """Whether this page says when a page to the on-call waits: for those who treat, and not on a wall."""
    actor = actor_of(getattr(request, "user", None))
    return actor is not None and actor.is_a(*WHO_SEES)


def _clinic_said(request: HttpRequest) -> str:
    """How a patient's page calls the clinic: by its name, which often says what is treated, only to who has said who
    they are; at a link's door, to an escort and at the sign-in by the name for doors, or not at all."""
    here, visitor = clinic(), getattr(request, "visitor", None)
    if here is None:
        return ""
    known = visitor is not None and (visitor.is_signed_in or RULES[visitor.purpose].asks_birth_date)
    return here.name if known else here.door_name


def _hard_day(request: HttpRequest) -> HardDay | None:
    """None on a patient's page, and where nobody is signed in."""
    user = getattr(request, "user", None)
    if user is None or getattr(request, "visitor", None) is not None:
        return None
    at = request.resolver_match
    said_here = without(at.view_name, at.kwargs.get("session_id", "")) if at is not None else ""
    return hard_day(actor_of(user), is_locked=lock.is_locked(request.session), said_here=said_here)


def frame(request: HttpRequest) -> dict[str, Any]:
    """demo: the fictitious clinic. theme: what this person chose, or "" for what the device prefers.

    tells_awake: this page says every few seconds that it is awake, and is told which chairs nobody watches.
    lock_after_s: a page that nobody touches for so long locks; 0 for never. is_locked: it is the locked page.
    hard_day: who an emergency can be charted for, and what goes on now.
    clinic_said: how a patient's page calls the clinic.
    clinic_zone: the zone that the page's clock shows; asked for only by a page that has a clock.
    """
    user = getattr(request, "user", None)
    roles = set(getattr(user, "roles", ()) or ()) if user is not None and user.is_authenticated else set()
    chosen = request.COOKIES.get("dripstand-theme", "")
    return {
        "demo": settings.DEMO,
        "theme": chosen if chosen in THEMES else "",
        "version": __version__,
        "hears_on_call": SimpleLazyObject(lambda: _hears_on_call(request)),
        "hard_day": SimpleLazyObject(lambda: _hard_day(request)),
        "tells_awake": bool(roles & TELL_AWAKE),
        "lock_after_s": settings.LOCK_AFTER_S if roles and Role.WALL not in roles else 0,
        "is_locked": bool(roles) and lock.is_locked(request.session),
        "crisis_line": SimpleLazyObject(lambda: crisis_line((get_language() or "en")[:2])),
        "clinic_here": SimpleLazyObject(clinic),
        "clinic_said": SimpleLazyObject(lambda: _clinic_said(request)),
        "clinic_zone": SimpleLazyObject(lambda: clinic_zone().key),
    }
