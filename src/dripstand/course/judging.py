"""What one booking would break: the rules of a plan, asked of one visit among all that stands around it.

Nothing here decides. A break that is `never` cannot be booked (two people in one chair, two infusions in 24 hours);
every other one is said in words, and a person may book all the same and say why. The same function judges a first
booking, a move, the solver's proposals and a whole plan, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from types import MappingProxyType

from dripstand.course import spacing
from dripstand.course.chair_time import on_the_grid
from dripstand.course.spacing import SpacingRules
from dripstand.course.wishes import NOTHING_TOLD, Wishes


class Weight(StrEnum):
    """never: no one may book this. decide: a person may, with a reason."""

    NEVER = "never"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that does not fit. params fill the sentence of its code (`words.py`)."""

    code: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def weight(self) -> Weight:
        return Weight.NEVER if self.code in NEVER else Weight.DECIDE


NEVER = frozenset(
    {
        "in_the_past",
        "off_the_grid",
        "chair_out_of_use",
        "chair_taken",
        "patient_elsewhere",
        "within_24_h",
        "out_of_order",
        # about the course and its plan, not about one time
        "no_such_step",
        "step_not_yours",
        "reason_missing",
        "changed_meanwhile",
        "course_not_under_way",
        "course_already_open",
        "no_such_indication",
        "not_planned",
        "not_held",
        "nothing_to_plan",
        "too_many_infusions",
        "too_many_a_year",
        "plan_passes_a_year",
        "series_too_soon",
        "dose_not_positive",
        "dose_too_fine",
        "planned_dose_too_high",
        "planned_dose_too_low",
        "planned_minutes_too_few",
        "planned_minutes_too_many",
        "planned_rate_too_high",
        "first_day_passed",
        "first_day_too_far",
        "not_partial",
        "no_standing_decision",
        "visit_open",
    }
)
DECIDE = frozenset(
    {
        "clinic_closed",
        "outside_hours",
        "too_close",
        "too_far",
        "too_many_a_week",
        "soon_after_series",
        "baseline_again",
        "nobody_there",
        "too_few_staff",
        "nurse_away",
        "nurse_full",
        "weekday_not_wished",
        "patient_away",
        "said_cannot",
        "too_early_for_patient",
        "home_too_late",
        "escort_gone",
        "single_room_wished",
        "bed_needed",
    }
)
CODES = NEVER | DECIDE


def broken(code: str, **params: object) -> Break:
    """A break with its parameters as text. Raises KeyError for a code that is not in the list."""
    if code not in CODES:
        raise KeyError(code)
    return Break(code, MappingProxyType({name: str(value) for name, value in params.items()}))


@dataclass(frozen=True, slots=True)
class Visit:
    """One infusion in a chair. Instants in UTC; leaves_at: the end of observation, ends_at: the chair is free again.

    number: which infusion of its series (series_number); 0 where it belongs to none. nurse_id: who is to be at the
    chair, or "".
    """

    booking_id: str
    patient_id: str
    chair_id: str
    starts_at: datetime
    drug_at: datetime
    leaves_at: datetime
    ends_at: datetime
    number: int = 0
    course_id: str = ""
    nurse_id: str = ""
    called: str = ""
    series_number: int = 0

    def overlaps(self, other: Visit) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def named(self, booking_id: str, nurse_id: str) -> Visit:
        """The same visit under a booking's id, with somebody at the chair."""
        return replace(self, booking_id=booking_id, nurse_id=nurse_id)

    def moved_to(self, starts_at: datetime, chair_id: str) -> Visit:
        """The same visit elsewhere; its parts keep their lengths."""
        by = starts_at - self.starts_at
        return replace(
            self,
            chair_id=chair_id,
            starts_at=starts_at,
            drug_at=self.drug_at + by,
            leaves_at=self.leaves_at + by,
            ends_at=self.ends_at + by,
        )


@dataclass(frozen=True, slots=True)
class ChairFacts:
    """A chair as a booking sees it."""

    chair_id: str
    name: str
    room_id: str
    room_name: str
    is_single: bool
    is_bed: bool
    in_use: bool = True


