"""The alarm slot: every open alarm in words, with its limit and since when; and what it says when all is quiet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.chart_values import AlarmState, AlarmView
from dripstand.infusion.hand_alarms import BY_HAND
from dripstand.infusion.phases import ENDED
from dripstand.infusion.presentation.rate import WhyNot
from dripstand.infusion.presentation.times import clock, clock_s, iso, span
from dripstand.infusion.words import PRIORITY_STARS, Words, word
from dripstand.protocol.template import PressureChoice, ProtocolTemplate

ALARM_WORDS: dict[str, Words] = {
    "spo2_low": gettext_lazy("SpO2 low"),
    "spo2_very_low": gettext_lazy("SpO2 very low"),
    "spo2_critical": gettext_lazy("SpO2 critically low"),
    "nibp_systolic_high": gettext_lazy("Systolic high"),
    "nibp_diastolic_high": gettext_lazy("Diastolic high"),
    "nibp_systolic_very_high": gettext_lazy("Systolic very high"),
    "nibp_diastolic_very_high": gettext_lazy("Diastolic very high"),
    "nibp_systolic_extreme": gettext_lazy("Systolic extreme"),
    "nibp_diastolic_extreme": gettext_lazy("Diastolic extreme"),
    "nibp_systolic_low": gettext_lazy("Systolic low"),
    "nibp_systolic_very_low": gettext_lazy("Systolic very low"),
    "pulse_high": gettext_lazy("Pulse high"),
    "pulse_high_sustained": gettext_lazy("Pulse high for 5 min"),
    "pulse_very_high": gettext_lazy("Pulse very high"),
    "pulse_low": gettext_lazy("Pulse low"),
    "pulse_very_low": gettext_lazy("Pulse very low"),
    "respiratory_rate_low": gettext_lazy("Breathing slow"),
    "respiratory_rate_very_low": gettext_lazy("Breathing very slow"),
    "respiratory_rate_high": gettext_lazy("Breathing fast"),
    "sedation_deep": gettext_lazy("Deeply sedated"),
    "sedation_very_deep": gettext_lazy("Very deeply sedated: consider chart pause"),
    "probe_off": gettext_lazy("Probe off"),
    "no_reading": gettext_lazy("No reading"),
    "device_silent": gettext_lazy("Device silent"),
    "patient_mismatch": gettext_lazy("Monitor names another patient"),
    "demo_data": gettext_lazy("Monitor sends demo data"),
    "pump_infusing_after_stop": gettext_lazy("Pump still infuses after the charted stop"),
}

CHANNEL_WORDS: dict[str, Words] = {
    "pulse_per_min": gettext_lazy("pulse"),
    "heart_rate_per_min": gettext_lazy("ECG"),
    "spo2_percent": gettext_lazy("SpO2"),
    "respiratory_rate_per_min": gettext_lazy("breathing"),
    "nibp_systolic_mmhg": gettext_lazy("NIBP"),
    "nibp_diastolic_mmhg": gettext_lazy("NIBP"),
    "nibp_mean_mmhg": gettext_lazy("NIBP"),
    "etco2_mmhg": gettext_lazy("etCO2"),
    "pump_rate_ml_per_h": gettext_lazy("pump"),
    "sedation_score": gettext_lazy("sedation"),
}

PRESSURE_WORDS: dict[PressureChoice, Words] = {
    PressureChoice.MEDICATE: gettext_lazy(
        "Signed here: 180/110 or more is medicated without symptoms too, on the prescriber's order. Call them."
    ),
    PressureChoice.WATCH: gettext_lazy(
        "Signed here: 180/110 or more without symptoms is watched; with symptoms, call the prescriber."
    ),
}
"""Where the prescriber decides each time nothing is added to the card."""

ORDER = {"high": 0, "medium": 1, "low": 2}


class Alarm(TypedDict):
    alarm_id: str
    priority: str
    priority_text: str
    stars: str
    words: str
    value_text: str
    limit_text: str
    facts_text: str
    since_at: str | None
    since_text: str
    technical: bool
    kind_text: str
    state: str  # "active" or "acknowledged"
    state_text: str
    silent_until: str | None
    acknowledge_text: str
    card: list[str]
    channel: str
    by_hand: bool  # a person's entry raised it: the watch over the devices does not know it
    can_acknowledge: bool


class Quiet(TypedDict):
    words: str  # calm, or deaf: what no reading tells cannot alarm
    calm: str
    deaf: str
    can_be_deaf: bool
    more: str
    primary: str


class CardLine(TypedDict):
    words: str


class Slot(TypedDict):
    alarms: list[Alarm]
    count: int
    is_quiet: bool
    is_over: bool  # the visit has ended: nothing sounds any more
    quiet: Quiet
    sound: str  # the priority that may be heard now, or ""
    has_card: bool
    card: list[CardLine]
    card_title: str


def alarm_words(alarm: str, channel: str = "", value_text: str = "") -> str:
    """What an alarm is called. A technical one names its channel; one that nobody named says its own name."""
    words = str(ALARM_WORDS[alarm]) if alarm in ALARM_WORDS else alarm.replace("_", " ").capitalize()
    if alarm in ("probe_off", "no_reading") and channel in CHANNEL_WORDS:
        return f"{words}, {CHANNEL_WORDS[channel]}"
    if alarm == "device_silent" and value_text:
        return f"{words}, {value_text}"
    return words


def slot(
    chart: Chart,
    template: ProtocolTemplate,
    now: datetime,
    zone: ZoneInfo,
    *,
    monitored: bool,
    why_not: WhyNot,
    deaf: bool = False,
) -> Slot:
    """All that stands in the alarm slot. monitored: a bedside monitor is linked to this chair. deaf: no number of it
    may be shown now."""
    shown = sorted((_alarm(view, template, now, zone) for view in chart.open_alarms), key=_first)
    silent_until = now + timedelta(seconds=template.alarms.silence_s)
    for alarm in shown:
        if sounding(alarm, now):
            asked = ev.AlarmAcknowledged(alarm_id=alarm["alarm_id"], silent_until=silent_until)
            alarm["can_acknowledge"] = not why_not(asked)
    over = chart.phase in ENDED  # what nobody acknowledged is still shown, but nothing rings in an empty chair
    loud = [alarm for alarm in shown if not over and sounding(alarm, now)]
    carded = next((alarm for alarm in shown if alarm["card"] and not alarm["technical"]), None)
    return {
        "alarms": shown,
        "count": len(shown),
        "is_quiet": not shown,
        "is_over": over,
        "quiet": _quiet(chart, zone, monitored, deaf=deaf),
        "sound": min((alarm["priority"] for alarm in loud), key=ORDER.__getitem__, default=""),
        "has_card": carded is not None,
        "card": [{"words": words} for words in carded["card"]] if carded else [],
        "card_title": _("The clinic's card: %(alarm)s") % {"alarm": carded["words"]} if carded else "",
    }


def sounding(alarm: Alarm, now: datetime) -> bool:
    """Whether it may be heard now: active, or acknowledged and its silence over. One alarm's silence is its own."""
    if alarm["state"] == "active" or alarm["silent_until"] is None:
        return True
    return datetime.fromisoformat(alarm["silent_until"]) <= now


