"""One booking moved: what that breaks, and the least disturbing way to put the rest right.

Least disturbing: first nobody loses a visit, then as few other people as possible are asked, then as few visits as
possible change, and those by as little as possible. Whoever moved the booking decided its place; that is not undone.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from dripstand.course.scheduling.candidates import Bookings, chair_is_open, fits_chair
from dripstand.course.scheduling.checking import Finding, check, finding
from dripstand.course.scheduling.keep import Keep
from dripstand.course.scheduling.least import Bound, Least
from dripstand.course.scheduling.problem import Patient, Problem, Start, Visit
from dripstand.course.scheduling.proposing import Limits, MustStop, Plan, Search, _never

REPAIR = Limits(seconds=20.0, grid_min=30, workers=1)
"""One thread: a repair is many small searches, in which a second one costs more than it finds."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit is moved to. chair_id: "" takes the chair that it has, or else a free one that suits."""

    start: Start
    chair_id: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One visit that changes its time, its chair, or both."""

    visit_id: str
    patient_id: str
    called: str
    was: Start
    was_chair_id: str
    now: Start
    chair_id: str

    @property
    def is_chair_only(self) -> bool:
        return self.was == self.now


@dataclass(frozen=True, slots=True)
class Repair:
    """What moving breaks and what would put it right.

    breaks: what was not broken before the move and is after it. moves: what to change besides. remains: what these
    moves do not mend (the patient's own wish about the day that was chosen, say). homeless: visits for which no place
    was found. proven: no repair asks fewer people, or as few and moves fewer visits, among the times on the grid.
    visits: the calendar as it would be.
    """

    breaks: tuple[Finding, ...]
    moves: tuple[Move, ...]
    remains: tuple[Finding, ...]
    homeless: tuple[Visit, ...]
    proven: bool
    seconds: float
    visits: tuple[Visit, ...]

    @property
    def people_disturbed(self) -> frozenset[str]:
        return frozenset(one.patient_id for one in self.moves if not one.is_chair_only)

    @property
    def other_time_count(self) -> int:
        """How many visits change their time; another chair is not counted."""
        return sum(not one.is_chair_only for one in self.moves)


def moved(problem: Problem, moves: Mapping[str, Place]) -> Problem:
    """The problem with these visits at their new places, fixed there. Raises KeyError for a visit that is not there."""
    by_id = {one.visit_id: one for one in problem.booked}
    standing = Bookings([one for one in problem.booked if one.visit_id not in moves])
    changed: dict[str, Visit] = {}
    for visit_id, place in moves.items():
        visit = replace(by_id[visit_id], start=place.start, movable=False)
        changed[visit_id] = replace(visit, chair_id=place.chair_id or _a_chair(problem, visit, standing))
    return replace(problem, booked=tuple(changed.get(one.visit_id, one) for one in problem.booked))


def _a_chair(problem: Problem, visit: Visit, standing: Bookings) -> str:
    patient = problem.patient(visit.patient_id)
    own = [one for one in problem.clinic.chairs if one.chair_id == visit.chair_id]
    for chair in (*own, *problem.clinic.chairs):
        if (
            (patient is None or fits_chair(patient, chair))
            and chair_is_open(problem.clinic, chair, visit.start, visit.leaves_min)
            and standing.is_free(visit.start.day, chair.chair_id, visit.start.minute, visit.end_min)
        ):
            return chair.chair_id
    return visit.chair_id


def what_breaks(problem: Problem, moves: Mapping[str, Place]) -> tuple[Finding, ...]:
    """What these moves break that stood before. No solver: at once."""
    standing = replace(problem, patients=_nobody_new(problem.patients))
    after = moved(standing, moves)
    before = set(check(standing, ()))
    return (
        *_overtaken(problem.booked, after.booked),
        *(one for one in check(after, ()) if one not in before),
    )


def _overtaken(before: Sequence[Visit], after: Sequence[Visit]) -> Iterator[Finding]:
    """One visit of a patient now stands behind another that it stood before: the third infusion is not the fourth."""
    stood = {one.visit_id: one.start for one in before}
    of_patient: dict[str, list[Visit]] = defaultdict(list)
    for one in after:
        of_patient[one.patient_id].append(one)
    for own in of_patient.values():
        for one, other in pairwise(sorted(own, key=lambda visit: stood[visit.visit_id])):
            if one.start >= other.start:
                yield finding("out_of_order", [one, other], who=one.called)


def _nobody_new(patients: Sequence[Patient]) -> tuple[Patient, ...]:
    return tuple(replace(one, visits_count=0) for one in patients)


def repair(
    problem: Problem,
    moves: Mapping[str, Place],
    limits: Limits = REPAIR,
    *,
    must_stop: MustStop = _never,
    on_better: Callable[[Repair], None] = lambda better: None,
) -> Repair:
    """Puts the rest right after a move, or, without a move, a calendar that the world has broken (a nurse is ill).

    Only few people are free to be asked at first: those whose visits would make room (`least.py`). More are added until
    no repair that asks anybody else can disturb less, or the time is over. on_better is told of each better answer.
    """
    breaks = what_breaks(problem, moves)
    after = moved(problem, moves)
    if moves and not breaks:
        return Repair((), (), (), (), True, 0.0, after.booked)
    began_s = time.monotonic()

    def left_s() -> float:
        return limits.seconds - (time.monotonic() - began_s)

    pinned = tuple(one for one in after.booked if one.visit_id in moves)
    own = {one.patient_id for one in pinned}
    loose = {one.visit_id: one.patient_id for one in after.booked if one.movable}
    free = own | ({loose[one] for one in _named(after) if one in loose} if not moves else set())
    # Without a move the world has changed: what is broken now is what is to be mended, not what somebody decided.
    keep = Keep({}, before=problem.booked if pinned else (), pinned=pinned, exempt=frozenset(own))
    bound = Bound(after, loose, keep, pinned, limits.grid_min)
    best: Repair | None = None
    least = bound.ask(left_s())
    while True:
        if best is not None and (least is None or least.price >= _price(best, own)[:3] or must_stop()):
            known = best.proven and (least is not None or bound.is_exhausted or free >= set(loose.values()))
            return replace(best, proven=known and not must_stop(), seconds=time.monotonic() - began_s)
        least = _widened(bound, least, free, set(loose.values()), left_s)
        limited = replace(limits, seconds=max(left_s(), 0.1))
        answer = _put_right(problem, after, keep, free, breaks, limited, must_stop)
        if best is None or _price(answer, own) < _price(best, own):
            best = replace(answer, seconds=time.monotonic() - began_s)
            on_better(replace(best, proven=False))
        best = replace(best, proven=answer.proven)
        if not answer.proven:
            least = None


PATIENTS_AT_ONCE = 4


def _widened(
    bound: Bound, least: Least | None, free: set[str], everybody: set[str], left_s: Callable[[], float]
) -> Least | None:
    """Adds to those who are free to be asked whom the bound names, and a few more who would do as well; answers what
    a repair must cost that asks anybody else."""
    if least is None:
        free |= everybody
        return None
    free |= least.who
    for _more in range(PATIENTS_AT_ONCE):
        bound.beyond(free)
        following = bound.ask(left_s())
        if following is None or following.price[:2] > least.price[:2]:
            return following
        free |= following.who
    bound.beyond(free)
    return bound.ask(left_s())


def _named(problem: Problem) -> set[str]:
    """Visits that something is wrong with as the calendar stands."""
    found = check(replace(problem, patients=_nobody_new(problem.patients)), ())
    return {visit_id for one in found for visit_id in one.visit_ids}


def _price(answer: Repair, own: Collection[str]) -> tuple[int, int, int, int]:
    """Homeless, other people, visits at another time, and visits in another chair; less is better."""
    others = len(answer.people_disturbed - set(own))
    return len(answer.homeless), others, answer.other_time_count, len(answer.moves)


def _put_right(
    problem: Problem,
    after: Problem,
    keep: Keep,
    free: Collection[str],
    breaks: tuple[Finding, ...],
    limits: Limits,
    must_stop: MustStop,
) -> Repair:
    """One search in which the visits of these patients may move, and those of the others change chairs alone."""
    loose = [one for one in after.booked if one.movable]
    fixed = tuple(one for one in after.booked if not one.movable)
    kept: dict[str, list[Visit]] = defaultdict(list)
    for visit in sorted(loose, key=lambda one: one.start):
        kept[visit.patient_id].append(visit)
    patients = tuple(
        replace(patient, visits_count=len(kept[patient.patient_id]))
        for patient in after.patients
        if patient.patient_id in kept
    )
    keep = replace(
        keep, visits={name: tuple(visits) for name, visits in kept.items()}, still=frozenset(kept) - frozenset(free)
    )
    search = Search(replace(after, patients=patients, booked=fixed), limits, must_stop=must_stop, keep=keep)
    plan = search.run()
    moves, homeless, settled = _matched(kept, plan)
    visits = (*fixed, *settled)
    remains = check(replace(after, patients=_nobody_new(after.patients), booked=visits), ())
    stood = set(check(replace(problem, patients=_nobody_new(problem.patients)), ())) if keep.pinned else set()
    return Repair(
        breaks,
        moves,
        tuple(one for one in remains if one not in stood),
        homeless,
        plan.proven,
        plan.seconds,
        visits,
    )


def _fewest_moved(old: Sequence[Visit], new: Sequence[Visit]) -> list[Visit]:
    """Those of a patient's visits that keep a place, in their order, so that as few as possible of them move."""

    def moved_count(some: Iterable[Visit]) -> int:
        return sum(was.start != now.start for was, now in zip(some, new, strict=True))

    return list(min(combinations(old, len(new)), key=moved_count))


def _matched(
    kept: Mapping[str, Sequence[Visit]], plan: Plan
) -> tuple[tuple[Move, ...], tuple[Visit, ...], tuple[Visit, ...]]:
    """Which booking goes where: of each patient in their order, so that the third infusion stays the third."""
    moves: list[Move] = []
    homeless: list[Visit] = []
    settled: list[Visit] = []
    for patient_id, old in sorted(kept.items()):
        new = sorted((one for one in plan.visits if one.patient_id == patient_id), key=lambda one: one.start)
        if len(new) < len(old):
            kept_ones = _fewest_moved(old, new)
            homeless += [one for one in old if one not in kept_ones]
            old = kept_ones
        for was, now in zip(old, new, strict=True):
            settled.append(replace(was, start=now.start, chair_id=now.chair_id))
            if (was.start, was.chair_id) != (now.start, now.chair_id):
                moves.append(
                    Move(was.visit_id, patient_id, was.called, was.start, was.chair_id, now.start, now.chair_id)
                )
    return tuple(sorted(moves, key=lambda one: (one.now, one.visit_id))), tuple(homeless), tuple(settled)
