"""The note's plot, drawn for paper in black only: vital signs, alarms, predicted ketamine and the rate as given.

One time axis; one strip a quantity; each line told by its place, its dash and the words at its end, never by colour.
What is predicted is dashed, has its band, and says "predicted, not measured" in its strip (H24). Least ranges of the
axes are those of the chair screen (SpO2 84 to 100, pulse and NIBP 40 to 180, respiration 8 to 24, ketamine 0 to 270,
rate 0 to 90); they extend and nothing is clipped. Units: user units of `svg.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from dripstand.records.course import Sample, SessionCourse
from dripstand.records.strips import Strip, TimeAxis, runs, thinned
from dripstand.records.svg import area, element, line, path, text

WIDTH = 700.0
LEFT = 40.0
RIGHT = 558.0
LABELS = 565.0
INK, SOFT, HAIR = "#000", "#444", "#bbb"


@dataclass(frozen=True, slots=True)
class PlotWords:
    """What the plot says, already in the reader's language."""

    title: str = "Vital signs, predicted ketamine and rate over time"
    spo2: str = "SpO2, %"
    nibp: str = "NIBP, mmHg"
    pulse: str = "pulse, per minute"
    respiration: str = "respiration, per minute"
    predicted: str = "Predicted, not measured:"
    ketamine: str = "ketamine, ng/mL"
    effect_site: str = "effect site, dashed"
    plasma: str = "plasma, dotted"
    rate: str = "rate as given, mL/h"
    no_prediction: str = "No prediction"


def session_plot(course: SessionCourse, zone: tzinfo, words: PlotWords | None = None) -> str:
    """One SVG element, 700 units wide, safe to place in a page: all that came from outside is escaped in `svg.py`.

    Raises ValueError when the session's end is not after its start.
    """
    if course.end <= course.start:
        raise ValueError("A plot needs an end after its start.")
    words = words or PlotWords()
    axis = TimeAxis(course.start, course.end, LEFT, RIGHT)
    spo2 = Strip(26, 74, 84, 100).holding((sample.value for sample in course.spo2_percent), 2)
    pressure = Strip(90, 190, 40, 180).holding(
        [sample.value for sample in course.pulse_per_min]
        + [side for cuff in course.cuffs for side in (cuff.nibp_systolic_mmhg, cuff.nibp_diastolic_mmhg)],
        20,
    )
    breath = Strip(204, 234, 8, 24).holding((sample.value for sample in course.respiratory_rate_per_min), 4)
    ketamine = Strip(252, 342, 0, 270).holding(
        [
            value
            for values in (
                (course.predicted.plasma_ng_per_ml, course.predicted.effect_site_high_ng_per_ml)
                if course.predicted
                else ()
            )
            for value in values
        ],
        50,
    )
    rate = Strip(352, 384, 0, 90).holding((step.rate_ml_per_h for step in course.rates), 10)
    parts = [
        element("title", words.title),
        _ground(course, axis, (spo2, pressure, breath, ketamine, rate), zone),
        _measured(course, axis, spo2, pressure, breath, words),
        _alarms(course, axis),
        _predicted(course, axis, ketamine, words),
        _rates(course, axis, rate, words),
    ]
    return element(
        "svg", *parts, viewBox=f"0 0 {WIDTH:.0f} 404", class_="session-plot", role="img", aria_label=words.title
    )


def _ground(course: SessionCourse, axis: TimeAxis, strips: Sequence[Strip], zone: tzinfo) -> str:
    """The infusion's span shaded, the grid, the clock."""
    drawn = []
    drug = [step for step in course.rates if step.fluid == "drug" and step.rate_ml_per_h > 0]
    if drug:
        left, right = axis.x(min(step.start for step in drug)), axis.x(max(step.end for step in drug))
        drawn.append(element("rect", x=left, y=26.0, width=max(right - left, 0.5), height=358.0, fill="#eee"))
    for tick in axis.ticks(zone):
        x = axis.x(tick)
        drawn.append(line(x, 26, x, 384, stroke=HAIR, stroke_width="0.6"))
        drawn.append(text(f"{tick.astimezone(zone):%H:%M}", x, 400, text_anchor="middle", font_size="11"))
    for strip, steps in zip(strips, (8, 40, 8, 100, 0), strict=True):
        drawn.extend(_grid_lines(strip, steps))
    drawn.append(line(LEFT, 384, RIGHT, 384, stroke=INK, stroke_width="1"))
    return element("g", *drawn)


