"""One infusion from the door to the ride home, as the people of a clinic and their patient do it: in browsers, on a
served Dripstand.

A process of its own serves it, a simulated monitor sends over TCP, each person has their own sign-in and window; the
patient has a phone and the clinic's tablet, the escort a phone, and neither has a sign-in. The clinic's clock is
stretched only where nobody looks at the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.browser import PHONE, Opened, open_page
from tests.journeys import scenes_before as before
from tests.journeys import scenes_infusing as infusing
from tests.journeys import scenes_leaving as leaving
from tests.journeys import scenes_patient as patient
from tests.journeys.bedside import BedsideMonitor
from tests.journeys.house import House

pytestmark = pytest.mark.browser


@dataclass
class Clinic:
    """The house and the windows of its people."""

    house: House
    reception: Opened
    nurse: Opened
    second_nurse: Opened
    prescriber: Opened
    phone: Opened
    tablet: Opened
    escort: Opened

    def everybody(self) -> tuple[Opened, ...]:
        return (
            self.reception,
            self.nurse,
            self.second_nurse,
            self.prescriber,
            self.phone,
            self.tablet,
            self.escort,
        )


@pytest.fixture
def clinic(house: House, browser: Browser) -> Iterator[Clinic]:
    found = Clinic(
        house,
        reception=house.open_as(browser, "a.soro", scheme="light"),
        nurse=house.open_as(browser, "p.lind"),
        second_nurse=house.open_as(browser, "j.okafor", scheme="light"),
        prescriber=house.open_as(browser, "t.vance", scheme="light"),
        phone=open_page(browser, house.address, scheme="light", size=PHONE),
        tablet=open_page(browser, house.address),
        escort=open_page(browser, house.address, size=PHONE),
    )
    yield found
    for one in found.everybody():
        one.page.context.close()


@pytest.fixture
def monitor(house: House) -> Iterator[BedsideMonitor]:
    with BedsideMonitor(house, before.MONITOR) as sending:
        yield sending


@pytest.mark.timeout(900)
@pytest.mark.hazard("H03", "H04", "H06", "H15", "H24", "H25", "H37", "H40", "H43", "H44", "H45", "H47", "H56", "H60")
def test_a_nurse_runs_one_infusion_from_the_door_to_the_ride_home(
    clinic: Clinic, monitor: BedsideMonitor, browser: Browser
) -> None:
    before.a_third_chair(clinic.house, browser)
    session = before.the_desk_opens_the_visit(clinic.reception.page)
    nurse, phone, tablet = clinic.nurse.page, clinic.phone.page, clinic.tablet.page
    clinic.house.evaluate(before.RECORD)
    before.the_nurse_prepares_the_patient(nurse, clinic.house)
    patient.the_patient_reads_and_asks(phone, nurse, session)
    patient.the_patient_answers_with_one_thumb(phone, nurse, session)
    patient.the_escort_says_that_they_come(clinic.escort.page, nurse, session)
    before.the_prescriber_orders(clinic.prescriber.page, session)
    before.the_bag_is_made_and_checked_blind(nurse, clinic.second_nurse.page, session)
    before.the_monitor_is_put_on_the_chair(nurse)
    monitor.measure_cuff()  # what it measured before it was on this chair is nobody's
    patient.the_tablet_is_paired_and_tried(tablet, nurse, session)
    before.line_bag_and_observer(nurse, session, call_tried="tablet_and_bell")
    infusing.the_start_takes_two_taps(nurse, session)
    infusing.the_numbers_move(nurse)
    patient.the_calm_screen_plays_and_a_call_reaches_the_chair(tablet, nurse, session)
    infusing.looking_charts_nothing_and_changing_takes_two_taps(nurse)
    infusing.nausea_pause_and_resume(nurse)
    journal = patient.nothing_is_asked_while_the_drug_works(phone, nurse, session)
    clinic.house.let_pass(minutes=36)
    infusing.stopped_is_not_finished(nurse, clinic.house, session)
    leaving.nobody_leaves_too_early(nurse, session)
    clinic.house.let_pass(minutes=62)
    leaving.the_criteria_are_met(nurse, session)
    patient.the_patient_writes_and_speaks(phone, nurse, session, journal)
    leaving.home_with_the_escort(nurse, session)
    patient.the_tablet_is_free_again(tablet)
    leaving.the_note_is_signed_and_printed(nurse, session)
    leaving.the_chain_holds(nurse, clinic.house, session)
    assert monitor.acknowledged_count > 30
    for one in clinic.everybody():
        assert [fault for fault in one.faults if "422" not in fault] == [], one.page.url
