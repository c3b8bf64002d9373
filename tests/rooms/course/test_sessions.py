"""What a visit at the chair does to the course that planned it: number and chair, the start, the end, and a part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dripstand.course import queries, services
from dripstand.course.judging import DECIDE, Refusal
from dripstand.course.models import BookingState, HeldSlot, InfusionState
from dripstand.course.states import State, Step
from dripstand.infusion import events as ev
from dripstand.infusion import queries as infusion_queries
from dripstand.infusion.services import open_planned_session
from dripstand.people.access import Forbidden
from tests.people import (
    FRONT_DESK_SORO,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    clinic_with_a_chair,
    signed_template,
    stored,
)
from tests.rooms.course.courses import REASON, booked, in_induction
from tests.rooms.course.test_clinic_page import client_of
from tests.rooms.infusion import stored_visits

pytestmark = pytest.mark.django_db


def book_today(course: queries.CourseDetails, number: int = 1) -> str:
    """Hold the chair from five minutes ago on; answers the booking's id."""
    now = datetime.now(UTC)
    start = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    answer = services.book(
        stored(FRONT_DESK_SORO),
        infusion_id=course.series[number - 1].infusion_id,
        chair_id=clinic_with_a_chair(),
        starts_at=start,
        now=now,
        accepted=DECIDE,
        reason=REASON,
    )
    assert isinstance(answer, services.Booked), answer
    return answer.booking_id


def test_the_board_has_its_number_and_its_chair_from_the_course() -> None:
    course = in_induction(now=datetime.now(UTC) - timedelta(days=1))
    booking_id = booked(course, 2, "2026-03-05T09:00")
    opened = open_planned_session(
        stored(FRONT_DESK_SORO),
        infusion_id=course.series[1].infusion_id,
        template_id=signed_template(),
        now=queries.booking(booking_id).starts_at,
    )
    chart = infusion_queries.chart(opened)
    assert (chart.opened.infusion_number, chart.opened.infusions_planned_count) == (2, 6)
    assert chart.chair is not None and chart.chair.chair_id == clinic_with_a_chair()
    assert chart.opened.expected_at == queries.booking(booking_id).starts_at
    found = queries.infusion_of_session(opened)
    assert found is not None and found.number == 2
    again = open_planned_session(
        stored(FRONT_DESK_SORO),
        infusion_id=course.series[1].infusion_id,
        template_id=signed_template(),
        now=chart.opened.expected_at,
    )
    assert again == opened


def test_a_whole_infusion_is_given_its_booking_kept_and_its_chair_free() -> None:
    course = in_induction(now=datetime.now(UTC) - timedelta(days=1))
    booking_id = book_today(course)
    visit = stored_visits.left(patient_id=course.patient_id, infusion_id=course.series[0].infusion_id)
    found = queries.course(course.course_id).series[0]
    assert found.state is InfusionState.GIVEN and found.session_id == visit.session_id
    assert found.started_at == visit.chart.started_at and found.ended_at == visit.chart.stopped_at
    # 13 min at 150 mL/h and 29 at 120, of a bag with 0.4 mg/mL; the flush pushed the set empty.
    assert found.dose_given_mg == (13 * Decimal("2.5") + 29 * Decimal("2.0")) * Decimal("0.4")
    assert queries.booking(booking_id).state is BookingState.KEPT
    assert not HeldSlot.objects.exists()
    assert queries.course(course.course_id).given_count == 1


def test_a_visit_without_drug_leaves_the_infusion_planned_and_its_booking_missed() -> None:
    course = in_induction(now=datetime.now(UTC) - timedelta(days=1))
    booking_id = book_today(course)
    visit = stored_visits.opened(patient_id=course.patient_id, infusion_id=course.series[0].infusion_id)
    visit.must(ev.SessionCancelled("fever"), NURSE_REYES)
    found = queries.course(course.course_id).series[0]
    assert found.state is InfusionState.PLANNED and found.session_id == ""
    assert queries.booking(booking_id).state is BookingState.MISSED
    assert queries.next_infusion_of(course.patient_id) is not None


