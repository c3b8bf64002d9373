"""Patients: registered with what the dose needs, amended without loss, told apart, and every look at them noted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dripstand.people import queries, services
from dripstand.people.access import Forbidden
from dripstand.people.errors import NoSuchPatient, Unacceptable
from dripstand.people.models import Patient, PatientVersion, RecordRead
from dripstand.people.queries import PatientDetails, look_alike, look_alikes
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_REYES,
    ON_CALL_WEBB,
    OUTSIDER,
    PASSWORD,
    PRESCRIBER_VANCE,
    WALL,
    clinic_with_a_chair,
    ren_halloway,
    stored,
    wren_halloway,
)


def _client(username: str) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302
    return client


def _facts(**changes: object) -> dict[str, object]:
    facts: dict[str, object] = {
        "record_number": "R-1001",
        "name": "Wren Halloway",
        "preferred_name": "Wren",
        "birth_date": date(1984, 5, 17),
        "sex": "F",
        "height_cm": Decimal("168"),
        "allergies": (),
        "none_known": True,
        "now": NOW + timedelta(hours=1),
    }
    return {**facts, **changes}


# --- registering ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("person", [FRONT_DESK_SORO, NURSE_REYES, PRESCRIBER_VANCE, ADMINISTRATOR_KLEIN])
def test_the_front_desk_and_the_clinicians_register_a_patient(person: object) -> None:
    patient = queries.patient(wren_halloway(person))  # type: ignore[arg-type]
    assert (patient.name, patient.called, patient.birth_date) == ("Wren Halloway", "Wren", date(1984, 5, 17))
    assert (patient.height_cm, patient.sex, patient.age_y(date(2026, 5, 16))) == (Decimal("168.0"), "F", 41)
    assert patient.allergies == () and patient.allergies_reviewed


@pytest.mark.django_db
@pytest.mark.parametrize("person", [OUTSIDER, WALL, ON_CALL_WEBB])
def test_others_cannot_register_a_patient(person: object) -> None:
    with pytest.raises(Forbidden, match="front desk"):
        wren_halloway(person)  # type: ignore[arg-type]
    assert not Patient.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Wren\x00Halloway"}, "name"),
        ({"record_number": " "}, "record_number"),
        ({"birth_date": NOW.date() + timedelta(days=1)}, "birth_date"),
        ({"birth_date": date(1805, 5, 17)}, "birth_date"),
        ({"sex": "female"}, "sex"),
        ({"height_cm": Decimal("1.68")}, "height_cm"),
        ({"height_cm": Decimal("66")}, "height_cm"),
        ({"height_cm": Decimal("1680")}, "height_cm"),
        ({"none_known": False}, "allergies"),
        ({"allergies": ("latex",)}, "allergies"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(change: dict[str, object], field: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        wren_halloway(**change)
    assert set(refused.value.words) == {field}
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_silence_about_allergies_is_not_an_answer() -> None:
    with pytest.raises(Unacceptable, match="none are known"):
        wren_halloway(none_known=False, allergies=("  ", ""))


@pytest.mark.django_db
def test_an_unknown_height_stays_unknown() -> None:
    assert queries.patient(wren_halloway(height_cm=None)).height_cm is None


@pytest.mark.django_db
def test_one_record_number_belongs_to_one_patient() -> None:
    wren_halloway()
    with pytest.raises(Unacceptable, match="record number"):
        wren_halloway(name="Somebody Else")


@pytest.mark.django_db
def test_the_same_form_sent_twice_registers_once() -> None:
    same = {"patient_id": "11111111-1111-4111-8111-111111111111"}
    assert wren_halloway(**same) == wren_halloway(**same)
    assert Patient.objects.count() == 1


# --- amending -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_amendment_keeps_what_was_known_before_with_who_and_why() -> None:
    patient_id = wren_halloway()
    nurse = stored(NURSE_REYES)
    services.amend_patient(
        nurse,
        patient_id,
        seen_version_number=1,
        reason="Told the nurse about latex.",
        **_facts(allergies=("latex: rash",), none_known=False),
    )
    assert queries.patient(patient_id).allergies == ("latex: rash",)
    newest, first = queries.history_of(patient_id)
    assert (newest.version_number, newest.staff_name, newest.reason) == (2, "M. Reyes", "Told the nurse about latex.")
    assert (first.version_number, first.body["allergies"], first.staff_name) == (1, [], "A. Soro")


@pytest.mark.django_db
def test_two_who_change_the_same_record_do_not_overwrite_each_other() -> None:
    patient_id = wren_halloway()
    nurse = stored(NURSE_REYES)
    services.amend_patient(
        nurse, patient_id, seen_version_number=1, reason="Measured today.", **_facts(height_cm=Decimal("170"))
    )
    with pytest.raises(Unacceptable, match="meanwhile"):
        services.amend_patient(
            nurse, patient_id, seen_version_number=1, reason="Typed it wrong.", **_facts(height_cm=Decimal("165"))
        )
    assert queries.patient(patient_id).height_cm == Decimal("170.0")


@pytest.mark.django_db
def test_an_amendment_says_why() -> None:
    patient_id = wren_halloway()
    with pytest.raises(Unacceptable) as refused:
        services.amend_patient(stored(NURSE_REYES), patient_id, seen_version_number=1, reason=" ", **_facts())
    assert set(refused.value.words) == {"reason"}


@pytest.mark.django_db
def test_the_database_itself_keeps_patients_their_histories_and_the_read_trail() -> None:
    patient_id = wren_halloway()
    services.record_read(stored(NURSE_REYES), patient_id=patient_id, screen="patient", now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Patient.objects.filter(pk=patient_id)._raw_delete("default")
    for kept in (
        PatientVersion.objects.filter(patient_id=patient_id),
        RecordRead.objects.filter(patient_id=patient_id),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            kept.update(staff_name="Nobody")
        with pytest.raises(DatabaseError), transaction.atomic():
            kept._raw_delete("default")


@pytest.mark.django_db
@pytest.mark.parametrize("unknown", ["", "R-1001", "00000000-0000-4000-8000-00000000ffff"])
def test_an_unknown_patient_is_said_to_be_unknown(unknown: str) -> None:
    with pytest.raises(NoSuchPatient):
        queries.patient(unknown)
    with pytest.raises(NoSuchPatient):
        services.record_read(stored(NURSE_REYES), patient_id=unknown, screen="patient", now=NOW)


# --- who looked -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_opening_a_record_is_noted_with_who_when_and_where() -> None:
    patient_id = wren_halloway()
    stored(NURSE_REYES), stored(ADMINISTRATOR_KLEIN)
    assert _client("m.reyes").get(f"/patients/{patient_id}/").status_code == 200
    (read,) = queries.reads_of(patient_id)
    assert (read.staff_name, read.screen) == ("M. Reyes", "patient")
    administrators_page = _client("r.klein").get(f"/patients/{patient_id}/").content.decode()
    assert "Who opened this record" in administrators_page and "M. Reyes" in administrators_page
    assert "Who opened this record" not in _client("m.reyes").get(f"/patients/{patient_id}/").content.decode()


@pytest.mark.django_db
def test_times_on_a_record_are_those_of_the_clinics_clock() -> None:
    patient_id = wren_halloway()
    clinic_with_a_chair()
    stored(NURSE_REYES)
    text = _client("m.reyes").get(f"/patients/{patient_id}/").content.decode()
    assert "4 Mar 2026 09:00" in text, "registered at 15:00 UTC, which is nine in Chicago"


@pytest.mark.django_db
def test_somebody_who_is_refused_a_record_has_not_read_it() -> None:
    patient_id = wren_halloway()
    stored(OUTSIDER)
    answer = _client("n.outis").get(f"/patients/{patient_id}/")
    assert answer.status_code == 403
    assert "Halloway" not in answer.content.decode()
    assert queries.reads_of(patient_id) == ()


# --- finding --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("halloway", 2),
        ("WREN hallo", 1),
        ("wren", 1),
        ("R-1002", 1),
        ("1984-05-17", 1),
        ("' OR 1=1 --", 0),
        ("%", 0),
        ("", 2),
    ],
)
def test_patients_are_found_by_words_of_their_name_number_or_birth_date(words: str, found: int) -> None:
    wren_halloway(), ren_halloway()
    assert len(queries.patients(words)) == found


@pytest.mark.django_db
def test_what_is_looked_for_stands_in_no_address() -> None:
    wren_halloway()
    stored(NURSE_REYES)
    client = _client("m.reyes")
    answer = client.post("/patients/", {"words": "Halloway"})
    assert answer.status_code == 200 and "Wren Halloway" in answer.content.decode()
    assert 'method="post" role="search"' in answer.content.decode()


# --- look-alikes ----------------------------------------------------------------------------------------------------


def _person(number: int, name: str, born: date = date(1980, 1, 1), preferred_name: str = "") -> PatientDetails:
    return PatientDetails(
        str(number), f"R-{number}", name, preferred_name, born, "F", None, (), NOW, "", "", version_number=1
    )


@pytest.mark.hazard("H03")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wren Halloway", "Ren Halloway"),
        ("Ada Winter", "Ida Winter"),
        ("Ada Winter", "Ada Winters"),
        ("Ada Winter", "Ada Witner"),
        ("Ada Winter", "Winter Ada"),
        ("Ada Winter", "Béla WINTER"),
        ("José Núñez", "Jose Nunez"),
    ],
)
def test_names_that_look_alike_are_flagged_on_both(first: str, second: str) -> None:
    one, other = _person(1, first, date(1950, 1, 1)), _person(2, second, date(1990, 2, 2))
    assert look_alikes([one, other]) == {"1": (other,), "2": (one,)}


@pytest.mark.hazard("H03")
def test_two_who_are_born_on_one_day_are_flagged_whatever_their_names() -> None:
    assert look_alike(_person(1, "Ada Winter"), _person(2, "Tomas Quill"))


@pytest.mark.hazard("H03")
def test_two_who_are_called_the_same_are_flagged() -> None:
    one = _person(1, "Margaret Winter", date(1950, 1, 1), "Maggie")
    other = _person(2, "Magdalena Quill", date(1990, 2, 2), "Maggie")
    assert look_alike(one, other)


@pytest.mark.parametrize(
    ("first", "second"), [("Ada Winter", "Tomas Quill"), ("Ada Winter", "Ida Summer"), ("Wren Halloway", "Bo Marsh")]
)
def test_names_that_do_not_look_alike_are_not_flagged(first: str, second: str) -> None:
    assert not look_alike(_person(1, first, date(1950, 1, 1)), _person(2, second, date(1990, 2, 2)))


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.hazard("H03")
@given(
    st.text(LETTERS, min_size=4, max_size=10),
    st.integers(0, 9),
    st.sampled_from(["leave out", "add", "change", "swap"]),
    st.sampled_from(LETTERS),
)
def test_any_one_slip_in_a_last_name_is_flagged_both_ways(name: str, at: int, slip: str, letter: str) -> None:
    at %= len(name) - 1
    slipped = {
        "leave out": name[:at] + name[at + 1 :],
        "add": name[:at] + letter + name[at:],
        "change": name[:at] + letter + name[at + 1 :],
        "swap": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    }[slip]
    one = _person(1, f"Ada {name}", date(1950, 1, 1))
    other = _person(2, f"Tomas {slipped}", date(1990, 2, 2))
    assert look_alike(one, other) and look_alike(other, one)


@pytest.mark.hazard("H03")
@pytest.mark.django_db
def test_a_twin_name_is_shown_on_the_record_and_in_the_list() -> None:
    wren, ren = wren_halloway(), ren_halloway()
    stored(MEDICAL_LEAD_ABARA)
    client = _client("s.abara")
    for patient_id in (wren, ren):
        assert "Easily taken for another" in client.get(f"/patients/{patient_id}/").content.decode()
    assert client.get("/patients/").content.decode().count("look-alike in this list") == 2
