"""Reads about the clinic's rooms and chairs, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from dripstand.people.errors import NotThere
from dripstand.premises.models import Chair, Clinic, Closure, EscortIdentity, FirstSound, OpeningHours, Room


class NoSuchChair(NotThere):
    """No chair has this id."""


class NoSuchRoom(NotThere):
    """No room has this id."""


@dataclass(frozen=True, slots=True)
class ClinicDetails:
    """The clinic. emergency_phone: what the staff dial for help from here, as the clinic wrote it.

    phone: the clinic's own, for patients and escorts. patient_emergency_phone: what those dial in danger.
    door_name: how the clinic is called before anybody has said who they are; "" says nothing.
    """

    clinic_id: str
    name: str
    zone: str
    language: str
    emergency_phone: str
    phone: str = ""
    patient_emergency_phone: str = ""
    door_name: str = ""
    first_sound: str = FirstSound.RAIN.value
    escort_identity: str = EscortIdentity.SEEN.value


@dataclass(frozen=True, slots=True)
class RoomDetails:
    """A room. is_shared: others there may hear and see."""

    room_id: str
    name: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class ChairDetails:
    """A chair and the room it stands in. position_count: its fixed place on the board, from 1."""

    chair_id: str
    name: str
    room_id: str
    room_name: str
    room_is_shared: bool
    position_count: int
    in_use: bool
    is_bed: bool = False


def clinic() -> ClinicDetails | None:
    """The clinic of this installation; None before set-up."""
    row = Clinic.objects.first()
    if row is None:
        return None
    return ClinicDetails(
        clinic_id=str(row.pk),
        name=row.name,
        zone=row.zone,
        language=row.language,
        emergency_phone=row.emergency_phone,
        phone=row.phone,
        patient_emergency_phone=row.patient_emergency_phone,
        door_name=row.door_name,
        first_sound=row.first_sound,
        escort_identity=row.escort_identity,
    )


@dataclass(slots=True)
class _Kept:
    """The zone as one request read it. is_open: the request lasts; what it started and outlives it reads anew."""

    zone: ZoneInfo | None = None
    is_open: bool = True


_of_this_request: ContextVar[_Kept | None] = ContextVar("the clinic's zone in this request", default=None)


@contextmanager
def zone_read_once() -> Iterator[None]:
    """Within it the clinic's zone is read from the database once: a page of bookings asks for it at every time."""
    kept = _Kept()
    token = _of_this_request.set(kept)
    try:
        yield
    finally:
        kept.is_open = False
        _of_this_request.reset(token)


def forget_zone() -> None:
    """It was changed just now."""
    kept = _of_this_request.get()
    if kept is not None:
        kept.zone = None


def clinic_zone() -> ZoneInfo:
    """The zone that screens show times in: the clinic's, before set-up the server's."""
    kept = _of_this_request.get()
    if kept is not None and kept.is_open and kept.zone is not None:
        return kept.zone
    row = clinic()
    zone = ZoneInfo(row.zone if row else settings.TIME_ZONE)
    if kept is not None and row is not None:
        kept.zone = zone
    return zone


def rooms() -> tuple[RoomDetails, ...]:
    """All rooms, by name."""
    return tuple(RoomDetails(str(row.pk), row.name, row.kind == "shared") for row in Room.objects.all())


def _chair(row: Chair) -> ChairDetails:
    return ChairDetails(
        chair_id=str(row.pk),
        name=row.name,
        room_id=str(row.room_id),
        room_name=row.room.name,
        room_is_shared=row.room.kind == "shared",
        position_count=row.position_count,
        in_use=row.in_use,
        is_bed=row.furniture == "bed",
    )


def chairs(*, also_out_of_use: bool = False) -> tuple[ChairDetails, ...]:
    """The chairs in their fixed order on the board."""
    found = Chair.objects.select_related("room")
    return tuple(_chair(row) for row in (found if also_out_of_use else found.filter(in_use=True)))


def chair(chair_id: str) -> ChairDetails:
    """One chair, in use or not. Raises NoSuchChair."""
    try:
        key = UUID(str(chair_id))
    except ValueError as fault:
        raise NoSuchChair(chair_id) from fault
    row = Chair.objects.select_related("room").filter(pk=key).first()
    if row is None:
        raise NoSuchChair(chair_id)
    return _chair(row)


# --- when ------------------------------------------------------------------------------------------------------------


def opening_hours() -> dict[int, tuple[time, time]]:
    """When the clinic treats, by weekday (0 is Monday) and its own clock; empty while nobody has said."""
    return {row.weekday: (row.opens_at, row.closes_at) for row in OpeningHours.objects.all()}


@dataclass(frozen=True, slots=True)
class ClosureDetails:
    """A time in which nobody is treated: in the clinic (no room, no chair), or in one room or chair."""

    closure_id: int
    starts_at: datetime
    ends_at: datetime
    words: str
    room_id: str
    chair_id: str
    where: str
    made_by_name: str


def closures(start: datetime, end: datetime) -> tuple[ClosureDetails, ...]:
    """What is closed at any time in [start, end), by time."""
    rows = Closure.objects.filter(taken_back_at=None, starts_at__lt=end, ends_at__gt=start)
    return tuple(
        ClosureDetails(
            closure_id=row.pk,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            words=row.words,
            room_id=str(row.room_id or ""),
            chair_id=str(row.chair_id or ""),
            where=row.chair.name if row.chair else row.room.name if row.room else "",
            made_by_name=row.made_by_name,
        )
        for row in rows.select_related("room", "chair")
    )
