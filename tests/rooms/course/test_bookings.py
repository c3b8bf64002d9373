"""Holding, moving and giving back chairs: what is refused, what a person decides, and what the database keeps out."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from dripstand.course import models, queries, services
from dripstand.course.judging import DECIDE, Refusal
from dripstand.course.models import BookingState
from dripstand.course.states import Step
from dripstand.people.access import Forbidden
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    another_chair,
    clinic_with_a_chair,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.course.courses import NOW, REASON, booked, in_induction, local, open_on_weekdays


def book(course: queries.CourseDetails, number: int, at: str, **more: Any) -> services.Booked | Refusal:
    given: dict[str, Any] = {"chair_id": clinic_with_a_chair(), "now": NOW, **more}
    return services.book(
        stored(FRONT_DESK_SORO), infusion_id=course.series[number - 1].infusion_id, starts_at=local(at), **given
    )


@pytest.mark.django_db
def test_a_booking_holds_the_chair_from_arrival_to_turnover() -> None:
    open_on_weekdays()
    answer = book(in_induction(), 1, "2026-03-02T09:00")
    assert isinstance(answer, services.Booked)
    found = queries.booking(answer.booking_id)
    spans = queries.chair_time(40)
    assert found.drug_at - found.starts_at == timedelta(minutes=spans.preparation_min)
    assert found.leaves_at - found.drug_at == timedelta(minutes=40 + spans.observation_min)
    assert found.ends_at - found.starts_at == timedelta(minutes=spans.total_min)
    assert models.HeldSlot.objects.count() * 5 == spans.total_min
    assert (found.number, found.count) == (1, 6)


@pytest.mark.django_db
def test_a_chair_that_is_taken_is_refused_with_who_and_when_and_no_reason_helps() -> None:
    open_on_weekdays()
    booked(in_induction(wren_halloway()), 1, "2026-03-02T09:00")
    ren = in_induction(ren_halloway())
    refused = book(ren, 1, "2026-03-02T10:00", accepted=DECIDE, reason=REASON)
    assert isinstance(refused, Refusal) and refused.codes == ("chair_taken",)
    assert refused.breaks[0].params["who"] == "Wren Halloway"
    assert not refused.may_decide
    # Its twin: the moment that the chair is free again.
    assert isinstance(book(ren, 1, "2026-03-02T11:25"), services.Booked)


@pytest.mark.django_db
def test_what_a_person_may_decide_is_said_first_and_booked_with_a_reason() -> None:
    open_on_weekdays()
    course = in_induction()
    asked = book(course, 1, "2026-03-07T18:00")
    assert isinstance(asked, Refusal) and asked.codes == ("outside_hours",) and asked.may_decide
    wordless = book(course, 1, "2026-03-07T18:00", accepted=frozenset({"outside_hours"}))
    assert isinstance(wordless, Refusal) and "reason_missing" in wordless.codes
    done = book(course, 1, "2026-03-07T18:00", accepted=frozenset({"outside_hours"}), reason="opened for her alone")
    assert isinstance(done, services.Booked)
    newest = queries.history_of(course.course_id)[0]
    assert (newest.breaks, newest.reason) == (("outside_hours",), "opened for her alone")


@pytest.mark.django_db
@pytest.mark.hazard("H16")
def test_two_infusions_within_twenty_four_hours_cannot_be_booked_whoever_decides() -> None:
    course = in_induction()
    booked(course, 1, "2026-03-02T09:00")
    refused = book(course, 2, "2026-03-03T08:55", accepted=DECIDE, reason=REASON)
    assert isinstance(refused, Refusal) and refused.codes == ("within_24_h",)
    close = book(course, 2, "2026-03-03T09:00")
    assert isinstance(close, Refusal) and close.codes == ("too_close",) and close.may_decide


@pytest.mark.django_db
def test_infusion_three_does_not_stand_before_infusion_two() -> None:
    course = in_induction()
    booked(course, 2, "2026-03-05T09:00")
    refused = book(course, 3, "2026-03-02T09:00", accepted=DECIDE, reason=REASON)
    assert isinstance(refused, Refusal) and refused.codes == ("out_of_order",)


@pytest.mark.django_db
def test_a_move_keeps_the_booking_and_frees_its_old_place() -> None:
    course = in_induction()
    booking_id = booked(course, 1, "2026-03-02T09:00")
    desk = stored(FRONT_DESK_SORO)
    moved = services.move(
        desk, booking_id=booking_id, chair_id=another_chair(), starts_at=local("2026-03-02T10:00"), now=NOW
    )
    assert isinstance(moved, services.Booked) and moved.booking_id == booking_id
    assert isinstance(book(in_induction(ren_halloway()), 1, "2026-03-02T09:00"), services.Booked)
    stale = services.move(
        desk,
        booking_id=booking_id,
        chair_id=clinic_with_a_chair(),
        starts_at=local("2026-03-03T10:00"),
        seen_version=1,
        now=NOW,
    )
    assert isinstance(stale, Refusal) and stale.codes == ("changed_meanwhile",)


@pytest.mark.django_db
def test_two_patients_may_change_places_at_once() -> None:
    wren, ren = in_induction(wren_halloway()), in_induction(ren_halloway())
    booked(wren, 1, "2026-03-02T09:00")
    booked(ren, 1, "2026-03-02T13:00")
    chair_id = clinic_with_a_chair()
    done = services.place_all(
        stored(FRONT_DESK_SORO),
        places=(
            services.Place(wren.series[0].infusion_id, chair_id, local("2026-03-02T13:00")),
            services.Place(ren.series[0].infusion_id, chair_id, local("2026-03-02T09:00")),
        ),
        now=NOW,
    )
    assert isinstance(done, services.Booked)
    first = queries.bookings_between(local("2026-03-02T09:00"), local("2026-03-02T10:00"))
    assert [one.patient_id for one in first] == [ren.patient_id]


@pytest.mark.django_db
def test_a_plan_that_breaks_one_rule_books_nothing_of_it() -> None:
    course = in_induction()
    chair_id = clinic_with_a_chair()
    refused = services.place_all(
        stored(FRONT_DESK_SORO),
        places=(
            services.Place(course.series[0].infusion_id, chair_id, local("2026-03-02T09:00")),
            services.Place(course.series[1].infusion_id, chair_id, local("2026-03-02T13:00")),
        ),
        now=NOW,
        accepted=DECIDE,
        reason=REASON,
    )
    assert isinstance(refused, Refusal) and "within_24_h" in refused.codes
    assert models.Booking.objects.count() == models.HeldSlot.objects.count() == 0


@pytest.mark.django_db
def test_a_slip_keeps_the_infusion_planned_and_frees_the_chair() -> None:
    course = in_induction()
    booking_id = booked(course, 1, "2026-03-02T09:00")
    desk = stored(FRONT_DESK_SORO)
    wordless = services.slip(desk, booking_id=booking_id, now=NOW, reason="")
    assert isinstance(wordless, Refusal)
    assert services.slip(desk, booking_id=booking_id, now=NOW, reason="fever") is None
    assert queries.booking(booking_id).state is BookingState.MISSED
    following = queries.next_infusion_of(course.patient_id)
    assert following is not None and following.number == 1 and following.booking is None
    again = services.slip(desk, booking_id=booking_id, now=NOW, reason="fever")
    assert isinstance(again, Refusal) and again.codes == ("not_held",)


@pytest.mark.django_db
@pytest.mark.hazard("H17")
def test_the_same_form_sent_ten_times_books_once() -> None:
    course = in_induction()
    answers = [book(course, 1, "2026-03-02T09:00", submission_id="form-7") for _ in range(10)]
    assert all(isinstance(one, services.Booked) for one in answers)
    assert len({one.booking_id for one in answers if isinstance(one, services.Booked)}) == 1
    assert models.Booking.objects.count() == 1
    assert [one.kind for one in queries.history_of(course.course_id)] == ["booked", "step", "opened"]


@pytest.mark.django_db
def test_somebody_without_a_part_in_it_books_nothing() -> None:
    course = in_induction()
    with pytest.raises(Forbidden):
        services.book(
            stored(ADMINISTRATOR_KLEIN),
            infusion_id=course.series[0].infusion_id,
            chair_id=clinic_with_a_chair(),
            starts_at=local("2026-03-02T09:00"),
            now=NOW,
        )
    assert models.Booking.objects.count() == 0


@pytest.mark.django_db
def test_the_database_itself_lets_no_two_people_into_one_chair_nor_one_into_two() -> None:
    booked(in_induction(wren_halloway()), 1, "2026-03-02T09:00")
    other_id = booked(in_induction(ren_halloway()), 1, "2026-03-02T13:00")
    slot = models.HeldSlot.objects.exclude(booking_id=other_id).first()
    other = models.Booking.objects.get(pk=other_id)
    assert slot is not None
    for chair_id, patient_id in ((slot.chair_id, other.patient_id), (other_chair(), slot.patient_id)):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.HeldSlot.objects.create(
                booking=other, chair_id=chair_id, patient_id=patient_id, slot_number=slot.slot_number
            )


def other_chair() -> str:
    return another_chair("Reed 1")


@pytest.mark.django_db(transaction=True)
def test_two_who_book_one_chair_at_the_same_moment_get_one_booking_and_one_refusal_in_words() -> None:
    wren, ren = in_induction(wren_halloway()), in_induction(ren_halloway())
    desk, chair_id = stored(FRONT_DESK_SORO), clinic_with_a_chair()
    together = threading.Barrier(2)
    answers: list[services.Booked | Refusal] = []

    def press(course: queries.CourseDetails) -> None:
        try:
            together.wait(15)
            answers.append(
                services.book(
                    desk,
                    infusion_id=course.series[0].infusion_id,
                    chair_id=chair_id,
                    starts_at=local("2026-03-02T09:00"),
                    now=NOW,
                )
            )
        finally:
            connection.close()

    both = [threading.Thread(target=press, args=(course,)) for course in (wren, ren)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sum(isinstance(one, services.Booked) for one in answers) == 1
    refused = [one for one in answers if isinstance(one, Refusal)]
    assert [one.codes for one in refused] == [("chair_taken",)]
    assert models.Booking.objects.filter(state=BookingState.HELD).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "days"), [("2026-04-06", 35), ("2026-04-13", 42), ("2026-06-01", 91)])
def test_after_however_long_without_an_infusion_a_booking_says_that_the_baseline_is_measured_again(
    day: str, days: int
) -> None:
    open_on_weekdays()
    course = in_induction()
    services.mark_given(
        stored(NURSE_REYES), infusion_id=course.series[0].infusion_id, started_at=local("2026-03-02T09:00"),
        ended_at=local("2026-03-02T09:40"), reason=REASON, now=local("2026-03-02T11:00"),
    )  # fmt: skip
    asked = book(course, 2, f"{day}T09:00", now=local(f"{day}T07:00"))
    assert isinstance(asked, Refusal) and asked.codes == ("baseline_again",) and asked.may_decide
    assert asked.breaks[0].params["days"] == str(days)
    alone = queries.what_breaks(
        course.series[1].infusion_id, clinic_with_a_chair(), local(f"{day}T09:00"), local(f"{day}T07:00")
    )
    assert alone == asked.breaks, "the calendar says the same before anybody books"


@pytest.mark.django_db
def test_the_last_infusion_of_a_course_that_has_ended_asks_nothing_of_the_next_course_months_later() -> None:
    open_on_weekdays()
    first = in_induction()
    services.mark_given(
        stored(NURSE_REYES), infusion_id=first.series[0].infusion_id, started_at=local("2026-03-02T09:00"),
        reason=REASON, now=local("2026-03-02T11:00"),
    )  # fmt: skip
    services.take_step(
        stored(PRESCRIBER_VANCE), course_id=first.course_id, step=Step.END, reason=REASON, now=local("2026-03-03T11:00")
    )
    again = in_induction(first.patient_id)
    assert isinstance(book(again, 1, "2026-06-01T09:00", now=local("2026-06-01T07:00")), services.Booked)
