"""The chart of one session: everything a screen, timer, prediction or note shows, folded from the log.

:func:`fold` is pure and total: what does not fit is listed in ``contradictions`` and nothing is guessed from it. Only
an entry whose kind is unknown raises, because then this program is older than its data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import FrozenInstanceError, fields
from datetime import datetime
from types import MappingProxyType
from typing import NoReturn

from dripstand.infusion.chart_draft import ChartDraft, NothingOpened
from dripstand.infusion.corrections import put_right
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding import HANDLERS, apply

__all__ = ["Chart", "NothingOpened", "UnknownKind", "fold"]


class UnknownKind(LookupError):
    """The log holds an entry that this version of Dripstand does not know."""


_FIELD_NAMES = tuple(field.name for field in fields(ChartDraft))


class Chart(ChartDraft):
    """The chart as it stands: nothing can be assigned to it."""

    __slots__ = ()

    def __init__(self, draft: ChartDraft) -> None:
        for name in _FIELD_NAMES:
            value = getattr(draft, name)
            object.__setattr__(self, name, MappingProxyType(value) if isinstance(value, dict) else value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chart) and all(getattr(self, n) == getattr(other, n) for n in _FIELD_NAMES)

    __hash__ = None  # type: ignore[assignment]


def fold(entries: Sequence[ChartEntry], until: datetime | None = None) -> Chart:
    """The chart that a log amounts to.

    entries: the whole log in order of sequence. Corrections hold whenever they were made; then everything is taken in
    the order in which it happened (ties by sequence).
    until: only what had happened by then (for a late entry: the chart as it was). None = everything.
    Raises UnknownKind.
    """
    for entry in entries:
        if type(entry.event) not in HANDLERS:
            raise UnknownKind(f"entry {entry.sequence}: {type(entry.event).__name__}")
    right = put_right(entries)
    draft = ChartDraft(
        entries=tuple(entries),
        corrections=right.corrections,
        struck=right.struck,
        contradictions=right.contradictions,
        head=entries[-1].sequence if entries else 0,
        head_hash=entries[-1].hash if entries else "",
    )
    effective = right.effective
    if until is not None:
        effective = tuple(entry for entry in effective if entry.occurred_at <= until)
    draft.effective = effective
    for entry in effective:
        apply(draft, entry)
    return Chart(draft)
