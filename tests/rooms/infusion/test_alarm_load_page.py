"""The alarm load of weeks is read from the index rows: no log is opened, and it says what the logs say (H33)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dripstand.infusion import alarm_load, models, queries
from dripstand.people.actors import Actor
from dripstand.people.models import StaffMember
from tests.people import FRONT_DESK_SORO, NURSE_REYES, stored
from tests.rooms.infusion.stored_visits import left, opened

pytestmark = pytest.mark.django_db


def _as(actor: Actor) -> Client:
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(actor).staff_id))
    return client


def _window() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(days=7), now + timedelta(days=1)


@pytest.mark.hazard("H33")
def test_the_index_row_says_of_the_alarms_what_the_log_says_and_a_row_without_is_folded() -> None:
    visits = [left(minutes_ago=200.0).session_id, opened(record_number="TEST-2").session_id]
    by_log = sorted((alarm_load.watched(queries.chart(each)) for each in visits), key=str)
    assert sorted(queries.watched_between(*_window()), key=str) == by_log
    assert any(visit.hours(datetime.now(UTC)) > 0 for visit in by_log)
    models.Session.objects.update(alarm_load=None)
    assert sorted(queries.watched_between(*_window()), key=str) == by_log


def test_the_page_asks_the_database_as_often_for_three_visits_as_for_one() -> None:
    client = _as(NURSE_REYES)
    client.get("/alarms/")  # what is looked up once in a process is not of the page
    counts = []
    for names in (("TEST-1",), ("TEST-2", "TEST-3")):
        for name in names:
            opened(record_number=name)
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/alarms/").status_code == 200
        counts.append(len(seen))
        assert not [one for one in seen if "infusion_logrow" in one["sql"]]
    assert counts[0] == counts[1]


def test_the_front_desk_is_not_shown_the_alarm_load() -> None:
    assert _as(FRONT_DESK_SORO).get("/alarms/").status_code == 403
