"""The scenes after the drug: observation, the criteria, the escort, the note on paper."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.journeys.chair_screen import ANSWERS_WITHIN_MS
from tests.journeys.forms import fill_in, not_refused, send
from tests.journeys.house import House, dripstand
from tests.journeys.paper import Paper, squeezed
from tests.journeys.scenes_before import NAME, RECORD


def _missing(page: Page) -> str:
    return " ".join(page.locator("#why-not .missing li").all_inner_texts())


def nobody_leaves_too_early(page: Page, session: str) -> None:
    """The button is dead and says why; the server says the same to whoever goes round the page (H43, H44)."""
    page.goto(f"/session/{session}/leaving/")
    assert page.get_by_role("button", name="Ready to leave").is_disabled()
    still = _missing(page).lower()
    for word in ("escort", "suicide", "long enough", "line"):
        assert word in still, f"{word} is not named: {still}"
    patient = page.locator("[name=patient_id]").first.input_value()
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    before = _entries(page, session)
    for kind in ("ready_to_leave", "patient_left"):
        form = {"csrfmiddlewaretoken": token, "kind": kind, "form": "discharge", "patient_id": patient}
        for path in ("leaving/", "chart-entry/"):
            answer = page.request.post(
                f"/session/{session}/{path}",
                form={**form, "submission_id": f"journey-{kind}-{path}"},
                headers={"Origin": page.url.split("/session/")[0]},
            )
            assert answer.status == 422, (path, kind, answer.status)
    assert _entries(page, session) == before


def _entries(page: Page, session: str) -> int:
    return int(page.request.get(f"/session/{session}/state.json", timeout=ANSWERS_WITHIN_MS).json()["head_sequence"])


def _criterion(page: Page, name: str, says: str, **values: str) -> None:
    row = page.locator(f"li#{name}")
    with page.expect_navigation():
        row.get_by_role("link", name="Do it now").click()
    form = row.locator("form.entry").first
    fill_in(form, values)
    send(page, form, says)
    not_refused(page)


def the_criteria_are_met(page: Page, session: str) -> None:
    page.goto(f"/session/{session}/leaving/")
    for name in ("oriented", "steady_gait", "dissociation_settled", "nausea_controlled", "advice_given"):
        with page.expect_navigation():
            page.locator(f"li#{name}").get_by_role("button", name="Yes").click()
        not_refused(page)
    _criterion(page, "sedation", "Chart sedation", sedation_score="5")
    if page.locator("li#standing.needs").count():
        _criterion(page, "standing", "Chart standing pressure", nibp_systolic_mmhg="118", nibp_diastolic_mmhg="76")
    _criterion(page, "site_checked", "Chart site", finding="good")
    _criterion(page, "line_removed", "Chart line removed", site_finding="good")
    assert "suicide" in _missing(page).lower()
    assert page.locator("li#suicide_check").get_by_text("Override").count() == 0, "the suicide check can be overridden"
    _criterion(
        page,
        "suicide_check",
        "Chart the assessment",
        finding="no thoughts of suicide, plans for the weekend",
        disposition="next visit on Thursday, crisis number given",
        safe_to_leave="yes",
    )
    for name in ("nibp_systolic", "spo2", "respiratory_rate", "pulse_high"):
        age = page.locator(f"li#{name} .age").inner_text()
        assert re.search(r"at \d{1,2}:\d{2}", age), f"{name} does not say when its reading was taken: {age!r}"


def home_with_the_escort(page: Page, session: str) -> None:
    """The escort is the last thing that is missing; then two acts, ready and left."""
    assert page.get_by_role("button", name="Ready to leave").is_disabled()
    assert page.locator("#why-not .missing li").count() == 1, _missing(page)
    assert "escort" in _missing(page).lower()
    page.locator("summary", has_text="Confirm in person").click()
    form = page.locator("section[aria-labelledby=escort-title] form")
    fill_in(
        form,
        {
            "name": "Sage Voss",
            "relation": "partner",
            "identity_seen": "identity card",
            "fit_to_escort": "yes",
            "told_no_driving": "yes",
            "signature": "Sage Voss",
        },
    )
    send(page, form, "Chart escort confirmed")
    not_refused(page)
    expect(page.locator("#left-to-do")).to_contain_text("All met")
    with page.expect_navigation():
        page.get_by_role("button", name="Chart ready to leave").click()
    not_refused(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Chart left, with the escort").click()
    not_refused(page)
    expect(page.locator("#left-to-do")).to_contain_text("Gone")


def the_note_is_signed_and_printed(page: Page, session: str) -> None:
    """One document, one patient: each printed page names whose it is (H04)."""
    page.get_by_role("link", name="To the session note").click()
    form = page.locator("form.note-sign")
    fill_in(form, {"own_password": "still-water-demo"})
    send(page, form, "Sign the note")
    not_refused(page)
    page.emulate_media(media="print")
    paper = Paper(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")
    assert paper.pages
    for number, text in enumerate(paper.pages, start=1):
        for one in (NAME, RECORD, "2 Dec 1981"):
            assert squeezed(one) in text, f"page {number} does not say {one}: {text[:300]}"
        for other in ("Halloway", "Thornbury"):
            assert other not in text, f"page {number} names another patient"
    whole = "".join(paper.pages)
    for fact in ("Session note", "infusion 2 of 6", "Sage Voss", "K-4471", "Nausea", "Signed by P. Lind", "0.5 mg/kg"):
        assert squeezed(fact).lower() in whole.lower(), fact
    for button in ("Sign out", "Sign the note"):
        assert squeezed(button) not in whole, f"the paper shows {button}"


def the_chain_holds(page: Page, house: House, session: str) -> None:
    entries = _entries(page, session)
    page.goto(f"/session/{session}/chart/")
    assert page.locator("table.log tbody tr").count() == entries
    answer = dripstand("verify", "--json", "--data", house.folder)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    counted = json.loads(answer.stdout)
    assert counted["sessions"] == 3
    assert counted["events"] >= entries > 45
    assert counted["readings"] > 100
