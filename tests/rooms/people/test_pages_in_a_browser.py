"""The office pages in a real browser: axe and the content policy find nothing, and a form works by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser

from dripstand.people.models import StaffMember
from tests.browser import PHONE, TABLET, axe_findings, open_page
from tests.people import (
    PASSWORD,
    clinic_with_a_chair,
    ren_halloway,
    signed_template,
    whole_staff,
    wren_halloway,
)
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/account/",
    "/staff/",
    "/staff/add/",
    "/staff/{member}/",
    "/patients/",
    "/patients/register/",
    "/patients/{patient}/",
    "/patients/{patient}/amend/",
    "/rooms/",
    "/protocol/",
    "/protocol/{template}/",
    "/protocol/{draft}/",
    "/protocol/{draft}/numbers/dose/",
)


@pytest.fixture
def address(transactional_db: None, browser: Browser) -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


def _everything_there_is() -> tuple[dict[str, str], dict[str, str]]:
    """A clinic with something on every page; answers the ids, and the cookie of one who may see all of them."""
    from dripstand.protocol import services
    from tests.people import MEDICAL_LEAD_ABARA, NOW

    staff = whole_staff()
    clinic_with_a_chair()
    ids = {"patient": wren_halloway(), "member": staff["p.lind"].staff_id, "template": signed_template()}
    ren_halloway()
    ids["draft"] = services.draft(staff["s.abara"], now=NOW, based_on=ids["template"])
    lead = StaffMember.objects.get(pk=MEDICAL_LEAD_ABARA.staff_id)
    lead.roles = ["prescriber", "medical_lead", "administrator"]
    lead.save(update_fields=["roles"])
    client = Client()
    client.force_login(lead, "django.contrib.auth.backends.ModelBackend")
    return ids, {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.mark.parametrize(("scheme", "size"), [("dark", TABLET), ("light", PHONE)], ids=["dark", "light"])
def test_axe_and_the_content_policy_find_nothing_on_any_page_of_the_office(
    browser: Browser, address: str, scheme: str, size: tuple[int, int]
) -> None:
    ids, cookies = _everything_there_is()
    opened = open_page(browser, address, scheme=scheme, size=size, cookies=cookies)
    for path in PAGES:
        opened.page.goto(path.format(**ids))
        assert opened.page.locator("h1").count() == 1, path
        assert axe_findings(opened.page) == [], path
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0], f"{path} runs off the side"
    assert opened.faults == []
    opened.page.context.close()


@pytest.mark.parametrize(("scheme", "size"), [("light", TABLET), ("dark", PHONE)], ids=["light", "dark"])
def test_axe_finds_nothing_on_refused_forms_and_on_the_set_up(
    browser: Browser, address: str, scheme: str, size: tuple[int, int]
) -> None:
    opened = open_page(browser, address, scheme=scheme, size=size)
    page = opened.page
    page.goto("/setup/")
    assert axe_findings(page) == []
    page.locator("main button[type=submit]").click()
    page.locator("#wrong, main [role=alert]").first.wait_for()
    assert axe_findings(page) == []
    _, cookies = _everything_there_is()
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page.goto("/patients/register/")
    page.locator("main button[type=submit]").click()
    page.locator("#wrong, main [role=alert]").first.wait_for()
    assert axe_findings(page) == []
    field = page.get_by_label("Birth date")
    assert field.get_attribute("aria-invalid") == "true"
    described = page.locator(f"[id='{(field.get_attribute('aria-describedby') or '').split()[-1]}']")
    assert described.inner_text().strip() == "This is needed."
    width = "one => parseFloat(getComputedStyle(one).borderTopWidth)"  # whole pixels of this screen
    assert field.evaluate(width) > page.get_by_label("Telephone").evaluate(width)
    assert field.evaluate("one => one.getBoundingClientRect().height") >= 48
    opened.page.context.close()


def test_a_nurse_signs_in_and_registers_a_patient_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    whole_staff()
    opened = open_page(browser, address)
    page = opened.page
    page.goto("/patients/register/")
    page.get_by_label("Sign-in name").focus()
    page.keyboard.type("m.reyes")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Register a patient").wait_for()
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Wren Halloway")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("05171984")
    page.get_by_label("Record number").focus()
    page.keyboard.type("R-1001")
    page.get_by_label("female").focus()
    page.keyboard.press("Space")
    page.get_by_label("Asked: no known allergies").focus()
    page.keyboard.press("Space")
    page.get_by_label("Height, cm").focus()
    page.keyboard.type("168")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Wren Halloway").wait_for()
    assert "none known" in page.locator("main").inner_text()
    assert "17 May 1984" in page.locator("main").inner_text()
    assert opened.faults == []
    page.context.close()


def test_the_office_works_without_javascript(browser: Browser, address: str) -> None:
    whole_staff()
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/staff/add/")
    page.fill("input[name=username]", "r.klein")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=full_name]", "G. Petrel")
    page.fill("input[name=username]", "g.petrel")
    page.fill("input[name=password]", PASSWORD)
    page.check("input[name=roles][value=nurse]")
    page.click("main button[type=submit]")
    assert page.locator("h1").inner_text() == "G. Petrel"
    context.close()
