"""Numbers as people type them: read as they were meant, or refused, never scaled (H10).

A comma or a point is the decimal sign. A thousands sign is refused, and so is a number that could be read with one
("1,250" is 1250 to some and 1.25 to others).
"""

from __future__ import annotations

import re
from decimal import Decimal

from dripstand.infusion.refusals import Reason, reason

LONGEST_COUNT = 12
_NUMBER = re.compile(r"([0-9]*)(?:[.,]([0-9]+))?\Z")  # one pass, nothing to backtrack over (H58)


def typed_decimal(text: str, field: str = "") -> Decimal | Reason:
    """The number that a person typed, with the digits they typed, or why it cannot be read.

    text: as it came from the field; blanks around it are ignored. Negative numbers, exponents, signs, other scripts'
    digits and anything after the number (a unit) are refused.
    """
    trimmed = text.strip(" \t")
    if not trimmed:
        return reason("number_missing", field)
    if len(trimmed) > LONGEST_COUNT:
        return reason("number_too_long", field, limit=LONGEST_COUNT)
    found = _NUMBER.match(trimmed)
    if found is None or not (found.group(1) or found.group(2)):
        return reason("number_unreadable", field, text=trimmed)
    whole, decimals = found.group(1), found.group(2)
    if decimals is None and len(whole) > 1 and whole.startswith("0"):
        return reason("number_unreadable", field, text=trimmed)  # "05": a lost decimal sign?
    if decimals is not None and len(decimals) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        return reason("number_grouped", field, text=trimmed)
    return Decimal(f"{whole or '0'}.{decimals}" if decimals is not None else whole)
