"""The frame around every page, in a real browser, on pages that need no session of an infusion."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import PHONE, TABLET, axe_findings, open_page
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(transactional_db: None, browser: Browser) -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("path", ["/sign-in/", "/no-such-page/"])
def test_axe_and_the_content_policy_find_nothing(
    browser: Browser, address: str, path: str, scheme: str, size: tuple[int, int]
) -> None:
    opened = open_page(browser, address, scheme=scheme, size=size)
    opened.page.goto(path)
    assert axe_findings(opened.page) == []
    said = [fault for fault in opened.faults if "404" not in fault]
    assert said == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0], "nothing runs off the side"
    opened.page.context.close()


@pytest.mark.hazard("H41")
def test_the_page_uses_the_type_in_which_digits_cannot_be_mistaken(browser: Browser, address: str) -> None:
    opened = open_page(browser, address)
    opened.page.goto("/sign-in/")
    opened.page.evaluate("document.fonts.ready")
    assert opened.page.evaluate("document.fonts.check('17px \"Atkinson Hyperlegible Next Variable\"')")
    assert "tabular-nums" in opened.page.evaluate("getComputedStyle(document.body).fontVariantNumeric")
    opened.page.context.close()


def test_a_chosen_theme_stays_and_nothing_flashes(browser: Browser, address: str) -> None:
    opened = open_page(browser, address, scheme="dark")
    page = opened.page
    page.goto("/sign-in/")
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.click("[data-theme-toggle]")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark != light
    answer = page.reload()
    assert answer is not None and 'data-theme="light"' in answer.text(), "the server writes it, no script needed"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == light
    page.context.close()


def test_the_keyboard_reaches_the_content_first_and_the_list_of_keys(browser: Browser, address: str) -> None:
    page = open_page(browser, address).page
    page.goto("/sign-in/")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("?")
    assert page.locator("[data-shortcuts]").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("[data-shortcuts]").is_visible()
    page.context.close()


@pytest.mark.hazard("H28")
@pytest.mark.parametrize("demo", [True, False])
def test_the_invented_clinic_is_framed_on_every_page_and_a_real_one_never(
    browser: Browser, address: str, settings: object, demo: bool
) -> None:
    settings.DEMO = demo  # type: ignore[attr-defined]
    page = open_page(browser, address).page
    page.goto("/sign-in/")
    assert page.get_by_text("Not for care").is_visible() is demo
    assert ("DEMO" in page.title()) is demo
    page.context.close()
