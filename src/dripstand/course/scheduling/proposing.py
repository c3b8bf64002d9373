"""Proposals: the solver asked for a plan, with a good answer at any time."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dripstand.course.scheduling import scoring
from dripstand.course.scheduling.candidates import Bookings
from dripstand.course.scheduling.handing_out import ToSeat, hand_out
from dripstand.course.scheduling.keep import Keep
from dripstand.course.scheduling.model import Model, build
from dripstand.course.scheduling.problem import Patient, Problem, Start, Visit

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

ASKED_EVERY_S = 0.05
SHIFTED_FOR_S = 0.3
"""A repair is looked at for so long once no fewer people and visits can do, to move them by less."""


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: how long it may take in all. grid_min: minutes between possible arrivals, counted from opening.

    workers: threads; 1 with the same seed gives the same plan each time, as long as the time does not cut it short.
    good_enough: stop when the plan is proven to be within this share of the best; 0 wants the best.
    """

    seconds: float = 20.0
    grid_min: int = 30
    workers: int = 2
    seed: int = 1
    good_enough: float = 0.0


ONE_PATIENT = Limits(seconds=2.0, grid_min=15, workers=1)
WHOLE_CLINIC = Limits(seconds=30.0, grid_min=30, workers=2)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan and how good it is known to be.

    visits: what is proposed, with chairs. missing: of which patient how many could not be placed. cost: points against
    it (scoring.py); bound: no plan on this grid costs less. proven: none is better. seconds: how long it took.
    """

    visits: tuple[Visit, ...]
    missing: Mapping[str, int]
    cost: int
    bound: int
    proven: bool
    seconds: float
    grid_min: int

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def gap(self) -> float:
        """How much better a plan could be at most, as a share of this one's cost."""
        return max(self.cost - self.bound, 0) / max(self.cost, 1)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known after so many seconds: the best plan so far, its cost, and what no plan can beat."""

    seconds: float
    placed: int
    wanted: int
    cost: int
    bound: int
    gap: float


OnProgress = Callable[[Progress, Plan], None]
MustStop = Callable[[], bool]


def _nobody_watches(progress: Progress, plan: Plan) -> None: ...


def _never() -> bool:
    return False


def propose(
    problem: Problem,
    limits: Limits = WHOLE_CLINIC,
    *,
    on_progress: OnProgress = _nobody_watches,
    must_stop: MustStop = _never,
) -> Plan:
    """The best plan found in the time: for one patient beside what is booked, or for everybody at once.

    Who could not be placed is in `missing`; `explaining.py` says why. Called in a process of its own for a whole clinic
    (`apart.py`). on_progress comes from the solver's threads, each time that the plan or the bound gets better.
    """
    return Search(problem, limits, on_progress, must_stop).run()


class Search:
    """One run: coarse first where there are many, then on the full grid from there."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        on_progress: OnProgress = _nobody_watches,
        must_stop: MustStop = _never,
        *,
        keep: Keep | None = None,
        weights: scoring.Weights = scoring.WEIGHTS,
    ) -> None:
        self._problem = problem
        self._limits = limits
        self._on_progress = on_progress
        self._must_stop = must_stop
        self._keep = keep
        self._weights = weights
        self._began_s = time.monotonic()
        self._standing = Bookings(problem.booked)
        self._chairs = {chair.chair_id: chair for chair in problem.clinic.chairs}
        self._best: Plan | None = None
        self._lock = threading.Lock()

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began_s

    def _left_s(self) -> float:
        return self._limits.seconds - self._seconds

    def run(self) -> Plan:
        hint: Mapping[tuple[int, Start], int] = {}
        many = sum(one.visits_count for one in self._problem.patients) > 60
        if many and self._keep is None:
            hint = self._coarse()
        named: set[date] = set()
        while True:
            model = build(
                self._problem, self._limits.grid_min, named_days=named, keep=self._keep, weights=self._weights
            )
            if self._keep is not None and not hint:
                hint = self._as_it_stands(model)
            answer = self._solve(model, self._left_s(), hint)
            if answer is None:
                break
            plan, unseated = answer
            if not unseated:
                return plan
            # On these days the count of chairs sufficed and no handing out did: there the solver chooses chairs itself.
            named |= unseated
            hint = {(index, one.start): 1 for index, one in self._indexed(model, plan)}
            if self._left_s() <= 0 or self._must_stop():
                break
        return self._best or self._empty()

    def _as_it_stands(self, model: Model) -> Mapping[tuple[int, Start], int]:
        assert self._keep is not None
        kept = self._keep.visits
        return {
            (index, one.start): 1
            for index, patient in enumerate(model.patients)
            for one in kept.get(patient.patient_id, ())
        }

    def _indexed(self, model: Model, plan: Plan) -> list[tuple[int, Visit]]:
        place = {patient.patient_id: index for index, patient in enumerate(model.patients)}
        return [(place[one.patient_id], one) for one in plan.visits if one.patient_id in place]

    def _coarse(self) -> Mapping[tuple[int, Start], int]:
        """A plan on a grid in which visits stand end to end: found soon also where the clinic is nearly full."""
        grid = self._limits.grid_min
        longest = max(one.stay.total_min for one in self._problem.patients if one.visits_count)
        coarse = -(-longest // grid) * grid
        if coarse <= grid:
            return {}
        model = build(self._problem, coarse, keep=self._keep, weights=self._weights)
        answer = self._solve(model, min(self._left_s() / 3, 10.0), {}, good_enough=0.05, counts=False)
        if answer is None:
            return {}
        return {(index, one.start): 1 for index, one in self._indexed(model, answer[0])}

    # --- one model ---

    def _solve(
        self,
        model: Model,
        seconds: float,
        hint: Mapping[tuple[int, Start], int],
        *,
        good_enough: float | None = None,
        counts: bool = True,
    ) -> tuple[Plan, set[date]] | None:
        """The best plan of this model and the days on which no chairs could be handed out; None where none was found.

        counts: whether its bound holds for the whole grid.
        """
        from ortools.sat.python import cp_model

        if seconds <= 0:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = self._limits.workers
        solver.parameters.random_seed = self._limits.seed
        solver.parameters.relative_gap_limit = self._limits.good_enough if good_enough is None else good_enough
        if self._keep is not None:
            # Measured on bench/scheduling.py: few variables, tight prices; the linear relaxation does most of the work.
            solver.parameters.linearization_level = 2
            solver.parameters.max_presolve_iterations = 1
        for key, chosen in model.chosen.items():
            if hint:
                model.cp.add_hint(chosen, hint.get(key, 0))
        settled = _Settled(self._keep)
        watcher = _watcher(self, model, solver, counts, settled)
        finished = threading.Event()
        stopper = threading.Thread(target=self._stop_when_asked, args=(solver, finished, settled), daemon=True)
        stopper.start()
        try:
            status = solver.solve(model.cp, watcher)
        finally:
            finished.set()
            stopper.join()
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        picked = [key for key, chosen in model.chosen.items() if solver.boolean_value(chosen)]
        seats = {key[:2]: key[2] for key, seat in model.seat.items() if solver.boolean_value(seat)}
        bound = _whole(solver.best_objective_bound) if counts else 0
        settled.heard(objective=solver.objective_value, bound=solver.best_objective_bound)
        proven = status == cp_model.OPTIMAL or settled.is_settled
        return self.plan_of(model, picked, seats, bound, proven=counts and proven)

    def _stop_when_asked(self, solver: cp_model.CpSolver, finished: threading.Event, settled: _Settled) -> None:
        while not finished.wait(ASKED_EVERY_S):
            if self._must_stop() or settled.is_over():
                solver.stop_search()

    # --- from the solver's answer to a plan ---

    def plan_of(
        self,
        model: Model,
        picked: list[tuple[int, Start]],
        seats: Mapping[tuple[int, Start], str],
        bound: int,
        *,
        proven: bool = False,
    ) -> tuple[Plan, set[date]]:
        """The visits with their chairs, and the days without a handing out, whose visits are left out."""
        seated, unseated = self._seat(model, picked, seats)
        numbered: dict[int, int] = defaultdict(int)
        visits: list[Visit] = []
        for index, start in sorted(picked, key=lambda one: (one[0], one[1])):
            patient = model.patients[index]
            numbered[index] += 1
            if (index, start) in seated:
                name = f"{patient.patient_id} #{numbered[index]}"
                visits.append(
                    Visit(name, patient.patient_id, patient.called, start, patient.stay, seated[index, start])
                )
        missing = {
            patient.patient_id: patient.visits_count - count
            for patient in model.patients
            if (count := sum(one.patient_id == patient.patient_id for one in visits)) < patient.visits_count
        }
        if self._keep is None:
            cost = scoring.cost(self._problem, visits, self._weights)
        else:
            cost = self._weights.not_placed * sum(missing.values())
        plan = Plan(tuple(visits), missing, cost, bound, proven and not unseated, self._seconds, self._limits.grid_min)
        if self._best is None or (len(plan.visits), -plan.cost) >= (len(self._best.visits), -self._best.cost):
            self._best = plan
        return plan, unseated

    def _seat(
        self, model: Model, picked: list[tuple[int, Start]], seats: Mapping[tuple[int, Start], str]
    ) -> tuple[dict[tuple[int, Start], str], set[date]]:
        by_day: dict[date, list[tuple[int, Start]]] = defaultdict(list)
        for key in picked:
            by_day[key[1].day].append(key)
        seated: dict[tuple[int, Start], str] = {}
        unseated: set[date] = set()
        for day, keys in by_day.items():
            if all(key in seats for key in keys):
                seated.update({key: seats[key] for key in keys})
                continue
            keys.sort()
            to_seat = [
                ToSeat(
                    place,
                    start,
                    start.minute + model.patients[index].stay.total_min,
                    model.chairs_of[index, start],
                    self._chair_before(model.patients[index], start),
                )
                for place, (index, start) in enumerate(keys)
            ]
            handed = hand_out(to_seat, self._chairs, self._standing)
            if handed is None:
                unseated.add(day)
            else:
                seated.update({keys[place]: chair_id for place, chair_id in handed.items()})
        return seated, unseated

    def _chair_before(self, patient: Patient, start: Start) -> str:
        """The chair in which a visit stands that is kept at its time."""
        kept = self._keep.visits.get(patient.patient_id, ()) if self._keep is not None else ()
        return next((one.chair_id for one in kept if one.start == start), "")

    def _empty(self) -> Plan:
        missing = {one.patient_id: one.visits_count for one in self._problem.patients if one.visits_count}
        cost = scoring.cost(self._problem, (), self._weights)
        return Plan((), missing, cost, 0, False, self._seconds, self._limits.grid_min)

    def tell(self, plan: Plan, bound: int) -> None:
        """Called from the solver's threads, one at a time."""
        progress = Progress(
            self._seconds,
            len(plan.visits),
            self._problem.wanted_count,
            plan.cost,
            bound,
            max(plan.cost - bound, 0) / max(plan.cost, 1),
        )
        self._on_progress(progress, plan)


class _Settled:
    """A repair whose people and visits are proved; what is left to find is by how much they shift.

    Nobody waits for the proof of that: it is looked for a little longer, and the best of it is taken.
    """

    def __init__(self, keep: Keep | None) -> None:
        self._keep = keep
        self._objective: float | None = None
        self._bound = -math.inf
        self._since_s: float | None = None

    def heard(self, *, objective: float | None = None, bound: float | None = None) -> None:
        self._objective = objective if objective is not None else self._objective
        self._bound = max(self._bound, bound) if bound is not None else self._bound

    @property
    def is_settled(self) -> bool:
        if self._keep is None or self._objective is None or not self._keep.visits:
            return False
        return self._bound >= self._keep.without_shifts(self._objective) - 1e-6

    def is_over(self) -> bool:
        if not self.is_settled:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = time.monotonic()
        return self._since_s is not None and time.monotonic() - self._since_s >= SHIFTED_FOR_S


def _whole(bound: float) -> int:
    """Costs are whole points, so a bound of 11.3 means 12."""
    return max(math.ceil(bound - 1e-6), 0)


def _watcher(search: Search, model: Model, solver: Any, counts: bool, settled: _Settled) -> Any:
    """Hears of each better plan and of each better bound."""
    from ortools.sat.python import cp_model

    lock = threading.Lock()
    latest: list[Plan] = []

    def better_bound(bound: float) -> None:
        settled.heard(bound=bound)
        with lock:
            if latest and counts:
                search.tell(latest[-1], _whole(bound))

    class Watcher(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            picked = [key for key, chosen in model.chosen.items() if self.boolean_value(chosen)]
            seats = {key[:2]: key[2] for key, seat in model.seat.items() if self.boolean_value(seat)}
            settled.heard(objective=self.objective_value, bound=self.best_objective_bound)
            with lock:
                bound = _whole(self.best_objective_bound) if counts else 0
                plan, _ = search.plan_of(model, picked, seats, bound)
                latest[:] = [plan]
                search.tell(plan, bound)

    solver.best_bound_callback = better_bound
    return Watcher()
