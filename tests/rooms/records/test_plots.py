"""The note's plot: nothing measured is lost, joined, clipped or mistaken for a prediction."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.records.course import AlarmMark, CuffReading, Gap, Predicted, RateSpan, Sample, SessionCourse
from dripstand.records.plots import plotted_span, session_plot
from dripstand.records.strips import Strip, TimeAxis, runs, thinned

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def minute(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def a_course(**more: object) -> SessionCourse:
    values: dict[str, object] = {"start": NOON, "end": minute(100)}
    return SessionCourse(**{**values, **more})  # type: ignore[arg-type]


def a_prediction() -> Predicted:
    at = tuple(minute(count) for count in range(0, 100, 10))
    rising = tuple(float(count) for count in range(10))
    return Predicted(at, rising, rising, rising, rising, "a published model", "healthy volunteers", "90 of 100 people")


def test_the_plot_is_well_formed_and_carries_no_inline_style_or_script() -> None:
    drawn = session_plot(a_course(predicted=a_prediction()), UTC)
    root = ElementTree.fromstring(drawn)
    assert root.attrib["role"] == "img"
    assert all("style" not in found.attrib for found in root.iter())
    assert not [found for found in root.iter() if found.tag.endswith(("script", "foreignObject"))]


@pytest.mark.hazard("H54")
def test_words_from_outside_cannot_become_markup() -> None:
    hostile = '"><script>alert(1)</script>'
    drawn = session_plot(
        a_course(alarms=(AlarmMark(minute(5), hostile),), gaps=(Gap("spo2", minute(1), minute(9), hostile),)), UTC
    )
    assert "<script" not in drawn
    assert hostile in " ".join(ElementTree.fromstring(drawn).itertext())


@pytest.mark.hazard("H24")
def test_a_predicted_line_is_never_drawn_without_its_word_and_its_interval() -> None:
    drawn = session_plot(a_course(predicted=a_prediction()), UTC)
    said = " ".join(ElementTree.fromstring(drawn).itertext())
    assert "Predicted, not measured" in said
    assert "90 of 100 people" in said
    assert "stroke-dasharray" in drawn


def test_where_there_is_no_prediction_the_plot_says_why() -> None:
    drawn = session_plot(a_course(not_predicted_because="weight outside 40 to 150 kg"), UTC)
    said = " ".join(ElementTree.fromstring(drawn).itertext())
    assert "weight outside 40 to 150 kg" in said
    assert "Predicted, not measured" not in said


def test_a_gap_is_never_joined() -> None:
    samples = (
        Sample(minute(0), 97),
        Sample(minute(0.05), 97),
        Sample(minute(3), 96, gap_before=True),
        Sample(minute(3.05), 96),
    )
    assert [len(stretch) for stretch in runs(samples)] == [2, 2]
    drawn = session_plot(a_course(spo2_percent=samples), UTC)
    assert len(re.findall(r'<path[^>]*stroke-width="1.4"', drawn)) == 2


def test_a_value_entered_by_hand_is_a_dot_and_no_part_of_the_monitors_line() -> None:
    samples = (Sample(minute(0), 97), Sample(minute(1), 80, by_hand=True), Sample(minute(2), 97))
    drawn = session_plot(a_course(spo2_percent=samples), UTC)
    assert len(re.findall(r'<path[^>]*stroke-width="1.4"', drawn)) == 1
    assert len(re.findall("<circle", drawn)) == 1


def test_a_doubtful_value_stands_alone_and_breaks_the_line() -> None:
    samples = tuple(Sample(NOON + timedelta(seconds=second), 97, doubtful=second == 2) for second in range(5))
    assert [len(stretch) for stretch in runs(samples)] == [2, 2]


@given(st.lists(st.integers(40, 200), min_size=1, max_size=400))
def test_thinning_for_paper_keeps_every_extreme(values: list[int]) -> None:
    axis = TimeAxis(NOON, minute(100), 0, 50)
    samples = [Sample(NOON + timedelta(seconds=10 * index), float(value)) for index, value in enumerate(values)]
    kept = thinned(samples, axis)
    assert max(sample.value for sample in kept) == max(values)
    assert min(sample.value for sample in kept) == min(values)
    assert [sample.at for sample in kept] == sorted(sample.at for sample in kept)
    assert len({sample.at for sample in kept}) == len(kept)


@given(st.lists(st.floats(0, 400), max_size=30))
def test_no_value_is_clipped(values: list[float]) -> None:
    strip = Strip(0, 100, 40, 180).holding(values, 20)
    assert (strip.low, strip.high) <= (40, strip.high) and strip.high >= 180
    assert all(-1e-6 <= strip.y(value) <= 100 + 1e-6 for value in values)


def test_a_high_pressure_widens_the_axis() -> None:
    drawn = session_plot(a_course(cuffs=(CuffReading(minute(5), 224, 131),)), UTC)
    assert "240" in list(ElementTree.fromstring(drawn).itertext())
    cuff_top = min(float(y) for y in re.findall(r'y1="([\d.]+)"[^>]*stroke-width="1.6"', drawn))
    assert 90 <= cuff_top < 110


@pytest.mark.hazard("H29")
def test_the_hour_that_comes_twice_is_drawn_twice() -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)  # 01:50 summer time
    axis = TimeAxis(start, start + timedelta(hours=3), 0, 100)
    clock = [f"{tick.astimezone(zone):%H:%M}" for tick in axis.ticks(zone)]
    assert clock.count("02:00") == 2
    assert clock.count("02:30") == 2


@given(st.integers(0, 59), st.integers(1, 600))
def test_ticks_fall_on_round_times_inside_the_axis(offset_min: int, span_min: int) -> None:
    start = NOON + timedelta(minutes=offset_min)
    axis = TimeAxis(start, start + timedelta(minutes=span_min), 0, 100)
    ticks = axis.ticks(UTC)
    assert all(axis.within(tick) and tick.minute % 5 == 0 and tick.second == 0 for tick in ticks)
    assert len(ticks) <= 9


def test_saline_is_drawn_apart_from_drug() -> None:
    drawn = session_plot(
        a_course(rates=(RateSpan(minute(0), minute(40), 75, "drug"), RateSpan(minute(40), minute(45), 60, "saline"))),
        UTC,
    )
    rects = [found for found in ElementTree.fromstring(drawn).iter() if found.tag.endswith("rect")]
    fills = [found.attrib["fill"] for found in rects if "stroke" in found.attrib]
    assert len(fills) == 2
    assert fills[0] != fills[1]


def test_the_plot_begins_ten_minutes_before_the_start() -> None:
    assert plotted_span(minute(0), minute(40), minute(120)) == (minute(30), minute(120))
    assert plotted_span(minute(0), None, minute(50)) == (minute(0), minute(50))


def test_an_end_that_is_not_after_the_start_raises() -> None:
    with pytest.raises(ValueError):
        session_plot(a_course(end=NOON), UTC)
