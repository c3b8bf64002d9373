"""How a person fills in a form of the desk: fields by their names, chips by a tap."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, Page


def tap_chip(form: Locator, name: str, value: str) -> None:
    """Taps the chip as a finger would: the words, not the hidden radio button."""
    form.locator(f'label:has(> input[name="{name}"][value="{value}"])').click()


def fill_in(form: Locator, values: Mapping[str, str]) -> None:
    """Types into fields, taps chips and ticks boxes, whatever each name is in this form."""
    for name, value in values.items():
        field = form.locator(f'[name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            tap_chip(form, name, value)
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def send(page: Page, form: Locator, says: str) -> None:
    """Presses the form's button and waits for the page that answers."""
    with page.expect_navigation():
        form.get_by_role("button", name=says, exact=True).click()


def not_refused(page: Page) -> None:
    """The page that answered says nothing against it."""
    refusals = page.locator(".refused, .error, [role=alert]:not([data-unattended]):visible").all_inner_texts()
    assert [one for one in refusals if one.strip()] == [], f"{page.url}: {refusals}"
