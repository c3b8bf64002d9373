"""Who sits here, what was ordered, where the visit stands, and the one timer that matters."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion.chart import Chart
from dripstand.infusion.line import ran_for_min
from dripstand.infusion.phases import ENDED, Phase
from dripstand.infusion.prediction import age_in_years
from dripstand.infusion.presentation.times import clock, iso, seconds_between
from dripstand.infusion.words import PHASE_WORDS, Words, plain, word
from dripstand.protocol.template import ProtocolTemplate


class Step(TypedDict):
    key: str
    words: str
    state: str  # "done", "now", "ahead"
    filled_percent: int
    href: str


class Timer(TypedDict):
    """``elapsed_s`` as of the state's ``now``; the page goes on counting where ``runs``."""

    text: str
    words: str
    elapsed_s: float | None
    is_clock: bool  # a time of day, not a count of minutes
    runs: bool
    counts_down: bool


class Header(TypedDict):
    called: str
    initials: str
    full_name: str
    rest_of_name: str  # the full name behind the one to call, without saying a first name twice
    infusion_text: str
    birth_text: str
    order_text: str
    room_text: str
    place_text: str
    allergies_text: str
    allergies_known: bool  # there is at least one: shown in strong
    phase: str
    phase_text: str
    phase_since: str | None
    was_corrected: bool
    emergency_text: str


STEPS: tuple[tuple[str, Words, frozenset[Phase]], ...] = (
    ("arrive", gettext_lazy("Arrive"), frozenset({Phase.EXPECTED, Phase.ARRIVED})),
    ("prepare", gettext_lazy("Prepare"), frozenset({Phase.PREPARING})),
    ("infuse", gettext_lazy("Infuse"), frozenset({Phase.INFUSING, Phase.PAUSED, Phase.STOPPED})),
    ("observe", gettext_lazy("Observe"), frozenset({Phase.OBSERVING})),
    ("leave", gettext_lazy("Leave"), frozenset({Phase.READY_TO_LEAVE})),
)
PAGES = {"arrive": "prepare/", "prepare": "prepare/", "infuse": "", "observe": "leaving/", "leave": "leaving/"}


def steps(chart: Chart, template: ProtocolTemplate, now: datetime, ends_at: datetime | None) -> list[Step]:
    """The five steps of a visit, the running one filled to where it stands."""
    order = [phases for _key, _words, phases in STEPS]
    at = next((i for i, phases in enumerate(order) if chart.phase in phases), len(STEPS))
    found: list[Step] = []
    for number, (key, words, _phases) in enumerate(STEPS):
        state = "done" if number < at else "now" if number == at else "ahead"
        if chart.phase is Phase.EXPECTED:
            state = "ahead"
        filled = 100 if state == "done" else _filled(chart, template, now, ends_at) if state == "now" else 0
        href = f"/session/{chart.session_id}/{PAGES[key]}"
        found.append({"key": key, "words": str(words), "state": state, "filled_percent": filled, "href": href})
    return found


def _filled(chart: Chart, template: ProtocolTemplate, now: datetime, ends_at: datetime | None) -> int:
    """How far the running step is, in whole per cent; a step without a known length stands at its middle."""
    if chart.phase in (Phase.INFUSING, Phase.PAUSED) and chart.started_at and ends_at and ends_at > chart.started_at:
        whole_s = (ends_at - chart.started_at).total_seconds()
        return _percent(seconds_between(chart.started_at, now) / whole_s)
    if chart.phase is Phase.STOPPED:
        return 100
    if chart.phase is Phase.OBSERVING and chart.stopped_at is not None:
        return _percent(seconds_between(chart.stopped_at, now) / (template.minimum_observation_min * 60))
    return 50


def _percent(fraction: float) -> int:
    return max(2, min(100, round(fraction * 100)))