def _grid_lines(strip: Strip, step: int) -> list[str]:
    drawn = []
    value = strip.low if step else strip.high + 1
    while value <= strip.high:
        y = strip.y(value)
        drawn.append(line(LEFT, y, RIGHT, y, stroke=HAIR, stroke_width="0.6"))
        drawn.append(text(f"{value:.0f}", LEFT - 6, y + 3.5, text_anchor="end", font_size="10", fill=SOFT))
        value += step
    return drawn


def _measured(
    course: SessionCourse, axis: TimeAxis, spo2: Strip, pressure: Strip, breath: Strip, words: PlotWords
) -> str:
    drawn = []
    for limit in course.limits:
        strip = {"spo2": spo2, "respiratory_rate": breath}.get(limit.channel, pressure)
        if strip.low <= limit.value <= strip.high:
            y = strip.y(limit.value)
            drawn.append(line(LEFT, y, RIGHT, y, stroke=INK, stroke_width="0.8", stroke_dasharray="1 3"))
            drawn.append(text(limit.words, RIGHT - 3, y - 2.5, font_size="9.5", text_anchor="end", fill=SOFT))
    for gap in course.gaps:
        strip = {"spo2": spo2, "respiratory_rate": breath}.get(gap.channel, pressure)
        drawn.append(_gap(axis.x(max(gap.start, axis.start)), axis.x(min(gap.end, axis.end)), strip, gap.cause))
    drawn.append(_trace(course.spo2_percent, axis, spo2, "1.4"))
    drawn.append(_trace(course.pulse_per_min, axis, pressure, "1.1"))
    drawn.append(_trace(course.respiratory_rate_per_min, axis, breath, "0.9"))
    for cuff in course.cuffs:
        if axis.within(cuff.at):
            x, top, foot = axis.x(cuff.at), pressure.y(cuff.nibp_systolic_mmhg), pressure.y(cuff.nibp_diastolic_mmhg)
            dash = "2 2" if cuff.doubtful else "none"
            drawn.append(line(x, top, x, foot, stroke=INK, stroke_width="1.6", stroke_dasharray=dash))
            drawn.extend(line(x - 3.5, y, x + 3.5, y, stroke=INK, stroke_width="1.6") for y in (top, foot))
    for label, y in ((words.spo2, 52), (words.nibp, 118), (words.pulse, 166), (words.respiration, 222)):
        drawn.append(text(label, LABELS, y, font_size="10.5", font_weight="600"))
    return element("g", *drawn)


def _trace(samples: Sequence[Sample], axis: TimeAxis, strip: Strip, width: str) -> str:
    """The line where readings followed each other; a dot where one stands alone; an open dot where it is doubtful."""
    inside = [sample for sample in samples if axis.within(sample.at)]
    drawn = []
    for stretch in runs([sample for sample in inside if not sample.by_hand]):
        points = [(axis.x(sample.at), strip.y(sample.value)) for sample in thinned(stretch, axis)]
        if len(points) > 1:
            drawn.append(path(points, stroke=INK, stroke_width=width, stroke_linejoin="round"))
        else:
            drawn.append(element("circle", cx=points[0][0], cy=points[0][1], r=1.8, fill=INK))
    for sample in inside:
        if sample.doubtful or sample.by_hand:
            fill = "none" if sample.doubtful else INK
            drawn.append(
                element("circle", cx=axis.x(sample.at), cy=strip.y(sample.value), r=2.2, fill=fill, stroke=INK)
            )
    return element("g", *drawn)


