"""The calendar as a constraint model: one boolean for each patient and time, rooms as a count, chairs handed out after.

`OR-Tools` is imported here and nowhere else, when a model is first built: it brings 80 MB.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from dripstand.course.scheduling import scoring
from dripstand.course.scheduling.candidates import (
    SHARE,
    Bookings,
    Choice,
    as_they_stand,
    choices,
    people_at,
    shares,
)
from dripstand.course.scheduling.keep import SHIFT_AT_MOST, Keep
from dripstand.course.scheduling.problem import Chair, Patient, Problem, Start, Visit

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

UNIONS_AT_MOST = 6


@dataclass
class Model:
    """The model and its variables. chosen: of each patient (by place) and time. seat: where chairs are named."""

    cp: cp_model.CpModel
    patients: tuple[Patient, ...]
    chosen: dict[tuple[int, Start], Any] = field(default_factory=dict)
    chairs_of: dict[tuple[int, Start], tuple[str, ...]] = field(default_factory=dict)
    seat: dict[tuple[int, Start, str], Any] = field(default_factory=dict)
    missing: dict[int, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.chosen)


def build(
    problem: Problem,
    grid_min: int,
    *,
    named_days: Collection[date] = (),
    all_must_fit: bool = False,
    keep: Keep | None = None,
    weights: scoring.Weights = scoring.WEIGHTS,
) -> Model:
    """The model of a problem. named_days: days on which chairs are chosen by the solver instead of counted.

    all_must_fit: nobody may be left out; then the model is infeasible where that cannot be.
    """
    from ortools.sat.python import cp_model

    model = Model(cp_model.CpModel(), tuple(one for one in problem.patients if one.visits_count))
    standing = Bookings(problem.booked)
    price: list[Any] = []
    for index, patient in enumerate(model.patients):
        stays = keep.possible(problem, patient) if keep is not None else ()
        is_still = keep is not None and patient.patient_id in keep.still
        own = (
            as_they_stand(problem, patient, standing, stays)
            if is_still
            else choices(problem, patient, standing, grid_min, also=stays)
        )
        for choice in own:
            model.chosen[index, choice.start] = model.cp.new_bool_var(
                f"{index} {choice.start.day} {choice.start.minute}"
            )
            model.chairs_of[index, choice.start] = choice.chair_ids
        if is_still and keep is not None:
            price.append(_of_somebody_still(model, index, own, keep))
        else:
            price += _of_patient(model, problem, standing, index, own, all_must_fit, keep, weights)
    _chairs(model, problem, standing, frozenset(named_days))
    _staff(model, problem, standing, keep)
    model.cp.minimize(sum(price) if price else 0)
    return model


# --- one patient ----------------------------------------------------------------------------------------------------


def _of_patient(
    model: Model,
    problem: Problem,
    standing: Bookings,
    index: int,
    own: Sequence[Choice],
    all_must_fit: bool,
    keep: Keep | None,
    weights: scoring.Weights,
) -> list[Any]:
    """The patient's rules; answers what the plan costs for this patient."""
    cp, patient = model.cp, model.patients[index]
    by_day: dict[date, list[Start]] = defaultdict(list)
    for choice in own:
        by_day[choice.start.day].append(choice.start)
    on_day = {day: sum(model.chosen[index, start] for start in starts) for day, starts in by_day.items()}
    kept = keep.visits.get(patient.patient_id, ()) if keep is not None else ()
    before = keep.before_of(patient.patient_id) if keep is not None else []
    kept_pairs = frozenset(combinations(sorted(one.start for one in kept), 2))

    for starts in by_day.values():
        cp.add_at_most_one(model.chosen[index, start] for start in starts)
    _least_distance(model, problem, index, by_day, kept_pairs)
    _most_distance(model, problem, standing, index, on_day, _far_before(patient, before))
    _weeks(model, problem, standing, index, on_day, before)
    _same_order(model, standing, index, own, kept, before)

    placed = sum(on_day.values()) if on_day else 0
    price: list[Any] = []
    if all_must_fit:
        cp.add(placed == patient.visits_count)
    else:
        missing = cp.new_int_var(0, patient.visits_count, f"{index} missing")
        cp.add(placed + missing == patient.visits_count)
        model.missing[index] = missing
        price.append((weights.not_placed if keep is None else keep.missing) * missing)

    if keep is not None and kept:
        return price + _disturbance(model, index, own, kept, keep, patient)
    for choice in own:
        cost = scoring.visit_cost(patient, choice.start, weights)
        if cost:
            price.append(cost * model.chosen[index, choice.start])
    if not patient.ideal_days:
        weeks = scoring.weeks_of(problem, patient)
        least, most = scoring.even_share(patient, len(weeks))
        for monday in weeks:
            these = [count for day, count in on_day.items() if day - timedelta(days=day.weekday()) == monday]
            off = cp.new_int_var(0, max(patient.visits_count, 7), f"{index} {monday} uneven")
            cp.add(off >= sum(these) - most)
            cp.add(off >= least - sum(these))
            price.append(weights.uneven * off)
    return price


