"""The two plots on one time axis, as columns that are ready for JSON.

Seconds count from ``from_ms`` (milliseconds since 1970). What was measured, what was given and what is predicted stay
three different things here and on the screen (H24); a gap is a value of its own and is never joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import LineFluid
from dripstand.infusion.line import ends_at
from dripstand.infusion.phases import AFTER_STOP, ENDED, LIVE
from dripstand.infusion.prediction import Prediction, Unpredictable
from dripstand.infusion.presentation.alarms import alarm_words
from dripstand.infusion.presentation.times import clock
from dripstand.infusion.saying import say
from dripstand.infusion.words import plain
from dripstand.protocol.template import ProtocolTemplate

BEFORE_START_MIN = 10  # look.md, Plots: the axis begins ten minutes before the start
AFTER_THE_END_MIN = 25  # and ends about 25 minutes after the predicted end while the drug runs

ZONE_LOW, ZONE_MID, ZONE_HIGH = 181, 242, 314
"""Half of volunteers' perceptual change, total racemate ng/mL with its 95 % interval: pharmacology.md 4.1 and 4.2,
Olofsen 2022, Anesthesiology 136:792, doi:10.1097/ALN.0000000000004176 [A]. A level on the axis, never a score."""

STRIPS = {
    "spo2_percent": "spo2",
    "pulse_per_min": "pressure",
    "nibp_systolic_mmhg": "pressure",
    "nibp_diastolic_mmhg": "pressure",
    "respiratory_rate_per_min": "resp",
}
SHORT = {
    "spo2_percent": "",
    "pulse_per_min": "pulse",
    "nibp_systolic_mmhg": "systolic",
    "nibp_diastolic_mmhg": "diastolic",
    "respiratory_rate_per_min": "",
}


class Predicted(TypedDict):
    t_s: list[float]
    low: list[float]
    mid: list[float]
    high: list[float]
    plasma: list[float]
    has_band: bool
    peak_text: str


def origin(chart: Chart) -> datetime:
    """The instant that the seconds of the curves count from: the start, before it the expected time."""
    return chart.started_at or chart.arrived_at or chart.opened.expected_at


def seconds(at: datetime, base: datetime) -> float:
    return round((at - base).total_seconds(), 1)


def view(chart: Chart, template: ProtocolTemplate, now: datetime) -> dict[str, dict[str, float]]:
    """What the axis shows at first, and the whole session, in seconds from the origin."""
    base = origin(chart)
    start = -BEFORE_START_MIN * 60.0
    first = min((entry.occurred_at for entry in chart.effective[1:]), default=base)
    if chart.started_at is None:
        shown_end = max(30 * 60.0, seconds(now, base) + 20 * 60.0)
        start = min(start, seconds(now, base) - 20 * 60.0)
        whole_end = shown_end
    else:
        end = ends_at(chart, now) if chart.phase in LIVE else chart.stopped_at
        planned = base + timedelta(minutes=float(chart.order.planned_minutes)) if chart.order else base
        end = end or max(planned, now)
        observed = (chart.stopped_at or end) + timedelta(minutes=template.minimum_observation_min)
        whole_end = max(seconds(observed, base), seconds(now, base)) + 300
        if chart.phase in LIVE:
            shown_end = seconds(max(end, now), base) + AFTER_THE_END_MIN * 60
        elif chart.phase in AFTER_STOP:
            shown_end = whole_end
        else:
            shown_end = seconds(chart.ending.occurred_at if chart.ending else now, base) + 300
            whole_end = shown_end
    return {
        "view": {"start_s": start, "end_s": shown_end},
        "whole": {"start_s": min(start, seconds(first, base)), "end_s": max(whole_end, shown_end)},
    }


def curves(
    chart: Chart,
    template: ProtocolTemplate,
    measured: Mapping[str, Any],
    predicted: Prediction | Unpredictable,
    now: datetime,
    zone: ZoneInfo,
    *,
    cuff_every_s: int | None = None,
) -> dict[str, Any]:
    """All that the plots draw. measured: ``{"series": …, "gaps": …, "cuffs": …}`` in seconds from the origin."""
    base = origin(chart)
    found: dict[str, Any] = {
        "from_ms": int(base.timestamp() * 1000),
        **view(chart, template, now),
        "now_s": seconds(now, base),
        "zone": str(zone),
        "infusion": _infusion(chart, now),
        "series": measured.get("series"),
        "gaps": measured.get("gaps", []),
        "cuffs": measured.get("cuffs", []),
        "cuffs_by_hand": _cuffs_by_hand(chart, base),
        "cuffs_planned": _planned(chart, template, measured, now, cuff_every_s),
        "limits": _limits(chart, template),
        "alarms": _alarms(chart, base),
        "marks": _marks(chart, base, zone),
        "rates": _rates(chart, now),
        "observe_until_s": _observe_until(chart, template, now, base),
        "observe_text": _observe_text(chart, template, now, zone),
        "dissociation": {
            "low": ZONE_LOW,
            "mid": ZONE_MID,
            "high": ZONE_HIGH,
            "words": _("half of volunteers' perceptual change"),
        },
        "predicted": None,
        "predicted_note": "",
    }
    if isinstance(predicted, Unpredictable):
        found["predicted_note"] = predicted.reason
    else:
        found["predicted"] = columns(predicted, base)
        found["predicted_note"] = model_note(predicted)
    return found


def columns(predicted: Prediction, base: datetime) -> Predicted:
    """A prediction as columns. Without a published variability there is one typical line and no band."""
    bands = predicted.bands
    effect = bands.effect_site_ng_per_ml
    rows = effect if effect is not None else bands.plasma_ng_per_ml
    middle = bands.percentiles.index(50.0)
    mid = [round(float(value), 1) for value in rows[middle]]
    peak = max(range(len(mid)), key=mid.__getitem__, default=0)
    low = [round(float(value), 1) for value in rows[0]]
    high = [round(float(value), 1) for value in rows[-1]]
    has_band = len(bands.percentiles) > 1
    between = _("%(low)d to %(high)d") % {"low": round(low[peak]), "high": round(high[peak])} if mid else ""
    text = _("peak %(mid)d") % {"mid": round(mid[peak])} if mid else ""
    return {
        "t_s": [seconds(at, base) for at in predicted.at],
        "low": low,
        "mid": mid,
        "high": high,
        "plasma": [round(float(value), 1) for value in bands.plasma_ng_per_ml[middle]],
        "has_band": has_band,
        "peak_text": f"{text} ({between})" if has_band else text,
    }


def model_note(predicted: Prediction) -> str:
    """Whose numbers these are: the model, the people it was made from, what the band holds, what lies outside."""
    note = _("Effect site (dissociation) predicted by %(model)s from %(population)s. Band: 90 of 100 such people.")
    note %= {"model": predicted.model_title, "population": predicted.population}
    if predicted.amount_is_range:
        note += " " + _("How much was given is a range; the band covers both ends of it.")
    if predicted.extrapolated:
        note += " " + _("Extrapolated: %(outside)s.") % {"outside": "; ".join(predicted.extrapolated)}
    return note


def _infusion(chart: Chart, now: datetime) -> dict[str, float | None] | None:
    if chart.started_at is None:
        return None
    base = origin(chart)
    end = chart.stopped_at or ends_at(chart, now)
    return {"start_s": 0.0, "end_s": seconds(end, base) if end else seconds(now, base)}


def _cuffs_by_hand(chart: Chart, base: datetime) -> list[dict[str, Any]]:
    return [
        {
            "t_s": seconds(entry.occurred_at, base),
            "systolic": entry.event.nibp_systolic_mmhg,
            "diastolic": entry.event.nibp_diastolic_mmhg,
            "by_hand": True,
            "doubtful": entry.event.doubtful,
        }
        for entry in chart.vitals
        if isinstance(entry.event, ev.VitalSignsTaken)
        and entry.event.nibp_systolic_mmhg is not None
        and entry.event.nibp_diastolic_mmhg is not None
    ]


def _planned(
    chart: Chart, template: ProtocolTemplate, measured: Mapping[str, Any], now: datetime, cuff_every_s: int | None
) -> list[float]:
    """When the next cuff readings are planned, from the last one on, while somebody is watched."""
    if chart.phase in ENDED or chart.started_at is None:
        return []
    plan = chart.order.monitoring if chart.order else template.intervals
    every_s = cuff_every_s or 60 * (
        plan.vital_signs_every_min_infusing if chart.is_live else plan.vital_signs_every_min_observing
    )
    base = origin(chart)
    taken = [cuff["t_s"] for cuff in (*measured.get("cuffs", []), *_cuffs_by_hand(chart, base))]
    now_s = seconds(now, base)
    at = (max(taken) if taken else now_s) + every_s
    end_s = view(chart, template, now)["view"]["end_s"]
    found: list[float] = []
    while at <= end_s and len(found) < 24:
        if at > now_s:
            found.append(at)
        at += every_s
    return found


def _limits(chart: Chart, template: ProtocolTemplate) -> list[dict[str, Any]]:
    """For each strip and side the limit that alarms first, with this session's own limit where there is one."""
    nearest: dict[tuple[str, bool], tuple[float, str]] = {}
    for limit in template.alarms.limits:
        if limit.channel not in STRIPS or limit.channel == "nibp_diastolic_mmhg":
            continue
        own = chart.limits.get(limit.alarm)
        value = own.event.limit_value if own and isinstance(own.event, ev.AlarmLimitChanged) else limit.limit_value
        key = (limit.channel, limit.above)
        words = " ".join(part for part in (_short(limit.channel), _("limit %s") % plain(value)) if part)
        held = nearest.get(key)
        if held is None or (float(value) < held[0]) == limit.above:
            nearest[key] = (float(value), words)
    return [
        {"strip": STRIPS[channel], "channel": channel, "value": value, "words": words}
        for (channel, _above), (value, words) in nearest.items()
    ]


