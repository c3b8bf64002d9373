"""Applying one entry to the chart being folded: the phase table first, then the kind's own function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import Contradiction, Flow
from dripstand.infusion.events import ChartEntry, EntryCorrected, SessionEvent, SessionOpened
from dripstand.infusion.phases import Phase, after, may_be_charted

E = TypeVar("E", bound=SessionEvent)
K = TypeVar("K")
V = TypeVar("V")

Handler = Callable[[ChartDraft, ChartEntry, SessionEvent], str]
HANDLERS: dict[type[SessionEvent], Handler] = {}
"""Each returns "" when the entry fits, else the code of the contradiction, and then has changed nothing."""


def applies(kind: type[E]) -> Callable[[Callable[[ChartDraft, ChartEntry, E], str]], Callable[..., str]]:
    """Declare the function that folds one kind of entry."""

    def register(handler: Callable[[ChartDraft, ChartEntry, E], str]) -> Callable[..., str]:
        HANDLERS[kind] = handler  # type: ignore[assignment]
        return handler

    return register


def apply(draft: ChartDraft, entry: ChartEntry) -> None:
    """Fold one entry into the draft, or list it among the contradictions."""
    code = _misfit(draft, entry) or HANDLERS[type(entry.event)](draft, entry, entry.event)
    if code:
        draft.contradictions = (*draft.contradictions, Contradiction(entry.sequence, code))
        return
    move(draft, entry, after(entry.event.kind, draft.phase))
    if draft.phase is Phase.STOPPED and draft.hung_bag is None and draft.primed is None:
        move(draft, entry, Phase.OBSERVING)


def move(draft: ChartDraft, entry: ChartEntry, phase: Phase) -> None:
    if phase is not draft.phase:
        draft.phase = phase
        draft.phase_since = entry.occurred_at


def _misfit(draft: ChartDraft, entry: ChartEntry) -> str:
    if isinstance(entry.event, SessionOpened | EntryCorrected):
        return ""
    if draft.opened_entry is None:
        return "before_the_opening"
    if not may_be_charted(entry.event.kind, draft.phase, emergency=draft.gates_open):
        return "not_in_this_phase"
    return ""


def with_item(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """A copy with one more item, in the order of first appearance."""
    return {**mapping, key: value}


def add_flow(draft: ChartDraft, flow: Flow) -> None:
    draft.flow = (*draft.flow, flow)


@applies(EntryCorrected)
def _correction(draft: ChartDraft, entry: ChartEntry, event: EntryCorrected) -> str:
    """Never reached: corrections are applied to the log before it is folded."""
    return "correction_not_applied"
