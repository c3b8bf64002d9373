"""Where a course stands, and the written table of how it gets from one state to another.

The table is data: a step that is not in it does not exist. Who may take a step and whether it wants a reason stand in
the same row, so that a screen, a service and docs/explanation/course.md say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dripstand.people.actors import Role


class State(StrEnum):
    """evaluation: nothing is planned to be given yet. induction: the first series. maintenance: what keeps a response.

    paused: nothing is booked until it is resumed. ended: for good; a later treatment is another course.
    """

    EVALUATION = "evaluation"
    INDUCTION = "induction"
    MAINTENANCE = "maintenance"
    PAUSED = "paused"
    ENDED = "ended"


class Step(StrEnum):
    """What somebody does to a course."""

    BEGIN_INDUCTION = "begin_induction"
    BEGIN_MAINTENANCE = "begin_maintenance"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. to: None means back to the state that was paused."""

    start: State
    step: Step
    to: State | None
    roles: frozenset[Role]
    wants_reason: bool


_PRESCRIBES = frozenset({Role.PRESCRIBER})
_CARES = frozenset({Role.PRESCRIBER, Role.NURSE})

TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.EVALUATION, Step.BEGIN_INDUCTION, State.INDUCTION, _PRESCRIBES, False),
    Transition(State.EVALUATION, Step.END, State.ENDED, _PRESCRIBES, True),
    Transition(State.INDUCTION, Step.BEGIN_INDUCTION, State.INDUCTION, _PRESCRIBES, True),
    Transition(State.INDUCTION, Step.BEGIN_MAINTENANCE, State.MAINTENANCE, _PRESCRIBES, True),
    Transition(State.INDUCTION, Step.PAUSE, State.PAUSED, _CARES, True),
    Transition(State.INDUCTION, Step.END, State.ENDED, _PRESCRIBES, True),
    Transition(State.MAINTENANCE, Step.BEGIN_MAINTENANCE, State.MAINTENANCE, _PRESCRIBES, True),
    Transition(State.MAINTENANCE, Step.BEGIN_INDUCTION, State.INDUCTION, _PRESCRIBES, True),
    Transition(State.MAINTENANCE, Step.PAUSE, State.PAUSED, _CARES, True),
    Transition(State.MAINTENANCE, Step.END, State.ENDED, _PRESCRIBES, True),
    Transition(State.PAUSED, Step.RESUME, None, _PRESCRIBES, True),
    Transition(State.PAUSED, Step.END, State.ENDED, _PRESCRIBES, True),
)

UNDER_WAY = frozenset({State.INDUCTION, State.MAINTENANCE})
"""Infusions are planned, booked and given."""

OPEN = frozenset(State) - {State.ENDED}


def transition(state: State, step: Step) -> Transition | None:
    """The row for this step from this state; None where there is no such way."""
    return next((row for row in TRANSITIONS if row.start is state and row.step is step), None)


def after(state: State, step: Step, paused_from: State | None = None) -> State | None:
    """The state after a step; None where there is no such way, or nothing is known to go back to."""
    row = transition(state, step)
    if row is None:
        return None
    return row.to or paused_from


def steps_from(state: State, roles: frozenset[Role]) -> tuple[Transition, ...]:
    """What somebody with these roles may do to a course in this state."""
    return tuple(row for row in TRANSITIONS if row.start is state and row.roles & roles)
