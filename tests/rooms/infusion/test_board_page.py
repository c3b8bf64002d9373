"""The board: every chair in its place, what needs someone by colour, and nothing on a wall that is not for it."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries, services
from dripstand.infusion.presentation.board import Eyes, Place, Sitting, board_state
from dripstand.infusion.watchers import may_watch_board, may_watch_session
from dripstand.people.actors import Actor
from dripstand.people.models import StaffMember
from dripstand.premises.queries import clinic_zone
from dripstand.protocol.queries import current_template
from tests.people import (
    FRONT_DESK_SORO,
    NURSE_REYES,
    ON_CALL_WEBB,
    OUTSIDER,
    WALL,
    another_chair,
    clinic_with_a_chair,
    ren_halloway,
    stored,
    whole_staff,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, sign_in

pytestmark = pytest.mark.django_db


def board_of(client: Client, who: Actor = NURSE_REYES) -> dict[str, Any]:
    found: dict[str, Any] = sign_in(client, who).get("/board.json").json()
    return found


def card_of(client: Client, who: Actor = NURSE_REYES) -> dict[str, Any]:
    found: dict[str, Any] = board_of(client, who)["cards"][0]
    return found


def raise_alarm(visit: visits.StoredVisit) -> None:
    raised = ev.AlarmRaised(
        str(uuid.uuid4()), "nibp_systolic_high", ev.Priority.MEDIUM, False, "nibp_systolic_mmhg", "168 mmHg", "165 mmHg"
    )
    services.chart_alarms(visit.session_id, [raised], submission_id=str(uuid.uuid4()), now=datetime.now(UTC))


def test_a_card_names_the_patient_the_infusion_the_timer_the_rate_and_who_watches(client: Client) -> None:
    visit = visits.infusing()
    card = card_of(client)
    assert (card["called"], card["initials"], card["infusion_text"]) == ("Wren", "WH", "3 of 6")
    assert card["timer"]["counts_down"]
    assert card["timer"]["words"].startswith("min left, ends ")
    assert card["rate_text"] == f"{visit.chart.rate_ml_per_h:.1f}"
    assert card["observer_text"] == "M. Reyes"
    assert [step["state"] for step in card["steps"]] == ["done", "done", "now", "ahead", "ahead"]


def test_chairs_stand_in_their_fixed_order_and_a_free_one_says_who_comes(client: Client) -> None:
    visits.opened(minutes_ago=0)  # half an hour ago may have been yesterday
    another_chair("Meadow 1")
    board = board_of(client)
    assert [card["number"] for card in board["cards"]] == [1, 2]
    assert [card["is_free"] for card in board["cards"]] == [True, True]
    assert board["cards"][0]["free_text"].startswith("Wren is expected at ")
    assert board["expected"][0]["name"] == "Wren Halloway"


def test_an_empty_clinic_is_told_what_to_do_next(client: Client) -> None:
    stored(NURSE_REYES)
    page = get(sign_in(client, NURSE_REYES), "/")
    assert page.status == 200
    assert "No chair yet." in page.words


@pytest.mark.hazard("H40")
def test_the_board_says_that_the_bedside_monitors_are_the_primary_alarm(client: Client) -> None:
    visits.infusing()
    assert "Bedside monitors are the primary alarm" in get(sign_in(client, NURSE_REYES), "/").words


def test_an_alarm_stands_at_the_foot_of_its_card_with_stars_words_limit_and_since_when(client: Client) -> None:
    visit = visits.infusing()
    raise_alarm(visit)
    foot = card_of(client)["foot"]
    assert foot["kind"] == "medium"
    assert foot["stars"] == "**"
    assert foot["words"] == "Systolic high 168 mmHg, limit 165 mmHg"
    assert board_of(client)["summary"] == "1 chair of 1 taken, 1 alarm"


@pytest.mark.hazard("H62")
def test_an_infusing_chair_that_nobody_watches_is_shown_as_needing_someone() -> None:
    visit = visits.infusing()
    chart = queries.chart(visit.session_id)
    unwatched = type("Unwatched", (), {"__getattr__": lambda _self, name: getattr(chart, name), "observer": None})()
    template = current_template()
    assert template is not None
    place = Place(clinic_with_a_chair(), 1, "Harbour 1", "Harbour")
    sitting = Sitting(unwatched, template, {}, ())
    found = board_state([place], {place.chair_id: sitting}, [], datetime.now(UTC), clinic_zone(), Eyes(True, True))
    card = found["cards"][0]
    assert card["foot"]["kind"] == "needs"
    assert card["foot"]["words"] == "Nobody watches this chair"
    assert card["observer_missing"]


@pytest.mark.hazard("H62")
def test_an_observer_with_more_infusing_chairs_than_the_protocol_allows_is_shown() -> None:
    visit = visits.infusing()
    chart, template = queries.chart(visit.session_id), current_template()
    assert template is not None
    places = [Place(f"chair-{number}", number, f"Chair {number}", "Bay") for number in (1, 2, 3)]
    sittings = {place.chair_id: Sitting(chart, template, {}, ()) for place in places}
    found = board_state(places, sittings, [], datetime.now(UTC), clinic_zone(), Eyes(True, True))
    assert [card["observer_missing"] for card in found["cards"]] == [True, True, True]
    two = board_state(places[:2], sittings, [], datetime.now(UTC), clinic_zone(), Eyes(True, True))
    assert [card["observer_missing"] for card in two["cards"]] == [False, False]


@pytest.mark.hazard("H38")
def test_a_wall_shows_chair_phase_and_need_but_no_surname_and_no_clinical_word(client: Client) -> None:
    visit = visits.infusing()
    raise_alarm(visit)
    page = get(sign_in(client, WALL), "/")
    assert page.status == 200
    assert "Wren" in page.words
    assert "Needs someone" in page.words
    assert "168" not in re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\.\d{3}(?=\+)", "", page.words), "beside ids and clocks"
    for hidden in ("Halloway", "Systolic", "NIBP", "SpO2", "M. Reyes", "mL/h"):
        assert hidden not in page.said, hidden
    assert card_of(client, WALL)["foot"]["kind"] == "medium"  # the colour stays: it must be seen from afar


def test_the_front_desk_sees_names_and_no_readings(client: Client) -> None:
    visits.infusing()
    card = card_of(client, FRONT_DESK_SORO)
    assert card["initials"] == "WH"
    assert card["minis"] == []
    assert card["href"] == ""


def left_against_advice() -> visits.StoredVisit:
    """From the running drug: line in, bag up, nobody called and nobody told."""
    visit = visits.infusing(minutes_ago=12.0)
    return visit.must(ev.LeftWithoutDischarge(None, "", line_removed=False, escort_called=False, prescriber_told=""))


@pytest.mark.hazard("H64")
def test_the_free_chair_names_who_left_against_advice_with_what_is_still_open_until_it_is_closed(
    client: Client,
) -> None:
    visit = left_against_advice()
    board = board_of(client)
    card = board["cards"][0]
    assert card["is_free"] and card["free_text"] == "This chair is free."
    assert [one["open_text"] for one in card["gone"]] == ["7 still open"]
    assert re.fullmatch(r"Wren Halloway left against advice at \d\d:\d\d\.", card["gone"][0]["words"])
    assert board["gone"] == []
    page = get(client, "/")
    assert re.search(r"Wren Halloway left against advice at \d\d:\d\d\. 7 still open", page.words), page.words
    assert f'href="/session/{visit.session_id}/leaving/"' in page.html
    visit.must(ev.LeavingFollowedUp(line_out=True, escort_called=True, prescriber_told="Dr. T. Vance"))
    assert card_of(client)["gone"][0]["open_text"] == "4 still open"


@pytest.mark.hazard("H15")
def test_the_bag_of_somebody_who_was_transferred_is_said_until_it_is_down_and_the_set_cleared(client: Client) -> None:
    """The ambulance took the patient; what is left of the ketamine still hangs beside an empty chair."""
    visit = visits.infusing(minutes_ago=12.0).must(ev.EmergencyDeclared())
    visit.must(ev.PatientTransferred("hospital", "ambulance"))
    card = card_of(client)
    assert re.fullmatch(r"Wren Halloway was transferred at \d\d:\d\d\.", card["gone"][0]["words"])
    assert card["gone"][0]["open_text"] == "2 still open"
    visit.must(ev.BagTakenDown(visit.bag_id)).must(ev.LineCleared("disconnected"))
    assert card_of(client)["gone"] == []


@pytest.mark.hazard("H64")
def test_nothing_is_said_of_somebody_with_whom_nothing_is_open(client: Client) -> None:
    visit = visits.criteria_met()
    visit.must(ev.LeftWithoutDischarge(True, "told what to look out for", True, True, "Dr. T. Vance"))
    assert card_of(client)["gone"] == []


@pytest.mark.hazard("H64")
def test_once_somebody_else_has_the_chair_it_stands_beside_the_chairs_and_not_on_their_card() -> None:
    gone, template = left_against_advice().chart, current_template()
    assert template is not None
    place = Place(clinic_with_a_chair(), 1, "Harbour 1", "Harbour")
    another = visits.weighed(patient_id=ren_halloway(), minutes_ago=3.0).chart
    eyes = Eyes(True, True, may_see_to=True)
    sittings = {place.chair_id: Sitting(another, template, {}, ())}
    found = board_state([place], sittings, [], datetime.now(UTC), clinic_zone(), eyes, [gone])
    assert found["cards"][0]["gone"] == [] and found["somebody_gone"]
    assert [one["session_id"] for one in found["gone"]] == [gone.session_id]
    nowhere = board_state([], {}, [], datetime.now(UTC), clinic_zone(), eyes, [gone])
    assert len(nowhere["gone"]) == 1, "also without a chair of the clinic"


@pytest.mark.hazard("H38")
@pytest.mark.parametrize(
    ("who", "page"), [(WALL, "/board.json"), (FRONT_DESK_SORO, "/board.json"), (NURSE_REYES, "/locked.json")]
)
def test_how_somebody_left_is_said_to_no_wall_no_front_desk_and_no_locked_screen(
    client: Client, who: Actor, page: str
) -> None:
    left_against_advice()
    found = sign_in(client, who).get(page).content.decode()
    assert "against advice" not in found and "still open" not in found and "leaving/" not in found


def test_who_may_not_see_to_it_reads_it_without_a_way_that_would_be_refused(client: Client) -> None:
    left_against_advice()
    on_call = stored(ON_CALL_WEBB)
    said = card_of(client, on_call)["gone"][0]
    assert said["open_text"] == "7 still open" and said["href"] == "" and said["no_href"]


def test_only_staff_may_watch_the_board_and_only_those_who_treat_a_session() -> None:
    whole_staff()
    visit = visits.infusing()

    def user(actor: Actor) -> StaffMember:
        return StaffMember.objects.get(pk=stored(actor).staff_id)

    assert may_watch_board(user(WALL), "")
    assert may_watch_session(user(NURSE_REYES), visit.session_id)
    for outside in (WALL, FRONT_DESK_SORO, OUTSIDER):
        assert not may_watch_session(user(outside), visit.session_id)
    assert not may_watch_board(None, "")
    assert not may_watch_board(user(WALL), "another")
