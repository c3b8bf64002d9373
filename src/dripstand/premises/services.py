"""The verbs about the clinic's premises, and the first-run set-up that makes an empty installation a clinic."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dripstand.people import checks
from dripstand.people.access import service, service_without_actor
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.services import add_first_staff, setup_code_is_right
from dripstand.premises.models import (
    Chair,
    Clinic,
    Closure,
    EscortIdentity,
    FirstSound,
    Furniture,
    OpeningHours,
    Room,
    RoomKind,
)
from dripstand.premises.queries import NoSuchChair, NoSuchRoom, forget_zone


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room to be made. is_shared: several chairs, others may hear and see."""

    name: str
    is_shared: bool
    chair_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """How the clinic is reached and called by those who are not on the staff; see `models.Clinic`."""

    phone: str = ""
    patient_emergency_phone: str = ""
    emergency_phone: str = ""
    door_name: str = ""
    first_sound: str = FirstSound.RAIN.value
    escort_identity: str = EscortIdentity.SEEN.value


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One of the first members of staff."""

    full_name: str
    username: str
    password: str


def _refuse(words: dict[str, str]) -> None:
    wrong = {field: sentence for field, sentence in words.items() if sentence}
    if wrong:
        raise Unacceptable(wrong)


def _zone_words(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _("%(zone)s is no time zone, such as America/Chicago.") % {"zone": zone}
    return ""


TELLING = (
    *("ketamin", "ketalar", "ketanest", "spravat", "infus"),
    *("depres", "bipolar", "psych", "psiqui", "suicid", "suizid", "schmerz"),
)
"""Parts of words that say what is treated, in the languages of the patients' pages, and of the names of products."""
TELLING_WORDS = frozenset({"pain", "dolor"})
"""Likewise, where they stand alone: a street may well be named Paine or Dolores."""


def _door_words(name: str) -> str:
    """What is wrong with the name on the doors: it is read by whoever holds the link, and on locked screens."""
    alone = set(re.findall(r"\w+", name.casefold())) & TELLING_WORDS
    told = next((one for one in (*TELLING, *sorted(alone)) if one in name.casefold()), "")
    if told:
        return _("This name says what is treated (%(part)s…): whoever sees a message reads it.") % {"part": told}
    return checks.line_words(name, most_count=60, required=False)


def _tidied(reached: Reached) -> Reached:
    """As it is kept. Raises Unacceptable."""
    lines = ("phone", "patient_emergency_phone", "emergency_phone", "door_name")
    tidy = replace(reached, **{name: checks.tidy(getattr(reached, name)) for name in lines})
    phones = {name: checks.line_words(getattr(tidy, name), most_count=40, required=False) for name in lines[:3]}
    no_sound = "" if tidy.first_sound in FirstSound.values else _("There is no such sound.")
    no_identity = "" if tidy.escort_identity in EscortIdentity.values else _("There is no such rule.")
    wrong = {"door_name": _door_words(tidy.door_name), "first_sound": no_sound, "escort_identity": no_identity}
    _refuse({**phones, **wrong})
    return tidy


def _add_room(clinic: Clinic, name: str, is_shared: bool) -> Room:
    name = checks.tidy(name)
    taken = Room.objects.filter(clinic=clinic, name=name).exists()
    _refuse(
        {
            "room_name": checks.line_words(name, most_count=60)
            or (_("There is a room called %(name)s already.") % {"name": name} if taken else "")
        }
    )
    return Room.objects.create(clinic=clinic, name=name, kind=RoomKind.SHARED if is_shared else RoomKind.SINGLE)


def _add_chair(room: Room, name: str, is_bed: bool = False) -> Chair:
    name = checks.tidy(name)
    taken = Chair.objects.filter(name=name).exists()
    full = room.kind == RoomKind.SINGLE and room.chairs.filter(in_use=True).exists()
    _refuse(
        {
            "chair_name": checks.line_words(name, most_count=60)
            or (_("There is a chair called %(name)s already.") % {"name": name} if taken else ""),
            "room_id": _("This room is for one chair.") if full else "",
        }
    )
    last = Chair.objects.aggregate(last=Max("position_count"))["last"] or 0
    furniture = Furniture.BED if is_bed else Furniture.CHAIR
    return Chair.objects.create(room=room, name=name, position_count=last + 1, furniture=furniture)


