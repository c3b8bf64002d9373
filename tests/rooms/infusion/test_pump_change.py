"""A pump that is changed: the new one is heard from then on, the failed one confirms nothing any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.attaching import attach_device
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.services import submit
from dripstand.live.clock import now as the_time
from dripstand.monitoring import queries as monitoring
from dripstand.monitoring.engine import Engine
from dripstand.monitoring.readings import Channel, Reading
from dripstand.monitoring.services import bind
from dripstand.monitoring.storing import Store
from dripstand.server import watch, wire
from tests.people import NURSE_REYES, another_chair, stored
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.chair_asked import post
from tests.rooms.infusion.page_forms import sign_in
from tests.rooms.infusion.stored_visits import StoredVisit
from tests.rooms.monitoring.bedside import monitor, sample, visit

pytestmark = pytest.mark.django_db


class Bay:
    """An infusing visit whose pump P1 reports, a spare pump P2, and the engine as the server runs it."""

    def __init__(self) -> None:
        self.visit: StoredVisit = visits.infusing()
        self.ids = {name: monitor(name, kind="pump") for name in ("P1", "P2")}
        self.visit.now = the_time() - timedelta(seconds=30)
        answer = attach_device(
            self.visit.session_id,
            self.ids["P1"],
            actor=stored(NURSE_REYES),
            submission_id="attach-1",
            now=self.visit.now,
        )
        assert not isinstance(answer, Refusal)
        self.engine = Engine(wire.house())
        self.store = Store(watch.chair_session)
        self.engine.look_round()

    def says(self, pump: str, rate: float) -> str:
        """The pump reports once; answers whose the message was."""
        at = the_time()
        word = Reading(
            "184519", "x", device_time=at, channel=Channel.PUMP_STATE, chart_value="infusing" if rate else "stopped"
        )
        number = Reading("158014", rate, device_time=at, channel=Channel.PUMP_RATE, chart_value=rate)
        (stored_one,) = self.store.put([sample(pump, at, word, number)])
        self.engine.look_round()
        self.engine.heard([stored_one])
        self.engine.take_news()
        self.engine.look_at(self.visit.session_id)
        assert self.engine.chart_what_is_due()
        return stored_one.attribution.session_id

    def confirmed(self) -> list[tuple[str, D]]:
        events = [entry.event for entry in self.visit.chart.entries]
        return [(one.source, one.rate_ml_per_h) for one in events if isinstance(one, ev.ConfirmedAtPump)]

    def on_chair(self) -> list[str]:
        return [one.label for one in monitoring.pumps() if one.chair_id]

    def now(self, request: rq.Request) -> None:
        answer = submit(
            self.visit.session_id,
            request,
            actor=stored(NURSE_REYES),
            submission_id=f"now-{the_time().isoformat()}",
            now=the_time(),
        )
        assert not isinstance(answer, Refusal), answer

    def change(self, client: Client, **fields: str) -> Any:
        given = {"label_read": self.visit.bag_id, "rate_ml_per_h": "150", **fields}
        return post(sign_in(client, NURSE_REYES), self.visit, "pump_changed", **given)


@pytest.fixture
def bay() -> Bay:
    return Bay()


@pytest.mark.hazard("H60")
@pytest.mark.hazard("H05")
def test_the_new_pump_is_bound_the_failed_one_goes_and_only_the_new_one_confirms(bay: Bay, client: Client) -> None:
    rate = float(bay.visit.chart.rate_ml_per_h)
    assert bay.says("P1", rate) == bay.visit.session_id and bay.confirmed() == [("P1", D(str(rate)))]
    bay.now(ev.PumpFailed(D("2")))
    bay.says("P1", 0.0)
    assert len(bay.confirmed()) == 1, "that it stands still is for somebody to see, not for the failed pump to say"
    answer = bay.change(client, device_id=bay.ids["P2"], rate_ml_per_h=str(rate))
    assert answer.status_code == 200, answer.content
    assert bay.on_chair() == ["Monitor P2"]
    assert [one.device_label for one in bay.visit.chart.devices.values()] == ["Monitor P2"]
    changed = next(e.event for e in bay.visit.chart.entries if isinstance(e.event, ev.PumpChanged))
    assert (changed.new_pump, changed.device_id) == ("Monitor P2", bay.ids["P2"])
    bay.now(ev.InfusionResumed(D(str(rate))))
    assert bay.says("P1", rate) == "" and len(bay.confirmed()) == 1, "what the failed one sends is nobody's"
    assert bay.visit.chart.unconfirmed is not None
    assert bay.says("P2", rate) == bay.visit.session_id
    assert bay.confirmed()[-1] == ("P2", D(str(rate))) and bay.visit.chart.unconfirmed is None


@pytest.mark.hazard("H60")
def test_a_failed_pump_that_still_runs_is_said_all_the_same(bay: Bay) -> None:
    rate = float(bay.visit.chart.rate_ml_per_h)
    failed = bay.visit.must(ev.PumpFailed(D("2")))
    assert failed.chart.unconfirmed is not None
    bay.says("P1", rate)
    said = bay.visit.chart.pump_contradicted
    assert said is not None and isinstance(said.event, ev.PumpContradicted) and said.event.device_id == "P1"


@pytest.mark.hazard("H60")
def test_by_hand_with_a_pump_that_reports_nothing_a_nurse_confirms(bay: Bay, client: Client) -> None:
    rate = float(bay.visit.chart.rate_ml_per_h)
    bay.now(ev.PumpFailed())
    assert bay.change(client, new_pump=" ").status_code == 422
    assert bay.on_chair() == ["Monitor P1"], "nothing moved with what was not charted"
    assert bay.change(client, new_pump="the grey one", rate_ml_per_h=str(rate)).status_code == 200
    assert bay.on_chair() == [] and bay.visit.chart.devices == {}
    bay.now(ev.InfusionResumed(D(str(rate))))
    bay.says("P1", rate)
    assert bay.confirmed() == [] and bay.visit.chart.unconfirmed is not None
    bay.now(ev.ConfirmedAtPump(bay.visit.chart.unconfirmed.entry.sequence, "nurse", D(str(rate))))
    assert bay.visit.chart.unconfirmed is None


def test_the_same_pump_set_up_anew_stays(bay: Bay, client: Client) -> None:
    rate = float(bay.visit.chart.rate_ml_per_h)
    bay.now(ev.PumpFailed(D("2")))
    assert bay.change(client, device_id=bay.ids["P1"], rate_ml_per_h=str(rate)).status_code == 200
    assert bay.on_chair() == ["Monitor P1"]
    bay.now(ev.InfusionResumed(D(str(rate))))
    bay.says("P1", rate)
    assert bay.confirmed() == [("P1", D(str(rate)))]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"device_id": "none of ours"}, "pump_not_registered"),
        ({"device_id": "P2", "new_pump": "the grey one"}, "pump_named_twice"),
        ({"device_id": "P2", "label_read": "another bag"}, "label_disagrees"),
    ],
)
def test_what_is_refused_moves_no_pump(bay: Bay, client: Client, fields: dict[str, str], code: str) -> None:
    bay.now(ev.PumpFailed(D("2")))
    named = {key: bay.ids.get(value, value) for key, value in fields.items()}
    answer = bay.change(client, **{"rate_ml_per_h": str(bay.visit.chart.rate_before_pause_ml_per_h), **named})
    assert answer.status_code == 422 and code in [one["code"] for one in answer.json()["refusals"]]
    assert bay.on_chair() == ["Monitor P1"] and bay.visit.chart.pump_changed is None


def test_a_pump_that_is_on_another_chair_is_not_taken_from_there(bay: Bay, client: Client) -> None:
    elsewhere = another_chair()
    bind(NURSE_REYES, device_id=bay.ids["P2"], chair_id=elsewhere, session=visit("other"), now=datetime.now(UTC))
    bay.now(ev.PumpFailed(D("2")))
    rate = str(bay.visit.chart.rate_before_pause_ml_per_h)
    answer = bay.change(client, device_id=bay.ids["P2"], rate_ml_per_h=rate)
    (why,) = answer.json()["refusals"]
    assert why["code"] == "pump_not_moved" and "Monitor P2 is on Meadow 1" in why["fact"]
    assert bay.on_chair() == ["Monitor P1", "Monitor P2"] and bay.visit.chart.pump_changed is None
    words = [one["words"] for one in answer.json()["state"]["pumps"]]
    assert words == ["Monitor P1, on this chair already", "Monitor P2, on Meadow 1"]


def test_the_same_change_sent_twice_moves_once(bay: Bay, client: Client) -> None:
    bay.now(ev.PumpFailed(D("2")))
    rate = str(bay.visit.chart.rate_before_pause_ml_per_h)
    first = bay.change(client, device_id=bay.ids["P2"], rate_ml_per_h=rate, submission_id="the-same-tap-twice")
    again = bay.change(client, device_id=bay.ids["P2"], rate_ml_per_h=rate, submission_id="the-same-tap-twice")
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert [one.chair_id != "" for one in monitoring.pumps()] == [False, True]
    assert len(monitoring.binding_history(bay.ids["P2"])) == 1


def test_a_correction_moves_no_pump(bay: Bay, client: Client) -> None:
    bay.now(ev.PumpFailed(D("2")))
    rate = bay.visit.chart.rate_before_pause_ml_per_h
    bay.change(client, device_id=bay.ids["P2"], rate_ml_per_h=str(rate))
    changed = bay.visit.chart.pump_changed
    assert changed is not None
    wrong = ev.PumpChanged("the grey one", bay.visit.bag_id, rate)
    answer = submit(
        bay.visit.session_id,
        rq.Correct(changed.sequence, "it was the grey one", wrong),
        actor=stored(NURSE_REYES),
        submission_id="a correction",
        now=the_time(),
    )
    assert isinstance(answer, Refusal) and answer.code == "pump_moved_by_correction"
