"""Rows to entries and back; the only place that knows both the table and the payloads."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from dripstand.evaluation import models
from dripstand.evaluation.entries import Author, Entry, Fact
from dripstand.evaluation.payloads import dump
from dripstand.evaluation.payloads import load as read_payload
from dripstand.people.actors import Actor
from dripstand.people.errors import NoSuchPatient
from dripstand.people.models import Patient


def _key(patient_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(patient_id))
    except ValueError as fault:
        raise NoSuchPatient(patient_id) from fault


def entry_from(row: models.EntryRow) -> Entry:
    return Entry(
        sequence=row.sequence,
        recorded_at=row.recorded_at.astimezone(UTC),
        author=Author(str(row.staff_id), row.staff_name),
        fact=read_payload(row.kind, row.payload),
    )


def load(patient_id: str, *, until: datetime | None = None) -> tuple[Entry, ...]:
    """The patient's entries in order. until: only what was recorded by then."""
    rows = models.EntryRow.objects.filter(patient_id=_key(patient_id)).order_by("sequence")
    if until is not None:
        rows = rows.filter(recorded_at__lte=until)
    return tuple(entry_from(row) for row in rows)


def load_many(patient_ids: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
    """The entries of several patients, by patient id, with one query."""
    found: dict[str, list[Entry]] = {str(one): [] for one in patient_ids}
    rows = models.EntryRow.objects.filter(patient_id__in=[_key(one) for one in found]).order_by("patient", "sequence")
    for row in rows:
        found[str(row.patient_id)].append(entry_from(row))
    return {patient_id: tuple(entries) for patient_id, entries in found.items()}


def lock(patient_id: str) -> models.PatientHead:
    """This patient's turn, until the transaction ends. Raises NoSuchPatient."""
    key = _key(patient_id)
    if not Patient.objects.filter(pk=key).exists():
        raise NoSuchPatient(patient_id)
    models.PatientHead.objects.get_or_create(patient_id=key)
    return models.PatientHead.objects.select_for_update().get(patient_id=key)


def was_sent(head: models.PatientHead, submission_id: str) -> bool:
    """Whether this form came before."""
    if not submission_id:
        return False
    return models.EntryRow.objects.filter(patient_id=head.patient_id, submission_id=submission_id).exists()


def append(
    head: models.PatientHead, actor: Actor, facts: Sequence[Fact], *, now: datetime, submission_id: str = ""
) -> None:
    """Append behind the head that `lock` gave."""
    models.EntryRow.objects.bulk_create(
        [
            models.EntryRow(
                patient_id=head.patient_id,
                sequence=head.head + number,
                kind=fact.kind,
                payload=dump(fact),
                recorded_at=now,
                staff_id=uuid.UUID(actor.staff_id),
                staff_name=actor.name,
                submission_id=submission_id,
            )
            for number, fact in enumerate(facts, start=1)
        ]
    )
    head.head += len(facts)
    head.save(update_fields=["head"])
