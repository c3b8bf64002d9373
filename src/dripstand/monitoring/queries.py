"""The reads of monitoring that screens and exports share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from dripstand.monitoring.attribution import Bound
from dripstand.monitoring.freshness import NIBP_EVERY_S, ChannelNow, Lane, now_of
from dripstand.monitoring.models import (
    Beat,
    Device,
    DeviceBinding,
    DeviceKind,
    DeviceName,
    Interruption,
    ReceivedMessage,
    SoundTest,
)
from dripstand.monitoring.not_blank import NotBlank
from dripstand.monitoring.readings import Reading
from dripstand.monitoring.stored_form import from_text
from dripstand.monitoring.storing_trouble import BEAT, STORING
from dripstand.monitoring.trend_cache import Read, ReadSince, TrendCache
from dripstand.monitoring.trends import Trend, columns, take, thinned

LATEST_ROWS_COUNT = 40
CUFF_ROWS_COUNT = 4
SENDING_WITHIN_S = 60.0
HELD_WITHIN_S = 24 * 3600.0
READ_AT_ONCE_COUNT = 2_000

_NEEDED = ("id", "device_name", "device_id", "received_at", "message_time", "clock_flag", "readings")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it was stored, its readings placed on our clock."""

    message_id: int
    device: str
    received_at: datetime
    clock_flag: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class DeviceDetails:
    """A registered device. names: the identities its messages carry, and where it is."""

    device_id: str
    label: str
    kind: str
    names: tuple[str, ...]
    zone: str
    strict_acknowledgement: bool
    home_chair_id: str
    home_chair_name: str
    chair_id: str = ""
    chair_name: str = ""
    session_id: str = ""
    bound_at: datetime | None = None
    bound_by: str = ""
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unbound:
    """Something that is sending and is on no chair. device_id "" = not registered."""

    name: str
    device_id: str
    label: str
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Messages held apart from one session, because they name another patient or are demonstration data."""

    session_id: str
    device: str
    held: str
    patient_id_sent: str
    last_at: datetime


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _message(row: ReceivedMessage) -> StoredMessage:
    sent = datetime.fromisoformat(row.message_time) if row.message_time else None
    received_at = _utc(row.received_at)
    readings = from_text(row.readings, received_at, sent)
    return StoredMessage(row.pk, row.device_name, received_at, row.clock_flag, readings)


def _of(session_id: str) -> QuerySet[ReceivedMessage]:
    """The messages of one session, so that the index over those that have one is used (see `not_blank.py`)."""
    return ReceivedMessage.objects.filter(NotBlank("session_id"), session_id=session_id)


def messages_of(
    session_id: str, start: datetime | None = None, end: datetime | None = None, *, only_cuffs: bool = False
) -> Iterator[StoredMessage]:
    """The messages of a session in the order of receipt, received in [start, end]."""
    rows = _of(session_id).order_by("received_at", "id").only(*_NEEDED)
    if only_cuffs:
        rows = rows.filter(has_cuff=True)
    if start is not None:
        rows = rows.filter(received_at__gte=start)
    if end is not None:
        rows = rows.filter(received_at__lte=end)
    for row in rows.iterator(chunk_size=READ_AT_ONCE_COUNT):
        yield _message(row)


def cuffs_stored(session_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Of each session how many messages with a blood pressure are stored, and the number of the newest.

    Messages stay as they are, so what is reckoned from them holds while this does. One query for all; a session that
    has none is left out.
    """
    rows = ReceivedMessage.objects.filter(NotBlank("session_id"), session_id__in=list(session_ids), has_cuff=True)
    counted = rows.values_list("session_id").annotate(count=Count("pk"), newest=Max("pk")).order_by()
    return {session_id: (count, newest) for session_id, count, newest in counted}


