"""Reads about people that screens and other rooms share. They give frozen values, never rows of a table."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations, islice
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.db.models import Q
from django.http import HttpRequest

from dripstand.people.actors import Actor, Competency, Role
from dripstand.people.alike import ToldApart, alike, called_by, told_apart
from dripstand.people.errors import NoSuchPatient, NoSuchStaff
from dripstand.people.models import Patient, PatientVersion, RecordRead, StaffChange, StaffMember


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


# --- staff ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StaffDetails:
    """A member of staff as screens show them."""

    staff_id: str
    username: str
    full_name: str
    roles: frozenset[Role]
    competencies: frozenset[Competency]
    is_active: bool
    added_at: datetime
    last_sign_in_at: datetime | None


def _actor(member: StaffMember) -> Actor:
    return Actor(
        staff_id=str(member.pk),
        name=member.full_name,
        roles=frozenset(Role(role) for role in member.roles),
        competencies=frozenset(Competency(competency) for competency in member.competencies),
    )


def _details(member: StaffMember) -> StaffDetails:
    actor = _actor(member)
    return StaffDetails(
        staff_id=actor.staff_id,
        username=member.username,
        full_name=member.full_name,
        roles=actor.roles,
        competencies=actor.competencies,
        is_active=member.is_active,
        added_at=member.added_at,
        last_sign_in_at=member.last_login,
    )


def actor_of(user: object) -> Actor | None:
    """The person behind `request.user`; None where nobody is signed in or the person has been deactivated."""
    return _actor(user) if isinstance(user, StaffMember) and user.is_active else None


def actor(staff_id: str) -> Actor | None:
    """An active member of staff by id, or None."""
    key = _uuid(staff_id)
    member = StaffMember.objects.filter(pk=key, is_active=True).first() if key else None
    return _actor(member) if member else None


def no_staff_yet() -> bool:
    """Whether this installation is still empty: the one state in which it may be set up."""
    return not StaffMember.objects.exists()


def staff() -> tuple[StaffDetails, ...]:
    """Everybody, those who are active first."""
    return tuple(_details(member) for member in StaffMember.objects.order_by("-is_active", "full_name", "username"))


def staff_member(staff_id: str) -> StaffDetails:
    """One member of staff, active or not. Raises NoSuchStaff."""
    key = _uuid(staff_id)
    member = StaffMember.objects.filter(pk=key).first() if key else None
    if member is None:
        raise NoSuchStaff(staff_id)
    return _details(member)


def colleagues(
    *, roles: Iterable[Role] = (), competency: Competency | None = None, but_not: str = ""
) -> tuple[Actor, ...]:
    """Active staff who hold one of the roles (any, where none is named) and the competency; by name.

    but_not: a staff id to leave out, for choosing a second person.
    """
    wanted = frozenset(roles)
    found = (_actor(member) for member in StaffMember.objects.filter(is_active=True))
    return tuple(
        person
        for person in found
        if (not wanted or person.roles & wanted)
        and (competency is None or person.can(competency))
        and person.staff_id != but_not
    )


def verify_credentials(username: str, password: str, *, request: HttpRequest | None = None) -> Actor | None:
    """A second person at the same tablet: who they are, or None. Nobody is signed in or out by it.

    Tries count against the same guess limit as signing in, by name and by the address that `request` came from.
    """
    asked = HttpRequest()
    asked.META["REMOTE_ADDR"] = request.META.get("REMOTE_ADDR", "") if request else ""
    asked.META["HTTP_USER_AGENT"] = "second sign-in at a shared screen"
    asked.path = asked.path_info = request.path if request else ""
    return actor_of(authenticate(request=asked, username=username.strip().lower(), password=password))


@dataclass(frozen=True, slots=True)
class StaffChangeDetails:
    """One change to a member of staff; before and after as stored, None where they would be a secret."""

    what: str
    before: Any
    after: Any
    recorded_at: datetime
    staff_name: str


def changes_of_staff(staff_id: str) -> tuple[StaffChangeDetails, ...]:
    """What was changed about one member of staff, newest first."""
    key = _uuid(staff_id)
    rows = StaffChange.objects.filter(subject_id=key).order_by("-recorded_at", "-id") if key else ()
    return tuple(StaffChangeDetails(row.what, row.before, row.after, row.recorded_at, row.staff_name) for row in rows)


# --- patients -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PatientDetails:
    """A patient as other rooms and screens see them. allergies is empty and reviewed: none known."""

    patient_id: str
    record_number: str
    name: str
    preferred_name: str
    birth_date: date
    sex: str
    height_cm: Decimal | None
    allergies: tuple[str, ...]
    allergies_reviewed_at: datetime | None
    phone: str
    notes: str
    version_number: int

    @property
    def called(self) -> str:
        """What to call the patient aloud."""
        return called_by(self.name, self.preferred_name)

    @property
    def initials(self) -> str:
        return "".join(part[0].upper() for part in self.name.split() if part)[:3]

    @property
    def allergies_reviewed(self) -> bool:
        """Whether somebody has asked. Without that an empty list says nothing."""
        return self.allergies_reviewed_at is not None

    def age_y(self, on: date) -> int:
        """Full years on a day."""
        return on.year - self.birth_date.year - ((on.month, on.day) < (self.birth_date.month, self.birth_date.day))


def details_of(row: Patient) -> PatientDetails:
    """The frozen value of a stored patient."""
    return PatientDetails(
        patient_id=str(row.pk),
        record_number=row.record_number,
        name=row.name,
        preferred_name=row.preferred_name,
        birth_date=row.birth_date,
        sex=row.sex,
        height_cm=row.height_cm,
        allergies=tuple(row.allergies),
        allergies_reviewed_at=row.allergies_reviewed_at,
        phone=row.phone,
        notes=row.notes,
        version_number=row.version_number,
    )


def patient(patient_id: str) -> PatientDetails:
    """One patient. Raises NoSuchPatient."""
    key = _uuid(patient_id)
    row = Patient.objects.filter(pk=key).first() if key else None
    if row is None:
        raise NoSuchPatient(patient_id)
    return details_of(row)


def patients_by_id(patient_ids: Iterable[str]) -> dict[str, PatientDetails]:
    """Many patients in one read, by id; who is not there is left out."""
    keys = {key for key in (_uuid(one) for one in patient_ids) if key is not None}
    return {str(row.pk): details_of(row) for row in Patient.objects.filter(pk__in=keys)}


def patients(words: str = "", *, most_count: int = 50) -> tuple[PatientDetails, ...]:
    """Patients whose name, preferred name or record number holds every word; or born on a day typed as 1980-01-02."""
    found = Patient.objects.all()
    for word in words.split()[:6]:
        asked = Q(name__icontains=word) | Q(preferred_name__icontains=word) | Q(record_number__icontains=word)
        with contextlib.suppress(ValueError):
            asked |= Q(birth_date=date.fromisoformat(word))
        found = found.filter(asked)
    return tuple(details_of(row) for row in found[:most_count])


@dataclass(frozen=True, slots=True)
class PatientVersionDetails:
    """What was known of a patient after one change."""

    version_number: int
    body: dict[str, Any]
    recorded_at: datetime
    staff_name: str
    reason: str


def history_of(patient_id: str) -> tuple[PatientVersionDetails, ...]:
    """What was known of a patient after each change, newest first."""
    key = _uuid(patient_id)
    rows = PatientVersion.objects.filter(patient_id=key).order_by("-version_number") if key else ()
    return tuple(
        PatientVersionDetails(row.version_number, row.body, row.recorded_at, row.staff_name, row.reason) for row in rows
    )


@dataclass(frozen=True, slots=True)
class ReadOfRecord:
    """Somebody opened this patient's record."""

    staff_id: str
    staff_name: str
    screen: str
    read_at: datetime


