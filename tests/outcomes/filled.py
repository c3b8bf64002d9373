"""Filled forms of invented people, for the tests of this folder: written out by hand, nothing drawn at random."""

from __future__ import annotations

from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.score import Answers, Score
from dripstand.outcomes.scoring import score


def answers(instrument_id: str, *values: int | None, total: int | None = None, **named: int | None) -> Answers:
    """Answers in printed order, as a pen would leave them; None is a line left empty."""
    kind = instrument(instrument_id)
    assert len(values) <= len(kind.items)
    by_item: dict[str, int | None] = {item.name: value for item, value in zip(kind.items, values, strict=False)}
    return Answers(kind.id, kind.version, by_item | named, total)


def scored(instrument_id: str, *values: int | None, total: int | None = None) -> Score:
    return score(answers(instrument_id, *values, total=total))


def totalling(instrument_id: str, total: int) -> Score:
    """A complete form with this total: items filled from the first on (of the QIDS, whose items overlap, a total)."""
    kind = instrument(instrument_id)
    if instrument_id == "qids-sr16":
        return scored(instrument_id, total=total)
    left, values = total, []
    for item in kind.total_items:
        values.append(min(left, item.highest_score))
        left -= values[-1]
    assert left == 0
    by_item = {item.name: value for item, value in zip(kind.total_items, values, strict=True)}
    return score(Answers(kind.id, kind.version, by_item))
