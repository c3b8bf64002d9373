"""Every kind of entry and every stored value has words, and numbers are written so that they cannot be misread."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import words
from dripstand.infusion.bag import Bag, FinalVolume, Vial
from dripstand.infusion.order import MonitoringPlan, Order, WeightBasis
from dripstand.infusion.phases import Phase
from dripstand.infusion.saying import SAYERS, NoWords, say

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
KINDS = sorted(
    {kind for kind in vars(ev).values() if isinstance(kind, type) and issubclass(kind, ev.SessionEvent)}
    - {ev.SessionEvent},
    key=lambda kind: kind.kind,
)


def some(annotation: Any) -> Any:
    """A value of the annotated type, the same each time."""
    origin = get_origin(annotation)
    if origin in (UnionType, Union):
        return some(get_args(annotation)[0])
    if origin is tuple:
        return (some(get_args(annotation)[0]),)
    if annotation is ev.SessionEvent:
        return ev.NoteWritten(text="replaced")
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return next(iter(annotation))
    if annotation in (Bag, Vial, Order, MonitoringPlan, ev.StaffRef):
        return filled(annotation)
    plain = {str: "words", int: 3, Decimal: Decimal("1.5"), datetime: NOON, date: NOON.date(), bool: True}
    return plain[annotation]


def filled(kind: type) -> Any:
    hints = get_type_hints(kind)
    return kind(**{field.name: some(hints[field.name]) for field in fields(kind)})


def needed_only(kind: type) -> Any:
    hints = get_type_hints(kind)
    return kind(**{field.name: some(hints[field.name]) for field in fields(kind) if field.default is MISSING})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_kind_of_entry_has_words(kind: type[ev.SessionEvent]) -> None:
    assert kind in SAYERS
    for event in (filled(kind), needed_only(kind)):
        said = say(event, UTC)
        assert said.title
        assert "None" not in said.text
        assert "_" not in said.text


def test_an_unknown_kind_raises_and_is_not_guessed() -> None:
    class Unheard(ev.SessionEvent):
        kind = "unheard"

    with pytest.raises(NoWords):
        say(Unheard(), UTC)


@pytest.mark.parametrize(
    "values",
    [
        Phase, ev.PreCheck, ev.CheckResult, ev.SecondCheck, WeightBasis, FinalVolume, ev.LineFluid, ev.SiteFinding,
        ev.StopReason, ev.Severity, ev.Comfort, ev.Priority,
    ],
)  # fmt: skip
def test_every_stored_value_has_its_own_word(values: type[StrEnum]) -> None:
    said = [words.word(value) for value in values]
    assert all(said)
    assert len(set(said)) == len(said)


@pytest.mark.hazard("H41")
@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("75.0"), "75"), (Decimal("0.50"), "0.5"), (Decimal(".5"), "0.5"), (Decimal("100"), "100"),
        (Decimal("1E+2"), "100"), (Decimal("0.050"), "0.05"), (Decimal("0"), "0"), (52.5, "52.5"),
    ],
)  # fmt: skip
def test_a_number_has_a_leading_zero_and_no_trailing_ones(value: Decimal, written: str) -> None:
    assert words.plain(value) == written


@given(st.decimals(-10_000, 10_000, places=4))
def test_writing_a_number_never_changes_it(value: Decimal) -> None:
    written = words.plain(value)
    assert Decimal(written) == value
    assert not written.endswith(".")
    assert not ("." in written and written.endswith("0"))


def test_rounding_is_half_up_and_of_the_exact_value() -> None:
    assert words.plain(Fraction(9495, 60), 1) == "158.3"  # 158.25 mL/h, protocol.md 2.3's last vector
    assert words.plain(Decimal("0.25"), 1) == "0.3"


def test_a_sedation_score_always_names_its_word() -> None:
    assert words.sedation_word("MOAA/S", 5).startswith("alert")
    assert words.sedation_word("RASS", 0) == "alert and calm"
    assert words.sedation_word("another scale", 0) == ""
