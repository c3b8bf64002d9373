"""Visits that end otherwise than planned, each to the finished chart: evacuation, paper, stopped early, left.

The four follow each other in one house with two infusing chairs: the first chair is evacuated, goes on on paper and
ends early; the second patient leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from dripstand.server.demo.cast import ZONE
from tests.browser import Opened, axe_findings
from tests.journeys.chair_screen import panel, wait_for_line
from tests.journeys.house import House, dripstand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Open = Callable[[str], Opened]


@pytest.fixture
def open_as(house: House, browser: Browser) -> Iterator[Open]:
    opened: list[Opened] = []

    def one(username: str) -> Opened:
        opened.append(house.open_as(browser, username))
        opened[-1].page.set_default_timeout(15_000)
        return opened[-1]

    yield one
    for each in opened:
        assert each.faults == []
        each.page.context.close()


@pytest.fixture(scope="module")
def sessions(house: House) -> tuple[str, str]:
    first, second = (one["session"] for one in house.demo()["sessions"])
    return first, second


def chart_of(page: Page, session: str) -> str:
    """The finished chart, in the order recorded, as a colleague reads it."""
    page.goto(f"/session/{session}/chart/")
    return " ".join(page.locator("table.log tbody").inner_text().split())


@pytest.mark.hazard("H63")
def test_everybody_is_counted_out_of_the_building_and_the_chart_says_who_saw_them_where(
    open_as: Open, sessions: tuple[str, str]
) -> None:
    desk = open_as("a.soro").page
    desk.goto("/evacuation/")
    desk.get_by_label("Why, if there is time").fill("smoke in the store")
    desk.get_by_role("button", name="Chart evacuation for everybody here").click()
    expect(desk.locator("h1")).to_contain_text("2")
    page = open_as("m.reyes").page
    page.goto("/devices/")
    page.get_by_role("link", name="To the list").click()
    for left in ("1", "0"):
        page.locator("input[name=where]").first.fill("car park")
        page.get_by_role("button", name="Chart seen").first.click()
        expect(page.locator("h1")).to_contain_text(left)
    assert axe_findings(page) == []
    page.get_by_role("button", name="Chart: the evacuation is over").click()
    expect(page.locator(".said-evacuation")).to_have_count(0)
    for session in sessions:
        chart = chart_of(page, session)
        for words in ("Evacuation, smoke in the store A. Soro", "Patient accounted for, car park M. Reyes"):
            assert words in chart, words
        assert "Evacuation over" in chart


@pytest.mark.hazard("H66")
def test_what_was_written_on_the_printed_sheet_comes_back_as_one_group_with_both_times(
    house: House, open_as: Open, sessions: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("paper") / "today.html"
    printed = dripstand("downtime", "--out", out, "--data", house.folder)
    assert printed.returncode == 0 and printed.stdout.startswith("2 patients"), printed.stdout + printed.stderr
    page = open_as("m.reyes").page
    page.goto(out.as_uri())
    sheet = page.locator(f'section[data-session="{sessions[0]}"]').nth(1)
    expect(sheet).to_contain_text("Bag down at")
    page.goto(f"/session/{sessions[0]}/paper/")
    now = f"{house.now().astimezone(ZoneInfo(ZONE)):%H:%M}"
    for name, value in (
        ("written_by", "J. Okafor"), ("why", "power cut"), ("at-1", now), ("systolic-1", "131"), ("diastolic-1", "82"),
        ("pulse-1", "77"), ("spo2-1", "97"), ("resp-1", "15"), ("at-2", now), ("note-2", "the pump's battery is empty"),
        ("end-bag_at", now), ("end-bag_left_ml", "20"),
    ):  # fmt: skip
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=act-2]").select_option("stopped")
    page.get_by_role("radio", name="disconnected").check()
    assert axe_findings(page) == []
    page.get_by_role("button", name="Chart the sheet").click()
    page.wait_for_url("**/chart/")
    chart = chart_of(page, sessions[0])
    assert chart.count("late entry: on paper, written by J. Okafor: power cut") == 5
    for words in ("131/82", "the pump's battery is empty", "20 mL", "disconnected"):
        assert words in chart, words


def test_an_infusion_that_was_stopped_early_says_its_milligrams_and_a_prescriber_whether_it_counts(
    open_as: Open, sessions: tuple[str, str]
) -> None:
    page = open_as("t.vance").page
    page.goto(f"/session/{sessions[0]}/leaving/")
    partly = page.locator("section", has=page.locator("#partial-title"))
    given = partly.locator(".big").inner_text()
    assert re.fullmatch(r"[0-9.]+( to [0-9.]+)? mg in the vein", given), given
    partly.get_by_role("radio").first.check()
    partly.locator("[name=reason]").fill("most of it was given")
    partly.get_by_role("button", name="Chart whether it counts").click()
    expect(partly).to_contain_text("most of it was given")
    assert axe_findings(page) == []
    assert "Partial infusion: counts in the course, most of it was given Dr. T. Vance" in chart_of(page, sessions[0])
    page.goto(f"/session/{sessions[0]}/note/")
    expect(page.locator("main")).to_contain_text("Partial infusion")


@pytest.mark.hazard("H64")
def test_a_patient_who_leaves_against_advice_is_charted_at_once_and_followed_up(
    open_as: Open, sessions: tuple[str, str]
) -> None:
    page = open_as("m.reyes").page
    page.goto(f"/session/{sessions[1]}/")
    page.locator(".due-row").get_by_role("link", name="Trouble").click()
    panel(page, "trouble").get_by_role("link", name="Patient leaves").click()
    goes = panel(page, "goes")
    goes.get_by_role("radio", name="has capacity").check()
    goes.locator("[name=warnings_given]").fill("driving, being alone")
    goes.locator("[name=reason]").fill("I have to go to my son")
    goes.get_by_role("button", name="Chart left without discharge").click()
    wait_for_line(page, "Left without discharge")
    expect(page.locator("[data-rate]")).to_contain_text("5 still open")
    page.goto("/")
    gone = page.locator('.seat[data-free="true"] .seat-gone')
    expect(gone).to_contain_text("left against advice")
    assert axe_findings(page) == []
    gone.get_by_role("link", name="5 still open").click()
    page.wait_for_url("**/leaving/")
    open_still = page.locator("section", has=page.locator("#still-open"))
    expect(open_still).to_contain_text("no call to the escort is charted")
    open_still.locator("fieldset", has_text="Escort called?").get_by_role("radio", name="yes").check()
    open_still.get_by_label("Prescriber told").fill("T. Vance")
    open_still.get_by_label("Patient reached, how").fill("by phone, at home")
    open_still.get_by_role("button", name="Chart what was done since").click()
    expect(open_still).not_to_contain_text("no call to the escort is charted")
    assert axe_findings(page) == []
    chart = chart_of(page, sessions[1])
    assert "driving, being alone" in chart and "I have to go to my son" in chart
    assert "Followed up after leaving, escort called" in chart and "patient reached: by phone, at home" in chart
    assert "Discharged" not in chart
