"""The patient's pages in a real browser: a phone, a keyboard, three languages, and what is left after the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from dripstand.people.links.purposes import Purpose
from dripstand.people.services import make_link
from tests.browser import PHONE, axe_findings, open_page
from tests.people import NURSE_REYES, stored
from tests.rooms.infusion.stored_visits import weighed
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(transactional_db: None, browser: Browser) -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


def _path(patient_id: str, purpose: Purpose, about: str = "", name: str = "") -> str:
    made = make_link(stored(NURSE_REYES), patient_id, purpose=purpose, about=about, name=name, now=datetime.now(UTC))
    path: str = made.path
    return path


def _come_in(page: Page, path: str) -> None:
    page.goto(path)
    for part, typed in (("day", "17"), ("month", "5"), ("year", "1984")):
        page.locator(f"input[name={part}]").fill(typed)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/me/**")


def _wrong(page: Page, where: str) -> list[str]:
    found = [f"{where}: {one}" for one in axe_findings(page)]
    width = page.evaluate("document.documentElement.scrollWidth")
    return found + ([f"{where}: runs off the side"] if width > PHONE[0] else [])


@pytest.mark.timeout(900)
@pytest.mark.hazard("H54", "H56")
def test_one_patient_on_a_phone_reads_answers_and_leaves_nothing_behind(browser: Browser, address: str) -> None:
    visit = weighed(preferred_name="<b>W</b>")
    guide = _path(visit.patient_id, Purpose.GUIDE)
    questions = _path(visit.patient_id, Purpose.QUESTIONNAIRES, visit.session_id)
    escort = _path(visit.patient_id, Purpose.ESCORT, visit.session_id, "<img src=x onerror=alert(1)>")
    opened = open_page(browser, address, size=PHONE)
    page, wrong = opened.page, []

    # The guide, in three languages.
    page.goto(guide)
    wrong += _wrong(page, "door")
    _come_in(page, guide)
    for language, title in (("Deutsch", "Ihr Wegweiser"), ("Español", "Su guía"), ("English", "Your guide")):
        page.get_by_role("button", name=language).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        wrong += _wrong(page, f"guide, {language}")
        page.locator(".me-list a").nth(6).click()
        expect(page.locator(".me-prose h2").first).to_be_visible()
        wrong += _wrong(page, f"a page, {language}")
        page.goto("/me/guide/")
    page.locator("textarea").fill("<script>alert(1)</script> will I sleep?")
    page.locator("form[action$='/ask/'] button").click()
    expect(page.locator(".me-said")).to_contain_text("will I sleep?")

    # Today's questions by the keyboard alone; a lost connection loses no answer.
    _come_in(page, questions)
    wrong += _wrong(page, "question")
    for number in (2, 3):
        page.locator(".me-choices button").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".me-note").first).to_have_text(f"Question {number} of 17")
    page.context.set_offline(True)
    page.locator(".me-choices button").nth(1).click()
    expect(page.locator("[data-resume-words]")).to_contain_text("No connection")
    wrong += _wrong(page, "question without a connection")
    expect(page.locator(".me-note").first).to_have_text("Question 3 of 17")
    page.context.set_offline(False)
    expect(page.locator(".me-note").first).to_have_text("Question 4 of 17")  # sent by itself, and kept
    page.goto("/me/questions/")
    expect(page.locator(".me-note").first).to_have_text("Question 4 of 17")
    box = page.locator(".me-choices button").first.bounding_box()
    assert box is not None and box["height"] >= 48, "large enough for a thumb"

    # The escort, with a name that would run if it could.
    page.goto(escort)
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")
    wrong += _wrong(page, "escort")

    # An own sign-in, and each kind of page behind it and behind links, in three languages.
    setting = open_page(browser, address, size=PHONE)
    mine = setting.page
    _come_in(mine, _path(visit.patient_id, Purpose.ACCOUNT))
    wrong += _wrong(mine, "setting a password")
    mine.get_by_label("Choose a name to sign in with").fill("wren.h")
    for label in ("Password", "The password again"):
        mine.get_by_label(label, exact=True).fill("slow tide under the pier")
    mine.get_by_role("button", name="Set it").click()
    mine.get_by_label("Your name here").fill("wren.h")
    mine.get_by_label("Your password").fill("slow tide under the pier")
    mine.get_by_role("button", name="Sign in").click()
    mine.wait_for_url("**/me/home/")
    for language in ("Deutsch", "Español", "English"):
        mine.get_by_role("button", name=language).click()
        for path in ("home/", "questions/", "journal/", "home/password/", "sign-in/"):
            mine.goto(f"/me/{path}")
            wrong += _wrong(mine, f"{path}, {language}")
        mine.goto("/me/home/")
        page.goto("/me/escort/")
        page.get_by_role("button", name=language).click()
        wrong += _wrong(page, f"escort, {language}")
    mine.get_by_role("button", name="Close these pages").click()
    assert mine.request.get("/me/guide/").status == 403
    assert setting.faults == []
    mine.context.close()

    # The end: back, storage and the old addresses yield nothing.
    page.goto("/me/guide/")
    page.get_by_role("button", name="Close these pages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Closed")
    opened.faults.clear()
    page.go_back()
    page.wait_for_load_state()
    assert "Your guide" not in page.locator("main").inner_text()
    for path in ("/me/guide/", "/me/guide/the-room/"):
        answer = page.goto(path)
        assert answer is not None and answer.status == 403
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    assert not [one for one in page.context.cookies() if one["name"] == "dripstand-guide"]
    assert wrong == [], "\n".join(wrong)
    assert [one for one in opened.faults if "403" not in one] == []
    page.context.close()
