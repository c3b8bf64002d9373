"""Preparation as a nurse does it: sections are charted, refused beside their field, corrected; the start stays dead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.infusion import requests as rq
from dripstand.people.queries import reads_of
from dripstand.premises.queries import clinic_zone
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_OKAFOR,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    WALL,
    ren_halloway,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, send, sign_in
from tests.rules.infusion.visits import BAG, ref

pytestmark = pytest.mark.django_db


def page_of(visit: visits.StoredVisit, more: str = "") -> str:
    return f"/session/{visit.session_id}/prepare/{more}"


def test_the_front_desk_checks_a_patient_in(client: Client) -> None:
    visit = visits.opened()
    page = get(sign_in(client, FRONT_DESK_SORO), page_of(visit))
    answer = send(client, page, "arrived")
    assert answer.status == 303
    assert visit.chart.arrived_at is not None


def test_the_front_desk_is_led_to_no_page_that_would_refuse_it(client: Client) -> None:
    visit = visits.opened()
    desk = get(sign_in(client, FRONT_DESK_SORO), page_of(visit))
    for page in ("order", "bag", "leaving", "note", "chart"):
        assert f"/session/{visit.session_id}/{page}/" not in desk.html, page
    nurse = get(sign_in(client, NURSE_REYES), page_of(visit))
    assert f"/session/{visit.session_id}/order/" in nurse.html


@pytest.mark.parametrize("somebody", [ADMINISTRATOR_KLEIN, WALL])
def test_who_treats_nobody_does_not_see_the_page(client: Client, somebody: object) -> None:
    visit = visits.opened()
    assert get(sign_in(client, somebody), page_of(visit)).status == 403  # type: ignore[arg-type]


def test_the_front_desk_is_not_offered_what_it_may_not_chart_and_is_refused_it(client: Client) -> None:
    visit = visits.opened().wait(1).must(ev.PatientArrived())
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?open=identity"))
    born = visit.chart.opened.birth_date.isoformat()
    desk = get(sign_in(client, FRONT_DESK_SORO), page_of(visit, "?open=identity"))
    assert "identity" not in {form.name for form in desk.forms}
    assert "by nurse or prescriber" in desk.words
    answer = send(client, page, "identity", identifiers=["full name", "date of birth"], stated_birth_date=born)
    assert answer.status == 422
    assert visit.chart.identity_confirmed is None


@pytest.mark.hazard("H03")
def test_a_look_alike_of_the_day_is_named_on_the_page(client: Client) -> None:
    visit = visits.opened()
    visits.opened(patient_id=ren_halloway())
    words = get(sign_in(client, NURSE_REYES), page_of(visit)).words
    assert "Look-alike today" in words
    assert "Ren Halloway" in words


@pytest.mark.hazard("H03")
def test_a_look_alike_who_came_yesterday_and_is_still_here_is_named_too(client: Client) -> None:
    visit = visits.opened(minutes_ago=0)
    other = visits.opened(minutes_ago=26 * 60, patient_id=ren_halloway())
    assert "Look-alike today" not in get(sign_in(client, NURSE_REYES), page_of(visit)).words
    other.wait(1).must(ev.PatientArrived())
    assert "Look-alike today" in get(sign_in(client, NURSE_REYES), page_of(visit)).words


@pytest.mark.hazard("H03")
def test_a_birth_date_that_is_not_the_records_is_refused_beside_its_field_and_kept(client: Client) -> None:
    visit = visits.opened().wait(1).must(ev.PatientArrived())
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    answer = send(client, page, "identity", identifiers=["full name", "date of birth"], stated_birth_date="1987-05-17")
    assert answer.status == 422
    assert "is not the record" in answer.words
    assert answer.form("identity").fields["stated_birth_date"] == ["1987-05-17"]
    assert sorted(answer.form("identity").fields["identifiers"]) == ["date of birth", "full name"]
    assert visit.chart.identity_confirmed is None


@pytest.mark.hazard("H10")
@pytest.mark.parametrize("typed", ["1,250", "80 kg", "8o", "", "-80", "1e2"])
def test_a_weight_that_cannot_be_read_is_refused_and_never_scaled(client: Client, typed: str) -> None:
    visit = visits.opened().wait(1).must(ev.PatientArrived())
    visit.must(ev.IdentityConfirmed(("full name", "date of birth"), visit.chart.opened.birth_date))
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?open=weight"))
    answer = send(client, page, "weight", weight_kg=typed, measured_with="scale 1")
    assert answer.status == 422
    assert answer.form("weight").fields["weight_kg"] == [typed]
    assert visit.chart.weight is None


@pytest.mark.hazard("H10")
@pytest.mark.parametrize(("typed", "meant"), [("70,5", "70.5"), ("70.5", "70.5"), (" 70 ", "70")])
def test_comma_and_point_are_the_decimal_sign(client: Client, typed: str, meant: str) -> None:
    visit = visits.opened().wait(1).must(ev.PatientArrived())
    visit.must(ev.IdentityConfirmed(("full name", "date of birth"), visit.chart.opened.birth_date))
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?open=weight"))
    second = visits.ref(visits.NURSE_OKAFOR).staff_id
    answer = send(client, page, "weight", weight_kg=typed, measured_with="scale 1", second_reader=second)
    assert answer.status == 303, answer.words
    assert str(visit.chart.weight_kg) == meant


@pytest.mark.hazard("H11")
def test_a_first_weight_is_read_by_two_and_the_page_says_so_before_and_after(client: Client) -> None:
    visit = visits.opened().wait(1).must(ev.PatientArrived())
    visit.must(ev.IdentityConfirmed(("full name", "date of birth"), visit.chart.opened.birth_date))
    second = visits.ref(visits.NURSE_OKAFOR)
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?open=weight"))
    assert "No earlier weight is on record: a second person reads the scale too." in page.words
    alone = send(client, page, "weight", weight_kg="70.5", measured_with="scale 1")
    assert alone.status == 422 and visit.chart.weight is None
    assert "Each first weight needs a second reader." in alone.words
    assert second.name in alone.words, "who that may be is offered beside it"
    answer = send(client, page, "weight", weight_kg="70.5", measured_with="scale 1", second_reader=second.staff_id)
    assert answer.status == 303, answer.words


@pytest.mark.hazard("H17")
def test_the_same_form_sent_ten_times_charts_once(client: Client) -> None:
    visit = visits.opened()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    before = visit.chart.head
    answers = [send(client, page, "arrived") for _ in range(10)]
    assert {answer.status for answer in answers} == {303}
    assert visit.chart.head == before + 1


@pytest.mark.hazard("H02")
def test_a_form_made_for_another_patient_is_refused_whatever_it_holds(client: Client) -> None:
    visit = visits.opened()
    other = visits.opened(patient_id=ren_halloway())
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    answer = send(client, page, "arrived", patient_id=other.patient_id)
    assert answer.status == 422
    assert "another patient" in answer.words
    assert visit.chart.arrived_at is None
    assert other.chart.arrived_at is None


@pytest.mark.hazard("H02")
def test_a_form_goes_to_the_session_in_its_address_only(client: Client) -> None:
    visit = visits.opened()
    other = visits.opened(patient_id=ren_halloway())
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    page.url = page_of(other)
    answer = send(client, page, "arrived")
    assert answer.status == 422
    assert other.chart.arrived_at is None


@pytest.mark.hazard("H40")
def test_the_start_is_dead_until_the_bedside_alarms_are_on_and_says_so(client: Client) -> None:
    visit = visits.ready_to_start(
        leave_out=lambda request: (
            isinstance(request, ev.PreCheckRecorded) and request.check is ev.PreCheck.BEDSIDE_ALARMS_ON
        )
    )
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?start=yes"))
    assert "Bedside alarms on is not recorded" in page.words or "bedside alarms on is not recorded" in page.words
    assert "start" not in [form.name for form in page.forms]
    assert "disabled" in page.html


def test_starting_takes_a_second_tap_and_leads_to_the_chair(client: Client) -> None:
    visit = visits.ready_to_start()
    nurse = sign_in(client, NURSE_REYES)
    first = get(nurse, page_of(visit))
    assert "start" not in [form.name for form in first.forms]
    answer = send(nurse, get(nurse, page_of(visit, "?start=yes")), "start")
    assert answer.status == 303
    assert answer.location == f"/session/{visit.session_id}/"
    assert visit.chart.started_at is not None


def test_a_start_at_another_rate_than_the_labels_is_refused_and_kept(client: Client) -> None:
    visit = visits.ready_to_start()
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?start=yes"))
    answer = send(client, page, "start", rate_ml_per_h="1500")
    assert answer.status == 422
    assert answer.form("start").fields["rate_ml_per_h"] == ["1500"]
    assert visit.chart.started_at is None


def test_a_done_section_is_corrected_and_says_that_it_was(client: Client) -> None:
    visit = visits.weighed()
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?open=weight"))
    answer = send(client, page, "weight", weight_kg="81", correction_reason="read the wrong line")
    assert answer.status == 303, answer.words
    assert str(visit.chart.weight_kg) == "81"
    assert visit.chart.was_corrected
    assert "corrected" in get(client, page_of(visit)).words


def test_a_correction_without_a_reason_is_refused(client: Client) -> None:
    visit = visits.weighed()
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?open=weight"))
    assert send(client, page, "weight", weight_kg="81", correction_reason="").status == 422
    assert not visit.chart.was_corrected


def test_a_check_that_is_not_met_is_overridden_by_a_prescriber_and_not_by_a_nurse(client: Client) -> None:
    visit = visits.weighed()
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?open=check-bladder"))
    assert send(client, page, "check-bladder", result="not_met", detail="urgency").status == 303
    nurse_page = get(client, page_of(visit))
    assert send(client, nurse_page, "override-bladder", reason="known").status == 422
    sign_in(client, PRESCRIBER_VANCE)
    answer = send(client, get(client, page_of(visit)), "override-bladder", reason="known, urine clear")
    assert answer.status == 303
    assert "known, urine clear" in get(client, page_of(visit)).words


def test_what_happened_earlier_is_charted_with_both_times_and_a_reason(client: Client) -> None:
    visit = visits.opened(minutes_ago=60)
    earlier = datetime.now(UTC) - timedelta(minutes=20)
    page = get(sign_in(client, FRONT_DESK_SORO), page_of(visit))
    typed = f"{earlier.astimezone(clinic_zone()):%Y-%m-%dT%H:%M}"
    assert send(client, page, "arrived", happened_at=typed).status == 422
    answer = send(client, page, "arrived", happened_at=typed, late_reason="the desk was busy")
    assert answer.status == 303, answer.words
    entry = queries.log(visit.session_id)[-1]
    assert entry.is_late
    assert abs(entry.occurred_at - earlier) < timedelta(minutes=1)


def test_opening_the_page_is_recorded_as_a_read_of_the_chart(client: Client) -> None:
    visit = visits.opened()
    get(sign_in(client, NURSE_REYES), page_of(visit))
    assert [read.staff_name for read in reads_of(visit.patient_id)] == ["M. Reyes"]


@pytest.mark.hazard("H54")
def test_a_script_in_a_name_stays_text(client: Client) -> None:
    hostile = "Wren <script>alert(1)</script>"
    visit = visits.opened(name=hostile, birth_date=date(1984, 5, 17))
    html = get(sign_in(client, NURSE_REYES), page_of(visit)).html
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_session_that_is_not_there_is_not_found(client: Client) -> None:
    visits.opened()
    assert get(sign_in(client, NURSE_REYES), "/session/00000000-0000-4000-8000-00000000abcd/prepare/").status == 404


@pytest.mark.parametrize("page", ["prepare/", "leaving/", "chart/"])
@pytest.mark.parametrize(
    "kind", ["give_order", "take_telephone_order", "prepare_bag", "check_bag", "correct", "order_countersigned"]
)
def test_what_is_signed_or_worked_out_does_not_pass_through_a_page_of_simple_entries(
    client: Client, page: str, kind: str
) -> None:
    visit = visits.weighed()
    before = visit.chart.head
    answer = sign_in(client, PRESCRIBER_VANCE).post(
        f"/session/{visit.session_id}/{page}",
        {"form": "by-hand", "kind": kind, "submission_id": "by-hand-signed", "patient_id": visit.patient_id},
    )
    assert answer.status_code == 422
    assert "on its own page" in answer.content.decode()
    assert visit.chart.head == before


@pytest.mark.hazard("H19")
def test_what_another_tablet_did_meanwhile_is_said_and_not_lost(client: Client) -> None:
    visit = visits.opened()
    first = get(sign_in(client, NURSE_REYES), page_of(visit))
    second = get(client, page_of(visit))
    assert send(client, first, "arrived").status == 303
    head = visit.chart.head
    answer = send(client, second, "arrived")
    assert answer.status == 422
    assert "Not charted." in answer.words
    assert visit.chart.head == head


@pytest.mark.hazard("H65")
def test_in_place_of_a_bag_that_was_found_wrong_another_is_hung_and_the_set_is_filled_anew(client: Client) -> None:
    """The sections of the wrong bag are open again: a nurse is led to each, and the start opens after the last."""
    visit = visits.ready_to_start()
    wrong = visit.bag_id
    visit.must(ev.LinePrimed(ev.LineFluid.DRUG, BAG.line_hold_up_ml))
    visit.must(ev.BagQuarantined(wrong, ev.BagDoubt.WRONG)).must(ev.BagTakenDown(wrong)).must(BAG)
    made = visit.chart.bag
    assert made is not None and made.bag_id != wrong
    numbers = (made.drawn_ml, made.start_rate_ml_per_h)
    visit.must(rq.CheckBag(made.bag_id, ev.SecondCheck.SECOND_PERSON, ref(NURSE_OKAFOR), *numbers), NURSE_OKAFOR)
    me = sign_in(client, NURSE_REYES)
    assert "came out of a quarantined bag" in get(me, page_of(visit)).words
    page = get(me, page_of(visit, "?open=primed"))
    assert send(me, page, "primed", fluid="drug", hold_up_ml="18").status == 303
    page = get(me, page_of(visit, "?open=hang"))
    assert send(me, page, "hang", label_read=made.bag_id).status == 303
    assert visit.chart.hung_bag is not None and visit.chart.hung_bag.bag.bag_id == made.bag_id
    assert "Start" in get(me, page_of(visit)).words and "Still missing" not in get(me, page_of(visit)).words
