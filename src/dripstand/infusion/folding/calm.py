"""The patient's tablet: whose it is, which calls wait, what it plays and shows."""

from __future__ import annotations

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import PatientCall
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import applies, with_item


@applies(ev.TabletPaired)
def paired(draft: ChartDraft, entry: ChartEntry, event: ev.TabletPaired) -> str:
    """A new tablet takes the place of the one before."""
    draft.tablet = entry
    return ""


@applies(ev.TabletReleased)
def released(draft: ChartDraft, entry: ChartEntry, event: ev.TabletReleased) -> str:
    now = draft.tablet.event if draft.tablet else None
    if isinstance(now, ev.TabletPaired) and now.tablet_id == event.tablet_id:
        draft.tablet = None
    return ""


@applies(ev.PatientCalled)
def called(draft: ChartDraft, entry: ChartEntry, event: ev.PatientCalled) -> str:
    if event.call_id in draft.calls:
        return "call_known"
    draft.calls = with_item(draft.calls, event.call_id, PatientCall(entry))
    return ""


@applies(ev.PatientCallAnswered)
def answered(draft: ChartDraft, entry: ChartEntry, event: ev.PatientCallAnswered) -> str:
    """Who comes to the patient comes for every call that waits."""
    call = draft.calls.get(event.call_id)
    if call is None:
        return "no_such_call"
    if call.answered is not None:
        return "call_answered"
    draft.calls = {call_id: PatientCall(one.called, one.answered or entry) for call_id, one in draft.calls.items()}
    return ""


@applies(ev.CalmChosen)
def chosen(draft: ChartDraft, entry: ChartEntry, event: ev.CalmChosen) -> str:
    draft.calm = event
    draft.comfort = (*draft.comfort, entry)
    return ""
