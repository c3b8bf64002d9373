"""The chair's screen: what it shows, and what it never does."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion.phases import Phase
from dripstand.infusion.presentation.page import script_words
from dripstand.infusion.presentation.readings import display
from dripstand.people.actors import Actor
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    WALL,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.chair_asked import alarm, chair_of, post, raise_alarms, state_of
from tests.rooms.infusion.page_forms import get, sign_in

pytestmark = pytest.mark.django_db

VECTORS = json.loads((Path(__file__).parents[3] / "frontend/src/chair/tiles.vectors.json").read_text(encoding="utf-8"))


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [NURSE_REYES, PRESCRIBER_VANCE], ids=lambda who: str(who.name))
def test_whoever_treats_opens_the_chair(client: Client, who: Actor) -> None:
    visit = visits.infusing()
    assert get(sign_in(client, who), chair_of(visit)).status == 200


@pytest.mark.parametrize("who", [FRONT_DESK_SORO, ADMINISTRATOR_KLEIN, WALL], ids=lambda who: str(who.name))
@pytest.mark.parametrize("page", ["", "state.json", "curves.json", "what-if.json?rate_ml_per_h=60"])
def test_others_are_refused_the_chair_and_everything_its_script_asks_for(client: Client, who: Actor, page: str) -> None:
    visit = visits.infusing()
    assert get(sign_in(client, who), f"{chair_of(visit)}{page}").status == 403


def test_a_session_that_is_not_there_is_not_found(client: Client) -> None:
    visits.infusing()
    assert get(sign_in(client, NURSE_REYES), f"/session/{uuid.uuid4()}/").status == 404


def test_opening_the_chair_leaves_a_trace_in_the_patients_record(client: Client) -> None:
    from dripstand.people.queries import reads_of

    visit = visits.infusing()
    get(sign_in(client, NURSE_REYES), chair_of(visit))
    assert [(read.staff_name, read.screen) for read in reads_of(visit.patient_id)] == [("M. Reyes", "chair")]


# --- what it shows --------------------------------------------------------------------------------------------------


def test_the_header_names_patient_order_weight_basis_chair_and_allergies(client: Client) -> None:
    visit = visits.infusing()
    words = get(sign_in(client, NURSE_REYES), chair_of(visit)).words
    for said in ("Wren Halloway", "Infusion 3 of 6", "born 17 May 1984", "0.5 mg/kg over 40 min", "80 kg, actual"):
        assert said in words
    assert "Harbour 1" in words
    assert "No known allergies" in words


@pytest.mark.hazard("H40")
def test_the_chair_says_that_the_bedside_monitor_is_the_primary_alarm(client: Client) -> None:
    visit = visits.infusing()
    page = get(sign_in(client, NURSE_REYES), chair_of(visit))
    assert page.words.count("primary alarm") >= 2
    assert "No alarm" in page.words


@pytest.mark.hazard("H64")
def test_the_chair_of_who_left_against_advice_says_what_is_open_and_leads_there(client: Client) -> None:
    """It said of the patient who was gone that a monitor is linked, or that none is."""
    visit = visits.infusing()
    visit.must(
        ev.LeftWithoutDischarge(None, "", line_removed=False, escort_called=False, prescriber_told="Dr. T. Vance")
    )
    state = state_of(sign_in(client, NURSE_REYES), visit)
    assert state["rate"]["next_text"] == "Left against advice, 6 still open:"
    assert [one["words"] for one in state["rate"]["missing"]][:2] == [
        "the line is not charted as out",
        "the bag hangs: take it down",
    ]
    assert state["rate"]["next_href"] == f"/session/{visit.session_id}/leaving/"
    assert state["slot"]["quiet"]["primary"] == "Nobody sits here for this visit any more."


@pytest.mark.hazard("H61")
def test_vein_line_and_bag_are_three_amounts_that_add_up_to_what_was_prepared(client: Client) -> None:
    visit = visits.infusing()
    rate = state_of(sign_in(client, NURSE_REYES), visit)["rate"]
    amounts = [D(rate[name]) for name in ("vein_text", "line_text", "bag_text")]
    bag = visit.chart.bag
    assert bag is not None
    assert abs(sum(amounts, D(0)) - bag.drug_mg) <= D("0.15")  # each is rounded to a tenth
    assert rate["of_text"].startswith("of 40 mg")


@pytest.mark.hazard("H60")
def test_a_stop_is_charted_with_one_tap_and_is_not_confirmed_at_the_pump(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    words = get(nurse, chair_of(visit)).words
    assert "Chart stop" in words
    assert "Chart pause" in words
    answer = post(nurse, visit, "infusion_stopped", reason="not_yet_said")
    assert answer.status_code == 200
    assert visit.chart.phase is Phase.STOPPED
    assert answer.json()["state"]["rate"]["pump_text"] == "not confirmed at the pump"


@pytest.mark.hazard("H60")
def test_it_stays_unconfirmed_until_somebody_saw_the_pump(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    before = state_of(nurse, visit)["rate"]
    assert before["pump_state"] == "unconfirmed"
    seen = post(
        nurse,
        visit,
        "confirmed_at_pump",
        of_sequence=before["confirm_sequence"],
        rate_ml_per_h=before["confirm_rate"],
        source="nurse",
    )
    assert seen.status_code == 200
    assert seen.json()["state"]["rate"]["pump_state"] == "confirmed"


def test_the_page_is_drawn_from_the_same_state_that_a_script_catches_up_with(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, chair_of(visit)).html
    found = re.search(r'id="chair-state" type="application/json">(.*?)</script>', page, re.S)
    assert found is not None
    drawn, asked = json.loads(found.group(1)), state_of(nurse, visit)
    for moving in ("now", "timer", "tiles", "rate", "due", "steps"):
        drawn.pop(moving)
        asked.pop(moving)
    assert drawn == asked


@pytest.mark.hazard("H24")
def test_a_prediction_is_marked_with_model_people_and_band_and_never_stands_among_the_readings(client: Client) -> None:
    visit = visits.infusing()
    nurse = sign_in(client, NURSE_REYES)
    words = get(nurse, chair_of(visit)).words
    assert "Simons 2022" in words
    assert "healthy volunteers" in words
    assert "90 of 100" in words
    assert "Extrapolated" in words  # Wren is older than the volunteers were
    assert "brain" not in words.lower()
    assert all("effect" not in tile["label"].lower() for tile in state_of(nurse, visit)["tiles"])


def test_sedation_names_its_scale_and_its_word(client: Client) -> None:
    visit = visits.infusing()
    tile = next(tile for tile in state_of(sign_in(client, NURSE_REYES), visit)["tiles"] if tile["key"] == "sedation")
    assert tile["label"] == "Sedation, MOAA/S"
    assert tile["display"]["text"] == "5"
    assert tile["display"]["foot"].startswith("alert")


@pytest.mark.hazard("H54")
def test_a_script_in_a_name_is_text_on_the_page(client: Client) -> None:
    trick = "<script>alert(1)</script>"
    visit = visits.infusing(name=f"Wren {trick}", preferred_name=trick)
    visit.must(ev.NoteWritten(f"{trick}</script><img src=x onerror=alert(1)>"))
    page = get(sign_in(client, NURSE_REYES), chair_of(visit))
    assert trick not in page.html
    assert "<img src=x" not in page.html
    assert trick in page.words


def test_the_page_has_no_inline_style_and_no_inline_script(client: Client) -> None:
    html = get(sign_in(client, NURSE_REYES), chair_of(visits.infusing())).html
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", html)


# --- readings -------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H22", "H23", "H30")
@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["name"]))
def test_a_number_looks_as_old_as_it_is(case: dict[str, Any]) -> None:
    value = {**VECTORS["base"], **case["value"]}
    now = datetime.fromisoformat(VECTORS["base"]["at"]) + timedelta(seconds=case["age_s"])
    shown = display(value, now, ZoneInfo(VECTORS["zone"]), unit_text=case["unit"], shows_age=case["shows_age"])  # type: ignore[arg-type]
    assert shown == case["shown"]


def test_the_script_says_the_same_words_as_the_server() -> None:
    assert {name: script_words()[name] for name in VECTORS["words"]} == VECTORS["words"]


def test_a_number_entered_by_hand_stands_where_the_monitor_has_none(client: Client) -> None:
    visit = visits.infusing(minutes_ago=9)
    tiles = {tile["key"]: tile for tile in state_of(sign_in(client, NURSE_REYES), visit)["tiles"]}
    assert tiles["pulse"]["display"]["text"] == "72"
    assert "by hand" in tiles["pulse"]["display"]["foot"]


# --- alarms ---------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H36")
def test_a_technical_alarm_and_the_patients_stand_beside_each_other_in_either_order(client: Client) -> None:
    visit = visits.infusing()
    high = alarm("spo2_very_low", ev.Priority.HIGH, "spo2_percent")
    low = alarm("probe_off", ev.Priority.LOW, "pulse_per_min", technical=True)
    raise_alarms(visit, low)
    raise_alarms(visit, high)
    nurse = sign_in(client, NURSE_REYES)
    slot = state_of(nurse, visit)["slot"]
    assert [one["words"] for one in slot["alarms"]] == ["SpO2 very low", "Probe off, pulse"]
    assert slot["sound"] == "high"
    words = get(nurse, chair_of(visit)).words
    assert "SpO2 very low" in words
    assert "Probe off, pulse" in words
    assert "limit 90 %" in words
    assert "Give oxygen." in words  # the clinic's own card


@pytest.mark.hazard("H35")
def test_acknowledging_one_alarm_silences_only_that_one_and_for_two_minutes_at_most(client: Client) -> None:
    visit = visits.infusing()
    first = alarm("spo2_very_low", ev.Priority.HIGH, "spo2_percent")
    second = alarm("pulse_high", ev.Priority.MEDIUM, "pulse_per_min")
    raise_alarms(visit, first, second)
    nurse = sign_in(client, NURSE_REYES)
    slot = post(nurse, visit, "alarm_acknowledged", alarm_id=first.alarm_id).json()["state"]["slot"]
    silent = next(one for one in slot["alarms"] if one["alarm_id"] == first.alarm_id)
    silence = datetime.fromisoformat(silent["silent_until"]) - datetime.now(UTC)
    assert timedelta(seconds=60) < silence <= timedelta(seconds=120)
    assert slot["sound"] == "medium"
    assert not silent["can_acknowledge"]


@pytest.mark.hazard("H35")
def test_a_silence_longer_than_two_minutes_is_refused(client: Client) -> None:
    visit = visits.infusing()
    raised = alarm("spo2_very_low", ev.Priority.HIGH, "spo2_percent")
    raise_alarms(visit, raised)
    until = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    nurse = sign_in(client, NURSE_REYES)
    answer = post(nurse, visit, "alarm_acknowledged", alarm_id=raised.alarm_id, silent_until=until)
    assert answer.status_code == 422


def test_once_a_number_by_hand_is_too_old_the_monitors_last_one_stands_beneath() -> None:
    from dripstand.infusion.presentation.readings import chosen

    taken = datetime.fromisoformat(VECTORS["base"]["at"])
    hand: Any = {**VECTORS["base"], "text": "80", "by_hand": True, "late_after_s": 300, "lost_after_s": 1020}
    gone: Any = {**VECTORS["base"], "quality": "none", "last_text": "77"}
    assert chosen(gone, hand, taken + timedelta(seconds=60)) is hand
    assert chosen(gone, hand, taken + timedelta(seconds=1021)) is gone


@pytest.mark.hazard("H22")
def test_two_halves_of_different_cuff_readings_never_stand_as_one_pressure() -> None:
    from dripstand.infusion.presentation.readings import from_monitor
    from dripstand.protocol.defaults import default_template

    def shown(high_at: str, low_at: str) -> str:
        pair = {
            "nibp_systolic_mmhg": {"text": "171", "at": high_at, "quality": "fresh"},
            "nibp_diastolic_mmhg": {"text": "85", "at": low_at, "quality": "fresh"},
        }
        return from_monitor(("nibp_systolic_mmhg", "nibp_diastolic_mmhg"), pair, default_template())["text"]

    assert shown("2026-03-04T15:00:00Z", "2026-03-04T15:00:00Z") == "171/85"
    assert shown("2026-03-04T15:05:00Z", "2026-03-04T15:00:00Z") == "171/- -"
    assert shown("2026-03-04T15:00:00Z", "2026-03-04T15:05:00Z") == "- -/85"


@pytest.mark.hazard("H22")
def test_a_probe_that_fell_off_is_not_covered_by_an_older_number_by_hand() -> None:
    from dripstand.infusion.presentation.readings import chosen

    taken = datetime.fromisoformat(VECTORS["base"]["at"])
    hand: Any = {**VECTORS["base"], "text": "98", "by_hand": True, "late_after_s": 300, "lost_after_s": 1020}
    off: Any = {**VECTORS["base"], "quality": "none", "why_text": "probe off"}
    assert chosen(off, hand, taken + timedelta(seconds=299)) is hand
    assert chosen(off, hand, taken + timedelta(seconds=301)) is off


def test_the_due_line_names_the_most_urgent_check_and_counts_the_rest_when_they_are_many(client: Client) -> None:
    visit = visits.infusing(minutes_ago=90)
    line = state_of(sign_in(client, NURSE_REYES), visit)["due"]
    assert line["state"] == "overdue"
    assert re.search(r", then \d more$", line["words"])
