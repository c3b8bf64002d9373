"""A clinic's first minutes: an empty Dripstand, the code from the terminal, and somebody who can sign in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe_findings, open_page
from tests.journeys.house import House
from tests.journeys.looking import faint_colours, what_is_wrong_at_every_size

pytestmark = pytest.mark.browser

PASSWORD = "five quiet herons on a pier"


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory, chromium_path: str) -> Iterator[House]:
    """`dripstand serve` in a folder with nothing in it."""
    house = House(tmp_path_factory.mktemp("empty") / "clinic", ["serve"])
    house.start()
    yield house
    house.stop()


def test_an_empty_clinic_is_set_up_with_the_code_that_only_its_terminal_shows(empty: House, browser: Browser) -> None:
    opened = open_page(browser, empty.address)
    page = opened.page
    page.goto("/")
    page.get_by_role("link", name="Set up the clinic").click()
    assert [*axe_findings(page), *what_is_wrong_at_every_size(page)] == []
    page.emulate_media(color_scheme="light")
    assert faint_colours(page) == []
    for name, typed in {
        "code": "000-000",
        "clinic_name": "Heron Street Clinic",
        "phone": "555-0142",
        "patient_emergency_phone": "911",
        "emergency_phone": "555-0100",
        "door_name": "14 Heron Street",
        "administrator_full_name": "R. Klein",
        "administrator_username": "r.klein",
        "administrator_password": PASSWORD,
        "room_1_name": "Harbour",
        "room_1_chairs": "Chair 1",
    }.items():
        page.locator(f"[name={name}]").fill(typed)
    page.locator("[name=zone]").select_option("America/Chicago")
    page.locator("[name=lead_is_administrator]").check()
    page.locator("main button[type=submit]").click()
    expect(page.locator("main [role=alert]").first).to_be_visible()
    page.goto("/sign-in/")
    expect(page.get_by_text("Nobody works here yet.")).to_be_visible()

    said = "\n".join(empty.printed)
    code = re.search(r"/setup/ with the code (\S+)", said)
    assert code is not None, said
    page.goto("/setup/")
    for name, typed in {
        "code": code[1],
        "clinic_name": "Heron Street Clinic",
        "phone": "555-0142",
        "patient_emergency_phone": "911",
        "emergency_phone": "555-0100",
        "door_name": "14 Heron Street",
        "administrator_full_name": "R. Klein",
        "administrator_username": "r.klein",
        "administrator_password": PASSWORD,
        "room_1_name": "Harbour",
        "room_1_chairs": "Chair 1",
    }.items():
        page.locator(f"[name={name}]").fill(typed)
    page.locator("[name=zone]").select_option("America/Chicago")
    page.locator("[name=lead_is_administrator]").check()
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert axe_findings(page) == []
    page.goto("/sign-in/")
    page.get_by_label("Sign-in name").fill("r.klein")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".seat")).to_have_count(1)
    assert "DEMO" not in page.title(), "a real clinic is never framed as a demo"
    page.goto("/setup/")
    assert "/setup/" not in page.url, "the set-up is open a second time"
    assert [fault for fault in opened.faults if "400" not in fault] == []
    page.context.close()
