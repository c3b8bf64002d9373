"""A paper that is typed in later counts when it was filled in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from dripstand.course.queries import course as course_of
from dripstand.outcomes import queries, services
from dripstand.outcomes.due import due_of_course
from dripstand.outcomes.schedule import Standing
from dripstand.people.errors import Unacceptable
from dripstand.premises.queries import clinic_zone
from tests.people import NOW, NURSE_REYES, stored
from tests.rooms.outcomes.courses import ACourse, a_course, given
from tests.rooms.outcomes.filling import begin
from tests.rooms.outcomes.test_pages import as_

pytestmark = pytest.mark.django_db
FILLED = NOW + timedelta(hours=25)
TYPED = NOW + timedelta(days=3)
SLOT = "after-1/phq-9"
CALM = {f"item-{number}": "1" for number in range(1, 9)} | {"item-9": "0"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("course_page", "response_page", "questionnaires"):
        monkeypatch.setattr(f"dripstand.outcomes.views.{module}.now_by_clock", lambda: TYPED)


def _typed(at: datetime) -> str:
    return at.astimezone(clinic_zone()).strftime("%Y-%m-%dT%H:%M")


def _begun() -> tuple[ACourse, Client, str]:
    """The form of the day after the first infusion, begun at the desk two days later."""
    there = a_course()
    given(there, 1, NOW - timedelta(hours=1))
    nurse = as_(NURSE_REYES)
    page = nurse.post(f"/outcomes/patients/{there.patient_id}/", {"key": SLOT}).headers["Location"]
    return there, nurse, page


def _standing(there: ACourse) -> Standing:
    slots = due_of_course(course_of(there.course_id), queries.forms_of_course(there.course_id), TYPED)
    return next(each.standing for each in slots if each.key == SLOT)


def test_a_paper_that_is_typed_in_later_is_on_time_if_it_was_filled_in_on_time() -> None:
    there, nurse, page = _begun()
    assert "Filled in on" in nurse.get(page).content.decode()
    assert nurse.post(page, CALM | {"filled_at": _typed(FILLED), "finish": "yes"}).status_code == 302
    found = queries.filled(page.split("/")[3])
    assert found.handed_in_at == FILLED.replace(second=0, microsecond=0) and not found.is_late
    assert {each.recorded_at for each in found.given} == {TYPED}
    assert _standing(there) is Standing.DONE


def test_without_a_time_it_is_answered_now_and_late() -> None:
    there, nurse, page = _begun()
    assert nurse.post(page, CALM | {"filled_at": "", "finish": "yes"}).status_code == 302
    assert queries.filled(page.split("/")[3]).handed_in_at == TYPED
    assert _standing(there) is Standing.LATE


def test_a_time_that_is_said_afterwards_holds_for_what_was_kept_before() -> None:
    there, nurse, page = _begun()
    nurse.post(page, {"item-1": "1", "submission_id": "a" * 32})
    nurse.post(page, CALM | {"filled_at": _typed(FILLED), "submission_id": "b" * 32})
    assert f'value="{_typed(FILLED)}"' in nurse.get(page).content.decode(), "it stands there from then on"
    nurse.post(page, CALM | {"filled_at": _typed(FILLED), "finish": "yes", "submission_id": "c" * 32})
    assert _standing(there) is Standing.DONE


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (TYPED + timedelta(minutes=2), "This lies in the future."),
        (NOW - timedelta(days=1), "from before the questionnaire was due"),
    ],
)
def test_a_paper_from_the_future_or_from_before_its_slot_is_refused(at: datetime, words: str) -> None:
    _there, nurse, page = _begun()
    answer = nurse.post(page, CALM | {"filled_at": _typed(at), "finish": "yes"})
    assert answer.status_code == 400 and words in answer.content.decode()
    assert "id_filled_at_error" in answer.content.decode(), "beside the field"
    found = queries.filled(page.split("/")[3])
    assert found.is_open and not found.given


def test_a_time_that_is_none_is_said_beside_the_field() -> None:
    _there, nurse, page = _begun()
    answer = nurse.post(page, CALM | {"filled_at": "yesterday", "finish": "yes"})
    assert answer.status_code == 400 and "A day and time." in answer.content.decode()


def test_a_paper_for_no_slot_may_be_of_last_month_and_not_of_the_wrong_year() -> None:
    there, nurse = a_course(), stored(NURSE_REYES)
    form = begin(nurse, there.patient_id, now=TYPED)

    def typed(days: int) -> None:
        services.answer(
            nurse, form, item="1", value=1, submission_id=str(days), now=TYPED,
            answered_at=TYPED - timedelta(days=days),
        )  # fmt: skip

    typed(30)
    with pytest.raises(Unacceptable, match="more than a year ago"):
        typed(400)
