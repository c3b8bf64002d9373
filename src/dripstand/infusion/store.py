"""Rows to entries and back: the only place that knows both the table and the payloads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dripstand.infusion import models
from dripstand.infusion.events import ChartEntry, StaffRef
from dripstand.infusion.hashing import entry_hash
from dripstand.infusion.payloads import dump
from dripstand.infusion.payloads import load as read_payload

FIELDS = (
    "session_id", "sequence", "kind", "version", "payload", "occurred_at", "recorded_at",
    "actor_id", "actor_name", "submission_id", "late_reason", "previous_hash", "hash",
)  # fmt: skip


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def entry_from(row: models.LogRow) -> ChartEntry:
    """The entry that a row holds; raises BadPayload for a kind or shape that this version does not know."""
    return ChartEntry(
        session_id=str(row.session_id),
        sequence=row.sequence,
        occurred_at=_utc(row.occurred_at),
        recorded_at=_utc(row.recorded_at),
        actor=StaffRef(staff_id=row.actor_id, name=row.actor_name),
        submission_id=row.submission_id,
        event=read_payload(row.payload),
        late_reason=row.late_reason,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def row_from(entry: ChartEntry, part: int) -> models.LogRow:
    return models.LogRow(
        session_id=entry.session_id,
        sequence=entry.sequence,
        kind=entry.event.kind,
        version=entry.event.version,
        payload=dump(entry.event),
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        actor_id=entry.actor.staff_id,
        actor_name=entry.actor.name,
        submission_id=entry.submission_id,
        submission_part=part,
        late_reason=entry.late_reason,
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )


def load(session_id: str, after: int = 0) -> tuple[ChartEntry, ...]:
    """The session's log in the order it was recorded, from behind ``after``."""
    rows = models.LogRow.objects.filter(session_id=session_id, sequence__gt=after).order_by("sequence").only(*FIELDS)
    return tuple(entry_from(row) for row in rows)


def load_submission(session_id: str, submission_id: str) -> tuple[ChartEntry, ...]:
    rows = models.LogRow.objects.filter(session_id=session_id, submission_id=submission_id).order_by("sequence")
    return tuple(entry_from(row) for row in rows)


def chained(entries: Iterable[ChartEntry], previous_hash: str) -> tuple[ChartEntry, ...]:
    """The same entries, each hashed onto the one before."""
    done: list[ChartEntry] = []
    for entry in entries:
        linked = replace(entry, previous_hash=previous_hash)
        linked = replace(linked, hash=entry_hash(previous_hash, linked))
        done.append(linked)
        previous_hash = linked.hash
    return tuple(done)


def append(entries: Sequence[ChartEntry]) -> None:
    """Insert behind the head. Raises IntegrityError where another writer was there first."""
    models.LogRow.objects.bulk_create([row_from(entry, part) for part, entry in enumerate(entries)])
