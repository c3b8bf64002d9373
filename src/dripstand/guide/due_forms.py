"""Which questionnaires a link asks: those that the schedule of this patient's course wants now.

A visit outside any course, the first talk for instance, is asked what a course begins with, so that there is something
to compare with later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from dripstand.course.queries import course as course_of
from dripstand.course.queries import courses_of, infusion_of_session
from dripstand.guide.follow_up import places_asked
from dripstand.infusion.queries import patient_is_here
from dripstand.outcomes.due import AFTERWARDS, due_of_course
from dripstand.outcomes.instruments.instrument import Rater
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import forms_of, forms_of_course, instrument_in
from dripstand.outcomes.schedule import Due, Plan, Standing
from dripstand.people.actors import PatientByLink

SAFETY, SAFETY_ITEM = "phq-9", "9"
HANDED_IN = frozenset({Standing.DONE, Standing.PARTIAL, Standing.LATE, Standing.SKIPPED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One questionnaire. due: the place in the schedule that it fills, None outside a course. items: only these; ()
    means all of them. series_number: of the course's series that the visit belongs to."""

    instrument_id: str
    occasion: Occasion
    due: Due | None = None
    course_id: str = ""
    items: tuple[str, ...] = ()
    series_number: int = 1


def wanted_today(by: PatientByLink, session_id: str, now: datetime) -> tuple[Wanted, ...]:
    """What to ask before this visit: what its infusion wants, then whatever else of the course is due, each
    instrument once. What was begun by this link stays until it is ended.

    What opens later is not asked yet, unless the patient is here: nobody gets the drug unasked. Nor is its instrument
    asked for another occasion by this link, which has one form of each.
    """
    slots, course_id, _series, number = _schedule(session_id, now)
    if not course_id:
        return tuple(Wanted(one, Occasion.BEFORE_INFUSION) for one in Plan().instruments[Occasion.BASELINE])
    begun = _begun(by)
    own = _of_this_visit(slots, number, begun)
    later = _opening_later(by, own, begun, now)
    mine, names = {one.instrument_id for one in own}, _names(number)
    others = [
        one
        for one in slots
        if one.standing is Standing.DUE and one.name not in names and one.instrument_id not in mine
    ]
    return _each_once((*(one for one in own if one not in later), *others), course_id)


def opens_later(by: PatientByLink, session_id: str, now: datetime) -> bool:
    """Whether what this visit's infusion wants is still to be asked by this link: then it is not done with."""
    slots, _course_id, _series, number = _schedule(session_id, now)
    begun = _begun(by)
    own = _of_this_visit(slots, number, begun)
    later = _opening_later(by, own, begun, now)
    asked = {one.instrument_id for one in own if one not in later}
    return any(one.instrument_id not in asked for one in later)


def _names(number: int) -> frozenset[str]:
    """The slots of the schedule that stand before an infusion."""
    return frozenset({f"before-{number}", f"baseline-{number}"} | ({"baseline"} if number == 1 else set()))


def _of_this_visit(slots: Sequence[Due], number: int, begun: frozenset[str]) -> list[Due]:
    """What is to be asked before this infusion, what opens later too; once it has ended only what was begun."""
    names, has_run = _names(number), _has_run(slots, number)
    return [
        one
        for one in slots
        if one.name in names
        and _may_be_asked(one.instrument_id)
        and (one.instrument_id in begun or (one.handed is None and not has_run))
    ]


def _opening_later(by: PatientByLink, own: Sequence[Due], begun: frozenset[str], now: datetime) -> list[Due]:
    later = [one for one in own if one.standing is Standing.NOT_YET and one.instrument_id not in begun]
    return [] if later and patient_is_here(by.patient_id, now) else later


