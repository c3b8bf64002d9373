"""The calm image on software rendering: frames a second, and how much of one core the whole browser uses.

`python bench/calm_image.py [--seconds 10] [--chromium /usr/bin/chromium]`: a demo clinic and a headless Chromium
without a GPU. CPU is what /proc says of the browser and its children while the image runs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser import QUIET, TABLET  # noqa: E402
from tests.journeys.house import House, dripstand  # noqa: E402

TICKS_A_S = os.sysconf("SC_CLK_TCK")
SOUNDS, IMAGES = ("rain", "sea", "drone", "chords"), ("night", "water", "drift", "embers")


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    started = [int(one) for one in children.read_text().split()] if children.exists() else []
    return [pid, *(each for one in started for each in family(one))]


def cpu_s(pid: int) -> float:
    """Seconds of one core used so far by the whole family."""
    total = 0.0
    for one in family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICKS_A_S
    return total


def browser_pid() -> int:
    """Chromium itself: the child of Playwright's own driver, which is this process's child."""
    for one in family(os.getpid())[1:]:
        try:
            words = Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            continue
        if b"--headless" in b" ".join(words) and not any(word.startswith(b"--type=") for word in words):
            return one
    raise SystemExit("no browser found")


def open_tablet(page: Page, nurse: Page, session: str) -> None:
    nurse.goto(f"/session/{session}/tablet/")
    nurse.get_by_role("button", name="Make a code").or_(nurse.get_by_role("button", name="Pair another")).click()
    page.goto(nurse.locator('a[href*="/l/"]').first.get_attribute("href") or "")
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("button", name="Begin").click()


def choose(nurse: Page, session: str, sound: str, image: str, light: str = "soft") -> None:
    nurse.goto(f"/session/{session}/#enter-calm")
    panel = nurse.locator("#enter-calm")
    for name, value in (("sound", sound), ("image", image), ("light", light)):
        panel.locator(f'label.chip:has(input[name="{name}"][value="{value}"])').click()
    panel.get_by_role("button", name="Play and show this").click()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    args = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        folder = Path(scratch) / "clinic"
        made = dripstand("demo", "--prepare-only", "--chairs", "1", "--data", folder)
        assert made.returncode == 0, made.stdout + made.stderr
        house = House(folder, ["serve"])
        house.start()
        browser = driver.chromium.launch(executable_path=args.chromium, args=[*QUIET, "--disable-gpu"])
        try:
            nurse = house.open_as(browser, "m.reyes").page
            session = house.demo()["sessions"][0]["session"]
            size = {"width": TABLET[0], "height": TABLET[1]}
            page = browser.new_context(base_url=house.address, viewport=size).new_page()
            open_tablet(page, nurse, session)
            image = page.locator("[data-image]")
            pid = browser_pid()
            for sound, which in zip(SOUNDS, IMAGES, strict=True):
                choose(nurse, session, sound, which)
                page.locator(f'[data-image="{which}"]').or_(page.locator(f'canvas[data-image="{which}"]')).wait_for()
                nurse.goto("about:blank")  # the nurse's own page costs as well, and is not what is measured
                page.bring_to_front()
                time.sleep(2)
                frames, used, began = int(image.get_attribute("data-frames") or 0), cpu_s(pid), time.monotonic()
                time.sleep(args.seconds)
                passed = time.monotonic() - began
                rate = (int(image.get_attribute("data-frames") or 0) - frames) / passed
                share = (cpu_s(pid) - used) / passed
                found.append({"image": which, "sound": sound, "frames_per_s": rate, "core_share": share})
                print(f"{which:7} {sound:7} {rate:5.1f} frames/s  {100 * share:5.1f} % of one core", flush=True)
        finally:
            browser.close()
            house.stop()
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
