"""The calm screen with the network lost, by the real clock: its sound is measured where it leaves the page.

The hour is shown with a stretched clock in tests/journeys/test_calm_screen.py; here nothing is stretched, and nothing
that the page says of itself is taken for sound.
"""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from dripstand.calm.services import add_recording, make_code
from dripstand.infusion import events as ev
from tests.browser import TABLET, open_page
from tests.journeys.valve import Valve, valve
from tests.people import NURSE_REYES, stored, wren_halloway
from tests.rooms.infusion.stored_visits import StoredVisit, infusing, ready_to_start
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EAR = """(() => {
  const connect = AudioNode.prototype.connect, ears = [];
  AudioNode.prototype.connect = function (to, ...rest) {
    const answer = connect.call(this, to, ...rest);
    if (to instanceof AudioDestinationNode) {
      const ear = this.context.createAnalyser();
      connect.call(this, ear);
      ears.push(ear);
    }
    return answer;
  };
  window.peak = () => Math.max(0, ...ears.map((ear) => {
    const wave = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(wave);
    return Math.max(...wave.map(Math.abs));
  }));
  window.heard = () => Math.max(0, ...ears.map((ear) => {
    const wave = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(wave);
    return ear.context.state === "running" ? Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0) / wave.length) : 0;
  }));
})()"""
"""A second listener at every place where the page sends sound to the loudspeaker; what is heard: root mean square."""
AUDIBLE = 0.0005
PICTURE = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.join()"
LOST_FOR_S = 10
HIGHEST = """async (for_ms) => {
  let highest = 0;
  for (const until = performance.now() + for_ms; performance.now() < until; ) {
    highest = Math.max(highest, peak());
    await new Promise((done) => setTimeout(done, 10));
  }
  return highest;
}"""
"""The highest wave of so many milliseconds, 1 being all that the tablet can do."""
LOUDEST = 0.22  # as in frontend/src/calm/fade.ts
TOUCHED = """async (least) => {
  const began = performance.now();
  document.querySelector("button[data-call]").click();
  while (heard() < least && performance.now() - began < 10000) await new Promise((done) => setTimeout(done, 10));
  return performance.now() - began;
}"""
"""Touches the call area; answers after how many ms something is heard, by the page's own clock."""


@pytest.fixture
def cable(transactional_db: None, browser: Browser) -> Iterator[Valve]:
    """Between tablet and server. Shut, no end learns that the other is gone: so a network is lost, and `set_offline`
    of the browser would leave the stream that is open."""
    with serving() as port, valve(port) as one:
        yield one


def _heard(page: Page) -> float:
    """The loudest of a second: rain and chords have their silences."""
    found = 0.0
    for _tenth in range(10):
        found = max(found, float(page.evaluate("heard()")))
        page.wait_for_timeout(100)
    return found


def _begun(browser: Browser, cable: Valve, visit: StoredVisit) -> Page:
    """The visit's tablet after its first touch."""
    link = make_code(stored(NURSE_REYES), visit.session_id, now=visit.now)
    page = open_page(browser, f"http://127.0.0.1:{cable.port}", size=TABLET).page
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(EAR)
    page.goto(link.path)
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_url("**/me/calm/")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-words]")).to_have_text("Call my nurse")
    return page


def _silent(visit: StoredVisit, worn: ev.Earphones = ev.Earphones.NOT_ASKED) -> StoredVisit:
    """Nothing plays on its tablet: what is heard there is the bell."""
    return visit.must(ev.CalmChosen(ev.CalmSound.NONE, ev.CalmImage.NIGHT, ev.CalmLight.DARK, worn))


