"""The visit: opened, a chair, arrival, identity, escort, weight, checks."""

from __future__ import annotations

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import applies, with_item


@applies(ev.SessionOpened)
def opened(draft: ChartDraft, entry: ChartEntry, event: ev.SessionOpened) -> str:
    if draft.opened_entry is not None:
        return "opened_twice"
    draft.opened_entry = entry
    draft.phase_since = entry.occurred_at
    return ""


@applies(ev.ChairAssigned)
def chair_assigned(draft: ChartDraft, entry: ChartEntry, event: ev.ChairAssigned) -> str:
    draft.chair = event
    return ""


@applies(ev.PatientArrived)
def arrived(draft: ChartDraft, entry: ChartEntry, event: ev.PatientArrived) -> str:
    draft.arrived_at = entry.occurred_at
    return ""


@applies(ev.IdentityConfirmed)
def identity(draft: ChartDraft, entry: ChartEntry, event: ev.IdentityConfirmed) -> str:
    draft.identity_confirmed = entry
    return ""


@applies(ev.EscortNamed)
def escort_named(draft: ChartDraft, entry: ChartEntry, event: ev.EscortNamed) -> str:
    draft.escort = event
    draft.escort_answer = None
    return ""


@applies(ev.EscortAnswered)
def escort_answered(draft: ChartDraft, entry: ChartEntry, event: ev.EscortAnswered) -> str:
    """Who says that they cannot come is the escort no more, so that the start asks for another.

    While somebody else is named, also by a correction made since, it stays in the log and speaks for nobody (H44).
    """
    if draft.escort is not None and not _same_name(draft.escort.name, event.name):
        return ""
    if not event.can_come:
        draft.escort = None
    elif draft.escort is None:
        draft.escort = ev.EscortNamed(event.name, "", "")
    draft.escort_answer = event
    return ""


def _same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals and spaces."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


@applies(ev.EscortRefused)
def escort_refused(draft: ChartDraft, entry: ChartEntry, event: ev.EscortRefused) -> str:
    """Nobody is the escort now, nobody has been seen in person: start and leaving ask for another (H44)."""
    draft.escort = None
    draft.escort_answer = None
    draft.escort_confirmed = None
    draft.escorts_refused = (*draft.escorts_refused, entry)
    return ""


@applies(ev.NoDrivingPromised)
def no_driving_promised(draft: ChartDraft, entry: ChartEntry, event: ev.NoDrivingPromised) -> str:
    draft.no_driving_promised = entry
    return ""


@applies(ev.WeightMeasured)
def weight(draft: ChartDraft, entry: ChartEntry, event: ev.WeightMeasured) -> str:
    draft.weight = entry
    return ""


@applies(ev.PreCheckRecorded)
def check(draft: ChartDraft, entry: ChartEntry, event: ev.PreCheckRecorded) -> str:
    """A check that is recorded anew is looked at anew: an override of the earlier finding no longer stands."""
    draft.checks = with_item(draft.checks, event.check, entry)
    if event.check in draft.overrides:
        draft.overrides = {check: other for check, other in draft.overrides.items() if check is not event.check}
    return ""


@applies(ev.PreCheckOverridden)
def override(draft: ChartDraft, entry: ChartEntry, event: ev.PreCheckOverridden) -> str:
    draft.overrides = with_item(draft.overrides, event.check, entry)
    return ""


@applies(ev.NoteWritten)
def note(draft: ChartDraft, entry: ChartEntry, event: ev.NoteWritten) -> str:
    draft.notes = (*draft.notes, entry)
    return ""
