"""The demo clinic itself: premises, staff, protocol and patients, each made through the product's own services."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dripstand.people import queries as people
from dripstand.people.actors import Actor, Role
from dripstand.people.registration import register_patient
from dripstand.people.services import add_staff, set_competencies, set_roles, setup_code
from dripstand.premises import queries as premises
from dripstand.premises.services import NewPerson, NewRoom, Reached, set_up_clinic
from dripstand.protocol import queries as protocol
from dripstand.protocol import services as protocol_services
from dripstand.server.demo.cast import (
    ADMINISTRATOR,
    CLINIC,
    MEDICAL_LEAD,
    PASSWORD,
    STAFF,
    ZONE,
    PatientRole,
)

_SPACE = uuid.UUID("6f1d0c1e-0d3a-4c0e-9a64-2f1d4e1b7a10")
"""Demo ids are derived from names, so that the same demo has the same ids."""


class CannotPrepare(SystemExit):
    """The demo could not be made; the text says at which step."""


@dataclass(frozen=True, slots=True)
class DemoClinic:
    staff: dict[str, Actor]
    chair_ids: tuple[str, ...]
    template_id: str


def demo_id(name: str) -> str:
    return str(uuid.uuid5(_SPACE, name))


def _rooms(chairs_count: int) -> tuple[NewRoom, ...]:
    """Single rooms first; beyond four chairs, shared rooms of six."""
    single = tuple(NewRoom(f"Room {n}", False, (f"Chair {n}",)) for n in range(1, min(chairs_count, 4) + 1))
    rest = list(range(5, chairs_count + 1))
    shared = tuple(
        NewRoom(f"Bay {1 + at // 6}", True, tuple(f"Chair {n}" for n in rest[at : at + 6]))
        for at in range(0, len(rest), 6)
    )
    return (*single, *shared)


def staff_of(username: str) -> Actor:
    """One of the staff, as the rules see them."""
    found = next((one for one in people.staff() if one.username == username), None)
    actor = people.actor(found.staff_id) if found else None
    if actor is None:
        raise CannotPrepare(f"demo: {username} is not on the staff")
    return actor


def make_clinic(chairs_count: int, now: datetime, say: Callable[[str], None]) -> DemoClinic:
    """Set-up, staff and a signed protocol, in an empty database."""
    code = setup_code(now=now)
    if code is None:
        raise CannotPrepare("demo: this database already has a clinic in it")
    by_name = {role.username: role for role in STAFF}
    first, lead = by_name[ADMINISTRATOR], by_name[MEDICAL_LEAD]
    set_up_clinic(
        code=code,
        clinic_name=CLINIC,
        zone=ZONE,
        rooms=_rooms(chairs_count),
        administrator=NewPerson(first.full_name, first.username, PASSWORD),
        medical_lead=NewPerson(lead.full_name, lead.username, PASSWORD),
        now=now,
        reached=Reached(
            phone="555-0142",
            patient_emergency_phone="911",
            emergency_phone="555-0199",
            door_name="14 Heron Street",
        ),
    )
    say(f"{chairs_count} chairs in {len(_rooms(chairs_count))} rooms")
    administrator = staff_of(first.username)
    for role in STAFF:
        if role.username in (ADMINISTRATOR, MEDICAL_LEAD):
            continue
        add_staff(
            administrator,
            username=role.username,
            full_name=role.full_name,
            roles=role.roles,
            competencies=role.competencies,
            password=PASSWORD,
            now=now,
        )
    lead_id = staff_of(lead.username).staff_id
    set_roles(administrator, lead_id, roles=lead.roles, now=now)
    set_competencies(administrator, lead_id, competencies=lead.competencies, now=now)
    staff = {role.username: staff_of(role.username) for role in STAFF}
    say(f"{len(staff)} people on the staff")

    template_id = protocol_services.draft(staff[MEDICAL_LEAD], now=now)
    seen = protocol.version(template_id).body_sha256
    protocol_services.sign(staff[MEDICAL_LEAD], template_id, seen_sha256=seen, now=now)
    second = next(actor for actor in staff.values() if actor.is_a(Role.NURSE))
    protocol_services.sign(second, template_id, seen_sha256=seen, now=now)
    say("the protocol template, signed by two")
    return DemoClinic(
        staff=staff,
        chair_ids=tuple(chair.chair_id for chair in premises.chairs()),
        template_id=template_id,
    )


def register(clinic: DemoClinic, role: PatientRole, now: datetime) -> str:
    """One invented patient; answers the id."""
    return register_patient(
        clinic.staff["a.soro"],
        record_number=role.record_number,
        name=role.name,
        preferred_name=role.preferred_name,
        birth_date=role.birth_date,
        sex=role.sex,
        height_cm=role.height_cm,
        allergies=role.allergies,
        none_known=not role.allergies,
        phone="",
        now=now,
        patient_id=demo_id(role.record_number),
    )
