"""Courses through the services: opened, moved from state to state, planned, titrated; each beside one who may not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from dripstand.course import models, queries, services
from dripstand.course.judging import Refusal
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.states import State, Step
from dripstand.course.words import sentence
from dripstand.evaluation.entries import Outcome
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.services import add_medicine
from dripstand.people.access import Forbidden
from tests.evaluated import cleared_at_once, decided, evaluated
from tests.people import FRONT_DESK_SORO, NURSE_REYES, PRESCRIBER_VANCE, clinic_with_a_chair, stored, wren_halloway
from tests.rooms.course.courses import MONDAY, NOW, booked, in_evaluation, in_induction, open_on_weekdays

pytestmark = pytest.mark.django_db


def take(course_id: str, step: Step, reason: str = "as agreed", actor=PRESCRIBER_VANCE, **more: object):  # type: ignore[no-untyped-def]
    return services.take_step(stored(actor), course_id=course_id, step=step, reason=reason, now=NOW, **more)


def test_a_patient_is_in_one_course_at_a_time() -> None:
    patient_id = wren_halloway()
    first = in_evaluation(patient_id)
    again = services.open_course(stored(FRONT_DESK_SORO), patient_id=patient_id, now=NOW)
    assert isinstance(again, Refusal) and again.codes == ("course_already_open",)
    take(first, Step.END)
    assert isinstance(services.open_course(stored(FRONT_DESK_SORO), patient_id=patient_id, now=NOW), str)


@pytest.mark.parametrize("unknown", ["", "Major depression", "esketamine", "major_depression ", "x" * 500])
def test_a_course_is_opened_for_an_indication_of_the_evaluation_and_for_nothing_else(unknown: str) -> None:
    patient_id = wren_halloway()
    desk = stored(FRONT_DESK_SORO)
    refused = services.open_course(desk, patient_id=patient_id, now=NOW, indication=unknown)
    assert isinstance(refused, Refusal) and refused.codes == ("no_such_indication",)
    assert not models.Course.objects.exists()
    for known in ("major_depression", "bipolar_depression", "chronic_pain"):
        opened = services.open_course(desk, patient_id=patient_id, now=NOW, indication=known)
        assert isinstance(opened, str)
        take(opened, Step.END)


def test_the_same_referral_sent_twice_opens_one_course() -> None:
    patient_id = wren_halloway()
    answers = {
        services.open_course(stored(FRONT_DESK_SORO), patient_id=patient_id, now=NOW, submission_id="form-1")
        for _ in range(3)
    }
    assert len(answers) == 1
    assert models.Course.objects.count() == 1


def test_six_are_planned_within_three_weeks_on_open_days() -> None:
    open_on_weekdays()
    course = in_induction()
    assert course.state is State.INDUCTION
    assert [one.number for one in course.series] == [1, 2, 3, 4, 5, 6]
    days = [one.wanted_on for one in course.series]
    assert all(day is not None and day.weekday() < 5 for day in days)
    assert days[0] == MONDAY and (days[-1] - days[0]).days <= 21  # type: ignore[operator]


def test_an_induction_begins_on_a_standing_decision_and_keeps_which_one_it_was() -> None:
    patient_id = wren_halloway()
    course_id = in_evaluation(patient_id)
    never = take(course_id, Step.BEGIN_INDUCTION, pattern_key="six_in_three_weeks")
    assert isinstance(never, Refusal) and never.codes == ("no_standing_decision",)
    assert sentence(never.breaks[0]) == (
        "No decision stands that this patient may be treated for major depression: not decided yet. An induction "
        "begins on one that stands as eligible; a prescriber signs it in the evaluation."
    )
    evaluated(patient_id, now=NOW - timedelta(hours=2))
    decision_id = decided(patient_id, now=NOW - timedelta(hours=1))
    assert take(course_id, Step.BEGIN_INDUCTION, pattern_key="six_in_three_weeks") is State.INDUCTION
    assert queries.history_of(course_id)[0].facts["decision_id"] == decision_id


@pytest.mark.parametrize("how", ["not eligible", "lapsed", "for pain"])
def test_an_induction_does_not_begin_on_a_decision_that_does_not_stand_for_it(how: str) -> None:
    patient_id = wren_halloway()
    course_id = in_evaluation(patient_id)
    indication = Indication.CHRONIC_PAIN if how == "for pain" else Indication.MAJOR_DEPRESSION
    evaluated(patient_id, indication, now=NOW - timedelta(hours=3))
    outcome = Outcome.NOT_ELIGIBLE if how == "not eligible" else Outcome.ELIGIBLE
    decided(patient_id, indication, outcome, now=NOW - timedelta(hours=2), reason="as discussed")
    if how == "lapsed":
        add_medicine(stored(NURSE_REYES), patient_id, name="lamotrigine", now=NOW - timedelta(hours=1))
    refused = take(course_id, Step.BEGIN_INDUCTION, pattern_key="six_in_three_weeks")
    assert isinstance(refused, Refusal) and refused.codes == ("no_standing_decision",)
    why = {"not eligible": "not_eligible", "lapsed": "lapsed", "for pain": "never_signed"}[how]
    assert refused.breaks[0].params["why"] == why
    assert queries.course(course_id).state is State.EVALUATION and queries.course(course_id).series == ()


def test_a_nurse_may_pause_and_may_not_begin() -> None:
    course_id = in_evaluation(cleared_at_once(wren_halloway(), now=NOW))
    refused = take(course_id, Step.BEGIN_INDUCTION, actor=NURSE_REYES, pattern_key="six_in_three_weeks")
    assert isinstance(refused, Refusal) and refused.codes == ("step_not_yours",)
    take(course_id, Step.BEGIN_INDUCTION, pattern_key="six_in_three_weeks")
    assert take(course_id, Step.PAUSE, actor=NURSE_REYES) is State.PAUSED


def test_a_step_that_the_table_does_not_have_is_refused() -> None:
    refused = take(in_evaluation(), Step.PAUSE)
    assert isinstance(refused, Refusal) and refused.codes == ("no_such_step",)


def test_a_step_that_wants_a_reason_is_refused_without_one() -> None:
    refused = take(in_induction().course_id, Step.PAUSE, reason="  ")
    assert isinstance(refused, Refusal) and refused.codes == ("reason_missing",)


def test_a_pause_gives_the_chairs_back_keeps_the_plan_and_resumes_where_it_was() -> None:
    course = in_induction()
    booked(course, 1, "2026-03-02T09:00")
    take(course.course_id, Step.PAUSE)
    paused = queries.course(course.course_id)
    assert paused.state is State.PAUSED and paused.paused_from is State.INDUCTION
    assert len(paused.series) == 6 and models.HeldSlot.objects.count() == 0
    assert queries.next_infusion_of(course.patient_id) is None
    refused = services.book(
        stored(FRONT_DESK_SORO),
        infusion_id=course.series[0].infusion_id,
        chair_id=clinic_with_a_chair(),
        starts_at=NOW,
        now=NOW,
    )
    assert isinstance(refused, Refusal) and refused.codes == ("course_not_under_way",)
    assert take(course.course_id, Step.RESUME) is State.INDUCTION
    resumed = queries.course(course.course_id)
    assert resumed.series == paused.series, "every infusion that is not given is still planned"
    assert resumed.next_infusion is not None and resumed.next_infusion.number == 1
    assert booked(resumed, 1, "2026-03-05T09:00")


def test_a_course_that_ends_while_it_is_paused_drops_what_was_planned() -> None:
    course = in_induction()
    take(course.course_id, Step.PAUSE)
    take(course.course_id, Step.END)
    assert {one.state for one in queries.course(course.course_id).infusions} == {InfusionState.DROPPED}


def test_open_boards_look_again_where_a_step_or_a_shorter_plan_gives_chairs_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[object] = []
    monkeypatch.setattr("dripstand.course.keeping.publish", lambda topic, word: said.append((topic, word)))
    monkeypatch.setattr("dripstand.course.keeping.transaction.on_commit", lambda tell: tell())
    course = in_induction()
    take(course.course_id, Step.PAUSE, reason="a cold")
    take(course.course_id, Step.RESUME)
    assert said == [], "nothing was booked, so nothing has changed"
    booked(course, 1, "2026-03-02T09:00")
    said.clear()
    take(course.course_id, Step.PAUSE, reason="a cold")
    assert said == [("board", {"type": "bookings"})]
    take(course.course_id, Step.RESUME)
    booked(course, 2, "2026-03-05T09:00")
    said.clear()
    services.change_plan(
        stored(PRESCRIBER_VANCE), course_id=course.course_id, infusions_count=1, now=NOW, reason="one, then a talk"
    )
    assert said == [("board", {"type": "bookings"})]


def test_an_ended_course_keeps_what_was_given_and_drops_what_was_planned() -> None:
    course = in_induction()
    booking_id = booked(course, 1, "2026-03-02T09:00")
    services.mark_given(
        stored(NURSE_REYES),
        infusion_id=course.series[0].infusion_id,
        started_at=NOW,
        reason="charted on paper",
        now=NOW,
    )
    other = booked(course, 2, "2026-03-05T09:00")
    take(course.course_id, Step.END, reason="moved away")
    ended = queries.course(course.course_id)
    assert ended.state is State.ENDED and ended.ended_at == NOW
    assert [one.state for one in ended.infusions] == [InfusionState.GIVEN, *[InfusionState.DROPPED] * 5]
    assert queries.booking(booking_id).state is BookingState.KEPT
    assert queries.booking(other).state is BookingState.CANCELLED


def test_maintenance_counts_anew_and_keeps_the_induction() -> None:
    course = in_induction()
    take(course.course_id, Step.BEGIN_MAINTENANCE, pattern_key="weekly_four", first_on=MONDAY)
    now = queries.course(course.course_id)
    assert now.state is State.MAINTENANCE and now.series_number == 2
    assert [(one.number, one.count, one.is_maintenance) for one in now.series] == [(n, 4, True) for n in (1, 2, 3, 4)]


def test_a_plan_of_more_or_fewer_wants_a_reason_and_never_drops_what_was_given() -> None:
    course = in_induction()
    vance = stored(PRESCRIBER_VANCE)
    assert services.change_plan(vance, course_id=course.course_id, infusions_count=8, now=NOW, reason="slow") == 8
    assert services.change_plan(vance, course_id=course.course_id, infusions_count=4, now=NOW, reason="well") == 4
    assert [one.count for one in queries.course(course.course_id).series] == [4] * 4
    services.mark_given(vance, infusion_id=course.series[3].infusion_id, started_at=NOW, reason="elsewhere", now=NOW)
    refused = services.change_plan(vance, course_id=course.course_id, infusions_count=3, now=NOW, reason="less")
    assert isinstance(refused, Refusal) and refused.codes == ("not_planned",)
    with pytest.raises(Forbidden):
        services.change_plan(stored(NURSE_REYES), course_id=course.course_id, infusions_count=5, now=NOW, reason="no")


def test_the_dose_has_a_history_with_reasons_and_the_newest_step_that_reaches_counts() -> None:
    course = in_induction()
    vance = stored(PRESCRIBER_VANCE)
    for number, dose, why in ((1, "0.5", "the reference regimen"), (3, "0.75", "little change after two")):
        services.titrate(
            vance,
            course_id=course.course_id,
            dose_mg_per_kg=Decimal(dose),
            infusion_min=40,
            reason=why,
            from_number=number,
            now=NOW,
        )
    found = queries.course(course.course_id)
    assert [(one.from_number, one.reason) for one in found.titration] == [
        (1, "the reference regimen"),
        (3, "little change after two"),
    ]
    doses = [step.dose_mg_per_kg for one in found.series if (step := found.dose_for(one)) is not None]
    assert doses == [Decimal("0.5")] * 2 + [Decimal("0.75")] * 4
    with pytest.raises(Forbidden):
        services.titrate(
            stored(NURSE_REYES),
            course_id=course.course_id,
            dose_mg_per_kg=Decimal("1"),
            infusion_min=40,
            reason="no",
            now=NOW,
        )
    wordless = services.titrate(
        vance, course_id=course.course_id, dose_mg_per_kg=Decimal("1"), infusion_min=40, reason="", now=NOW
    )
    assert isinstance(wordless, Refusal)


@pytest.mark.hazard("H11")
@pytest.mark.parametrize(
    ("dose", "minutes", "code"),
    [
        ("5", 40, "planned_dose_too_high"),
        ("0.05", 40, "planned_dose_too_low"),
        ("0.5", 5, "planned_minutes_too_few"),
        ("0.1234", 40, "dose_too_fine"),
    ],
)
def test_a_dose_that_no_order_may_have_is_not_planned_either(dose: str, minutes: int, code: str) -> None:
    course = in_induction()
    refused = services.titrate(
        stored(PRESCRIBER_VANCE), course_id=course.course_id, dose_mg_per_kg=Decimal(dose), infusion_min=minutes,
        reason="little change", now=NOW,
    )  # fmt: skip
    assert isinstance(refused, Refusal) and refused.codes == (code,)
    assert dose in sentence(refused.breaks[0]) or str(minutes) in sentence(refused.breaks[0])
    found = queries.course(course.course_id)
    assert found.titration == () and found.infusion_min == 40


def test_a_dose_is_not_planned_for_an_infusion_that_was_given() -> None:
    course = in_induction()
    vance = stored(PRESCRIBER_VANCE)
    services.mark_given(vance, infusion_id=course.series[0].infusion_id, started_at=NOW, reason="elsewhere", now=NOW)
    refused = services.titrate(
        vance, course_id=course.course_id, dose_mg_per_kg=Decimal("0.6"), infusion_min=40, reason="more", now=NOW,
        from_number=1,
    )  # fmt: skip
    assert isinstance(refused, Refusal) and refused.codes == ("not_planned",)


def test_a_booking_too_short_for_what_is_planned_since_is_said_and_moving_it_keeps_the_chair_longer() -> None:
    course = in_induction()
    booked(course, 1, "2026-03-02T09:00")
    before = queries.infusion(course.series[0].infusion_id).booking
    assert before is not None and not queries.is_too_short(before, queries.chair_time(40))
    services.titrate(
        stored(PRESCRIBER_VANCE), course_id=course.course_id, dose_mg_per_kg=Decimal("0.5"), infusion_min=100,
        reason="slower", now=NOW,
    )  # fmt: skip
    assert queries.is_too_short(before, queries.chair_time(100))
    moved = services.move(
        stored(FRONT_DESK_SORO), booking_id=before.booking_id, chair_id=before.chair_id, starts_at=before.starts_at,
        now=NOW, accepted=frozenset({"outside_hours"}), reason="slower",
    )  # fmt: skip
    assert isinstance(moved, services.Booked), moved
    after = queries.booking(before.booking_id)
    assert after.starts_at == before.starts_at and after.ends_at - before.ends_at == timedelta(minutes=60)
    assert not queries.is_too_short(after, queries.chair_time(100))


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "first_day_passed"), (-400, "first_day_passed"), (366, "first_day_too_far")]
)
def test_a_course_begins_neither_in_the_past_nor_in_another_year_by_a_slip(days: int, code: str) -> None:
    patient_id = wren_halloway()
    course_id = in_evaluation(patient_id)
    cleared_at_once(patient_id, now=NOW)
    first_on = NOW.date() + timedelta(days=days)
    refused = take(course_id, Step.BEGIN_INDUCTION, pattern_key="six_in_three_weeks", first_on=first_on)
    assert isinstance(refused, Refusal) and refused.codes == (code,)
    assert first_on.isoformat() in sentence(refused.breaks[0])
    assert queries.course(course_id).state is State.EVALUATION
    today = take(course_id, Step.BEGIN_INDUCTION, pattern_key="six_in_three_weeks", first_on=NOW.date())
    assert today is State.INDUCTION


def test_every_change_is_on_record_with_who_and_why() -> None:
    course = in_induction()
    take(course.course_id, Step.PAUSE, reason="a cold")
    newest, *_, oldest = queries.history_of(course.course_id)
    assert (newest.kind, newest.reason, newest.staff_name) == ("step", "a cold", "Dr. T. Vance")
    assert oldest.kind == "opened" and oldest.staff_name == "A. Soro"


def test_the_database_itself_keeps_the_history() -> None:
    course = in_induction()
    for change in (
        lambda: models.CourseEntry.objects.update(reason="something else"),
        lambda: models.CourseEntry.objects.all().delete(),
        lambda: models.Course.objects.filter(pk=course.course_id).delete(),
        lambda: models.PlannedInfusion.objects.all().delete(),
    ):
        with pytest.raises((DatabaseError, Exception)), transaction.atomic():
            change()
    assert models.CourseEntry.objects.filter(reason="something else").count() == 0
    assert models.CourseEntry.objects.count() == 2 and models.PlannedInfusion.objects.count() == 6
