"""Hostile names print literally (H54), and a form of one patient changes no other (H02)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

import dripstand
from dripstand.people import queries
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_REYES,
    PASSWORD,
    clinic_with_a_chair,
    ren_halloway,
    stored,
    wren_halloway,
)

SOURCE = Path(dripstand.__file__).parent

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=javascript:alert(1)>x</a>",
    '" autofocus onfocus=alert(1) x="',
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "${7*7}#{7*7}<%= 7*7 %>",
]


TRUSTING = re.compile(r"\|\s*safe\b|autoescape off|mark_safe|format_html|<script|<style| style=")


def _client(username: str) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302
    return client


class _Skeleton(HTMLParser):
    """What a browser would build of a page: its elements with the names of their attributes, apart from its words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attributes)))
        self.words += [value or "" for _, value in attributes]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", ()))


def _pages_of_a_patient_called(name: str, client: Client) -> list[_Skeleton]:
    """The pages of a patient whose every text is this, who exists only while they are fetched."""
    with transaction.atomic():
        patient_id = wren_halloway(
            record_number=name[:40],
            name=name,
            preferred_name=name[:60],
            notes=name,
            phone=name[:40],
            allergies=(name,),
            none_known=False,
        )
        pages = [
            _Skeleton(client.get(address).content.decode())
            for address in ("/patients/", f"/patients/{patient_id}/", f"/patients/{patient_id}/amend/")
        ]
        transaction.set_rollback(True)
    return pages


@pytest.mark.hazard("H54")
@pytest.mark.django_db
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_name_prints_as_it_was_typed_and_builds_nothing(payload: str) -> None:
    stored(MEDICAL_LEAD_ABARA), stored(FRONT_DESK_SORO)
    client = _client("s.abara")
    harmless = _pages_of_a_patient_called("Wren Halloway", client)
    hostile = _pages_of_a_patient_called(payload, client)
    for plain, page in zip(harmless, hostile, strict=True):
        assert page.elements == plain.elements
        assert any(payload in words for words in page.words), "it stands there, letter by letter"


def test_the_comparison_would_see_a_page_that_trusts_its_names() -> None:
    assert _Skeleton(f"<p>{PAYLOADS[0]}</p>").elements != _Skeleton("<p>Wren</p>").elements


@pytest.mark.hazard("H54")
def test_no_template_of_these_rooms_trusts_what_was_typed() -> None:
    for room in ("people", "premises", "protocol"):
        for page in (SOURCE / room).rglob("*"):
            if page.suffix in (".html", ".py"):
                text = page.read_text(encoding="utf-8")
                assert not re.search(
                    r"\|\s*safe\b|autoescape off|mark_safe|format_html|<script|<style| style=", text
                ), page


@pytest.mark.hazard("H02")
@pytest.mark.django_db
def test_a_form_of_one_patient_sent_to_another_changes_neither() -> None:
    wren, ren = wren_halloway(), ren_halloway()
    stored(NURSE_REYES)
    client = _client("m.reyes")
    before = queries.patient(wren), queries.patient(ren)
    answer = client.post(
        f"/patients/{ren}/amend/",
        {
            "patient_id": wren,
            "seen_version_number": 1,
            "record_number": "R-1001",
            "name": "Wren Halloway",
            "birth_date": "1984-05-17",
            "sex": "F",
            "height_cm": "171",
            "none_known": "on",
            "reason": "From the other tab.",
        },
    )
    assert answer.status_code == 400
    assert "belongs to another patient" in answer.content.decode()
    assert (queries.patient(wren), queries.patient(ren)) == before


@pytest.mark.hazard("H02")
def test_the_sign_in_holds_no_patient() -> None:
    # The browser's session is written by Django, by the limits of the sign-in, and by nobody else.
    writers = {
        page.relative_to(SOURCE).as_posix()
        for page in SOURCE.rglob("*.py")
        if re.search(r"request\.session\b|\bsession\[|SessionStore", page.read_text(encoding="utf-8"))
    }
    for writer in writers:
        text = (SOURCE / writer).read_text(encoding="utf-8")
        assert not re.search(r"session\[[^\]]*(patient|chart|chair)", text), writer


@pytest.mark.django_db
def test_no_page_of_these_rooms_is_kept_by_the_browser() -> None:
    patient_id = wren_halloway()
    clinic_with_a_chair()
    stored(MEDICAL_LEAD_ABARA)
    client = _client("s.abara")
    for address in (
        "/sign-in/",
        "/account/",
        "/staff/",
        "/patients/",
        f"/patients/{patient_id}/",
        "/rooms/",
        "/protocol/",
    ):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store", address
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_what_was_typed_is_kept_when_it_is_refused_but_no_password() -> None:
    stored(ADMINISTRATOR_KLEIN)
    client = _client("r.klein")
    answer = client.post("/staff/add/", {"full_name": "G. Petrel", "username": "G Petrel", "password": PASSWORD})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="G. Petrel"' in text and 'value="G Petrel"' in text
    assert PASSWORD not in text
    assert 'aria-invalid="true"' in text and 'id="id_username_error"' in text
