"""Times as devices write them (HL7 DTM): `YYYYMMDDHHMMSS[.ffff][+-ZZZZ]`, the offset often missing.

An offset-less time means "the zone configured for this device"; without such a zone it stays naive and says so.
Source: devices.md sections 1 and 7; HL7 v2 chapter 2 for the fallback on the offset of MSH-7 [std].
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

_LONGEST_TIME = 40
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def read_time(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The instant that a field names, or None when it names none (empty, zeros, a bare date, nonsense).

    Minutes are the coarsest precision accepted: a reading that knows only its day has no usable time. A time without
    an offset takes `zone`; without a zone it is returned naive.
    """
    text = text.strip()
    if not 12 <= len(text) <= _LONGEST_TIME or not text.isascii():
        return None
    digits, offset_text = _split_offset(text)
    whole, dot, fraction = digits.partition(".")
    if not whole.isdigit() or len(whole) not in (12, 14) or (dot and not fraction.isdigit()):
        return None
    if not _FIRST_YEAR <= int(whole[:4]) <= _LAST_YEAR:
        return None
    second = whole[12:14] or "00"
    microsecond = int(fraction[:6].ljust(6, "0")) if dot else 0
    if second == "60":
        second, microsecond = "59", 999_999
    try:
        instant = datetime(
            int(whole[:4]),
            int(whole[4:6]),
            int(whole[6:8]),
            int(whole[8:10]),
            int(whole[10:12]),
            int(second),
            microsecond,
        )
    except ValueError:
        return None
    if offset_text:
        offset = _read_offset(offset_text)
        return None if offset is None else instant.replace(tzinfo=offset)
    return instant if zone is None else instant.replace(tzinfo=zone)


def is_ambiguous(instant: datetime) -> bool:
    """True when a clock change makes this local time happen twice, or not at all."""
    if instant.tzinfo is None:
        return False
    return instant.utcoffset() != instant.replace(fold=1 - instant.fold).utcoffset()


def nearest_fold(instant: datetime, received_at: datetime) -> datetime:
    """Of the two readings of an ambiguous local time, the one closer to its receipt."""
    other = instant.replace(fold=1 - instant.fold)
    return min((instant, other), key=lambda each: abs(each.astimezone(UTC) - received_at))


def iso(instant: datetime | None) -> str | None:
    """ISO 8601 with as many decimals as the device sent; naive stays without an offset."""
    if instant is None:
        return None
    if instant.microsecond and instant.microsecond % 1000 == 0:
        return instant.isoformat(timespec="milliseconds")
    return instant.isoformat()


def _split_offset(text: str) -> tuple[str, str]:
    if text[-1] in "Zz":
        return text[:-1], "+0000"
    position = max(text.find("+", 12), text.find("-", 12))
    return (text, "") if position < 0 else (text[:position], text[position:])


def _read_offset(text: str) -> tzinfo | None:
    digits = text[1:].replace(":", "")
    if len(digits) not in (2, 4) or not digits.isdigit():
        return None
    hours, minutes = int(digits[:2]), int(digits[2:] or "0")
    if hours > 14 or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    if not span:
        return UTC
    return timezone(-span if text[0] == "-" else span)
