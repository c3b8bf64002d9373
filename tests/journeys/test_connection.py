"""The server dies under an open page: the page says so, marks what is old, keeps what was tapped, and catches up."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Opened
from tests.journeys.bedside import BedsideMonitor
from tests.journeys.chair_screen import foot, head, log_lines, panel, quality, tile
from tests.journeys.house import House, dripstand

pytestmark = pytest.mark.browser

SAID_WITHIN_S = 3.0 + 0.3  # three seconds, and a breath for a machine that runs two browsers' worth of tests
FLAGGED_WITHIN_S = 10.0


@pytest.fixture
def monitor(house: House) -> Iterator[BedsideMonitor]:
    with BedsideMonitor(house, house.demo()["sessions"][0]["device"]) as sending:
        yield sending


@pytest.fixture
def opened(house: House, browser: Browser) -> Iterator[Opened]:
    one = house.open_as(browser, "m.reyes")
    yield one
    one.page.context.close()


_NOTE_WHEN_IT_IS_SAID = """() => {
  const banner = document.querySelector("[data-connection]");
  const note = () => { if (!banner.hidden) window.saidAt ??= Date.now(); };
  new MutationObserver(note).observe(banner, { attributes: true });
}"""


def _says_it_is_lost_since(page: Page, died_s: float) -> None:
    """The banner is there, names the time, and came in time by the machine's own clock."""
    banner = page.locator("[data-connection]")
    banner.wait_for(state="visible")
    assert re.search(r"Connection lost since \d{1,2}:\d{2}:\d{2}", banner.inner_text()), banner.inner_text()
    took_s = page.evaluate("window.saidAt") / 1000 - died_s
    assert took_s <= SAID_WITHIN_S, f"said after {took_s:.2f} s"


@pytest.mark.timeout(900)
@pytest.mark.hazard("H18", "H20", "H21", "H22")
def test_a_page_whose_server_dies_says_so_marks_what_is_old_and_catches_up_by_itself(
    house: House, opened: Opened, monitor: BedsideMonitor
) -> None:
    page, board = opened.page, opened.page.context.new_page()
    page.goto(f"/session/{house.demo()['sessions'][0]['session']}/")
    board.goto("/")
    expect(page.locator('[data-tile="pulse"]')).to_have_attribute("data-quality", "fresh")
    page.evaluate("window.sameAsBefore = true")
    before = head(page)

    for one in (page, board):
        one.evaluate(_NOTE_WHEN_IT_IS_SAID)
    house.kill()
    died = time.monotonic()
    died_s = time.time()
    _says_it_is_lost_since(page, died_s)
    _says_it_is_lost_since(board, died_s)
    assert tile(page, "pulse").isdigit(), "the number is kept"

    page.locator(".entries").get_by_role("link", name="Nausea").click()
    panel(page, "nausea").get_by_role("button", name="mild").click()
    waiting = page.locator("[data-pending] li")
    expect(waiting).to_have_count(1)
    assert "failed" not in waiting.inner_text().lower(), waiting.inner_text()
    page.locator(".rate-buttons").get_by_role("button", name="Chart pause").click()
    expect(waiting).to_have_count(2)
    paused_at = house.now()

    page.wait_for_timeout(max(0.0, died + FLAGGED_WITHIN_S - time.monotonic()) * 1_000)
    for key in ("pulse", "spo2", "resp"):
        assert quality(page, key) != "fresh", f"{key} looks fresh {FLAGGED_WITHIN_S:.0f} s after everything stopped"
        assert re.search(r"\d+ (s|min)|\d{1,2}:\d{2}", foot(page, key)), (
            f"{key} does not say how old it is: {foot(page, key)}"
        )
    for key in ("pulse", "spo2"):
        assert board.locator(f'.mini[data-key="{key}"][data-quality="fresh"]').count() == 0, key

    checked = dripstand("verify", "--data", house.folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    house.start()
    expect(page.locator("[data-connection]")).to_be_hidden(timeout=8_000)
    expect(page.locator('[data-tile="pulse"]')).to_have_attribute("data-quality", "fresh", timeout=8_000)
    expect(board.locator("[data-connection]")).to_be_hidden(timeout=8_000)
    expect(waiting).to_have_count(0, timeout=15_000)
    assert any("Nausea" in line for line in log_lines(page)), log_lines(page)[:4]
    charted = _charted_since(page, before)
    assert sum("Nausea" in row for row in charted) == 1
    (pause,) = [row for row in charted if "Infusion paused" in row]
    zone = ZoneInfo(str(page.evaluate("JSON.parse(document.getElementById('chair-keys').textContent).zone")))
    tapped = {f"{paused_at.astimezone(zone) - timedelta(seconds=ago):%H:%M:%S}" for ago in range(3)}
    happened, recorded = re.findall(r"\d{2}:\d{2}:\d{2}", pause)[:2]
    assert happened in tapped, f"tapped at {sorted(tapped)}, charted as {pause}"
    assert recorded > happened, "it was sent after everything that waited before it, and says so"
    assert page.evaluate("window.sameAsBefore") is True, "the page was loaded anew"


def _charted_since(page: Page, before: int) -> list[str]:
    """What the whole chart holds beyond an entry, a text each."""
    reader = page.context.new_page()
    reader.goto(page.url.split("#")[0] + "chart/")
    found = reader.locator("table.log tbody tr").all_inner_texts()[before:]
    reader.close()
    return found


RESTARTED_FOR_S = 8.0
"""As long as the page above may take, so that this one had the same time."""


@pytest.mark.timeout(900)
def test_a_page_that_never_tried_again_would_be_found_out(
    house: House, opened: Opened, monitor: BedsideMonitor
) -> None:
    """The control run: without its waiting for another try, and without the state that it asks for every ten seconds
    besides, the page of before stays without a live number."""
    page = opened.page
    page.goto(f"/session/{house.demo()['sessions'][0]['session']}/")
    expect(page.locator('[data-tile="pulse"]')).to_have_attribute("data-quality", "fresh")
    page.evaluate("window.setTimeout = () => 0")
    page.route("**/state.json", lambda route: route.abort())
    house.kill()
    expect(page.locator("[data-connection]")).to_be_visible()
    house.start()
    page.wait_for_timeout(1_000 * RESTARTED_FOR_S)
    assert quality(page, "pulse") != "fresh", "the trial would not see a page that stays without numbers"