@service_without_actor("First-run set-up: the one-time code stands in for an actor, and only while there is no staff.")
def set_up_clinic(
    *,
    code: str,
    clinic_name: str,
    zone: str,
    rooms: Sequence[NewRoom],
    administrator: NewPerson,
    medical_lead: NewPerson | None,
    now: datetime,
    reached: Reached = Reached(),
    language: str = "en",
) -> str:
    """Make the clinic, its rooms and chairs, and its first staff; answers the administrator's id.

    medical_lead: None where the administrator is the medical lead as well. Raises Unacceptable with words for each
    field; the fields of a person are prefixed "administrator_" and "medical_lead_". Nothing is kept of a refused try
    but the count of wrong codes.
    """
    if not setup_code_is_right(code):
        raise Unacceptable({"code": _("This is not the code that `dripstand serve` printed last.")})
    with transaction.atomic():
        return _set_up(clinic_name, zone, rooms, administrator, medical_lead, now, reached, language)


def _set_up(
    clinic_name: str,
    zone: str,
    rooms: Sequence[NewRoom],
    administrator: NewPerson,
    medical_lead: NewPerson | None,
    now: datetime,
    reached: Reached,
    language: str,
) -> str:
    clinic_name, reached = checks.tidy(clinic_name), _tidied(reached)
    _refuse(
        {
            "clinic_name": checks.line_words(clinic_name, most_count=120),
            "zone": _zone_words(zone),
            "rooms": "" if any(room.chair_names for room in rooms) else _("Name at least one room and its chair."),
        }
    )
    clinic = Clinic.objects.create(name=clinic_name, zone=zone, language=language, **asdict(reached))
    for new_room in rooms:
        try:
            room = _add_room(clinic, new_room.name, new_room.is_shared)
            for name in new_room.chair_names:
                _add_chair(room, name)
        except Unacceptable as fault:
            raise Unacceptable({"rooms": str(fault)}) from fault
    roles = {Role.ADMINISTRATOR} if medical_lead else {Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.PRESCRIBER}
    administrator_id = _first(administrator, roles, "administrator_", now, among_first=1)
    if medical_lead:
        _first(medical_lead, {Role.MEDICAL_LEAD, Role.PRESCRIBER}, "medical_lead_", now, among_first=2)
    return administrator_id


def _first(person: NewPerson, roles: set[Role], prefix: str, now: datetime, *, among_first: int) -> str:
    try:
        return add_first_staff(
            username=person.username,
            full_name=person.full_name,
            roles=roles,
            password=person.password,
            now=now,
            among_first=among_first,
        )
    except Unacceptable as fault:
        raise Unacceptable({f"{prefix}{field}": words for field, words in fault.words.items()}) from fault


@service(Role.ADMINISTRATOR)
@transaction.atomic
def change_clinic(actor: Actor, *, clinic_name: str, zone: str, reached: Reached, language: str = "en") -> None:
    """Change the clinic's name, zone, language, numbers, or what stands on its doors."""
    clinic_name, reached = checks.tidy(clinic_name), _tidied(reached)
    _refuse({"clinic_name": checks.line_words(clinic_name, most_count=120), "zone": _zone_words(zone)})
    Clinic.objects.update(name=clinic_name, zone=zone, language=language, **asdict(reached))
    forget_zone()


