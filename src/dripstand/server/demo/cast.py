"""Everybody in the demo clinic. All of them are invented, and plainly so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dripstand.people.actors import Competency, Role

CLINIC = "Stillwater Clinic (demonstration)"
ZONE = "America/Chicago"
PASSWORD = "still-water-demo"
"""The demo's sign-in for everybody; a real clinic has no default password anywhere."""

_NURSING = (
    Competency.PREPARE_BAG,
    Competency.SECOND_CHECK,
    Competency.PLACE_LINE,
    Competency.START_INFUSION,
    Competency.RAISE_RATE,
    Competency.GIVE_FLUSH,
    Competency.GIVE_MEDICINE,
    Competency.OBSERVE,
)


@dataclass(frozen=True, slots=True)
class StaffRole:
    username: str
    full_name: str
    roles: tuple[Role, ...]
    competencies: tuple[Competency, ...] = ()


STAFF = (
    StaffRole("r.klein", "R. Klein", (Role.ADMINISTRATOR,)),
    StaffRole("s.abara", "Dr. S. Abara", (Role.MEDICAL_LEAD, Role.PRESCRIBER), (Competency.SECOND_CHECK,)),
    StaffRole("t.vance", "Dr. T. Vance", (Role.PRESCRIBER,), (Competency.SECOND_CHECK,)),
    StaffRole("m.reyes", "M. Reyes", (Role.NURSE,), (*_NURSING, Competency.TAKE_TELEPHONE_ORDER)),
    StaffRole("j.okafor", "J. Okafor", (Role.NURSE,), _NURSING),
    StaffRole("p.lind", "P. Lind", (Role.NURSE,), _NURSING),
    StaffRole("a.soro", "A. Soro", (Role.FRONT_DESK,)),
    StaffRole("l.webb", "Dr. L. Webb", (Role.ON_CALL,)),
    StaffRole("wall", "Wall, corridor", (Role.WALL,)),
)
ADMINISTRATOR, MEDICAL_LEAD, PRESCRIBER, FRONT_DESK, CHECKER = "r.klein", "s.abara", "t.vance", "a.soro", "p.lind"


@dataclass(frozen=True, slots=True)
class PatientRole:
    record_number: str
    name: str
    preferred_name: str
    birth_date: date
    sex: str
    height_cm: Decimal
    weight_kg: Decimal
    allergies: tuple[str, ...]
    escort: tuple[str, str, str]  # name, relation, phone
    infusion_number: int


PATIENTS = (
    PatientRole("DEMO-0001", "Wren Halloway", "Wren", date(1987, 4, 12), "F", Decimal("168"), Decimal("75.0"),
                ("penicillin (rash)",), ("Ash Halloway", "sister", "555-0101"), 3),
    PatientRole("DEMO-0002", "Caspian Thornbury", "Cas", date(1979, 11, 30), "M", Decimal("181"), Decimal("88.4"),
                (), ("Juno Thornbury", "wife", "555-0102"), 1),
    PatientRole("DEMO-0003", "Marlow Quince", "Marlow", date(1993, 2, 3), "M", Decimal("174"), Decimal("69.2"),
                ("latex",), ("Bix Quince", "brother", "555-0103"), 5),
    PatientRole("DEMO-0004", "Indigo Fairweather", "Indie", date(1969, 7, 21), "F", Decimal("161"),
                Decimal("58.6"), (), ("Rowan Fairweather", "son", "555-0104"), 2),
    PatientRole("DEMO-0005", "Sorrel Vantongeren", "Sorrel", date(1984, 9, 9), "F", Decimal("172"),
                Decimal("81.3"), ("codeine (nausea)",), ("Teal Osei", "friend", "555-0105"), 6),
    PatientRole("DEMO-0006", "Bramwell Ostrander", "Bram", date(1975, 1, 17), "M", Decimal("178"),
                Decimal("92.0"), (), ("Fern Ostrander", "wife", "555-0106"), 4),
    PatientRole("DEMO-0007", "Juniper Ashgrove", "June", date(1990, 5, 27), "F", Decimal("165"),
                Decimal("63.5"), (), ("Hollis Ashgrove", "father", "555-0107"), 1),
    PatientRole("DEMO-0008", "Lark Pemberton-Voss", "Lark", date(1981, 12, 2), "F", Decimal("170"),
                Decimal("72.8"), ("nuts",), ("Sage Voss", "partner", "555-0108"), 2),
)  # fmt: skip


def _usual_weight_kg(height_cm: int, number: int) -> Decimal:
    """A weight that nobody has to ask about: a body mass index from 21 to 27 kg/m2."""
    return Decimal(round((21 + number % 7) * height_cm**2 / 10_000))


def more_patients(count: int) -> tuple[PatientRole, ...]:
    """As many invented patients as there are chairs to fill."""
    extra = tuple(
        PatientRole(
            f"DEMO-{number:04d}", f"Demo Patient {number:03d}", f"Demo {number:03d}",
            date(1960 + number % 40, 1 + number % 12, 1 + number % 28),
            "F" if number % 2 else "M", Decimal(160 + number % 25), _usual_weight_kg(160 + number % 25, number), (),
            (f"Demo Escort {number:03d}", "friend", f"555-{1000 + number}"), 1 + number % 6,
        )
        for number in range(len(PATIENTS) + 1, count + 1)
    )  # fmt: skip
    return (*PATIENTS, *extra)[:count]


def nurses_for(chairs_count: int) -> tuple[str, ...]:
    """User names of enough nurses for so many chairs, two chairs each; the named ones first."""
    named = ("m.reyes", "j.okafor")
    wanted = (chairs_count + 1) // 2
    return (*named, *(f"nurse.{number:03d}" for number in range(3, wanted + 1)))[:wanted]
