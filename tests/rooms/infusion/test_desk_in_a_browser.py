"""The desk's pages in a real browser: axe and the content policy find nothing, nothing runs off, and paper is right."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from dripstand.people.models import StaffMember
from tests.browser import PHONE, TABLET, axe_findings, open_page
from tests.journeys.paper import Paper, squeezed
from tests.people import PASSWORD, PRESCRIBER_VANCE, another_chair, ren_halloway, stored
from tests.rooms.infusion import stored_visits as visits
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BEFORE_THE_DRUG = (
    "prepare/",
    "prepare/?open=check-fasting",
    "prepare/?open=vitals",
    "prepare/?open=line",
    "order/",
    "bag/",
    "bag/check/",
    "leaving/",
)
AFTER_IT = (
    "prepare/",
    "order/",
    "bag/",
    "leaving/",
    "leaving/?open=vitals",
    "leaving/?open=suicide_check",
    "leaving/?override=steady_gait",
    "chart/",
    "chart/?correct=5",
    "chart/?late=side_effect_noted",
    "note/",
)


@pytest.fixture
def address(transactional_db: None, browser: Browser) -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


def cookies_of_the_prescriber() -> dict[str, str]:
    client = Client()
    member = StaffMember.objects.get(pk=stored(PRESCRIBER_VANCE).staff_id)
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def looked_at(page: Page, path: str, width: int) -> None:
    page.goto(path)
    assert page.locator("h1").count() == 1, path
    assert axe_findings(page) == [], path
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} runs off the side"


@pytest.mark.parametrize(("scheme", "size"), [("dark", TABLET), ("light", PHONE)], ids=["dark", "light"])
def test_axe_and_the_content_policy_find_nothing_on_any_page_of_the_desk(
    browser: Browser, address: str, scheme: str, size: tuple[int, int]
) -> None:
    before = visits.may_be_ordered()
    after = visits.criteria_met(
        leave_out=lambda request: getattr(request, "criterion", "") == "steady_gait",
        patient_id=ren_halloway(),
        chair_id=another_chair(),
    )
    opened = open_page(browser, address, scheme=scheme, size=size, cookies=cookies_of_the_prescriber())
    looked_at(opened.page, "/today/", size[0])
    looked_at(opened.page, "/today/?q=halloway", size[0])
    looked_at(opened.page, f"/today/?patient={before.patient_id}", size[0])
    for path in BEFORE_THE_DRUG:
        looked_at(opened.page, f"/session/{before.session_id}/{path}", size[0])
    for path in AFTER_IT:
        looked_at(opened.page, f"/session/{after.session_id}/{path}", size[0])
    assert opened.faults == []
    opened.page.context.close()


@pytest.mark.hazard("H41")
@pytest.mark.parametrize("width", [320, 390, 1180, 2560])
def test_no_number_in_a_field_is_clipped(browser: Browser, address: str, width: int) -> None:
    visit = visits.ordered()
    opened = open_page(browser, address, size=(width, 900), cookies=cookies_of_the_prescriber())
    page = opened.page
    page.goto(f"/session/{visit.session_id}/order/")
    page.locator("summary", has_text="Amend").click()
    for name in ("dose_mg_per_kg", "planned_minutes", "highest_dose_rate_mg_per_kg_per_h", "dose_cap_mg"):
        field = page.locator(f"input[name={name}]")
        field.fill("1234.56")
        assert field.evaluate("one => one.scrollWidth <= one.clientWidth"), name
    opened.page.context.close()


# --- paper ------------------------------------------------------------------------------------------------------------


def printed(page: Page) -> bytes:
    """What the print dialogue would print, on the paper that the page asks for."""
    answer = page.context.new_cdp_session(page).send("Page.printToPDF", {"preferCSSPageSize": True})
    return base64.b64decode(answer["data"])


def paper_mm(content: bytes) -> set[tuple[int, int]]:
    found = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    return {(round(float(wide) / 72 * 25.4), round(float(high) / 72 * 25.4)) for wide, high in found}


@pytest.mark.hazard("H04")
def test_the_note_prints_on_a4_with_its_own_identifiers_and_page_numbers_on_each_page(
    browser: Browser, address: str
) -> None:
    visit = visits.left()
    visits.opened(patient_id=ren_halloway())
    opened = open_page(browser, address, cookies=cookies_of_the_prescriber())
    opened.page.goto(f"/session/{visit.session_id}/note/")
    content = printed(opened.page)
    pages = Paper(content).pages
    assert paper_mm(content) == {(210, 297)}
    assert 1 <= len(pages) <= 3
    for number, text in enumerate(pages, start=1):
        assert squeezed("Wren Halloway · born 17 May 1984 · record R-1001") in text
        assert visit.chart.head_hash[:16] in text
        assert f"{number}/{len(pages)}" in text
        assert squeezed("R-1002") not in text
        assert squeezed("Sign out") not in text
    opened.page.context.close()


@pytest.mark.hazard("H04")
def test_the_label_prints_alone_on_its_own_small_sheet(browser: Browser, address: str) -> None:
    visit = visits.bag_checked(name="Wren Anneliese Halloway-Featherstonehaugh van der Meer")
    opened = open_page(browser, address, cookies=cookies_of_the_prescriber())
    page = opened.page
    page.goto(f"/session/{visit.session_id}/bag/label/")
    content = printed(page)
    (text,) = Paper(content).pages
    assert paper_mm(content) == {(60, 40)}
    assert squeezed("40 mg / 100 mL") in text
    assert squeezed(visit.bag_id) in text
    assert squeezed("checked by J. Okafor") in text
    inside = page.locator(".bag-label").evaluate(
        """label => {
            const edge = label.getBoundingClientRect();
            const qr = label.querySelector('.qr').getBoundingClientRect();
            const foot = label.querySelector('.foot').getBoundingClientRect();
            const facts = [...label.querySelectorAll('.facts p')].map((one) => one.getBoundingClientRect());
            return facts.every((one) => one.bottom <= foot.top && (one.right <= qr.left || one.bottom <= qr.top))
                && qr.bottom <= foot.top && foot.bottom <= edge.bottom;
        }"""
    )
    assert inside, "something on the label runs into something else"
    opened.page.context.close()


def test_the_pages_work_without_javascript(browser: Browser, address: str) -> None:
    visit = visits.opened()
    stored(PRESCRIBER_VANCE)
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/today/")
    page.fill("input[name=username]", "t.vance")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.click("text=Check in")
    page.click("button:has-text('Check in')")
    assert visit.chart.arrived_at is not None
    page.check("input[name=identifiers][value='full name']", force=True)
    page.check("input[name=identifiers][value='date of birth']", force=True)
    page.fill("input[name=stated_birth_date]", "1984-05-17")
    page.click("button:has-text('Chart identity')")
    assert visit.chart.identity_confirmed is not None
    context.close()
