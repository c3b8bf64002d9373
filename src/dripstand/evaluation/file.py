"""A patient's evaluation as it stands: the fold of its entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dripstand.evaluation import entries as en
from dripstand.evaluation.entries import Author, Entry


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that holds for one question: the newest one, and who gave it when."""

    question: str
    value: str
    note: str
    author: Author
    recorded_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine. stopped: the entry that ended it; struck: it was entered by mistake."""

    started: en.MedicineStarted
    author: Author
    recorded_at: datetime
    sequence: int
    stopped: en.MedicineStopped | None = None
    struck: bool = False

    @property
    def medicine_id(self) -> str:
        return self.started.medicine_id

    @property
    def taken(self) -> bool:
        return self.stopped is None and not self.struck


@dataclass(frozen=True, slots=True)
class Trial:
    recorded: en.TrialRecorded
    author: Author
    recorded_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Result:
    recorded: en.ResultRecorded
    author: Author
    recorded_at: datetime
    sequence: int

    @property
    def taken_at(self) -> datetime:
        return self.recorded.taken_at


@dataclass(frozen=True, slots=True)
class Override:
    recorded: en.FindingOverridden
    author: Author
    recorded_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A signed decision. withdrawn: why and by whom it was taken back, where it was."""

    signed: en.DecisionSigned
    author: Author
    recorded_at: datetime
    sequence: int
    withdrawn: en.DecisionWithdrawn | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The newest signature of one kind of consent, and whether it was taken back, or is to be asked again, since."""

    signed: en.ConsentSigned
    witness: Author
    recorded_at: datetime
    sequence: int
    withdrawn_at: datetime | None = None
    withdrawn: en.ConsentWithdrawn | None = None
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    author: Author
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PatientFile:
    """Everything recorded. head: the newest entry's sequence, 0 for an empty file."""

    head: int = 0
    answers: Mapping[str, Given] = field(default_factory=dict)
    medicines: tuple[Medicine, ...] = ()
    trials: tuple[Trial, ...] = ()
    results: tuple[Result, ...] = ()
    overrides: Mapping[tuple[str, str], Override] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    consents: Mapping[en.ConsentKind, Consent] = field(default_factory=dict)
    medicines_reviewed: Reviewed | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def taken(self) -> tuple[Medicine, ...]:
        """The medicines taken now."""
        return tuple(one for one in self.medicines if one.taken)


class UnknownFact(LookupError):
    """An entry that this version cannot fold. It is never skipped."""


def fold(entries: Iterable[Entry]) -> PatientFile:
    """The file that these entries make, in the order of their sequence. Raises UnknownFact."""
    ordered = tuple(sorted(entries, key=lambda one: one.sequence))
    answers: dict[str, Given] = {}
    medicines: dict[str, Medicine] = {}
    trials: dict[str, Trial] = {}
    results: dict[str, Result] = {}
    overrides: dict[tuple[str, str], Override] = {}
    decisions: dict[str, Decision] = {}
    consents: dict[en.ConsentKind, Consent] = {}
    reviewed: Reviewed | None = None
    for entry in ordered:
        who, when, number = entry.author, entry.recorded_at, entry.sequence
        match entry.fact:
            case en.QuestionAnswered() as fact:
                answers[fact.question] = Given(fact.question, fact.value, fact.note, who, when, number)
            case en.MedicineStarted() as fact:
                medicines[fact.medicine_id] = Medicine(fact, who, when, number)
            case en.MedicineStopped() as fact:
                medicines[fact.medicine_id] = replace(medicines[fact.medicine_id], stopped=fact)
            case en.MedicineStruck() as fact:
                medicines[fact.medicine_id] = replace(medicines[fact.medicine_id], struck=True)
            case en.MedicinesReviewed():
                reviewed = Reviewed(who, when)
            case en.TrialRecorded() as fact:
                trials[fact.trial_id] = Trial(fact, who, when, number)
            case en.TrialStruck() as fact:
                trials.pop(fact.trial_id, None)
            case en.ResultRecorded() as fact:
                results[fact.result_id] = Result(fact, who, when, number)
            case en.ResultStruck() as fact:
                results.pop(fact.result_id, None)
            case en.FindingOverridden() as fact:
                overrides[(fact.finding, fact.grounds_sha256)] = Override(fact, who, when, number)
            case en.DecisionSigned() as fact:
                decisions[fact.decision_id] = Decision(fact, who, when, number)
            case en.DecisionWithdrawn() as fact:
                decisions[fact.decision_id] = replace(decisions[fact.decision_id], withdrawn=fact)
            case en.ConsentSigned() as fact:
                consents[fact.consent] = Consent(fact, who, when, number)
            case en.ConsentWithdrawn() as fact:
                if fact.consent in consents:
                    consents[fact.consent] = replace(consents[fact.consent], withdrawn=fact, withdrawn_at=when)
            case en.ConsentReopened() as fact:
                if fact.consent in consents:
                    consents[fact.consent] = replace(consents[fact.consent], reopened_at=when)
            case unknown:
                raise UnknownFact(type(unknown).__name__)
    return PatientFile(
        head=ordered[-1].sequence if ordered else 0,
        answers=answers,
        medicines=tuple(medicines.values()),
        trials=tuple(trials.values()),
        results=tuple(results.values()),
        overrides=overrides,
        decisions=tuple(decisions.values()),
        consents=consents,
        medicines_reviewed=reviewed,
        entries=ordered,
    )
