"""What is wrong with a password that somebody chose: the same rule for the staff and for patients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dripstand.people import checks


def password_words(password: str, names: Iterable[str], user: Any = None) -> str:
    """What is wrong with it, or "". names: of its owner. user: whose details it may not resemble."""
    if checks.holds_own_name(password, names):
        return _("Your own name is the first thing that anybody tries. Choose other words.")
    try:
        validate_password(password, user)
    except ValidationError as fault:
        return " ".join(fault.messages)
    return ""