def reads_of(patient_id: str) -> tuple[ReadOfRecord, ...]:
    """The read trail of one patient, newest first."""
    key = _uuid(patient_id)
    rows = RecordRead.objects.filter(patient_id=key) if key else ()
    return tuple(ReadOfRecord(str(row.staff_id), row.staff_name, row.screen, row.read_at) for row in rows)


# --- look-alikes ----------------------------------------------------------------------------------------------------


def look_alike(first: PatientDetails, second: PatientDetails) -> bool:
    """Whether two patients are easily taken for each other (alike.py)."""
    return first.patient_id != second.patient_id and alike(_told_apart(first), _told_apart(second))


def _told_apart(one: PatientDetails) -> ToldApart:
    return told_apart(one.name, one.called, one.birth_date)


def look_alikes(among: Iterable[PatientDetails]) -> dict[str, tuple[PatientDetails, ...]]:
    """Of those expected on one day, who is easily taken for whom: patient id to the others (only where there are any).

    Hazard H03: two patients of one day with names that look alike are flagged wherever either is chosen.
    """
    people = [(one, _told_apart(one)) for one in among]
    found: dict[str, list[PatientDetails]] = {}
    for (one, mine), (other, theirs) in combinations(people, 2):
        if one.patient_id != other.patient_id and alike(mine, theirs):
            found.setdefault(one.patient_id, []).append(other)
            found.setdefault(other.patient_id, []).append(one)
    return {patient_id: tuple(others) for patient_id, others in found.items()}


def look_alikes_of(patient_id: str, *, most_count: int = 10) -> tuple[PatientDetails, ...]:
    """Everybody on record who is easily taken for this patient; what registration shows."""
    asked = patient(patient_id)
    mine = _told_apart(asked)
    others = Patient.objects.exclude(pk=asked.patient_id).order_by("pk")
    rows = others.values_list("pk", "name", "preferred_name", "birth_date").iterator()
    found = (
        key
        for key, name, preferred_name, birth_date in rows
        if alike(mine, told_apart(name, called_by(name, preferred_name), birth_date))
    )
    keys = list(islice(found, most_count))
    return tuple(patients_by_id(str(key) for key in keys).values())
