"""The patient's call and tablet as the chair shows them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dripstand.infusion import events as ev
from dripstand.infusion.calling import UNANSWERED_AFTER_S
from dripstand.infusion.chart import Chart
from dripstand.infusion.presentation.rate import WhyNot
from dripstand.infusion.presentation.times import clock_s, iso, seconds_between
from dripstand.infusion.saying import say

OWN_RECORDING = "file:"
"""Before the id of a recording of the clinic's own, where the chair's form names one as the sound."""


class Call(TypedDict):
    """The oldest call that waits. ``state``: "" (none), "new", "unanswered"."""

    on: bool
    state: str
    call_id: str
    words: str
    since_at: str | None
    since_text: str
    may_answer: bool


class Calm(TypedDict):
    tablet: bool
    tablet_text: str
    now_text: str
    sound: str
    sound_file_id: str
    sound_choice: str
    image: str
    light: str
    earphones: str
    ask_earphones: bool


def call(chart: Chart, now: datetime, zone: ZoneInfo, why_not: WhyNot) -> Call:
    """The call that waits longest, and how many more."""
    waiting = chart.open_calls
    if not waiting:
        return {
            "on": False,
            "state": "",
            "call_id": "",
            "words": "",
            "since_at": None,
            "since_text": "",
            "may_answer": False,
        }
    first = waiting[0]
    event = first.event
    assert isinstance(event, ev.PatientCalled)
    waited_s = seconds_between(first.occurred_at, now)
    count = len(waiting)
    words = ngettext("The patient calls", "The patient calls, %(count)d times", count) % {"count": count}
    return {
        "on": True,
        "state": "unanswered" if waited_s >= UNANSWERED_AFTER_S else "new",
        "call_id": event.call_id,
        "words": words,
        "since_at": iso(first.occurred_at),
        "since_text": _("since %(clock)s") % {"clock": clock_s(first.occurred_at, zone)},
        "may_answer": not why_not(ev.PatientCallAnswered(call_id=event.call_id)),
    }


def calm(chart: Chart, zone: ZoneInfo) -> Calm:
    """What the tablet was told to play and show."""
    chosen = chart.calm
    paired = chart.tablet is not None
    text = _("No tablet is paired.")
    if chart.tablet is not None:
        text = _("Tablet paired at %(clock)s.") % {"clock": clock_s(chart.tablet.occurred_at, zone)}
    earphones = chosen.earphones if chosen else ev.Earphones.NOT_ASKED
    return {
        "tablet": paired,
        "tablet_text": text,
        "now_text": say(chosen, zone).detail
        if chosen
        else _("nothing yet: a tablet begins with what the patient wished for, or the clinic set"),
        "sound": chosen.sound.value if chosen else "",
        "sound_file_id": chosen.sound_file_id if chosen else "",
        "sound_choice": _sound_choice(chosen),
        "image": chosen.image.value if chosen else "",
        "light": chosen.light.value if chosen else "",
        "earphones": earphones.value,
        "ask_earphones": paired and earphones is ev.Earphones.NOT_ASKED,
    }


def _sound_choice(chosen: ev.CalmChosen | None) -> str:
    """The value of the chip of what plays now: a recording of the clinic's own is named by its id."""
    if chosen is None:
        return ""
    return f"{OWN_RECORDING}{chosen.sound_file_id}" if chosen.sound is ev.CalmSound.FILE else chosen.sound.value
