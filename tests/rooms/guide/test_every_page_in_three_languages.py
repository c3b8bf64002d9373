"""Every page of a patient or their escort in three languages: axe finds nothing, and nothing runs off a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dripstand.course import services as course
from dripstand.course.judging import DECIDE
from dripstand.guide.pages import SOURCES
from dripstand.infusion import events as ev
from dripstand.live import screens
from dripstand.people.links.purposes import Purpose
from dripstand.people.services import make_link
from dripstand.premises.models import Clinic
from tests.browser import PHONE, axe_findings, open_page
from tests.people import FRONT_DESK_SORO, NURSE_REYES, clinic_with_a_chair, stored, wren_halloway
from tests.rooms.guide.coming import PASSWORD
from tests.rooms.infusion.stored_visits import StoredVisit, ready_to_start, weighed
from tests.rooms.outcomes.courses import a_course, given
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = re.compile(r"\b(the|you|your|and|with|what|this)\b", re.IGNORECASE)
"""Words that stand in every longer English sentence and in none of the other two languages."""


@pytest.fixture
def address(transactional_db: None, browser: Browser) -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


@dataclass
class Looked:
    """What was looked at in one language, and what was wrong. spoken: as the page itself says it."""

    browser: Browser
    address: str
    spoken: str
    scheme: str
    wrong: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def at(self, page: Page, what: str) -> None:
        self.seen.append(what)
        self.wrong += [f"{what}, {self.spoken}: {one}" for one in axe_findings(page)]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE[0]:
            self.wrong.append(f"{what}, {self.spoken}: runs off the side, {width} px")
        if page.locator("html").get_attribute("lang") != self.spoken:
            self.wrong.append(f"{what}: not in {self.spoken}")
        said = page.locator("main").inner_text()
        for quoted in page.locator("main [lang]").all_inner_texts():
            said = said.replace(quoted, "")
        if self.spoken != "en" and (found := ENGLISH.search(said)):
            self.wrong.append(f"{what}, {self.spoken}: English stands there: {found[0]!r} in {said[:300]!r}")

    @contextmanager
    def phone(self) -> Iterator[Page]:
        opened = open_page(self.browser, self.address, size=PHONE, scheme=self.scheme)
        yield opened.page
        faults = [one for one in opened.faults if "Failed to load resource" not in one]
        self.wrong += [f"{self.spoken}: {one}" for one in faults]
        opened.page.context.close()


def link(patient_id: str, purpose: Purpose, about: str = "", name: str = "") -> str:
    made = make_link(stored(NURSE_REYES), patient_id, purpose=purpose, about=about, name=name, now=datetime.now(UTC))
    path: str = made.path
    return path


def choose(page: Page, language: str) -> None:
    """Choose this language by its button on the page."""
    page.locator(f".me-languages button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def come_in(look: Looked, page: Page, path: str) -> None:
    """By a door, at which the language is chosen: the link was made in English."""
    page.goto(path)
    choose(page, look.spoken)
    for part, typed in (("day", "17"), ("month", "5"), ("year", "1984")):
        if page.locator(f"input[name={part}]").count():
            page.locator(f"input[name={part}]").fill(typed)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/me/**")


def send(page: Page, nth: int = 0, form: str = "main form") -> None:
    """Send a form, whatever the browser itself would ask for first."""
    with page.expect_navigation():
        page.locator(f"{form} button[type=submit], {form} button[name]").nth(nth).evaluate(
            "button => { button.form.noValidate = true; button.click(); }"
        )


def doors(look: Looked, visit: StoredVisit) -> None:
    with look.phone() as page:
        path = link(visit.patient_id, Purpose.GUIDE)
        page.goto(path)
        choose(page, look.spoken)
        look.at(page, "door")
        page.locator("input[name=day]").fill("1")
        page.locator("main button[type=submit]").click()
        expect(page.locator(".me-wrong")).to_be_visible()
        look.at(page, "door, wrong date")
        for where in ("/l/nonsense/", "/me/guide/", "/me/no-such-page/"):
            page.goto(where)
            look.at(page, where)
        page.goto(link(visit.patient_id, Purpose.ESCORT, visit.session_id, "Robin Marsh"))
        choose(page, look.spoken)
        look.at(page, "door without a date")
        page.goto("/l/closed/")  # last: whoever uses this device next chooses a language of their own
        look.at(page, "goodbye")


def the_guide(look: Looked, visit: StoredVisit) -> None:
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.GUIDE))
        look.at(page, "guide")
        for slug in SOURCES:
            page.goto(f"/me/guide/{slug}/")
            look.at(page, slug)
        page.goto("/me/guide/")
        send(page, form="form[action$='/ask/']")
        look.at(page, "guide, an empty question")
        page.goto("/me/guide/no-such-page/")
        look.at(page, "guide, no such page")


def the_questions(look: Looked, visit: StoredVisit) -> None:
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.QUESTIONNAIRES, visit.session_id))
        look.at(page, "question")
        while page.locator(".me-choices").count():
            thoughts_of_death = page.locator("input[name=instrument]").input_value() == "phq-9" and (
                page.locator("input[name=item]").input_value() == "9"
            )
            with page.expect_navigation():
                page.locator(".me-choices button").nth(1 if thoughts_of_death else 0).click()
            if thoughts_of_death:
                look.at(page, "crisis text")
                page.locator("main a").click()
        look.at(page, "fear")
        send(page)
        look.at(page, "fear, nothing chosen")
        page.locator(".me-numbers label").nth(8).click()
        send(page)
        look.at(page, "wishes")
        page.locator("[name=sound]").select_option("own")
        send(page)
        look.at(page, "promise")
        send(page)
        look.at(page, "promise, not ticked")
        page.locator("[name=agreed]").check()
        send(page)
        look.at(page, "thank you")
        page.goto("/me/questions/")
        look.at(page, "questions, used up")


def the_next_day(look: Looked, visit: StoredVisit) -> None:
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.NEXT_DAY, visit.session_id))
        look.at(page, "next day")
        while page.locator(".me-choices").count():
            with page.expect_navigation():
                page.locator(".me-choices button").first.click()
        look.at(page, "mood")
        send(page)
        look.at(page, "mood, nothing chosen")
        page.locator(".me-numbers label").nth(4).click()
        send(page)
        look.at(page, "thank you, the next day")


def the_weeks_after(look: Looked) -> None:
    now = datetime.now(UTC)
    there = a_course(wren_halloway(record_number="R-2", name="Wren Second"), first=now - timedelta(days=24))
    for number in range(1, 7):
        given(there, number, now - timedelta(days=24 - 3 * (number - 1)))
    with look.phone() as page:
        come_in(look, page, link(there.patient_id, Purpose.FOLLOW_UP, f"{there.course_id}:week-1"))
        while page.locator(".me-choices").count():
            look.at(page, "the weeks after")
            with page.expect_navigation():
                page.locator(".me-choices button").first.click()
        look.at(page, "thank you, the weeks after")
    with look.phone() as page:
        come_in(look, page, link(there.patient_id, Purpose.FOLLOW_UP, f"{there.course_id}:week-1"))
        expect(page.locator(".me-choices")).to_have_count(0)
        look.at(page, "nothing is asked")


def the_escort(look: Looked, visit: StoredVisit) -> None:
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.ESCORT, visit.session_id, "Robin Marsh"))
        look.at(page, "escort")
        send(page)
        look.at(page, "escort, not ticked")
        page.locator("[name=knows_no_driving]").check()
        send(page)
        look.at(page, "escort comes")
        send(page, nth=1)
        look.at(page, "escort cannot")


def the_journal(look: Looked, visit: StoredVisit) -> None:
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.JOURNAL, visit.session_id))
        look.at(page, "journal")
        send(page)
        look.at(page, "journal, nothing written")
        page.locator("textarea").fill("...")
        send(page)
        look.at(page, "journal, an entry")
        send(page, form="article form")
        look.at(page, "journal, shared")


def the_own_sign_in(look: Looked, visit: StoredVisit) -> None:
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.ACCOUNT))
        look.at(page, "setting a password")
        send(page)
        look.at(page, "setting a password, nothing typed")
        page.locator("[name=sign_in_name]").fill("wren.h")
        for name in ("password", "again"):
            page.locator(f"[name={name}]").fill(PASSWORD)
        send(page)
        look.at(page, "sign-in, after setting it")
        send(page)
        look.at(page, "sign-in, refused")
        page.locator("[name=sign_in_name]").fill("wren.h")
        page.locator("[name=password]").fill(PASSWORD)
        send(page)
        look.at(page, "own pages")
        page.goto("/me/home/password/")
        look.at(page, "another password")
        send(page)
        look.at(page, "another password, refused")


def an_appointment(look: Looked) -> None:
    there = a_course(
        wren_halloway(record_number="R-9", name="Pip Sandoval"), first=datetime.now(UTC) + timedelta(days=2)
    )
    answer = course.book(
        stored(FRONT_DESK_SORO),
        infusion_id=there.infusions[1],
        chair_id=clinic_with_a_chair(),
        starts_at=(datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0),
        now=datetime.now(UTC),
        accepted=DECIDE,
        reason="agreed with the patient",
    )
    assert isinstance(answer, course.Booked), answer
    with look.phone() as page:
        come_in(look, page, link(there.patient_id, Purpose.APPOINTMENT, answer.booking_id))
        look.at(page, "appointment")
        course.cancel(stored(FRONT_DESK_SORO), booking_id=answer.booking_id, now=datetime.now(UTC), reason="a cold")
        page.goto("/me/appointment/")
        look.at(page, "appointment that changed")


STANDS_FOR_S = 120.0
"""The nurse's screen of this test speaks once, and counts for as long as its look takes."""


