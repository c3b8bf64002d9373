"""Corrections, applied to the log before it is folded: what holds instead of what was first charted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dripstand.infusion.chart_values import Contradiction
from dripstand.infusion.events import ChartEntry, EntryCorrected, SessionEvent, SessionOpened


@dataclass(frozen=True, slots=True)
class Effective:
    """The log with its corrections applied. ``effective`` leaves out struck entries and the corrections themselves."""

    effective: tuple[ChartEntry, ...]
    corrections: dict[int, tuple[int, ...]]
    struck: frozenset[int]
    contradictions: tuple[Contradiction, ...]


@dataclass(slots=True)
class _Now:
    """How one entry stands after the corrections seen so far."""

    event: SessionEvent
    occurred_at: datetime
    struck: bool = False


def put_right(entries: Sequence[ChartEntry]) -> Effective:
    """Apply every correction.

    A correction may itself be corrected, and striking a correction restores what it had corrected. A correction always
    comes after what it names, so the log is read from its end: by the time an entry is reached, everything that was
    said about it stands.
    """
    by_target: dict[int, list[ChartEntry]] = {}
    contradictions: list[Contradiction] = []
    for entry in entries:
        if isinstance(entry.event, EntryCorrected):
            if 1 <= entry.event.corrects_sequence < entry.sequence:
                by_target.setdefault(entry.event.corrects_sequence, []).append(entry)
            else:
                contradictions.append(Contradiction(entry.sequence, "corrects_nothing"))
    if not by_target and not contradictions:
        return Effective(tuple(sorted(entries, key=_when)), {}, frozenset(), ())

    state: dict[int, _Now] = {}
    for entry in reversed(entries):
        now = _Now(entry.event, entry.occurred_at)
        state[entry.sequence] = now
        for correction in by_target.pop(entry.sequence, ()):
            code = _apply(now, entry, correction, state[correction.sequence])
            if code:
                contradictions.append(Contradiction(correction.sequence, code))

    effective: list[ChartEntry] = []
    corrections: dict[int, tuple[int, ...]] = {}
    for entry in entries:
        now = state[entry.sequence]
        if isinstance(now.event, EntryCorrected):
            if not now.struck:
                target = now.event.corrects_sequence
                corrections[target] = (*corrections.get(target, ()), entry.sequence)
        elif now.event is entry.event and now.occurred_at == entry.occurred_at:
            if not now.struck:
                effective.append(entry)
        elif not now.struck:
            effective.append(replace(entry, event=now.event, occurred_at=now.occurred_at))
    struck = frozenset(sequence for sequence, now in state.items() if now.struck)
    effective.sort(key=_when)
    return Effective(tuple(effective), corrections, struck, tuple(contradictions))


def _when(entry: ChartEntry) -> tuple[datetime, int]:
    return entry.occurred_at, entry.sequence


def _apply(now: _Now, entry: ChartEntry, correction: ChartEntry, as_corrected: _Now) -> str:
    """Let one correction hold. Returns why it cannot, or ""."""
    if as_corrected.struck:
        return ""
    said = as_corrected.event
    assert isinstance(said, EntryCorrected)
    if said.corrects_sequence != entry.sequence:
        return "correction_moved"
    if said.replacement is None and said.replacement_occurred_at is None:
        if isinstance(entry.event, SessionOpened):
            return "opening_cannot_be_struck"
        now.struck = True
        return ""
    if said.replacement is not None:
        if type(said.replacement) is not type(entry.event):
            return "correction_changes_kind"
        now.event = said.replacement
        now.struck = False
    if said.replacement_occurred_at is not None:
        now.occurred_at = said.replacement_occurred_at
    return ""
