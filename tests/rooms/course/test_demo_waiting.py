"""The demo's fortnight has somebody to place: made through the services, within the rules, with their own days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dripstand.course import queries
from dripstand.course.clinic_problem import fortnight
from dripstand.server.demo.clinic import make_clinic
from dripstand.server.demo.evaluated import publish_texts
from dripstand.server.demo.waiting import PEOPLE, make_waiting
from tests.people import NOW

pytestmark = pytest.mark.django_db


def test_three_people_who_begin_on_monday_wait_for_their_places() -> None:
    said: list[str] = []
    clinic = make_clinic(2, NOW - timedelta(days=60), said.append)
    publish_texts(clinic, NOW - timedelta(days=59))
    make_waiting(clinic, NOW)
    waiting = queries.waiting_for_a_place()
    assert len({one.patient_id for one in waiting}) == len(PEOPLE) == 3 and len(waiting) == 18
    first = min(one.wanted_on for one in waiting if one.wanted_on is not None)
    assert first.weekday() == 0
    problem = fortnight(first, NOW).problem
    assert problem.wanted_count == 12, "two a week of each, within two weeks"
    by_name = {one.called: one.can for one in problem.patients}
    assert by_name["Hawthorn"].weekdays == {1, 3} and by_name["Saffron"].single_room
    assert by_name["Fennel"].not_before_min == 600
