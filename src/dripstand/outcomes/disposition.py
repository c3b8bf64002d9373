"""How an escalation is closed: only by a clinician's signed disposition, which says what was found and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dripstand.outcomes.suicidality import Escalation, Known
from dripstand.people.actors import Actor, Role

WHO_SIGNS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)
"""A clinician in contact with the patient (protocol.md 6.3: same-visit clinician contact). Assumed."""


class Outcome(StrEnum):
    """What follows. The words are ours."""

    CONTINUES = "treatment goes on as planned"
    SAFETY_PLAN = "a safety plan was made or renewed"
    PRESCRIBER = "handed to a prescriber"
    EMERGENCY = "emergency services or admission"


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a clinician found and decided. ``spoke_with_patient``: contact is the point, a glance is none."""

    signed_by: Actor
    signed_at: datetime
    finding: str
    outcome: Outcome
    spoke_with_patient: bool


class Open(StrEnum):
    """Why an escalation is not closed."""

    NOT_SIGNED = "nobody has signed a disposition"
    NOT_A_CLINICIAN = "who signed does not treat here"
    NO_FINDING = "the disposition says nothing of what was found"
    NO_CONTACT = "nobody has spoken with the patient"
    SIGNED_BEFORE = "it was signed before the answer was given"
    ITEM_OPEN = "the item was left out and has not been asked"


def why_open(escalation: Escalation, answered_at: datetime, disposition: Disposition | None) -> tuple[Open, ...]:
    """Everything that keeps this escalation, and with it the visit, open; empty where it may close."""
    if disposition is None:
        if escalation.must_be_signed:
            return (Open.NOT_SIGNED,)
        return () if escalation.visit_may_close else (Open.ITEM_OPEN,)
    found = []
    if not disposition.signed_by.is_a(*WHO_SIGNS):
        found.append(Open.NOT_A_CLINICIAN)
    if not disposition.finding.strip():
        found.append(Open.NO_FINDING)
    if not disposition.spoke_with_patient:
        found.append(Open.NO_CONTACT)
    if disposition.signed_at < answered_at:
        found.append(Open.SIGNED_BEFORE)
    return tuple(found)


def known_by(disposition: Disposition, instrument_id: str, level_score: int) -> Known:
    """What a closed escalation makes known: this level, seen and signed."""
    return Known(instrument_id, level_score, disposition.signed_at, disposition.signed_by.staff_id)
