"""The reads that the note's page and later exports share: one session's note and what its plot is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from dripstand.infusion import queries as infusion
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import AlarmRaised, LineFluid
from dripstand.infusion.leaving import criteria
from dripstand.infusion.prediction import Prediction, Unpredictable, predict
from dripstand.infusion.queries import SessionLine
from dripstand.infusion.saying import alarm_word
from dripstand.infusion.vitals import VitalReadings
from dripstand.infusion.words import PRIORITY_STARS
from dripstand.monitoring.queries import cuffs_stored, latest, trends
from dripstand.protocol.template import ProtocolTemplate
from dripstand.records.borne import Borne, made_borne
from dripstand.records.course import AlarmMark, Limit, Predicted, RateSpan, SessionCourse
from dripstand.records.kept_form import code_that_makes_it, from_json
from dripstand.records.models import KeptBorne
from dripstand.records.note import Note, made_note
from dripstand.records.plots import plotted_span
from dripstand.records.readings import channel, cuff_readings, cuffs_by_hand, entered_by_hand, named_gaps

POINTS_AT_MOST = 6_000  # a visit of three hours at one reading a second keeps its extremes; paper shows fewer
PLOTTED_LIMITS = {"spo2_low": ("spo2", "SpO2"), "nibp_systolic_high": ("nibp", "NIBP")}


def note_of(session_id: str, now: datetime) -> Note:
    """The note of a session as its chart stands at ``now``. Raises NoSuchSession."""
    chart = infusion.chart(session_id)
    template = infusion.template(session_id)
    at = chart.left_at or (chart.ending.occurred_at if chart.ending else None) or now
    states = criteria(chart, template, at, cast(VitalReadings, latest(session_id, at)))
    return made_note(chart, session_trends(chart, now), states, now)


def session_trends(chart: Chart, now: datetime) -> Mapping[str, Any]:
    """The monitor's readings of the whole visit."""
    return trends(chart.session_id, *_span(chart, now), max_points=POINTS_AT_MOST)


def _span(chart: Chart, now: datetime) -> tuple[datetime, datetime]:
    ended = chart.left_at or (chart.ending.occurred_at if chart.ending else None) or now
    return plotted_span(chart.arrived_at, chart.started_at, ended)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A summary that was just made: of the log up to this entry, and whether the visit is over."""

    borne: Borne
    head_hash: str
    is_over: bool


def fresh_borne(session_id: str, now: datetime) -> Fresh:
    """One infusion as the page of its course shows it, from its log and readings. Raises NoSuchSession."""
    chart = infusion.chart(session_id)
    start, end = _span(chart, now)
    held = trends(session_id, start, end, max_points=POINTS_AT_MOST, only_cuffs=True)
    last = min(end, chart.stopped_at + PEAK_WITHIN) if chart.stopped_at is not None else end
    predicted = predict(chart, last, until=last) if chart.started_at is not None else None
    found = made_borne(
        chart,
        (*cuff_readings(held), *cuffs_by_hand(chart.vitals)),
        _predicted(predicted) if isinstance(predicted, Prediction) else None,
        end,
    )
    return Fresh(found, chart.head_hash, chart.ending is not None)


PEAK_WITHIN = timedelta(minutes=30)
"""The highest predicted concentration lies within so long after the stop, also in the effect site."""


# --- summaries of past visits, kept --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """What a summary rests on."""

    head_hash: str
    cuffs_count: int
    newest_cuff_id: int
    made_by: str


NO_CUFFS = (0, 0)


def keys_of(lines: Iterable[SessionLine]) -> dict[str, Key]:
    """What the summary of each visit would rest on now: one query for all of them."""
    listed = list(lines)
    cuffs = cuffs_stored(line.session_id for line in listed)
    code = code_that_makes_it()
    return {line.session_id: Key(line.head_hash, *cuffs.get(line.session_id, NO_CUFFS), code) for line in listed}


def kept_keys(session_ids: Iterable[str]) -> dict[str, Key]:
    rows = KeptBorne.objects.filter(pk__in=list(session_ids))
    columns = ("pk", "head_hash", "cuffs_count", "newest_cuff_id", "made_by")
    return {str(pk): Key(*key) for pk, *key in rows.values_list(*columns)}


def bornes_of(session_ids: Iterable[str], now: datetime) -> dict[str, Borne]:
    """Each visit as the page of its course shows it: three queries for all whose summaries are kept and hold.

    One that has none that holds is folded and predicted; one that is not there is left out.
    """
    lines = infusion.sessions_by_id(session_ids)
    keys = keys_of(lines.values())
    kept = {str(row.pk): row for row in KeptBorne.objects.filter(pk__in=[one for one in lines if lines[one].has_ended])}
    return {
        session_id: from_json(session_id, row.body)
        if (row := kept.get(session_id)) is not None and key == _key_of(row)
        else _made(session_id, key, now)
        for session_id, key in keys.items()
    }


def _key_of(row: KeptBorne) -> Key:
    return Key(row.head_hash, row.cuffs_count, row.newest_cuff_id, row.made_by)


MADE_KEPT_COUNT = 1_000
_by_key: dict[tuple[str, Key], Borne] = {}
"""What pages of this process made since the job last came by, so that a second look need not make it again."""


def _made(session_id: str, key: Key, now: datetime) -> Borne:
    known = _by_key.get((session_id, key))
    if known is not None:
        return known
    fresh = fresh_borne(session_id, now)
    if fresh.is_over:
        if len(_by_key) >= MADE_KEPT_COUNT:
            _by_key.clear()
        _by_key[session_id, key] = fresh.borne
    return fresh.borne


def course_of(session_id: str, now: datetime) -> SessionCourse:
    """What the note's plot is drawn from. Raises NoSuchSession."""
    chart = infusion.chart(session_id)
    start, end = _span(chart, now)
    held = trends(session_id, start, end, max_points=POINTS_AT_MOST)
    spo2, pulse = channel(held, "spo2_percent"), channel(held, "pulse_per_min")
    breath = channel(held, "respiratory_rate_per_min")
    predicted = predict(chart, end, until=end)
    return SessionCourse(
        start=start,
        end=end,
        spo2_percent=_by_time(spo2.samples, entered_by_hand(chart.vitals, "spo2_percent")),
        pulse_per_min=_by_time(pulse.samples, entered_by_hand(chart.vitals, "pulse_per_min")),
        respiratory_rate_per_min=_by_time(breath.samples, entered_by_hand(chart.vitals, "respiratory_rate_per_min")),
        cuffs=(*cuff_readings(held), *cuffs_by_hand(chart.vitals)),
        predicted=_predicted(predicted) if isinstance(predicted, Prediction) else None,
        not_predicted_because=predicted.reason if isinstance(predicted, Unpredictable) else "",
        rates=_rates(chart, end),
        alarms=_alarms(chart),
        gaps=(
            *named_gaps("spo2", spo2.gaps),
            *named_gaps("respiratory_rate", breath.gaps),
        ),
        limits=_limits(chart, infusion.template(session_id)),
    )


