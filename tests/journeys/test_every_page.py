"""Every page, dark and light, at three sizes, with and without its script: nothing is found wrong with it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import groupby

import pytest
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Browser, Page

from dripstand.people.actors import Actor
from dripstand.people.pages import opens_for
from dripstand.server.demo.cast import STAFF
from tests.browser import axe_findings, open_page
from tests.journeys.every_page import (
    DESK,
    LEAD,
    NO_PAGE,
    NOBODY,
    NURSE,
    ONLY_BEFORE_ANYBODY_WORKS_HERE,
    PAGES,
    PRESCRIBER,
    Shown,
    every_page,
)
from tests.journeys.house import House
from tests.journeys.looking import (
    broken_at_their_longest,
    faint_colours,
    numbers_without_a_unit,
    what_is_wrong_at_every_size,
)

pytestmark = pytest.mark.browser

LEAKS = re.compile(r"\bundefined\b|\bNone\b(?! charted)|\bNaN\b|\bnull\b|\{[{%]|\[object")
NUMBERS_WAITED_FOR_S = 8.0


@pytest.fixture(scope="module")
def shown(known: dict[str, str]) -> list[Shown]:
    return every_page(known)


def test_every_address_is_looked_at_or_is_no_page() -> None:
    named = set(_names(get_resolver().url_patterns, ""))
    listed = set(PAGES) | NO_PAGE | ONLY_BEFORE_ANYBODY_WORKS_HERE
    assert named - listed == set(), "new addresses: add them to tests/journeys/every_page.py"
    assert listed - named == set(), "these addresses are gone: take them out of tests/journeys/every_page.py"


def _names(patterns: object, before: str) -> Iterator[str]:
    for one in patterns:  # type: ignore[attr-defined]
        if isinstance(one, URLPattern):
            yield f"{before}{one.name}"
        else:
            yield from _names(one.url_patterns, f"{one.namespace}:" if one.namespace else before)


@pytest.mark.timeout(900)
@pytest.mark.hazard("H41", "H09")
def test_nothing_is_found_wrong_with_any_page_dark_or_light_at_any_size(
    showcase: House, browser: Browser, shown: list[Shown]
) -> None:
    wrong: list[str] = []
    for who, theirs in groupby(shown, key=lambda one: one.who):
        opened = showcase.open_as(browser, who) if who != NOBODY else open_page(browser, showcase.address)
        page = opened.page
        for one in theirs:
            answer = page.goto(one.path)
            status = answer.status if answer else 0
            found = [f"answered {status}"] if status != 200 else []
            found += [f"dark: {each}" for each in axe_findings(page)]
            page.emulate_media(color_scheme="light")
            found += [f"light: {each}" for each in faint_colours(page)]
            page.emulate_media(color_scheme="dark")
            found += what_is_wrong_at_every_size(page)
            found += numbers_without_a_unit(page)
            if page.locator("[data-tile-text], .mini b").count():
                found += broken_at_their_longest(page)
            found += opened.faults
            opened.faults.clear()
            wrong += [f"{one.path} as {one.who or 'nobody'}: {each}" for each in dict.fromkeys(found)]
        page.context.close()
    assert wrong == [], "\n".join(["", *wrong])


@pytest.mark.timeout(900)
def test_every_page_can_be_read_without_its_script(showcase: House, browser: Browser, shown: list[Shown]) -> None:
    wrong: list[str] = []
    for who, theirs in groupby(shown, key=lambda one: one.who):
        context = browser.new_context(base_url=showcase.address, java_script_enabled=False)
        if who != NOBODY:
            context.add_cookies(showcase.cookies_of(browser, who))  # type: ignore[arg-type]
        page = context.new_page()
        for one in theirs:
            page.goto(one.path)
            wrong += [f"{one.path} as {who or 'nobody'}: {each}" for each in _unreadable(page)]
        context.close()
    assert wrong == [], "\n".join(["", *wrong])


WHO_DECLARES = frozenset({NURSE, PRESCRIBER, LEAD, DESK})
"""Who may declare one; an administrator charts nothing, and a wall and a locked screen name nobody."""
DECLARES = re.compile(r'name="kind" value="emergency_declared"')


@pytest.mark.hazard("H63")
def test_an_emergency_is_on_every_page_of_who_may_declare_it_while_somebody_is_infusing(
    showcase: House, browser: Browser, shown: list[Shown]
) -> None:
    """Without a script too: the form stands in the page as the server sends it, one tap or a list and a tap away."""
    missing: list[str] = []
    looked_at = 0
    for who, theirs in groupby(shown, key=lambda one: one.who):
        if who not in WHO_DECLARES:
            continue
        context = browser.new_context(base_url=showcase.address)
        context.add_cookies(showcase.cookies_of(browser, who))  # type: ignore[arg-type]
        for one in theirs:
            answer = context.request.get(one.path)
            looked_at += 1
            if one.path != "/locked/" and DECLARES.search(answer.text()) is None:
                missing.append(f"{one.path} as {who}: answered {answer.status}, no emergency on it")
        context.close()
    assert looked_at > 80 and missing == [], "\n".join(["", *missing])


WAYS = re.compile(r'(?:href|data-href)="(/[^"?#]*)')
ALSO_READ = tuple(("l.webb", path) for path in ("/", "/session/{infusing}/", "/session/{awaited}/chart/")) + (
    ("r.klein", "/patients/{patient}/"),
    ("a.soro", "/session/{infusing}/prepare/"),
)


def test_no_page_offers_a_way_that_would_be_refused_to_who_reads_it(
    showcase: House, browser: Browser, shown: list[Shown], known: dict[str, str]
) -> None:
    """Each link of each page opens to who reads it, as its view declares; a link to nowhere is none either."""
    readers = {one.username: Actor("", one.full_name, frozenset(one.roles)) for one in STAFF}
    read = sorted({(one.who, one.path) for one in shown} | {(who, path.format(**known)) for who, path in ALSO_READ})
    refused: list[str] = []
    ways_count = 0
    for who, theirs in groupby(read, key=lambda one: one[0]):
        if who == NOBODY:
            continue
        context = browser.new_context(base_url=showcase.address)
        context.add_cookies(showcase.cookies_of(browser, who))  # type: ignore[arg-type]
        for _, path in theirs:
            ways = {way for way in WAYS.findall(context.request.get(path).text()) if not way.startswith("/static/")}
            ways_count += len(ways)
            refused += [f"{path} as {who}: {way}" for way in sorted(ways) if not opens_for(way, readers[who])]
        context.close()
    assert ways_count > 1_000 and refused == [], "\n".join(["", *refused])


def _unreadable(page: Page) -> Iterator[str]:
    headings = page.locator("h1")
    if headings.count() != 1 or not headings.first.inner_text().strip():
        yield f"{headings.count()} headings"
    words = " ".join(page.locator("body").inner_text().split())
    if len(words) < 120:
        yield f"next to nothing stands on it: {words}"
    for leak in LEAKS.finditer(words):
        yield f"it says {leak[0]}: …{words[max(0, leak.start() - 60) :][:140]}…"
    for tile in page.locator("[data-tile-text]").all():
        if not tile.inner_text().strip():
            yield "a reading is empty"
    for button in page.locator("main form button:visible, main form input[type=submit]:visible").all():
        if button.get_attribute("type") == "button":
            yield f"a button that only a script moves: {button.inner_text()}"


def test_the_numbers_of_the_demo_move_on_the_board(showcase: House, browser: Browser) -> None:
    """What the demo shows is live: a pulse on the board changes by itself."""
    opened = showcase.open_as(browser, "m.reyes")
    page = opened.page
    page.goto("/")
    pulses = page.locator('.mini[data-key="pulse"] b, .mini[data-quality] b')
    seen = pulses.all_inner_texts()
    until = time.monotonic() + NUMBERS_WAITED_FOR_S
    while pulses.all_inner_texts() == seen and time.monotonic() < until:
        page.wait_for_timeout(250)
    assert pulses.all_inner_texts() != seen
    assert opened.faults == []
    page.context.close()
