"""A past visit's summary is kept for the page of its course, and shown only while a fresh fold would give it (H14)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion import services
from dripstand.jobs.run import Run
from dripstand.monitoring.bringing_in import PastSpell, bring_in_readings
from dripstand.records import kept, queries
from dripstand.records.borne import Borne, Peak, WorstEffect
from dripstand.records.course import CuffReading
from dripstand.records.kept_form import code_that_makes_it, from_json, to_json
from dripstand.records.models import KeptBorne
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES
from tests.rooms.infusion.stored_visits import StoredVisit, infusing, left
from tests.rooms.monitoring.bedside import monitor, sample

database = pytest.mark.django_db
WRONG_DOSE = "999/1"


def _shown(visit: StoredVisit) -> Borne:
    return queries.bornes_of([visit.session_id], datetime.now(UTC))[visit.session_id]


def _fresh(visit: StoredVisit) -> Borne:
    return queries.fresh_borne(visit.session_id, datetime.now(UTC)).borne


def _kept(visit: StoredVisit) -> None:
    assert kept.keep(visit.session_id, now=datetime.now(UTC))


def _job() -> None:
    kept.keep_what_is_wanting(cast(Run, SimpleNamespace(now=lambda: datetime.now(UTC), must_stop=False)))


def _spoiled(visit: StoredVisit) -> None:
    """As if the summary had been made wrongly: so a test sees whether it is shown."""
    row = KeptBorne.objects.get(pk=visit.session_id)
    row.body["dose_mg"] = WRONG_DOSE
    row.save()
    assert _shown(visit).dose_mg == Fraction(WRONG_DOSE), "while its key fits, the summary is what is shown"


@database
@pytest.mark.hazard("H14")
def test_a_kept_summary_is_what_a_fresh_fold_gives_and_no_log_is_read_for_it() -> None:
    visit = left(minutes_ago=200.0)
    _kept(visit)
    with CaptureQueriesContext(connection) as asked:
        shown = _shown(visit)
    assert not [one for one in asked if "infusion_logrow" in one["sql"]]
    assert shown == _fresh(visit)
    assert shown.dose_mg and shown.peak and shown.highest_cuff, "there is something to keep"


@database
@pytest.mark.hazard("H14")
def test_after_a_correction_and_after_a_late_entry_the_old_summary_is_not_shown_and_the_job_makes_it_anew() -> None:
    visit = left(minutes_ago=200.0)
    _job()
    vitals = next(entry for entry in visit.chart.vitals if cast(Any, entry.event).nibp_systolic_mmhg)
    higher = replace(cast(ev.VitalSignsTaken, vitals.event), nibp_systolic_mmhg=171)
    _spoiled(visit)
    visit.wait(1).must(rq.Correct(vitals.sequence, "typed wrong", higher))
    assert _shown(visit) == _fresh(visit)
    cuff = _shown(visit).highest_cuff
    assert cuff is not None and cuff.nibp_systolic_mmhg == 171
    _job()
    assert KeptBorne.objects.get().body["highest_cuff"]["nibp_systolic_mmhg"] == 171
    _spoiled(visit)
    started_at = visit.chart.started_at
    assert started_at is not None
    answer = services.submit(
        visit.session_id, ev.SideEffectNoted("nausea", ev.Severity.SEVERE), actor=NURSE_REYES, now=visit.wait(1).now,
        submission_id=str(uuid.uuid4()), occurred_at=started_at + timedelta(minutes=5), late_reason="was at the chair",
    )  # fmt: skip
    assert isinstance(answer, services.Charted), answer
    assert WorstEffect("nausea", ev.Severity.SEVERE) in _shown(visit).worst
    assert _shown(visit) == _fresh(visit)
    _job()
    assert ["nausea", "severe"] in KeptBorne.objects.get().body["worst"]


@database
@pytest.mark.hazard("H14")
def test_a_blood_pressure_that_the_monitor_sends_late_makes_the_summary_anew() -> None:
    visit = left(minutes_ago=200.0)
    _job()
    _spoiled(visit)
    at, chair = visit.chart.started_at, visit.chart.chair
    assert at is not None and chair is not None
    at += timedelta(minutes=10)
    cuff = sample("M9", at, nibp_systolic_mmhg=188.0, nibp_diastolic_mmhg=99.0)
    spell = PastSpell(
        visit.session_id, chair.chair_id, monitor("M9"), "Monitor M9",
        at - timedelta(minutes=1), at + timedelta(minutes=1), (cuff,),
    )  # fmt: skip
    assert bring_in_readings(ADMINISTRATOR_KLEIN, [spell], now=datetime.now(UTC)) == 1
    highest = _shown(visit).highest_cuff
    assert highest is not None and highest.nibp_systolic_mmhg == 188.0
    _job()
    assert KeptBorne.objects.get().body["highest_cuff"]["nibp_systolic_mmhg"] == 188.0


@database
@pytest.mark.parametrize(
    ("part", "value"),
    [("head_hash", "0" * 64), ("cuffs_count", 7), ("newest_cuff_id", 7), ("made_by", "an earlier version")],
)
def test_a_summary_of_which_any_part_of_the_key_does_not_fit_is_not_shown(part: str, value: object) -> None:
    visit = left(minutes_ago=200.0)
    _kept(visit)
    _spoiled(visit)
    KeptBorne.objects.update(**{part: value})
    assert _shown(visit).dose_mg == _fresh(visit).dose_mg != Fraction(WRONG_DOSE)
    _job()
    assert _shown(visit) == from_json(visit.session_id, KeptBorne.objects.get().body) == _fresh(visit)


@database
def test_of_a_visit_under_way_nothing_is_kept() -> None:
    visit = infusing()
    assert not kept.keep(visit.session_id, now=visit.now)
    _job()
    assert not KeptBorne.objects.exists()
    assert _shown(visit).dose_mg is not None


@database
def test_three_visits_are_asked_for_with_as_many_queries_as_one() -> None:
    counts = []
    visits: list[str] = []
    for number in (1, 2, 3):
        visits.append(left(minutes_ago=200.0, record_number=f"TEST-{number}").session_id)
        _job()
        with CaptureQueriesContext(connection) as asked:
            assert len(queries.bornes_of(visits, datetime.now(UTC))) == number
        counts.append(len(asked))
    assert counts == [3, 3, 3]


WHEN = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
NG = st.floats(0, 5_000)
BORNES = st.builds(
    Borne,
    session_id=st.just("a visit"),
    started_at=st.none() | WHEN,
    dose_mg=st.none() | st.fractions(0, 500),
    dose_mg_per_kg=st.none() | st.fractions(0, 5),
    is_estimated=st.booleans(),
    peak=st.none() | st.builds(Peak, st.booleans(), NG, st.none() | NG, st.none() | NG, st.text(), st.text()),
    highest_cuff=st.none() | st.builds(CuffReading, WHEN, NG, NG, st.booleans()),
    worst=st.lists(st.builds(WorstEffect, st.text(), st.sampled_from(ev.Severity))).map(tuple),
    asked=st.booleans(),
)


@given(BORNES)
def test_a_summary_comes_back_from_what_is_stored_to_the_last_bit(borne: Borne) -> None:
    import json

    assert from_json("a visit", json.loads(json.dumps(to_json(borne)))) == borne


def test_the_code_has_one_name_while_it_stays_the_same() -> None:
    name = code_that_makes_it()
    code_that_makes_it.cache_clear()
    assert code_that_makes_it() == name
    assert len(name) == 64
