"""The hard day on pages and in tables: incidents, a dose that nobody can state, evacuation, what a course is told."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from dripstand.course import queries as courses_now
from dripstand.course import services as course_services
from dripstand.infusion import events as ev
from dripstand.infusion import models, queries, requests, services
from dripstand.infusion.phases import Phase
from dripstand.infusion.refusals import Refusal
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    ren_halloway,
    stored,
)
from tests.rooms.course import courses
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, sign_in

pytestmark = pytest.mark.django_db

DOSES = (" mg in the vein", "reached the vein", "mg/mL", "ng/mL")


def post(client: Client, path: str, **fields: str) -> int:
    return client.post(path, fields).status_code


@pytest.mark.hazard("H65")
def test_a_quarantined_bag_opens_one_incident_that_somebody_owns_and_closes(client: Client) -> None:
    visit = visits.infusing().wait(5)
    quarantine = ev.BagQuarantined(visit.bag_id, ev.BagDoubt.WRONG, "cupboard 2")
    for _ in range(3):
        services.submit(
            visit.session_id, quarantine, actor=stored(NURSE_REYES), submission_id="the same tap", now=visit.now
        )
    (incident,) = queries.incidents(visit.session_id)
    assert (incident.kind, incident.owner_id, incident.closed_at) == ("bag_quarantined", "", None)
    path = "/incidents/"
    lead = sign_in(client, MEDICAL_LEAD_ABARA)
    page = get(lead, path)
    assert "Wren Halloway" in page.words and "nobody owns it" in page.words
    assert post(lead, path, incident_id=incident.incident_id, step="close", finding="label slip") == 422
    assert post(lead, path, incident_id=incident.incident_id, step="take") == 303
    assert post(lead, path, incident_id=incident.incident_id, step="close", finding=" ") == 422
    assert (
        post(sign_in(Client(), NURSE_REYES), path, incident_id=incident.incident_id, step="close", finding="x") == 422
    )
    assert post(lead, path, incident_id=incident.incident_id, step="close", finding="two labels, one printer") == 303
    (closed,) = queries.incidents(visit.session_id)
    assert closed.closed_at is not None and closed.finding == "two labels, one printer"
    assert post(lead, path, incident_id=incident.incident_id, step="take") == 303
    assert queries.incidents(visit.session_id) == (closed,)
    assert post(lead, path, incident_id="none", step="take") == 422
    assert sign_in(Client(), FRONT_DESK_SORO).get(path).status_code == 403


@pytest.mark.hazard("H65")
def test_a_stop_that_is_put_right_to_wrong_bag_opens_an_incident_too() -> None:
    visit = visits.infusing().wait(5).must(ev.InfusionStopped(ev.StopReason.NOT_YET_SAID))
    assert queries.incidents() == ()
    visit.must(requests.Correct(visit.chart.head, "it was another bag", ev.InfusionStopped(ev.StopReason.WRONG_BAG)))
    assert [one.kind for one in queries.incidents()] == ["entry_corrected"]


@pytest.mark.hazard("H65")
def test_no_number_of_a_dose_or_a_prediction_survives_on_any_page(client: Client) -> None:
    visit = visits.infusing().wait(10)
    nurse = sign_in(client, NURSE_REYES)
    here = f"/session/{visit.session_id}/"
    assert "mg in vein" in get(nurse, here).words
    visit.must(ev.BagQuarantined(visit.bag_id, ev.BagDoubt.UNKNOWN))
    state = nurse.get(f"{here}state.json").json()
    assert state["rate"]["unknown_text"] and not state["rate"]["has_bag"] and state["rate"]["what_if"] is None
    assert (state["rate"]["vein_text"], state["rate"]["dose_rate_text"]) == ("", "")
    assert nurse.get(f"{here}curves.json").json()["predicted"] is None
    assert nurse.get(f"{here}what-if.json?rate_ml_per_h=100").json()["curve"] is None
    for path in ("note/", "hand-over/"):
        page = get(nurse, f"{here}{path}")
        assert not [words for words in DOSES if words in page.words], path
        assert "not known" in page.words or "composition unknown" in page.words
    assert "Quarantined" in get(nurse, f"{here}bag/").words
    assert "0.4 mg/mL" not in get(nurse, f"{here}bag/").words
    assert nurse.get(f"{here}bag/label/?bag={visit.bag_id}").status_code == 404


def test_a_range_is_said_as_a_range_wherever_a_dose_stands(client: Client) -> None:
    visit = visits.infusing().wait(20).must(ev.PumpFailed())
    nurse = sign_in(client, NURSE_REYES)
    here = f"/session/{visit.session_id}/"
    state = nurse.get(f"{here}state.json").json()
    assert state["rate"]["is_range"] and state["rate"]["vein_text"] == "0.0 to 12.8"
    assert "range" in nurse.get(f"{here}curves.json").json()["predicted_note"]
    assert "Between 0 and 12.8 mg of ketamine reached the vein" in get(nurse, f"{here}note/").words
    assert "0 to 12.8 mg" in get(nurse, f"{here}hand-over/").words


def test_an_evacuation_is_one_tap_for_everybody_and_each_is_counted(client: Client) -> None:
    visit = visits.infusing()
    desk = sign_in(client, FRONT_DESK_SORO)
    path, tap = "/evacuation/", str(uuid.uuid4())
    assert "patients in the building" in get(desk, path).words
    for _ in range(10):
        assert post(desk, path, step="declare", submission_id=tap, why="smoke") == 303
    assert [entry.event.kind for entry in visit.chart.entries].count("evacuation_declared") == 1
    assert "not yet accounted for" in get(desk, path).words
    assert post(desk, path, step="seen", submission_id=tap, session_id=visit.session_id, where="") == 422
    assert post(desk, path, step="seen", submission_id=tap, session_id=visit.session_id, where="car park") == 303
    assert "car park" in get(desk, path).words
    assert post(desk, path, step="over", submission_id=tap) == 422
    assert post(sign_in(client, NURSE_REYES), path, step="over", submission_id=tap) == 303
    assert visit.chart.evacuation_at is None


def test_who_comes_in_while_the_building_is_left_is_missing_too_and_is_counted_out(client: Client) -> None:
    """Everybody else was seen outside: "0 not yet accounted for" was said over somebody in the waiting room."""
    visit = visits.infusing()
    desk = sign_in(client, FRONT_DESK_SORO)
    path = "/evacuation/"
    assert post(desk, path, step="declare", submission_id=str(uuid.uuid4())) == 303
    seen = {"step": "seen", "where": "yard"}
    assert post(desk, path, submission_id=str(uuid.uuid4()), session_id=visit.session_id, **seen) == 303
    late = visits.opened(patient_id=ren_halloway(), minutes_ago=2.0).must(ev.PatientArrived())
    page = get(desk, path)
    assert "1 not yet accounted for" in page.words and "1 patient came in after" in page.words
    assert "1 patient not yet accounted for" in get(desk, "/today/").words
    assert post(desk, path, step="declare", submission_id=str(uuid.uuid4())) == 303
    assert [entry.event.kind for entry in visit.chart.entries].count("evacuation_declared") == 1
    assert post(desk, path, submission_id=str(uuid.uuid4()), session_id=late.session_id, **seen) == 303
    assert "0 not yet accounted for" in get(desk, path).words


def test_the_course_is_told_at_the_least_what_was_given_and_what_a_prescriber_says_about_it() -> None:
    began = datetime.now(UTC) - timedelta(hours=14)
    course = courses.in_induction(first_on=began.date() + timedelta(days=2), now=began)
    infusion = course.series[0]
    visit = visits.infusing(patient_id=course.patient_id)
    course_services.visit_opened(infusion_id=infusion.infusion_id, session_id=visit.session_id)
    visit.wait(15).must(ev.PumpFailed()).must(ev.InfusionStopped(ev.StopReason.PUMP_FAILED))
    assert isinstance(
        services.submit(
            visit.session_id,
            ev.PartialJudged(True, "enough"),
            actor=stored(NURSE_REYES),
            submission_id="nurse judges",
            now=visit.now,
        ),
        Refusal,
    )
    visit.must(ev.PartialJudged(False, "the pump gave nobody knows what"), PRESCRIBER_VANCE)
    visit.must(ev.LeftWithoutDischarge(True, "told", True, True, "T. Vance"))
    assert visit.chart.phase is Phase.LEFT_WITHOUT_DISCHARGE
    told = courses_now.infusion_of_session(visit.session_id)
    assert told is not None and str(told.state) == "not_counted" and told.dose_given_mg == 0
    again = courses_now.course(course.course_id)
    assert len(again.infusions) == len(course.infusions) + 1, "what does not count is planned once more"
    assert models.Session.objects.count() == 1


@pytest.mark.hazard("H64")
def test_somebody_who_goes_with_nothing_known_is_charted_and_what_is_open_stands_on_the_page(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    here = f"/session/{visit.session_id}/"
    blank = {"warnings_given": "", "prescriber_told": "", "reason": "", "has_capacity": ""}
    form = {"kind": "left_without_discharge", "submission_id": "she simply went", "patient_id": visit.patient_id}
    assert (
        nurse.post(f"{here}chart-entry/", {**form, **blank}, headers={"accept": "application/json"}).status_code == 200
    )
    assert visit.chart.phase is Phase.LEFT_WITHOUT_DISCHARGE
    page = get(nurse, f"{here}leaving/")
    assert "Still open" in page.words and "the bag hangs" in page.words
    assert "no prescriber is charted as told" in page.words and "not called" not in page.words
    entry = next(one for one in visit.chart.entries if isinstance(one.event, ev.LeftWithoutDischarge))
    assert "nothing charted of: capacity, warnings, line, escort, prescriber" in get(nurse, f"{here}chart/").words
    assert entry.event == ev.LeftWithoutDischarge(None, "", None, None, "")
    later = {"kind": "leaving_followed_up", "submission_id": "later that day", "patient_id": visit.patient_id}
    said = {"form": "followed-up", "line_out": "yes", "escort_called": "yes", "prescriber_told": "T. Vance"}
    assert nurse.post(f"{here}leaving/", {**later, **said, "patient_reached": "", "detail": ""}).status_code == 303
    assert "no prescriber is charted as told" not in get(nurse, f"{here}leaving/").words
