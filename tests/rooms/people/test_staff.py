"""Who works here: added by an administrator, never deleted, each change kept."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from dripstand.people import queries, services
from dripstand.people.access import Forbidden
from dripstand.people.actors import Competency, Role
from dripstand.people.errors import NoSuchStaff, Unacceptable
from dripstand.people.models import StaffChange, StaffMember
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_NEW,
    NURSE_OKAFOR,
    NURSE_REYES,
    PASSWORD,
    PRESCRIBER_VANCE,
    stored,
    whole_staff,
)

pytestmark = pytest.mark.django_db


def _add(username: str = "g.petrel", **changes: object) -> str:
    facts: dict[str, object] = {
        "username": username,
        "full_name": "G. Petrel",
        "roles": [Role.NURSE],
        "password": PASSWORD,
        "now": NOW,
    }
    return services.add_staff(stored(ADMINISTRATOR_KLEIN), **{**facts, **changes})  # type: ignore[no-any-return]


def test_an_administrator_adds_a_nurse_without_any_competency() -> None:
    actor = queries.actor(_add())
    assert actor is not None
    assert (actor.name, actor.roles, actor.competencies) == ("G. Petrel", {Role.NURSE}, frozenset())


@pytest.mark.parametrize("person", [NURSE_REYES, FRONT_DESK_SORO, MEDICAL_LEAD_ABARA, PRESCRIBER_VANCE])
def test_nobody_but_an_administrator_adds_staff(person: object) -> None:
    with pytest.raises(Forbidden, match="administrator"):
        services.add_staff(
            stored(person),  # type: ignore[arg-type]
            username="x.yz",
            full_name="X. Yz",
            roles=[Role.ADMINISTRATOR],
            password=PASSWORD,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "G Petrel"}, "username"),
        ({"username": "g"}, "username"),
        ({"username": "gé.petrel"}, "username"),
        ({"full_name": "  "}, "full_name"),
        ({"full_name": "G. Petrel\r\nadmin signed in"}, ""),
        ({"full_name": "G.\u202ePetrel"}, "full_name"),
        ({"roles": []}, "roles"),
        ({"roles": [Role.WALL, Role.NURSE]}, "roles"),
        ({"password": "short"}, "password"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(change: dict[str, object], field: str) -> None:
    if not field:  # a line break is white space: it becomes one blank, and no second line of any log
        staff = queries.staff_member(_add(**change))  # type: ignore[arg-type]
        assert staff.full_name == "G. Petrel admin signed in"
        return
    with pytest.raises(Unacceptable) as refused:
        _add(**change)  # type: ignore[arg-type]
    assert set(refused.value.words) == {field}
    assert not StaffMember.objects.filter(full_name__startswith="G.").exists()


def test_one_sign_in_name_belongs_to_one_person_however_it_is_written() -> None:
    _add("g.petrel")
    with pytest.raises(Unacceptable, match="taken"):
        _add("G.Petrel")
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.filter(username="g.petrel").update(username="G.Petrel")


def test_the_medical_lead_sets_competencies_and_a_nurse_cannot() -> None:
    nurse = stored(NURSE_NEW)
    services.set_competencies(stored(MEDICAL_LEAD_ABARA), nurse.staff_id, competencies=[Competency.RAISE_RATE], now=NOW)
    changed = queries.actor(nurse.staff_id)
    assert changed is not None and changed.competencies == {Competency.RAISE_RATE}
    with pytest.raises(Forbidden):
        services.set_competencies(changed, nurse.staff_id, competencies=list(Competency), now=NOW)


def test_a_role_that_is_taken_away_is_gone_at_the_next_page() -> None:
    administrator, lead = stored(ADMINISTRATOR_KLEIN), stored(MEDICAL_LEAD_ABARA)
    client = Client()
    client.post("/sign-in/", {"username": "s.abara", "password": PASSWORD})
    assert client.get("/staff/").status_code == 200
    services.set_roles(administrator, lead.staff_id, roles=[Role.PRESCRIBER], now=NOW)
    assert client.get("/staff/").status_code == 403


def test_the_last_administrator_cannot_leave_the_clinic_without_one() -> None:
    administrator = stored(ADMINISTRATOR_KLEIN)
    with pytest.raises(Unacceptable, match="last administrator"):
        services.deactivate(administrator, administrator.staff_id, now=NOW)
    with pytest.raises(Unacceptable, match="last administrator"):
        services.set_roles(administrator, administrator.staff_id, roles=[Role.NURSE], now=NOW)
    _add("second.admin", roles=[Role.ADMINISTRATOR])
    services.deactivate(administrator, administrator.staff_id, now=NOW)
    assert queries.actor(administrator.staff_id) is None


def test_each_change_is_kept_with_who_made_it_and_what_was_before() -> None:
    administrator, nurse = stored(ADMINISTRATOR_KLEIN), stored(NURSE_NEW)
    services.set_roles(administrator, nurse.staff_id, roles=[Role.NURSE, Role.FRONT_DESK], now=NOW)
    newest = queries.changes_of_staff(nurse.staff_id)[0]
    assert (newest.what, newest.before, newest.after, newest.staff_name) == (
        "roles",
        ["nurse"],
        ["front_desk", "nurse"],
        "R. Klein",
    )
    services.set_password_of(administrator, nurse.staff_id, new_password="a grey boat and two oars", now=NOW)
    newest = queries.changes_of_staff(nurse.staff_id)[0]
    assert (newest.what, newest.before, newest.after) == ("password", None, None)


def test_the_database_itself_deletes_nobody_and_keeps_the_changes() -> None:
    staff_id = _add()
    with pytest.raises(DatabaseError), transaction.atomic():
        StaffMember.objects.filter(pk=staff_id)._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        StaffChange.objects.filter(subject_id=staff_id).update(staff_name="Nobody")
    with pytest.raises(DatabaseError), transaction.atomic():
        StaffChange.objects.filter(subject_id=staff_id)._raw_delete("default")


def test_colleagues_are_those_who_hold_the_role_and_the_competency_and_are_still_here() -> None:
    staff = whole_staff()
    nurses = {one.name for one in queries.colleagues(roles=[Role.NURSE])}
    assert nurses == {"M. Reyes", "J. Okafor", "P. Lind"}
    able = queries.colleagues(roles=[Role.NURSE], competency=Competency.SECOND_CHECK, but_not=NURSE_REYES.staff_id)
    assert [one.name for one in able] == ["J. Okafor"]
    services.deactivate(staff["r.klein"], NURSE_OKAFOR.staff_id, now=NOW)
    assert queries.colleagues(roles=[Role.NURSE], competency=Competency.SECOND_CHECK) == (NURSE_REYES,)


@pytest.mark.parametrize("unknown", ["", "m.reyes", "00000000-0000-4000-8000-00000000ffff"])
def test_an_unknown_member_of_staff_is_said_to_be_unknown(unknown: str) -> None:
    with pytest.raises(NoSuchStaff):
        queries.staff_member(unknown)
    with pytest.raises(NoSuchStaff):
        services.deactivate(stored(ADMINISTRATOR_KLEIN), unknown, now=NOW)
    assert queries.actor(unknown) is None


def test_extra_fields_on_a_form_change_nothing() -> None:
    stored(ADMINISTRATOR_KLEIN)
    client = Client()
    client.post("/sign-in/", {"username": "r.klein", "password": PASSWORD})
    form = {"username": "g.petrel", "full_name": "G. Petrel", "password": PASSWORD, "roles": ["nurse"]}
    answer = client.post("/staff/add/", {**form, "competencies": ["raise_rate"], "is_active": "", "is_superuser": "1"})
    assert answer.status_code == 302
    added = next(one for one in queries.staff() if one.username == "g.petrel")
    assert (added.is_active, added.roles, added.competencies) == (True, {Role.NURSE}, frozenset())
