"""Rooms and chairs: added by an administrator, each chair in one fixed place, none deleted."""

from __future__ import annotations

import pytest
from django.test import Client

from dripstand.people.access import Forbidden
from dripstand.people.errors import Unacceptable
from dripstand.people.models import StaffMember
from dripstand.premises import queries, services
from dripstand.premises.queries import NoSuchChair, NoSuchRoom
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES, PASSWORD, clinic_with_a_chair, stored

pytestmark = pytest.mark.django_db

UNKNOWN = "00000000-0000-4000-8000-00000000ffff"


def test_a_new_chair_stands_last_and_the_others_stay_where_they_are() -> None:
    first = clinic_with_a_chair()
    administrator = stored(ADMINISTRATOR_KLEIN)
    room = services.add_room(administrator, name="Meadow", is_shared=True)
    for name in ("Meadow 1", "Meadow 2"):
        services.add_chair(administrator, room_id=room, name=name)
    services.set_chair_in_use(administrator, chair_id=first, in_use=False)
    services.add_chair(administrator, room_id=room, name="Meadow 3")
    places = [(one.position_count, one.name, one.in_use) for one in queries.chairs(also_out_of_use=True)]
    assert places == [(1, "Harbour 1", False), (2, "Meadow 1", True), (3, "Meadow 2", True), (4, "Meadow 3", True)]
    assert [one.name for one in queries.chairs()] == ["Meadow 1", "Meadow 2", "Meadow 3"]
    assert queries.chair(first).name == "Harbour 1", "out of use, it is still what a session was on"


def test_a_room_for_one_chair_holds_one() -> None:
    clinic_with_a_chair()
    room = queries.rooms()[0]
    with pytest.raises(Unacceptable, match="one chair"):
        services.add_chair(stored(ADMINISTRATOR_KLEIN), room_id=room.room_id, name="Harbour 2")


def test_two_chairs_or_rooms_of_one_name_are_refused() -> None:
    clinic_with_a_chair()
    administrator = stored(ADMINISTRATOR_KLEIN)
    room = services.add_room(administrator, name="Meadow", is_shared=True)
    with pytest.raises(Unacceptable, match="already"):
        services.add_chair(administrator, room_id=room, name=" Harbour  1 ")
    with pytest.raises(Unacceptable, match="already"):
        services.add_room(administrator, name="Meadow", is_shared=False)


def test_a_nurse_cannot_add_a_chair() -> None:
    clinic_with_a_chair()
    with pytest.raises(Forbidden, match="administrator"):
        services.add_chair(stored(NURSE_REYES), room_id=queries.rooms()[0].room_id, name="Harbour 2")


def test_a_nurse_sees_the_rooms_without_any_button() -> None:
    clinic_with_a_chair()
    stored(NURSE_REYES)
    client = Client()
    client.post("/sign-in/", {"username": "m.reyes", "password": PASSWORD})
    text = client.get("/rooms/").content.decode()
    assert "Harbour 1" in text
    assert "Add a chair" not in text and "Take out of use" not in text


@pytest.mark.parametrize("unknown", ["", "Harbour 1", UNKNOWN])
def test_an_unknown_chair_or_room_is_said_to_be_unknown(unknown: str) -> None:
    administrator = stored(ADMINISTRATOR_KLEIN)
    with pytest.raises(NoSuchChair):
        queries.chair(unknown)
    with pytest.raises(NoSuchChair):
        services.set_chair_in_use(administrator, chair_id=unknown, in_use=False)
    with pytest.raises(NoSuchRoom):
        services.add_chair(administrator, room_id=unknown, name="Meadow 1")


def test_a_zone_that_is_none_is_refused_and_a_right_one_is_what_screens_show() -> None:
    clinic_with_a_chair()
    administrator = stored(ADMINISTRATOR_KLEIN)
    with pytest.raises(Unacceptable, match="time zone"):
        services.change_clinic(
            administrator, clinic_name="Heron Street Clinic", zone="Chicago", reached=services.Reached()
        )
    services.change_clinic(
        administrator, clinic_name="Heron Street Clinic", zone="Europe/Lisbon", reached=services.Reached()
    )
    assert queries.clinic_zone().key == "Europe/Lisbon"


def test_the_forms_of_the_page_add_what_was_typed() -> None:
    clinic_with_a_chair()
    stored(ADMINISTRATOR_KLEIN)
    client = Client()
    client.post("/sign-in/", {"username": "r.klein", "password": PASSWORD})
    assert client.post("/rooms/add-room/", {"room_name": "Meadow", "is_shared": "on"}).status_code == 302
    room = next(one for one in queries.rooms() if one.name == "Meadow")
    assert client.post("/rooms/add-chair/", {"chair_name": "Meadow 1", "room_id": room.room_id}).status_code == 302
    wrong = client.post("/rooms/add-chair/", {"chair_name": "Meadow 1", "room_id": room.room_id})
    assert wrong.status_code == 400 and "already" in wrong.content.decode()
    chair = next(one for one in queries.chairs() if one.name == "Meadow 1")
    assert client.post(f"/rooms/chair/{chair.chair_id}/in-use/", {"in_use": "no"}).status_code == 302
    assert not queries.chair(chair.chair_id).in_use


def test_a_place_is_a_bed_or_a_chair_and_a_room_for_one_or_for_several_as_the_administrator_says() -> None:
    clinic_with_a_chair()
    room = queries.rooms()[0]
    client = Client()
    member = StaffMember.objects.get(pk=stored(ADMINISTRATOR_KLEIN).staff_id)
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    client.post(f"/rooms/{room.room_id}/shared/", {"is_shared": "yes"})
    client.post("/rooms/add-chair/", {"chair_name": "Harbour 2", "room_id": room.room_id, "is_bed": "on"})
    first, second = queries.chairs()
    assert (first.is_bed, second.is_bed) == (False, True)
    assert first.room_is_shared
    client.post(f"/rooms/chair/{first.chair_id}/bed/", {"is_bed": "yes"})
    client.post(f"/rooms/chair/{second.chair_id}/bed/", {"is_bed": "no"})
    assert [one.is_bed for one in queries.chairs()] == [True, False]
    refused = client.post(f"/rooms/{room.room_id}/shared/", {"is_shared": "no"}, follow=True)
    assert "has 2 chairs in use" in refused.content.decode() and queries.rooms()[0].is_shared
    services.set_chair_in_use(stored(ADMINISTRATOR_KLEIN), chair_id=second.chair_id, in_use=False)
    client.post(f"/rooms/{room.room_id}/shared/", {"is_shared": "no"})
    assert not queries.rooms()[0].is_shared


def test_a_nurse_changes_neither_furniture_nor_rooms_and_what_is_unknown_is_said_to_be() -> None:
    chair = clinic_with_a_chair()
    nurse = stored(NURSE_REYES)
    with pytest.raises(Forbidden):
        services.set_bed(nurse, chair_id=chair, is_bed=True)
    with pytest.raises(Forbidden):
        services.set_shared(nurse, room_id=queries.rooms()[0].room_id, is_shared=True)
    with pytest.raises(NoSuchChair):
        services.set_bed(stored(ADMINISTRATOR_KLEIN), chair_id=UNKNOWN, is_bed=True)
    with pytest.raises(NoSuchRoom):
        services.set_shared(stored(ADMINISTRATOR_KLEIN), room_id=UNKNOWN, is_shared=True)
