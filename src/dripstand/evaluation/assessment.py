"""What stands between a patient and the decision "eligible": findings, what is still open, and what was overridden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dripstand.evaluation import workup
from dripstand.evaluation.entries import NOT_KNOWN, Basis, FindingSeen
from dripstand.evaluation.file import Override
from dripstand.evaluation.overrides import Overrides
from dripstand.evaluation.person import Case
from dripstand.evaluation.questions import sections_for
from dripstand.evaluation.rules import RULES, RuleClass
from dripstand.evaluation.rules.rule import Finding, findings
from dripstand.protocol.canonical import plain, sha256_of, text_of


class GapKind(StrEnum):
    QUESTION_OPEN = "question_open"
    QUESTION_NOT_KNOWN = "question_not_known"
    TEST_MISSING = "test_missing"
    TEST_OUT_OF_DATE = "test_out_of_date"
    MEDICINES_NOT_REVIEWED = "medicines_not_reviewed"
    ALLERGIES_NOT_REVIEWED = "allergies_not_reviewed"


NEVER_WAIVED = frozenset({GapKind.QUESTION_OPEN, GapKind.MEDICINES_NOT_REVIEWED, GapKind.ALLERGIES_NOT_REVIEWED})
"""What only has to be asked; a prescriber may go on without a test, or with an answer that nobody knows."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not there yet. ref: the question or test."""

    kind: GapKind
    ref: str

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.ref}"

    @property
    def may_be_waived(self) -> bool:
        return self.kind not in NEVER_WAIVED

    @property
    def grounds_sha256(self) -> str:
        return sha256_of(self.key)


@dataclass(frozen=True, slots=True)
class FoundWith:
    """A finding and the override that holds for it, if any. fell: the one that held until it was gone for a time."""

    finding: Finding
    override: Override | None
    fell: Override | None = None

    @property
    def is_settled(self) -> bool:
        return self.finding.rule.rule_class is RuleClass.WARN or self.override is not None


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap and the waiver that holds for it, if any. fell: the one that held before; ran_out: for its time only."""

    gap: Gap
    waived: Override | None
    fell: Override | None = None
    ran_out: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """What fired and what is open, with the overrides that hold."""

    case: Case
    findings: tuple[FoundWith, ...]
    gaps: tuple[OpenGap, ...]

    @property
    def unsettled(self) -> tuple[FoundWith, ...]:
        """Findings that a prescriber has to override before "eligible" can be signed, the gravest first."""
        order = list(RuleClass)
        found = [one for one in self.findings if not one.is_settled]
        return tuple(sorted(found, key=lambda one: order.index(one.finding.rule.rule_class)))

    @property
    def open_gaps(self) -> tuple[OpenGap, ...]:
        return tuple(one for one in self.gaps if one.waived is None)

    @property
    def may_be_eligible(self) -> bool:
        return not self.unsettled and not self.open_gaps


def _gaps(case: Case, allergies_reviewed: bool) -> Iterator[Gap]:
    for section in sections_for(case.indication):
        for question in section.questions:
            value = case.answer(question.question)
            if question.required and not value:
                yield Gap(GapKind.QUESTION_OPEN, question.question)
            elif question.required and value == NOT_KNOWN:
                yield Gap(GapKind.QUESTION_NOT_KNOWN, question.question)
    if case.file.medicines_reviewed is None:
        yield Gap(GapKind.MEDICINES_NOT_REVIEWED, "medicines")
    if not allergies_reviewed:
        yield Gap(GapKind.ALLERGIES_NOT_REVIEWED, "allergies")
    for one in workup.open_tests(case):
        missing = one.state is workup.State.MISSING
        yield Gap(GapKind.TEST_MISSING if missing else GapKind.TEST_OUT_OF_DATE, one.test.test)


def _waived(gap: Gap, overrides: Overrides) -> OpenGap:
    if not gap.may_be_waived:
        return OpenGap(gap, None)
    if gap.kind is GapKind.QUESTION_NOT_KNOWN:
        return OpenGap(gap, *overrides.of_question(gap.key, gap.grounds_sha256, gap.ref))
    waived, fell = overrides.of_test(gap.key, gap.grounds_sha256, gap.ref)
    return OpenGap(gap, waived, fell, ran_out=fell is not None and overrides.ran_out(fell, gap.ref))


def assess(case: Case, *, allergies_reviewed: bool) -> Assessment:
    """Everything that fired and everything that is open, now."""
    overrides = Overrides(case)
    return Assessment(
        case=case,
        findings=tuple(FoundWith(one, *overrides.of_finding(one)) for one in findings(RULES, case)),
        gaps=tuple(_waived(gap, overrides) for gap in _gaps(case, allergies_reviewed)),
    )


def as_it_was(case: Case) -> Assessment:
    """The same of an earlier state, without a look at overrides: what fired then is all that is asked of it."""
    return Assessment(
        case=case,
        findings=tuple(FoundWith(one, None) for one in findings(RULES, case)),
        gaps=tuple(OpenGap(gap, None) for gap in _gaps(case, allergies_reviewed=True)),
    )


def basis_of(assessment: Assessment, template_id: str) -> Basis:
    """What a decision signed now rests on."""
    case = assessment.case
    seen = [
        FindingSeen(
            finding=one.finding.key,
            rule_version=one.finding.rule.version,
            rule_class=one.finding.rule.rule_class.value,
            grounds=tuple(str(ground) for ground in one.finding.grounds),
            grounds_sha256=one.finding.grounds_sha256,
            overridden_by=one.override.author.name if one.override else "",
            override_reason=one.override.recorded.reason if one.override else "",
        )
        for one in assessment.findings
    ]
    seen += [
        FindingSeen(
            finding=one.gap.key,
            rule_version=1,
            rule_class=one.gap.kind.value,
            grounds=(),
            grounds_sha256=one.gap.grounds_sha256,
            overridden_by=one.waived.author.name if one.waived else "",
            override_reason=one.waived.recorded.reason if one.waived else "",
        )
        for one in assessment.gaps
    ]
    return Basis(
        head=case.file.head,
        birth_date=case.birth_date,
        sex=case.sex,
        allergies=case.allergies,
        findings=tuple(seen),
        template_id=template_id,
    )


def sha256_of_basis(basis: Basis) -> str:
    """What a screen shows and a signature names, so that nobody signs what they have not seen."""
    return sha256_of(text_of(plain(basis)))
