"""A visit that went on to its end on paper is entered back wholly: bag, line, judgement, escort, how they left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.infusion.hashing import verify_chain
from dripstand.infusion.phases import Phase
from dripstand.premises.queries import clinic_zone
from dripstand.records.downtime import printed
from tests.people import NURSE_REYES, clinic_with_a_chair
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, sign_in
from tests.rules.infusion.visits import BAG

pytestmark = pytest.mark.django_db


def yesterday_at_ten() -> visits.StoredVisit:
    """Ready to start, on a day of which no later time lies beyond midnight."""
    clinic_with_a_chair()
    now = datetime.now(UTC)
    ten = (now.astimezone(clinic_zone()) - timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    return visits.ready_to_start(minutes_ago=(now - ten).total_seconds() / 60)


def sheet(visit: visits.StoredVisit, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """Start, a look, stop, a look an hour later, and the foot; ``changes``: "" takes a field out."""
    zone = clinic_zone()

    def at(minutes: float) -> str:
        return f"{(visit.now + timedelta(minutes=minutes)).astimezone(zone):%H:%M}"

    judged = [one.criterion for one in queries.template(visit.session_id).leaving if one.rule == "assessed"]
    form: dict[str, str | list[str]] = {
        "form": "paper", "submission_id": "the whole sheet", "patient_id": visit.patient_id, "why": "power cut",
        "written_by": "J. Okafor", "on": visit.now.astimezone(zone).date().isoformat(),
        "at-1": at(2), "act-1": "started", "rate-1": "150",
        "at-2": at(40), "act-2": "stopped", "note-2": "all but the rest",
        "at-3": at(102), "systolic-3": "124", "diastolic-3": "78", "pulse-3": "70", "spo2-3": "98", "resp-3": "14",
        "sedation-3": "5",
        "end-bag_at": at(41), "end-bag_left_ml": "5", "end-cleared_how": "disconnected",
        "end-line_at": at(104), "end-line_site": "good",
        "end-judged_at": at(105), "end-judged_met": judged,
        "end-suicide_finding": "none", "end-suicide_disposition": "as planned", "end-suicide_safe": "yes",
        "end-escort_at": at(106), "end-escort_name": "Sam Halloway", "end-escort_relation": "sister",
        "end-escort_identity": "identity card", "end-escort_fit": "yes", "end-escort_told": "yes",
        "end-escort_signature": "Sam Halloway",
        "end-left_at": at(108), "end-left_how": "discharged",
    }  # fmt: skip
    return {**form, **changes}


def refused_of(html: str) -> str:
    return html.partition('class="refused"')[2].partition("</div>")[0]


@pytest.mark.hazard("H66", "H15")
def test_a_visit_that_ended_on_paper_is_ended_by_its_sheet(client: Client) -> None:
    visit = yesterday_at_ten()
    nurse, path = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/"
    head = visit.chart.head
    page = nurse.post(path, sheet(visit))
    assert page.status_code == 303, page.content.decode()
    chart = visit.chart
    assert chart.phase is Phase.LEFT and chart.contradictions == () and verify_chain(chart.entries) is None
    entered = [entry for entry in chart.entries[head:] if not entry.actor.name.startswith("Dripstand")]
    assert all(entry.late_reason == "on paper, written by J. Okafor: power cut" for entry in entered)
    kinds = [entry.event.kind for entry in entered]
    for kind in ("bag_taken_down", "line_cleared", "line_removed", "escort_confirmed", "patient_left"):
        assert kinds.count(kind) == 1, kind
    (state,) = chart.bags.values()
    assert state.remaining_ml == D("5")
    assert nurse.post(path, sheet(visit)).status_code == 303 and visit.chart.head == chart.head, "sent twice"


@pytest.mark.hazard("H66", "H43")
def test_a_foot_that_cannot_be_charts_nothing_and_says_why(client: Client) -> None:
    visit = yesterday_at_ten()
    nurse, path, head = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/", visit.chart.head
    wrong: tuple[tuple[dict[str, str | list[str]], str], ...] = (
        ({"end-line_at": ""}, "without a time that can be read"),
        ({"end-left_at": "25:99"}, "without a time that can be read"),
        ({"end-line_site": ""}, "This is left empty"),
        ({"end-bag_left_ml": "1,250"}, "1,250"),
        ({"end-bag_left_ml": "500"}, "The foot of the sheet"),
        ({"end-judged_met": []}, "The foot of the sheet"),
        ({"end-escort_at": "", "end-escort_name": "", "end-escort_relation": "", "end-escort_identity": "",
          "end-escort_fit": "", "end-escort_told": "", "end-escort_signature": ""}, "The foot of the sheet"),
        ({"end-left_how": "somehow"}, "omehow is not one of the choices"),
    )  # fmt: skip
    for changes, words in wrong:
        answer = nurse.post(path, sheet(visit, **changes))
        assert answer.status_code == 422 and words in answer.content.decode(), refused_of(answer.content.decode())
        assert 'value="Sam Halloway"' in answer.content.decode() or "end-escort_name" in changes, "what was typed stays"
    assert visit.chart.head == head


@pytest.mark.hazard("H66", "H64")
def test_who_left_against_advice_on_paper_is_never_blocked_and_never_called_discharged(client: Client) -> None:
    visit = yesterday_at_ten()
    nurse, path = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/"
    form = {name: value for name, value in sheet(visit).items() if not name.startswith("end-") or "left" in name}
    form |= {"end-bag_left_ml": "", "end-left_how": "against_advice", "end-left_warned": "driving", "end-left_told": ""}
    assert nurse.post(path, form).status_code == 303
    gone = next(entry.event for entry in visit.chart.entries if isinstance(entry.event, ev.LeftWithoutDischarge))
    assert (gone.has_capacity, gone.line_removed, gone.escort_called) == (None, None, None), "unsaid is no no"
    assert visit.chart.phase is Phase.LEFT_WITHOUT_DISCHARGE
    said = get(nurse, f"/session/{visit.session_id}/chart/").words
    assert "warned: driving" in said and "nothing charted of: capacity, line, escort, prescriber" in said
    for invented in ("line still in", "escort not called", "no prescriber told", "not judged"):
        assert invented not in said, invented


@pytest.mark.hazard("H66", "H64")
def test_of_who_left_against_advice_a_part_of_a_group_is_kept_as_it_stands_and_holds_nobody_up(client: Client) -> None:
    visit = yesterday_at_ten()
    nurse, path = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/"
    form = {name: value for name, value in sheet(visit).items() if not name.startswith("end-")}
    line, left = sheet(visit)["end-line_at"], sheet(visit)["end-left_at"]
    form |= {
        "end-bag_at": line, "end-flush_ml": "20",
        "end-line_at": line,
        "end-suicide_finding": "none said",
        "end-escort_at": line, "end-escort_name": "Sam Halloway", "end-escort_fit": "yes",
        "end-left_at": left, "end-left_how": "against_advice",
    }  # fmt: skip
    answer = nurse.post(path, form)
    assert answer.status_code == 303, refused_of(answer.content.decode())
    chart = visit.chart
    gone = next(entry.event for entry in chart.entries if isinstance(entry.event, ev.LeftWithoutDischarge))
    assert (gone.line_removed, gone.escort_called, gone.prescriber_told) == (True, True, "")
    notes = [entry.event.text for entry in chart.entries if isinstance(entry.event, ev.NoteWritten)]
    assert f"on the sheet, not whole: bag down {line}; flush ml 20" in notes
    assert f"on the sheet, not whole: line out {line}" in notes
    assert "on the sheet, not whole: suicide finding none said" in notes
    assert f"on the sheet, not whole: escort seen {line}; name Sam Halloway; fit yes" in notes
    kinds = [entry.event.kind for entry in chart.entries]
    assert "bag_taken_down" in kinds and chart.phase is Phase.LEFT_WITHOUT_DISCHARGE
    for whole in ("line_removed", "escort_confirmed", "flush_given", "suicide_risk_assessed"):
        assert whole not in kinds, whole


@pytest.mark.hazard("H66")
def test_a_number_of_the_foot_that_cannot_be_read_is_asked_for_however_somebody_left(client: Client) -> None:
    visit = yesterday_at_ten()
    nurse, path, head = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/", visit.chart.head
    wrong = sheet(visit, **{"end-left_how": "against_advice", "end-bag_left_ml": "1,250"})
    assert nurse.post(path, wrong).status_code == 422
    no_time = sheet(visit, **{"end-left_how": "against_advice", "end-left_at": ""})
    assert nurse.post(path, no_time).status_code == 422, "nobody knows when they went"
    assert visit.chart.head == head


@pytest.mark.hazard("H66")
def test_the_printed_foot_asks_what_the_page_takes(client: Client) -> None:
    visit = yesterday_at_ten()
    foot = printed(visit.now)
    for words in ("Bag down at", "left in it", "line out at", "Escort seen", "left at", "against advice", "suicide"):
        assert words in foot, words
    page = get(sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/")
    judged = [one.words for one in queries.template(visit.session_id).leaving if one.rule == "assessed"]
    assert judged and all(one in foot and one in page.words for one in judged)


@pytest.mark.hazard("H66")
def test_the_bag_that_is_written_as_down_is_the_one_that_hung_and_not_a_spare_that_was_made_since(
    client: Client,
) -> None:
    visit = yesterday_at_ten()
    hung = visit.bag_id
    visit.must(BAG)
    assert visit.bag_id != hung
    nurse, path = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/"
    answer = nurse.post(path, sheet(visit))
    assert answer.status_code == 303, refused_of(answer.content.decode())
    assert visit.chart.bags[hung].remaining_ml == D("5") and visit.chart.phase is Phase.LEFT
