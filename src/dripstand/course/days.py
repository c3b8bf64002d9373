"""The verbs about days: who is there, what a patient can make, certificates, and a day's readiness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dripstand.course import models
from dripstand.course.readiness import ITEMS, Certificates
from dripstand.course.reminder_texts import TEXTS
from dripstand.course.wishes import Wishes
from dripstand.course.wishes_json import to_json
from dripstand.people import checks
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.queries import patient as patient_of
from dripstand.people.queries import staff_member

ROTA = (Role.MEDICAL_LEAD, Role.ADMINISTRATOR, Role.NURSE, Role.FRONT_DESK)


def _refuse(words: Mapping[str, str]) -> None:
    wrong = {field: sentence for field, sentence in words.items() if sentence}
    if wrong:
        raise Unacceptable(wrong)


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@transaction.atomic
def tell_wishes(actor: Actor, *, patient_id: str, wishes: Wishes, now: datetime) -> int:
    """Keep what a patient told about days, comfort, escort and messages; answers which telling this is.

    What was told before stays on record. Raises NoSuchPatient, Unacceptable.
    """
    patient = patient_of(patient_id)
    both = wishes.not_before is not None and wishes.home_by is not None
    backward = both and wishes.not_before >= wishes.home_by  # type: ignore[operator]
    _refuse(
        {
            "weekdays": "" if wishes.weekdays else _("Name at least one weekday."),
            "home_by": _("The patient must be home after they arrive.") if backward else "",
            "away": _("The last day away lies before the first.")
            if any(one.last_on < one.first_on for one in wishes.away)
            else "",
            "email": _email_words(wishes.email),
            "language": "" if wishes.language in ("", *TEXTS) else _("Choose one of the languages that are offered."),
            "music": checks.line_words(wishes.music, most_count=120, required=False),
            "escort_name": checks.line_words(wishes.escort_name, most_count=120, required=False),
        }
    )
    rows = models.PatientWishes.objects.filter(patient_id=patient.patient_id)
    last = rows.aggregate(last=Max("version_number"))["last"] or 0
    models.PatientWishes.objects.create(
        patient_id=UUID(patient.patient_id),
        version_number=last + 1,
        body=to_json(wishes),
        recorded_at=now,
        staff_id=actor.staff_id,
        staff_name=actor.name,
    )
    return last + 1


def _email_words(email: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return _("This is no e-mail address.")
    return ""


@service(*ROTA)
@transaction.atomic
def add_shift(
    actor: Actor,
    *,
    staff_id: str,
    weekday: int,
    begins_at: time,
    ends_at: time,
    from_on: date,
    until_on: date | None = None,
) -> int:
    """Say when somebody is in the clinic on a weekday (0 is Monday); answers the shift's id. Raises NoSuchStaff."""
    person = staff_member(staff_id)
    _refuse(
        {
            "weekday": "" if 0 <= weekday <= 6 else _("Name a weekday."),
            "ends_at": "" if ends_at > begins_at else _("The shift ends before it begins."),
            "until_on": _("The last day lies before the first.") if until_on is not None and until_on < from_on else "",
        }
    )
    row = models.Shift.objects.create(
        staff_id=UUID(person.staff_id),
        weekday=weekday,
        begins_at=begins_at,
        ends_at=ends_at,
        from_on=from_on,
        until_on=until_on,
    )
    return int(row.pk)


@service(*ROTA)
@transaction.atomic
def end_shift(actor: Actor, *, shift_id: int, last_on: date) -> None:
    """Let a shift hold until a day and no longer."""
    models.Shift.objects.filter(pk=shift_id).update(until_on=last_on)


@service(*ROTA)
@transaction.atomic
def add_absence(actor: Actor, *, staff_id: str, first_on: date, last_on: date, words: str = "") -> int:
    """Say that somebody is not there on some days, both included; answers the absence's id. Raises NoSuchStaff."""
    person = staff_member(staff_id)
    _refuse({"last_on": "" if last_on >= first_on else _("The last day lies before the first.")})
    row = models.Absence.objects.create(
        staff_id=UUID(person.staff_id), first_on=first_on, last_on=last_on, words=checks.tidy(words)[:120]
    )
    return int(row.pk)


@service(*ROTA)
@transaction.atomic
def remove_absence(actor: Actor, *, absence_id: int) -> None:
    """Somebody is there after all."""
    models.Absence.objects.filter(pk=absence_id).delete()


@service(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@transaction.atomic
def record_certificate(actor: Actor, *, staff_id: str, kind: Certificates, valid_until: date, now: datetime) -> int:
    """Record that somebody showed a certificate and until when it holds; answers its id. Raises NoSuchStaff."""
    person = staff_member(staff_id)
    row = models.Certificate.objects.create(
        staff_id=UUID(person.staff_id),
        kind=kind.value,
        valid_until=valid_until,
        recorded_at=now,
        recorded_by_name=actor.name,
    )
    return int(row.pk)


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@transaction.atomic
def sign_day(
    actor: Actor,
    *,
    day: date,
    in_order: Mapping[str, bool],
    now: datetime,
    note: str = "",
) -> int:
    """Sign what was found before drug starts on a day; answers which signing of the day this is.

    in_order: every item of readiness.ITEMS to whether it was found in order. Anything that is not wants a note, and the
    day is then not ready. Signed again, the newer signing counts and the earlier stays. Raises Unacceptable.
    """
    missing = [item for item in ITEMS if item not in in_order]
    bad = [item for item in ITEMS if not in_order.get(item, False)]
    _refuse(
        {
            **{item: _("Look, and say what you found.") for item in missing},
            "note": _("Say what is not in order and what was done about it.")
            if bad and not missing and not note.strip()
            else "",
        }
    )
    rows = models.DayReadiness.objects.filter(day=day)
    last = rows.aggregate(last=Max("version_number"))["last"] or 0
    models.DayReadiness.objects.create(
        day=day,
        version_number=last + 1,
        items={item: bool(in_order[item]) for item in ITEMS},
        note=" ".join(note.split())[:500],
        signed_at=now,
        staff_id=actor.staff_id,
        staff_name=actor.name,
    )
    return last + 1
