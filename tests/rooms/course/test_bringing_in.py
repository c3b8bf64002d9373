"""Courses of the past are brought in whole, and their visits tell what was given."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from dripstand.course import queries
from dripstand.course.bringing_in import CannotBringIn, PastCourse, PastInfusion, bring_in_courses
from dripstand.course.models import Course, InfusionState
from dripstand.course.states import State
from dripstand.infusion import queries as infusion_queries
from dripstand.infusion.bringing_in import bring_in
from dripstand.infusion.chart import Chart
from dripstand.people.access import Forbidden
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES, signed_template, stored
from tests.rooms.infusion.stored_visits import left

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
VISIT = str(uuid.uuid5(uuid.NAMESPACE_URL, "a past visit"))


def _past(patient_id: str, **changes: object) -> PastCourse:
    signed_template()
    course = PastCourse(
        course_id=str(uuid.uuid5(uuid.NAMESPACE_URL, "a past course")),
        patient_id=patient_id,
        indication="major_depression",
        pattern_key="six_in_two_weeks",
        opened_at=NOW - timedelta(days=60),
        begun_at=NOW - timedelta(days=50),
        ended_at=NOW - timedelta(days=20),
        end_reason="The series is complete.",
        infusions=(PastInfusion(1, date(2026, 1, 12), VISIT), PastInfusion(2, date(2026, 1, 15), "")),
    )
    return replace(course, **changes)  # type: ignore[arg-type]


def _bring(*courses: PastCourse) -> int:
    count: int = bring_in_courses(stored(ADMINISTRATOR_KLEIN), courses, now=NOW)
    return count


def _a_visit() -> Chart:
    return infusion_queries.chart(left(minutes_ago=200.0).session_id)


def test_a_course_that_is_brought_in_counts_what_its_visits_say_and_nothing_else() -> None:
    charted = _a_visit()
    course = _past(charted.opened.patient_id)
    assert _bring(course) == 1
    before = queries.course(course.course_id)
    assert (before.state, before.given_count) == (State.ENDED, 0)
    log = tuple(replace(entry, session_id=VISIT) for entry in infusion_queries.log(charted.session_id))
    bring_in(stored(ADMINISTRATOR_KLEIN), [log], now=datetime.now(UTC) + timedelta(minutes=5))
    after = queries.course(course.course_id)
    states = [one.state for one in after.infusions]
    assert states == [InfusionState.GIVEN, InfusionState.DROPPED]
    first = after.infusions[0]
    assert (first.started_at, first.ended_at) == (charted.started_at, charted.stopped_at)
    assert (first.dose_ordered_mg, first.dose_given_mg) == (Decimal("40.000"), Decimal("36.200"))
    kinds = [entry.kind for entry in reversed(queries.history_of(course.course_id))]
    assert kinds == ["opened", "step", "step", "visit_over"]
    assert after.version_number == before.version_number + 1


def test_bringing_the_same_course_in_again_adds_nothing() -> None:
    course = _past(_a_visit().opened.patient_id)
    assert (_bring(course), _bring(course)) == (1, 0)
    assert len(queries.history_of(course.course_id)) == 3


def test_a_course_that_cannot_have_been_leaves_the_whole_batch_out() -> None:
    patient_id = _a_visit().opened.patient_id
    good = _past(patient_id)
    wrong = {
        "order": _past(patient_id, ended_at=NOW - timedelta(days=55)),
        "be over": _past(patient_id, ended_at=NOW + timedelta(days=1)),
        "pattern": _past(patient_id, pattern_key="every-full-moon"),
        "numbered": _past(patient_id, infusions=(PastInfusion(2, date(2026, 1, 12), ""),)),
        "why it ended": _past(patient_id, end_reason=" "),
    }
    for words, bad in wrong.items():
        with pytest.raises(CannotBringIn, match=words):
            _bring(good, replace(bad, course_id=str(uuid.UUID(int=7))))
    assert not Course.objects.filter(pk=good.course_id).exists()


def test_only_an_administrator_brings_courses_in() -> None:
    course = _past(_a_visit().opened.patient_id)
    with pytest.raises(Forbidden):
        bring_in_courses(stored(NURSE_REYES), [course], now=NOW)
