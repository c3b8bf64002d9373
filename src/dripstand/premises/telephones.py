"""The numbers that patients and escorts call, as words in a sentence; also where the clinic has not set them yet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import override

from dripstand.premises.queries import clinic

NAMES = frozenset({"phone", "emergency"})
"""What the clinic's own short texts may hold in braces: whom to call, the crisis text."""

_HOLE = re.compile(r"\{([^{}]*)\}")


def numbers_for(language: str) -> dict[str, str]:
    """phone: the clinic's, at any hour. emergency: what is dialled in danger, from anybody's own telephone."""
    here = clinic()
    with override(language):
        return {
            "phone": (here.phone if here else "") or _("the number on your appointment letter"),
            "emergency": (here.patient_emergency_phone if here else "") or _("your emergency number"),
        }


def with_numbers(text: str, language: str) -> str:
    """A short text with its numbers; what else stands in braces stays as it is."""
    if not any(f"{{{name}}}" in text for name in NAMES):
        return text
    numbers: Mapping[str, str] = numbers_for(language)
    return _HOLE.sub(lambda hole: numbers.get(hole[1], hole[0]), text)


def unknown_in(text: str) -> tuple[str, ...]:
    """What stands in braces in such a text and is none of these numbers."""
    return tuple(sorted({name for name in _HOLE.findall(text) if name not in NAMES}))