def _short(channel: str) -> str:
    return {"": "", "pulse": _("pulse"), "systolic": _("systolic"), "diastolic": _("diastolic")}[SHORT[channel]]


def _alarms(chart: Chart, base: datetime) -> list[dict[str, Any]]:
    found = []
    for alarm in chart.alarms.values():
        event = alarm.raised.event
        assert isinstance(event, ev.AlarmRaised)
        value = "" if event.technical else event.value_text.removesuffix("%").strip()
        found.append(
            {
                "t_s": seconds(alarm.raised.occurred_at, base),
                "end_s": seconds(alarm.cleared_at, base) if alarm.cleared_at else None,
                "priority": event.priority.value,
                "acknowledged": alarm.acknowledged_at is not None,
                "technical": event.technical,
                "channel": event.channel,
                "words": f"{alarm_words(event.alarm, event.channel, event.value_text)} {value}".strip(),
            }
        )
    return found


def _marks(chart: Chart, base: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Side effects, comfort and medicines, where they happened."""
    shown = (*chart.side_effects, *chart.comfort, *chart.medicines)
    return sorted(
        ({"t_s": seconds(entry.occurred_at, base), "words": say(entry.event, zone).title} for entry in shown),
        key=lambda mark: float(mark["t_s"]),
    )


def _rates(chart: Chart, now: datetime) -> list[dict[str, Any]]:
    """The drug's rates: given until now, and the running one ahead until the bag is empty."""
    base = origin(chart)
    steps = [step for step in chart.rate_steps if step.fluid is LineFluid.DRUG and step.start <= now]
    end = ends_at(chart, now)
    found: list[dict[str, Any]] = []
    for number, step in enumerate(steps):
        last = number + 1 == len(steps)
        until = now if last else steps[number + 1].start
        if last and end is not None and end < until:
            until = end
        if step.rate_ml_per_h > 0 and until > step.start:
            found.append(_span(step.start, until, float(step.rate_ml_per_h), base, ahead=False))
    if chart.rate_ml_per_h > 0 and end is not None and end > now:
        found.append(_span(now, end, float(chart.rate_ml_per_h), base, ahead=True))
    return found


def _span(start: datetime, end: datetime, rate_ml_per_h: float, base: datetime, *, ahead: bool) -> dict[str, Any]:
    return {
        "start_s": seconds(start, base),
        "end_s": seconds(end, base),
        "rate_ml_per_h": round(rate_ml_per_h, 1),
        "ahead": ahead,
    }


def _observed_until(chart: Chart, template: ProtocolTemplate, now: datetime) -> datetime | None:
    end = chart.stopped_at or ends_at(chart, now)
    return end + timedelta(minutes=template.minimum_observation_min) if end and chart.phase not in ENDED else None


def _observe_until(chart: Chart, template: ProtocolTemplate, now: datetime, base: datetime) -> float | None:
    until = _observed_until(chart, template, now)
    return seconds(until, base) if until else None


def _observe_text(chart: Chart, template: ProtocolTemplate, now: datetime, zone: ZoneInfo) -> str:
    until = _observed_until(chart, template, now)
    return _("observe until %(clock)s") % {"clock": clock(until, zone)} if until else ""


def rows(
    chart: Chart, found: Mapping[str, Any], now: datetime, zone: ZoneInfo, every_s: int = 300
) -> list[dict[str, str]]:
    """The plots as a table: one row each five minutes, newest first, what was not measured left empty."""
    base = origin(chart)
    start_s, now_s = float(found["whole"]["start_s"]), seconds(now, base)
    table: list[dict[str, str]] = []
    at_s = int(now_s // every_s) * every_s
    while at_s >= start_s and len(table) < 60:
        at = base + timedelta(seconds=at_s)
        cuffs = sorted((*found["cuffs"], *found["cuffs_by_hand"]), key=lambda one: float(one["t_s"]))
        cuff = next((c for c in reversed(cuffs) if at_s - every_s < c["t_s"] <= at_s), None)
        table.append(
            {
                "at_text": clock(at, zone),
                "pulse": _near((found["series"] or {}).get("pulse_per_min"), at_s, every_s),
                "spo2": _near((found["series"] or {}).get("spo2_percent"), at_s, every_s),
                "nibp": f"{cuff['systolic']}/{cuff['diastolic']}" if cuff else "",
                "resp": _near((found["series"] or {}).get("respiratory_rate_per_min"), at_s, every_s),
                "rate": next(
                    (
                        f"{step['rate_ml_per_h']:.1f}"
                        for step in found["rates"]
                        if step["start_s"] <= at_s < step["end_s"] and not step["ahead"]
                    ),
                    "0" if at_s >= 0 else "",
                ),
                "predicted": _predicted_at(found["predicted"], at_s),
            }
        )
        at_s -= every_s
    return table


def _near(series: Mapping[str, Sequence[float | None]] | None, at_s: float, every_s: int) -> str:
    """The last measured value of the minutes before; empty where there was none."""
    if not series:
        return ""
    for at, value in zip(reversed(series["t_s"]), reversed(series["v"]), strict=True):
        if at is not None and at <= at_s and value is not None:
            return plain(value) if at_s - at < every_s else ""
    return ""


def _predicted_at(predicted: Predicted | None, at_s: float) -> str:
    if predicted is None:
        return ""
    best = next((i for i, at in enumerate(predicted["t_s"]) if at >= at_s), None)
    if best is None or at_s < 0:
        return ""
    if not predicted["has_band"]:
        return f"{predicted['mid'][best]:.0f}"
    return f"{predicted['mid'][best]:.0f} ({predicted['low'][best]:.0f}-{predicted['high'][best]:.0f})"
