"""A real monitor's sixteen hours, through the same decoding, storing and judging as a live one's."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dripstand.devices.hl7.decoding import decode
from dripstand.devices.simulated.replay import read_recording, recorded_message
from dripstand.devices.simulated.wording import SimulatedIdentity
from dripstand.monitoring.alarms import Raised
from dripstand.monitoring.freshness import Quality
from dripstand.monitoring.queries import count_readings, latest, stored_readings, trends
from dripstand.monitoring.readings import NIBP, SampleSet
from dripstand.monitoring.services import bind
from dripstand.monitoring.storing import Store
from dripstand.monitoring.watch import Bedside, OnChair, WatchedSession
from dripstand.protocol.default_alarms import default_alarms
from dripstand.protocol.template import AlarmRules
from dripstand.server.wire import sample_sets
from tests.people import NURSE_REYES
from tests.rooms.monitoring.bedside import NOON, after, chairs, monitor, visit

RECORDING = Path(__file__).parent / "vectors" / "recorded_a.csv"
COLUMN_OF = {
    "149530": "pulse_rate_bpm",
    "147842": "heart_rate_bpm",
    "151562": "resp_rate_per_min",
    "150456": "spo2_percent",
    "150301": "nibp_sys_mmhg",
    "150302": "nibp_dia_mmhg",
    "150303": "nibp_mean_mmhg",
}
IDENTITY = SimulatedIdentity("00A037009B00A001")


def messages() -> Iterator[tuple[int, SampleSet]]:
    for row in read_recording(RECORDING):
        at = after(60 * row.minute)
        content = recorded_message(row, IDENTITY, at, f"R{row.minute:06d}")
        if content is not None:
            (sample,) = sample_sets(decode(content, received_at=at), "127.0.0.1:9", at)
            yield row.minute, sample


@pytest.fixture
def stored(db: None) -> datetime:
    (chair_id,) = chairs(1)
    wren = visit("wren")
    device_id = monitor(IDENTITY.device_id)
    bind(NURSE_REYES, device_id=device_id, chair_id=chair_id, session=wren, now=NOON)
    store = Store(lambda chair: wren)
    everything = [sample for _, sample in messages()]
    for start in range(0, len(everything), 100):
        store.put(everything[start : start + 100])
    return after(60 * 959)


def test_what_is_stored_is_what_was_sent(stored: datetime) -> None:
    sent = {}
    with RECORDING.open(newline="", encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            for column in COLUMN_OF.values():
                if row[column]:
                    sent[int(row["minute"]), column] = float(row[column])
    back = {}
    for reading in stored_readings("wren"):
        assert reading.device_time is not None and reading.device_time == reading.received_at
        minute = round((reading.received_at - NOON) / timedelta(minutes=1))
        back[minute, COLUMN_OF[reading.code]] = float(str(reading.value if reading.value is not None else reading.raw))
    assert back == sent and count_readings() == len(sent) == 4_035


def test_a_zero_of_a_probe_that_is_off_is_never_a_good_number(stored: datetime) -> None:
    zeros = [reading for reading in stored_readings("wren") if float(str(reading.value or reading.raw)) == 0]
    assert len(zeros) == 570
    assert not any(reading.usable or reading.value is not None for reading in zeros)
    for minute in range(0, 960, 24):
        now = after(60 * minute + 1)
        for channel in latest("wren", now).values():
            assert channel.value != 0
            assert (channel.quality is Quality.NONE) == (channel.value is None)
    whole = trends("wren", NOON, stored, max_points=5_000)["channels"]
    assert all(0 not in lane["v"] for lane in whole.values())


def test_the_thinned_trend_keeps_the_extremes_of_the_whole_recording(stored: datetime) -> None:
    whole = trends("wren", NOON, stored, max_points=5_000)["channels"]
    thin = trends("wren", NOON, stored, max_points=100)["channels"]
    for channel, lane in whole.items():
        values = [value for value in lane["v"] if value is not None]
        kept = [value for value in thin[channel]["v"] if value is not None]
        assert (min(kept), max(kept)) == (min(values), max(values))
        assert {why for _, why in thin[channel]["gaps"]} == {why for _, why in lane["gaps"]}
    assert len(thin["pulse_per_min"]["v"]) < len(whole["pulse_per_min"]["v"]) / 2


def alarms_per_hour(rules: AlarmRules) -> tuple[float, float]:
    """(physiological, technical) alarms an hour over the recording, judged each 30 s between its readings."""
    session = WatchedSession("wren", "chair", rules, nibp_every_s=1800.0)
    bedside, counts = Bedside(), [0, 0]
    device = OnChair("b", "m1", "Monitor", False, NOON)
    by_minute = dict(messages())
    for t_s in range(0, 960 * 60, 30):
        if t_s % 60 == 0 and t_s // 60 in by_minute:
            sample = by_minute[t_s // 60]
            readings = [replace(reading, at=reading.device_time) for reading in sample.readings]
            bedside.hear(sample.device, "m1", "", readings, (), sample.received_at, t_s)
        bedside.heard_s["m1"] = t_s  # the line itself lives: it speaks once a minute
        _, happened = bedside.look(session, [device], after(t_s), t_s)
        for each in happened:
            counts[isinstance(each, Raised) and each.technical] += isinstance(each, Raised)
    return counts[0] / 16, counts[1] / 16


@pytest.mark.hazard("H33")
def test_the_delays_of_the_protocol_never_make_more_alarms_and_the_load_is_reported(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rules = default_alarms()

    def delayed(delay_s: int) -> AlarmRules:
        limits = tuple(limit if limit.channel in NIBP else replace(limit, delay_s=delay_s) for limit in rules.limits)
        return replace(rules, limits=limits)

    without, _ = alarms_per_hour(delayed(0))
    as_signed, technical = alarms_per_hour(rules)
    long, _ = alarms_per_hour(delayed(120))
    with capsys.disabled():
        print(
            f"\nrecorded_a, one reading a minute: {without:.1f} alarms/h without delays, {as_signed:.1f} as signed,"
            f" {long:.1f} with two minutes; {technical:.1f} technical alarms/h"
        )
    assert long <= as_signed <= without
    assert long > 0, "a delay must not silence what lasts"
