"""The eye of these tests sees what it is there for: a number that is cut, wrapped or off the side, and a wide page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.looking import broken_at_their_longest, broken_numbers, numbers_without_a_unit, runs_off_the_side

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 400, "height": 300})
    yield opened
    opened.close()


@pytest.mark.hazard("H41")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('<p style="width:2ch;overflow:hidden;font-size:40px">18022</p>', "cut at the side"),
        ('<p data-tile="nibp" style="width:3ch;font-size:40px">148/101</p>', "out of its place"),
        ('<p style="width:6ch;overflow:hidden;text-overflow:ellipsis;white-space:nowrap">rate 180</p>', "cut"),
        ('<p style="width:9ch;word-break:break-all">a rate of 18022</p>', "wrapped"),
        ('<p style="height:20px;overflow:hidden;font-size:40px;line-height:40px">180</p>', "cut above or below"),
        ('<p style="position:absolute;left:360px;white-space:nowrap">180 mg</p>', ""),
        ('<p style="position:absolute;left:390px;white-space:nowrap">180 mg</p>', "off the side"),
        ('<svg width="60" height="20"><text x="0" y="15" font-size="15">peak 18022</text></svg>', "cut at the side"),
    ],
)
def test_a_number_that_is_not_whole_is_seen(page: Page, content: str, says: str) -> None:
    page.set_content(content)
    found = broken_numbers(page)
    assert bool(found) is bool(says)
    assert all(says in one for one in found), found


@pytest.mark.parametrize(
    "content",
    [
        "<p>72 per minute</p>",
        '<div style="width:100px;overflow-x:auto" tabindex="0"><p style="padding-left:300px">72</p></div>',
        '<p hidden>72</p><p style="display:none">72</p>',
        '<span style="position:absolute;width:1px;height:1px;overflow:hidden">72 per minute</span>',
    ],
)
def test_a_whole_number_a_hidden_one_and_one_that_can_be_scrolled_to_are_let_be(page: Page, content: str) -> None:
    page.set_content(content)
    assert broken_numbers(page) == []


def test_a_page_that_is_wider_than_the_screen_is_seen_and_what_makes_it_so(page: Page) -> None:
    page.set_content("<p>narrow</p>")
    assert runs_off_the_side(page) == []
    page.set_content('<div><p class="long" style="width:500px">wide</p></div>')
    assert runs_off_the_side(page) == ['516 px wide in 400: <p class="long">'] or "long" in runs_off_the_side(page)[0]


@pytest.mark.hazard("H09")
@pytest.mark.parametrize(
    ("content", "is_found"),
    [
        ("<main><section><p>dose</p><p><b>35</b></p></section></main>", True),
        ("<main><section><p><b>35</b> <span>mg</span></p></section></main>", False),
        ("<main><dl><dt>Rate, mL/h</dt><dd>150</dd></dl></main>", False),
        ("<main><table><thead><tr><th>-</th><th>What</th></tr></thead><tr><td>a</td><td>0.35</td></tr></table>", True),
        ("<main><table><thead><tr><th>-</th><th>mg</th></tr></thead><tr><td>a</td><td>0.35</td></tr></table>", False),
    ],
)  # fmt: skip
def test_a_number_without_its_unit_is_seen(page: Page, content: str, is_found: bool) -> None:
    page.set_content(content)
    assert bool(numbers_without_a_unit(page)) is is_found


@pytest.mark.hazard("H41")
def test_a_place_that_holds_today_s_reading_and_not_the_longest_is_seen(page: Page) -> None:
    page.set_content('<p style="width:3ch;overflow:hidden;font:20px monospace"><b data-tile-text>72</b></p>')
    assert list(broken_at_their_longest(page)) == []
    page.set_content('<p style="width:3ch;overflow:hidden;font:20px monospace"><b data-tile-text>9/6</b></p>')
    assert "cut at the side" in next(broken_at_their_longest(page))
