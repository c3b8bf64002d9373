"""Facts of the evaluation as they were stored: each kind reads and writes as it did, so that no signature changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dripstand.evaluation.entries import KINDS
from dripstand.evaluation.payloads import dump, load

FACTS = json.loads((Path(__file__).parent / "vectors" / "facts_v1.json").read_text("utf-8"))["facts"]

pytestmark = pytest.mark.hazard("H50")


@pytest.mark.parametrize("row", FACTS, ids=lambda row: row["kind"])
def test_a_stored_fact_of_every_kind_reads_and_writes_as_it_was(row: dict[str, str]) -> None:
    assert dump(load(row["kind"], row["text"])) == row["text"]


def test_no_kind_of_fact_is_without_a_stored_example() -> None:
    assert {row["kind"] for row in FACTS} == set(KINDS)
