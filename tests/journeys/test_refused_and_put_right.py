"""What was typed into a panel and refused is put right where it was typed, not typed again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import TABLET, axe_findings
from tests.journeys.chair_screen import charted_by_people, nothing_waits, panel, wait_for_line
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.hazard("H18")
def test_refused_vital_signs_open_again_as_they_were_typed_and_are_charted_once(house: House, browser: Browser) -> None:
    opened = house.open_as(browser, "m.reyes", size=TABLET)
    page = opened.page
    page.set_default_timeout(15_000)
    page.goto(f"/session/{house.demo()['sessions'][0]['session']}/")
    before = charted_by_people(page)
    page.locator(".entries").get_by_role("link", name="Note, more").click()
    panel(page, "more").get_by_role("link", name="Vital signs …").click()
    vitals = panel(page, "vitals")
    for name, typed in (("pulse_per_min", "76"), ("nibp_systolic_mmhg", "118"), ("nibp_diastolic_mmhg", "178")):
        vitals.locator(f"[name={name}]").fill(typed)
    vitals.get_by_label("standing").check()
    vitals.get_by_role("button", name="Chart vital signs").click()
    refused = page.locator("[data-pending] li[data-state=refused]")
    expect(refused).to_contain_text("178")
    assert charted_by_people(page) == before

    refused.get_by_role("button", name="Open it again").click()  # one tap
    for name, typed in (("pulse_per_min", "76"), ("nibp_systolic_mmhg", "118"), ("nibp_diastolic_mmhg", "178")):
        expect(vitals.locator(f"[name={name}]")).to_have_value(typed)
    expect(vitals.get_by_label("standing")).to_be_checked()
    wrong = vitals.locator("[name=nibp_diastolic_mmhg]")
    expect(wrong).to_be_focused()
    expect(vitals.locator("label:has([name=nibp_diastolic_mmhg])")).to_contain_text("178")
    expect(vitals.get_by_role("button", name="Chart vital signs")).to_be_in_viewport(ratio=1)
    assert axe_findings(page) == []

    vitals.get_by_role("link", name="Close").click()  # left: the refusal keeps what was typed
    refused.get_by_role("button", name="Open it again").click()
    wrong.fill("78")
    vitals.get_by_role("button", name="Chart vital signs").click()
    wait_for_line(page, "118/78")
    nothing_waits(page)
    assert charted_by_people(page) == before + 1
    assert [fault for fault in opened.faults if "422" not in fault] == [], "the refusal alone is in the browser's log"
    page.context.close()