def timer(chart: Chart, template: ProtocolTemplate, now: datetime, zone: ZoneInfo) -> Timer:
    """The one number of time: planned start, minutes infused, minutes paused, minutes observed."""
    phase = chart.phase
    if phase in (Phase.EXPECTED, Phase.ARRIVED, Phase.PREPARING):
        return _still(clock(chart.opened.expected_at, zone), _("expected"))
    if phase is Phase.INFUSING:
        return _counting(float(ran_for_min(chart, now)) * 60, _("min infused"))
    if phase is Phase.PAUSED and chart.phase_since is not None:
        return _counting(seconds_between(chart.phase_since, now), _("min paused"))
    if phase in (Phase.STOPPED, Phase.OBSERVING, Phase.READY_TO_LEAVE) and chart.stopped_at is not None:
        words = _("min observed, of %(count)d") % {"count": template.minimum_observation_min}
        return _counting(seconds_between(chart.stopped_at, now), words)
    ended = chart.ending.occurred_at if chart.ending else chart.phase_since
    return _still(clock(ended, zone) if ended else "", str(PHASE_WORDS[phase]))


def _still(text: str, words: str) -> Timer:
    return {"text": text, "words": words, "elapsed_s": None, "is_clock": True, "runs": False, "counts_down": False}


def _counting(elapsed_s: float, words: str) -> Timer:
    return {
        "text": str(int(elapsed_s // 60)),
        "words": words,
        "elapsed_s": round(elapsed_s, 1),
        "is_clock": False,
        "runs": True,
        "counts_down": False,
    }


def order_text(chart: Chart) -> str:
    """The order in one line, with the weight that it is based on."""
    order = chart.order
    if order is None:
        return _("No order yet")
    return _("%(dose)s mg/kg over %(minutes)s min · %(weight)s kg, %(basis)s") % {
        "dose": plain(order.dose_mg_per_kg),
        "minutes": plain(order.planned_minutes),
        "weight": plain(order.dosing_weight_kg),
        "basis": word(order.weight_basis),
    }


def header(chart: Chart, now: datetime, zone: ZoneInfo) -> Header:
    opened = chart.opened
    called = opened.preferred_name or opened.patient_name.split()[0]
    birth = opened.birth_date
    known = bool(opened.allergies)
    if known:
        allergies = _("Allergies: %(list)s") % {"list": ", ".join(opened.allergies)}
    else:
        allergies = _("No known allergies") if opened.allergies_reviewed else _("Allergies not asked yet")
    emergency = ""
    if chart.emergency_at is not None and chart.phase not in ENDED:
        emergency = _("Emergency since %(clock)s") % {"clock": clock(chart.emergency_at, zone)}
    return {
        "called": called,
        "initials": "".join(part[0] for part in opened.patient_name.split())[:3].upper(),
        "full_name": opened.patient_name,
        "rest_of_name": _rest(called, opened.patient_name),
        "infusion_text": _("Infusion %(number)d of %(planned)d")
        % {"number": opened.infusion_number, "planned": opened.infusions_planned_count},
        "birth_text": _("born %(date)s, %(age)d y")
        % {"date": date_format(birth, "j M Y"), "age": age_in_years(birth, now.astimezone(zone).date())},
        "order_text": order_text(chart),
        "room_text": f"{chart.chair.room_name}," if chart.chair else "",
        "place_text": chart.chair.chair_name if chart.chair else _("no chair yet"),
        "allergies_text": allergies,
        "allergies_known": known or not opened.allergies_reviewed,
        "phase": chart.phase.value,
        "phase_text": str(PHASE_WORDS[chart.phase]),
        "phase_since": iso(chart.phase_since),
        "was_corrected": chart.was_corrected,
        "emergency_text": emergency,
    }


def _rest(called: str, full_name: str) -> str:
    first, _space, rest = full_name.partition(" ")
    return rest if first == called else full_name


def rate_text(rate_ml_per_h: Decimal | None) -> str:
    """A rate as it stands on the pump: one decimal."""
    return "" if rate_ml_per_h is None else f"{rate_ml_per_h:.1f}"
