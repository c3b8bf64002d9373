"""The due line: what is due or due next, in one line with one button."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion.presentation.times import clock, iso, seconds_between, span
from dripstand.infusion.words import Words

WORDS: dict[str, Words] = {
    "vital_signs": gettext_lazy("Vital signs"),
    "sedation": gettext_lazy("Sedation"),
    "side_effects": gettext_lazy("Side effects"),
    "site_check": gettext_lazy("Site of the line"),
    "bag_down": gettext_lazy("Take the bag down"),
    "line_cleared": gettext_lazy("Clear the line"),
    "stop_reason": gettext_lazy("Say why it was stopped"),
    "bag_empty": gettext_lazy("The bag is empty: stop or hang another"),
    "confirm_at_pump": gettext_lazy("Look at the pump, then chart that it agrees"),
    "countersign": gettext_lazy("The telephone order waits for its countersignature"),
    "hand_over": gettext_lazy("A hand-over waits to be accepted"),
    "stop_asked": gettext_lazy("The patient wants to stop"),
    "pump_failed": gettext_lazy("The pump failed: set up another"),
    "quarantined_bag": gettext_lazy("The bag is quarantined and hangs: stop it, take it down"),
}
PANELS = {
    "vital_signs": "vitals",
    "sedation": "sedation",
    "side_effects": "side-effects",
    "site_check": "site",
    "stop_reason": "stop",
    "hand_over": "watch",
    "stop_asked": "stop-asked",
    "pump_failed": "pump",
}


NAMED_AT_MOST = 2  # more checks than these are counted: the line stays a line


class Check(Protocol):
    """A check as ``infusion/due.py`` gives it."""

    @property
    def what(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def overdue(self) -> bool: ...


class Due(TypedDict):
    state: str  # "none", "later", "due", "overdue"
    words: str
    when_text: str
    panel: str
    href: str
    of_sequence: int | None  # the entry that the panel speaks of
    due_at: str | None


def due(checks: Sequence[Check], now: datetime, zone: ZoneInfo, stop_sequence: int | None = None) -> Due:
    """The most urgent check; how many others are due with it is said in words."""
    if not checks:
        return {
            "state": "none",
            "words": _("No check is due"),
            "when_text": _("Checks that fall due appear here."),
            "panel": "",
            "href": "",
            "of_sequence": None,
            "due_at": None,
        }
    in_order = sorted(checks, key=lambda check: check.due_at)
    first = in_order[0]
    late_s = seconds_between(first.due_at, now)
    is_due = first.due_at <= now
    words = word(first.what)
    others = [check for check in in_order[1:] if check.due_at <= now]
    if is_due and others:
        rest = ", ".join(lowered(word(check.what)) for check in others)
        if len(others) > NAMED_AT_MOST:
            rest = _("%(count)d more") % {"count": len(others)}
        words = _("%(first)s, then %(rest)s") % {"first": words, "rest": rest}
    if first.overdue:
        when = _("overdue, was due %(clock)s, %(span)s ago")
        when %= {"clock": clock(first.due_at, zone), "span": span(late_s)}
    elif is_due:
        when = _("due %(clock)s, %(span)s ago") % {"clock": clock(first.due_at, zone), "span": span(late_s)}
    else:
        when = _("next at %(clock)s, in %(span)s") % {
            "clock": clock(first.due_at, zone),
            "span": span(seconds_between(now, first.due_at)),
        }
    panel = PANELS.get(str(first.what), "")
    return {
        "state": "overdue" if first.overdue else "due" if is_due else "later",
        "words": words,
        "when_text": when,
        "panel": panel,
        "href": f"#enter-{panel}" if panel else "",
        "of_sequence": stop_sequence if str(first.what) == "stop_reason" else None,
        "due_at": iso(first.due_at),
    }


def lowered(words: str) -> str:
    """A name inside a sentence: its first letter small, SpO2 as it is."""
    return words[:1].lower() + words[1:]


def word(what: str) -> str:
    return str(WORDS[what]) if what in WORDS else what.replace("_", " ").capitalize()
