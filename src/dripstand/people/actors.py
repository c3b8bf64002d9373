"""Who acts: the person (or Dripstand itself) behind a request, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the clinic. One person may hold several."""

    FRONT_DESK = "front_desk"
    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    MEDICAL_LEAD = "medical_lead"
    ADMINISTRATOR = "administrator"
    ON_CALL = "on_call"
    WALL = "wall"


class Competency(StrEnum):
    """What the clinic has found this person able to do, beyond their role (set by the clinic, never assumed)."""

    PREPARE_BAG = "prepare_bag"
    SECOND_CHECK = "second_check"
    PLACE_LINE = "place_line"
    START_INFUSION = "start_infusion"
    RAISE_RATE = "raise_rate"
    GIVE_FLUSH = "give_flush"
    TAKE_TELEPHONE_ORDER = "take_telephone_order"
    GIVE_MEDICINE = "give_medicine"
    OBSERVE = "observe"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody signed in, as the rules see them.

    staff_id: the staff member's id as text; "dripstand" for what the software charts by itself (alarms).
    """

    staff_id: str
    name: str
    roles: frozenset[Role]
    competencies: frozenset[Competency] = frozenset()

    def is_a(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))

    def can(self, competency: Competency) -> bool:
        return competency in self.competencies


@dataclass(frozen=True, slots=True)
class PatientByLink:
    """A patient who came in by a link that was made for one purpose. No member of staff, and no role at all.

    link_id: names the link in the trail; it is not the secret that the link carries.
    """

    patient_id: str
    link_id: str


DRIPSTAND = Actor(staff_id="dripstand", name="Dripstand", roles=frozenset())
