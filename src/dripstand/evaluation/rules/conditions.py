"""What rules look for, as typed data. Each answers with the facts that fulfil it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dripstand.evaluation import workup
from dripstand.evaluation.allergies import names_any
from dripstand.evaluation.benzodiazepines import Dose, Load, loads
from dripstand.evaluation.drugs import Drugs, classes_of, drugs_in, words_not_looked_at
from dripstand.evaluation.entries import OnTheDay
from dripstand.evaluation.file import Medicine, Result
from dripstand.evaluation.history import Resistance, resistance
from dripstand.evaluation.person import Case
from dripstand.evaluation.rules.rule import Condition, Ground, GroundKind
from dripstand.protocol.template import BipolarChoice


def plain(number: Decimal) -> str:
    """A number without an exponent and without noughts at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _any_text(values: Iterable[str]) -> str:
    return " or ".join(values)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question holds one of these values."""

    question: str
    values: tuple[str, ...] = ("yes",)

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        value = case.answer(self.question)
        return (Ground(GroundKind.ANSWER, self.question, value),) if value in self.values else ()

    @property
    def says(self) -> str:
        return f"`{self.question}` answered {_any_text(self.values)}"


@dataclass(frozen=True, slots=True)
class ClinicExcludesBipolar:
    """The signed protocol says that bipolar depression is not treated here."""

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        if case.bipolar is not BipolarChoice.EXCLUDED:
            return ()
        return (Ground(GroundKind.PROTOCOL, "choices.bipolar", case.bipolar.value),)

    @property
    def says(self) -> str:
        return "the signed protocol's choice `bipolar` is excluded"


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[Condition, ...]

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        return tuple(ground for one in self.conditions for ground in one.grounds(case))

    @property
    def says(self) -> str:
        return "; or ".join(one.says for one in self.conditions)


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple[Condition, ...]

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        found = [one.grounds(case) for one in self.conditions]
        return tuple(ground for grounds in found for ground in grounds) if all(found) else ()

    @property
    def says(self) -> str:
        return ", and ".join(one.says for one in self.conditions)


def _medicine(one: Medicine) -> Ground:
    dose = one.started.dose_mg_per_day
    said = one.started.name if dose is None else f"{one.started.name}, {plain(dose)} mg a day"
    return Ground(GroundKind.MEDICINE, one.medicine_id, said)


@dataclass(frozen=True, slots=True)
class Takes:
    """A medicine of one of these classes is taken. on_the_day: only where it is so taken on the day of an infusion."""

    classes: frozenset[Drugs]
    on_the_day: frozenset[OnTheDay] = frozenset(OnTheDay)

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        return tuple(
            _medicine(one)
            for one in case.file.taken
            if classes_of(one.started.name) & self.classes and one.started.on_the_day in self.on_the_day
        )

    @property
    def says(self) -> str:
        when = "" if self.on_the_day == frozenset(OnTheDay) else f" ({_any_text(sorted(self.on_the_day))} on the day)"
        return f"takes a medicine of the class {_any_text(sorted(self.classes))}{when}"


@dataclass(frozen=True, slots=True)
class TakesNoneOf:
    """None of the medicines taken is of one of these classes."""

    classes: frozenset[Drugs]

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        if any(classes_of(one.started.name) & self.classes for one in case.file.taken):
            return ()
        return (Ground(GroundKind.ABSENT, "medicines", _any_text(sorted(self.classes))),)

    @property
    def says(self) -> str:
        return f"takes no medicine of the class {_any_text(sorted(self.classes))}"


@dataclass(frozen=True, slots=True)
class TakesUnlisted:
    """A medicine that is not in this software's list is taken: no rule could look at it.

    Also where it stands beside a listed one: a word that is neither a listed name, a dose nor a joiner may be another.
    """

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        return tuple(
            _medicine(one)
            for one in case.file.taken
            if not drugs_in(one.started.name) or words_not_looked_at(one.started.name)
        )

    @property
    def says(self) -> str:
        return "takes a medicine that this software does not list, also where it stands beside one that it lists"


def load_of(case: Case) -> tuple[Load, ...]:
    """The day's benzodiazepines and Z-drugs as diazepam, by each table."""
    return loads(Dose(one.started.name, one.started.dose_mg_per_day) for one in case.file.taken)


@dataclass(frozen=True, slots=True)
class LoadAbove:
    """The benzodiazepine load crosses the template's line by either table."""

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        limit = case.limits.diazepam_equivalent_above_mg
        return tuple(
            Ground(GroundKind.COMPUTED, one.table.value, f"{plain(round(one.diazepam_mg, 2))} mg of diazepam a day")
            for one in load_of(case)
            if one.diazepam_mg > limit
        )

    @property
    def says(self) -> str:
        return "diazepam equivalents of a day above the template's line, by either table"


@dataclass(frozen=True, slots=True)
class LoadNotKnown:
    """A benzodiazepine or Z-drug cannot be counted: its dose is not known, or no table has it."""

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        found = load_of(case)
        unknown = set(found[0].unknown).intersection(*(one.unknown for one in found)) if found else set()
        return tuple(Ground(GroundKind.COMPUTED, "load", told) for told in sorted(unknown))

    @property
    def says(self) -> str:
        return "a benzodiazepine or Z-drug without a dose, or in neither table"


