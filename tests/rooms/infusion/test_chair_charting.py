"""The chair's screen: what it charts, once, for this patient, and what it refuses."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.infusion.phases import Phase
from tests.people import (
    NURSE_NEW,
    NURSE_OKAFOR,
    NURSE_REYES,
    ren_halloway,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.chair_asked import chair_of, post, state_of
from tests.rooms.infusion.page_forms import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.hazard("H17")
def test_the_same_submission_sent_ten_times_charts_once(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    head = visit.chart.head
    answers = [
        post(nurse, visit, "side_effect_noted", "one-tap-0001", effect="nausea", severity="moderate") for _ in range(10)
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["entries"][0]["sequence"] for answer in answers} == {head + 1}
    assert visit.chart.head == head + 1


@pytest.mark.hazard("H02")
def test_an_entry_made_for_another_patient_is_refused_whatever_it_holds(client: Client) -> None:
    visit = visits.infusing()
    other = ren_halloway()
    head = visit.chart.head
    answer = sign_in(client, NURSE_REYES).post(
        f"{chair_of(visit)}chart-entry/",
        {"kind": "infusion_paused", "submission_id": str(uuid.uuid4()), "patient_id": other},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert "another patient" in answer.json()["refusals"][0]["fact"]
    assert visit.chart.head == head


def test_an_entry_without_a_number_of_its_own_is_refused(client: Client) -> None:
    visit = visits.infusing()
    answer = post(sign_in(client, NURSE_REYES), visit, "infusion_paused", "short")
    assert answer.status_code == 422
    assert visit.chart.phase is Phase.INFUSING


def test_a_rate_above_the_order_is_refused_with_fact_limit_and_way_forward(client: Client) -> None:
    visit = visits.infusing()
    answer = post(sign_in(client, NURSE_REYES), visit, "rate_changed", rate_ml_per_h="390", reason="as ordered")
    assert answer.status_code == 422
    refusal = answer.json()["refusals"][0]
    assert "390" in refusal["fact"]
    assert refusal["limit"]
    assert refusal["way_forward"]
    assert answer.json()["state"]["head_sequence"] == visit.chart.head


def test_a_nurse_without_the_competency_cannot_raise_the_rate_and_can_lower_it(client: Client) -> None:
    visit = visits.infusing()
    running = visit.chart.rate_ml_per_h
    nurse = sign_in(client, NURSE_NEW)
    raised = post(nurse, visit, "rate_changed", rate_ml_per_h=str(running + 10), reason="more effect")
    assert raised.status_code == 422
    lowered = post(nurse, visit, "rate_changed", rate_ml_per_h=str(running - 10), reason="side effect")
    assert lowered.status_code == 200
    assert visit.chart.rate_ml_per_h == running - 10


@pytest.mark.hazard("H10")
@pytest.mark.parametrize("typed", ["1,250", "12o", "-5", "1e3", "", "7 5"])
def test_a_number_that_cannot_be_read_is_refused_and_never_guessed(client: Client, typed: str) -> None:
    visit = visits.infusing()
    answer = post(sign_in(client, NURSE_REYES), visit, "rate_changed", rate_ml_per_h=typed, reason="as ordered")
    assert answer.status_code == 422
    assert answer.json()["refusals"][0]["field"] == "rate_ml_per_h"


def test_without_a_script_the_same_form_charts_and_comes_back_to_the_page(client: Client) -> None:
    visit = visits.infusing()
    answer = post(sign_in(client, NURSE_REYES), visit, "infusion_paused", page=True)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"?of={visit.chart.head}#enter-pause")
    assert visit.chart.phase is Phase.PAUSED


def test_without_a_script_a_refusal_is_said_on_the_page(client: Client) -> None:
    visit = visits.infusing()
    answer = post(sign_in(client, NURSE_REYES), visit, "infusion_resumed", page=True, rate_ml_per_h="60")
    assert answer.status_code == 422
    assert "Not charted." in answer.content.decode()


def test_when_and_why_of_a_pause_follow_as_a_correction_that_stands_beside_it(client: Client) -> None:
    visit = visits.infusing(minutes_ago=60)
    visit.wait(5)
    nurse = sign_in(client, NURSE_REYES)
    sequence = post(nurse, visit, "infusion_paused").json()["entries"][0]["sequence"]
    said = post(
        nurse,
        visit,
        "correct",
        sequence=sequence,
        replacement_kind="infusion_paused",
        replacement__reason="side effect",
        correction_reason="time and reason added",
        minutes_ago="2",
    )
    assert said.status_code == 200
    holds = visit.chart.as_it_holds(sequence)
    assert holds is not None
    assert isinstance(holds.event, ev.InfusionPaused)
    assert holds.event.reason == "side effect"
    assert 100 < (datetime.now(UTC) - holds.occurred_at).total_seconds() < 140
    line = next(line for line in said.json()["state"]["log"] if line["sequence"] == sequence)
    assert line["struck"]
    assert "side effect" in line["corrected_text"]


def test_a_late_entry_shows_both_times(client: Client) -> None:
    visit = visits.infusing(minutes_ago=60)
    visit.wait(2)
    nurse = sign_in(client, NURSE_REYES)
    happened = (datetime.now(UTC) - timedelta(minutes=20)).isoformat()
    said = post(nurse, visit, "note_written", text="asked for the light", occurred_at=happened, late_reason="busy")
    assert said.status_code == 200
    line = next(line for line in said.json()["state"]["log"] if line["detail"] == "asked for the light")
    assert "entered" in line["late_text"]
    assert "busy" in line["late_text"]


@pytest.mark.hazard("H19")
def test_what_others_charted_meanwhile_is_said_in_words(client: Client) -> None:
    visit = visits.infusing()
    seen = visit.chart.head
    visit.must(ev.NoteWritten("the other tablet was here"), NURSE_OKAFOR)
    answer = post(sign_in(client, NURSE_REYES), visit, "comfort_given", comfort="music", helped="", expected_head=seen)
    assert answer.status_code == 200
    assert any("the other tablet was here" in words for words in answer.json()["meanwhile"])


@pytest.mark.hazard("H63")
def test_an_emergency_is_one_tap_from_the_chair(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    assert state_of(nurse, visit)["emergency"]["may_declare"]
    said = post(nurse, visit, "emergency_declared")
    assert said.status_code == 200
    assert said.json()["state"]["header"]["emergency_text"].startswith("Emergency since")
    emergency = said.json()["state"]["emergency"]
    assert emergency["on"] and not emergency["may_declare"]


@pytest.mark.hazard("H62")
def test_a_hand_over_changes_the_observer_only_when_it_is_accepted(client: Client) -> None:
    visit = visits.infusing()
    offered = post(sign_in(client, NURSE_REYES), visit, "hand_over_offered", to=NURSE_OKAFOR.staff_id, said="all well")
    assert offered.status_code == 200
    assert offered.json()["state"]["watch"]["name"] == "M. Reyes"
    other = sign_in(Client(), NURSE_OKAFOR)
    watch = state_of(other, visit)["watch"]
    assert watch["may_accept"]
    taken = post(other, visit, "hand_over_accepted", observer="me", offered_sequence=watch["offered_sequence"])
    assert taken.json()["state"]["watch"]["name"] == "J. Okafor"


# --- what if --------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H25")
def test_a_what_if_writes_nothing_and_leaves_the_chart_as_it_was(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    nurse.get(f"{chair_of(visit)}what-if.json?rate_ml_per_h=100")  # the sign-in's own row is written on the first page
    before = queries.chart(visit.session_id).head_hash
    with CaptureQueriesContext(connection) as seen:
        answer = nurse.get(f"{chair_of(visit)}what-if.json?rate_ml_per_h=100")
    assert answer.status_code == 200
    assert answer.json()["is_what_if"]
    assert not [one["sql"] for one in seen if re.match(r"\s*(INSERT|UPDATE|DELETE)", one["sql"], re.I)]
    assert queries.chart(visit.session_id).head_hash == before
    assert nurse.post(f"{chair_of(visit)}what-if.json?rate_ml_per_h=100").status_code == 405


def test_a_slower_rate_ends_later_and_peaks_lower(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    slow = nurse.get(f"{chair_of(visit)}what-if.json?rate_ml_per_h=100").json()
    fast = nurse.get(f"{chair_of(visit)}what-if.json?rate_ml_per_h=200").json()
    assert slow["more_text"].endswith("later")
    assert fast["more_text"].endswith("earlier")
    assert max(slow["curve"]["mid"]) < max(fast["curve"]["mid"])


def test_a_wish_to_stop_is_answered_from_a_tablet_that_did_not_chart_it_and_from_one_that_charted_it_again(
    client: Client,
) -> None:
    """Its panel, opened from what is due, knew no number of the wish: nobody but who had charted it could go on."""
    visit = visits.infusing()
    me = sign_in(client, NURSE_REYES)
    for given in ("", "newest"):
        assert post(me, visit, "stop_asked", f"wish {given} one").status_code == 200
        assert post(me, visit, "infusion_paused", f"pause {given} one").status_code == 200
        assert post(me, visit, "stop_asked", f"wish {given} two").status_code == 200
        resume = {"rate_ml_per_h": "150"}
        assert post(me, visit, "infusion_resumed", f"resume {given} one", **resume).status_code == 422
        of = str(visit.chart.head) if given else ""
        answer = post(me, visit, "stop_asked_answered", f"the answer {given} given", of_sequence=of, words="I go on")
        assert answer.status_code == 200, answer.json()
        assert visit.chart.stop_asked is None and visit.chart.phase is Phase.PAUSED
        assert post(me, visit, "infusion_resumed", f"resume {given} two", **resume).status_code == 200
    stale = post(me, visit, "stop_asked_answered", "answered long ago", of_sequence="3", words="I go on")
    assert stale.status_code == 422


def test_a_wish_before_the_drug_runs_is_due_at_the_chair_and_answered_there(client: Client) -> None:
    visit = visits.ready_to_start()
    me = sign_in(client, NURSE_REYES)
    assert post(me, visit, "stop_asked", "rather not today").status_code == 200
    assert state_of(me, visit)["due"]["panel"] == "stop-asked"
    missing = me.get(f"{chair_of(visit)}prepare/").content.decode()
    assert "The patient asked to stop, and nothing has come of it yet." in missing
    answer = post(me, visit, "stop_asked_answered", "the answer given", of_sequence="", words="I do want it")
    assert answer.status_code == 200, answer.json()
    assert "asked to stop" not in me.get(f"{chair_of(visit)}prepare/").content.decode()
