"""The hard day at the chair, in a browser: emergency, trouble with one tap, a wrong bag, a failing pump, evacuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, Opened, axe_findings
from tests.journeys.chair_screen import charted_by_people, head, nothing_waits, panel, state, tile, wait_for_line
from tests.journeys.house import House
from tests.journeys.looking import broken_numbers

pytestmark = pytest.mark.browser

WAIT_MS = 15_000


@pytest.fixture(scope="module")
def sessions(house: House) -> tuple[str, str]:
    first, second = (one["session"] for one in house.demo()["sessions"])
    return first, second


@pytest.fixture
def nurse(house: House, browser: Browser) -> Iterator[Opened]:
    one = house.open_as(browser, "m.reyes")
    one.page.set_default_timeout(WAIT_MS)
    yield one
    one.page.context.close()


def _over(page: Page, session: str) -> None:
    page.goto(f"/session/{session}/#enter-emergency")
    ends = panel(page, "emergency")
    ends.locator("[name=how]").fill("a faint, awake again")
    ends.get_by_role("button", name="Chart over").click()
    wait_for_line(page, "Emergency over")
    _until(page, on=False)  # the line of an earlier one stands there too


def _until(page: Page, *, on: bool) -> None:
    """Until the server has it so."""
    for _ in range(100):
        if state(page)["emergency"]["on"] is on:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.url}: an emergency is {'not ' if on else 'still '}on")


@pytest.mark.timeout(900)
@pytest.mark.hazard("H63")
def test_an_emergency_is_one_tap_from_every_screen_of_a_visit_and_from_the_board(
    nurse: Opened, sessions: tuple[str, str]
) -> None:
    """One tap charts it; wherever it was tapped, the chair comes up with the clock running."""
    page, (session, _other) = nurse.page, sessions
    here = f"/session/{session}/"
    screens = [f"{here}{name}/" for name in ("prepare", "order", "bag", "bag/check", "leaving", "chart", "note")]
    for path in (*screens, f"{here}bag/label/", f"{here}hand-over/", "/", here):
        page.goto(path)
        scope = page.locator(f'.seat[data-session="{session}"]') if path == "/" else page.locator("body")
        scope.get_by_role("button", name="Emergency").locator("visible=true").click()
        opened = panel(page, "emergency")
        expect(opened).to_contain_text("Emergency since")  # at the tap, whether or not the server has it yet
        _until(page, on=True)
        page.wait_for_timeout(800)  # a second tap within 0.7 s counts as the same finger's
        _over(page, session)
        page.wait_for_timeout(800)
    assert nurse.faults == []


@pytest.mark.timeout(900)
@pytest.mark.hazard("H63")
def test_with_the_network_gone_the_tap_opens_the_emergency_and_what_follows_is_kept(
    nurse: Opened, sessions: tuple[str, str]
) -> None:
    page, session = nurse.page, sessions[0]
    page.goto(f"/session/{session}/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Emergency").click()
    opened = panel(page, "emergency")
    expect(opened).to_contain_text("Emergency since")
    expect(opened).to_contain_text("call for help now")
    expect(opened.locator("[data-emergency-clock]")).to_have_text(re.compile(r"0:0[2-9]"))
    opened.get_by_role("button", name="Airway nobody yet").click()
    expect(page.locator("[data-pending] li")).to_have_count(2)
    page.context.set_offline(False)
    expect(page.locator("[data-pending] li")).to_have_count(0, timeout=30_000)
    expect(opened).to_contain_text("charted ")
    expect(opened.get_by_role("button", name="Airway M. Reyes")).to_be_visible()
    page.wait_for_timeout(800)
    _over(page, session)


@pytest.mark.timeout(900)
@pytest.mark.hazard("H63")
def test_an_emergency_is_charted_while_the_readings_stay_in_sight_and_ends_on_paper(
    nurse: Opened, sessions: tuple[str, str]
) -> None:
    page, session = nurse.page, sessions[1]
    page.goto(f"/session/{session}/")
    before = charted_by_people(page)
    page.get_by_role("button", name="Emergency").click()
    opened = panel(page, "emergency")
    help_called = opened.get_by_role("button", name="Emergency services")
    help_called.click()
    expect(help_called).to_contain_text("tap when here")
    opened.get_by_role("button", name="Airway nobody yet").click()
    expect(opened.get_by_role("button", name="Airway M. Reyes")).to_be_visible()
    opened.locator("[name=detail]").fill("15 L/min")
    opened.get_by_role("button", name="Oxygen").click()
    wait_for_attached(page, "Oxygen")
    for name, words in (("medicine", "adrenaline"), ("dose_text", "0.5 mg"), ("route", "IM")):
        opened.locator(f"[name={name}]").fill(words)
    opened.get_by_role("button", name="Chart drug").click()
    wait_for_attached(page, "adrenaline 0.5 mg")
    nothing_waits(page)
    assert charted_by_people(page) == before + 5
    assert tile(page, "spo2") and page.locator('[data-tile="spo2"]').is_visible(), "monitoring goes on, in sight"
    assert page.get_by_role("button", name="Chart stop").is_visible()
    box, readings = opened.bounding_box(), page.locator(".readings").bounding_box()
    assert box is not None and readings is not None and box["y"] >= readings["y"] + readings["height"]
    assert axe_findings(page) == []
    assert broken_numbers(page) == []
    help_called.click()
    expect(help_called).to_contain_text("here ")
    page.goto(f"/session/{session}/hand-over/")
    sheet = page.locator("article.sheet")
    for fact in ("Emergency charted at", "Emergency services", "Airway: M. Reyes", "Oxygen, 15 L/min", "adrenaline"):
        expect(sheet).to_contain_text(fact)
    expect(sheet).to_contain_text("reached the vein")
    page.goto(f"/session/{session}/#enter-emergency")
    ends = panel(page, "emergency")
    ends.locator("[name=to]").fill("General Hospital")
    ends.locator("[name=handed_to]").fill("crew 4")
    page.wait_for_timeout(800)
    ends.get_by_role("button", name="Chart transferred").click()
    expect(page.locator(".next-words")).to_contain_text("Transferred, 2 still open")
    assert nurse.faults == []


def wait_for_attached(page: Page, words: str) -> None:
    """Until the log holds it, whether or not a panel covers the log."""
    page.locator(".log-lines .log-line", has_text=words).first.wait_for(state="attached")


@pytest.mark.hazard("H63")
def test_the_front_desk_declares_it_from_the_board_and_a_wall_cannot(
    house: House, browser: Browser, sessions: tuple[str, str]
) -> None:
    desk = house.open_as(browser, "a.soro", scheme="light", size=PHONE)
    card = desk.page.locator(f'.seat[data-session="{sessions[0]}"]')
    desk.page.goto("/")
    card.get_by_role("button", name="Emergency").click()
    expect(card.locator(".seat-emergency-on")).to_contain_text("Emergency since", timeout=WAIT_MS)
    assert desk.page.url.endswith("/"), "who may not read the chart stays on the board"
    assert desk.faults == []
    desk.page.context.close()
    wall = house.open_as(browser, "wall")
    wall.page.goto("/")
    assert wall.page.get_by_role("button", name="Emergency").locator("visible=true").count() == 0
    wall.page.context.close()
    nurse = house.open_as(browser, "m.reyes")
    _over(nurse.page, sessions[0])
    nurse.page.context.close()


@pytest.mark.timeout(900)
@pytest.mark.hazard("H65")
def test_trouble_is_one_tap_and_what_follows_is_offered_never_done(nurse: Opened, sessions: tuple[str, str]) -> None:
    """Each trouble charts one entry and opens its prompts; nothing is stopped, changed or given by that."""
    page, session = nurse.page, sessions[0]
    page.goto(f"/session/{session}/")
    for name, key, line in (
        ("No line can be placed", "no-line", "No line could be placed"),
        ("Vomiting", "vomits", "Vomiting"),
        ("Panic", "panic", "Anxious"),
        ("Chest pain", "chest-pain", "Chest pain"),
        ("Severe headache", "severe-headache", "Headache"),
        ("Infiltration", "infiltrated", "Access site checked"),
        ("“I want to stop”", "stop-asked", "The patient wants to stop"),
    ):
        before = head(page)
        page.locator(".due-row").get_by_role("link", name="Trouble").click()
        panel(page, "trouble").get_by_role("button", name=name).click()
        prompts = panel(page, key)
        assert prompts.locator(".prompts li").count() >= 1
        wait_for_attached(page, line)
        assert head(page) >= before + 1
        expect(page.locator("[data-timer]")).to_contain_text("infused")
        page.wait_for_timeout(800)
        if key != "stop-asked":
            prompts.get_by_role("link", name="Close").click()
    prompts.locator("[name=words]").fill("no, I go on")
    prompts.get_by_role("button", name="Chart: wants to go on").click()
    wait_for_line(page, "The patient wants to go on")
    page.locator(".due-row").get_by_role("link", name="Trouble").click()
    panel(page, "trouble").get_by_role("button", name="Pump fails").click()
    pump = panel(page, "pump")
    expect(page.locator("[data-timer]")).to_contain_text("paused")
    expect(page.locator(".amount-vein")).to_contain_text("to")
    assert axe_findings(page) == [] and broken_numbers(page) == []
    bag_id = state(page)["bags"][0]["bag_id"]
    for field, words in (
        ("new_pump", "pump 2"),
        ("label_read", bag_id),
        ("rate_ml_per_h", "75"),
        ("old_volume_ml", "2"),
    ):
        pump.locator(f"[name={field}]").fill(words)
    pump.get_by_role("button", name="Chart the new pump").click()
    wait_for_line(page, "Pump changed to pump 2")
    expect(page.locator(".amount-vein")).not_to_contain_text(" to ")
    page.locator(".due-row").get_by_role("link", name="Trouble").click()
    panel(page, "trouble").get_by_role("link", name="Wrong or unknown bag").click()
    panel(page, "bag-doubt").get_by_role("button", name="nobody knows what it holds").click()
    expect(page.locator(".bag-unknown")).to_contain_text("Composition unknown")
    expect(page.locator("[data-plot-note]")).to_contain_text("Nobody knows what the bag held", timeout=WAIT_MS)
    assert axe_findings(page) == [] and broken_numbers(page) == []
    page.goto("/incidents/")
    page.get_by_role("button", name="I look into it").click()
    expect(page.locator(".incidents")).to_contain_text("owned by M. Reyes")
    page.goto(f"/session/{session}/#enter-goes")
    panel(page, "goes").get_by_role("button", name="Chart left without discharge").click()
    expect(page.locator(".next-words")).to_contain_text("Left against advice, 7 still open")
    assert nurse.faults == []
