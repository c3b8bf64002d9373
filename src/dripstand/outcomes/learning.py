"""The clinic's own past courses, as the forecast learns from them.

Every past course is folded from its answers once and kept by this process; what is answered, corrected or ended since
is read anew. The tables stay the truth: an empty memory only costs the time to read them, and a server reads them
before anybody asks (`learn_all`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from django.db.models import Max

from dripstand.course.queries import FirstSeries, courses_stand, first_series_over
from dripstand.outcomes.definitions import Definition
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.forecast import PastCourse
from dripstand.outcomes.models import Answer, Ending
from dripstand.outcomes.priors import FORECAST_SCALES, Indication
from dripstand.outcomes.queries import forms_of_courses
from dripstand.outcomes.responding import definitions_of, past_course

COURSES_READ_AT_ONCE_COUNT = 200
COURSES_LEARNED_AT_ONCE_COUNT = 20
LATE_COMMITS_COUNT = 500
"""Numbers are drawn before a transaction commits, so a lower one may appear after a higher one was seen."""


def indication_of(course_indication: str) -> Indication:
    """The forecast's indication for a course's. Raises ValueError for one that is not known."""
    return Indication(course_indication.replace("_", " "))


class _Memory:
    """What was learned of each course, by definition; forgotten as soon as anything of the course was answered anew."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.seen = (0, 0)
        self.stand: tuple[int, int] | None = None
        self.over: dict[str, FirstSeries] = {}
        self.learned: dict[tuple[str, str], tuple[FirstSeries, PastCourse | None]] = {}

    def up_to_date(self) -> dict[str, FirstSeries]:
        """Every first series that is over, read anew once any course changed; what was answered anew is forgotten."""
        self.forget_what_changed()
        stand = courses_stand()
        if stand != self.stand:
            self.over = {each.course_id: each for each in first_series_over()}
            self.stand = stand
        return self.over

    def forget_what_changed(self) -> None:
        newest = (
            Answer.objects.aggregate(last=Max("id"))["last"] or 0,
            Ending.objects.aggregate(last=Max("id"))["last"] or 0,
        )
        if newest == self.seen:
            return
        if newest < self.seen:  # another database behind the same process: only in tests and restores
            self.clear()
        changed: set[object] = set()
        for rows, last in ((Answer.objects, self.seen[0]), (Ending.objects, self.seen[1])):
            newer = rows.filter(id__gt=last - LATE_COMMITS_COUNT)
            changed |= set(newer.values_list("questionnaire__course_id", flat=True).distinct())
        gone = {str(each) for each in changed}
        self.learned = {key: value for key, value in self.learned.items() if key[0] not in gone}
        self.seen = newest


MEMORY = _Memory()


def past_courses(definition: Definition, *, but_not: str) -> tuple[PastCourse, ...]:
    """Every course of this clinic whose first series is over, but the one asked about."""
    with MEMORY.lock:
        over = MEMORY.up_to_date()
        missing = _missing(over, definition)
        for start in range(0, len(missing), COURSES_READ_AT_ONCE_COUNT):
            _learn(over, missing[start : start + COURSES_READ_AT_ONCE_COUNT], definition.instrument_id)
        learned = [MEMORY.learned[course_id, definition.code][1] for course_id in over if course_id != but_not]
        return tuple(each for each in learned if each is not None)


def learn_all(go_on: Callable[[], bool]) -> None:
    """Learn what the response pages ask, before they do: after a start these are some seconds of reading, once.

    go_on: asked before each few courses, so that pages are answered in between and a server may be told to stop.
    """
    for scale in FORECAST_SCALES:
        first = definitions_of(scale)[0]
        while go_on():
            with MEMORY.lock:
                over = MEMORY.up_to_date()
                missing = _missing(over, first)
                _learn(over, missing[:COURSES_LEARNED_AT_ONCE_COUNT], scale)
            if len(missing) <= COURSES_LEARNED_AT_ONCE_COUNT:
                break


def _missing(over: Mapping[str, FirstSeries], definition: Definition) -> list[str]:
    return [
        course_id
        for course_id, each in over.items()
        if (known := MEMORY.learned.get((course_id, definition.code))) is None or known[0] != each
    ]


def _learn(over: Mapping[str, FirstSeries], some: Sequence[str], scale: str) -> None:
    """By every definition of the scale at once: reading the answers is what takes the time."""
    forms = forms_of_courses(some, instrument_id=scale)
    for course_id in some:
        for definition in definitions_of(scale):
            found = _learned(over[course_id], forms.get(course_id, ()), definition)
            MEMORY.learned[course_id, definition.code] = (over[course_id], found)


def _learned(series: FirstSeries, forms: tuple[Filled, ...], definition: Definition) -> PastCourse | None:
    return past_course(
        forms,
        definition,
        indication_of(series.indication),
        given_count=series.given_count,
        planned_count=series.planned_count,
    )
