"""What a series leaves to be asked stays due when the next one is begun: the day after its infusions, and its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from dripstand.course import services as course
from dripstand.course.queries import course as course_of
from dripstand.course.queries import running_series
from dripstand.course.states import Step
from dripstand.outcomes import queries, services
from dripstand.outcomes.definitions import BY_CODE
from dripstand.outcomes.due import AFTERWARDS, asked_afterwards, due_of_course, open_slots
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.learning import past_courses
from dripstand.outcomes.schedule import Standing
from dripstand.premises.queries import clinic_zone
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored
from tests.rooms.outcomes.courses import ACourse, a_course, given, under_way
from tests.rooms.outcomes.test_pages import as_, words

pytestmark = pytest.mark.django_db
LAST = NOW + timedelta(days=15)
OVER = LAST + timedelta(hours=1)
OPEN = {Standing.NOT_YET, Standing.DUE, Standing.MISSED}
DAY_AFTER = {"after-6/phq-9", "after-6/side-effects"}
END = {"end/phq-9", "end/gad-7"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(at: datetime) -> None:
        monkeypatch.setattr("dripstand.outcomes.views.questionnaires.now_by_clock", lambda: at)

    stored(NURSE_REYES)
    return set_to


def goes_on(after: timedelta = timedelta(hours=23)) -> ACourse:
    """Six were given, the PHQ-9 fell, and so long after the last the maintenance is begun, for a week later."""
    there = a_course()
    under_way(there, (21, 18, 15, 12, 10, 8))
    given(there, 6, LAST)
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.BEGIN_MAINTENANCE, pattern_key="weekly_four",
        infusions_count=4, first_on=(LAST + timedelta(days=8)).date(), reason="as agreed", now=OVER + after,
    )  # fmt: skip
    assert course_of(there.course_id).series_number == 2
    return there


def asked(there: ACourse, at: datetime, standing: Standing = Standing.DUE) -> set[str]:
    """Of the series before; the list of many says the same as the patient's own."""
    found = due_of_course(course_of(there.course_id), queries.forms_of_course(there.course_id), at)
    (series,) = running_series()
    ended = queries.ended_keys_of_courses([there.course_id])[there.course_id]
    assert open_slots(series, ended, at, clinic_zone()) == tuple(one for one in found if one.standing in OPEN)
    return {one.key for one in found if one.standing is standing and one.series_number == 1}


def test_the_day_after_and_the_end_of_a_series_stay_due_until_their_windows_close_whatever_follows() -> None:
    there = goes_on(timedelta(hours=2))
    assert asked(there, OVER + timedelta(hours=3)) == END
    assert asked(there, OVER + timedelta(hours=3), Standing.NOT_YET) == DAY_AFTER
    assert asked(there, OVER + timedelta(hours=47)) == DAY_AFTER | END
    assert asked(there, OVER + timedelta(days=3)) == END
    assert asked(there, OVER + timedelta(days=3), Standing.MISSED) == DAY_AFTER, "and it is said that it was missed"
    first_of_two(there, OVER + timedelta(days=6))
    assert asked(there, OVER + timedelta(days=6, hours=23)) == END, "also once the next series has begun to be given"
    for days in (8, 9):
        assert asked(there, OVER + timedelta(days=days)) == set()
        assert asked(there, OVER + timedelta(days=days), Standing.MISSED) == END
    for days in (11, 14, 28, 60):
        found = due_of_course(course_of(there.course_id), (), OVER + timedelta(days=days))
        assert all(one.series_number == 2 for one in found), "the weeks after are those of the series that goes on"


def test_the_end_of_an_induction_is_entered_beside_the_maintenance_and_teaches_the_forecast(
    clock: Callable[[datetime], None],
) -> None:
    there, at = goes_on(), OVER + timedelta(hours=24)
    clock(at)
    (learned,) = past_courses(BY_CODE["phq-9-response-50"], but_not="")
    assert learned.reached is None
    nurse, page = as_(NURSE_REYES), f"/outcomes/patients/{there.patient_id}/"
    for path in ("/outcomes/", page):
        said = words(nurse, path)
        assert "a day after infusion 6" in said and "end of course" in said, path
    answer = nurse.post(page, {"key": "end/phq-9"})
    form = queries.filled(answer.headers["Location"].split("/")[3])
    assert (form.course_id, form.occasion_key, form.series_number) == (there.course_id, "end", 1)
    for item in instrument("phq-9").items:
        services.answer(
            stored(NURSE_REYES), form.questionnaire_id, item=item.name, value=0, submission_id=f"a-{item.name}", now=at
        )
    services.finish(stored(NURSE_REYES), form.questionnaire_id, now=at)
    assert asked(there, at) == DAY_AFTER | {"end/gad-7"}
    (learned,) = past_courses(BY_CODE["phq-9-response-50"], but_not="")
    assert learned.reached is True


def test_the_end_of_an_earlier_series_is_its_own_also_once_the_course_has_ended() -> None:
    there, over = goes_on(), OVER + timedelta(days=90)
    first_of_two(there, OVER + timedelta(days=7))
    end(there, over)
    found = due_of_course(course_of(there.course_id), (), over + timedelta(days=2), series_number=1)
    assert {one.key: one.closes_at for one in found}["end/phq-9"] == OVER + timedelta(days=7)
    assert {key for _at, key in asked_after(over + timedelta(days=2))} == {"s2-end/phq-9", "s2-end/gad-7"}


def test_a_maintenance_that_was_begun_and_never_given_leaves_the_end_to_the_induction() -> None:
    there, over = goes_on(), OVER + timedelta(days=3)
    end(there, over)
    details, at = course_of(there.course_id), over + timedelta(days=1)
    assert {key for _at, key in asked_after(at)} == END
    assert {one.key for one in due_of_course(details, (), at) if one.occasion in AFTERWARDS} > END
    assert {key for _at, key in asked_after(over + timedelta(days=14))} == {"week-2/phq-9"}


def first_of_two(there: ACourse, at: datetime) -> None:
    infusion_id = course_of(there.course_id).series[0].infusion_id
    given(ACourse(there.course_id, there.patient_id, {1: infusion_id}), 1, at)


def end(there: ACourse, at: datetime) -> None:
    course.take_step(stored(PRESCRIBER_VANCE), course_id=there.course_id, step=Step.END, reason="moved away", now=at)


def asked_after(at: datetime) -> tuple[tuple[datetime, str], ...]:
    (one,) = asked_afterwards(at, lately=timedelta(0), soon=timedelta(0))
    return one.asked
