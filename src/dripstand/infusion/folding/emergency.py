"""An emergency: it opens the gates from when it is declared to when it is over."""

from __future__ import annotations

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import applies


@applies(ev.EmergencyDeclared)
def declared(draft: ChartDraft, entry: ChartEntry, event: ev.EmergencyDeclared) -> str:
    if draft.emergency_at is None:
        draft.emergency_at = entry.occurred_at
    return ""


@applies(ev.HelpCalled)
def help_called(draft: ChartDraft, entry: ChartEntry, event: ev.HelpCalled) -> str:
    return ""


@applies(ev.HelpArrived)
def help_arrived(draft: ChartDraft, entry: ChartEntry, event: ev.HelpArrived) -> str:
    return ""


@applies(ev.EmergencyRoleTaken)
def role_taken(draft: ChartDraft, entry: ChartEntry, event: ev.EmergencyRoleTaken) -> str:
    return "" if draft.emergency_at is not None else "no_emergency"


@applies(ev.EmergencyActDone)
def act_done(draft: ChartDraft, entry: ChartEntry, event: ev.EmergencyActDone) -> str:
    return ""


@applies(ev.EmergencyEnded)
def ended(draft: ChartDraft, entry: ChartEntry, event: ev.EmergencyEnded) -> str:
    """The gates close again, so what only an emergency allows may not be left standing."""
    if draft.emergency_at is None:
        return "no_emergency"
    if draft.runs_on_nothing and draft.evacuation_at is None:
        return "infuses_without_line_or_bag"
    draft.emergency_at = None
    return ""