def partly_given() -> tuple[queries.CourseDetails, stored_visits.StoredVisit]:
    """Ten of forty minutes, then the patient wants to stop and goes home against advice."""
    course = in_induction(now=datetime.now(UTC) - timedelta(days=1))
    visit = stored_visits.infusing(
        patient_id=course.patient_id, infusion_id=course.series[0].infusion_id, minutes_ago=90
    )
    visit.wait(10).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    visit.wait(20).must(
        ev.LeftWithoutDischarge(True, "drowsy for hours, do not drive", True, True, "Dr. T. Vance", "wants to go home")
    )
    return queries.course(course.course_id), visit


def test_an_infusion_given_in_part_waits_for_a_prescriber_and_may_count() -> None:
    course, _visit = partly_given()
    part = course.series[0]
    assert part.state is InfusionState.PARTIAL and course.undecided == (part,)
    with pytest.raises(Forbidden):
        services.say_whether_it_counts(
            stored(NURSE_REYES), infusion_id=part.infusion_id, counts=True, reason="no", now=datetime.now(UTC)
        )
    wordless = services.say_whether_it_counts(
        stored(PRESCRIBER_VANCE), infusion_id=part.infusion_id, counts=True, reason="", now=datetime.now(UTC)
    )
    assert isinstance(wordless, Refusal)
    services.say_whether_it_counts(
        stored(PRESCRIBER_VANCE),
        infusion_id=part.infusion_id,
        counts=True,
        reason="she had the effect that she has with the whole",
        now=datetime.now(UTC),
    )
    assert queries.course(course.course_id).series[0].state is InfusionState.GIVEN


def counts_not(infusion_id: str, reason: str) -> None:
    services.say_whether_it_counts(
        stored(PRESCRIBER_VANCE), infusion_id=infusion_id, counts=False, reason=reason, now=datetime.now(UTC)
    )


def test_one_that_does_not_count_is_planned_once_more_by_its_number_and_spacing_still_knows_it() -> None:
    course, visit = partly_given()
    counts_not(course.series[0].infusion_id, "a tenth of the dose")
    now = queries.course(course.course_id)
    assert [one.number for one in now.series] == [1, 2, 3, 4, 5, 6]
    assert now.series[0].state is InfusionState.PLANNED and now.given_count == 0
    started = visit.chart.started_at
    assert started is not None
    assert queries.given_to(course.patient_id, started - timedelta(hours=1), started + timedelta(hours=1)) == (started,)


def into_maintenance(course_id: str) -> None:
    state = services.take_step(
        stored(PRESCRIBER_VANCE), course_id=course_id, step=Step.BEGIN_MAINTENANCE, reason=REASON,
        pattern_key="weekly_four", now=datetime.now(UTC),
    )  # fmt: skip
    assert state is State.MAINTENANCE


def waiting(course_id: str) -> list[tuple[int, int]]:
    """What the calendar and the solver look for a chair for: series and number."""
    return [(one.series_number, one.number) for one in queries.waiting_for_a_place() if one.course_id == course_id]


def test_a_part_that_does_not_count_is_not_planned_again_in_a_series_that_was_left() -> None:
    course, _visit = partly_given()
    into_maintenance(course.course_id)
    before = waiting(course.course_id)
    counts_not(course.infusions[0].infusion_id, "a quarter of the dose")
    assert waiting(course.course_id) == before == [(2, 1), (2, 2), (2, 3), (2, 4)]


def test_a_visit_that_is_cancelled_after_its_series_was_left_plans_no_infusion_of_it() -> None:
    course = in_induction(now=datetime.now(UTC) - timedelta(days=1))
    book_today(course)
    visit = stored_visits.opened(patient_id=course.patient_id, infusion_id=course.series[0].infusion_id)
    into_maintenance(course.course_id)
    visit.must(ev.SessionCancelled("fever"), NURSE_REYES)
    assert waiting(course.course_id) == [(2, 1), (2, 2), (2, 3), (2, 4)]


def while_drug_runs(number: int = 1) -> tuple[queries.CourseDetails, str, stored_visits.StoredVisit]:
    """An infusion that is booked for this hour and runs; answers the course, the booking and the visit."""
    course = in_induction(now=datetime.now(UTC) - timedelta(days=1))
    booking_id = book_today(course, number)
    visit = stored_visits.infusing(patient_id=course.patient_id, infusion_id=course.series[number - 1].infusion_id)
    return queries.course(course.course_id), booking_id, visit


