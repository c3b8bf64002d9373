"""Everything that the chair's screen shows at one instant, as one value that is ready for JSON.

The page is rendered from it, ``state.json`` is it, and the page's script puts a newer one into the same places: so a
screen that was cut off and caught up shows what a reload would show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.line import ends_at
from dripstand.infusion.presentation import alarms, calling, due, emergency, header, log_lines, rate, readings, watching
from dripstand.infusion.presentation.times import iso
from dripstand.protocol.template import ProtocolTemplate


class BagChoice(TypedDict):
    bag_id: str
    words: str


class PumpOption(TypedDict):
    device_id: str
    words: str


class ChairState(TypedDict):
    session_id: str
    patient_id: str
    head_sequence: int
    now: str | None
    header: header.Header
    steps: list[header.Step]
    timer: header.Timer
    slot: alarms.Slot
    tiles: list[readings.Tile]
    rate: rate.Rate
    due: due.Due
    log: list[log_lines.LogLine]
    watch: watching.Watch
    emergency: emergency.EmergencyState
    bags: list[BagChoice]
    pumps: list[PumpOption]
    call: calling.Call
    calm: calling.Calm


def chair_state(
    chart: Chart,
    template: ProtocolTemplate,
    latest: Mapping[str, Mapping[str, Any]],
    checks: Sequence[due.Check],
    *,
    me: ev.StaffRef,
    why_not: rate.WhyNot,
    now: datetime,
    zone: ZoneInfo,
    pumps: Sequence[PumpOption] = (),
) -> ChairState:
    """The screen of one chair for one person.

    latest: monitoring's latest values by channel, in the shape of a live message. checks: what falls due.
    why_not: asks the rules why this person may not chart something; it charts nothing. pumps: that may drive the bag.
    """
    tiles = readings.tiles(chart, latest, template, now, zone)
    deaf = all(tile["display"]["quality"] == "none" for tile in tiles if tile["channels"])
    slot = alarms.slot(chart, template, now, zone, monitored=bool(chart.devices), why_not=why_not, deaf=deaf)
    return {
        "session_id": chart.session_id,
        "patient_id": chart.opened.patient_id,
        "head_sequence": chart.head,
        "now": iso(now),
        "header": header.header(chart, now, zone),
        "steps": header.steps(chart, template, now, ends_at(chart, now)),
        "timer": header.timer(chart, template, now, zone),
        "slot": slot,
        "tiles": tiles,
        "rate": rate.rate(chart, template, now, zone, why_not),
        "due": due.due(checks, now, zone, chart.stop.sequence if chart.stop else None),
        "log": log_lines.lines(chart, zone),
        "watch": watching.watch(chart, me, zone, why_not),
        "emergency": emergency.emergency_state(chart, now, zone, why_not),
        "bags": bag_choices(chart),
        "pumps": list(pumps),
        "call": calling.call(chart, now, zone, why_not),
        "calm": calling.calm(chart, zone),
    }


def pump_options(known: Iterable[tuple[str, str, str, str]], chair_id: str) -> list[PumpOption]:
    """The registered pumps, each with where it is; those on no chair first, then this chair's own.

    known: (device id, label, id of its chair or "", name of that chair).
    """
    ranked = sorted(known, key=lambda one: (1 if one[2] == chair_id else 2 if one[2] else 0, one[1]))
    return [{"device_id": one[0], "words": f"{one[1]}, {_where(one, chair_id)}"} for one in ranked]


def _where(pump: tuple[str, str, str, str], chair_id: str) -> str:
    if not pump[2]:
        return _("on no chair")
    if pump[2] == chair_id:
        return _("on this chair already")
    return _("on %(chair)s") % {"chair": pump[3]}


def bag_choices(chart: Chart) -> list[BagChoice]:
    """The bags that can still be doubted, the one that hangs first."""
    open_to_doubt = [state for state in chart.bags.values() if state.quarantined is None]
    open_to_doubt.sort(key=lambda state: not state.hangs)
    return [
        {
            "bag_id": state.bag.bag_id,
            "words": _("%(bag)s, hangs here") % {"bag": state.bag.bag_id} if state.hangs else state.bag.bag_id,
        }
        for state in open_to_doubt
    ]
