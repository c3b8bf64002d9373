"""What an eye would find wrong with a page, asked of the browser: numbers cut or wrapped, things off the side (H41)."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser import PHONE, TABLET

DESKTOP = (1366, 768)
LARGE_DESKTOP = (2560, 1440)
TABLET_TWICE_AS_LARGE = (590, 410)
DESKTOP_FOUR_TIMES_AS_LARGE = (320, 640)
"""Zoomed pages: a browser at 400 % lays a page of 1280 px out in 320, and asks it for the styles of that width."""
SIZES = (TABLET, DESKTOP, PHONE, LARGE_DESKTOP, TABLET_TWICE_AS_LARGE, DESKTOP_FOUR_TIMES_AS_LARGE)

_NUMBERS = r"""() => {
  const NOT_READ = "script, style, template, noscript, option, .hash";  // a hash is compared, not read
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const say = (what, number, element) => found.push(
    `${what}: "${number}" in <${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ` +
    `"${element.textContent.trim().replace(/\s+/g, " ").slice(0, 80)}"`);
  const unseen = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return true;
    for (let one = element; one; one = one.parentElement) {
      const box = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      const tiny = box.width <= 1 && box.height <= 1;
      if (style.position === "absolute" && (tiny || style.clipPath !== "none")) return true;
    }
    return false;
  };
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!/\d/.test(node.data) || parent.closest(NOT_READ) || unseen(parent)) continue;
    for (const match of node.data.matchAll(/\d(?:[\d.,:\/]*\d)?/g)) {
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      if (boxes.length === 0) continue;
      if (new Set(boxes.map((box) => Math.round(box.top))).size > 1) say("wrapped", match[0], parent);
      const place = parent.closest("[data-tile], .mini")?.getBoundingClientRect();
      if (place && boxes.some((box) => box.left < place.left - 1 || box.right > place.right + 1)) {
        say("out of its place", match[0], parent);
      }
      let scrolls = false;
      for (let around = parent; around && around !== document.body && !scrolls; around = around.parentElement) {
        const style = getComputedStyle(around);
        const flows = style.display === "inline" && !(around instanceof SVGElement);
        if (flows || style.display === "contents") continue;
        const edge = around.getBoundingClientRect();
        const [x, y] = [style.overflowX, style.overflowY];
        const outX = boxes.some((box) => box.left < edge.left - 1 || box.right > edge.right + 1);
        const outY = boxes.some((box) => box.top < edge.top - 4 || box.bottom > edge.bottom + 4);
        if (outX && (x === "hidden" || x === "clip")) { say("cut at the side", match[0], parent); break; }
        const partly = boxes.some((box) => box.top < edge.bottom && box.bottom > edge.top);
        if (outY && partly && (y === "hidden" || y === "clip")) { say("cut above or below", match[0], parent); break; }
        scrolls = x === "auto" || x === "scroll" || y === "auto" || y === "scroll" || style.position === "fixed";
      }
      if (!scrolls && boxes.some((box) => box.right > document.documentElement.clientWidth + 1 || box.left < -1)) {
        say("off the side", match[0], parent);
      }
    }
  }
  return found;
}"""

_TOO_WIDE = r"""() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + 1);
  const last = wide.filter((one) => ![...one.children].some((child) => wide.includes(child)));
  const name = (one) => `<${one.tagName.toLowerCase()} class="${one.getAttribute("class") ?? ""}">`;
  const named = last.slice(0, 4).map(name);
  return [`${document.documentElement.scrollWidth} px wide in ${width}: ${named.join(" ")}`];
}"""


_UNITS = r"""() => {
  const A_DRAWING = "svg[role=img]";  // it says in its own words what is drawn
  const NOT_READ = "script, style, template, option, .hash, time, [aria-hidden=true]";
  const UNIT = new RegExp([
    "\\b(mg|mL|mcg|ng|kg|cm|mm|mmHg|min|minutes?|h|hours?|s|seconds?|days?|weeks?|d|points?|drops|years?|y|of|to)\\b",
    "\\b(infusions?|chairs?|times?|count|version|number|record|score|scale|alarms?|people|patients?|beds?|month)\\b",
    "%|°C|/min|/h|U/L|mmol|µmol|mU|px|×|:\\d\\d|\\d{4}",
  ].join("|"), "i");
  const found = [];
  const walker = document.createTreeWalker(document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement, text = node.data.trim();
    if (!/^[<>≤≥−-]?\s*\d+(\.\d+)?$/.test(text)) continue;
    if (parent.closest(A_DRAWING) || parent.closest(NOT_READ) || !parent.checkVisibility()) continue;
    let near = "", one = parent;
    for (let up = 0; up < 3 && one && one.tagName !== "MAIN"; up += 1, one = one.parentElement) {
      near = [one.innerText, one.getAttribute("aria-label"), one.previousElementSibling?.innerText].join(" ");
      if (UNIT.test(near.replace(text, " "))) break;
    }
    const cell = parent.closest("td, th"), table = parent.closest("table");
    if (cell && table) {
      const head = table.tHead?.rows[table.tHead.rows.length - 1]?.cells[cell.cellIndex]?.innerText;
      near += [" ", head, cell.parentElement.cells[0]?.innerText, table.caption?.innerText].join(" ");
    }
    if (UNIT.test(near.replace(text, " "))) continue;
    found.push(`a number without its unit: ${text} in <${parent.tagName}> near ${near.trim().slice(0, 90)}`);
  }
  return found;
}"""


_LONGEST = """() => {
  for (const place of document.querySelectorAll("[data-tile-text], .mini b")) {
    place.textContent = place.textContent.includes("/") ? "288/188" : "288";
  }
  return (NUMBERS)();
}"""


_COLOURS = """async () => {
  const found = await axe.run({ runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } });
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
}"""


def faint_colours(page: Page) -> list[str]:
    """The rules of axe that depend on the colours, on a page that axe has been through in its other colours."""
    found: list[str] = page.evaluate(_COLOURS)
    return found


def broken_numbers(page: Page) -> list[str]:
    """Each number that is cut by what is around it, wrapped in its middle, out of its tile, or off the side."""
    found: list[str] = page.evaluate(_NUMBERS)
    return found


def runs_off_the_side(page: Page) -> list[str]:
    """What makes the page wider than the screen."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def what_is_wrong_at_every_size(page: Page) -> Iterator[str]:
    """The two above at each of SIZES; afterwards the tablet's again."""
    for width, height in (*SIZES[1:], SIZES[0]):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        for one in (*runs_off_the_side(page), *broken_numbers(page)):
            yield f"{width}x{height} {one}"


def numbers_without_a_unit(page: Page) -> list[str]:
    """Each number that stands alone: neither beside it nor above its column is said what it counts (H09)."""
    found: list[str] = page.evaluate(_UNITS)
    return found


def broken_at_their_longest(page: Page) -> Iterator[str]:
    """The longest readings that a monitor sends, put into every place for a reading, at each of SIZES (H41)."""
    for width, height in (*SIZES[1:], SIZES[0]):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        # in one go with the looking: the page's own numbers come back with the next message
        for one in page.evaluate(_LONGEST.replace("NUMBERS", _NUMBERS)):
            yield f"{width}x{height} at its longest: {one}"
