"""The five numbers at the top of the chair: each with its unit, its age and where it came from.

A number is fresh, late (dimmed, dotted, with its age) or gone ("- -", with the last value beneath and why). The page
goes on judging by itself between two messages (frontend/src/chair/tiles.ts); both read the cases in
frontend/src/chair/tiles.vectors.json, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.presentation.times import age, clock, iso, seconds_between
from dripstand.infusion.words import Words, sedation_word
from dripstand.protocol.template import ProtocolTemplate

GONE = "- -"

PULSE, HEART, SPO2, BREATHS = "pulse_per_min", "heart_rate_per_min", "spo2_percent", "respiratory_rate_per_min"
SYSTOLIC, DIASTOLIC = "nibp_systolic_mmhg", "nibp_diastolic_mmhg"

WHY_WORDS: dict[str, Words] = {
    "probe_off": gettext_lazy("probe off"),
    "no_reading": gettext_lazy("no reading"),
    "no_value": gettext_lazy("no reading"),
    "cannot_be_obtained": gettext_lazy("no reading"),
    "negative": gettext_lazy("no reading"),
    "zero": gettext_lazy("no reading"),
    "flagged_invalid": gettext_lazy("the monitor calls it invalid"),
    "flagged_questionable": gettext_lazy("the monitor doubts it"),
    "flagged_calibrating": gettext_lazy("calibrating"),
    "implausible": gettext_lazy("out of range"),
    "demo_data": gettext_lazy("demo data"),
    "test_data": gettext_lazy("test data"),
    "unit_missing": gettext_lazy("no unit sent"),
    "unit_unknown": gettext_lazy("unknown unit"),
    "unit_not_accepted": gettext_lazy("wrong unit"),
    "unit_contradicts_itself": gettext_lazy("units disagree"),
    "code_and_name_disagree": gettext_lazy("code and name disagree"),
    "deleted_by_the_device": gettext_lazy("taken back by the monitor"),
    "patient_mismatch": gettext_lazy("another patient's name"),
    "stale": gettext_lazy("too old"),
    "never_sent": gettext_lazy("no reading yet"),
}
"""Why there is no number. A reason that is not listed is shown as monitoring wrote it."""


class Value(TypedDict):
    """One number as it was, and how long it may stand. ``at`` is None where there never was one."""

    text: str
    at: str | None
    quality: str  # "fresh", "late", "none", as the server judged at the time of the message
    why_text: str
    by_hand: bool
    late_after_s: int
    lost_after_s: int
    last_text: str  # the last number there was, where there is none now, and when
    last_at: str | None


class Tile(TypedDict):
    key: str
    label: str
    unit_text: str
    short_unit_text: str
    word_text: str
    shows_age: bool  # a cuff reading or a score always says its age; a running number only when it is late
    channels: list[str]
    value: Value
    hand: Value | None  # what a person entered; it stands where it is newer than the monitor, or the monitor has none
    display: Display
    alarm: str  # the priority of the worst open alarm on this number, or ""


class Display(TypedDict):
    """What is drawn for a value at an instant."""

    text: str
    quality: str
    foot: str


@dataclass(frozen=True, slots=True)
class _Kind:
    key: str
    label: Words
    unit: Words
    short_unit: Words
    channels: tuple[str, ...]
    shows_age: bool = False


KINDS = (
    _Kind("pulse", gettext_lazy("Pulse"), gettext_lazy("per minute"), gettext_lazy("/min"), (PULSE, HEART)),
    _Kind("spo2", gettext_lazy("SpO2"), "%", "%", (SPO2,)),
    _Kind("nibp", gettext_lazy("NIBP"), "mmHg", "mmHg", (SYSTOLIC, DIASTOLIC), shows_age=True),
    _Kind("resp", gettext_lazy("Resp"), gettext_lazy("per minute"), gettext_lazy("/min"), (BREATHS,)),
)


def display(value: Value, now: datetime, zone: ZoneInfo, *, unit_text: str, shows_age: bool) -> Display:
    """What is drawn for ``value`` at ``now``: the number, whether it may be trusted, and the line beneath it."""
    at = datetime.fromisoformat(value["at"]) if value["at"] else None
    age_s = seconds_between(at, now) if at is not None else float("inf")
    quality = value["quality"]
    if quality != "none" and age_s > value["lost_after_s"]:
        quality = "none"
    elif quality == "fresh" and age_s > value["late_after_s"]:
        quality = "late"
    if quality == "none":
        had = value["quality"] != "none"  # it was a number, and has grown too old since
        text, last_at = (value["text"], value["at"]) if had else (value["last_text"], value["last_at"])
        why = value["why_text"] or str(WHY_WORDS["stale"])
        if not text or last_at is None:
            return {"text": GONE, "quality": "none", "foot": why}
        last = _("last %(text)s at %(clock)s") % {"text": text, "clock": clock(datetime.fromisoformat(last_at), zone)}
        return {"text": GONE, "quality": "none", "foot": f"{last}, {why}"}
    aged = quality == "late" or value["by_hand"]
    parts = [unit_text] if shows_age or not aged else []
    if value["by_hand"]:
        parts.append(_("by hand"))
    if shows_age or aged:
        parts.append(age(age_s))
    return {"text": value["text"], "quality": quality, "foot": ", ".join(part for part in parts if part)}


def chosen(value: Value, hand: Value | None, now: datetime) -> Value:
    """The monitor's number, unless it has none or a late one, and a person entered a newer one that still holds.

    Where the monitor says that it has no reading (probe off), a person's number stands only while it is fresh: then the
    monitor's "no reading" and its reason are what is true now.
    """
    if hand is None or hand["at"] is None:
        return value
    hand_at = datetime.fromisoformat(hand["at"])
    if value["quality"] == "none" and value["at"] and seconds_between(hand_at, now) > hand["late_after_s"]:
        return value
    if seconds_between(hand_at, now) > hand["lost_after_s"]:
        return value if value["at"] or value["last_text"] else hand
    if value["at"] is None or value["quality"] == "none":
        return hand
    return hand if hand_at > datetime.fromisoformat(value["at"]) and value["quality"] != "fresh" else value


def tiles(
    chart: Chart,
    readings: Mapping[str, Mapping[str, Any]],
    template: ProtocolTemplate,
    now: datetime,
    zone: ZoneInfo,
) -> list[Tile]:
    """Pulse, SpO2, NIBP, respiration and sedation. readings: channel to the values of a live message."""
    every_min = _vitals_every_min(chart, template)
    alarms = [view.raised.event for view in chart.open_alarms]
    found: list[Tile] = []
    for kind in KINDS:
        value = from_monitor(kind.channels, readings, template)
        hand = _by_hand(kind.key, chart, every_min, template)
        unit = str(kind.unit)
        found.append(
            {
                "key": kind.key,
                "label": str(kind.label),
                "unit_text": unit,
                "short_unit_text": str(kind.short_unit),
                "word_text": "",
                "shows_age": kind.shows_age,
                "channels": list(kind.channels),
                "value": value,
                "hand": hand,
                "display": display(chosen(value, hand, now), now, zone, unit_text=unit, shows_age=kind.shows_age),
                "alarm": _worst(alarms, kind.channels),
            }
        )
    found.append(_sedation(chart, template, now, zone))
    return found


def from_monitor(
    channels: tuple[str, ...], readings: Mapping[str, Mapping[str, Any]], template: ProtocolTemplate
) -> Value:
    """The value of a tile out of the channels of a live message; the first usable channel, or both of a cuff."""
    if channels == (SYSTOLIC, DIASTOLIC):
        high, low = readings.get(SYSTOLIC), readings.get(DIASTOLIC)
        if not high or not low:
            return _never()
        worst = high if high.get("quality") == "none" else low
        both = bool(high.get("text") and low.get("text"))
        last = bool(high.get("last_text") and low.get("last_text")) and high.get("last_at") == low.get("last_at")
        return {
            "text": _pair(high, low) if both else "",
            "at": max(str(high.get("at") or ""), str(low.get("at") or "")) or None,
            "quality": str(worst.get("quality", "none")),
            "why_text": why_text(str(worst.get("why") or "")),
            "by_hand": False,
            "late_after_s": CUFF_LATE_S,
            "lost_after_s": CUFF_LOST_S,
            "last_text": f"{high.get('last_text')}/{low.get('last_text')}" if last else "",
            "last_at": high.get("last_at"),
        }
    present = [readings[channel] for channel in channels if channel in readings]
    if not present:
        return _never()
    best = next((reading for reading in present if reading.get("quality") != "none"), present[0])
    return {
        "text": str(best.get("text") or ""),
        "at": best.get("at"),
        "quality": str(best.get("quality", "none")),
        "why_text": why_text(str(best.get("why") or "")),
        "by_hand": False,
        "late_after_s": template.alarms.stale_after_s // 2,
        "lost_after_s": template.alarms.stale_after_s,
        "last_text": str(best.get("last_text") or ""),
        "last_at": best.get("last_at"),
    }


def _pair(high: Mapping[str, Any], low: Mapping[str, Any]) -> str:
    """A pressure as one measurement: two halves of different inflations never stand beside each other."""
    if high.get("at") == low.get("at"):
        return f"{high.get('text')}/{low.get('text')}"
    newer_is_high = str(high.get("at") or "") > str(low.get("at") or "")
    return f"{high.get('text')}/{GONE}" if newer_is_high else f"{GONE}/{low.get('text')}"


BY_HAND_LATE_S = 300
"""A number that a person entered dims after five minutes, and is gone when the next check is overdue. Assumed."""

CUFF_LATE_S, CUFF_LOST_S = 3600, 7200
"""The cuff has its own rhythm, which monitoring knows; these only guard against the page's own deafness."""


