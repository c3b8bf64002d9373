"""Two people of nearly one name on one day: the page warns, and nothing starts before both identifiers fit (H03)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.chair_screen import head
from tests.journeys.forms import fill_in, not_refused, send, tap_chip
from tests.journeys.house import House
from tests.journeys.preparing import chart, missing, open_section, section

pytestmark = pytest.mark.browser

TWIN, BORN = "Wrenn Halloway", "1989-04-12"  # Wren Halloway of the demo was born on 1987-04-12


def _the_twin_is_expected(page: Page) -> None:
    page.goto("/patients/register/")
    page.get_by_label("Name", exact=True).fill(TWIN)
    page.get_by_label("Birth date").fill(BORN)
    page.get_by_label("Record number").fill("R-3001")
    page.get_by_label("female").check()
    page.get_by_label("Height, cm").fill("168")
    page.get_by_label("Asked: no known allergies").check()
    with page.expect_navigation():
        page.locator("main button[type=submit]").last.click()
    page.goto("/today/?q=R-3001")
    with page.expect_navigation():  # what is typed before the chosen page is there would be typed into this one
        page.get_by_role("link", name=f"Choose {TWIN}").click()
    form = page.locator("#open form")
    at = page.evaluate("document.querySelector('[data-clock]').textContent")
    fill_in(form, {"infusion_number": "1", "infusions_planned_count": "6", "expected_time": at})
    send(page, form, "Open the session")
    not_refused(page)


def _identity(page: Page, *identifiers: str, born: str) -> None:
    form = open_section(page, "identity")
    for one in form.locator("[name=identifiers]:checked").all():
        one.evaluate("one => { one.checked = false }")
    for one in identifiers:
        tap_chip(form, "identifiers", one)
    fill_in(form, {"stated_birth_date": born})
    send(page, form, "Chart identity")


@pytest.mark.timeout(900)
@pytest.mark.hazard("H03")
def test_of_two_look_alikes_nobody_is_started_before_both_identifiers_fit(house: House, browser: Browser) -> None:
    opened = house.open_as(browser, "m.reyes")
    page = opened.page
    _the_twin_is_expected(page)
    session = page.url.split("/session/")[1].split("/")[0]
    assert "Look-alike today" in page.locator("main").inner_text()
    assert "DEMO-0001" in page.locator("main").inner_text(), "the page does not say who the other one is"
    chart(page, "arrived", "Check in")
    page.goto("/today/")
    flagged = page.locator(".visits .twin").all_inner_texts()
    assert len(flagged) == 2, "both of them are flagged, each with the other"
    assert any("Wren Halloway" in one for one in flagged) and any(TWIN in one for one in flagged)

    page.goto(f"/session/{session}/prepare/")
    _identity(page, "full name", born=BORN)
    assert page.locator(".refused, .error").count() > 0, "one identifier was enough"
    _identity(page, "full name", "date of birth", born="1987-04-12")
    assert page.locator(".refused, .error").count() > 0, "the other one's birth date was taken"
    page.goto(f"/session/{session}/prepare/")
    assert "identity" in " ".join(missing(page)).lower()
    page.goto(f"/session/{session}/")
    before = head(page)
    answer = page.request.post(
        f"/session/{session}/chart-entry/",
        form={
            "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value(),
            "kind": "infusion_started",
            "rate_ml_per_h": "75",
            "submission_id": "journey-unidentified",
            "patient_id": page.locator("[data-chair]").get_attribute("data-patient") or "",
        },
        headers={"Accept": "application/json", "Origin": house.address},
    )
    assert answer.status == 422 and "identity" in answer.text()
    assert head(page) == before

    page.goto(f"/session/{session}/prepare/")
    _identity(page, "full name", "date of birth", born=BORN)
    assert "done" in section(page, "identity").locator(".title .sr").inner_text()
    assert [fault for fault in opened.faults if "422" not in fault] == []
    page.context.close()
