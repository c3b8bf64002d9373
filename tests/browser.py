"""A real Chromium for the browser tests: what it says on its console, and what axe finds on a page."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

AXE = Path(__file__).resolve().parents[1] / "frontend/node_modules/axe-core/axe.min.js"

TABLET = (1180, 820)
PHONE = (390, 844)

PATIENCE_MS = 15_000
"""How long a test waits for a page to say something: a loaded machine is slow, and not for that broken."""

# Without these Chromium asks its maker's servers for updates, which a test has no business with.
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # a microphone that hums, for the one page that may ask for one (server/middleware.py)
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@contextlib.contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Opened:
    """A page, and what went wrong on it so far: console errors (a refused policy is one), exceptions, failed loads."""

    page: Page
    faults: list[str] = field(default_factory=list)


def open_page(
    browser: Browser,
    base_url: str,
    *,
    scheme: str = "dark",
    size: tuple[int, int] = TABLET,
    cookies: dict[str, str] | None = None,
) -> Opened:
    """A fresh browser window on `base_url`. scheme: "dark" or "light". Close it with `opened.page.context.close()`."""
    context = browser.new_context(
        base_url=base_url,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": name, "value": value, "url": base_url} for name, value in (cookies or {}).items()])
    opened = Opened(context.new_page())
    opened.page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    opened.page.on("console", lambda said: opened.faults.append(said.text) if said.type == "error" else None)
    opened.page.on("pageerror", lambda fault: opened.faults.append(str(fault)))
    opened.page.on("dialog", lambda dialog: opened.faults.append(f"dialog: {dialog.message}"))
    return opened


def axe_findings(page: Page) -> list[str]:
    """What axe-core finds wrong, one line each; loaded by evaluation: the policy forbids a foreign tag.

    A page that replaces itself meanwhile (one that shows the progress of long work) is looked at anew, whole.
    """
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for is_last in (False, False, True):
        page.wait_for_load_state()
        try:
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("rules => axe.run({runOnly: rules})", rules)
            break
        except Error as error:
            if is_last or "context was destroyed" not in str(error):
                raise
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