def _of_somebody_still(model: Model, index: int, own: Sequence[Choice], keep: Keep) -> Any:
    """Each visit stays at its time or has no place; their own rules are as they were."""
    count = model.patients[index].visits_count
    missing = model.cp.new_int_var(0, count, f"{index} missing")
    model.cp.add(sum(model.chosen[index, one.start] for one in own) + missing == count)
    model.missing[index] = missing
    return keep.missing * missing + sum(_other_chair(model, index, own, keep))


def _other_chair(model: Model, index: int, own: Sequence[Choice], keep: Keep) -> list[Any]:
    """A point for each visit that stays at its time and cannot keep its chair: least of all that can be spared."""
    before = {one.start: one.chair_id for one in keep.visits[model.patients[index].patient_id]}
    return [
        model.chosen[index, one.start] for one in own if before.get(one.start, one.chair_ids[0]) not in one.chair_ids
    ]


def _far_before(patient: Patient, before: Sequence[Visit]) -> frozenset[tuple[date, date]]:
    """Neighbours that stood too far apart already."""
    most = patient.spacing.most_d
    days = [one.start.day for one in before]
    return frozenset((one, other) for one, other in pairwise(days) if most is not None and (other - one).days > most)


def _same_order(
    model: Model,
    standing: Bookings,
    index: int,
    own: Sequence[Choice],
    kept: Sequence[Visit],
    before: Sequence[Visit],
) -> None:
    """The third infusion stays the third: no more of a patient's visits than did come before a fixed one, or after."""
    if not kept:
        return
    was = {one.visit_id: one.start for one in before}
    for fixed in standing.of_patient[model.patients[index].patient_id]:
        stood = was.get(fixed.visit_id, fixed.start)
        earlier = sum(one.start < stood for one in kept)
        model.cp.add(sum(model.chosen[index, one.start] for one in own if one.start < fixed.start) <= earlier)
        model.cp.add(
            sum(model.chosen[index, one.start] for one in own if one.start > fixed.start) <= len(kept) - earlier
        )


def _least_distance(
    model: Model,
    problem: Problem,
    index: int,
    by_day: Mapping[date, Sequence[Start]],
    kept_pairs: frozenset[tuple[Start, Start]],
) -> None:
    """No two of a patient's visits closer than the rules, in calendar days and in real hours.

    Two visits that stand already, as somebody decided, are left as they are (kept_pairs).
    """
    patient, zone = model.patients[index], problem.clinic.zone
    rules = patient.spacing
    days = sorted(by_day)
    hours_reach_d = rules.least_h // 24 + 1
    kept_days = {(one.day, other.day) for one, other in kept_pairs}
    drug_at = {start: start.at(zone, patient.stay.preparation_min) for starts in by_day.values() for start in starts}
    for place, day in enumerate(days):
        window = [day]
        for other in days[place + 1 :]:
            apart_d = (other - day).days
            if apart_d < rules.least_d:
                window.append(other)
            elif apart_d > hours_reach_d:
                break
            else:
                _hours(model, index, by_day[day], by_day[other], drug_at, timedelta(hours=rules.least_h), kept_pairs)
        if len(window) > 1:
            if any(pair in kept_days for pair in combinations(window, 2)):
                for one, two in combinations(window, 2):
                    _pairwise(model, index, by_day[one], by_day[two], kept_pairs)
            else:
                model.cp.add_at_most_one(model.chosen[index, start] for each in window for start in by_day[each])


def _pairwise(
    model: Model, index: int, ones: Iterable[Start], others: Sequence[Start], kept: frozenset[tuple[Start, Start]]
) -> None:
    for one in ones:
        for other in others:
            if (one, other) not in kept:
                model.cp.add_at_most_one(model.chosen[index, one], model.chosen[index, other])


def _hours(
    model: Model,
    index: int,
    ones: Sequence[Start],
    others: Sequence[Start],
    drug_at: Mapping[Start, Any],
    least: timedelta,
    kept: frozenset[tuple[Start, Start]],
) -> None:
    for one in ones:
        near = [other for other in others if drug_at[other] - drug_at[one] < least and (one, other) not in kept]
        if near:
            model.cp.add_at_most_one([model.chosen[index, one], *(model.chosen[index, other] for other in near)])


