"""Watching: who observes, vital signs by hand, sedation, side effects, comfort, medicines."""

from __future__ import annotations

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import PendingHandOver
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.folding.applying import applies, with_item


@applies(ev.ObserverNamed)
def observer_named(draft: ChartDraft, entry: ChartEntry, event: ev.ObserverNamed) -> str:
    draft.observer, draft.observer_since = event.observer, entry.occurred_at
    draft.hand_over = None
    return ""


@applies(ev.HandOverOffered)
def hand_over_offered(draft: ChartDraft, entry: ChartEntry, event: ev.HandOverOffered) -> str:
    draft.hand_over = PendingHandOver(entry.sequence, draft.observer, event.to, entry.occurred_at, event.said)
    return ""


@applies(ev.HandOverAccepted)
def hand_over_accepted(draft: ChartDraft, entry: ChartEntry, event: ev.HandOverAccepted) -> str:
    offer = draft.hand_over
    if offer is None or offer.sequence != event.offered_sequence:
        return "no_such_hand_over"
    if offer.to.staff_id != event.observer.staff_id:
        return "hand_over_to_another"
    draft.observer, draft.observer_since = event.observer, entry.occurred_at
    draft.hand_over = None
    return ""


@applies(ev.VitalSignsTaken)
def vitals(draft: ChartDraft, entry: ChartEntry, event: ev.VitalSignsTaken) -> str:
    draft.vitals = (*draft.vitals, entry)
    return ""


@applies(ev.SedationScored)
def sedation(draft: ChartDraft, entry: ChartEntry, event: ev.SedationScored) -> str:
    draft.sedation = (*draft.sedation, entry)
    return ""


@applies(ev.SideEffectNoted)
def side_effect(draft: ChartDraft, entry: ChartEntry, event: ev.SideEffectNoted) -> str:
    draft.side_effects = (*draft.side_effects, entry)
    draft.side_effects_asked_at = entry.occurred_at
    return ""


@applies(ev.NoSideEffects)
def no_side_effects(draft: ChartDraft, entry: ChartEntry, event: ev.NoSideEffects) -> str:
    draft.side_effects_asked_at = entry.occurred_at
    return ""


@applies(ev.SideEffectFollowedUp)
def followed_up(draft: ChartDraft, entry: ChartEntry, event: ev.SideEffectFollowedUp) -> str:
    if all(noted.sequence != event.of_sequence for noted in draft.side_effects):
        return "no_such_side_effect"
    draft.follow_ups = with_item(draft.follow_ups, event.of_sequence, entry)
    draft.side_effects_asked_at = entry.occurred_at
    return ""


@applies(ev.MedicineGiven)
def medicine(draft: ChartDraft, entry: ChartEntry, event: ev.MedicineGiven) -> str:
    draft.medicines = (*draft.medicines, entry)
    return ""


@applies(ev.ComfortGiven)
def comfort(draft: ChartDraft, entry: ChartEntry, event: ev.ComfortGiven) -> str:
    draft.comfort = (*draft.comfort, entry)
    return ""
