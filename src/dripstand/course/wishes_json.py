"""Wishes to JSON and back, so that a row of them can be kept as it was told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from dripstand.course.wishes import Away, Wishes


def _time(at: time | None) -> str:
    return f"{at:%H:%M}" if at is not None else ""


def _read_time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def to_json(wishes: Wishes) -> dict[str, Any]:
    """Every value that a patient can tell, JSON-safe."""
    return {
        "weekdays": sorted(wishes.weekdays),
        "not_before": _time(wishes.not_before),
        "home_by": _time(wishes.home_by),
        "away": [[one.first_on.isoformat(), one.last_on.isoformat()] for one in wishes.away],
        "single_room": wishes.single_room,
        "needs_bed": wishes.needs_bed,
        "companion_stays": wishes.companion_stays,
        "dim_light": wishes.dim_light,
        "music": wishes.music,
        "escort_name": wishes.escort_name,
        "escort_until": _time(wishes.escort_until),
        "email": wishes.email,
        "language": wishes.language,
        "may_name_treatment": wishes.may_name_treatment,
    }


def from_json(body: Mapping[str, Any]) -> Wishes:
    """The wishes of a stored row. Raises KeyError for a body that lacks a value."""
    return Wishes(
        weekdays=frozenset(int(day) for day in body["weekdays"]),
        not_before=_read_time(body["not_before"]),
        home_by=_read_time(body["home_by"]),
        away=tuple(Away(date.fromisoformat(first), date.fromisoformat(last)) for first, last in body["away"]),
        single_room=body["single_room"],
        needs_bed=body["needs_bed"],
        companion_stays=body["companion_stays"],
        dim_light=body["dim_light"],
        music=body["music"],
        escort_name=body["escort_name"],
        escort_until=_read_time(body["escort_until"]),
        email=body["email"],
        language=body["language"],
        may_name_treatment=body["may_name_treatment"],
    )
