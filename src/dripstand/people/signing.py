"""A signature is two components: who is signed in, and their password again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from dripstand.people.access import SignedInRequest
from dripstand.people.queries import verify_credentials


def own_password_fits(request: SignedInRequest, form: forms.Form) -> bool:
    """Whether the signed-in person gave their own password; where not, the form says so."""
    found = verify_credentials(request.user.get_username(), form.cleaned_data["own_password"], request=request)
    if found is not None and found.staff_id == request.actor.staff_id:
        return True
    form.add_error("own_password", _("That is not the password of whoever is signed in. Nothing was signed."))
    return False
