"""The reference page is the rules in force."""

from __future__ import annotations

from tests.rooms.evaluation.written_rules import PAGE, written


def test_the_written_rules_are_those_in_force() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m tests.rooms.evaluation.written_rules"
