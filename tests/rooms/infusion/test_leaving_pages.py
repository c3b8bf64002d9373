"""Leaving: each criterion with its reading, met or overridden by itself; the discharge stays dead until all are."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.infusion.phases import Phase
from dripstand.premises.models import Clinic
from tests.people import NURSE_REYES, PASSWORD, PRESCRIBER_VANCE, stored
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, send, sign_in

pytestmark = pytest.mark.django_db

GAIT = "steady_gait"


def page_of(visit: visits.StoredVisit, more: str = "") -> str:
    return f"/session/{visit.session_id}/leaving/{more}"


def without(*names: str) -> visits.Callable[[object], bool]:
    def left_out(request: object) -> bool:
        return type(request).__name__ in names or getattr(request, "criterion", None) in names

    return left_out


@pytest.mark.hazard("H43")
def test_the_discharge_is_dead_while_anything_is_open_and_names_it(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without(GAIT))
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    assert "1 left" in page.words
    assert "Walks steadily: not met" in page.words
    assert "discharge" not in [form.name for form in page.forms]


@pytest.mark.hazard("H43")
def test_the_gate_stands_in_the_server_and_not_in_the_page(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without(GAIT))
    nurse = sign_in(client, NURSE_REYES)
    for kind in ("ready_to_leave", "patient_left"):
        answer = nurse.post(
            page_of(visit),
            {"form": "discharge", "kind": kind, "submission_id": f"by-hand-{kind}", "patient_id": visit.patient_id},
        )
        assert answer.status_code == 422
    assert visit.chart.phase is Phase.OBSERVING


@pytest.mark.hazard("H22")
def test_the_list_says_when_it_was_made_and_each_reading_when_it_was_taken(client: Client) -> None:
    """The page stands open while somebody dresses: nothing on it may say "now" for as long as it does."""
    visit = visits.criteria_met()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    made = re.search(r"As it was at (\d\d:\d\d:\d\d) ?\. Look again", page.words)
    assert made is not None, page.words
    said = re.findall(r'<p class="age">\s*(.*?)\s*</p>', page.html)
    assert said and all(re.fullmatch(r"(at \d\d:\d\d)?", one) for one in said), said
    assert sum(bool(one) for one in said) >= 5


def test_a_judged_criterion_is_met_with_one_tap(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without(GAIT))
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    assert send(client, page, f"judge-{GAIT}", met="yes").status == 303
    assert "All met" in get(client, page_of(visit)).words


def test_a_judged_no_leaves_it_open(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without(GAIT))
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    assert send(client, page, f"judge-{GAIT}", met="no").status == 303
    assert "1 left" in get(client, page_of(visit)).words


def test_when_all_are_met_two_taps_discharge(client: Client) -> None:
    visit = visits.criteria_met()
    nurse = sign_in(client, NURSE_REYES)
    assert send(nurse, get(nurse, page_of(visit)), "discharge").status == 303
    assert visit.chart.phase is Phase.READY_TO_LEAVE
    assert send(nurse, get(nurse, page_of(visit)), "discharge").status == 303
    assert visit.chart.phase is Phase.LEFT


def test_an_override_is_a_prescribers_with_its_own_reason(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without(GAIT))
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit, f"?override={GAIT}"))
    name = f"override-{GAIT}"
    assert send(nurse, page, name, reason="wheelchair at home").status == 422
    own = send(nurse, page, name, reason="wheelchair", prescriber_username="m.reyes", prescriber_password=PASSWORD)
    assert own.status == 422
    stored(PRESCRIBER_VANCE)
    empty = send(nurse, page, name, reason="", prescriber_username="t.vance", prescriber_password=PASSWORD)
    assert empty.status == 422
    signed = send(
        nurse, page, name, reason="wheelchair at home", prescriber_username="t.vance", prescriber_password=PASSWORD
    )
    assert signed.status == 303, signed.words
    entry = queries.log(visit.session_id)[-1]
    assert isinstance(entry.event, ev.CriterionOverridden)
    assert entry.actor.name == "Dr. T. Vance"
    assert "overridden by Dr. T. Vance: wheelchair at home" in get(nurse, page_of(visit)).words


def test_a_signed_in_prescriber_overrides_without_signing_in_again(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without(GAIT))
    page = get(sign_in(client, PRESCRIBER_VANCE), page_of(visit, f"?override={GAIT}"))
    assert send(client, page, f"override-{GAIT}", reason="wheelchair at home").status == 303


@pytest.mark.hazard("H45")
def test_the_suicide_check_has_no_override(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without("SuicideRiskAssessed"))
    page = get(sign_in(client, PRESCRIBER_VANCE), page_of(visit, "?override=suicide_check"))
    assert "override-suicide_check" not in [form.name for form in page.forms]
    answer = client.post(
        page_of(visit),
        {
            "form": "override-suicide_check", "kind": "criterion_overridden", "criterion": "suicide_check",
            "reason": "late", "submission_id": "by-hand-override", "patient_id": visit.patient_id,
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert visit.chart.phase is Phase.OBSERVING
    page = get(client, page_of(visit, "?open=suicide_check"))
    assessed = send(
        client, page, "meet-suicide_check", finding="no thoughts", disposition="home with sister", safe_to_leave="yes"
    )
    assert assessed.status == 303
    assert "All met" in get(client, page_of(visit)).words


@pytest.mark.hazard("H44")
@pytest.mark.parametrize(
    "unfit", [{"fit_to_escort": "no"}, {"told_no_driving": "no"}, {"signature": ""}, {"identity_seen": ""}]
)
def test_an_escort_who_is_not_seen_fit_told_and_signed_does_not_open_the_door(
    client: Client, unfit: dict[str, str]
) -> None:
    visit = visits.criteria_met(leave_out=without("EscortConfirmed"))
    nurse = sign_in(client, NURSE_REYES)
    typed = {
        "name": "Sam Halloway",
        "relation": "sister",
        "identity_seen": "identity card",
        "fit_to_escort": "yes",
        "told_no_driving": "yes",
        "signature": "Sam Halloway",
    }
    send(nurse, get(nurse, page_of(visit)), "escort", **{**typed, **unfit})
    assert "discharge" not in [form.name for form in get(nurse, page_of(visit)).forms]
    if visit.chart.escort_confirmed is None:
        send(nurse, get(nurse, page_of(visit)), "escort", **typed)
        assert "discharge" in [form.name for form in get(nurse, page_of(visit)).forms], "nothing else was missing"


@pytest.mark.hazard("H44")
@pytest.mark.parametrize(
    ("asked", "said", "refused"),
    [
        ("seen", "name said at the door", "No identity document of the escort was seen."),
        ("seen", " Not asked:  the clinic's policy ", "No identity document of the escort was seen."),
        ("seen", "passport", ""),
        ("name", "not asked: the clinic's policy", "The escort did not say their name."),
        ("name", "name said at the door", ""),
        ("name", "identity document", ""),
        ("none", "not asked: the clinic's policy", ""),
    ],
)
def test_the_clinics_rule_for_an_escorts_identity_is_kept_at_the_door_and_charted(
    client: Client, asked: str, said: str, refused: str
) -> None:
    visit = visits.criteria_met(leave_out=without("EscortConfirmed"))
    Clinic.objects.update(escort_identity=asked)
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit))
    words = {
        "seen": "Which identity document was seen",
        "name": "See them, ask their name",
        "none": "This clinic asks for no identity.",
    }
    assert words[asked] in page.words
    typed = {
        "name": "Sam Halloway",
        "relation": "sister",
        "identity_seen": said,
        "fit_to_escort": "yes",
        "told_no_driving": "yes",
        "signature": "Sam Halloway",
    }
    answer = send(nurse, page, "escort", **typed)
    if refused:
        assert refused in answer.words, answer.words[answer.words.index("Confirm in person") :][:600]
        assert answer.status == 422 and visit.chart.escort_confirmed is None
        return
    assert answer.status == 303 and visit.chart.escort_confirmed is not None
    event = visit.chart.escort_confirmed.event
    assert isinstance(event, ev.EscortConfirmed) and event.identity_seen == said
    assert said in get(nurse, page_of(visit)).words.replace("&#x27;", "'")


@pytest.mark.hazard("H15")
def test_a_stopped_bag_that_still_hangs_keeps_the_visit_unfinished(client: Client) -> None:
    visit = visits.stopped()
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit))
    assert "Not finished" in page.words
    assert "discharge" not in [form.name for form in page.forms]
    assert send(nurse, page, "bag-down", remaining_ml="3,8").status == 303
    assert send(nurse, get(nurse, page_of(visit)), "cleared", how="disconnected").status == 303
    assert visit.chart.phase is Phase.OBSERVING


@pytest.mark.hazard("H64")
def test_leaving_against_advice_is_never_blocked_and_never_a_discharge(client: Client) -> None:
    visit = visits.infusing()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    answer = send(
        client, page, "left-alone", has_capacity="yes", warnings_given="driving, falls", line_removed="no",
        escort_called="yes", prescriber_told="Dr. T. Vance", reason="wants to go",
    )  # fmt: skip
    assert answer.status == 303, answer.words
    assert visit.chart.phase is Phase.LEFT_WITHOUT_DISCHARGE
    assert not any(isinstance(entry.event, ev.PatientLeft) for entry in visit.chart.entries)


def test_a_transfer_is_charted_from_the_same_page(client: Client) -> None:
    visit = visits.observing()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    answer = send(client, page, "transfer", to="General Hospital", handed_to="crew 12", detail="chest pain")
    assert answer.status == 303
    assert visit.chart.phase is Phase.TRANSFERRED


def test_one_form_charts_all_vital_signs_that_the_criteria_ask_for(client: Client) -> None:
    visit = visits.criteria_met(leave_out=without("VitalSignsTaken"))
    nurse = sign_in(client, NURSE_REYES)
    assert "6 left" in get(nurse, page_of(visit)).words
    typed = {"nibp_systolic_mmhg": "118", "nibp_diastolic_mmhg": "74", "pulse_per_min": "70", "spo2_percent": "98"}
    page = get(nurse, page_of(visit, "?open=vitals"))
    assert send(nurse, page, "vitals", **typed, respiratory_rate_per_min="fourteen").status == 422
    assert send(nurse, page, "vitals", **typed, respiratory_rate_per_min="14").status == 303
    assert "All met" in get(nurse, page_of(visit)).words


@pytest.mark.hazard("H17")
def test_a_discharge_sent_twice_is_charted_once(client: Client) -> None:
    visit = visits.criteria_met()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    before = visit.chart.head
    for _ in range(3):
        assert send(client, page, "discharge").status == 303
    assert visit.chart.head == before + 1


@pytest.mark.hazard("H63")
@pytest.mark.parametrize("page", ["prepare/", "order/", "bag/", "bag/check/", "leaving/", "chart/", "note/"])
def test_an_emergency_is_one_tap_from_every_page_of_the_visit(client: Client, page: str) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    shown = get(nurse, f"/session/{visit.session_id}/{page}")
    assert send(nurse, shown, "emergency").status in (302, 303)
    assert visit.chart.emergency_at is not None
    assert "emergency since" in get(nurse, f"/session/{visit.session_id}/{page}").words


@pytest.mark.hazard("H40")
def test_the_page_says_that_the_bedside_monitor_is_the_primary_alarm(client: Client) -> None:
    visit = visits.observing()
    assert "The bedside monitor is the primary alarm" in get(sign_in(client, NURSE_REYES), page_of(visit)).words


@pytest.mark.hazard("H14")
def test_a_prescriber_says_at_the_chair_whether_a_partial_infusion_counts(client: Client) -> None:
    visit = visits.infusing().wait(10).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    prescriber = sign_in(client, PRESCRIBER_VANCE)
    page = get(prescriber, page_of(visit))
    assert "Partly given" in page.words and "mg in the vein" in page.words and "the patient asked" in page.words
    refused = send(prescriber, page, "partial", counts_in_course="no", reason="")
    assert refused.status == 422 and visit.chart.partial_judged is None
    assert send(prescriber, page, "partial", counts_in_course="no", reason="a quarter of it").status == 303
    after = get(prescriber, page_of(visit))
    assert "Does not count in the course" in after.words and "T. Vance: a quarter of it" in after.words
    assert "partial" not in [form.name for form in after.forms]


def test_a_nurse_reads_that_a_prescriber_decides_and_cannot(client: Client) -> None:
    visit = visits.infusing().wait(10).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit))
    assert "A prescriber says whether it counts" in page.words
    assert "partial" not in [form.name for form in page.forms]
    typed = {"form": "partial", "kind": "partial_judged", "submission_id": "by-hand-partial", "reason": "enough"}
    typed |= {"patient_id": visit.patient_id, "counts_in_course": "yes"}
    assert nurse.post(page_of(visit), typed).status_code in (403, 422)
    assert visit.chart.partial_judged is None


def test_a_whole_infusion_has_nothing_to_judge(client: Client) -> None:
    assert "Partly given" not in get(sign_in(client, PRESCRIBER_VANCE), page_of(visits.criteria_met())).words


@pytest.mark.hazard("H15", "H64")
@pytest.mark.parametrize(
    "gone",
    [
        ev.LeftWithoutDischarge(None, "", line_removed=None, escort_called=None, prescriber_told=""),
        ev.PatientTransferred("hospital", "ambulance"),
    ],
    ids=["against advice", "transferred"],
)
def test_a_bag_that_still_hangs_when_the_patient_is_gone_is_taken_down_on_this_page(
    client: Client, gone: ev.SessionEvent
) -> None:
    """The page said "the bag hangs: take it down" and had nothing to chart that with."""
    visit = visits.infusing().must(gone)
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit))
    assert "The bag still hangs" in page.words and "flush" not in [form.name for form in page.forms]
    assert send(nurse, page, "bag-down", remaining_ml="70").status == 303
    assert send(nurse, get(nurse, page_of(visit)), "cleared", how="disconnected").status == 303
    assert visit.chart.hung_bag is None and visit.chart.primed is None
    after = get(nurse, page_of(visit))
    assert not {"bag-down", "cleared"} & {form.name for form in after.forms}
