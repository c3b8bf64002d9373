"""The solver in a process of its own: it may take all of a core for half a minute, and the alarms may not wait for it.

The child is started anew (never forked: it must not share the server's database), gives way to everything else on the
machine, and sends each better plan as it finds it. So whoever asked has the best plan so far at any time, also when the
child is told to stop, is out of time, or dies.

Starting one and reading OR-Tools takes longer than finding one patient's places. Whoever is about to ask says so
(`make_ready`): one child then waits for its question, and ends by itself where none comes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Any

from dripstand.course.scheduling.explaining import Explanation, explain
from dripstand.course.scheduling.problem import Problem
from dripstand.course.scheduling.proposing import WHOLE_CLINIC, Limits, MustStop, OnProgress, Plan, Progress, propose
from dripstand.course.scheduling.repairing import REPAIR, Place, Repair, repair

GIVES_WAY_BY = 10
STARTS_WITHIN_S = 60.0
STOPS_WITHIN_S = 5.0
EXPLAINED_WITHIN_S = 60.0
ASKED_EVERY_S = 0.1
READY_FOR_S = 180.0
HEARD_WITHIN_S = 10.0
"""READY_FOR_S: so long a child that was made ready waits for its question; a page is read for about so long.
HEARD_WITHIN_S: so long it has to say that the question came; else another child is asked."""


class SolverDied(RuntimeError):
    """The child ended before it had anything to say."""


def _never() -> bool:
    return False


def _nobody_watches(progress: Progress, plan: Plan) -> None: ...


def proposed(
    problem: Problem,
    limits: Limits = WHOLE_CLINIC,
    *,
    on_progress: OnProgress = _nobody_watches,
    must_stop: MustStop = _never,
) -> Plan:
    """As `propose`, beside this process. Raises SolverDied where not even a first plan came back."""
    best: list[Plan] = []

    def heard(progress: Progress, plan: Plan) -> None:
        best[:] = [plan]
        on_progress(progress, plan)

    answer = _asked(_propose, (problem, limits), limits.seconds, heard, must_stop)
    if isinstance(answer, Plan):
        return answer
    if best:
        return best[0]
    raise SolverDied("the solver ended without a plan")


def repaired(
    problem: Problem, moves: Mapping[str, Place], limits: Limits = REPAIR, *, must_stop: MustStop = _never
) -> Repair:
    """As `repair`, beside this process."""
    best: list[Repair] = []
    answer = _asked(
        _repair, (problem, dict(moves), limits), limits.seconds, lambda better: best.append(better), must_stop
    )
    if isinstance(answer, Repair):
        return answer
    if best:
        return best[-1]
    raise SolverDied("the solver ended without a repair")


def explained(problem: Problem, plan: Plan, *, must_stop: MustStop = _never) -> tuple[Explanation, ...]:
    """As `explain`, beside this process. Raises SolverDied where it did not finish: half an answer would mislead."""
    answer = _asked(_explain, (problem, plan), EXPLAINED_WITHIN_S, lambda *said: None, must_stop)
    if isinstance(answer, tuple):
        return answer
    raise SolverDied("the solver ended without an explanation")


def make_ready() -> None:
    """Have a child ready for the next question; nothing where one waits already. Answers at once."""
    with _lock:
        if not any(child.is_alive() for child, _pipe in _ready):
            _forget_ready()
            _ready.append(_started())


def _forget_ready() -> None:
    while _ready:
        _ended(*_ready.pop())


# --- the asking side ------------------------------------------------------------------------------------------------


def _asked(
    target: Callable[..., None],
    arguments: tuple[Any, ...],
    seconds: float,
    heard: Callable[..., None],
    must_stop: MustStop,
) -> Any:
    """Runs the child and passes on what it says; answers its last word, or None where there was none."""
    with _child(target, arguments) as (child, pipe):
        until_s = time.monotonic() + STARTS_WITHIN_S + seconds
        stopping = False
        while True:
            try:
                if pipe.poll(ASKED_EVERY_S):
                    word, content = pipe.recv()
                    if word == "done":
                        return content
                    if word == "heard":
                        continue
                    heard(*content)
                    continue
            except (EOFError, OSError):
                return None
            if not stopping and must_stop():
                stopping = True
                until_s = time.monotonic() + STOPS_WITHIN_S
                with contextlib.suppress(OSError):
                    pipe.send("stop")
            if time.monotonic() > until_s or not child.is_alive() and not pipe.poll():
                return None


@contextlib.contextmanager
def _child(
    target: Callable[..., None], arguments: tuple[Any, ...]
) -> Iterator[tuple[multiprocessing.process.BaseProcess, Connection]]:
    """The child, one that waits or a new one, ended for certain when the block is left."""
    child, ours = _asked_one(target, arguments)
    try:
        yield child, ours
    finally:
        _ended(child, ours)


_Child = tuple[multiprocessing.process.BaseProcess, Connection]
_ready: list[_Child] = []
_lock = threading.Lock()


def _asked_one(target: Callable[..., None], arguments: tuple[Any, ...]) -> _Child:
    """A child that has its question. One that waited may have ended meanwhile: then a new one gets it."""
    with _lock:
        waiting = _ready.pop() if _ready else None
    if waiting is not None:
        with contextlib.suppress(EOFError, OSError):
            waiting[1].send((target, arguments))
            if waiting[1].poll(HEARD_WITHIN_S) and waiting[1].recv()[0] == "heard":
                return waiting
        _ended(*waiting)
    child, ours = _started()
    with contextlib.suppress(OSError):  # it died at once: whoever listens finds the pipe closed
        ours.send((target, arguments))
    return child, ours


def _started() -> _Child:
    start = multiprocessing.get_context("spawn")
    ours, theirs = start.Pipe()
    child = start.Process(target=_wait, args=(theirs, READY_FOR_S), name="solver", daemon=True)
    child.start()
    theirs.close()
    return child, ours


def _ended(child: multiprocessing.process.BaseProcess, ours: Connection) -> None:
    if child.is_alive():
        child.join(0.2)
    if child.is_alive():
        child.kill()
    child.join()
    child.close()
    ours.close()


# --- the child ------------------------------------------------------------------------------------------------------


def _wait(pipe: Connection, ready_for_s: float) -> None:
    """Read the solver, then wait for the question; without one, or with nobody left to ask it, end."""
    os.nice(GIVES_WAY_BY)
    from ortools.sat.python import cp_model  # noqa: F401  (what takes long, done before the question comes)

    try:
        if not pipe.poll(ready_for_s):
            return
        target, arguments = pipe.recv()
        pipe.send(("heard", ()))
    except (EOFError, OSError):
        return
    target(pipe, *arguments)


def _propose(pipe: Connection, problem: Problem, limits: Limits) -> None:
    asked = _hear_stop(pipe)
    plan = propose(problem, limits, on_progress=lambda *said: pipe.send(("better", said)), must_stop=asked.is_set)
    pipe.send(("done", plan))


def _repair(pipe: Connection, problem: Problem, moves: Mapping[str, Place], limits: Limits) -> None:
    asked = _hear_stop(pipe)
    answer = repair(
        problem, moves, limits, must_stop=asked.is_set, on_better=lambda better: pipe.send(("better", (better,)))
    )
    pipe.send(("done", answer))


def _explain(pipe: Connection, problem: Problem, plan: Plan) -> None:
    _hear_stop(pipe)
    pipe.send(("done", explain(problem, plan)))


def _hear_stop(pipe: Connection) -> threading.Event:
    """Set when the other side says so, or is gone."""
    asked = threading.Event()

    def listen() -> None:
        with contextlib.suppress(EOFError, OSError):
            pipe.recv()
        asked.set()

    threading.Thread(target=listen, daemon=True).start()
    return asked
