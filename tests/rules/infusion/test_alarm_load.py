"""The alarm load, against counting by hand (H33)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dripstand.infusion import alarm_load
from dripstand.infusion import events as ev
from dripstand.people.actors import DRIPSTAND
from tests.rules.infusion import visits

E = alarm_load.Episode


@pytest.mark.hazard("H33")
def test_alarms_an_hour_a_chair_how_many_were_seen_and_how_long() -> None:
    found = [
        E("spo2_low", "medium", False, 60.0, 10.0),
        E("spo2_low", "medium", False, 20.0, None),
        E("probe_off", "low", True, None, 30.0),
    ]
    total = alarm_load.load(found, hours=1.5)
    assert (total.count, total.per_hour, total.seen_count) == (3, 2.0, 2)
    assert (total.seen_after_s, total.lasted_s, total.longest_s) == (20.0, 40.0, 60.0)
    assert [(alarm, technical, load.count) for alarm, technical, load in alarm_load.by_alarm(found, 1.5)] == [
        ("spo2_low", False, 2),
        ("probe_off", True, 1),
    ]


def test_nothing_to_count_is_said_as_nothing() -> None:
    empty = alarm_load.load([], hours=0.0)
    assert (empty.count, empty.per_hour, empty.seen_after_s, empty.lasted_s) == (0, None, None, None)


@pytest.mark.hazard("H33")
def test_the_alarms_of_a_chart_and_its_hours() -> None:
    visit = visits.infusing()
    alarm_id = "00000000-0000-4000-8000-000000000001"
    raised = ev.AlarmRaised(alarm_id, "spo2_low", ev.Priority.MEDIUM, False, "spo2_percent", "88 %", "90 %")
    visit.append(raised, DRIPSTAND)
    visit.wait(0.5).append(ev.AlarmCleared(alarm_id), DRIPSTAND)
    assert alarm_load.episodes(visit.chart) == [E("spo2_low", "medium", False, 30.0, None)]
    arrived = visit.chart.arrived_at
    assert arrived is not None
    assert alarm_load.watched(visit.chart).hours(arrived + timedelta(minutes=90)) == pytest.approx(1.5)
    assert alarm_load.watched(visits.opened().chart).hours(arrived) == 0.0


def test_what_the_index_keeps_of_a_visit_is_read_back_as_it_was() -> None:
    visit = visits.infusing()
    visit.append(ev.AlarmRaised("a", "spo2_low", ev.Priority.MEDIUM, True, "spo2_percent", "88 %", "90 %"), DRIPSTAND)
    for chart in (visits.opened().chart, visit.chart):
        found = alarm_load.watched(chart)
        assert alarm_load.from_json(json.loads(json.dumps(alarm_load.to_json(found)))) == found
