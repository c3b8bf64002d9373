"""However many alarms stand at once, each shows its whole name, and none lies over another, a reading or a button."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page

from dripstand.infusion.presentation.alarms import ALARM_WORDS
from dripstand.server.templatetags.assets import DIST, entry_files
from tests.browser import PHONE, TABLET
from tests.journeys.looking import DESKTOP, broken_numbers

pytestmark = pytest.mark.browser

AT_ONCE = (
    ("sedation_very_deep", "MOAA/S 2", "limit <= 2"),
    ("spo2_critical", "78 %", "limit < 80 %"),
    ("nibp_systolic_extreme", "212 mmHg, by hand", "limit > 200 mmHg"),
    ("pump_infusing_after_stop", "52.5 mL/h", "limit 0 mL/h"),
    ("nibp_diastolic_very_high", "118 mmHg", "limit > 110 mmHg"),
    ("respiratory_rate_very_low", "5 /min", "limit < 6 /min"),
    ("pulse_very_high", "158 /min", "limit > 150 /min"),
    ("patient_mismatch", "", "technical"),
    ("device_silent", "Bedside monitor, room 2, chair 4", "technical"),
)

_HIDDEN = r"""() => {
  const found = [];
  const box = (one) => one.getBoundingClientRect();
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const alarms = [...document.querySelectorAll(".alarm")];
  for (const [place, alarm] of alarms.entries()) {
    const name = alarm.querySelector(".alarm-words"), edge = box(alarm);
    for (const part of name.querySelectorAll("[data-text=words], [data-text=value_text]")) {
      for (const line of part.getClientRects()) {
        if (line.top < edge.top || line.bottom > edge.bottom || line.left < edge.left || line.right > edge.right) {
          found.push(`its name is cut: ${name.innerText}`);
        }
        if (line.bottom > innerHeight) continue;
        const top = document.elementFromPoint((line.left + line.right) / 2, (line.top + line.bottom) / 2);
        if (!alarm.contains(top)) found.push(`something lies over: ${name.innerText}`);
      }
    }
    for (const other of alarms.slice(place + 1)) {
      if (over(edge, box(other))) found.push(`over another: ${name.innerText}`);
    }
    for (const other of document.querySelectorAll(".tile, .rate")) {
      if (over(edge, box(other))) found.push(`over ${other.className}: ${name.innerText}`);
    }
  }
  return found;
}"""


def _styles() -> str:
    """The style sheets of the chair's page as they are built."""
    files = dict.fromkeys(style for entry in ("shared", "chair") for style in entry_files(entry)[0])
    return "\n".join((DIST / file).read_text() for file in files)


def _page_with(count: int) -> str:
    alarms = [
        {
            "alarm_id": str(number),
            "priority": "high" if number < 4 else "medium",
            "priority_text": "",
            "state": "active",
            "stars": "***" if number < 4 else "**",
            "words": str(ALARM_WORDS[alarm]),
            "value_text": value,
            "facts_text": f"{limit}, since 10:02:03",
            "state_text": "",
            "can_acknowledge": True,
            "acknowledge_text": "Acknowledge 2 min",
        }
        for number, (alarm, value, limit) in enumerate(AT_ONCE[:count])
    ]
    tiles = [
        {"key": key, "label": key, "alarm": "", "display": {"text": text, "quality": "fresh", "foot": "per minute"}}
        for key, text in (("pulse", "158"), ("spo2", "78"), ("nibp", "212/118"), ("resp", "5"), ("sedation", "2"))
    ]
    state = {"slot": {"alarms": alarms, "count": count, "is_quiet": not count}, "tiles": tiles, "call": {"on": False}}
    parts = "".join(render_to_string(f"infusion/chair/{part}.html", {"state": state}) for part in ("slot", "readings"))
    rest = "".join(f'<section class="{name}"></section>' for name in ("plots", "rate", "bottom", "entries"))
    return (
        f'<!doctype html><html data-script><head><style>{_styles()}</style></head><body class="chair-page">'
        f'<header class="patient"></header><main><div class="chair">{parts}{rest}</div></main></body></html>'
    )


@pytest.fixture(params=[TABLET, DESKTOP, PHONE], ids=lambda size: f"{size[0]}x{size[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    opened = browser.new_page(viewport={"width": width, "height": height})
    yield opened
    opened.close()


@pytest.mark.hazard("H36", "H41")
def test_no_number_of_alarms_hides_a_name_or_a_reading(page: Page) -> None:
    found: list[str] = []
    for count in range(1, len(AT_ONCE) + 1):
        page.set_content(_page_with(count))
        assert page.locator(".alarm:visible").count() == count
        found += [f"{count} alarms: {one}" for one in (*page.evaluate(_HIDDEN), *broken_numbers(page))]
    assert not found, "\n".join(found)


@pytest.mark.hazard("H36")
def test_an_alarm_that_lies_over_a_reading_or_another_alarm_is_found(page: Page) -> None:
    page.set_content(_page_with(4))
    everywhere = "position: fixed !important; inset: 0 !important; width: auto !important; height: auto !important"
    page.add_style_tag(content=f".alarm:nth-of-type(4) {{ {everywhere} }}")
    said = " ".join(page.evaluate(_HIDDEN))
    assert "over tile" in said
    assert "over another" in said
