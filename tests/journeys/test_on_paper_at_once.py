"""Fifty prints at once: each label, note and hand-over sheet holds its own patient's identifiers and nobody else's."""

from __future__ import annotations

import html
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser

from tests.journeys.every_page import NURSE
from tests.journeys.house import House
from tests.journeys.sending import Client

pytestmark = pytest.mark.browser

PRINTS_COUNT = 50
TRIES_COUNT = 5


def _printed(body: str) -> str:
    main = re.search(r"<main.*?</main>", body, flags=re.S)
    assert main is not None
    return html.unescape(re.sub(r"<[^>]+>", " ", main[0]))


def asked_until_answered(client: Client, path: str) -> str:
    """The sheet. Each print is noted first, and a database that fifty write to at once may say that it is busy."""
    for _ in range(TRIES_COUNT):
        answer = client.ask(path)
        if answer.status != 503:
            break
    assert answer.status == 200, f"{path} was answered {answer.status}"
    return answer.body


@pytest.mark.hazard("H04")
def test_fifty_prints_at_once_hold_each_their_own_patient_and_nobody_else(showcase: House, browser: Browser) -> None:
    cookies = {one["name"]: one["value"] for one in showcase.cookies_of(browser, NURSE)}
    clients = {0: Client(showcase.port, cookies), 1: Client(showcase.port, cookies)}
    sessions = {one["session"]: (one["patient_name"], one["patient"]) for one in showcase.demo()["sessions"]}
    sheets = [
        (session, path)
        for session in sessions
        for path in (f"/session/{session}/bag/label/", f"/session/{session}/note/", f"/session/{session}/hand-over/")
        if clients[0].ask(path).status == 200
    ]
    assert len({session for session, _ in sheets}) == len(sessions)
    wanted = (sheets * PRINTS_COUNT)[:PRINTS_COUNT]
    random.Random(4).shuffle(wanted)
    with ThreadPoolExecutor(PRINTS_COUNT) as all_at_once:
        asked = all_at_once.map(lambda one: asked_until_answered(clients[hash(one[1]) % 2], one[1]), wanted)
        bodies = list(asked)
    for (session, path), body in zip(wanted, bodies, strict=True):
        words = _printed(body)
        name, record = sessions[session]
        assert name in words and record in words, path
        others = [other for key, known in sessions.items() if key != session for other in known]
        assert [other for other in others if other in words] == [], path
