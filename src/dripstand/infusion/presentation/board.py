"""All chairs of the clinic, now: one card a chair in its fixed place, and at the side who is expected.

What a viewer may not see is left out here, before it is sent: a wall gets no surnames and no clinical words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dripstand.infusion import events as ev
from dripstand.infusion.calling import UNANSWERED_AFTER_S
from dripstand.infusion.chart import Chart
from dripstand.infusion.line import ends_at
from dripstand.infusion.phases import LIVE, Phase
from dripstand.infusion.presentation import alarms, due, header, readings
from dripstand.infusion.presentation.left_open import left_open, left_words
from dripstand.infusion.presentation.times import clock, iso, seconds_between, span
from dripstand.protocol.template import ProtocolTemplate


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the viewer may see."""

    names: bool  # surnames
    clinical: bool  # readings, alarms and reasons in words
    may_declare: bool = False  # an emergency
    may_see_to: bool = False  # what is open after somebody left against advice
    may_prepare: bool = False  # whoever is expected


@dataclass(frozen=True, slots=True)
class Place:
    """A chair of the clinic, in its fixed order."""

    chair_id: str
    number: int
    name: str
    room_name: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is known of one session on a chair."""

    chart: Chart
    template: ProtocolTemplate
    latest: Mapping[str, Mapping[str, Any]]
    checks: Sequence[due.Check]
    criteria_met: tuple[int, int] | None = None  # met, of how many


class Mini(TypedDict):
    key: str
    label: str
    text: str
    foot: str
    quality: str


class Foot(TypedDict):
    kind: str  # "high", "medium", "low" for an alarm, "needs" for a person's absence, "due", "plain"
    stars: str
    words: str
    when_text: str


class Gone(TypedDict):
    """Who left against advice while something is still open. ``href`` "" for whoever may not see to it."""

    session_id: str
    words: str
    open_text: str
    href: str
    no_href: bool


class Card(TypedDict):
    chair_id: str
    number: int
    chair_name: str
    is_free: bool
    session_id: str
    href: str
    no_href: bool
    taken: bool
    called: str
    initials: str
    infusion_text: str
    steps: list[header.Step]
    timer: header.Timer
    minis: list[Mini]
    tiles: list[readings.Tile]
    rate_text: str
    rate_unit: str
    rate_quiet: bool
    foot: Foot
    more_text: str
    observer_text: str
    observer_missing: bool
    free_text: str
    free_more: str
    gone: list[Gone]
    sound: str
    patient_id: str
    entry_href: str
    may_declare: bool
    emergency_text: str
    call_text: str
    calls: bool


class Expected(TypedDict):
    session_id: str
    at_text: str
    name: str
    detail: str
    flag: str
    href: str
    no_href: bool


class BoardState(TypedDict):
    now: str | None
    summary: str
    cards: list[Card]
    expected: list[Expected]
    nobody_expected: bool
    gone: list[Gone]
    somebody_gone: bool
    watching: list[dict[str, str]]
    sound: str
    calls: bool


def board_state(
    places: Sequence[Place],
    sittings: Mapping[str, Sitting],
    coming: Sequence[Chart],
    now: datetime,
    zone: ZoneInfo,
    eyes: Eyes,
    gone: Sequence[Chart] = (),
) -> BoardState:
    """The whole board. sittings: chair id to who sits there. coming: who is expected today and not yet here.
    gone: who left today without discharge; what is open of it stands on their chair while that is free."""
    next_on = {chart.chair.chair_id: chart for chart in reversed(coming) if chart.chair}
    watched = _chairs_of_observers(sittings, places)
    free = {
        place.chair_id: [chart for chart in gone if _chair_of(chart) == place.chair_id]
        for place in places
        if place.chair_id not in sittings
    }
    cards = [
        card(place, sittings[place.chair_id], watched, now, zone, eyes)
        if place.chair_id in sittings
        else _free(place, next_on.get(place.chair_id), free[place.chair_id], zone, eyes)
        for place in places
    ]
    left = [one for chart in gone if _chair_of(chart) not in free and (one := _gone(chart, zone, eyes)) is not None]
    sounds = [one["sound"] for one in cards if one["sound"]]
    return {
        "now": iso(now),
        "summary": _summary(cards),
        "cards": cards,
        "expected": [_expected(chart, zone, eyes) for chart in coming],
        "nobody_expected": not coming,
        "gone": left,
        "somebody_gone": bool(left),
        "watching": _watching(watched, eyes),
        "sound": min(sounds, key=alarms.ORDER.__getitem__, default="") if eyes.clinical else "",
        "calls": any(one["calls"] for one in cards),
    }


def _summary(cards: Sequence[Card]) -> str:
    taken = sum(not one["is_free"] for one in cards)
    loud = sum(one["foot"]["kind"] in alarms.ORDER for one in cards)
    needs = sum(one["foot"]["kind"] == "needs" for one in cards)
    parts = [ngettext("%(count)d chair of %(all)d taken", "%(count)d chairs of %(all)d taken", taken)]
    parts[0] %= {"count": taken, "all": len(cards)}
    if loud:
        parts.append(ngettext("%(count)d alarm", "%(count)d alarms", loud) % {"count": loud})
    if needs:
        parts.append(ngettext("%(count)d needs someone", "%(count)d need someone", needs) % {"count": needs})
    return ", ".join(parts)


def _chairs_of_observers(
    sittings: Mapping[str, Sitting], places: Sequence[Place]
) -> dict[str, tuple[ev.StaffRef, list[int], int]]:
    """Staff id to who it is, the numbers of the chairs they watch, and how many of those infuse."""
    found: dict[str, tuple[ev.StaffRef, list[int], int]] = {}
    for place in places:
        sitting = sittings.get(place.chair_id)
        observer = sitting.chart.observer if sitting else None
        if sitting is None or observer is None:
            continue
        who, chairs, infusing = found.get(observer.staff_id, (observer, [], 0))
        found[observer.staff_id] = (who, [*chairs, place.number], infusing + (sitting.chart.phase in LIVE))
    return found


def _watching(watched: Mapping[str, tuple[ev.StaffRef, list[int], int]], eyes: Eyes) -> list[dict[str, str]]:
    if not eyes.names:
        return []
    return [
        {
            "name": who.name,
            "chairs": ngettext("chair %(list)s", "chairs %(list)s", len(chairs))
            % {"list": ", ".join(str(number) for number in chairs)},
        }
        for who, chairs, _infusing in watched.values()
    ]


def card(
    place: Place,
    sitting: Sitting,
    watched: Mapping[str, tuple[ev.StaffRef, list[int], int]],
    now: datetime,
    zone: ZoneInfo,
    eyes: Eyes,
) -> Card:
    """One chair with somebody in it."""
    chart, template = sitting.chart, sitting.template
    head = header.header(chart, now, zone)
    tiles = readings.tiles(chart, sitting.latest, template, now, zone)[:3] if eyes.clinical else []
    slot = alarms.slot(chart, template, now, zone, monitored=bool(chart.devices), why_not=lambda _request: ("",))
    running = chart.phase is Phase.INFUSING
    unwatched = chart.phase in LIVE and chart.observer is None
    crowded = _crowded(chart, template, watched)
    return {
        "chair_id": place.chair_id,
        "number": place.number,
        "chair_name": place.name,
        "is_free": False,
        "session_id": chart.session_id,
        "href": f"/session/{chart.session_id}/" if eyes.clinical else "",
        "no_href": not eyes.clinical,
        "taken": True,
        "called": head["called"],
        "initials": head["initials"] if eyes.names else "",
        "infusion_text": _("%(number)d of %(planned)d")
        % {"number": chart.opened.infusion_number, "planned": chart.opened.infusions_planned_count},
        "steps": header.steps(chart, template, now, ends_at(chart, now)),
        "timer": _timer(chart, template, now, zone),
        "minis": [_mini(tile) for tile in tiles],
        "tiles": tiles,
        "rate_text": _rate(chart) if eyes.clinical else "",
        "rate_unit": "mL/h" if running and eyes.clinical else "",
        "rate_quiet": not running,
        "foot": _foot(sitting, slot, unwatched, crowded, now, zone, eyes),
        "more_text": _more(slot, eyes),
        "observer_text": _observer(chart, eyes, unwatched),
        "observer_missing": unwatched or crowded,
        "free_text": "",
        "free_more": "",
        "gone": [],
        "sound": slot["sound"] if eyes.clinical else "",
        "patient_id": chart.opened.patient_id if eyes.may_declare else "",
        "entry_href": f"/session/{chart.session_id}/chart-entry/" if eyes.may_declare else "",
        "may_declare": eyes.may_declare and chart.emergency_at is None,
        "emergency_text": head["emergency_text"],
        "call_text": _call(chart, now, zone, eyes),
        "calls": bool(chart.open_calls) and eyes.clinical,
    }


def _crowded(
    chart: Chart, template: ProtocolTemplate, watched: Mapping[str, tuple[ev.StaffRef, list[int], int]]
) -> bool:
    """Whether this chair's observer watches more infusing chairs than the protocol allows (H62)."""
    if chart.observer is None or chart.phase not in LIVE:
        return False
    infusing = watched[chart.observer.staff_id][2] if chart.observer.staff_id in watched else 1
    return infusing > template.staffing.most_infusing_chairs_per_observer_count


