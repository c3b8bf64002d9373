"""Leaving: criteria, the escort, the ways out, and the signature under the note."""

from __future__ import annotations

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import applies, with_item
from dripstand.infusion.folding.infusing import patient_gone


@applies(ev.CriterionAssessed)
def assessed(draft: ChartDraft, entry: ChartEntry, event: ev.CriterionAssessed) -> str:
    draft.assessed = with_item(draft.assessed, event.criterion, entry)
    return ""


@applies(ev.CriterionOverridden)
def overridden(draft: ChartDraft, entry: ChartEntry, event: ev.CriterionOverridden) -> str:
    draft.criteria_overridden = with_item(draft.criteria_overridden, event.criterion, entry)
    return ""


@applies(ev.SuicideRiskAssessed)
def suicide_risk(draft: ChartDraft, entry: ChartEntry, event: ev.SuicideRiskAssessed) -> str:
    draft.suicide_risk = entry
    return ""


@applies(ev.EscortConfirmed)
def escort_confirmed(draft: ChartDraft, entry: ChartEntry, event: ev.EscortConfirmed) -> str:
    draft.escort_confirmed = entry
    return ""


@applies(ev.ReadyToLeave)
def ready(draft: ChartDraft, entry: ChartEntry, event: ev.ReadyToLeave) -> str:
    return _still_open(draft)


@applies(ev.PatientLeft)
def left(draft: ChartDraft, entry: ChartEntry, event: ev.PatientLeft) -> str:
    return _still_open(draft) or _end(draft, entry)


@applies(ev.LeftWithoutDischarge)
def left_without_discharge(draft: ChartDraft, entry: ChartEntry, event: ev.LeftWithoutDischarge) -> str:
    return _end(draft, entry)


@applies(ev.PatientTransferred)
def transferred(draft: ChartDraft, entry: ChartEntry, event: ev.PatientTransferred) -> str:
    return _end(draft, entry)


@applies(ev.SessionCancelled)
def cancelled(draft: ChartDraft, entry: ChartEntry, event: ev.SessionCancelled) -> str:
    if draft.hung_bag is not None:
        return "bag_still_hangs"
    draft.ending = entry
    return ""


@applies(ev.NoteSigned)
def note_signed(draft: ChartDraft, entry: ChartEntry, event: ev.NoteSigned) -> str:
    draft.notes_signed = (*draft.notes_signed, entry)
    return ""


def _still_open(draft: ChartDraft) -> str:
    """Nobody is discharged past a bag that hangs or a filled line, also one made ready after the stop (H15)."""
    if draft.hung_bag is not None:
        return "bag_still_hangs"
    return "line_still_filled" if draft.primed is not None else ""


def _end(draft: ChartDraft, entry: ChartEntry) -> str:
    patient_gone(draft, entry)
    draft.left_at = entry.occurred_at
    draft.ending = entry
    draft.hand_over = None
    return ""