def under_the_drug(look: Looked, visit: StoredVisit) -> None:
    """The calm screen; and what a form says while the drug works."""
    with look.phone() as page:
        page.goto(link(visit.patient_id, Purpose.CALM, visit.session_id))
        choose(page, look.spoken)
        look.at(page, "door of the calm screen")
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/me/calm/")
        look.at(page, "calm screen, before the first touch")
        page.locator("[data-begin]").click()
        expect(page.locator("[data-begin]")).to_be_hidden()
        look.at(page, "calm screen")
        page.locator("button[data-call]").click()
        expect(page.locator("[data-calm]")).to_have_attribute("data-call", "reaching")
        look.at(page, "calm screen, called and on nobody's screen")
        shows, sound = (f"session:{visit.session_id}",), screens.Sound.ON
        chair = screens.Screen("the nurse's", shows, visible=True, sound=sound, acts=True)
        screens.SCREENS.say(chair, time.monotonic() + STANDS_FOR_S)
        expect(page.locator("[data-calm]")).to_have_attribute("data-call", "sent")
        look.at(page, "calm screen, called")
        visit.now = datetime.now(UTC)
        (waiting,) = visit.chart.open_calls
        assert isinstance(waiting.event, ev.PatientCalled)
        visit.must(ev.PatientCallAnswered(waiting.event.call_id))
        expect(page.locator("[data-calm]")).to_have_attribute("data-call", "answered")
        look.at(page, "calm screen, somebody came")
        made = visit.chart.bag
        assert made is not None
        visit.must(ev.InfusionStarted(made.start_rate_ml_per_h))
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.QUESTIONNAIRES, visit.session_id))
        look.at(page, "resting")
    with look.phone() as page:
        come_in(look, page, link(visit.patient_id, Purpose.JOURNAL, visit.session_id))
        look.at(page, "journal, closed")


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("de", "light"), ("es", "dark")])
def test_every_page_of_patient_and_escort_is_clean_in_this_language(
    browser: Browser, address: str, language: str, scheme: str
) -> None:
    visit = weighed()
    Clinic.objects.update(phone="555-0142", patient_emergency_phone="112", door_name="14 Heron Street")
    look = Looked(browser, address, language, scheme)
    doors(look, visit)
    the_guide(look, visit)
    the_questions(look, visit)
    the_escort(look, visit)
    the_journal(look, visit)
    the_own_sign_in(look, visit)
    the_next_day(look, visit)
    visit.must(ev.SessionCancelled("another day"), FRONT_DESK_SORO)
    under_the_drug(look, ready_to_start(patient_id=visit.patient_id))
    an_appointment(look)
    the_weeks_after(look)
    assert look.wrong == [], "\n".join(look.wrong)
    assert len(look.seen) > 55


def test_no_template_of_a_patient_is_left_out_of_what_the_test_above_looks_at() -> None:
    """A new page behind a link has to be added above; each template here is one that it opens."""
    source = Path(__file__).resolve().parents[3] / "src" / "dripstand"
    found = {one.name for one in source.glob("*/templates/*/*.html") if '"me.html"' in one.read_text(encoding="utf-8")}
    assert found == {
        "guide.html",
        "guide_page.html",
        "question.html",
        "crisis.html",
        "closed.html",
        "nothing_asked.html",
        "link_done.html",
        "escort.html",
        "journal.html",
        "appointment.html",
        "link_door.html",
        "link_shut.html",
        "goodbye.html",
        "own_sign_in.html",
        "own_account.html",
        "own_home.html",
        "own_password.html",
        "me_sent_before.html",  # the answer to a form whose first answer was lost: test_refusals.py
    }