def lanes_of(session_id: str, *, before: datetime, rows_count: int = LATEST_ROWS_COUNT) -> dict[str, Lane]:
    """Where each channel of a session stood at an instant, from its last messages and its last cuff readings."""
    if not session_id:
        return {}
    stored = _of(session_id).filter(received_at__lte=before).only(*_NEEDED)
    newest = list(stored.order_by("-received_at", "-id")[:rows_count])
    cuffs = list(stored.filter(has_cuff=True).order_by("-received_at", "-id")[:CUFF_ROWS_COUNT])
    lanes: dict[str, Lane] = {}
    for row in sorted({row.pk: row for row in (*newest, *cuffs)}.values(), key=lambda row: (row.received_at, row.pk)):
        message = _message(row)
        for reading in message.readings:
            take(lanes, message.device, message.clock_flag, reading, message.received_at)
    return lanes


def latest(
    session_id: str, now: datetime, *, stale_s: float = 10.0, nibp_every_s: float = NIBP_EVERY_S
) -> Mapping[str, ChannelNow]:
    """The newest reading of each channel, how old it is, what it is worth. A number that may not be shown is None."""
    lanes = lanes_of(session_id, before=now)
    return {name: now_of(lane, now, stale_s=stale_s, nibp_every_s=nibp_every_s) for name, lane in lanes.items()}


TRENDS = TrendCache()
LATE_BY = timedelta(seconds=60)
"""How much earlier than the newest that was read a message may have been received that is stored after it."""


def _read_since(session_id: str) -> ReadSince:
    def read(number: int, received_at: datetime | None) -> Iterator[Read]:
        rows = _of(session_id).filter(pk__gt=number).order_by().only(*_NEEDED)
        if received_at is not None:
            rows = rows.filter(received_at__gte=received_at - LATE_BY)
        # In the order of storing, sorted here: asked for that order, the database walks through every visit's messages.
        for row in sorted(rows, key=lambda row: row.pk):
            message = _message(row)
            yield Read(row.pk, message.device, message.clock_flag, message.received_at, message.readings)

    return read


def _cuffs(session_id: str, start: datetime, end: datetime, max_points: int) -> dict[str, Any]:
    trend = Trend()
    for message in messages_of(session_id, start, end + timedelta(minutes=15), only_cuffs=True):
        trend.add(message.device, message.clock_flag, message.readings, message.received_at)
    found: dict[str, Any] = {}
    for channel in sorted(trend.points):
        points = [point for point in trend.sorted_points(channel) if start <= point.at <= end]
        if points:
            found[channel] = columns(thinned(points, max_points), start)
    return found


def trends(
    session_id: str, start: datetime, end: datetime, max_points: int = 1_200, *, only_cuffs: bool = False
) -> dict[str, Any]:
    """Every channel of a session between two instants, thinned to about ``max_points`` each, ready for JSON.

    ``start`` and ``end`` are echoed; see `trends.columns` for a channel's form. What a device amended later is shown as
    it holds now. only_cuffs: read just the messages that carry a blood pressure, of which a visit has few, and keep
    nothing of it.
    """
    if only_cuffs:
        found = _cuffs(session_id, start, end, max_points)
    else:
        found = TRENDS.columns(session_id, start, end, max_points, _read_since(session_id))
    return {"start": start.isoformat(), "end": end.isoformat(), "channels": found}


# --- devices --------------------------------------------------------------------------------------------------------


def devices(now: datetime) -> tuple[DeviceDetails, ...]:
    """Every registered device, where it is, and when it was last heard of (within the last day)."""
    names: dict[object, list[str]] = {}
    for row in DeviceName.objects.order_by("pk"):
        names.setdefault(row.device_id, []).append(row.name)
    on_chair = {
        binding.device_id: binding
        for binding in DeviceBinding.objects.filter(ended_at__isnull=True).select_related("chair")
    }
    recent = ReceivedMessage.objects.filter(received_at__gte=now - timedelta(seconds=SENDING_WITHIN_S))
    heard = dict(recent.exclude(device=None).values_list("device_id").annotate(last=Max("received_at")))
    found = []
    for device in Device.objects.select_related("home_chair"):
        binding = on_chair.get(device.pk)
        found.append(
            DeviceDetails(
                device_id=str(device.pk),
                label=device.label,
                kind=device.kind,
                names=tuple(names.get(device.pk, ())),
                zone=device.zone,
                strict_acknowledgement=device.strict_acknowledgement,
                home_chair_id=str(device.home_chair_id or ""),
                home_chair_name=device.home_chair.name if device.home_chair else "",
                chair_id=str(binding.chair_id) if binding else "",
                chair_name=binding.chair.name if binding else "",
                session_id=binding.session_id if binding else "",
                bound_at=_utc(binding.bound_at) if binding else None,
                bound_by=binding.bound_by_name if binding else "",
                heard_at=heard.get(device.pk),
            )
        )
    return tuple(found)


