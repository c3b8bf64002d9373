"""An empty installation becomes a clinic once, with the code that `serve` printed; then the door is shut."""

from __future__ import annotations

import pytest
from django.test import Client

from dripstand.people import queries as people
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.models import StaffMember
from dripstand.people.services import SETUP_TRIES_MOST_COUNT, setup_code, setup_code_is_right
from dripstand.premises import queries, services
from dripstand.premises.models import Clinic
from dripstand.premises.services import NewPerson, NewRoom
from tests.people import ADMINISTRATOR_KLEIN, NOW, PASSWORD, stored

pytestmark = pytest.mark.django_db


def _code() -> str:
    code = setup_code(now=NOW)
    assert code is not None
    return code


def _form(code: str, **changes: str) -> dict[str, str]:
    return {
        "code": code,
        "clinic_name": "Heron Street Clinic",
        "zone": "America/Chicago",
        "phone": "555-0142",
        "patient_emergency_phone": "911",
        "emergency_phone": "0-911",
        "door_name": "14 Heron Street",
        "first_sound": "chords",
        "escort_identity": "name",
        "administrator_full_name": "R. Klein",
        "administrator_username": "r.klein",
        "administrator_password": PASSWORD,
        "medical_lead_full_name": "Dr. S. Abara",
        "medical_lead_username": "s.abara",
        "medical_lead_password": PASSWORD,
        "room_1_name": "Harbour",
        "room_1_chairs": "Harbour 1",
        "room_2_name": "Meadow",
        "room_2_chairs": "Meadow 1, Meadow 2",
        **changes,
    }


def test_the_right_code_makes_the_clinic_its_chairs_and_its_first_two_people() -> None:
    client = Client()
    page = client.post("/setup/", _form(_code()))
    assert page.status_code == 200 and "What comes next" in page.content.decode()
    clinic = queries.clinic()
    assert clinic is not None
    assert (clinic.name, clinic.zone) == ("Heron Street Clinic", "America/Chicago")
    assert (clinic.phone, clinic.patient_emergency_phone, clinic.emergency_phone) == ("555-0142", "911", "0-911")
    assert (clinic.door_name, clinic.first_sound) == ("14 Heron Street", "chords")
    assert clinic.escort_identity == "name"
    chairs = [(one.name, one.room_name, one.room_is_shared, one.position_count) for one in queries.chairs()]
    assert chairs == [
        ("Harbour 1", "Harbour", False, 1),
        ("Meadow 1", "Meadow", True, 2),
        ("Meadow 2", "Meadow", True, 3),
    ]
    assert {one.username: one.roles for one in people.staff()} == {
        "r.klein": {Role.ADMINISTRATOR},
        "s.abara": {Role.MEDICAL_LEAD, Role.PRESCRIBER},
    }
    assert client.post("/sign-in/", {"username": "r.klein", "password": PASSWORD}).status_code == 302


def test_one_person_may_be_administrator_and_medical_lead() -> None:
    form = _form(_code(), lead_is_administrator="on")
    for name in ("full_name", "username", "password"):
        form[f"medical_lead_{name}"] = ""
    assert Client().post("/setup/", form).status_code == 200
    (only,) = people.staff()
    assert only.roles == {Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.PRESCRIBER}


@pytest.mark.parametrize("code", ["", "aaaa-aaaa-aaaa-aaaa", "' OR 1=1 --"])
def test_a_wrong_code_makes_nothing(code: str) -> None:
    _code()
    answer = Client().post("/setup/", _form(code))
    assert answer.status_code == 400
    assert people.no_staff_yet() and queries.clinic() is None
    assert 'value="Heron Street Clinic"' in answer.content.decode(), "what was typed is kept"


def test_without_a_code_from_the_server_nothing_is_set_up() -> None:
    assert Client().post("/setup/", _form("aaaa-aaaa-aaaa-aaaa")).status_code == 400
    assert people.no_staff_yet()


def test_the_code_may_be_typed_in_capitals_and_with_blanks() -> None:
    assert setup_code_is_right(_code().upper().replace("-", " "))


def test_each_start_of_the_server_makes_the_code_before_it_void() -> None:
    first, second = _code(), _code()
    assert not setup_code_is_right(first)
    assert setup_code_is_right(second)


def test_guessing_the_code_ends_after_so_many_tries() -> None:
    code = _code()
    for _ in range(SETUP_TRIES_MOST_COUNT):
        assert not setup_code_is_right("bbbb-bbbb-bbbb-bbbb")
    assert not setup_code_is_right(code)
    assert setup_code_is_right(_code()), "the next start of the server gives a new one"


def test_a_refused_set_up_leaves_nothing_behind_and_the_code_still_holds() -> None:
    code = _code()
    answer = Client().post("/setup/", _form(code, medical_lead_password="short"))
    assert answer.status_code == 400
    assert people.no_staff_yet() and not Clinic.objects.exists()
    assert Client().post("/setup/", _form(code)).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"clinic_name": " "}, "clinic_name"),
        ({"administrator_username": "R Klein"}, "administrator_username"),
        ({"medical_lead_username": "r.klein"}, "medical_lead_username"),
        ({"medical_lead_full_name": ""}, "medical_lead_full_name"),
        ({"room_1_chairs": "", "room_2_chairs": ""}, "rooms"),
        ({"room_2_chairs": "Harbour 1"}, "rooms"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(change: dict[str, str], field: str) -> None:
    answer = Client().post("/setup/", _form(_code(), **change))
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) - {"__all__"} == {field}
    assert people.no_staff_yet()


def test_the_door_is_shut_as_soon_as_somebody_is_on_the_staff() -> None:
    code = _code()
    stored(ADMINISTRATOR_KLEIN)
    assert setup_code(now=NOW) is None
    for answer in (Client().get("/setup/"), Client().post("/setup/", _form(code))):
        assert answer.status_code == 302 and answer.headers["Location"] == "/sign-in/"
    with pytest.raises(Unacceptable):
        services.set_up_clinic(
            code=code,
            clinic_name="Another",
            zone="UTC",
            rooms=[NewRoom("A", is_shared=False, chair_names=("A1",))],
            administrator=NewPerson("X. Yz", "x.yz", PASSWORD),
            medical_lead=None,
            now=NOW,
        )
    assert StaffMember.objects.count() == 1


def test_a_fresh_installation_has_no_account_to_guess() -> None:
    assert people.no_staff_yet()
    page = Client().get("/sign-in/").content.decode()
    assert "Nobody works here yet" in page
    assert Client().post("/sign-in/", {"username": "admin", "password": "admin"}).status_code == 400
