"""The chart as a log: whole, hashed, readable after a correction; corrections and late entries from one page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.premises.queries import clinic_zone
from tests.people import FRONT_DESK_SORO, NURSE_REYES, ON_CALL_WEBB
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, send, sign_in

pytestmark = pytest.mark.django_db


def page_of(visit: visits.StoredVisit, more: str = "") -> str:
    return f"/session/{visit.session_id}/chart/{more}"


def sequence_of(visit: visits.StoredVisit, kind: type[ev.SessionEvent]) -> int:
    return next(entry.sequence for entry in visit.chart.entries if isinstance(entry.event, kind))


def test_every_entry_stands_there_with_its_whole_hash(client: Client) -> None:
    visit = visits.left()
    html = get(sign_in(client, NURSE_REYES), page_of(visit)).html
    for entry in visit.chart.entries:
        assert entry.hash in html
        assert f'id="entry-{entry.sequence}"' in html


def test_who_is_on_call_reads_but_is_offered_no_correction(client: Client) -> None:
    visit = visits.stopped()
    page = get(sign_in(client, ON_CALL_WEBB), page_of(visit))
    assert page.status == 200
    assert "?correct=" not in page.html
    assert get(sign_in(client, FRONT_DESK_SORO), page_of(visit)).status == 403


def test_a_corrected_rate_shows_both_and_every_number_follows(client: Client) -> None:
    visit = visits.stopped()
    number = sequence_of(visit, ev.RateChanged)
    page = get(sign_in(client, NURSE_REYES), page_of(visit, f"?correct={number}"))
    assert page.form("correct").fields["rate_ml_per_h"] == ["120"]
    answer = send(client, page, "correct", rate_ml_per_h="110", correction_reason="typed wrong")
    assert answer.status == 303, answer.words
    words = get(client, page_of(visit)).words
    assert "Rate to 120 mL/h" in words
    assert "Rate to 110 mL/h" in words
    assert visit.chart.corrections[number]
    held = visit.chart.as_it_holds(number)
    assert held is not None and isinstance(held.event, ev.RateChanged)
    assert held.event.rate_ml_per_h == D("110")
    assert held.occurred_at == visit.chart.entries[number - 1].occurred_at  # an untouched time keeps its seconds


def test_an_entry_in_error_is_struck_and_stays_readable(client: Client) -> None:
    visit = visits.stopped()
    number = sequence_of(visit, ev.ComfortGiven)
    page = get(sign_in(client, NURSE_REYES), page_of(visit, f"?correct={number}"))
    assert send(client, page, "correct", step="strike", correction_reason="").status == 422
    assert send(client, page, "correct", step="strike", correction_reason="another patient's").status == 303
    assert number in visit.chart.struck
    page = get(client, page_of(visit))
    assert "struck, entered in error" in page.words
    assert "Music" in page.words and "quieter" in page.words


def test_only_the_time_is_moved(client: Client) -> None:
    visit = visits.stopped()
    number = sequence_of(visit, ev.ComfortGiven)
    was = visit.chart.entries[number - 1]
    earlier = was.occurred_at - timedelta(minutes=3)
    page = get(sign_in(client, NURSE_REYES), page_of(visit, f"?correct={number}"))
    typed = f"{earlier.astimezone(clinic_zone()):%Y-%m-%dT%H:%M}"
    answer = send(client, page, "correct", step="move", happened_at=typed, correction_reason="clock misread")
    assert answer.status == 303, answer.words
    held = visit.chart.as_it_holds(number)
    assert held is not None
    assert held.event == was.event
    assert f"{held.occurred_at.astimezone(clinic_zone()):%Y-%m-%dT%H:%M}" == typed


@pytest.mark.hazard("H32")
def test_a_late_entry_carries_both_times_and_its_reason_and_the_future_is_refused(client: Client) -> None:
    visit = visits.stopped()
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit, "?late=note_written"))
    at = visit.chart.entries[-3].occurred_at
    typed = f"{at.astimezone(clinic_zone()):%Y-%m-%dT%H:%M}"
    assert send(nurse, page, "late", text="asked for water", happened_at=typed, late_reason="").status == 422
    ahead = f"{(at + timedelta(days=2)).astimezone(clinic_zone()):%Y-%m-%dT%H:%M}"
    assert send(nurse, page, "late", text="x", happened_at=ahead, late_reason="why").status == 422
    answer = send(nurse, page, "late", text="asked for water", happened_at=typed, late_reason="hands were full")
    assert answer.status == 303, answer.words
    entry = queries.log(visit.session_id)[-1]
    assert entry.is_late
    assert entry.recorded_at > entry.occurred_at
    assert "late entry: hands were full" in get(nurse, page_of(visit)).words


@pytest.mark.parametrize(
    "kind",
    ["vital_signs_taken", "sedation_scored", "side_effect_noted", "medicine_given", "comfort_given", "rate_changed"],
)
def test_each_kind_of_late_entry_has_a_form_that_keeps_what_was_typed(client: Client, kind: str) -> None:
    visit = visits.stopped()
    nurse = sign_in(client, NURSE_REYES)
    page = get(nurse, page_of(visit, f"?late={kind}"))
    answer = send(nurse, page, "late", late_reason="kept words")
    assert answer.status == 422
    assert answer.form("late").fields["late_reason"] == ["kept words"]


def test_a_late_entry_of_a_kind_that_has_no_form_is_not_offered(client: Client) -> None:
    visit = visits.stopped()
    page = get(sign_in(client, NURSE_REYES), page_of(visit, "?late=patient_left"))
    assert "late" not in [form.name for form in page.forms]
