"""The scenes at the chair while the drug runs: start, numbers, rate, nausea, pause, stop."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.chair_screen import (
    boxes_overlap,
    foot,
    head,
    nothing_waits,
    panel,
    quality,
    state,
    tile,
    wait_for_line,
)
from tests.journeys.house import House


def rate(page: Page) -> str:
    return page.locator("[data-rate] .rate-number").inner_text()


def _later(page: Page) -> None:
    """A second tap on the same button within 0.7 s counts as the same finger's; people take longer."""
    page.wait_for_timeout(800)


def _seen_at_the_pump(page: Page) -> None:
    _later(page)
    expect(page.locator(".rate-pump")).to_contain_text("not confirmed at the pump")
    page.get_by_role("button", name="Seen at pump").click()
    expect(page.locator(".rate-pump")).to_contain_text("seen at the pump")
    expect(page.locator(".rate-pump")).to_contain_text("P. Lind")


def the_start_takes_two_taps(page: Page, session: str) -> None:
    """The first tap charts nothing and the second lies in another place (H60)."""
    page.goto(f"/session/{session}/")
    assert "primary alarm" in page.locator("footer").inner_text()
    before = head(page)
    first = page.get_by_role("button", name="Start at 75.0 mL/h …")
    first.click()
    second = page.get_by_role("button", name="It runs: chart start")
    second.wait_for()
    assert not boxes_overlap(first, second), "a double tap of one finger would start the drug"
    assert head(page) == before, "the first tap charted something"
    second.click()
    expect(page.locator("[data-rate] .rate-number")).to_contain_text("75")
    wait_for_line(page, "started")
    _seen_at_the_pump(page)


def the_numbers_move(page: Page) -> None:
    """They change by themselves, the slow cuff says how old it is, and predicted numbers say that they are."""
    expect(page.locator('[data-tile="pulse"]')).to_have_attribute("data-quality", "fresh")
    seen = tile(page, "pulse")
    changed = "seen => document.querySelector('[data-tile=pulse] [data-tile-text]').textContent !== seen"
    page.wait_for_function(changed, arg=seen)
    assert 66 <= int(tile(page, "pulse")) <= 71
    assert tile(page, "nibp") == "122/76"
    assert "ago" in foot(page, "nibp") or "now" in foot(page, "nibp"), foot(page, "nibp")
    assert quality(page, "spo2") == "fresh"
    assert "predicted" in page.locator(".plots, [data-plot]").first.inner_text().lower()


def looking_charts_nothing_and_changing_takes_two_taps(page: Page) -> None:
    """The what-if line is a question; only the second tap, elsewhere, is an entry (H25)."""
    before, was = head(page), rate(page)
    chain = state(page).get("head_hash")
    for _ in range(3):
        page.get_by_role("button", name="Lower").click()
    expect(page.locator("[data-what-if-result]")).to_contain_text("later")
    assert page.locator("#what-if-rate").input_value() == "72.0"
    assert head(page) == before and rate(page) == was, "looking at another rate charted something"
    assert state(page).get("head_hash") == chain
    first = page.locator('[data-prepare="rate_changed"]')
    first.click()
    second = page.get_by_role("button", name="side effect", exact=True).locator("visible=true")
    second.wait_for()
    assert not boxes_overlap(first, second)
    assert head(page) == before
    second.click()
    expect(page.locator("[data-rate] .rate-number")).to_contain_text("72")
    assert head(page) == before + 1
    _seen_at_the_pump(page)


def nausea_pause_and_resume(page: Page) -> None:
    page.get_by_role("link", name="Nausea").click()
    panel(page, "nausea").get_by_role("button", name="moderate").click()
    wait_for_line(page, "Nausea")
    helped = panel(page, "helped")
    helped.locator("label.chip", has_text="reassurance").click()
    helped.locator("label.chip", has_text="mild").click()
    helped.get_by_role("button", name="helped", exact=True).click()
    nothing_waits(page)
    before = head(page)
    page.get_by_role("button", name="Chart pause").click()  # one tap
    why = panel(page, "pause")
    expect(page.locator("[data-timer]")).to_contain_text("paused")
    assert head(page) == before + 1, "one tap, one entry"
    why.get_by_role("button", name="side effect").click()
    nothing_waits(page)
    _seen_at_the_pump(page)
    page.get_by_role("button", name="Resume at 72.0 mL/h …").click()
    page.get_by_role("button", name="It runs: chart resume").click()
    expect(page.locator("[data-timer]")).to_contain_text("infused")
    expect(page.locator("[data-rate] .rate-number")).to_contain_text("72")
    _seen_at_the_pump(page)


def stopped_is_not_finished(page: Page, house: House, session: str) -> None:
    """After the stop the bag hangs and the line holds drug: that stays open until somebody has seen to both (H15)."""
    page.get_by_role("button", name="Chart stop").click()  # one tap
    panel(page, "stop").get_by_role("button", name="completed").click()
    nothing_waits(page)
    _seen_at_the_pump(page)
    page.goto(f"/session/{session}/leaving/")
    expect(page.locator("#left-to-do")).to_contain_text("Not finished")
    assert page.get_by_role("button", name="Ready to leave").is_disabled()
    page.goto(f"/session/{session}/")
    page.locator(".entries").get_by_role("link", name="Note, more").click()
    panel(page, "more").get_by_role("link", name="Flush …").click()
    flush = panel(page, "flush")
    flush.locator("[name=volume_ml]").fill("5")
    flush.locator("[name=over_min]").fill("0.1")
    flush.get_by_role("button", name="Chart flush").click()
    expect(page.locator("[data-pending]")).to_contain_text("Give it over at least")
    page.get_by_role("button", name="Discard").click()
    _later(page)
    page.locator(".entries").get_by_role("link", name="Note, more").click()
    panel(page, "more").get_by_role("link", name="Flush …").click()
    flush.locator("[name=volume_ml]").fill("5")
    flush.locator("[name=over_min]").fill("3")
    flush.get_by_role("button", name="Chart flush").click()
    wait_for_line(page, "Flush")
    house.let_pass(minutes=3.5)
    page.get_by_role("button", name="Chart bag down").click()
    page.locator(".next").get_by_role("button", name="flushed").wait_for()  # "Bag hung" is a line, too: not that one
    _later(page)  # it came into the place of the button just tapped
    page.locator(".next").get_by_role("button", name="flushed").click()
    expect(page.locator(".next-words")).to_contain_text("Observation")
