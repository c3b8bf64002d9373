"""Hand-made people for the rules: nobody has anything, and each test changes one thing about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

from dripstand.evaluation import entries as en
from dripstand.evaluation.entries import Author, Entry, Fact
from dripstand.evaluation.file import fold
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.person import Case
from dripstand.evaluation.rules import RULES
from dripstand.evaluation.rules.rule import findings
from dripstand.protocol.defaults import default_template
from dripstand.protocol.template import BipolarChoice

AT = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
NURSE = Author("nurse-1", "M. Reyes")
TEMPLATE = default_template()


def case(
    *facts: Fact,
    indication: Indication = Indication.MAJOR_DEPRESSION,
    birth_date: date = date(1984, 5, 17),
    sex: str = "F",
    allergies: tuple[str, ...] = (),
    at: datetime = AT,
    bipolar: BipolarChoice = BipolarChoice.WITH_STABILISER,
) -> Case:
    """Wren Halloway with these facts recorded an hour ago, in this order."""
    entries = (Entry(number, AT - timedelta(hours=1), NURSE, fact) for number, fact in enumerate(facts, 1))
    return Case(fold(entries), indication, birth_date, sex, allergies, at, TEMPLATE.evaluation, TEMPLATE.gates, bipolar)


def answer(question: str, value: str = "yes") -> en.QuestionAnswered:
    return en.QuestionAnswered(question, value)


def takes(name: str, mg: str = "", on_the_day: en.OnTheDay = en.OnTheDay.LEFT_OUT) -> en.MedicineStarted:
    return en.MedicineStarted(name, name, D(mg) if mg else None, on_the_day=on_the_day)


def result(test: str, value: str, low: str = "", high: str = "", days_ago: float = 1) -> en.ResultRecorded:
    return en.ResultRecorded(
        f"{test}-{value}-{days_ago}", test, value, AT - timedelta(days=days_ago), "",
        D(low) if low else None, D(high) if high else None,
    )  # fmt: skip


def failed(name: str, mg: str | None = "1000", weeks: str | None = "8", **changes: object) -> en.TrialRecorded:
    """A trial of a medicine in this episode that did not help."""
    made = en.TrialRecorded(
        f"{name}-{mg}-{weeks}", en.TrialKind.MEDICINE, name, en.TrialOutcome.NO_BENEFIT,
        D(mg) if mg else None, D(weeks) if weeks else None, in_this_episode=True,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


TWO_FAILED = (failed("sertraline", "150"), failed("venlafaxine", "225"))
"""Two adequate trials that failed: without them a rule about resistance fires for everybody."""


def fired(*facts: Fact, **about: object) -> set[str]:
    """The names of the rules that fire on these facts, with two failed trials beside them."""
    return {one.key for one in findings(RULES, case(*TWO_FAILED, *facts, **about))}  # type: ignore[arg-type]


def classes(*facts: Fact, **about: object) -> dict[str, str]:
    return {
        one.key: one.rule.rule_class.value
        for one in findings(RULES, case(*TWO_FAILED, *facts, **about))  # type: ignore[arg-type]
    }


def names(found: Iterable[object]) -> list[str]:
    return [str(one) for one in found]
