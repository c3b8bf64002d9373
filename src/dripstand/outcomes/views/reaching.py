"""How somebody is reached whose questionnaires fall into the weeks after a course: in a sentence beside what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dripstand.course.queries import wishes_of_all
from dripstand.course.reminders import may_send
from dripstand.guide.queries import FollowUp, sent_about
from dripstand.outcomes.due import AFTERWARDS
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.instruments.instrument import Rater
from dripstand.outcomes.schedule import Due
from dripstand.premises.queries import clinic_zone


def reaching(due: Collection[tuple[str, str, Iterable[Due]]]) -> dict[str, str]:
    """A sentence for each course of which something falls into the weeks after it: what was sent, or that nothing can
    be. Two reads, however many there are. due: course, patient, and what is due of it.
    """
    keys = {course_id: frozenset(_places(slots)) for course_id, _patient_id, slots in due}
    patients = {course_id: patient_id for course_id, patient_id, _slots in due if keys[course_id]}
    sent, wishes = sent_about({one: keys[one] for one in patients}), wishes_of_all(patients.values())
    return {
        course_id: _said(sent.get(course_id), has_address=patient_id in wishes and bool(wishes[patient_id].email))
        for course_id, patient_id in patients.items()
    }


def _places(slots: Iterable[Due]) -> Iterator[str]:
    for one in slots:
        if one.occasion in AFTERWARDS and instrument(one.instrument_id).rater is Rater.PATIENT:
            yield one.key.partition("/")[0]


def _said(newest: FollowUp | None, *, has_address: bool) -> str:
    if newest is not None and newest.sent_at is not None:
        at = date_format(newest.sent_at.astimezone(clinic_zone()), "D j M H:i")
        return _("Asked by e-mail on %(at)s. What is not answered yet stands here.") % {"at": at}
    if newest is not None:
        tries = newest.failed_count
        return ngettext(
            "The e-mail was not taken, in one try. Ask by telephone.",
            "The e-mail was not taken, in %(n)d tries. Ask by telephone.",
            tries,
        ) % {"n": tries}
    if has_address and may_send():
        return _("Asked by e-mail on the day it is due.")
    if has_address:
        return _("This installation sends no e-mail: ask by telephone, or hand out a link.")
    return _("No e-mail address is known: ask by telephone, or hand out a link.")