def _first(alarm: Alarm) -> tuple[int, bool, bool, str]:
    """The worst first; of the same priority the one that nobody has acknowledged, then the patient before the probe."""
    return ORDER[alarm["priority"]], alarm["state"] != "active", alarm["technical"], alarm["since_at"] or ""


def _alarm(view: AlarmView, template: ProtocolTemplate, now: datetime, zone: ZoneInfo) -> Alarm:
    event = view.raised.event
    assert isinstance(event, ev.AlarmRaised)
    at = view.raised.occurred_at
    acknowledged = view.state is AlarmState.ACKNOWLEDGED
    limit = next((limit for limit in template.alarms.limits if limit.alarm == event.alarm), None)
    return {
        "alarm_id": event.alarm_id,
        "priority": event.priority.value,
        "priority_text": _("%(priority)s priority") % {"priority": word(event.priority)},
        "stars": PRIORITY_STARS[event.priority],
        "words": alarm_words(event.alarm, event.channel, event.value_text),
        "value_text": "" if event.technical else event.value_text,
        "limit_text": _("limit %(limit)s") % {"limit": event.limit_text} if event.limit_text else "",
        "facts_text": _facts(event, at, zone),
        "since_at": iso(at),
        "since_text": _("since %(clock)s") % {"clock": clock_s(at, zone)},
        "technical": event.technical,
        "kind_text": _("technical") if event.technical else "",
        "state": "acknowledged" if acknowledged else "active",
        "state_text": _acknowledged_text(view, now, zone) if acknowledged else "",
        "silent_until": iso(view.silent_until),
        "acknowledge_text": _("Acknowledge %(span)s") % {"span": span(template.alarms.silence_s)},
        "card": [*(limit.card if limit else ()), *_signed_about(event, template)],
        "channel": event.channel,
        "by_hand": event.alarm_id.startswith(BY_HAND),
        "can_acknowledge": False,
    }