def unbound_devices(now: datetime) -> tuple[Unbound, ...]:
    """What has sent in the last minute and is on no chair now, registered or not."""
    bound = set(DeviceBinding.objects.filter(ended_at__isnull=True).values_list("device_id", flat=True))
    rows = (
        ReceivedMessage.objects.filter(received_at__gte=now - timedelta(seconds=SENDING_WITHIN_S))
        .values("device_name", "device_id", "device__label")
        .annotate(last=Max("received_at"))
        .order_by("device_name")
    )
    known = {row.name: row.device for row in DeviceName.objects.select_related("device")}
    found = []
    for row in rows:
        device = known.get(row["device_name"])
        device_id = device.pk if device else row["device_id"]
        if device_id not in bound:
            label = device.label if device else row["device__label"] or ""
            found.append(Unbound(row["device_name"], str(device_id or ""), label, _utc(row["last"])))
    return tuple(found)


def bound_to(chair_id: str) -> tuple[tuple[Bound, str, str], ...]:
    """The devices on a chair now: each binding with the device's label and kind."""
    rows = DeviceBinding.objects.filter(ended_at__isnull=True, chair_id=chair_id).select_related("device")
    return tuple((_bound(row), row.device.label, row.device.kind) for row in rows)


def open_bindings() -> tuple[tuple[Bound, str, str], ...]:
    """Every device that is on a chair now: its binding, label and kind."""
    rows = DeviceBinding.objects.filter(ended_at__isnull=True).select_related("device")
    return tuple((_bound(row), row.device.label, row.device.kind) for row in rows)


@dataclass(frozen=True, slots=True)
class PumpChoice:
    """A registered pump, and where it is. chair_id "" = on no chair."""

    device_id: str
    label: str
    chair_id: str = ""
    chair_name: str = ""


def pumps() -> tuple[PumpChoice, ...]:
    """Every registered pump, by label."""
    rows = DeviceBinding.objects.filter(ended_at__isnull=True, device_kind=DeviceKind.PUMP).select_related("chair")
    on_chair = {row.device_id: (str(row.chair_id), row.chair.name) for row in rows}
    known = Device.objects.filter(kind=DeviceKind.PUMP).order_by("label")
    return tuple(PumpChoice(str(one.pk), one.label, *on_chair.get(one.pk, ("", ""))) for one in known)


def binding_history(device_id: str) -> tuple[Bound, ...]:
    """Where a device has been, oldest first."""
    return tuple(_bound(row) for row in DeviceBinding.objects.filter(device_id=device_id).order_by("bound_at"))


def bindings_of_session(session_id: str) -> tuple[tuple[Bound, str, str], ...]:
    """The bindings that were made for one visit: each with the device's label and why it ended ("" while it lasts)."""
    rows = DeviceBinding.objects.filter(session_id=session_id).select_related("device").order_by("bound_at")
    return tuple((_bound(row), row.device.label, row.end_reason) for row in rows)


def _bound(row: DeviceBinding) -> Bound:
    return Bound(
        binding_id=str(row.pk),
        device_id=str(row.device_id),
        chair_id=str(row.chair_id),
        session_id=row.session_id,
        record_number=row.record_number,
        bound_at=_utc(row.bound_at),
        ended_at=_utc(row.ended_at) if row.ended_at else None,
    )


