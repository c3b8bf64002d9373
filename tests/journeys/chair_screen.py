"""The chair screen, read and touched as a nurse does."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

ANSWERS_WITHIN_MS = 60_000
"""After an hour that passed in nine seconds a server has an hour's readings and alarms to see to first."""


def tile(page: Page, key: str) -> str:
    """The number that stands large: "72", "- -"."""
    return page.locator(f'[data-tile="{key}"] [data-tile-text]').inner_text()


def foot(page: Page, key: str) -> str:
    """What stands beneath it: unit and age."""
    return page.locator(f'[data-tile="{key}"] [data-tile-foot]').inner_text()


def quality(page: Page, key: str) -> str | None:
    return page.locator(f'[data-tile="{key}"]').get_attribute("data-quality")


def state(page: Page) -> dict[str, Any]:
    """What the server would show now, asked with this page's own sign-in."""
    answer = page.request.get(f"{page.url.split('?')[0].split('#')[0]}state.json", timeout=ANSWERS_WITHIN_MS)
    assert answer.ok, answer.status
    found: dict[str, Any] = answer.json()
    return found


def head(page: Page) -> int:
    """The number of the last entry in the chart."""
    return int(state(page)["head_sequence"])


def charted_by_people(page: Page) -> int:
    """How many entries people made; Dripstand charts alarms by itself, at any moment of a test."""
    answer = page.request.get(f"{page.url.split('?')[0].split('#')[0]}chart/", timeout=ANSWERS_WITHIN_MS)
    assert answer.ok, answer.status
    rows = answer.text().partition("<tbody")[2].partition("</tbody")[0].split("<tr")[1:]
    return sum("Dripstand" not in row for row in rows)


def log_lines(page: Page) -> list[str]:
    """The chart, newest first, a line each."""
    return [" ".join(line.split()) for line in page.locator(".log-lines .log-line").all_inner_texts()]


def wait_for_line(page: Page, words: str) -> None:
    """Until the log says so."""
    page.locator(".log-lines .log-line", has_text=words).first.wait_for()


def panel(page: Page, name: str) -> Locator:
    """A panel that is open now."""
    found = page.locator(f'[data-panel="{name}"]')
    found.wait_for(state="visible")
    return found


def nothing_waits(page: Page) -> None:
    """Every entry of this page is in the chart."""
    page.wait_for_function("() => !document.querySelector('[data-pending] li[data-state]')")


def boxes_overlap(one: Locator, other: Locator) -> bool:
    a, b = one.bounding_box(), other.bounding_box()
    assert a is not None and b is not None
    return not (
        a["x"] + a["width"] <= b["x"]
        or b["x"] + b["width"] <= a["x"]
        or a["y"] + a["height"] <= b["y"]
        or b["y"] + b["height"] <= a["y"]
    )
