"""What a session's log tells the course that it belongs to, in the transaction in which it was written.

Called by ``infusion.services`` and by ``infusion.bringing_in`` alone. A visit without a course tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from dripstand.course import queries as course_queries
from dripstand.course import services as course
from dripstand.infusion.chart import Chart
from dripstand.infusion.dosing import rounded
from dripstand.infusion.events import PartialJudged
from dripstand.infusion.partial import course_value
from dripstand.infusion.phases import ENDED
from dripstand.people.actors import Role
from dripstand.people.queries import actor as staff_actor

MICROGRAM = Decimal("0.001")


def tell_course(before: Chart, after: Chart, now: datetime) -> None:
    """That drug runs, and what the visit amounted to once it is over: again after each later entry."""
    if before.started_at != after.started_at:
        course.infusion_started(session_id=after.session_id, started_at=after.started_at)
    if after.phase not in ENDED:
        return
    course.infusion_ended(_ended(after, now), now=now)
    _judged(after, now)


def tell_courses(charts: Iterable[Chart], now: datetime) -> None:
    """What visits of the past amounted to, each over and told of for the first time."""
    listed = list(charts)
    course.infusions_ended([_ended(chart, now) for chart in listed], now=now)
    for chart in listed:
        _judged(chart, now)


def _ended(chart: Chart, now: datetime) -> course.Ended:
    value = course_value(chart, now)
    return course.Ended(
        session_id=chart.session_id,
        started_at=chart.started_at,
        ended_at=chart.stopped_at,
        dose_given_mg=_mg(value.lowest_mg) if value is not None else None,
        dose_ordered_mg=_mg(value.ordered_mg) if value is not None else None,
    )


def _mg(value: Fraction | None) -> Decimal | None:
    """At the least, where only a range is known: the course never counts what may not have been given."""
    return rounded(value, MICROGRAM) if value is not None else None


def _judged(after: Chart, now: datetime) -> None:
    """A prescriber's word on a partial infusion, charted at the chair, holds in the course too."""
    entry = after.partial_judged
    if entry is None or not isinstance(entry.event, PartialJudged):
        return
    infusion = course_queries.infusion_of_session(after.session_id)
    judge = staff_actor(entry.actor.staff_id)
    if infusion is None or judge is None or not judge.is_a(Role.PRESCRIBER):
        return
    course.say_whether_it_counts(
        judge,
        infusion_id=infusion.infusion_id,
        counts=entry.event.counts_in_course,
        reason=entry.event.reason,
        now=now,
        submission_id=f"partial:{after.session_id[:24]}:{entry.sequence}",
    )
