"""What stands before the next order is said where a course is planned and received, and not at the order first."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dripstand.course import queries, services
from dripstand.course.states import Step
from dripstand.evaluation import services as evaluation
from dripstand.evaluation.entries import ConsentKind
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.many import clearances_of
from dripstand.evaluation.queries import clearance_of
from dripstand.infusion.events import SessionCancelled
from dripstand.live import clock
from tests.evaluated import cleared, consented, decided, evaluated
from tests.people import (
    FRONT_DESK_SORO,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.course.courses import NOW, booked, in_induction, local, open_on_weekdays
from tests.rooms.guide.coming import signed_in
from tests.rooms.infusion.stored_visits import weighed

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)  # eight in Chicago
AT = "2026-03-09T09:00"
CANNOT = "cannot be ordered as things stand"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.CLOCK, "now", lambda: MORNING)


def pages_of(course_id: str) -> tuple[str, ...]:
    return f"/course/{course_id}/plan/", f"/course/{course_id}/", "/day/2026-03-09/"


def said(path: str, actor: object = NURSE_REYES) -> str:
    answer = signed_in(actor).get(path)  # type: ignore[arg-type]
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def test_a_decision_that_has_lapsed_is_said_on_plan_course_and_day_and_the_front_desk_learns_no_medicine() -> None:
    there = in_induction()
    booked(there, 1, AT)
    for path in pages_of(there.course_id):
        assert CANNOT not in said(path).lower(), path
    evaluation.add_medicine(
        stored(NURSE_REYES), there.patient_id, name="tranylcypromine", dose_mg_per_day=Decimal("30"), now=MORNING
    )
    for path in pages_of(there.course_id):
        assert CANNOT in said(path).lower() and "Signed decision: lapsed" in said(path), path
    for path in (pages_of(there.course_id)[0], pages_of(there.course_id)[2]):
        page = said(path, FRONT_DESK_SORO)
        assert CANNOT in page.lower() and "tranylcypromine" not in page and "To the evaluation" not in page


def test_a_consent_that_was_taken_back_is_said_and_signed_again_it_is_not() -> None:
    there = in_induction()
    booked(there, 1, AT)
    evaluation.withdraw_consent(
        stored(FRONT_DESK_SORO), there.patient_id, kind=ConsentKind.TREATMENT, now=MORNING - timedelta(minutes=1)
    )
    for path in pages_of(there.course_id):
        assert "Consent to treatment: taken back" in said(path), path
    consented(there.patient_id, now=MORNING)
    for path in pages_of(there.course_id):
        assert CANNOT not in said(path).lower(), path


def test_what_will_have_expired_by_the_day_of_the_booking_is_said_today(monkeypatch: pytest.MonkeyPatch) -> None:
    patient_id = wren_halloway()
    there = in_induction(patient_id)
    decided(patient_id, now=NOW, valid_for_d=3)
    assert queries.in_the_way([queries.course(there.course_id)], NOW + timedelta(days=1)) == {}, "nothing is booked"
    booked(there, 1, AT)
    (obstacle,) = queries.in_the_way([queries.course(there.course_id)], NOW + timedelta(days=1))[there.course_id]
    assert obstacle.why == "expired"


def test_the_heading_of_the_evaluation_speaks_of_what_the_patient_is_treated_for() -> None:
    now = datetime.now(UTC)
    there = in_induction(now=now - timedelta(hours=2))
    path = f"/patients/{there.patient_id}/evaluation/"
    assert "May be treated" in said(path, PRESCRIBER_VANCE)
    evaluation.add_medicine(
        stored(NURSE_REYES), there.patient_id, name="sertraline", dose_mg_per_day=Decimal("50"), now=now
    )
    evaluated(there.patient_id, Indication.CHRONIC_PAIN, now=now)
    decided(there.patient_id, Indication.CHRONIC_PAIN, now=now)
    assert clearance_of(there.patient_id, now).is_given, "for chronic pain"
    assert "No infusion can be ordered" in said(path, PRESCRIBER_VANCE), "the course is for depression"


def test_many_are_answered_as_each_alone_and_anew_once_something_was_written() -> None:
    wren, ren = cleared(wren_halloway(), now=NOW), ren_halloway()
    of = Indication.MAJOR_DEPRESSION

    def both() -> None:
        for at in (NOW, NOW + timedelta(days=40), NOW + timedelta(days=400)):
            alone = {one: clearance_of(one, at, indications=[of]) for one in (wren, ren)}
            assert clearances_of({one: (of, at) for one in (wren, ren)}) == alone
            assert clearances_of({one: (None, at) for one in (wren, ren)}) == {
                one: clearance_of(one, at) for one in (wren, ren)
            }

    both()
    evaluation.withdraw_consent(stored(NURSE_REYES), wren, kind=ConsentKind.TREATMENT, now=NOW)
    both()
    evaluated(ren, now=NOW)
    both()


# --- at the door -----------------------------------------------------------------------------------------------------


def missing(course_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the page names as missing, without who takes them home, fasting and the day's signature."""
    monkeypatch.setattr(clock.CLOCK, "now", lambda: now)
    page = said(f"/course/{course_id}/at-the-door/", FRONT_DESK_SORO)
    found = re.findall(r'<li class="missing">.*?</span><span>(.*?)<span', page)
    return [one for one in found if not one.startswith(("Somebody", "Fasting", "The day"))]