def _most_distance(
    model: Model,
    problem: Problem,
    standing: Bookings,
    index: int,
    on_day: Mapping[date, Any],
    far_before: frozenset[tuple[date, date]],
) -> None:
    """Between two neighbouring visits no more days than the rules allow."""
    patient = model.patients[index]
    most = patient.spacing.most_d
    if most is None:
        return
    held: dict[date, Any] = {one.start.day: 1 for one in standing.of_patient[patient.patient_id]}
    visits: dict[date, Any] = {**on_day, **held}
    told = [at.astimezone(problem.clinic.zone).date() for at in patient.given]
    days = sorted(visits)
    for place, day in enumerate(days):
        between: list[Any] = []
        given_between = 0
        for other in days[place + 1 :]:
            given_between = sum(day < one < other for one in told)
            is_ours = not (day in held and other in held)
            if is_ours and (other - day).days > most and not given_between and (day, other) not in far_before:
                model.cp.add(visits[day] + visits[other] <= 1 + sum(between))
            between.append(visits[other])


def _weeks(
    model: Model,
    problem: Problem,
    standing: Bookings,
    index: int,
    on_day: Mapping[date, Any],
    before: Sequence[Visit],
) -> None:
    """No more visits in a week from Monday than the rules allow, or than stood in it already."""
    patient = model.patients[index]
    fixed = [at.astimezone(problem.clinic.zone).date() for at in patient.given]
    fixed += [one.start.day for one in standing.of_patient[patient.patient_id]]
    weeks: dict[date, list[Any]] = defaultdict(list)
    for day, count in on_day.items():
        weeks[day - timedelta(days=day.weekday())].append(count)
    for monday, counts in weeks.items():
        sunday = monday + timedelta(days=6)
        stood = sum(monday <= one.start.day <= sunday for one in before)
        room = max(patient.spacing.most_a_week, stood) - sum(monday <= day <= sunday for day in fixed)
        model.cp.add(sum(counts) <= max(room, 0))


def _disturbance(
    model: Model, index: int, own: Sequence[Choice], kept: Sequence[Visit], keep: Keep, patient: Patient
) -> list[Any]:
    """What it costs to move this patient's visits: a price a visit, its shift in hours, and one for the person."""
    price: list[Any] = []
    stands = {one.start for one in kept}
    price += _other_chair(model, index, own, keep)
    for choice in own:
        if choice.start in stands:
            continue
        shift_h = min(
            abs((choice.start.day - one.start.day).days) * 12 + abs(choice.start.minute - one.start.minute) // 60
            for one in kept
        )
        unwished = 0 if patient.can.prefers(choice.start) else 5
        shift = min(shift_h + unwished, SHIFT_AT_MOST)
        price.append((keep.moved + shift) * model.chosen[index, choice.start])
    if patient.patient_id not in keep.exempt:
        disturbed = model.cp.new_bool_var(f"{index} disturbed")
        for start in stands:
            if (index, start) in model.chosen:
                model.cp.add_implication(~model.chosen[index, start], disturbed)
            else:
                model.cp.add(disturbed == 1)
        price.append(keep.patient * disturbed)
    return price


# --- everybody together ---------------------------------------------------------------------------------------------


def _by_day(model: Model) -> Mapping[date, list[tuple[int, Start]]]:
    found: dict[date, list[tuple[int, Start]]] = defaultdict(list)
    for index, start in model.chosen:
        found[start.day].append((index, start))
    return found


def _chairs(model: Model, problem: Problem, standing: Bookings, named_days: frozenset[date]) -> None:
    for day, here in _by_day(model).items():
        if day in named_days:
            _named_chairs(model, here)
        else:
            _counted_chairs(model, problem, standing, day, here)


