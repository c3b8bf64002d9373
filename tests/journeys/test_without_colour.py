"""States are told apart without colours: by word, shape or place, and by eyes that see colours otherwise (H42)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import combinations, groupby

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser import open_page
from tests.journeys.every_page import NOBODY, NURSE, every_page
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.hazard("H42"), pytest.mark.timeout(600)]

EYES = ("deuteranopia", "protanopia", "tritanopia", "achromatopsia")
GREY_LEVELS = 24
"""From 256: two greys that are closer are taken for one."""
SHARE_OF_PIXELS = 0.02

_GREYS = """async (pictures) => {
  const greys = await Promise.all(pictures.map(async (picture) => {
    const image = new Image();
    image.src = "data:image/png;base64," + picture;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const found = context.getImageData(0, 0, image.width, image.height).data, grey = [];
    for (let at = 0; at < found.length; at += 4) {
      grey.push(0.2126 * found[at] + 0.7152 * found[at + 1] + 0.0722 * found[at + 2]);
    }
    return grey;
  }));
  const [one, other] = greys, count = Math.max(one.length, other.length);
  let differ = Math.abs(one.length - other.length);
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    if (Math.abs(one[at] - other[at]) > LEVELS) differ += 1;
  }
  return differ / count;
}""".replace("LEVELS", str(GREY_LEVELS))

_ONLY_BY_COLOUR = r"""() => {
  const STATES = ["data-quality", "data-state", "data-alarm", "data-priority", "data-need", "data-verdict"];
  const drawn = (element, before) => {
    const style = getComputedStyle(element, before);
    return [style.content, style.borderStyle, style.borderWidth, style.fontWeight, style.fontSize, style.display,
      style.textDecorationLine, style.textDecorationStyle, style.opacity, style.outlineStyle, style.backgroundImage,
      style.strokeDasharray].join(";");
  };
  const shape = (element) => [element, ...element.querySelectorAll("*")].filter((one) => one.checkVisibility()).map(
    (one) => [one.tagName, one.getAttribute("d"), one.getAttribute("width"), one.getAttribute("height"),
      drawn(one), drawn(one, "::before"), drawn(one, "::after")].join(" ")
  ).join("|");
  const found = [];
  for (const state of STATES) {
    const kinds = new Map();
    for (const element of document.querySelectorAll(`[${state}]`)) {
      if (!element.checkVisibility()) continue;
      const kind = `${element.tagName}.${(element.getAttribute("class") ?? "").split(" ")[0]}`;
      if (!kinds.has(kind)) kinds.set(kind, []);
      kinds.get(kind).push([element.getAttribute(state), element.innerText ?? element.textContent, shape(element)]);
    }
    for (const [kind, all] of kinds) {
      for (const [a, b] of all.flatMap((one, at) => all.slice(at + 1).map((other) => [one, other]))) {
        if (a[0] !== b[0] && a[1] === b[1] && a[2] === b[2]) found.push(`${kind} ${state} ${a[0]} looks like ${b[0]}: "${a[1]}"`);
      }
    }
  }
  return found;
}"""  # noqa: E501  (a line of the page's own language)


def _seen_by(page: Page, eyes: str) -> None:
    page.context.new_cdp_session(page).send("Emulation.setEmulatedVisionDeficiency", {"type": eyes})


def _picture(place: Locator) -> str:
    return base64.b64encode(place.screenshot()).decode()


def _alike(canvas: Page, pictures: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs that nobody tells apart by their greys."""
    for one, other in combinations(pictures, 2):
        if canvas.evaluate(_GREYS, [pictures[one], pictures[other]]) < SHARE_OF_PIXELS:
            yield one, other


@pytest.fixture
def canvas(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("eyes", EYES)
def test_marks_of_alarms_readings_and_steps_are_told_apart_by_every_eye(
    showcase: House, browser: Browser, known: dict[str, str], canvas: Page, eyes: str
) -> None:
    page = showcase.open_as(browser, NURSE).page
    page.goto(f"/session/{known['infusing']}/")
    page.evaluate(
        """() => {
          const made = document.querySelector(".alarms template").content.firstElementChild.cloneNode(true);
          made.id = "tried";
          made.style.width = "400px";
          const place = document.querySelector(".alarms").parentElement.cloneNode(false);
          place.removeAttribute("data-show"); // without an alarm that stands, the real one is hidden
          place.hidden = false;
          place.append(made);
          document.querySelector("main").append(place);
        }"""
    )
    _seen_by(page, eyes)
    mark = page.locator("#tried .alarm-mark")
    pictures = {}
    for priority in ("high", "medium", "low"):
        page.evaluate("(it) => { document.getElementById('tried').dataset.priority = it; }", priority)
        pictures[priority] = _picture(mark)
    assert list(_alike(canvas, pictures)) == []
    page.goto(f"/session/{known['observing']}/leaving/")
    marks = {}
    for state in ("met", "open"):
        place = page.locator(f"svg.mark.{state}").first
        if place.count():
            marks[state] = _picture(place)
    assert len(marks) == 2 and list(_alike(canvas, marks)) == []
    page.context.close()


def test_no_page_tells_a_state_by_its_colour_alone(showcase: House, browser: Browser, known: dict[str, str]) -> None:
    wrong: list[str] = []
    for who, theirs in groupby(every_page(known), key=lambda one: one.who):
        page = showcase.open_as(browser, who).page if who != NOBODY else open_page(browser, showcase.address).page
        for one in theirs:
            page.goto(one.path)
            wrong += [f"{one.path}: {each}" for each in page.evaluate(_ONLY_BY_COLOUR)]
        page.context.close()
    assert wrong == [], "\n".join(["", *dict.fromkeys(wrong)])


def test_a_red_and_a_green_of_one_brightness_are_found_out(browser: Browser, canvas: Page) -> None:
    """The control run: to most eyes these differ; the comparison must say that they do not for everybody."""
    page = browser.new_page()
    page.set_content('<b id="r" style="display:block;width:40px;height:40px;background:#b03030"></b><b id="g" style="display:block;width:40px;height:40px;background:#2e6b2e"></b>')  # fmt: skip  # noqa: E501
    _seen_by(page, "achromatopsia")
    pictures = {name: _picture(page.locator(f"#{name}")) for name in ("r", "g")}
    assert list(_alike(canvas, pictures)) == [("r", "g")]
    page.set_content('<p class="x" data-state="on" style="color:red">infusion</p><p class="x" data-state="off" style="color:green">infusion</p>')  # fmt: skip  # noqa: E501
    assert len(page.evaluate(_ONLY_BY_COLOUR)) == 1
    page.close()
