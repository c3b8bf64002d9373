"""An eligibility that lapses because a new medicine was added: the order page refuses and says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, axe_findings
from tests.journeys import scenes_before as before
from tests.journeys.house import House
from tests.journeys.preparing import local

pytestmark = pytest.mark.browser
PASSWORD = "still-water-demo"


def clean(page: Page) -> None:
    assert axe_findings(page) == [], page.url


@pytest.mark.timeout(900)
def test_a_new_medicine_lapses_the_decision_and_the_order_page_says_so(house: House, browser: Browser) -> None:
    reception = house.open_as(browser, "a.soro", scheme="light")
    visit = before.the_desk_opens_the_visit(reception.page)
    reception.page.context.close()
    house.evaluate(before.RECORD)
    nurse = house.open_as(browser, "m.reyes")
    page = nurse.page
    page.goto("/patients/")
    page.get_by_label("Find a patient").fill("pemberton")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name=before.NAME).click()
    page.get_by_role("link", name="Evaluation", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("May be treated")
    clean(page)
    patient = page.url.split("/patients/")[1].split("/")[0]

    # a question, saved by itself as soon as it is answered
    page.goto(f"/patients/{patient}/evaluation/major-depression/mind/")
    question = page.locator("#q-hard_dissociation")
    question.locator("label", has_text="no").first.click()
    expect(question.locator("[data-saved]")).to_contain_text("M. Reyes", timeout=15_000)
    clean(page)

    # the new medicine
    page.get_by_role("link", name="Medicines", exact=True).click()
    page.get_by_label("Medicine", exact=True).fill("tramadol")
    page.get_by_label("Dose in a day, mg").fill("100")
    page.locator("label", has_text="also on the day of an infusion").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".row-name", has_text="tramadol")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Evaluation", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No infusion can be ordered")
    expect(page.get_by_text("medicine added: tramadol")).to_be_visible()
    assert nurse.faults == []
    page.context.close()

    # the prescriber cannot order, is told why, looks, overrides what holds, and signs anew
    prescriber = house.open_as(browser, "t.vance", scheme="light")
    page = prescriber.page
    page.goto(f"/session/{visit}/order/")
    expect(page.locator("#not-cleared")).to_contain_text("medicine added: tramadol")
    expect(page.locator("[name=dose_mg_per_kg]")).to_have_count(0)
    clean(page)
    page.get_by_role("link", name="To the evaluation").click()
    page.get_by_role("link", name="Major depression").click()
    finding = page.locator("#finding-cns_depressant_on_the_day")
    expect(finding).to_contain_text("hold until reviewed")
    expect(finding).to_contain_text("tramadol, 100 mg a day")
    clean(page)
    finding.get_by_text("Override with a reason").click()
    finding.get_by_label("Why you go on").fill("Low dose, taken for years, observed for longer.")
    finding.get_by_role("button", name="Override, with my name").click()
    expect(finding).to_contain_text("Overridden by Dr. T. Vance")
    # a pregnancy test is good for three days only: a new one before anything is signed
    page.get_by_role("link", name="Pregnancy test (urine hCG) (test out of date)").click()
    page.locator("label.chip", has_text="negative").click()
    page.get_by_label("Taken").fill(local(house.now().astimezone(before.ZONE), timedelta(hours=1)))
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tests")
    clean(page)
    page.goto(f"/patients/{patient}/evaluation/major-depression/")
    page.locator("section[aria-labelledby=sign] label.chip").first.click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the decision").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Eligible")
    page.goto(f"/session/{visit}/order/")
    expect(page.locator("#not-cleared")).to_have_count(0)
    assert prescriber.faults == []
    page.context.close()

    # in the patient's hand: the text and nothing else, also on a narrow screen
    tablet = house.open_as(browser, "m.reyes", size=PHONE)
    tablet.page.goto(f"/patients/{patient}/consent/treatment/")
    expect(tablet.page.get_by_role("heading", level=1)).to_have_text("Consent to treatment with ketamine")
    clean(tablet.page)
    tablet.page.context.close()