def mismatches(session_id: str | None, now: datetime) -> tuple[Mismatch, ...]:
    """What was held apart from a session (or from any, with None) in the last day, newest first."""
    rows = ReceivedMessage.objects.filter(received_at__gte=now - timedelta(seconds=HELD_WITHIN_S))
    rows = rows.filter(NotBlank("held_from"))
    if session_id:
        rows = rows.filter(held_from=session_id)
    grouped = rows.values("held_from", "device_name", "held", "patient_id_sent").annotate(last=Max("received_at"))
    found = (
        Mismatch(row["held_from"], row["device_name"], row["held"], row["patient_id_sent"], _utc(row["last"]))
        for row in grouped
    )
    return tuple(sorted(found, key=lambda each: each.last_at, reverse=True))


def device_lines() -> dict[str, tuple[str, bool]]:
    """By the name its messages carry: a device's zone, and whether it wants enhanced acknowledgement to the letter."""
    rows = DeviceName.objects.select_related("device")
    return {row.name: (row.device.zone, row.device.strict_acknowledgement) for row in rows}


# --- was anybody watching? ------------------------------------------------------------------------------------------

SHIFT_S = 12 * 3600.0
"""How long a sound test holds: a long shift. Assumed; the clinic's own shift may be shorter."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which the server was away, or an instant at which its clock was set (jumped_s, else 0)."""

    gap_id: int
    is_jump: bool
    began_at: datetime
    ended_at: datetime
    jumped_s: float


def gaps_since(since: datetime, until: datetime) -> tuple[Gap, ...]:
    """The interruptions that ended in [since, until], oldest first."""
    rows = Interruption.objects.filter(ended_at__gte=since, ended_at__lte=until).order_by("pk")
    return tuple(
        Gap(row.pk, row.kind == "clock_jump", _utc(row.began_at), _utc(row.ended_at), row.jumped_s) for row in rows
    )


def not_stored_since(monotonic_s: float) -> datetime | None:
    """Since when nothing that devices send is being stored; None while it is."""
    here = STORING.since(monotonic_s)
    if here is not None:
        return here
    last = Beat.objects.filter(pk=1).values_list("beaten_at", flat=True).first()
    return BEAT.since(_utc(last) if last is not None else None, monotonic_s)


@dataclass(frozen=True, slots=True)
class ListenedTo:
    """The last sound test of a screen within a shift."""

    heard: bool
    by: str
    at: datetime


def last_sound_test(screen_id: str, now: datetime) -> ListenedTo | None:
    """None where nobody has listened to this screen within a shift."""
    rows = SoundTest.objects.filter(screen_id=screen_id, tested_at__gte=now - timedelta(seconds=SHIFT_S))
    row = rows.order_by("-tested_at", "-pk").first()
    return None if row is None else ListenedTo(row.heard, row.staff_name, _utc(row.tested_at))


# --- exports --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExportedReading:
    """One stored reading, as `dripstand readings` prints it."""

    session: str
    chair: str
    device: str
    control_id: str
    code: str
    value: object
    unit: str
    device_time: datetime | None
    received_at: datetime
    usable: bool
    why: str
    warnings: tuple[str, ...] = ()
    raw: str = ""


def stored_readings(session_id: str | None = None) -> Iterator[ExportedReading]:
    """Every stored reading in the order of receipt, of one session or (None) of all, nobody's included.

    A reading that was held apart is not usable, and says why.
    """
    rows = ReceivedMessage.objects.select_related("chair").order_by("id")
    if session_id is not None:
        rows = rows.filter(NotBlank("session_id"), session_id=session_id)
    for row in rows.iterator(chunk_size=READ_AT_ONCE_COUNT):
        message = _message(row)
        warnings = tuple(json.loads(row.warnings)) if row.warnings else ()
        for reading in message.readings:
            yield ExportedReading(
                session=row.session_id,
                chair=row.chair.name if row.chair else "",
                device=row.device_name,
                control_id=row.control_id,
                code=reading.code,
                value=reading.value,
                unit=reading.unit,
                device_time=reading.device_time,
                received_at=message.received_at,
                usable=reading.usable and not row.held,
                why=row.held if row.held and reading.usable else reading.why,
                warnings=warnings,
                raw=reading.raw,
            )


def count_readings() -> int:
    """How many readings are stored."""
    return ReceivedMessage.objects.aggregate(total=Sum("readings_count"))["total"] or 0
