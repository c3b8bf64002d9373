"""The page of hours and rota: what is entered there is what the calendar is judged against."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from dripstand.course import queries
from dripstand.premises.queries import closures, opening_hours, rooms
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_REYES,
    clinic_with_a_chair,
    stored,
)
from tests.rooms.course.clinic_searches import client_of

pytestmark = pytest.mark.django_db
PAGE = "/calendar/clinic/"


def test_hours_closures_shifts_absences_and_certificates_are_kept_and_shown() -> None:
    clinic_with_a_chair()
    reyes = stored(NURSE_REYES).staff_id
    lead = client_of(MEDICAL_LEAD_ABARA)
    year = datetime.now(UTC).year + 1
    for form in (
        {"what": "hours", "opens_0": "08:00", "closes_0": "17:00"},
        {"what": "close", "words": "new floor", "from_on": f"{year}-03-02", "until_on": f"{year}-03-03"},
        {
            "what": "close",
            "words": "paint",
            "from_on": f"{year}-03-09",
            "until_on": f"{year}-03-09",
            "chair": f"room {rooms()[0].room_id}",
        },
        {
            "what": "shift",
            "staff": reyes,
            "weekdays": ["0", "1"],
            "begins_at": "08:00",
            "ends_at": "16:00",
            "from_on": f"{year}-01-01",
        },
        {"what": "absence", "staff": reyes, "first_on": f"{year}-05-04", "last_on": f"{year}-05-08"},
        {"what": "certificate", "staff": reyes, "kind": "advanced_life_support", "valid_until": f"{year}-12-31"},
    ):
        assert lead.post(PAGE, form).status_code == 303, form
    assert opening_hours() == {0: (time(8), time(17))}
    assert [
        one.words for one in closures(datetime(year, 3, 2, 12, tzinfo=UTC), datetime(year, 3, 2, 13, tzinfo=UTC))
    ] == ["new floor"]
    paint = closures(datetime(year, 3, 9, 12, tzinfo=UTC), datetime(year, 3, 9, 13, tzinfo=UTC))
    assert [(one.words, one.where) for one in paint] == [("paint", "Harbour")]
    assert [(one.weekday, one.name) for one in queries.shifts(date(year, 1, 1))] == [(0, "M. Reyes"), (1, "M. Reyes")]
    assert [one.first_on for one in queries.absences(date(year, 1, 1))] == [date(year, 5, 4)]
    assert [one.valid_until for one in queries.certificates()] == [date(year, 12, 31)]
    shown = lead.get(PAGE).content.decode()
    assert "new floor" in shown and "advanced life support" in shown


def test_what_cannot_be_is_said_and_nothing_is_kept() -> None:
    clinic_with_a_chair()
    answer = client_of(ADMINISTRATOR_KLEIN).post(PAGE, {"what": "hours", "opens_0": "17:00", "closes_0": "08:00"})
    assert answer.status_code == 422 and "closes after it opens" in answer.content.decode()
    assert opening_hours() == {}


def test_the_front_desk_sees_the_hours_and_may_not_set_them() -> None:
    clinic_with_a_chair()
    desk = client_of(FRONT_DESK_SORO)
    assert "Keep these hours" not in desk.get(PAGE).content.decode()
    assert desk.post(PAGE, {"what": "hours", "opens_0": "08:00", "closes_0": "17:00"}).status_code == 403
    assert opening_hours() == {}


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "2201-01-01", "2026-02-30", "²"])
def test_a_day_that_no_calendar_of_a_clinic_has_is_answered_as_no_day(day: str) -> None:
    clinic_with_a_chair()
    nurse = client_of(NURSE_REYES)
    assert nurse.get("/calendar/", {"day": day}).status_code == 200
    assert nurse.get(f"/day/{day}/").status_code == 404


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_that_a_calendar_has_are_shown(day: str) -> None:
    clinic_with_a_chair()
    nurse = client_of(NURSE_REYES)
    assert nurse.get("/calendar/", {"day": day}).status_code == 200
    assert nurse.get(f"/day/{day}/").status_code == 200
