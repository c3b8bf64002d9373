"""A slip with later infusions booked: what is proposed can be booked, and the place that somebody chooses too."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from dripstand.course import queries, services, solving
from dripstand.course.reasons import left_out
from dripstand.course.scheduling import propose
from dripstand.jobs.queue import schedule
from dripstand.live import clock
from dripstand.premises.queries import clinic_zone
from tests.people import FRONT_DESK_SORO, NURSE_REYES, clinic_with_a_chair, stored
from tests.rooms.course.clinic_searches import (  # noqa: F401 - in_this_process is a fixture
    QUICK,
    GivenRun,
    client_of,
    finished,
    fortnight,
    in_this_process,
)
from tests.rooms.course.courses import booked, in_induction, local, open_on_weekdays

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = {
    "six_in_two_weeks": ("02", "04", "06", "09", "11", "13"),
    "six_in_three_weeks": ("02", "05", "09", "12", "16", "19"),
}


def slipped(pattern_key: str) -> tuple[queries.CourseDetails, datetime]:
    """Six booked, the first given, the second slipped at ten on its day. Answers the course, and when that was."""
    open_on_weekdays()
    course, days = in_induction(pattern_key=pattern_key), DAYS[pattern_key]
    for number, day in enumerate(days, 1):
        booked(course, number, f"2026-03-{day}T09:00")
    services.mark_given(
        stored(NURSE_REYES), infusion_id=course.series[0].infusion_id, started_at=local("2026-03-02T09:30"),
        reason="on paper", now=local("2026-03-02T12:00"),
    )  # fmt: skip
    now = local(f"2026-03-{days[1]}T10:00")
    held = queries.infusion(course.series[1].infusion_id).booking
    assert held is not None
    services.slip(stored(FRONT_DESK_SORO), booking_id=held.booking_id, now=now, reason="did not come")
    return queries.course(course.course_id), now


def starts(course_id: str) -> list[str]:
    """On which days infusions 2 to 6 are booked."""
    found = [one.booking for one in queries.course(course_id).series[1:]]
    return [f"{one.starts_at:%m-%d}" if one is not None else "" for one in found]


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("pattern_key", list(DAYS))
def test_after_a_slip_the_proposal_can_be_booked_and_the_booked_days_stay(
    pattern_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "proposed", lambda problem, limits, **_more: propose(problem, QUICK))
    course, now = slipped(pattern_key)
    monkeypatch.setattr(clock.CLOCK, "now", lambda: now)
    before = set(starts(course.course_id)) - {""}
    run: Any = GivenRun(now=now, course_id=course.course_id)
    found = dict(solving.work_on(run))
    assert found["missing"] == []
    job = schedule(solving.KIND, {"course_id": course.course_id}, due_at=now, now=now, key="slip")
    finished(job.job_id, found)
    page = f"/course/{course.course_id}/plan/proposal/"
    client = client_of(FRONT_DESK_SORO)
    shown = client.get(f"{page}?job={job.job_id}").content.decode()
    assert "1 place found" in shown and "wrong side" not in shown
    codes = re.search(r'name="codes" value="([^"]*)"', shown)
    taken = client.post(
        page, {"what": "take", "job": job.job_id, "codes": codes[1] if codes else "", "reason": "the patient agrees"}
    )
    assert taken.status_code == 303, taken.content.decode()
    after = starts(course.course_id)
    assert after == sorted(after) and "" not in after and before < set(after)


def test_a_proposal_in_which_infusions_move_up_is_not_taken_over_when_one_of_them_has_moved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course, now = slipped("six_in_two_weeks")
    monkeypatch.setattr(clock.CLOCK, "now", lambda: now)
    chosen = [{"chair_id": clinic_with_a_chair(), "at": local("2026-03-16T09:00").isoformat(), "nurse_id": ""}]
    rows = solving.in_order(course, chosen, now)
    assert [("was_at" in one) for one in rows] == [False, True, True, True, True]
    job = schedule(solving.KIND, {"course_id": course.course_id}, due_at=now, now=now, key="slip")
    finished(job.job_id, {"places": rows, "missing": [], "proven": True})
    sixth = course.series[5].booking
    assert sixth is not None
    services.move(
        stored(FRONT_DESK_SORO), booking_id=sixth.booking_id, chair_id=sixth.chair_id,
        starts_at=local("2026-03-13T13:00"), now=now,
    )  # fmt: skip
    shown = client_of(FRONT_DESK_SORO).get(f"/course/{course.course_id}/plan/proposal/?job={job.job_id}")
    assert "1 visit of this proposal was changed meanwhile" in shown.content.decode()
    assert not shown.context["may_take"]


def test_who_chooses_a_day_after_later_infusions_is_offered_that_they_move_up(monkeypatch: pytest.MonkeyPatch) -> None:
    course, now = slipped("six_in_two_weeks")
    monkeypatch.setattr(clock.CLOCK, "now", lambda: now)
    client, chair = client_of(FRONT_DESK_SORO), clinic_with_a_chair()
    place = f"/calendar/place/{course.series[1].infusion_id}/"
    asked = {"chair": chair, "at": "2026-03-16T14:00Z"}
    shown = client.get(place, asked)
    text = shown.content.decode()
    assert "wrong side" in text and "The later infusions can move up" in text
    form = {"what": "move_up", "seen": shown.context["move_up_seen"], "codes": shown.context["move_up_codes"], **asked}
    assert client.post(place, form | {"seen": "something else"}).status_code == 422
    assert client.post(place, form | {"reason": "the patient agrees"}).status_code == 303
    assert starts(course.course_id) == ["03-06", "03-09", "03-11", "03-13", "03-16"]
    entry = queries.history_of(course.course_id)[0]
    assert entry.kind == "planned" and len(entry.facts["places"]) == 5


def test_where_the_order_is_kept_or_a_booking_is_moved_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    course, now = slipped("six_in_three_weeks")
    monkeypatch.setattr(clock.CLOCK, "now", lambda: now)
    client, chair = client_of(FRONT_DESK_SORO), clinic_with_a_chair()
    between = client.get(
        f"/calendar/place/{course.series[1].infusion_id}/", {"chair": chair, "at": "2026-03-06T15:00Z"}
    )
    booked_one = client.get(
        f"/calendar/place/{course.series[2].infusion_id}/", {"chair": chair, "at": "2026-03-23T14:00Z"}
    )
    assert between.context["move_up"] == [] and booked_one.context["move_up"] == []
    assert booked_one.context["may_repair"]


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("first", ["2026-03-05", "2026-03-09"])
def test_the_fortnight_says_of_whom_nothing_fits_between_what_is_booked_and_what_helps(first: str) -> None:
    course, now = slipped("six_in_two_weeks")
    found = fortnight(GivenRun(now=now, first=first))
    assert found["places"] == []
    (missing,) = found["missing"]
    assert (missing["patient_id"], missing["count"]) == (course.patient_id, 1)
    assert "order" in missing["rules"] and "window" not in missing["rules"]
    (said,) = left_out(found["missing"], clinic_zone())
    assert "if the infusions move up: days proposed from the patient's plan do that" in said.reliefs