def _gap(left: float, right: float, strip: Strip, cause: str) -> str:
    width = right - left
    if width <= 0:
        return ""
    drawn = [
        line(x, strip.top, max(left, x - 8), strip.bottom, stroke=SOFT, stroke_width="0.5")
        for x in (left + 4 * step for step in range(int(width / 4) + 1))
        if x <= right
    ]
    if cause:
        drawn.append(text(cause, left, strip.top - 3, font_size="9.5", fill=SOFT))
    return element("g", *drawn)


def _alarms(course: SessionCourse, axis: TimeAxis) -> str:
    """A diamond an alarm, its words beside it unless they would run into the next one's."""
    marks = sorted((mark for mark in course.alarms if axis.within(mark.at)), key=lambda mark: mark.at)
    drawn = []
    free_from = LEFT
    for mark in marks:
        x = axis.x(mark.at)
        drawn.append(area([(x, 6), (x + 5, 11), (x, 16), (x - 5, 11)], fill="#fff", stroke=INK))
        wide = 5.4 * len(mark.words)
        if x + 8 >= free_from and x + 8 + wide <= WIDTH:
            drawn.append(text(mark.words, x + 8, 15, font_size="10"))
            free_from = x + 14 + wide
    return element("g", *drawn)


def _predicted(course: SessionCourse, axis: TimeAxis, strip: Strip, words: PlotWords) -> str:
    predicted = course.predicted
    if predicted is None:
        why = ": ".join(part for part in (words.no_prediction, course.not_predicted_because) if part)
        return text(why, LEFT + 6, (strip.top + strip.bottom) / 2, font_size="10.5", fill=SOFT)
    inside = [index for index, at in enumerate(predicted.at) if axis.within(at)]

    def points(values: Sequence[float]) -> list[tuple[float, float]]:
        return [(axis.x(predicted.at[index]), strip.y(values[index])) for index in inside if values]

    low, high = points(predicted.effect_site_low_ng_per_ml), points(predicted.effect_site_high_ng_per_ml)
    drawn = [
        area([*low, *reversed(high)], fill="#000", fill_opacity="0.13") if low else "",
        path(points(predicted.plasma_ng_per_ml), stroke=INK, stroke_width="0.9", stroke_dasharray="1.5 3"),
        path(points(predicted.effect_site_ng_per_ml), stroke=INK, stroke_width="1.8", stroke_dasharray="7 4"),
        text(words.predicted, LABELS, 270, font_size="10.5", font_weight="600"),
        text(words.ketamine, LABELS, 284, font_size="10.5", font_weight="600"),
        text(words.effect_site, LABELS, 298, font_size="10", fill=SOFT),
        text(words.plasma, LABELS, 311, font_size="10", fill=SOFT),
        text(predicted.interval, LABELS, 324, font_size="10", fill=SOFT),
    ]
    return element("g", *drawn)


def _rates(course: SessionCourse, axis: TimeAxis, strip: Strip, words: PlotWords) -> str:
    drawn = [text(words.rate, LABELS, 374, font_size="10.5", font_weight="600")]
    for step in course.rates:
        start, end = max(step.start, axis.start), min(step.end, axis.end)
        if step.rate_ml_per_h <= 0 or end <= start:
            continue
        left, top, width = axis.x(start), strip.y(step.rate_ml_per_h), axis.x(end) - axis.x(start)
        fill = "#bbb" if step.fluid == "drug" else "#fff"
        drawn.append(
            element(
                "rect", x=left, y=top, width=width, height=strip.bottom - top, fill=fill, stroke=INK, stroke_width="0.8"
            )
        )
        label = f"{step.rate_ml_per_h:g}"
        if width > 6 * len(label):
            drawn.append(text(label, left + width / 2, strip.bottom - 4, text_anchor="middle", font_size="10"))
    return element("g", *drawn)


def plotted_span(
    arrived: datetime | None, started: datetime | None, last: datetime, before_min: int = 10
) -> tuple[datetime, datetime]:
    """From ten minutes before the start (else from the arrival, else from an hour before ``last``) to ``last``."""
    if started is not None:
        start = started - timedelta(minutes=before_min)
    elif arrived is not None:
        start = arrived
    else:
        start = last - timedelta(hours=1)
    return start, max(last, start + timedelta(minutes=5))