def _counted_chairs(
    model: Model, problem: Problem, standing: Bookings, day: date, here: Sequence[tuple[int, Start]]
) -> None:
    """At each arrival, those who need one of certain chairs are no more than those chairs that are free then.

    For each set of chairs that somebody is bound to, and for their unions: so many beds, so many rooms of one's own.
    """
    kinds = _chair_sets(problem, model.patients)
    unions = {frozenset().union(*some) for size in range(1, len(kinds) + 1) for some in combinations(kinds, size)}
    minutes = sorted({start.minute for _, start in here})
    end_of = {(index, start): start.minute + model.patients[index].stay.total_min for index, start in here}
    treated_until = {(index, start): start.minute + model.patients[index].stay.leaves_min for index, start in here}
    by_id = {chair.chair_id: chair for chair in problem.clinic.chairs}
    for union in sorted(unions, key=lambda one: (len(one), sorted(one))):
        bound = [one for one in here if set(_kind(problem, model.patients[one[0]])) <= union]
        for minute in minutes:
            free = [one for one in union if standing.is_free(day, one, minute, minute + 1)]
            open_too = sum(not _is_closed(problem, by_id[one], day, minute) for one in free)
            # Who is only being cleaned up after may still be in a chair that has just closed.
            for ends, room in ((treated_until, open_too), (end_of, len(free))):
                present = [model.chosen[one] for one in bound if one[1].minute <= minute < ends[one]]
                if len(present) > room:
                    model.cp.add(sum(present) <= room)


def _is_closed(problem: Problem, chair: Chair, day: date, minute: int) -> bool:
    return any(
        one.day == day and one.is_about(chair) and one.from_min <= minute < one.until_min
        for one in problem.clinic.closures
    )


def _kind(problem: Problem, patient: Patient) -> tuple[str, ...]:
    can = patient.can
    return tuple(
        chair.chair_id
        for chair in problem.clinic.chairs
        if (chair.is_single or not can.single_room) and (chair.is_bed or not can.bed)
    )


def _chair_sets(problem: Problem, patients: Sequence[Patient]) -> list[frozenset[str]]:
    return [frozenset(one) for one in sorted({_kind(problem, patient) for patient in patients})][:UNIONS_AT_MOST]


def _named_chairs(model: Model, here: Sequence[tuple[int, Start]]) -> None:
    """Each visit of this day takes one chair, and in each chair at each arrival there is at most one visit."""
    minutes = sorted({start.minute for _, start in here})
    in_chair: dict[str, list[tuple[int, int, Any]]] = defaultdict(list)
    for index, start in here:
        seats = []
        for chair_id in model.chairs_of[index, start]:
            seat = model.cp.new_bool_var(f"{index} {start.day} {start.minute} {chair_id}")
            model.seat[index, start, chair_id] = seat
            seats.append(seat)
            in_chair[chair_id].append((start.minute, start.minute + model.patients[index].stay.total_min, seat))
        model.cp.add(sum(seats) == model.chosen[index, start])
    for spans in in_chair.values():
        for minute in minutes:
            at_once = [seat for start_min, end_min, seat in spans if start_min <= minute < end_min]
            if len(at_once) > 1:
                model.cp.add_at_most_one(at_once)


def _staff(model: Model, problem: Problem, standing: Bookings, keep: Keep | None) -> None:
    """At each instant at which more may be needed or fewer may be there, enough people are there."""
    clinic = problem.clinic
    if clinic.presence is None:
        return
    loads = [shares(patient.stay, clinic) for patient in model.patients]
    for day, here in _by_day(model).items():
        present = [one for one in clinic.presence if one.day == day]
        fixed = [
            (one.start.minute + start_min, one.start.minute + until_min, needed)
            for one in standing.by_day[day]
            for start_min, until_min, needed in shares(one.stay, clinic)
        ]
        needs = [
            (start.minute + start_min, start.minute + until_min, needed, (index, start))
            for index, start in here
            for start_min, until_min, needed in loads[index]
        ]
        instants = {one[0] for one in needs} | {one[0] for one in fixed} | {one.until_min for one in present}
        before = need_before(problem, keep, day)
        for minute in sorted(instants):
            used = sum(needed for start_min, until_min, needed in fixed if start_min <= minute < until_min)
            terms = [
                (needed, model.chosen[key])
                for start_min, until_min, needed, key in needs
                if start_min <= minute < until_min
            ]
            there = SHARE * people_at(present, minute)
            room = max(max(there, before(minute)) - used, 0)
            if sum(needed for needed, _ in terms) > room:
                model.cp.add(sum(needed * chosen for needed, chosen in terms) <= room)


def need_before(problem: Problem, keep: Keep | None, day: date) -> Callable[[int], int]:
    """What stood at a minute before anything was moved: where that was too much already, a person decided so."""
    spans = [
        (one.start.minute + start_min, one.start.minute + until_min, needed)
        for one in (keep.before if keep is not None else ())
        if one.start.day == day
        for start_min, until_min, needed in shares(one.stay, problem.clinic)
    ]

    def need(minute: int) -> int:
        return sum(needed for start_min, until_min, needed in spans if start_min <= minute < until_min)

    return need
