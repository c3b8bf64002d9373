"""Every page of the product with somebody who may see it, by the names of the addresses; and what is no page.

A new address belongs into one of the three tables below: tests/journeys/test_every_page.py fails until it does.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.journeys.house import House

NOBODY = ""
ADMINISTRATOR, LEAD, PRESCRIBER, NURSE, DESK, WALL = "r.klein", "s.abara", "t.vance", "m.reyes", "a.soro", "wall"

PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "people:sign_in": ((NOBODY, "/sign-in/"),),
    "people:account": ((NURSE, "/account/"),),
    "people:staff": ((ADMINISTRATOR, "/staff/"),),
    "people:add_staff": ((ADMINISTRATOR, "/staff/add/"),),
    "people:member": ((ADMINISTRATOR, "/staff/{member}/"), (LEAD, "/staff/{member}/")),
    "people:patients": ((DESK, "/patients/?q=demo"), (DESK, "/patients/")),
    "people:register_patient": ((DESK, "/patients/register/"),),
    "people:patient": ((NURSE, "/patients/{patient}/"),),
    "people:amend_patient": ((DESK, "/patients/{patient}/amend/"),),
    "people:links": ((NURSE, "/patients/{patient}/links/"),),
    "people:goodbye": ((NOBODY, "/l/closed/"),),
    "evaluation:evaluations": ((NURSE, "/patients/{patient}/evaluation/"), (LEAD, "/patients/{patient}/evaluation/")),
    "evaluation:evaluation": (
        (PRESCRIBER, "/patients/{patient}/evaluation/major-depression/"),
        (NURSE, "/patients/{patient}/evaluation/bipolar-depression/"),
    ),
    "evaluation:section": (
        (NURSE, "/patients/{patient}/evaluation/major-depression/body/"),
        (NURSE, "/patients/{patient}/evaluation/chronic-pain/pain/"),
    ),
    "evaluation:medicines": ((NURSE, "/patients/{patient}/medicines/"),),
    "evaluation:history": ((NURSE, "/patients/{patient}/history/"),),
    "evaluation:tests": ((NURSE, "/patients/{patient}/tests/"),),
    "evaluation:report": ((NURSE, "/patients/{patient}/tests/report/"),),
    "evaluation:result": (
        (NURSE, "/patients/{patient}/tests/alt/"),
        (NURSE, "/patients/{patient}/tests/ecg/"),
    ),
    "evaluation:taking_back": ((DESK, "/patients/{patient}/consent/"),),
    "evaluation:consent": ((NURSE, "/patients/{patient}/consent/treatment/"),),
    "evaluation:texts": ((LEAD, "/consent-texts/treatment/"), (NURSE, "/consent-texts/research/")),
    "premises:rooms": ((ADMINISTRATOR, "/rooms/"), (NURSE, "/rooms/")),
    "protocol:protocol": ((LEAD, "/protocol/"),),
    "protocol:version": ((NURSE, "/protocol/{signed}/"), (LEAD, "/protocol/{draft}/")),
    "protocol:choices": ((LEAD, "/protocol/{draft}/choices/"),),
    "protocol:pattern": ((LEAD, "/protocol/{draft}/patterns/six_in_three_weeks/"),),
    "protocol:numbers": tuple((LEAD, f"/protocol/{{draft}}/numbers/{group}/") for group in ("dose", "alarms")),
    "monitoring:devices": ((NURSE, "/devices/"),),
    "people:on_call": ((NURSE, "/on-call/"), (LEAD, "/on-call/")),
    "people:on_call_list": ((LEAD, "/on-call/list/"),),
    "outcomes:course": ((PRESCRIBER, "/course/{course}/"),),
    "outcomes:response": ((PRESCRIBER, "/course/{course}/response/"),),
    "outcomes:form": ((NURSE, "/outcomes/forms/{form}/"), (NURSE, "/outcomes/forms/{filled}/")),
    "outcomes:escalation": ((PRESCRIBER, "/outcomes/escalations/{escalation}/"),),
    "outcomes:overview": ((NURSE, "/outcomes/"),),
    "outcomes:escalations": ((NURSE, "/outcomes/escalations/"),),
    "outcomes:patient": ((NURSE, "/outcomes/patients/{patient}/"),),
    "outcomes:texts": ((LEAD, "/outcomes/texts/"),),
    "infusion:board": ((NURSE, "/"), (WALL, "/"), (DESK, "/")),
    "infusion:alarm_load": ((LEAD, "/alarms/?days=30"),),
    "infusion:locked": ((NURSE, "/locked/"),),
    "infusion:chair": (
        (NURSE, "/session/{infusing}/"),
        (NURSE, "/session/{observing}/"),
        (NURSE, "/session/{preparing}/"),
        (NURSE, "/session/{paused}/"),
        (NURSE, "/session/{awaited}/"),
    ),
    "infusion:paper": ((NURSE, "/session/{infusing}/paper/"),),
    "infusion:evacuation": ((NURSE, "/evacuation/"), (DESK, "/evacuation/")),
    "infusion:incidents": ((NURSE, "/incidents/"), (LEAD, "/incidents/")),
    "infusion:today": ((DESK, "/today/?q=halloway"), (DESK, "/today/?patient={patient}"), (NURSE, "/today/")),
    "infusion:prepare": (
        (NURSE, "/session/{preparing}/prepare/"),
        (NURSE, "/session/{infusing}/prepare/?open=weight"),
        (NURSE, "/session/{awaited}/prepare/"),
        (DESK, "/session/{awaited}/prepare/"),
    ),
    "infusion:order": ((PRESCRIBER, "/session/{infusing}/order/"), (NURSE, "/session/{awaited}/order/")),
    "infusion:bag": ((NURSE, "/session/{infusing}/bag/"), (NURSE, "/session/{awaited}/bag/")),
    "infusion:bag_check": ((NURSE, "/session/{infusing}/bag/check/"), (NURSE, "/session/{awaited}/bag/check/")),
    "infusion:bag_label": ((NURSE, "/session/{infusing}/bag/label/"),),
    "infusion:leaving": (
        (NURSE, "/session/{leaving}/leaving/"),
        (PRESCRIBER, "/session/{observing}/leaving/?open=suicide_check&override=minimum_time"),
        (NURSE, "/session/{infusing}/leaving/"),
    ),
    "infusion:log": (
        (NURSE, "/session/{infusing}/chart/"),
        (NURSE, "/session/{infusing}/chart/?correct=4"),
        (NURSE, "/session/{awaited}/chart/"),
    ),
    "course:calendar": ((DESK, "/calendar/"), (NURSE, "/calendar/?place={planned}")),
    "course:place": ((DESK, "/calendar/place/{planned}/?chair={chair}&at=2035-03-05T15:00Z"),),
    "course:courses": ((DESK, "/courses/"),),
    "course:plan": ((PRESCRIBER, "/course/{course}/plan/"), (DESK, "/course/{course}/plan/")),
    "course:at_the_door": ((DESK, "/course/{course}/at-the-door/"),),
    "course:proposal": ((DESK, "/course/{course}/plan/proposal/"),),
    "course:fortnight": ((DESK, "/calendar/fortnight/"),),
    "course:repair": ((DESK, "/calendar/repair/"), (NURSE, "/calendar/repair/")),
    "course:clinic": ((ADMINISTRATOR, "/calendar/clinic/"), (NURSE, "/calendar/clinic/")),
    "course:feeds": ((DESK, "/calendar/feeds/"),),
    "course:today": ((NURSE, "/day/"),),
    "course:day": ((NURSE, "/day/2026-03-02/"),),
    "guide:pages": ((LEAD, "/guide/"), (NURSE, "/guide/")),
    "guide:edit": ((LEAD, "/guide/the-room/de/"),),
    "guide:patient_side": ((NURSE, "/session/{leaving}/patient-side/"), (DESK, "/session/{awaited}/patient-side/")),
    "calm:tablet": ((NURSE, "/session/{infusing}/tablet/"),),
    "calm:shared": ((NURSE, "/session/{infusing}/journal/"),),
    "records:hand_over": ((NURSE, "/session/{infusing}/hand-over/"),),
    "records:note": ((NURSE, "/session/{leaving}/note/"), (NURSE, "/session/{awaited}/note/")),
}

ONLY_BEFORE_ANYBODY_WORKS_HERE = frozenset({"premises:setup"})
"""Looked at in a house that is empty (test_first_run.py)."""

NO_PAGE = frozenset(
    {
        # what scripts and machines ask for
        "healthz",
        "live",
        "infusion:board_state",
        "infusion:locked_state",
        "infusion:alive",
        "infusion:sound_test",
        "infusion:state",
        "infusion:curves",
        "people:on_call_banner",
        "infusion:hard_day",
        "infusion:told",
        "infusion:what_if",
        # a link's own page: looked at where a link is made (tests/rooms/guide/)
        "people:link",
        "course:appointment",
        # behind a link: looked at in tests/rooms/guide/test_in_a_browser.py
        "guide:guide",
        "guide:guide_page",
        "guide:questions",
        "guide:next_day",
        "guide:follow_up",
        "guide:escort",
        "guide:ask",
        "guide:review",
        "guide:crisis_line",
        # a patient's own sign-in: looked at in tests/rooms/guide/test_in_a_browser.py
        "people:own_sign_in",
        "people:own_account",
        "people:own_home",
        "people:own_password",
        # behind a link, or what its script asks for: looked at in tests/journeys/test_calm.py
        "calm:screen",
        "calm:state",
        "calm:call",
        "calm:stream",
        "calm:recording",
        "calm:worker",
        "calm:journal",
        "calm:share",
        "calm:sound",
        "calm:heard",
        # what forms are sent to: refused, they show the page they came from again
        "people:sign_out",
        "people:see_page",
        "outcomes:decide",
        "outcomes:screen",  # shows the form that it began: tests/rooms/outcomes/test_the_visit_stays_open.py
        "outcomes:skip",
        "outcomes:sign",
        "outcomes:correct",
        "outcomes:take",
        "people:lock",
        "people:unlock",
        "people:leave_link",
        "people:language",
        "people:withdraw_link",
        "people:set_roles",
        "people:set_competencies",
        "people:deactivate",
        "people:reactivate",
        "people:set_password",
        "premises:change_clinic",
        "premises:add_room",
        "premises:add_chair",
        "premises:set_chair_in_use",
        "premises:set_bed",
        "premises:set_shared",
        "protocol:draft",
        "protocol:sign",
        "protocol:co_sign",
        "monitoring:register",
        "monitoring:bind",
        "monitoring:release",
        "evaluation:withdraw_consent",
        "infusion:chart_entry",
        "infusion:open_session",
        "infusion:open_planned",
        "course:take_back_feed",
        # a calendar asks for it (tests/rooms/course/test_messages.py)
        "course:feed",
    }
)


@dataclass(frozen=True)
class Shown:
    """One page as one person is shown it."""

    who: str
    path: str


def ids(house: House, browser: Browser) -> dict[str, str]:
    """What stands in the addresses: found by following the product's own links, and a draft of the protocol begun."""
    seats = ("infusing", "observing", "preparing", "new", "leaving", "paused")
    found = dict(zip(seats, (one["session"] for one in house.demo()["sessions"]), strict=True))
    desk = house.open_as(browser, DESK).page
    desk.goto("/patients/?q=halloway")
    found |= _a_course(house, browser)
    found |= _forms(house, browser, found["course"])
    found["patient"] = _last(desk.get_by_role("link", name="Wren Halloway").first.get_attribute("href"))
    found["awaited"] = house.demo()["awaited"][-1]  # no page of today has it near the clinic's midnight
    desk.context.close()
    administrator = house.open_as(browser, ADMINISTRATOR).page
    administrator.goto("/staff/")
    found["member"] = _last(administrator.get_by_role("link", name="M. Reyes").get_attribute("href"))
    administrator.context.close()
    lead = house.open_as(browser, LEAD).page
    lead.goto("/protocol/")
    found["signed"] = _last(lead.get_by_role("link", name="Read it").get_attribute("href"))
    with lead.expect_navigation():
        lead.get_by_role("button", name="Begin a new version").click()
    found["draft"] = _last(lead.url)
    lead.context.close()
    return found