@dataclass(frozen=True, slots=True)
class Closed:
    """A time in which nobody is treated: everywhere, in one room, or in one chair."""

    starts_at: datetime
    ends_at: datetime
    words: str = ""
    room_id: str = ""
    chair_id: str = ""

    def hits(self, visit: Visit, chair: ChairFacts) -> bool:
        there = not (self.room_id or self.chair_id) or self.chair_id == chair.chair_id or self.room_id == chair.room_id
        return there and visit.starts_at < self.ends_at and self.starts_at < visit.leaves_at


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who can watch a chair is in the clinic."""

    staff_id: str
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that a visit is judged against.

    hours: weekday (0 is Monday) to opening and closing time of the clinic's clock; without any the clinic has not said
    when it opens, and nothing is judged by it. presence: None where no rota is kept. others: held bookings around,
    without the one that is judged. given: when drug started in this patient before. cannot_at: arrivals that the
    patient was asked about and answered that they cannot come. most_chairs: per person watching.
    """

    zone: tzinfo
    chairs: Mapping[str, ChairFacts]
    rules: SpacingRules = field(default_factory=SpacingRules)
    most_chairs: int = 2
    hours: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    closures: tuple[Closed, ...] = ()
    presence: tuple[Presence, ...] | None = None
    others: tuple[Visit, ...] = ()
    given: tuple[datetime, ...] = ()
    cannot_at: frozenset[datetime] = frozenset()
    wishes: Wishes = NOTHING_TOLD
    in_induction: bool = True

    def among(self, more: tuple[Visit, ...]) -> Surroundings:
        """The same, with more visits standing around."""
        return replace(self, others=(*self.others, *more))


@dataclass(frozen=True, slots=True)
class OfItsTime:
    """What a visit would break in whichever chair, because of its time: looked at once for all chairs."""

    spacing: tuple[Break, ...]
    staff: tuple[Break, ...]


def of_its_time(visit: Visit, around: Surroundings) -> OfItsTime:
    """For `judge`, which finds it itself where it is asked about one chair."""
    return OfItsTime((*_order(visit, around), *_spacing(visit, around)), tuple(_staff(visit, around)))


def judge(visit: Visit, around: Surroundings, now: datetime, known: OfItsTime | None = None) -> tuple[Break, ...]:
    """Everything that this visit would break, what can never be first. known: of the same time, in another chair."""
    known = known or of_its_time(visit, around)
    found = (
        *_place(visit, around, now),
        *known.spacing,
        *_opening(visit, around),
        *known.staff,
        *_wishes(visit, around),
        *_answered(visit, around),
    )
    return tuple(sorted(found, key=lambda one: one.weight is not Weight.NEVER))


def judge_standing(visit: Visit, around: Surroundings) -> tuple[Break, ...]:
    """What stands against a visit that is booked already: of the clinic, of who is there, and of the patient's days.

    A slip, a closure, somebody ill: what may turn against a booking without anybody touching it.
    """
    chair = around.chairs.get(visit.chair_id)
    gone = (broken("chair_out_of_use", chair=chair.name if chair else ""),) if chair is None or not chair.in_use else ()
    return (*gone, *_opening(visit, around), *_staff(visit, around), *_wishes(visit, around))