@pytest.mark.parametrize("what", ["slip", "cancel"])
def test_a_page_from_before_the_visit_does_not_give_the_chair_away_in_which_drug_runs(what: str) -> None:
    course, booking_id, _visit = while_drug_runs()
    slots = HeldSlot.objects.count()
    answer = client_of(FRONT_DESK_SORO).post(
        f"/course/{course.course_id}/plan/", {"what": what, "booking": booking_id, "reason": "did not come"}
    )
    assert answer.status_code == 422 and "The visit for infusion 1 is open" in answer.content.decode()
    assert queries.booking(booking_id).state is BookingState.HELD and HeldSlot.objects.count() == slots
    moved = services.move(
        stored(FRONT_DESK_SORO), booking_id=booking_id, chair_id=clinic_with_a_chair(), now=datetime.now(UTC),
        starts_at=queries.booking(booking_id).starts_at + timedelta(days=1), accepted=DECIDE, reason=REASON,
    )  # fmt: skip
    assert isinstance(moved, Refusal) and moved.codes == ("visit_open",)


def test_maintenance_is_booked_while_the_last_infusion_of_the_induction_still_runs() -> None:
    course, _booking_id, _visit = while_drug_runs(2)
    now = datetime.now(UTC)
    services.take_step(
        stored(PRESCRIBER_VANCE), course_id=course.course_id, step=Step.BEGIN_MAINTENANCE, pattern_key="weekly_four",
        reason="responded", now=now, first_on=(now + timedelta(days=7)).date(),
    )  # fmt: skip
    answer = services.book(
        stored(FRONT_DESK_SORO), infusion_id=queries.course(course.course_id).series[0].infusion_id, now=now,
        chair_id=clinic_with_a_chair(), starts_at=(now + timedelta(days=7)).replace(minute=0, second=0, microsecond=0),
        accepted=DECIDE, reason=REASON,
    )  # fmt: skip
    assert isinstance(answer, services.Booked), answer


def planned_dose(course: queries.CourseDetails, dose: str) -> object:
    return services.titrate(
        stored(PRESCRIBER_VANCE), course_id=course.course_id, dose_mg_per_kg=Decimal(dose), infusion_min=40,
        reason="little change", now=datetime.now(UTC),
    )  # fmt: skip


def doses(course_id: str, series_number: int) -> list[str]:
    found = queries.course(course_id)
    planned = [found.dose_for(one) for one in found.series_of(series_number)]
    return [f"{one.dose_mg_per_kg.normalize():f}" if one else "" for one in planned]


def test_a_dose_planned_while_an_infusion_runs_is_from_the_one_after_it() -> None:
    course, _booking_id, _visit = while_drug_runs()
    assert planned_dose(course, "0.75") == 2
    assert doses(course.course_id, 1) == ["", *["0.75"] * 5]


def test_a_dose_planned_after_the_last_infusion_is_for_the_next_series() -> None:
    course = in_induction(now=datetime.now(UTC) - timedelta(days=40))
    vance, now = stored(PRESCRIBER_VANCE), datetime.now(UTC)
    assert planned_dose(course, "0.5") == 1
    for one in course.series:
        at = now - timedelta(days=40 - 3 * one.number)
        services.mark_given(vance, infusion_id=one.infusion_id, started_at=at, reason="elsewhere", now=now)
    assert planned_dose(course, "0.75") == 1
    page = client_of(PRESCRIBER_VANCE).get(f"/course/{course.course_id}/plan/").content.decode()
    assert "from infusion 1 of the next series" in page
    assert doses(course.course_id, 1) == ["0.5"] * 6
    services.change_plan(vance, course_id=course.course_id, infusions_count=7, reason="one more", now=now)
    assert doses(course.course_id, 1) == [*["0.5"] * 6, "0.75"], "the next infusion is one of this series after all"
    services.take_step(
        vance, course_id=course.course_id, step=Step.BEGIN_MAINTENANCE, pattern_key="weekly_four", reason="responded",
        now=now, first_on=(now + timedelta(days=3)).date(),
    )  # fmt: skip
    assert doses(course.course_id, 2) == ["0.75"] * 4 and doses(course.course_id, 1) == ["0.5"] * 6
