"""The sections of the preparation page, worked through as a nurse does."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page

from tests.journeys.forms import fill_in, not_refused, send


def section(page: Page, key: str) -> Locator:
    return page.locator(f"li.step:has(> #{key})")


def open_section(page: Page, key: str) -> Locator:
    """The section's form, after a tap on "Do it now" where it is not the next one."""
    found = section(page, key)
    if found.locator("form.entry").count() == 0:
        with page.expect_navigation():
            found.get_by_role("link").click()
        found = section(page, key)
    return found.locator("form.entry").first


def chart(page: Page, key: str, says: str, **values: str) -> None:
    """Fills the section in and charts it; afterwards the section is done."""
    form = open_section(page, key)
    fill_in(form, values)
    send(page, form, says)
    not_refused(page)
    done = section(page, key).locator(".title .sr").inner_text()
    assert "done" in done, f"{key}: {done}"


def check(page: Page, name: str, result: str = "met", detail: str = "") -> None:
    """One of the pre-infusion checks."""
    chart(page, f"check-{name}", "Chart it", result=result, detail=detail)


def missing(page: Page) -> list[str]:
    """What the start still waits for, as the page says it."""
    return page.locator("#start-why .missing li").all_inner_texts()


def local(at: datetime, ago: timedelta = timedelta()) -> str:
    """As a field for date and time takes it; `at` in the clinic's zone."""
    return f"{at - ago:%Y-%m-%dT%H:%M}"
