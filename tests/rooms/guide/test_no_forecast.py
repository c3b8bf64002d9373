"""A crawl of all that opens behind a link, of somebody of whom there is a forecast: none of it is there (H46)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from dripstand.guide.pages import SOURCES
from dripstand.people.links.purposes import Purpose
from tests.people import PRESCRIBER_VANCE
from tests.rooms.guide.coming import by_link, signed_in, signed_in_patient
from tests.rooms.infusion.stored_visits import weighed
from tests.rooms.outcomes.courses import a_course, under_way
from tests.rooms.people.every_way_in import every_address

LABELS = {
    "en": r"respon[ds]er|forecast|predicted response|probabilit|remission|PHQ-9 total|score",
    "de": r"respon[ds]er|forecast|prognose|vorhersage|wahrscheinlichkeit|remission|PHQ-9 total|punktzahl|punktwert",
    "es": r"respon[ds]e[rd]|forecast|pron[oó]stico|predicci|probabilidad|remisi[oó]n|PHQ-9 total|puntuaci|puntaje",
}

# A form's name for a field, and the random letters of its token, which spell any word once in a while.
INVISIBLE = re.compile(r'name="score"|name="csrfmiddlewaretoken" value="\w+"')


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def forecast_on(staffs: str) -> tuple[list[str], list[str]]:
    """What the staff's page shows of the forecast: its labels, and each number as a pattern of how it could be said."""
    section = staffs[staffs.index('aria-labelledby="forecast"') :].split("<aside")[0]
    heads = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", section, re.DOTALL)
    pieces = [piece for one in heads for piece in re.split(r"<[^>]+>", one)]
    reached = staffs[staffs.index('aria-labelledby="reached"') :].split("</section>")[0]
    pieces += [one.split(":")[0] for one in re.findall(r"<li>(.*?)<span", reached, re.DOTALL)]
    labels = [label for piece in pieces if len(label := words_of(piece)) > 12]  # "below 5" may stand anywhere
    chances = re.findall(r"(\d+) % 90 % interval (\d+) to (\d+) %", words_of(section))
    scores = re.search(r"From (\d+) to (\d+)", words_of(reached))
    assert chances and scores and len(labels) >= 5, "there is a forecast, so that it could leak"
    numbers = [rf"\b{at}\s?(%|percent|Prozent|por ciento|von 100|of 100|de 100)" for at, _low, _high in chances]
    pairs = [(low, high) for _at, low, high in chances] + [scores.groups()]
    return labels, numbers + [rf"\b{low}\s?%?\s?(to|and|bis|und|a|y|–|-)\s?{high}\b" for low, high in pairs]


def comes_in(patient_id: str, session_id: str, purpose: Purpose, language: str) -> Client:
    if purpose is not Purpose.HOME:
        return by_link(patient_id, purpose, about=session_id, language=language)
    client = signed_in_patient(patient_id, "pebble")
    client.post("/l/language/", {"language": language, "next": "/me/home/"})
    return client


@pytest.mark.hazard("H46")
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_a_patient_with_every_link_finds_no_forecast_and_no_label(language: str) -> None:
    visit = weighed()
    began = datetime.now(UTC) - timedelta(days=13)
    there = a_course(visit.patient_id, first=began)
    under_way(there, (21, 20, 19, 18, 17), began)
    staffs = signed_in(PRESCRIBER_VANCE).get(f"/course/{there.course_id}/response/").content.decode()
    labels, numbers = forecast_on(staffs)
    behind = [one for one in every_address() if one.declaration and one.declaration.purpose]
    opened_count = 0
    for purpose in Purpose:
        client = comes_in(visit.patient_id, visit.session_id, purpose, language)
        paths = [one.example for one in behind if one.declaration.purpose is purpose]
        if purpose is Purpose.GUIDE:
            paths += [f"/me/guide/{slug}/" for slug in SOURCES]
        for path in paths:
            answer = client.get(path)
            if answer.status_code == 200 and not answer.streaming:
                opened_count += 1
                html = INVISIBLE.sub("", answer.content.decode())
                assert f'lang="{language}"' in html or "<html" not in html, path
                found = re.search(LABELS[language], html, re.IGNORECASE)
                assert not found, f"{path}: {found}"
                said = words_of(html)
                for label in labels:
                    assert label not in said, f"{path}: {label}"
                for number in numbers:
                    assert not re.search(number, said), f"{path}: {number}"
        staff_only = ("/outcomes/", f"/course/{there.course_id}/", f"/course/{there.course_id}/response/")
        for path in (*staff_only, f"/patients/{visit.patient_id}/"):
            assert client.get(path).status_code in (302, 404)
    assert opened_count >= len(SOURCES) + 4
