"""Which instruments are due when, around a course, and what became of each.

Cadence: baseline within 7 days before, before each infusion, 24 h after, at the end of the course, then weekly four
times, then monthly (protocol.md 6.2, unmarked: the clinic must confirm). How early and how late an answer still counts
is assumed (occasions.py). Which instruments belong to which occasion is the clinic's plan; the default is assumed.
With a bipolar indication the ASRM is due before each infusion and 24 to 48 h after (14.4, design). In a course for
chronic pain the pain in numbers is the main scale, with the PEG at baseline and in the weeks after (14.3); the PHQ-9
stays at baseline, a day after and at the end, for its item on death is how safety is asked about from home (ours).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, reduce

from dripstand.outcomes.occasions import Occasion, Windows, offsets
from dripstand.outcomes.score import Score


class Standing(StrEnum):
    """What became of one due instrument. Each is kept as such: late is not done, skipped is not missed."""

    NOT_YET = "not yet"
    DUE = "due"
    DONE = "done"
    PARTIAL = "partial"
    LATE = "late"
    SKIPPED = "skipped"
    MISSED = "missed"


_DEFAULT: Mapping[Occasion, tuple[str, ...]] = {
    Occasion.BASELINE: ("phq-9", "gad-7"),
    Occasion.BEFORE_INFUSION: ("phq-9",),
    Occasion.DAY_AFTER: ("phq-9", "side-effects"),
    Occasion.END_OF_COURSE: ("phq-9", "gad-7"),
    Occasion.WEEKLY: ("phq-9",),
    Occasion.MONTHLY: ("phq-9", "gad-7"),
}


_PAIN: Mapping[Occasion, tuple[str, ...]] = {
    Occasion.BASELINE: ("nrs-pain", "peg", "phq-9"),
    Occasion.BEFORE_INFUSION: ("nrs-pain",),
    Occasion.DAY_AFTER: ("nrs-pain", "phq-9", "side-effects"),
    Occasion.END_OF_COURSE: ("nrs-pain", "peg", "phq-9"),
    Occasion.WEEKLY: ("nrs-pain", "peg"),
    Occasion.MONTHLY: ("nrs-pain", "peg", "phq-9"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which instruments belong to which occasion, and which occasions a patient may leave out."""

    instruments: Mapping[Occasion, tuple[str, ...]] = field(default_factory=lambda: _DEFAULT)
    optional: frozenset[Occasion] = frozenset({Occasion.DAY_AFTER})
    windows: Windows = field(default_factory=Windows)

    @classmethod
    def for_pain(cls) -> Plan:
        """What a course for chronic pain asks."""
        return cls(_PAIN)

    def for_bipolar(self) -> Plan:
        """The same plan with the ASRM before each infusion and the day after, which then is not optional."""
        more = dict(self.instruments)
        for occasion in (Occasion.BASELINE, Occasion.BEFORE_INFUSION, Occasion.DAY_AFTER):
            more[occasion] = tuple(dict.fromkeys((*more.get(occasion, ()), "asrm")))
        return Plan(more, self.optional - {Occasion.DAY_AFTER}, self.windows)


@dataclass(frozen=True, slots=True)
class Infusion:
    """One infusion of the course, planned or given: its number, its start, and its end once there is one.

    after_gap: so long after the one before it that the baseline is asked again.
    """

    number: int
    starts_at: datetime
    ended_at: datetime | None = None
    after_gap: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """The infusions of one series in order, without cancelled ones. ended_at: when the last one ended or the course was
    stopped. series_number: of the course's series, each of which is asked anew. first_number: of its first infusion,
    before which the baseline is asked; it is not among them while it has no time."""

    infusions: tuple[Infusion, ...]
    ended_at: datetime | None = None
    series_number: int = 1
    first_number: int = 1


def key_in(series_number: int, name: str) -> str:
    """The key of an occasion in a series, such as "before-3" in the first and "s2-before-3" in the second.

    Infusions count anew in each series, so the name alone would be taken for the same one of the series before. The
    first series keeps the bare name under which its answers are stored. name "": of that series, but no slot of it.
    """
    if series_number < 2:
        return name
    return f"s{series_number}-{name}" if name else f"s{series_number}"


def parted(key: str) -> tuple[int, str]:
    """The series of an occasion's key, and the name that the occasion has within it."""
    series, _dash, name = key.partition("-")
    if series.startswith("s") and series[1:].isdecimal():
        return int(series[1:]), name
    return 1, key


@dataclass(frozen=True, slots=True)
class Handed:
    """What came back for one occasion: a scored form, or a reason for leaving it out."""

    key: str
    at: datetime
    score: Score | None = None
    skipped_reason: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """One instrument on one occasion. ``key`` names it for good; due_at lies between opens_at and closes_at."""

    key: str
    instrument_id: str
    occasion: Occasion
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    is_optional: bool
    standing: Standing = Standing.NOT_YET
    handed: Handed | None = None

    @property
    def series_number(self) -> int:
        return parted(self.key)[0]

    @property
    def name(self) -> str:
        """The occasion within its series, such as "before-3"."""
        return parted(self.key.split("/")[0])[1]