def _a_course(house: House, browser: Browser) -> dict[str, str]:
    """The first course of the list; where nobody is in one yet, one is opened and begun as anybody would."""
    desk = house.open_as(browser, DESK).page
    desk.goto("/courses/")
    if desk.get_by_role("link", name="Plan").count() == 0:
        desk.get_by_label("Patient: name, record number or birth date").fill("pemberton")
        desk.get_by_role("button", name="Find").click()
        desk.get_by_role("button", name="Open a course").first.click()
        desk.goto("/courses/")
    course = (desk.get_by_role("link", name="Plan").first.get_attribute("href") or "").split("/")[2]
    prescriber = house.open_as(browser, PRESCRIBER).page
    prescriber.goto(f"/course/{course}/plan/")
    if prescriber.get_by_role("link", name="Find a place").count() == 0:
        begin = prescriber.get_by_role("button", name="Begin an induction")
        if not begin.is_visible():
            prescriber.get_by_text("Begin an induction", exact=True).first.click()
            prescriber.locator("form", has=begin).get_by_label("Why", exact=True).fill("for a look at every page")
        begin.click()
    planned = prescriber.get_by_role("link", name="Find a place").first
    address = planned.get_attribute("href") or ""
    prescriber.goto(address)
    chair = prescriber.locator("#chair option").first.get_attribute("value") or ""
    prescriber.context.close()
    desk.context.close()
    return {"course": course, "planned": address.split("place=")[1], "chair": chair}