def may_decide(breaks: Iterable[Break]) -> bool:
    """Whether a person may book in spite of these."""
    return all(one.weight is Weight.DECIDE for one in breaks)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was changed: at least one break. Where a person may decide, they ask again with its codes."""

    breaks: tuple[Break, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.breaks)

    @property
    def may_decide(self) -> bool:
        return may_decide(self.breaks)


def refuse(code: str, **params: object) -> Refusal:
    """A refusal for one reason."""
    return Refusal((broken(code, **params),))


# --- the chair -------------------------------------------------------------------------------------------------------


def _place(visit: Visit, around: Surroundings, now: datetime) -> Iterator[Break]:
    if visit.ends_at <= now:
        yield broken("in_the_past", when=_clock(visit.starts_at, around))
    if not on_the_grid(visit.starts_at):
        yield broken("off_the_grid", when=_clock(visit.starts_at, around))
    chair = around.chairs.get(visit.chair_id)
    if chair is None or not chair.in_use:
        yield broken("chair_out_of_use", chair=chair.name if chair else "")
    for other in around.others:
        if not visit.overlaps(other):
            continue
        if other.patient_id == visit.patient_id:
            yield broken("patient_elsewhere", when=_clock(other.starts_at, around), chair=_chair(other, around))
        elif other.chair_id == visit.chair_id:
            yield broken("chair_taken", chair=_chair(visit, around), who=other.called, when=_span(other, around))


def _order(visit: Visit, around: Surroundings) -> Iterator[Break]:
    """Infusion 4 does not stand before infusion 3 of the same series.

    Each series counts anew: the first of a maintenance stands after the last of the induction that still runs.
    """
    if not visit.number:
        return
    for other in around.others:
        same = (other.patient_id, other.course_id, other.series_number)
        if not other.number or same != (visit.patient_id, visit.course_id, visit.series_number):
            continue
        if (other.number < visit.number and other.starts_at > visit.starts_at) or (
            other.number > visit.number and other.starts_at < visit.starts_at
        ):
            yield broken("out_of_order", number=visit.number, other=other.number, when=_clock(other.starts_at, around))


def _spacing(visit: Visit, around: Surroundings) -> Iterator[Break]:
    rules, zone = around.rules, around.zone
    own = [one.drug_at for one in around.others if one.patient_id == visit.patient_id]
    starts = sorted((*own, *around.given))
    before = [at for at in starts if at <= visit.drug_at]
    behind = [at for at in starts if at > visit.drug_at]
    neighbours = (*before[-1:], *behind[:1])
    for at in neighbours:
        if spacing.never(at, visit.drug_at, rules):
            hours = f"{spacing.hours_between(at, visit.drug_at):.1f}"
            yield broken("within_24_h", hours=hours, limit=rules.least_h, when=_clock(at, around))
        elif spacing.unusually_close(at, visit.drug_at, rules, zone):
            days = spacing.days_between(at, visit.drug_at, zone)
            yield broken("too_close", days=days, limit=rules.usual_least_d, when=_clock(at, around))
        elif spacing.baseline_again(at, visit.drug_at, rules, zone) and at < visit.drug_at:
            days = spacing.days_between(at, visit.drug_at, zone)
            yield broken("baseline_again", days=days, limit=rules.baseline_again_d, when=_clock(at, around))
        elif around.in_induction and spacing.too_far(at, visit.drug_at, rules, zone):
            days = spacing.days_between(at, visit.drug_at, zone)
            yield broken("too_far", days=days, limit=rules.most_d, when=_clock(at, around))
    given = [at for at in around.given if at <= visit.drug_at]
    if visit.number == 1 and given and (days := spacing.days_between(given[-1], visit.drug_at, zone)) < rules.series_d:
        yield broken("soon_after_series", days=days, limit=rules.series_d, when=_clock(given[-1], around))
    week = spacing.week_of(visit.drug_at, zone)
    count = 1 + sum(spacing.week_of(at, zone) == week for at in starts)
    if count > rules.most_a_week:
        yield broken("too_many_a_week", count=count, limit=rules.most_a_week, week=week.isoformat())


# --- the clinic ------------------------------------------------------------------------------------------------------


def _opening(visit: Visit, around: Surroundings) -> Iterator[Break]:
    chair = around.chairs.get(visit.chair_id)
    for closure in around.closures:
        if chair is not None and closure.hits(visit, chair):
            yield broken("clinic_closed", words=closure.words, when=_clock(closure.starts_at, around))
    if not around.hours:
        return
    arrives, leaves = visit.starts_at.astimezone(around.zone), visit.leaves_at.astimezone(around.zone)
    today = around.hours.get(arrives.weekday())
    if today is None:
        yield broken("outside_hours", opens="", closes="", leaves=f"{leaves:%H:%M}", arrives=f"{arrives:%H:%M}")
    elif arrives.time() < today[0] or leaves.date() != arrives.date() or leaves.time() > today[1]:
        yield broken(
            "outside_hours",
            opens=f"{today[0]:%H:%M}",
            closes=f"{today[1]:%H:%M}",
            arrives=f"{arrives:%H:%M}",
            leaves=f"{leaves:%H:%M}",
        )


def _staff(visit: Visit, around: Surroundings) -> Iterator[Break]:
    """Somebody watches from the arrival at the chair to the end of observation, with no more chairs than allowed."""
    if visit.nurse_id:
        yield from _named_nurse(visit, around)
    if around.presence is None:
        return
    worst: tuple[int, int, datetime] | None = None
    for at in _instants(visit, around):
        there = len({one.staff_id for one in around.presence if one.starts_at <= at < one.ends_at})
        chairs = 1 + sum(other.starts_at <= at < other.leaves_at for other in around.others)
        if chairs > there * around.most_chairs and (worst is None or there * around.most_chairs - chairs < worst[0]):
            worst = (there * around.most_chairs - chairs, there, at)
            counted = chairs
    if worst is None:
        return
    if worst[1] == 0:
        yield broken("nobody_there", when=_clock(worst[2], around))
    else:
        yield broken(
            "too_few_staff", when=_clock(worst[2], around), staff=worst[1], chairs=counted, limit=around.most_chairs
        )


def _instants(visit: Visit, around: Surroundings) -> list[datetime]:
    """The instants at which the count can turn worse: the arrival, others' arrivals, and staff leaving."""
    assert around.presence is not None
    at = {visit.starts_at}
    at.update(other.starts_at for other in around.others)
    at.update(one.ends_at for one in around.presence)
    return sorted(one for one in at if visit.starts_at <= one < visit.leaves_at)