@pytest.mark.timeout(300)
@pytest.mark.hazard("H37")
def test_without_a_network_sound_and_image_go_on_and_the_call_says_that_nobody_hears_it(
    browser: Browser, cable: Valve
) -> None:
    visit = infusing()
    page = _begun(browser, cable, visit)
    words, image = page.locator("[data-words]"), page.locator("canvas[data-image]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("least => heard() > least", arg=AUDIBLE)

    cable.shut()
    page.context.set_offline(True)
    expect(words).to_have_text("No connection", timeout=30_000)
    silent, still, before = 0, 0, image.evaluate(PICTURE)
    for _second in range(LOST_FOR_S):
        silent += _heard(page) < AUDIBLE
        after = image.evaluate(PICTURE)
        still += after == before
        before = after
        assert words.inner_text() == "No connection"
    assert silent == 0, f"silent in {silent} of {LOST_FOR_S} seconds"
    assert still <= LOST_FOR_S // 4, f"the image stood still in {still} of {LOST_FOR_S} seconds"
    page.locator("button[data-call]").click()
    expect(words).to_have_text("This tablet rings")
    expect(page.locator("body")).not_to_contain_text(re.compile("nurse knows", re.IGNORECASE))

    # Loaded anew without a network, by the service worker alone.
    page.reload()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_function("least => heard() > least", arg=AUDIBLE)
    expect(words).to_have_text("This tablet rings")
    assert not visit.chart.calls, "it is not charted as if it had reached anybody"
    cable.open()
    page.context.set_offline(False)
    expect(words).to_have_text(re.compile("nurse", re.IGNORECASE), timeout=30_000)
    page.context.close()


@pytest.mark.timeout(300)
@pytest.mark.hazard("H37")
def test_where_packets_vanish_a_touch_rings_within_a_second_and_what_was_stopped_stays_silent(
    browser: Browser, cable: Valve
) -> None:
    visit = _silent(infusing())
    page = _begun(browser, cable, visit)
    words, ringing = page.locator("[data-words]"), page.locator("[data-calm][data-call=ringing]")

    cable.shut()  # and nothing else: no request fails, each only goes unanswered
    expect(words).to_have_text("No connection", timeout=30_000)
    assert _heard(page) < AUDIBLE
    assert page.evaluate(TOUCHED, AUDIBLE) < 1_000
    expect(ringing).to_be_visible()

    page.locator("button[data-call]").click()  # heard: silent, though the call's own try fails only later
    expect(words).to_have_text("No connection")
    page.wait_for_timeout(6_000)
    assert _heard(page) < AUDIBLE
    expect(words).to_have_text("No connection")

    assert page.evaluate(TOUCHED, AUDIBLE) < 1_000, "a new touch rings anew"
    cable.open()
    expect(words).to_have_text("Calling your nurse", timeout=30_000)  # nobody's screen is open: nobody knows (H39)
    page.wait_for_timeout(2_000)  # the last stroke dies away
    assert _heard(page) < AUDIBLE
    assert len(visit.chart.open_calls) == 2, "both touches are charted, each once"
    page.context.close()


@pytest.mark.timeout(300)
@pytest.mark.hazard("H37")
def test_a_touch_before_the_loss_is_noticed_rings_after_a_second_and_a_half(browser: Browser, cable: Valve) -> None:
    visit = _silent(infusing())
    page = _begun(browser, cable, visit)
    cable.shut()
    assert 1_400 < page.evaluate(TOUCHED, AUDIBLE) < 3_000
    expect(page.locator("[data-calm]")).to_have_attribute("data-call", "ringing")
    cable.open()
    expect(page.locator("[data-words]")).to_have_text("Calling your nurse", timeout=30_000)
    assert len(visit.chart.open_calls) == 1
    page.context.close()


@pytest.mark.timeout(300)
@pytest.mark.hazard("H37")
@pytest.mark.parametrize("worn", [ev.Earphones.ON, ev.Earphones.OFF])
def test_with_earphones_on_the_bell_is_soft_and_the_words_send_the_patient_to_the_rooms_own(
    browser: Browser, cable: Valve, worn: ev.Earphones
) -> None:
    visit = infusing()
    page = _begun(browser, cable, visit)
    words, more, quietly = (page.locator(f"[data-{name}]") for name in ("words", "more", "earphones"))
    expect(quietly).to_be_hidden()
    _silent(visit, worn)  # the nurse asks during the infusion: the tablet follows
    on = worn is ev.Earphones.ON
    expect(quietly).to_be_visible(visible=on)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(12_000)  # what played first has faded

    cable.shut()
    page.context.set_offline(True)
    expect(words).to_have_text("No connection", timeout=30_000)
    for anew in (False, True):
        if anew:  # by the service worker alone: it still knows that they wear earphones, and rings for the call
            page.reload()
            page.get_by_role("button", name="Begin").click()
            expect(page.locator("[data-calm]")).to_have_attribute("data-call", "ringing")
        else:
            expect(more).to_contain_text("ring the bell in the room")
            assert ("tablet rings" in more.inner_text()) is not on
            assert page.evaluate(TOUCHED, AUDIBLE) < 1_000
        expect(words).to_have_text("You wear earphones: ring the bell in the room" if on else "This tablet rings")
        expect(more).to_contain_text("Your call is sent as soon as it can be.")
        assert on or "Ring the bell in the room too." in more.inner_text()
        expect(quietly).to_be_visible(visible=on)
        highest = page.evaluate(HIGHEST, 6_000)
        assert (0.05 < highest <= LOUDEST) if on else highest > 2 * LOUDEST
    page.context.close()


def _loudest_recording() -> bytes:
    """Two seconds of a square wave at full scale, the loudest that a recording can be, as WAV."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        low, high = (height.to_bytes(2, "little", signed=True) * 50 for height in (-32_768, 32_767))
        file.writeframes((low + high) * 882)
    return made.getvalue()


PART = """async (address) => {
  const answer = await fetch(address, { headers: { Range: "bytes=4-11" } });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return [answer.status, answer.headers.get("Content-Range"), [...bytes]];
}"""


@pytest.mark.timeout(300)
@pytest.mark.hazard("H37")
def test_a_recording_at_full_scale_stays_under_the_cap_and_plays_on_in_parts_without_a_network(
    browser: Browser, cable: Valve
) -> None:
    visit, sound = infusing(), _loudest_recording()
    number = add_recording(stored(NURSE_REYES), title="Square", content=sound, now=visit.now)
    plays = {"sound_file_id": number, "sound_name": "Square"}
    visit.must(ev.CalmChosen(ev.CalmSound.FILE, ev.CalmImage.NIGHT, ev.CalmLight.DARK, **plays))
    page, address = _begun(browser, cable, visit), f"/me/calm/recording/{number}/"
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wanted = [206, f"bytes 4-11/{len(sound)}", list(sound[4:12])]
    assert page.evaluate(PART, address) == wanted
    page.wait_for_function("async address => (await caches.match(address)) !== undefined", arg=address)
    page.wait_for_function("least => heard() > least", arg=0.1, timeout=90_000)  # it comes in over 45 seconds
    assert page.evaluate(HIGHEST, 6_000) <= LOUDEST

    cable.shut()
    page.context.set_offline(True)
    expect(page.locator("[data-words]")).to_have_text("No connection", timeout=30_000)
    assert page.evaluate(PART, address) == wanted
    page.reload()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_function("least => heard() > least", arg=AUDIBLE, timeout=30_000)
    assert page.evaluate(HIGHEST, 3_000) <= LOUDEST
    page.context.close()


@pytest.mark.timeout(300)
@pytest.mark.hazard("H56", "H39")
def test_a_call_that_waits_on_a_tablet_is_not_the_next_patients_and_without_a_screen_nobody_is_said_to_know(
    browser: Browser, cable: Valve
) -> None:
    visit = infusing()
    page = _begun(browser, cable, visit)
    context, words = page.context, page.locator("[data-words]")
    with page.expect_response("**/me/calm/call.json"):  # what the tablet says at once says nothing of the chart yet
        page.locator("button[data-call]").click()
    page.wait_for_function("() => document.querySelector('[data-calm]').dataset.call === 'reaching'")
    expect(words).to_have_text("Calling your nurse")
    assert len(visit.chart.open_calls) == 1, "it is in the chart, and on no screen"
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    cable.shut()
    context.set_offline(True)
    expect(words).to_have_text("No connection", timeout=30_000)
    page.locator("button[data-call]").click()
    page.wait_for_function("() => (localStorage.getItem('dripstand-calm-calls') ?? '').length > 2")
    page.close()  # the tablet is put away as it is

    visit.now = datetime.now(UTC)
    visit.must(ev.LeftWithoutDischarge(True, "told", line_removed=True, escort_called=True, prescriber_told="T. Vance"))
    cable.open()
    context.set_offline(False)
    next_one = ready_to_start(patient_id=wren_halloway(record_number="R-9", name="Pip Sandoval"), minutes_ago=5)
    link = make_code(stored(NURSE_REYES), next_one.session_id, now=next_one.now)
    theirs = context.new_page()
    theirs.goto(f"http://127.0.0.1:{cable.port}{link.path}")
    theirs.get_by_role("button", name="Open", exact=True).click()
    theirs.wait_for_url("**/me/calm/")
    theirs.wait_for_timeout(4_000)
    expect(theirs.locator("[data-words]")).to_have_text("Call my nurse")
    assert not next_one.chart.calls and not next_one.chart.tablet_was_tried
    context.close()
