"""Who was affected: every chart that a wrong version of a model reached, and no other (H27)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion import prediction
from dripstand.records.affected import reached
from dripstand.server.cli import main
from tests.people import ren_halloway
from tests.rooms.infusion import stored_visits as visits

pytestmark = pytest.mark.django_db


@pytest.mark.hazard("H27")
def test_a_seeded_bad_version_finds_every_chart_that_it_reached_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = visits.infusing(minutes_ago=90)
    second = visits.opened(patient_id=ren_halloway())
    really = prediction.predict

    def seeded(*args: Any, **named: Any) -> Any:
        made = really(*args, **named)
        return replace(made, model_version=f"{made.model_version} bad-build-7")

    monkeypatch.setattr("dripstand.infusion.queries.predict", seeded)
    assert [one.session for one in reached("bad-build-7")] == [first.session_id]
    assert list(reached("bad-build-8")) == []
    assert list(reached("bad-build-7", until=first.chart.started_at)) == []
    monkeypatch.setattr("dripstand.server.startup.use", lambda **_: None)
    assert main(["affected", "--model", "bad-build-7"]) == 0
    said = capsys.readouterr().out
    assert first.session_id in said and second.session_id not in said and "DEMO" not in said


@pytest.mark.hazard("H27", "H65")
def test_a_chart_whose_prediction_was_withdrawn_is_not_listed() -> None:
    visit = visits.infusing(minutes_ago=90)
    assert len(list(reached(""))) == 1
    visit.must(ev.BagQuarantined(visit.bag_id, ev.BagDoubt.UNKNOWN))
    assert list(reached("")) == []