def _named_nurse(visit: Visit, around: Surroundings) -> Iterator[Break]:
    """There for the whole of it, where a rota is kept, and never with more chairs than one person watches."""
    own = [one for one in around.presence or () if one.staff_id == visit.nurse_id]
    name = own[0].name if own else ""
    if around.presence is not None and not any(
        one.starts_at <= visit.starts_at and visit.leaves_at <= one.ends_at for one in own
    ):
        yield broken("nurse_away", name=name, when=_clock(visit.starts_at, around))
    beside = [other for other in around.others if other.nurse_id == visit.nurse_id and visit.overlaps(other)]
    arrivals = [visit.starts_at, *(other.starts_at for other in beside if visit.starts_at < other.starts_at)]
    most = max(1 + sum(other.starts_at <= at < other.leaves_at for other in beside) for at in arrivals)
    if most > around.most_chairs:
        yield broken("nurse_full", name=name, chairs=most, limit=around.most_chairs)


# --- the patient -----------------------------------------------------------------------------------------------------


def _wishes(visit: Visit, around: Surroundings) -> Iterator[Break]:
    wishes = around.wishes
    arrives, leaves = visit.starts_at.astimezone(around.zone), visit.leaves_at.astimezone(around.zone)
    if arrives.weekday() not in wishes.weekdays:
        yield broken("weekday_not_wished", weekday=arrives.weekday())
    if any(away.covers(arrives.date()) for away in wishes.away):
        yield broken("patient_away", day=arrives.date().isoformat())
    if wishes.not_before is not None and arrives.time() < wishes.not_before:
        yield broken("too_early_for_patient", wished=f"{wishes.not_before:%H:%M}", arrives=f"{arrives:%H:%M}")
    if wishes.home_by is not None and _later(leaves, arrives.date(), wishes.home_by):
        yield broken("home_too_late", wished=f"{wishes.home_by:%H:%M}", leaves=f"{leaves:%H:%M}")
    if wishes.escort_until is not None and _later(leaves, arrives.date(), wishes.escort_until):
        until = f"{wishes.escort_until:%H:%M}"
        yield broken("escort_gone", name=wishes.escort_name, until=until, leaves=f"{leaves:%H:%M}")
    chair = around.chairs.get(visit.chair_id)
    if chair is not None and wishes.single_room and not chair.is_single:
        yield broken("single_room_wished", room=chair.room_name)
    if chair is not None and wishes.needs_bed and not chair.is_bed:
        yield broken("bed_needed", chair=chair.name)


def _answered(visit: Visit, around: Surroundings) -> Iterator[Break]:
    """What the patient answered about this time, for whichever infusion they were asked."""
    if visit.starts_at in around.cannot_at:
        yield broken("said_cannot", when=_clock(visit.starts_at, around))


def _later(at: datetime, day: date, limit: time) -> bool:
    return at.date() != day or at.time() > limit


# --- words of the parameters -----------------------------------------------------------------------------------------


def _clock(at: datetime, around: Surroundings) -> str:
    return f"{at.astimezone(around.zone):%Y-%m-%d %H:%M}"


def _span(visit: Visit, around: Surroundings) -> str:
    start, end = visit.starts_at.astimezone(around.zone), visit.ends_at.astimezone(around.zone)
    return f"{start:%H:%M}–{end:%H:%M}"


def _chair(visit: Visit, around: Surroundings) -> str:
    chair = around.chairs.get(visit.chair_id)
    return chair.name if chair else ""


# --- a whole plan ----------------------------------------------------------------------------------------------------


def judge_all(visits: Sequence[Visit], around: Surroundings, now: datetime) -> dict[str, tuple[Break, ...]]:
    """As judge, for several visits of one patient together: each is also judged against the others of the plan.

    Answers booking id to breaks, for those visits that break anything.
    """
    found: dict[str, tuple[Break, ...]] = {}
    planned = {visit.booking_id for visit in visits}
    standing = tuple(other for other in around.others if other.booking_id not in planned)
    for visit in visits:
        rest = tuple(other for other in visits if other.booking_id != visit.booking_id)
        breaks = judge(visit, replace(around, others=(*standing, *rest)), now)
        if breaks:
            found[visit.booking_id] = breaks
    return found
