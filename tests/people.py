"""The cast of the tests: plainly invented people of an invented clinic, each made by an explicit function.

The same people live in the demo. Nobody is drawn at random; a test that needs somebody else makes them by name.
"""

from __future__ import annotations

import dataclasses
import functools
from datetime import UTC, date, datetime
from decimal import Decimal

from dripstand.people.actors import Actor, Competency, Role

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
PASSWORD = "five quiet herons on a pier"

ALL_COMPETENCIES = frozenset(Competency)


def _actor(number: int, name: str, *roles: Role, competencies: frozenset[Competency] = frozenset()) -> Actor:
    return Actor(f"00000000-0000-4000-8000-{number:012d}", name, frozenset(roles), competencies)


# As plain values, for rules that need no table. The stored ones below have the same names, roles and competencies.
NURSE_REYES = _actor(1, "M. Reyes", Role.NURSE, competencies=ALL_COMPETENCIES)
NURSE_OKAFOR = _actor(2, "J. Okafor", Role.NURSE, competencies=ALL_COMPETENCIES)
NURSE_NEW = _actor(3, "P. Lind", Role.NURSE)
PRESCRIBER_VANCE = _actor(4, "Dr. T. Vance", Role.PRESCRIBER, competencies=ALL_COMPETENCIES)
MEDICAL_LEAD_ABARA = _actor(5, "Dr. S. Abara", Role.MEDICAL_LEAD, Role.PRESCRIBER, competencies=ALL_COMPETENCIES)
ADMINISTRATOR_KLEIN = _actor(6, "R. Klein", Role.ADMINISTRATOR)
FRONT_DESK_SORO = _actor(7, "A. Soro", Role.FRONT_DESK)
ON_CALL_WEBB = _actor(8, "Dr. L. Webb", Role.ON_CALL)
WALL = _actor(9, "Wall, corridor", Role.WALL)
OUTSIDER = _actor(10, "N. Outis")

CAST: dict[str, Actor] = {
    "m.reyes": NURSE_REYES,
    "j.okafor": NURSE_OKAFOR,
    "p.lind": NURSE_NEW,
    "t.vance": PRESCRIBER_VANCE,
    "s.abara": MEDICAL_LEAD_ABARA,
    "r.klein": ADMINISTRATOR_KLEIN,
    "a.soro": FRONT_DESK_SORO,
    "l.webb": ON_CALL_WEBB,
    "wall": WALL,
    "n.outis": OUTSIDER,
}
"""Sign-in names and who they are. N. Outis works elsewhere: signed in, without any role here."""

OF_ROLE: dict[Role, Actor] = {
    Role.FRONT_DESK: FRONT_DESK_SORO,
    Role.NURSE: NURSE_REYES,
    Role.PRESCRIBER: PRESCRIBER_VANCE,
    Role.MEDICAL_LEAD: _actor(11, "Dr. B. Only-Lead", Role.MEDICAL_LEAD),
    Role.ADMINISTRATOR: ADMINISTRATOR_KLEIN,
    Role.ON_CALL: ON_CALL_WEBB,
    Role.WALL: WALL,
}
"""One person who holds exactly this role."""


# --- stored people: each needs a database -----------------------------------------------------------------------------


@functools.cache
def _hashed() -> str:
    """`PASSWORD` as stored; the same for everybody, because hashing is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def stored(actor: Actor, username: str = "") -> Actor:
    """This person on the staff, with `PASSWORD`; made once however often it is asked for."""
    from dripstand.people.models import StaffMember

    found = StaffMember.objects.filter(pk=actor.staff_id).first()
    if found is None:
        name = username or next((name for name, who in CAST.items() if who == actor), f"staff.{actor.staff_id[-3:]}")
        found = StaffMember(
            id=actor.staff_id,
            username=name,
            full_name=actor.name,
            roles=[role.value for role in Role if role in actor.roles],
            competencies=[one.value for one in Competency if one in actor.competencies],
            added_at=NOW,
        )
        found.password = _hashed()
        found.save(force_insert=True)
    return dataclasses.replace(actor, staff_id=str(found.pk))


def whole_staff() -> dict[str, Actor]:
    """Everybody of the cast on the staff, by sign-in name."""
    return {name: stored(actor, name) for name, actor in CAST.items()}


def wren_halloway(actor: Actor = FRONT_DESK_SORO, **changes: object) -> str:
    """Register Wren Halloway, 70 kg in most tests, no known allergies; answers the patient's id."""
    from dripstand.people.services import register_patient

    facts: dict[str, object] = {
        "record_number": "R-1001",
        "name": "Wren Halloway",
        "preferred_name": "Wren",
        "birth_date": date(1984, 5, 17),
        "sex": "F",
        "height_cm": Decimal("168"),
        "allergies": (),
        "none_known": True,
        "now": NOW,
    }
    answer: str = register_patient(stored(actor), **{**facts, **changes})  # type: ignore[arg-type]
    return answer


def ren_halloway() -> str:
    """Wren Halloway's look-alike of the same day: one letter and three years apart, allergic to latex."""
    return wren_halloway(
        record_number="R-1002",
        name="Ren Halloway",
        preferred_name="Ren",
        birth_date=date(1987, 5, 17),
        sex="M",
        allergies=("latex: rash",),
        none_known=False,
    )


def clinic_with_a_chair() -> str:
    """Heron Street Clinic with the room Harbour and the one chair in it; answers the chair's id."""
    from dripstand.premises.models import Chair, Clinic, Room

    found = Chair.objects.first()
    if found is None:
        clinic = Clinic.objects.create(name="Heron Street Clinic", zone="America/Chicago")
        room = Room.objects.create(clinic=clinic, name="Harbour", kind="single")
        found = Chair.objects.create(room=room, name="Harbour 1", position_count=1)
    return str(found.pk)


def another_chair(name: str = "Meadow 1") -> str:
    """One more chair of Heron Street Clinic, in a room of its own; answers its id."""
    from dripstand.premises.models import Chair, Clinic, Room

    clinic_with_a_chair()
    room = Room.objects.create(clinic=Clinic.objects.get(), name=f"{name}, room", kind="single")
    return str(Chair.objects.create(room=room, name=name, position_count=Chair.objects.count() + 1).pk)


def day_signed(at: datetime | None = None, **not_in_order: bool) -> None:
    """M. Reyes has looked at everything and signed the clinic's day of `at` (None: today); once however often asked.

    not_in_order: an item as False for what was found wanting; that signs anew.
    """
    from dripstand.course.queries import signing_of
    from dripstand.course.readiness import ITEMS
    from dripstand.course.services import sign_day
    from dripstand.premises.queries import clinic_zone

    day = (at or datetime.now(UTC)).astimezone(clinic_zone()).date()
    if signing_of(day) is None or not_in_order:
        found = {**dict.fromkeys(ITEMS, True), **not_in_order}
        note = "the clinic calls the supplier" if not_in_order else ""
        sign_day(stored(NURSE_REYES), day=day, in_order=found, now=at or datetime.now(UTC), note=note)


def signed_template() -> str:
    """The default protocol, signed by Dr. Abara and M. Reyes; answers the version's id."""
    from dripstand.protocol import queries, services

    found = queries.current_version()
    if found is not None:
        return found.template_id
    lead, second = stored(MEDICAL_LEAD_ABARA), stored(NURSE_REYES)
    template_id: str = services.draft(lead, now=NOW)
    seen = queries.version(template_id).body_sha256
    services.sign(lead, template_id, seen_sha256=seen, now=NOW)
    services.sign(second, template_id, seen_sha256=seen, now=NOW)
    return template_id
