"""The log as lines: newest first, who and when; what was corrected stays, struck, with the correction beside it."""

from __future__ import annotations

from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.presentation.alarms import alarm_words
from dripstand.infusion.presentation.times import clock
from dripstand.infusion.saying import say

LINES_AT_MOST = 60
NEVER_CORRECTED = (ev.SessionOpened, ev.AlarmRaised, ev.AlarmCleared, ev.NoteSigned, ev.EntryCorrected)
"""Entries without a way to put them right from the chair: the opening, what Dripstand itself charts, signatures."""


class LogLine(TypedDict):
    sequence: int
    at_text: str
    title: str
    detail: str
    who: str
    late_text: str
    struck: bool
    corrected_text: str
    correct_href: str


def line(entry: ChartEntry, chart: Chart, zone: ZoneInfo) -> LogLine:
    """One entry as it was charted, marked where a correction holds instead."""
    said = say(entry.event, zone)
    detail = said.detail
    if isinstance(entry.event, ev.AlarmCleared | ev.AlarmAcknowledged):
        detail = ", ".join(part for part in (_alarm_of(entry.event.alarm_id, chart), said.detail) if part)
    late = ""
    if entry.is_late:
        late = _("entered %(clock)s, late: %(why)s") % {
            "clock": clock(entry.recorded_at, zone),
            "why": entry.late_reason,
        }
    corrections = chart.corrections.get(entry.sequence, ())
    holds = chart.as_it_holds(entry.sequence)
    corrected = ""
    if corrections:
        last = chart.entry(corrections[-1])
        assert last is not None and isinstance(last.event, ev.EntryCorrected)
        if entry.sequence in chart.struck or holds is None:
            corrected = _("struck: %(why)s") % {"why": last.event.reason}
        else:
            corrected = _("corrected: %(clock)s %(text)s (%(why)s)") % {
                "clock": clock(holds.occurred_at, zone),
                "text": say(holds.event, zone).text,
                "why": last.event.reason,
            }
        corrected = _("%(what)s, %(who)s") % {"what": corrected, "who": last.actor.name}
    doubted = _quarantined(entry, chart)
    if doubted is not None and not corrected:
        corrected = _("quarantined %(clock)s: nobody may rely on what it holds, %(who)s") % {
            "clock": clock(doubted.occurred_at, zone),
            "who": doubted.actor.name,
        }
    may_correct = not isinstance(entry.event, NEVER_CORRECTED) and entry.sequence not in chart.struck
    return {
        "sequence": entry.sequence,
        "at_text": clock(entry.occurred_at, zone),
        "title": said.title,
        "detail": detail,
        "who": entry.actor.name,
        "late_text": late,
        "struck": bool(corrections) or doubted is not None,
        "corrected_text": corrected,
        "correct_href": f"/session/{chart.session_id}/chart/?correct={entry.sequence}" if may_correct else "",
    }


def _quarantined(entry: ChartEntry, chart: Chart) -> ChartEntry | None:
    """The quarantine of the bag whose numbers this entry states."""
    if not isinstance(entry.event, ev.BagPrepared | ev.BagChecked):
        return None
    bag_id = entry.event.bag.bag_id if isinstance(entry.event, ev.BagPrepared) else entry.event.bag_id
    state = chart.bags.get(bag_id)
    return state.quarantined if state is not None else None


def _alarm_of(alarm_id: str, chart: Chart) -> str:
    """Which alarm it was, by name: an id says nothing to anybody."""
    view = chart.alarms.get(alarm_id)
    event = view.raised.event if view else None
    return alarm_words(event.alarm, event.channel, event.value_text) if isinstance(event, ev.AlarmRaised) else ""


def lines(chart: Chart, zone: ZoneInfo, most: int = LINES_AT_MOST) -> list[LogLine]:
    """The newest lines. A correction stands beside what it corrects and has no line of its own."""
    shown = [entry for entry in chart.entries if not isinstance(entry.event, ev.EntryCorrected)]
    shown.sort(key=lambda entry: (entry.occurred_at, entry.sequence), reverse=True)
    return [line(entry, chart, zone) for entry in shown[:most]]
