"""Somebody stands at the door without a booking: what is there already, and what is missing before anything can start.

Every line is either met, with what meets it, or missing, with where to get it. Unknown is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dripstand.course.spacing import SpacingRules


class Need(StrEnum):
    COURSE = "course"
    DECISION = "decision"
    CONSENT = "consent"
    WEIGHT = "weight"
    ESCORT = "escort"
    FASTING = "fasting"
    SPACING = "spacing"
    SLOT = "slot"
    READINESS = "readiness"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody at the door. Times are instants; None is not known or not there.

    next_number: the infusion that would be given, None without a course under way. measured_at: the newest weight of
    the open visit: the order is given on that one alone. last_drug_at: the newest start of drug, days_since_last: how
    many days of the clinic's calendar ago. slot_at: the first start of drug today that breaks no rule.
    decision, consent: None where nobody has looked, so that it counts as missing.
    """

    next_number: int | None = None
    decision: bool | None = None
    consent: bool | None = None
    measured_at: datetime | None = None
    escort: str = ""
    fasting_told: bool = False
    last_drug_at: datetime | None = None
    days_since_last: int = 0
    slot_at: datetime | None = None
    last_start_at: datetime | None = None
    day_in_order: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    need: Need
    met: bool


def answer(known: Known, now: datetime, *, weight_valid_h: float, rules: SpacingRules) -> tuple[Line, ...]:
    """Every need in the order in which a front desk asks, met or missing."""
    met = {
        Need.COURSE: known.next_number is not None,
        Need.DECISION: known.decision is True,
        Need.CONSENT: known.consent is True,
        Need.SPACING: known.last_drug_at is None
        or (_hours(known.last_drug_at, now) >= rules.least_h and known.days_since_last >= rules.usual_least_d),
        Need.ESCORT: bool(known.escort.strip()),
        Need.FASTING: known.fasting_told,
        Need.WEIGHT: known.measured_at is not None and 0 <= _hours(known.measured_at, now) <= weight_valid_h,
        Need.SLOT: known.slot_at is not None and (known.last_start_at is None or known.slot_at <= known.last_start_at),
        Need.READINESS: known.day_in_order,
    }
    return tuple(Line(need, met[need]) for need in met)


def missing(lines: tuple[Line, ...]) -> tuple[Need, ...]:
    return tuple(line.need for line in lines if not line.met)


def _hours(earlier: datetime, later: datetime) -> float:
    return (later - earlier).total_seconds() / 3600