def _result(result: Result) -> Ground:
    recorded = result.recorded
    said = f"{recorded.value} {recorded.unit}".strip()
    if recorded.low is not None or recorded.high is not None:
        ends = (("from", recorded.low), ("to", recorded.high))
        said = f"{said} (range {' '.join(f'{word} {plain(end)}' for word, end in ends if end is not None)})"
    return Ground(GroundKind.RESULT, f"{recorded.test}/{recorded.result_id}", said)


@dataclass(frozen=True, slots=True)
class Resulted:
    """The sample that was taken last for a test holds one of these findings, whatever else was found in it.

    Whatever its age, here and below: age opens a gap, and never makes a finding go away.
    """

    test: str
    findings: tuple[str, ...]

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        return tuple(_result(one) for one in case.sample(self.test) if one.recorded.value in self.findings)

    @property
    def says(self) -> str:
        return f"test `{self.test}` is {_any_text(self.findings)}"


@dataclass(frozen=True, slots=True)
class ResultedAtLeast:
    """The newest result of a test is this number or more; below: less than it."""

    test: str
    number: Decimal
    below: bool = False

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        result = case.newest(self.test)
        number = workup.number_of(result.recorded) if result is not None else None
        if result is None or number is None or (number < self.number) is not self.below:
            return ()
        return (_result(result),)

    @property
    def says(self) -> str:
        return f"test `{self.test}` is {'below' if self.below else 'at least'} {plain(self.number)}"


@dataclass(frozen=True, slots=True)
class OutsideRange:
    """The newest result of one of these tests lies outside the range on its report. above: only the upper end."""

    tests: tuple[str, ...]
    above: bool = False

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        found: list[Ground] = []
        for test in self.tests:
            result = case.newest(test)
            if result is None or not workup.is_outside(result.recorded):
                continue
            number, high = workup.number_of(result.recorded), result.recorded.high
            if not self.above or (number is not None and high is not None and number > high):
                found.append(_result(result))
        return tuple(found)

    @property
    def says(self) -> str:
        where = "above the upper end of" if self.above else "outside"
        return f"test {_any_text(f'`{one}`' for one in self.tests)} lies {where} the range on its report"


@dataclass(frozen=True, slots=True)
class NoCurrentResult:
    """A test has no result that is not out of date."""

    test: str

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        return () if workup.current(case, self.test) else (Ground(GroundKind.ABSENT, self.test, "no current result"),)

    @property
    def says(self) -> str:
        return f"test `{self.test}` has no current result"


@dataclass(frozen=True, slots=True)
class NoResultSince:
    """A test has no result that was taken at or after the newest one of another test."""

    test: str
    since: str

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        result, asking = case.newest(self.test), case.newest(self.since)
        if asking is None or (result is not None and result.taken_at >= asking.taken_at):
            return ()
        return (Ground(GroundKind.ABSENT, self.test, f"no result since {self.since}"),)

    @property
    def says(self) -> str:
        return f"test `{self.test}` has no result taken at or after the newest of `{self.since}`"


@dataclass(frozen=True, slots=True)
class PressureAtGate:
    """Blood pressure at rest at or above the template's pre-dose gate."""

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        gates = (("systolic", case.gates.hold_systolic_mmhg), ("diastolic", case.gates.hold_diastolic_mmhg))
        return tuple(ground for test, limit in gates for ground in ResultedAtLeast(test, Decimal(limit)).grounds(case))

    @property
    def says(self) -> str:
        return "systolic or diastolic pressure at rest at or above the template's pre-dose gate"


@dataclass(frozen=True, slots=True)
class AllergicTo:
    """The patient's record lists an allergy with one of these words in it."""

    words: tuple[str, ...]

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        return tuple(
            Ground(GroundKind.PATIENT, "allergies", one) for one in case.allergies if names_any(one, self.words)
        )

    @property
    def says(self) -> str:
        return f"the list of allergies names {_any_text(self.words)}"


@dataclass(frozen=True, slots=True)
class YoungerThan:
    years: int

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        if case.age_y >= self.years:
            return ()
        return (Ground(GroundKind.PATIENT, "birth_date", case.birth_date.isoformat()),)

    @property
    def says(self) -> str:
        return f"younger than {self.years} years"


def resistance_of(case: Case) -> Resistance:
    """The patient's resistance by the template's least duration."""
    months = case.answer("episode_months")
    return resistance(
        (one.recorded for one in case.file.trials),
        weeks_at_least=case.limits.trial_weeks_at_least,
        episode_months=Decimal(months) if months and months != "not_known" else None,
        severity=case.answer("severity"),
    )


@dataclass(frozen=True, slots=True)
class TooFewFailedTrials:
    """Fewer medicines failed adequately in this episode than the template asks for."""

    def grounds(self, case: Case) -> tuple[Ground, ...]:
        count = resistance_of(case).in_episode_count
        least = case.limits.failed_trials_at_least_count
        return () if count >= least else (Ground(GroundKind.COMPUTED, "failed_trials", f"{count} of {least}"),)

    @property
    def says(self) -> str:
        return "fewer adequate failed trials in this episode than the template asks for"
