"""Which decisions of a course its prescriber is asked for, series by series, and which of them were signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from dripstand.course.models import InfusionState
from dripstand.course.queries import CourseDetails
from dripstand.outcomes.checkpoints import GOES_ON, Asks, CheckpointDecided, Decision, asked_in_series, asked_of_pain
from dripstand.outcomes.due import PAIN
from dripstand.outcomes.responding import NextDecision, next_decision
from dripstand.protocol.template import FourthInfusionChoice


def given_count_of(course: CourseDetails, series_number: int) -> int:
    """How many infusions of a series were given and count."""
    return sum(one.state is InfusionState.GIVEN for one in course.series_of(series_number))


def newest_induction(course: CourseDetails) -> int:
    """The newest series that is no maintenance; 1 where none was begun."""
    return max((one.series_number for one in course.infusions if not one.is_maintenance), default=1)


def induction_of(course: CourseDetails, series_number: int) -> int:
    """The induction whose result a series is about: a maintenance holds that of the newest one before it."""
    own = [one.series_number for one in course.infusions if not one.is_maintenance]
    return max((number for number in own if number <= series_number), default=series_number)


def is_over(course: CourseDetails, series_number: int) -> bool:
    """Whether nothing of a series is still to be given: the course has ended, or has gone on to another series."""
    return course.ended_at is not None or series_number < course.series_number


def planned_count_of(course: CourseDetails, series_number: int) -> int:
    """How many infusions a series plans; of one that was left early how many it had planned."""
    if is_over(course, series_number):
        return most_planned_of(course, series_number)
    return max((one.number for one in course.series_of(series_number)), default=0)


def most_planned_of(course: CourseDetails, series_number: int) -> int:
    """How many infusions of a series were ever planned, those that were dropped since as well."""
    return max((one.number for one in course.infusions if one.series_number == series_number), default=0)


def is_at_the_end_of_a_shortened_plan(course: CourseDetails, series_number: int) -> bool:
    """Whether all that a series under way still plans was given, and it had planned more.

    What was decided after that infusion was decided when others were to follow: it is no review.
    """
    planned_count = planned_count_of(course, series_number)
    is_given = 0 < planned_count == given_count_of(course, series_number)
    return is_given and not is_over(course, series_number) and planned_count < most_planned_of(course, series_number)


def checkpoints_of_series(
    course: CourseDetails, series_number: int, fourth: FourthInfusionChoice = FourthInfusionChoice.DECIDE_AT_FOUR
) -> Mapping[int, Asks]:
    """What the prescriber is asked after which infusion of a series, by how many it plans. In a maintenance nothing.

    A series that was left early keeps the number that was planned: what was published is of so many infusions.
    """
    if any(one.is_maintenance for one in course.infusions if one.series_number == series_number):
        return {}
    return _asked(course, planned_count_of(course, series_number), fourth)


def _asked(course: CourseDetails, planned_count: int, fourth: FourthInfusionChoice) -> Mapping[int, Asks]:
    return asked_of_pain(planned_count) if course.indication == PAIN else asked_in_series(planned_count, fourth)


def decided_in_series(
    course: CourseDetails, decided: Iterable[CheckpointDecided], series_number: int
) -> tuple[CheckpointDecided, ...]:
    """Those decisions that are about a series: each names its own.

    One from before they did was made after the first infusion of its series and before the first of the next: nothing
    is decided before the infusion that it follows was given.
    """
    starts: dict[int, datetime] = {}
    for one in course.infusions:
        if one.started_at is not None:
            starts[one.series_number] = min(one.started_at, starts.get(one.series_number, one.started_at))

    def of(each: CheckpointDecided) -> int:
        if each.series_number is not None:
            return each.series_number
        return max((number for number, at in starts.items() if at <= each.decided_at), default=1)

    return tuple(each for each in decided if of(each) == series_number)


def decision_in_series(
    course: CourseDetails,
    series_number: int,
    decided: Iterable[CheckpointDecided],
    fourth: FourthInfusionChoice = FourthInfusionChoice.DECIDE_AT_FOUR,
) -> NextDecision | None:
    """What is asked now, or next, of a series; decided: of the whole course.

    A series that is over is not continued, changed or stopped any more. What stays is the review of what was given of
    it, until it was signed. One whose plan was shortened to what was given is reviewed now, whatever was decided
    before.
    """
    asked_of, given_count = checkpoints_of_series(course, series_number, fourth), given_count_of(course, series_number)
    made = decided_in_series(course, decided, series_number)
    if asked_of and is_at_the_end_of_a_shortened_plan(course, series_number):
        asked_of = _asked(course, most_planned_of(course, series_number), fourth)
    elif not is_over(course, series_number):
        return next_decision(given_count, [one.after_infusion for one in made], asked_of)
    if not asked_of or not given_count or any(_is_review(one, given_count, asked_of) for one in made):
        return None
    return NextDecision(given_count, Asks.REVIEW, True)


def _is_review(one: CheckpointDecided, given_count: int, asked_of: Mapping[int, Asks]) -> bool:
    """Whether this looked back at what was given; to continue after the fourth, and then end there, did not."""
    if one.after_infusion < given_count:
        return False
    return one.decision in (Decision.STOP, Decision.REVIEWED) or asked_of.get(one.after_infusion) is Asks.REVIEW


def may_be_signed(course: CourseDetails, series_number: int, after_infusion: int) -> tuple[Decision, ...]:
    """What may follow from a checkpoint. Of a course that has ended, and of a series that was left before its review,
    nothing but that it was reviewed; at the end of a plan that was shortened there is nothing to continue or change."""
    if is_at_the_end_of_a_shortened_plan(course, series_number) and after_infusion == given_count_of(
        course, series_number
    ):
        return (Decision.REVIEWED, Decision.STOP)
    asks = checkpoints_of_series(course, series_number).get(after_infusion)
    is_left = is_over(course, series_number) and asks is not Asks.REVIEW
    return (Decision.REVIEWED,) if course.ended_at is not None or is_left else GOES_ON


def open_reviews(
    course: CourseDetails,
    decided: Iterable[CheckpointDecided],
    fourth: FourthInfusionChoice = FourthInfusionChoice.DECIDE_AT_FOUR,
) -> tuple[tuple[int, NextDecision], ...]:
    """The earlier series whose review nobody has signed, each with its number: a later series takes none away."""
    made = tuple(decided)
    found = [(number, decision_in_series(course, number, made, fourth)) for number in range(1, course.series_number)]
    return tuple((number, asked) for number, asked in found if asked is not None)


def never_decided(asked_of: Mapping[int, Asks], signed: Iterable[int], given_count: int, waiting: int) -> list[int]:
    """After which infusions a decision was required and none was signed, though the next ones were given.

    waiting: the one that the page asks for, 0 for none: it can be signed, so it is not missed.
    """
    made = set(signed)
    return [
        number
        for number, asks in asked_of.items()
        if asks is Asks.DECISION and number < given_count and number not in made and number != waiting
    ]
