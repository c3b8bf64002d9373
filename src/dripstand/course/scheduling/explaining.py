"""Why somebody could not be placed: which rules leave no room together, what would help, whose booking is in the way.

The rules named are minimal conflicts, found by lifting one after the other: leave any one of them out and the rest
leave room. Where that is not enough because there is a second cause (a closure and somebody's booking), the first is
taken as lifted and the next conflict is looked for, until there is room.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from dripstand.course.scheduling.candidates import SHARE, Bookings, chair_is_open, shares
from dripstand.course.scheduling.in_the_way import in_the_way
from dripstand.course.scheduling.lifting import (
    LIFTS,
    can,
    clinic,
    fits,
    lifted,
    longer_window,
    spacing,
    with_patient,
)
from dripstand.course.scheduling.problem import (
    DAY_MIN,
    EVERY_WEEKDAY,
    Chair,
    Clinic,
    Patient,
    Present,
    Problem,
    Start,
    Stay,
    Visit,
)
from dripstand.course.scheduling.proposing import Limits, Plan, propose


@dataclass(frozen=True, slots=True)
class Relief:
    """One change that makes room. code: of a rule; facts: how much of it, or which of it, as name and value."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `missing` of a patient's visits have no place.

    rules: codes of the rules that leave no room. reliefs: changes of which each by itself would make room. together:
    where there are several causes, changes that make room together and not one without the others. in_the_way: the
    fewest bookings of others that would have to go elsewhere, beside the other changes of `together`. possible: how
    many of the visits do have a place. conflicts: the rules by cause, each a smallest set once the first rule of those
    before it is lifted.
    """

    patient_id: str
    called: str
    missing: int
    rules: tuple[str, ...]
    reliefs: tuple[Relief, ...]
    in_the_way: tuple[Visit, ...]
    possible: int
    together: tuple[Relief, ...] = ()
    conflicts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """What the arithmetic of slots says before any search: more than `at_most` visits never fit.

    by: "chairs" or "staff", whichever is scarcer.
    """

    wanted: int
    at_most: int
    by: str

    @property
    def is_too_little(self) -> bool:
        return self.wanted > self.at_most


# --- the whole clinic -----------------------------------------------------------------------------------------------


def room(problem: Problem) -> Room:
    """How many visits the days can hold at most, by chairs and by staff, whatever the patients' own rules are."""
    coming = [one for one in problem.patients if one.visits_count]
    wanted = sum(one.visits_count for one in coming)
    if not coming:
        return Room(0, 0, "chairs")
    leaves_min = min(one.stay.leaves_min for one in coming)
    shortest = Stay(0, leaves_min, 0, max(min(one.stay.total_min for one in coming) - leaves_min, 0))
    first_on, last_on = min(one.first_on for one in coming), max(one.last_on for one in coming)
    standing, clinic = Bookings(problem.booked), problem.clinic
    least_watch = min(_watch(one.stay, clinic) for one in coming)
    seats = watched = 0
    for day, (opens, closes) in clinic.hours.items():
        if not first_on <= day <= last_on:
            continue
        here = sum(_stacked(problem, standing, chair, Start(day, opens), closes, shortest) for chair in clinic.chairs)
        seats += here
        if clinic.presence is not None:
            spans = [
                (max(one.from_min, opens), min(one.until_min, closes)) for one in clinic.presence if one.day == day
            ]
            there = sum(max(until - start, 0) for start, until in spans) * SHARE
            used = sum(_watch(one.stay, clinic) for one in standing.by_day[day])
            watched += min(here, max(there - used, 0) // max(least_watch, 1))
    if clinic.presence is not None and watched < seats:
        return Room(wanted, watched, "staff")
    return Room(wanted, seats, "chairs")


def _watch(stay: Stay, clinic: Clinic) -> int:
    """Minutes of watching that a visit needs, in shares of a person."""
    return sum((until - start) * needed for start, until, needed in shares(stay, clinic))


def _stacked(problem: Problem, standing: Bookings, chair: Chair, opens: Start, closes: int, stay: Stay) -> int:
    """How many of the shortest visits one chair takes in a day, end to end, around what stands in it."""
    count, minute = 0, opens.minute
    while minute + stay.leaves_min <= closes:
        start = Start(opens.day, minute)
        if standing.is_free(opens.day, chair.chair_id, minute, minute + stay.total_min) and chair_is_open(
            problem.clinic, chair, start, minute + stay.leaves_min
        ):
            count += 1
            minute += stay.total_min
        else:
            minute += 1
    return count


def explain(problem: Problem, plan: Plan) -> tuple[Explanation, ...]:
    """For each patient whom the plan leaves out, why: beside what is booked and what the plan gives to the others."""
    return tuple(
        explain_one(
            replace(problem, booked=(*problem.booked, *(one for one in plan.visits if one.patient_id != patient_id))),
            patient_id,
            plan.grid_min,
        )
        for patient_id in sorted(plan.missing)
    )


@dataclass(frozen=True, slots=True)
class Help:
    """What one change of the clinic would do for everybody. missing: visits without a place then, at most.

    code: "staff" (one more person each day, all day), "chairs" (one more, in a room of its own), "hours" (one more).
    """

    code: str
    missing: int


def what_would_help(problem: Problem, plan: Plan, limits: Limits) -> tuple[Help, ...]:
    """Which single change of the clinic places more than the plan does, the best first, each tried by the solver."""
    clinic = problem.clinic
    changes: dict[str, Clinic] = {
        "chairs": replace(clinic, chairs=(*clinic.chairs, Chair("+1", "", "+1"))),
        "hours": replace(
            clinic, hours={day: (opens, min(closes + 60, DAY_MIN)) for day, (opens, closes) in clinic.hours.items()}
        ),
    }
    if clinic.presence is not None:
        more = (Present("+1", "", day, opens, closes) for day, (opens, closes) in clinic.hours.items())
        changes["staff"] = replace(clinic, presence=(*clinic.presence, *more))
    before = sum(plan.missing.values())
    found = [
        Help(code, sum(propose(replace(problem, clinic=changed), limits).missing.values()))
        for code, changed in changes.items()
    ]
    return tuple(sorted((one for one in found if one.missing < before), key=lambda one: (one.missing, one.code)))


# --- one patient ----------------------------------------------------------------------------------------------------


def explain_one(problem: Problem, patient_id: str, grid_min: int = 30) -> Explanation:
    """Why this patient's visits do not all fit beside what is booked."""
    patient = problem.patient(patient_id)
    assert patient is not None
    problem = replace(problem, patients=(patient,))
    possible = _possible(problem, patient, grid_min)
    missing = patient.visits_count - possible
    if not missing:
        return Explanation(patient_id, patient.called, 0, (), (), (), possible)

    def makes_room(names: Collection[str]) -> bool:
        return fits(lifted(problem, names), patient_id, grid_min)

    if not makes_room(LIFTS):
        # Not even without any of them: it is the 24 hours, or more visits than days.
        return Explanation(patient_id, patient.called, missing, ("least_h",), (), (), possible)
    in_force = tuple(name for name, lift in LIFTS.items() if lift(problem, patient) != problem)
    conflicts: list[tuple[str, ...]] = []
    enough: frozenset[str] = frozenset()
    while not makes_room(enough) and (found := _conflict(problem, patient_id, in_force, enough, grid_min)):
        conflicts.append(found)
        enough |= {found[0]}
    for name in sorted(enough, key=list(LIFTS).index, reverse=True):
        if makes_room(enough - {name}):
            enough -= {name}
    rules = tuple(name for name in LIFTS if any(name in one for one in conflicts))
    alone = tuple(name for name in rules if makes_room({name}))
    besides = lifted(problem, enough - {"bookings"})
    return Explanation(
        patient_id,
        patient.called,
        missing,
        rules,
        tuple(_how_much(problem, patient, name, grid_min) for name in alone),
        in_the_way(besides, besides.patients[0], grid_min) if "bookings" in enough else (),
        possible,
        tuple(_together(problem, enough, grid_min)) if len(enough) > 1 else (),
        tuple(conflicts),
    )


def _conflict(
    problem: Problem, patient_id: str, in_force: tuple[str, ...], without: frozenset[str], grid_min: int
) -> tuple[str, ...]:
    """A smallest set of rules that leave no room, when those of `without` are lifted."""
    lift = without
    for name in in_force:
        if name not in lift and not fits(lifted(problem, lift | {name}), patient_id, grid_min):
            lift |= {name}  # still no room: this rule is not what it takes
    return tuple(name for name in in_force if name not in lift)


def _together(problem: Problem, enough: frozenset[str], grid_min: int) -> Iterator[Relief]:
    for name in LIFTS:
        if name in enough:
            besides = lifted(problem, enough - {name})
            yield _how_much(besides, besides.patients[0], name, grid_min)


def _possible(problem: Problem, patient: Patient, grid_min: int) -> int:
    for count in range(patient.visits_count, 0, -1):
        if fits(with_patient(problem, replace(patient, visits_count=count)), patient.patient_id, grid_min):
            return count
    return 0


def _how_much(problem: Problem, patient: Patient, name: str, grid_min: int) -> Relief:
    """The smallest step of this rule that is enough, where it has steps; or which of it, where it is one of several."""
    for changed, facts in _steps(problem, patient, name):
        if fits(changed, patient.patient_id, grid_min):
            return Relief(name, facts)
    return Relief(name)


def _steps(problem: Problem, patient: Patient, name: str) -> Iterator[tuple[Problem, tuple[tuple[str, str], ...]]]:
    told, rules, place = patient.can, patient.spacing, problem.clinic
    if name == "weekdays":
        for weekday in sorted(EVERY_WEEKDAY - told.weekdays):
            yield can(weekdays=told.weekdays | {weekday})(problem, patient), (("weekday", str(weekday)),)
    elif name == "away":
        for away in told.away:
            rest = tuple(one for one in told.away if one.day != away.day)
            yield can(away=rest)(problem, patient), (("day", away.day.isoformat()),)
    elif name in ("not_before", "home_by"):
        for minutes in (30, 60, 90, 120, 180):
            earlier = can(not_before_min=max(told.not_before_min - minutes, 0))
            later = can(home_by_min=min(told.home_by_min + minutes, DAY_MIN))
            yield (earlier if name == "not_before" else later)(problem, patient), (("minutes", str(minutes)),)
    elif name == "window":
        wider = longer_window(problem, patient)
        for days in (7, 14, 21):
            last_on = patient.last_on + timedelta(days=days)
            nearer = with_patient(wider, replace(wider.patients[0], last_on=last_on))
            yield nearer, (("days", str(days)), ("last", last_on.isoformat()))
    elif name == "most_a_week":
        for most in range(rules.most_a_week + 1, 8):
            yield spacing(most_a_week=most)(problem, patient), (("count", str(most)),)
    elif name == "most_d" and rules.most_d is not None:
        for more in range(1, 15):
            yield spacing(most_d=rules.most_d + more)(problem, patient), (("days", str(rules.most_d + more)),)
    elif name == "closures":
        for one in dict.fromkeys((each.day, each.words) for each in place.closures):
            rest_of_them = tuple(each for each in place.closures if (each.day, each.words) != one)
            yield clinic(closures=rest_of_them)(problem, patient), (("day", one[0].isoformat()), ("words", one[1]))
    elif name == "staff" and place.presence is not None:
        for day, (opens, closes) in sorted(place.hours.items()):
            more_there = (*place.presence, Present("+1", "", day, opens, closes))
            if patient.first_on <= day <= patient.last_on:
                yield clinic(presence=more_there)(problem, patient), (("day", day.isoformat()),)
