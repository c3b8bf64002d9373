"""A new patient from the referral to a booked course of six, and a slip repaired, in a real browser, without a drag."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from dripstand.course import queries
from dripstand.course.models import BookingState
from dripstand.course.states import State
from dripstand.evaluation.indications import Indication
from dripstand.jobs.worker import Worker
from dripstand.people.actors import Actor
from dripstand.people.models import StaffMember
from dripstand.premises.queries import clinic_zone
from tests.browser import PHONE, TABLET, Opened, axe_findings, open_page
from tests.evaluated import LABS, RESULTS, harmless_answers, treatment_text
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_REYES,
    PASSWORD,
    PRESCRIBER_VANCE,
    another_chair,
    day_signed,
    ren_halloway,
    signed_template,
    stored,
    wren_halloway,
)
from tests.rooms.course.courses import booked, in_induction, on_the_rota, open_on_weekdays
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(transactional_db: None, browser: Browser) -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


def signed_in(
    browser: Browser, address: str, who: Actor, scheme: str = "light", size: tuple[int, int] = TABLET
) -> Opened:
    client = Client()
    member = StaffMember.objects.get(pk=stored(who).staff_id)
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    return open_page(browser, address, scheme=scheme, size=size, cookies=cookies)


def looked_at(page: Page, name: str) -> None:
    """axe finds nothing and nothing runs off the side; a picture is kept where PICTURES names a folder."""
    expect(page.locator("h1"), name).to_have_count(1)
    assert axe_findings(page) == [], name
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} runs off the side"
    if folder := os.environ.get("PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def next_monday() -> datetime:
    today = datetime.now(UTC).astimezone(clinic_zone())
    return today + timedelta(days=7 - today.weekday())


def place_of(number: int) -> re.Pattern[str]:
    return re.compile(rf"Find a place\W+infusion {number}$")


def take_the_first_start(page: Page, day: str) -> None:
    """In the week that is open, choose the first start of a day that asks for nothing, and book it."""
    page.locator(f'td[data-day="{day}"] .start:not(.asks)').first.click()
    expect(page.get_by_text("Nothing stands against it.")).to_be_visible()
    page.get_by_role("button", name="Book it").click()
    expect(page.locator(".messages")).to_contain_text("Booked.")


def not_refused(page: Page) -> None:
    """The page that answered says nothing against it."""
    said = page.locator(".error:visible, [role=alert]:visible").all_inner_texts()
    assert [one for one in said if one.strip()] == [], f"{page.url}: {said}"


def registered(page: Page) -> None:
    """The front desk writes down who was referred."""
    page.goto("/patients/register/")
    looked_at(page, "register")
    page.get_by_label("Name", exact=True).fill("Wren Halloway")
    page.get_by_label("Called").fill("Wren")
    page.get_by_label("Birth date").fill("1984-05-17")
    page.get_by_label("Record number").fill("R-1001")
    page.get_by_label("female").check()
    page.get_by_label("Height, cm").fill("168")
    page.get_by_label("Asked: no known allergies").check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wren Halloway")
    looked_at(page, "registered")


def evaluation_answered(page: Page) -> None:
    """The nurse asks everything of a major depression, section by section, from the patient's page on."""
    answers = harmless_answers(Indication.MAJOR_DEPRESSION)
    page.get_by_role("link", name="Evaluation", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No infusion can be ordered")
    looked_at(page, "evaluations-empty")
    page.get_by_role("link", name="Major depression").click()
    looked_at(page, "evaluation-empty")
    sections = page.locator("section[aria-labelledby=sections] a")
    count = sections.count()
    sections.first.click()
    for number in range(count):
        looked_at(page, f"section-{number + 1}")
        for name in page.locator(".question").evaluate_all("all => all.map(one => one.dataset.question)"):
            value = answers.get(name, "")
            chip = page.locator(f'label.chip:has(input[name="a-{name}"][value="{value}"])')
            if value and chip.count():
                chip.click()
            elif value:
                page.locator(f'[name="a-{name}"]').fill(value)
        page.get_by_role("button", name="Save and go on").click()
        not_refused(page)
    expect(page.locator("section[aria-labelledby=sections] .row-state:not(.stands)")).to_have_count(0)


def medicines_and_trials_entered(page: Page) -> None:
    page.get_by_role("link", name="Medicines", exact=True).click()
    page.get_by_role("button", name="Gone through with the patient: the list is complete").click()
    expect(page.get_by_text("The patient takes no medicine.")).to_be_visible()
    looked_at(page, "medicines-none")
    page.get_by_role("link", name="Earlier treatments", exact=True).click()
    for what, dose in (("sertraline", "150"), ("venlafaxine", "225")):
        add = page.locator("aside[aria-labelledby=add]")
        add.locator("label.chip", has_text="medicine").first.click()
        add.get_by_label("What", exact=True).fill(what)
        add.get_by_label("Highest dose in a day, mg").fill(dose)
        add.get_by_label("Weeks at that dose").fill("8")
        add.locator('label.chip:has(input[value="too_little"])').click()
        add.get_by_label("In this episode").check()
        add.get_by_role("button", name="Add it").click()
        expect(page.locator(".row-name", has_text=what)).to_be_visible()
    looked_at(page, "earlier-treatments")


def entered_tests(page: Page) -> None:
    """What the examination and the laboratory found, as one report."""
    page.get_by_role("link", name="Tests", exact=True).click()
    looked_at(page, "tests-empty")
    page.get_by_role("link", name="Enter a report").click()
    looked_at(page, "report")
    taken = datetime.now(UTC).astimezone(clinic_zone()) - timedelta(minutes=5)
    page.get_by_label("Taken").fill(f"{taken:%Y-%m-%dT%H:%M}")
    for test, value in RESULTS.items():
        field = page.locator(f'[name="{test}-value"]')
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    for test, (value, unit, low, high) in LABS.items():
        if test == "drug_level":
            continue  # of no medicine that she takes
        for name, typed in (("value", value), ("unit", unit), ("low", low), ("high", high)):
            page.locator(f'[name="{test}-{name}"]').fill(typed or "")
    page.get_by_role("button", name="Record what is filled in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tests")
    not_refused(page)
    looked_at(page, "tests-entered")


def decision_signed(page: Page, patient_id: str) -> None:
    """The prescriber looks at the whole and signs."""
    page.goto(f"/patients/{patient_id}/evaluation/major-depression/")
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    looked_at(page, "evaluation-whole")
    decide = page.locator("section[aria-labelledby=sign]")
    decide.locator("label.chip", has_text="eligible").first.click()
    decide.get_by_label("Your password").fill(PASSWORD)
    decide.get_by_role("button", name="Sign the decision").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Eligible")
    looked_at(page, "evaluation-signed")


def consented(page: Page, patient_id: str) -> None:
    """The patient reads and signs on the tablet, and the nurse who saw it."""
    page.goto(f"/patients/{patient_id}/evaluation/")
    page.get_by_role("link", name=re.compile("Let the patient sign.*treatment")).first.click()
    looked_at(page, "consent")
    for tick in page.locator(".ticks input[type=checkbox]").all():
        tick.check()
    page.get_by_label("Your full name, as your signature").fill("Wren Halloway")
    page.get_by_label("Password of whoever saw it").fill(PASSWORD)
    page.get_by_role("button", name="Signed and seen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("May be treated")
    looked_at(page, "may-be-treated")


@pytest.mark.timeout(900)
def test_from_the_referral_to_six_booked_infusions_and_a_slip_repaired(browser: Browser, address: str) -> None:
    """Every step of it on a page, by whoever does it in a clinic; only the clinic itself was set up before."""
    open_on_weekdays()
    on_the_rota()
    another_chair()
    signed_template()
    treatment_text(datetime.now(UTC) - timedelta(days=1))
    day_signed()
    desk, prescriber = signed_in(browser, address, FRONT_DESK_SORO), signed_in(browser, address, PRESCRIBER_VANCE)
    nurse = signed_in(browser, address, NURSE_REYES)

    # The front desk registers her and opens the course with the referral.
    page = desk.page
    page.goto("/courses/")
    looked_at(page, "courses-empty")
    registered(page)
    patient_id = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto("/courses/")
    page.get_by_label("Patient: name, record number or birth date").fill("halloway")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Referred by, or why").fill("referred by Dr. Invented")
    page.get_by_role("button", name="Open a course").click()
    expect(page.get_by_text("The course is open, in evaluation.")).to_be_visible()
    looked_at(page, "plan-evaluation")
    course = queries.open_course_of(patient_id)
    assert course is not None and course.state is State.EVALUATION
    plan = f"/course/{course.course_id}/plan/"
    assert page.get_by_role("button", name="Begin an induction").count() == 0, "that is not for the front desk"

    # Before she is evaluated nothing can begin.
    first = next_monday()
    prescriber.page.goto(plan)
    expect(prescriber.page.get_by_text(re.compile("No decision stands .* not decided yet"))).to_be_visible()
    prescriber.page.get_by_role("button", name="Begin an induction").click()
    expect(prescriber.page.get_by_role("alert")).to_contain_text("No decision stands")

    # The nurse evaluates, the prescriber signs, the patient consents.
    nurse.page.goto(f"/patients/{patient_id}/")
    evaluation_answered(nurse.page)
    medicines_and_trials_entered(nurse.page)
    entered_tests(nurse.page)
    decision_signed(prescriber.page, patient_id)
    consented(nurse.page, patient_id)

    # The prescriber begins an induction by the usual pattern.
    prescriber.page.goto(plan)
    expect(prescriber.page.get_by_text("has signed that this patient may be treated")).to_be_visible()
    prescriber.page.get_by_label("First on").first.fill(f"{first:%Y-%m-%d}")
    prescriber.page.get_by_role("button", name="Begin an induction").click()
    expect(prescriber.page.locator(".series > li")).to_have_count(6)
    looked_at(prescriber.page, "plan-induction")

    # The front desk finds a place for each of the six, by buttons alone.
    for infusion in queries.course(course.course_id).series:
        assert infusion.wanted_on is not None
        page.goto(plan)
        page.get_by_role("link", name=place_of(infusion.number)).click()
        if infusion.number == 1:
            looked_at(page, "calendar-placing")
        take_the_first_start(page, infusion.wanted_on.strftime("%a %-d %b"))
    series = queries.course(course.course_id).series
    assert all(one.booking is not None for one in series)
    page.goto(plan)
    looked_at(page, "plan-booked")
    page.goto(f"/calendar/?day={first:%Y-%m-%d}")
    looked_at(page, "calendar")

    # The first slips; its place is found again, and a day too near to the second is said, not hidden.
    page.goto(plan)
    page.get_by_text("Did not or will not take place").first.click()
    page.get_by_label("Why", exact=True).first.fill("fever")
    page.get_by_role("button", name="It slipped").first.click()
    expect(page.locator(".messages")).to_contain_text("Done.")
    page.get_by_role("link", name=place_of(1)).click()
    second_on = series[1].wanted_on
    assert second_on is not None
    eve = second_on - timedelta(days=1)
    page.locator(f'td[data-day="{eve.strftime("%a %-d %b")}"] .start.asks').first.click()
    expect(page.get_by_text("This asks for your decision")).to_be_visible()
    looked_at(page, "place-asks")
    page.get_by_role("button", name="Book it all the same").click()
    expect(page.locator("#reason_error")).to_be_visible()
    page.get_by_label("Why all the same").fill("agreed with the prescriber")
    page.get_by_role("button", name="Book it all the same").click()
    expect(page.locator(".messages")).to_contain_text("Booked.")
    mended = queries.course(course.course_id)
    assert [one.booking.state for one in mended.series if one.booking] == [BookingState.HELD] * 6
    newest = queries.history_of(course.course_id)[0]
    assert newest.breaks == ("too_close",) and newest.reason == "agreed with the prescriber"
    # Chromium says every refused form on its console; nothing else went wrong.
    assert [one for one in (*desk.faults, *prescriber.faults, *nurse.faults) if "422" not in one] == []
    for opened in (desk, prescriber, nurse):
        opened.page.context.close()


def worked_off(page: Page, done: re.Pattern[str]) -> None:
    """The jobs are worked off as the server does it, solver and all, until the page says what was found."""
    worker = Worker()
    for _round in range(120):
        worker.turn()
        try:
            expect(page.get_by_role("heading", level=1, name=done)).to_be_visible(timeout=1000)
        except AssertionError:
            continue
        worker.stop()
        return
    raise AssertionError(f"the search did not end: {page.locator('h1').inner_text()}")


def test_a_day_that_closes_is_repaired_and_the_fortnight_is_proposed_and_taken(browser: Browser, address: str) -> None:
    open_on_weekdays()
    on_the_rota()
    another_chair()
    signed_template()
    now, first = datetime.now(UTC), next_monday()
    wren = in_induction(wren_halloway(), first_on=first.date(), now=now)
    ren = in_induction(ren_halloway(), first_on=first.date(), now=now)
    booked(wren, 1, f"{first:%Y-%m-%d}T09:00", now=now)
    booked(ren, 1, f"{first:%Y-%m-%d}T13:00", now=now)
    desk = signed_in(browser, address, FRONT_DESK_SORO)
    page = desk.page

    # The clinic closes on that Monday: the page says at once what that breaks, and the calendar marks it.
    page.goto("/calendar/clinic/")
    form = page.locator("form", has=page.get_by_role("button", name="Close it"))
    form.get_by_label("Why").fill("new floor")
    form.get_by_label("From").fill(f"{first:%Y-%m-%d}")
    form.get_by_label("Until", exact=True).fill(f"{first:%Y-%m-%d}")
    form.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("2 bookings of the next three weeks stand no longer.")).to_be_visible()
    looked_at(page, "clinic-broken")
    page.goto(f"/calendar/?day={first:%Y-%m-%d}")
    expect(page.get_by_text("Stands no longer", exact=True)).to_have_count(2)
    looked_at(page, "calendar-broken")
    page.get_by_role("link", name="See why, and repair it").click()
    expect(page.get_by_text("Closed then: new floor.")).to_have_count(2)
    looked_at(page, "repair-why")

    # The least disturbing way out, looked at as a picture and taken over.
    page.get_by_role("button", name="Look for the least disturbing repair").click()
    looked_at(page, "repair-searching")
    worked_off(page, re.compile("2 bookings would move"))
    expect(page.locator(".picture .is-gone")).to_have_count(2)
    expect(page.locator(".picture .is-here")).to_have_count(2)
    looked_at(page, "repair-found")
    page.get_by_role("button", name="Move what is ticked").click()
    expect(page.locator(".messages")).to_contain_text("Moved.")
    for course in (wren, ren):
        own = queries.course(course.course_id).series[0].booking
        assert own is not None and own.starts_at.astimezone(clinic_zone()).date() != first.date()

    # Now the fortnight of both, some of it taken.
    page.goto("/calendar/fortnight/")
    page.get_by_label("Fortnight from").fill(f"{first:%Y-%m-%d}")
    page.get_by_role("button", name="Search").click()
    worked_off(page, re.compile(r"\d+ places found"))
    looked_at(page, "fortnight-found")
    ticks = page.locator("input[name=infusion]")
    found = ticks.count()
    page.get_by_role("checkbox", name=re.compile("Wren Halloway, infusion 2")).uncheck()
    page.get_by_role("button", name="Book what is ticked").click()
    expect(page.locator(".messages")).to_contain_text("Booked.")
    now_held = [
        one.number
        for course in (wren, ren)
        for one in queries.course(course.course_id).series
        if one.booking is not None
    ]
    assert len(now_held) == 2 + found - 1
    assert [one for one in desk.faults if "422" not in one] == []
    desk.page.context.close()


@pytest.mark.parametrize(("scheme", "size"), [("dark", (1440, 900)), ("light", PHONE)], ids=["dark", "phone"])
def test_the_week_the_day_and_the_door_are_whole_in_dark_and_on_a_phone(
    browser: Browser, address: str, scheme: str, size: tuple[int, int]
) -> None:
    open_on_weekdays()
    on_the_rota(weekdays=tuple(range(7)))
    signed_template()
    meadow, reed = another_chair(), another_chair("Reed 1")
    now = datetime.now(UTC)
    first = next_monday()
    wren = in_induction(wren_halloway(), first_on=first.date(), now=now)
    ren = in_induction(ren_halloway(), first_on=first.date(), now=now)
    ada = in_induction(
        wren_halloway(record_number="R-1003", name="Ada Lindqvist-Oyelaran", preferred_name=""),
        first_on=first.date(),
        now=now,
    )
    booked(wren, 1, f"{first:%Y-%m-%d}T09:00", now=now)
    booked(ren, 1, f"{first:%Y-%m-%d}T09:30", meadow, now=now)
    booked(ada, 1, f"{first:%Y-%m-%d}T13:00", now=now)
    booked(wren, 2, f"{first + timedelta(days=3):%Y-%m-%d}T10:00", reed, now=now)
    opened = signed_in(browser, address, PRESCRIBER_VANCE, scheme, size)
    name = f"{scheme}-{size[0]}"
    pages = {
        "week": f"/calendar/?day={first:%Y-%m-%d}",
        "placing": f"/calendar/?place={ren.series[1].infusion_id}",
        "day": f"/day/{first:%Y-%m-%d}/",
        "today": "/day/",
        "plan": f"/course/{wren.course_id}/plan/",
        "door": f"/course/{wren.course_id}/at-the-door/",
        "courses": "/courses/",
        "proposal": f"/course/{wren.course_id}/plan/proposal/",
        "fortnight": "/calendar/fortnight/",
        "repair": "/calendar/repair/",
        "feeds": "/calendar/feeds/",
    }
    for what, path in pages.items():
        opened.page.goto(path)
        looked_at(opened.page, f"{what}-{name}")
    lead = signed_in(browser, address, MEDICAL_LEAD_ABARA, scheme, size)
    lead.page.goto("/calendar/clinic/")
    looked_at(lead.page, f"clinic-{name}")
    assert opened.faults == lead.faults == []
    lead.page.context.close()
    opened.page.context.close()
