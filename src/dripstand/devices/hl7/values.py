"""What OBX-5 says: a number, a word, samples, or "no value" in one of the ways that devices say it.

Source of the sentinels: devices.md section 2, '"No value" as sent'.
"""

from __future__ import annotations

import math

from .reader import Delimiters, unescaped

LONGEST_NUMBER = 32
MOST_SAMPLES = 50_000

SENTINELS = frozenset({-1.0, -100.0, -99.9, -999.0, 8388607.0, 32767.0})
"""8388607 is the NaN of an 11073 FLOAT (0x7FFFFF)."""

_NO_VALUE_WORDS = frozenset(
    {"", '""', "NA", "N/A", "NAN", "NULL", "NONE", "INF", "+INF", "-INF", "NAV", "INV", "OFF", "UNKNOWN"}
)
_DASHES = frozenset("-–—*?_. ")
_NUMBER_MARKS = frozenset("0123456789+-.eE")


class NotANumber(ValueError):
    """The text of a numeric line is neither a number nor a known way to say "no value"."""


def says_no_value(text: str) -> bool:
    """True for empty fields, dashes, the HL7 null and words for nothing."""
    return not text or text.upper() in _NO_VALUE_WORDS or all(mark in _DASHES for mark in text)


def read_number(text: str) -> int | float | None:
    """The number of a numeric line, None for a sentinel. Raises NotANumber; nothing is repaired ("97,5" is refused)."""
    text = text.strip()
    if len(text) > LONGEST_NUMBER:
        raise NotANumber(text[:LONGEST_NUMBER])
    number: int | float
    if text.isdigit() and text.isascii():
        number = int(text)
        return None if number in SENTINELS else number
    try:
        number = float(text)
    except ValueError:
        if says_no_value(text):
            return None
        raise NotANumber(text) from None
    if not _NUMBER_MARKS.issuperset(text) or not math.isfinite(number):
        if says_no_value(text):
            return None
        raise NotANumber(text)
    return None if number in SENTINELS else number


def read_structured_number(text: str, delimiters: Delimiters) -> int | float | None:
    """A structured number (`^97`, `=^97`): a comparison or a range is not a measured value and is refused."""
    parts = [part.strip() for part in text.split(delimiters.component)]
    if len(parts) == 1:
        return read_number(parts[0])
    if parts[0] not in ("", "=") or any(parts[2:]):
        raise NotANumber(text[:LONGEST_NUMBER])
    return read_number(parts[1])


def read_samples(text: str, delimiters: Delimiters) -> tuple[float, ...] | None:
    """The samples of a waveform; None when a single one of them is not a number."""
    parts = text.replace(delimiters.repetition, delimiters.component).split(delimiters.component)
    if len(parts) > MOST_SAMPLES:
        return None
    samples: list[float] = []
    for part in parts:
        if not part:
            continue
        if len(part) > LONGEST_NUMBER or not _NUMBER_MARKS.issuperset(part):
            return None
        try:
            sample = float(part)
        except ValueError:
            return None
        if not math.isfinite(sample):
            return None
        samples.append(int(part) if part.isdigit() else sample)
    return tuple(samples) or None


def read_coded(text: str, delimiters: Delimiters) -> str | None:
    """A coded value's words: its second component (`^pump-status-infusing`), else its first."""
    parts = text.split(delimiters.repetition, 1)[0].split(delimiters.component)
    words = [unescaped(part, delimiters).strip() for part in parts[:2]]
    chosen = words[1] if len(words) > 1 and words[1] else words[0]
    return None if not chosen or chosen == '""' else chosen


def read_text(text: str, delimiters: Delimiters) -> str | None:
    """Free text, escapes resolved."""
    plain = unescaped(text, delimiters).strip()
    return None if not plain or plain == '""' else plain
