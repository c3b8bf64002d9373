"""What a rule is: its class, what it looks at, where it comes from, and how well that was verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dripstand.evaluation.indications import EVERY, Indication
from dripstand.evaluation.person import Case
from dripstand.protocol.canonical import sha256_of, text_of
from dripstand.protocol.template import Mark, Source


class RuleClass(StrEnum):
    """X, H, W of protocol.md 1.3."""

    DO_NOT_TREAT = "do_not_treat"
    HOLD = "hold"
    WARN = "warn"


class GroundKind(StrEnum):
    ANSWER = "answer"
    MEDICINE = "medicine"
    RESULT = "result"
    PATIENT = "patient"
    COMPUTED = "computed"
    ABSENT = "absent"
    PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True)
class Ground:
    """One fact that made a rule fire. ref: the question, medicine, result or field; said: its value as recorded."""

    kind: GroundKind
    ref: str
    said: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.ref}: {self.said}"


class Condition(Protocol):
    """What a rule looks for. grounds: the facts that fulfil it, in a fixed order; empty where it is not fulfilled."""

    def grounds(self, case: Case) -> tuple[Ground, ...]: ...

    @property
    def says(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. words: what it found, as a fact; way_forward: what somebody can do about it."""

    rule: str
    rule_class: RuleClass
    words: str
    condition: Condition
    source: Source
    way_forward: str
    version: int = 1
    indications: frozenset[Indication] = EVERY


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, and on what."""

    rule: Rule
    grounds: tuple[Ground, ...]

    @property
    def key(self) -> str:
        return self.rule.rule

    @property
    def grounds_sha256(self) -> str:
        """What an override is bound to: these grounds, of this rule and class, and no others."""
        return sha256_of(
            text_of([self.rule.rule, self.rule.version, self.rule.rule_class.value, sorted(map(str, self.grounds))])
        )


def verified(text: str) -> Source:
    return Source(text, Mark.VERIFIED)


def secondary(text: str) -> Source:
    return Source(text, Mark.SECONDARY)


def unverified(text: str) -> Source:
    return Source(text, Mark.UNVERIFIED)


def findings(rules: Iterable[Rule], case: Case) -> tuple[Finding, ...]:
    """What fired, on which facts; in the order of the rules. Pure: the same case gives the same answer."""
    found: list[Finding] = []
    for rule in rules:
        if case.indication in rule.indications and (grounds := rule.condition.grounds(case)):
            found.append(Finding(rule, grounds))
    return tuple(found)