def due(plan: Plan, course: Course, handed: Iterable[Handed], now: datetime) -> tuple[Due, ...]:
    """Everything that is, was or will be due, in order of time, each with what became of it.

    What was handed in counts for the occasion that it names, never for another one, however well it would fit; and
    where the infusion has moved since, so that it was asked too early, it counts no more and is due again.
    """
    by_key: dict[str, list[Handed]] = {}
    for each in handed:
        by_key.setdefault(each.key, []).append(each)

    def counting(key: str, occasion: Occasion, opens_at: datetime) -> Handed | None:
        there = (each for each in by_key.get(key, ()) if counts(plan.windows, occasion, opens_at, each.at))
        return reduce(_better, there, None)

    found = [
        Due(
            key=f"{name}/{instrument_id}",
            instrument_id=instrument_id,
            occasion=occasion,
            opens_at=opens_at,
            due_at=due_at,
            closes_at=closes_at,
            is_optional=occasion in plan.optional,
            standing=_standing(came, opens_at, closes_at, now),
            handed=came,
        )
        for plain, occasion, opens_at, due_at, closes_at in _occasions(plan.windows, course)
        for name in (key_in(course.series_number, plain),)
        for instrument_id in plan.instruments.get(occasion, ())
        for came in (counting(f"{name}/{instrument_id}", occasion, opens_at),)
    ]
    return tuple(sorted(found, key=lambda each: (each.due_at, each.key)))


BEFORE_IT = frozenset({Occasion.BASELINE, Occasion.BEFORE_INFUSION})


def counts(windows: Windows, occasion: Occasion, opens_at: datetime, at: datetime) -> bool:
    """Whether what came at this time is not too early for its occasion as the course is planned today.

    Only of what is asked before an infusion: that may move by weeks, the answers of the day before with it. The weeks
    after a course are counted anew where a prescriber ends it later, and what was answered of them stands.
    """
    return occasion not in BEFORE_IT or at >= opens_at - windows.starts_later


def due_afterwards(
    plan: Plan, ended_at: datetime, series_number: int, now: datetime, *, lately: timedelta, soon: timedelta
) -> tuple[Due, ...]:
    """What of a course that is over is due now, was to be answered lately, or opens soon: as `due`, without a look at
    what was handed in."""
    near = {name for _due_at, name in near_afterwards(plan, ended_at, series_number, now, lately=lately, soon=soon)}
    found = [
        Due(
            key=f"{key_in(series_number, plain)}/{instrument_id}",
            instrument_id=instrument_id,
            occasion=occasion,
            opens_at=ended_at + opens,
            due_at=ended_at + at,
            closes_at=ended_at + closes,
            is_optional=occasion in plan.optional,
            standing=_standing(None, ended_at + opens, ended_at + closes, now),
        )
        for plain, occasion, opens, at, closes in offsets(plan.windows)
        for instrument_id in plan.instruments.get(occasion, ())
        if f"{key_in(series_number, plain)}/{instrument_id}" in near
    ]
    return tuple(sorted(found, key=lambda each: (each.due_at, each.key)))


def near_afterwards(
    plan: Plan, ended_at: datetime, series_number: int, now: datetime, *, lately: timedelta, soon: timedelta
) -> list[tuple[datetime, str]]:
    """When and by which key each of `due_afterwards` is due: asked of every course of the last months at once."""
    elapsed_s = (now - ended_at).total_seconds()
    return [
        (ended_at + at, f"{key_in(series_number, plain)}/{instrument_id}")
        for plain, occasion, from_s, until_s, at in _near_offsets(plan.windows, lately, soon)
        if from_s <= elapsed_s <= until_s
        for instrument_id in plan.instruments.get(occasion, ())
    ]


@cache
def _near_offsets(
    windows: Windows, lately: timedelta, soon: timedelta
) -> tuple[tuple[str, Occasion, float, float, timedelta], ...]:
    """Each occasion after a course with the seconds after its end from and until which it is near."""
    return tuple(
        (plain, occasion, (opens - soon).total_seconds(), (closes + lately).total_seconds(), at)
        for plain, occasion, opens, at, closes in offsets(windows)
    )


Slot = tuple[str, Occasion, datetime, datetime, datetime]


def _occasions(windows: Windows, course: Course) -> Iterable[Slot]:
    """Each occasion of the series: its name in it, kind, and when it opens, is due and closes."""
    if course.infusions and course.infusions[0].number == course.first_number:
        first = course.infusions[0].starts_at
        yield "baseline", Occasion.BASELINE, first - windows.baseline, first, first
    for infusion in course.infusions:
        start = infusion.starts_at
        if infusion.after_gap:
            yield f"baseline-{infusion.number}", Occasion.BASELINE, start - windows.baseline, start, start
        yield (
            f"before-{infusion.number}",
            Occasion.BEFORE_INFUSION,
            start - windows.before_infusion,
            start,
            start,
        )
        if infusion.ended_at is not None:
            opens_at = infusion.ended_at + windows.day_after_from
            closes_at = infusion.ended_at + windows.day_after_to
            due_at = infusion.ended_at + timedelta(hours=24)
            yield f"after-{infusion.number}", Occasion.DAY_AFTER, opens_at, due_at, closes_at
    if course.ended_at is not None:
        yield from _after_the_course(windows, course.ended_at)


def _after_the_course(windows: Windows, ended_at: datetime) -> Iterable[Slot]:
    for plain, occasion, opens, at, closes in offsets(windows):
        yield plain, occasion, ended_at + opens, ended_at + at, ended_at + closes


def _standing(handed: Handed | None, opens_at: datetime, closes_at: datetime, now: datetime) -> Standing:
    if handed is not None and handed.score is None:
        return Standing.SKIPPED
    if handed is not None and handed.score is not None:
        if handed.at > closes_at:
            return Standing.LATE
        return Standing.PARTIAL if handed.score.missing_items else Standing.DONE
    if now < opens_at:
        return Standing.NOT_YET
    return Standing.DUE if now <= closes_at else Standing.MISSED


def _better(earlier: Handed | None, later: Handed) -> Handed:
    """A form counts over a skip; of two forms the one handed in last, as a correction would be."""
    if earlier is None:
        return later
    if (earlier.score is None) != (later.score is None):
        return earlier if later.score is None else later
    return max(earlier, later, key=lambda each: each.at)
