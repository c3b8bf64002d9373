"""Times that a person typed, in the clinic's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils.translation import gettext as _

from dripstand.infusion.views.page_form import Told


@dataclass(frozen=True, slots=True)
class Instant:
    """When something happened; ``at`` None means now."""

    at: datetime | None


def local_time(typed: str, zone: tzinfo) -> datetime | None:
    """``2026-11-16T14:05`` of the clinic's clock as an instant (UTC); None for what is not a time, or one that the
    clock skipped. In the hour that comes twice the earlier one is meant."""
    try:
        naive = datetime.fromisoformat(typed)
    except ValueError:
        return None
    if naive.tzinfo is not None:
        return naive.astimezone(UTC)
    at = naive.replace(tzinfo=zone).astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == naive else None


def occurred(typed: str, zone: tzinfo, now: datetime) -> Instant | Told:
    """What a "when it happened" field says: empty is now; a time of day alone is the last such time."""
    typed = typed.strip()
    if not typed:
        return Instant(None)
    if len(typed) <= 5:
        today = now.astimezone(zone).date()
        at = local_time(f"{today.isoformat()}T{typed.zfill(5)}", zone)
        if at is not None and at > now:
            at = local_time(f"{(today - timedelta(days=1)).isoformat()}T{typed.zfill(5)}", zone)
    else:
        at = local_time(typed, zone)
    return (
        Instant(at)
        if at is not None
        else Told(
            _("%(typed)s is not a time here. Type it as 2026-01-31 14:05.") % {"typed": typed[:40]}, "happened_at"
        )
    )


def day_of(at: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The clinic's day that ``at`` falls in, as instants [start, end); 23 or 25 hours long where the clock changes."""
    day = at.astimezone(zone).date()
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
