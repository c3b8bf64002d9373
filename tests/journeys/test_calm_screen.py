"""The patient's tablet with the network cut: it goes on for an hour, says so, rings here, catches up, and is wiped.

How fast a call is, is measured where drug runs (scenes_patient.py).
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import TABLET, Opened, axe_findings, open_page
from tests.journeys.chair_screen import panel
from tests.journeys.house import House

pytestmark = pytest.mark.browser


PIXELS = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.join()"


def picture(page: Page) -> str:
    """All of the image, as it stands on the tablet."""
    pixels: str = page.locator("canvas[data-image]").evaluate(PIXELS)
    return pixels


def drawn(page: Page) -> int:
    """How many frames the image has drawn since the page was opened."""
    return int(page.locator("canvas[data-image]").get_attribute("data-frames") or 0)


def plays(nurse: Page, sound: str) -> None:
    """The nurse chooses a sound at the chair."""
    nurse.locator(".entries").get_by_role("link", name="Note, more").click()
    panel(nurse, "more").get_by_role("link", name="Calm screen …").click()
    panel(nurse, "calm").locator(f"label.chip:has(input[value={sound}])").click()
    panel(nurse, "calm").get_by_role("button", name="Play and show this").click()


def paired(nurse: Page, house: House, browser: Browser, session: str) -> Opened:
    nurse.goto(f"/session/{session}/tablet/")
    nurse.get_by_role("button", name=re.compile("Make a code|Pair another")).click()
    code = nurse.locator('a[href*="/l/"]').first.get_attribute("href") or ""
    tablet = open_page(browser, house.address, size=TABLET)
    tablet.page.emulate_media(reduced_motion="no-preference")
    tablet.page.clock.install()  # its time passes as any other's, until the test lets an hour pass
    tablet.page.goto(code)
    tablet.page.get_by_role("button", name="Open", exact=True).click()
    tablet.page.wait_for_url("**/me/calm/")
    return tablet


@pytest.mark.timeout(900)
@pytest.mark.hazard("H37", "H56")
def test_the_tablet_goes_on_alone_for_an_hour_and_catches_up(house: House, browser: Browser) -> None:
    nurse = house.open_as(browser, "m.reyes").page
    session = house.demo()["sessions"][0]["session"]
    tablet = paired(nurse, house, browser, session)
    page = tablet.page
    nurse.goto(f"/session/{session}/")
    page.get_by_role("button", name="Begin").click()
    words, banner = page.locator("[data-words]"), nurse.locator("[data-call]")
    expect(words).to_have_text("Call my nurse")
    assert axe_findings(page) == []

    # the way to the server is cut: it says so, goes on, rings here, and catches up once
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    plays(nurse, "drone")
    expect(page.locator("[data-calm]")).to_have_attribute("data-plays", "drone")
    house.kill()
    expect(words).to_have_text("No connection")
    # Each minute the image has drawn anew, and shows something else than a minute ago: 60 s are no whole cycle of it.
    moved, shown, frames = 0, picture(page), drawn(page)
    for _minute in range(60):
        page.clock.fast_forward(60_000)
        page.wait_for_function("before => Number(document.querySelector('canvas').dataset.frames) > before", arg=frames)
        frames, before, shown = drawn(page), shown, picture(page)
        moved += shown != before
        assert words.inner_text() == "No connection"
        assert page.locator("[data-calm]").get_attribute("data-plays") == "drone"
    assert moved >= 55, f"the image moved in {moved} of 60 minutes"
    page.locator("button[data-call]").click()
    expect(words).to_have_text("This tablet rings")
    page.reload()
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-calm]")).to_have_attribute("data-plays", "drone")  # as chosen last, without a network
    expect(words).to_have_text("This tablet rings")  # the call that nobody has yet is kept, and rings again
    page.locator("button[data-call]").click()  # heard: silent, and honest about it
    expect(words).to_have_text("No connection")
    house.start()
    expect(banner).to_be_visible()
    nurse.get_by_role("button", name="I am here").click()

    nurse.goto(f"/session/{session}/tablet/")
    nurse.get_by_role("button", name="Release and wipe it").click()
    expect(words).to_have_text("This tablet is free again.")
    left = page.evaluate("async () => [localStorage.length, (await caches.keys()).length]")
    assert left == [0, 0]
    page.reload()
    expect(page.locator("[data-calm]")).to_have_count(0)
    page.context.close()
    nurse.context.close()
