"""Monitoring's latest values and trends in the words of the page: the same shape as a live message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from dripstand.infusion.presentation.readings import DIASTOLIC, SYSTOLIC, why_text
from dripstand.infusion.presentation.times import iso

SHOWN = ("pulse_per_min", "heart_rate_per_min", "spo2_percent", "respiratory_rate_per_min")


class ChannelNow(Protocol):
    """One channel as monitoring judges it now."""

    @property
    def value(self) -> Any: ...
    @property
    def quality(self) -> str: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def why(self) -> str: ...


def values(
    latest: Mapping[str, ChannelNow], lasts: Mapping[str, tuple[datetime, float]] | None = None
) -> dict[str, Any]:
    """Each channel as a live message holds it. lasts: the newest number of a channel that has none now."""
    found: dict[str, Any] = {}
    for channel, now in latest.items():
        last = (lasts or {}).get(channel)
        found[channel] = {
            "value": float(now.value) if isinstance(now.value, int | float) else None,
            "text": number(now.value),
            "at": iso(now.at),
            "quality": str(now.quality),
            "why": now.why,
            "last_text": number(last[1]) if last else "",
            "last_at": iso(last[0]) if last else None,
        }
    return found


def number(value: object) -> str:
    """A reading as a monitor shows it: whole where it is whole, else with the digits that were sent."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.0f}" if float(value).is_integer() else f"{value:g}"
    return str(value)


def measured(trends: Mapping[str, Any], base: datetime) -> dict[str, Any]:
    """Monitoring's trends as the plots draw them: seconds from ``base``, gaps with their cause, cuffs paired."""
    start = datetime.fromisoformat(trends["start"])
    offset_s = (start - base).total_seconds()
    series: dict[str, Any] = {}
    gaps: list[dict[str, Any]] = []
    for channel, columns in trends["channels"].items():
        t_s = _seconds(columns["t_ms"], offset_s)
        if channel in SHOWN:
            series[channel] = {"t_s": t_s, "v": list(columns["v"])}
            gaps.extend(_gaps(channel, t_s, columns))
    if "pulse_per_min" not in series and "heart_rate_per_min" in series:
        series["pulse_per_min"] = series["heart_rate_per_min"]
    series.pop("heart_rate_per_min", None)
    return {"series": series, "gaps": gaps, "cuffs": _cuffs(trends["channels"], offset_s)}


def _seconds(differences_ms: Iterable[int], offset_s: float) -> list[float]:
    at_ms, found = 0, []
    for difference in differences_ms:
        at_ms += difference
        found.append(round(offset_s + at_ms / 1000, 1))
    return found


def _gaps(channel: str, t_s: list[float], columns: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for index, why in columns["gaps"]:
        after = next((t_s[i] for i in range(index + 1, len(t_s)) if columns["v"][i] is not None), None)
        follows_gap = index > 0 and columns["v"][index - 1] is None
        if not follows_gap:
            end = after if after is not None else t_s[-1]
            yield {
                "channel": channel,
                "start_s": t_s[index],
                "end_s": end,
                "why_text": why_text(why),
                "open": after is None,
            }


def _cuffs(channels: Mapping[str, Any], offset_s: float) -> list[dict[str, Any]]:
    if SYSTOLIC not in channels or DIASTOLIC not in channels:
        return []
    low = dict(zip(_seconds(channels[DIASTOLIC]["t_ms"], offset_s), channels[DIASTOLIC]["v"], strict=True))
    return [
        {"t_s": at, "systolic": systolic, "diastolic": low[at], "by_hand": False, "doubtful": False}
        for at, systolic in zip(_seconds(channels[SYSTOLIC]["t_ms"], offset_s), channels[SYSTOLIC]["v"], strict=True)
        if systolic is not None and low.get(at) is not None
    ]


def last_numbers(trends: Mapping[str, Any]) -> dict[str, tuple[datetime, float]]:
    """The newest number of each channel and when it was: what stands beneath "- -"."""
    start = datetime.fromisoformat(trends["start"])
    found: dict[str, tuple[datetime, float]] = {}
    for channel, columns in trends["channels"].items():
        at_s = _seconds(columns["t_ms"], 0.0)
        for at, value in zip(reversed(at_s), reversed(columns["v"]), strict=True):
            if value is not None:
                found[channel] = (start + timedelta(seconds=at), value)
                break
    return found
