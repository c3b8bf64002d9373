"""An emergency as the chair shows it: since when, who was called, who does what, and where the hand-over sheet is."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.emergency import Emergency, emergencies
from dripstand.infusion.presentation.rate import WhyNot
from dripstand.infusion.presentation.times import clock, clock_s, seconds_between
from dripstand.infusion.words import word


class Called(TypedDict):
    """One kind of help: ``state`` is "", "called" or "here"; ``next_kind`` is what the button charts."""

    key: str
    words: str
    state: str
    state_text: str
    next_kind: str


class Taken(TypedDict):
    key: str
    words: str
    who: str


class EmergencyState(TypedDict):
    on: bool
    may_declare: bool
    may_end: bool
    since_text: str
    elapsed_s: float
    clock_text: str
    by_text: str
    help: list[Called]
    roles: list[Taken]
    sheet_href: str
    has_sheet: bool


def emergency_state(chart: Chart, now: datetime, zone: ZoneInfo, why_not: WhyNot) -> EmergencyState:
    """The newest emergency; ``on`` while it goes on."""
    known = emergencies(chart)
    last = known[-1] if known else None
    on = last is not None and last.ended is None
    elapsed_s = seconds_between(last.since, now) if last is not None and on else 0.0
    return {
        "on": on,
        "may_declare": not on and not why_not(ev.EmergencyDeclared()),
        "may_end": on and not why_not(ev.EmergencyEnded(how="-")),
        "since_text": _("Emergency since %(clock)s") % {"clock": clock(last.since, zone)} if last and on else "",
        "elapsed_s": round(elapsed_s, 1),
        "clock_text": f"{int(elapsed_s // 60)}:{int(elapsed_s % 60):02d}",
        "by_text": _("charted %(clock)s by %(who)s")
        % {"clock": clock_s(last.since, zone), "who": last.declared.actor.name}
        if last and on
        else "",
        "help": [_called(one, last if on else None, zone) for one in ev.Help],
        "roles": [_taken(one, last if on else None) for one in ev.EmergencyRole],
        "sheet_href": f"/session/{chart.session_id}/hand-over/",
        "has_sheet": last is not None,
    }


def _called(one: ev.Help, emergency: Emergency | None, zone: ZoneInfo) -> Called:
    called = emergency.called.get(one) if emergency else None
    arrived = emergency.arrived.get(one) if emergency else None
    state, text, kind = "", _("call, then tap"), ev.HelpCalled.kind
    if arrived is not None:
        state, text = "here", _("here %(clock)s") % {"clock": clock_s(arrived.occurred_at, zone)}
    elif called is not None:
        state, text = "called", _("called %(clock)s, tap when here") % {"clock": clock_s(called.occurred_at, zone)}
        kind = ev.HelpArrived.kind
    return {"key": one.value, "words": word(one), "state": state, "state_text": text, "next_kind": kind}


def _taken(one: ev.EmergencyRole, emergency: Emergency | None) -> Taken:
    entry = emergency.roles.get(one) if emergency else None
    event = entry.event if entry else None
    who = event.who if isinstance(event, ev.EmergencyRoleTaken) else _("nobody yet")
    return {"key": one.value, "words": word(one), "who": who}
