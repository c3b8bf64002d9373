"""The note's page: complete, marked, signed with its meaning, one document with its own identifiers."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_REYES,
    ON_CALL_WEBB,
    PASSWORD,
    ren_halloway,
    stored,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, send, sign_in

pytestmark = pytest.mark.django_db


def page_of(visit: visits.StoredVisit) -> str:
    return f"/session/{visit.session_id}/note/"


@pytest.mark.parametrize("how", ["opened", "weighed", "bag_made", "infusing", "stopped", "left"])
def test_there_is_a_note_at_every_point_of_a_visit(client: Client, how: str) -> None:
    visit = getattr(visits, how)()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    assert page.status == 200
    assert "<svg" in page.html


def test_the_note_tells_the_whole_visit(client: Client) -> None:
    visit = visits.left()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    for fact in (
        "Ketamine", "reached the vein", "in the vein", "left in the line", "in the bag", "LOT-7", "J. Okafor",
        "Nausea, mild, ginger tea, helped", "Rate to 120 mL/h", "Music, quieter", "Walks steadily", "identity card",
        "Every criterion was met", "144/90", "Highest blood pressure 144/90 mmHg",
    ):  # fmt: skip
        assert fact in page.words, fact
    assert visit.chart.head_hash in page.html


@pytest.mark.hazard("H24")
def test_every_predicted_value_is_marked_with_model_people_and_interval(client: Client) -> None:
    visit = visits.left()
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    assert "Predicted, not measured" in page.words
    assert "healthy volunteers" in page.words
    assert "90 of 100 people" in page.words
    sheet = page.html.partition('<article class="sheet"')[2]
    outside = re.sub(r"<svg.*?</svg>", "", sheet, flags=re.S)
    assert "ng/mL" not in outside


@pytest.mark.hazard("H04")
def test_a_note_holds_nobody_elses_identifiers_and_its_own_stand_on_each_printed_page(client: Client) -> None:
    visit = visits.left()
    other = visits.opened(patient_id=ren_halloway())
    page = get(sign_in(client, NURSE_REYES), page_of(visit))
    sheet = page.html.partition('<article class="sheet"')[2]
    for others in ("Ren Halloway", "R-1002", other.session_id, "17 May 1987"):
        assert others not in sheet.replace("Wren Halloway", "")
    running = sheet.partition('<div class="running-head"')[2].partition("</div></div>")[0]
    for mine in ("Wren Halloway", "R-1001", "17 May 1984", visit.chart.head_hash[:16]):
        assert mine in running


def test_a_correction_and_a_late_entry_are_listed(client: Client) -> None:
    visit = visits.stopped()
    number = next(entry.sequence for entry in visit.chart.entries if isinstance(entry.event, ev.RateChanged))
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, f"/session/{visit.session_id}/chart/?correct={number}")
    assert send(nurse, page, "correct", rate_ml_per_h="110", correction_reason="typed wrong").status == 303
    words = get(nurse, page_of(visit)).words
    assert "Put right" in words
    assert "typed wrong" in words
    assert f"Entry {number} said: Rate to 120 mL/h" in words


def test_a_note_is_signed_with_the_own_password_and_shows_it(client: Client) -> None:
    visit = visits.left()
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit))
    assert "draft, not signed" in page.words
    assert send(nurse, page, "sign", own_password="wrong").status == 422
    assert send(nurse, page, "sign", own_password=PASSWORD).status == 303
    entry = queries.log(visit.session_id)[-1]
    assert isinstance(entry.event, ev.NoteSigned)
    assert entry.event.chart_hash == visit.chart.entries[-2].hash
    assert "Signed by M. Reyes" in get(nurse, page_of(visit)).words


def test_a_note_of_a_chart_that_moved_on_is_not_signed(client: Client) -> None:
    visit = visits.left()
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit))
    visit.must(ev.NoteWritten("meanwhile"), MEDICAL_LEAD_ABARA)
    answer = send(nurse, page, "sign", own_password=PASSWORD)
    assert answer.status == 422
    assert "chart has changed" in answer.words


def test_a_change_after_the_signature_is_said_on_the_note(client: Client) -> None:
    visit = visits.left()
    nurse = sign_in(client, NURSE_REYES)
    assert send(nurse, get(nurse, page_of(visit)), "sign", own_password=PASSWORD).status == 303
    visit.wait(30).must(ev.NoteWritten("afterthought"))
    assert "changed after it was signed" in get(nurse, page_of(visit)).words


def test_who_is_on_call_reads_and_does_not_sign_and_the_front_desk_does_neither(client: Client) -> None:
    visit = visits.left()
    stored(ON_CALL_WEBB)
    page = get(sign_in(client, ON_CALL_WEBB), page_of(visit))
    assert page.status == 200
    assert "sign" not in [form.name for form in page.forms]
    assert get(sign_in(client, FRONT_DESK_SORO), page_of(visit)).status == 403


@pytest.mark.hazard("H54")
def test_a_script_in_a_remark_stays_text_on_the_note(client: Client) -> None:
    visit = visits.infusing()
    visit.must(ev.NoteWritten("<script>alert(1)</script>"))
    html = get(sign_in(client, NURSE_REYES), page_of(visit)).html
    assert "<script>alert(1)" not in html