def test_a_start_that_breaks_a_rule_is_no_chair_that_is_free_in_time_and_the_page_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = in_induction()
    open_on_weekdays()
    assert missing(there.course_id, local("2026-03-09T08:00"), monkeypatch) == ["Weight measured for this visit"]
    on_sunday = missing(there.course_id, local("2026-03-08T08:00"), monkeypatch)
    assert on_sunday == ["Weight measured for this visit", "A chair is free in time"]
    page = said(f"/course/{there.course_id}/at-the-door/", FRONT_DESK_SORO)
    assert "closed" in page


def test_a_day_after_an_infusion_is_not_far_enough_and_two_days_are(monkeypatch: pytest.MonkeyPatch) -> None:
    there = in_induction()
    open_on_weekdays()
    services.mark_given(
        stored(PRESCRIBER_VANCE), infusion_id=there.infusions[0].infusion_id, started_at=local("2026-03-09T10:00"),
        ended_at=local("2026-03-09T10:40"), dose_given_mg=Decimal("35"), reason="charted on paper",
        now=local("2026-03-09T12:00"),
    )  # fmt: skip
    tuesday = missing(there.course_id, local("2026-03-10T11:00"), monkeypatch)
    assert "Far enough from the last infusion" in tuesday and "A chair is free in time" in tuesday
    assert missing(there.course_id, local("2026-03-11T11:00"), monkeypatch) == ["Weight measured for this visit"]


def test_the_weight_of_another_visit_is_not_this_one_s(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    there = in_induction(now=now - timedelta(days=1))
    left_over = weighed(patient_id=there.patient_id)
    assert left_over.chart.weight is not None
    assert "Weight measured for this visit" in missing(there.course_id, now, monkeypatch)
    left_over.must(SessionCancelled("another day"), FRONT_DESK_SORO)
    opened = weighed(patient_id=there.patient_id, infusion_id=there.infusions[0].infusion_id)
    assert opened.chart.weight is not None
    assert "Weight measured for this visit" not in missing(there.course_id, now, monkeypatch)


def test_at_the_door_of_a_paused_and_of_an_ended_course_the_page_says_so_and_who_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = in_induction()
    vance = stored(PRESCRIBER_VANCE)
    services.take_step(vance, course_id=there.course_id, step=Step.PAUSE, reason="a cold", now=MORNING)
    door, page = f"/course/{there.course_id}/at-the-door/", f"/course/{there.course_id}/"
    assert "the course is paused" in said(door) and "A prescriber resumes it on the plan" in said(door)
    assert "The course is paused." in said(page) and "no infusion is planned" not in said(door)
    services.take_step(vance, course_id=there.course_id, step=Step.END, reason="moved away", now=MORNING)
    assert "the course has ended" in said(door) and "begins an induction" not in said(door)
    assert "A later treatment is another course" in said(f"/course/{there.course_id}/plan/")
    assert "First plan the infusions" not in said(page)
