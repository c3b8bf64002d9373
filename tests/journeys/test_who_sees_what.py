"""Each role in the browser: what it is shown, and what it is refused in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House

pytestmark = pytest.mark.browser

RECEPTION = {"patient_arrived", "chair_assigned", "escort_named", "session_cancelled", "emergency_declared"}


@contextmanager
def signed_in(house: House, browser: Browser, who: str) -> Iterator[Page]:
    opened = house.open_as(browser, who)
    try:
        yield opened.page
        assert [fault for fault in opened.faults if "403" not in fault] == []
    finally:
        opened.page.context.close()


def test_a_wall_shows_chairs_and_no_surname_record_or_clinical_word(showcase: House, browser: Browser) -> None:
    """Neither on the page, nor in what its script is given, nor in what the stream tells it."""
    with signed_in(showcase, browser, "wall") as page:
        told: list[str] = []
        page.on("response", lambda answer: told.append(answer.text()) if "board.json" in answer.url else None)
        answer = page.goto("/")
        assert answer is not None
        expect(page.locator(".seat")).to_have_count(6)
        given = answer.text() + page.content() + page.request.get("/board.json").text() + _stream(page)
        for one in showcase.demo()["sessions"]:
            for word in (one["patient_name"].split()[-1], one["patient"]):
                assert word not in given, f"the wall knows {word}"
        shown = page.locator("main").inner_text().lower()
        for word in ("ketamine", "ml/h", "mg", "spo2", "pulse", "halloway", "nausea"):
            assert word not in shown, f"the wall says {word}"
    with signed_in(showcase, browser, "m.reyes") as page:
        page.goto("/")
        assert page.locator(".mini b").first.inner_text(), "a nurse sees the readings there"


def _stream(page: Page) -> str:
    """Two seconds of what the wall's own stream brings."""
    said: str = page.evaluate(
        """async () => {
          const stop = new AbortController();
          setTimeout(() => stop.abort(), 2000);
          const answer = await fetch("/live?topic=board", { signal: stop.signal });
          const reader = answer.body.getReader();
          const decoder = new TextDecoder();
          let said = "";
          try {
            for (let got = await reader.read(); !got.done; got = await reader.read()) said += decoder.decode(got.value);
          } catch (fault) {
            if (fault.name !== "AbortError") throw fault;
          }
          return said;
        }"""
    )
    assert "beat" in said
    return said


PAGE_ITSELF = """() => {
  const page = document.documentElement.cloneNode(true);
  for (const one of page.querySelectorAll("[data-hard-day]")) one.remove();
  return page.outerHTML;
}"""
"""The page without the emergency's menu, which names everybody who is here on every page of whoever may declare one."""


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("wall", "/session/{session}/"),
        ("wall", "/today/"),
        ("a.soro", "/session/{session}/"),
        ("a.soro", "/session/{session}/order/"),
        ("a.soro", "/session/{session}/bag/"),
        ("a.soro", "/session/{session}/leaving/"),
        ("a.soro", "/session/{session}/chart/"),
        ("a.soro", "/session/{session}/note/"),
        ("a.soro", "/staff/"),
        ("m.reyes", "/staff/"),
        ("r.klein", "/session/{session}/"),
        ("r.klein", "/session/{session}/note/"),
        ("l.webb", "/session/{session}/order/"),
    ],
)
def test_a_page_that_is_not_for_somebody_says_whose_it_is(
    showcase: House, browser: Browser, who: str, path: str
) -> None:
    session = showcase.demo()["sessions"][0]
    with signed_in(showcase, browser, who) as page:
        answer = page.goto(path.format(session=session["session"]))
        assert answer is not None and answer.status == 403
        said = page.locator("main").inner_text()
        assert "This is for" in said, said
        assert session["patient_name"].split()[1] not in page.evaluate(PAGE_ITSELF), "a refusal tells whose chart it is"


def test_somebody_who_is_not_signed_in_is_led_to_the_door_and_back(showcase: House, browser: Browser) -> None:
    path = f"/session/{showcase.demo()['sessions'][0]['session']}/"
    page = browser.new_page(base_url=showcase.address)
    page.goto(path)
    assert "/sign-in/" in page.url and "Halloway" not in page.content()
    page.get_by_label("Sign-in name").fill("m.reyes")
    page.get_by_label("Password").fill("still-water-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: url.endswith(path))
    page.close()


def test_the_front_desk_is_given_its_own_forms_and_no_clinical_ones(showcase: House, browser: Browser) -> None:
    session = showcase.demo()["sessions"][0]["session"]
    with signed_in(showcase, browser, "a.soro") as page:
        page.goto(f"/session/{session}/prepare/")
        _only(page, RECEPTION)
        page.goto(f"/session/{session}/prepare/?open=weight")
        _only(page, RECEPTION)
        page.goto("/")
        assert "ketamine" not in page.content().lower(), "the front desk's board speaks of the drug"
        assert page.locator('.mini[data-key="pulse"]').count() == 0
    with signed_in(showcase, browser, "m.reyes") as page:
        page.goto(f"/session/{session}/prepare/?open=weight")
        assert "weight_measured" in _kinds(page), "the same page gives a nurse the form"


def _kinds(page: Page) -> set[str]:
    return {one.input_value() for one in page.locator("main form input[name=kind]").all()}


def _only(page: Page, allowed: set[str]) -> None:
    assert _kinds(page) - allowed == set(), f"{page.url} offers what would be refused"


def test_whoever_is_on_call_reads_the_chair_and_is_offered_nothing_that_would_be_refused(
    showcase: House, browser: Browser
) -> None:
    session = showcase.demo()["sessions"][0]["session"]
    with signed_in(showcase, browser, "l.webb") as page:
        page.goto(f"/session/{session}/")
        expect(page.locator("[data-rate] .rate-number")).to_contain_text("mL/h")
        for name in ("Chart pause", "Chart stop", "Seen at pump"):
            assert page.get_by_role("button", name=name).locator("visible=true").count() == 0, name
        words = json.loads(
            page.locator("#chair-state").inner_text() or page.locator("#chair-state").text_content() or "{}"
        )
        assert words["rate"]["may_change"] is False
