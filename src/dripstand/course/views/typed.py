"""What was typed, read in the clinic's zone; a time that the clock skipped is no time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation


def day_of(text: str, otherwise: date) -> date:
    """A day typed or linked as 2026-03-02; otherwise where it is none, or one that no clinic has (`maybe_day`)."""
    return maybe_day(text) or otherwise


def maybe_day(text: str) -> date | None:
    """A day typed or linked as 2026-03-02; None where it is none.

    Only of the years 1900 to 2200: the days before and after it, its week and its instants exist then as well.
    """
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def maybe_time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        return None


def instant(day: str, clock: str, zone: tzinfo) -> datetime | None:
    """A day and a time of the clinic's clock as an instant (UTC). In the hour that comes twice the earlier is meant."""
    on, at = maybe_day(day), maybe_time(clock)
    if on is None or at is None or at.tzinfo is not None:
        return None
    naive = datetime.combine(on, at)
    found = naive.replace(tzinfo=zone).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == naive else None


def linked(text: str) -> datetime | None:
    """An instant as a link carries it; only with its offset."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def whole(post: Mapping[str, str], name: str) -> int | None:
    typed = post.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else None


def amount(post: Mapping[str, str], name: str) -> Decimal | None:
    """A dose as typed, comma or point; grouping is refused (H10)."""
    typed = post.get(name, "").strip().replace(",", ".")
    try:
        found = Decimal(typed)
    except InvalidOperation:
        return None
    return found if found.is_finite() and "e" not in typed.lower() and "_" not in typed else None


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
