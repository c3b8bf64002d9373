"""What is recorded of a patient's evaluation: frozen facts, each appended once and never changed.

A fact that was wrong is followed by another that says so; the file (`file.py`) is the fold of them all. Instants are
aware UTC. Values of answers are text: "yes", "no", "not_known", a choice's own value, a number as typed, or words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from dripstand.evaluation.indications import Indication

YES, NO, NOT_KNOWN = "yes", "no", "not_known"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing recorded. kind: its stored name."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class QuestionAnswered(Fact):
    kind: ClassVar[str] = "question_answered"
    question: str
    value: str
    note: str = ""


class TrialKind(StrEnum):
    MEDICINE = "medicine"
    AUGMENTATION = "augmentation"
    ECT = "ect"
    BRAIN_STIMULATION = "brain_stimulation"
    PSYCHOTHERAPY = "psychotherapy"


class TrialOutcome(StrEnum):
    NO_BENEFIT = "no_benefit"
    TOO_LITTLE = "too_little"
    HELPED = "helped"
    NOT_TOLERATED = "not_tolerated"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class TrialRecorded(Fact):
    """One earlier treatment. name: as it was told; what is in it is looked up when it is looked at (`drugs.py`)."""

    kind: ClassVar[str] = "trial_recorded"
    trial_id: str
    trial_kind: TrialKind
    name: str
    outcome: TrialOutcome
    dose_mg_per_day: Decimal | None = None
    lasted_weeks: Decimal | None = None
    in_this_episode: bool = False


@dataclass(frozen=True, slots=True)
class TrialStruck(Fact):
    kind: ClassVar[str] = "trial_struck"
    trial_id: str
    reason: str


class OnTheDay(StrEnum):
    """Whether a medicine is taken on the day of an infusion, before it."""

    TAKEN = "taken"
    LEFT_OUT = "left_out"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class MedicineStarted(Fact):
    """A medicine that the patient takes, by the name that was told. dose_mg_per_day: the most in a day, also of one
    taken as needed."""

    kind: ClassVar[str] = "medicine_started"
    medicine_id: str
    name: str
    dose_mg_per_day: Decimal | None = None
    as_needed: bool = False
    on_the_day: OnTheDay = OnTheDay.NOT_KNOWN
    since_on: date | None = None


@dataclass(frozen=True, slots=True)
class MedicineStopped(Fact):
    kind: ClassVar[str] = "medicine_stopped"
    medicine_id: str
    stopped_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MedicineStruck(Fact):
    """It was never taken: entered by mistake."""

    kind: ClassVar[str] = "medicine_struck"
    medicine_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class MedicinesReviewed(Fact):
    """Somebody went through the list with the patient; without that an empty list says nothing."""

    kind: ClassVar[str] = "medicines_reviewed"
    taken_count: int


@dataclass(frozen=True, slots=True)
class ResultRecorded(Fact):
    """A test's result. low, high: the reference range as the report prints it, in the same unit."""

    kind: ClassVar[str] = "result_recorded"
    result_id: str
    test: str
    value: str
    taken_at: datetime
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResultStruck(Fact):
    kind: ClassVar[str] = "result_struck"
    result_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FindingOverridden(Fact):
    """A prescriber looked at what fired and goes on, with a reason. Holds for these grounds and no others."""

    kind: ClassVar[str] = "finding_overridden"
    finding: str
    grounds_sha256: str
    reason: str


class Outcome(StrEnum):
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """One finding as the signer saw it. grounds: the facts that it stood on, in words."""

    finding: str
    rule_version: int
    rule_class: str
    grounds: tuple[str, ...]
    grounds_sha256: str
    overridden_by: str = ""
    override_reason: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rested on. head: the newest entry of the file that the signer saw."""

    head: int
    birth_date: date
    sex: str
    allergies: tuple[str, ...]
    findings: tuple[FindingSeen, ...]
    template_id: str


@dataclass(frozen=True, slots=True)
class DecisionSigned(Fact):
    """A prescriber's decision, in force from its own entry on. meaning: what the signature says, as it was shown."""

    kind: ClassVar[str] = "decision_signed"
    decision_id: str
    indication: Indication
    outcome: Outcome
    meaning: str
    valid_until: datetime
    basis: Basis
    basis_sha256: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecisionWithdrawn(Fact):
    kind: ClassVar[str] = "decision_withdrawn"
    decision_id: str
    reason: str


class ConsentKind(StrEnum):
    TREATMENT = "treatment"
    RESEARCH = "research"


@dataclass(frozen=True, slots=True)
class ConsentSigned(Fact):
    """The patient signed a consent text; the entry's author saw them do it. signed_as: the name as they wrote it.

    agreed: the sentences that they ticked, exactly as they read them.
    """

    kind: ClassVar[str] = "consent_signed"
    consent_id: str
    consent: ConsentKind
    text_id: str
    text_version: int
    text_sha256: str
    signed_as: str
    agreed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Fact):
    """The patient took a consent back; the entry's author heard it. told: how and in which words."""

    kind: ClassVar[str] = "consent_withdrawn"
    consent: ConsentKind
    told: str = ""


@dataclass(frozen=True, slots=True)
class ConsentReopened(Fact):
    """What happened is reason to ask again: the signature before it holds no more. why: for whoever asks."""

    kind: ClassVar[str] = "consent_reopened"
    consent: ConsentKind
    why: str


@dataclass(frozen=True, slots=True)
class Author:
    staff_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded fact: which, when it was recorded, and by whom."""

    sequence: int
    recorded_at: datetime
    author: Author
    fact: Fact


KINDS: dict[str, type[Fact]] = {
    one.kind: one
    for one in (
        QuestionAnswered,
        TrialRecorded,
        TrialStruck,
        MedicineStarted,
        MedicineStopped,
        MedicineStruck,
        MedicinesReviewed,
        ResultRecorded,
        ResultStruck,
        FindingOverridden,
        DecisionSigned,
        DecisionWithdrawn,
        ConsentSigned,
        ConsentWithdrawn,
        ConsentReopened,
    )
}
"""Every kind that can be stored, by its stored name."""
