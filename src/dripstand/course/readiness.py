"""What must be there before drug starts on a day, and whether it is.

The list is Dripstand's own wording of what practice asks for: oxygen, suction, airway equipment, a defibrillator, and
somebody on site who is trained in advanced life support (protocol.md 3.4, attributed to Sanacora 2017, unverified).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dripstand.protocol.template import Mark, Source

SOURCE = Source(
    "Oxygen, suction, airway equipment, defibrillator and an ACLS-trained person on site (protocol.md 3.4)",
    Mark.UNVERIFIED,
)


class Item(StrEnum):
    OXYGEN = "oxygen"
    SUCTION = "suction"
    AIRWAY = "airway"
    DEFIBRILLATOR = "defibrillator"
    MEDICINES = "emergency_medicines"
    CERTIFICATES = "certificates"


ITEMS: tuple[str, ...] = tuple(item.value for item in Item)


class Certificates(StrEnum):
    """advanced: ACLS, ALS or their like; one such person is on site. basic: BLS; everybody at a chair."""

    ADVANCED = "advanced_life_support"
    BASIC = "basic_life_support"


@dataclass(frozen=True, slots=True)
class Signed:
    """The signing of a day that counts. bad: items that were not in order."""

    by: str
    at: datetime
    bad: tuple[str, ...]
    note: str

    @property
    def in_order(self) -> bool:
        return not self.bad


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of somebody who is there on a day."""

    staff_id: str
    name: str
    kind: Certificates
    valid_until: date


@dataclass(frozen=True, slots=True)
class StaffFound:
    """What the certificates on record say about a day. unknown: nobody's presence is kept, so nothing is known."""

    advanced: tuple[str, ...]
    without_basic: tuple[str, ...]
    unknown: bool


def staff_found(there: dict[str, str], held: tuple[Held, ...], day: date, *, rota_kept: bool) -> StaffFound:
    """Who of those there (staff id to name) holds a valid certificate. A certificate holds on its last day too."""
    valid = [one for one in held if one.valid_until >= day and one.staff_id in there]
    advanced = {one.staff_id for one in valid if one.kind is Certificates.ADVANCED}
    basic = advanced | {one.staff_id for one in valid if one.kind is Certificates.BASIC}
    return StaffFound(
        advanced=tuple(sorted(there[one] for one in advanced)),
        without_basic=tuple(sorted(name for staff_id, name in there.items() if staff_id not in basic)),
        unknown=not rota_kept,
    )
