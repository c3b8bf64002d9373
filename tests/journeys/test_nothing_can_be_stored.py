"""The database refuses to write: the chair shows and says that nothing is measured, though nothing is charted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.bedside import BedsideMonitor
from tests.journeys.house import House

pytestmark = pytest.mark.browser


@pytest.fixture
def page(house: House, browser: Browser) -> Iterator[Page]:
    one = house.open_as(browser, "m.reyes")
    yield one.page
    one.page.context.close()


@pytest.mark.timeout(900)
@pytest.mark.hazard("H22", "H36")
def test_a_monitor_that_cannot_be_heard_is_an_alarm_on_the_screen_before_it_is_one_in_the_chart(
    house: House, page: Page
) -> None:
    sitting = house.demo()["sessions"][0]
    with BedsideMonitor(house, sitting["device"]):
        page.goto(f"/session/{sitting['session']}/")
        expect(page.locator('[data-tile="pulse"]')).to_have_attribute("data-quality", "fresh", timeout=20_000)
        (file,) = house.folder.glob("**/dripstand.sqlite3")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            silent = page.locator(".alarm", has_text="Device silent").first
            expect(silent).to_be_visible(timeout=40_000)
            expect(silent).to_contain_text("not in the chart yet")
            expect(page.get_by_text("No alarm", exact=True)).to_be_hidden()
        finally:
            other.execute("ROLLBACK")
            other.close()
        expect(page.locator('[data-tile="pulse"]')).to_have_attribute("data-quality", "fresh", timeout=30_000)
