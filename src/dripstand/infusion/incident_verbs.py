"""The verbs of an incident: opened with the entry that it is about, owned, closed with what was found."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dripstand.infusion import models
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import BagQuarantined, ChartEntry
from dripstand.infusion.refusals import Refusal, refuse
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role


def open_incidents(before: Chart, after: Chart, entries: Sequence[ChartEntry]) -> None:
    """In the transaction of the entry: a bag that is quarantined, or a dose that nobody can state any more (H65)."""
    lost = before.composition_known and not after.composition_known
    for entry in entries:
        if isinstance(entry.event, BagQuarantined) or (lost and entry is entries[0]):
            models.Incident.objects.get_or_create(
                session_id=entry.session_id,
                entry_sequence=entry.sequence,
                defaults={
                    "id": uuid.uuid5(uuid.NAMESPACE_URL, f"incident:{entry.session_id}:{entry.sequence}"),
                    "kind": entry.event.kind,
                    "opened_at": entry.recorded_at,
                    "opened_by": entry.actor.name,
                },
            )


class NoSuchIncident(LookupError):
    """There is no open incident of that id."""


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def take_incident(actor: Actor, *, incident_id: str, now: datetime) -> None:
    """Own an open incident, by one's own act; from somebody else too. Raises NoSuchIncident."""
    _change_incident(incident_id, owner_id=actor.staff_id, owner_name=actor.name, owned_at=now)


@service(Role.PRESCRIBER, Role.MEDICAL_LEAD)
def close_incident(actor: Actor, *, incident_id: str, finding: str, now: datetime) -> Refusal | None:
    """Close it with what was found. Nobody closes what nobody owns. Raises NoSuchIncident."""
    if not finding.strip():
        return refuse("words_missing", "finding")
    with transaction.atomic():
        row = models.Incident.objects.select_for_update().filter(pk=incident_id, closed_at=None).first()
        if row is None:
            raise NoSuchIncident(incident_id)
        if not row.owner_id:
            return refuse("incident_unowned", "finding")
        _change_incident(incident_id, closed_at=now, closed_by=actor.name, finding=finding.strip())
    return None


def _change_incident(incident_id: str, **values: object) -> None:
    if not models.Incident.objects.filter(pk=incident_id, closed_at=None).update(**values):
        raise NoSuchIncident(incident_id)
