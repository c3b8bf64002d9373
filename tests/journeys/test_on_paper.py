"""What leaves the screen: the session note and the bag's label, printed and read back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from dripstand.server.demo.clinic import demo_id
from dripstand.server.demo.past_cast import Went, past_people
from tests.journeys.house import House
from tests.journeys.paper import Paper, squeezed

pytestmark = pytest.mark.browser


@pytest.fixture
def page(showcase: House, browser: Browser) -> Iterator[Page]:
    opened = showcase.open_as(browser, "m.reyes", scheme="light")
    yield opened.page
    opened.page.context.close()


def _printed(page: Page, address: str) -> Paper:
    page.goto(address)
    page.emulate_media(media="print")
    return Paper(page.pdf(prefer_css_page_size=True))


def _names(showcase: House) -> list[str]:
    return [one["patient_name"] for one in showcase.demo()["sessions"]]


@pytest.mark.hazard("H04")
@pytest.mark.parametrize("seat", [0, 1, 4], ids=["infusing", "observing", "nearly home"])
def test_every_printed_page_of_a_note_says_whose_it_is_and_nobody_elses(showcase: House, page: Page, seat: int) -> None:
    session = showcase.demo()["sessions"][seat]
    paper = _printed(page, f"/session/{session['session']}/note/")
    assert 1 <= len(paper.pages) <= 3, f"{len(paper.pages)} pages"
    count = len(paper.pages)
    for number, text in enumerate(paper.pages, start=1):
        assert squeezed(session["patient_name"]) in text, f"page {number}"
        assert squeezed(f"record {session['patient']}") in text, f"page {number}"
        assert f"{number}/{count}" in text, f"page {number} of {count} is not numbered"
        for other in _names(showcase):
            assert other == session["patient_name"] or squeezed(other) not in text, f"page {number} names {other}"
    assert "predicted" in "".join(paper.pages).lower(), "the prediction is printed without saying so"


@pytest.mark.hazard("H04")
def test_a_label_is_one_small_page_with_the_patient_the_drug_and_the_time(showcase: House, page: Page) -> None:
    session = showcase.demo()["sessions"][0]
    paper = _printed(page, f"/session/{session['session']}/bag/label/")
    assert len(paper.pages) == 1
    for fact in (session["patient_name"], session["patient"], "37.5 mg / 50 mL", "use by", "checked by"):
        assert squeezed(fact) in paper.pages[0], fact
    for other in _names(showcase)[1:]:
        assert squeezed(other) not in paper.pages[0]


@pytest.mark.hazard("H28")
def test_the_screen_around_them_is_not_printed_but_that_it_is_a_demo_is(showcase: House, page: Page) -> None:
    session = showcase.demo()["sessions"][0]["session"]
    for path in ("note/", "bag/label/"):
        for text in _printed(page, f"/session/{session}/{path}").pages:
            for word in ("Sign out", "Dark or light", "Print the label", "Sign the note"):
                assert squeezed(word) not in text, (path, word)
            assert squeezed("DEMO, not for care") in text, path


def _course_of(went: Went) -> tuple[str, str]:
    """Name and course of the first of the demo's past people whose course went so."""
    person = next(one for one in past_people() if one.went is went)
    return person.patient.name, demo_id(f"course {person.patient.record_number}")


@pytest.mark.parametrize("went", [Went.LATE, Went.NOT, Went.BROKEN_OFF, Went.KEPT_UP])
def test_a_course_prints_on_one_page_with_what_was_given_how_it_was_borne_and_what_is_next(
    page: Page, went: Went
) -> None:
    """Six infusions, fewer where it was broken off, and a maintenance, of which each series has a page of its own."""
    name, course = _course_of(went)
    for series in ("1", "2") if went is Went.KEPT_UP else ("1",):
        paper = _printed(page, f"/course/{course}/?series={series}")
        assert len(paper.pages) == 1, f"{len(paper.pages)} pages"
        (text,) = paper.pages
        for fact in (
            name,
            "PHQ-9",
            "Dose",
            "mg in the vein",
            "predicted",
            "Dissociation",
            "Highest NIBP",
            "Side effects",
        ):
            assert squeezed(fact) in text, fact
        given = 6 if series == "1" and went is not Went.BROKEN_OFF else None
        assert given is None or squeezed("6 infusions") in text
        for word in ("Sign out", "Print one page", "Questionnaires"):
            assert squeezed(word) not in text, word


def test_a_course_under_way_prints_its_next_decision_and_its_next_infusions(showcase: House, page: Page) -> None:
    patient = showcase.demo()["sessions"][0]
    paper = _printed(page, f"/course/{demo_id('course ' + patient['patient'])}/")
    assert len(paper.pages) == 1
    assert squeezed(patient["patient_name"]) in paper.pages[0]
    assert squeezed("Next decision") in paper.pages[0]
