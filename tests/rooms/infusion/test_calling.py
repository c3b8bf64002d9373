"""A patient's call through the services: on every screen at once, charted once, and paged when nobody comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import services
from dripstand.infusion.calling import JOB, PAGED_AFTER, page_if_unanswered
from dripstand.jobs.models import Job
from dripstand.people.on_call_queries import pages_not_seen
from tests.people import FRONT_DESK_SORO, NURSE_REYES, WALL, another_chair, ren_halloway, whole_staff
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, sign_in

pytestmark = pytest.mark.django_db


def calling(visit: visits.StoredVisit, call_id: str = "call-1") -> services.Charted:
    if visit.chart.tablet is None:
        services.chart_from_tablet(
            visit.session_id, ev.TabletPaired("tablet-1"), submission_id="pair-tablet-1", now=visit.now
        )
    answer = services.chart_from_tablet(
        visit.session_id, ev.PatientCalled(call_id), submission_id=f"touch-{call_id}", now=visit.now
    )
    assert isinstance(answer, services.Charted)
    return answer


def answered(visit: visits.StoredVisit, call_id: str = "call-1") -> None:
    visit.must(ev.PatientCallAnswered(call_id))


def work_off(visit: visits.StoredVisit, call_id: str = "call-1") -> None:
    """The job as the worker runs it, at its own time."""

    class Running:
        payload: dict[str, Any] = {"session_id": visit.session_id, "call_id": call_id}

        @staticmethod
        def now() -> Any:
            return visit.now + PAGED_AFTER

    page_if_unanswered(Running())  # type: ignore[arg-type]


@pytest.mark.hazard("H39")
def test_a_call_stands_in_the_frame_of_every_other_page_until_it_is_answered(client: Client) -> None:
    """Who looks after two chairs has the screen of one of them before them, or the office's."""
    visit = visits.infusing()
    second = visits.weighed(patient_id=ren_halloway(), chair_id=another_chair("Meadow 1"), minutes_ago=5.0)
    me = sign_in(client, NURSE_REYES)
    elsewhere = (f"/session/{second.session_id}/", f"/session/{second.session_id}/prepare/", "/today/", "/devices/")
    mark = me.get("/hard-day/").content.decode().split('data-has="')[1].split('"')[0]
    assert all("calls since" not in get(me, path).words for path in elsewhere)
    calling(visit)
    for path in elsewhere:
        assert "Harbour 1: the patient calls since" in get(me, path).words, path
    told = me.get("/hard-day/", {"has": mark})
    assert told.status_code == 200 and f'href="/session/{visit.session_id}/"' in told.content.decode()
    for path in ("/", f"/session/{visit.session_id}/"):
        assert "the patient calls since" not in get(me, path).words, f"{path} says it in a place of its own"
    answered(visit)
    assert all("calls since" not in get(me, path).words for path in elsewhere)


def test_a_call_in_the_frame_leads_nobody_to_a_chair_that_is_not_theirs_to_read(client: Client) -> None:
    visit = visits.infusing()
    calling(visit)
    whole_staff()
    for who in (FRONT_DESK_SORO, WALL):
        said = sign_in(Client(), who).get("/hard-day/").content.decode()
        assert "the patient calls since" in said and "Wren" not in said and "To the chair" not in said


def test_a_call_stands_on_chair_and_board_and_a_wall_names_no_reason(client: Client) -> None:
    visit = visits.infusing()
    calling(visit)
    signed_in = sign_in(client, NURSE_REYES)
    state = signed_in.get(f"/session/{visit.session_id}/state.json").json()
    assert state["call"]["on"] and state["call"]["may_answer"] and state["call"]["call_id"] == "call-1"
    board = signed_in.get("/board.json").json()
    (card,) = [one for one in board["cards"] if one["session_id"] == visit.session_id]
    assert card["call_text"].startswith("Calls") and board["calls"]
    wall = sign_in(Client(), WALL).get("/board.json").json()
    assert [one["call_text"] for one in wall["cards"] if one["taken"]] == ["Calls"]
    assert not wall["calls"], "a wall makes no sound"


def test_the_same_touch_sent_three_times_is_charted_once_and_schedules_one_page() -> None:
    visit = visits.infusing()
    first, second, third = (calling(visit) for _ in range(3))
    assert (first.repeated, second.repeated, third.repeated) == (False, True, True)
    assert len(visit.chart.open_calls) == 1
    (job,) = Job.objects.filter(kind=JOB)
    assert job.due_at == visit.now + PAGED_AFTER


@pytest.mark.hazard("H39")
def test_a_call_that_nobody_answers_pages_the_on_call() -> None:
    visit = visits.infusing()
    calling(visit)
    work_off(visit)
    work_off(visit)
    (page,) = pages_not_seen()
    assert page.kind == "patient-call" and page.path == f"/session/{visit.session_id}/"
    assert "Halloway" not in page.words


def test_a_call_that_was_answered_pages_nobody() -> None:
    visit = visits.infusing()
    calling(visit)
    visit.wait(0.2).must(ev.PatientCallAnswered("call-1"))
    work_off(visit)
    assert pages_not_seen() == ()


def test_the_answer_is_one_tap_at_the_chair(client: Client) -> None:
    visit = visits.infusing()
    calling(visit)
    signed_in = sign_in(client, NURSE_REYES)
    page = signed_in.get(f"/session/{visit.session_id}/").content.decode()
    assert "I am here" in page and "The patient calls" in page
    answer = signed_in.post(
        f"/session/{visit.session_id}/chart-entry/",
        {
            "kind": "patient_call_answered",
            "call_id": "call-1",
            "submission_id": "answer-one",
            "patient_id": visit.patient_id,
        },
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200 and not answer.json()["state"]["call"]["on"]


def test_what_the_nurse_chooses_is_in_the_log_in_words(client: Client) -> None:
    visit = visits.infusing()
    visit.must(ev.CalmChosen(ev.CalmSound.RAIN, ev.CalmImage.EMBERS, ev.CalmLight.DIM, ev.Earphones.ON))
    state = sign_in(client, NURSE_REYES).get(f"/session/{visit.session_id}/state.json").json()
    assert state["calm"]["now_text"] == "sound rain, image embers, light dim, earphones on"
    assert any("Calm screen" in str(line) for line in state["log"])


def test_a_queued_call_from_before_the_start_keeps_its_time() -> None:
    visit = visits.infusing()
    calling(visit)
    at = visit.now + timedelta(minutes=1)
    visit.wait(9)
    answer = services.chart_from_tablet(
        visit.session_id,
        ev.PatientCalled("late-1"),
        submission_id="touch-late-1",
        now=visit.now,
        occurred_at=at,
        late_reason="the tablet had no network",
    )
    assert isinstance(answer, services.Charted) and answer.entries[0].occurred_at == at
