"""Visits of the past are brought in whole, under the same law as those that were charted."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dripstand.course import queries as courses
from dripstand.course.models import InfusionState
from dripstand.course.services import visit_opened
from dripstand.infusion import models, queries
from dripstand.infusion.bringing_in import CannotBringIn, bring_in
from dripstand.infusion.events import ChartEntry, InfusionStarted
from dripstand.infusion.hashing import verify_chain
from dripstand.people.access import Forbidden
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES, stored
from tests.rooms.course.courses import in_induction
from tests.rooms.infusion.stored_visits import infusing, left

pytestmark = pytest.mark.django_db


def _as_another(session_id: str, name: str = "brought") -> tuple[ChartEntry, ...]:
    """The log of a visit that was charted, as the log of another one."""
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    return tuple(replace(entry, session_id=identity) for entry in queries.log(session_id))


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=5)


def _bring(*logs: tuple[ChartEntry, ...]) -> tuple[str, ...]:
    return bring_in(stored(ADMINISTRATOR_KLEIN), logs, now=_now())


@pytest.mark.hazard("H49")
def test_a_visit_that_is_brought_in_is_the_visit_that_was_charted_and_its_chain_holds() -> None:
    charted = left(minutes_ago=200.0)
    (identity,) = _bring(_as_another(charted.session_id))
    there, here = queries.chart(charted.session_id), queries.chart(identity)
    assert here.phase is there.phase
    assert (here.started_at, here.weight_kg, here.opened) == (there.started_at, there.weight_kg, there.opened)
    assert verify_chain(queries.log(identity), here.head_hash) is None
    assert all(entry.submission_id.startswith("brought-in:") for entry in queries.log(identity))
    row, original = (models.Session.objects.get(pk=pk) for pk in (identity, charted.session_id))
    for field in ("patient_id", "template_id", "phase", "occupies_chair", "drug_started_at", "head_sequence"):
        assert getattr(row, field) == getattr(original, field), field


def test_bringing_the_same_visits_in_again_adds_nothing() -> None:
    log = _as_another(left(minutes_ago=200.0).session_id)
    assert _bring(log) == _bring(log)
    assert models.LogRow.objects.filter(session_id=log[0].session_id).count() == len(log)


def test_one_visit_that_cannot_be_leaves_the_whole_batch_out() -> None:
    charted = left(minutes_ago=200.0)
    good = _as_another(charted.session_id, "good")
    start = next(entry for entry in good if isinstance(entry.event, InfusionStarted))
    without_start = tuple(entry for entry in good if entry is not start)
    broken = {
        "numbered": without_start,
        "does not fit": tuple(replace(entry, sequence=n) for n, entry in enumerate(without_start, start=1)),
        "begin": tuple(replace(entry, sequence=n) for n, entry in enumerate(good[1:], start=1)),
        "future": (*good[:-1], replace(good[-1], recorded_at=_now() + timedelta(days=1))),
        "several visits": (*good[:-1], replace(good[-1], session_id=charted.session_id)),
    }
    for words, entries in broken.items():
        bad = tuple(replace(e, session_id=str(uuid.UUID(int=7))) if words != "several visits" else e for e in entries)
        with pytest.raises(CannotBringIn, match=words):
            _bring(good, bad)
    with pytest.raises(CannotBringIn, match="no entries"):
        _bring(good, ())
    assert not models.Session.objects.filter(pk=good[0].session_id).exists()


def test_what_is_under_way_is_charted_at_the_chair() -> None:
    with pytest.raises(CannotBringIn, match="not over"):
        _bring(_as_another(infusing().session_id))


def test_a_nurse_brings_nothing_in() -> None:
    log = _as_another(left(minutes_ago=200.0).session_id)
    with pytest.raises(Forbidden):
        bring_in(stored(NURSE_REYES), [log], now=_now())
    assert not models.Session.objects.filter(pk=log[0].session_id).exists()


def test_a_visit_that_is_over_is_predicted_to_its_own_end_and_not_to_today() -> None:
    (identity,) = _bring(_as_another(left(minutes_ago=200.0).session_id))
    chart = queries.chart(identity)
    assert chart.ending is not None
    for years in (0, 2):
        later = _now() + timedelta(days=365 * years)
        assert queries.horizon(chart, later) == chart.ending.occurred_at + timedelta(minutes=5)


def test_the_course_is_told_that_a_visit_was_given() -> None:
    charted = left(minutes_ago=200.0)
    now = datetime.now(UTC)
    patient_id = queries.chart(charted.session_id).opened.patient_id
    course_id = in_induction(patient_id, first_on=now.date() + timedelta(days=2), now=now).course_id
    log = _as_another(charted.session_id)
    planned = courses.course(course_id).series[0]
    visit_opened(infusion_id=planned.infusion_id, session_id=log[0].session_id)
    assert courses.infusion(planned.infusion_id).state is InfusionState.PLANNED
    _bring(log)
    told = courses.infusion(planned.infusion_id)
    assert told.state is InfusionState.GIVEN and courses.course(course_id).given_count == 1
