"""The verbs about patients; `services` is their door. Every change keeps what was known before it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from dripstand.people import checks
from dripstand.people.access import service, service_for_anyone_signed_in
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import NoSuchPatient, Unacceptable
from dripstand.people.models import Patient, PatientVersion, RecordRead, Sex

REGISTERS = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ADMINISTRATOR)


def _row(patient_id: str, *, locked: bool = False) -> Patient:
    rows = Patient.objects.select_for_update() if locked else Patient.objects.all()
    try:
        found = rows.filter(pk=uuid.UUID(str(patient_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NoSuchPatient(patient_id)
    return found


def _fill(
    row: Patient,
    *,
    record_number: str,
    name: str,
    preferred_name: str,
    birth_date: date,
    sex: str,
    height_cm: Decimal | None,
    allergies: Iterable[str],
    none_known: bool,
    phone: str,
    notes: str,
    now: datetime,
) -> None:
    row.record_number = checks.tidy(record_number)
    row.name, row.preferred_name = checks.tidy(name), checks.tidy(preferred_name)
    row.birth_date, row.sex = birth_date, sex
    row.height_cm = height_cm if height_cm is None else height_cm.quantize(Decimal("0.1"))
    listed = tuple(item for item in (checks.tidy(line) for line in allergies) if item)
    row.phone, row.notes = checks.tidy(phone), checks.tidy(notes)
    taken = Patient.objects.filter(record_number=row.record_number).exclude(pk=row.pk).exists()
    words = {
        "record_number": checks.line_words(row.record_number, most_count=40)
        or (_("Another patient has this record number.") if taken else ""),
        "name": checks.line_words(row.name, most_count=120),
        "preferred_name": checks.line_words(row.preferred_name, most_count=60, required=False),
        "birth_date": checks.birth_date_words(birth_date, now.date()),
        "sex": "" if sex in Sex.values else _("Choose one of the answers."),
        "height_cm": checks.height_words(height_cm),
        "allergies": checks.allergies_words(listed, none_known),
        "phone": checks.line_words(row.phone, most_count=40, required=False),
        "notes": checks.line_words(row.notes, most_count=500, required=False),
    }
    wrong = {field: sentence for field, sentence in words.items() if sentence}
    if wrong:
        raise Unacceptable(wrong)
    row.allergies = list(listed)
    row.allergies_reviewed_at = now


def _keep_version(row: Patient, actor: Actor, now: datetime, reason: str) -> None:
    PatientVersion.objects.create(
        patient=row,
        version_number=row.version_number,
        body=row.body(),
        recorded_at=now,
        staff_id=uuid.UUID(actor.staff_id),
        staff_name=actor.name,
        reason=reason,
    )


@service(*REGISTERS)
@transaction.atomic
def register_patient(
    actor: Actor,
    *,
    record_number: str,
    name: str,
    birth_date: date,
    sex: str,
    height_cm: Decimal | None,
    allergies: Iterable[str],
    none_known: bool,
    now: datetime,
    preferred_name: str = "",
    phone: str = "",
    notes: str = "",
    patient_id: str = "",
) -> str:
    """Register a patient; answers the id. Raises Unacceptable with words for each field.

    none_known: the patient was asked and knows of no allergy; an empty list without it is refused.
    patient_id: an id chosen beforehand, so that a form sent twice registers once.
    """
    key = uuid.UUID(patient_id) if patient_id else uuid.uuid4()
    if Patient.objects.filter(pk=key).exists():
        return str(key)
    row = Patient(id=key, registered_at=now)
    _fill(
        row,
        record_number=record_number,
        name=name,
        preferred_name=preferred_name,
        birth_date=birth_date,
        sex=sex,
        height_cm=height_cm,
        allergies=allergies,
        none_known=none_known,
        phone=phone,
        notes=notes,
        now=now,
    )
    row.save(force_insert=True)
    _keep_version(row, actor, now, "")
    return str(row.pk)


@service(*REGISTERS)
@transaction.atomic
def amend_patient(
    actor: Actor,
    patient_id: str,
    *,
    seen_version_number: int,
    reason: str,
    record_number: str,
    name: str,
    birth_date: date,
    sex: str,
    height_cm: Decimal | None,
    allergies: Iterable[str],
    none_known: bool,
    now: datetime,
    preferred_name: str = "",
    phone: str = "",
    notes: str = "",
) -> int:
    """Change what is known of a patient; answers the new version number. What was known before is kept.

    seen_version_number: what the screen showed; where somebody else changed it meanwhile, nothing is overwritten.
    """
    row = _row(patient_id, locked=True)
    if row.version_number != seen_version_number:
        raise Unacceptable({"": _("Somebody else changed this record meanwhile. Look again, then change it.")})
    reason = checks.tidy(reason)
    wrong = checks.line_words(reason, most_count=300)
    if wrong:
        raise Unacceptable({"reason": wrong})
    _fill(
        row,
        record_number=record_number,
        name=name,
        preferred_name=preferred_name,
        birth_date=birth_date,
        sex=sex,
        height_cm=height_cm,
        allergies=allergies,
        none_known=none_known,
        phone=phone,
        notes=notes,
        now=now,
    )
    row.version_number += 1
    row.save()
    _keep_version(row, actor, now, reason)
    return row.version_number


@service_for_anyone_signed_in
def record_read(actor: Actor, *, patient_id: str, screen: str, now: datetime) -> None:
    """Note in the read trail that somebody opened this patient's record, and on which screen."""
    RecordRead.objects.create(
        patient=_row(patient_id), staff_id=uuid.UUID(actor.staff_id), staff_name=actor.name, screen=screen, read_at=now
    )
