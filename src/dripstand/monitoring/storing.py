"""One transaction that makes a batch of messages durable: who sent them, whose they are, and not twice.

Called by the writer's thread only (`writer.py`): there is one writer of messages in a clinic, so the clocks of the
devices can be kept in memory, and a duplicate cannot race with itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from dripstand.monitoring.attribution import Attribution, Bound, ChairSession, SessionOnChair, attribute
from dripstand.monitoring.clocks import OLDEST_READING_S, DeviceClock, Placing, in_zone, place
from dripstand.monitoring.models import DeviceBinding, DeviceName, ReceivedMessage
from dripstand.monitoring.readings import NIBP, SampleSet
from dripstand.monitoring.stored_form import fingerprint, to_text

SessionsOnChairs = Callable[[Collection[str]], Mapping[str, ChairSession | None]]
"""Who is in each of these chairs now."""

NAME_LENGTH = 120
CONTROL_ID_LENGTH = 200


@dataclass(frozen=True, slots=True)
class StoredSample:
    """A message as it was stored. duplicate: it had been stored before, and was not stored again."""

    sample: SampleSet
    attribution: Attribution = Attribution()
    device_id: str = ""
    device_label: str = ""
    clock_flag: str = ""
    duplicate: bool = False


BOUND_BY = ("pk", "device_id", "chair_id", "session_id", "record_number", "bound_at", "ended_at")
"""The columns of a binding in the order of Bound's fields. Plain values: models were most of what a commit cost."""


class _KnownDevice(NamedTuple):
    pk: UUID
    zone: str
    label: str


@dataclass(slots=True)
class _Known:
    """What one transaction looked up."""

    device_of: dict[str, _KnownDevice] = field(default_factory=dict)
    bindings_of: dict[UUID, list[Bound]] = field(default_factory=dict)
    stored_before: set[bytes] = field(default_factory=set)
    in_chair: dict[str, ChairSession | None] = field(default_factory=dict)


def _names(sample: SampleSet) -> Iterable[str]:
    return (name[:NAME_LENGTH] for name in (sample.device, *sample.aliases) if name)


def _look_up(samples: Sequence[SampleSet], prints: Sequence[bytes], earliest: datetime) -> _Known:
    known = _Known()
    names = {name for sample in samples for name in _names(sample)}
    named = DeviceName.objects.filter(name__in=names)
    for name, pk, zone, label in named.values_list("name", "device_id", "device__zone", "device__label"):
        known.device_of[name] = _KnownDevice(pk, zone, label)
    devices = {device.pk for device in known.device_of.values()}
    current = Q(ended_at__isnull=True) | Q(ended_at__gt=earliest)
    bindings = DeviceBinding.objects.filter(current, device_id__in=devices)
    for pk, device_id, chair_id, *rest in bindings.values_list(*BOUND_BY):
        known.bindings_of.setdefault(device_id, []).append(Bound(str(pk), str(device_id), str(chair_id), *rest))
    found = ReceivedMessage.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True)
    known.stored_before = {bytes(each) for each in found}
    return known


def _placed(sample: SampleSet, zone: str, clock: DeviceClock) -> tuple[SampleSet, DeviceClock, Placing]:
    """The message with each reading placed on our clock."""
    received_at = sample.received_at
    times = [in_zone(reading.device_time, zone, received_at) for reading in sample.readings]
    sent = in_zone(sample.message_time, zone, received_at)
    if sent is None:
        known = [time for time in times if time is not None]
        aware = [time for time in known if time.tzinfo is not None]
        sent = max(aware, default=None) or max(known, default=None)
    clock, placing = place(clock, sent, received_at)
    readings = tuple(
        reading.placed(time, placing.at(time))
        for reading, time in zip(sample.readings, times, strict=True)
    )
    return replace(sample, message_time=sent, readings=readings), clock, placing


COLUMNS = (
    "fingerprint", "device_name", "device_id", "binding_id", "chair_id", "session_id", "held", "held_from",
    "control_id", "content_hash", "kind", "patient_id_sent", "received_at", "message_time", "clock_offset_s",
    "clock_flag", "has_cuff", "readings", "readings_count", "warnings",
)  # fmt: skip


