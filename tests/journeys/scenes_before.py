"""The scenes before the drug runs: the desk, the preparation, the order, the bag, the monitor."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect

from tests.journeys.forms import fill_in, not_refused, send, tap_chip
from tests.journeys.house import House
from tests.journeys.preparing import chart, check, local, missing, open_section, section

ZONE = ZoneInfo("America/Chicago")
NAME, RECORD, BORN = "Lark Pemberton-Voss", "R-2001", "1981-12-02"
MONITOR = "D0E0DE00000A0001"


# --- the desk ---------------------------------------------------------------------------------------------------------


def a_third_chair(house: House, browser: Browser) -> None:
    opened = house.open_as(browser, "r.klein", scheme="light")
    page = opened.page
    page.goto("/rooms/")
    page.get_by_label("Name of the room").fill("Room 3")
    page.get_by_role("button", name="Add the room").click()
    form = page.locator("section[aria-labelledby=add-chair] form")
    form.get_by_label("Name of the chair").fill("Chair 3")
    form.locator("select").select_option(label="Room 3")
    form.get_by_role("button").click()
    expect(page.get_by_role("row", name="Chair 3")).to_be_visible()
    assert opened.faults == []
    page.context.close()


def the_desk_opens_the_visit(page: Page) -> str:
    """Registers, opens and checks in; answers the session's id."""
    page.goto("/patients/register/")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Called").fill("Lark")
    page.get_by_label("Birth date").fill(BORN)
    page.get_by_label("Record number").fill(RECORD)
    page.get_by_label("female").check()
    page.get_by_label("Height, cm").fill("170")
    page.get_by_label("Asked: no known allergies").check()
    with page.expect_navigation():
        page.locator("main button[type=submit]").last.click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    page.goto("/today/")
    page.get_by_label("Patient: name, record number or birth date").fill("pemberton")
    page.get_by_role("button", name="Find").click()
    with page.expect_navigation():  # what is typed before the chosen page is there would be typed into this one
        page.get_by_role("link", name=f"Choose {NAME}").click()
    form = page.locator("#open form")
    at = page.evaluate("document.querySelector('[data-clock]').textContent")
    fill_in(form, {"infusion_number": "2", "infusions_planned_count": "6", "expected_time": at})
    send(page, form, "Open the session")
    not_refused(page)
    chart(page, "arrived", "Check in")
    session: str = page.url.split("/session/")[1].split("/")[0]
    return session


def _a_first_weight_is_read_by_two(page: Page) -> None:
    form = open_section(page, "weight")
    fill_in(form, {"weight_kg": "72.0", "measured_with": "scale, Room 3"})
    send(page, form, "Chart weight")
    expect(section(page, "weight")).to_contain_text("Each first weight needs a second reader.")
    form = open_section(page, "weight")
    form.locator("label.chip", has_text="J. Okafor").click()
    send(page, form, "Chart weight")
    not_refused(page)
    expect(section(page, "weight").locator(".title .sr")).to_contain_text("done")


# --- the nurse --------------------------------------------------------------------------------------------------------


def the_nurse_prepares_the_patient(page: Page, house: House) -> None:
    page.goto("/today/")
    page.get_by_role("listitem").filter(has_text=NAME).get_by_role("link").click()
    still = missing(page)
    assert any("identity" in one.lower() for one in still), still
    assert page.get_by_role("button", name="Start …").is_disabled()
    form = open_section(page, "identity")
    tap_chip(form, "identifiers", "full name")
    tap_chip(form, "identifiers", "date of birth")
    fill_in(form, {"stated_birth_date": BORN})
    send(page, form, "Chart identity")
    not_refused(page)
    still = missing(page)
    for word in ("order", "bag", "line", "fasting", "escort", "observer"):
        assert any(word in one.lower() for one in still), f"{word} is not named: {still}"
    section(page, "chair").get_by_role("button", name="Chair 3, Room 3").click()
    expect(section(page, "chair").locator(".title .sr")).to_contain_text("done")
    _a_first_weight_is_read_by_two(page)
    at = house.now().astimezone(ZONE)
    chart(
        page,
        "check-fasting",
        "Chart fasting",
        last_food_at=local(at, timedelta(hours=7)),
        last_clear_fluid_at=local(at, timedelta(hours=3)),
        result="met",
    )
    check(page, "medicines_today", detail="usual morning tablets, no sedative")
    check(page, "consent_present")
    check(page, "pregnancy_test", detail="urine test negative")
    chart(page, "check-anxiety", "Chart anxiety", anxiety_score="3")
    check(page, "bladder")
    check(page, "allergies_reviewed")
    chart(page, "escort", "Chart escort", name="Sage Voss", relation="partner", phone="555-0108")


