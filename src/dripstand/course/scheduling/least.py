"""What every repair has to disturb at least, from a small relaxed problem: which repair is known to be the least.

Only the patients whose visits were moved are planned anew; of everybody else visits just go away. Whatever a repair
does, taking the visits that it moves out of the calendar leaves room for the others: so no repair disturbs fewer people
than this says, nor moves fewer visits when it disturbs as few. It also says who might be asked, so that a search looks
at those few first; asked again without them, it says what a repair must cost that asks anybody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dripstand.course.scheduling.candidates import SHARE, people_at, shares, still_holds
from dripstand.course.scheduling.keep import Keep
from dripstand.course.scheduling.model import Model, build, need_before
from dripstand.course.scheduling.problem import Problem, Visit


@dataclass(frozen=True, slots=True)
class Least:
    """homeless: visits without a place, at least. people: others of whom a visit goes elsewhere, at least then.
    visits: how many change their time, at least then. who: of whom that would be, in this relaxed answer."""

    homeless: int
    people: int
    visits: int
    who: frozenset[str]

    @property
    def price(self) -> tuple[int, int, int]:
        return self.homeless, self.people, self.visits


class Bound:
    """The relaxed problem of one repair, asked as often as the search needs it."""

    def __init__(
        self, problem: Problem, loose: Collection[str], keep: Keep, pinned: Sequence[Visit], grid_min: int
    ) -> None:
        """problem: after the move. loose: ids of visits that may move."""
        own = {one.patient_id for one in pinned}
        self._planned = [one for one in problem.booked if one.patient_id in own and one.visit_id in loose]
        kept = {name: tuple(one for one in self._planned if one.patient_id == name) for name in own}
        alone = replace(
            problem,
            patients=tuple(
                replace(one, visits_count=len(kept[one.patient_id]))
                for one in problem.patients
                if kept.get(one.patient_id)
            ),
            booked=tuple(one for one in problem.booked if one.patient_id in own and one.visit_id not in loose),
        )
        model = self._model = build(alone, grid_min, keep=replace(keep, visits=kept))
        others = [one for one in problem.booked if one.patient_id not in own]
        self._gone = {one.visit_id: model.cp.new_bool_var(one.visit_id) for one in others if one.visit_id in loose}
        _must_go(model, problem, others, self._gone, keep)
        _chairs(model, problem, [*others, *alone.booked], self._gone)
        _staff(model, problem, [*others, *alone.booked], self._gone, keep)
        self._people = _people(model, others, self._gone)
        self._stays = [
            model.chosen[index, one.start]
            for index, patient in enumerate(model.patients)
            for one in kept[patient.patient_id]
            if (index, one.start) in model.chosen
        ]
        each = len(others) + len(self._planned) + 1
        visits = sum(self._gone.values()) - sum(self._stays)
        people = each * sum(self._people.values())
        model.cp.minimize(each * (len(self._people) + 1) * sum(model.missing.values()) + people + visits)
        self.is_exhausted = False

    def ask(self, seconds: float) -> Least | None:
        """The bound; None where it is not known in time, or nobody is left who could be asked (`is_exhausted`)."""
        from ortools.sat.python import cp_model

        if self.is_exhausted or seconds <= 0:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        status = solver.solve(self._model.cp)
        if status == cp_model.INFEASIBLE:
            self.is_exhausted = True
        if status != cp_model.OPTIMAL:
            return None
        gone = sum(solver.boolean_value(one) for one in self._gone.values())
        stays = sum(solver.boolean_value(one) for one in self._stays)
        homeless = sum(int(solver.value(one)) for one in self._model.missing.values())
        who = frozenset(name for name, asked in self._people.items() if solver.boolean_value(asked))
        return Least(homeless, len(who), gone + len(self._planned) - homeless - stays, who)

    def beyond(self, known: Collection[str]) -> None:
        """From now on somebody besides these is asked: what these can do is known."""
        others = [asked for name, asked in self._people.items() if name not in known]
        if others:
            self._model.cp.add(sum(others) >= 1)
        else:
            self.is_exhausted = True


def _people(model: Model, others: Sequence[Visit], gone: Mapping[str, Any]) -> dict[str, Any]:
    """Of each of the others whether they are asked: any of their visits goes."""
    of_patient: dict[str, list[Any]] = defaultdict(list)
    for one in others:
        if one.visit_id in gone:
            of_patient[one.patient_id].append(gone[one.visit_id])
    people: dict[str, Any] = {}
    for name, theirs in sorted(of_patient.items()):
        people[name] = model.cp.new_bool_var(f"{name} asked")
        model.cp.add_max_equality(people[name], theirs)
    return people


def _must_go(model: Model, problem: Problem, others: Sequence[Visit], gone: Mapping[str, Any], keep: Keep) -> None:
    """Without a move it is the world that has changed: what cannot be kept any more goes."""
    if keep.pinned:
        return
    for one in others:
        patient = problem.patient(one.patient_id)
        if one.visit_id in gone and patient is not None and not still_holds(problem, patient, one):
            model.cp.add(gone[one.visit_id] == 1)


def _chairs(model: Model, problem: Problem, stand: Sequence[Visit], gone: Mapping[str, Any]) -> None:
    """At each arrival no more visits than there are chairs, of whatever kind."""
    spans = _spans(model, lambda stay: ((0, stay.total_min, 1),))
    count = len(problem.clinic.chairs)
    for day, these in _by_day(stand).items():
        own = spans.get(day, ())
        instants = {one.start.minute for one in these} | {begin for begin, _, _, _ in own}
        theirs = [(one, one.start.minute, one.end_min, 1) for one in these]
        for minute in sorted(instants):
            _at_most(model, own, theirs, gone, minute, count)


def _staff(model: Model, problem: Problem, stand: Sequence[Visit], gone: Mapping[str, Any], keep: Keep) -> None:
    """At each instant no more need of watching than people are there, or than there was before anything was moved."""
    clinic = problem.clinic
    if clinic.presence is None:
        return
    spans = _spans(model, lambda stay: shares(stay, clinic))
    for day, these in _by_day(stand).items():
        present = [one for one in clinic.presence if one.day == day]
        before = need_before(problem, keep, day)
        own = spans.get(day, ())
        theirs = [
            (one, one.start.minute + begin, one.start.minute + until, needed)
            for one in these
            for begin, until, needed in shares(one.stay, clinic)
        ]
        instants = {begin for _, begin, _, _ in theirs} | {begin for begin, _, _, _ in own}
        for minute in sorted(instants | {one.until_min for one in present}):
            there = max(SHARE * people_at(present, minute), before(minute))
            _at_most(model, own, theirs, gone, minute, there)


Own = tuple[int, int, int, Any]
Theirs = tuple[Visit, int, int, int]


def _at_most(
    model: Model,
    own: Sequence[Own],
    theirs: Sequence[Theirs],
    gone: Mapping[str, Any],
    minute: int,
    room: int,
) -> None:
    """Those of both that are there at this minute need no more than the room, as far as they can go."""
    here = [(needed, one.visit_id) for one, begin, until, needed in theirs if begin <= minute < until]
    fixed = sum(needed for needed, visit_id in here if visit_id not in gone)
    loose = [(needed, 1 - gone[visit_id]) for needed, visit_id in here if visit_id in gone]
    loose += [(needed, chosen) for begin, until, needed, chosen in own if begin <= minute < until]
    left = max(room - fixed, 0)
    if sum(needed for needed, _ in loose) > left:
        model.cp.add(sum(needed * one for needed, one in loose) <= left)


def _spans(model: Model, parts: Callable[[Any], Sequence[tuple[int, int, int]]]) -> Mapping[date, list[Own]]:
    found: dict[date, list[Own]] = defaultdict(list)
    for (index, start), chosen in model.chosen.items():
        for begin, until, needed in parts(model.patients[index].stay):
            found[start.day].append((start.minute + begin, start.minute + until, needed, chosen))
    return found


def _by_day(visits: Sequence[Visit]) -> Mapping[date, list[Visit]]:
    found: dict[date, list[Visit]] = defaultdict(list)
    for one in visits:
        found[one.start.day].append(one)
    return found
