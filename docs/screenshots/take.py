"""Takes the pictures of docs/screenshots/ from the demo: `make screenshots`.

Starts a demo of its own in a folder that is thrown away, signs in as the nurse, waits until the simulated monitor has
sent a while, and takes each screen at the sizes of the look, dark and light. Then the patient's side: their phone,
their tablet, and a film of half a minute in which they call (record.py).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page  # noqa: E402

from docs.screenshots.record import film  # noqa: E402
from tests.browser import PHONE, TABLET, chromium, open_page  # noqa: E402

BOARD = (1366, 768)
READINGS_WAITED_FOR_S = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(process: subprocess.Popen[str], port: int) -> None:
    """Until the demo answers; it says itself how far it is."""
    for _ in range(1_500):
        if process.poll() is not None:
            raise SystemExit(f"the demo ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the demo did not start in five minutes")


def sign_in(page: Page, demo: dict[str, Any], role: str) -> None:
    who = next(one for one in demo["sign_ins"] if one["role"] == role)
    page.goto("/sign-in/")
    page.fill("input[name=username]", who["username"])
    page.fill("input[name=password]", who["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def take(browser: Browser, address: str, demo: dict[str, Any]) -> None:
    sessions = [one["session"] for one in demo["sessions"]]
    # The showcase's first chair is infusing, its second is observed after the infusion.
    chair, leaving = f"/session/{sessions[0]}/", f"/session/{sessions[1]}/leaving/"
    for name, path, scheme, size in (
        ("board-dark", "/", "dark", BOARD),
        ("board-light", "/", "light", BOARD),
        ("chair-dark", chair, "dark", TABLET),
        ("chair-light", chair, "light", TABLET),
        ("chair-phone", chair, "dark", PHONE),
        ("leaving-dark", leaving, "dark", TABLET),
        ("leaving-light", leaving, "light", TABLET),
    ):
        opened = open_page(browser, address, scheme=scheme, size=size)
        sign_in(opened.page, demo, "nurse")
        opened.page.goto(path)
        opened.page.evaluate("document.fonts.ready")
        opened.page.wait_for_timeout(2_500)  # two beats of the stream, so that numbers stand on the page
        opened.page.screenshot(path=HERE / f"{name}.png")
        print(f"  {name}.png" + (f"   faults: {opened.faults}" if opened.faults else ""))
        opened.page.context.close()


def link(nurse: Page, session: str, purpose: str) -> str:
    """A link of this purpose for the patient of this visit, made as a nurse does."""
    nurse.goto(f"/session/{session}/patient-side/")
    nurse.get_by_role("link", name="Links").click()
    nurse.locator("select[name=purpose]").select_option(purpose)
    nurse.get_by_role("button", name="Make the link").click()
    return nurse.locator(".link-address").inner_text().strip()


def birth_date(nurse: Page, data: Path, session: str) -> tuple[str, ...]:
    """Year, month and day, as the demo invented them."""
    nurse.goto(f"/session/{session}/patient-side/")
    href = nurse.get_by_role("link", name="Links").get_attribute("href") or ""
    with sqlite3.connect(f"file:{data / 'dripstand.sqlite3'}?mode=ro", uri=True) as rows:
        key = href.split("/")[2].replace("-", "")
        (born,) = rows.execute("SELECT birth_date FROM people_patient WHERE id = ?", (key,)).fetchone()
    return tuple(str(born).split("-"))


def take_patients_side(browser: Browser, address: str, demo: dict[str, Any], data: Path) -> None:
    sessions = [one["session"] for one in demo["sessions"]]
    nurse = open_page(browser, address, size=TABLET).page
    sign_in(nurse, demo, "nurse")
    coming = sessions[2]  # the showcase's third is being prepared
    born = birth_date(nurse, data, coming)
    for purpose, scheme in (("guide", "light"), ("questions", "light"), ("guide", "dark")):
        phone = open_page(browser, address, scheme=scheme, size=PHONE).page
        phone.goto(link(nurse, coming, purpose))
        for part, typed in zip(("year", "month", "day"), born, strict=True):
            phone.locator(f"input[name={part}]").fill(str(int(typed)))
        phone.locator("main button[type=submit]").click()
        phone.wait_for_url("**/me/**")
        if purpose == "guide":
            phone.locator(".me-list a").nth(6).click()
        phone.evaluate("document.fonts.ready")
        phone.screenshot(path=HERE / f"{purpose}-phone-{scheme}.png")
        print(f"  {purpose}-phone-{scheme}.png")
        phone.context.close()
    take_the_call(browser, address, nurse, sessions[0])
    nurse.context.close()


def take_the_call(browser: Browser, address: str, nurse: Page, session: str) -> None:
    """The calm screen as a picture, and as a film beside the chair: the nurse chooses, the patient calls, she comes."""
    nurse.goto(f"/session/{session}/tablet/")
    nurse.get_by_role("button", name=re.compile("Make a code|Pair another")).click()
    tablet = open_page(browser, address, size=TABLET).page
    tablet.emulate_media(reduced_motion="no-preference")
    tablet.goto(nurse.locator(".link-address").inner_text().strip())
    tablet.get_by_role("button", name="Open", exact=True).click()
    tablet.get_by_role("button", name="Begin").click()
    nurse.goto(f"/session/{session}/")

    def open_calm() -> None:
        nurse.locator(".entries").get_by_role("link", name="Note, more").click()
        nurse.locator('[data-panel="more"]').get_by_role("link", name="Calm screen …").click()

    def choose() -> None:
        for chosen in ("rain", "water", "soft"):
            nurse.locator(f'[data-panel="calm"] label.chip:has(input[value={chosen}])').click()
        nurse.locator('[data-panel="calm"]').get_by_role("button", name="Play and show this").click()

    acts = [
        (3.0, open_calm),
        (6.0, choose),
        (9.0, lambda: nurse.goto(f"/session/{session}/")),
        (14.0, lambda: tablet.locator("button[data-call]").click()),
        (19.0, lambda: nurse.get_by_role("button", name="I am here").click()),
    ]
    size = film(browser, tablet, nurse, acts, HERE / "calm-and-chair.webm")
    print(f"  calm-and-chair.webm, {size / 1e6:.1f} MB")
    tablet.screenshot(path=HERE / "calm-tablet.png")
    print("  calm-tablet.png")
    tablet.context.close()


def main() -> int:
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise SystemExit("There is no Chromium on PATH; CHROMIUM names one elsewhere.")
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "demo", free_port()
        words = [sys.executable, "-m", "dripstand.server.cli", "demo", "--data", str(data)]
        words += ["--port", str(port), "--mllp-port", str(free_port())]
        process = subprocess.Popen(words, cwd=ROOT, text=True)
        try:
            wait_for(process, port)
            time.sleep(READINGS_WAITED_FOR_S)
            demo = json.loads((data / "demo.json").read_text(encoding="utf-8"))
            with chromium(browser_path) as browser:
                take(browser, f"http://127.0.0.1:{port}", demo)
                take_patients_side(browser, f"http://127.0.0.1:{port}", demo, data)
        finally:
            process.terminate()
            process.wait(20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
