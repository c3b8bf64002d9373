"""A chair that no awake screen watches is said elsewhere; a person hears the sound; the lock hides names alone."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import PHONE, TABLET
from tests.journeys.bedside import BedsideMonitor
from tests.journeys.house import House
from tests.journeys.looking import DESKTOP
from tests.journeys.valve import frozen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SAID_WITHIN_S = 15.0
SEEN_WITHIN_S = 2.0


@pytest.fixture(scope="module")
def monitor(house: House) -> Iterator[BedsideMonitor]:
    with BedsideMonitor(house, house.demo()["sessions"][0]["device"]) as sending:
        yield sending


def first_chair(house: House) -> str:
    return str(house.demo()["sessions"][0]["session"])


@pytest.mark.hazard("H34", "H37")
def test_a_screen_that_falls_asleep_is_missed_on_the_others_within_fifteen_seconds(
    house: House, browser: Browser, monitor: BedsideMonitor
) -> None:
    session = first_chair(house)
    at_the_chair = house.open_as(browser, "m.reyes").page
    elsewhere = house.open_as(browser, "t.vance").page
    at_the_chair.goto(f"/session/{session}/")
    # A browser that nobody touched cannot sound, and says so; a person's answer is written down.
    at_the_chair.locator(".chair-foot [data-sound-test]").click()
    at_the_chair.get_by_role("button", name="No", exact=True).click()
    expect(at_the_chair.locator("[data-sound-tested-words]")).to_contain_text(
        "Nobody hears this screen", timeout=15_000
    )
    at_the_chair.locator(".chair-foot [data-sound-test]").click()
    at_the_chair.get_by_role("button", name="Yes, I heard it").click()
    expect(at_the_chair.locator("[data-sound-tested-words]")).to_contain_text("Sound heard by M. Reyes", timeout=15_000)

    elsewhere.goto("/devices/")
    said = elsewhere.locator(f"[data-unattended] p[data-sessions*='{session}']")
    # the other chair has no screen at all, and that is said; this one is watched
    expect(elsewhere.locator("[data-unattended] p")).to_have_count(1, timeout=25_000)
    expect(said).to_have_count(0)

    tools = frozen(at_the_chair)
    asleep_s = time.monotonic()
    expect(said).to_have_count(1, timeout=20_000)
    took_s = time.monotonic() - asleep_s
    assert took_s <= SAID_WITHIN_S, f"said after {took_s:.1f} s"
    assert "infuse" in said.inner_text()
    tools.send("Debugger.resume")
    tools.detach()
    expect(said).to_have_count(0, timeout=15_000)

    # the board with its sound on watches every chair
    at_the_chair.goto("/")
    at_the_chair.locator("body").click(position={"x": 300, "y": 30})
    expect(elsewhere.locator("[data-unattended]")).to_be_hidden(timeout=20_000)
    print(f"\nsaid {took_s:.1f} s after the screen fell asleep")
    at_the_chair.context.close()
    elsewhere.context.close()


_SAID_AT_ONCE = """() => {
  const notes = [...document.querySelectorAll("[data-unattended], [data-hard-day=said]")];
  for (const note of notes) {
    note.hidden = false;
    const words = "said of another chair ".repeat(4);
    note.replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
  }
  return notes.map((note) => note.getBoundingClientRect().toJSON());
}"""


@pytest.mark.hazard("H34", "H39")
@pytest.mark.parametrize("size", [TABLET, DESKTOP, PHONE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_what_is_said_of_another_chair_lies_over_nothing_else_that_is_said(
    house: House, browser: Browser, size: tuple[int, int]
) -> None:
    page = house.open_as(browser, "m.reyes", size=size).page
    page.goto(f"/session/{first_chair(house)}/")
    first, second = sorted(page.evaluate(_SAID_AT_ONCE), key=lambda box: float(box["top"]))
    assert first["height"] > 20 and second["height"] > 20
    assert first["bottom"] <= second["top"], f"they lie over each other: {first}, {second}"
    page.context.close()


@pytest.mark.hazard("H38")
def test_an_alarm_is_seen_on_a_locked_screen_within_two_seconds_and_names_nobody(
    house: House, browser: Browser, monitor: BedsideMonitor
) -> None:
    page = house.open_as(browser, "m.reyes").page
    page.goto(f"/session/{first_chair(house)}/")
    called = page.locator("[data-text='header.called']").first.inner_text()
    other = page.context.new_page()
    other.goto("/today/")
    page.get_by_role("button", name="Lock", exact=True).click()
    page.wait_for_url("**/locked/**")
    other.wait_for_url("**/locked/**", timeout=15_000)  # every page of the sign-in
    assert called and called not in page.content()
    page.evaluate(
        """() => { window.alarmAt = null;
          const look = () => {
            if (document.querySelector('.seat[data-foot="high"]')) window.alarmAt ??= Date.now();
          };
          new MutationObserver(look).observe(document.body, {subtree: true, attributes: true, childList: true}); }"""
    )
    monitor.body["spo2"] = 80.0
    page.wait_for_function("() => window.alarmAt !== null", timeout=20_000)
    raised = [one for one in _alarms(house) if one["alarm"] == "spo2_critical"]
    assert raised, "the chart has the alarm"
    late_s = float(page.evaluate("window.alarmAt")) / 1000 - raised[-1]["at_s"]
    assert late_s <= SEEN_WITHIN_S, f"seen {late_s:.1f} s after it was raised"
    assert called not in page.content()
    monitor.body["spo2"] = 98.0
    sign_in = next(one for one in house.demo()["sign_ins"] if one["username"] == "m.reyes")
    page.locator("#secret").fill("not this one")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("That does not unlock it")).to_be_visible()
    page.locator("#secret").fill(sign_in["password"])
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url(f"**/session/{first_chair(house)}/")
    expect(page.locator("[data-text='header.called']").first).to_have_text(called)
    page.context.close()


def _alarms(house: House) -> list[dict[str, object]]:
    import json
    import sqlite3
    from datetime import UTC, datetime

    with sqlite3.connect(f"file:{house.folder / 'dripstand.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT payload, occurred_at FROM infusion_logrow WHERE kind = 'alarm_raised' ORDER BY occurred_at"
        ).fetchall()
    return [
        {
            "alarm": json.loads(payload)["data"]["alarm"],
            "at_s": datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp(),
        }
        for payload, at in rows
    ]