def wanted_next_day(by: PatientByLink, session_id: str, now: datetime) -> tuple[Wanted, ...]:
    """What to ask on the day after this visit: the one question about safety first, then what the schedule wants of
    that day. Whatever breaks off after the first, it was answered."""
    slots, course_id, series, number = _schedule(session_id, now)
    begun = _begun(by)
    own = [one for one in slots if one.name == f"after-{number}"]
    found = {one.instrument_id: one for one in own if one.handed is None or one.instrument_id in begun}
    safety = Wanted(SAFETY, Occasion.DAY_AFTER, found.pop(SAFETY, None), course_id, (SAFETY_ITEM,), series)
    wanted = [one for one in found.values() if _may_be_asked(one.instrument_id)]
    rest = tuple(Wanted(one.instrument_id, one.occasion, one, course_id) for one in wanted)
    if not own:
        rest = (Wanted("side-effects", Occasion.DAY_AFTER, course_id=course_id, series_number=series),)
    return (safety, *rest)


def about_follow_up(course_id: str, slot: Due) -> str:
    """What a link of the weeks after is about: the course, and which of its occasions, whichever scale that asks."""
    return f"{course_id}:{slot.key.partition('/')[0]}"


def course_of_follow_up(about: str) -> str:
    return about.partition(":")[0]


def wanted_follow_up(by: PatientByLink, about: str, now: datetime) -> tuple[Wanted, ...]:
    """What to ask in the weeks after a course. What was begun by this link keeps its place until it is ended."""
    course_id = course_of_follow_up(about)
    course = next((one for one in courses_of(by.patient_id) if one.course_id == course_id), None)
    if course is None:  # a link that is about nothing of this patient asks nothing
        return ()
    forms = forms_of_course(course_id)
    mine = [one for one in forms if one.started_by_id == by.link_id]
    begun = {one.instrument_id: f"{one.occasion_key}/{one.instrument_id}" for one in mine}
    slots = due_of_course(course, forms, now)
    return tuple(
        Wanted(one.instrument_id, one.occasion, one, course_id, series_number=one.series_number)
        for one in after_the_course(slots, now, begun)
    )


def after_the_course(slots: Iterable[Due], now: datetime, begun: Mapping[str, str] = MappingProxyType({})) -> list[Due]:
    """Of the schedule what is asked after a course now, of the patient's own scales whose text may be shown."""
    mine = (one for one in slots if one.occasion in AFTERWARDS and _may_be_asked(one.instrument_id))
    return places_asked(mine, now, begun)


def _schedule(session_id: str, now: datetime) -> tuple[tuple[Due, ...], str, int, int]:
    """The slots of the series that this visit belongs to, the course, the series and which of its infusions.

    It need not be the present series: the day after the last infusion of one, the next may have begun.
    """
    planned = infusion_of_session(session_id) if session_id else None
    if planned is None:
        return (), "", 1, 0
    course = course_of(planned.course_id)
    forms, series = forms_of_course(course.course_id), planned.series_number
    return due_of_course(course, forms, now, series_number=series), course.course_id, series, planned.number


def _has_run(slots: Iterable[Due], number: int) -> bool:
    """Whether this infusion has ended: what is asked before it can be asked no more."""
    return any(one.name == f"after-{number}" for one in slots)


def _begun(by: PatientByLink) -> frozenset[str]:
    return frozenset(one.instrument_id for one in forms_of(by.patient_id) if one.started_by_id == by.link_id)


def _may_be_asked(instrument_id: str) -> bool:
    """A patient's own scale, with a text that this installation may show."""
    kind = instrument_in(instrument_id)
    return kind.rater is Rater.PATIENT and bool(kind.wordings)


def _each_once(slots: Iterable[Due], course_id: str) -> tuple[Wanted, ...]:
    found: dict[str, Wanted] = {}
    for one in slots:
        if one.instrument_id not in found and _may_be_asked(one.instrument_id):
            found[one.instrument_id] = Wanted(one.instrument_id, one.occasion, one, course_id)
    return tuple(found.values())
