"""An answer that may not wait, from the nurse's tablet to the on-call's screen, to the signature that closes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PATIENCE_MS, axe_findings
from tests.journeys.house import House

PASSWORD = "still-water-demo"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def entered(page: Page, patient_id: str) -> None:
    """A PHQ-9 on paper, item 9 on more than half the days, and an intent in the margin."""
    page.goto(f"/outcomes/patients/{patient_id}/")
    page.get_by_label("Scale").select_option("phq-9")
    page.get_by_label("Occasion").select_option("before infusion")
    page.get_by_role("button", name="Begin").click()
    for number in range(1, 10):
        item = page.locator("fieldset.item").nth(number - 1)
        item.get_by_role("radio", name="2 More than half the days" if number == 9 else "1 Several days").check()
    assert axe_findings(page) == []
    page.get_by_role("checkbox", name=re.compile("stated an intent")).check()
    page.get_by_role("button", name="Finish").click()


@pytest.mark.hazard("H39", "H45")
def test_an_item_nine_answer_reaches_the_on_call_and_is_disposed_of(house: House, browser: Browser) -> None:
    nurse = house.open_as(browser, "m.reyes").page
    on_call = house.open_as(browser, "l.webb")
    nurse.goto(f"/session/{house.demo()['sessions'][0]['session']}/leaving/")
    nurse.goto("/patients/")
    nurse.get_by_label("Name, record number or birth date").or_(nurse.get_by_role("textbox")).first.fill("halloway")
    nurse.keyboard.press("Enter")
    link = nurse.locator("a[href*='/patients/']").filter(has_text="Halloway").first
    patient_id = (link.get_attribute("href") or "").rstrip("/").split("/")[-1]

    on_call.page.goto("/")
    word = on_call.page.locator("[data-on-call]")
    expect(word).to_have_count(1)
    entered(nurse, patient_id)
    expect(nurse.get_by_text("This needs a clinician.")).to_be_visible(timeout=PATIENCE_MS)

    # the on-call sits before the board, touches nothing, and is told
    expect(word).to_contain_text("1 call waits", timeout=PATIENCE_MS)
    word.get_by_role("link").click()
    expect(on_call.page.get_by_role("heading", name=re.compile("PHQ-9 in the clinic"))).to_be_visible()
    assert axe_findings(on_call.page) == []
    on_call.page.get_by_role("button", name="I have it. Open it").click()

    # nothing but a signed disposition of somebody who has spoken with the patient closes it
    on_call.page.get_by_label("What was found").fill("Thoughts every day, no plan, no means at home; sister with her.")
    on_call.page.get_by_role("radio", name="A safety plan was made or renewed").check()
    on_call.page.get_by_label("Your password").fill(PASSWORD)
    on_call.page.get_by_role("button", name="Sign and close").click()
    expect(on_call.page.get_by_text("Somebody has to have spoken with the patient")).to_be_visible(timeout=PATIENCE_MS)
    assert axe_findings(on_call.page) == []
    on_call.page.get_by_role("checkbox", name="I have spoken with the patient").check()
    on_call.page.get_by_label("Your password").fill(PASSWORD)
    on_call.page.get_by_role("button", name="Sign and close").click()
    expect(on_call.page.get_by_text(re.compile("Signed by Dr. L. Webb"))).to_be_visible(timeout=PATIENCE_MS)
    expect(word).not_to_contain_text("call", timeout=PATIENCE_MS)

    nurse.goto("/outcomes/escalations/")
    expect(nurse.get_by_text("Nothing waits. An answer about suicide")).to_be_visible()
    assert [fault for fault in on_call.faults if "400" not in fault] == []
    nurse.context.close()
    on_call.page.context.close()
