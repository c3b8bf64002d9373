"""Signatures at a shared tablet: the signed-in person's password again, or a second person's own sign-in."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dripstand.infusion.views.page_form import Told
from dripstand.people.access import SignedInRequest
from dripstand.people.actors import Actor, Role
from dripstand.people.queries import verify_credentials
from dripstand.people.words import role_names


def own_password(request: SignedInRequest, field: str) -> Told | None:
    """None where the signed-in person gave their own password; a signature is two components, name and password."""
    username = request.user.get_username()
    found = verify_credentials(username, request.POST.get(field, ""), request=request)
    if found is None or found.staff_id != request.actor.staff_id:
        return Told(_("That is not your password. Nothing was signed."), field)
    return None


def second_person(
    request: SignedInRequest, prefix: str, *, roles: Iterable[Role] = (), needed: bool = False
) -> Actor | Told | None:
    """Who signed in beside the signed-in person; None where nobody tried and nobody had to.

    Fields: ``<prefix>_username`` and ``<prefix>_password``. The second person is somebody else and holds one of the
    roles, where any is named.
    """
    username = request.POST.get(f"{prefix}_username", "").strip()
    password = request.POST.get(f"{prefix}_password", "")
    if not username and not password and not needed:
        return None
    found = verify_credentials(username, password, request=request)
    if found is None:
        return Told(_("User name and password of the second person do not fit."), f"{prefix}_password")
    wanted = tuple(roles)
    if wanted and not found.is_a(*wanted):
        words = _("%(name)s is no %(roles)s.") % {"name": found.name, "roles": role_names(wanted)}
        return Told(words, f"{prefix}_username")
    return found