@service(Role.ADMINISTRATOR)
@transaction.atomic
def add_room(actor: Actor, *, name: str, is_shared: bool) -> str:
    """Add a room; answers its id."""
    return str(_add_room(Clinic.objects.get(), name, is_shared).pk)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def add_chair(actor: Actor, *, room_id: str, name: str, is_bed: bool = False) -> str:
    """Add a chair or bed to a room, last on the board; answers its id. Raises NoSuchRoom."""
    try:
        room = Room.objects.select_for_update().filter(pk=uuid.UUID(str(room_id))).first()
    except ValueError:
        room = None
    if room is None:
        raise NoSuchRoom(room_id)
    return str(_add_chair(room, name, is_bed).pk)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def set_chair_in_use(actor: Actor, *, chair_id: str, in_use: bool) -> None:
    """Take a chair out of use, or back into it. What happened on it stays. Raises NoSuchChair."""
    try:
        changed = Chair.objects.filter(pk=uuid.UUID(str(chair_id))).update(in_use=in_use)
    except ValueError:
        changed = 0
    if not changed:
        raise NoSuchChair(chair_id)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def set_bed(actor: Actor, *, chair_id: str, is_bed: bool) -> None:
    """Say whether a place is a bed or a chair. Bookings keep it; who needs a bed is judged anew. Raises NoSuchChair."""
    to = Furniture.BED if is_bed else Furniture.CHAIR
    try:
        changed = Chair.objects.filter(pk=uuid.UUID(str(chair_id))).update(furniture=to)
    except ValueError:
        changed = 0
    if not changed:
        raise NoSuchChair(chair_id)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def set_shared(actor: Actor, *, room_id: str, is_shared: bool) -> None:
    """Say whether others may hear and see in a room. One with several chairs in use cannot be for one person.

    Raises NoSuchRoom, Unacceptable.
    """
    try:
        room = Room.objects.select_for_update().filter(pk=uuid.UUID(str(room_id))).first()
    except ValueError:
        room = None
    if room is None:
        raise NoSuchRoom(room_id)
    count = room.chairs.filter(in_use=True).count()
    _refuse(
        {
            "is_shared": ""
            if is_shared or count < 2
            else _(
                "%(name)s has %(count)d chairs in use, and a room for one person has one. Take the others out of use."
            )
            % {"name": room.name, "count": count}
        }
    )
    room.kind = RoomKind.SHARED if is_shared else RoomKind.SINGLE
    room.save(update_fields=["kind"])


@service(Role.ADMINISTRATOR, Role.MEDICAL_LEAD)
@transaction.atomic
def set_opening_hours(actor: Actor, *, hours: Mapping[int, tuple[time, time] | None]) -> None:
    """Say when the clinic treats. hours: weekday (0 is Monday) to opening and closing, None for closed.

    Weekdays that are not named stay as they are. Raises Unacceptable with "hours_<weekday>" for each that cannot be.
    """
    _refuse(
        {
            f"hours_{weekday}": _("The clinic closes after it opens.")
            for weekday, span in hours.items()
            if span is not None and span[0] >= span[1]
        }
    )
    for weekday, span in hours.items():
        if span is None:
            OpeningHours.objects.filter(weekday=weekday).delete()
        else:
            OpeningHours.objects.update_or_create(weekday=weekday, defaults={"opens_at": span[0], "closes_at": span[1]})


@service(Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.FRONT_DESK, Role.NURSE)
@transaction.atomic
def close(
    actor: Actor,
    *,
    starts_at: datetime,
    ends_at: datetime,
    words: str,
    now: datetime,
    room_id: str | None = None,
    chair_id: str | None = None,
) -> int:
    """Close the clinic, a room or a chair for a time; answers the closure's id. Bookings in it stay until moved."""
    words = checks.tidy(words)
    _refuse(
        {
            "words": checks.line_words(words, most_count=120),
            "ends_at": "" if ends_at > starts_at else _("The end lies before the beginning."),
        }
    )
    row = Closure.objects.create(
        room_id=room_id or None,
        chair_id=chair_id or None,
        starts_at=starts_at,
        ends_at=ends_at,
        words=words,
        made_by_name=actor.name,
        made_at=now,
    )
    return int(row.pk)


@service(Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.FRONT_DESK, Role.NURSE)
@transaction.atomic
def open_again(actor: Actor, *, closure_id: int, now: datetime) -> None:
    """Take a closure back; that it was there, and who took it back, stays."""
    Closure.objects.filter(pk=closure_id, taken_back_at=None).update(taken_back_at=now, taken_back_by_name=actor.name)