def _forms(house: House, browser: Browser, course: str) -> dict[str, str]:
    """A questionnaire that is begun, and one that was finished with an answer that may not wait."""
    nurse = house.open_as(browser, NURSE).page
    made: list[str] = []
    for _each in ("open", "finished"):
        nurse.goto(f"/course/{course}/")
        nurse.get_by_role("link", name="Questionnaires").click()
        nurse.locator("select[name=occasion]").select_option("before infusion")
        nurse.get_by_role("button", name="Begin").click()
        nurse.wait_for_url("**/outcomes/forms/*/")
        made.append(_last(nurse.url))
    nurse.locator("fieldset.item").nth(8).get_by_role("radio", name="1 Several days").check()
    with nurse.expect_navigation():
        nurse.get_by_role("button", name="Finish").click()
    escalation = _last(nurse.locator("main").get_by_role("link", name="Open it").first.get_attribute("href"))
    nurse.context.close()
    return {"form": made[0], "filled": made[1], "escalation": escalation}


def _last(address: str | None) -> str:
    assert address is not None
    return address.split("#")[0].rstrip("/").split("/")[-1]


def every_page(known: dict[str, str]) -> list[Shown]:
    """All of them, each person's together: one window does for a person."""
    shown = [Shown(who, path.format(**known)) for pages in PAGES.values() for who, path in pages]
    return sorted(shown, key=lambda one: one.who)