def _signed_about(event: ev.AlarmRaised, template: ProtocolTemplate) -> list[str]:
    """What the clinic has signed about a high pressure without symptoms, on the card of each alarm that says one.

    Words for people: the order to give anything stays the prescriber's.
    """
    is_high = event.alarm.startswith("nibp_") and "_low" not in event.alarm and not event.technical
    words = PRESSURE_WORDS.get(template.choices.high_pressure) if is_high else None
    return [str(words)] if words is not None else []


def _facts(event: ev.AlarmRaised, at: datetime, zone: ZoneInfo) -> str:
    """What the limit is, and since when."""
    parts = [_("technical")] if event.technical else []
    if event.limit_text and not event.technical:
        parts.append(_("limit %(limit)s") % {"limit": event.limit_text})
    parts.append(_("since %(clock)s") % {"clock": clock_s(at, zone)})
    return ", ".join(parts)


def _acknowledged_text(view: AlarmView, now: datetime, zone: ZoneInfo) -> str:
    who = view.acknowledged_by.name if view.acknowledged_by else ""
    if view.silent_until is not None and view.silent_until > now:
        return _("silent until %(clock)s, %(who)s") % {"clock": clock_s(view.silent_until, zone), "who": who}
    return _("acknowledged by %(who)s, sounds again") % {"who": who}


def _quiet(chart: Chart, zone: ZoneInfo, monitored: bool, *, deaf: bool) -> Quiet:
    past = [view for view in chart.alarms.values() if not view.is_open]
    more = ""
    if past:
        last = max(past, key=lambda view: view.raised.occurred_at)
        event = last.raised.event
        assert isinstance(event, ev.AlarmRaised)
        said = {
            "alarm": alarm_words(event.alarm, event.channel, event.value_text)
            + ("" if event.technical else f" {event.value_text}"),
            "clock": clock(last.raised.occurred_at, zone),
        }
        more = _("last one %(alarm)s at %(clock)s") % said
        if last.acknowledged_by:
            more = _("%(last)s, acknowledged by %(who)s") % {"last": more, "who": last.acknowledged_by.name}
    if chart.phase in ENDED:
        primary = _("Nobody sits here for this visit any more.")
    elif monitored:
        primary = _("Bedside monitor linked. It is the primary alarm.")
    else:
        primary = _("No monitor linked. The bedside monitor is the primary alarm.")
    calm, nothing = _("No alarm"), _("No readings: nothing here can alarm")
    can_be_deaf = monitored and chart.phase not in ENDED
    words = nothing if deaf and can_be_deaf else calm
    return {
        "words": words,
        "calm": calm,
        "deaf": nothing,
        "can_be_deaf": can_be_deaf,
        "more": more,
        "primary": primary,
    }
