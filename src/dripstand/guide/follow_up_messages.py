"""Sending the questions of the weeks after a course: a periodic job looks for whom any are due, and writes to them.

The link is made in the moment that it is sent, and the one before is taken back. It asks what is due when it is opened,
so one that was answered by telephone meanwhile asks nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dripstand.course.queries import courses_by_id, courses_of, running_series, wishes_of, wishes_of_all
from dripstand.course.reminders import may_send
from dripstand.guide.due_forms import about_follow_up, after_the_course
from dripstand.guide.follow_up import Asked, next_message
from dripstand.guide.mailing import has_left
from dripstand.guide.models import FollowUpMessage
from dripstand.guide.next_day import TRIED_AGAIN_AFTER, Message
from dripstand.infusion.queries import patient_is_here
from dripstand.outcomes.due import AFTERWARDS, asked_afterwards, course_asked, due_of_course, gap_d_of, open_slots
from dripstand.outcomes.queries import ended_keys_of_courses, forms_of_course
from dripstand.outcomes.schedule import Standing
from dripstand.people.access import service_without_actor
from dripstand.people.actors import DRIPSTAND
from dripstand.people.links.purposes import Purpose
from dripstand.people.links.queries import links_of
from dripstand.people.services import make_link_by_itself, withdraw_links_about
from dripstand.premises.queries import clinic_zone

if TYPE_CHECKING:
    from dripstand.course.queries import CourseDetails
    from dripstand.jobs.run import Run
    from dripstand.outcomes.schedule import Due

KIND, EVERY = "guide.follow_up", timedelta(minutes=10)
NOW_ALONE = timedelta(0)


def send_what_is_due(run: Run) -> Mapping[str, Any]:
    """The periodic job; answers how many messages left."""
    return {"sent_count": send_follow_ups(now=run.now())}


@service_without_actor("A periodic job of Dripstand sends what is due; nobody asks for it.")
def send_follow_ups(*, now: datetime) -> int:
    """Write to everybody for whom something is due after a course; answers how many messages left."""
    if not may_send():
        return 0
    sent = 0
    for course in _asked_now(now):
        slot = newest_due(course, now)
        if slot is None:
            continue
        number = next_message(standing_of(course, slot, now), now, clinic_zone())
        if isinstance(number, int):
            sent += _send(course, slot, number, now)
    return sent


def _asked_now(now: datetime) -> Iterator[CourseDetails]:
    """The courses after which something is due now, of people who gave an address.

    A course that was not ended yet counts once its last infusion is given.
    """
    over = {one.course.course_id for one in asked_afterwards(now, lately=NOW_ALONE, soon=NOW_ALONE)}
    under_way, zone, gap_d = running_series(), clinic_zone(), cache(gap_d_of)
    ended = ended_keys_of_courses((one.course_id for one in under_way), occasions=AFTERWARDS)
    for series in under_way:
        slots = open_slots(series, ended.get(series.course_id, {}), now, zone, gap_d=gap_d)
        if any(one.occasion in AFTERWARDS and one.standing is Standing.DUE for one in slots):
            over.add(series.course_id)
    found = courses_by_id(over)
    wishes = wishes_of_all(one.patient_id for one in found.values())
    yield from (one for one in found.values() if one.patient_id in wishes and wishes[one.patient_id].email)


def newest_due(course: CourseDetails, now: datetime) -> Due | None:
    """The place that a message would be about: the latest one of what is asked now; None where nothing is."""
    slots = after_the_course(due_of_course(course, forms_of_course(course.course_id), now), now)
    return max(slots, key=lambda one: one.due_at, default=None)


def asked_after_the_course(patient_id: str, now: datetime) -> str:
    """What a link of these weeks would be about now; "" where nothing is asked of this patient."""
    course = course_asked(courses_of(patient_id), now)
    slot = newest_due(course, now) if course is not None else None
    return about_follow_up(course.course_id, slot) if course is not None and slot is not None else ""


def occasion_key(slot: Due) -> str:
    """The place in the schedule, whichever instrument it asks for."""
    return slot.key.partition("/")[0]


def standing_of(course: CourseDetails, slot: Due, now: datetime) -> Asked:
    """What the rules ask about it."""
    rows = FollowUpMessage.objects.filter(course_id=UUID(course.course_id), occasion_key=occasion_key(slot))
    about = about_follow_up(course.course_id, slot)
    links = [one for one in links_of(course.patient_id, now) if (one.purpose, one.about) == (Purpose.FOLLOW_UP, about)]
    links = [one for one in links if one.why_shut is None]
    return Asked(
        occasion=slot.occasion,
        due_at=slot.due_at,
        closes_at=slot.closes_at,
        has_address=bool(wishes_of(course.patient_id).email),
        can_mail=may_send(),
        here_again=patient_is_here(course.patient_id, now),
        by_staff=any(one.made_by_name != DRIPSTAND.name for one in links),
        begun=any(one.entered_at is not None for one in links),
        messages=tuple(Message(one.number, one.sent_at, one.tried_at, one.tries_count) for one in rows),
    )


def _send(course: CourseDetails, slot: Due, number: int, now: datetime) -> int:
    """Send one; answers 1 where it left. Two processes that want the same message send it once."""
    wishes = wishes_of(course.patient_id)
    language = wishes.language or "en"
    with transaction.atomic():
        row, _made = FollowUpMessage.objects.select_for_update().get_or_create(
            course_id=UUID(course.course_id),
            occasion_key=occasion_key(slot),
            number=number,
            defaults={"patient_id": UUID(course.patient_id)},
        )
        if row.sent_at is not None or (row.tried_at is not None and now < row.tried_at + TRIED_AGAIN_AFTER):
            return 0
        row.tries_count, row.tried_at = row.tries_count + 1, now
        row.save(update_fields=["tries_count", "tried_at"])
        patient_id, purpose = course.patient_id, Purpose.FOLLOW_UP
        about = about_follow_up(course.course_id, slot)
        withdraw_links_about(patient_id=patient_id, purpose=purpose, about=about, now=now)
        link = make_link_by_itself(patient_id=patient_id, purpose=purpose, about=about, language=language, now=now)
    with translation.override(language):
        why = _("We would like to know how you have been. It takes about five minutes.")
    if not has_left(
        link, to=wishes.email, language=language, may_name_treatment=wishes.may_name_treatment, why=why, now=now
    ):
        return 0
    FollowUpMessage.objects.filter(pk=row.pk).update(sent_at=now)
    return 1


# --- what the staff see of it ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A message about one of the weeks after a course. failed_count: its tries, where it has not left."""

    sent_at: datetime | None = None
    failed_count: int = 0


def sent_about(keys: Mapping[str, Container[str]]) -> dict[str, FollowUp]:
    """The newest message of each course about one of these places of its schedule; a course without one is left out.

    One read, however many there are.
    """
    rows = FollowUpMessage.objects.filter(course_id__in=[UUID(one) for one in keys]).exclude(tried_at=None)
    found: dict[str, FollowUp] = {}
    for row in rows.order_by("tried_at", "id"):
        if row.occasion_key not in keys[str(row.course_id)]:
            continue
        failed = row.tries_count if row.sent_at is None else 0
        found[str(row.course_id)] = FollowUp(sent_at=row.sent_at, failed_count=failed)
    return found
