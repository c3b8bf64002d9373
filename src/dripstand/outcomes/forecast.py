"""The chance of response, or of remission, at the end of a course of about six: for clinicians, never for patients.

For each scale the studies' shares are the start (``priors.py``), the clinic's own complete courses are counted in
(``beliefs.py``), and what has been seen of this course picks the people whom it is about. The interval says how little
is known, the studies are named, and the numbers of the masked trial stand beside it: there, placebo did as well.
A clinician's rating that is not signed yet holds the forecast back, so that it cannot steer the rating.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dripstand.outcomes.beliefs import Belief, Beta, intervals
from dripstand.outcomes.clinician_only import ClinicianOnly
from dripstand.outcomes.definitions import Definition, Meaning
from dripstand.outcomes.priors import PATTERN_SOURCE, PATTERNS, Indication, Prior, pattern, prior
from dripstand.outcomes.seen import Seen
from dripstand.outcomes.studies import BY_ID, MASKED_TRIAL_ID
from dripstand.outcomes.study import Result, Study
from dripstand.protocol.template import Source

PATTERN_SCALE = "madrs"
"""The scale that the patterns on the way were published for."""


COMPLETE_FROM_COUNT = 4
"""A first series of so many infusions is what the studies are of (McInnes 2022: 4 to 8, protocol.md 7.1). Of one that
plans fewer nothing is forecast; one counts as complete once all that it planned were given, and no fewer."""


class Withheld(StrEnum):
    """Why no forecast is given."""

    RATING_NOT_SIGNED = "a clinician's rating of this course is not signed yet"
    NO_STUDY = "no study speaks for this scale and indication"
    PAIN = "no study of pain gives a start, and none of depression stands in for it"
    COURSE_OVER = "the course is over"
    TOO_FEW_PLANNED = "fewer infusions are planned than the studies are of"
    NOT_AN_OUTCOME = "only response and remission are forecast"


@dataclass(frozen=True, slots=True)
class PastCourse:
    """A past course of this clinic. ``reached`` is None where it was interrupted or its end was not scored.

    definition_code: what ``reached`` was judged by, which also names the scale. seen_after: by infusion; what was not
    scored is absent.
    """

    indication: Indication
    definition_code: str
    reached: bool | None
    seen_after: Mapping[int, Seen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: by which definition, for whom, after which infusion (0: none yet), and what was seen then.

    planned_count: of the series.
    """

    definition: Definition
    indication: Indication
    after_infusion: int = 0
    seen: Seen | None = None
    has_unsigned_rating: bool = False
    planned_count: int = 6


@dataclass(frozen=True, slots=True)
class Forecast:
    """The answer. Chances are between 0 and 1; each interval is central.

    chance: for the next person of whom this was seen. The intervals: the clinic's share among such people, which is
    what further courses make narrower.
    """

    question: Question
    chance: float
    interval_50: tuple[float, float]
    interval_90: tuple[float, float]
    start: Prior
    course_count: int
    courses_left_out_count: int
    studies: tuple[Study, ...]
    beside: tuple[Result, ...]
    pattern_source: Source | None
    extrapolated: bool

    @property
    def study_names(self) -> tuple[str, ...]:
        return tuple(study.name for study in self.studies)

    @property
    def other_limits(self) -> tuple[str, ...]:
        """Of a remission: each study that counted it by another limit than the definition, or does not say by which."""
        definition = self.question.definition
        if definition.meaning is not Meaning.REMISSION:
            return ()
        return tuple(
            f"{study.name}: {each.cut or 'limit not stated'}"
            for study, each in self.start.used
            if each.cut != definition.words
        )

    @property
    def printed(self) -> str:
        """One line for a clinician; never without its interval and its sources."""
        low, high = self.interval_90
        word = " (extrapolated)" if self.extrapolated else ""
        return (
            f"{self.question.definition.meaning.capitalize()} at the end of the course, by "
            f"{self.question.definition.words}: {self.chance:.0%}, 90 % interval {low:.0%} to {high:.0%}{word}. From "
            f"{', '.join(self.study_names)} and {self.course_count} complete courses of this clinic."
            + (f" Remission in them: {'; '.join(self.other_limits)}." if self.other_limits else "")
        )


def forecast(question: Question, courses: Iterable[PastCourse]) -> ClinicianOnly[Forecast] | Withheld:
    """The forecast, or why there is none. ``courses`` must not hold the course that is asked about."""
    definition = question.definition
    if question.has_unsigned_rating:
        return Withheld.RATING_NOT_SIGNED
    if definition.meaning not in PATTERNS:
        return Withheld.NOT_AN_OUTCOME
    if question.after_infusion not in (0, *PATTERNS[definition.meaning]):
        return Withheld.COURSE_OVER
    if question.indication is Indication.CHRONIC_PAIN:
        return Withheld.PAIN
    if question.planned_count < COMPLETE_FROM_COUNT:
        return Withheld.TOO_FEW_PLANNED
    start = prior(definition.instrument_id, definition.meaning, question.indication)
    if start is None:
        return Withheld.NO_STUDY
    alike, left_out_count = _alike(question, courses)
    what = question.seen if question.after_infusion else None
    belief = learned(start, definition.meaning, question.after_infusion, what, alike)
    (low_50, high_50), (low_90, high_90) = intervals(belief, 0.5, 0.9)
    return ClinicianOnly(
        Forecast(
            question=question,
            chance=float(belief.chance[0]),
            interval_50=(float(low_50[0]), float(high_50[0])),
            interval_90=(float(low_90[0]), float(high_90[0])),
            start=start,
            course_count=len(alike),
            courses_left_out_count=left_out_count,
            studies=start.studies,
            beside=BY_ID[MASKED_TRIAL_ID].results,
            pattern_source=PATTERN_SOURCE if what is not None else None,
            extrapolated=_extrapolated(question, what),
        )
    )


def learned(start: Prior, outcome: Meaning, after_infusion: int, what: Seen | None, alike: list[PastCourse]) -> Belief:
    """The start with the clinic's courses counted in. A course without a score at this infusion still tells its end."""
    reached = [course for course in alike if course.reached]
    not_reached = [course for course in alike if not course.reached]
    end = Beta.of(start.a, start.b).updated(len(reached), len(not_reached))
    if what is None:
        return Belief(end)
    with_it, without_it = pattern(outcome, after_infusion, what)
    return Belief(
        end,
        Beta.of(*with_it).updated(*_counts(reached, after_infusion, what)),
        Beta.of(*without_it).updated(*_counts(not_reached, after_infusion, what)),
    )


def _counts(courses: list[PastCourse], after_infusion: int, what: Seen) -> tuple[float, float]:
    """How many were seen so at this infusion, and how many otherwise."""
    found = [course.seen_after[after_infusion] for course in courses if after_infusion in course.seen_after]
    same = sum(each is what for each in found)
    return float(same), float(len(found) - same)


def _alike(question: Question, courses: Iterable[PastCourse]) -> tuple[list[PastCourse], int]:
    """Courses of the same scale, indication and definition that were scored at their end; how many were not."""
    same = [
        course
        for course in courses
        if course.indication is question.indication and course.definition_code == question.definition.code
    ]
    scored = [course for course in same if course.reached is not None]
    return scored, len(same) - len(scored)


def _extrapolated(question: Question, what: Seen | None) -> bool:
    """Whether something in it was published for another scale: the patterns on the way, or the bipolar start."""
    if question.indication is Indication.BIPOLAR_DEPRESSION:
        return True
    return what is not None and question.definition.instrument_id != PATTERN_SCALE
