"""A course against chronic pain: its own patterns and spacing, its own yearly limit, and none where none is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dripstand.course import models, queries, services
from dripstand.course.bookings import what_they_break
from dripstand.course.clinic_problem import days_from, fortnight, repairable
from dripstand.course.judging import Refusal
from dripstand.course.models import InfusionState
from dripstand.course.patterns import patterns_of
from dripstand.course.states import State, Step
from dripstand.course.words import sentence
from dripstand.evaluation.indications import Indication
from dripstand.live import clock
from dripstand.people.models import StaffMember
from dripstand.protocol.defaults import default_template
from tests.evaluated import decided, evaluated
from tests.people import (
    FRONT_DESK_SORO,
    PRESCRIBER_VANCE,
    clinic_with_a_chair,
    ren_halloway,
    signed_template,
    stored,
    wren_halloway,
)
from tests.rooms.course.courses import MONDAY, NOW, in_induction, local, open_on_weekdays

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def for_pain(patient_id: str, *, decide: bool = True) -> str:
    evaluated(patient_id, Indication.CHRONIC_PAIN, now=NOW - timedelta(hours=3))
    if decide:
        decided(patient_id, Indication.CHRONIC_PAIN, now=NOW - timedelta(hours=2))
    course_id = services.open_course(
        stored(PRESCRIBER_VANCE), patient_id=patient_id, now=NOW - timedelta(hours=1), indication="chronic_pain"
    )
    assert isinstance(course_id, str)
    return course_id


def begin(course_id: str, pattern: str, reason: str = "", **more: object) -> object:
    return services.take_step(
        stored(PRESCRIBER_VANCE), course_id=course_id, step=Step.BEGIN_INDUCTION, pattern_key=pattern, reason=reason,
        first_on=MONDAY, now=NOW, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_course_for_pain_is_offered_its_own_patterns_and_books_a_longer_infusion() -> None:
    signed_template()
    assert [one.key for one in queries.patterns("chronic_pain")] == ["pain_one", "pain_ten_days"]
    assert "pain_one" not in [one.key for one in queries.patterns("major_depression")]
    course_id = for_pain(wren_halloway())
    assert queries.course(course_id).infusion_min == 120
    refused = begin(course_id, "six_in_three_weeks")
    assert isinstance(refused, Refusal) and refused.codes == ("nothing_to_plan",)
    assert begin(course_id, "pain_ten_days", infusions_count=5) is State.INDUCTION
    days = [one.wanted_on for one in queries.course(course_id).series]
    assert days == [MONDAY + timedelta(days=number) for number in range(5)]


def test_a_day_apart_is_usual_against_pain_and_asks_for_a_decision_in_depression() -> None:
    signed_template()
    assert queries.spacing_rules(indication="chronic_pain").usual_least_d == 1
    assert queries.spacing_rules(indication="major_depression").usual_least_d == 2
    assert queries.spacing_rules(indication="chronic_pain").least_h == 24, "never two in a day, whoever it is for"
    source = queries.spacing_rules(indication="chronic_pain").sources["usual_least_d"]
    assert "Cohen 2018" in source.text


def test_more_against_pain_than_a_year_allows_wants_a_reason() -> None:
    patient_id = wren_halloway()
    course_id = for_pain(patient_id)
    assert begin(course_id, "pain_ten_days") is State.INDUCTION
    models.PlannedInfusion.objects.filter(course_id=course_id).update(
        started_at=NOW - timedelta(days=200), state=InfusionState.GIVEN
    )
    services.take_step(stored(PRESCRIBER_VANCE), course_id=course_id, step=Step.END, reason="ten given", now=NOW)
    again = services.open_course(stored(PRESCRIBER_VANCE), patient_id=patient_id, now=NOW, indication="chronic_pain")
    assert isinstance(again, str)
    refused = begin(again, "pain_ten_days", infusions_count=3)
    assert isinstance(refused, Refusal) and refused.codes == ("too_many_a_year",)
    assert "10 infusions against pain" in sentence(refused.breaks[0])
    assert begin(again, "pain_ten_days", infusions_count=2) is State.INDUCTION


@pytest.mark.parametrize(("reason", "meant"), [("", False), ("agreed at the pain conference", False), ("", True)])
def test_beyond_the_year_is_ticked_as_meant_and_has_a_reason(reason: str, meant: bool) -> None:
    course_id = for_pain(wren_halloway())
    refused = begin(course_id, "pain_ten_days", reason, infusions_count=13, beyond_limits=meant)
    assert isinstance(refused, Refusal) and refused.codes == ("too_many_a_year",)
    why = "agreed at the pain conference"
    assert begin(course_id, "pain_ten_days", why, infusions_count=13, beyond_limits=True) is State.INDUCTION
    entry = models.CourseEntry.objects.filter(course_id=course_id, kind="step").last()
    assert entry is not None and entry.facts["beyond"]["too_many_a_year"]["limit"] == "12"


def test_within_one_course_the_days_between_series_and_the_year_are_named_whatever_the_reason() -> None:
    signed_template()
    course_id = for_pain(wren_halloway())
    assert begin(course_id, "pain_one") is State.INDUCTION
    given = models.PlannedInfusion.objects.filter(course_id=course_id)
    given.update(started_at=local(f"{MONDAY} 10:00") - timedelta(days=3), state=InfusionState.GIVEN)
    refused = begin(course_id, "pain_ten_days", "goes on as agreed", infusions_count=20)
    assert isinstance(refused, Refusal) and refused.codes == ("too_many_a_year", "series_too_soon")
    assert begin(course_id, "pain_one", "goes on as agreed", beyond_limits=True) is State.INDUCTION
    following = queries.course(course_id).next_infusion
    assert following is not None
    at = local(f"{MONDAY} 10:00")
    place = {"infusion_id": following.infusion_id, "chair_id": clinic_with_a_chair(), "now": NOW}
    soon = services.book(stored(PRESCRIBER_VANCE), starts_at=at, **place)
    assert isinstance(soon, Refusal) and "soon_after_series" in soon.codes
    later = services.book(stored(PRESCRIBER_VANCE), starts_at=at + timedelta(days=21), **place)
    assert not isinstance(later, Refusal) or "soon_after_series" not in later.codes


def test_the_plan_s_page_asks_to_tick_that_a_series_beyond_the_limits_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.CLOCK, "now", lambda: NOW)
    course_id = for_pain(wren_halloway())
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(PRESCRIBER_VANCE).staff_id), BACKEND)
    form = {"what": "step", "step": "begin_induction", "pattern": "pain_ten_days", "count": "13", "reason": "agreed"}
    page = reverse("course:plan", args=[course_id])
    assert "beyond_limits" not in client.get(page).content.decode()
    refused = client.post(page, form)
    html = refused.content.decode()
    assert refused.status_code == 422 and "pass the 12" in html and 'name="beyond_limits"' in html
    assert client.post(page, {**form, "beyond_limits": "on"}).status_code == 303
    assert len(queries.course(course_id).series) == 13


def test_a_plan_is_not_lengthened_beyond_the_year_before_the_limit_was_named() -> None:
    course_id = for_pain(wren_halloway())
    assert begin(course_id, "pain_one") is State.INDUCTION
    vance = stored(PRESCRIBER_VANCE)
    facts = {"course_id": course_id, "now": NOW, "reason": "it helps"}
    assert services.change_plan(vance, infusions_count=12, **facts) == 12
    refused = services.change_plan(vance, infusions_count=30, **facts)
    assert isinstance(refused, Refusal) and refused.codes == ("plan_passes_a_year",)
    assert "with 30 to come they pass the 12 of the clinic's protocol" in sentence(refused.breaks[0])
    assert len(queries.course(course_id).series) == 12
    assert services.change_plan(vance, infusions_count=30, beyond_a_year=True, **facts) == 30
    entry = models.CourseEntry.objects.filter(course_id=course_id, kind="plan_changed").last()
    assert entry is not None and entry.facts["beyond_a_year"]["limit"] == "12"
    assert services.change_plan(vance, infusions_count=20, **facts) == 20, "fewer is always taken"


def test_the_plans_page_keeps_what_was_typed_and_asks_to_tick_that_more_than_a_year_allows_is_meant() -> None:
    course_id = for_pain(wren_halloway())
    assert begin(course_id, "pain_one") is State.INDUCTION
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(PRESCRIBER_VANCE).staff_id), BACKEND)
    form = {"what": "count", "count": "13", "reason": "it helps", "submission_id": "one"}
    assert "beyond_a_year" not in client.get(reverse("course:plan", args=[course_id])).content.decode()
    refused = client.post(reverse("course:plan", args=[course_id]), form)
    html = refused.content.decode()
    assert refused.status_code == 422 and "pass the 12" in html
    assert 'name="beyond_a_year"' in html and 'value="13"' in html and 'value="it helps"' in html
    assert client.post(reverse("course:plan", args=[course_id]), {**form, "beyond_a_year": "on"}).status_code == 303
    assert len(queries.course(course_id).series) == 13


def test_a_further_series_against_pain_sooner_than_was_signed_wants_a_reason() -> None:
    signed_template()
    course_id = for_pain(wren_halloway())
    assert begin(course_id, "pain_one") is State.INDUCTION
    given = models.PlannedInfusion.objects.filter(course_id=course_id)
    given.update(started_at=local(f"{MONDAY} 10:00") - timedelta(days=20), state=InfusionState.GIVEN)
    services.take_step(stored(PRESCRIBER_VANCE), course_id=course_id, step=Step.END, reason="one given", now=NOW)
    again = services.open_course(
        stored(PRESCRIBER_VANCE), patient_id=queries.course(course_id).patient_id, now=NOW, indication="chronic_pain"
    )
    assert isinstance(again, str)
    refused = begin(again, "pain_one")
    assert isinstance(refused, Refusal) and refused.codes == ("series_too_soon",)
    assert "20 days before; the clinic's protocol leaves 21" in sentence(refused.breaks[0])
    given.update(started_at=local(f"{MONDAY} 10:00") - timedelta(days=21))
    assert begin(again, "pain_one") is State.INDUCTION


def test_under_a_protocol_without_a_block_for_pain_nothing_is_offered() -> None:
    older = replace(default_template(), pain=None)
    assert patterns_of(older, "chronic_pain") == ()
    assert patterns_of(older, "major_depression") != ()


# --- judged beside everybody else ------------------------------------------------------------------------------------


def daily() -> queries.CourseDetails:
    """Five infusions against pain, one a day from Monday, none of them booked."""
    open_on_weekdays()
    signed_template()
    course_id = for_pain(wren_halloway())
    assert begin(course_id, "pain_ten_days", infusions_count=5) is State.INDUCTION
    return queries.course(course_id)


def places(course: queries.CourseDetails) -> list[services.Place]:
    return [
        services.Place(one.infusion_id, clinic_with_a_chair(), local(f"2026-03-0{number}T09:00"))
        for number, one in enumerate(course.series, start=2)
    ]


def test_a_daily_course_is_booked_whole_without_a_decision_as_it_is_one_by_one() -> None:
    course = daily()
    assert what_they_break(places(course), NOW) == {}
    answer = services.place_all(stored(FRONT_DESK_SORO), places=places(course), now=NOW)
    assert not isinstance(answer, Refusal), answer
    for one, booking in zip(course.series, queries.course(course.course_id).series, strict=True):
        assert booking.booking is not None
        held = booking.booking
        assert queries.what_breaks(one.infusion_id, held.chair_id, held.starts_at, NOW) == ()


def test_the_fortnight_and_a_repair_space_each_patient_by_their_own_course() -> None:
    pain, depression = daily(), in_induction(ren_halloway())
    spaced = {one.patient_id: one for one in fortnight(MONDAY, NOW).problem.patients}
    against_pain = spaced[pain.patient_id]
    assert (against_pain.spacing.least_d, against_pain.spacing.most_a_week) == (1, 5)
    assert against_pain.visits_count == 5, "all five of the first week are asked for"
    assert spaced[depression.patient_id].spacing.least_d == 2
    services.place_all(stored(FRONT_DESK_SORO), places=places(pain), now=NOW)
    problem, there = repairable(days_from(MONDAY), NOW)
    (same,) = [one for one in problem.patients if one.patient_id == pain.patient_id]
    assert same.spacing.least_d == 1
    assert there.of(pain.patient_id).rules.usual_least_d == 1
