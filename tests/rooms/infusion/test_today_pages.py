"""Today's list: who is expected, who is here, one next step each, and a new session for a registered patient."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import queries
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_REYES,
    WALL,
    clinic_with_a_chair,
    ren_halloway,
    signed_template,
    stored,
    wren_halloway,
)
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import Page, get, send, sign_in

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Chicago")


def test_an_empty_day_says_what_will_stand_there(client: Client) -> None:
    clinic_with_a_chair()
    stored(FRONT_DESK_SORO)
    page = get(sign_in(client, FRONT_DESK_SORO), "/today/")
    assert "Sessions of the day appear here" in page.words


@pytest.mark.parametrize(
    ("how", "step"), [("opened", "Check in"), ("weighed", "Prepare"), ("infusing", "To the chair"),
                      ("stopped", "Finish"), ("observing", "Leaving"), ("left", "Session note")]
)  # fmt: skip
def test_each_session_offers_the_one_next_step(client: Client, how: str, step: str) -> None:
    getattr(visits, how)()
    page = get(sign_in(client, NURSE_REYES), "/today/")
    assert f"{step} , Wren Halloway" in page.words or f"{step}, Wren Halloway" in page.words


@pytest.mark.hazard("H64")
def test_who_left_against_advice_stands_there_with_what_is_still_open_until_it_is_seen_to(client: Client) -> None:
    visit = visits.infusing()
    visit.must(ev.LeftWithoutDischarge(None, "", line_removed=False, escort_called=False, prescriber_told=""))
    page = get(sign_in(client, NURSE_REYES), "/today/")
    assert re.search(r"[4-7] still open ?, Wren Halloway", page.words), page.words
    assert f'href="/session/{visit.session_id}/leaving/"' in page.html
    assert "Session note" not in page.words and "0 here" in page.words


@pytest.mark.hazard("H03")
def test_look_alikes_of_the_day_are_named_at_both(client: Client) -> None:
    visits.opened(minutes_ago=0)
    visits.opened(minutes_ago=0, patient_id=ren_halloway())
    words = get(sign_in(client, NURSE_REYES), "/today/").words
    assert words.count("Look-alike today") == 2


@pytest.mark.parametrize("somebody", [ADMINISTRATOR_KLEIN, WALL])
def test_who_treats_nobody_does_not_see_the_list(client: Client, somebody: object) -> None:
    visits.opened()
    assert get(sign_in(client, somebody), "/today/").status == 403  # type: ignore[arg-type]


def chosen(client: Client) -> tuple[str, Page]:
    patient_id = wren_halloway()
    clinic_with_a_chair()
    signed_template()
    page = get(sign_in(client, FRONT_DESK_SORO), f"/today/?patient={patient_id}")
    return patient_id, page


def soon() -> dict[str, str]:
    at = (datetime.now(UTC) + timedelta(minutes=30)).astimezone(ZONE)
    return {"expected_on": f"{at:%Y-%m-%d}", "expected_time": f"{at:%H:%M}"}


def test_a_patient_is_found_by_name_and_a_session_opened(client: Client) -> None:
    patient_id, page = chosen(client)
    assert "Wren Halloway" in get(client, "/today/?q=halloway").words
    answer = send(client, page, "open", infusion_number="1", infusions_planned_count="6", **soon())
    assert answer.status == 303, answer.words
    lines = queries.sessions_of(patient_id)
    assert len(lines) == 1
    assert answer.location == f"/session/{lines[0].session_id}/prepare/"


@pytest.mark.hazard("H17")
def test_the_same_form_opens_one_session(client: Client) -> None:
    patient_id, page = chosen(client)
    typed = {"infusion_number": "1", "infusions_planned_count": "6", **soon()}
    places = {send(client, page, "open", **typed).location for _ in range(5)}
    assert len(places) == 1
    assert len(queries.sessions_of(patient_id)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"infusion_number": "0"}, {"infusion_number": "six"}, {"infusion_number": "7"},
        {"infusions_planned_count": "60"}, {"expected_time": ""}, {"expected_on": "2020-01-01"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field_and_kept(client: Client, wrong: dict[str, str]) -> None:
    patient_id, page = chosen(client)
    typed = {"infusion_number": "1", "infusions_planned_count": "6", **soon(), **wrong}
    answer = send(client, page, "open", **typed)
    assert answer.status == 422
    assert all(answer.form("open").fields[name] == [value] for name, value in typed.items())
    assert queries.sessions_of(patient_id) == ()


def test_the_next_number_of_the_course_is_known(client: Client) -> None:
    visit = visits.left()
    page = get(sign_in(client, FRONT_DESK_SORO), f"/today/?patient={visit.patient_id}")
    assert page.form("open").fields["infusion_number"] == ["4"]
    assert page.form("open").fields["infusions_planned_count"] == ["6"]


def test_without_a_signed_protocol_no_session_is_opened(client: Client) -> None:
    patient_id = wren_halloway()
    clinic_with_a_chair()
    page = get(sign_in(client, FRONT_DESK_SORO), f"/today/?patient={patient_id}")
    answer = send(client, page, "open", infusion_number="1", infusions_planned_count="6", **soon())
    assert answer.status == 422
    assert "No protocol is signed" in answer.words
