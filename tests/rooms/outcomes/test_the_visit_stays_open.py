"""A visit does not close over an answer that nobody has signed for (H45)."""

from __future__ import annotations

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import services as infusion
from dripstand.infusion.phases import Phase
from dripstand.infusion.refusals import Refusal
from dripstand.outcomes import queries, services
from dripstand.outcomes.disposition import Outcome
from dripstand.outcomes.occasions import Occasion
from dripstand.protocol import queries as protocol
from dripstand.protocol import services as protocol_services
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    signed_template,
    stored,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, sign_in
from tests.rooms.outcomes.filling import by_link, fill

pytestmark = [pytest.mark.django_db, pytest.mark.hazard("H45")]


def leave(visit: visits.StoredVisit, request: ev.SessionEvent, mark: str) -> object:
    return infusion.submit(
        session_id=visit.session_id, request=request, actor=NURSE_REYES, submission_id=mark, now=visit.now
    )


def test_discharge_waits_for_the_signed_disposition_and_then_goes_on(client: Client) -> None:
    visit = visits.criteria_met()
    fill(by_link(visit.patient_id), visit.patient_id, 1, 1, 1, 1, 1, 1, 1, 1, 1, now=visit.now)
    answer = leave(visit, ev.ReadyToLeave(), "one")
    assert isinstance(answer, Refusal) and answer.codes == ("answer_not_disposed",)
    page = get(sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/leaving/")
    assert "An answer needs a clinician before the patient leaves: PHQ-9" in page.words
    assert "discharge" not in [form.name for form in page.forms]

    (task,) = queries.open_escalations_of(visit.patient_id)
    services.dispose(
        stored(PRESCRIBER_VANCE),
        task.escalation_id,
        finding="Passive thoughts, no plan, no intent.",
        outcome=Outcome.SAFETY_PLAN,
        spoke_with_patient=True,
        now=visit.now,
    )
    assert not isinstance(leave(visit, ev.ReadyToLeave(), "two"), Refusal)
    # an answer that comes while the patient is at the door holds them as well
    fill(by_link(visit.patient_id), visit.patient_id, 1, 1, 1, 1, 1, 1, 1, 1, 3, now=visit.now)
    assert isinstance(leave(visit, ev.PatientLeft(), "three"), Refusal)
    assert visit.chart.phase is Phase.READY_TO_LEAVE


def screened_by(choice: str) -> None:
    """A version in force that names a screen for suicide risk."""
    lead, second = stored(MEDICAL_LEAD_ABARA), stored(NURSE_REYES)
    version = protocol_services.draft(lead, now=NOW, based_on=signed_template())
    protocol_services.choose(
        lead, version, changes={"suicide_check": choice}, reason="our own policy since spring", now=NOW
    )
    seen = protocol.version(version).body_sha256
    protocol_services.sign(lead, version, seen_sha256=seen, now=NOW)
    assert protocol_services.sign(second, version, seen_sha256=seen, now=NOW)


def asked_in(visit: visits.StoredVisit, instrument_id: str, *values: int | None) -> None:
    fill(
        stored(NURSE_REYES), visit.patient_id, *values, instrument_id=instrument_id, now=visit.now,
        occasion=Occasion.BEFORE_LEAVING, session_id=visit.session_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "instrument_id", "no"), [("asq", "asq", (0, 0, 0, 0)), ("cssrs", "c-ssrs-result", (0,) * 7)]
)
def test_where_a_screen_is_signed_nobody_is_discharged_before_one_of_this_visit_is_finished(
    choice: str, instrument_id: str, no: tuple[int, ...]
) -> None:
    screened_by(choice)
    visit = visits.criteria_met()
    answer = leave(visit, ev.ReadyToLeave(), "one")
    assert isinstance(answer, Refusal) and answer.codes == ("screen_not_asked",)
    other = fill(stored(NURSE_REYES), visit.patient_id, *no, instrument_id=instrument_id, now=visit.now)
    assert other.form.session_id == "", "asked outside any visit"
    assert isinstance(leave(visit, ev.ReadyToLeave(), "two"), Refusal)
    asked_in(visit, instrument_id, *no)
    assert not isinstance(leave(visit, ev.ReadyToLeave(), "three"), Refusal)


def test_without_such_a_choice_no_screen_is_asked_for(client: Client) -> None:
    visit = visits.criteria_met()
    page = get(sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/leaving/")
    assert "is asked before the patient leaves" not in page.words
    assert not isinstance(leave(visit, ev.ReadyToLeave(), "one"), Refusal)


def test_a_yes_on_the_screen_holds_the_visit_until_it_is_signed_for_and_leaving_against_advice_is_never_held() -> None:
    screened_by("asq")
    visit = visits.criteria_met()
    asked_in(visit, "asq", 0, 0, 0, 1, 0)
    answer = leave(visit, ev.ReadyToLeave(), "one")
    assert isinstance(answer, Refusal) and answer.codes == ("answer_not_disposed",)
    against = ev.LeftWithoutDischarge(True, "told what to look out for", True, True, "Dr. T. Vance")
    assert not isinstance(leave(visit, against, "two"), Refusal)


def test_the_screen_is_begun_from_the_leaving_page_once_however_often_it_is_tapped(client: Client) -> None:
    screened_by("asq")
    visit = visits.criteria_met()
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, f"/session/{visit.session_id}/leaving/")
    assert "The ASQ is asked before the patient leaves." in page.words
    address = f"/outcomes/screen/{visit.session_id}/"
    there = {nurse.post(address).headers["Location"] for _again in range(3)}
    assert len(there) == 1
    (form,) = queries.forms_of(visit.patient_id, instrument_id="asq")
    assert (form.session_id, form.occasion) == (visit.session_id, Occasion.BEFORE_LEAVING)
    shown = get(nurse, there.pop())
    assert "Have you ever tried to kill yourself?" in shown.words and "Back to leaving" in shown.words
    assert sign_in(Client(), FRONT_DESK_SORO).post(address).status_code == 403
