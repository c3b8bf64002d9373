"""What is acceptable when somebody types in a person: plain rules, each answering with one sentence or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from dripstand.people.actors import Role

HEIGHT_LOW_CM, HEIGHT_HIGH_CM = Decimal("90"), Decimal("250")  # a plausible person; the protocol has its own limits
OLDEST_Y = 120
ALLERGIES_MOST_COUNT = 30

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}\Z")
# Control characters would forge log lines; direction marks make a name read as another one.
_UNWANTED = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def tidy(text: str) -> str:
    """One line: no spaces at the ends, one between words."""
    return " ".join(text.split())


def whole_number(text: str) -> int | None:
    """A whole number as typed or sent, not negative, of six digits at most; None for anything else ("²", too long)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def line_words(text: str, *, most_count: int, required: bool = True) -> str:
    """What is wrong with one line of text, or ""."""
    if not text:
        return _("This is needed.") if required else ""
    if len(text) > most_count:
        return _("At most %(count)d letters.") % {"count": most_count}
    if any(unicodedata.category(letter) in _UNWANTED for letter in text):
        return _("There is a sign in this that cannot be printed. Type it anew.")
    return ""


def username_words(username: str) -> str:
    """What is wrong with a sign-in name, or ""."""
    return "" if _USERNAME.match(username) else _("Use 2 to 40 small letters, digits, dots, dashes or underscores.")


def holds_own_name(password: str, names: Iterable[str]) -> bool:
    """Whether a password holds one of these names of its owner, however it is spaced, dotted or capitalised."""

    def bare(text: str) -> str:
        return "".join(letter for letter in text.casefold() if letter.isalnum())

    return any(len(bare(name)) >= 4 and bare(name) in bare(password) for name in names)


def roles_words(roles: Iterable[Role]) -> str:
    """What is wrong with a set of roles, or "". The wall is a screen, not a person: it holds nothing else."""
    held = frozenset(roles)
    if not held:
        return _("Choose at least one role.")
    if Role.WALL in held and len(held) > 1:
        return _("The wall is a role of its own: it cannot be combined with another.")
    return ""


def birth_date_words(birth_date: date, today: date) -> str:
    """What is wrong with a birth date, or ""."""
    if birth_date > today:
        return _("This day has not been yet.")
    if today.year - birth_date.year > OLDEST_Y:
        return _("This is more than %(years)d years ago.") % {"years": OLDEST_Y}
    return ""


def height_words(height_cm: Decimal | None) -> str:
    """What is wrong with a height, or "". It may be absent: then ideal and adjusted weight are refused later."""
    if height_cm is None or HEIGHT_LOW_CM <= height_cm <= HEIGHT_HIGH_CM:
        return ""
    return _("A height is between %(low)s and %(high)s cm. Centimetres, not inches or metres?") % {
        "low": HEIGHT_LOW_CM,
        "high": HEIGHT_HIGH_CM,
    }


def allergies_words(allergies: tuple[str, ...], none_known: bool) -> str:
    """What is wrong with the answer about allergies, or "". Silence is no answer."""
    if allergies and none_known:
        return _("Either list the allergies or say that none are known.")
    if not allergies and not none_known:
        return _("Ask, then list the allergies or say that none are known.")
    if len(allergies) > ALLERGIES_MOST_COUNT:
        return _("At most %(count)d lines.") % {"count": ALLERGIES_MOST_COUNT}
    return next((words for words in (line_words(item, most_count=120) for item in allergies) if words), "")
