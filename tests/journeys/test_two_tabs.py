"""Two patients in two tabs of one sign-in, and fingers that tap twice: every entry lands once, in its own chart."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import permutations

import pytest
from playwright.sync_api import APIResponse, Browser, Page, expect

from tests.browser import PHONE, TABLET, Opened
from tests.journeys.chair_screen import charted_by_people, nothing_waits, panel, state
from tests.journeys.house import House

pytestmark = pytest.mark.browser

SAME_FINGER_S = 0.75
INTERLEAVINGS = sorted(set(permutations("AABB")))


_IS_ON_TOP = """one => {
  const { left, top, width, height } = one.getBoundingClientRect();
  const there = document.elementFromPoint(left + Math.min(20, width / 2), top + height / 2);
  return there !== null && (one === there || one.contains(there));
}"""


@pytest.fixture(scope="module")
def sessions(house: House) -> tuple[str, str]:
    first, second = (one["session"] for one in house.demo()["sessions"])
    return first, second


@pytest.fixture
def opened(house: House, browser: Browser) -> Iterator[Opened]:
    one = house.open_as(browser, "m.reyes")
    yield one
    one.page.context.close()


def _notes(page: Page, session: str) -> list[str]:
    """The notes of a chart, oldest first, from the page that shows all of it."""
    reader = page.context.new_page()
    reader.goto(f"/session/{session}/chart/")
    found = re.findall(r"tab [AB] order \d+ place \d", reader.locator("table.log tbody").inner_text())
    reader.close()
    return found


def _write(page: Page, words: str) -> None:
    page.locator(".entries").get_by_role("link", name="Note, more").click()
    form = panel(page, "more").locator("form", has=page.locator("[name=text]"))
    form.locator("[name=text]").fill(words)
    form.get_by_role("button", name="Chart note").click()
    page.locator(".log-lines .log-line", has_text=words).first.wait_for()


@pytest.mark.timeout(900)
@pytest.mark.hazard("H02")
def test_entries_of_two_tabs_land_in_their_own_charts_in_whatever_order_they_are_made(
    opened: Opened, sessions: tuple[str, str]
) -> None:
    tabs = {"A": opened.page, "B": opened.page.context.new_page()}
    for letter, session in zip("AB", sessions, strict=True):
        tabs[letter].goto(f"/session/{session}/")
    wanted: dict[str, list[str]] = {"A": [], "B": []}
    tapped = {"A": 0.0, "B": 0.0}
    for number, order in enumerate(INTERLEAVINGS):
        for place, letter in enumerate(order):
            words = f"tab {letter} order {number} place {place}"
            time.sleep(max(0.0, tapped[letter] + SAME_FINGER_S - time.monotonic()))
            _write(tabs[letter], words)
            tapped[letter] = time.monotonic()
            wanted[letter].append(words)
    for letter, session in zip("AB", sessions, strict=True):
        nothing_waits(tabs[letter])
        assert _notes(opened.page, session) == wanted[letter]
    assert opened.faults == []


def _post(page: Page, address: str, form: dict[str, str]) -> APIResponse:
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    return page.request.post(
        address,
        form={"csrfmiddlewaretoken": token, **form},
        headers={"Accept": "application/json", "Origin": page.url.split("/session/")[0]},
    )


@pytest.mark.hazard("H02")
@pytest.mark.parametrize("path", ["chart-entry/", "prepare/", "leaving/", "order/", "bag/"])
def test_a_form_of_one_patient_sent_to_another_patients_address_is_refused(
    opened: Opened, sessions: tuple[str, str], path: str
) -> None:
    page = opened.page
    own, other = sessions
    page.goto(f"/session/{other}/")
    before = charted_by_people(page)
    page.goto(f"/session/{own}/")
    patient = page.locator("[data-chair]").get_attribute("data-patient") or ""
    form = {"kind": "note_written", "text": "of another", "form": "note", "step": "look", "patient_id": patient}
    answer = _post(page, f"/session/{other}/{path}", {**form, "submission_id": f"journey-stray-{path}"})
    assert answer.status == 422, answer.status
    assert "another patient" in answer.text()
    page.goto(f"/session/{other}/")
    assert charted_by_people(page) == before, "it was charted"


@pytest.mark.hazard("H17")
@pytest.mark.parametrize(("seat", "size"), [(0, PHONE), (1, TABLET)], ids=["phone", "tablet"])
def test_a_finger_that_taps_twice_pauses_once_and_never_meets_stop(
    house: House, browser: Browser, sessions: tuple[str, str], seat: int, size: tuple[int, int]
) -> None:
    opened = house.open_as(browser, "m.reyes", size=size)
    page = opened.page
    page.goto(f"/session/{sessions[seat]}/")
    before = charted_by_people(page)
    pause, stop = (page.get_by_role("button", name=name) for name in ("Chart pause", "Chart stop"))
    paused_here, stop_was = pause.bounding_box(), stop.bounding_box()
    assert paused_here is not None
    x, y = paused_here["x"] + paused_here["width"] * 0.9, paused_here["y"] + paused_here["height"] / 2
    page.mouse.click(x, y)
    title = panel(page, "pause").get_by_role("heading")
    assert title.evaluate(_IS_ON_TOP), "the panel's own title is covered"
    assert page.locator("h1").evaluate(_IS_ON_TOP), "the panel covers whose chart it is"
    assert stop.bounding_box() == stop_was, "stop moved under the finger"
    page.mouse.click(x, y)
    nothing_waits(page)
    page.wait_for_timeout(500)
    expect(page.locator("[data-timer]")).to_contain_text("paused")
    assert charted_by_people(page) == before + 1, [line["title"] for line in state(page)["log"][:3]]
    assert opened.faults == []
    page.context.close()


@pytest.mark.hazard("H17", "H18")
def test_the_same_entry_sent_ten_times_is_charted_once_and_answers_alike(
    opened: Opened, sessions: tuple[str, str]
) -> None:
    page = opened.page
    page.goto(f"/session/{sessions[0]}/")
    before = charted_by_people(page)
    patient = page.locator("[data-chair]").get_attribute("data-patient") or ""
    form = {
        "kind": "note_written",
        "text": "sent ten times",
        "patient_id": patient,
        "submission_id": "journey-ten-times",
    }
    answers = [_post(page, f"/session/{sessions[0]}/chart-entry/", form) for _ in range(10)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json()["entries"][0]["sequence"] for answer in answers}) == 1
    assert [answer.json()["repeated"] for answer in answers] == [False] + [True] * 9
    assert charted_by_people(page) == before + 1


@pytest.mark.hazard("H17")
def test_a_form_of_the_desk_that_is_tapped_twice_charts_once(opened: Opened, sessions: tuple[str, str]) -> None:
    page = opened.page
    page.goto(f"/session/{sessions[0]}/")
    before = charted_by_people(page)
    page.goto(f"/session/{sessions[0]}/prepare/?open=sedation")
    form = page.locator("li.step:has(> #sedation) form.entry").first
    form.locator('label:has(> [name=sedation_score][value="4"])').click()
    form.locator("[name=correction_reason]").fill("looked again")
    form.get_by_role("button", name="Chart correction").dblclick(delay=20)
    page.wait_for_load_state()
    page.wait_for_timeout(500)
    page.goto(f"/session/{sessions[0]}/")
    assert charted_by_people(page) == before + 1
