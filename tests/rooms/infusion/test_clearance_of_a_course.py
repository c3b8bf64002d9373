"""A visit of a course is cleared for that course's indication and for no other."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from django.test import Client

from dripstand.course import queries as course_queries
from dripstand.course import services as course_services
from dripstand.course.judging import Refusal
from dripstand.course.states import State, Step
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.services import withdraw_decision
from dripstand.evaluation.standing import Why
from dripstand.infusion.queries import clearance_of_visit
from dripstand.people.models import StaffMember
from dripstand.premises.services import set_opening_hours
from tests.evaluated import cleared, cleared_at_once, decided, evaluated
from tests.people import ADMINISTRATOR_KLEIN, FRONT_DESK_SORO, NURSE_REYES, PRESCRIBER_VANCE, stored
from tests.rooms.infusion import stored_visits as visits

pytestmark = pytest.mark.django_db


def test_a_decision_for_depression_orders_nothing_in_a_course_for_pain() -> None:
    visit = visits.weighed()
    now = datetime.now(UTC)
    cleared_at_once(visit.patient_id)
    assert clearance_of_visit(visit.chart, now).is_given
    course_id = course_services.open_course(
        stored(FRONT_DESK_SORO), patient_id=visit.patient_id, now=visit.now, indication="chronic_pain"
    )
    assert isinstance(course_id, str)
    begin = partial(
        course_services.take_step,
        stored(PRESCRIBER_VANCE),
        course_id=course_id,
        step=Step.BEGIN_INDUCTION,
        pattern_key="pain_ten_days",
        first_on=now.date(),
    )
    refused = begin(now=now)
    assert isinstance(refused, Refusal) and refused.codes == ("no_standing_decision",)
    evaluated(visit.patient_id, Indication.CHRONIC_PAIN)
    pain = decided(visit.patient_id, Indication.CHRONIC_PAIN)
    assert begin(now=now) is State.INDUCTION
    withdraw_decision(stored(PRESCRIBER_VANCE), visit.patient_id, pain, reason="another opinion", now=now)
    first = course_queries.course(course_id).series[0]
    course_services.visit_opened(infusion_id=first.infusion_id, session_id=visit.session_id)
    assert [one.why for one in clearance_of_visit(visit.chart, now).obstacles] == [Why.WITHDRAWN]
    cleared(visit.patient_id, Indication.CHRONIC_PAIN)
    assert clearance_of_visit(visit.chart, now).is_given


def test_before_the_order_the_last_safe_start_counts_the_minutes_that_the_course_plans() -> None:
    visit, now = visits.weighed(), datetime.now(UTC)
    whole_day = dict.fromkeys(range(7), (time(0, 0), time(23, 59)))
    set_opening_hours(stored(ADMINISTRATOR_KLEIN), hours=whole_day)
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(NURSE_REYES).staff_id))
    page = f"/session/{visit.session_id}/prepare/"
    outside_any_course = client.get(page).context["last_start"]["found"].at
    evaluated(visit.patient_id, Indication.CHRONIC_PAIN)
    decided(visit.patient_id, Indication.CHRONIC_PAIN)
    course_id = course_services.open_course(
        stored(FRONT_DESK_SORO), patient_id=visit.patient_id, now=now, indication="chronic_pain"
    )
    assert isinstance(course_id, str)
    course_services.take_step(
        stored(PRESCRIBER_VANCE), course_id=course_id, step=Step.BEGIN_INDUCTION, pattern_key="pain_one", now=now
    )
    first = course_queries.course(course_id).series[0]
    course_services.visit_opened(infusion_id=first.infusion_id, session_id=visit.session_id)
    against_pain = client.get(page).context["last_start"]["found"].at
    assert outside_any_course - against_pain == timedelta(minutes=120 - 40)