def _by_time(monitor: tuple[Any, ...], by_hand: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted((*monitor, *by_hand), key=lambda sample: sample.at))


def _predicted(found: Prediction) -> Predicted:
    """Median and interval of the model's curves; the typical curve alone where a model has no published variability."""
    bands = found.bands
    rows = {percentile: index for index, percentile in enumerate(bands.percentiles)}
    middle, low, high = rows[50.0], rows.get(5.0), rows.get(95.0)
    effect = bands.effect_site_ng_per_ml
    banded = effect is not None and low is not None and high is not None

    def curve(row: int | None) -> tuple[float, ...]:
        return tuple(float(value) for value in effect[row]) if effect is not None and row is not None else ()

    return Predicted(
        at=found.at,
        plasma_ng_per_ml=tuple(float(value) for value in bands.plasma_ng_per_ml[middle]),
        effect_site_ng_per_ml=curve(middle),
        effect_site_low_ng_per_ml=curve(low) if banded else (),
        effect_site_high_ng_per_ml=curve(high) if banded else (),
        model=found.model_title,
        population=found.population,
        interval="band: 90 of 100 people" if banded else "typical curve, no band known",
        extrapolated=", ".join(found.extrapolated),
    )


def _rates(chart: Chart, end: datetime) -> tuple[RateSpan, ...]:
    spans = []
    for fluid in LineFluid:
        steps = [step for step in chart.rate_steps if step.fluid is fluid and step.start < end]
        for index, step in enumerate(steps):
            until = steps[index + 1].start if index + 1 < len(steps) else end
            if step.rate_ml_per_h > 0:
                spans.append(RateSpan(step.start, until, float(step.rate_ml_per_h), fluid.value))
    return tuple(spans)


def _alarms(chart: Chart) -> tuple[AlarmMark, ...]:
    marks = []
    for alarm in chart.alarms.values():
        event = alarm.raised.event
        assert isinstance(event, AlarmRaised)
        words = f"{PRIORITY_STARS[event.priority]} {alarm_word(event.alarm)} {event.value_text}".strip()
        marks.append(AlarmMark(alarm.raised.occurred_at, words))
    return tuple(sorted(marks, key=lambda mark: mark.at))


def _limits(chart: Chart, template: ProtocolTemplate) -> tuple[Limit, ...]:
    """The limits that the plot has a place for: the first SpO2 and the first systolic one of the template, with what
    this session set instead."""
    found = []
    for limit in template.alarms.limits:
        shown = PLOTTED_LIMITS.get(limit.alarm)
        if shown is None:
            continue
        own = chart.limits.get(limit.alarm)
        value = getattr(own.event, "limit_value", limit.limit_value) if own is not None else limit.limit_value
        found.append(Limit(shown[0], float(value), f"{shown[1]} {value}"))
    return tuple(found)
