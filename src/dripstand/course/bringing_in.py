"""Courses of the past, brought in whole: one induction each, over by now, its visits brought in after it.

What became of each planned infusion is not told here: the visit's own log tells it when the visit is brought in, as it
does at the chair (infusion/to_course.py). So nothing can count as given that no log holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from dripstand.course import models
from dripstand.course.states import State, Step
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role
from dripstand.protocol.queries import current_template

ROWS_AT_ONCE_COUNT = 2_000
NO_VISIT = models.InfusionState.DROPPED


@dataclass(frozen=True, slots=True)
class PastInfusion:
    """One of the series. session_id: the visit that gave it, brought in next; "" where it was dropped from the plan."""

    number: int
    wanted_on: date
    session_id: str


@dataclass(frozen=True, slots=True)
class PastCourse:
    """One induction, from the referral to its end. pattern_key: of the protocol that holds now."""

    course_id: str
    patient_id: str
    indication: str
    pattern_key: str
    opened_at: datetime
    begun_at: datetime
    ended_at: datetime
    end_reason: str
    infusions: tuple[PastInfusion, ...]


class CannotBringIn(ValueError):
    """One course of the batch cannot be; nothing of the batch was stored. `course_id`: which."""

    def __init__(self, course_id: str, words: str) -> None:
        self.course_id = course_id
        super().__init__(_("Course %(course)s: %(words)s") % {"course": course_id, "words": words})


@service(Role.ADMINISTRATOR)
@transaction.atomic
def bring_in_courses(actor: Actor, courses: Iterable[PastCourse], *, now: datetime) -> int:
    """Store these courses with the history that the verbs would have written; answers how many were new.

    One that is stored already is left as it is. Raises CannotBringIn, and django.db.IntegrityError for a patient that
    is not known or a visit that gives another infusion.
    """
    wanted = {one.course_id: one for one in courses}
    there = {str(pk) for pk in models.Course.objects.filter(pk__in=list(wanted)).values_list("pk", flat=True)}
    new = [one for key, one in wanted.items() if key not in there]
    holds = current_template()
    offered = {one.key for one in holds.course.patterns if not one.maintenance} if holds is not None else set()
    for one in new:
        _sound(one, offered, now)
    models.Course.objects.bulk_create([_row(one) for one in new], batch_size=ROWS_AT_ONCE_COUNT)
    infusions = [row for one in new for row in _infusions(one)]
    models.PlannedInfusion.objects.bulk_create(infusions, batch_size=ROWS_AT_ONCE_COUNT)
    entries = [row for one in new for row in _history(actor, one)]
    models.CourseEntry.objects.bulk_create(entries, batch_size=ROWS_AT_ONCE_COUNT)
    return len(new)


def _sound(one: PastCourse, offered: set[str], now: datetime) -> None:
    """Raises CannotBringIn for a course that may not be stored as it is."""
    if not one.opened_at <= one.begun_at <= one.ended_at <= now:
        raise CannotBringIn(one.course_id, _("it must be opened, begun and ended in this order, and be over."))
    if one.pattern_key not in offered:
        raise CannotBringIn(one.course_id, _("the signed protocol has no such pattern of an induction."))
    if [each.number for each in one.infusions] != list(range(1, len(one.infusions) + 1)) or not one.infusions:
        raise CannotBringIn(one.course_id, _("its infusions are not numbered from 1."))
    if not one.end_reason.strip():
        raise CannotBringIn(one.course_id, _("say why it ended."))


def _row(one: PastCourse) -> models.Course:
    return models.Course(
        id=UUID(one.course_id),
        patient_id=UUID(one.patient_id),
        indication=one.indication,
        state=State.ENDED.value,
        pattern=one.pattern_key,
        series_number=1,
        opened_at=one.opened_at,
        ended_at=one.ended_at,
        version_number=1 + 3,  # raised by each of the three entries below
    )


def _infusions(one: PastCourse) -> Iterable[models.PlannedInfusion]:
    for each in one.infusions:
        yield models.PlannedInfusion(
            id=uuid5(UUID(one.course_id), f"infusion {each.number}"),
            course_id=UUID(one.course_id),
            series_number=1,
            number=each.number,
            wanted_on=each.wanted_on,
            session_id=UUID(each.session_id) if each.session_id else None,
            state=models.InfusionState.PLANNED if each.session_id else NO_VISIT,
        )


def _history(actor: Actor, one: PastCourse) -> Iterable[models.CourseEntry]:
    """What `courses.open_course` and `courses.take_step` would have written, by whoever brings it in."""
    begun = {
        "from": State.EVALUATION.value,
        "step": Step.BEGIN_INDUCTION.value,
        "to": State.INDUCTION.value,
        "cancelled": 0,
        "pattern": one.pattern_key,
        "count": len(one.infusions),
        "first_on": one.infusions[0].wanted_on.isoformat(),
    }
    ended = {"from": State.INDUCTION.value, "step": Step.END.value, "to": State.ENDED.value, "cancelled": 0}
    told: tuple[tuple[str, dict[str, Any], datetime, str], ...] = (
        ("opened", {"indication": one.indication}, one.opened_at, _("brought in")),
        ("step", begun, one.begun_at, _("brought in")),
        ("step", ended, one.ended_at, one.end_reason),
    )
    for sequence, (kind, facts, at, reason) in enumerate(told, start=1):
        yield models.CourseEntry(
            course_id=UUID(one.course_id),
            sequence=sequence,
            kind=kind,
            facts=facts,
            breaks=[],
            reason=" ".join(reason.split())[:500],
            recorded_at=at,
            staff_id=actor.staff_id,
            staff_name=actor.name,
            submission_id=f"brought-in:{sequence}",
        )
