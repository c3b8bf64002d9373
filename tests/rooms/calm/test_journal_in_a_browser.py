"""Speaking into the journal, in a browser with a microphone that the browser makes up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from dripstand.calm.models import JournalEntry
from dripstand.people.links.purposes import Purpose
from dripstand.people.services import make_link
from tests.browser import PHONE, open_page
from tests.people import NURSE_REYES, stored
from tests.rooms.infusion.stored_visits import weighed
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.timeout(300)
def test_keep_it_while_somebody_still_speaks_keeps_the_words_and_the_recording(browser: Browser) -> None:
    visit = weighed()
    link = make_link(
        stored(NURSE_REYES),
        visit.patient_id,
        purpose=Purpose.JOURNAL,
        about=visit.session_id,
        now=datetime.now(UTC),
    )
    with serving() as port:
        page = open_page(browser, f"http://127.0.0.1:{port}", size=PHONE).page
        page.goto(link.path)
        for part, typed in (("day", "17"), ("month", "5"), ("year", "1984")):
            page.locator(f"input[name={part}]").fill(typed)
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/me/journal/")
        page.get_by_label("What was it like?").fill("typed words")
        page.get_by_role("button", name="Speak").click()
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        page.wait_for_timeout(1_500)
        with page.expect_navigation():
            page.get_by_role("button", name="Keep it").click()
        expect(page.locator("article audio")).to_have_count(1)
        page.context.close()
    kept = JournalEntry.objects.get()
    assert kept.words == "typed words" and kept.content_type == "audio/webm" and len(bytes(kept.content or b"")) > 1_000