def why_text(code: str) -> str:
    """A reason in words; one that nobody named is shown as it came, without its underscores."""
    return str(WHY_WORDS[code]) if code in WHY_WORDS else code.replace("_", " ")


def _never() -> Value:
    return {
        "text": "",
        "at": None,
        "quality": "none",
        "why_text": str(WHY_WORDS["never_sent"]),
        "by_hand": False,
        "late_after_s": 5,
        "lost_after_s": 10,
        "last_text": "",
        "last_at": None,
    }


def _vitals_every_min(chart: Chart, template: ProtocolTemplate) -> int:
    plan = chart.order.monitoring if chart.order else template.intervals
    return plan.vital_signs_every_min_infusing if chart.is_live else plan.vital_signs_every_min_observing


def _by_hand(key: str, chart: Chart, every_min: int, template: ProtocolTemplate) -> Value | None:
    """The newest number that a person entered for this tile."""
    for entry in reversed(chart.vitals):
        event = entry.event
        assert isinstance(event, ev.VitalSignsTaken)
        text = _text_of(key, event)
        if text:
            return {
                "text": text,
                "at": iso(entry.occurred_at),
                "quality": "late" if event.doubtful else "fresh",
                "why_text": _("doubtful") if event.doubtful else "",
                "by_hand": True,
                "late_after_s": BY_HAND_LATE_S,
                "lost_after_s": (every_min + template.intervals.overdue_min) * 60,
                "last_text": "",
                "last_at": None,
            }
    return None


