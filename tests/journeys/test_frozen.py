"""Frozen anywhere between finger and eye, no number looks fresh for more than ten seconds (H22, H23).

Device, gateway, server, database, stream and page are frozen one after the other in front of a real browser. The page
itself notes when its number stopped looking fresh, by the machine's clock. The control is the number before: fresh,
swinging.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import open_page
from tests.journeys.bedside import BedsideMonitor
from tests.journeys.chair_screen import foot, quality
from tests.journeys.house import House
from tests.journeys.valve import Valve, frozen, valve

pytestmark = [pytest.mark.browser, pytest.mark.hazard("H22"), pytest.mark.timeout(900)]

FLAGGED_WITHIN_S = 10.0
PAGE_FROZEN_FOR_S = FLAGGED_WITHIN_S + 1.0 if os.environ.get("FULL_COUNTS") else 5.0
"""A number of more than three seconds is no longer fresh, so five are enough to tell; ten when proving."""
NOTE_WHEN_FLAGGED = """() => {
  const place = document.querySelector('[data-tile="pulse"]');
  window.flaggedAt = null;
  const note = () => {
    const fresh = place.dataset.quality === "fresh";
    if (fresh) window.flaggedAt = null; else window.flaggedAt ??= Date.now();
  };
  window.noting?.disconnect();
  window.noting = new MutationObserver(note);
  window.noting.observe(place, { attributes: true });
  note();
}"""


@pytest.fixture(scope="module")
def gateway(house: House) -> Iterator[Valve]:
    with valve(house.mllp_port) as one:
        yield one


@pytest.fixture(scope="module")
def monitor(house: House, gateway: Valve) -> Iterator[BedsideMonitor]:
    with BedsideMonitor(house, house.demo()["sessions"][0]["device"], port=gateway.port) as sending:
        yield sending


def is_fresh(page: Page) -> None:
    expect(page.locator('[data-tile="pulse"]')).to_have_attribute("data-quality", "fresh", timeout=20_000)


def flagged_s(page: Page, frozen_at_s: float) -> float:
    """Seconds from the freeze until the number stopped looking fresh."""
    page.wait_for_function("() => window.flaggedAt !== null", timeout=20_000)
    return float(page.evaluate("window.flaggedAt")) / 1000 - frozen_at_s


def begin_writing(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("BEGIN IMMEDIATE")


@pytest.mark.hazard("H23")
def test_no_number_looks_fresh_ten_seconds_after_any_of_six_places_froze(
    house: House, browser: Browser, monitor: BedsideMonitor, gateway: Valve
) -> None:
    path = f"/session/{house.demo()['sessions'][0]['session']}/"
    with valve(house.port) as cable:
        opened = open_page(browser, f"http://127.0.0.1:{cable.port}")
        page = opened.page
        page.context.add_cookies(house.cookies_of(browser, "m.reyes"))  # type: ignore[arg-type]
        page.goto(path)
        took: dict[str, float] = {}

        def freeze(where: str, begin: object, end: object) -> None:
            is_fresh(page)
            page.evaluate(NOTE_WHEN_FLAGGED)
            began_s = time.time()
            begin()  # type: ignore[operator]
            try:
                took[where] = flagged_s(page, began_s)
                assert foot(page, "pulse"), where
            finally:
                end()  # type: ignore[operator]

        process = house._process
        assert process is not None
        freeze("device", monitor.freeze, monitor.thaw)
        freeze("gateway", gateway.shut, gateway.open)
        freeze("server", lambda: os.kill(process.pid, signal.SIGSTOP), lambda: os.kill(process.pid, signal.SIGCONT))
        with contextlib.closing(sqlite3.connect(house.folder / "dripstand.sqlite3", isolation_level=None)) as other:
            # Another process writes and does not come to an end: nothing is stored, and nothing may look as if it were.
            freeze("database", lambda: begin_writing(other), lambda: other.execute("ROLLBACK"))
        freeze("stream", cable.shut, cable.open)
        is_fresh(page)

        # A frozen page can change nothing while it stands still. What it must not do is come back smooth: its first
        # sight after the freeze says that its numbers are old, before anything was heard from the server again.
        page.evaluate(NOTE_WHEN_FLAGGED)
        cable.shut()
        tools = frozen(page)
        time.sleep(PAGE_FROZEN_FOR_S)
        tools.send("Debugger.resume")
        tools.detach()
        thawed_s = time.time()
        page.wait_for_function("() => window.flaggedAt !== null", timeout=5_000)
        took["page, after it was thawed"] = max(0.0, float(page.evaluate("window.flaggedAt")) / 1000 - thawed_s)
        assert quality(page, "pulse") != "fresh"
        cable.open()
        is_fresh(page)
        page.context.close()

    print("\nseconds until the number stopped looking fresh: " + ", ".join(f"{k} {v:.1f}" for k, v in took.items()))
    assert all(seconds <= FLAGGED_WITHIN_S for seconds in took.values()), took
    assert took["page, after it was thawed"] <= 1.5, took


def test_a_page_that_never_judged_its_numbers_again_would_be_found_out(
    house: House, browser: Browser, monitor: BedsideMonitor
) -> None:
    with valve(house.port) as cable:
        page = open_page(browser, f"http://127.0.0.1:{cable.port}").page
        page.add_init_script("window.setInterval = () => 0")
        page.context.add_cookies(house.cookies_of(browser, "m.reyes"))  # type: ignore[arg-type]
        page.goto(f"/session/{house.demo()['sessions'][0]['session']}/")
        is_fresh(page)
        cable.shut()
        page.wait_for_timeout(1_000 * (FLAGGED_WITHIN_S + 1.0))
        assert quality(page, "pulse") == "fresh", "the trial would not see a number that stays fresh for ever"
        cable.open()
        page.context.close()
