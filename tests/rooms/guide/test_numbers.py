"""Whom patients call: the clinic's telephone and the emergency number are two, and the staff's own is a third."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from dripstand.guide import queries, services
from dripstand.outcomes import queries as outcomes
from dripstand.outcomes import services as outcomes_services
from dripstand.people.access import Forbidden
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import RULES, Purpose
from dripstand.premises.services import Reached, change_clinic
from tests.people import ADMINISTRATOR_KLEIN, MEDICAL_LEAD_ABARA, NURSE_REYES, clinic_with_a_chair, stored
from tests.rooms.guide.coming import by_link, signed_in, signed_in_patient
from tests.rooms.infusion.stored_visits import weighed

pytestmark = pytest.mark.django_db

CLINICS, EMERGENCY, STAFFS = "555-0142", "911", "0-9-911"


def reached(**changes: str) -> None:
    facts = {"phone": CLINICS, "patient_emergency_phone": EMERGENCY, "emergency_phone": STAFFS} | changes
    change_clinic(
        stored(ADMINISTRATOR_KLEIN),
        clinic_name="Heron Street Ketamine Clinic",
        zone="America/Chicago",
        reached=Reached(**facts),
    )


def test_each_number_stands_where_it_is_meant_and_the_staffs_own_on_no_page_of_a_patient() -> None:
    visit = weighed()
    reached()
    for purpose in (Purpose.GUIDE, Purpose.QUESTIONNAIRES, Purpose.NEXT_DAY, Purpose.ESCORT, Purpose.JOURNAL):
        page = by_link(visit.patient_id, purpose, about=visit.session_id).get(f"/me/{purpose.value}/").content.decode()
        assert f"To reach us: {CLINICS}" in page and f"In an emergency: {EMERGENCY}" in page, purpose
        assert STAFFS not in page, purpose
    guide = by_link(visit.patient_id, Purpose.GUIDE)
    going = guide.get("/me/guide/going-home/").content.decode()
    assert f"Call at any hour: {CLINICS}." in going and f"If you are in danger, call {EMERGENCY}." in going
    assert f"call us: {CLINICS}" in guide.get("/me/guide/the-day-before/").content.decode()
    unsafe = guide.get("/me/guide/if-you-feel-unsafe/").content.decode()
    assert f"In danger, call {EMERGENCY}." in unsafe


@pytest.mark.parametrize(
    ("language", "line", "text"),
    [
        ("en", "call 911, or go to", "call 911, or go to"),
        ("de", "rufen Sie 911 oder gehen", "rufen Sie 911 oder gehen"),
        ("es", "llame al 911 o vaya", "llame al 911 o acuda"),
    ],
)
def test_the_crisis_texts_carry_the_emergency_number_in_every_language(language: str, line: str, text: str) -> None:
    clinic_with_a_chair()
    reached()
    assert line in queries.crisis_line(language) and text in outcomes.crisis_text(language)
    for words in (queries.crisis_line(language), outcomes.crisis_text(language)):
        assert "{" not in words and CLINICS not in words


@pytest.mark.parametrize(
    ("language", "phone", "emergency"),
    [
        ("en", "the number on your appointment letter", "call your emergency number, or"),
        ("de", "die Nummer auf Ihrem Terminbrief", "rufen Sie den Notruf oder"),
        ("es", "el número de su carta de cita", "llame al número de emergencias o"),
    ],
)
def test_while_no_number_is_set_the_sentences_are_whole_and_the_staff_are_told(
    language: str, phone: str, emergency: str
) -> None:
    visit = weighed()
    reached(phone="", patient_emergency_phone="")
    assert queries.values_for(visit.patient_id, language, datetime.now(UTC))["phone"] == phone
    assert emergency in queries.crisis_line(language) and emergency in outcomes.crisis_text(language)
    for address in ("/guide/", "/rooms/"):
        page = signed_in(ADMINISTRATOR_KLEIN).get(address).content.decode()
        assert "number" in page and "banner" in page, address
    assert STAFFS in signed_in(NURSE_REYES).get("/rooms/").content.decode()


def test_a_clinics_own_words_may_hold_both_numbers_and_nothing_else_in_braces() -> None:
    clinic_with_a_chair()
    reached()
    lead, now = stored(MEDICAL_LEAD_ABARA), datetime.now(UTC)
    services.set_crisis_line(lead, language="en", words="Call {phone}, in danger {emergency}", now=now)
    assert queries.crisis_line("en") == f"Call {CLINICS}, in danger {EMERGENCY}"
    assert (
        'value="Call {phone}, in danger {emergency}"' in signed_in(MEDICAL_LEAD_ABARA).get("/guide/").content.decode()
    )
    outcomes_services.set_crisis_text(lead, language="en", text="Call {phone} now, or {emergency}.", now=now)
    assert outcomes.crisis_text("en") == f"Call {CLINICS} now, or {EMERGENCY}."
    with pytest.raises(Unacceptable, match="clinic"):
        services.set_crisis_line(lead, language="en", words="Call {clinic}", now=now)
    with pytest.raises(Unacceptable, match="clinic"):
        outcomes_services.set_crisis_text(lead, language="en", text="Call {clinic}, day and night.", now=now)


# --- how the clinic is called before anybody has said who they are ----------------------------------------------------


@pytest.mark.parametrize("door_name", ["", "14 Heron Street"])
def test_before_the_birth_date_no_page_says_what_the_clinic_treats(door_name: str) -> None:
    visit = weighed()
    reached(door_name=door_name)
    from dripstand.people.services import make_link

    pages = []
    for purpose in (one for one in Purpose if one is not Purpose.HOME):
        made = make_link(
            stored(NURSE_REYES),
            visit.patient_id,
            purpose=purpose,
            about=visit.session_id,
            name="Sam",
            now=datetime.now(UTC),
        )
        browser = Client()
        pages.append(browser.get(made.path).content.decode())
        if RULES[purpose].asks_birth_date:
            pages.append(browser.post(made.path, {"day": "1", "month": "1", "year": "1984"}).content.decode())
        elif browser.post(made.path).status_code == 302:  # the escort's pages and the calm screen ask for none
            pages.append(browser.get(f"/me/{purpose.value}/").content.decode())
    pages += [
        Client().get(path).content.decode() for path in ("/l/nonsense/", "/l/closed/", "/me/sign-in/", "/me/guide/")
    ]
    for page in pages:
        assert "Ketamine" not in page and "ketamin" not in page.lower() and "Clinic<" not in page
    assert sum(f'<span class="me-clinic">{door_name}</span>' in page for page in pages) == len(pages) - 1, (
        "but the calm"
    )


def test_who_has_said_who_they_are_reads_the_clinics_own_name() -> None:
    visit = weighed()
    reached(door_name="14 Heron Street")
    inside = by_link(visit.patient_id, Purpose.GUIDE).get("/me/guide/").content.decode()
    own = signed_in_patient(visit.patient_id, "wren").get("/me/home/").content.decode()
    for page in (inside, own):
        assert "Heron Street Ketamine Clinic" in page and "14 Heron Street" not in page


@pytest.mark.parametrize(
    "name",
    [
        *("Ketamin-Praxis", "Infusion Centre", "Depression clinic", "Psychiatry, 2nd floor"),
        *("Spravato Centre", "Ketalar & Co", "Ketanest-Praxis", "Pain clinic", "Schmerzzentrum", "Centro del Dolor"),
    ],
)
def test_a_name_for_doors_that_says_what_is_treated_is_refused(name: str) -> None:
    clinic_with_a_chair()
    with pytest.raises(Unacceptable, match="says what is treated"):
        reached(door_name=name)
    for harmless in ("14 Heron Street", "Paine Street 4", "Dolores House"):
        reached(door_name=harmless)
    with pytest.raises(Forbidden):
        change_clinic(stored(NURSE_REYES), clinic_name="X", zone="UTC", reached=Reached())