def _timer(chart: Chart, template: ProtocolTemplate, now: datetime, zone: ZoneInfo) -> header.Timer:
    """The one timer that matters on a board: while infusing, how long still."""
    end = ends_at(chart, now)
    if chart.phase is Phase.INFUSING and end is not None:
        left_s = seconds_between(now, end)
        words = _("min left, ends %(clock)s") % {"clock": clock(end, zone)}
        if end <= now:
            words = _("min left, bag empty since %(clock)s") % {"clock": clock(end, zone)}
        return {
            "text": str(int(-(-left_s // 60))),
            "words": words,
            "elapsed_s": round(left_s, 1),
            "is_clock": False,
            "runs": True,
            "counts_down": True,
        }
    return header.timer(chart, template, now, zone)


def _mini(tile: readings.Tile) -> Mini:
    shown = tile["display"]
    return {
        "key": tile["key"],
        "label": tile["label"],
        "text": shown["text"],
        "foot": _short(tile),
        "quality": shown["quality"],
    }


def _short(tile: readings.Tile) -> str:
    """Beneath a small number: why there is none, its age where that matters, else its unit."""
    shown = tile["display"]
    last = shown["foot"].split(", ")[-1]
    if shown["quality"] == "none" or shown["quality"] == "late" or tile["shows_age"]:
        return last
    return tile["short_unit_text"]


def _rate(chart: Chart) -> str:
    if chart.phase is Phase.INFUSING:
        return header.rate_text(chart.rate_ml_per_h)
    if chart.phase is Phase.PAUSED:
        return _("paused")
    return _("ended") if chart.stopped_at is not None else _("not yet")


def _observer(chart: Chart, eyes: Eyes, unwatched: bool) -> str:
    if unwatched:
        return _("Nobody watches")
    if chart.observer is None:
        return ""
    return chart.observer.name if eyes.names else ""


def _foot(
    sitting: Sitting, slot: alarms.Slot, unwatched: bool, crowded: bool, now: datetime, zone: ZoneInfo, eyes: Eyes
) -> Foot:
    """The most urgent thing about this chair. An alarm is never hidden by anything else; an emergency stands above it,
    in a place of its own."""
    if slot["alarms"]:
        first = slot["alarms"][0]
        since = clock(datetime.fromisoformat(first["since_at"]), zone) if first["since_at"] else ""
        words = " ".join(part for part in (first["words"], first["value_text"]) if part)
        limit = f", {first['limit_text']}" if first["limit_text"] and not first["technical"] else ""
        technical = f", {first['kind_text']}" if first["technical"] else ""
        return {
            "kind": first["priority"] if first["state"] == "active" else f"{first['priority']}-acknowledged",
            "stars": first["stars"],
            "words": f"{words}{limit}{technical}" if eyes.clinical else _("Needs someone"),
            "when_text": since,
        }
    if unwatched:
        return {"kind": "needs", "stars": "", "words": _("Nobody watches this chair"), "when_text": ""}
    if crowded:
        words = _("The observer has too many chairs") if eyes.clinical else _("Needs someone")
        return {"kind": "needs", "stars": "", "words": words, "when_text": ""}
    line = due.due(sitting.checks, now, zone)
    if eyes.clinical and line["state"] in ("due", "overdue"):
        late = span(seconds_between(datetime.fromisoformat(line["due_at"]), now)) if line["due_at"] else ""
        when = (_("overdue %s") if line["state"] == "overdue" else _("due %s")) % late
        return {"kind": "due", "stars": "", "words": line["words"].split(",")[0], "when_text": when}
    if sitting.criteria_met is not None and eyes.clinical:
        met, of = sitting.criteria_met
        words = _("%(met)d of %(of)d to leave") % {"met": met, "of": of}
        escort = _("escort named") if sitting.chart.escort else _("escort not named")
        return {"kind": "plain", "stars": "", "words": words, "when_text": escort}
    words = line["words"] if eyes.clinical and line["state"] == "later" else ""
    next_at = clock(datetime.fromisoformat(line["due_at"]), zone) if words and line["due_at"] else ""
    return {"kind": "plain", "stars": "", "words": words, "when_text": _("at %s") % next_at if next_at else ""}


def _call(chart: Chart, now: datetime, zone: ZoneInfo, eyes: Eyes) -> str:
    """A patient who calls, in words, in a place of its own: an alarm does not hide it, nor it an alarm."""
    if not chart.open_calls:
        return ""
    since = chart.open_calls[0].occurred_at
    if not eyes.clinical:
        return _("Calls")
    if seconds_between(since, now) >= UNANSWERED_AFTER_S:
        return _("Calls, unanswered since %(clock)s") % {"clock": clock(since, zone)}
    return _("Calls since %(clock)s") % {"clock": clock(since, zone)}


def _more(slot: alarms.Slot, eyes: Eyes) -> str:
    """The other alarms of this chair, in words: several never hide one another."""
    others = slot["alarms"][1:]
    if not others or not eyes.clinical:
        return ""
    return ", ".join(f"{alarm['stars']} {alarm['words']}" for alarm in others)


def _chair_of(chart: Chart) -> str:
    return chart.chair.chair_id if chart.chair is not None else ""


def _gone(chart: Chart, zone: ZoneInfo, eyes: Eyes) -> Gone | None:
    """Nothing of it for a wall and the front desk: how somebody left is a clinical word."""
    found = left_open(chart)
    if found is None or not eyes.clinical:
        return None
    opened = chart.opened
    name = opened.patient_name if eyes.names else opened.preferred_name or opened.patient_name.split()[0]
    return {
        "session_id": chart.session_id,
        "words": left_words(chart, name, zone),
        "open_text": found.count_text,
        "href": found.href if eyes.may_see_to else "",
        "no_href": not eyes.may_see_to,
    }


def _free(place: Place, coming: Chart | None, gone: Sequence[Chart], zone: ZoneInfo, eyes: Eyes) -> Card:
    text = _("This chair is free.")
    more = _("Who is given this chair appears here.")
    if coming is not None:
        opened = coming.opened
        called = opened.preferred_name or opened.patient_name.split()[0]
        text = _("%(name)s is expected at %(clock)s.") % {"name": called, "clock": clock(opened.expected_at, zone)}
        if eyes.clinical:
            more = _("Vital signs appear here once a monitor is linked to this chair.")
    return {
        "chair_id": place.chair_id,
        "number": place.number,
        "chair_name": place.name,
        "is_free": True,
        "session_id": "",
        "href": f"/session/{coming.session_id}/prepare/" if coming is not None and eyes.may_prepare else "",
        "no_href": coming is None or not eyes.may_prepare,
        "taken": False,
        "called": "",
        "initials": "",
        "infusion_text": "",
        "steps": [],
        "timer": {"text": "", "words": "", "elapsed_s": None, "is_clock": True, "runs": False, "counts_down": False},
        "minis": [],
        "tiles": [],
        "rate_text": "",
        "rate_unit": "",
        "rate_quiet": True,
        "foot": {"kind": "plain", "stars": "", "words": "", "when_text": ""},
        "more_text": "",
        "observer_text": "",
        "observer_missing": False,
        "free_text": text,
        "free_more": more,
        "gone": [one for one in (_gone(chart, zone, eyes) for chart in gone) if one is not None],
        "sound": "",
        "patient_id": "",
        "entry_href": "",
        "may_declare": False,
        "emergency_text": "",
        "call_text": "",
        "calls": False,
    }


def _expected(chart: Chart, zone: ZoneInfo, eyes: Eyes) -> Expected:
    opened = chart.opened
    called = opened.preferred_name or opened.patient_name.split()[0]
    number = _("%(number)d of %(planned)d") % {
        "number": opened.infusion_number,
        "planned": opened.infusions_planned_count,
    }
    detail = f"{number}, {chart.chair.chair_name}" if chart.chair else number
    flag = ""
    if eyes.clinical:
        anxiety = chart.checks.get(ev.PreCheck.ANXIETY)
        score = getattr(anxiety.event, "anxiety_score", None) if anxiety else None
        if score is not None and score >= 7:
            flag = _("anxious %(score)d of 10") % {"score": score}
        elif chart.escort is None:
            flag = _("escort not named")
    return {
        "session_id": chart.session_id,
        "at_text": clock(opened.expected_at, zone),
        "name": opened.patient_name if eyes.names else called,
        "detail": detail,
        "flag": flag,
        "href": f"/session/{chart.session_id}/prepare/" if eyes.may_prepare else "",
        "no_href": not eyes.may_prepare,
    }
