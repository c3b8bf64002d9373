"""Instants and spans as the screens say them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

HOUR_S = 3600
MINUTE_S = 60


def _which(local: datetime) -> str:
    """The offset, in the hour that comes twice when summer time ends; else nothing (H29)."""
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    offset = f"{local:%z}"
    return f" {offset[:3]}:{offset[3:5]}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day in the clinic's zone, to the minute; in the hour that comes twice with its offset."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}{_which(local)}"


def clock_s(at: datetime, zone: ZoneInfo) -> str:
    """The time of day in the clinic's zone, to the second; in the hour that comes twice with its offset."""
    local = at.astimezone(zone)
    return f"{local:%H:%M:%S}{_which(local)}"


def span(seconds: float) -> str:
    """A span in its largest whole unit, cut and never rounded up: "35 s", "4 min", "2 h 5 min"."""
    whole_s = max(0, int(seconds))
    if whole_s < MINUTE_S:
        return _("%(count)d s") % {"count": whole_s}
    if whole_s < HOUR_S:
        return _("%(count)d min") % {"count": whole_s // MINUTE_S}
    hours, rest_s = divmod(whole_s, HOUR_S)
    if rest_s < MINUTE_S:
        return _("%(count)d h") % {"count": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest_s // MINUTE_S}


def age(seconds: float) -> str:
    """How long ago, as it stands beside a number."""
    return _("%(span)s ago") % {"span": span(seconds)}


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Never negative: a clock that stepped back makes no reading younger than now (H30)."""
    return max(0.0, (later - earlier).total_seconds())


def iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds") if at is not None else None
