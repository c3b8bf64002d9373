"""The visit and its order: opened, arrived, identified, weighed, asked, ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from dripstand.infusion.event_kinds.calm import CallTest
from dripstand.infusion.event_kinds.entry import SessionEvent, StaffRef
from dripstand.infusion.order import Order


@dataclass(frozen=True, slots=True)
class SessionOpened(SessionEvent):
    """A visit is expected. The patient and the template version are named here and never re-bound."""

    kind: ClassVar[str] = "session_opened"
    patient_id: str
    patient_name: str
    preferred_name: str
    birth_date: date
    sex: str  # "F" or "M", as the models and formulae need it; "" when not recorded
    record_number: str  # what a monitor may send in PID-3
    infusion_number: int
    infusions_planned_count: int
    expected_at: datetime
    template_id: str  # the signed version that this session runs under, to its end
    height_cm: Decimal | None = None
    allergies: tuple[str, ...] = ()
    allergies_reviewed: bool = False  # True with no allergies means "none known", asked and answered
    indication: str = "major depression"  # "" where the visit was opened and neither course nor decision told
    last_weight_kg: Decimal | None = None  # as measured at an earlier visit; None = none on record


@dataclass(frozen=True, slots=True)
class ChairAssigned(SessionEvent):
    kind: ClassVar[str] = "chair_assigned"
    chair_id: str
    chair_name: str
    room_name: str


@dataclass(frozen=True, slots=True)
class PatientArrived(SessionEvent):
    kind: ClassVar[str] = "patient_arrived"


@dataclass(frozen=True, slots=True)
class IdentityConfirmed(SessionEvent):
    """Two identifiers, asked of the person and compared with the record (H03)."""

    kind: ClassVar[str] = "identity_confirmed"
    identifiers: tuple[str, ...]  # for example ("full name", "date of birth"); at least two different ones
    stated_birth_date: date


@dataclass(frozen=True, slots=True)
class EscortNamed(SessionEvent):
    kind: ClassVar[str] = "escort_named"
    name: str
    relation: str
    phone: str
    there_until_at: datetime | None = None  # until when they can fetch the patient, where they said so


@dataclass(frozen=True, slots=True)
class EscortAnswered(SessionEvent):
    """Whoever was asked by link to take the patient home said whether they come, and that nobody drives."""

    kind: ClassVar[str] = "escort_answered"
    name: str
    can_come: bool
    told_no_driving: bool


@dataclass(frozen=True, slots=True)
class EscortRefused(SessionEvent):
    """Whoever was to take the patient home is not fit to: another one is to be named and seen (H44)."""

    kind: ClassVar[str] = "escort_refused"
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoDrivingPromised(SessionEvent):
    """The patient agreed, by their own link and while clear, not to drive until the next day (H44)."""

    kind: ClassVar[str] = "no_driving_promised"


@dataclass(frozen=True, slots=True)
class WeightMeasured(SessionEvent):
    kind: ClassVar[str] = "weight_measured"
    weight_kg: Decimal
    measured_with: str  # which scale, as the clinic names it
    second_reader: StaffRef | None = None  # who read the scale too, where the weight cannot be compared (H11)


class PreCheck(StrEnum):
    """What is asked before an infusion."""

    FASTING = "fasting"
    MEDICINES_TODAY = "medicines_today"
    CONSENT_PRESENT = "consent_present"
    PREGNANCY_TEST = "pregnancy_test"
    ANXIETY = "anxiety"
    BLADDER = "bladder"
    ALLERGIES_REVIEWED = "allergies_reviewed"
    NO_DRIVING = "no_driving_agreed"
    BEDSIDE_ALARMS_ON = "bedside_alarms_on"
    CALL_TRIED = "call_tried"


class CheckResult(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class PreCheckRecorded(SessionEvent):
    """One pre-infusion check. ``anxiety_score`` is 0-10 and only for ANXIETY, ``call_tried`` only for CALL_TRIED."""

    kind: ClassVar[str] = "pre_check_recorded"
    check: PreCheck
    result: CheckResult
    detail: str = ""
    anxiety_score: int | None = None
    last_food_at: datetime | None = None
    last_clear_fluid_at: datetime | None = None
    call_tried: CallTest | None = None


@dataclass(frozen=True, slots=True)
class PreCheckOverridden(SessionEvent):
    """A prescriber goes on although a check is not met, with a reason."""

    kind: ClassVar[str] = "pre_check_overridden"
    check: PreCheck
    reason: str


@dataclass(frozen=True, slots=True)
class OrderSigned(SessionEvent):
    """A prescriber's order; a later one amends (replaces) it. Signed with its meaning."""

    kind: ClassVar[str] = "order_signed"
    order: Order
    reason: str = ""  # why it was amended; empty on the first
    second_signature: StaffRef | None = None  # where the template asks for one


@dataclass(frozen=True, slots=True)
class TelephoneOrderTaken(SessionEvent):
    """An order spoken on the telephone: read back, both names, an expiry, a deadline for the countersignature."""

    kind: ClassVar[str] = "telephone_order_taken"
    order: Order
    prescriber: StaffRef
    taken_by: StaffRef
    read_back: bool
    expires_at: datetime
    countersign_by: datetime


@dataclass(frozen=True, slots=True)
class OrderCountersigned(SessionEvent):
    kind: ClassVar[str] = "order_countersigned"
    order_sequence: int
