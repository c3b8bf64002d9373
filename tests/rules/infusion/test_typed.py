"""Numbers as they are typed, in every way people type them: right, or refused, never scaled (H10)."""

from __future__ import annotations

import time
from decimal import Decimal as D

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dripstand.infusion.refusals import Reason
from dripstand.infusion.typed import typed_decimal


@pytest.mark.hazard("H10")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7,5", "7.5"),
        ("7.5", "7.5"),
        (".05", "0.05"),
        (",05", "0.05"),
        ("0,125", "0.125"),
        ("150", "150"),
        (" 80 ", "80"),
        ("0.50", "0.50"),
        ("0", "0"),
        ("1000", "1000"),
        ("12.5", "12.5"),
        ("0.001", "0.001"),
    ],
)
def test_what_is_meant_is_read(text: str, value: str) -> None:
    assert str(typed_decimal(text)) == value


@pytest.mark.hazard("H10")
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,250",
        "1.250",
        "1,250.5",
        "1.250,5",
        "1 250",
        "1\u00a0250",
        "1'250",
        "7,5,1",
        "7..5",
        "5.",
        ",",
        "-5",
        "+5",
        "1e3",
        "1E3",
        "٧",
        "７.５",
        "7.5 mL",
        "0x10",
        "05",
        "½",
        "NaN",
        "Infinity",
        "7;5",
        "7·5",
        "1_000",
        "1234567890123",
    ],
)
def test_what_could_mean_something_else_is_refused(text: str) -> None:
    found = typed_decimal(text, "drawn_ml")
    assert isinstance(found, Reason) and found.field == "drawn_ml"
    assert found.sentence()


@pytest.mark.hazard("H10")
@given(st.decimals(0, 999, places=2), st.sampled_from(".,"))
def test_two_decimals_come_back_as_they_were_with_either_sign(value: D, sign: str) -> None:
    assert typed_decimal(f"{value:f}".replace(".", sign)) == value


@given(st.text(max_size=20))
@example("१२")
def test_nothing_typed_makes_it_fail_or_scale(text: str) -> None:
    found = typed_decimal(text)
    if isinstance(found, D):
        assert found.is_finite() and found >= 0
        assert found == D(text.strip().replace(",", "."))


@pytest.mark.hazard("H58")
@pytest.mark.parametrize("text", ["9" * 100_000, "." * 100_000, "1," * 50_000, " " * 100_000 + "x"])
def test_a_hundred_kilobytes_take_no_time(text: str) -> None:
    before = time.perf_counter()
    typed_decimal(text)
    assert time.perf_counter() - before < 0.05
