"""Chairs, devices and messages for the tests of the monitoring room, each made by name."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db import connection

from dripstand.monitoring.attribution import ChairSession
from dripstand.monitoring.readings import Channel, Reading, SampleSet
from dripstand.monitoring.services import register_device
from dripstand.premises.models import Chair, Clinic, Room, RoomKind
from tests.people import NURSE_REYES

T = TypeVar("T")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MDC = {
    Channel.PULSE: "149530",
    Channel.HEART_RATE: "147842",
    Channel.SPO2: "150456",
    Channel.RESPIRATORY_RATE: "151562",
    Channel.NIBP_SYSTOLIC: "150021",
    Channel.NIBP_DIASTOLIC: "150022",
    Channel.NIBP_MEAN: "150023",
}


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def chairs(count: int = 2) -> list[str]:
    """Ids of chairs in one shared room of one clinic."""
    clinic = Clinic.objects.create(name="Fern Street Clinic", zone="America/Chicago")
    room = Room.objects.create(clinic=clinic, name="North", kind=RoomKind.SHARED)
    return [
        str(Chair.objects.create(room=room, name=f"Chair {number}", position_count=number).pk)
        for number in range(1, count + 1)
    ]


def monitor(identity: str, *, home_chair_id: str | None = None, zone: str = "", kind: str = "monitor") -> str:
    """A registered device; answers its id."""
    return register_device(
        NURSE_REYES,
        identity=identity,
        label=f"Monitor {identity}",
        kind=kind,
        zone=zone,
        home_chair_id=home_chair_id,
        now=NOON - timedelta(days=1),
    )


def visit(name: str, record_number: str = "", since: datetime = NOON - timedelta(hours=1)) -> ChairSession:
    """Somebody in a chair. The id is a plain name: to this room it is only text."""
    return ChairSession(name, record_number, since)


def value_of(channel: Channel, value: float | None, at: datetime | None, why: str = "") -> Reading:
    usable = value is not None and not why
    return Reading(
        code=MDC[channel],
        value=value,
        device_time=at,
        status="F",
        usable=usable,
        why=why if why else "" if usable else "no_value",
        channel=channel,
        chart_value=value if usable else None,
    )


def sample(
    device: str,
    received_at: datetime,
    *readings: Reading,
    control_id: str = "",
    message_time: datetime | None = None,
    patient_id: str | None = None,
    demo: bool = False,
    **values: float | None,
) -> SampleSet:
    """A message: ``sample("M1", after(3), spo2_percent=97.0)``, measured and sent when it was received."""
    sent = message_time or received_at
    all_readings = (*readings, *(value_of(Channel(name), value, sent) for name, value in values.items()))
    content = hashlib.sha256(repr((device, sent, patient_id, all_readings)).encode()).hexdigest()
    return SampleSet(
        device=device,
        control_id=control_id or f"{sent:%H%M%S%f}",
        content_hash=content,
        received_at=received_at,
        message_time=sent,
        readings=all_readings,
        patient_id=patient_id,
        demo=demo,
    )


async def asked(question: Callable[..., T], *words: Any, **named: Any) -> T:
    """Asks the database from a worker thread, and gives its connection back."""

    def ask() -> T:
        try:
            return question(*words, **named)
        finally:
            connection.close()

    return await asyncio.to_thread(ask)