def _text_of(key: str, event: ev.VitalSignsTaken) -> str:
    if key == "nibp":
        if event.nibp_systolic_mmhg is None or event.nibp_diastolic_mmhg is None:
            return ""
        return f"{event.nibp_systolic_mmhg}/{event.nibp_diastolic_mmhg}"
    number = {
        "pulse": event.pulse_per_min,
        "spo2": event.spo2_percent,
        "resp": event.respiratory_rate_per_min,
    }[key]
    return "" if number is None else str(number)


def _sedation(chart: Chart, template: ProtocolTemplate, now: datetime, zone: ZoneInfo) -> Tile:
    """The last score with its scale and its word: 0 is calm on one scale and no answer at all on another."""
    entry = chart.latest_sedation
    scale = template.staffing.sedation_scale
    plan = chart.order.monitoring if chart.order else template.intervals
    every_min = plan.sedation_every_min_infusing if chart.is_live else plan.sedation_every_min_observing
    value = _never()
    value["why_text"] = _("not scored yet")
    score = ""
    if entry is not None and isinstance(entry.event, ev.SedationScored):
        scale = entry.event.scale
        score = sedation_word(scale, entry.event.sedation_score).split(",")[0]
        value["text"], value["at"], value["quality"] = str(entry.event.sedation_score), iso(entry.occurred_at), "fresh"
        value["why_text"] = _("overdue")
        value["late_after_s"] = (every_min + template.intervals.due_grace_min) * 60
        value["lost_after_s"] = 2 * (every_min + template.intervals.overdue_min) * 60
    return {
        "key": "sedation",
        "label": _("Sedation, %(scale)s") % {"scale": scale},
        "unit_text": score,
        "short_unit_text": "",
        "word_text": score,
        "shows_age": True,
        "channels": [],
        "value": value,
        "hand": None,
        "display": display(value, now, zone, unit_text=score, shows_age=True),
        "alarm": "",
    }


def _worst(alarms: list[ev.SessionEvent], channels: tuple[str, ...]) -> str:
    found = {
        event.priority.value
        for event in alarms
        if isinstance(event, ev.AlarmRaised) and event.channel in channels and not event.technical
    }
    return next((priority for priority in ("high", "medium", "low") if priority in found), "")