def the_prescriber_orders(page: Page, session: str) -> None:
    page.goto(f"/session/{session}/order/")
    form = page.locator("form.entry").first
    wanted = {
        "weight_basis": "actual",
        "dose_mg_per_kg": "0.5",
        "stated_dose_mg": "36",
        "planned_minutes": "40",
        "lowest_dose_rate_mg_per_kg_per_h": "0.3",
        "highest_dose_rate_mg_per_kg_per_h": "0.9",
        "dose_cap_mg": "54",
        "label_is_base": "yes",
    }
    fill_in(form, {**wanted, "dose_mg_per_kg": "5", "stated_dose_mg": "360"})
    send(page, form, "Look at the numbers …")
    assert page.locator(".refused, .error").count() > 0, "ten times the dose is not signed by anybody"
    form = page.locator("form.entry").first
    fill_in(form, wanted)
    send(page, form, "Look at the numbers …")
    expect(page.locator("#preview")).to_contain_text("36 mg")
    form = page.locator("form.entry.card")
    fill_in(form, {"own_password": "still-water-demo"})
    send(page, form, "Sign the order")
    not_refused(page)


def the_bag_is_made_and_checked_blind(maker: Page, checker: Page, session: str) -> None:
    maker.goto(f"/session/{session}/bag/")
    form = maker.locator("form.entry").first
    tap_chip(form, "vial", form.locator("[name=vial]").first.get_attribute("value") or "")
    fill_in(form, {"vial.lot": "K-4471", "vial.opened_count": "1", "drawn_ml": "3.6", "nominal_ml": "50"})
    fill_in(form, {"diluent": "sodium chloride 0.9 %", "line_hold_up_ml": "2"})
    send(maker, form, "Work it out …")
    form = maker.locator("form.entry").first
    fill_in(form, {"final_volume": "replacing", "stated_start_rate_ml_per_h": "75"})
    send(maker, form, "Chart the bag")
    not_refused(maker)
    checker.goto(f"/session/{session}/bag/check/")
    page_says = checker.locator("main").inner_text()
    assert "3.6" not in page_says and "75" not in page_says, "the checker sees the preparer's numbers"
    form = checker.locator("form.entry").first
    fill_in(form, {"drawn_ml": "36", "start_rate_ml_per_h": "75", "method": "second_person"})
    send(checker, form, "Chart the check")
    assert checker.locator(".refused").count() == 1, "a ten-fold draw agrees with nothing"
    page_says = checker.locator("main").inner_text()
    assert "3.6" not in page_says, "a refused check gives the number away"
    fill_in(form, {"drawn_ml": "3.6"})
    send(checker, form, "Chart the check")
    not_refused(checker)


def the_monitor_is_put_on_the_chair(page: Page) -> None:
    page.goto("/devices/")
    expect(page.locator("[aria-labelledby=unbound]")).to_contain_text(MONITOR)
    form = page.locator("section[aria-labelledby=register] form")
    form.get_by_label("Label on the device").fill("Monitor 3")
    form.get_by_label("Identity in its messages").fill(MONITOR)
    form.get_by_role("button").click()
    page.get_by_role("button", name="Chair 3 Monitor 3").click()
    expect(page.get_by_role("row", name="Monitor 3")).to_contain_text("bound by P. Lind")


def line_bag_and_observer(page: Page, session: str, *, call_tried: str) -> None:
    page.goto(f"/session/{session}/bag/label/")
    label = page.locator(".bag-label").inner_text()
    assert NAME in label and RECORD in label and "36 mg / 50 mL" in label and "J. Okafor" in label
    bag_id = page.locator(".bag-label .foot span").first.inner_text()
    page.goto(f"/session/{session}/prepare/")
    chart(page, "line", "Chart line", side="left", gauge="22", site="back of the hand", attempts_count="1")
    chart(page, "primed", "Chart priming", fluid="saline", hold_up_ml="2")
    form = open_section(page, "hang")
    fill_in(form, {"label_read": "another-bag"})
    send(page, form, "Chart bag hung")
    assert page.locator(".refused, .error").count() > 0, "a bag with another label was hung"
    chart(page, "hang", "Chart bag hung", label_read=bag_id)
    chart(page, "sedation", "Chart sedation", sedation_score="5")
    page.goto(f"/session/{session}/")
    still = page.locator(".next-missing").inner_text().lower()
    assert "bedside alarms" in still and "observer" in still, still
    refused = page.request.post(
        f"/session/{session}/chart-entry/",
        form={
            "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value(),
            "kind": "infusion_started",
            "rate_ml_per_h": "75",
            "submission_id": "journey-too-early",
            "patient_id": page.locator("[data-chair]").get_attribute("data-patient") or "",
        },
        headers={"Accept": "application/json", "Origin": page.url.split("/session/")[0]},
    )
    assert refused.status == 422
    facts = " ".join(one["fact"] for one in refused.json()["refusals"])
    assert "Bedside alarms" in facts and "observer" in facts, facts
    page.goto(f"/session/{session}/prepare/")
    check(page, "bedside_alarms_on", detail="limits looked at on the monitor")
    chart(page, "check-call_tried", "Chart it", result="met", call_tried=call_tried)
    chart(page, "observer", "I watch this chair")
    assert missing(page) == []