def _key(text: str) -> object:
    """An id as this database keeps it: 32 hex digits on SQLite, a uuid on PostgreSQL; None for none."""
    if not text:
        return None
    return UUID(text) if connection.vendor == "postgresql" else UUID(text).hex


def row_of(stored: StoredSample, mark: bytes, placing: Placing) -> tuple[Any, ...]:
    sample, where = stored.sample, stored.attribution
    received_at: object = sample.received_at
    if connection.vendor != "postgresql":
        received_at = connection.ops.adapt_datetimefield_value(sample.received_at)
    return (
        mark,
        sample.device[:NAME_LENGTH],
        _key(stored.device_id),
        _key(where.binding_id),
        _key(where.chair_id),
        where.session_id,
        where.held,
        where.held_from,
        sample.control_id[:CONTROL_ID_LENGTH],
        sample.content_hash[:64],
        sample.kind[:24],
        (sample.patient_id or "")[:NAME_LENGTH],
        received_at,
        sample.message_time.isoformat() if sample.message_time is not None else "",
        placing.offset_s,
        placing.flag,
        any(reading.usable and reading.channel in NIBP for reading in sample.readings),
        to_text(sample),
        len(sample.readings),
        json.dumps(list(sample.warnings), ensure_ascii=False) if sample.warnings else "",
    )


def insert(rows: Sequence[tuple[Any, ...]]) -> None:
    table = connection.ops.quote_name(ReceivedMessage._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(column) for column in COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    with connection.cursor() as cursor:
        # every part of this text is a name in this file; the values travel as parameters
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608


class Store:
    """Makes batches durable, and remembers the clock of each device."""

    def __init__(self, session_on: SessionOnChair, sessions_on: SessionsOnChairs | None = None) -> None:
        self._session_on = session_on
        self._sessions_on = sessions_on
        self._clocks: dict[str, DeviceClock] = {}

    def put(self, samples: Sequence[SampleSet]) -> list[StoredSample]:
        """Every message of the batch, durable when this returns, in order. Raises django.db.Error: then none is."""
        prints = [fingerprint(sample) for sample in samples]
        clocks: dict[str, DeviceClock] = {}
        done: list[StoredSample] = []
        rows: list[tuple[Any, ...]] = []
        with transaction.atomic():
            oldest = min(sample.received_at for sample in samples) - timedelta(seconds=OLDEST_READING_S)
            known = _look_up(samples, prints, oldest)
            if self._sessions_on is not None:
                chairs = {bound.chair_id for bindings in known.bindings_of.values() for bound in bindings}
                known.in_chair.update(self._sessions_on(chairs))
            seen = known.stored_before
            for sample, mark in zip(samples, prints, strict=True):
                if mark in seen:
                    done.append(StoredSample(sample, duplicate=True))
                    continue
                seen.add(mark)
                stored, placing, clock = self._resolve(sample, known, clocks)
                clocks[sample.device] = clock
                done.append(stored)
                rows.append(row_of(stored, mark, placing))
            if rows:
                insert(rows)
        self._clocks.update(clocks)
        return done

    def _resolve(
        self, sample: SampleSet, known: _Known, clocks: dict[str, DeviceClock]
    ) -> tuple[StoredSample, Placing, DeviceClock]:
        device = next((known.device_of[name] for name in _names(sample) if name in known.device_of), None)
        before = clocks.get(sample.device) or self._clocks.get(sample.device) or DeviceClock()
        sample, clock, placing = _placed(sample, device.zone if device else "", before)
        if device is None:
            return StoredSample(sample, clock_flag=placing.flag), placing, clock

        def who_is_in(chair_id: str) -> ChairSession | None:
            if chair_id not in known.in_chair:
                known.in_chair[chair_id] = self._session_on(chair_id)
            return known.in_chair[chair_id]

        sample, where = attribute(sample, known.bindings_of.get(device.pk, ()), who_is_in)
        return StoredSample(sample, where, str(device.pk), device.label, placing.flag), placing, clock
